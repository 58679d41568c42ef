import Glibc
import TensorCore

/// Updates in pieces, for plans that make some weights' gradients where they are used.
extension Optimizer {
    /// Parts of the flat vectors, as views: weights, gradients and Adam's moments.
    struct Ranges {
        fileprivate let views: [(w: Tensor, g: Tensor, mean: Tensor, square: Tensor)]
    }

    /// Whether a weight's update looks at no other gradient than its own: Adam without clipping.
    var updatesWithoutGradients: Bool {
        switch settings.algorithm {
        case .adam, .adamW: settings.clipping == nil
        default: false
        }
    }

    /// Adam's moments of a parameter; `nil` for algorithms that have none.
    func moments(of part: FlatParameters.Part) -> (mean: Tensor, square: Tensor)? {
        guard let flat, let mean = slots["mean"], let square = slots["square"] else { return nil }
        return (flat.view(mean, part), flat.view(square, part))
    }

    /// The flat vectors without some parts.
    func ranges(without parts: [FlatParameters.Part]) -> Ranges {
        guard let flat, let mean = slots["mean"], let square = slots["square"] else { return Ranges(views: []) }
        let grain = OptimizerPasses.granularity
        var views: [(w: Tensor, g: Tensor, mean: Tensor, square: Tensor)] = []
        func add(_ start: Int, _ end: Int) {
            guard end > start else { return }
            func view(_ vector: Tensor) -> Tensor {
                Tensor(
                    storage: vector.storage, dtype: vector.dtype, shape: [end - start], strides: [1],
                    offset: vector.offset + start)
            }
            views.append((view(flat.values), view(flat.gradients), view(mean), view(square)))
        }
        var next = 0
        for part in parts.sorted(by: { $0.start < $1.start }) {
            add(next, part.start)
            next = part.start + (part.count + grain - 1) / grain * grain
        }
        add(next, flat.values.count)
        return Ranges(views: views)
    }

    /// Begins a step of Adam: updates `ranges`, and returns the numbers that the rest of the weights are to be updated
    /// by.
    ///
    /// - Throws: `NonFiniteStep.gradient` before anything has changed.
    func updateByAdam(_ ranges: Ranges, learningRate: Double) throws -> OptimizerPasses.Adam {
        try MemoryRefusal.check()
        for view in ranges.views {
            guard OptimizerPasses.sumOfSquares(view.g).isFinite else { throw NonFiniteStep.gradient }
        }
        stepCount += 1
        let numbers = adamNumbers(rate: learningRate)
        for view in ranges.views {
            OptimizerPasses.adam(view.w, view.g, mean: view.mean, square: view.square, numbers)
        }
        return numbers
    }

    private func adamNumbers(rate: Double) -> OptimizerPasses.Adam {
        let decay = settings.weightDecay
        switch settings.algorithm {
        case .adam(let beta1, let beta2, let epsilon):
            return adamNumbers(rate, beta1, beta2, epsilon, decay: decay, shrinkage: 1)
        case .adamW(let beta1, let beta2, let epsilon):
            return adamNumbers(rate, beta1, beta2, epsilon, decay: 0, shrinkage: 1 - rate * decay)
        default:
            return adamNumbers(0, 0, 0, 1, decay: 0, shrinkage: 1)
        }
    }

    /// The numbers of the step that `stepCount` counts.
    func adamNumbers(
        _ rate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double, decay: Double, shrinkage: Double
    ) -> OptimizerPasses.Adam {
        let t = Double(stepCount)
        return OptimizerPasses.Adam(
            beta1: beta1, beta2: beta2, epsilon: epsilon, rate: rate / (1 - pow(beta1, t)),
            correction: 1 / (1 - pow(beta2, t)).squareRoot(), decay: decay, shrinkage: shrinkage)
    }
}
