import Datasets
import Foundation
import LanguageServer
import Testing

@Suite struct LanguageServerTests {
    private let server = LanguageServer()
    private let uri = "file:///a.dls"

    private func handle(_ messages: String...) -> [JSON] {
        server.handle(messages.map { .content(Array($0.utf8)) })
    }

    private func start(_ capabilities: String = "{}") {
        _ = handle(#"{"id":0,"method":"initialize","params":{"capabilities":\#(capabilities)}}"#)
    }

    private func open(_ text: String) -> [JSON] {
        let document = JSON(["uri": .string(uri), "version": .integer(1), "text": .string(text)])
        let told = handle(
            JSON(["method": .string("textDocument/didOpen"), "params": JSON(["textDocument": document])]).text)
        return told.first?["params"]?["diagnostics"]?.elements ?? []
    }

    private func ask(_ method: String, _ line: Int = 0, _ character: Int = 0) -> JSON? {
        handle(
            """
            {"id":7,"method":"textDocument/\(method)","params":{"textDocument":{"uri":"\(uri)"},
            "position":{"line":\(line),"character":\(character)}}}
            """
        ).first?["result"]
    }

    private func code(_ messages: [JSON]) -> Int? { messages.first?["error"]?["code"]?.asInteger }

    @Test func theProtocolsOrderIsKept() {
        #expect(code(handle(#"{"id":1,"method":"shutdown"}"#)) == -32002)
        #expect(handle(#"{"method":"textDocument/didOpen","params":{}}"#).isEmpty)
        start()
        #expect(code(handle(#"{"id":1,"method":"initialize"}"#)) == -32600)
        #expect(code(handle(#"{"id":1,"method":"textDocument/nothing"}"#)) == -32601)
        #expect(handle(#"{"method":"$/nothing"}"#).isEmpty)
        #expect(handle(#"{"id":1,"method":"shutdown"}"#).first?["result"] == .null)
        #expect(code(handle(#"{"id":2,"method":"textDocument/hover"}"#)) == -32600)
        #expect(server.exitStatus == nil)
        #expect(handle(#"{"method":"exit"}"#, #"{"id":3,"method":"shutdown"}"#).isEmpty)
        #expect(server.exitStatus == 0)
    }

    @Test func anExitWithoutShutdownIsAFailure() {
        start()
        _ = handle(#"{"method":"exit"}"#)
        #expect(server.exitStatus == 1)
    }

    @Test(arguments: [
        ("{", -32700), ("\u{FF}", -32700), ("[]", -32600), ("1", -32600), ("{}", -32600),
        (#"{"id":null,"method":"shutdown"}"#, -32600), (#"{"id":[1],"method":"shutdown"}"#, -32600),
        (#"{"id":1,"method":2}"#, -32600), (#"{"id":1,"method":"textDocument/hover"}"#, -32602),
        (#"{"id":1,"method":"textDocument/hover","params":[]}"#, -32602),
        (#"{"id":1,"method":"textDocument/hover","params":{"textDocument":{"uri":"x"}}}"#, -32602),
    ]) func damagedMessagesAreAnswered(_ message: String, _ expected: Int) {
        start()
        #expect(code(handle(message)) == expected)
        #expect(handle(#"{"id":1,"method":"shutdown"}"#).first?["result"] == .null, "the server goes on")
    }

    @Test(arguments: [
        #"{"line":-1,"character":0}"#, #"{"line":"0"}"#, "null", #"{"line":1e99,"character":0}"#,
    ]) func wrongPositionsAreRefused(_ position: String) {
        start()
        _ = open("x = 1")
        let params = #"{"textDocument":{"uri":"\#(uri)"},"position":\#(position)}"#
        #expect(code(handle(#"{"id":1,"method":"textDocument/hover","params":\#(params)}"#)) == -32602)
    }

    @Test func aCancelledRequestIsNotWorkedOn() {
        start()
        let answers = handle(
            #"{"id":"a","method":"shutdown"}"#, #"{"method":"$/cancelRequest","params":{"id":"a"}}"#)
        #expect(code(answers) == -32800)
    }

    @Test func problemsAreToldOnceForSeveralChanges() {
        start()
        _ = open("x = 1")
        func change(_ version: Int, _ range: String, _ text: String) -> String {
            #"{"method":"textDocument/didChange","params":{"textDocument":{"uri":"\#(uri)","version":\#(version)},"#
                + #""contentChanges":[{\#(range)"text":"\#(text)"}]}}"#
        }
        let range = #""range":{"start":{"line":0,"character":4},"end":{"line":0,"character":5}},"#
        let told = handle(change(2, range, "y"), change(3, range, "(z"))
        #expect(told.count == 1)
        #expect(told[0]["params"]?["version"] == .integer(3))
        #expect(told[0]["params"]?["diagnostics"]?.elements?.count == 1)
        let wrong = #""range":{"start":{"line":3,"character":0},"end":{"line":0,"character":0}},"#
        #expect(handle(change(4, wrong, "")).first?["method"]?.asString == "window/showMessage")
    }

    @Test(arguments: [
        ("{}", 12), (#"{"general":{"positionEncodings":["utf-16","utf-8"]}}"#, 15),
    ]) func columnsAreCountedAsTheClientDoes(_ capabilities: String, _ column: Int) {
        start(capabilities)
        let problems = open("x = \"é𝄞\" + unknown_name")
        #expect(problems.count == 1)
        #expect(problems[0]["range"]?["start"]?["character"]?.asInteger == column)
    }

    @Test(arguments: [
        "for i in range(3) { print i }\nprint i", "fn f(a) { b = a; b }\nf(1)", "fn f() = later\nlater = 1",
        "[a * b for a, b in [[1, 2]] if a > 0]", "t = sweep rate in [1, 2] { {r=rate} }",
        "model m(n) { h = linear n; relu; fn forward(x) { h(x) } }", "try { assert false } catch e { print e.message }",
        "class A(x) { y = 2; fn f() = x + y + self.z; self.z = 3 }",
        "class A(x) { }\nclass B(x) : A(x) { fn g() = super.g() }",
        "import \"lib.dls\"\nprint from_there", "import numpy as np\nnp.zeros([2])\nfrom torch import nn",
        "param epochs = 3\nprint epochs", "a, *b = [1, 2]\nprint b", "print _ + _3", "x = [1].sort().nothing",
        "load \"w.workspace\"\nprint brought", "zeros([2]).mean(dim=0)", "relu(x=tensor([1]), inplace=true)",
        "f = x -> x + 1\n(y, z=2) -> y", "sorted([1], key=(x -> -x))",
        // Shapes that may be others by then.
        "x = zeros([2, 3])\nif rand() > 0.5 { x = zeros([4, 5]) }\nx @ zeros([5, 1])",
        "x = zeros([2, 3])\nfn grow() { x += zeros([4, 2, 3]) }\ngrow()\nx @ zeros([4, 3, 1])",
        "x = zeros([3])\nfor i in range(2) { x = stack([x, x]) }\nx + zeros([2])",
        "x = zeros([2, 3])\ntry { x @ x } catch e { print e.message }",
        "x = zeros([2, 3])\nif x.ndim == 3 { x @ x }\nx.ndim == 3 and x @ x",
        "x = zeros([2, 3])\nwhile false { x @ x }\nfn never() = zeros([2, 3]) @ zeros([2, 3])",
        "x = zeros([2, 3])\nfor i in [] { if i > 0 { continue }; x @ x }", "x = zeros([2, 3])\nquit()\nx @ x",
        "param n = 3\nzeros([n, 2]) @ zeros([5, 5])", "zeros = (x -> 1)\nzeros([2, 3]) + ones([4, 5])",
        "s = [2, 3]\nfn f() { s.append(4) }\nf()\nzeros(s) + zeros([3, 4])", "x = zeros([2])\nx[true]",
        "import \"lib.dls\"\nx = zeros([2, 3])\nx @ x", "# %% [raises]\nzeros([2, 3]) @ zeros([2, 3])\nnothing",
        "x = zeros([2, 3])\n# %% [raises]\nx = nothing\n# %%\nx + ones([2, 1])",
        "r = {sum=(axes=1) -> 2}\nr.sum(axes=3)",
        "class A() { fn sum(axes) = axes }\nA().sum(axes=3)", "fn f(x) = x.sum(axes=1)",
        "try { zeros([2], dtyp=1).sum(axes=1) } catch e { print e.message }",
        "x = zeros([4, 3])\nx.max(dim=1).values + ones([4])\nx.reshape([-1]) + ones([12])\nx.T @ x + ones([3, 3])",
        "x = ones([3])\nx.float() + zeros([2, 3]) @ ones([3])[None, :].T",
    ]) func goodCodeHasNoProblems(_ text: String) {
        start()
        let problems = open(text)
        #expect(problems.isEmpty, "\(problems.map(\.text))")
    }

    @Test(arguments: [
        ("x = 1\nprint y", "unknown name `y`", 1, 6), ("fn f(a) { b = a }\nb", "unknown name `b`", 1, 0),
        ("conv 8 kernal=3", "did you mean `kernel`?", 0, 7), ("x = (1 +", "not closed", 0, 4),
        ("print \"{missing}\"", "unknown name `missing`", 0, 8), ("fn f() { return }\nreturn 1", "return", 1, 0),
        ("train net data epoch=2", "unknown name `net`", 0, 6),
        ("x = zeros([2, 3])\nx.sum(axes=1)", "did you mean `axis`?", 1, 6),
        ("fn f() { x = zeros([2]); x.mean(0, keep=true) }", "no argument `keep`", 0, 35),
        ("zeros([2, 3]) @ zeros([4, 5])", "of shapes [2, 3] and [4, 5]", 0, 0),
        ("n = 4\nw = randn(n, 3)\nb = w + ones([n])", "[4, 3] and [4]", 2, 4),
        ("x = ones([2, 3])\nx.reshape([4, 2])", "reshape keeps the number", 1, 0),
        ("x = ones([2, 3])\nx.sum(axis=2)", "axis 2", 1, 0), ("x = ones([2, 3])\nx[2]", "index 2", 1, 0),
        ("x = ones([2, 3])\nfor i in range(3) { x = x @ ones([3, 3])\nx @ x }", "[2, 3] and [2, 3]", 2, 0),
        ("concat([ones([2, 3]), ones([2, 4])])", "[2, 4]", 0, 0), ("tensor([[1, 2], [3, 4]]) * ones(3)", "[3]", 0, 0),
        ("x = relu(ones([2, 3])).T[:, 1]\nx < ones(2)", "[3] and [2]", 1, 0),
    ]) func certainMistakesAreTold(_ text: String, _ message: String, _ line: Int, _ character: Int) {
        start()
        let problem = open(text).first
        #expect(problem?["message"]?.asString?.contains(message) == true, "\(problem?.text ?? "none")")
        #expect(problem?["range"]?["start"]?["line"] == .integer(line))
        #expect(problem?["range"]?["start"]?["character"] == .integer(character))
    }

    @Test func helpIsMarkdown() {
        start()
        _ = open("# Twice.\nfn f(x, by=2) = x * by\nf(1)\nsoftmax([1])\nsweep\nf(\"softmax\")")
        let own = ask("hover", 2, 0)?["contents"]
        #expect(own?["kind"]?.asString == "markdown")
        #expect(own?["value"]?.asString == "```dls\nfn f(x, by=2)\n```\n\nTwice.")
        #expect(ask("hover", 3, 2)?["contents"]?["value"]?.asString?.contains("softmax(") == true)
        #expect(ask("hover", 5, 6) == .null, "a text is no name")
        #expect(ask("hover", 2, 3) == .null, "a number has no help")
    }

    @Test func definitionsAreThoseOfTheInnermostScope() {
        start()
        _ = open("x = 1\nfn f(x) = x\nx\nclass A() { v = 1; fn g() = self.v }\nnothing.f")
        func places(_ line: Int, _ character: Int) -> [JSON?] {
            ask("definition", line, character)?.elements?.map { $0["range"]?["start"] } ?? []
        }
        func at(_ line: Int, _ character: Int) -> JSON {
            JSON(["line": .integer(line), "character": .integer(character)])
        }
        #expect(places(1, 10) == [at(1, 5)])
        #expect(places(2, 0) == [at(0, 0)])
        #expect(places(3, 33) == [at(3, 12)])
        #expect(places(4, 8).isEmpty)
    }

    @Test func completionHasTheNamesInReach() {
        start()
        _ = open("model net_of(k) { linear k }\nfn g(netting) = netting\nnet\nnp.zer\nconv 8 ke")
        func labels(_ line: Int, _ character: Int) -> [String] {
            ask("completion", line, character)?.elements?.compactMap { $0["label"]?.asString } ?? []
        }
        #expect(labels(2, 3).contains("net_of") && !labels(2, 3).contains("netting"))
        #expect(labels(1, 23).contains("netting"))
        #expect(labels(3, 6).contains("zeros"))
        #expect(labels(4, 9).contains("kernel="))
    }

    @Test func programsHaveNoProblems() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        start()
        var count = 0
        for folder in ["examples", "Tests/RuntimeTests/Programs"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() where file.pathExtension == "dls" {
                count += 1
                for problem in open(try String(contentsOf: file, encoding: .utf8)) {
                    let message = problem["message"]?.asString ?? ""
                    // Some use unknown names on purpose.
                    #expect(message.hasPrefix("unknown name"), "\(file.lastPathComponent): \(message)")
                }
            }
        }
        #expect(count > 50)
    }

    @Test(arguments: [
        ("x = zeros([2])\nx.", "reshape"), ("zeros([2]).resh", "reshape"), ("x = zeros([2])\n(x + 1).T.", "shape"),
        ("fn f(a) { t = \"b\"\nt.", "upper"), ("\"b\".", "upper"), ("l = [1]\nl.", "append"), ("r = {lr=1}\nr.", "lr"),
        ("class A(x) { v = x; fn g() = self.w; self.w = 2 }\na = A(1)\na.", "w"),
        ("model m() { linear 1 }\nnet = m()\nnet.", "parameter_count"), ("t = table([{a=1}])\nt.", "select"),
        ("model m() { linear 1 }\nr = train m() d\nr.", "history"),
    ]) func completionKnowsTypes(_ text: String, _ member: String) {
        start()
        _ = open(text)
        let lines = text.split(separator: "\n")
        let found = ask("completion", lines.count - 1, lines.last?.count ?? 0)?.elements ?? []
        let labels = found.compactMap { $0["label"]?.asString }
        #expect(labels.contains(member), "\(labels)")
        #expect(Set(labels).count == labels.count)
    }

    @Test(arguments: [
        ("conv(8, ", "conv(", 1), ("conv 8 ", "conv(", 1), ("conv 8 stride=", "conv(", 3),
        ("f(1, g(2), ", "f(a, b, c)", 2),
        ("f(1, c=", "f(a, b, c)", 2),
    ]) func signaturesKnowTheArgument(_ text: String, _ label: String, _ index: Int) {
        start()
        _ = open("fn f(a, b, c) = a\n\(text)")
        // What is not whole yet has no definitions but those that were read.
        let help = ask("signatureHelp", 1, text.utf16.count)
        let signature = help?["signatures"]?.elements?.first
        #expect(signature?["label"]?.asString?.hasPrefix(label) == true, "\(help?.text ?? "none")")
        let parameters = signature?["parameters"]?.elements ?? []
        if text.hasSuffix("stride=") {
            #expect(parameters[help?["activeParameter"]?.asInteger ?? 0]["label"] == .string("stride"))
        } else {
            #expect(help?["activeParameter"] == .integer(index))
        }
    }

    @Test func symbolsAreCellsWithWhatIsInThem() {
        start()
        _ = open("fn first() = 1\n# %% Models\nmodel m() { fn forward(x) = x }\n# %%\nclass A() { fn f() = 1 }\nx = 2")
        let symbols = ask("documentSymbol")?.elements ?? []
        func names(_ symbols: [JSON]?) -> [String?] { symbols?.map { $0["name"]?.asString } ?? [] }
        #expect(names(symbols) == ["first", "Models", "Cell 2"])
        #expect(names(symbols[1]["children"]?.elements) == ["m"])
        #expect(names(symbols[1]["children"]?.elements?.first?["children"]?.elements) == ["forward"])
        #expect(names(symbols[2]["children"]?.elements?.first?["children"]?.elements) == ["f"])
    }
}
