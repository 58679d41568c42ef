import Datasets
import Language
import Runtime
import Session

/// The answers about documents.
extension LanguageServer {
    func documentAnswer(_ method: String, _ params: JSON) throws(RequestError) -> JSON {
        let answer: ((Document, JSON) throws(RequestError) -> JSON)? =
            switch method {
            case "textDocument/hover": hover
            case "textDocument/completion": completion
            case "textDocument/signatureHelp": signatureHelp
            case "textDocument/definition": definition
            case "textDocument/documentSymbol": symbols
            case "textDocument/formatting": formatting
            default: nil
            }
        guard let answer else { throw RequestError(.methodNotFound, "there is no method `\(method)`") }
        guard let uri = params["textDocument"]?["uri"]?.asString else {
            throw RequestError(.invalidParams, "`\(method)` needs textDocument.uri")
        }
        guard let document = documents[uri] else { throw RequestError(.invalidParams, "\(uri) is not open") }
        return try answer(document, params)
    }

    private func offset(_ params: JSON, in document: Document) throws(RequestError) -> Int {
        guard let offset = document.source.offset(of: params["position"], encoding) else {
            throw RequestError(.invalidParams, "the position has no line and character")
        }
        return offset
    }

    // MARK: Help

    private func hover(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let offset = try offset(params, in: document)
        let name = document.name(at: offset)
        let markdown: String
        if let name, !name.isMember, let found = document.definitions.meaning(name.name.text, at: offset).last {
            markdown =
                "```dls\n\(document.firstLine(of: found))\n```"
                + (document.comment(above: found).map { "\n\n" + $0 } ?? "")
        } else if let word = name?.name.span ?? document.word(at: offset),
            let help = session.inspect(document.text, at: word.end), help.name.hasSuffix(document.source[word])
        {
            markdown = MIMEBundle(help: help).markdown ?? help.help
        } else {
            return .null
        }
        return JSON(["contents": JSON(["kind": .string("markdown"), "value": .string(markdown)])])
    }

    private func signatureHelp(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let offset = try offset(params, in: document)
        guard let call = session.call(document.text, at: offset) else { return .null }
        var signature = call.signature
        var isMethod = call.isMethod
        if call.callee.count == 1 {
            let found = document.definitions.meaning(call.callee[0], at: offset).last
            if let found {
                isMethod = false
                signature = found.isCallable ? Signature(document.header(of: found)) : nil
            }
        }
        guard let signature else { return .null }
        let active = call.parameter(of: signature, isMethod: isMethod)
        let names = signature.parameters.map { JSON(["label": .string($0.name)]) }
        return JSON([
            "signatures": .array([
                JSON(["label": .string(signature.text), "parameters": .array(names)])
            ]),
            "activeSignature": .integer(0), "activeParameter": .integer(active),
        ])
    }

    // MARK: Completion

    private func completion(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let offset = try offset(params, in: document)
        let scope = document.definitions.filter { $0.scope.start...$0.scope.end ~= offset }
        let found = session.complete(document.text, at: offset, names: scope.map(\.name.text))
        let range = document.source.range(of: Span(found.start, offset), encoding)
        let kinds = Dictionary(scope.map { ($0.name.text, $0.kind) }) { $1 }
        let items = found.candidates.map { candidate -> JSON in
            var members: [JSON.Member] = [.init("label", .string(candidate.text))]
            let kind: Int
            if candidate.kind == .name, let own = kinds[candidate.text] {
                kind = own.completionKind
            } else {
                let (type, signature) = session.details(of: candidate)
                kind = candidate.kind.completionKind(type)
                if let signature { members.append(.init("detail", .string(signature))) }
            }
            let edit = JSON(["range": range, "newText": .string(candidate.text)])
            return .object(members + [.init("kind", .integer(kind)), .init("textEdit", edit)])
        }
        return .array(items)
    }

    // MARK: Places

    private func definition(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let offset = try offset(params, in: document)
        guard let (name, isMember) = document.name(at: offset), !isMember || document.isOfSelf(name) else {
            return .null
        }
        let uri = JSON.string(document.source.name)
        return .array(
            document.definitions.meaning(name.text, at: name.span.start).map { definition in
                JSON(["uri": uri, "range": document.source.range(of: definition.name.span, encoding)])
            })
    }

    /// The cells, in them the functions, models and classes, in those their methods.
    private func symbols(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let shown = document.definitions.filter { $0.symbolKind != nil }
        let tree = SymbolTree(document, encoding)
        let cells = document.notebook.cells.filter { $0.markerSpan != nil }
        var symbols = shown.filter { definition in
            !cells.contains { $0.span.start <= definition.span.start && definition.span.start < $0.span.end }
        }
        .outermost.map { tree.symbol($0, of: shown) }
        for cell in cells {
            let inside = shown.filter { cell.span.start <= $0.span.start && $0.span.start < cell.span.end }
            let name = cell.title.isEmpty ? "Cell \(cell.number)" : cell.title
            let namespace = 3
            symbols.append(
                tree.symbol(
                    name, kind: namespace, cell.span, cell.markerSpan ?? cell.span,
                    inside.outermost.map { tree.symbol($0, of: inside) }))
        }
        return .array(symbols)
    }

    private func formatting(_ document: Document, _ params: JSON) throws(RequestError) -> JSON {
        let options = params["options"]
        let width = min(max(options?["tabSize"]?.asInteger ?? 2, 1), 16)
        let unit = options?["insertSpaces"]?.asBoolean == false ? "\t" : String(repeating: " ", count: width)
        guard let changes = Layout.changes(document.source, document.parsed, unit: unit) else { return .null }
        return .array(
            changes.map { change in
                JSON([
                    "range": document.source.range(of: change.span, encoding), "newText": .string(change.text),
                ])
            })
    }
}

/// Makes the symbols of a document.
private struct SymbolTree {
    private let source: SourceText
    private let encoding: PositionEncoding

    init(_ document: Document, _ encoding: PositionEncoding) {
        source = document.source
        self.encoding = encoding
    }

    func symbol(_ name: String, kind: Int, _ span: Span, _ selection: Span, _ children: [JSON]) -> JSON {
        JSON([
            "name": .string(name), "kind": .integer(kind), "range": source.range(of: span, encoding),
            "selectionRange": source.range(of: selection, encoding), "children": .array(children),
        ])
    }

    func symbol(_ definition: Definition, of all: [Definition]) -> JSON {
        let inside = all.filter {
            $0.span != definition.span && definition.span.start <= $0.span.start && $0.span.end <= definition.span.end
        }
        return symbol(
            definition.name.text, kind: definition.symbolKind ?? 0, definition.span, definition.name.span,
            inside.outermost.map { symbol($0, of: inside) })
    }
}

extension [Definition] {
    /// Those that are inside no other, in the order of the text.
    fileprivate var outermost: [Definition] {
        var found: [Definition] = []
        for definition in sorted(by: { $0.span.start < $1.span.start })
        where definition.span.start >= found.last?.span.end ?? 0 { found.append(definition) }
        return found
    }
}

extension Definition {
    var isCallable: Bool { kind == .function || kind == .model || kind == .class }

    /// The numbers of the protocol: a function, a class, a structure, a constant.
    fileprivate var symbolKind: Int? {
        switch kind {
        case .function: 12
        case .class: 5
        case .model: 23
        case .param: 14
        case .parameter, .variable, .module: nil
        }
    }

}

extension Definition.Kind {
    /// The numbers that the protocol has for the kinds of completions.
    fileprivate var completionKind: Int {
        switch self {
        case .function: 3
        case .class: 7
        case .model: 22
        case .param: 21
        case .module: 9
        case .parameter, .variable: 6
        }
    }
}

extension Completion.Kind {
    fileprivate func completionKind(_ type: String) -> Int {
        switch self {
        case .name: type == "function" ? 3 : type == "keyword" ? 14 : 6
        case .field: 5
        case .method: 2
        case .argument: 10
        case .file: 17
        case .word: 12
        }
    }
}

extension Document {
    /// The word of the language at an offset, such as `sweep`.
    fileprivate func word(at offset: Int) -> Span? {
        tokens.first { $0.start <= offset && offset <= $0.end && Token.Kind.reservedWords[source[$0.span]] != nil }?
            .span
    }

    /// Whether a name is the `f` of `self.f`.
    fileprivate func isOfSelf(_ name: Identifier) -> Bool {
        source[Span(max(0, name.span.start - 5), name.span.start)] == "self."
    }

    /// `fn f(x)` of a function; an assignment itself.
    fileprivate func firstLine(of definition: Definition) -> String {
        let line = source[definition.heading].split(separator: "\n").first ?? ""
        guard definition.isCallable, let end = line.lastIndex(where: { !" ={".contains($0) }) else {
            return String(line)
        }
        return String(line[...end])
    }

    /// `f(x, scale=2)` of `fn f(x, scale=2) {`.
    fileprivate func header(of definition: Definition) -> String {
        let text = source[Span(definition.name.span.start, definition.heading.end)]
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            if text[index] == ")", depth == 0 { return String(text[...index]) }
        }
        return definition.name.text + "()"
    }
}
