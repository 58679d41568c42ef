import Testing

/// Colours over what is typed, and signatures below it, as a screen shows them.
@Suite("What the prompt draws around the input")
struct InputDrawingTests {
    private let session = ProbeSession()
    private let purple = "\u{1b}[35m"

    @Test("what is typed has colours, where there are some")
    func inputColors() throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""])
        try terminal.expect("[1]> ")
        terminal.type("if x { \"a\" } # é")
        let text = try terminal.expect("\u{1b}[90m# é\u{1b}[0m\u{1b}[?7h\u{1b}8")
        #expect(text.contains("\u{1b}[5C\(purple)if\u{1b}[0m x { \u{1b}[32m\"a\"\u{1b}[0m } "))
        // Changed in the middle, the line on the screen is the one that is there.
        terminal.type("\u{1}\u{1b}[C\u{1b}[C\u{1b}[C\u{4}yz\r")
        let screen = Screen(text + (try terminal.expect("<if yz { \"a\" } # é>")))
        #expect(screen.lines.contains { $0.hasSuffix("if yz { \"a\" } # é") && !$0.hasPrefix("<") })
        let plain = try session.start()
        try plain.expect("[1]> ")
        plain.type("if 12\r")
        #expect(try !plain.expect("<if 12>").contains("\u{1b}[3"))
    }

    @Test("a word that becomes another one loses its colour")
    func changedWord() throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""])
        try terminal.expect("[1]> ")
        terminal.type("in")
        try terminal.expect("\(purple)in\u{1b}[0m")
        terminal.type("t")
        try terminal.expect("\u{1b}[5Cint\u{1b}[?7h")
    }

    @Test("several lines, and those that wrap, have colours too", arguments: [20, 40, 80])
    func severalRows(columns: UInt16) throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""], columns: columns)
        var screen = Screen(try terminal.expect("[1]> "), columns: Int(columns))
        let first = "xs = [1, 22, 333, \"日本語 é\", 55555, 666666]"
        terminal.type("\u{1b}[200~\(first)\nfor x in xs { x }\u{1b}[201~")
        screen.feed(try terminal.expect("\(purple)for"))
        terminal.type("\u{1b}[Aif\u{1b}[B!")
        screen.feed(try terminal.expect("!\u{1b}[?7h\u{1b}8"))
        terminal.type("\r")
        screen.feed(try terminal.expect("<"))
        let shown = screen.lines.drop { !$0.hasPrefix("[1]> ") }.dropLast().joined().filter { $0 != " " }
        let typed = "[1]>" + first + "for x in xs { x }"
        #expect(
            shown.filter { !"if!".contains($0) } == typed.filter { !" if!".contains($0) }, "\(screen.lines)")
        let rest = try terminal.expect(">\r\n")
        #expect(rest.contains("if") && rest.contains("!"))
    }

    @Test("the lines of an open bracket have the colours of the whole")
    func continuedText() throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""])
        try terminal.expect("[1]> ")
        terminal.type("{ \"\"\"a\r")
        try terminal.expect("... ")
        terminal.type("if\"\"\"")
        try terminal.expect("\u{1b}[4C\u{1b}[32mif\"\"\"\u{1b}[0m")
    }

    @Test("the signature of what is called stands below, its parameter marked, until it is left")
    func signature() throws {
        let terminal = try session.start(environment: ["NO_COLOR": ""])
        var screen = Screen(try terminal.expect("[1]> "))
        terminal.type("alphabet(")
        screen.feed(
            try terminal.expect("\u{1b}[0;4mfirst\u{1b}[0;90m, second=[1, 2], *rest)\u{1b}[0m\u{1b}[K\u{1b}[?7h\u{1b}8")
        )
        #expect(screen.lines.suffix(2) == ["[1]> alphabet(", "     alphabet(first, second=[1, 2], *rest)"])
        terminal.type("1,")
        screen.feed(
            try terminal.expect("\u{1b}[0;4msecond=[1, 2]\u{1b}[0;90m, *rest)\u{1b}[0m\u{1b}[K\u{1b}[?7h\u{1b}8"))
        #expect(screen.lines.suffix(2) == ["[1]> alphabet(1,", "     alphabet(first, second=[1, 2], *rest)"])
        // Where it was nothing stays, and what comes next follows at once.
        terminal.type(" 2\r")
        screen.feed(try terminal.expect("[2]> "))
        #expect(screen.lines.suffix(3) == ["[1]> alphabet(1, 2", "<alphabet(1, 2>", "[2]>"])
        terminal.type("alphabet(1)!")
        screen.feed(try terminal.expect("!\u{1b}[?7h\u{1b}8"))
        #expect(screen.lines.last { !$0.isEmpty } == "[2]> alphabet(1)!")
        terminal.type("\u{8}\u{8}")
        screen.feed(try terminal.expect("*rest)\u{1b}[0m\u{1b}[K\u{1b}[?7h\u{1b}8"))
        terminal.type("\u{3}")
        screen.feed(try terminal.expect("[2]> "))
        #expect(screen.lines.suffix(2) == ["[2]> alphabet(1^C", "[2]>"])
        // Tab lists what there is in its place.
        terminal.type("alphabet(al\t")
        screen.feed(try terminal.expect("alphorn"))
        screen.feed(try terminal.expect("*rest)\u{1b}[0m\u{1b}[K\u{1b}[?7h\u{1b}8"))
        #expect(
            screen.lines.suffix(4) == [
                "[2]> alphabet(al", "alphabet  alphorn", "[2]> alphabet(alph",
                "     alphabet(first, second=[1, 2], *rest)",
            ])
    }

    @Test("at the foot of the screen the input moves up for it, and back nothing is lost")
    func footOfScreen() throws {
        let terminal = try session.start(columns: 40, rows: 6)
        var screen = Screen(try terminal.expect("[1]> "), columns: 40, rows: 6)
        terminal.type("lines 12\r")
        screen.feed(try terminal.expect("[2]> "))
        // With NO_COLOR the mark is no colour.
        terminal.type("alphabet(1, \"a text that goes on in the next row\"")
        screen.feed(try terminal.expect("row\""))
        screen.feed(try terminal.expect("...)\u{1b}[K\u{1b}[?7h\u{1b}8"))
        terminal.type("\u{1}\u{5})\r")
        screen.feed(try terminal.expect("[3]> "))
        #expect(
            screen.lines.suffix(6) == [
                "line 12", "[2]> alphabet(1, \"a text that goes on in", " the next row\")",
                "<alphabet(1, \"a text that goes on in the", " next row\")>", "[3]>",
            ])
    }

    @Test(
        "a narrow terminal cuts the signature at a parameter",
        arguments: [
            (40, "     alphabet(first, ...)"), (28, "     alphabet(first, ...)"), (20, "     alphabet(fi..."),
        ])
    func narrow(columns: Int, shown: String) throws {
        let terminal = try session.start(columns: UInt16(columns))
        var screen = Screen(try terminal.expect("[1]> "), columns: columns)
        terminal.type("alphabet(")
        screen.feed(try terminal.expect("\u{1b}[K\u{1b}[?7h\u{1b}8"))
        #expect(screen.lines.last == shown)
        if columns == 40 {
            terminal.type("1,")
            screen.feed(try terminal.expect("second=[1, 2]"))
            screen.feed(try terminal.expect("\u{1b}[K\u{1b}[?7h\u{1b}8"))
            #expect(screen.lines.last == "     alphabet(..., second=[1, 2], ...)")
        }
    }

    @Test("Ctrl-C in the first of several lines leaves them whole, and the prompt comes below")
    func interruptInBlock() throws {
        let terminal = try session.start()
        var screen = Screen(try terminal.expect("[1]> "))
        terminal.type("\u{1b}[200~alphabet(\nsecond\nthird\u{1b}[201~")
        screen.feed(try terminal.expect("\u{1b}[?7h\u{1b}8"))
        terminal.type("\u{1b}[A\u{1b}[A")
        screen.feed(try terminal.expect("\u{1b}[?7h\u{1b}8"))
        screen.feed(try terminal.expect("\u{1b}[?7h\u{1b}8"))
        terminal.type("\u{3}")
        screen.feed(try terminal.expect("[1]> "))
        #expect(screen.lines.suffix(4) == ["[1]> alphabet(", "second", "third^C", "[1]>"])
    }

    @Test("slow and simple terminals show the input alone", arguments: ["vt100", "dumb"])
    func slow(term: String) throws {
        let terminal = try session.start(environment: ["NO_COLOR": "", "TERM": term])
        try terminal.expect("[1]> ")
        terminal.type("alphabet(1\r")
        #expect(try !terminal.expect("<alphabet(1>").contains("second"))
    }

    @Test("a window that gets narrower shows the input once", arguments: [(80, 30), (80, 20)])
    func resized(from: Int, to: Int) throws {
        let terminal = try session.start(columns: UInt16(from))
        var screen = Screen(try terminal.expect("[1]> "), columns: from)
        terminal.type("alphabet(\"a long text, and more of it")
        screen.feed(try terminal.expect("of it"))
        screen.feed(try terminal.expect("\u{1b}[?7h\u{1b}8"))
        terminal.resize(columns: UInt16(to), rows: 24)
        screen.resize(columns: to)
        screen.feed(try terminal.expect("\u{1b}[J"))
        screen.feed(try terminal.expect("\u{1b}[K\u{1b}[?7h\u{1b}8"))
        terminal.type("\"!\r")
        screen.feed(try terminal.expect("[2]> "))
        let text = screen.lines.joined(separator: "")
        #expect(text.ranges(of: "[1]> ").count == 1, "\(screen.lines)")
        #expect(text.contains("<alphabet("))
        #expect(text.ranges(of: "second").isEmpty)
    }
}
