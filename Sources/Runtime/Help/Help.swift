import Language

/// The help: pages on the language, and the table of built-ins by topic and by name.
package struct Help {
    let builtins: BuiltinTable
    private let wrapping: TextWrapping

    /// - Parameter width: The columns that no line is longer than, except for words that are.
    package init(_ builtins: BuiltinTable, width: Int = 96) {
        self.builtins = builtins
        wrapping = TextWrapping(width: width)
    }

    /// What `help` alone shows.
    package var overview: String {
        var lines = wrapping.page(
            """
            dls: a notebook-style language for deep learning.
            `help NAME` or `?NAME` explains a name below; `help WORD` searches for any word. At the prompt, Tab completes, Ctrl-R searches earlier inputs (`help keys`), `quit` leaves.
            """)
        lines.append("")
        lines += list("Pages:", HelpPage.allCases.map(\.rawValue))
        lines += list("Coming from:", FamiliarLibrary.allCases.map(\.rawValue))
        lines += list("Words:", LanguageWord.names)
        lines.append("")
        for topic in HelpTopic.allCases {
            let names = builtins.all.filter { $0.topic == topic }.map(\.name)
            guard !names.isEmpty else { continue }
            lines += wrapping.paragraph("\(topic.title) (help \(topic.rawValue))")
            lines += wrapping.paragraph(names.joined(separator: " "), first: "  ")
        }
        return lines.joined(separator: "\n")
    }

    private func list(_ title: String, _ names: [String]) -> [String] {
        wrapping.paragraph("\(title) \(names.joined(separator: ", "))", next: "  ")
    }

    /// Help on a page, a topic, a word of the language or a built-in; nil if there is no such thing.
    package func text(on name: String) -> String? {
        let parts = [
            (HelpPage(rawValue: name)?.text ?? LanguageWord.text(on: name)).map { wrapping.page($0) },
            FamiliarLibrary(called: name).map { [FamiliarTable(library: $0, width: wrapping.width).text] },
            HelpTopic(rawValue: name).map(list),
            builtins.builtin(name).map { page(on: $0, called: name) },
        ].compactMap { $0?.joined(separator: "\n") }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }

    /// A word of a library that dls takes or has an answer to, and else what the help has on it; nil if there is nothing.
    package func answer(to word: String) -> String? {
        let rows = FamiliarTable.page(on: word, width: wrapping.width)
        let parts = [rows, search(for: word, hasRows: rows != nil)].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }

    /// What has a word in its name, its arguments or its summary, the best matches first; nil if nothing has.
    private func search(for word: String, hasRows: Bool) -> String? {
        let found = HelpSearch(builtins).matches(of: word)
        let pages = HelpPage.allCases.filter { word.count > 2 && HelpSearch.hasAll(word, in: $0.text) }.map(\.rawValue)
        guard !found.isEmpty || !pages.isEmpty else { return nil }
        var lines = wrapping.paragraph(
            (hasRows ? "The help has `\(word)`" : "Nothing is named `\(word)`. The help has it") + " in:")
        lines.append("")
        lines += rows(found.prefix(Self.mostMatches).map { ($0.name, $0.text) })
        if found.count > Self.mostMatches { lines.append("  and in \(found.count - Self.mostMatches) more") }
        if !pages.isEmpty { lines += list("  Pages:", pages) }
        lines.append("")
        return (lines + wrapping.paragraph("`help NAME` shows the whole page.")).joined(separator: "\n")
    }

    private static let mostMatches = 20

    package func suggestion(for name: String) -> String? {
        Suggestion.closest(
            to: name,
            among: builtins.names + HelpTopic.allCases.map(\.rawValue) + HelpPage.allCases.map(\.rawValue)
                + FamiliarLibrary.allCases.map(\.rawValue) + LanguageWord.names)
    }

    private func list(_ topic: HelpTopic) -> [String] {
        [topic.title] + rows(builtins.all.filter { $0.topic == topic }.map { ($0.name, $0.summary) })
    }

    /// Names with their texts beside them, or below them where there is no room.
    private func rows(_ entries: [(name: String, text: String)]) -> [String] {
        let left = min(28, entries.map(\.name.count).max() ?? 0) + 4
        return entries.flatMap { name, text in
            guard wrapping.width >= 60, name.count + 4 <= left else {
                return ["  " + name] + wrapping.paragraph(text, first: "      ")
            }
            let gap = String(repeating: " ", count: left - 2 - name.count)
            return wrapping.paragraph(text, first: "  " + name + gap, next: String(repeating: " ", count: left))
        }
    }

    private func page(on builtin: Builtin, called name: String) -> [String] {
        let page = BuiltinPage(entry: builtins.entry(builtin), name: name, wrapping: wrapping)
        return (name == builtin.name ? [] : ["\(name) is another name of"]) + page.lines
    }
}

extension Interpreter {
    private var help: Help { Help(builtins, width: min(max(sink.width ?? 96, 40), 120)) }

    /// Shows help on a name: of the user's own first, then built in.
    package func showHelp(_ topic: String, module: Namespace) throws {
        let name = topic.trimmed
        let text: String
        if name.isEmpty {
            text = help.overview
        } else if let found = try helpText(on: name, module: module) ?? help.answer(to: name) {
            text = found
        } else {
            let meant = help.suggestion(for: name).map { ["did you mean `\($0)`?"] }
            throw Failure(
                "there is no help on `\(name.prefix(60))`", help: meant ?? ["`help` alone lists what there is"])
        }
        try sink.emit(.text(text + "\n"))
    }

    /// The page of a built-in function that a variable hides.
    private func hiddenPage(_ name: String, _ value: Value, _ help: Help) -> String {
        guard builtins.builtin(name) != nil, let page = help.text(on: name) else { return "" }
        return "\n\nIt hides the built-in function `\(name)`, which `del \(name)` brings back:\n\n\(page)"
    }

    /// The help on a name of the user's own or a built-in one; nil if there is no such name.
    package func helpText(on name: String, module: Namespace) throws -> String? {
        if let value = module[name] { return try describe(name, value) + hiddenPage(name, value, help) }
        if let found = help.text(on: name) { return found }
        return switch name {
        case "args": "args: the arguments of a script, a list of strings"
        case "pi", "inf", "nan": "\(name): a constant"
        default: nil
        }
    }

    /// What dls has for a word of another library; nil where nothing is known of it.
    package func libraryHelp(on word: String) -> String? { FamiliarTable.page(on: word, width: 96) }

    package func describe(_ name: String, _ value: Value) throws -> String {
        if case .function(let function) = value, case .user = function.body { return function.descriptionText }
        return "\(name) is \(value.kindWithArticle)\n" + (try value.display(DisplayStyle()))
    }
}
