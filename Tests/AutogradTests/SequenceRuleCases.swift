import Autograd
import TensorCore

func sequenceCases(of operation: String) throws -> [RuleCase] {
    switch operation {
    case "recurrent":
        return try [
            recurrentCase("lstm", .lstm, lengths: [2, 3]), recurrentCase("gru", .gru, lengths: [3, 1]),
            recurrentCase("tanh", .tanh, lengths: nil), recurrentCase("relu", .relu, lengths: [1, 3]),
            recurrentCase("lstm, no bias, no state", .lstm, lengths: nil, isPlain: true),
            recurrentCase("gru, no bias, no state", .gru, lengths: nil, isPlain: true),
        ]
    case "masked_softmax":
        let mask = try Tensor([0, 1, 0, 0, 0, 1, 1, 1], shape: [2, 1, 4]).cast(to: .bool)
        return [
            RuleCase("masked", [try sample([2, 3, 4])]) { try $0[0].square().maskedSoftmax(mask, scale: 0.7) },
            RuleCase("plain", [try sample([3, 4])]) { try $0[0].maskedSoftmax(nil) },
        ]
    case "attention":
        let hidden = try Tensor([0, 1, 0, 0, 0, 1, 0, 0, 0], shape: [3, 3]).cast(to: .bool)
        let inputs = try [sample([2, 3, 1, 2]), sample([2, 3, 1, 2], seed: 2), sample([2, 3, 1, 4], seed: 3)]
        let more = try [sample([1, 66, 2, 2]), sample([1, 4, 2, 2], seed: 2), sample([1, 4, 2, 3], seed: 3)]
        return [
            RuleCase("masked", inputs) { try $0[0].attention($0[1], $0[2], hidden: hidden, scale: 0.7) },
            RuleCase("plain", inputs) { try $0[0].attention($0[1], $0[2], hidden: nil, scale: 1) },
            RuleCase("in blocks", more) { try $0[0].attention($0[1], $0[2], hidden: nil, isCausal: true, scale: 0.7) },
            RuleCase("with places that nobody sees", inputs) {
                try $0[0].at([.all, .slice(start: 0, stop: 2, step: 1)])
                    .attention($0[1], $0[2], hidden: nil, isCausal: true, scale: 1)
            },
            RuleCase("packed", [try sample([2, 3, 3, 2, 2])]) {
                try $0[0].selfAttention(hidden: hidden, isCausal: true, scale: 0.7)
            },
        ]
    default: return []
    }
}

/// Both directions of a layer with all its outputs.
private func recurrentCase(
    _ name: String, _ cell: RecurrentCell, lengths: [Int]?, isPlain: Bool = false
) throws -> RuleCase {
    let (batch, time, features, hidden) = (2, 3, 2, 2)
    let gates = cell.gateCount * hidden
    var inputs = [try sample([batch, time, features])]
    for direction in 0..<2 {
        let shapes = [[gates, features], [gates, hidden]] + (isPlain ? [] : [[gates], [gates]])
        for (index, shape) in shapes.enumerated() {
            inputs.append(try sample(shape, -1, 1, seed: UInt64(10 * direction + index + 2)))
        }
    }
    if !isPlain {
        for index in 0..<cell.stateCount {
            inputs.append(try sample([2, batch, hidden], -1, 1, seed: UInt64(index + 40)))
        }
    }
    let count = isPlain ? 2 : 4
    return RuleCase(name, inputs) { inputs in
        let weights = (0..<2).map { direction in
            let own = Array(inputs[1 + direction * count..<1 + (direction + 1) * count])
            return Variable.RecurrentWeights(input: own[0], hidden: own[1], biases: Array(own[2...]))
        }
        let (output, finals) = try inputs[0].recurrent(
            cell, weights: weights, lengths: lengths.map { try Tensor($0, shape: [$0.count]) },
            initial: Array(inputs[(1 + 2 * count)...]))
        return try .concat(([output] + finals).map { try $0.reshape([-1]) })
    }
}
