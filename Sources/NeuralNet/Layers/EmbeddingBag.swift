import Autograd
import TensorCore

/// One vector for each row of indices: the sum, mean or maximum of their embeddings; `[N, T]` to `[N, D]`.
///
/// The index `padding` has no share: rows of it alone give 0.
///
///     embedding_bag 1000 64      # int64 [N, 20] -> [N, 64]
///
/// - Source: initial weights, modes and padding as in PyTorch's `EmbeddingBag` with two axes.
package final class EmbeddingBag: Layer {
    package enum Mode: String, CaseIterable, Sendable {
        case sum, mean, max
    }

    package let ownership = Ownership()
    private let table: Embedding
    package let mode: Mode
    var entries: Int { table.entries }

    /// - Throws: `NeuralNetError` `.setting` as `Embedding`.
    package init(
        _ entries: Int, _ dimensions: Int, mode: Mode = .mean, paddingIndex: Int? = nil,
        place: ModulePlace = ModulePlace()
    ) throws {
        table = try Embedding(entries, dimensions, paddingIndex: paddingIndex, place: place)
        self.mode = mode
    }

    private init(_ table: Embedding, _ mode: Mode) {
        self.table = table
        self.mode = mode
    }

    package var place: ModulePlace {
        get { table.place }
        set { table.place = newValue }
    }
    package var kind: String { "embedding_bag" }
    package var settingsText: String {
        table.settingsText + (mode == .mean ? "" : " mode=\"\(mode.rawValue)\"")
    }
    package var isBuilt: Bool { table.isBuilt }
    package var parameters: [Parameter] { table.parameters }
    package var parameterFormula: String? { table.parameterFormula }

    package func build(inputShape: [Int]) throws { try table.build(inputShape: inputShape) }
    package func unbuild() { table.unbuild() }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count == 2 else {
            throw error(.rank(expected: ["NT"], actual: input))
        }
        return [input[0], table.dimensions]
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let vectors = try table.forward(input, context)
        guard input.shape[1] > 0 else {
            return Variable(try Tensor.zeros([input.shape[0], table.dimensions], dtype: vectors.dtype))
        }
        let isPadding = try table.paddingIndex.map { try input.combined(.equal, with: Double($0)).unsqueeze(2) }
        let zero = Variable(try .scalar(0, dtype: vectors.dtype))
        let kept = try isPadding.map { try Variable.select($0.value, zero, vectors) } ?? vectors
        if mode == .sum { return try kept.sum(axes: [1]) }
        let counts = try isPadding.map {
            try $0.combined(.equal, with: 0).cast(to: vectors.dtype).sum(axes: [1])
        }
        guard mode == .max else {
            guard let counts else { return try kept.mean(axes: [1]) }
            return try kept.sum(axes: [1]) / counts.combined(.maximum, with: 1)
        }
        guard let isPadding, let counts else { return try vectors.max(axes: [1]) }
        let least = Variable(try .scalar(-.infinity, dtype: vectors.dtype))
        let greatest = try Variable.select(isPadding.value, least, vectors).max(axes: [1])
        return try .select(counts.combined(.equal, with: 0).value, zero, greatest)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        guard let copy = try table.cloned(copies) as? Embedding else { throw error(.notBuilt) }
        return EmbeddingBag(copy, mode)
    }
}
