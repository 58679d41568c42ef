import Autograd
import TensorCore

/// A bilinear map of two inputs: `out[..., o] = sum over i, j of a[..., i] weight[o, i, j] b[..., j] + bias[o]`.
///
///     layer = bilinear 8
///     layer(a, b)            # [N, 3], [N, 5] -> [N, 8]
///
/// - Source: parameters and initial weights as in PyTorch's `Bilinear`.
package final class Bilinear: Module {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let outFeatures: Int
    package let hasBias: Bool
    private var weight: Parameter?
    private var bias: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where `outFeatures` is below 1.
    package init(_ outFeatures: Int, hasBias: Bool = true, place: ModulePlace = ModulePlace()) throws {
        self.outFeatures = outFeatures
        self.hasBias = hasBias
        self.place = place
        guard outFeatures >= 1 else {
            throw NeuralNetError(
                subject: "bilinear", .setting(name: "features", value: "\(outFeatures)", expected: "at least 1"))
        }
    }

    package var kind: String { "bilinear" }
    package var settingsText: String { "\(outFeatures)" + (hasBias ? "" : " bias=false") }
    package var isBuilt: Bool { weight != nil }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var namedParameters: [(name: String, parameter: Parameter)] { parameters.map { ($0.name, $0) } }
    package var buffers: [Parameter] { [] }
    package var parameterFormula: String? {
        weight.map { "\(outFeatures) * \($0.shape[1]) * \($0.shape[2])" + (bias == nil ? "" : " + \(outFeatures)") }
    }

    package func build(inputShapes: [[Int]]) throws {
        let (first, second) = try features(inputShapes)
        for (shape, size) in zip(inputShapes, [first, second]) where size == Shape.unknown {
            throw error(.unknownSize(axis: shape.count - 1, input: shape))
        }
        let initial = InitialDistribution.fanInUniform(fanIn: first)
        weight = try parameter("weight", [outFeatures, first, second], initial)
        if hasBias { bias = try parameter("bias", [outFeatures], initial) }
    }

    package func unbuild() { (weight, bias) = (nil, nil) }

    private func features(_ inputs: [[Int]]) throws -> (Int, Int) {
        guard inputs.count == 2 else { throw error(.inputCount(expected: 2, actual: inputs.count)) }
        guard let first = inputs[0].last, let second = inputs[1].last else { throw error(.noAxes) }
        return (first, second)
    }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        let (first, second) = try features(inputs)
        if let weight {
            for (input, (size, axis)) in zip(inputs, [(first, 1), (second, 2)])
            where size != weight.shape[axis] && size != Shape.unknown {
                throw error(
                    .size(
                        of: "features", axis: input.count - 1, expected: weight.shape[axis], input: input,
                        weight: weight.shape))
            }
        }
        guard inputs[0].dropLast() == inputs[1].dropLast() else {
            throw error(
                .namedInput(
                    "the second input",
                    expected: "the axes \(Shape.text(Array(inputs[0].dropLast()))) before its features",
                    actual: "a shape of \(Shape.text(inputs[1]))"))
        }
        return [inputs[0].dropLast() + [outFeatures]]
    }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        let shape = try outputShapes(inputs.map(\.shape))[0]
        guard let weight else { throw error(.notBuilt) }
        let (a, b) = (inputs[0], inputs[1])
        let (first, second) = (weight.shape[1], weight.shape[2])
        let count = shape.dropLast().reduce(1, *)
        // [N, I] @ [I, O * J], each row then times its b.
        let table = try weight.variable.permute([1, 0, 2]).reshape([first, outFeatures * second])
        let products = try a.reshape([count, first]).matmul(table).reshape([count, outFeatures, second])
        let sums = try products.matmul(b.reshape([count, second, 1])).reshape(shape)
        return [try bias.map { try sums + $0.variable } ?? sums]
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try Bilinear(outFeatures, hasBias: hasBias, place: place)
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        return copy
    }
}
