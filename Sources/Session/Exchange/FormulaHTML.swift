import Figures

/// A formula in the words of TeX as text that can be read: signs for their names, and numbers that stand higher and lower.
///
///     x_i^2 \le \frac{1}{n}    gives    x<sub>i</sub><sup>2</sup> ≤ (1)/(n)
///
/// Matrices, cases and aligned lines become tables.
struct FormulaHTML {
    private let characters: [Character]
    private var index = 0
    private var depth = 0

    static func html(_ formula: String) -> String {
        var formula = FormulaHTML(characters: Array(formula))
        return formula.sequence(until: nil)
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func sequence(until end: Character?) -> String {
        var html = ""
        while index < characters.count, characters[index] != end { html += part() }
        if end != nil { index += 1 }
        return html
    }

    /// One character, command or group in braces.
    private mutating func part() -> String {
        let character = characters[index]
        index += 1
        switch character {
        case "\\": return command()
        case "{": return group()
        case "_", "^":
            let tag = character == "_" ? "sub" : "sup"
            guard index < characters.count, !characters[index].isWhitespace, depth < 50 else {
                return String(character)
            }
            depth += 1
            defer { depth -= 1 }
            return "<\(tag)>\(part())</\(tag)>"
        case "'": return "′"
        case "~": return " "
        default: return escapedXML(String(character))
        }
    }

    /// What stands between the brace before and the one that closes it.
    private mutating func group() -> String {
        guard depth < 50 else { return "{" }
        depth += 1
        defer { depth -= 1 }
        return sequence(until: "}")
    }

    /// The group that a command takes, or the next character.
    private mutating func argument() -> String {
        while index < characters.count, characters[index] == " " { index += 1 }
        return index < characters.count && depth < 50 ? part() : ""
    }

    private mutating func command() -> String {
        guard index < characters.count else { return "\\" }
        guard characters[index].isLetter else {
            let sign = characters[index]
            index += 1
            // Spaces of several widths, the end of a line, and signs that would mean something else.
            switch sign {
            case "\\":
                skipLineSpace()
                return "<br>"
            case "!": return ""
            case "|": return "‖"
            case ",", ";", ":", ">", " ": return " "
            default: return escapedXML(String(sign))
            }
        }
        let start = index
        while index < characters.count, characters[index].isLetter { index += 1 }
        let name = String(characters[start..<index])
        if let sign = Self.signs[name] {
            while index < characters.count, characters[index] == " " { index += 1 }
            // A relation keeps its room.
            return Self.relations.contains(sign) ? " \(escapedXML(sign)) " : escapedXML(sign)
        }
        depth += 1
        defer { depth -= 1 }
        if let mark = Self.accents[name] { return accented(argument(), mark) }
        switch name {
        case "begin": return environment(word())
        case "frac", "dfrac", "tfrac", "cfrac":
            let (above, below) = (argument(), argument())
            return "(\(above))/(\(below))"
        case "binom", "dbinom", "tbinom":
            let (above, below) = (argument(), argument())
            return table([[above], [below]], .init(style: "matrix round"))
        case "sqrt":
            let degree = option()
            return (degree.isEmpty ? "" : "<sup>\(degree)</sup>") + "√(\(argument()))"
        case "overline", "bar", "overbrace":
            let inner = argument()
            return inner.count == 1 ? inner + "\u{304}" : "<span class=\"over\">\(inner)</span>"
        case "underline", "underbrace": return "<span class=\"under\">\(argument())</span>"
        case "overset", "stackrel":
            let above = argument()
            return "\(argument())<sup>\(above)</sup>"
        case "underset":
            let below = argument()
            return "\(argument())<sub>\(below)</sub>"
        case "mathbf", "boldsymbol", "bm", "textbf": return "<b>\(argument())</b>"
        case "mathbb": return styled(argument(), Self.doubleStruck)
        case "mathcal", "mathscr": return styled(argument(), Self.script)
        case "operatorname":
            if index < characters.count, characters[index] == "*" { index += 1 }
            return argument()
        case "text", "textrm", "textit", "mathrm", "mathit", "mathsf", "mathtt", "mathfrak", "boxed", "substack",
            "mathop":
            return argument()
        case "pmod": return " (mod \(argument()))"
        case "bmod", "mod": return " mod "
        case "tag": return " (\(argument()))"
        case "label", "hspace", "vspace", "phantom":
            _ = argument()
            return ""
        case "left", "right", "middle":
            // A point stands for no bracket at all.
            if index < characters.count, characters[index] == "." { index += 1 }
            return ""
        case _ where Self.silent.contains(name): return ""
        // Functions such as \log are their own names.
        default: return name + (index < characters.count && characters[index] == " " ? "" : " ")
        }
    }

    /// What stands in brackets behind a command; empty where nothing does.
    private mutating func option() -> String {
        guard index < characters.count, characters[index] == "[", depth < 50 else { return "" }
        index += 1
        depth += 1
        defer { depth -= 1 }
        return sequence(until: "]")
    }

    /// The word in braces behind a command.
    private mutating func word() -> String {
        guard index < characters.count, characters[index] == "{",
            let end = characters[index...].firstIndex(of: "}")
        else { return "" }
        defer { index = end + 1 }
        return String(characters[(index + 1)..<end])
    }

    /// The height that `\\[4pt]` adds to a line, and the white space behind its end.
    private mutating func skipLineSpace() {
        if index < characters.count, characters[index] == "[",
            let end = characters[index...].prefix(12).firstIndex(of: "]")
        {
            index = end + 1
        }
        while index < characters.count, characters[index].isWhitespace { index += 1 }
    }

    // MARK: - Letters

    /// HTML with a mark above its last letter.
    private func accented(_ html: String, _ mark: Character) -> String {
        var text = html[...]
        // The tags that end it are no part of it.
        while text.last == ">", let start = text.lastIndex(of: "<") { text = text[..<start] }
        return text + String(mark) + html[text.endIndex...]
    }

    /// Letters in another style, where there are signs for that.
    private func styled(_ html: String, _ style: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
        var text = String.UnicodeScalarView()
        var isTag = false
        for scalar in html.unicodeScalars {
            if scalar == "<" || scalar == "&" { isTag = true }
            text.append(isTag ? scalar : style(scalar) ?? scalar)
            if scalar == ">" || scalar == ";" { isTag = false }
        }
        return String(text)
    }

    private static func doubleStruck(_ letter: Unicode.Scalar) -> Unicode.Scalar? {
        let others: [Unicode.Scalar: Unicode.Scalar] = [
            "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ", "1": "𝟙",
        ]
        return others[letter] ?? capital(letter, from: 0x1D538)
    }

    private static func script(_ letter: Unicode.Scalar) -> Unicode.Scalar? {
        let others: [Unicode.Scalar: Unicode.Scalar] = [
            "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ",
        ]
        return others[letter] ?? capital(letter, from: 0x1D49C)
    }

    private static func capital(_ letter: Unicode.Scalar, from first: UInt32) -> Unicode.Scalar? {
        ("A"..."Z").contains(letter) ? Unicode.Scalar(first + letter.value - 65) : nil
    }

    // MARK: - Tables

    /// How the table of an environment looks.
    private struct Look {
        /// Its classes in `HTMLStyle`.
        var style: String
        /// What stands before it.
        var opening = ""
    }

    private static let looks: [String: Look] = [
        "matrix": Look(style: "matrix"), "smallmatrix": Look(style: "matrix"), "array": Look(style: "matrix"),
        "pmatrix": Look(style: "matrix round"), "bmatrix": Look(style: "matrix square"),
        "Bmatrix": Look(style: "matrix round"), "vmatrix": Look(style: "matrix bars"),
        "Vmatrix": Look(style: "matrix bars double"), "cases": Look(style: "matrix cases", opening: "{"),
    ]

    /// What stands between `\begin{name}` and `\end{name}`: `&` parts cells, and `\\` rows.
    private mutating func environment(_ name: String) -> String {
        if name.hasPrefix("array") || name == "alignedat" || name == "tabular" { _ = word() }
        var rows: [[String]] = [[""]]
        while index < characters.count, !isEnd() {
            if characters[index] == "&" {
                index += 1
                rows[rows.count - 1].append("")
            } else if characters[index] == "\\", index + 1 < characters.count, characters[index + 1] == "\\" {
                index += 2
                skipLineSpace()
                rows.append([""])
            } else {
                // Ends of lines in the text are none in the formula.
                let text = characters[index].isNewline ? " " : nil
                if text != nil { index += 1 }
                rows[rows.count - 1][rows[rows.count - 1].count - 1] += text ?? part()
            }
        }
        if index < characters.count {
            index += "\\end".count
            _ = word()
        }
        rows = rows.map { $0.map(\.trimmingSpaces) }
        if rows.last == [""] { rows.removeLast() }
        return table(rows, Self.looks[name] ?? Look(style: "matrix lines"))
    }

    private func isEnd() -> Bool { characters[index...].starts(with: "\\end{") }

    private func table(_ rows: [[String]], _ look: Look) -> String {
        let html = rows.map { row in
            "<span class=\"row\">" + row.map { "<span class=\"entry\">\($0)</span>" }.joined(separator: " ") + "</span>"
        }
        let opening =
            look.opening.isEmpty ? "" : "<span class=\"brace\" style=\"--rows: \(rows.count)\">\(look.opening)</span>"
        return opening + "<span class=\"\(look.style)\">\(html.joined(separator: " "))</span>"
    }
}
