import TensorCore

/// An amount of work: arithmetic, and the memory that it goes through.
package struct Work: Equatable, Sendable {
    /// Additions, multiplications and comparisons, each counted as one; functions such as `tanh` as eight.
    package var flops: Double
    /// Read and written, every operand once.
    package var bytes: Double

    package init(flops: Double = 0, bytes: Double = 0) {
        self.flops = flops
        self.bytes = bytes
    }

    package static func + (a: Work, b: Work) -> Work { Work(flops: a.flops + b.flops, bytes: a.bytes + b.bytes) }

    package static func += (a: inout Work, b: Work) { a = a + b }
}

/// The work of a layer in a step of training, for inputs of known shapes.
///
/// A product of matrices counts two for each multiplication with its addition: for `N` outputs, `2 N K` where each is a
/// sum of `K` products. The backward pass does it once more for the weights' gradient and, unless nothing before the
/// layer learns, once for the input's.
struct LayerWork {
    let layer: any Module
    let inputs: [[Int]]
    let outputs: [[Int]]
    /// Whether the gradient of the input is wanted.
    let hasLearnersBefore: Bool

    private static let function = 8.0

    private var inputCount: Double { inputs.reduce(0) { $0 + Shape.count($1) } }
    private var outputCount: Double { outputs.reduce(0) { $0 + Shape.count($1) } }
    private var parameterCount: Double { layer.parameters.reduce(0) { $0 + Double($1.count) } }

    /// Arithmetic of the forward pass.
    var forwardFlops: Double {
        switch layer {
        case let layer as Convolution: return products(layer.weight, bias: layer.bias)
        case let layer as Linear: return products(layer.weight, bias: layer.bias)
        case let layer as Pooling:
            let axes = (inputs.first?.count ?? 4) - 2
            return outputCount * Window.expanded(layer.size, to: axes).reduce(1) { $0 * Double($1) }
        case is GlobalAveragePooling: return inputCount
        case is Flatten, is Embedding: return 0
        case let layer as Activation: return layer.operation.flops * outputCount
        case is LeakyReLU: return outputCount
        case is Softmax: return LayerWork.function * outputCount
        case is Dropout: return outputCount
        case is BatchNorm, is LayerNorm: return LayerWork.function * outputCount
        default: return generalFlops
        }
    }

    /// Arithmetic of the backward pass.
    var backwardFlops: Double {
        switch layer {
        case is Pooling, is GlobalAveragePooling, is Activation, is LeakyReLU, is Softmax, is Dropout:
            return outputCount
        case is Flatten: return 0
        case is Embedding: return outputCount
        case is BatchNorm, is LayerNorm: return 1.5 * forwardFlops
        default: return forwardFlops * (hasLearnersBefore ? 2 : 1)
        }
    }

    var forward: Work {
        if layer is Flatten { return Work() }
        if layer is Embedding { return work(0, inputCount + 2 * outputCount) }
        return work(forwardFlops, inputCount + outputCount + parameterCount)
    }

    var backward: Work {
        if layer is Flatten { return Work() }
        if layer is Embedding { return work(backwardFlops, inputCount + 2 * outputCount) }
        let input = hasLearnersBefore ? inputCount + parameterCount : 0
        return work(backwardFlops, outputCount + inputCount + parameterCount + input)
    }

    private func work(_ flops: Double, _ numbers: Double) -> Work {
        Work(flops: flops, bytes: numbers * Double(layer.place.dtype.size))
    }

    /// `[outputs, ...]` weights: each output is a sum over the rest of their axes.
    private func products(_ weight: Parameter?, bias: Parameter?) -> Double {
        guard let weight, let outputs = weight.shape.first, outputs > 0 else { return 0 }
        return outputCount * (2 * Double(weight.count / outputs) + (bias == nil ? 0 : 1))
    }

    /// What recurrent layers and attention come to: every matrix is multiplied with every position of the sequence;
    /// attention compares all positions with all.
    private var generalFlops: Double {
        let positions = outputs.first.map { Shape.count($0.dropLast()) } ?? 0
        let matrices = layer.parameters.filter { $0.shape.count >= 2 }.reduce(0) { $0 + Double($1.count) }
        var flops = positions * (2 * matrices + parameterCount - matrices) + LayerWork.function * outputCount
        if layer.kind.contains("attention"), let query = inputs.first, query.count == 3 {
            let memory = inputs.count > 1 && inputs[1].count == 3 ? inputs[1] : query
            flops += 4 * Double(query[0]) * Double(query[1]) * Double(memory[1]) * Double(memory[2])
        }
        return flops
    }
}

extension Shape {
    /// The number of elements, of shapes that may be too large for a tensor.
    static func count(_ sizes: some Sequence<Int>) -> Double { sizes.reduce(1) { $0 * Double($1) } }
}
