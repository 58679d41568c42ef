import TensorCore

/// Images that stay in their files until they are wanted.
///
/// All are brought to one size and one number of channels. Their headers were read; a file that turns out to be damaged
/// is an error of the batch that it is in.
package final class ImageFiles: Sendable {
    private let files: [ImageFile]
    let channels: Int
    let size: ImageSize

    init(_ files: [ImageFile], channels: Int, size: ImageSize) {
        self.files = files
        self.channels = channels
        self.size = size
    }

    var count: Int { files.count }
    var shape: [Int] { [channels, size.height, size.width] }

    /// The images at `rows` as bytes, shape `[rows, channels, height, width]`.
    ///
    /// - Parameters:
    ///   - isShared: Whether several threads decode.
    ///   - isInterruptible: Whether Ctrl-C ends it; a batch is made whole.
    /// - Throws: `DatasetError` for the first file that cannot be read, `TensorError.outOfMemory`, `InterruptError`.
    func read(_ rows: [Int], isShared: Bool, isInterruptible: Bool = false) throws -> Tensor {
        let result = try Tensor.empty([rows.count] + shape, dtype: .uint8)
        let step = channels * size.height * size.width
        let failures = Failures()
        func decode(_ place: Int) {
            guard !(isInterruptible && Interrupt.isRequested) else { return failures.note(place, InterruptError()) }
            do {
                try files[rows[place]].decode(
                    channels: channels, size: size, into: result.storage, at: place * step)
            } catch { failures.note(place, error) }
        }
        if isShared { Threads.parallelFor(rows.count, decode) } else { rows.indices.forEach(decode) }
        try failures.throwFirst()
        return result
    }

    /// Adds what tells these images from others without reading them: how many bytes each file has, and its name.
    func add(_ rows: [Int], to hash: inout ContentHash) {
        for row in rows {
            let file = files[row]
            hash.add(file.byteCount)
            hash.add(Array(file.path.split(separator: "/").suffix(2).joined(separator: "/").utf8))
        }
    }
}
