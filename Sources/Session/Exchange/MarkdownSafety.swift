/// Markdown whose tags are shown and not obeyed, whoever shows it, and whose links run nothing.
enum MarkdownSafety {
    /// Not seen, and nothing that a tag or a link may have there.
    private static let gap = "\u{200b}"

    /// The text of a cell.
    ///
    /// Code in fences stays as it is. A cell whose fences could be read in several ways is shown as text.
    static func cell(_ markdown: String) -> String {
        var fence: [Unicode.Scalar]?
        var blocks: [(text: String, isCode: Bool)] = []
        for line in markdown.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            let mark = fenceMark(line)
            let info = line.dropFirst(mark.count)
            let isUnclear = mark.isEmpty ? holdsFence(line) : fence == nil && info.contains("`")
            guard !isUnclear else { return MarkdownPage.fenced(markdown, "markdown") }
            let isCode = fence != nil || !mark.isEmpty
            if let last = blocks.last, last.isCode == isCode {
                blocks[blocks.count - 1].text += "\n" + String(line)
            } else {
                blocks.append((String(line), isCode))
            }
            if let open = fence {
                if mark.starts(with: open), info.allSatisfy({ " \t\r".unicodeScalars.contains($0) }) { fence = nil }
            } else if !mark.isEmpty {
                fence = mark
            }
        }
        let text = blocks.map { $0.isCode ? $0.text : inline($0.text) }.joined(separator: "\n")
        return fence.map { text + "\n" + String(String.UnicodeScalarView($0)) } ?? text
    }

    /// The marks that a fence at the start of a line begins with; empty where there is none.
    private static func fenceMark(_ line: Substring.UnicodeScalarView) -> [Unicode.Scalar] {
        guard let first = line.first, first == "`" || first == "~" else { return [] }
        let marks = line.prefix { $0 == first }
        return marks.count >= 3 ? Array(marks) : []
    }

    /// Whether a fence stands in a list, a quotation or behind blanks.
    private static func holdsFence(_ line: Substring.UnicodeScalarView) -> Bool {
        !fenceMark(line.drop { " \t\r>-*+.)0123456789".unicodeScalars.contains($0) }).isEmpty
    }

    /// Text in a line, such as a title or the cell of a table, in which marks of Markdown mean nothing.
    static func words(_ text: String) -> String {
        text.escaping { scalar in
            switch scalar {
            case "\\", "|", "[", "`": "\\\(scalar)"
            case "<": "&lt;"
            case "\n", "\r": " "
            default: nil
            }
        }
    }

    private static func inline(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            result.append(scalar)
            let rest = scalars[(index + 1)...]
            let isOpen: Bool
            switch scalar {
            case "<": isOpen = beginsTag(rest)
            case "]":
                guard let next = rest.first, next == "(" || next == ":" else { continue }
                isOpen = !isHarmless(rest.dropFirst())
            default: continue
            }
            if isOpen { result.append(contentsOf: gap.unicodeScalars) }
        }
        return String(result)
    }

    private static func beginsTag(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = rest.first, first.properties.isAlphabetic || "/!?".unicodeScalars.contains(first) else {
            return false
        }
        var start = String.UnicodeScalarView()
        start.append(contentsOf: rest.prefix(8))
        return !["http://", "https://", "mailto:"].contains { String(start).lowercased().hasPrefix($0) }
    }

    /// Whether following an address runs nothing, however it is written.
    private static func isHarmless(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        let blanks = " \t\r\n<".unicodeScalars
        var address = String.UnicodeScalarView()
        address.append(contentsOf: rest.drop { blanks.contains($0) }.prefix { !blanks.contains($0) && $0 != ")" })
        let head = address.prefix { !"/?".unicodeScalars.contains($0) }
        guard let end = head.firstIndex(where: { ":&\\".unicodeScalars.contains($0) }) else { return true }
        return head[end] == ":" && ["http", "https", "mailto", "doi"].contains(String(head[..<end]).lowercased())
    }
}
