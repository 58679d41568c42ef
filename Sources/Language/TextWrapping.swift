/// Breaks texts at spaces, so that they fit the columns of a terminal.
///
/// A word that is wider than a line stands alone on one: words and numbers are never cut.
package struct TextWrapping: Sendable {
    /// In columns.
    package let width: Int

    package init(width: Int) { self.width = width }

    /// The lines of one paragraph.
    ///
    /// - Parameters:
    ///   - first: What stands before the first line.
    ///   - next: What stands before the others; as `first` unless given.
    package func paragraph(_ text: String, first: String = "", next: String? = nil) -> [String] {
        var lines: [String] = []
        var line = first
        var used = Self.columns(first)
        var spaces = 0
        var hasWord = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if word.isEmpty {
                spaces += 1
                continue
            }
            let columns = Self.columns(word)
            if hasWord, used + spaces + columns > width {
                lines.append(line)
                line = next ?? first
                used = Self.columns(line)
            } else {
                line += String(repeating: " ", count: spaces)
                used += spaces
            }
            line += word
            used += columns
            spaces = 1
            hasWord = true
        }
        return lines + [line]
    }

    /// The lines of a page of paragraphs, programs and columns.
    ///
    /// Lines that fill the page as it was written go on in the next one; others end where they end. Lines that are
    /// indented, or that have columns in them, stay as they are while they fit, and go on further to the right where
    /// they do not.
    package func page(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var prose = ""
        var isFull = false
        func finish() {
            if !prose.isEmpty { lines += paragraph(prose, first: indent) }
            prose = ""
        }
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let margin = part.prefix { $0 == " " }
            if part.isEmpty || !margin.isEmpty || part.contains("   ") {
                finish()
                isFull = false
                lines += part.isEmpty ? [""] : fixed(part.dropFirst(margin.count), indent: indent + margin)
            } else {
                if !isFull || Self.startsTopic(part) { finish() }
                prose += prose.isEmpty ? String(part) : " " + part
                isFull = part.count >= Self.fullLine
            }
        }
        finish()
        return lines
    }

    /// Lines of this many characters were broken to fit the source, and not because a thought ends.
    private static let fullLine = 84

    /// Such as `inputs: the channels ...`.
    private static func startsTopic(_ line: Substring) -> Bool {
        line.drop { $0.isLetter || $0 == "_" }.hasPrefix(": ") && line.first?.isLowercase == true
    }

    /// A line that keeps its spaces while it fits.
    private func fixed(_ text: Substring, indent: String) -> [String] {
        guard Self.columns(indent) + Self.columns(text) > width else { return [indent + text] }
        return paragraph(String(text), first: indent, next: indent + "    ")
    }

    /// The columns that a text takes on a terminal.
    package static func columns(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + LineLayout.width(of: $1) }
    }
}
