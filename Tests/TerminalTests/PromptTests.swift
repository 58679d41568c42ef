import Glibc
import Testing

/// What only a terminal shows. `PromptProbe` stands in for the session: it echoes inputs as `<input>`.
@Suite("The prompt on a terminal")
struct PromptTests {
    private let session = ProbeSession()

    @Test("inputs are numbered, and Ctrl-D leaves")
    func numbersAndEnd() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("one\r")
        try terminal.expect("<one>")
        try terminal.expect("[2]> ")
        // Not on a line that holds something.
        terminal.type("ab\u{1}\u{4}\r")
        try terminal.expect("<b>")
        try terminal.expect("[3]> ")
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
        // The shell's prompt comes in the next line.
        try terminal.expect("\n")
        #expect(throws: PseudoTerminal.TimedOut.self) { try terminal.expect("\n", seconds: 1) }
    }

    @Test("Ctrl-D typed before the prompt is there leaves, too")
    func endTypedAhead() throws {
        let terminal = try session.start()
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
    }

    @Test("an input can say which status dls ends with")
    func quits() throws {
        let terminal = try session.start()
        try terminal.expect("> ")
        terminal.type("quit\r")
        #expect(try terminal.status() == 7)
    }

    @Test("an open bracket goes on in the next line, and the whole is one entry of the history")
    func continuation() throws {
        do {
            let terminal = try session.start()
            try terminal.expect("[1]> ")
            terminal.type("f {\r")
            try terminal.expect("... ")
            terminal.type("  x\r")
            try terminal.expect("... ")
            terminal.type("}\r")
            try terminal.expect("<f {|  x|}>")
            try terminal.expect("[2]> ")
            terminal.type("\u{4}")
            #expect(try terminal.status() == 0)
        }
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("\u{1b}[A\r")
        try terminal.expect("<f {|  x|}>")
    }

    @Test("Alt-Enter is a new line, and Up and Down move inside the block")
    func blocks() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("one\u{1b}\rtwo\u{1b}\nthree\r")
        try terminal.expect("<one|two|three>")
        try terminal.expect("[2]> ")
        // From the end of `three` to `two` and `one`, and back to `two`.
        terminal.type("\u{1b}[A\u{1b}[A\u{1b}[AX\u{1b}[BY\r")
        try terminal.expect("<oneX|twoY|three>")
        try terminal.expect("[3]> ")
        // From the first line to the input before.
        terminal.type("\u{1b}[A\u{1b}[A\u{1b}[A\u{1b}[A\u{5}!\r")
        try terminal.expect("<one|two|three!>")
    }

    @Test("Right takes the suggestion of an earlier input, which is in grey")
    func suggestions() throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""])
        try terminal.expect("[1]> ")
        terminal.type("first thing\r")
        try terminal.expect("[2]> ")
        terminal.type("fir")
        try terminal.expect("\u{1b}[90mst thing\u{1b}[0m")
        terminal.type("\u{1b}[C!\r")
        try terminal.expect("<first thing!>")
        try terminal.expect("[3]> ")
        // Not taken, it is no part of the input; and what is gone on the screen is gone.
        terminal.type("first")
        try terminal.expect("\u{1b}[90m thing!\u{1b}[0m")
        terminal.type("\r")
        try terminal.expect("\u{1b}[K")
        try terminal.expect("<first>")
        let plain = try session.start()
        try plain.expect("[1]> ")
        plain.type("fir\r")
        #expect(try !plain.expect("<fir>").contains("\u{1b}[90m"))
    }

    @Test("a typed bracket shows the one that it closes")
    func matchingBracket() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("f(abc)")
        try terminal.expect("c)")
        try terminal.expect("\u{8}\u{8}\u{8}\u{8}\u{8}")
        terminal.type("x\r")
        try terminal.expect("<f(abc)x>")
    }

    @Test("the first line tells the version, and how to leave")
    func startLine() throws {
        let text = try session.start().expect("[1]> ")
        #expect(text.contains("dls ") && text.contains("`help`") && text.contains("`quit`"))
    }

    @Test("what is longer than the window goes through the pager")
    func pager() throws {
        let terminal = try session.start(environment: ["DLS_PAGER": "sed s/^/page:/"])
        try terminal.expect("[1]> ")
        terminal.type("lines 3\r")
        #expect(try !terminal.expect("[2]> ").contains("page:"))
        terminal.type("lines 100\r")
        try terminal.expect("page:line 100")
        try terminal.expect("[3]> ")
        // Where the next input is typed already, nobody reads pages, and the pager would take it for its own.
        terminal.type("deaf 1\r")
        try terminal.expect("started")
        terminal.type("lines 100\rnext\r")
        #expect(try !terminal.expect("<next>").contains("page:"))
        // Of a program that does not exist, the text stays.
        let other = try session.start(environment: ["DLS_PAGER": "no-such-program 2>/dev/null"])
        try other.expect("[1]> ")
        other.type("lines 100\r")
        try other.expect("line 100")
        try other.expect("[2]> ")
    }

    @Test("the end of input in an open bracket gives what there is")
    func endInContinuation() throws {
        let terminal = try session.start()
        var screen = Screen(try terminal.expect("[1]> "))
        terminal.type("f {\r")
        screen.feed(try terminal.expect("... "))
        terminal.type("\u{4}")
        screen.feed(try terminal.expect("[2]> "))
        #expect(screen.lines.suffix(4) == ["[1]> f {", "...", "<f {>", "[2]>"])
    }

    @Test("Ctrl-C forgets the line, the lines before it, and a search")
    func interruptAtPrompt() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("bad\u{3}")
        try terminal.expect("^C")
        try terminal.expect("[1]> ")
        terminal.type("f {\r")
        try terminal.expect("... ")
        terminal.type("x\u{3}")
        try terminal.expect("^C")
        try terminal.expect("[1]> ")
        terminal.type("good\r")
        try terminal.expect("<good>")
        try terminal.expect("[2]> ")
        terminal.type("\u{12}goo")
        try terminal.expect("ood")
        terminal.type("\u{3}")
        try terminal.expect("^C")
        try terminal.expect("[2]> ")
        terminal.type("fine\r")
        try terminal.expect("<fine>")
    }

    @Test("Ctrl-R finds an earlier input")
    func search() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("first thing\r")
        try terminal.expect("[2]> ")
        terminal.type("second\r")
        try terminal.expect("[3]> ")
        terminal.type("\u{12}fir")
        try terminal.expect("irst thing")
        terminal.type("\r")
        try terminal.expect("<first thing>")
    }

    @Test("Ctrl-C stops what runs and never the session")
    func interruptRunning() throws {
        let terminal = try session.start()
        for number in 1...3 {
            try terminal.expect("[\(number)]> ")
            terminal.type("wait 60\r")
            try terminal.expect("started")
            terminal.type("\u{3}")
            try terminal.expect("interrupted")
        }
        try terminal.expect("[4]> ")
        terminal.type("alive\r")
        try terminal.expect("<alive>")
    }

    @Test("Ctrl-C three times at once says how to leave, and does not")
    func insistingInterrupt() throws {
        let terminal = try session.start()
        try terminal.expect("> ")
        terminal.type("deaf 2\r")
        try terminal.expect("started")
        for _ in 1...3 {
            terminal.type("\u{3}")
            usleep(50_000)
        }
        try terminal.expect("Ctrl-\\ ends dls at once")
        try terminal.expect("finished")
        try terminal.expect("[2]> ")
        terminal.type("alive\r")
        try terminal.expect("<alive>")
    }

    @Test("Ctrl-C stops long output")
    func interruptOutput() throws {
        let terminal = try session.start()
        try terminal.expect("> ")
        terminal.type("flood\r")
        try terminal.expect("flood\r\nflood")
        terminal.type("\u{3}")
        try terminal.expect("interrupted")
        try terminal.expect("[2]> ")
        terminal.type("alive\r")
        try terminal.expect("<alive>")
    }

    @Test("what is typed while something runs is read afterwards, in order")
    func typeAhead() throws {
        let terminal = try session.start()
        try terminal.expect("> ")
        terminal.type("deaf 1\r")
        try terminal.expect("started")
        terminal.type("one\rtwo\rth")
        // Not in the middle of outputs: the prompt shows it when it reads it.
        #expect(try terminal.expect("finished").contains("one") == false)
        try terminal.expect("[2]> one")
        try terminal.expect("<one>")
        try terminal.expect("<two>")
        try terminal.expect("[4]> ")
        terminal.type("ree\r")
        try terminal.expect("<three>")
    }

    @Test("lines that come faster than they are read are all read")
    func fastTyping() throws {
        let terminal = try session.start()
        try terminal.expect("> ")
        terminal.type((1...50).map { "line\($0)\r" }.joined())
        for number in 1...50 { try terminal.expect("<line\(number)>") }
    }

    @Test("pasted lines are one input")
    func paste() throws {
        let terminal = try session.start()
        // The terminal is asked to mark what is pasted.
        try terminal.expect("\u{1b}[?2004h")
        try terminal.expect("[1]> ")
        terminal.type("\u{1b}[200~a\n\tb\nc\u{1b}[201~\r")
        try terminal.expect("<a|\tb|c>")
        try terminal.expect("[2]> ")
    }

    @Test("Tab completes a word, lists several, completes paths in strings, and indents an empty line")
    func completion() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("f(be\t)\r")
        try terminal.expect("<f(beta)>")
        try terminal.expect("[2]> ")
        terminal.type("al\t")
        try terminal.expect("alphabet")
        try terminal.expect("alphorn")
        terminal.type("a\t.x\r")
        try terminal.expect("<alphabet.x>")
        try terminal.expect("[3]> ")
        terminal.type("load \"data/o\t\"\r")
        try terminal.expect("<load \"data/one.csv\">")
        try terminal.expect("[4]> ")
        terminal.type("\tx\r")
        try terminal.expect("<  x>")
        try terminal.expect("[5]> ")
        terminal.type("{\r")
        try terminal.expect("... ")
        terminal.type("(be\t}\r")
        try terminal.expect("<{|(beta}>")
    }

    @Test("a shell command runs in the foreground; Ctrl-C ends it and not dls")
    func shell() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("!echo sum $((20 + 22)) {\r")
        try terminal.expect("sum 42 {")
        try terminal.expect("[1]> ")
        terminal.type("!exit 3\r")
        try terminal.expect("ended with status 3")
        try terminal.expect("[1]> ")
        // It can read from the terminal.
        terminal.type("!echo ready; read line; echo got $line\r")
        try terminal.expect("\rready")
        terminal.type("something\r")
        try terminal.expect("got something")
        try terminal.expect("[1]> ")
        terminal.type("!echo begun; read line\r")
        try terminal.expect("begun\r\n")
        terminal.type("\u{3}")
        try terminal.expect("[1]> ")
        terminal.type("alive\r")
        try terminal.expect("<alive>")
    }

    @Test("Ctrl-Z suspends, at the prompt, in the middle of work and in a shell command, and all goes on afterwards")
    func suspension() throws {
        let terminal = try session.startInShell("set -m; $PROBE; echo AWAY; fg; echo AWAY; fg; echo AWAY; fg")
        try terminal.expect("[1]> ")
        terminal.type("half")
        try terminal.expect("half")
        terminal.type("\u{1a}")
        try terminal.expect("AWAY")
        try terminal.expect("half")
        terminal.type("way\r")
        try terminal.expect("<halfway>")
        try terminal.expect("[2]> ")
        terminal.type("deaf 1\r")
        try terminal.expect("started")
        terminal.type("\u{1a}")
        try terminal.expect("AWAY")
        try terminal.expect("finished")
        try terminal.expect("[3]> ")
        // The shell's own `read`: a program that it is just about to start would not hear Ctrl-Z.
        terminal.type("!echo begun; read line; echo over $line\r")
        try terminal.expect("\rbegun")
        terminal.type("\u{1a}")
        try terminal.expect("AWAY")
        terminal.type("there\r")
        try terminal.expect("over there")
        try terminal.expect("[3]> ")
        terminal.type("alive\r")
        try terminal.expect("<alive>")
    }

    @Test("a stopped program that is not told to stop shows its line again, too")
    func hardSuspension() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("half")
        try terminal.expect("half")
        kill(terminal.process, SIGSTOP)
        try terminal.waitUntilStopped()
        kill(terminal.process, SIGCONT)
        try terminal.expect("half")
        terminal.type("way\r")
        try terminal.expect("<halfway>")
    }

    @Test("output without a line end does not run into the prompt")
    func partialLine() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("partial\r")
        try terminal.expect("no line end\r\n")
        try terminal.expect("[2]> ")
    }

    @Test("figures are as wide as the window is at the moment")
    func windowSize() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        terminal.type("plot\r")
        let wide = try terminal.expect("[2]> ")
        terminal.resize(columns: 40, rows: 24)
        terminal.type("plot\r")
        let narrow = try terminal.expect("[3]> ")
        #expect(wide.contains(String(repeating: "─", count: 30)))
        #expect(!narrow.contains(String(repeating: "─", count: 30)))
    }

    @Test("colours only where they are wanted and can be shown")
    func colors() throws {
        let escape = "\u{1b}[1;36m"
        #expect(try session.start(environment: ["NO_COLOR": ""]).expect("[1]> ").contains(escape))
        #expect(try !session.start().expect("[1]> ").contains(escape))
        let dumb = try session.start(environment: ["NO_COLOR": "", "TERM": "dumb"]).expect("[1]> ")
        #expect(!dumb.contains("\u{1b}"))
    }

    @Test("without readline lines are read as they come")
    func withoutReadline() throws {
        let terminal = try session.start(["--no-readline"])
        try terminal.expect("[1]> ")
        terminal.type("f {\n")
        try terminal.expect("... ")
        terminal.type("}\n")
        try terminal.expect("<f {|}>")
        try terminal.expect("[2]> ")
        terminal.type("lost\u{3}")
        try terminal.expect("[2]> ")
        terminal.type("kept\n")
        try terminal.expect("<kept>")
        try terminal.expect("[3]> ")
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
    }

    @Test("a history that cannot be written is said once, and the prompt works")
    func unwritableHistory() throws {
        let terminal = try session.start(environment: ["DLS_HISTORY": "/dev/null/history"])
        try terminal.expect("history is not kept")
        try terminal.expect("[1]> ")
        terminal.type("one\r")
        try terminal.expect("<one>")
        #expect(try !terminal.expect("[2]> ").contains("history"))
        terminal.type("two\r")
        try terminal.expect("<two>")
        #expect(try !terminal.expect("[3]> ").contains("history"))
    }

    @Test("a session that is ended by a signal gives the terminal back")
    func termination() throws {
        let terminal = try session.start()
        try terminal.expect("[1]> ")
        kill(terminal.process, SIGTERM)
        try terminal.expect("\u{1b}[?2004l")
        #expect(try terminal.status() == -SIGTERM)
    }

    @Test("without a terminal for input there are no prompts, and the input is a script")
    func inputFromPipe() throws {
        let terminal = try session.startInShell("echo one | $PROBE; echo status $?; echo two | $PROBE - | cat")
        let first = try terminal.expect("status 0")
        #expect(first == "<one>\r\nstatus 0")
        try terminal.expect("<two>")
    }

    @Test("a reader that has seen enough ends a script quietly")
    func closedPipe() throws {
        let terminal = try session.startInShell("{ $PROBE -e flood after; echo status $? >&2; } | head -1; echo end")
        let text = try terminal.expect("status 141") + terminal.expect("end")
        #expect(text.replacing("\r\n", with: " ").split(separator: " ").sorted() == ["141", "end", "flood", "status"])
    }

    @Test("a full disk is an error")
    func fullDisk() throws {
        let terminal = try session.startInShell("$PROBE -e flood > /dev/full; echo status $?")
        try terminal.expect("dls: cannot write the output: No space left on device")
        try terminal.expect("status 1")
    }

    @Test("scripts end with the status of how they ended", arguments: [("one", 0), ("fail", 1), ("quit", 7)])
    func statuses(code: String, status: Int32) throws {
        #expect(try session.start(["-e", code]).status() == status)
    }

    @Test("Ctrl-C ends a script with status 130, and so does the third where it does not hear")
    func interruptedScript() throws {
        let terminal = try session.start(["-e", "wait 60"])
        try terminal.expect("started")
        terminal.type("\u{3}")
        try terminal.expect("interrupted")
        #expect(try terminal.status() == 130)
        let deaf = try session.start(["-e", "deaf 60"])
        try deaf.expect("started")
        for _ in 1...3 {
            deaf.type("\u{3}")
            usleep(50_000)
        }
        #expect(try deaf.status() == 130)
    }

    @Test("a script that cannot be read is wrong usage")
    func missingScript() throws {
        let terminal = try session.start(["/nowhere/a.dls"])
        try terminal.expect("dls: cannot read `/nowhere/a.dls`: No such file or directory")
        #expect(try terminal.status() == 2)
        let folder = try session.start(["/tmp"])
        try folder.expect("dls: cannot read `/tmp`: Is a directory")
    }
}
