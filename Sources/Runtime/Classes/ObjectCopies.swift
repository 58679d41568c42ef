import Autograd
import NeuralNet
import TensorCore

/// Copies an object, or a list or record of objects, with all that it holds: what it holds in two places is one copy, and so are objects that hold each
/// other. Functions stay as they are.
struct ObjectCopies {
    private static let deepestList = 1000
    private var copies: [ObjectIdentifier: InstanceObject] = [:]
    private var left: [(source: InstanceObject, copy: InstanceObject)] = []
    private var tensors: [ObjectIdentifier: Variable] = [:]
    private let modules = ModuleCopies()

    static func copy(of value: Value) throws -> Value {
        var copies = ObjectCopies()
        let copy = try copies.copy(value, depth: 0)
        while let (source, copy) = copies.left.popLast() {
            if Interrupt.isRequested { throw Failure.interrupted }
            copy.fields = try source.fields.map { try copies.copy($0, depth: 0) }
        }
        return copy
    }

    /// The copy of an object, whose fields are copied later: objects can hold each other in long chains.
    private mutating func copy(_ object: InstanceObject) -> InstanceObject {
        if let known = copies[ObjectIdentifier(object)] { return known }
        let copy = InstanceObject(object.definition)
        copies[ObjectIdentifier(object)] = copy
        left.append((object, copy))
        return copy
    }

    private mutating func copy(_ value: Value, depth: Int) throws -> Value {
        switch value {
        case .list, .record:
            guard depth < Self.deepestList else {
                throw Failure("lists and records are nested too deep for a copy (\(Self.deepestList) levels)")
            }
        default: break
        }
        switch value {
        case .list(let elements): return .list(try elements.map { try copy($0, depth: depth + 1) })
        case .record(let record):
            return .record(try record.mapValues { try copy($1, depth: depth + 1) })
        case .object(let module as ModuleObject):
            return .object(ModuleObject(try modules.copy(module.module), definition: module.definition))
        case .tensor(let tensor): return .tensor(try copy(tensor))
        default: return value.instance.map { .object(copy($0)) } ?? value
        }
    }

    /// A tensor by itself: the copy of a parameter is another parameter, and no optimizer of the one trains the other.
    private mutating func copy(_ tensor: Variable) throws -> Variable {
        if let known = tensors[ObjectIdentifier(tensor)] { return known }
        let copy =
            if let own = tensor.owner as? TensorParameter, !own.parameter.isRecording,
                let copied = try modules.copy(own) as? TensorParameter
            {
                copied.variable
            } else { tensor.apart() }
        tensors[ObjectIdentifier(tensor)] = copy
        return copy
    }
}
