import Datasets
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
    ]) func goodCodeHasNoProblems(_ text: String) {
        start()
        let problems = open(text)
        #expect(problems.isEmpty, "\(problems.map(\.text))")
    }

    @Test(arguments: [
        ("x = 1\nprint y", "unknown name `y`", 1, 6), ("fn f(a) { b = a }\nb", "unknown name `b`", 1, 0),
        ("conv 8 kernal=3", "did you mean `kernel`?", 0, 7), ("x = (1 +", "", 0, 4),
        ("print \"{missing}\"", "unknown name `missing`", 0, 8), ("fn f() { return }\nreturn 1", "return", 1, 0),
        ("train net data epoch=2", "unknown name `net`", 0, 6),
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
