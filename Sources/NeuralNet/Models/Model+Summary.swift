import Autograd
import TensorCore

/// What a model consists of, layer by layer.
package struct ModelSummary: Equatable, Sendable {
    package struct Row: Equatable, Sendable {
        /// The path within the model.
        package let layer: String
        package let kind: String
        /// `8 kernel=5 padding=2`
        package let settings: String
        /// With `Shape.unknown` for the batch; `nil` where the input's shape is not known.
        package let outputShape: [Int]?
        /// Trainable parameters that no row above has counted; `nil` where they are not known yet.
        package let parameterCount: Int?
        /// `8 * 1 * 5 * 5 + 8`; `shared` where the parameters are those of a row above.
        package let formula: String?
    }

    package let model: String
    /// Without the batch axis; `nil` where not known.
    package let sampleShapes: [[Int]]?
    package let rows: [Row]
    /// All trainable parameters, each counted once; `nil` where they are not known yet.
    package let parameterCount: Int?
    /// Values kept beside the parameters, such as running figures.
    package let bufferCount: Int
    /// Parameters that steps leave as they are.
    package let frozenCount: Int
}

extension Model {
    /// What the model consists of, from the layers' own shape rules.
    ///
    /// - Parameter sampleShapes: The inputs' shapes without the batch axis, for a model that has seen no data; it is
    ///   built for them.
    /// - Throws: `NeuralNetError` where the shapes do not go through.
    package func summary(sampleShapes given: [[Int]]? = nil) throws -> ModelSummary {
        if let given, given != sampleShapes {
            if isBuilt {
                _ = try outputShapes(given.map { [Shape.unknown] + $0 })
            } else {
                try build(sampleShapes: given)
            }
        }
        let shapes = given ?? sampleShapes
        let outputs = try shapes.map { try layerOutputShapes($0.map { [Shape.unknown] + $0 }) }
        var seen = Set<ObjectIdentifier>()
        let rows = layers.enumerated().map { i, entry in
            let (path, layer) = entry
            let own = layer.parameters.filter { seen.insert(ObjectIdentifier($0)).inserted }
            let isShared = own.isEmpty && !layer.parameters.isEmpty
            return ModelSummary.Row(
                layer: path, kind: layer.kind, settings: layer.settingsText, outputShape: outputs?[i],
                parameterCount: layer.isBuilt ? own.reduce(0) { $0 + $1.count } : nil,
                formula: isShared ? "shared" : layer.parameterFormula)
        }
        let isKnown = rows.allSatisfy { $0.parameterCount != nil }
        return ModelSummary(
            model: name, sampleShapes: shapes, rows: rows,
            parameterCount: isKnown ? rows.reduce(0) { $0 + ($1.parameterCount ?? 0) } : nil,
            bufferCount: namedBuffers.reduce(0) { $0 + $1.parameter.count },
            frozenCount: parameters.reduce(0) { $0 + ($1.isFrozen ? $1.count : 0) })
    }

    /// The output shape of each of `layers`; `nil` for those that the forward function leaves out.
    private func layerOutputShapes(_ inputs: [[Int]]) throws -> [[Int]?] {
        if isSequence, children.allSatisfy({ $0.module.composite == nil }) {
            var shapes = inputs
            return try children.map { child in
                shapes = try child.module.outputShapes(shapes)
                return shapes.first
            }
        }
        var shapes: [ObjectIdentifier: [Int]] = [:]
        let context = ForwardContext(isProbe: true) { module, _, outputs in
            guard let shape = outputs.first?.shape else { return }
            shapes[ObjectIdentifier(module)] = shape.first == 1 ? [Shape.unknown] + shape.dropFirst() : shape
        }
        let zeros = try inputs.map { shape in
            Variable(try Tensor.zeros(shape.map { $0 == Shape.unknown ? 1 : $0 }, dtype: place.dtype))
        }
        _ = try self(zeros, context)
        return layers.map { shapes[ObjectIdentifier($0.layer)] }
    }

    /// What one layer, or a model inside, gives for an input.
    ///
    /// One sample without a batch axis is taken too, and its activations come without one.
    ///
    ///     let maps = try net.activations([Variable(image)], layer: "conv1")   // [1, 28, 28] -> [8, 28, 28]
    ///
    /// - Throws: `NeuralNetError` `.unknownLayer`; `.noOutput` where the forward function does not come by the layer.
    package func activations(_ inputs: [Variable], layer path: String) throws -> Variable {
        let wanted = try module(at: path)
        let isSample = isBuilt && sampleShapes == inputs.map(\.shape)
        let batch = isSample ? try inputs.map { try $0.unsqueeze(0) } : inputs
        var found: Variable?
        let context = ForwardContext { module, _, outputs in
            if module === wanted { found = outputs.first }
        }
        _ = try self(batch, context)
        guard let found else { throw wanted.error(.noOutput) }
        return isSample ? try found.squeeze(0) : found
    }
}
