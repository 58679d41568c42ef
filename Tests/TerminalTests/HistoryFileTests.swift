import Glibc
import Terminal
import Testing

@Suite("The history on disk")
struct HistoryFileTests {
    private let session = ProbeSession()

    private func bytes() -> String {
        guard let file = fopen(session.historyPath, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    private func write(_ text: String) {
        guard let file = fopen(session.historyPath, "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    @Test("inputs come back as they were, those of many lines too")
    func roundTrip() {
        let inputs = [
            "x = 1", "f {\n\t\"a\\b\"\r\n}", "#1700000000", "Überraschung 猫 👍", "\u{1}\u{7f}\u{1b}[0m", "  indented  ",
        ]
        let file = HistoryFile(path: session.historyPath)
        for input in inputs { file.append(input) }
        #expect(HistoryFile(path: session.historyPath).load() == inputs)
        #expect(file.problem == nil)
    }

    @Test("each input is one line of JSON with its time")
    func format() {
        HistoryFile(path: session.historyPath).append("a\n\"b\"", time: 1_700_000_000)
        #expect(bytes() == "{\"time\":1700000000,\"code\":\"a\\n\\\"b\\\"\"}\n")
    }

    @Test("the file is its owner's alone")
    func mode() {
        HistoryFile(path: session.historyPath).append("x")
        var information = stat()
        #expect(stat(session.historyPath, &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
    }

    @Test("what is broken is passed over")
    func brokenLines() {
        write(
            """
            {"time":1,"code":"first"}
            {"time":2,"code":"cut
            not JSON
            {"code":"\\u00e9\\ud83d\\ude00","time":3,"more":"x"}
            {"time":4,"code":"\\ud83d"}
            {"time":5,"code":"\\q"}
            {"time":6}

            []
            {"time":7,"code":"last"}
            """)
        #expect(HistoryFile(path: session.historyPath).load() == ["first", "é😀", "last"])
    }

    @Test("an input after a line that was cut off stands on a line of its own")
    func tornLine() {
        write("{\"time\":1,\"code\":\"old\"}\n{\"time\":2,\"co")
        let file = HistoryFile(path: session.historyPath)
        file.append("1 + 1")
        file.append("2 + 2")
        #expect(HistoryFile(path: session.historyPath).load() == ["old", "1 + 1", "2 + 2"])
        #expect(bytes().split(separator: "\n").count == 4)
    }

    @Test("the newest are loaded, and compaction keeps them")
    func capacity() {
        let file = HistoryFile(path: session.historyPath, capacity: 3)
        for number in 1...6 { file.append("\(number)") }
        #expect(file.load() == ["4", "5", "6"])
        file.compact()
        #expect(bytes().split(separator: "\n").count == 6)
        file.append("7")
        file.compact()
        #expect(bytes().split(separator: "\n").count == 3)
        #expect(file.load() == ["5", "6", "7"])
        file.append("8")
        #expect(file.load() == ["6", "7", "8"])
    }

    @Test("an input of a size that nobody types is not kept")
    func largeInput() {
        let file = HistoryFile(path: session.historyPath)
        file.append(String(repeating: "x", count: 200_000))
        #expect(file.load() == [])
        #expect(file.problem == nil)
    }

    @Test("folders are made; a place that cannot be written to is said")
    func places() {
        let nested = session.folder + "/a/b/history"
        HistoryFile(path: nested).append("x")
        #expect(HistoryFile(path: nested).load() == ["x"])
        unlink(nested)
        rmdir(session.folder + "/a/b")
        rmdir(session.folder + "/a")

        let file = HistoryFile(path: "/dev/null/history")
        file.append("x")
        #expect(file.problem?.contains("/dev/null/history") == true)
        file.append("y")
        file.compact()
        #expect(file.load() == [])
    }

    @Test("the usual places")
    func defaultPaths() {
        func path(_ variables: [String: String]) -> String? { HistoryFile.defaultPath { variables[$0] } }
        #expect(path(["HOME": "/home/a"]) == "/home/a/.local/state/dls/history")
        #expect(path(["HOME": "/home/a", "XDG_STATE_HOME": "/state"]) == "/state/dls/history")
        #expect(path(["HOME": "/home/a", "XDG_STATE_HOME": "relative"]) == "/home/a/.local/state/dls/history")
        #expect(path(["HOME": "/home/a", "DLS_HISTORY": "mine"]) == "mine")
        #expect(path(["HOME": "/home/a", "DLS_HISTORY": ""]) == nil)
        #expect(path([:]) == nil)
    }
}
