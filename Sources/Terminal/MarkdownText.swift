import Figures

/// Markdown as lines for a terminal: headings, paragraphs, lists, quotations and code.
///
/// What it does not know, such as tables and formulas, stays as it is written.
struct MarkdownText {
    private(set) var lines: [String] = []
    private let width: Int
    private let usesColor: Bool
    private var paragraph: [Substring] = []
    /// In front of the first line of the paragraph, and of those that follow.
    private var margin = (first: "", rest: "")

    init(_ markdown: String, width: Int, usesColor: Bool) {
        self.width = max(width, 20)
        self.usesColor = usesColor
        var isInFence = false
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("```") {
                endParagraph()
                isInFence.toggle()
            } else if isInFence {
                lines.append("    " + line)
            } else {
                add(line, text, indent: line.count - text.count)
            }
        }
        endParagraph()
        while lines.last == "" { lines.removeLast() }
    }

    private mutating func add(_ line: Substring, _ text: Substring, indent: Int) {
        if text.isEmpty {
            endParagraph()
            if let last = lines.last, !last.isEmpty { lines.append("") }
        } else if let level = headingLevel(text) {
            endParagraph()
            addHeading(text.dropFirst(level + 1), level)
        } else if text.hasPrefix("|") || paragraph.isEmpty && indent >= 4 {
            endParagraph()
            lines.append(String(line))
        } else if let marker = listMarker(text) {
            endParagraph()
            let space = String(repeating: " ", count: indent)
            margin = (space + marker + " ", space + String(repeating: " ", count: marker.count + 1))
            paragraph = [text.dropFirst(marker.count + 1)]
        } else if text.hasPrefix(">") {
            if margin.first != "> " { endParagraph() }
            margin = ("> ", "> ")
            paragraph.append(text.dropFirst())
        } else {
            paragraph.append(text)
        }
    }

    private func headingLevel(_ text: Substring) -> Int? {
        let level = text.prefix { $0 == "#" }.count
        return (1...6).contains(level) && text.dropFirst(level).first == " " ? level : nil
    }

    private mutating func addHeading(_ text: Substring, _ level: Int) {
        let title = emphasised(String(text.drop { $0 == " " }), "")
        if usesColor {
            lines.append("\u{1b}[1\(level == 1 ? ";4" : "")m\(title)\u{1b}[0m")
        } else {
            lines.append(title)
            if level <= 2 { lines.append(String(repeating: level == 1 ? "=" : "-", count: displayWidth(title))) }
        }
    }

    /// `-`, `*`, `+` or `12.` before a space.
    private func listMarker(_ text: Substring) -> String? {
        let word = text.prefix { $0 != " " }
        guard word.endIndex < text.endIndex else { return nil }
        if ["-", "*", "+"].contains(word) { return String(word) }
        let isNumber =
            (word.last == "." || word.last == ")") && word.count > 1 && word.dropLast().allSatisfy(\.isNumber)
        return isNumber ? String(word) : nil
    }

    /// Breaks the paragraph into lines that fit.
    private mutating func endParagraph() {
        defer {
            paragraph = []
            margin = ("", "")
        }
        guard !paragraph.isEmpty else { return }
        var line = margin.first
        var isEmpty = true
        for word in paragraph.joined(separator: " ").split(separator: " ") {
            if !isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > width {
                lines.append(emphasised(line, ""))
                line = margin.rest
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        lines.append(emphasised(line, ""))
    }

    /// `**bold**` and `` `code` `` in the terminal's styles, where it has some; else as it is written.
    private func emphasised(_ text: String, _ outer: String) -> String {
        guard usesColor else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 == "*" || $0 == "`" }) {
            let sign = rest[start] == "`" ? "`" : "**"
            let inner = rest[start...].dropFirst(sign.count)
            guard rest[start...].hasPrefix(sign), let end = inner.firstRange(of: sign),
                end.lowerBound > inner.startIndex
            else {
                result += rest[...start]
                rest = rest[rest.index(after: start)...]
                continue
            }
            let content = inner[..<end.lowerBound]
            result += rest[..<start] + "\u{1b}[\(sign == "`" ? "36" : "1")m\(content)\u{1b}[0m"
            rest = inner[end.upperBound...]
        }
        return result + rest
    }
}
