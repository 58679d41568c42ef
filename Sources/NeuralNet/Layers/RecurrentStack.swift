import Autograd
import TensorCore

/// A recurrent network over sequences: `rnn`, `gru` or `lstm`, of one layer or several, in one or both directions.
///
/// `[N, T, F]` to `[N, T, directions * hidden]`, zero beyond a row's length, and the states after each row's own last
/// step: h, and c of an lstm, `[layers * directions, N, hidden]`. The way back starts at each row's own end. A layer
/// above the first takes what the one below gives, both directions side by side. The equations are `RecurrentCell`'s.
///
///     lstm 64 bidirectional=true       # [N, 19, 128] -> [N, 19, 128]
///
/// - Source: PyTorch's `RNN`, `GRU` and `LSTM` with `batch_first=True`: weights by name and order of gates, two biases,
///   all drawn uniformly from `-1/sqrt(hidden) ..< 1/sqrt(hidden)`.
package final class RecurrentStack: NamedInputs {
    package struct Settings: Equatable, Sendable {
        package var hidden: Int
        package var layers = 1
        package var isBidirectional = false
        /// Between layers, in training.
        package var dropout = 0.0
        package var hasBias = true
        /// Whether the first output is the state after each row's last step, both directions side by side, instead of
        /// the output of all steps.
        package var givesLast = false

        package init(
            hidden: Int, layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0, hasBias: Bool = true,
            givesLast: Bool = false
        ) {
            self.hidden = hidden
            self.layers = layers
            self.isBidirectional = isBidirectional
            self.dropout = dropout
            self.hasBias = hasBias
            self.givesLast = givesLast
        }
    }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let cell: RecurrentCell
    package let settings: Settings
    /// By layer, then by direction: input weight, hidden weight and both biases.
    package private(set) var weights: [[[Parameter]]] = []
    private var features: Int?

    /// - Throws: `NeuralNetError` `.setting`.
    package init(_ cell: RecurrentCell, _ settings: Settings, place: ModulePlace = ModulePlace()) throws {
        self.cell = cell
        self.settings = settings
        self.place = place
        try check(
            "hidden", (1...1 << 24).contains(settings.hidden), "\(settings.hidden)", "from 1 to \(1 << 24)")
        try check("layers", (1...1024).contains(settings.layers), "\(settings.layers)", "from 1 to 1024")
        try check(
            "dropout", (0...1).contains(settings.dropout), numberText(settings.dropout), "between 0 and 1")
    }

    package var kind: String { cell.name }
    package var settingsText: String {
        [
            "\(settings.hidden)", settings.layers == 1 ? nil : "layers=\(settings.layers)",
            settings.isBidirectional ? "bidirectional=true" : nil,
            settings.dropout == 0 ? nil : "dropout=\(numberText(settings.dropout))",
            settings.hasBias ? nil : "bias=false", cell == .relu ? "nonlinearity=\"relu\"" : nil,
            settings.givesLast ? "output=\"last\"" : nil,
        ].compactMap { $0 }.joined(separator: " ")
    }

    private var directions: Int { settings.isBidirectional ? 2 : 1 }
    private var width: Int { directions * settings.hidden }

    package var isBuilt: Bool { features != nil }
    package var declaredInputShape: [Int]? { place.inputSize.map { [Shape.unknown, Shape.unknown, $0] } }
    package var parameters: [Parameter] { weights.flatMap { $0.flatMap { $0 } } }
    package var namedParameters: [(name: String, parameter: Parameter)] { parameters.map { ($0.name, $0) } }
    package var buffers: [Parameter] { [] }

    /// `4 * 64 * (128 + 64 + 2)`, by layer; twice that where there are two directions.
    package var parameterFormula: String? {
        guard let features else { return nil }
        let hidden = settings.hidden
        let gates = cell.gateCount == 1 ? "" : "\(cell.gateCount) * "
        let each = (directions == 1 ? "" : "2 * ") + "\(gates)\(hidden) * "
        let first = each + "(\(features) + \(hidden)\(settings.hasBias ? " + 2" : ""))"
        let others = each + "(\(width) + \(hidden)\(settings.hasBias ? " + 2" : ""))"
        switch settings.layers {
        case 1: return first
        case 2: return "\(first) + \(others)"
        default: return "\(first) + \(settings.layers - 1) * \(others)"
        }
    }

    package func build(inputShapes: [[Int]]) throws {
        guard let shape = inputShapes.first else { throw error(.inputCount(expected: 1, actual: 0)) }
        _ = try outputShapes([shape])
        guard shape[2] != Shape.unknown else { throw error(.unknownSize(axis: 2, input: shape)) }
        if let size = place.inputSize, shape[2] != size {
            throw error(
                .size(
                    of: "features", axis: 2, expected: size, input: shape,
                    weight: [cell.gateCount * settings.hidden, size]))
        }
        let initial = InitialDistribution.fanInUniform(fanIn: settings.hidden)
        let gates = cell.gateCount * settings.hidden
        weights = try (0..<settings.layers).map { layer in
            try (0..<directions).map { direction in
                let suffix = "l\(layer)" + (direction == 1 ? "_reverse" : "")
                func make(_ name: String, _ shape: [Int]) throws -> Parameter {
                    try parameter("\(name)_\(suffix)", shape, initial)
                }
                let own = [
                    try make("weight_ih", [gates, layer == 0 ? shape[2] : width]),
                    try make("weight_hh", [gates, settings.hidden]),
                ]
                guard settings.hasBias else { return own }
                return own + [try make("bias_ih", [gates]), try make("bias_hh", [gates])]
            }
        }
        features = shape[2]
    }

    package func unbuild() { (weights, features) = ([], nil) }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        guard let input = inputs.first else { throw error(.inputCount(expected: 1, actual: 0)) }
        guard input.count == 3 else { throw error(.rank(expected: ["NTF"], actual: input)) }
        if let features, input[2] != features, input[2] != Shape.unknown {
            throw error(
                .size(
                    of: "features", axis: 2, expected: features, input: input,
                    weight: weights.first?.first?.first?.shape ?? []))
        }
        return [settings.givesLast ? [input[0], width] : [input[0], input[1], width]]
    }

    // MARK: - Applying

    package var inputNames: [String] { ["x", "lengths", "state"] }
    package var requiredInputCount: Int { 1 }

    package func respond(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        let x = try tensor(inputs, 0)
        _ = try outputShapes([x.shape])
        let lengths = try self.lengths(inputs, context)
        let initial = try initialStates(inputs, batch: x.shape[0], x.dtype)
        guard let dtype = weights.first?.first?.first?.dtype else { throw error(.notBuilt) }
        var output = x.dtype == dtype ? x : try x.cast(to: dtype)
        var finals: [[Variable]] = Array(repeating: [], count: cell.stateCount)
        for (layer, own) in weights.enumerated() {
            if layer > 0, settings.dropout > 0, context.isTraining {
                output = try output.dropout(keep: 1 - settings.dropout, key: context.nextKey())
            }
            let first = layer * directions
            let states = try initial.map { state in
                settings.layers == 1
                    ? state : try state.at([.slice(start: first, stop: first + directions, step: 1)])
            }
            let result = try output.recurrent(
                cell,
                weights: own.map {
                    Variable.RecurrentWeights(
                        input: $0[0].variable, hidden: $0[1].variable, biases: $0[2...].map(\.variable))
                }, lengths: lengths, initial: states)
            output = result.output
            for (index, state) in result.finals.enumerated() { finals[index].append(state) }
        }
        let states = try finals.map { $0.count == 1 ? $0[0] : try .concat($0, axis: 0) }
        if settings.givesLast, let last = finals[0].last {
            // [directions, N, hidden] -> [N, directions * hidden]
            output = try last.permute([1, 0, 2]).reshape([x.shape[0], width])
        }
        return [.tensor(output), states.count == 1 ? .tensor(states[0]) : .list(states)]
    }

    private func lengths(_ inputs: [ModuleValue?], _ context: ForwardContext) throws -> Tensor? {
        guard inputs[1] != nil, !context.isProbe else { return nil }
        let lengths = try tensor(inputs, 1)
        guard lengths.rank == 1, lengths.dtype != .bool else {
            let given = lengths.dtype == .bool ? "a mask" : "a tensor"
            throw error(
                .namedInput(
                    "lengths", expected: "a length for each row", actual: "\(given) of shape \(lengths.shape)"))
        }
        return try wholeNumbers(lengths, "lengths") { error($0) }
    }

    private func initialStates(_ inputs: [ModuleValue?], batch: Int, _ dtype: DType) throws -> [Variable] {
        guard let given = inputs[2] else { return [] }
        let shape = [settings.layers * directions, batch, settings.hidden]
        let states = try given.tensors.map { state in
            guard let own = weights.first?.first?.first?.dtype, own != state.dtype else { return state }
            return try state.cast(to: own)
        }
        guard states.count == cell.stateCount, states.allSatisfy({ $0.shape == shape }) else {
            let each = "shape \(Shape.text(shape)) (layers * directions, batch, hidden)"
            throw error(
                .namedInput(
                    "state", expected: cell == .lstm ? "a list [h, c] of tensors of \(each)" : "a tensor of \(each)",
                    actual: states.map { "a tensor of shape \(Shape.text($0.shape))" }.joined(separator: " and ")))
        }
        return states
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try RecurrentStack(cell, settings, place: place)
        copy.weights = try weights.map { try $0.map { try $0.map { try copies.copy($0) } } }
        copy.features = features
        return copy
    }
}
