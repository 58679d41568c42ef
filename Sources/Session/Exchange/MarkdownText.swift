import Figures

/// The text of a paragraph, with what is marked in it, as HTML.
struct MarkdownText {
    private let characters: [Character]
    private let picture: (String) -> String?
    private let depth: Int

    init(_ text: String, _ picture: @escaping (String) -> String?, depth: Int = 0) {
        characters = Array(text)
        self.picture = picture
        self.depth = depth
    }

    var html: String {
        var html = ""
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if let (part, end) = marked(at: index) {
                html += part
                index = end
            } else if character == "\\", index + 1 < characters.count, characters[index + 1].isPunctuationSign {
                html += escapedXML(String(characters[index + 1]))
                index += 2
            } else if character == "\n" {
                // Two spaces or a backslash at its end break a line.
                let isBreak = html.hasSuffix("  ") || html.hasSuffix("\\")
                while html.last == " " || (isBreak && html.last == "\\") { html.removeLast() }
                html += isBreak ? "<br>\n" : "\n"
                index += 1
            } else {
                html += escapedXML(String(character))
                index += 1
            }
        }
        return html
    }

    private func marked(at index: Int) -> (html: String, end: Int)? {
        guard depth < 20 else { return nil }
        switch characters[index] {
        case "`": return code(at: index)
        case "$": return formula(at: index)
        case "!": return index + 1 < characters.count && characters[index + 1] == "[" ? link(at: index + 1, true) : nil
        case "[": return link(at: index, false)
        case "<": return address(at: index)
        case "*", "_", "~": return emphasis(at: index)
        default: return nil
        }
    }

    private func inner(_ range: Range<Int>) -> String {
        MarkdownText(String(characters[range]), picture, depth: depth + 1).html
    }

    private func run(at index: Int) -> Int {
        var end = index
        while end < characters.count, characters[end] == characters[index] { end += 1 }
        return end - index
    }

    private func code(at index: Int) -> (html: String, end: Int)? {
        let count = run(at: index)
        var end = index + count
        while end < characters.count {
            if characters[end] == "`" {
                let closing = run(at: end)
                if closing == count {
                    var text = String(characters[(index + count)..<end]).split(separator: "\n").joined(separator: " ")
                    if text.hasPrefix(" "), text.hasSuffix(" "), text.contains(where: { $0 != " " }) {
                        text = String(text.dropFirst().dropLast())
                    }
                    return ("<code>\(escapedXML(text))</code>", end + count)
                }
                end += closing
            } else {
                end += 1
            }
        }
        return (String(repeating: "`", count: count), index + count)
    }

    /// `$x_1$`
    private func formula(at index: Int) -> (html: String, end: Int)? {
        let count = min(run(at: index), 2)
        let start = index + count
        guard start < characters.count, !characters[start].isWhitespace else { return nil }
        var end = start
        while end < characters.count, characters[end] != "$", characters[end] != "\n" || count == 2 {
            end += characters[end] == "\\" ? 2 : 1
        }
        guard end < characters.count, characters[end] == "$", !characters[end - 1].isWhitespace, run(at: end) >= count,
            end + count >= characters.count || !characters[end + count].isNumber
        else { return nil }
        return ("<span class=\"formula\">\(FormulaHTML.html(String(characters[start..<end])))</span>", end + count)
    }

    /// `[text](address)`, `![text](picture)`
    private func link(at index: Int, _ isPicture: Bool) -> (html: String, end: Int)? {
        var depth = 0
        var close = index
        while close < characters.count {
            if characters[close] == "[" { depth += 1 }
            if characters[close] == "]" { depth -= 1 }
            if depth == 0 { break }
            close += characters[close] == "\\" ? 2 : 1
        }
        guard close + 1 < characters.count, characters[close + 1] == "(" else { return nil }
        var end = close + 2
        var brackets = 1
        while end < characters.count, characters[end] != "\n" {
            if characters[end] == "(" { brackets += 1 }
            if characters[end] == ")" { brackets -= 1 }
            if brackets == 0 { break }
            end += 1
        }
        guard end < characters.count, characters[end] == ")" else { return nil }
        let target = String(characters[(close + 2)..<end]).split(separator: " ").first.map { String($0) } ?? ""
        let text = (index + 1)..<close
        if isPicture {
            let words = escapedXML(String(characters[text]))
            guard let address = picture(target) else { return ("<em>[\(words)]</em>", end + 1) }
            return ("<img src=\"\(escapedXML(address))\" alt=\"\(words)\">", end + 1)
        }
        guard Self.isHarmless(target) else { return (inner(text), end + 1) }
        return ("<a href=\"\(escapedXML(target))\">\(inner(text))</a>", end + 1)
    }

    /// `<https://...>`
    private func address(at index: Int) -> (html: String, end: Int)? {
        guard let end = characters[index...].firstIndex(of: ">") else { return nil }
        let text = String(characters[(index + 1)..<end])
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: \.isWhitespace) else {
            return nil
        }
        return ("<a href=\"\(escapedXML(text))\">\(escapedXML(text))</a>", end + 1)
    }

    /// Whether following an address runs nothing.
    private static func isHarmless(_ address: String) -> Bool {
        // By scalars, as a browser reads it: a colon with a combining mark behind it ends a scheme too.
        let scalars = address.unicodeScalars
        guard let end = scalars.firstIndex(where: { ":/#?".unicodeScalars.contains($0) }), scalars[end] == ":" else {
            return true
        }
        return ["http", "https", "mailto", "doi"].contains(address[..<end].lowercased())
    }

    /// `*text*`, `**text**`, `~~text~~`
    private func emphasis(at index: Int) -> (html: String, end: Int)? {
        let sign = characters[index]
        let count = run(at: index)
        let start = index + count
        let plain = (String(repeating: sign, count: count), start)
        guard count <= 3, sign != "~" || count == 2, start < characters.count, !characters[start].isWhitespace else {
            return plain
        }
        // Inside a word `_` is a letter.
        if sign == "_", index > 0, characters[index - 1].isWordSign { return plain }
        var end = start
        while end < characters.count {
            if characters[end] == "\\" {
                end += 2
                continue
            }
            if characters[end] == "`", let code = code(at: end) {
                end = code.end
                continue
            }
            if characters[end] == sign {
                let closing = run(at: end)
                if closing == count, !characters[end - 1].isWhitespace,
                    sign != "_" || end + count >= characters.count || !characters[end + count].isWordSign
                {
                    let text = inner(start..<end)
                    let tags = sign == "~" ? ["del"] : [["em"], ["strong"], ["em", "strong"]][count - 1]
                    return (
                        tags.map { "<\($0)>" }.joined() + text + tags.reversed().map { "</\($0)>" }.joined(),
                        end + count
                    )
                }
                end += closing
            } else {
                end += 1
            }
        }
        return plain
    }
}

extension Character {
    fileprivate var isPunctuationSign: Bool { isASCII && (isPunctuation || isSymbol) }
    fileprivate var isWordSign: Bool { isLetter || isNumber || self == "_" }
}
