import Datasets
import Jupyter
import Testing

@Suite("The session of a kernel")
struct KernelSessionTests {
    private let outlet = RecordingOutlet()

    private func session() -> KernelSession {
        KernelSession(
            outlet: outlet, runsPath: nil, figureWriter: { _ in Array("<svg><title>t</title></svg>".utf8) })
    }

    /// What comes of a request, `busy` and `idle` apart.
    private func handle(_ request: Request, _ session: KernelSession) throws -> [Message] {
        outlet.sent = []
        session.handle(request)
        let states = [outlet.sent.first, outlet.sent.last].map { $0?.message.content["execution_state"]?.asString }
        #expect(states == ["busy", "idle"])
        #expect(outlet.sent.allSatisfy { $0.message.parent?.id == request.id || !outlet.waiting.isEmpty })
        return outlet.sent.dropFirst().dropLast().map(\.message)
    }

    @Test("values, texts and figures are messages in their order")
    func outputs() throws {
        let messages = try handle(cell("print 1\nplot [1, 2]\n3"), session())
        #expect(messages.map(\.type) == ["execute_input", "stream", "display_data", "execute_result", "execute_reply"])
        #expect(messages[2].content["data"]?["image/svg+xml"]?.asString?.hasPrefix("<svg") == true)
        #expect(messages[3].content["data"]?["text/plain"]?.asString == "3")
    }

    @Test("a training is one display, with a curve unless plot=false")
    func trainings() throws {
        let session = session()
        session.handle(
            cell(
                "x = randn([8, 2]); data = dataset(x, cast(x[:, 0] > 0, \"int64\")); model m() { linear 2 }; net = m()"
            ))
        for plot in ["", "plot=true", "plot=false"] {
            let messages = try handle(cell("run = train net data epochs=3 batch=4 \(plot);"), session)
            #expect(messages.count { $0.type == "display_data" } == 1)
            let last = try #require(messages.last { $0.type == "update_display_data" })
            #expect((last.content["data"]?["image/svg+xml"] == nil) == (plot == "plot=false"))
            #expect(last.content["data"]?["text/plain"]?.asString?.hasPrefix("epoch 3/3") == true)
        }
    }

    @Test("every request is framed by busy and idle, known or not")
    func states() throws {
        let session = session()
        for type in ["nothing", "comm_msg", "kernel_info_request"] { _ = try handle(request(type), session) }
        _ = try handle(
            Request(identities: [], header: [], type: "execute_request", id: "1", content: Array("{".utf8)), session)
    }

    @Test("cells that wait behind an error are aborted, and nothing else is")
    func aborts() throws {
        let session = session()
        outlet.waiting = [
            request("execute_request", id: "a"), request("complete_request", id: "b"),
            request("execute_request", id: "c"),
        ]
        outlet.sent = []
        session.handle(cell("nothing_here"))
        let replies = outlet.sent.filter { $0.channel == .shell }.map(\.message)
        #expect(replies.map { $0.content["status"]?.asString } == ["error", "aborted", "aborted"])
        #expect(replies.compactMap { $0.parent?.id } == ["r", "a", "c"])
        #expect(outlet.waiting.map(\.id) == ["b"])
    }

    @Test("stop_on_error=false aborts nothing")
    func goesOn() {
        let session = session()
        outlet.waiting = [request("execute_request", id: "a")]
        session.handle(cell("nothing_here", .init("stop_on_error", .boolean(false))))
        #expect(outlet.waiting.count == 1)
    }

    @Test("a question is asked where the client allows it")
    func questions() throws {
        outlet.answer = "Ada"
        let session = session()
        let asked = try handle(cell("input \"who? \"", .init("allow_stdin", .boolean(true))), session)
        #expect(asked.map(\.type) == ["execute_input", "input_request", "execute_result", "execute_reply"])
        #expect(asked[1].content["prompt"]?.asString == "who? ")
        let refused = try handle(cell("input()"), session)
        #expect(refused.last?.content["evalue"]?.asString?.contains("nobody to ask") == true)
    }

    @Test(
        "cursors are counted in code points", arguments: [("aé😀b", 3, 7), ("aé😀b", 0, 0), ("aé😀b", 99, 8), ("", -1, 0)])
    func places(_ code: String, _ cursor: Int, _ offset: Int) {
        #expect(CodePlace(code, cursor).offset == offset)
        #expect(CodePlace.scalars(in: code, before: offset) == min(max(cursor, 0), code.unicodeScalars.count))
    }

    @Test("history is found by its end, its numbers and patterns")
    func history() throws {
        let session = session()
        for code in ["a = 1", "a + 1", "b = 2", "a + 1"] { session.handle(cell(code)) }
        func codes(_ members: JSON.Member...) throws -> [String?] {
            let reply = try #require(try handle(request("history_request", .object(members)), session).last)
            return (reply.content["history"]?.elements ?? []).map { $0.elements?[2].asString }
        }
        func kind(_ text: String) -> JSON.Member { .init("hist_access_type", .string(text)) }
        #expect(try codes(kind("tail"), .init("n", .integer(2))) == ["b = 2", "a + 1"])
        #expect(
            try codes(kind("range"), .init("start", .integer(2)), .init("stop", .integer(4))) == ["a + 1", "b = 2"])
        #expect(try codes(kind("search"), .init("pattern", .string("*+ ?"))) == ["a + 1", "a + 1"])
        #expect(
            try codes(kind("search"), .init("pattern", .string("a*1")), .init("unique", .boolean(true)))
                == ["a = 1", "a + 1"])
    }

    @Test("code that is too long is refused, and the kernel goes on")
    func longCode() throws {
        let session = session()
        let content = [UInt8](repeating: UInt8(ascii: " "), count: 17 << 20)
        let long = Request(identities: [], header: [], type: "execute_request", id: "r", content: content)
        let messages = try handle(long, session)
        #expect(messages.map(\.type) == ["error", "execute_reply"])
        #expect(try handle(cell("1"), session).last?.content["status"]?.asString == "ok")
    }

    // MARK: Commands of the shell

    private func streams(_ messages: [Message], _ name: String) -> String {
        messages.filter { $0.type == "stream" && $0.content["name"]?.asString == name }
            .compactMap { $0.content["text"]?.asString }.joined()
    }

    @Test("commands of the shell run between the lines of code, in their order")
    func commands() throws {
        let session = session()
        let messages = try handle(
            cell("a = 1\n!echo one; echo two >&2\nprint a\n  !printf 'é%s' \\\n  x; exit 3\na + 1"), session)
        #expect(streams(messages, "stdout") == "one\n1\néx")
        #expect(streams(messages, "stderr") == "two\nthe command ended with status 3\n")
        #expect(messages.last?.content["status"]?.asString == "ok")
        #expect(messages.last?.content["execution_count"]?.asInteger == 1)
        let result = messages.first { $0.type == "execute_result" }
        #expect(result?.content["data"]?["text/plain"]?.asString == "2")
        // A sign in a text of several lines is no command.
        let text = try handle(cell("t = \"\"\"\n!echo no\n\"\"\"\nprint t"), session)
        #expect(streams(text, "stdout").contains("!echo no"))
        #expect(try handle(cell("!true"), session).last?.content["execution_count"]?.asInteger == 3)
    }

    @Test("a cell with a syntax error runs none of its commands")
    func commandsOfWrongCells() throws {
        let messages = try handle(cell("!echo no\nx = )"), session())
        #expect(streams(messages, "stdout").isEmpty)
        #expect(messages.last?.content["status"]?.asString == "error")
    }

    @Test("a command line is a whole input")
    func commandsAreComplete() throws {
        let session = session()
        for (code, status) in [
            ("!ls (", "complete"), ("x = (1 +", "incomplete"), ("!ls\nfor i in [1] {", "incomplete"),
        ] {
            let reply = try handle(request("is_complete_request", JSON(["code": .string(code)])), session).last
            #expect(reply?.content["status"]?.asString == status, "\(code)")
        }
    }

    @Test("help on functions is Markdown")
    func help() throws {
        let content = JSON(["code": .string("softmax"), "cursor_pos": .integer(3)])
        let reply = try handle(request("inspect_request", content), session()).last
        let markdown = reply?.content["data"]?["text/markdown"]?.asString
        #expect(markdown?.hasPrefix("```dls\nsoftmax(x=none, axis=-1)\n```\n\n") == true)
        #expect(markdown?.contains("\n- `axis=-1`: ") == true)
    }
}
