import Language

/// The help on one built-in: what it does, its arguments, what it returns, an example with its output.
struct BuiltinPage {
    let entry: BuiltinEntry
    /// The name that was asked for, which is not told again.
    let name: String
    let wrapping: TextWrapping

    var lines: [String] {
        let builtin = entry.builtin
        var lines = wrapping.paragraph(builtin.signature, next: "    ")
        lines += wrapping.paragraph(builtin.summary, first: "  ")
        let aliases = entry.aliases.filter { $0 != name }
        if !aliases.isEmpty {
            lines += wrapping.paragraph("Also called \(aliases.joined(separator: ", ")).", first: "  ")
        }
        if !builtin.details.isEmpty { lines += wrapping.page(builtin.details, indent: "  ") }
        if !entry.arguments.isEmpty { lines += ["", "Arguments"] + entry.arguments.flatMap(line) }
        if let returns = entry.returns { lines += ["", "Returns"] + wrapping.paragraph(returns, first: "  ") }
        if let errors = entry.errors { lines += ["", "Errors"] + wrapping.paragraph(errors, first: "  ") }
        if !entry.related.isEmpty {
            lines += ["", "See also"] + wrapping.paragraph(entry.related.joined(separator: ", "), first: "  ")
        }
        return lines + ["", "Example"] + example
    }

    /// An argument as a call writes it, and beside it, or below it where there is no room, what it means.
    private func line(_ argument: BuiltinEntry.Argument) -> [String] {
        let left = wrapping.width < 72 ? 0 : 22
        let head = "  " + argument.written
        let gap = left - TextWrapping.columns(head)
        guard gap >= 2 else {
            return [head] + wrapping.paragraph(argument.meaning, first: String(repeating: " ", count: max(left, 6)))
        }
        return wrapping.paragraph(
            argument.meaning, first: head + String(repeating: " ", count: gap),
            next: String(repeating: " ", count: left))
    }

    /// The program as it would stand in a notebook, with what it shows behind `#>`.
    private var example: [String] {
        let code = entry.builtin.example.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            wrapping.paragraph(String($0), first: "    ", next: "        ")
        }
        return code + entry.output.flatMap { wrapping.paragraph($0, first: "    #> ", next: "    #>   ") }
    }
}
