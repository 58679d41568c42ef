import Autograd
import Figures
import TensorCore

/// A value of the language.
///
/// Lists, records, sets and tensors are values: assigning to an element changes the one name on the left and
/// nothing else. Objects (models, optimizers, datasets, runs, ...) are shared.
package enum Value {
    /// A name that has no value yet, or an argument that was not given; never seen by a user.
    case undefined
    case none
    case boolean(Bool)
    case number(Double)
    case string(String)
    case list([Value])
    /// Whole numbers that a loop goes through without making them all; a list to the user.
    case range(NumberRange)
    case record(Record)
    case set(KeySet)
    case tensor(Variable)
    case function(Function)
    case object(RuntimeObject)

    package static func tensor(_ tensor: Tensor) -> Value { .tensor(Variable(tensor)) }

    package static func integer(_ value: Int) -> Value { .number(Double(value)) }

    package static func strings(_ values: [String]) -> Value { .list(values.map { .string($0) }) }

    package static func numbers(_ values: [Double]) -> Value { .list(values.map { .number($0) }) }

    /// What its kind is called in messages, without an article.
    package var kindName: String {
        switch self {
        case .undefined: "nothing"
        case .none: "none"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .list, .range: "list"
        case .record: "record"
        case .set: "set"
        case .tensor: "tensor"
        case .function(let function): function.objectClass == nil ? "function" : "class"
        case .object(let object): object.kindName
        }
    }

    /// Its kind with an article, as in "takes a tensor, not a string".
    package var kindWithArticle: String {
        switch self {
        case .undefined, .none: kindName
        default: "aeiouAEIOU".contains(kindName.first ?? "x") ? "an \(kindName)" : "a \(kindName)"
        }
    }

    package var isDefined: Bool {
        if case .undefined = self { false } else { true }
    }

    /// Whether it is `none` or was not given.
    package var isNone: Bool {
        switch self {
        case .none, .undefined: true
        default: false
        }
    }

    /// The elements of a list, range or set.
    ///
    /// - Throws: `Failure` for a range of more numbers than a list can have.
    package var elements: [Value]? {
        get throws {
            switch self {
            case .list(let elements): elements
            case .range(let range): try range.elements()
            case .set(let set): set.elements.map(\.value)
            default: nil
            }
        }
    }

    /// Whether it is a list, which a range is too.
    package var isList: Bool {
        switch self {
        case .list, .range: true
        default: false
        }
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    var isRecord: Bool { if case .record = self { true } else { false } }

    var isSet: Bool { if case .set = self { true } else { false } }

    /// Whether it is a record or a set.
    var isMap: Bool { isRecord || isSet }

    /// The object if it is one of a given kind.
    package func object<T: RuntimeObject>(as type: T.Type) -> T? {
        if case .object(let object) = self { object as? T } else { nil }
    }
}

/// Something with an identity of its own: a model, a layer, a dataset, a table, a run, ...
package class RuntimeObject {
    private let ownership = Ownership()

    package init() {}

    /// What users call its kind: `model`, `table`.
    package var kindName: String { "object" }

    /// The names that can be read with a point.
    package var fieldNames: [String] { [] }

    package func field(_ name: String) throws -> Value? { nil }

    /// Refuses a change where other runs of a sweep read it.
    final func checkOwnership() throws { try ownership.check("\(Value.object(self).kindWithArticle)") }

    /// Sets a field, unless other runs of a sweep read it.
    final func assign(_ name: String, _ value: Value) throws {
        try checkOwnership()
        try setField(name, to: value)
    }

    /// Sets a field; objects refuse unless they say otherwise. It is called by `assign` alone.
    package func setField(_ name: String, to value: Value) throws {
        throw Failure("the fields of \(Value.object(self).kindWithArticle) cannot be set")
    }

    /// `x(...)`
    package func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        throw Failure("\(Value.object(self).kindWithArticle) cannot be called")
    }

    package var isCallable: Bool { false }

    /// `x[...]`
    package func element(_ subscripts: [Subscript]) throws -> Value {
        throw Failure("\(Value.object(self).kindWithArticle) cannot be indexed")
    }

    /// `x[...] = value`; false for objects whose elements cannot be set.
    package func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool { false }

    /// How to go on where there is no such field; nil: as for any value.
    package func help(forField name: String) -> String? { nil }

    /// `x.name[...]` where the whole field need not be made for it; nil to go the long way.
    package func fieldElement(_ name: String, _ subscripts: [Subscript]) throws -> Value? { nil }

    /// What `len` gives, if it has a length.
    package var length: Int? { nil }

    /// Goes through its elements; nil if it has none.
    package func makeIterator() throws -> (() throws -> Value?)? { nil }

    /// What is shown for it, several lines if need be.
    package func display(_ style: DisplayStyle) throws -> String { "<\(kindName)>" }

    /// The columns that `plot` draws of it.
    package var plotted: [(name: String, values: [Value])]? { nil }

    /// The picture that `show` draws of it, if it is one.
    package var picture: Figure? { nil }

    /// Its parts for `a, b = x`.
    var unpacked: [Value]? { nil }

    /// What stands for it inside a list, a record or a string.
    package var shortText: String { "<\(kindName)>" }
}

/// An evaluated part of `x[...]`.
package enum Subscript {
    case value(Value)
    case slice(start: Int?, stop: Int?, step: Int)
    case ellipsis

    var isSlice: Bool { if case .slice = self { true } else { false } }

    /// The index, where it is a whole number.
    var whole: Int? {
        if case .value(.number(let number)) = self { Int(exactly: number) } else { nil }
    }
}
