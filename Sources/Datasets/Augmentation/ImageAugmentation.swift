import Glibc
import TensorCore

/// A change of images that is drawn for each of them.
///
/// Images are `[N, C, H, W]` with values from 0 to 1, as they are before they are normalized; what comes in from outside
/// of an image is 0, black. The ranges and their defaults are those of torchvision's transforms of like names.
package enum ImageAugmentation: Equatable, Sendable {
    /// A window of `height` by `width`, anywhere in the image with `padding` black pixels on each side.
    case crop(height: Int, width: Int, padding: Int)
    /// A window of a share of the area and a ratio of width to height, resized.
    case resizedCrop(height: Int, width: Int, area: ClosedRange<Double>, ratio: ClosedRange<Double>)
    /// The window in the middle: nothing is drawn.
    case centerCrop(height: Int, width: Int)
    case flip(probability: Double, isVertical: Bool)
    /// A turn by an angle in degrees, a shift by up to a share of height and width, and a scale.
    case affine(degrees: ClosedRange<Double>, shift: (vertical: Double, horizontal: Double), scale: ClosedRange<Double>)
    /// A rectangle of a share of the area and a ratio of height to width, set to one value.
    case erase(probability: Double, area: ClosedRange<Double>, ratio: ClosedRange<Double>, value: Double)
    /// Factors of brightness, contrast and saturation.
    case jitter(brightness: ClosedRange<Double>, contrast: ClosedRange<Double>, saturation: ClosedRange<Double>)
    case grayscale(probability: Double)
    /// Normal noise.
    case noise(deviation: Double)

    /// Its word in the language.
    package var name: String {
        switch self {
        case .crop: "random_crop"
        case .resizedCrop: "random_resized_crop"
        case .centerCrop: "center_crop"
        case .flip: "random_flip"
        case .affine: "random_affine"
        case .erase: "random_erasing"
        case .jitter: "color_jitter"
        case .grayscale: "random_grayscale"
        case .noise: "random_noise"
        }
    }

    /// Its settings, by which two are told apart.
    package var text: String {
        switch self {
        case .crop(let height, let width, let padding): "\(name)([\(height), \(width)], padding=\(padding))"
        case .resizedCrop(let height, let width, let area, let ratio):
            "\(name)([\(height), \(width)], scale=\(range(area)), ratio=\(range(ratio)))"
        case .centerCrop(let height, let width): "\(name)([\(height), \(width)])"
        case .flip(let probability, let isVertical): "\(name)(p=\(numberText(probability)), vertical=\(isVertical))"
        case .affine(let degrees, let shift, let scale):
            "\(name)(\(range(degrees)), translate=[\(numberText(shift.vertical)), \(numberText(shift.horizontal))], scale=\(range(scale)))"
        case .erase(let probability, let area, let ratio, let value):
            "\(name)(p=\(numberText(probability)), scale=\(range(area)), ratio=\(range(ratio)), value=\(numberText(value)))"
        case .jitter(let brightness, let contrast, let saturation):
            "\(name)(brightness=\(range(brightness)), contrast=\(range(contrast)), saturation=\(range(saturation)))"
        case .grayscale(let probability): "\(name)(p=\(numberText(probability)))"
        case .noise(let deviation): "\(name)(std=\(numberText(deviation)))"
        }
    }

    private func range(_ range: ClosedRange<Double>) -> String {
        "[\(numberText(range.lowerBound)), \(numberText(range.upperBound))]"
    }

    package static func == (a: ImageAugmentation, b: ImageAugmentation) -> Bool { a.text == b.text }

    /// Returns the changed images; the given ones may be changed too.
    ///
    /// - Parameters:
    ///   - x: Contiguous float32, shape `[N, C, H, W]`, that nobody else holds.
    ///   - key: Of each image, by its place.
    /// - Throws: `DatasetError` `.argument` for windows that do not fit, `TensorError.outOfMemory`.
    func changed(_ x: Tensor, key: (Int) -> RandomKey) throws -> Tensor {
        let size = (height: x.shape[2], width: x.shape[3])
        let outSize = try outSize(of: size)
        var result = x
        if let outSize {
            result = try Tensor.empty([x.shape[0], x.shape[1], outSize.height, outSize.width], dtype: .float32)
        }
        let failures = Failures()
        Threads.parallelFor(x.shape[0]) { place in
            do {
                var draws = try Draws(key(place))
                let image = ImageInBatch(x, place)
                if let outSize {
                    let places = places(size, outSize, &draws)
                    image.warp(
                        into: ImageInBatch(result, place), places.numbers, fill: 0, isSmooth: places.isSmooth)
                } else {
                    try change(image, Array(x.shape.dropFirst()), &draws)
                }
            } catch { failures.note(place, error) }
        }
        try failures.throwFirst()
        return result
    }

    /// The size of the images that pixels are moved to; nil where they stay in their places.
    private func outSize(of size: (height: Int, width: Int)) throws -> (height: Int, width: Int)? {
        func check(_ height: Int, _ width: Int, padding: Int = 0) throws {
            guard height <= size.height + 2 * padding, width <= size.width + 2 * padding else {
                throw DatasetError(
                    file: name,
                    .argument(
                        name: "the window of \(height) by \(width)",
                        reason: "does not fit in images of \(size.height) by \(size.width)"
                            + (padding > 0 ? " with padding=\(padding)" : "")))
            }
        }
        switch self {
        case .crop(let height, let width, let padding):
            try check(height, width, padding: padding)
            return (height, width)
        case .centerCrop(let height, let width):
            try check(height, width)
            return (height, width)
        case .resizedCrop(let height, let width, _, _): return (height, width)
        case .flip, .affine: return size
        case .erase, .jitter, .grayscale, .noise: return nil
        }
    }

    /// Where the pixels come from.
    private func places(
        _ size: (height: Int, width: Int), _ outSize: (height: Int, width: Int), _ draws: inout Draws
    ) -> (numbers: [Double], isSmooth: Bool) {
        switch self {
        case .crop(let height, let width, let padding):
            let top = draws.whole(0...size.height + 2 * padding - height) - padding
            let left = draws.whole(0...size.width + 2 * padding - width) - padding
            return ([1, 0, Double(left), 0, 1, Double(top)], false)
        case .centerCrop(let height, let width):
            return ([1, 0, Double((size.width - width) / 2), 0, 1, Double((size.height - height) / 2)], false)
        case .flip(let probability, let isVertical):
            guard draws.next() < probability else { return ([1, 0, 0, 0, 1, 0], false) }
            return isVertical
                ? ([1, 0, 0, 0, -1, Double(size.height - 1)], false)
                : ([-1, 0, Double(size.width - 1), 0, 1, 0], false)
        case .resizedCrop(_, _, let area, let ratio):
            let window = window(size, area, ratio, isHeightByWidth: false, &draws) ?? (0, 0, size.height, size.width)
            let (down, across) = (
                Double(window.height) / Double(outSize.height), Double(window.width) / Double(outSize.width)
            )
            // Middles of pixels lie on middles.
            return (
                [
                    across, 0, Double(window.left) + (across - 1) / 2, 0, down,
                    Double(window.top) + (down - 1) / 2,
                ], true
            )
        case .affine(let degrees, let shift, let scale):
            let angle = draws.number(degrees) * .pi / 180
            let (down, across) = (
                draws.number(-shift.vertical...shift.vertical) * Double(size.height),
                draws.number(-shift.horizontal...shift.horizontal) * Double(size.width)
            )
            let factor = 1 / draws.number(scale)
            let (c, s) = (cos(angle) * factor, sin(angle) * factor)
            let (y, x) = (Double(size.height - 1) / 2, Double(size.width - 1) / 2)
            // The way back: positive angles turn against the clock, as rows go down.
            let (fromX, fromY) = (x + across, y + down)
            return ([c, -s, x - c * fromX + s * fromY, s, c, y - s * fromX - c * fromY], true)
        case .erase, .jitter, .grayscale, .noise: return ([1, 0, 0, 0, 1, 0], false)
        }
    }

    private func change(_ image: ImageInBatch, _ shape: [Int], _ draws: inout Draws) throws {
        switch self {
        case .erase(let probability, let area, let ratio, let value):
            guard draws.next() < probability,
                let window = window((shape[1], shape[2]), area, ratio, isHeightByWidth: true, &draws)
            else { return }
            image.fill(
                top: window.top, left: window.left, height: window.height, width: window.width, Float(value))
        case .jitter(let brightness, let contrast, let saturation):
            let factors = [brightness, contrast, saturation].map { Float(draws.number($0)) }
            image.changeColors(brightness: factors[0], contrast: factors[1], saturation: factors[2])
        case .grayscale(let probability):
            if draws.next() < probability { image.changeColors(brightness: 1, contrast: 1, saturation: 0) }
        case .noise(let deviation):
            image.add(try Tensor.normal(shape, std: deviation, key: draws.key.child(named: "noise")))
        case .crop, .centerCrop, .resizedCrop, .flip, .affine: break
        }
    }

    /// A rectangle of a share of the area and a ratio of sides that lies in an image; nil where none was found.
    private func window(
        _ size: (height: Int, width: Int), _ area: ClosedRange<Double>, _ ratio: ClosedRange<Double>,
        isHeightByWidth: Bool, _ draws: inout Draws
    ) -> (top: Int, left: Int, height: Int, width: Int)? {
        // As often as torchvision tries.
        for _ in 0..<10 {
            let pixels = draws.number(area) * Double(size.height * size.width)
            let sides = exp(draws.number(log(ratio.lowerBound)...log(ratio.upperBound)))
            let root = (pixels * sides).squareRoot().rounded()
            let other = (pixels / sides).squareRoot().rounded()
            let (height, width) = isHeightByWidth ? (Int(root), Int(other)) : (Int(other), Int(root))
            let (down, across) = (draws.next(), draws.next())
            guard (1...size.height).contains(height), (1...size.width).contains(width) else { continue }
            return (
                Int(down * Double(size.height - height + 1)), Int(across * Double(size.width - width + 1)), height,
                width
            )
        }
        return nil
    }
}

/// The numbers that one change of one image draws.
private struct Draws {
    let key: RandomKey
    private let numbers: [Double]
    private var used = 0

    /// Enough for ten windows.
    private static let count = 48

    init(_ key: RandomKey) throws {
        self.key = key
        numbers = try Tensor.uniform([Self.count], dtype: .float64, key: key).doubles()
    }

    /// From 0 up to 1.
    mutating func next() -> Double {
        used += 1
        return numbers[(used - 1) % numbers.count]
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + next() * (range.upperBound - range.lowerBound)
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() * Double(range.count))
    }
}
