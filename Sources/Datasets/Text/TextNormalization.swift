/// Brings sentences to the few characters that a small translator learns.
///
///     TextNormalization.normalized("¿Qué tal, Tom?")   // " que tal tom ?"
///
/// Lower case; accents removed; a space before each of `. ! ?`; every run of anything but these and the letters a to z
/// becomes one space. White space at the ends of the sentence as it was goes; spaces that come of the rules stay.
package enum TextNormalization {
    package static func normalized(_ text: String) -> String {
        var result: [UInt8] = []
        var isInGap = false
        func append(_ byte: UInt8, to result: inout [UInt8]) {
            if byte == space {
                // A run of other characters, to which the space before a point belongs, is one space.
                if !isInGap { result.append(space) }
                isInGap = true
            } else {
                result.append(byte)
                isInGap = false
            }
        }
        for scalar in trimmed(text.unicodeScalars).flatMap({ $0.properties.lowercaseMapping.unicodeScalars }) {
            switch scalar {
            case "a"..."z": append(UInt8(ascii: scalar), to: &result)
            case ".", "!", "?":
                append(space, to: &result)
                append(UInt8(ascii: scalar), to: &result)
            default:
                if scalar.properties.generalCategory == .nonspacingMark { continue }
                append(LatinLetter.withoutMarks(scalar).map { UInt8(ascii: $0) } ?? space, to: &result)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let space = UInt8(ascii: " ")

    private static func trimmed(_ scalars: String.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var rest = scalars[...]
        while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
        return rest
    }
}

/// Latin letters that Unicode composes of a letter from a to z and marks.
enum LatinLetter {
    /// The letter of which `scalar` is composed, such as e of ế; `nil` for what is not composed of one (ø, ß, ж).
    static func withoutMarks(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.value >= 0xc0, let name = scalar.properties.name else { return nil }
        let words = name.split(separator: " ")
        // LATIN SMALL LETTER E WITH CIRCUMFLEX AND ACUTE
        guard words.count >= 6, words[0] == "LATIN", words[1] == "SMALL", words[2] == "LETTER", words[4] == "WITH",
            let letter = words[3].lowercased().unicodeScalars.first, words[3].utf8.count == 1
        else { return nil }
        var composed = String(letter)
        for mark in words[5...].split(separator: "AND") {
            guard let found = marks[mark.joined(separator: " ")] else { return nil }
            composed.unicodeScalars.append(found)
        }
        // Strings are equal where they are canonically equivalent.
        return composed == String(scalar) ? letter : nil
    }

    private static let marks: [String: Unicode.Scalar] = [
        "GRAVE": "\u{300}", "ACUTE": "\u{301}", "CIRCUMFLEX": "\u{302}", "TILDE": "\u{303}", "MACRON": "\u{304}",
        "BREVE": "\u{306}", "DOT ABOVE": "\u{307}", "DIAERESIS": "\u{308}", "HOOK ABOVE": "\u{309}",
        "RING ABOVE": "\u{30a}", "DOUBLE ACUTE": "\u{30b}", "CARON": "\u{30c}", "DOUBLE GRAVE": "\u{30f}",
        "INVERTED BREVE": "\u{311}", "HORN": "\u{31b}", "DOT BELOW": "\u{323}", "DIAERESIS BELOW": "\u{324}",
        "RING BELOW": "\u{325}", "COMMA BELOW": "\u{326}", "CEDILLA": "\u{327}", "OGONEK": "\u{328}",
        "CIRCUMFLEX BELOW": "\u{32d}", "BREVE BELOW": "\u{32e}", "TILDE BELOW": "\u{330}", "LINE BELOW": "\u{331}",
    ]
}
