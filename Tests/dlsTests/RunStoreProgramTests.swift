import Foundation
import Testing

@Suite struct RunStoreProgramTests {
    /// The file alone, in a folder where SQLite cannot make what it keeps beside it.
    @Test func runsAreReadInAFolderThatCannotBeWritten() throws {
        let folder = try ProgramFolder()
        let training = "model m() { linear 2 }; r = train m() dataset([[0.0], [1.0]], [0, 1]) epochs=1"
        // A name that means something else in an address.
        let name = "a b?mode=rw#100%.sqlite"
        #expect(try folder.dls(["-e", training], environment: ["DLS_RUNS": "\(folder.url.path)/\(name)"]).status == 0)
        let shared = folder.url.appending(path: "shared")
        try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
        let copy = shared.appending(path: name)
        try FileManager.default.copyItem(at: folder.url.appending(path: name), to: copy)
        chmod(copy.path, 0o444)
        chmod(shared.path, 0o555)
        defer { chmod(shared.path, 0o755) }
        // Root may write anywhere.
        let shell = geteuid() == 0 ? "exec setpriv --reuid=65534 --clear-groups \"$@\"" : nil
        for (program, expected) in [
            ("len(runs)", "1\n"), ("sql(\"select ending from runs\").ending", "[\"finished\"]\n"),
        ] {
            let result = try folder.dls(["-e", program], shell: shell, environment: ["DLS_RUNS": copy.path])
            #expect(result.output == expected, "\(result.error)")
        }
        let note = try folder.dls(["-e", "note 1 \"x\""], shell: shell, environment: ["DLS_RUNS": copy.path])
        #expect(note.status == 1 && note.error.contains("cannot be written"), "\(note.error)")
    }
}
