import TensorCore

/// NumPy's format for one array, versions 1 to 3.
///
/// - Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays".
enum NPY {
    static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

    /// No header that NumPy writes comes near.
    private static let greatestHeaderByteCount = 1 << 20

    static func matches(start: [UInt8]) -> Bool { start.starts(with: magic) }

    /// Reads a whole file; arrays in Fortran's order become tensors with the strides of that order.
    ///
    /// - Throws: `DatasetError` where the file is no array of numbers, or the header and its size do not agree.
    static func read(_ source: ByteSource) throws -> Tensor {
        let start = try source.read(exactly: 8)
        guard matches(start: start) else { throw source.error(.unknownFormat(start: start), at: .byte(0)) }
        let version = start[6]
        guard (1...3).contains(version) else {
            throw source.error(.badHeader(format: "npy", reason: "its version is \(version)"), at: .byte(6))
        }
        let length = try source.read(exactly: version == 1 ? 2 : 4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= min(greatestHeaderByteCount, source.greatestByteCount - source.position) else {
            throw source.error(
                .badHeader(format: "npy", reason: "it claims to be \(length) bytes long"),
                at: .byte(8))
        }
        let headerStart = source.position
        let header: NPYHeader
        do {
            header = try NPYHeader(text: source.read(exactly: length))
        } catch let problem as HeaderProblem {
            throw source.error(problem.problem, at: .byte(headerStart))
        }
        return try ArrayContents.read(
            source, element: header.element, bigEndian: header.isBigEndian, shape: header.shape,
            columnMajor: header.isColumnMajor, format: "npy")
    }

    /// The bytes that stand before the elements of a contiguous tensor.
    static func header(dtype: DType, shape: [Int]) -> [UInt8] {
        let description =
            switch dtype {
            case .bool: "|b1"
            case .uint8: "|u1"
            case .int64: "<i8"
            case .float32: "<f4"
            case .float64: "<f8"
            }
        let sizes = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
        var text = Array("{'descr': '\(description)', 'fortran_order': False, 'shape': \(sizes), }".utf8)
        // Elements start at a multiple of 64, after ten bytes of magic, version and length, and a line's end.
        let padding = 63 - (10 + text.count) % 64
        text += [UInt8](repeating: 0x20, count: padding) + [0x0a]
        return magic + [1, 0, UInt8(text.count & 0xff), UInt8(text.count >> 8)] + text
    }
}
