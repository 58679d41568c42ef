import Autograd
import TensorCore

/// The average of a model's weights over its training, in a model of its own.
///
/// Averages often generalise better than the last weights. Equal means: Izmailov et al. 2018, arXiv:1803.05407 (SWA);
/// exponential ones: Polyak and Juditsky 1992. PyTorch's `AveragedModel`.
package final class WeightAverage {
    package let source: Model
    /// Holds the average; buffers such as running figures are those of the source.
    package let model: Model
    /// `average = decay * average + (1 - decay) * weight`; nil: the mean of all, each alike.
    package let decay: Double?
    /// How often the average was updated. The first time it takes the weights as they are.
    package private(set) var count = 0

    /// - Throws: `NeuralNetError` `.setting` for a decay that is not from 0 to 1, `.notCopyable`.
    package init(of source: Model, decay: Double?) throws {
        if let decay, !(0...1).contains(decay) {
            throw NeuralNetError(
                subject: "ema",
                .setting(name: "decay", value: numberText(decay), expected: "a number from 0 to 1, such as 0.999"))
        }
        self.source = source
        self.decay = decay
        model = try source.cloned()
    }

    /// Takes the weights of now into the average.
    ///
    /// - Throws: `NeuralNetError` `.stateNames` where layers came or went since.
    package func update() throws {
        let (own, others) = (model.namedParameters, source.namedParameters)
        let (names, present) = (own.map(\.name), others.map(\.name))
        guard names == present else {
            throw NeuralNetError(
                subject: source.displayName,
                .stateNames(
                    missing: names.filter { !present.contains($0) },
                    unexpected: present.filter { !names.contains($0) }))
        }
        // A fresh average is the weights; the n-th mean moves by 1/n of the way, the exponential one by 1 - decay.
        let share = count == 0 ? 1 : decay.map { 1 - $0 } ?? 1 / Double(count + 1)
        let values = try zip(own, others).map { pair in
            let (average, weight) = (pair.0.parameter.value, pair.1.parameter.value)
            guard share < 1 else { return try weight.copy() }
            let difference = try Tensor.combine(.subtract, weight, average)
            return try Tensor.combine(.add, average, difference.combined(.multiply, with: share))
        }
        for (parameter, value) in zip(own, values) { try parameter.parameter.replace(with: value) }
        for (buffer, other) in zip(model.buffers, source.buffers) { try buffer.replace(with: other.snapshot()) }
        count += 1
    }
}
