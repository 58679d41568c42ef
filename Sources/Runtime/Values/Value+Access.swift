import Autograd
import Language
import NeuralNet
import TensorCore

extension Value {
    /// `x[...]`
    ///
    /// - Parameter isByPlace: Whether a column is asked by place, whatever numbers its rows have.
    package func element(_ subscripts: [Subscript], isByPlace: Bool = false) throws -> Value {
        switch self {
        case .tensor(let tensor):
            if subscripts.count > 1 || !isColumn, let element = try tensor.single(subscripts) { return element }
            let picked = try Value.tensor(tensor.at(try tensorIndices(subscripts))).unwrapped
            guard subscripts.count == 1, let rows = columnRows else { return picked }
            return column(picked, pickedBy: subscripts, of: rows)
        case .object(let object): return try object.element(subscripts)
        case .record(let record):
            if let part = try record.part(subscripts) { return .record(part) }
            let key = try key(subscripts)
            if let value = record[key] { return value }
            // `x.max(dim=1)[1]`: what PyTorch and NumPy give as a named tuple has places, too.
            if record.isNamedTuple, subscripts.count == 1, case .value(let index) = subscripts[0], index.isNumber {
                return record.entries[try position(subscripts, record.count, "record")].value
            }
            throw Value.unknownKey(key, record)
        case .set:
            throw Failure("a set has no order to index it by", help: "`sorted(s)[0]` is its smallest element")
        case .string(let text):
            return .string(try IndexedText(text).element(subscripts))
        case .range(let range) where subscripts.count == 1:
            switch subscripts[0] {
            case .slice(let start, let stop, let step):
                return .range(range[try SliceBounds(start: start, stop: stop, step: step, count: range.count)])
            case .value(let index):
                if let places = try index.pickedPlaces(of: range.count, "list") {
                    return .list(places.map { .number(range[$0]) })
                }
                return .number(range[try position(subscripts, range.count, "list")])
            case .ellipsis: return self
            }
        case .list(let elements):
            let picked = try listElement(elements, subscripts)
            guard subscripts.count == 1, let rows = columnRows else { return picked }
            if !isByPlace, case .value(let index) = subscripts[0] { try checkPlace(index, of: rows) }
            return column(picked, pickedBy: subscripts, of: rows)
        default:
            throw Failure("\(kindWithArticle) cannot be indexed")
        }
    }

    /// A part of a column is a column.
    private func column(_ picked: Value, pickedBy subscripts: [Subscript], of rows: RowSet) -> Value {
        if case .value(let index) = subscripts[0], !index.hasAxes { return picked }
        return picked.asColumn(of: subscripts.pickedRows(of: rows))
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
            if let places = try index.pickedPlaces(of: elements.count, "list") {
                return .list(places.map { elements[$0] })
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
        case .list where subscripts.count == 1 && subscripts[0].isSlice: try setListSlice(subscripts[0], to: value)
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
            if let object = instance, object.definition.isOfLibrary, !element.isObject {
                // A list that the object holds meanwhile, such as that of a `defaultdict`, would be copied.
                _ = try object.setElement(subscripts, to: .none)
                let changed = Result { try change(&element) }
                _ = try object.setElement(subscripts, to: element)
                return try changed.get()
            }
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

    /// `x[i, j] = 0.5`, which loops do often.
    ///
    /// - Returns: False where it is something else; nothing has changed then.
    private mutating func setSingle(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        guard case .number(let number) = value, var tensor = target(of: number, subscripts) else { return false }
        // The variable holds the memory, too, which would be copied.
        self = .none
        defer { self = .tensor(Variable(tensor)) }
        return try tensor.set(number, at: { subscripts[$0].whole })
    }

    /// The tensor of fractions that has an element at such places, where nothing but this variable shows it.
    private func target(of number: Double, _ subscripts: [Subscript]) -> Tensor? {
        guard case .tensor(let variable) = self, variable.owner == nil, !variable.isTracked, !variable.isDeferred,
            variable.dtype.isFloatingPoint, subscripts.count == variable.rank,
            variable.value.element({ subscripts[$0].whole }) != nil
        else { return nil }
        return variable.value
    }

    private mutating func setTensorElement(_ subscripts: [Subscript], to value: Value) throws {
        if try setSingle(subscripts, to: value) { return }
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
        if let parameter = variable.parameterOfLoop {
            guard let new = try value.elements(of: variable.dtype) else {
                throw Failure("an element of a parameter takes a number or a tensor, not \(value.kindWithArticle)")
            }
            var values = variable.value
            try values.set(tensorIndices(subscripts), to: new.value)
            return try variable.change(parameter, to: Variable(values))
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

    /// `xs[1:3] = [...]`: other elements stand where those were, of any number where the step is 1.
    private mutating func setListSlice(_ slice: Subscript, to value: Value) throws {
        guard case .slice(let start, let stop, let step) = slice, var elements = try self.elements else { return }
        guard value.isList || value.isSet, let new = try value.elements else {
            throw Failure(
                "a slice of a list takes a list, and got \(value.kindWithArticle)",
                help: "write `[x] * n` for the same value n times")
        }
        let bounds = try SliceBounds(start: start, stop: stop, step: step, count: elements.count)
        if step == 1 {
            try ListLength.check(elements.count - bounds.count + new.count)
            self = .none
            elements.replaceSubrange(bounds.first..<bounds.first + bounds.count, with: new)
        } else {
            guard bounds.count == new.count else {
                throw Failure("the slice has \(bounds.count) places, and the list \(new.count) elements")
            }
            self = .none
            for (index, element) in new.enumerated() { elements[bounds.first + index * step] = element }
        }
        self = .list(elements)
    }

    private mutating func modifyListElement<T>(
        _ subscripts: [Subscript], _ change: (inout Value) throws -> T
    ) throws -> T {
        if case .range(let range) = self { self = .list(try range.elements()) }
        guard case .value = subscripts.first, subscripts.count == 1 else {
            throw Failure(
                "elements of a list are changed one by one",
                help: "write a loop: `for i in range(len(xs)) { xs[i] += 1 }`")
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
        case .list where name == "values": try columnArray ?? self
        case .list(let elements) where name == "str": .object(ColumnTexts(elements, of: columnRows))
        case .list: columnField(name)
        default: nil
        }
    }

    private func tensorField(_ tensor: Variable, _ name: String) throws -> Value? {
        switch name {
        case "T":
            guard tensor.rank >= 2 else { return .tensor(tensor.apart()) }
            return .tensor(try tensor.permute(Array((0..<tensor.rank).reversed())))
        case "mT": return .tensor(try tensor.transpose(-1, -2))
        case "shape": return .list(tensor.shape.map { .integer($0) })
        case "dtype": return .string(tensor.dtype.name)
        case "ndim": return .integer(tensor.rank)
        case "device": return .string("cpu")
        case "size": return .integer(tensor.count)  // NumPy's; `x.size()` is PyTorch's.
        // PyTorch's: the values without what is recorded of them.
        case "data": return .tensor(Variable(tensor.value.kept))
        case "values" where isColumn: return withoutColumn
        case "requires_grad":
            return .boolean(tensor.isTracked || tensor.ownParameter.map { !$0.isFrozen } ?? false)
        default: return tensor.ownParameter == nil ? nil : parameterField(tensor, name)
        }
    }

    /// What a loop over `net.parameters()` reads of each, beside what tensors have.
    private func parameterField(_ tensor: Variable, _ name: String) -> Value? {
        switch name {
        case "name": tensor.ownName.map { .string($0) } ?? tensor.ownParameter.map { .string($0.name) }
        case "count": .integer(tensor.count)
        case "value": self
        default: nil
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
        if case .tensor(let tensor) = self, name == "requires_grad" {
            guard let own = tensor.ownParameter else {
                throw Failure(
                    "`requires_grad` is set for the parameters of a model, and this tensor is none",
                    help: "gradients are taken of a function: `grad(f)(w)`; `parameter(x)` makes a parameter")
            }
            return try own.setFrozen(!value.isTrue())
        }
        if case .tensor(let tensor) = self, name == "data" {
            guard let new = try value.asVariable(dtype: tensor.dtype) else {
                throw Failure("`data` of a tensor takes a tensor, not \(value.kindWithArticle)")
            }
            if let own = tensor.ownParameter { return try tensor.change(own, to: new) }
            self = .tensor(Variable(new.value.kept))
            return
        }
        if case .tensor = self, let hint = FamiliarNames.hint(name) {
            throw Failure("`\(name)` of a tensor cannot be set", help: hint)
        }
        if try setColumns(by: name, to: value) { return }
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
        // `w.data -= 0.1 * g`
        if case .tensor = self, name == "data", var value = try field(name) {
            let result = try change(&value)
            try setField(name, to: value)
            return result
        }
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
                "\(kindWithArticle) has no field `\(name)`",
                help: otherWay(name) ?? "`\(name)` is a function: call it as `\(call(of: name, function))`")
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

    /// How dls writes what pandas and NumPy have as a field of that name.
    private func otherWay(_ name: String) -> String? {
        switch (name, kindName) {
        case ("size", "list"), ("size", "record"): "`len(x)` is the number of elements"
        case ("size", "table"): "`len(t)` is the number of rows, and `len(t.columns)` that of columns"
        case ("empty", "list"), ("empty", "record"), ("empty", "table"): "`len(x) == 0` tells whether it is empty"
        case ("empty", "tensor"): "`numel(x) == 0` tells whether it is empty"
        case ("plot", "record"), ("plot", "table"), ("plot", "list"): "the kind is an argument: `x.plot(kind=\"bar\")`"
        case ("index", "record"): "`keys(r)` is the list of its keys"
        default: nil
        }
    }

    /// `x.get(name)`, with what the call needs beside the value itself.
    private func call(of name: String, _ function: Value) -> String {
        guard case .function(let function) = function else { return "x.\(name)()" }
        let needed = function.signature.parameters.dropFirst().filter { parameter in
            if case .required = parameter.kind { true } else { false }
        }
        return "x.\(name)(\(needed.map(\.name).joined(separator: ", ")))"
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
        let meant = Suggestion.closest(to: name, among: fieldNames).map { "did you mean `\(library.path).\($0)`?" }
        return Failure(
            "`\(library.path).\(name)` does not exist in dls",
            help: library.help(forField: name) ?? meant ?? "`help \"\(library.page)\"` shows what is")
    }

    func unknownMethod(_ name: String, interpreter: Interpreter) -> Failure {
        if let failure = memberOfClass(name) ?? memberOfLibrary(name) { return failure }
        if isNone { return noneHasNoMethod(name, Failure("")) }
        let names = fieldNames + interpreter.builtins.names
        let meant = Suggestion.closest(to: name, among: names).map { "did you mean `\($0)`?" }
        // NumPy's `np.add.at(x, i, v)`.
        let adding =
            kindName == "function" && name == "at"
            ? "`scatter_add(x, i, v)` adds each of v at its place, also where places repeat" : nil
        let help = (adding ?? FamiliarNames.hint(name) ?? meant).map { [$0] } ?? []
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

    /// The places that a list or a tensor of numbers picks of `count` elements, or a mask; nil where it is one index.
    func pickedPlaces(of count: Int, _ kind: String) throws -> [Int]? {
        let picked: [Value]
        let isMask: Bool
        if case .tensor(let tensor) = self, tensor.rank == 1 {
            let numbers = tensor.value.doubles()
            isMask = tensor.dtype == .bool
            picked = numbers.map { .number($0) }
        } else if let elements = try elements {
            isMask = !elements.isEmpty && elements.allSatisfy(\.isBoolean)
            picked = elements
        } else {
            return nil
        }
        guard isMask else { return try picked.map { try position([.value($0)], count, kind) } }
        guard picked.count == count else {
            throw Failure(
                "a mask of \(picked.count) elements cannot pick from \(count) \(kind == "table" ? "rows" : "elements")")
        }
        return try picked.indices.filter { try picked[$0].isTrue() }
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
        // `x[np.where(x > 2)]`: a list of tensors has an index for each axis, as a tuple in NumPy and PyTorch.
        if subscripts.count == 1, case .value(.list(let elements)) = subscripts[0], !elements.isEmpty,
            elements.allSatisfy({ if case .tensor(let tensor) = $0 { tensor.rank > 0 } else { false } })
        {
            return try tensorIndices(elements.map { .value($0) })
        }
        return try subscripts.map { part in
            switch part {
            case .ellipsis: return .ellipsis
            case .slice(let start, let stop, let step):
                return start == nil && stop == nil && step == 1 ? .all : .slice(start: start, stop: stop, step: step)
            case .value(let value):
                if value.isNone { return .newAxis }
                try value.checkConstant("an index")
                if case .tensor(let tensor) = value, tensor.rank > 0 || tensor.dtype == .bool {
                    return .tensor(try tensor.dtype.isFloatingPoint ? Value.wholes(tensor.value) : tensor.value)
                }
                if let index = value.asInteger { return .index(index) }
                guard let tensor = try value.asVariable(), value.isList else {
                    throw Failure(
                        "a tensor is indexed by whole numbers, slices, lists and masks, not by \(value.kindWithArticle)"
                    )
                }
                try Value.tensor(tensor).checkConstant("an index")
                return .tensor(try tensor.dtype == .bool ? tensor.value : Value.wholes(tensor.value))
            }
        }
    }

    /// Indices as int64, whatever holds them: `tensor([0, 2])` is float32.
    private static func wholes(_ indices: Tensor) throws -> Tensor {
        if let fraction = indices.doubles().first(where: { Int64(exactly: $0) == nil }) {
            throw Failure("a tensor is indexed by whole numbers, and the index has \(numberText(fraction))")
        }
        return try indices.cast(to: .int64)
    }
}

extension Record {
    /// The fields of what functions give together.
    private static let namedTuples: Set<[String]> = [
        ["values", "indices"], ["values", "counts"], ["values", "inverse"], ["values", "inverse", "counts"],
        ["values", "counts", "inverse"], ["counts", "edges"], ["values", "places"], ["values", "places", "counts"],
        ["values", "places", "inverse"], ["values", "places", "inverse", "counts"],
    ]

    var isNamedTuple: Bool { count <= 4 && Record.namedTuples.contains(names) }

    /// The first of its keys, for a message.
    fileprivate var shownKeys: String {
        let names = keys(atMost: 12).map(\.text)
        return (count <= 12 ? names : names + ["... (\(count) in all)"]).joined(separator: ", ")
    }
}
