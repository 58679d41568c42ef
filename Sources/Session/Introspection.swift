import Language
import Runtime

/// What an editor says of a name.
package struct Inspection {
    package let name: String
    /// The text of `?name`.
    package let help: String
}

extension Session {
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
        if parts.count > 1, let value = value(of: parts) {
            help = try? interpreter.describe(name, value)
        } else if parts.count == 1 {
            help = try? interpreter.helpText(on: name, module: module)
        }
        // A method is the function of its name.
        if help == nil, parts.count > 1, interpreter.builtins.builtin(last) != nil {
            help = try? interpreter.helpText(on: last, module: Namespace(name: "built in"))
        }
        return help.map { Inspection(name: name, help: $0) }
    }

    /// What a completed name stands for, such as `function` or `tensor`, and how it is called if it can be.
    package func details(of completion: Completion) -> (type: String, signature: String?) {
        guard completion.kind == .name || completion.kind == .field else { return (completion.kind.rawValue, nil) }
        if let value = module[completion.text] ?? interpreter.builtins.value(completion.text) {
            guard case .function(let function) = value else { return (value.kindName, nil) }
            return ("function", interpreter.builtins.builtin(completion.text)?.signature ?? function.signature.text)
        }
        if CompletionContext.words.contains(completion.text) { return ("keyword", nil) }
        return (completion.kind.rawValue, nil)
    }
}
