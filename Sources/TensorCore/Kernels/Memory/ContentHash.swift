/// A 64-bit hash of what tensors hold, to tell whether data are those of before. It does not withstand forgery.
///
/// The same contents give the same value in every process and on every machine of the same byte order.
package struct ContentHash {
    // Four lanes, so that the multiplications do not wait for each other.
    private var a: UInt64 = 0x243f_6a88_85a3_08d3
    private var b: UInt64 = 0x1319_8a2e_0370_7344
    private var c: UInt64 = 0xa409_3822_299f_31d0
    private var d: UInt64 = 0x082e_fa98_ec4e_6c89
    private var byteCount: UInt64 = 0

    package init() {}

    /// Adds a number.
    package mutating func add(_ number: Int) { a = Self.mixed(a, UInt64(bitPattern: Int64(number))) }

    /// Adds the bits of a number.
    package mutating func add(_ number: Double) { b = Self.mixed(b, number.bitPattern) }

    /// Adds the elements `range` of a contiguous tensor.
    package mutating func add(_ tensor: Tensor, _ range: Range<Int>) {
        precondition(tensor.isContiguous && range.lowerBound >= 0 && range.upperBound <= tensor.count)
        // A row of no elements may begin behind the memory.
        guard !range.isEmpty else { return }
        let size = tensor.dtype.size
        let start = (tensor.offset + range.lowerBound) * size
        add(tensor.storage, start..<start + range.count * size)
    }

    /// Adds bytes. How they are cut into pieces makes a difference.
    package mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { add(start, bytes.count) }
        }
    }

    /// Adds bytes of a storage.
    package mutating func add(_ storage: Storage, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= storage.byteCount)
        add(storage.base + range.lowerBound, range.count)
    }

    private mutating func add(_ start: UnsafeRawPointer, _ count: Int) {
        byteCount &+= UInt64(count)
        var position = 0
        while position + 32 <= count {
            a = Self.mixed(a, start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            b = Self.mixed(b, start.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))
            c = Self.mixed(c, start.loadUnaligned(fromByteOffset: position + 16, as: UInt64.self))
            d = Self.mixed(d, start.loadUnaligned(fromByteOffset: position + 24, as: UInt64.self))
            position += 32
        }
        while position + 8 <= count {
            c = Self.mixed(c, start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        while position < count {
            d = Self.mixed(d, UInt64(start.load(fromByteOffset: position, as: UInt8.self)))
            position += 1
        }
    }

    /// The hash of all that was added, in order.
    package var value: UInt64 {
        [b, c, d, byteCount].reduce(a) { sum, lane in
            let product = Self.mixed(sum, lane)
            return product ^ (product >> 29)
        }
    }

    /// The same as 16 hexadecimal digits.
    package var text: String { hexadecimalText(value, digits: 16) }

    /// Odd factors make each step one to one; the rotation brings high bits back to where they multiply.
    @inline(__always)
    private static func mixed(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ word) &* 0x9e37_79b9_7f4a_7c15
        return (product << 31 | product >> 33) &* 0xff51_afd7_ed55_8ccd
    }
}
