import Autograd
import TensorCore

/// Applies a sequence of layers without training it: the first layers, as far as fused kernels know them, over buffers
/// that are made once for a shape; the others as they are.
package final class ForwardPlan {
    private let stages: [any PlanStage]
    private let rest: [any Module]
    private let inputShape: [Int]

    /// Plans for inputs of a shape, or gives nil where nothing can be planned or the model has to say what is wrong.
    ///
    /// - Parameter inputShape: With the batch on axis 0.
    /// - Throws: `TensorError.workMemory` that an earlier kernel was refused.
    package static func make(for model: Model, inputShape: [Int]) throws -> ForwardPlan? {
        guard model.isBuilt, model.place.dtype == .float32, let layers = model.plainLayers,
            (try? model.outputShapes([inputShape])) != nil
        else { return nil }
        var builder = StageBuilder(training: nil, shape: inputShape, layers: layers)
        let stages: [any PlanStage]
        do { stages = try builder.buildFirst() } catch TensorError.outOfMemory {
            // The layers one by one need less.
            return nil
        }
        guard stages.contains(where: { !($0 is ReshapeStage) }) else { return nil }
        return ForwardPlan(stages, Array(builder.layers), inputShape)
    }

    private init(_ stages: [any PlanStage], _ rest: [any Module], _ inputShape: [Int]) {
        self.stages = stages
        self.rest = rest
        self.inputShape = inputShape
    }

    /// Applies the layers to float32 inputs, contiguous, of the planned shape.
    ///
    /// - Returns: The outputs, in memory of their own.
    /// - Throws: `TensorError.outOfMemory`, and what the layers that are not fused throw.
    package func callAsFunction(_ x: Tensor) throws -> Tensor {
        precondition(x.shape == inputShape)
        var draws = PlanDraws(key: RandomKey(seed: 0))
        var value = x
        for stage in stages { value = try stage.forward(value, &draws) }
        guard !rest.isEmpty else { return try value.copy() }
        let context = ForwardContext()
        var values = [Variable(value)]
        for layer in rest { values = try layer(values, context) }
        guard let output = values.first?.value else { return value }
        // A layer that only gives another view would hand out the buffer.
        return output.storage === value.storage ? try output.copy() : output
    }
}
