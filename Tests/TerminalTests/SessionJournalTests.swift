import Glibc
import Terminal
import Testing

@Suite("What a session leaves behind")
struct SessionJournalTests {
    private let session = ProbeSession()

    private func lost() -> [LostSession] { LostSession.all(besideHistory: session.historyPath) }

    /// A journal whose writer is gone, as after a crash.
    private func leave(_ inputs: [String], failing: Set<Int> = [], time: Int = 1_700_000_000) {
        let journal = SessionJournal(besideHistory: session.historyPath, time: time)
        for (index, input) in inputs.enumerated() {
            journal.append(input)
            if failing.contains(index) { journal.markFailure() }
        }
    }

    private func contents(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    private func removeAll() {
        for session in lost() { unlink(session.path) }
        rmdir(session.historyPath + ".sessions")
    }

    @Test("inputs of a lost session come back as cells; what failed and shell commands as comments")
    func notebook() {
        defer { removeAll() }
        leave(["x = 1", "fn f(a) {\n  a + 1\n}", "missing", "!ls", "f(x)"], failing: [2])
        #expect(lost().count == 1)
        #expect(lost().first?.inputs.map(\.hasFailed) == [false, false, true, false, false])
        let text = lost().first?.notebook ?? ""
        #expect(text.contains("\n# %% Input 1\nx = 1\n"))
        #expect(text.contains("\n# %% Input 2\nfn f(a) {\n  a + 1\n}\n"))
        #expect(text.contains("\n# %% Input 3 (failed)\n# missing\n"))
        #expect(text.contains("\n# %% Input 4\n# !ls\n"))
        #expect(text.hasSuffix("\n# %% Input 5 (the last)\nf(x)\n"))
    }

    @Test("a session that lives is not lost, and one that ended normally leaves nothing")
    func living() {
        defer { removeAll() }
        let journal = SessionJournal(besideHistory: session.historyPath, time: 1)
        #expect(lost().isEmpty)
        journal.append("x = 1")
        #expect(lost().isEmpty)
        journal.finish()
        #expect(lost().isEmpty)
        leave(["y = 2"], time: 2)
        #expect(lost().map { $0.inputs.map(\.code) } == [["y = 2"]])
    }

    @Test("the newest is the first; a line that was cut is passed over")
    func several() {
        defer { removeAll() }
        leave(["old"], time: 1000)
        leave(["new"], time: 2000)
        let path = lost()[0].path
        let descriptor = open(path, O_WRONLY | O_APPEND)
        _ = write(descriptor, "{\"time\":3,\"code\":\"cut", 21)
        close(descriptor)
        #expect(lost().map { $0.inputs.map(\.code) } == [["new"], ["old"]])
    }

    @Test("the notebook is a new file, and with it the journal is gone")
    func recovering() {
        leave(["x = 1"])
        leave(["x = 2"], time: 1_700_000_001)
        let folder = session.historyPath + ".out"
        mkdir(folder, 0o700)
        let paths = lost().compactMap { $0.recover(into: folder) }
        defer {
            paths.forEach { unlink($0) }
            rmdir(folder)
            removeAll()
        }
        #expect(paths.count == 2 && Set(paths).count == 2)
        #expect(contents(paths[0]).contains("\nx = 2\n"))
        #expect(contents(paths[1]).contains("\nx = 1\n"))
        #expect(lost().isEmpty)
    }

    @Test("where the notebook cannot be written the journal stays")
    func unwritable() {
        defer { removeAll() }
        leave(["x = 1"])
        #expect(lost()[0].recover(into: "/dev/null") == nil)
        #expect(lost().count == 1)
    }
}
