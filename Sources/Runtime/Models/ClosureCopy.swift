import NeuralNet

/// Copies what a model's block has left, for a copy of the model: its variables, and the functions over them, with the
/// copies of the layers in the place of the layers.
///
/// Nothing runs again: names that the block has read may have other values by now.
final class ClosureCopy {
    private let block: Frame
    private let modules: ModuleCopies
    /// Copies of the block's frame and of those inside it, by the frames; nil for what is outside.
    private var frames: [ObjectIdentifier: Frame?] = [:]

    /// Copies of lists and records, which the block holds as long as this goes on.
    private var copies: [Key: Value] = [:]

    private struct Key: Hashable {
        let identity: PlaceInMemory
        let depth: Int
    }

    /// - Parameter modules: Holds the copies of the model's layers.
    init(of block: Frame, _ modules: ModuleCopies) {
        self.block = block
        self.modules = modules
    }

    var copiedBlock: Frame? { copy(block) }

    func copy(_ value: Value) -> Value { copy(value, depth: 0) }

    private func copy(_ value: Value, depth: Int) -> Value {
        // Deeper there are no layers of a model.
        guard depth <= Value.deepestGroup else { return value }
        // What stands in many places is copied once.
        if let identity = value.identity {
            let key = Key(identity: identity, depth: depth)
            if let known = copies[key] { return known }
            let copied = copyParts(value, depth: depth)
            copies[key] = copied
            return copied
        }
        return copyParts(value, depth: depth)
    }

    private func copyParts(_ value: Value, depth: Int) -> Value {
        switch value {
        case .list(let elements): return .list(elements.map { copy($0, depth: depth + 1) })
        case .record(let record):
            return .record(record.mapValues { copy($1, depth: depth + 1) })
        case .function(let function): return .function(copy(function))
        case .object(let object as ModuleObject):
            return modules.known(object.module).map { .object(ModuleObject($0, definition: object.definition)) }
                ?? value
        case .tensor:
            guard let own = value.parameterModule, let known = modules.known(own) as? TensorParameter else {
                return value
            }
            return .tensor(known.variable)
        default: return value
        }
    }

    func copy(_ function: Function) -> Function {
        switch function.body {
        case .builtin: return function
        case .native(let value, let run):
            return Function(
                signature: function.signature, body: .native(of: copy(value), run), defaults: function.defaults)
        case .user(let code):
            guard let closure = code.closure, let frame = copy(closure) else { return function }
            return Function(
                signature: function.signature, body: .user(code.closing(over: frame)),
                defaults: function.defaults.map(copy))
        }
    }

    /// The copy of a frame; nil for one that is not inside the block's.
    private func copy(_ frame: Frame) -> Frame? {
        if let known = frames[ObjectIdentifier(frame)] { return known }
        let parent = frame.parent.flatMap { frame === block ? nil : copy($0) }
        guard frame === block || parent != nil else {
            frames[ObjectIdentifier(frame)] = .some(nil)
            return nil
        }
        let copied = Frame(slotCount: 0, parent: parent ?? frame.parent, interpreter: frame.interpreter)
        // Known before its variables are copied: functions among them may be over this frame.
        frames[ObjectIdentifier(frame)] = copied
        copied.slots = frame.slots.map(copy)
        copied.object = frame.object
        copied.layers = frame.layers?.copyOfNames
        return copied
    }
}
