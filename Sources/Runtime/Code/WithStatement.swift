import Autograd
import Language
import TensorCore

/// What `with` takes: how the block behind it runs.
package final class ContextObject: RuntimeObject {
    /// Whether gradients flow through what the block computes; nil where it changes nothing.
    let isTracking: Bool?
    /// What `as` names.
    let value: Value

    init(isTracking: Bool? = nil, value: Value = .none) {
        self.isTracking = isTracking
        self.value = value
    }

    package override var kindName: String { "context" }

    package override func display(_ style: DisplayStyle) throws -> String { "what a block runs in: `with x { ... }`" }
}

/// `with torch.no_grad() { ... }`
final class WithStatement: StatementNode {
    let context: Node
    let name: TargetNode?
    let body: StatementNode

    init(_ context: Node, _ name: TargetNode?, _ body: StatementNode) {
        self.context = context
        self.name = name
        self.body = body
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let value = try context.evaluate(frame)
        if let object = value.object(as: ContextObject.self) {
            try name?.assign(object.value, frame)
            guard let isTracking = object.isTracking else { return try body.execute(frame) }
            return try Recording.tracking(isTracking) { try body.execute(frame) }
        }
        guard let object = value.instance, let enter = object.definition.method("enter"),
            let exit = object.definition.method("exit")
        else {
            throw Failure(
                "`with` works with files, with `torch.no_grad()` and its like, and with objects that have `enter` and "
                    + "`exit`, and got \(value.kindWithArticle)",
                help: value.isCallable
                    ? "call it: `with f() { ... }`"
                    : "do what is done before and after the block in lines of its own: `try { ... } finally { ... }`"
            ).located(context.location)
        }
        let interpreter = frame.interpreter
        let entered = try context.locating {
            try interpreter.call(.function(enter.bound(to: object, interpreter)), Arguments([]))
        }
        try name?.assign(entered, frame)
        return try inside(frame) { kind, error in
            try context.locating {
                let function = try exit.bound(to: object, interpreter)
                let isPlain = function.signature.parameters.isEmpty
                return try interpreter.call(.function(function), Arguments(isPlain ? [] : [kind, error, .none]))
                    .isTrue()
            }
        }
    }

    /// Runs the block, and what leaves it in any case; that tells whether an error ends with it.
    private func inside(_ frame: Frame, leave: (_ kind: Value, _ error: Value) throws -> Bool) throws -> Flow {
        let flow: Flow
        do {
            flow = try body.execute(frame)
        } catch {
            let interpreter = frame.interpreter
            let calls = interpreter.failedCalls
            let failure = error as? Failure
            let isInterrupted = Interrupt.isRequested
            if isInterrupted { Interrupt.clear() }
            defer { if isInterrupted { Interrupt.request() } }
            let record = failure?.isInterrupt == false ? failure?.record ?? .none : .none
            let isHandled = try leave(record.isNone ? .none : .string("error"), record)
            guard isHandled, !record.isNone else {
                interpreter.failedCalls = calls
                throw error
            }
            interpreter.failedCalls.removeAll()
            return .normal
        }
        let result = frame.result
        _ = try leave(.none, .none)
        frame.result = result
        return flow
    }
}
