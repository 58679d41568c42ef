import Language

/// The help on one built-in: what it does, its arguments, what it returns, an example with its output.
struct BuiltinPage {
    let builtin: Builtin
    let aliases: [String]
    /// Names that "See also" may tell.
    let isKnown: (String) -> Bool
    let wrapping: TextWrapping

    var lines: [String] {
        var lines = wrapping.paragraph(builtin.signature, next: "    ")
        lines += wrapping.paragraph(builtin.summary, first: "  ")
        if !aliases.isEmpty {
            lines += wrapping.paragraph("Also called \(aliases.joined(separator: ", ")).", first: "  ")
        }
        if !builtin.details.isEmpty { lines += wrapping.page(builtin.details, indent: "  ") }
        let arguments = Signature(builtin.signature).parameters.flatMap(line)
        if !arguments.isEmpty { lines += ["", "Arguments"] + arguments }
        if let returns = ArgumentText.standard.entry("returns", of: builtin) {
            lines += ["", "Returns"] + wrapping.paragraph(Self.words(returns), first: "  ")
        }
        if let errors = ArgumentText.standard.entry("errors", of: builtin) {
            lines += ["", "Errors"] + wrapping.paragraph(errors.meaning, first: "  ")
        }
        let related = ArgumentText.standard.related(to: builtin.name).filter(isKnown)
        if !related.isEmpty {
            lines += ["", "See also"] + wrapping.paragraph(related.joined(separator: ", "), first: "  ")
        }
        return lines + ["", "Example"] + example
    }

    /// An argument as a call writes it, and beside it, or below it where there is no room, what it means.
    private func line(_ parameter: Signature.Parameter) -> [String] {
        let written =
            switch parameter.kind {
            case .required: parameter.name
            case .optional(let text): "\(parameter.name)=\(text)"
            case .rest: "*\(parameter.name)"
            case .namedRest: "**\(parameter.name)"
            }
        let words = ArgumentText.standard.entry(parameter.name, of: builtin).map(Self.words) ?? ""
        let left = wrapping.width < 72 ? 0 : 22
        let head = "  " + written
        let gap = left - TextWrapping.columns(head)
        guard gap >= 2 else {
            return [head] + wrapping.paragraph(words, first: String(repeating: " ", count: max(left, 6)))
        }
        return wrapping.paragraph(
            words, first: head + String(repeating: " ", count: gap), next: String(repeating: " ", count: left))
    }

    private static func words(_ entry: ArgumentText.Entry) -> String {
        let type = entry.type == "-" ? "" : entry.type
        if entry.meaning == "-" { return type + "." }
        return type.isEmpty ? entry.meaning : "\(type). \(entry.meaning)"
    }

    /// The program as it would stand in a notebook, with what it shows behind `#>`.
    private var example: [String] {
        let code = builtin.example.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            wrapping.paragraph(String($0), first: "    ", next: "        ")
        }
        let output = (ExampleOutputs.standard.lines(of: builtin.name) ?? []).flatMap {
            wrapping.paragraph($0, first: "    #> ", next: "    #>   ")
        }
        return code + output
    }
}
