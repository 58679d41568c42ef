import Foundation
import Testing

/// Writing that is killed, stopped by signals, done twice at a time, or goes where somebody else's file is.
@Suite(.serialized) struct FaultTests {
    private let folder: ProgramFolder

    init() throws { folder = try ProgramFolder() }

    // MARK: - Files of others

    @Test func theSameScriptRunsTwice() throws {
        try folder.write(
            """
            save "text" "a.txt"
            save "more" "a.txt" append=true
            save tensor([1, 2]) "a.npy"
            to_csv table([{a=1}]) "a.csv"
            plot [1, 2]
            save figure "a.svg"
            """, to: "save.dls")
        for _ in 0..<2 { #expect(try folder.dls(["save.dls"]).status == 0) }
        #expect(try folder.contents("a.txt") == "textmore")
    }

    @Test(arguments: [
        "save \"new\" \"mine.txt\"", "save tensor([1]) \"mine.npy\"", "to_csv table([{a=1}]) \"mine.csv\"",
        "save table([{a=1}]) \"mine.csv\"", "save ones([2, 2]) \"mine.png\"",
        "plot [1, 2]; save figure \"mine.svg\"", "plt.plot([1, 2]); plt.savefig(\"mine.svg\")",
    ]) func aFileOfSomebodyElseIsNotReplaced(_ code: String) throws {
        let name = "mine." + code.split(separator: "mine.")[1].prefix { $0.isLetter }
        try folder.write("mine", to: name)
        let refused = try folder.dls(["-e", code])
        #expect(refused.status == 1 && refused.error.contains("overwrite=true"), "\(refused.error)")
        #expect(try folder.contents(name) == "mine")
        let told = code.hasSuffix(")") ? code.dropLast() + ", overwrite=true)" : code + " overwrite=true"
        #expect(try folder.dls(["-e", told]).status == 0)
        #expect(try Data(contentsOf: folder.url.appending(path: name)) != Data("mine".utf8))
        // What another program changed is no longer dls's.
        try folder.write("mine again", to: name)
        #expect(try folder.dls(["-e", code]).status == 1)
    }

    // MARK: - Leftovers and links

    @Test func whatAKilledWriteLeftGoesAwayAtTheNextOne() throws {
        try folder.write("half", to: "a.txt.part-1")
        #expect(try folder.dls(["-e", "save \"whole\" \"a.txt\""]).status == 0)
        #expect(folder.paths == ["a.txt"])
    }

    /// What is piped is whole, but a range can be longer than memory.
    @Test func longRangesArePiped() throws {
        let shown = try folder.dls(["-e", "range(300)\nrange(1e14)"])
        #expect(shown.status == 0 && shown.output.contains("100, 101, 102") && shown.output.hasSuffix("elements)\n"))
    }

    @Test func temporaryNamesAreNotFollowed() throws {
        try folder.write("victim", to: "victim.txt")
        let link = folder.url.appending(path: "a.txt.part-1").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "victim.txt")
        #expect(try folder.dls(["-e", "save \"text\" \"a.txt\""]).status == 0)
        #expect(try folder.contents("victim.txt") == "victim" && folder.contents("a.txt") == "text")
    }

    @Test(arguments: [
        "read(\"pipe\")", "load \"pipe\"", "run \"pipe\"", "import \"pipe\"", "import \"/dev/zero\"",
        "run \"/dev/zero\"",
    ])
    func pipesAndDevicesMakeNobodyWait(_ code: String) throws {
        #expect(mkfifo(folder.url.appending(path: "pipe").path, 0o600) == 0)
        let result = try folder.dls(["-e", code])
        #expect(result.status == 1 && result.error.contains("neither a file nor a folder"), "\(result.error)")
    }

    // MARK: - Recording

    @Test func textAndFiguresChangeTogether() throws {
        let code = "# %% A\nplot [1, 2] title=\"T\"\nfor i in range(150) { print \"{i} \" + \"x\" * N }\n"
        try folder.write(code.replacing("N", with: "1"), to: "a.dls")
        #expect(try folder.dls(["replay", "--record", "--quiet", "a.dls"]).status == 0)
        let figure = try folder.contents("a_figures/cell1-1.svg")
        // The figure fits on the disk, and the text does not.
        let text = try folder.contents("a.dls").replacing("x\" * 1", with: "x\" * 1500")
            .replacing("title=\"T\"", with: "title=\"U\"")
        try folder.write(text, to: "a.dls")
        let full = "trap '' XFSZ; ulimit -f 200; exec \"$@\""
        let record = try folder.dls(["replay", "--record", "--quiet", "a.dls"], shell: full)
        #expect(record.status == 1 && record.error.contains("File too large"), "\(record.error)")
        #expect(try folder.contents("a.dls") == text && folder.contents("a_figures/cell1-1.svg") == figure)
        #expect(folder.paths == ["a.dls", "a_figures", "a_figures/cell1-1.svg"])
    }

    @Test func ofTwoRecordersOneWins() throws {
        let code = "# %% A\nparam n = 1\nplot range(n) title=\"drawn {n}\"\nprint n\n"
        for _ in 0..<4 {
            try folder.write(code, to: "a.dls")
            let starts = try (5...6).map {
                try folder.start(["replay", "--record", "--quiet", "a.dls", "--set", "n=\($0)"])
            }
            for start in starts { start.process.waitUntilExit() }
            let won = starts.indices.filter { starts[$0].process.terminationStatus == 0 }
            #expect(!won.isEmpty)
            let text = try folder.contents("a.dls")
            let figure = try folder.contents("a_figures/cell1-1.svg")
            let recorded = text.contains("#> 5") ? 5 : 6
            #expect(figure.contains("drawn \(recorded)"), "\(text)\n\(figure.prefix(600))")
        }
    }

    // MARK: - The store

    @Test func theStoreTriesAgain() throws {
        try folder.write(
            """
            model net() { linear 1 }
            data = dataset(ones([4, 2]), ones([4, 1]))
            train net() data epochs=1 lr=0.1;
            train net() data epochs=1 lr=0.1;
            print "first"
            while not exists("go") { }
            train net() data epochs=1 lr=0.1;
            print runs.len()
            """, to: "a.dls")
        try folder.write("no folder", to: "runs")
        let (process, output, error) = try folder.start(["a.dls"], environment: ["DLS_RUNS": "runs/runs.sqlite"])
        var told = Self.firstLine(of: output)
        try FileManager.default.removeItem(at: folder.url.appending(path: "runs"))
        try folder.write("", to: "go")
        told += output.fileHandleForReading.readDataToEndOfFile()
        let errors = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(String(decoding: told, as: UTF8.self).hasSuffix("first\n1\n"), "\(told)\(errors)")
        #expect(errors.components(separatedBy: "this run is not kept").count == 2, "\(errors)")
    }

    /// What comes until a line is whole, or nothing more does.
    private static func firstLine(of pipe: Pipe) -> Data {
        var text = Data()
        while !text.contains(UInt8(ascii: "\n")) {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += data
        }
        return text
    }

    // MARK: - Signals

    private static let training = """
        x = randn([256, 20])
        data = dataset(x, zeros([256], dtype="int64"))
        model net_of(width) { linear width; relu; linear 2 }
        net = net_of(16)
        train net data epochs=100000 lr=0.0001 batch=8 checkpoint="kept"
        print "REACHED"

        """

    @Test(arguments: [SIGTERM, SIGHUP, SIGXCPU]) func aSignalLeavesACheckpoint(_ signal: Int32) throws {
        try folder.write(Self.training, to: "a.dls")
        let (process, output, error) = try folder.start(["a.dls"])
        // The first epoch is told when it is done.
        _ = Self.firstLine(of: error)
        kill(process.processIdentifier, signal)
        let rest = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let shown = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal, "\(rest)")
        #expect(!shown.contains("REACHED") && rest.contains("dls: ended by SIG"), "\(shown)\(rest)")
        #expect(folder.paths.contains { $0.hasPrefix("kept/checkpoint-") && $0.hasSuffix(".safetensors") })
    }

    @Test func whatNohupStartsStaysDeafToAHangUp() throws {
        try folder.write(
            "print \"begun\"\nstart = clock()\nwhile clock() - start < 1 { }\nprint \"done\"\n", to: "a.dls")
        let (process, output, _) = try folder.start(["a.dls"], shell: "trap '' HUP; exec \"$@\"")
        var told = Self.firstLine(of: output)
        kill(process.processIdentifier, SIGHUP)
        told += output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && String(decoding: told, as: UTF8.self).hasSuffix("done\n"))
    }
}
