import Language
import Runtime

/// What an editor says of a name.
package struct Inspection {
    package let name: String
    /// The text of `?name`.
    package let help: String
    /// The same in Markdown, of a built-in function.
    package let markdown: String?

    package init(name: String, help: String, markdown: String? = nil) {
        self.name = name
        self.help = help
        self.markdown = markdown
    }
}

/// A call whose arguments are being written.
package struct OpenCall {
    package let callee: [String]
    /// Of a function that the session knows.
    package let signature: Signature?
    /// The argument that the cursor is in, from 0, and its name if that is written.
    package let argument: Int
    package let label: String?
    /// Whether what stands before the point is the first argument.
    package let isMethod: Bool

    /// The parameter of a signature that the cursor is at; their number where there is none.
    package func parameter(of signature: Signature, isMethod: Bool) -> Int {
        let end = signature.parameters.count
        if let label { return signature.index(of: label) ?? end }
        // All further values are of `*rest`.
        let rest = signature.parameters.firstIndex { if case .rest = $0.kind { true } else { false } }
        return min(argument + (isMethod ? 1 : 0), rest ?? end)
    }
}

extension Session {
    /// The innermost call whose arguments a byte offset of a text is in.
    package func call(_ text: String, at offset: Int) -> OpenCall? {
        var bytes = Array(text.utf8.prefix(offset))
        // Brackets and blanks in a text that is still open are none of the language.
        if let (start, isText) = CompletionContext.openString(bytes) {
            bytes.removeLast(bytes.count - start + (isText ? 3 : 1))
        }
        guard let (callee, start) = CompletionContext.openArguments(bytes, before: bytes.count) else { return nil }
        let isCommand = start == 0 || bytes[start - 1] != UInt8(ascii: "(")
        let last = CompletionContext.lastArgument(bytes[start...], isCommand: isCommand)
        var isMethod = callee.count > 1
        if isMethod, case .function? = value(of: callee) { isMethod = false }
        return OpenCall(
            callee: callee, signature: function(called: callee)?.signature, argument: last.index, label: last.label,
            isMethod: isMethod)
    }

    /// The help on the name at a byte offset of a text, else on the function whose arguments are written there.
    ///
    /// No code is run.
    package func inspect(_ text: String, at offset: Int) -> Inspection? {
        let bytes = Array(text.utf8)
        let place = min(max(offset, 0), bytes.count)
        var end = place
        while end < bytes.count, CompletionContext.isNameByte(bytes[end]) { end += 1 }
        let name = CompletionContext.dottedName(bytes, endingAt: end)
        if let found = inspection(of: name) { return found }
        return CompletionContext.openCall(Array(bytes[..<place]), before: place).flatMap(inspection)
    }

    private func inspection(of parts: [String]) -> Inspection? {
        guard let last = parts.last else { return nil }
        let name = parts.joined(separator: ".")
        var help: String?
        var builtin = interpreter.builtins.builtin(last)
        if parts.count > 1, let value = value(of: parts) {
            // Of a function of a module there is more to tell than what it is.
            let isOfModule = self.value(of: Array(parts.dropLast()))?.kindName == "module"
            help = (isOfModule ? interpreter.libraryHelp(on: last) : nil) ?? (try? interpreter.describe(name, value))
            builtin = nil
        } else if parts.count == 1 {
            help = try? interpreter.helpText(on: name, module: module)
            if module[name] != nil { builtin = nil }
        }
        // A method is the function of its name.
        if help == nil, parts.count > 1, builtin != nil {
            help = try? interpreter.helpText(on: last, module: Namespace(name: "built in"))
        }
        if help == nil { help = interpreter.libraryHelp(on: last) }
        let markdown = builtin.map { HelpMarkdown(entry: interpreter.builtins.entry($0)).text }
        return help.map { Inspection(name: name, help: $0, markdown: markdown) }
    }

    /// What a completed name stands for, such as `function` or `tensor`, and how it is called if it can be.
    package func details(of completion: Completion) -> (type: String, signature: String?) {
        guard completion.kind == .name || completion.kind == .method else { return (completion.kind.rawValue, nil) }
        if let value = module[completion.text] ?? interpreter.builtins.value(completion.text) {
            guard case .function(let function) = value else { return (value.kindName, nil) }
            return ("function", interpreter.builtins.builtin(completion.text)?.signature ?? function.signature.text)
        }
        if CompletionContext.words.contains(completion.text) { return ("keyword", nil) }
        return (completion.kind.rawValue, nil)
    }
}

extension Session {
    /// What is wrong in a text, as far as it shows without running it: its syntax, else what the interpreter is certain of.
    ///
    /// - Parameter notebook: The text by its cells: those that fail on purpose, or do not run, may be wrong.
    package func problems(in source: SourceText, _ parsed: ParseResult, _ notebook: Notebook) -> [Diagnostic] {
        guard parsed.diagnostics.isEmpty else { return parsed.diagnostics }
        let mayFail = notebook.cells.filter { !$0.tags.isDisjoint(with: [.raises, .skip]) }.map(\.span)
        return interpreter.problems(in: parsed.block.statements, of: source, mayFail: mayFail)
    }
}
