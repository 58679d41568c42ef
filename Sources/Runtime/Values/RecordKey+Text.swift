// The hash of texts, by words of their bytes.

extension RecordKey {
    static func hash(_ text: String) -> UInt {
        var text = text
        let (hash, high) = text.withUTF8 { bytes -> (UInt, UInt) in
            let raw = UnsafeRawBufferPointer(bytes)
            var hash = mixed(UInt(raw.count))
            var high: UInt = 0
            var index = 0
            while index + 8 <= raw.count {
                let word = raw.loadUnaligned(fromByteOffset: index, as: UInt.self)
                high |= word
                hash = mixed(hash ^ word)
                index += 8
            }
            var word: UInt = 0
            while index < raw.count {
                word = word << 8 | UInt(raw[index])
                index += 1
            }
            high |= word
            return (mixed(hash ^ word), high)
        }
        // Other characters can be written in several ways, which are equal: the library knows.
        return high & 0x8080_8080_8080_8080 == 0 ? hash : UInt(bitPattern: text.hashValue)
    }
}
