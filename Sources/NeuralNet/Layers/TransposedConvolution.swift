import Autograd
import TensorCore

/// 1-D or 2-D transposed convolution: what a convolution of the same settings does to gradients, as a layer.
///
/// Each value of the input adds a copy of the kernel, times that value, to the output; copies lie `stride` apart. The
/// output has `(size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1` values along an axis.
/// Weights have the shape `[C, O/groups, kH, kW]`.
///
///     conv_transpose 8 kernel=4 stride=2 padding=1       # [N, 16, 7, 7] -> [N, 8, 14, 14]
///
/// - Source: Zeiler et al. 2010, doi:10.1109/CVPR.2010.5539957; settings, defaults and initial weights as in PyTorch's
///   `ConvTranspose2d`.
package final class TransposedConvolution: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// The padding is one of zeros.
    package let settings: Convolution.Settings
    package let outputPadding: [Int]
    package var initializer: WeightInitializer?
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?

    /// - Throws: `NeuralNetError` `.setting` for sizes that no convolution can have.
    package init(
        _ settings: Convolution.Settings, outputPadding: [Int] = [0], place: ModulePlace = ModulePlace()
    ) throws {
        self.settings = settings
        self.outputPadding = outputPadding
        self.place = place
        // The checks of a convolution.
        _ = try Convolution(settings, place: ModulePlace(path: place.path.isEmpty ? "conv_transpose" : place.path))
        try check("padding", settings.padding != .same, "\"same\"", "one or two numbers of at least 0")
        let fits =
            Window.isValid(outputPadding, minimum: 0)
            && zip(Window.expanded(outputPadding, to: 2), Window.expanded(settings.stride, to: 2)).allSatisfy {
                $0 < $1
            }
        try check("output_padding", fits, Window.text(outputPadding), "at least 0 and less than the stride")
    }

    package var kind: String { "conv_transpose" }

    package var settingsText: String {
        var parts = ["\(settings.outChannels)", "kernel=\(Window.text(settings.kernel))"]
        if settings.stride != [1] { parts.append("stride=\(Window.text(settings.stride))") }
        if padding != [0] { parts.append("padding=\(Window.text(padding))") }
        if outputPadding != [0] { parts.append("output_padding=\(Window.text(outputPadding))") }
        if settings.dilation != [1] { parts.append("dilation=\(Window.text(settings.dilation))") }
        if settings.groups != 1 { parts.append("groups=\(settings.groups)") }
        if !settings.hasBias { parts.append("bias=false") }
        return parts.joined(separator: " ") + (initializer?.settingText ?? "")
    }

    private var padding: [Int] { if case .zeros(let sizes) = settings.padding { sizes } else { [0] } }

    package var isBuilt: Bool { weight != nil }
    package var declaredInputShape: [Int]? { place.inputSize.flatMap { inputShape(channels: $0) } }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var parameterFormula: String? {
        weight.map { Shape.productText($0.shape) + (bias == nil ? "" : " + \(settings.outChannels)") }
    }

    package func build(inputShape: [Int]) throws {
        guard inputShape[1] != Shape.unknown else { throw error(.unknownSize(axis: 1, input: inputShape)) }
        if let size = place.inputSize, inputShape[1] != size {
            throw error(
                .size(
                    of: "channels", axis: 1, expected: size, input: inputShape,
                    weight: [size, settings.outChannels / settings.groups]))
        }
        let kernel = Window.expanded(settings.kernel, to: inputShape.count - 2)
        let shape = [inputShape[1], settings.outChannels / settings.groups] + kernel
        let usual = InitialDistribution.fanInUniform(fanIn: SizeArithmetic.product(shape.dropFirst()))
        let weight = try parameter("weight", shape, initializer?.distribution(of: shape) ?? usual)
        if settings.hasBias { bias = try parameter("bias", [settings.outChannels], usual) }
        self.weight = weight
    }

    package func unbuild() { (weight, bias) = (nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let axes = try Window.axes(
            [settings.kernel, settings.stride, settings.dilation, padding, outputPadding], input: input, layer: self)
        if let weight {
            guard weight.shape.count == input.count else {
                throw error(.rank(expected: [weight.shape.count == 3 ? "NCL" : "NCHW"], actual: input))
            }
            guard input[1] == weight.shape[0] || input[1] == Shape.unknown else {
                throw error(
                    .size(of: "channels", axis: 1, expected: weight.shape[0], input: input, weight: weight.shape))
            }
        } else if input[1] != Shape.unknown, !input[1].isMultiple(of: settings.groups) || input[1] == 0 {
            throw error(.indivisible(what: "input channels", count: input[1], groups: settings.groups))
        }
        return try [input[0], settings.outChannels] + (0..<axes).map { try size($0, of: axes, input) }
    }

    private func size(_ i: Int, of axes: Int, _ input: [Int]) throws -> Int {
        let size = input[i + 2]
        guard size != Shape.unknown else { return size }
        func setting(_ sizes: [Int]) -> Int { Window.expanded(sizes, to: axes)[i] }
        let reach = SizeArithmetic.reach(of: setting(settings.kernel), dilation: setting(settings.dilation))
        let whole = (size - 1).multipliedReportingOverflow(by: setting(settings.stride))
        let result = whole.partialValue + reach + setting(outputPadding) - 2 * setting(padding)
        guard size > 0, !whole.overflow, whole.partialValue <= Int.max / 4, result > 0 else {
            throw error(.windowTooLarge(reach: reach, axis: i + 2, padding: -2 * setting(padding), input: input))
        }
        return result
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        let axes = input.rank - 2
        let convolution = ConvolutionSettings(
            stride: Window.pair(Window.expanded(settings.stride, to: axes), neutral: 1),
            padding: Window.pair(Window.expanded(padding, to: axes), neutral: 0),
            dilation: Window.pair(Window.expanded(settings.dilation, to: axes), neutral: 1), groups: settings.groups)
        var shape = try outputShape(input.shape)
        let isRow = axes == 1
        if isRow { shape.insert(1, at: 2) }
        let result = try (isRow ? input.unsqueeze(2) : input).conv2DTransposed(
            isRow ? context[weight].unsqueeze(2) : context[weight], outputShape: shape, convolution)
        let output = isRow ? try result.squeeze(2) : result
        guard let bias else { return output }
        return try output + context[bias].reshape([-1] + Array(repeating: 1, count: axes))
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try TransposedConvolution(settings, outputPadding: outputPadding, place: place)
        copy.initializer = initializer
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        return copy
    }
}
