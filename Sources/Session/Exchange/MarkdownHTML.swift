import Figures

/// Markdown as HTML: what the text cells of notebooks use of it. Tags in the text are shown, not obeyed.
///
/// Headings, paragraphs, lists, quotations, tables, code, rules; emphasis, links, pictures and formulas.
package struct MarkdownHTML {
    /// Where a picture comes from: an address for its path, nil if it cannot be shown.
    private let picture: (String) -> String?

    package init(picture: @escaping (String) -> String? = { _ in nil }) { self.picture = picture }

    package func html(_ markdown: String) -> String {
        blocks(markdown.split(separator: "\n", omittingEmptySubsequences: false).map { expandingTabs($0) }, depth: 0)
    }

    /// The text of the first heading.
    static func firstHeading(_ markdown: String) -> String? {
        for line in markdown.split(separator: "\n") {
            if let heading = heading(String(line)) { return heading.text.filter { $0 != "`" && $0 != "*" } }
        }
        return nil
    }

    private func expandingTabs(_ line: Substring) -> String {
        line.unicodeScalars.contains("\t")
            ? line.unicodeScalars.map { $0 == "\t" ? "    " : String($0) }.joined() : String(line)
    }

    // MARK: - Blocks

    private static let deepest = 12

    private func blocks(_ lines: [String], depth: Int, isTight: Bool = false) -> String {
        var html = ""
        var index = 0
        guard depth < Self.deepest else {
            return "<p>\(MarkdownText(lines.joined(separator: "\n"), picture).html)</p>\n"
        }
        while index < lines.count {
            let line = lines[index]
            if isBlank(line) {
                index += 1
            } else if let fence = fence(line) {
                html += fencedCode(lines, &index, fence)
            } else if let heading = Self.heading(line) {
                html += "<h\(heading.level)>\(MarkdownText(heading.text, picture).html)</h\(heading.level)>\n"
                index += 1
            } else if isRule(line) {
                html += "<hr>\n"
                index += 1
            } else if indent(line) >= 4 {
                html += indentedCode(lines, &index)
            } else if line.drop(while: { $0 == " " }).hasPrefix(">") {
                html += quotation(lines, &index, depth)
            } else if let marker = listMarker(line) {
                html += list(lines, &index, marker, depth)
            } else if line.trimmingSpaces.hasPrefix("$$") {
                html += formula(lines, &index)
            } else if index + 1 < lines.count, line.contains("|"), let alignments = tableRule(lines[index + 1]) {
                html += table(lines, &index, alignments)
            } else {
                html += paragraph(lines, &index, isTight: isTight)
            }
        }
        return html
    }

    private func isBlank(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }

    private func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    private static func heading(_ line: String) -> (level: Int, text: String)? {
        let level = line.prefix { $0 == "#" }.count
        let rest = line.dropFirst(level)
        guard (1...6).contains(level), rest.isEmpty || rest.first == " " else { return nil }
        var text = rest.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        if text.last == "#", let space = text.lastIndex(of: " "), text[space...].dropFirst().allSatisfy({ $0 == "#" }) {
            text = text[..<space]
        }
        return (level, String(text))
    }

    private func isRule(_ line: String) -> Bool {
        let marks = line.filter { $0 != " " }
        guard let mark = marks.first, "-*_".contains(mark), marks.count >= 3 else { return false }
        return marks.allSatisfy { $0 == mark }
    }

    private func fence(_ line: String) -> String? {
        let text = line.drop { $0 == " " }
        guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
        let marks = text.prefix { $0 == mark }
        return marks.count >= 3 && !(mark == "`" && text.dropFirst(marks.count).contains("`")) ? String(marks) : nil
    }

    private func fencedCode(_ lines: [String], _ index: inout Int, _ fence: String) -> String {
        let margin = indent(lines[index])
        var code: [String] = []
        index += 1
        while index < lines.count, !(lines[index].trimmingSpaces.hasPrefix(fence)) {
            code.append(String(lines[index].dropFirst(min(margin, indent(lines[index])))))
            index += 1
        }
        index += 1
        return "<pre><code>\(escapedXML(code.joined(separator: "\n")))</code></pre>\n"
    }

    private func indentedCode(_ lines: [String], _ index: inout Int) -> String {
        var code: [String] = []
        while index < lines.count, isBlank(lines[index]) || indent(lines[index]) >= 4 {
            code.append(String(lines[index].dropFirst(4)))
            index += 1
        }
        while code.last?.isEmpty == true { code.removeLast() }
        return "<pre><code>\(escapedXML(code.joined(separator: "\n")))</code></pre>\n"
    }

    private func formula(_ lines: [String], _ index: inout Int) -> String {
        var formula: [String] = []
        while index < lines.count {
            formula.append(lines[index])
            index += 1
            let text = formula.joined(separator: "\n").trimmingSpaces
            if text.count >= 4, text.hasSuffix("$$") { break }
        }
        let text = formula.joined(separator: "\n").split(separator: "$$").joined().trimmingSpaces
        return "<p class=\"formula\">\(FormulaHTML.html(text))</p>\n"
    }

    private func quotation(_ lines: [String], _ index: inout Int, _ depth: Int) -> String {
        var inner: [String] = []
        while index < lines.count, !isBlank(lines[index]) {
            let text = lines[index].drop { $0 == " " }
            guard text.hasPrefix(">") else { break }
            let rest = text.dropFirst()
            inner.append(String(rest.hasPrefix(" ") ? rest.dropFirst() : rest))
            index += 1
        }
        return "<blockquote>\n\(blocks(inner, depth: depth + 1))</blockquote>\n"
    }

    private func paragraph(_ lines: [String], _ index: inout Int, isTight: Bool) -> String {
        var text: [String] = []
        while index < lines.count, !isBlank(lines[index]) {
            let line = lines[index]
            if !text.isEmpty,
                fence(line) != nil || Self.heading(line) != nil || isRule(line) || listMarker(line) != nil
                    || line.trimmingSpaces.hasPrefix(">")
            {
                break
            }
            text.append(String(line.drop { $0 == " " }))
            index += 1
        }
        let html = MarkdownText(text.joined(separator: "\n"), picture).html
        return isTight ? html + "\n" : "<p>\(html)</p>\n"
    }

    // MARK: - Lists

    private struct ListMarker {
        /// Where the item's text begins.
        let width: Int
        /// Nil for a list of points.
        let number: Int?
        let sign: Character
    }

    private func listMarker(_ line: String) -> ListMarker? {
        let margin = indent(line)
        let text = line.dropFirst(margin)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count)
        guard let sign = rest.first, digits.isEmpty ? "-*+".contains(sign) : ".)".contains(sign) && digits.count < 10,
            rest.dropFirst().first == " " || rest.dropFirst().isEmpty, !isRule(line)
        else { return nil }
        let spaces = rest.dropFirst().prefix { $0 == " " }.count
        return ListMarker(
            width: margin + digits.count + 1 + min(max(spaces, 1), 4), number: digits.isEmpty ? nil : Int(digits),
            sign: sign)
    }

    private func list(_ lines: [String], _ index: inout Int, _ first: ListMarker, _ depth: Int) -> String {
        var items: [[String]] = []
        var isLoose = false
        while index < lines.count, let marker = listMarker(lines[index]), marker.sign == first.sign,
            (marker.number == nil) == (first.number == nil)
        {
            let margin = indent(lines[index])
            var item = [String(lines[index].dropFirst(marker.width))]
            index += 1
            while index < lines.count {
                if isBlank(lines[index]) {
                    // A blank line belongs to the item if the item goes on behind it.
                    guard let next = lines[index...].firstIndex(where: { !isBlank($0) }),
                        indent(lines[next]) >= min(marker.width, margin + 2)
                    else { break }
                    isLoose = true
                    item.append("")
                } else if indent(lines[index]) >= min(marker.width, margin + 2) {
                    item.append(String(lines[index].dropFirst(min(indent(lines[index]), marker.width))))
                } else if listMarker(lines[index]) == nil, fence(lines[index]) == nil, Self.heading(lines[index]) == nil
                {
                    item.append(lines[index])
                } else {
                    break
                }
                index += 1
            }
            items.append(item)
            if let next = lines[index...].firstIndex(where: { !isBlank($0) }), next > index,
                let marker = listMarker(lines[next]), marker.sign == first.sign
            {
                isLoose = true
                index = next
            }
        }
        let start = first.number.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
        let tag = first.number == nil ? "ul" : "ol"
        let body = items.map { "<li>\(blocks($0, depth: depth + 1, isTight: !isLoose))</li>\n" }.joined()
        return "<\(tag)\(start)>\n\(body)</\(tag)>\n"
    }

    // MARK: - Tables

    private func tableCells(_ line: String) -> [String] {
        var cells: [String] = [""]
        var isEscaped = false
        for character in line.trimmingSpaces {
            if character == "|", !isEscaped {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        if cells.first?.isEmpty == true { cells.removeFirst() }
        if cells.last?.trimmingSpaces.isEmpty == true { cells.removeLast() }
        return cells.map { $0.trimmingSpaces.replacingEscapedBars }
    }

    /// The alignments that `|:--|--:|` gives; nil for another line.
    private func tableRule(_ line: String) -> [String]? {
        guard line.contains("-"), line.allSatisfy({ "|:- ".contains($0) }) else { return nil }
        return tableCells(line).map { cell in
            cell.hasSuffix(":") ? (cell.hasPrefix(":") ? "center" : "right") : "left"
        }
    }

    private func table(_ lines: [String], _ index: inout Int, _ alignments: [String]) -> String {
        func row(_ line: String, _ tag: String) -> String {
            let cells = tableCells(line)
            return alignments.indices.map { column in
                let cell = column < cells.count ? cells[column] : ""
                let style = alignments[column] + (HTMLText.isLong(cell) ? " long" : "")
                return "<\(tag) class=\"\(style)\">\(MarkdownText(cell, picture).html)</\(tag)>"
            }.joined()
        }
        var html = "<div class=\"wide\"><table>\n<thead><tr>\(row(lines[index], "th"))</tr></thead>\n<tbody>\n"
        index += 2
        while index < lines.count, lines[index].contains("|") {
            html += "<tr>\(row(lines[index], "td"))</tr>\n"
            index += 1
        }
        return html + "</tbody></table></div>\n"
    }
}

extension String {
    fileprivate var replacingEscapedBars: String {
        var result = ""
        for character in self {
            if character == "|", result.last == "\\" { result.removeLast() }
            result.append(character)
        }
        return result
    }
}
