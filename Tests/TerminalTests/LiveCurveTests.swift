import Glibc
import Testing

@Suite("The loss curve of a training on a terminal")
struct LiveCurveTests {
    private let session = ProbeSession()

    /// A training whose length the call gives.
    private func script(_ settings: String) -> String {
        """
        seed 3
        x = randn([64, 4])
        data = dataset(x, cast(x[:, 0] > 0, "int64"))
        model small() { linear 2 }
        net = small()
        fn wait(epoch) {
          start = clock()
          while clock() - start < 0.03 { 0 }
        }
        print "begin"
        run = train net data lr=0.01 batch=8 seed=9 \(settings);
        print "end {run.ending}"
        """
    }

    private func start(
        _ settings: String, shell: (String) -> String = { $0 }, columns: UInt16 = 80, rows: UInt16 = 24,
        environment: [String: String] = [:]
    ) throws -> PseudoTerminal {
        let path = session.folder + "/train.dls"
        let file = try #require(fopen(path, "w"))
        fputs(script(settings), file)
        fclose(file)
        return try PseudoTerminal(
            [
                "/bin/sh", "-c",
                "trap '' INT; " + shell("\(session.program("dls")) \(path)") + "; rm \(path); echo all-done",
            ],
            environment: session.variables.merging(["DLS_RUNS": "", "DLS_CHARSET": "braille"]) { $1 }
                .merging(environment) { $1 }, columns: columns, rows: rows)
    }

    /// The lines between two of the script.
    private func part(_ screen: Screen, from first: String = "begin", to last: String) throws -> [String] {
        let start = try #require(screen.lines.firstIndex(of: first))
        let end = try #require(screen.lines.firstIndex { $0.hasPrefix(last) })
        return Array(screen.lines[(start + 1)..<end])
    }

    @Test("it is drawn below the progress, and a chart is left", arguments: [40, 80] as [UInt16])
    func finished(_ columns: UInt16) throws {
        let terminal = try start("epochs=12 plot=true on_epoch=wait", columns: columns)
        let text = try terminal.expect("all-done", seconds: 60)
        #expect(text.contains("\u{1b}[J"))
        let screen = Screen(text, columns: Int(columns))
        #expect(!screen.hasColors)
        let lines = try part(screen, to: "end finished")
        #expect(lines.first?.hasPrefix(columns == 40 ? "12/12" : "epoch 12/12") == true)
        #expect(lines[1].contains("Training") && lines.last?.contains("loss") == true)
        #expect(lines.count { $0.contains("Training") } == 1 && lines.count { $0.contains("12/12") } == 1)
        #expect(lines.allSatisfy { $0.count <= columns })
    }

    @Test("colours are those of other charts, and nothing is drawn unless it is asked for")
    func colors() throws {
        let text = try start("epochs=3 plot=true", environment: ["NO_COLOR": ""]).expect("all-done", seconds: 60)
        #expect(Screen(text).hasColors)
        for plot in ["", "plot=false"] {
            let lines = try part(
                Screen(start("epochs=3 \(plot)").expect("all-done", seconds: 60)), to: "end finished")
            #expect(lines.count == 1 && lines[0].hasPrefix("epoch 3/3"))
        }
    }

    @Test("a training that ends early leaves its chart once")
    func endsEarly() throws {
        let text = try start("epochs=900 plot=true on_epoch=(e -> e.epoch < 3)").expect("all-done", seconds: 60)
        let lines = try part(Screen(text), to: "end stopped")
        #expect(lines.count { $0.contains("Training") } == 1)
        #expect(lines.first?.contains("Training") == true)
        #expect(lines.contains { $0.hasPrefix("training stopped after 3 epochs") })
    }

    @Test("Ctrl-C keeps what is drawn, and a narrower window leaves no rest of it")
    func interrupted() throws {
        let terminal = try start("epochs=1000000 plot=true", columns: 80, rows: 60)
        var screen = Screen(try terminal.expect("\u{1b}[J", seconds: 60), columns: 80, rows: 60)
        screen.feed(try terminal.expect("\u{1b}[J", seconds: 60))
        #expect(screen.lines.contains { $0.count > 70 })
        terminal.resize(columns: 50, rows: 60)
        screen.resize(columns: 50)
        // What was on its way may still be wide.
        for _ in 0..<3 { screen.feed(try terminal.expect("\u{1b}[J", seconds: 60)) }
        terminal.type("\u{3}")
        screen.feed(try terminal.expect("all-done", seconds: 60))
        let lines = try part(screen, to: "all-done")
        #expect(lines[0].hasPrefix("epoch "))
        #expect(lines.count { $0.contains("Training") } == 1)
        #expect(lines.count { $0.contains("┤") } < 10)
        #expect(lines.contains { $0.contains("interrupted") })
    }

    @Test("at most ten drawings come in a second")
    func rate() throws {
        let terminal = try start("epochs=1000000 plot=true time=2")
        let screen = Screen(try terminal.expect("all-done", seconds: 60))
        #expect((1...22).contains(screen.eraseCount))
    }

    @Test("a pipe gets the chart alone")
    func piped() throws {
        let text = try start("epochs=3 plot=true", shell: { "\($0) 2>/dev/null | cat" }).expect("all-done", seconds: 60)
        #expect(!text.contains("\u{1b}"))
        let lines = try part(Screen(text), to: "end finished")
        #expect(lines.first?.contains("Training") == true)
        #expect(lines.count { $0.contains("Training") } == 1)
    }
}
