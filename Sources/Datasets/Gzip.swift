import CZlib
import TensorCore

// zlib, with all pointers that it needs.

/// How compressed bytes are wrapped.
enum CompressedFormat {
    case gzip
    /// Bare, as in zip archives.
    case deflate

    /// zlib's `windowBits` for it.
    fileprivate var windowBits: Int32 { self == .gzip ? 15 + 16 : -15 }

    /// No byte of deflate's output takes less than 1/1032 of a byte: 258 bytes for two bits.
    static let greatestRatio = 1032
}

/// Decompresses a stretch of a file, a piece at a time.
final class Inflater {
    private let file: OpenFile
    private let entry: String?
    private let format: CompressedFormat
    private var offset: Int
    private var remaining: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isAtEnd = false

    private static let inputByteCount = 1 << 18

    init(file: OpenFile, entry: String?, format: CompressedFormat, offset: Int, byteCount: Int) throws {
        self.file = file
        self.entry = entry
        self.format = format
        self.offset = offset
        remaining = byteCount
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Inflater.inputByteCount, alignment: 64)
        guard inflateInit2_(stream, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DatasetError(file: file.path, entry: entry, .outOfMemory(byteCount: Inflater.inputByteCount))
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Writes up to `count` bytes from `start` on; fewer only where the data ends, whole or cut off.
    func read(_ count: Int, into storage: Storage, at start: Int) throws -> Int {
        try storage.withMutableBytes { span in
            try span.withUnsafeMutableBytes { bytes in
                try bytes.baseAddress.map { try read(count, into: $0 + start) } ?? 0
            }
        }
    }

    private func read(_ count: Int, into target: UnsafeMutableRawPointer) throws -> Int {
        var done = 0
        while done < count && !isAtEnd {
            if stream.pointee.avail_in == 0 {
                guard try refill() else { return done }
            }
            let space = min(count - done, 1 << 30)
            stream.pointee.next_out = (target + done).assumingMemoryBound(to: Bytef.self)
            stream.pointee.avail_out = UInt32(space)
            let status = inflate(stream, Z_NO_FLUSH)
            done += space - Int(stream.pointee.avail_out)
            switch status {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END: try finishMember()
            case Z_MEM_ERROR: throw DatasetError(file: file.path, entry: entry, .outOfMemory(byteCount: 1 << 16))
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
                throw DatasetError(
                    file: file.path, entry: entry, place: .byte(offset - Int(stream.pointee.avail_in)),
                    .damaged(format: format == .gzip ? "gzip" : "deflated", reason: reason))
            }
        }
        return done
    }

    /// Whether the data ended as it should.
    var isComplete: Bool { isAtEnd }

    private func refill() throws -> Bool {
        guard remaining > 0, let base = input.baseAddress else { return false }
        let count = try file.read(min(remaining, input.count), at: offset, into: base)
        offset += count
        remaining -= count
        stream.pointee.next_in = base.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = UInt32(count)
        return count > 0
    }

    /// A gzip file may hold several members, to be read as one, and zeros behind each that fill a block of a tape.
    private func finishMember() throws {
        repeat {
            while stream.pointee.avail_in > 0, format == .gzip, stream.pointee.next_in.pointee == 0 {
                stream.pointee.next_in += 1
                stream.pointee.avail_in -= 1
            }
            if stream.pointee.avail_in > 0 { return try startMember() }
        } while try refill()
        isAtEnd = true
    }

    private func startMember() throws {
        // The first of the two bytes that every member starts with.
        guard format == .gzip, stream.pointee.next_in.pointee == 0x1f, inflateReset(stream) == Z_OK else {
            isAtEnd = true
            throw DatasetError(
                file: file.path, entry: entry, place: .byte(offset - Int(stream.pointee.avail_in)),
                .damaged(format: format == .gzip ? "gzip" : "deflated", reason: "bytes follow its end"))
        }
    }
}

/// The checksum of zip archives, carried on from `checksum`.
func crc32(_ storage: Storage, _ range: Range<Int>, from checksum: UInt32 = 0) -> UInt32 {
    storage.withBytes { span in span.withUnsafeBytes { crc32(UnsafeRawBufferPointer(rebasing: $0[range]), checksum) } }
}

func crc32(_ bytes: [UInt8], from checksum: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { crc32($0, checksum) }
}

private func crc32(_ bytes: UnsafeRawBufferPointer, _ checksum: UInt32) -> UInt32 {
    UInt32(
        truncatingIfNeeded: crc32_z(UInt(checksum), bytes.baseAddress?.assumingMemoryBound(to: Bytef.self), bytes.count)
    )
}

/// Compresses pieces that follow each other into one bare deflate stream.
final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var output: [UInt8] = []

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, CompressedFormat.deflate.windowBits, 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw TensorError.outOfMemory(byteCount: buffer.count) }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0, flush: Z_NO_FLUSH) }
    }

    func append(_ storage: Storage, _ range: Range<Int>) {
        storage.withBytes { span in
            span.withUnsafeBytes { append(UnsafeRawBufferPointer(rebasing: $0[range]), flush: Z_NO_FLUSH) }
        }
    }

    func finish() -> [UInt8] {
        append(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH)
        return output
    }

    private func append(_ bytes: UnsafeRawBufferPointer, flush: Int32) {
        var start = 0
        repeat {
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 1 << 30, bytes.count)])
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: part.baseAddress?.assumingMemoryBound(to: Bytef.self))
            stream.pointee.avail_in = UInt32(part.count)
            start += part.count
            repeat {
                buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    deflate(stream, flush)
                }
                output += buffer.prefix(buffer.count - Int(stream.pointee.avail_out))
            } while stream.pointee.avail_out == 0
        } while start < bytes.count
    }
}
