import Autograd
import Language
import TensorCore

/// A call of a built-in: its values by parameter name, with the conversions that all built-ins share and the
/// errors that name the argument.
package struct Call {
    package let function: Function
    let values: [Value]
    package let interpreter: Interpreter

    package var name: String { function.name }

    /// The value of a parameter; `.undefined` where the argument was left out and there is no default.
    package func value(_ parameter: String) -> Value {
        guard let index = function.signature.index(of: parameter) else { return .undefined }
        return values[index].isDefined ? values[index] : function.defaults[index]
    }

    /// Whether the call gave it, be it the same as the default.
    package func isGiven(_ parameter: String) -> Bool {
        function.signature.index(of: parameter).map { values[$0].isDefined } ?? false
    }

    /// Whether the function has such a parameter.
    package func takes(_ parameter: String) -> Bool { function.signature.index(of: parameter) != nil }

    /// Whether the parameter has a value other than `none`.
    package func has(_ parameter: String) -> Bool { !value(parameter).isNone }

    package func failure(_ parameter: String, takes expected: String) -> Failure {
        Failure(
            "`\(parameter)` of `\(name)` takes \(expected), and got \(described(value(parameter)))",
            help: (expected.contains("tensor") ? partThatIsTensor(value(parameter)) : nil)
                ?? "it is called as \(function.signature.text)")
    }

    /// The same for a list of which an element is not what it is to be.
    func failure(_ parameter: String, takes expected: String, with element: Value) -> Failure {
        Failure(
            "`\(parameter)` of `\(name)` takes \(expected), and got one with \(described(element))",
            help: "it is called as \(function.signature.text)")
    }

    /// How to go on where a record is given that has one tensor, such as a row of `parameters(net)`, or a table.
    private func partThatIsTensor(_ value: Value) -> String? {
        if value.object(as: TableObject.self) != nil {
            return "`tensor(t)` makes a tensor of a table, `t.x` is a column; `t.describe()` has figures of each column"
        }
        guard case .record(let record) = value else { return nil }
        let names = record.names.filter { if case .tensor? = record[$0] { true } else { false } }
        return names.count == 1 ? "the record has a tensor in its field: `r.\(names[0])`" : nil
    }

    private func described(_ value: Value) -> String {
        switch value {
        case .number, .boolean, .none: value.shortText
        case .string(let text) where text.utf8.count <= 40: value.shortText
        case .tensor(let tensor): "a tensor of shape \(tensor.shape) and dtype \(tensor.value.dtype.name)"
        default: value.kindWithArticle
        }
    }

    /// Refuses a value that a gradient flows through where it would end without a word.
    private func checkConstant(_ parameter: String) throws {
        try value(parameter).checkConstant("`\(parameter)` of `\(name)`")
    }

    /// The function of a `model` block where a model is wanted, as in `train cnn data`.
    private func modelNotMade(_ parameter: String) -> Failure? {
        guard case .function(let maker) = value(parameter), case .user(let code) = maker.body, code.isModel else {
            return nil
        }
        let needed = maker.signature.parameters.prefix(maker.signature.requiredCount).map(\.name)
        return Failure(
            "`\(parameter)` of `\(name)` takes a model, and `\(maker.name)` is the function that makes one",
            help: "make the model first: `net = \(maker.name)(\(needed.joined(separator: ", ")))`, "
                + "then write `net` for `\(maker.name)`")
    }

    package func number(_ parameter: String) throws -> Double {
        try checkConstant(parameter)
        guard let number = value(parameter).asNumber else { throw failure(parameter, takes: "a number") }
        return number
    }

    package func optionalNumber(_ parameter: String) throws -> Double? {
        has(parameter) ? try number(parameter) : nil
    }

    package func integer(_ parameter: String) throws -> Int {
        try checkConstant(parameter)
        guard let integer = value(parameter).asInteger else { throw failure(parameter, takes: "a whole number") }
        return integer
    }

    package func optionalInteger(_ parameter: String) throws -> Int? {
        has(parameter) ? try integer(parameter) : nil
    }

    /// A whole number not below a bound.
    package func integer(_ parameter: String, atLeast least: Int) throws -> Int {
        try checkConstant(parameter)
        guard let integer = value(parameter).asInteger, integer >= least else {
            throw failure(parameter, takes: "a whole number of at least \(least)")
        }
        return integer
    }

    package func boolean(_ parameter: String) throws -> Bool {
        guard case .boolean(let flag) = value(parameter) else { throw failure(parameter, takes: "true or false") }
        return flag
    }

    package func string(_ parameter: String) throws -> String {
        guard case .string(let text) = value(parameter) else { throw failure(parameter, takes: "a string") }
        return text
    }

    package func optionalString(_ parameter: String) throws -> String? {
        has(parameter) ? try string(parameter) : nil
    }

    package func list(_ parameter: String) throws -> [Value] {
        guard let elements = try value(parameter).elements else { throw failure(parameter, takes: "a list") }
        return elements
    }

    package func strings(_ parameter: String) throws -> [String] {
        try list(parameter).map {
            guard case .string(let text) = $0 else { throw failure(parameter, takes: "a list of strings", with: $0) }
            return text
        }
    }

    package func record(_ parameter: String) throws -> Record {
        guard case .record(let record) = value(parameter) else { throw failure(parameter, takes: "a record") }
        return record
    }

    package func callable(_ parameter: String) throws -> Value {
        let value = value(parameter)
        guard value.isCallable else { throw failure(parameter, takes: "a function") }
        return value
    }

    /// A tensor; numbers and rectangular lists of numbers are taken as tensors.
    ///
    /// - Parameter plain: The dtype of plain numbers.
    package func tensor(_ parameter: String, plain: DType = .float64) throws -> Variable {
        let value = value(parameter)
        if case .tensor(let tensor) = value { return tensor }
        guard let tensor = try value.asVariable(plain: plain) else {
            if let help = value.helpOnMissing {
                throw Failure("`\(parameter)` of `\(name)` takes numbers, and not all are there", help: help)
            }
            throw failure(parameter, takes: "a tensor")
        }
        return tensor
    }

    /// Tensors that meet in one operation: plain numbers and lists take the dtype of the tensors beside them.
    package func operands(_ parameters: String...) throws -> [Variable] {
        try zip(parameters, Operands.tensors(parameters.map { value($0) })).map { parameter, tensor in
            guard let tensor else { throw failure(parameter, takes: "a tensor") }
            return tensor
        }
    }

    /// Examples for a model: a tensor; plain numbers become float32, as its weights are.
    package func examples(_ parameter: String) throws -> Variable { try tensor(parameter, plain: .float32) }

    /// The elements of a tensor, without its gradient.
    package func plainTensor(_ parameter: String) throws -> Tensor { try tensor(parameter).value }

    /// The elements of a tensor that no gradient is taken by.
    ///
    /// - Parameter plain: The dtype of plain numbers.
    package func constant(_ parameter: String, plain: DType = .float64) throws -> Tensor {
        let tensor = try tensor(parameter, plain: plain)
        try Value.tensor(tensor).checkConstant("`\(parameter)` of `\(name)`")
        return tensor.value
    }

    package func optionalTensor(_ parameter: String) throws -> Variable? {
        has(parameter) ? try tensor(parameter) : nil
    }

    /// Whole numbers: a list of them, a tensor of them, or a single one.
    package func integers(_ parameter: String) throws -> [Int] {
        let value = value(parameter)
        try checkConstant(parameter)
        if let single = value.asInteger { return [single] }
        let elements: [Value]
        if let list = try value.elements {
            elements = list
        } else if case .tensor(let tensor) = value, tensor.rank == 1 {
            elements = tensor.value.doubles().map { .number($0) }
        } else {
            throw failure(parameter, takes: "a whole number or a list of them")
        }
        return try elements.map {
            guard let integer = try integer($0, in: parameter) else {
                throw failure(parameter, takes: "a list of whole numbers", with: $0)
            }
            return integer
        }
    }

    /// The whole number that an element of a parameter is.
    func integer(_ element: Value, in parameter: String) throws -> Int? {
        try element.checkConstant("`\(parameter)` of `\(name)`")
        return element.asInteger
    }

    package func optionalIntegers(_ parameter: String) throws -> [Int]? {
        has(parameter) ? try integers(parameter) : nil
    }

    /// A size for each of two axes: a number for both, or a pair.
    package func pair(_ parameter: String) throws -> (Int, Int) {
        let sizes = try integers(parameter)
        switch sizes.count {
        case 1: return (sizes[0], sizes[0])
        case 2: return (sizes[0], sizes[1])
        default: throw failure(parameter, takes: "a number or a pair of numbers")
        }
    }

    package func dtype(_ parameter: String) throws -> DType {
        if case .function(let function) = value(parameter), let dtype = Self.dtypes[function.name] { return dtype }
        let text = try string(parameter)
        guard let dtype = DType(name: text) else {
            let names = DType.allCases.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw failure(parameter, takes: "one of \(names)")
        }
        return dtype
    }

    /// NumPy's `x.astype(int)`.
    private static let dtypes: [String: DType] = ["int": .int64, "float": .float64, "bool": .bool]

    package func optionalDType(_ parameter: String) throws -> DType? {
        has(parameter) ? try dtype(parameter) : nil
    }

    /// One of a few words.
    package func choice(_ parameter: String, of words: [String]) throws -> String {
        let text = value(parameter).asString
        if let text, words.contains(text) { return text }
        var failure = failure(parameter, takes: "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))")
        if let meant = text.flatMap({ Suggestion.didYouMean($0, among: words) }) { failure.diagnostic.help = [meant] }
        throw failure
    }

    package func object<T: RuntimeObject>(_ parameter: String, as type: T.Type, called description: String) throws -> T
    {
        guard let object = value(parameter).object(as: type) else {
            throw modelNotMade(parameter) ?? failure(parameter, takes: description)
        }
        return object
    }
}
