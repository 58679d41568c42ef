import TensorCore

/// Decides which examples are images, and brings them to what a dataset stores: axes `[N, C, H, W]`, and bytes where the
/// pixels are bytes. A dataset scales bytes to 0..1.
///
/// Four axes are images, with channels first or, if there are 1 or 3 of them, last. Their pixels are bytes if all are
/// whole numbers from 0 to 255, whatever type they are stored in, and not only 0 and 1.
package enum ImageBatch {
    /// The smallest side of a flattened image: fewer pixels may as well be columns of a table.
    private static let leastSide = 8
    private static let greatestByte = 255.0

    /// Examples of a file that holds a dataset: three axes are grey images too, `[N, H, W]`.
    ///
    /// Of flattened images, `[N, H * W]` of squares, only uint8 is taken for such: numbers may be columns of a table.
    ///
    /// - Throws: `DatasetError` `.badParts` for fractions that go up to 255 where no scale is given.
    static func ofFile(_ x: Tensor, scale: Double?, name: String) throws -> Tensor {
        switch x.rank {
        case 2:
            let side = Int(Double(x.shape[1]).squareRoot())
            guard x.dtype == .uint8, side >= leastSide, side * side == x.shape[1] else { return x }
            return try x.reshape([x.shape[0], 1, side, side])
        case 3: return try pixels(x, scale: scale, name: name).unsqueeze(1)
        case 4: return try channelsFirst(pixels(x, scale: scale, name: name))
        default: return x
        }
    }

    /// Examples of a program: three axes are grey images if they hold bytes as integers, else sequences.
    ///
    /// - Throws: `DatasetError` `.badParts` as `ofFile`, and for floats `[N, H, W]` that hold bytes.
    package static func ofValue(_ x: Tensor, scale: Double?, name: String) throws -> Tensor {
        switch x.rank {
        case 3 where x.dtype == .uint8: return try x.unsqueeze(1)
        case 3 where x.dtype == .int64:
            return PixelRange(x).areBytes ? try x.cast(to: .uint8).unsqueeze(1) : x
        case 3 where x.dtype.isFloatingPoint && scale == nil:
            let range = PixelRange(x)
            guard range.areBytes, range.isWide else { return x }
            throw error(
                name, "x of shape \(x.shape) has whole numbers from 0 to 255, as grey images have",
                help:
                    "for images give cast(x, \"uint8\"), which is scaled to 0..1; scale=1 says that these are sequences"
            )
        case 4: return try channelsFirst(pixels(x, scale: scale, name: name))
        default: return x
        }
    }

    private static func channelsFirst(_ x: Tensor) throws -> Tensor {
        let shape = x.shape
        // Planes of features that are 3 wide are none of channels.
        let isLast = [1, 3].contains(shape[3]) && ![1, 3].contains(shape[1]) && ![1, 3].contains(shape[2])
        return isLast ? try x.permute([0, 3, 1, 2]) : x
    }

    /// Images as bytes, if that is what they hold; wide integers that are no bytes as float32.
    private static func pixels(_ x: Tensor, scale: Double?, name: String) throws -> Tensor {
        guard x.dtype == .int64 || x.dtype.isFloatingPoint && scale == nil else { return x }
        let range = PixelRange(x)
        if range.areBytes { return try x.cast(to: .uint8) }
        if x.dtype == .int64 { return try x.cast(to: .float32) }
        guard !range.isWide else {
            throw error(
                name, "x has fractions up to \(numberText(range.greatest)), as images have before they are scaled",
                help: "scale=1/255 brings them to 0..1, as images of bytes are; scale=1 leaves them as they are")
        }
        return x
    }

    private static func error(_ name: String, _ reason: String, help: String) -> DatasetError {
        DatasetError(file: name, .badParts(reason: reason, help: help))
    }

    /// What the elements of a tensor are, found in one pass that ends at the first that is no pixel.
    private struct PixelRange {
        private(set) var greatest = 0.0
        /// Whether all lie between 0 and 255.
        private var areInside = true
        private var areWhole = true

        var areBytes: Bool { areInside && areWhole && greatest > 1 }
        /// Whether the elements go up to 255 rather than to 1 or to some other small number.
        var isWide: Bool { areInside && greatest > ImageBatch.greatestByte / 2 }

        init(_ tensor: Tensor) {
            // In parts, so that a large tensor is not held twice.
            let partSize = max(1, (1 << 16) / max(1, tensor.count / max(1, tensor.shape[0])))
            var start = 0
            while start < tensor.shape[0], areInside {
                let end = min(start + partSize, tensor.shape[0])
                guard let part = try? tensor.at([.slice(start: start, stop: end, step: 1)]) else { break }
                for element in part.doubles() {
                    guard element >= 0, element <= ImageBatch.greatestByte else {
                        areInside = false
                        break
                    }
                    greatest = max(greatest, element)
                    areWhole = areWhole && element == element.rounded()
                }
                start = end
            }
        }
    }
}
