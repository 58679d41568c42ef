import Autograd
import TensorCore

/// What a step of training takes, layer by layer.
package struct StepCost {
    package struct Layer {
        /// The path within the model.
        package let path: String
        package let module: any Module
        /// With the batch on axis 0.
        package let outputShape: [Int]
        /// Trainable parameters that no layer above has counted.
        package let parameterCount: Int
        package let forward: Work
        package let backward: Work
    }

    package let batchSize: Int
    /// In the order in which they are applied; a layer that is applied several times stands once.
    package let layers: [Layer]
    package let loss: Work
    package let optimizer: Work
    package let parameterCount: Int

    package var total: Work {
        layers.reduce(loss + optimizer) { $0 + $1.forward + $1.backward }
    }
}

extension Model {
    /// Counts the work of a training step with Adam and cross entropy, without taking one.
    ///
    ///     try cnn.stepCost(batchSize: 8).total.flops   // 3.8e7 for the CNN of the examples
    ///
    /// - Parameter sampleShapes: The inputs' shapes without the batch axis; the model is built for them if it is not.
    /// - Returns: Nil where the model is not built and no shapes are given.
    /// - Throws: `NeuralNetError` where the shapes do not go through.
    package func stepCost(sampleShapes given: [[Int]]? = nil, batchSize: Int) throws -> StepCost? {
        if let given, !isBuilt { try build(sampleShapes: given) }
        guard let shapes = given ?? sampleShapes else { return nil }
        let calls = try layerCalls(shapes.map { [batchSize] + $0 })
        var counted = Set<ObjectIdentifier>()
        var learnersBefore = false
        var layers: [StepCost.Layer] = []
        for call in calls {
            let own = call.layer.parameters.filter { counted.insert(ObjectIdentifier($0)).inserted }
            let work = LayerWork(
                layer: call.layer, inputs: call.inputs, outputs: call.outputs, hasLearnersBefore: learnersBefore)
            learnersBefore = learnersBefore || !call.layer.parameters.isEmpty
            if let again = layers.firstIndex(where: { $0.module === call.layer }) {
                let before = layers[again]
                layers[again] = StepCost.Layer(
                    path: before.path, module: before.module, outputShape: before.outputShape,
                    parameterCount: before.parameterCount, forward: before.forward + work.forward,
                    backward: before.backward + work.backward)
            } else {
                layers.append(
                    StepCost.Layer(
                        path: call.path, module: call.layer, outputShape: call.outputs.first ?? [],
                        parameterCount: own.reduce(0) { $0 + $1.count }, forward: work.forward,
                        backward: work.backward))
            }
        }
        let size = Double(place.dtype.size)
        let scores = calls.last.map { Shape.count($0.outputs.first ?? []) } ?? 0
        let weights = Double(parameters.reduce(0) { $0 + $1.count })
        // Adam reads weight, gradient and two moments, writes all but the gradient, and takes a root and a quotient.
        return StepCost(
            batchSize: batchSize, layers: layers, loss: Work(flops: 8 * scores, bytes: 2 * size * scores),
            optimizer: Work(flops: 14 * weights, bytes: 7 * size * weights), parameterCount: Int(weights))
    }

    private typealias LayerCall = (path: String, layer: any Module, inputs: [[Int]], outputs: [[Int]])

    /// The layers with the shapes that go in and out: by their own rules where they follow each other, else by a run on
    /// one example of zeros.
    private func layerCalls(_ inputs: [[Int]]) throws -> [LayerCall] {
        var calls: [LayerCall] = []
        if isSequence, children.allSatisfy({ !($0.module is any Composite) }) {
            var shapes = inputs
            for child in children {
                let outputs = try child.module.outputShapes(shapes)
                calls.append((child.name, child.module, shapes, outputs))
                shapes = outputs
            }
            return calls
        }
        let batchSize = inputs.first?.first ?? 1
        let paths = Dictionary(layers.map { (ObjectIdentifier($0.layer), $0.path) }) { first, _ in first }
        let context = ForwardContext(isProbe: true) { module, given, found in
            guard let path = paths[ObjectIdentifier(module)] else { return }
            func batched(_ value: Variable) -> [Int] {
                value.shape.first == 1 ? [batchSize] + value.shape.dropFirst() : value.shape
            }
            calls.append((path, module, given.map(batched), found.map(batched)))
        }
        _ = try self(inputs.map { Variable(try Tensor.zeros([1] + $0.dropFirst(), dtype: place.dtype)) }, context)
        return calls
    }
}
