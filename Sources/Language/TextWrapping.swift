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
    /// Lines that keep their spaces go on further to the right where they do not fit.
    package func page(_ text: String, indent: String = "") -> [String] {
        Self.parts(of: text).flatMap { part -> [String] in
            switch part {
            case .paragraph(let text): return paragraph(text, first: indent)
            case .line(""): return [""]
            case .line(let line):
                let margin = line.prefix { $0 == " " }
                return fixed(line.dropFirst(margin.count), indent: indent + margin)
            }
        }
    }

    /// A part of a page.
    package enum Part: Equatable {
        case paragraph(String)
        /// One that keeps its spaces; an empty one stands between parts.
        case line(String)
    }

    /// The paragraphs of a page, and its lines of programs and columns.
    ///
    /// Lines that fill the page as it was written go on in the next one; others end where they end. Lines that are
    /// indented, or that have columns in them, stay as they are.
    package static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var prose = ""
        var isFull = false
        func finish() {
            if !prose.isEmpty { parts.append(.paragraph(prose)) }
            prose = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.first == " " || line.contains("   ") {
                finish()
                isFull = false
                parts.append(.line(String(line)))
            } else {
                if !isFull || startsTopic(line) { finish() }
                prose += prose.isEmpty ? String(line) : " " + line
                isFull = line.count >= fullLine
            }
        }
        finish()
        return parts
    }

    /// A paragraph of a page, or the lines between two of them.
    package enum Block: Equatable {
        case paragraph(String)
        /// Lines that keep their spaces; the first and the last are not empty.
        case program([String])
    }

    /// The same parts, with the lines between two paragraphs as one.
    package static func blocks(of text: String) -> [Block] {
        var blocks: [Block] = []
        var lines: [String] = []
        func finish() {
            while lines.last?.isEmpty == true { lines.removeLast() }
            if !lines.isEmpty { blocks.append(.program(lines)) }
            lines = []
        }
        for part in parts(of: text) {
            switch part {
            case .line(let line): if !line.isEmpty || !lines.isEmpty { lines.append(line) }
            case .paragraph(let text):
                finish()
                blocks.append(.paragraph(text))
            }
        }
        finish()
        return blocks
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
