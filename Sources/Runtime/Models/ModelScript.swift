import Autograd
import Datasets
import NeuralNet
import Synchronization
import TensorCore
import Training

/// What a model's block has left beside its layers: functions, lists and records of layers, what text means to it.
package final class ModelScript: Translating {
    /// The `forward` of the block, if it has one.
    let forward: Function?
    /// Its other functions, which are called as `net.name(...)`.
    let functions: [String: Function]
    /// The lists and records of the block that have layers in them.
    private(set) var fields: [String: Value]
    /// Whether it has other layers than those that its maker makes.
    private(set) var hasOtherLayers = false
    package private(set) var coding: TextCoding?
    /// The function that made the model, and the values of its parameters.
    let maker: (function: Function, values: [Value])
    private let ownership = Ownership()
    /// The variables of the block; nil where nothing reads them any more.
    private let block: Frame?
    private unowned let root: Interpreter
    /// The model's layers and models, and whether it was told that another is applied.
    private var modules: Set<ObjectIdentifier> = []
    private let isForeignTold = Atomic(false)

    init(
        _ block: Frame?, _ functions: [String: Function], _ fields: [String: Value], coding: TextCoding?,
        maker: (function: Function, values: [Value]), interpreter: Interpreter
    ) {
        self.maker = maker
        self.block = functions.isEmpty && fields.isEmpty ? nil : block
        var functions = functions
        forward = functions.removeValue(forKey: "forward")
        self.functions = functions
        self.fields = fields
        self.coding = coding
        root = interpreter.root
    }

    var allFunctions: [Function] {
        (forward.map { [$0] } ?? []) + functions.sorted { $0.key < $1.key }.map(\.value)
    }

    package func adopt(_ coding: TextCoding?) throws {
        try ownership.check("the vocabularies of the model")
        self.coding = coding
    }

    /// Makes this the script of a model that holds the block's layers.
    func install(in model: Model) {
        model.script = self
        block?.layers?.model = model
        modules = model.identities
        // The model holds what it is given here, which must not hold the model.
        let name = model.name
        if let forward { model.customForward = { [self] in try run(forward, of: name, $0, $1) } }
        model.copyCode = { [self] copy, modules in
            let closure = block.map { ClosureCopy(of: $0, modules) }
            var functions = functions
            functions["forward"] = forward
            let script = ModelScript(
                closure?.copiedBlock, functions.mapValues { closure?.copy($0) ?? $0 },
                fields.mapValues { closure?.copy($0) ?? $0 }, coding: coding, maker: maker,
                interpreter: root)
            script.hasOtherLayers = hasOtherLayers
            script.install(in: copy)
        }
    }

    /// Gives a name of the block another layer, or other layers.
    func replace(_ name: String, by value: Value, in model: Model) {
        hasOtherLayers = true
        fields[name] = value.object(as: ModuleObject.self) == nil ? value : nil
        if let block, let slot = block.layers?.slotNames[name] { block.slots[slot] = value }
        modules = model.identities
    }

    /// The value of a name of the block.
    func variable(_ name: String) -> Value? {
        guard let block, let slot = block.layers?.slotNames[name], block.slots[slot].isDefined else { return nil }
        return block.slots[slot]
    }

    /// The pass that layers are applied in now.
    var currentContext: ForwardContext? { interpreter.currentContext }

    /// Runs `forward` on tensors.
    private func run(
        _ forward: Function, of name: String, _ inputs: [Variable], _ context: ForwardContext
    ) throws -> [Variable] {
        let interpreter = interpreter
        let outer = interpreter.runningModel
        interpreter.runningModel = self
        defer { interpreter.runningModel = outer }
        let value = try interpreter.applying(context) {
            let arguments = Arguments(inputs.map { .tensor($0) }).knowing(context, for: forward)
            return try interpreter.call(.function(forward), arguments)
        }
        interpreter.structuredOutput = nil
        if case .tensor(let output) = value { return [output] }
        var outputs: [Variable] = []
        guard value.isList, try ModelScript.gather(value, into: &outputs, depth: 0), !outputs.isEmpty else {
            throw Failure(
                "`forward` of `\(name)` gives a tensor or a list of them, and this one gave \(value.kindWithArticle)",
                help: "`none` and lists of tensors may stand among them: `return logits, none`"
            )
        }
        // What is not a plain list of tensors goes to the caller as it is.
        if outputs.count != value.knownCount { interpreter.structuredOutput = value }
        return outputs
    }

    /// The tensors in lists, among which `none` may stand.
    ///
    /// - Returns: False where something else is there.
    private static func gather(_ value: Value, into outputs: inout [Variable], depth: Int) throws -> Bool {
        switch value {
        case .tensor(let tensor): outputs.append(tensor)
        case .none: break
        case .list(let elements):
            guard depth < 8 else { return false }
            for element in elements {
                guard try gather(element, into: &outputs, depth: depth + 1) else { return false }
            }
        default: return false
        }
        return outputs.count <= 10_000
    }

    /// Says once that `forward` applies a layer which is no part of the model, so that its parameters are not left out
    /// of the training without a message.
    func tellIfForeign(_ object: ModuleObject, to sink: any OutputSink) throws {
        let module = object.module
        guard !modules.contains(ObjectIdentifier(module)), !module.isBuilt || !module.parameters.isEmpty,
            !isForeignTold.exchange(true, ordering: .relaxed)
        else { return }
        try sink.emit(
            .note(
                "`forward` applies a layer that is not part of its model (\(object.shortText)): "
                    + "it is not trained, counted or saved with it; a line of the block that gives it a name makes it a "
                    + "part: `own = layer`"))
    }

    /// A model outlives the sweep that it was made in, and is applied on any thread.
    var interpreter: Interpreter { Interpreter.ofThread.object ?? root }

    package var takesSentences: Bool {
        guard let forward else { return false }
        let count = forward.signature.parameters.count
        return forward.signature.requiredCount <= 3 && count >= 3
    }

    // MARK: Translating

    /// The functions that decode step by step: a model with `forward` alone is asked for whole sentences.
    private var steps: (encode: Function, decode: Function)? {
        guard let encode = functions["encode"], let decode = functions["decode"] else { return nil }
        return (encode, decode)
    }

    package func encode(_ source: Tensor, lengths: Tensor) throws -> any DecoderState {
        let count = source.shape[0]
        let inputs: [Value] = try [source, lengths].map { .tensor(try RowState.widened($0)) }
        guard let steps else { return RowState(.list(inputs + [.none]), count: count) }
        return RowState(try inference { try interpreter.call(.function(steps.encode), inputs) }, count: count)
    }

    package func decode(
        _ tokens: Tensor, _ state: any DecoderState
    ) throws -> (scores: Tensor, state: any DecoderState) {
        guard let state = state as? RowState else { throw Failure("the state of a decoder is of another model") }
        let tokens = try RowState.widened(tokens)
        guard let steps else { return try decodeWhole(tokens, state) }
        let result = try inference { try interpreter.call(.function(steps.decode), [.tensor(tokens), state.value]) }
        guard let parts = try result.elements, parts.count == 2, case .tensor(let scores) = parts[0] else {
            throw Failure(
                "`decode` of a translator gives a list of scores and state, and this one gave \(result.kindWithArticle)",
                help: "end it with [scores, state]")
        }
        return (
            try lastScores(scores.value, rows: tokens.shape[0], wanted: state.count),
            RowState(parts[1], count: state.count)
        )
    }

    /// Without a state to carry, all tokens so far go through `forward` at each step.
    private func decodeWhole(
        _ tokens: Tensor, _ state: RowState
    ) throws -> (scores: Tensor, state: any DecoderState) {
        guard let forward, let parts = try state.value.elements, parts.count == 3 else {
            throw Failure("the model has no `forward` that could translate")
        }
        var all = tokens
        if case .tensor(let earlier) = parts[2] { all = try Tensor.concat([earlier.value, tokens], axis: 1) }
        let result = try inference {
            try interpreter.call(.function(forward), [parts[0], parts[1], .tensor(all)])
        }
        guard case .tensor(let scores) = try result.elements?.first ?? result else {
            throw Failure("`forward` of a translator gives scores, and this one gave \(result.kindWithArticle)")
        }
        return (
            try lastScores(scores.value, rows: tokens.shape[0], wanted: state.count),
            RowState(.list([parts[0], parts[1], .tensor(all)]), count: state.count)
        )
    }

    private func lastScores(_ scores: Tensor, rows: Int, wanted: Int) throws -> Tensor {
        guard scores.rank == 3, scores.shape[0] == rows, scores.shape[1] > 0, scores.shape[2] > 0 else {
            throw Failure(
                "a translator's scores have the shape [\(rows), time, vocabulary] here, and these have \(scores.shape)")
        }
        return try scores.at([.slice(start: nil, stop: wanted, step: 1), .index(-1)])
    }

    private func inference<Result>(_ body: () throws -> Result) throws -> Result {
        try interpreter.applying(ForwardContext(), body)
    }
}

/// What a script's `encode` and `decode` give, as rows that can be picked: tensors have their rows on the first axis,
/// those of a field `state` on the second, as the states of recurrent layers do.
///
/// There are always so many rows that a matrix product gives each the bits that it has in a larger batch: the first
/// stands again for those that are missing. So a sentence is translated the same alone and among others.
struct RowState: DecoderState {
    private static let leastRows = MatrixProduct.thin + 1

    let value: Value
    /// The rows that are wanted.
    let count: Int

    init(_ value: Value, count: Int) {
        self.value = value
        self.count = count
    }

    private static func widened(_ rows: [Int]) -> [Int] {
        guard let first = rows.first else { return rows }
        return rows + [Int](repeating: first, count: max(0, leastRows - rows.count))
    }

    /// A tensor of some rows with as many as there must be.
    static func widened(_ tensor: Tensor) throws -> Tensor {
        guard (1..<leastRows).contains(tensor.shape[0]) else { return tensor }
        return try tensor.take(Tensor(widened(Array(0..<tensor.shape[0])).map(Int64.init)), axis: 0)
    }

    func selecting(_ rows: [Int]) throws -> any DecoderState {
        let indices = try Tensor(RowState.widened(rows).map(Int64.init))
        return RowState(try RowState.pick(value, indices, axis: 0), count: rows.count)
    }

    private static func pick(_ value: Value, _ indices: Tensor, axis: Int) throws -> Value {
        switch value {
        case .tensor(let tensor):
            guard tensor.rank > axis else { return value }
            return .tensor(try tensor.value.take(indices, axis: axis))
        case .list(let elements): return .list(try elements.map { try pick($0, indices, axis: axis) })
        case .record(let record):
            return .record(
                try record.mapValues { key, value in
                    try pick(value, indices, axis: key == .string("state") ? 1 : axis)
                })
        default: return value
        }
    }
}

extension Model {
    /// All modules within.
    fileprivate var identities: Set<ObjectIdentifier> {
        func collect(_ composite: any Composite, into identities: inout Set<ObjectIdentifier>) {
            for (_, module) in composite.parts {
                identities.insert(ObjectIdentifier(module))
                if let inner = module.composite { collect(inner, into: &identities) }
            }
        }
        var identities: Set<ObjectIdentifier> = []
        collect(self, into: &identities)
        return identities
    }
}

extension Arguments {
    /// With the mode of the pass where `forward` has a parameter `training` that is not given.
    func knowing(_ context: ForwardContext, for forward: Function) -> Arguments {
        guard let index = forward.signature.index(of: "training"), index >= positional.count,
            !named.contains(where: { $0.name == "training" })
        else { return self }
        var arguments = self
        arguments.named.append(("training", .boolean(context.isTraining)))
        return arguments
    }
}
