import TensorCore

/// A recurrent layer over whole sequences, in one or both directions.
///
/// Inputs are `x`; for each direction the input weights, the hidden weights and, with biases, both of these; at last the
/// initial states if there are some. The result is one row of numbers: the output, then each final state.
struct RecurrentLayer: Operation {
    let cell: RecurrentCell
    let lengths: SequenceLengths
    /// What the lengths were given as.
    let givenLengths: Tensor?
    let directions: Int
    let hasBias: Bool
    let hasInitial: Bool
    private let kept = Kept()
    var name: String { "recurrent" }
    var spread: Spread { .mixing }

    init(
        _ cell: RecurrentCell, _ lengths: SequenceLengths, _ givenLengths: Tensor?, directions: Int, hasBias: Bool,
        hasInitial: Bool
    ) {
        self.cell = cell
        self.lengths = lengths
        self.givenLengths = givenLengths
        self.directions = directions
        self.hasBias = hasBias
        self.hasInitial = hasInitial
    }

    /// Every matrix is multiplied with every step of every sequence, and each gate is a function.
    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        let perStep = inputs[1..<initialStart].reduce(0) {
            $0 + ($1.count == 2 ? 2 * size($1) : (1 + functionFlops) * size($1))
        }
        return steps * perStep
    }

    /// Once more for the gradients of the weights, and by the hidden weights for that of the states, which earlier steps
    /// want in any case.
    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        let backThrough = (0..<directions).reduce(0) { sum, direction in
            let start = start(direction)
            return sum + 2 * size(inputs[start + 1]) + (wanted[0] ? 2 * size(inputs[start]) : 0)
        }
        return flops(inputs, output) + steps * backThrough
    }

    private var steps: Double { Double(lengths.batch * lengths.time) }
    private var weightCount: Int { hasBias ? 4 : 2 }

    /// Where a direction's weights begin among the inputs.
    private func start(_ direction: Int) -> Int { 1 + direction * weightCount }
    private var initialStart: Int { start(directions) }

    /// What the forward pass has left, until a way back uses it up.
    private final class Kept {
        var pass: Recurrent.Pass?
    }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        let (room, pass) = try pass(inputs)
        kept.pass = pass
        return room
    }

    private func pass(_ inputs: [Tensor]) throws -> (room: Tensor, pass: Recurrent.Pass) {
        let weights = try (0..<directions).map { direction in
            let own = try inputs[start(direction)..<start(direction + 1)].map { try $0.contiguous() }
            return Recurrent.Weights(
                input: own[0], hidden: own[1], inputBias: hasBias ? own[2] : nil, hiddenBias: hasBias ? own[3] : nil)
        }
        let hidden = weights[0].hidden.shape[1]
        let count = lengths.batch * directions * hidden * (lengths.time + cell.stateCount)
        let room = try Tensor.empty([count], dtype: inputs[0].dtype)
        let pass = try Recurrent.forward(
            cell, inputs[0], lengths, initial: try inputs[initialStart...].map { try $0.contiguous() },
            weights: weights, into: room)
        return (room, pass)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        guard !call.isDifferentiated else { return try differentiated(call) }
        let pass = try kept.pass ?? pass((0..<call.inputCount).map { call.input($0).value }).pass
        kept.pass = nil
        let gradients = try Recurrent.backward(pass, call.gradient.value.contiguous())
        var result = [try call.gradient(by: 0) { Variable(try gradients.input()) }]
        if call.wants(1..<initialStart) {
            for weights in try gradients.weights() {
                let all = [weights.input, weights.hidden, weights.inputBias, weights.hiddenBias]
                result += all.compactMap { $0.map { Variable($0) } }
            }
        } else {
            result += Array(repeating: nil, count: initialStart - 1)
        }
        result += gradients.initial.map { Variable($0) }
        return result
    }

    // MARK: - Step by step

    /// Gradients that can be differentiated in turn: those of the same layer made of the operations on variables.
    private func differentiated(_ call: Backward) throws -> [Variable?] {
        let leaves = (0..<call.inputCount).map { Gradient.leaf(call.input($0)) }
        let total = try (unrolled(leaves) * call.gradient).sum()
        return try Gradient.compute(total, withRespectTo: leaves, createGraph: true)
    }

    private func unrolled(_ inputs: [Variable]) throws -> Variable {
        var outputs: [Variable] = []
        var finals: [[Variable]] = Array(repeating: [], count: cell.stateCount)
        for direction in 0..<directions {
            let weights = Array(inputs[start(direction)..<start(direction + 1)])
            var states = try hasInitial ? inputs[initialStart...].map { try $0.at([.index(direction)]) } : zeros(inputs)
            var steps: [Variable] = []
            for step in 0..<lengths.time {
                let time = direction == 0 ? step : lengths.time - 1 - step
                let next = try self.step(inputs[0].at([.all, .index(time)]), states, weights)
                guard !lengths.isFull else {
                    states = next
                    steps.append(next[0])
                    continue
                }
                let isThere = try Tensor(lengths.lengths.map { $0 > time ? 1 : 0 }, shape: [lengths.batch, 1])
                    .cast(to: .bool)
                states = try zip(next, states).map { try .select(isThere, $0, $1) }
                steps.append(try next[0].where(isThere))
            }
            outputs.append(try .stack(direction == 0 ? steps : steps.reversed(), axis: 1))
            for (index, state) in states.enumerated() { finals[index].append(state) }
        }
        let parts = try [Variable.concat(outputs, axis: 2)] + finals.map { try Variable.stack($0) }
        return try .concat(parts.map { try $0.reshape([-1]) })
    }

    private func zeros(_ inputs: [Variable]) throws -> [Variable] {
        let zero = Variable(try Tensor.zeros([lengths.batch, inputs[2].shape[1]], dtype: inputs[0].dtype))
        return Array(repeating: zero, count: cell.stateCount)
    }

    private func step(_ x: Variable, _ states: [Variable], _ weights: [Variable]) throws -> [Variable] {
        var fromInput = try x.matmul(weights[0].transpose(0, 1))
        var fromState = try states[0].matmul(weights[1].transpose(0, 1))
        if hasBias {
            fromInput = try fromInput + weights[2]
            fromState = try fromState + weights[3]
        }
        let hidden = weights[1].shape[1]
        func gate(_ sum: Variable, _ index: Int) throws -> Variable {
            try sum.slice(axis: 1, from: index * hidden, to: (index + 1) * hidden)
        }
        switch cell {
        case .lstm:
            let sum = try fromInput + fromState
            let content =
                try gate(sum, 1).sigmoid() * states[1] + gate(sum, 0).sigmoid() * gate(sum, 2).tanh()
            return [try gate(sum, 3).sigmoid() * content.tanh(), content]
        case .gru:
            let reset = try (gate(fromInput, 0) + gate(fromState, 0)).sigmoid()
            let update = try (gate(fromInput, 1) + gate(fromState, 1)).sigmoid()
            let new = try (gate(fromInput, 2) + reset * gate(fromState, 2)).tanh()
            return [try (1 - update) * new + update * states[0]]
        case .tanh: return [try (fromInput + fromState).tanh()]
        case .relu: return [try (fromInput + fromState).relu()]
        }
    }
}
