import Figures
import Language

/// A page of the help that says how to write what users of a library write.
struct FamiliarTable {
    let library: FamiliarLibrary
    /// In characters.
    let width: Int

    var text: String {
        var lines = wrapped(introduction, indent: "")
        for section in library.sections { lines += [""] + wrapped(section.title, indent: "") + self.lines(of: section) }
        return lines.joined(separator: "\n")
    }

    /// The rows of all libraries that answer a word; nil where none does.
    static func page(on word: String, width: Int) -> String? {
        var lines: [String] = []
        for library in FamiliarLibrary.allCases {
            let rows = library.sections.flatMap(\.rows).filter {
                $0.words.contains(word) || $0.path == word || $0.otherPaths.contains(word)
            }
            if rows.isEmpty { continue }
            let table = FamiliarTable(library: library, width: width)
            if !lines.isEmpty { lines.append("") }
            lines += table.wrapped(
                "`\(word)` of \(library.title), and what dls has (`help \(library.rawValue)`):", indent: "")
            if let function = rows.lazy.compactMap(\.function).first {
                let signature = FamiliarFunctions.function(function, called: word).signature.text
                lines += table.wrapped(signature, indent: "  ", next: "      ")
            }
            lines += table.lines(of: rows)
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private var introduction: String {
        "\(library.title) in dls. What is marked `=` works in dls as it is written"
            + (library == .numpy || library == .pytorch || library == .python
                ? ", with or without the module in front (`np.`, `torch.`, `F.`, `math.`, ...), which needs no import."
                : ".")
    }

    private func lines(of section: FamiliarSection) -> [String] {
        let same = section.rows.filter { $0.answer == .same && $0.remark.isEmpty }.map(\.written)
        let rows = section.rows.filter { $0.answer != .same || !$0.remark.isEmpty }
        return lines(of: rows) + (same.isEmpty ? [] : words(same))
    }

    private func lines(of rows: [FamiliarName]) -> [String] {
        // In a narrow window the words of dls stand below the others.
        let left = width < 60 ? 4 : min(rows.map { displayWidth($0.written) + 4 }.max() ?? 0, max(width * 2 / 5, 24))
        return rows.flatMap { lines(of: $0, left: left) }
    }

    /// What is the same needs no second column.
    private func words(_ examples: [String]) -> [String] {
        var lines: [String] = []
        var line = "  ="
        for example in examples {
            if displayWidth(line) + 2 + displayWidth(example) > width, line != "  =" {
                if line != "   " { lines.append(line) }
                line = "   "
            }
            if 4 + displayWidth(example) > width {
                lines += wrapped(example, indent: line == "  =" ? "  = " : "    ", next: "      ")
                line = "   "
                continue
            }
            line += (line.count <= 3 ? " " : "  ") + example
        }
        return line == "   " ? lines : lines + [line]
    }

    private func lines(of row: FamiliarName, left: Int) -> [String] {
        let mark = row.isTaken ? "  = " : "    "
        let dls = row.answer == .same ? "the same" : row.dls
        let answer = dls.isEmpty ? row.remark : row.remark.isEmpty ? dls : "\(dls)  (\(row.remark))"
        let answerLines = wrapped(answer, indent: String(repeating: " ", count: left + 2))
        guard displayWidth(row.written) + 4 <= left else {
            return wrapped(row.written, indent: mark, next: "      ") + answerLines
        }
        let gap = String(repeating: " ", count: left + 2 - 4 - displayWidth(row.written))
        return [mark + row.written + gap + answerLines[0].dropFirst(left + 2)] + answerLines.dropFirst()
    }

    private func wrapped(_ text: String, indent: String, next: String? = nil) -> [String] {
        TextWrapping(width: width).paragraph(text, first: indent, next: next)
    }
}
