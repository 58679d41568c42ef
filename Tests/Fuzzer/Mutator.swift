/// Damages inputs: the same number makes the same input of the same seeds.
struct Mutator {
    let seeds: [[UInt8]]
    let words: [[UInt8]]
    let seed: UInt64
    private static let mostBytes = 1 << 16

    /// Numbers at whose edges sizes and offsets break.
    private static let numbers: [Int64] = [
        0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 24, .init(Int32.max),
        .init(Int32.min), 1 << 31, 1 << 32, 1 << 40, 1 << 60, .max, .min, .max - 7,
    ]
    private static let numberWords = [
        "0", "-1", "1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e300", "1e-400", "nan",
        "-inf", "4294967296", "18446744073709551616", "0.1", "1000000000", "99999999999999999999999",
    ].map { Array($0.utf8) }

    func input(_ index: UInt64) -> [UInt8] {
        var generator = SeededGenerator(state: seed &+ index &* 0xD134_2543_DE82_EF95)
        guard !seeds.isEmpty, index % 16 != 0 else {
            return (0..<Int.random(in: 0...400, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        }
        var bytes = seeds.randomElement(using: &generator) ?? []
        let count = 1 << Int.random(in: 0...4, using: &generator)
        for _ in 0..<count { change(&bytes, &generator) }
        return Array(bytes.prefix(Self.mostBytes))
    }

    private func change(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        func place() -> Int { Int.random(in: 0...bytes.count, using: &generator) }
        func stretch(_ most: Int = 32) -> Range<Int> {
            let start = place()
            return start..<min(bytes.count, start + Int.random(in: 0...most, using: &generator))
        }
        func insert(_ other: [UInt8]) {
            let start = place()
            let end = Bool.random(using: &generator) ? start : min(bytes.count, start + other.count)
            bytes.replaceSubrange(start..<end, with: other)
        }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0 where !bytes.isEmpty:
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where !bytes.isEmpty:
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
        case 2: bytes.removeSubrange(stretch())
        case 3: bytes.removeSubrange(stretch(bytes.count))
        case 4: insert(Array(bytes[stretch()]))
        case 5:
            let other = seeds.randomElement(using: &generator) ?? []
            let start = Int.random(in: 0...other.count, using: &generator)
            insert(Array(other[start..<min(other.count, start + Int.random(in: 0...64, using: &generator))]))
        case 6: insert(Self.integer(&generator))
        case 7: insert(Self.numberWords.randomElement(using: &generator) ?? [])
        case 8: replaceDigits(&bytes, &generator)
        default: insert(words.randomElement(using: &generator) ?? [.random(in: 0...255, using: &generator)])
        }
    }

    /// A number of 1 to 8 bytes, in either order.
    private static func integer(_ generator: inout SeededGenerator) -> [UInt8] {
        let number = UInt64(bitPattern: numbers.randomElement(using: &generator) ?? 0)
        let width = 1 << Int.random(in: 0...3, using: &generator)
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        return Bool.random(using: &generator) ? bytes : bytes.reversed()
    }

    /// Another number in the place of one that is written out.
    private func replaceDigits(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        let start = Int.random(in: 0...bytes.count, using: &generator)
        guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
        let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: Self.numberWords.randomElement(using: &generator) ?? [])
    }
}
