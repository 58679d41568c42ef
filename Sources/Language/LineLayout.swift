/// The characters of a part of a line with the columns that they take on a terminal.
struct LineLayout {
    struct Cell {
        let text: String
        /// In columns: 0, 1 or 2, more for a tab.
        let width: Int
        /// In bytes of the source.
        let start: Int
        let end: Int
    }

    private(set) var cells: [Cell] = []
    private(set) var width = 0

    static let tabWidth = 4

    /// Lays out bytes; those that are not UTF-8, and characters that would move the cursor or hide others, are
    /// shown as U+FFFD, tabs as spaces.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        LineLayout.forEachCharacter(in: bytes, range) { character, start, end in
            if character == "\t" {
                let width = LineLayout.tabWidth - self.width % LineLayout.tabWidth
                append(String(repeating: " ", count: width), width, start, end)
            } else if LineLayout.isHarmful(character) {
                append("\u{FFFD}", 1, start, end)
            } else {
                append(String(character), LineLayout.width(of: character), start, end)
            }
        }
    }

    private mutating func append(_ text: String, _ width: Int, _ start: Int, _ end: Int) {
        cells.append(Cell(text: text, width: width, start: start, end: end))
        self.width += width
    }

    static func characterCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var count = 0
        forEachCharacter(in: bytes, range) { _, _, _ in count += 1 }
        return count
    }

    /// Calls with each character and its bytes; with U+FFFD for each byte that is not UTF-8.
    private static func forEachCharacter(
        in bytes: [UInt8], _ range: Range<Int>, _ body: (Character, _ start: Int, _ end: Int) -> Void
    ) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let start = offset
            while offset < range.upperBound {
                if bytes[offset] < 0x80 {
                    offset += 1
                } else if let length = TextCheck.sequenceLength(bytes, at: offset), offset + length <= range.upperBound
                {
                    offset += length
                } else {
                    break
                }
            }
            var characterStart = start
            for character in String(decoding: bytes[start..<offset], as: UTF8.self) {
                let end = characterStart + character.utf8.count
                body(character, characterStart, end)
                characterStart = end
            }
            if offset < range.upperBound {
                body("\u{FFFD}", offset, offset + 1)
                offset += 1
            }
        }
    }

    /// Control characters, and those that change the order or the place of others.
    static func isHarmful(_ character: Character) -> Bool {
        guard let first = character.unicodeScalars.first else { return false }
        switch first.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return true
        default: return false
        }
    }

    /// The columns that a character takes.
    static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x300, character.unicodeScalars.count == 1 { return 1 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        let isEmoji = character.unicodeScalars.contains {
            $0.properties.isEmojiPresentation || $0.value == 0xFE0F
        }
        return isEmoji || wideRanges.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// East Asian Wide and Fullwidth, by Unicode Standard Annex 11, without the emoji.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD,
    ]
}
