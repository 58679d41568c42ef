import Autograd
import TensorCore

/// Makes `[N, C, L]` or `[N, C, H, W]` larger or smaller along the last axes.
///
/// `nearest` repeats the value at `floor(place / scale)`; `bilinear` (for one axis linear) weighs the two values on each
/// side, with the middles of the values at halves, or at the ends where corners are aligned.
///
///     upsample 2       # [N, 8, 7, 7] -> [N, 8, 14, 14]
///
/// - Source: as PyTorch's `Upsample`.
package final class Upsample: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    /// What sizes are multiplied by; nil where `size` is given.
    package let scale: [Double]?
    package let size: [Int]?
    package let isLinear: Bool
    package let alignsCorners: Bool

    /// The most values that an axis is made to have.
    static let largestSize = 1 << 16
    static let sizeText = "one or two numbers from 1 to \(largestSize)"

    static func isSize(_ sizes: [Int]) -> Bool {
        (1...2).contains(sizes.count) && sizes.allSatisfy { (1...largestSize).contains($0) }
    }

    /// - Throws: `NeuralNetError` `.setting` for scales and sizes that no image can have.
    package init(
        scale: [Double]? = nil, size: [Int]? = nil, isLinear: Bool = false, alignsCorners: Bool = false,
        place: ModulePlace = ModulePlace()
    ) throws {
        self.scale = size == nil ? scale ?? [2] : nil
        self.size = size
        self.isLinear = isLinear
        self.alignsCorners = alignsCorners
        self.place = place
        if let scale = self.scale {
            let isValid =
                (1...2).contains(scale.count) && scale.allSatisfy { $0 > 0 && $0 <= Double(Upsample.largestSize) }
            try check(
                "scale", isValid, scale.map { numberText($0) }.joined(separator: ", "), "one or two numbers above 0")
        }
        if let size {
            try check("size", Upsample.isSize(size), Window.text(size), Upsample.sizeText)
        }
        try check("align_corners", !alignsCorners || isLinear, "true", "false with mode=\"nearest\"")
    }

    package var kind: String { "upsample" }
    package var settingsText: String {
        let scales = scale.map {
            $0.count == 1 ? numberText($0[0]) : "[" + $0.map { numberText($0) }.joined(separator: ", ") + "]"
        }
        return [
            scales, size.map { "size=\(Window.text($0))" }, isLinear ? "mode=\"bilinear\"" : nil,
            alignsCorners ? "align_corners=true" : nil,
        ].compactMap { $0 }.joined(separator: " ")
    }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let count = max(scale?.count ?? 0, size?.count ?? 0)
        guard input.count == 4 || (input.count == 3 && count < 2) else {
            throw error(.rank(expected: count < 2 ? ["NCL", "NCHW"] : ["NCHW"], actual: input))
        }
        let axes = input.count - 2
        if let size { return input.prefix(2) + Window.expanded(size, to: axes) }
        let scales = scales(axes)
        return try input.prefix(2)
            + (0..<axes).map { axis in
                let length = input[axis + 2]
                guard length != Shape.unknown else { return length }
                let result = Double(length) * scales[axis]
                guard result >= 1, result <= Double(Upsample.largestSize) else {
                    throw error(
                        .setting(
                            name: "scale", value: numberText(scales[axis]),
                            expected: "one that leaves 1 to \(Upsample.largestSize) of \(length) values"))
                }
                return Int(result)
            }
    }

    private func scales(_ axes: Int) -> [Double] {
        guard let scale else { return [] }
        return scale.count == axes ? scale : Array(repeating: scale[0], count: axes)
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let shape = try outputShape(input.shape)
        let scales = scales(input.rank - 2)
        var result = input
        for axis in 2..<input.rank where input.count > 0 {
            let scale = scales.isEmpty ? nil : scales[axis - 2]
            result =
                try isLinear
                ? result.linearlyResized(axis: axis, to: shape[axis], scale: scale, alignsCorners: alignsCorners)
                : result.nearestResized(axis: axis, to: shape[axis], scale: scale)
        }
        return result
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        try Upsample(scale: scale, size: size, isLinear: isLinear, alignsCorners: alignsCorners, place: place)
    }
}

extension Variable {
    /// Returns an axis with another size, where each place has the value that lies before it.
    ///
    /// - Parameter scale: What the size was multiplied by, where it was; else the sizes tell.
    package func nearestResized(axis: Int, to size: Int, scale: Double? = nil) throws -> Variable {
        let step = scale.map { 1 / $0 } ?? Double(shape[axis]) / Double(size)
        let last = shape[axis] - 1
        let places = (0..<size).map { Int64(Swift.min(Int(Double($0) * step), last)) }
        return try take(Tensor(places, shape: [size]), axis: axis)
    }

    /// Returns an axis with another size, where each place has the weighted mean of its two neighbours.
    package func linearlyResized(
        axis: Int, to size: Int, scale: Double? = nil, alignsCorners: Bool = false
    ) throws -> Variable {
        let count = shape[axis]
        let step = scale.map { 1 / $0 } ?? Double(count) / Double(size)
        let positions = (0..<size).map { place -> Double in
            if alignsCorners { return size > 1 ? Double(place) * Double(count - 1) / Double(size - 1) : 0 }
            return Swift.max((Double(place) + 0.5) * step - 0.5, 0)
        }
        let low = positions.map { Swift.min(Int($0), count - 1) }
        let high = low.map { Swift.min($0 + 1, count - 1) }
        let parts = zip(positions, low).map { $0 - Double($1) }
        func indices(_ places: [Int]) throws -> Tensor { try Tensor(places.map(Int64.init), shape: [size]) }
        let along = (0..<rank).map { $0 == axis ? size : 1 }
        let weight = Variable(try Tensor(parts, shape: along).cast(to: dtype.fraction))
        return try take(indices(low), axis: axis) * (1 - weight) + take(indices(high), axis: axis) * weight
    }
}

/// Moves channels to places: `[N, C * r * r, H, W]` to `[N, C, H * r, W * r]`.
///
/// - Source: Shi et al. 2016, arXiv:1609.05158; as PyTorch's `PixelShuffle`.
package final class PixelShuffle: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let factor: Int

    /// - Throws: `NeuralNetError` `.setting` for a factor below 1.
    package init(_ factor: Int, place: ModulePlace = ModulePlace()) throws {
        self.factor = factor
        self.place = place
        try check("factor", (1...1 << 16).contains(factor), "\(factor)", "from 1 to 65536")
    }

    package var kind: String { "pixel_shuffle" }
    package var settingsText: String { "\(factor)" }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        guard input.count == 4 else { throw error(.rank(expected: ["NCHW"], actual: input)) }
        let group = factor * factor
        guard input[1] == Shape.unknown || input[1].isMultiple(of: group) else {
            throw error(.indivisible(what: "channels", count: input[1], groups: group))
        }
        func times(_ size: Int, _ factor: Int) -> Int { size == Shape.unknown ? size : size * factor }
        return [
            input[0], input[1] == Shape.unknown ? input[1] : input[1] / group, times(input[2], factor),
            times(input[3], factor),
        ]
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let output = try outputShape(input.shape)
        return try input.reshape([input.shape[0], output[1], factor, factor, input.shape[2], input.shape[3]])
            .permute([0, 1, 4, 2, 5, 3]).reshape(output)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module { try PixelShuffle(factor, place: place) }
}

/// Pooling to a size: window `i` of `n` goes from `floor(i * size / n)` to `ceil((i + 1) * size / n)`.
///
/// - Source: as PyTorch's `AdaptiveAvgPool2d` and `AdaptiveMaxPool2d`.
package final class AdaptivePooling: Layer {
    package let ownership = Ownership()
    package var place: ModulePlace
    package let function: Pooling.Function
    /// One number, or rows and columns.
    package let size: [Int]

    /// - Throws: `NeuralNetError` `.setting` for sizes below 1.
    package init(_ function: Pooling.Function, size: [Int], place: ModulePlace = ModulePlace()) throws {
        self.function = function
        self.size = size
        self.place = place
        try check("size", Upsample.isSize(size), Shape.text(size), Upsample.sizeText)
    }

    package var kind: String { function == .max ? "adaptive_maxpool" : "adaptive_avgpool" }
    package var settingsText: String { Window.text(size) }

    package func outputShape(_ input: [Int]) throws -> [Int] {
        let axes = try Window.axes([size], input: input, layer: self)
        guard !input.dropFirst(2).contains(0) else {
            throw error(.windowTooLarge(reach: 1, axis: input[2] == 0 ? 2 : 3, padding: 0, input: input))
        }
        return input.prefix(2) + Window.expanded(size, to: axes)
    }

    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable {
        let shape = try outputShape(input.shape)
        let isWhole = (2..<input.rank).allSatisfy { input.shape[$0].isMultiple(of: shape[$0]) }
        if isWhole {
            let windows = (2..<input.rank).map { input.shape[$0] / shape[$0] }
            return try Pooling(function, size: windows).forward(input, context)
        }
        var result = input
        for axis in 2..<input.rank { result = try pooled(result, axis, to: shape[axis]) }
        return result
    }

    /// Windows are rectangles: one axis after the other gives the same.
    private func pooled(_ x: Variable, _ axis: Int, to count: Int) throws -> Variable {
        let size = x.shape[axis]
        if size == count { return x }
        let windows = try (0..<count).map { i in
            let window = try x.at(
                Array(repeating: .all, count: axis)
                    + [.slice(start: i * size / count, stop: ((i + 1) * size + count - 1) / count, step: 1)])
            return try function == .max
                ? window.max(axes: [axis], keepDims: true) : window.mean(axes: [axis], keepDims: true)
        }
        return try .concat(windows, axis: axis)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        try AdaptivePooling(function, size: size, place: place)
    }
}
