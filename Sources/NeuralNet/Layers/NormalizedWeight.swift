import Autograd
import TensorCore

/// A layer whose weight is computed at each pass from parameters of its own: PyTorch's parametrizations.
///
/// The layer inside draws its first values as it would alone; then `build` takes the weight apart. Steps change the
/// parts, and a pass puts them together for the layer, which reads its weight through the context.
///
/// - Source: names of parameters and buffers as in PyTorch's `torch.nn.utils.parametrizations`.
package final class NormalizedWeight: Layer {
    package enum Rule: Equatable, Sendable {
        /// `g * v / norm(v)`, with a length `g` for each place of an axis, or one for all where that is nil.
        /// Salimans and Kingma 2016, arXiv:1602.07868.
        case length(axis: Int?)
        /// `w / s(w)` with an estimate of the largest singular value of the matrix whose rows are the places of an axis.
        /// Each pass of training makes the estimate better by some steps. Miyato et al. 2018, arXiv:1802.05957.
        case spectral(axis: Int, steps: Int, epsilon: Double)
    }

    /// The steps that a first estimate takes.
    private static let firstSteps = 15

    package let ownership = Ownership()
    package var place: ModulePlace {
        didSet { layer.place = place }
    }
    package let layer: any Layer
    package let parameterName: String
    private let rule: Rule
    /// What steps change: length and direction, or the weight before it is divided.
    private var parts: [Parameter] = []
    /// The vectors on both sides of the matrix that the estimate is made with.
    package private(set) var buffers: [Parameter] = []

    /// - Throws: `NeuralNetError` `.setting`.
    package init(_ layer: any Layer, parameter: String, rule: Rule) throws {
        self.layer = layer
        parameterName = parameter
        self.rule = rule
        place = layer.place
        if case .spectral(_, let steps, let epsilon) = rule {
            try check("n_power_iterations", (1...1000).contains(steps), "\(steps)", "from 1 to 1000")
            try check(
                "eps", epsilon > 0 && epsilon < 1, numberText(epsilon), "above 0 and below 1")
        }
        let isTied = (layer as? Linear)?.tied != nil
        try check("layer", !isTied, "a tied linear", "one with a weight of its own")
        if layer.isBuilt { try takeApart() }
    }

    package var kind: String { layer.kind }
    package var settingsText: String {
        let settings = layer.settingsText
        let rule = if case .length = rule { "weight_norm" } else { "spectral_norm" }
        return settings.isEmpty ? rule : "\(settings) (\(rule))"
    }
    package var isBuilt: Bool { !parts.isEmpty }
    package var declaredInputShape: [Int]? { layer.isBuilt ? [] : layer.declaredInputShape }
    package var parameters: [Parameter] { layer.parameters.filter { $0.name != parameterName } + parts }
    package var parameterFormula: String? {
        layer.parameterFormula.map { parts.count == 2 ? "\($0) + \(parts[0].count)" : $0 }
    }

    package func build(inputShape: [Int]) throws {
        if !layer.isBuilt { try layer.build(inputShape: inputShape) }
        try takeApart()
    }

    package func unbuild() {
        (parts, buffers) = ([], [])
        layer.unbuild()
    }

    package func outputShape(_ input: [Int]) throws -> [Int] { try layer.outputShape(input) }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        if case .spectral(_, let steps, _) = rule, context.isTraining, !context.isProbe { try improve(steps) }
        return try context.reading(original(), as: weight()) { try layer.forward(input, context) }
    }

    /// The weight as passes use it.
    package func weight() throws -> Variable {
        guard let last = parts.last?.variable else { throw error(.notBuilt) }
        switch rule {
        case .length(let axis):
            return try last * (parts[0].variable / length(of: last, axis))
        case .spectral(let axis, _, let epsilon):
            guard buffers.count == 2 else {
                return try last / Variable.maximum(last.norm(), Variable(epsilon, like: last))
            }
            let (u, v) = (Variable(buffers[0].value), Variable(buffers[1].value))
            return try last / (u * matrix(last, axis).matmul(v)).sum()
        }
    }

    /// Makes a tensor of the weight's shape the weight.
    ///
    /// - Throws: `NeuralNetError` `.stateShape`.
    package func set(_ weight: Tensor, path: String) throws {
        try original().set(weight, path: path)
        try takeApart()
    }

    /// Draws the first values anew.
    func redraw(_ key: RandomKey) throws {
        for parameter in layer.parameters { try parameter.redraw(key.child(named: place.path(of: parameter.name))) }
        try takeApart()
    }

    /// The layer's own parameter, which gives the shape.
    private func original() throws -> Parameter {
        guard let parameter = layer.parameters.first(where: { $0.name == parameterName }) else {
            try check("layer", !layer.parameters.isEmpty, "\(layer.kind)", "a layer that has weights")
            throw error(
                .setting(
                    name: "name", value: "\"\(parameterName)\"",
                    expected: "a parameter of the layer: "
                        + layer.parameters.map { "\"\($0.name)\"" }.joined(separator: ", ")))
        }
        return parameter
    }

    /// Makes the parts of the weight that the layer has.
    private func takeApart() throws {
        try checkOwnership()
        let parameter = try original()
        let weight = Variable(try parameter.snapshot())
        let prefix = "parametrizations.\(parameterName)."
        switch rule {
        case .length(let axis):
            let axis = try axis.map { try checked($0, weight) }
            try put(
                [
                    ("original0", length(of: weight, axis).value), ("original1", weight.value),
                ].map { (prefix + $0, $1) }, into: &parts)
        case .spectral(let axis, _, let epsilon):
            try put([(prefix + "original", weight.value)], into: &parts)
            guard weight.rank > 1 else { return }
            let matrix = try matrix(weight, checked(axis, weight))
            let vectors = try zip(["_u", "_v"], matrix.shape).map { name, size in
                let name = prefix + "0." + name
                let drawn = try Tensor.normal(
                    [size], mean: 0, std: 1, dtype: weight.dtype, key: place.key.child(named: place.path(of: name)))
                return (name, try Variable(drawn).unit(epsilon))
            }
            try put(vectors, into: &buffers)
            try improve(NormalizedWeight.firstSteps)
        }
    }

    /// Gives parameters their values, and makes them where there are none.
    private func put(_ values: [(name: String, value: Tensor)], into parameters: inout [Parameter]) throws {
        if parameters.count == values.count {
            for (parameter, (_, value)) in zip(parameters, values) { try parameter.replace(with: value) }
        } else {
            parameters = values.map { name, value in
                Parameter(name, value: value, initial: .constant(0), isFrozen: place.isFrozen)
            }
        }
    }

    private func checked(_ axis: Int, _ weight: Variable) throws -> Int {
        let place = axis < 0 ? axis + weight.rank : axis
        try check("dim", (0..<max(weight.rank, 1)).contains(place), "\(axis)", "an axis of a weight \(weight.shape)")
        return place
    }

    /// The Euclidean lengths along all axes but one, which broadcast to the weight.
    private func length(of weight: Variable, _ axis: Int?) throws -> Variable {
        guard let axis else { return try weight.norm() }
        let own = try checked(axis, weight)
        let others = (0..<weight.rank).filter { $0 != own }
        return try others.isEmpty ? weight.abs() : weight.norm(axes: others, keepDims: true)
    }

    private func matrix(_ weight: Variable, _ axis: Int) throws -> Variable {
        let own = try checked(axis, weight)
        let turned = own == 0 ? weight : try weight.permute([own] + (0..<weight.rank).filter { $0 != own })
        return try turned.reshape([turned.shape[0], -1])
    }

    /// Steps of the power method.
    private func improve(_ steps: Int) throws {
        guard case .spectral(let axis, _, let epsilon) = rule, buffers.count == 2, let part = parts.last else { return }
        let matrix = try matrix(Variable(part.value), axis)
        let turned = try matrix.transpose(0, 1)
        var (u, v) = (buffers[0].value, buffers[1].value)
        for _ in 0..<steps {
            u = try matrix.matmul(Variable(v)).unit(epsilon)
            v = try turned.matmul(Variable(u)).unit(epsilon)
        }
        // New tensors: whoever kept the old ones, to go back to them, still has them.
        try buffers[0].replace(with: u)
        try buffers[1].replace(with: v)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        guard let inner = try copies.copy(layer) as? any Layer else { throw error(.notCopyable) }
        let copy = try NormalizedWeight(inner, parameter: parameterName, rule: rule)
        copy.place = place
        copy.parts = try parts.map { try copies.copy($0) }
        copy.buffers = try buffers.map { try copies.copy($0) }
        return copy
    }
}

extension Variable {
    /// A number as a constant of another variable's type.
    fileprivate convenience init(_ number: Double, like other: Variable) throws {
        self.init(try Tensor.scalar(number, dtype: other.dtype))
    }

    /// The vector of length 1 in the same direction.
    fileprivate func unit(_ epsilon: Double) throws -> Tensor {
        try (self / Swift.max(norm().value.item(), epsilon)).value
    }
}
