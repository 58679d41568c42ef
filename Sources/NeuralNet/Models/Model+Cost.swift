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
    /// What every operation of the forward pass takes is counted, in layers and outside them, on a few examples of zeros.
    ///
    /// - Parameter sampleShapes: The inputs' shapes without the batch axis; the model is built for them if it is not.
    /// - Returns: Nil where the model is not built and no shapes are given.
    /// - Throws: `NeuralNetError` where the shapes do not go through.
    package func stepCost(sampleShapes given: [[Int]]? = nil, batchSize: Int) throws -> StepCost? {
        if let given, !isBuilt { try build(sampleShapes: given) }
        guard let shapes = given ?? sampleShapes else { return nil }
        // Work grows evenly with the batch, from what does not depend on it.
        let (few, more) = (try probed(shapes, examples: 2), try probed(shapes, examples: 3))
        let growth = Double(batchSize - 2)
        func scaled(_ a: Work, _ b: Work) -> Work { a + (b - a) * growth }
        var counted = Set<ObjectIdentifier>()
        let layers = zip(few, more).map { few, more in
            let own = few.module.parameters.filter { counted.insert(ObjectIdentifier($0)).inserted }
            return StepCost.Layer(
                path: few.path, module: few.module, outputShape: [batchSize] + few.output.dropFirst(),
                parameterCount: few.module === self ? 0 : own.reduce(0) { $0 + $1.count },
                forward: scaled(few.forward, more.forward), backward: scaled(few.backward, more.backward))
        }
        let size = Double(place.dtype.size)
        let scores = layers.last.map { Shape.count($0.outputShape) } ?? 0
        let weights = Double(parameters.reduce(0) { $0 + $1.count })
        // Adam reads weight, gradient and two moments, writes all but the gradient, and takes a root and a quotient.
        return StepCost(
            batchSize: batchSize, layers: layers, loss: Work(flops: 8 * scores, bytes: 2 * size * scores),
            optimizer: Work(flops: 14 * weights, bytes: 7 * size * weights), parameterCount: Int(weights))
    }

    private struct ProbedLayer {
        let path: String
        let module: any Module
        var output: [Int]
        var forward: Work
        var backward: Work
    }

    /// The layers in the order in which they are first applied, with the work of all their calls; at last the model itself
    /// with what it does beside them, if that is anything.
    private func probed(_ shapes: [[Int]], examples: Int) throws -> [ProbedLayer] {
        let buffersBefore = buffers.map { ($0, $0.value) }
        // One that must not change has not changed.
        defer { for (buffer, value) in buffersBefore { try? buffer.replace(with: value) } }
        let paths = Dictionary(layers.map { (ObjectIdentifier($0.layer), $0.path) }) { first, _ in first }
        var found: [ProbedLayer] = []
        var counter = WorkCounter()
        func count(_ module: any Module, _ path: String, _ inputs: [Variable], _ outputs: [Variable]) {
            let work = counter.count(from: inputs, to: outputs)
            if let known = found.firstIndex(where: { $0.module === module }) {
                found[known].forward += work.forward
                found[known].backward += work.backward
            } else if module !== self || work.forward != Work() {
                found.append(
                    ProbedLayer(
                        path: path, module: module, output: outputs.first?.shape ?? [], forward: work.forward,
                        backward: work.backward))
            }
        }
        // What comes before the first layer has no gradient, and is work all the same.
        try Recording.run(keepingAll: true) { recording in
            try self.recording(in: recording) {
                let context = ForwardContext(
                    isTraining: true, recorded: self, isProbe: true, recording: recording
                ) { module, inputs, outputs in
                    if let path = paths[ObjectIdentifier(module)] { count(module, path, inputs, outputs) }
                }
                let inputs = try shapes.map {
                    Variable(try Tensor.zeros([examples] + $0, dtype: place.dtype), in: recording)
                }
                count(self, name, inputs, try self(inputs, context))
            }
        }
        return found
    }
}

extension Shape {
    /// The number of elements, of shapes that may be too large for a tensor.
    static func count(_ sizes: some Sequence<Int>) -> Double { sizes.reduce(1) { $0 * Double($1) } }
}
