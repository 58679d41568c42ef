import Autograd
import TensorCore

/// A vector for each index: `out[..., :] = weight[input[...], :]`; `[N, T]` to `[N, T, D]`.
///
/// The row of `paddingIndex` starts as zeros and receives no gradient.
///
///     embedding 40 128       # int64 [N, 19] -> [N, 19, 128]
///
/// - Source: initial weights (normal, deviation 1) and padding as in PyTorch's `Embedding`.
package final class Embedding: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// How many indices there are: 0 to `entries - 1`.
    package let entries: Int
    package let dimensions: Int
    package let paddingIndex: Int?
    package var initializer: WeightInitializer?
    package private(set) var weight: Parameter?

    /// - Parameter paddingIndex: Counted from the end where negative.
    /// - Throws: `NeuralNetError` `.setting` for sizes below 1 and a padding index that is not one of the entries.
    package init(
        _ entries: Int, _ dimensions: Int, paddingIndex: Int? = nil, place: ModulePlace = ModulePlace()
    ) throws {
        self.entries = entries
        self.dimensions = dimensions
        // From the end only where there is such an entry: the sum of others may be beyond an `Int`.
        self.paddingIndex = paddingIndex.map { $0 < 0 && $0 >= -max(entries, 0) ? $0 + entries : $0 }
        self.place = place
        try check("entries", entries >= 1, "\(entries)", "at least 1")
        try check("dimensions", dimensions >= 1, "\(dimensions)", "at least 1")
        if let index = self.paddingIndex {
            try check("padding", (0..<entries).contains(index), "\(index)", "one of the \(entries) entries")
        }
    }

    package var kind: String { "embedding" }
    package var settingsText: String {
        "\(entries) \(dimensions)" + (paddingIndex.map { " padding=\($0)" } ?? "")
            + (initializer?.settingText ?? "")
    }
    package var isBuilt: Bool { weight != nil }
    package var declaredInputShape: [Int]? { [Shape.unknown] }
    package var parameters: [Parameter] { [weight].compactMap { $0 } }
    package var parameterFormula: String? { "\(entries) * \(dimensions)" }

    package func build(inputShape: [Int]) throws {
        weight = try parameter(
            "weight", [entries, dimensions],
            initializer?.distribution(of: [entries, dimensions]) ?? .normal(zeroRow: paddingIndex))
        if let paddingIndex, initializer != nil, let weight {
            var values = try weight.snapshot()
            try values.set([.index(paddingIndex)], to: Tensor.scalar(0, dtype: values.dtype))
            try weight.replace(with: values)
        }
    }

    package func unbuild() { weight = nil }

    /// The table, made now where it was not: what a layer that is tied to it may ask for first.
    func builtWeight() throws -> Parameter? {
        if weight == nil { try build(inputShape: []) }
        return weight
    }

    package func outputShape(_ input: [Int]) throws -> [Int] { input + [dimensions] }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        return try Variable.embedding(context[weight], indices(input), paddingIndex: paddingIndex)
    }

    /// The input as indices of entries that there are.
    ///
    /// - Throws: `NeuralNetError` `.notWhole`, `.endsGradient`, `.indexOutOfRange`.
    package func indices(_ input: Variable) throws -> Tensor {
        let indices = try wholeNumbers(input, "indices") { error($0) }
        if indices.count > 0 {
            let lowest = try indices.reduced(.min).integers().first ?? 0
            let highest = try indices.reduced(.max).integers().first ?? 0
            guard lowest >= 0 && highest < entries else {
                throw error(.indexOutOfRange(index: lowest < 0 ? lowest : highest, count: entries))
            }
        }
        return indices
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try Embedding(entries, dimensions, paddingIndex: paddingIndex, place: place)
        copy.initializer = initializer
        copy.weight = try copies.copy(weight)
        return copy
    }
}

/// The numbers as int64. Scripts write whole numbers as floats, so floats without fractions are taken; what is beyond an
/// int64 becomes the nearest, which is no index.
///
/// - Parameter what: What the numbers are, in the plural, for messages.
/// - Throws: What `error` makes of `.notWhole`, and of `.endsGradient` for numbers that a gradient flows through.
func wholeNumbers(
    _ variable: Variable, _ what: String, error: (NeuralNetError.Reason) -> NeuralNetError
) throws -> Tensor {
    let tensor = variable.value
    if tensor.dtype == .int64 { return tensor }
    if tensor.dtype.isFloatingPoint {
        guard try Tensor.allEqual(tensor.map(.floor), tensor) else {
            throw error(.notWhole(what: what, dtype: tensor.dtype.name))
        }
        guard !variable.isTracked else { throw error(.endsGradient(what: what)) }
    }
    return try tensor.cast(to: .int64)
}
