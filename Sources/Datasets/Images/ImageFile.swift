import CImages
import Glibc
import TensorCore

// libpng and libjpeg-turbo, with all pointers that they need.

package enum ImageFormat: String, Sendable {
    case png = "PNG"
    case jpeg = "JPEG"

    /// Knows a file by its first bytes.
    init?(start: [UInt8]) {
        if start.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if start.starts(with: [0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// Knows what a file is to be by its name.
    package init?(path: String) {
        let path = path.lowercased()
        if path.hasSuffix(".png") {
            self = .png
        } else if path.hasSuffix(".jpg") || path.hasSuffix(".jpeg") {
            self = .jpeg
        } else {
            return nil
        }
    }

    fileprivate var code: Int32 { Int32(self == .png ? DLS_IMAGE_PNG : DLS_IMAGE_JPEG) }
}

/// A PNG or JPEG file whose header has been read.
///
/// Images of bytes are what it gives: 16 bits become 8, palettes and CMYK red, green and blue; transparency is left out.
struct ImageFile: Sendable {
    let path: String
    let byteCount: Int
    let format: ImageFormat
    let height: Int
    let width: Int
    /// 1 for grey images, 3 for others.
    let channels: Int

    /// Reads the header.
    ///
    /// - Throws: `DatasetError` for a file that is not an image, is damaged, or has more pixels than are decoded.
    init(path: String) throws {
        let file = try OpenFile(path: path)
        byteCount = file.byteCount
        let start = try file.bytes(at: 0, count: StrayDownload.startByteCount)
        guard !start.isEmpty else { throw DatasetError(file: path, .empty) }
        guard let format = ImageFormat(start: start) else {
            if let kind = StrayDownload(start: start) { throw DatasetError(file: path, .strayDownload(kind)) }
            throw DatasetError(file: path, place: .byte(0), .unknownImage(start: Array(start.prefix(4))))
        }
        self.path = path
        self.format = format
        var header = dls_image_header()
        try ImageFile.check(format, path, { header }) { dls_image_header(path, format.code, &header, $0) }
        height = Int(header.height)
        width = Int(header.width)
        channels = Int(header.channels)
    }

    /// The pixels as bytes, shape `[channels, height, width]`.
    ///
    /// - Throws: `DatasetError` where the file is damaged or the image does not fit in memory.
    func decoded(channels: Int? = nil, size: ImageSize? = nil) throws -> Tensor {
        let channels = channels ?? self.channels
        let size = size ?? ImageSize(height: height, width: width)
        let result: Tensor
        do {
            // What the library takes meanwhile.
            try Storage.checkAvailable(height * width * 4)
            result = try Tensor.empty([channels, size.height, size.width], dtype: .uint8)
        } catch is TensorError {
            throw DatasetError(file: path, .outOfMemory(byteCount: height * width * 4))
        }
        try decode(channels: channels, size: size, into: result.storage, at: 0)
        return result
    }

    /// Writes the planes of pixels to a place in memory, which nobody else writes to.
    func decode(channels: Int, size: ImageSize, into storage: Storage, at offset: Int) throws {
        let byteCount = channels * size.height * size.width
        precondition(offset >= 0 && offset + byteCount <= storage.byteCount)
        try storage.withMutableBytes { span in
            try span.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                let planes = (base + offset).assumingMemoryBound(to: UInt8.self)
                try ImageFile.check(format, path, { dls_image_header() }) {
                    dls_image_decode(
                        path, format.code, Int32(channels), UInt32(size.height), UInt32(size.width), planes, $0)
                }
            }
        }
    }

    /// The bytes of a file of an image.
    ///
    /// - Parameters:
    ///   - image: Bytes, shape `[channels, height, width]` with 1 or 3 channels.
    ///   - quality: Of a JPEG, from 1 to 100.
    static func encoded(_ image: Tensor, as format: ImageFormat, quality: Int, path: String) throws -> [UInt8] {
        let image = try image.contiguous()
        precondition(image.rank == 3 && image.dtype == .uint8 && [1, 3].contains(image.shape[0]))
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        try image.storage.withBytes { span in
            try span.withUnsafeBytes { memory in
                guard let base = memory.baseAddress else { return }
                let planes = (base + image.offset).assumingMemoryBound(to: UInt8.self)
                try check(format, path, { dls_image_header() }) {
                    dls_image_encode(
                        format.code, planes, Int32(image.shape[0]), UInt32(image.shape[1]), UInt32(image.shape[2]),
                        Int32(quality), &bytes, &count, $0)
                }
            }
        }
        defer { free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Makes an error of what a call came to.
    fileprivate static func check(
        _ format: ImageFormat, _ path: String, _ header: () -> dls_image_header,
        _ call: (UnsafeMutablePointer<CChar>) -> Int32
    ) throws {
        var message = [CChar](repeating: 0, count: Int(DLS_IMAGE_MESSAGE_BYTES))
        let status = message.withUnsafeMutableBufferPointer { $0.baseAddress.map(call) ?? 0 }
        let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        switch Int(status) {
        case Int(DLS_IMAGE_OK): return
        case Int(DLS_IMAGE_UNREADABLE): throw DatasetError(file: path, .unreadable(reason: reason))
        case Int(DLS_IMAGE_TOO_LARGE):
            throw DatasetError(
                file: path,
                .imageTooLarge(
                    height: Int(header().height), width: Int(header().width), most: Int(DLS_IMAGE_GREATEST_PIXELS)))
        case Int(DLS_IMAGE_NO_MEMORY):
            throw DatasetError(file: path, .outOfMemory(byteCount: Int(header().height) * Int(header().width) * 4))
        default: throw DatasetError(file: path, .damaged(format: format.rawValue, reason: reason))
        }
    }
}

/// Pixels of red, green and blue, row by row, as a PNG in memory.
package struct PNGImage {
    package let width: Int
    package let height: Int
    /// Three bytes for each pixel.
    package let pixels: [UInt8]

    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && pixels.count == 3 * width * height)
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// - Throws: `DatasetError` where the bytes are no whole PNG.
    package init(_ bytes: [UInt8]) throws {
        var header = dls_image_header()
        var rows: UnsafeMutablePointer<UInt8>?
        try ImageFile.check(.png, Self.name, { header }) { dls_png_decode(bytes, bytes.count, &header, &rows, $0) }
        defer { free(rows) }
        width = Int(header.width)
        height = Int(header.height)
        let values = UnsafeBufferPointer(start: rows, count: width * height * Int(header.channels))
        pixels = header.channels == 3 ? Array(values) : values.flatMap { [$0, $0, $0] }
    }

    package func encoded() throws -> [UInt8] {
        var planes = [UInt8](repeating: 0, count: pixels.count)
        for place in 0..<width * height {
            for channel in 0..<3 { planes[channel * width * height + place] = pixels[3 * place + channel] }
        }
        return try ImageFile.encoded(
            try Tensor(planes, shape: [3, height, width]), as: .png, quality: 100, path: Self.name)
    }

    private static let name = "the picture"
}

/// The size of images, in pixels.
package struct ImageSize: Equatable, Sendable, CustomStringConvertible {
    package let height: Int
    package let width: Int

    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The sides that images can be resized to.
    package static let sides = 1...1 << 14

    package var description: String { "\(height) by \(width)" }
}
