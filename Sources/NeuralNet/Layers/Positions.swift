import Autograd
import Glibc
import TensorCore

/// Adds to each step of a sequence waves that tell its place: `[N, T, E]` keeps its shape.
///
/// Feature `2i` of step `t` gets `sin(t / 10000^(2i / E))`, feature `2i + 1` the cosine of the same.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.5.
package final class PositionalEncoding: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// For at least the steps that were last asked for; others that apply the layer at the same time only read it.
    private var table: Variable?

    package init(place: ModulePlace = ModulePlace()) { self.place = place }

    package var kind: String { "positional_encoding" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count == 3 else { throw error(.rank(expected: ["NTE"], actual: input)) }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        // The table of an empty batch may be larger than any memory.
        guard input.count > 0 else { return input }
        let (start, features) = (context.cache?.start ?? 0, input.shape[2])
        let rows = [TensorIndex.slice(start: start, stop: start + input.shape[1], step: 1)]
        if let table, table.shape[0] >= start + input.shape[1], table.shape[1] == features, table.dtype == input.dtype {
            return try input + table.at(rows)
        }
        // Sequences that grow find the rows for some steps more.
        let time = start == 0 ? input.shape[1] : 2 * (start + input.shape[1])
        var waves = [Double](repeating: 0, count: time * features)
        for feature in 0..<features {
            let rate = pow(10_000, -Double(feature / 2 * 2) / Double(features))
            for step in 0..<time {
                let angle = Double(step) * rate
                waves[step * features + feature] = feature.isMultiple(of: 2) ? sin(angle) : cos(angle)
            }
        }
        let made = Variable(try Tensor(waves, shape: [time, features]).cast(to: input.dtype))
        if ownership.allowsChange { table = made }
        return try input + made.at(rows)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { PositionalEncoding(place: place) }
}

/// Adds a learned vector to each step of a sequence: `[N, T, E] + weight[:T]`, for up to `count` steps.
///
/// - Source: Gehring et al. 2017, arXiv:1705.03122; initial weights as an embedding's.
package final class LearnedPositions: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let count: Int
    package private(set) var weight: Parameter?

    /// - Throws: `NeuralNetError` `.setting` where `count` is below 1.
    package init(_ count: Int, place: ModulePlace = ModulePlace()) throws {
        self.count = count
        self.place = place
        try check("count", (1...1 << 24).contains(count), "\(count)", "from 1 to \(1 << 24)")
    }

    package var kind: String { "learned_positions" }
    package var settingsText: String { "\(count)" }
    package var isBuilt: Bool { weight != nil }
    package var parameters: [Parameter] { [weight].compactMap { $0 } }
    package var parameterFormula: String? { weight.map { "\(count) * \($0.shape[1])" } }

    package func build(inputShape: [Int]) throws {
        guard inputShape[2] != Shape.unknown else { throw error(.unknownSize(axis: 2, input: inputShape)) }
        weight = try parameter("weight", [count, inputShape[2]], .normal(zeroRow: nil))
    }

    package func unbuild() { weight = nil }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count == 3 else { throw error(.rank(expected: ["NTE"], actual: input)) }
        guard input[1] <= count else {
            throw error(
                .setting(name: "count", value: "\(count)", expected: "at least the \(input[1]) steps of its input"))
        }
        if let weight, input[2] != weight.shape[1], input[2] != Shape.unknown {
            throw error(
                .size(of: "features", axis: 2, expected: weight.shape[1], input: input, weight: weight.shape))
        }
        return input
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        let start = context.cache?.start ?? 0
        guard start + input.shape[1] <= count else { throw AttentionCache.Unusable() }
        return try input + context[weight].at([.slice(start: start, stop: start + input.shape[1], step: 1)])
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try LearnedPositions(count, place: place)
        copy.weight = try copies.copy(weight)
        return copy
    }
}
