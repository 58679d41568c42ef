import Language

/// An object of a class: fields in the order of the class, methods from the class.
package final class InstanceObject: RuntimeObject {
    let definition: ClassObject
    var fields: [Value]
    private var place = 0

    init(_ definition: ClassObject) {
        self.definition = definition
        fields = [Value](repeating: .undefined, count: definition.fields.count)
        super.init()
        place = definition.registry.add(.instance(ReferenceCounts.Reference(self)))
    }

    deinit {
        definition.registry.remove(place)
        ObjectRelease.release(&fields)
    }

    package override var kindName: String { definition.name }

    // MARK: Fields and methods

    package override var fieldNames: [String] {
        definition.fields.enumerated().filter { fields[$0.offset].isDefined }.map(\.element)
            + definition.members.filter { $0.value % 2 == 1 }.keys.sorted()
    }

    /// The fields that have values, in the order of the class.
    var assignedFields: [(name: String, value: Value)] {
        zip(definition.fields, fields).filter { $0.1.isDefined }.map { (name: $0, value: $1) }
    }

    /// A field; nil where it has no value, and for methods.
    @inline(__always)
    func fieldValue(_ name: @autoclosure () -> String, _ cache: borrowing MemberCache) -> Value? {
        guard let index = definition.field(name(), cache), fields[index].isDefined else { return nil }
        return fields[index]
    }

    package override func field(_ name: String) throws -> Value? {
        if let index = definition.field(name) { return fields[index].isDefined ? fields[index] : nil }
        if let method = definition.method(name) {
            let interpreter = definition.interpreter
            guard method.isProperty else { return .function(try method.bound(to: self, interpreter)) }
            return try interpreter.run(method.code, lastIn: method.frame(of: self, Arguments([]), interpreter))
        }
        let answer = try answer(.missingField, [.string(name)])
        return answer?.isNone == false ? answer : nil
    }

    func set(_ index: Int, to value: Value) throws {
        try checkOwnership()
        fields[index] = value
    }

    /// Changes a field in place.
    func modify<T>(_ index: Int, _ change: (inout Value) throws -> T) throws -> T {
        try checkOwnership()
        guard fields[index].isDefined else { throw Failure.unassigned(definition.fields[index]) }
        var value = Value.none
        swap(&value, &fields[index])
        defer { fields[index] = value }
        return try change(&value)
    }

    func modifyField<T>(_ name: String, _ change: (inout Value) throws -> T) throws -> T {
        guard let index = definition.field(name) else { throw unknownField(name) }
        return try modify(index, change)
    }

    package override func setField(_ name: String, to value: Value) throws {
        guard let index = definition.field(name) else { throw unknownField(name) }
        fields[index] = value
    }

    /// Of an assignment.
    private func unknownField(_ name: String) -> Failure {
        if definition.method(name)?.isProperty == true {
            return Failure(
                "`\(name)` is a property of `\(definition.name)`, which is computed where it is read",
                help: "write a method that sets what it is computed of: `fn set_\(name)(value) { self.field = value }`")
        }
        guard definition.method(name) == nil else {
            return Failure(
                "`\(name)` is a method of `\(definition.name)`, which stays as it is",
                help: "give the field another name, or write another class: `class B() : \(definition.name)() { ... }`")
        }
        let meant = Suggestion.closest(to: name, among: definition.fields).map { ["did you mean `\($0)`?"] } ?? []
        return Failure(
            "\(Value.object(self).kindWithArticle) has no field `\(name)` to set",
            help: meant + ["the fields are those that the class's block assigns: `\(name) = none` there makes one"])
    }

    package override func help(forField name: String) -> String? {
        if definition.field(name) != nil { return "its class assigns `\(name)`, and has not done so yet" }
        if let meant = Suggestion.closest(to: name, among: fieldNames) { return "did you mean `\(meant)`?" }
        let names = fieldNames
        return names.isEmpty ? "it has no fields" : "it has \(names.prefix(12).joined(separator: ", "))"
    }

    // MARK: Special methods

    /// Calls a method that the language asks for; nil where the class has none.
    func answer(_ kind: SpecialMethod, _ arguments: [Value] = []) throws -> Value? {
        guard let method = definition.special(kind) else { return nil }
        let interpreter = definition.interpreter
        return try interpreter.run(method.code, lastIn: method.frame(of: self, Arguments(arguments), interpreter))
    }

    /// Calls the method of an operator, which has two parameters.
    ///
    /// - Parameter location: Of the operator, for the trace of an error.
    func answer(
        _ kind: SpecialMethod, _ a: Value, _ b: Value, at location: Diagnostic.Location? = nil
    ) throws -> Value? {
        guard let method = definition.special(kind) else { return nil }
        let interpreter = definition.interpreter
        let frame = interpreter.frame(for: method.code, of: self)
        frame.slots[0] = a
        frame.slots[1] = b
        do { return try interpreter.run(method.code, lastIn: frame) } catch {
            guard let location else { throw error }
            throw try interpreter.wrapped(error).calling("in \(method.name)", at: location)
        }
    }

    package override var isCallable: Bool { definition.special(.call) != nil }

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        guard let method = definition.special(.call) else {
            throw Failure(
                "\(Value.object(self).kindWithArticle) cannot be called",
                help: "`fn call(x) { ... }` in the class says what a call does")
        }
        return try interpreter.run(method.code, lastIn: method.frame(of: self, arguments, interpreter))
    }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        guard let value = try answer(.get, try indices(subscripts, for: .get, others: 0)) else {
            throw Failure(
                "\(Value.object(self).kindWithArticle) cannot be indexed",
                help: "`fn get(i) { ... }` in the class says what an index gives")
        }
        return value
    }

    package override func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        guard try answer(.set, try indices(subscripts, for: .set, others: 1) + [value]) != nil else {
            throw Failure(
                "the elements of \(Value.object(self).kindWithArticle) cannot be set",
                help: "`fn set(i, value) { ... }` in the class says what that does")
        }
        return true
    }

    /// - Parameter others: How many parameters of the method are no indices.
    private func indices(_ subscripts: [Subscript], for kind: SpecialMethod, others: Int) throws -> [Value] {
        let indices = try subscripts.map { place -> Value in
            guard case .value(let value) = place else {
                throw Failure("\(Value.object(self).kindWithArticle) takes indices, and no slices")
            }
            return value
        }
        // As in Python, a method of one index gets several as a list.
        guard indices.count > 1, definition.special(kind)?.plainCount == 1 + others else { return indices }
        return [.list(indices)]
    }

    package override var length: Int? { (try? count()) ?? nil }

    /// What `fn len()` gives; nil where there is none.
    func count() throws -> Int? {
        guard let value = try answer(.len) else { return nil }
        guard let count = value.asInteger, count >= 0 else {
            throw Failure("`len` of `\(definition.name)` gives a whole number from 0 on, and gave \(value.shortText)")
        }
        return count
    }

    /// How many objects can stand for the elements of each other.
    private static let mostIterators = 100

    package override func makeIterator() throws -> (() throws -> Value?)? {
        var value = Value.object(self)
        for _ in 0..<Self.mostIterators {
            guard let object = value.instance else { return try value.makeIterator() }
            guard let elements = try object.answer(.iterate) else { return try object.indexedIterator() }
            value = elements
        }
        throw Failure(
            "`iterate` of `\(definition.name)` gives an object, which `for` cannot go through",
            help: "it gives a list or anything else with elements")
    }

    private func indexedIterator() throws -> (() throws -> Value?)? {
        guard definition.special(.get) != nil, let count = try count() else { return nil }
        var index = 0
        return { [self] in
            guard index < count else { return nil }
            defer { index += 1 }
            return try answer(.get, [.integer(index)])
        }
    }

    // MARK: Text

    package override func display(_ style: DisplayStyle) throws -> String {
        if definition.special(.show) != nil { return try shownText() ?? marker }
        return "\(definition.name) \(try record.display(style))"
    }

    package override var shortText: String { (try? shownText()) ?? marker }

    private var marker: String { "<\(definition.name)>" }

    /// Its fields, without functions, whose text says nothing.
    private var record: Value {
        .record(
            Record(
                zip(definition.fields, fields).compactMap { name, value in
                    if case .function = value { return nil }
                    return value.isDefined ? (name, value) : nil
                }))
    }

    /// What its `show` gives; nil where there is none, and where it is being shown already.
    private func shownText() throws -> String? {
        guard let method = definition.special(.show) else { return nil }
        let interpreter = definition.interpreter
        guard interpreter.showing.begin(self) else { return nil }
        defer { interpreter.showing.end(self) }
        guard let value = try answer(.show) else { return nil }
        guard case .string(let text) = value else {
            throw Failure("`show` of `\(definition.name)` gives a string, and gave \(value.kindWithArticle)")
                .located(method.code.source)
        }
        return text
    }
}

/// The objects whose texts are being made, so that those which hold each other come to an end.
struct ObjectsShown {
    private static let deepest = 100
    private static let most = 10_000
    private var objects: Set<ObjectIdentifier> = []
    private var count = 0

    /// - Returns: False for what stands for itself by its name: shown already, too deep inside others, or one too many.
    mutating func begin(_ object: InstanceObject) -> Bool {
        if objects.isEmpty { count = 0 }
        count += 1
        return count <= Self.most && objects.count < Self.deepest && objects.insert(ObjectIdentifier(object)).inserted
    }

    mutating func end(_ object: InstanceObject) { objects.remove(ObjectIdentifier(object)) }
}

extension Value {
    /// The object of a class that it is.
    @inline(__always)
    var instance: InstanceObject? {
        guard case .object(let object) = self, type(of: object) == InstanceObject.self else { return nil }
        return unsafeDowncast(object, to: InstanceObject.self)
    }
}
