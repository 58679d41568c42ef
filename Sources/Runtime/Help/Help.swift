import Language

/// The help: pages on the language, and the table of built-ins by topic and by name.
package struct Help {
    let builtins: BuiltinTable

    /// In characters: how wide the tables of other languages' words are.
    let width: Int

    package init(_ builtins: BuiltinTable, width: Int = 96) {
        self.builtins = builtins
        self.width = width
    }

    /// What `help` alone shows.
    package var overview: String {
        var lines = [
            "dls: a notebook-style language for deep learning. `help NAME` or `?NAME` tells more of",
            "anything below; at the prompt Tab completes, Ctrl-R searches what was typed, `quit` leaves.",
            "",
            "Pages: \(HelpPage.allCases.map(\.rawValue).joined(separator: ", "))",
            "Coming from: \(FamiliarLibrary.allCases.map(\.rawValue).joined(separator: ", "))",
            "",
        ]
        for topic in HelpTopic.allCases {
            let names = builtins.all.filter { $0.topic == topic }.map(\.name)
            guard !names.isEmpty else { continue }
            lines.append("\(topic.title) (help \(topic.rawValue))")
            lines += wrapped(names, indent: "  ", width: 92)
        }
        return lines.joined(separator: "\n")
    }

    /// Help on a page, a topic or a built-in; nil if there is no such thing.
    package func text(on name: String) -> String? {
        let parts = [
            HelpPage(rawValue: name)?.text,
            FamiliarLibrary(called: name).map { FamiliarTable(library: $0, width: width).text },
            HelpTopic(rawValue: name).map(list),
            builtins.builtin(name).map { text(of: $0, called: name) },
        ].compactMap { $0 }
        if parts.isEmpty, name == "model" { return HelpPage.models.text }
        if parts.isEmpty, ["class", "self", "super"].contains(name) { return HelpPage.classes.text }
        if parts.isEmpty, name == "sweep" { return HelpPage.sweeps.text }
        if parts.isEmpty, HelpPage.words.contains(name) { return HelpPage.language.text }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }

    package func suggestion(for name: String) -> String? {
        Suggestion.closest(
            to: name,
            among: builtins.names + HelpTopic.allCases.map(\.rawValue) + HelpPage.allCases.map(\.rawValue)
                + FamiliarLibrary.allCases.map(\.rawValue))
    }

    private func list(_ topic: HelpTopic) -> String {
        let entries = builtins.all.filter { $0.topic == topic }
        let width = min(28, entries.map(\.name.count).max() ?? 0)
        return
            ([topic.title]
            + entries.map { entry in
                "  \(entry.name)\(String(repeating: " ", count: max(1, width + 2 - entry.name.count)))\(entry.summary)"
            }).joined(separator: "\n")
    }

    private func text(of builtin: Builtin, called name: String) -> String {
        let signature = wrapped(builtin.signature.split(separator: " ").map(String.init), indent: "    ", width: 96)
        var lines = [signature.joined(separator: "\n").trimmed, "  \(builtin.summary)"]
        if name != builtin.name { lines.insert("\(name) is another name of", at: 0) }
        let others = builtins.aliases.filter { $0.value == builtin.name && $0.key != name }.map(\.key).sorted()
        if !others.isEmpty { lines.append("  Also called \(others.joined(separator: ", ")).") }
        if !builtin.details.isEmpty {
            lines += builtin.details.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        }
        lines.append("")
        lines += builtin.example.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        return lines.joined(separator: "\n")
    }

    private func wrapped(_ words: [String], indent: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in words {
            if line.count + word.count > width, line != indent {
                lines.append(line)
                line = indent
            }
            line += line == indent ? word : " " + word
        }
        lines.append(line)
        return lines
    }
}

extension Interpreter {
    /// Shows help on a name: of the user's own first, then built in.
    package func showHelp(_ topic: String, module: Namespace) throws {
        let help = Help(builtins, width: min(max(printStyle.width, 40), 120))
        let name = topic.trimmed
        let text: String
        if name.isEmpty {
            text = help.overview
        } else if let value = module[name] {
            text = try describe(name, value)
        } else if let found = help.text(on: name) {
            text = found
        } else if name == "pi" || name == "inf" || name == "nan" || name == "args" {
            text = "\(name): \(name == "args" ? "the arguments of a script, a list of strings" : "a constant")"
        } else {
            let meant = help.suggestion(for: name).map { ["did you mean `\($0)`?"] }
            throw Failure(
                "there is no help on `\(name.prefix(60))`", help: meant ?? ["`help` alone lists what there is"])
        }
        try sink.emit(.text(text + "\n"))
    }

    private func describe(_ name: String, _ value: Value) throws -> String {
        if case .function(let function) = value, case .user = function.body { return function.descriptionText }
        return "\(name) is \(value.kindWithArticle)\n" + (try value.display(DisplayStyle()))
    }
}
