import Language
import TensorCore

/// Texts in the language of manual pages (`man 7 groff_man`).
package enum Roff {
    /// A text as it is: nothing in it is a command or a sign of roff.
    package static func text(_ text: String) -> String {
        let escaped = text.escaping { scalar in
            switch scalar {
            case "\\": "\\(rs"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "\"": "\\(dq"
            default: nil
            }
        }
        // A line that begins with a point is a command.
        return escaped.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.utf8.first == UInt8(ascii: ".") ? "\\&" + $0 : String($0) }.joined(separator: "\n")
    }

    /// A paragraph, with what stands between back quotes in bold.
    package static func prose(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1 else { return self.text(text) }
        let marked = parts.enumerated().map { index, part in
            let text = self.text(String(part))
            return index % 2 == 1 ? "\\fB\(text)\\fP" : text
        }
        return marked.joined()
    }

    /// Lines that are kept as they are.
    package static func lines(_ text: String) -> String { ".nf\n\(self.text(text))\n.fi\n" }

    package static func section(_ title: String) -> String { ".SH \"\(text(title))\"\n" }

    package static func subsection(_ title: String) -> String { ".SS \"\(text(title))\"\n" }

    /// A word, and what it means further to the right.
    ///
    /// - Parameter term: In roff.
    package static func entry(_ term: String, _ meaning: String) -> String { ".TP\n\(term)\n\(prose(meaning))\n" }

    /// The paragraphs and programs of a text.
    package static func page(_ text: String) -> String {
        TextWrapping.blocks(of: text).map { block in
            switch block {
            case .paragraph(let text): ".PP\n\(prose(text))\n"
            case .program(let lines): ".PP\n" + self.lines(lines.joined(separator: "\n"))
            }
        }.joined()
    }
}
