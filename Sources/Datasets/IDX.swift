import TensorCore

/// The format of the MNIST family: a header of big-endian sizes, then the elements in row-major order.
///
/// - Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
enum IDX {
    private static let elements: [UInt8: ForeignElement] = [
        0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
    ]

    private static let greatestRank = 16

    static func matches(start: [UInt8]) -> Bool {
        start.count >= 4 && start[0] == 0 && start[1] == 0 && elements[start[2]] != nil && start[3] > 0
    }

    /// Reads a whole file.
    ///
    /// - Throws: `DatasetError` where the header and the file's size do not agree.
    static func read(_ source: ByteSource) throws -> Tensor {
        let start = try source.read(exactly: 4)
        guard matches(start: start), let element = elements[start[2]] else {
            throw source.error(.unknownFormat(start: start), at: .byte(0))
        }
        let rank = Int(start[3])
        guard rank <= greatestRank else {
            throw source.error(.badHeader(format: "IDX", reason: "it has \(rank) axes"), at: .byte(3))
        }
        let sizes = try source.read(exactly: 4 * rank)
        let shape = (0..<rank).map { axis in
            sizes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return try ArrayContents.read(source, element: element, bigEndian: true, shape: shape, format: "IDX")
    }
}

/// The elements of an array that a header has described.
enum ArrayContents {
    /// Reads all that is left of `source` as the elements of an array of `shape`.
    ///
    /// - Parameter columnMajor: Whether the first axis varies fastest (Fortran's order).
    static func read(
        _ source: ByteSource, element: ForeignElement, bigEndian: Bool, shape: [Int], columnMajor: Bool = false,
        format: String
    ) throws -> Tensor {
        var byteCount = element.size
        for size in shape {
            // An axis of 0 must not hide others that no arithmetic can take.
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product < (shape.contains(0) ? 1 << 31 : 1 << 46) else {
                throw source.error(
                    .badHeader(format: format, reason: "no file can hold its shape \(shape)"),
                    at: .byte(source.position))
            }
            byteCount = product
        }
        let count = shape.reduce(1, *)
        let raw = try source.readRest(promised: count * element.size)
        let elements: Storage?
        do {
            elements = try element.decode(raw, count: count, bigEndian: bigEndian)
        } catch is TensorError {
            throw source.error(.outOfMemory(byteCount: count * element.dtype.size))
        }
        guard let elements else {
            throw source.error(
                .unsupported(
                    what: "an unsigned 64-bit number over 9223372036854775807",
                    instead: "in Python, convert the array: x.astype(numpy.float64)"))
        }
        let strides =
            columnMajor
            ? Array(Tensor.rowMajorStrides(shape.reversed()).reversed()) : Tensor.rowMajorStrides(shape)
        return Tensor(storage: elements, dtype: element.dtype, shape: shape, strides: strides, offset: 0)
    }
}
