import Autograd
import TensorCore

/// 1-D or 2-D convolution (cross-correlation, as everywhere in the field).
///
/// `out[n,o,y,x] = bias[o] + sum over c,i,j of
/// input[n,c,y*stride+i*dilation-padding,x*stride+j*dilation-padding] * weight[o,c,i,j]`
///
/// The first input decides: `[N, C, L]` makes it 1-D with weights `[O, C/groups, k]`, `[N, C, H, W]` 2-D with
/// `[O, C/groups, kH, kW]`. With `groups`, each group of input channels makes its own group of outputs.
///
///     conv 8 kernel=5 padding=2       # [N, 1, 28, 28] -> [N, 8, 28, 28]
///
/// - Source: LeCun et al. 1998, doi:10.1109/5.726791; settings, defaults and initial weights as in PyTorch's
///   `Conv2d`.
package final class Convolution: Layer {
    package struct Settings: Equatable, Sendable {
        package var outChannels: Int
        /// One number, or rows and columns; `stride` and `dilation` likewise.
        package var kernel: [Int]
        package var stride: [Int]
        package var padding: Padding
        package var dilation: [Int]
        package var groups: Int
        package var hasBias: Bool

        package init(
            outChannels: Int, kernel: [Int], stride: [Int] = [1], padding: Padding = .zeros([0]),
            dilation: [Int] = [1], groups: Int = 1, hasBias: Bool = true
        ) {
            self.outChannels = outChannels
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.dilation = dilation
            self.groups = groups
            self.hasBias = hasBias
        }
    }

    package enum Padding: Equatable, Sendable {
        /// Zeros on each side of each axis: one number, or one for rows and one for columns.
        case zeros([Int])
        /// As many as keep the size, the odd one at the end, as in PyTorch; for stride 1 only.
        case same
    }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let settings: Settings
    package var initializer: WeightInitializer?
    /// The channels that its input is to have, where that was said; else those of the first input.
    package var declaredChannels: Int?
    package private(set) var weight: Parameter?
    package private(set) var bias: Parameter?

    /// - Throws: `NeuralNetError` `.setting` for sizes that no convolution can have.
    package init(_ settings: Settings, place: ModulePlace = ModulePlace()) throws {
        self.settings = settings
        self.place = place
        try check("channels", settings.outChannels >= 1, "\(settings.outChannels)", "at least 1")
        for (name, sizes) in [
            ("kernel", settings.kernel), ("stride", settings.stride), ("dilation", settings.dilation),
        ] {
            try check(name, Window.isValid(sizes, minimum: 1), Shape.text(sizes), Window.validText(minimum: 1))
        }
        switch settings.padding {
        case .zeros(let sizes):
            try check(
                "padding", Window.isValid(sizes, minimum: 0), Shape.text(sizes),
                Window.validText(minimum: 0) + ", or \"same\"")
        case .same:
            try check("padding", settings.stride.allSatisfy { $0 == 1 }, "\"same\"", "a number where stride is not 1")
        }
        try check("groups", settings.groups >= 1, "\(settings.groups)", "at least 1")
        guard settings.outChannels.isMultiple(of: settings.groups) else {
            throw error(.indivisible(what: "channels", count: settings.outChannels, groups: settings.groups))
        }
    }

    package var kind: String { "conv" }

    package var settingsText: String {
        var parts = ["\(settings.outChannels)", "kernel=\(Window.text(settings.kernel))"]
        if settings.stride != [1] { parts.append("stride=\(Window.text(settings.stride))") }
        switch settings.padding {
        case .same: parts.append("padding=\"same\"")
        case .zeros([0]): break
        case .zeros(let sizes): parts.append("padding=\(Window.text(sizes))")
        }
        if settings.dilation != [1] { parts.append("dilation=\(Window.text(settings.dilation))") }
        if settings.groups != 1 { parts.append("groups=\(settings.groups)") }
        if !settings.hasBias { parts.append("bias=false") }
        return parts.joined(separator: " ") + (initializer?.settingText ?? "")
    }

    package var isBuilt: Bool { weight != nil }
    package var declaredInputShape: [Int]? { declaredChannels.flatMap { inputShape(channels: $0) } }
    package var parameters: [Parameter] { [weight, bias].compactMap { $0 } }
    package var parameterFormula: String? {
        weight.map { Shape.productText($0.shape) + (bias == nil ? "" : " + \(settings.outChannels)") }
    }

    package func build(inputShape: [Int]) throws {
        guard inputShape[1] != Shape.unknown else { throw error(.unknownSize(axis: 1, input: inputShape)) }
        if let declaredChannels, inputShape[1] != declaredChannels {
            throw error(
                .size(
                    of: "channels", axis: 1, expected: declaredChannels, input: inputShape,
                    weight: [settings.outChannels, declaredChannels / settings.groups]))
        }
        let axes = inputShape.count - 2
        let groupChannels = inputShape[1] / settings.groups
        let kernel = Window.expanded(settings.kernel, to: axes)
        let initial = InitialDistribution.fanInUniform(fanIn: SizeArithmetic.product([groupChannels] + kernel))
        let shape = [settings.outChannels, groupChannels] + kernel
        let weight = try parameter("weight", shape, initializer?.distribution(of: shape) ?? initial)
        if settings.hasBias { bias = try parameter("bias", [settings.outChannels], initial) }
        self.weight = weight
    }

    package func unbuild() { (weight, bias) = (nil, nil) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let axes = try windowAxes(input)
        if let weight {
            guard weight.shape.count == input.count else {
                throw error(.rank(expected: [weight.shape.count == 3 ? "NCL" : "NCHW"], actual: input))
            }
            let channels = weight.shape[1] * settings.groups
            guard input[1] == channels || input[1] == Shape.unknown else {
                throw error(.size(of: "channels", axis: 1, expected: channels, input: input, weight: weight.shape))
            }
        } else if input[1] != Shape.unknown, !input[1].isMultiple(of: settings.groups) || input[1] == 0 {
            throw error(.indivisible(what: "input channels", count: input[1], groups: settings.groups))
        }
        let sizes = try Window.slide(
            over: input, sizes: Window.expanded(settings.kernel, to: axes),
            stride: Window.expanded(settings.stride, to: axes), padding: padding(axes).map { $0.before + $0.after },
            dilation: Window.expanded(settings.dilation, to: axes), layer: self)
        return [input[0], settings.outChannels] + sizes
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        guard let weight else { throw error(.notBuilt) }
        let axes = input.rank - 2
        let padding = padding(axes)
        let isSymmetric = padding.allSatisfy { $0.before == $0.after }
        let convolution = ConvolutionSettings(
            stride: Window.pair(Window.expanded(settings.stride, to: axes), neutral: 1),
            padding: isSymmetric ? Window.pair(padding.map(\.before), neutral: 0) : (0, 0),
            dilation: Window.pair(Window.expanded(settings.dilation, to: axes), neutral: 1), groups: settings.groups)
        let x = isSymmetric ? input : try input.pad([(0, 0), (0, 0)] + padding, value: 0)
        if axes == 2 { return try x.conv2D(context[weight], bias: bias.map { context[$0] }, convolution) }
        let row = try x.unsqueeze(2).conv2D(context[weight].unsqueeze(2), bias: bias.map { context[$0] }, convolution)
        return try row.squeeze(2)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try Convolution(settings, place: place)
        copy.initializer = initializer
        copy.declaredChannels = declaredChannels
        copy.weight = try copies.copy(weight)
        copy.bias = try copies.copy(bias)
        return copy
    }

    /// Zeros before and after each of the axes that the kernel slides over.
    package func padding(_ axes: Int) -> [(before: Int, after: Int)] {
        switch settings.padding {
        case .zeros(let sizes):
            return Window.expanded(sizes, to: axes).map { ($0, $0) }
        case .same:
            let dilation = Window.expanded(settings.dilation, to: axes)
            return Window.expanded(settings.kernel, to: axes).enumerated().map { i, size in
                let total = SizeArithmetic.reach(of: size, dilation: dilation[i]) - 1
                return (total / 2, total - total / 2)
            }
        }
    }

    private func windowAxes(_ input: [Int]) throws -> Int {
        var given = [settings.kernel, settings.stride, settings.dilation]
        if case .zeros(let sizes) = settings.padding { given.append(sizes) }
        return try Window.axes(given, input: input, layer: self)
    }
}

extension Module {
    /// Refuses a setting that the layer cannot have.
    func check(_ setting: String, _ isValid: Bool, _ value: String, _ expected: String) throws {
        guard isValid else { throw error(.setting(name: setting, value: value, expected: expected)) }
    }

    /// A number of channels, which other libraries take in its place, is no epsilon.
    func checkEpsilon(_ epsilon: Double) throws {
        try check(
            "eps", epsilon >= 0 && epsilon < 1, numberText(epsilon),
            "at least 0 and below 1 (sizes such as the number of channels come from the input)")
    }
}
