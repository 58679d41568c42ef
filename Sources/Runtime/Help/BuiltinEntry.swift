/// What the help says of one built-in, for the terminal and for pages.
package struct BuiltinEntry {
    package struct Argument {
        /// As a signature writes it: `x`, `lr=0.1`, `*names`.
        package let written: String
        package let meaning: String
    }

    package let builtin: Builtin
    package let aliases: [String]
    package let arguments: [Argument]
    package let returns: String?
    package let errors: String?
    package let related: [String]
    /// What the example shows.
    package let output: [String]

    /// - Parameter isKnown: Whether there is a built-in of a name.
    init(_ builtin: Builtin, aliases: [String], isKnown: (String) -> Bool) {
        self.builtin = builtin
        self.aliases = aliases
        let text = ArgumentText.standard
        arguments = Signature(builtin.signature).parameters.map { parameter in
            Argument(
                written: Self.written(parameter),
                meaning: text.entry(parameter.name, of: builtin).map(Self.words) ?? "")
        }
        returns = text.entry("returns", of: builtin).map(Self.words)
        errors = text.entry("errors", of: builtin)?.meaning
        related = text.related(to: builtin.name).filter(isKnown)
        output = ExampleOutputs.standard.lines(of: builtin.name) ?? []
    }

    private static func written(_ parameter: Signature.Parameter) -> String {
        switch parameter.kind {
        case .required: parameter.name
        case .optional(let text): "\(parameter.name)=\(text)"
        case .rest: "*\(parameter.name)"
        case .namedRest: "**\(parameter.name)"
        }
    }

    private static func words(_ entry: ArgumentText.Entry) -> String {
        let type = entry.type == "-" ? "" : entry.type
        if entry.meaning == "-" { return type + "." }
        return type.isEmpty ? entry.meaning : "\(type). \(entry.meaning)"
    }
}

extension BuiltinTable {
    package func entry(_ builtin: Builtin) -> BuiltinEntry {
        BuiltinEntry(
            builtin, aliases: aliases.filter { $0.value == builtin.name }.map(\.key).sorted(),
            isKnown: { self.builtin($0) != nil })
    }
}
