import Autograd
import Language
import Synchronization
import TensorCore

/// A module of Python: `np.zeros([2])` is `zeros([2])`. It has the names of the list of `FamiliarNames` that mean
/// the same in dls.
package final class LibraryObject: RuntimeObject {
    /// `np`, `np.random`
    let path: String
    /// As it was called: `numpy` is the method `x.numpy()` too.
    private let name: String
    private let builtins: BuiltinTable

    /// What names were found to be: loops of a script name `np.exp` at each turn, and threads share modules.
    private struct Members: @unchecked Sendable {
        var values: [String: Value] = [:]
    }

    private let members = Mutex(Members())

    /// - Parameter builtins: With functions of their own: the table that holds this object would hold itself.
    init(_ path: String, _ builtins: BuiltinTable) {
        name = path
        self.path = FamiliarNames.customary(path)
        self.builtins = builtins
    }

    /// The page of the help that shows its functions.
    var page: String {
        FamiliarLibrary.allCases.first {
            $0.sections.contains { $0.rows.contains { $0.path?.hasPrefix("\(path).") == true } }
        }?
        .rawValue ?? FamiliarLibrary.python.rawValue
    }

    package override var kindName: String { "module" }
    package override var shortText: String { "module \(path)" }
    package override var fieldNames: [String] {
        path == "plt" ? Set(PyplotFunctions.names).sorted() : FamiliarNames.members(of: path)
    }

    package override func field(_ name: String) throws -> Value? {
        if let known = members.withLock({ $0.values[name] }) { return known }
        guard let value = member(name) else { return nil }
        members.withLock { $0.values[name] = value }
        return value
    }

    private static let whitespace = " \t\n\r\u{b}\u{c}"

    /// What rows cannot write.
    private static let texts: [String: String] = [
        "string.whitespace": whitespace,
        "string.printable":
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
            + whitespace,
    ]

    /// What gives the variable that is its first argument the result; more such functions are in `ListChange`.
    private func changing(_ whole: String) -> Function? {
        switch whole {
        case "np.fill_diagonal": return FamiliarFunctions.function("diagonal_filled", called: "fill_diagonal")
        case "random.shuffle", "np.random.shuffle":
            guard case .function(let shuffle)? = builtins.value("shuffle") else { return nil }
            return shuffle
        default: return nil
        }
    }

    private func member(_ name: String) -> Value? {
        let whole = "\(path).\(name)"
        if let function = changing(whole) { return .function(function.changingArgument()) }
        // `nn.Transformer(...)` and `nn.Transformer.generate_square_subsequent_mask(5)`
        if FamiliarNames.row(at: whole)?.function != nil, FamiliarNames.isModule(whole) {
            return .object(LibraryObject(whole, builtins))
        }
        if whole == "nn.Module" { return .function(Self.module) }
        guard case .function(let function)? = plainMember(name) else { return plainMember(name) }
        if whole == "np.sum" { return .function(LibraryObject.takingArray(function)) }
        if path == "nn.init", name.hasSuffix("_") { return .function(function.changingTensor()) }
        let made = InputAxes(whole).map { $0.checking(function) } ?? function
        // A built-in is known by its own name.
        if path == "nn", case .native = made.body { made.libraryPath = whole }
        return .function(made)
    }

    /// What all layers and models are instances of, and nothing else.
    private static var module: Function {
        let function = Function(native: "Module(*arguments)", of: .none) { _, _, _ in
            throw Failure("`nn.Module` makes no model", help: [FamiliarNames.hint("Module")].compactMap { $0 })
        }
        function.libraryPath = "nn.Module"
        return function
    }

    /// The function with a list of arrays as one array: Python's own `sum` adds such arrays to each other.
    private static func takingArray(_ function: Function) -> Function {
        Function(native: function.signature.text, of: .function(function)) { value, arguments, interpreter in
            var arguments = arguments
            if case .list? = arguments.positional.first, let array = try arguments.positional[0].asVariable() {
                arguments.positional[0] = .tensor(array)
            }
            return try interpreter.call(value, arguments)
        }
    }

    private func plainMember(_ name: String) -> Value? {
        if path == "plt" { return PyplotFunctions.function(name).map { .function($0) } }
        let whole = "\(path).\(name)"
        if ArrayJoiner.names.contains(whole) { return .object(ArrayJoiner(whole)) }
        if let text = Self.texts[whole] { return .string(text) }
        guard let row = FamiliarNames.row(at: whole), row.isTaken else {
            return FamiliarNames.isModule(whole) ? .object(LibraryObject(whole, builtins)) : nil
        }
        if let function = row.function {
            return .function(inWideFractions(FamiliarFunctions.function(function, called: name)))
        }
        if row.dls == "none" { return Value.none }
        if let number = row.number { return .number(number) }
        if row.dls.hasPrefix("\"") { return .string(String(row.dls.dropFirst().dropLast())) }
        guard let value = builtins.value(row.target) else { return nil }
        guard case .function(let function) = value else { return value }
        guard !row.options.isEmpty || row.makesFunction else { return .function(inWideFractions(function, word: name)) }
        return .function(
            row.makesFunction
                ? maker(of: function) : inWideFractions(LibraryObject.function(function, with: row.options), word: name)
        )
    }

    /// The dtype of such a name, as `np.float64`: `np.float64(3)` converts to it.
    func dtype(called name: String) -> DType? {
        guard case .string(let type)? = try? field(name) else { return nil }
        return DType(name: type)
    }

    /// Functions of NumPy that make fractions of whole numbers.
    private static let makingFractions: Set<String> = [
        "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
        "arctanh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "sqrt", "cbrt", "divide",
        "mean", "average", "median", "std", "var", "quantile", "percentile", "cov", "corrcoef", "hypot", "degrees",
        "radians", "deg2rad", "rad2deg", "gradient", "trapezoid", "trapz", "interp", "nanmean", "nanstd", "nanvar",
        "nanmedian", "norm",
    ]

    /// Those that make fractions of whole numbers where a number beside them is one.
    private static let makingFractionsOfFractions: Set<String> = [
        "add", "subtract", "multiply", "power", "maximum", "minimum", "clip", "mod",
    ]

    /// NumPy makes float64 of whole numbers, and dls float32: they are converted before they get to the function.
    ///
    /// - Parameter word: The function's name in NumPy, where it has another one here.
    private func inWideFractions(_ function: Function, word: String? = nil) -> Function {
        let word = word ?? function.name
        let always = Self.makingFractions.contains(word)
        guard path == "np" || path == "np.linalg", always || Self.makingFractionsOfFractions.contains(word) else {
            return function
        }
        return Function(native: function.signature.text, of: .function(function)) { value, arguments, interpreter in
            guard always || arguments.positional.contains(where: { $0.isPlainFraction }) else {
                return try interpreter.call(value, arguments)
            }
            func widened(_ argument: Value, isOption: Bool) throws -> Value {
                guard case .tensor(let tensor) = argument, !tensor.dtype.isFloatingPoint, !isOption else {
                    return argument
                }
                return .tensor(try tensor.cast(to: .float64))
            }
            var wide = arguments
            for index in wide.positional.indices {
                wide.positional[index] = try widened(wide.positional[index], isOption: false)
            }
            for index in wide.named.indices {
                wide.named[index].value = try widened(
                    wide.named[index].value, isOption: Self.options.contains(wide.named[index].name))
            }
            return try interpreter.call(value, wide)
        }
    }

    /// Arguments that are no numbers to compute with.
    private static let options: Set<String> = ["axis", "ddof", "keepdims", "where"]

    /// What an import gives names: what the module has, unless the name alone means it already.
    static func values(importing imported: ImportedName, _ builtins: BuiltinTable) throws -> [(name: String, Value)] {
        // `import torch.nn as layers`, among other modules
        if let name = imported.name?.text, FamiliarNames.isLibrary(imported.path), imported.isRenamed {
            if FamiliarNames.customary(name) == FamiliarNames.customary(imported.path) { return [] }
            return [(name, .object(LibraryObject(imported.path, builtins.copy())))]
        }
        guard let dot = imported.path.lastIndex(of: ".") else { return [] }
        let library = LibraryObject(String(imported.path[..<dot]), builtins.copy())
        if imported.isAll {
            return try library.fieldNames.compactMap { name in
                guard let value = try library.field(name), !isKnown(name, as: value, builtins) else { return nil }
                return (name, value)
            }
        }
        guard let name = imported.name?.text else { return [] }
        let word = String(imported.path[imported.path.index(after: dot)...])
        guard let value = try library.field(word) ?? builtins.value(word),
            imported.isRenamed || !isKnown(word, as: value, builtins)
        else { return [] }
        return [(name, value)]
    }

    /// Whether a name without its module is the same.
    private static func isKnown(_ name: String, as value: Value, _ builtins: BuiltinTable) -> Bool {
        switch (builtins.value(name), value) {
        case (.function(let own)?, .function(let other)):
            if case .builtin(let own) = own.body {
                if case .builtin(let other) = other.body { own.name == other.name } else { false }
            } else {
                // A word of the library, which is known for its module's.
                true
            }
        case (.object(let own as LibraryObject)?, .object(let other as LibraryObject)): own.path == other.path
        default: false
        }
    }

    /// `nn.CrossEntropyLoss(weight=w)`: the function with such options.
    private func maker(of function: Function) -> Function {
        Function(native: function.signature.text, of: .function(function)) { value, options, _ in
            guard options.positional.isEmpty else {
                throw Failure(
                    "`\(function.name)` made so takes named options alone", help: "such as `reduction=\"sum\"`")
            }
            return .function(
                Function(native: function.signature.text, of: value) { value, arguments, interpreter in
                    let all = Arguments(arguments.positional, named: arguments.named + options.named)
                    return try interpreter.call(value, all)
                })
        }
    }

    /// A function with the defaults of the library.
    private static func function(_ function: Function, with options: [String: String]) -> Function {
        let options = options.sorted { $0.key < $1.key }.map { name, option in
            (name: name, place: FamiliarName.places[option], value: literalValue(option))
        }
        return Function(native: function.signature.text, of: .function(function)) { value, arguments, interpreter in
            var arguments = arguments
            let given = Set(arguments.named.flatMap { [$0.name] + FamiliarNames.arguments(for: $0.name) })
            for (name, place, option) in options where !given.contains(name) {
                // `np.full(shape, 7, "float32")` has it at its place.
                if let own = function.signature.index(of: name), own < arguments.positional.count,
                    !function.signature.hasRest
                {
                    continue
                }
                guard let place else {
                    arguments.named.append((name, option))
                    continue
                }
                guard arguments.positional.count > place else { continue }
                let argument = arguments.positional.remove(at: place)
                // `torch.max(a, b)` is the larger of each two elements.
                if name == "dim", case .tensor(let tensor) = argument, !tensor.isAxis,
                    let other = interpreter.builtins.value(function.name + "imum")
                {
                    return try interpreter.call(other, Arguments([arguments.positional[0], argument]))
                }
                arguments.named.append((name, argument))
            }
            return try interpreter.call(value, arguments)
        }
    }

    /// What PyTorch asks of its kernels and of other machines changes nothing here.
    package override func setField(_ name: String, to value: Value) throws {
        guard path.hasPrefix("torch.backends.") else {
            throw Failure("`\(path).\(name)` belongs to the module and cannot be set")
        }
    }

    /// `copy` and `time` are functions too, and so are the names that modules share with one of theirs, which
    /// `from pprint import pprint` imports.
    package override var isCallable: Bool { function != nil }

    private var function: Value? {
        if let row = FamiliarNames.row(at: path), let function = row.function {
            return .function(FamiliarFunctions.function(function, called: row.words[0]))
        }
        if let builtin = builtins.builtin(name) { return .function(Function(builtin: builtin)) }
        guard case .function(let function)? = try? field(name) else { return nil }
        return .function(function)
    }

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        guard let function else {
            throw Failure(
                "`\(path)` is a module and cannot be called", help: "its functions are: `help \"python\"` lists them")
        }
        return try interpreter.call(function, arguments)
    }

    package override func help(forField name: String) -> String? {
        if let row = FamiliarNames.row(at: "\(path).\(name)") { return row.hint }
        if builtins.builtin(name) != nil {
            return "dls has a function `\(name)` without `\(path).` in front, which may be another: see `?\(name)`"
        }
        return FamiliarNames.hint(name)
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        "\(shortText): its functions are built in, see `help \"\(page)\"`"
    }
}

extension Value {
    /// Whether it is a number that is no whole one, and no tensor.
    fileprivate var isPlainFraction: Bool {
        if case .number(let number) = self { number != number.rounded() } else { false }
    }
}

extension Variable {
    /// Whether it may be the number of an axis: whole, and a single one.
    fileprivate var isAxis: Bool { rank == 0 && !dtype.isFloatingPoint }
}
