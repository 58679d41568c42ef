import TensorCore

/// Writes tensors as files of images. A file appears when it is whole, or not at all.
package enum ImageWriter {
    /// The quality of a JPEG unless told otherwise, as Pillow and torchvision have it.
    package static let defaultQuality = 75

    /// Writes an image as .png or .jpg, by the ending of the path.
    ///
    /// - Parameters:
    ///   - image: Shape `[H, W]`, `[1, H, W]`, `[3, H, W]` or `[H, W, 3]`: uint8, booleans, or fractions from 0 to 1.
    ///   - quality: Of a JPEG, from 1 to 100.
    /// - Throws: `DatasetError` `.badParts` for tensors that are no image, `.argument`, `.unwritable`.
    package static func write(_ image: Tensor, to path: String, quality: Int = defaultQuality) throws {
        guard let format = ImageFormat(path: path) else {
            throw DatasetError(file: path, .argument(name: "the name", reason: "ends in .png, .jpg or .jpeg"))
        }
        guard (1...100).contains(quality) else {
            throw DatasetError(file: path, .argument(name: "quality", reason: "is \(quality), and goes from 1 to 100"))
        }
        let planes = try bytes(planes(of: image, path), path)
        let bytes = try ImageFile.encoded(planes, as: format, quality: quality, path: path)
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }

    /// The image with channels first.
    private static func planes(of image: Tensor, _ path: String) throws -> Tensor {
        let shape = image.shape
        func isSide(_ size: Int) -> Bool { (1...65_500).contains(size) }
        switch image.rank {
        case 2 where isSide(shape[0]) && isSide(shape[1]): return try image.unsqueeze(0)
        case 3 where [1, 3].contains(shape[0]) && isSide(shape[1]) && isSide(shape[2]): return image
        case 3 where [1, 3].contains(shape[2]) && isSide(shape[0]) && isSide(shape[1]):
            return try image.permute([2, 0, 1])
        default:
            throw error(
                path, "a tensor of shape \(shape) is not an image: that is [H, W], or [C, H, W] with 1 or 3 channels",
                image.rank == 4
                    ? "one of a batch: `save x[0] \"\(path)\"`; all in one picture: `show x`, `save figure \"\(path)\"`"
                    : "`reshape` gives it that shape")
        }
    }

    /// The greatest amount that fractions lie beyond 0 and 1 by rounding.
    private static let tolerance = 1e-3

    private static func bytes(_ image: Tensor, _ path: String) throws -> Tensor {
        let help = "bring it to 0..1, as with clip(x, 0, 1), or to bytes: cast(x, \"uint8\")"
        switch image.dtype {
        case .uint8: return image
        case .bool, .int64, .float32, .float64:
            let values = image.doubles()
            let isWhole = image.dtype == .int64
            let most = isWhole ? 255.0 : 1
            let slack = isWhole ? 0 : tolerance
            if let wrong = values.first(where: { !($0 >= -slack && $0 <= most + slack) }) {
                throw error(
                    path,
                    "an image of \(image.dtype.name) goes from 0 to \(numberText(most)), and this one has \(numberText(wrong))",
                    help)
            }
            return try Tensor(
                values.map { UInt8((min(max($0 / most, 0), 1) * 255).rounded()) }, shape: image.shape)
        }
    }

    private static func error(_ path: String, _ reason: String, _ help: String) -> DatasetError {
        DatasetError(file: path, .badParts(reason: reason, help: help))
    }
}
