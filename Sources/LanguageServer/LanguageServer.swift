import Datasets
import Language
import Runtime
import Session

/// Answers an editor about scripts and notebooks. Nothing of a document is run.
///
/// - Source: Language Server Protocol 3.17.
package final class LanguageServer {
    let session = Session(sink: NoSink())
    var documents: [String: Document] = [:]
    var encoding = PositionEncoding.utf16
    private var state = State.new
    private var outgoing: [JSON] = []
    /// Documents whose problems have not been told since they changed.
    private var changed: [String] = []

    private enum State { case new, running, shutDown, ended }

    /// The status to end with, once the client has asked for the end: 0 where it had said `shutdown` before.
    package private(set) var exitStatus: Int32?

    package init() {}

    // MARK: Messages

    /// Takes what came, and returns the messages that answer it. What is wrong in documents is told at the end, once for
    /// all their changes; a request that a later message cancels is not worked on.
    package func handle(_ frames: [MessageFraming.Frame]) -> [JSON] {
        var messages: [JSON] = []
        for frame in frames {
            switch frame {
            case .content(let bytes):
                do { messages.append(try JSON(parsing: bytes, .document)) } catch {
                    fail(.null, .parseError, "the message is not JSON: \(error.reason)")
                }
            case .damaged: fail(.null, .parseError, "the header of a message has no Content-Length")
            case .tooLong(let count):
                show("a message of \(count) bytes was skipped: dls takes up to \(MessageFraming.longestContent)")
            }
        }
        let cancelled = messages.compactMap {
            $0["method"]?.asString == "$/cancelRequest" ? $0["params"]?["id"] : nil
        }
        for message in messages where state != .ended { handle(message, isCancelled: { cancelled.contains($0) }) }
        publishProblems()
        defer { outgoing = [] }
        return outgoing
    }

    private func handle(_ message: JSON, isCancelled: (JSON) -> Bool) {
        guard let method = message["method"]?.asString else {
            // An answer to a request: none is made here.
            if message["id"] != nil, message["result"] != nil || message["error"] != nil { return }
            return fail(message["id"] ?? .null, .invalidRequest, "the message has no method")
        }
        let params = message["params"] ?? .null
        guard let id = message["id"] else { return notify(method, params) }
        guard id.asString != nil || id.asInteger != nil else {
            return fail(.null, .invalidRequest, "the id of a request is a number or a text")
        }
        if isCancelled(id) { return fail(id, .requestCancelled, "the request was cancelled") }
        do throws(RequestError) {
            send(["id": id, "result": try answer(method, params)])
        } catch {
            fail(id, error.code, error.message)
        }
    }

    private func notify(_ method: String, _ params: JSON) {
        if method == "exit" {
            exitStatus = state == .shutDown ? 0 : 1
            state = .ended
        }
        guard state == .running, let document = params["textDocument"], let uri = document["uri"]?.asString else {
            return
        }
        switch method {
        case "textDocument/didOpen":
            guard let text = document["text"]?.asString else { return }
            replace(uri, Array(text.utf8), version: document["version"]?.asInteger)
        case "textDocument/didChange":
            guard let bytes = bytes(of: documents[uri], changedBy: params["contentChanges"]) else {
                // What the editor has is not known any more.
                documents[uri] = nil
                return show("a change of \(uri) does not fit; open it again")
            }
            replace(uri, bytes, version: document["version"]?.asInteger)
        case "textDocument/didClose":
            documents[uri] = nil
            changed.removeAll { $0 == uri }
            send(problems: [], of: uri, version: nil)
        default: break
        }
    }

    private func bytes(of document: Document?, changedBy changes: JSON?) -> [UInt8]? {
        guard var bytes = document?.source.bytes, let changes = changes?.elements else { return nil }
        for change in changes {
            guard let text = change["text"]?.asString else { return nil }
            guard let range = change["range"] else {
                bytes = Array(text.utf8)
                continue
            }
            guard let span = SourceText(name: "", bytes: bytes).span(of: range, encoding) else { return nil }
            bytes.replaceSubrange(span.start..<span.end, with: text.utf8)
        }
        return bytes
    }

    private func replace(_ uri: String, _ bytes: [UInt8], version: Int?) {
        documents[uri] = Document(bytes, version: version, uri: uri)
        if !changed.contains(uri) { changed.append(uri) }
    }

    private func answer(_ method: String, _ params: JSON) throws(RequestError) -> JSON {
        switch (state, method) {
        case (.new, "initialize"):
            state = .running
            return initialize(params)
        case (.new, _): throw RequestError(.serverNotInitialized, "`initialize` comes first")
        case (.running, "initialize"): throw RequestError(.invalidRequest, "the server is initialized already")
        case (.running, "shutdown"):
            state = .shutDown
            return .null
        case (.running, _): return try documentAnswer(method, params)
        case (.shutDown, _), (.ended, _): throw RequestError(.invalidRequest, "the server is shut down")
        }
    }

    private func initialize(_ params: JSON) -> JSON {
        let offered = params["capabilities"]?["general"]?["positionEncodings"]?.elements ?? []
        // No conversion is the quickest.
        if offered.contains(.string(PositionEncoding.utf8.rawValue)) { encoding = .utf8 }
        return JSON([
            "capabilities": JSON([
                "positionEncoding": .string(encoding.rawValue),
                "textDocumentSync": JSON(["openClose": .boolean(true), "change": .integer(2)]),
                "hoverProvider": .boolean(true),
                "completionProvider": JSON(["triggerCharacters": .array([".", "=", "\"", "("].map { .string($0) })]),
                "signatureHelpProvider": JSON(["triggerCharacters": .array(["(", ",", " "].map { .string($0) })]),
                "definitionProvider": .boolean(true),
                "documentSymbolProvider": .boolean(true),
                "documentFormattingProvider": .boolean(true),
            ]),
            "serverInfo": JSON(["name": .string("dls"), "version": .string(dlsVersion)]),
        ])
    }

    // MARK: Sending

    private func send(_ members: KeyValuePairs<String, JSON>) {
        outgoing.append(.object([.init("jsonrpc", .string("2.0"))] + members.map { .init($0.key, $0.value) }))
    }

    private func fail(_ id: JSON, _ code: RequestError.Code, _ message: String) {
        send(["id": id, "error": JSON(["code": .integer(code.rawValue), "message": .string(message)])])
    }

    private func show(_ text: String) {
        let warning = 2
        send([
            "method": .string("window/showMessage"),
            "params": JSON(["type": .integer(warning), "message": .string(text)]),
        ])
    }

    private func publishProblems() {
        for uri in changed {
            guard let document = documents[uri] else { continue }
            let problems =
                document.notebook.diagnostics
                + session.problems(in: document.source, document.parsed, document.notebook)
            send(problems: problems.map { report($0, document.source) }, of: uri, version: document.version)
        }
        changed = []
    }

    private func send(problems: [JSON], of uri: String, version: Int?) {
        let members = [JSON.Member("uri", .string(uri))] + (version.map { [.init("version", .integer($0))] } ?? [])
        send([
            "method": .string("textDocument/publishDiagnostics"),
            "params": .object(members + [.init("diagnostics", .array(problems))]),
        ])
    }

    private func report(_ problem: Diagnostic, _ source: SourceText) -> JSON {
        let error = 1
        let lines = [problem.message] + (problem.label.map { [$0] } ?? []) + problem.help
        return JSON([
            "range": source.range(of: problem.location?.span ?? Span(0, 0), encoding), "severity": .integer(error),
            "source": .string("dls"), "message": .string(lines.joined(separator: "\n")),
        ])
    }
}

/// Why a request has no answer.
struct RequestError: Error {
    /// The codes of JSON-RPC and of the protocol.
    enum Code: Int {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
        case serverNotInitialized = -32002
        case requestCancelled = -32800
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Nothing runs, so nothing is shown.
private final class NoSink: OutputSink {
    func emit(_ output: Output) throws {}
}
