import Language

/// What the text of a program asks for beyond computing.
package struct FileRequest {
    package enum Kind: String {
        case reads, writes
        /// Code of another file.
        case runs
        /// Kept runs.
        case forgets
    }

    package let kind: Kind
    /// The paths that stand in it; empty where they are computed.
    package let paths: [String]
    package let span: Span
}

extension Interpreter {
    /// What a program asks for by name, as far as its text tells: there are ways that it does not tell.
    package func fileRequests(in statements: [Statement], of source: SourceText) -> [FileRequest] {
        let uses = OuterUses()
        var compiler = Compiler(source: source, module: Namespace(name: module.name), builtins: builtins)
        compiler.uses = uses
        // What cannot be compiled does not run.
        for statement in statements { _ = try? compiler.compileTopLevel(statement) }
        var requests = uses.calls.compactMap(\.fileRequest)
        for statement in statements {
            guard case .import(let path, _, _) = statement.kind else { continue }
            if case .string(let text) = path.kind, FamiliarNames.isLibrary(text) { continue }
            requests.append(FileRequest(kind: .runs, paths: path.literal.map { [$0] } ?? [], span: statement.span))
        }
        // A function that is called by another name, or by `map`.
        let called = Set(uses.calls.map(\.name.span))
        for name in uses.names where !called.contains(name.span) {
            guard let kind = OuterUses.Call.kinds[name.text], kind != .runs else { continue }
            requests.append(FileRequest(kind: kind, paths: [], span: name.span))
        }
        return requests.sorted { $0.span.start < $1.span.start }
    }
}

extension OuterUses.Call {
    fileprivate static let kinds: [String: FileRequest.Kind] = {
        let words: [(FileRequest.Kind, String)] = [
            (.reads, "read lines exists files load load_weights corpus vocabularies open"),
            (.reads, "read_csv loadtxt genfromtxt listdir glob isfile isdir"),
            (.writes, "save to_csv make_folder savefig makedirs mkdir"), (.runs, "run"), (.forgets, "forget"),
        ]
        return Dictionary(
            uniqueKeysWithValues: words.flatMap { kind, names in
                names.split(separator: " ").map { (String($0), kind) }
            })
    }()

    fileprivate var fileRequest: FileRequest? {
        let texts = arguments.compactMap(\.value.literal)
        if name.text == "train" {
            let kept = arguments.filter { ["checkpoint", "resume"].contains($0.label?.text) }
            return kept.isEmpty
                ? nil : FileRequest(kind: .writes, paths: kept.compactMap(\.value.literal), span: span)
        }
        guard var kind = Self.kinds[name.text] else { return nil }
        if name.text == "open", opensToWrite { kind = .writes }
        // `xs.lines()`, `json.load(file)` and `run(17)` name no file.
        if texts.isEmpty, isMember && kind == .reads || kind == .runs && arguments.first?.value.isNumber != false {
            return nil
        }
        return FileRequest(kind: kind, paths: texts, span: span)
    }

    private var opensToWrite: Bool {
        let mode =
            arguments.first { $0.label?.text == "mode" } ?? arguments.filter { $0.label == nil }.dropFirst().first
        guard let mode else { return arguments.contains { $0.expansion != nil } }
        return mode.value.literal?.hasPrefix("r") != true
    }
}

extension Expression {
    fileprivate var literal: String? {
        if case .string(let text) = kind { text } else { nil }
    }

    fileprivate var isNumber: Bool {
        switch kind {
        case .number, .whole: true
        default: false
        }
    }
}
