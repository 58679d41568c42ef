import Autograd
import Language
import NeuralNet
import TensorCore

extension Value {
    /// `x[...]`
    package func element(_ subscripts: [Subscript]) throws -> Value {
        switch self {
        case .tensor(let tensor): return try Value.tensor(tensor.at(try tensorIndices(subscripts))).unwrapped
        case .object(let object): return try object.element(subscripts)
        case .record(let record):
            let key = try key(subscripts)
            guard let value = record[key] else { throw Value.unknownKey(key, record) }
            return value
        case .set:
            throw Failure("a set has no order to index it by", help: "`sorted(s)[0]` is its smallest element")
        case .string(let text):
            return .string(try IndexedText(text).element(subscripts))
        case .range(let range) where subscripts.count == 1:
            switch subscripts[0] {
            case .slice(let start, let stop, let step):
                return .range(range[try SliceBounds(start: start, stop: stop, step: step, count: range.count)])
            case .value(let index):
                if let picked = try index.elements { return .list(try picked.map { try element([.value($0)]) }) }
                return .number(range[try position(subscripts, range.count, "list")])
            case .ellipsis: return self
            }
        case .list(let elements):
            return try listElement(elements, subscripts)
        default:
            throw Failure("\(kindWithArticle) cannot be indexed")
        }
    }

    private func listElement(_ elements: [Value], _ subscripts: [Subscript]) throws -> Value {
        if subscripts.count > 1 {
            // Rows and columns: a rectangular list is taken as a tensor.
            if let tensor = try asVariable() {
                return try Value.tensor(tensor.at(try tensorIndices(subscripts))).unwrapped
            }
            throw Failure("a list takes one index", help: "lists in a list are read by `x[0][1]`")
        }
        switch subscripts.first {
        case .slice: return .list(try sliced(elements, subscripts))
        case .value(let index):
            if let picked = try index.elements {
                return .list(try picked.map { try listElement(elements, [.value($0)]) })
            }
            return elements[try position(subscripts, elements.count, "list")]
        default: return self
        }
    }

    // What is changed is taken out of `self` first, by `guard case`: a value that is held once is changed in place. A
    // `switch` over `self` would hold a second copy until its end.

    /// `x[...] = value`
    mutating func setElement(_ subscripts: [Subscript], to value: Value) throws {
        if let name = Value.columnName(subscripts), try setColumn(name, to: value) { return }
        if case .object(let object) = self, try object.setElement(subscripts, to: value) { return }
        switch kindOfChange {
        case .record: try setEntry(key(subscripts), to: value)
        case .tensor: try setTensorElement(subscripts, to: value)
        case .list, .others: try modifyElement(subscripts) { $0 = value }
        }
    }

    /// The tensor it stands for where it is assigned to elements of a dtype.
    ///
    /// - Throws: `Failure` for what the dtype does not hold: fractions among whole numbers, large ones in uint8.
    private func elements(of dtype: DType) throws -> Variable? {
        guard let new = try asVariable() else { return nil }
        guard
            dtype == .int64 && new.dtype.isFloatingPoint
                || dtype == .uint8 && new.dtype != .bool && new.dtype != .uint8,
            let misfit = new.value.doubles().first(where: { dtype.meeting($0) != dtype })
        else { return new }
        throw Failure(
            "a tensor of dtype \(dtype.name) does not hold \(numberText(misfit))",
            help: "convert the tensor first, such as `x = cast(x, \"float32\")`")
    }

    /// Changes an element in place.
    mutating func modifyElement<T>(_ subscripts: [Subscript], _ change: (inout Value) throws -> T) throws -> T {
        if let name = Value.columnName(subscripts), let result = try changeColumn(name, change) { return result }
        switch kindOfChange {
        case .list: return try modifyListElement(subscripts, change)
        case .record: return try modifyEntry(key(subscripts), change)
        case .tensor, .others:
            var element = try changeableElement(subscripts)
            let result = try change(&element)
            if case .object(let object) = self {
                if case .object = element { return result }
                _ = try object.setElement(subscripts, to: element)
                return result
            }
            try setElement(subscripts, to: element)
            return result
        }
    }

    private enum KindOfChange { case list, record, tensor, others }

    private var kindOfChange: KindOfChange {
        switch self {
        case .list, .range: .list
        case .record: .record
        case .tensor: .tensor
        default: .others
        }
    }

    private mutating func setTensorElement(_ subscripts: [Subscript], to value: Value) throws {
        guard case .tensor(var variable) = self else { return }
        if let owner = variable.owner as? TensorParameter {
            var values = try owner.parameter.snapshot()
            guard let new = try value.elements(of: values.dtype), !owner.parameter.isRecording else {
                throw Failure(
                    "an element of a parameter takes a number or a tensor, outside `step` and `grad`",
                    help: "make a tensor of it first: `v = w + 0`")
            }
            try Value.tensor(new).checkConstant("an element of a parameter")
            try values.set(tensorIndices(subscripts), to: new.value)
            return try owner.parameter.replace(with: values)
        }
        let indices = try tensorIndices(subscripts)
        guard let new = try value.elements(of: variable.dtype) else {
            throw Failure("an element of a tensor takes a number or a tensor, not \(value.kindWithArticle)")
        }
        if variable.isTracked || new.isTracked {
            if !variable.dtype.isFloatingPoint {
                try Value.tensor(new).checkConstant("an element of a tensor of dtype \(variable.dtype.name)")
            }
            self = .tensor(try variable.setting(indices, to: new))
            return
        }
        // Let go of every other hold on the memory first, so that it is written in place and not copied.
        var tensor = variable.value
        self = .none
        variable = new
        defer { self = .tensor(Variable(tensor)) }
        try tensor.set(indices, to: new.value)
    }

    private mutating func modifyListElement<T>(
        _ subscripts: [Subscript], _ change: (inout Value) throws -> T
    ) throws -> T {
        if case .range(let range) = self { self = .list(try range.elements()) }
        guard case .value = subscripts.first, subscripts.count == 1 else {
            throw Failure(
                "elements of a list are assigned one by one", help: "make a tensor of it to assign to slices")
        }
        let index = try position(subscripts, knownCount ?? 0, "list")
        guard case .list(var elements) = self else { return try change(&self) }
        self = .none
        defer { self = .list(elements) }
        var element = Value.none
        swap(&element, &elements[index])
        defer { swap(&element, &elements[index]) }
        return try change(&element)
    }

    private func changeableElement(_ subscripts: [Subscript]) throws -> Value {
        switch self {
        case .tensor, .object: return try element(subscripts)
        case .string:
            throw Failure(
                "the characters of a string cannot be assigned to", help: "`replace(text, old, new)` gives a new string"
            )
        default: throw Failure("\(kindWithArticle) cannot be indexed")
        }
    }

    /// The index of a record: `d[i, j]` is by the list of the two.
    private func key(_ subscripts: [Subscript]) throws -> RecordKey {
        let values = try subscripts.map { part in
            guard case .value(let value) = part else {
                throw Failure(
                    "a record is indexed by keys, and has no slices", help: "`items(r)` gives the list of its fields")
            }
            return value
        }
        return try RecordKey.checked(values.count == 1 ? values[0] : .list(values))
    }

    /// `x.name`, nil where there is no such field.
    package func field(_ name: String) throws -> Value? {
        switch self {
        case .record(let record): record[name]
        case .tensor(let tensor): try tensorField(tensor, name)
        case .object(let object): try object.field(name)
        // A column of a table is a list, and `t.x.values` in pandas its elements.
        case .list where name == "values": self
        case .list(let elements) where name == "str": .object(ColumnTexts(elements))
        default: nil
        }
    }

    private func tensorField(_ tensor: Variable, _ name: String) throws -> Value? {
        switch name {
        case "T":
            guard tensor.rank >= 2 else { return self }
            return .tensor(try tensor.permute(Array((0..<tensor.rank).reversed())))
        case "shape": return .list(tensor.shape.map { .integer($0) })
        case "dtype": return .string(tensor.dtype.name)
        case "ndim": return .integer(tensor.rank)
        // PyTorch's: the values without what is recorded of them.
        case "data": return .tensor(Variable(tensor.value))
        default: return nil
        }
    }

    /// The fields that can be read with a point.
    package var fieldNames: [String] {
        switch self {
        case .record(let record): record.names
        case .tensor: ["T", "shape", "dtype", "ndim"]
        case .object(let object): object.fieldNames
        default: []
        }
    }

    mutating func setField(_ name: String, to value: Value) throws {
        if case .tensor = self, let hint = name == "data" ? "write `w -= 0.1 * g`" : FamiliarNames.hint(name) {
            throw Failure("`\(name)` of a tensor cannot be set", help: hint)
        }
        if try setColumn(name, to: value) { return }
        if case .object(let object) = self { return try object.assign(name, value) }
        try setEntry(.string(name), to: value)
    }

    private mutating func setEntry(_ key: RecordKey, to value: Value) throws {
        guard case .record(var record) = self else { throw Failure("\(kindWithArticle) has no fields to assign to") }
        self = .none
        record[key] = value
        self = .record(record)
    }

    mutating func modifyField<T>(_ name: String, _ change: (inout Value) throws -> T) throws -> T {
        if let instance { return try instance.modifyField(name, change) }
        if let result = try changeColumn(name, change) { return result }
        if case .object(let object) = self {
            guard var value = try object.field(name) else {
                throw Failure(
                    "\(kindWithArticle) has no field `\(name)`",
                    help: [object.help(forField: name) ?? FamiliarNames.hint(name)].compactMap { $0 })
            }
            if case .object = value { return try change(&value) }
            let result = try change(&value)
            try object.assign(name, value)
            return result
        }
        return try modifyEntry(.string(name), change)
    }

    private mutating func modifyEntry<T>(_ key: RecordKey, _ change: (inout Value) throws -> T) throws -> T {
        guard case .record(var record) = self else { throw Failure("\(kindWithArticle) has no fields to assign to") }
        self = .none
        defer { self = .record(record) }
        guard let result = try record.modify(key, change) else {
            var failure = Value.unknownKey(key, record)
            failure.diagnostic.help.append(
                "where a key may be missing, `d[k] = d.get(k, 0) + 1` counts, and `d.setdefault(k, [])` makes it first")
            throw failure
        }
        return result
    }

    // MARK: Errors

    func unknownField(_ name: String, interpreter: Interpreter) -> Failure {
        if let failure = memberOfClass(name) ?? memberOfLibrary(name) { return failure }
        if case .object(let object) = self, let help = object.help(forField: name) {
            return Failure("\(kindWithArticle) has no field `\(name)`", help: help)
        }
        if name == "grad" {
            return Failure(
                "\(kindWithArticle) has no field `grad`",
                help: "gradients are taken of a function: `grad(f)(w)`; `step opt loss` takes and applies them")
        }
        if fieldNames.isEmpty || !fieldNames.contains(name),
            let function = interpreter.builtins.value(name), case .function = function
        {
            return Failure(
                "\(kindWithArticle) has no field `\(name)`", help: "`\(name)` is a function: call it as `x.\(name)()`")
        }
        var help: [String] = []
        if let hint = FamiliarNames.hint(name) {
            help.append(hint)
        } else if let meant = Suggestion.closest(to: name, among: fieldNames) {
            help.append("did you mean `\(meant)`?")
        } else if !fieldNames.isEmpty {
            help.append("it has \(fieldNames.prefix(12).joined(separator: ", "))")
        }
        return Failure("\(kindWithArticle) has no field `\(name)`", help: help)
    }

    /// Where it is a class: the members are those of its objects.
    private func memberOfClass(_ name: String) -> Failure? {
        guard case .function(let function) = self, let definition = function.objectClass else { return nil }
        let isKnown = definition.members[name] != nil
        return Failure(
            isKnown
                ? "`\(name)` belongs to the objects of the class `\(definition.name)`, not to the class"
                : "the class `\(definition.name)` has no field `\(name)`",
            help: "make an object first: `x = \(definition.code.signature.text)`, then `x.\(name)`")
    }

    /// Where it is a module of Python, such as `np`.
    func memberOfLibrary(_ name: String) -> Failure? {
        guard let library = object(as: LibraryObject.self) else { return nil }
        if case .string(let type)? = try? library.field(name), DType(name: type) != nil {
            return Failure(
                "`\(library.path).\(name)` is a type, and no function",
                help: "write `tensor(x, dtype=\(library.path).\(name))`")
        }
        let meant = Suggestion.closest(to: name, among: fieldNames).map { "did you mean `\(library.path).\($0)`?" }
        return Failure(
            "`\(library.path).\(name)` does not exist in dls",
            help: library.help(forField: name) ?? meant ?? "`help \"\(library.page)\"` shows what is")
    }

    func unknownMethod(_ name: String, interpreter: Interpreter) -> Failure {
        if let failure = memberOfClass(name) ?? memberOfLibrary(name) { return failure }
        let names = fieldNames + interpreter.builtins.names
        let meant = Suggestion.closest(to: name, among: names).map { "did you mean `\($0)`?" }
        let help = (FamiliarNames.hint(name) ?? meant).map { [$0] } ?? []
        return Failure("\(kindWithArticle) has no field `\(name)`, and no function has that name", help: help)
    }

    static func unknownKey(_ key: RecordKey, _ record: Record) -> Failure {
        var help = record.isEmpty ? "it is empty" : "it has \(record.shownKeys)"
        guard case .string(let name) = key else {
            return Failure("the record has no key \(key.text)", help: help)
        }
        let names = record.keys(atMost: 1000).compactMap { if case .string(let name) = $0 { name } else { nil } }
        if let meant = Suggestion.closest(to: name, among: names) { help = "did you mean `\(meant)`?" }
        return Failure("the record has no field `\(name)`", help: help)
    }

    // MARK: Indices

    package var asString: String? {
        if case .string(let text) = self { text } else { nil }
    }

    private func single(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 1, case .value(let value) = subscripts[0] else {
            throw Failure("\(kindWithArticle) takes one index")
        }
        return value
    }

    func position(_ subscripts: [Subscript], _ count: Int, _ kind: String) throws -> Int {
        let value = try single(subscripts)
        try value.checkConstant("an index")
        guard let index = value.asInteger else {
            throw Failure("a \(kind) is indexed by a whole number, not \(value.kindWithArticle)")
        }
        let position = index < 0 ? index + count : index
        guard position >= 0, position < count else {
            let size = count == 1 ? "1 element" : "\(count) elements"
            throw Failure(
                "index \(index) is out of range: the \(kind) has \(size)",
                help: count == 0 ? [] : ["indices go from 0 to \(count - 1), or from -\(count) to -1"])
        }
        return position
    }

    private func sliced<T>(_ elements: [T], _ subscripts: [Subscript]) throws -> [T] {
        guard subscripts.count == 1, case .slice(let start, let stop, let step) = subscripts[0] else {
            throw Failure("\(kindWithArticle) takes one index")
        }
        return try SliceBounds(start: start, stop: stop, step: step, count: elements.count).map { elements[$0] }
    }

    private func tensorIndices(_ subscripts: [Subscript]) throws -> [TensorIndex] {
        try subscripts.map { part in
            switch part {
            case .ellipsis: return .ellipsis
            case .slice(let start, let stop, let step):
                return start == nil && stop == nil && step == 1 ? .all : .slice(start: start, stop: stop, step: step)
            case .value(let value):
                if value.isNone { return .newAxis }
                try value.checkConstant("an index")
                if case .tensor(let tensor) = value, tensor.rank > 0 || tensor.dtype == .bool {
                    return .tensor(tensor.value)
                }
                if let index = value.asInteger { return .index(index) }
                guard let tensor = try value.asVariable(), value.isList else {
                    throw Failure(
                        "a tensor is indexed by whole numbers, slices, lists and masks, not by \(value.kindWithArticle)"
                    )
                }
                try Value.tensor(tensor).checkConstant("an index")
                if tensor.dtype == .bool { return .tensor(tensor.value) }
                if let fraction = tensor.value.doubles().first(where: { Int64(exactly: $0) == nil }) {
                    throw Failure("a tensor is indexed by whole numbers, and the list has \(numberText(fraction))")
                }
                return .tensor(try tensor.value.cast(to: .int64))
            }
        }
    }
}

extension Record {
    /// The first of its keys, for a message.
    fileprivate var shownKeys: String {
        let names = keys(atMost: 12).map(\.text)
        return (count <= 12 ? names : names + ["... (\(count) in all)"]).joined(separator: ", ")
    }
}

/// The positions of a slice with Python's rules.
package struct SliceBounds {
    let first: Int
    let step: Int
    let count: Int

    init(first: Int, step: Int, count: Int) {
        self.first = first
        self.step = step
        self.count = count
    }

    init(start: Int?, stop: Int?, step: Int, count: Int) throws {
        guard step != 0 else { throw Failure("the step of a slice cannot be 0") }
        func clamped(_ bound: Int?, _ absent: Int) -> Int {
            guard let bound else { return absent }
            let position = bound < 0 ? bound + count : bound
            return step > 0 ? min(max(position, 0), count) : min(max(position, -1), count - 1)
        }
        let first = clamped(start, step > 0 ? 0 : count - 1)
        let last = clamped(stop, step > 0 ? count : -1)
        let distance = step > 0 ? last - first : first - last
        // Rounded up, without the sum that could be too large for the steps of strangers.
        let steps = distance > 0 ? (UInt(distance) - 1) / step.magnitude + 1 : 0
        self.init(first: first, step: step, count: Int(steps))
    }

    /// - Throws: `InterruptError`; what `transform` throws.
    func map<Result>(_ transform: (Int) throws -> Result) throws -> [Result] {
        try (0..<count).mapUntilInterrupt { try transform(first + $0 * step) }
    }
}
