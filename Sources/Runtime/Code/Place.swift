import Language

/// Something that can be assigned to, before its parts are evaluated.
indirect enum Place {
    case cell(Cell)
    case slot(index: Int, name: String)
    /// A name of the code around a function, which the function can read and not change.
    case outerName(String, Node)
    /// A field of the object whose block or method runs.
    case field(FieldNode)
    case index(base: Place, subscripts: [SubscriptNode], Diagnostic.Location)
    case member(base: Place, name: String, Diagnostic.Location)
    /// The entry that `d.setdefault(key, usual)` makes where there is none.
    case entry(base: Place, key: Node, usual: Node?, call: Node)
    /// An expression whose value can be changed only if it is an object.
    case expression(Node)

    /// Evaluates subscripts and the base once, so that a change can be made later without running code.
    func resolved(_ frame: Frame) throws -> ResolvedPlace {
        switch self {
        case .cell(let cell): .cell(cell)
        case .slot(let index, let name): .slot(frame, index: index, name: name)
        case .outerName(let name, _): .outerName(name)
        case .field(let node): try node.resolvedPlace(frame)
        case .index(let base, let subscripts, let location):
            .index(
                base: try base.resolvedBase(frame), subscripts: try subscripts.map { try $0.evaluate(frame) }, location)
        case .member(let base, let name, let location):
            .member(base: try base.resolvedBase(frame), name: name, location)
        case .entry(let base, let key, let usual, let call):
            try entry(of: base.resolvedBase(frame), key, usual, call, frame)
        case .expression(let node): .value(try node.evaluate(frame))
        }
    }

    private func entry(
        of base: ResolvedPlace, _ key: Node, _ usual: Node?, _ call: Node, _ frame: Frame
    ) throws -> ResolvedPlace {
        // A class may have a method of the name; those of the library are records with something more.
        if case .value(let object) = base {
            let value = try call.evaluate(frame)
            guard object.instance?.definition.special(.set)?.code.source.source.isHidden == true else {
                return .value(value)
            }
            return .index(base: base, subscripts: [.value(try key.evaluate(frame))], call.location)
        }
        let (index, initial) = (try key.evaluate(frame), try usual?.evaluate(frame) ?? .none)
        try base.modify { container in
            guard case .record(var record) = container else {
                throw Failure("`setdefault` changes a record, not \(container.kindWithArticle)")
                    .located(call.location)
            }
            let key = try key.locating { try RecordKey.checked(index) }
            guard record[key] == nil else { return }
            container = .none
            record[key] = initial
            container = .record(record)
        }
        return .index(base: base, subscripts: [.value(index)], call.location)
    }

    /// What a part of it is changed in. An object is changed wherever it is known, and stays under its name meanwhile,
    /// which its methods may read.
    func resolvedBase(_ frame: Frame) throws -> ResolvedPlace {
        let object: InstanceObject? =
            switch self {
            case .cell(let cell): cell.value.instance
            case .slot(let index, _): frame.slots[index].instance
            case .outerName(_, let node): node.instance(frame)
            case .field(let node): node.instance(frame)
            case .index, .member, .entry, .expression: nil
            }
        if let object { return .value(.object(object)) }
        // `torch.backends.cudnn.benchmark = True`, of a module that needs no import
        if case .cell(let cell) = self, !cell.value.isDefined,
            let library = frame.interpreter.builtins.value(cell.name),
            library.object(as: LibraryObject.self) != nil
        {
            return .value(library)
        }
        // A model, an optimizer and a module of a library are the same ones in a function, too.
        if case .outerName(_, let node) = self, let value = try? node.evaluate(frame),
            value.object(as: ModuleObject.self) != nil || value.object(as: OptimizerObject.self) != nil
                || value.object(as: LibraryObject.self) != nil
        {
            return .value(value)
        }
        let resolved = try resolved(frame)
        if case .member(.value(let owner), let name, _) = resolved,
            let inner = try owner.instance?.field(name)?.instance
        {
            return .value(.object(inner))
        }
        return resolved
    }
}

extension Place {
    /// Puts a value there.
    func assign(_ value: Value, _ frame: Frame) throws {
        guard case .index(let base, let subscripts, let location) = self, subscripts.count == 1,
            let node = subscripts[0].index
        else { return try resolved(frame).store(value) }
        // `x[i] = v` of a list under a name is done where it stands.
        switch base {
        case .slot(let slot, let name):
            let index = try node.evaluate(frame)
            if frame.slots[slot].changeElement(index, { $0 = value }) || frame.slots[slot].insert(value, at: index) {
                return
            }
            try store(value, .slot(frame, index: slot, name: name), index, location)
        case .cell(let cell):
            let index = try node.evaluate(frame)
            if cell.value.changeElement(index, { $0 = value }) || cell.value.insert(value, at: index) { return }
            try store(value, .cell(cell), index, location)
        // The same of a list in a list, as `m[i][j] = v`.
        case .index(let outer, let rows, let rowLocation):
            guard rows.count == 1, let rowNode = rows[0].index, let variable = outer.variable(frame),
                variable.holdsParts
            else { return try resolved(frame).store(value) }
            let (row, index) = (try rowNode.evaluate(frame), try node.evaluate(frame))
            var isStored = false
            variable.changeElement(row) { list in
                isStored = list.changeElement(index, { $0 = value }) || list.insert(value, at: index)
            }
            if isStored { return }
            let base = ResolvedPlace.index(base: variable, subscripts: [.value(row)], rowLocation)
            try store(value, base, index, location)
        default: try resolved(frame).store(value)
        }
    }

    private func store(
        _ value: Value, _ base: ResolvedPlace, _ index: Value, _ location: Diagnostic.Location
    ) throws {
        try ResolvedPlace.index(base: base, subscripts: [.value(index)], location).store(value)
    }
}

extension Place {
    /// The variable that it is, for a quicker way to its elements.
    func variable(_ frame: Frame) -> ResolvedPlace? {
        switch self {
        case .cell(let cell): .cell(cell)
        case .slot(let index, let name): .slot(frame, index: index, name: name)
        default: nil
        }
    }

    var listVariable: ListVariable? {
        switch self {
        case .cell(let cell): .cell(cell)
        case .slot(let index, _): .slot(index)
        default: nil
        }
    }
}

/// A variable whose list may be changed in place.
enum ListVariable {
    case cell(Cell)
    case slot(Int)

    @inline(__always)
    func holdsList(_ frame: Frame) -> Bool {
        switch self {
        case .cell(let cell): if case .list = cell.value { true } else { false }
        case .slot(let index): if case .list = frame.slots[index] { true } else { false }
        }
    }

    /// Changes the list that it holds.
    ///
    /// - Returns: Nil where it is something else.
    @inline(__always)
    func changeList<Result>(_ frame: Frame, _ change: (inout [Value]) -> Result) -> Result? {
        switch self {
        case .cell(let cell): cell.value.changeList(change)
        case .slot(let index): frame.slots[index].changeList(change)
        }
    }
}

extension ResolvedPlace {
    /// Whether a variable holds a list.
    var isList: Bool {
        switch self {
        case .cell(let cell): if case .list = cell.value { true } else { false }
        case .slot(let frame, let slot, _): if case .list = frame.slots[slot] { true } else { false }
        default: false
        }
    }

    /// Whether a variable holds a list or a record.
    var holdsParts: Bool {
        if case .cell(let cell) = self, cell.value.isRecord { return true }
        if case .slot(let frame, let slot, _) = self, frame.slots[slot].isRecord { return true }
        return isList
    }

    /// Changes an element of a list or a record that a variable holds.
    ///
    /// - Returns: False where it is something else, or has no such element; nothing has changed then.
    @discardableResult
    func changeElement(_ index: Value, _ change: (inout Value) -> Void) -> Bool {
        switch self {
        case .cell(let cell): cell.value.changeElement(index, change)
        case .slot(let frame, let slot, _): frame.slots[slot].changeElement(index, change)
        default: false
        }
    }

    /// Changes a number in a list or a record that a variable holds, or in such a part of it.
    ///
    /// - Returns: False where it is something else, or `change` gives nil; nothing has changed then.
    func changeNumber(in row: Value? = nil, at index: Value, _ change: (Double) -> Double?) -> Bool {
        var isChanged = false
        func changeValue(_ value: inout Value) {
            guard case .number(let old) = value, let new = change(old) else { return }
            value = .number(new)
            isChanged = true
        }
        if let row {
            changeElement(row) { _ = $0.changeElement(index, changeValue) }
        } else {
            changeElement(index, changeValue)
        }
        return isChanged
    }
}

extension Value {
    /// - Returns: False where this is no list or record, or has no such element; nothing has changed then.
    @inline(__always)
    fileprivate mutating func changeElement(_ index: Value, _ change: (inout Value) -> Void) -> Bool {
        if case .number(let number) = index, case .list(var elements) = self {
            guard let offset = Int(exactly: number), elements.indices.contains(offset) else { return false }
            self = .none
            change(&elements[offset])
            self = .list(elements)
            return true
        }
        guard case .record(var record) = self, let key = RecordKey(index) else { return false }
        self = .none
        let isChanged: Void? = record.modify(key, change)
        self = .record(record)
        return isChanged != nil
    }

    @inline(__always)
    fileprivate mutating func changeList<Result>(_ change: (inout [Value]) -> Result) -> Result? {
        guard case .list(var elements) = self else { return nil }
        self = .none
        defer { self = .list(elements) }
        return change(&elements)
    }

    /// Adds an entry to a record.
    ///
    /// - Returns: False where this is not a record, or the index no key.
    fileprivate mutating func insert(_ value: Value, at index: Value) -> Bool {
        guard case .record(var record) = self, let key = RecordKey(index) else { return false }
        self = .none
        record[key] = value
        self = .record(record)
        return true
    }
}

indirect enum ResolvedPlace {
    case cell(Cell)
    case slot(Frame, index: Int, name: String)
    case outerName(String)
    case field(InstanceObject, index: Int)
    /// A field that a method reads by its bare name.
    case fieldAround(String)
    case index(base: ResolvedPlace, subscripts: [Subscript], Diagnostic.Location)
    case member(base: ResolvedPlace, name: String, Diagnostic.Location)
    case value(Value)

    /// Changes the value in place: taken out of where it lives, so that lists and tensors that nothing else
    /// holds are not copied, and put back however the change ends.
    func modify<T>(_ change: (inout Value) throws -> T) throws -> T {
        switch self {
        case .cell(let cell):
            guard cell.value.isDefined else { throw Failure.unassigned(cell.name) }
            var value = Value.none
            swap(&value, &cell.value)
            defer { cell.value = value }
            return try change(&value)
        case .slot(let frame, let index, let name):
            guard frame.slots[index].isDefined else { throw Failure.unassigned(name) }
            var value = Value.none
            swap(&value, &frame.slots[index])
            defer { frame.slots[index] = value }
            return try change(&value)
        case .outerName(let name):
            if name == "self" {
                throw Failure(
                    "`self` is the object in a class, and a model has none",
                    help: "a model's parts are named alone: `layer1 = linear 3`, and `layer1(x)` in `forward`")
            }
            throw Failure(
                "`\(name)` belongs to the code around this function, which can read it but not change it",
                help: [
                    "give it to the function as an argument and return what is new",
                    "or start with a copy of its own: `own = \(name)`, or of a model `own = clone(\(name))`",
                    "an object keeps what calls change: `class Kept(value) { }`, `kept = Kept(\(name))` around the function, and "
                        + "`kept.value` in it",
                ])
        case .field(let object, let index): return try object.modify(index, change)
        case .fieldAround(let name):
            throw Failure(
                "`\(name)` is a field of the object, which a method changes by `self`", help: "write `self.\(name)`")
        case .index(let base, let subscripts, let location):
            return try base.modify { container in
                do {
                    return try container.modifyElement(subscripts, change)
                } catch {
                    throw Failure(wrapping: error).located(location)
                }
            }
        case .member(let base, let name, let location):
            return try base.modify { container in
                do {
                    return try container.modifyField(name, change)
                } catch {
                    throw Failure(wrapping: error).located(location)
                }
            }
        case .value(var value):
            guard case .object = value else {
                throw Failure(
                    "this would change a copy that nothing holds", help: "give the value a name first, then change that"
                )
            }
            return try change(&value)
        }
    }

    /// Replaces the value.
    func store(_ value: Value) throws {
        switch self {
        case .cell(let cell): cell.value = value
        case .slot(let frame, let index, _): frame.slots[index] = value
        case .field(let object, let index): try object.set(index, to: value)
        case .index(let base, let subscripts, let location):
            try base.modify { container in
                do {
                    try container.setElement(subscripts, to: value)
                } catch {
                    throw Failure(wrapping: error).located(location)
                }
            }
        case .member(let base, let name, let location):
            try base.modify { container in
                do {
                    try container.setField(name, to: value)
                } catch {
                    throw Failure(wrapping: error).located(location)
                }
            }
        case .outerName, .fieldAround, .value:
            try modify { $0 = value }
        }
    }
}

extension Failure {
    static func unassigned(_ name: String) -> Failure {
        Failure("`\(name)` has no value yet", help: "assign to it before this line")
    }
}
