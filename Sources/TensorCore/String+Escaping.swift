extension String {
    /// The text with what `escape` gives in the place of each character that it gives something for.
    ///
    ///     "a<b".escaping { $0 == "<" ? "&lt;" : nil }   // "a&lt;b"
    package func escaping(_ escape: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if let escaped = escape(scalar) {
                result += escaped
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text with control characters, and those that change the order of others, written as `\u{1b}`; line feeds and
    /// tabs stay. On a terminal such a text shows itself and does nothing else.
    package var withVisibleControls: String {
        guard utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || [0x7F, 0xC2, 0xD8, 0xE2].contains($0) })
        else { return self }
        return escaping { $0 == "\n" || $0 == "\t" ? nil : $0.visibleControl }
    }
}

extension Unicode.Scalar {
    /// What stands for a scalar that a terminal may take for a command, such as `\u{1b}`: C0, C1, and the marks,
    /// overrides and isolates of bidirectional text; nil for all others.
    package var visibleControl: String? {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069:
            "\\u{\(String(value, radix: 16))}"
        default: nil
        }
    }
}
