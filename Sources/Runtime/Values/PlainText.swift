import TensorCore

extension String {
    /// Whether each byte is a character, as in ASCII.
    ///
    /// Telling it takes a hundredth of the time of going through the characters.
    var isPlain: Bool {
        utf8.withContiguousStorageIfAvailable { bytes in
            var start = 0
            while start < bytes.count {
                let end = min(start + 256, bytes.count)
                var all: UInt8 = 0
                for index in start..<end { all |= bytes[index] }
                if all >= 0x80 { return false }
                start = end
            }
            return true
        } ?? false
    }

    /// Its words, parted by white space, where it is plain; nil where it is not.
    ///
    /// - Throws: `InterruptError`.
    var plainWords: [String]? {
        get throws {
            guard isPlain else { return nil }
            return try utf8.withContiguousStorageIfAvailable { bytes in
                var words: [String] = []
                var start: Int?
                for (index, byte) in bytes.enumerated() {
                    if index & 0xFFFF == 0 { try Interrupt.check() }
                    if byte == 0x20 || 0x09...0x0D ~= byte {
                        if let first = start { words.append(String(decoding: bytes[first..<index], as: UTF8.self)) }
                        start = nil
                    } else if start == nil {
                        start = index
                    }
                }
                if let first = start { words.append(String(decoding: bytes[first...], as: UTF8.self)) }
                return words
            }
        }
    }
}

enum PlainText {
    /// The strings of single bytes.
    static let characters = (0..<128).map { String(Unicode.Scalar(UInt8($0))) }
}
