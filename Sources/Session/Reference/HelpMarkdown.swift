import Language
import Runtime
import TensorCore

/// The help on a built-in function in Markdown, for windows of any width.
struct HelpMarkdown {
    let entry: BuiltinEntry

    var text: String {
        let builtin = entry.builtin
        var parts = [MarkdownPage.fenced(builtin.signature, "dls"), prose(builtin.summary)]
        if !entry.aliases.isEmpty { parts.append("Also called \(names(entry.aliases)).") }
        for block in TextWrapping.blocks(of: builtin.details) {
            switch block {
            case .paragraph(let text): parts.append(prose(text))
            case .program(let lines): parts.append(MarkdownPage.fenced(lines.joined(separator: "\n"), "text"))
            }
        }
        if !entry.arguments.isEmpty {
            let rows = entry.arguments.map { "- `\($0.written)`: \(prose($0.meaning))" }
            parts += ["**Arguments**", rows.joined(separator: "\n")]
        }
        if let returns = entry.returns { parts.append("**Returns** " + prose(returns)) }
        if let errors = entry.errors { parts.append("**Errors** " + prose(errors)) }
        let output = entry.output.map { "\n#> " + $0 }.joined()
        parts += ["**Example**", MarkdownPage.fenced(builtin.example + output, "dls")]
        if !entry.related.isEmpty { parts.append("See also \(names(entry.related)).") }
        return parts.joined(separator: "\n\n")
    }

    private func names(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    /// A text in which only back quotes are signs of Markdown.
    private func prose(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        let isPaired = parts.count % 2 == 1
        return parts.enumerated().map { index, part in
            guard isPaired, index % 2 == 1 else {
                return String(part).escaping { "\\`*_{}[]<>#|~&$".unicodeScalars.contains($0) ? "\\\($0)" : nil }
            }
            return "`\(part)`"
        }.joined(separator: isPaired ? "" : "\\`")
    }
}
