import Language

/// A variable of a file or of the session. Code holds it directly, so that reading it costs no look-up.
package final class Cell {
    package let name: String
    package var value: Value = .undefined

    init(name: String) { self.name = name }
}

/// The names of a file, of an imported file or of the session.
package final class Namespace {
    package let name: String
    private var cells: [String: Cell] = [:]
    /// In the order of their first mention.
    private var order: [String] = []
    /// Where names with values are looked up that it does not have itself.
    private let outer: Namespace?

    package init(name: String, over outer: Namespace? = nil) {
        self.name = name
        self.outer = outer
    }

    /// Gives a name a value, whatever the namespace around it has under that name.
    func define(_ name: String, _ value: Value) {
        let cell = Cell(name: name)
        cell.value = value
        if cells.updateValue(cell, forKey: name) == nil { order.append(name) }
    }

    package func cell(_ name: String) -> Cell {
        if let cell = cells[name] { return cell }
        if let outer, outer[name] != nil { return outer.cell(name) }
        let cell = Cell(name: name)
        cells[name] = cell
        order.append(name)
        return cell
    }

    /// Takes the values from all names. Code that knows the names finds them without one.
    func removeAll() {
        for name in order { cells[name]?.value = .undefined }
    }

    package subscript(name: String) -> Value? {
        guard let value = cells[name]?.value, value.isDefined else { return outer?[name] }
        return value
    }

    /// The names that have values, in the order of their first mention.
    package var definedNames: [String] {
        order.filter { cells[$0]?.value.isDefined == true }
    }
}

/// The variables of one call of a function (or model, comprehension, sweep block).
package final class Frame {
    var slots: [Value]
    var parent: Frame?
    package let interpreter: Interpreter
    /// The value of the last statement, or what `return` gave.
    var result: Value = .none
    /// Where the layers that a model's block makes are gathered.
    var layers: LayerCollector?
    /// The object whose block or method runs.
    var object: InstanceObject?
    /// Where it is registered, if functions were made in it: they and its variables may hold each other.
    private var place: Int?

    init(slotCount: Int, parent: Frame?, interpreter: Interpreter) {
        slots = slotCount == 0 ? [] : [Value](repeating: .undefined, count: slotCount)
        self.parent = parent
        self.interpreter = interpreter
    }

    deinit {
        if let place { interpreter.root.objects.remove(place) }
    }

    func register() {
        if place == nil { place = interpreter.root.objects.add(.frame(ReferenceCounts.Reference(self))) }
    }

    /// Lets go of all that it holds but its result, which was taken.
    func clear() {
        var cleared: [Value] = []
        swap(&cleared, &slots)
        for index in cleared.indices { cleared[index] = .undefined }
        swap(&cleared, &slots)
        if layers != nil { layers = nil }
        object = nil
        parent = nil
    }

    /// The value that its code has left, which it lets go of.
    @inline(__always)
    func takeResult() -> Value {
        var taken = Value.none
        swap(&taken, &result)
        return taken
    }

    /// Whether it is that of a statement of the file: code inside reads nothing in it.
    var isOfFile: Bool { parent == nil && slots.isEmpty && object == nil && layers == nil }

    @inline(__always)
    func outer(_ depth: Int) -> Frame {
        var frame = self
        for _ in 0..<depth {
            guard let parent = frame.parent else { break }
            frame = parent
        }
        return frame
    }
}

/// How a statement ended.
enum Flow {
    case normal
    case breakLoop
    case continueLoop
    case returned
}

/// An expression ready to run: names are resolved to slots and cells. The class itself is `none`.
class Node {
    let location: Diagnostic.Location

    init(_ location: Diagnostic.Location) { self.location = location }

    func evaluate(_ frame: Frame) throws -> Value { .none }

    /// Whether its value counts as true. The value is let go of here: a list that is held while it is changed is copied.
    @inline(__always)
    final func isTrue(_ frame: Frame) throws -> Bool {
        let value = try evaluate(frame)
        if case .boolean(let flag) = value { return flag }
        return try locating { try value.isTrue() }
    }

    /// The function that it reads, where that can be told without running code.
    func function(_ frame: Frame) -> Function? { nil }

    /// The value as that of a name that is called.
    func called(_ frame: Frame) throws -> Value { try evaluate(frame) }

    /// Where the value lives, if it can be changed in place.
    var place: Place? { nil }

    /// The object of a class that it reads, where that can be told without running code.
    func instance(_ frame: Frame) -> InstanceObject? { nil }

    /// Runs a body, and puts this node's place into errors that have none.
    @inline(__always)
    func locating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch { throw failure(from: error) }
    }

    @inline(never)
    func failure(from error: any Error) -> any Error {
        if error is Quit { return error }
        return Failure(wrapping: error).located(location)
    }
}

/// A statement ready to run. The class itself does nothing.
class StatementNode {
    func execute(_ frame: Frame) throws -> Flow { .normal }
}

/// The code of a function that was written in dls.
package final class UserCode {
    let slotCount: Int
    let body: StatementNode
    let closure: Frame?
    package let source: Diagnostic.Location
    let isModel: Bool
    let moduleName: String
    /// Where its variables are.
    let slotNames: [String: Int]
    /// Its text with what it reads of the code around.
    let outer: OuterCode
    /// Of a class: what its call makes an object of.
    let objectClass: ClassObject?
    /// Of a method that was read as a value: the object that it belongs to.
    let object: InstanceObject?
    /// Whether a call runs the body and nothing else.
    let isPlain: Bool

    init(
        slotCount: Int, body: StatementNode, closure: Frame?, source: Diagnostic.Location, isModel: Bool,
        moduleName: String, slotNames: [String: Int], outer: OuterCode, objectClass: ClassObject? = nil,
        object: InstanceObject? = nil
    ) {
        self.objectClass = objectClass
        self.object = object
        isPlain = !isModel && objectClass == nil
        self.slotCount = slotCount
        self.body = body
        self.closure = closure
        self.source = source
        self.isModel = isModel
        self.moduleName = moduleName
        self.slotNames = slotNames
        self.outer = outer
    }

    /// The same code over another frame.
    func closing(over frame: Frame?) -> UserCode {
        UserCode(
            slotCount: slotCount, body: body, closure: frame, source: source, isModel: isModel,
            moduleName: moduleName, slotNames: slotNames, outer: outer, objectClass: objectClass, object: object)
    }

    /// The same code as a method of an object.
    func bound(to object: InstanceObject) -> UserCode {
        UserCode(
            slotCount: slotCount, body: body, closure: closure, source: source, isModel: isModel,
            moduleName: moduleName, slotNames: slotNames, outer: outer, object: object)
    }

    /// Of functions that are not written in dls. Nothing changes it, and it has no frame that something could change.
    nonisolated(unsafe) static let none: UserCode = {
        let nowhere = Diagnostic.Location(source: SourceText(name: "", text: ""), span: Span(0, 0))
        return UserCode(
            slotCount: 0, body: StatementNode(), closure: nil, source: nowhere, isModel: false, moduleName: "",
            slotNames: [:], outer: OuterCode(at: nowhere))
    }()
}
