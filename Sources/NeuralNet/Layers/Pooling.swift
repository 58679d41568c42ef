import Autograd
import TensorCore

/// The largest or the mean value of each window of `[N, C, L]` or `[N, C, H, W]`.
///
/// `max`: `out[n,c,y,x] = max over i,j of input[n,c,y*stride+i-padding,x*stride+j-padding]`, where padding never wins;
/// `average`: the mean of the same values, in which padding counts as zeros.
///
///     max_pool 2       # [N, 8, 28, 28] -> [N, 8, 14, 14]
///
/// - Source: as in PyTorch's `MaxPool2d` and `AvgPool2d`: the stride is the window's size unless given, incomplete
///   windows at the end are left out, unless `takesPartial` (PyTorch's `ceil_mode`) keeps those that begin within the input.
package final class Pooling: Layer {
    package enum Function: Sendable { case max, average }

    package let ownership = Ownership()
    package var place: ModulePlace
    package let function: Function
    /// One number, or rows and columns; `stride` and `padding` likewise.
    package let size: [Int]
    package let stride: [Int]
    package let padding: [Int]
    /// Whether windows that reach beyond the end count, as far as they lie within.
    package let takesPartial: Bool
    /// Whether padding counts in a mean.
    package let countsPadding: Bool

    /// - Throws: `NeuralNetError` `.setting` for sizes that no window can have.
    package init(
        _ function: Function, size: [Int], stride: [Int]? = nil, padding: [Int] = [0],
        takesPartial: Bool = false, countsPadding: Bool = true, place: ModulePlace = ModulePlace()
    ) throws {
        self.function = function
        self.size = size
        self.stride = stride ?? size
        self.padding = padding
        self.takesPartial = takesPartial
        self.countsPadding = countsPadding
        self.place = place
        try check("kernel", Window.isValid(size, minimum: 1), Shape.text(size), Window.validText(minimum: 1))
        try check(
            "stride", Window.isValid(self.stride, minimum: 1), Shape.text(self.stride),
            Window.validText(minimum: 1))
        let fits =
            Window.isValid(padding, minimum: 0)
            && zip(Window.expanded(padding, to: 2), Window.expanded(size, to: 2)).allSatisfy { $0 <= $1 / 2 }
        try check("padding", fits, Window.text(padding), "at least 0 and at most half of the kernel")
    }

    package var kind: String { function == .max ? "max_pool" : "avg_pool" }

    package var settingsText: String {
        var parts = [Window.text(size)]
        if stride != size { parts.append("stride=\(Window.text(stride))") }
        if padding != [0] { parts.append("padding=\(Window.text(padding))") }
        if takesPartial { parts.append("ceil_mode=true") }
        if !countsPadding { parts.append("count_include_pad=false") }
        return parts.joined(separator: " ")
    }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let axes = try Window.axes([size, stride, padding], input: input, layer: self)
        let extra = (0..<axes).map { missing(input[$0 + 2], $0, of: axes) }
        return try input.prefix(2)
            + Window.slide(
                over: input, sizes: Window.expanded(size, to: axes), stride: Window.expanded(stride, to: axes),
                padding: zip(Window.expanded(padding, to: axes), extra).map { 2 * $0 + $1 },
                dilation: Array(repeating: 1, count: axes), layer: self)
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let axes = input.rank - 2
        let settings = PoolSettings(
            size: Window.pair(Window.expanded(size, to: axes), neutral: 1),
            stride: Window.pair(Window.expanded(stride, to: axes), neutral: 1),
            padding: Window.pair(Window.expanded(padding, to: axes), neutral: 0))
        var x = axes == 2 ? input : try input.unsqueeze(2)
        let extra = (0..<axes).map { missing(input.shape[$0 + 2], $0, of: axes) }
        if extra.contains(where: { $0 > 0 }) {
            let after = axes == 2 ? extra : [0] + extra
            x = try x.pad([(0, 0), (0, 0)] + after.map { (0, $0) }, value: function == .max ? -.infinity : 0)
        }
        var y = function == .max ? try x.maxPool2D(settings) : try x.avgPool2D(settings)
        if axes == 1 { y = try y.squeeze(2) }
        if function == .average, !countsPadding || extra.contains(where: { $0 > 0 }) {
            for axis in 0..<axes { y = try y * shares(input.shape[axis + 2], y, axis, of: axes) }
        }
        return y
    }

    /// The values that are missing at the end of an axis for the last window that begins within the input.
    private func missing(_ length: Int, _ axis: Int, of axes: Int) -> Int {
        guard takesPartial, length != Shape.unknown else { return 0 }
        let (size, stride) = (Window.expanded(size, to: axes)[axis], Window.expanded(stride, to: axes)[axis])
        let padding = Window.expanded(padding, to: axes)[axis]
        let room = length + 2 * padding - size
        guard room >= 0, !room.isMultiple(of: stride) else { return 0 }
        let start = (room / stride + 1) * stride
        return start < length + padding ? start - room : 0
    }

    /// What means over whole windows along an axis are multiplied by, where some of their values do not count.
    private func shares(_ length: Int, _ y: Variable, _ axis: Int, of axes: Int) throws -> Variable {
        let (size, stride) = (Window.expanded(size, to: axes)[axis], Window.expanded(stride, to: axes)[axis])
        let padding = Window.expanded(padding, to: axes)[axis]
        let count = y.shape[axis + 2]
        let shares = (0..<count).map { place -> Double in
            let start = place * stride - padding
            let (low, high) = countsPadding ? (start, length + padding) : (max(start, 0), length)
            return Double(size) / Double(max(min(start + size, high) - low, 1))
        }
        let shape = y.shape.indices.map { $0 == axis + 2 ? count : 1 }
        return Variable(try Tensor(shares, shape: shape).cast(to: y.dtype.fraction))
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        try Pooling(
            function, size: size, stride: stride, padding: padding, takesPartial: takesPartial,
            countsPadding: countsPadding, place: place)
    }
}

/// The mean of each channel over all its places: `[N, C, L]` or `[N, C, H, W]` to `[N, C]`.
///
/// - Source: Lin et al. 2014, arXiv:1312.4400. PyTorch's `AdaptiveAvgPool2d(1)` keeps two axes of size 1; here they
///   are dropped, so that `linear` can follow.
package final class GlobalAveragePooling: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace

    package init(place: ModulePlace = ModulePlace()) { self.place = place }

    package var kind: String { "global_avg_pool" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count == 3 || input.count == 4 else {
            throw error(.rank(expected: ["NCL", "NCHW"], actual: input))
        }
        return Array(input.prefix(2))
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        try input.mean(axes: Array(2..<input.rank))
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { GlobalAveragePooling(place: place) }
}

/// All axes after the batch in one: `[N, C, H, W]` to `[N, C*H*W]`.
package final class Flatten: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace

    package init(place: ModulePlace = ModulePlace()) { self.place = place }

    package var kind: String { "flatten" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard let batch = input.first else { throw error(.noAxes) }
        return [batch, Shape.product(input.dropFirst())]
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        try input.reshape(outputShape(input.shape))
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { Flatten(place: place) }
}
