import Foundation
import Testing

/// A disk that is full, and folders that may not be written: what was there stays, and the message names the file.
@Suite(.serialized) struct FullDiskTests {
    private let folder: ProgramFolder

    init() throws { folder = try ProgramFolder() }

    /// No file may grow beyond 4 KiB. For the superuser, too; the signal that would end the program is ignored, so that
    /// writing fails, as on a disk that is full.
    private static let fullDisk = "trap '' XFSZ; ulimit -f 8; exec \"$@\""

    private static let training = """
        x = randn([64, 20])
        data = dataset(x, zeros([64], dtype="int64"))
        model net_of(width) { linear width; relu; linear 2 }
        net = net_of(200)
        run = train net data epochs=2 lr=0.1 batch=8 OPTIONS
        print "loss {run.history.loss.len()} times"

        """

    private func writeTraining(_ options: String) throws {
        try folder.write(Self.training.replacing("OPTIONS", with: options), to: "train.dls")
    }

    @Test func aNotebookStaysAsItWas() throws {
        let text = "# %% A\nfor i in range(100) { print \"{i} \" + \"x\" * 200 }\n"
        try folder.write(text, to: "a.dls")
        let record = try folder.dls(["replay", "--record", "--quiet", "a.dls"], shell: Self.fullDisk)
        #expect(record.status == 1)
        #expect(record.error.contains("a.dls: it cannot be written (File too large)"), "\(record.error)")
        #expect(try folder.contents("a.dls") == text)
        #expect(folder.paths == ["a.dls"])
        #expect(try folder.dls(["replay", "--record", "--quiet", "a.dls"]).status == 0)
    }

    @Test func aNotebookStaysAsItWasWhereItsFigureDoesNotFit() throws {
        let text = "# %% A\nplot [sin(i) for i in range(500)]\n"
        try folder.write(text, to: "a.dls")
        let record = try folder.dls(["replay", "--record", "--quiet", "a.dls"], shell: Self.fullDisk)
        #expect(record.status == 1)
        // What gnuplot is to draw goes through a file, which may not fit either.
        #expect(record.error.contains("File too large"), "\(record.error)")
        #expect(record.error.contains("--> a.dls:1:1"), "\(record.error)")
        #expect(try folder.contents("a.dls") == text)
        #expect(folder.paths == ["a.dls"])
    }

    /// Training goes on; the checkpoint of before stays.
    @Test func aCheckpointThatDoesNotFitIsSaidAndTheOneBeforeStays() throws {
        try writeTraining("checkpoint=\"kept\"")
        #expect(try folder.dls(["train.dls"]).status == 0)
        let before = folder.paths.filter { $0 != "kept" }
        #expect(before.count { $0.hasPrefix("kept/checkpoint-") } == 2)
        let bytes = try before.map { try Data(contentsOf: folder.url.appending(path: $0)) }
        try folder.write(
            Self.training.replacing("epochs=2", with: "epochs=4").replacing("OPTIONS", with: "resume=\"kept\""),
            to: "longer.dls")
        let longer = try folder.dls(["longer.dls"], shell: Self.fullDisk)
        #expect(longer.status == 0 && longer.output.contains("loss 4 times"), "\(longer.error)")
        #expect(longer.error.contains("goes on after 2 epochs"))
        let message = "a checkpoint could not be written, and training goes on: kept/checkpoint-"
        #expect(longer.error.contains(message) && longer.error.contains("(File too large)"), "\(longer.error)")
        #expect(folder.paths == (before + ["kept", "longer.dls"]).sorted())
        #expect(try before.map { try Data(contentsOf: folder.url.appending(path: $0)) } == bytes)
    }

    @Test func aRunStoreThatDoesNotFitIsSaidOnceAndTrainingGoesOn() throws {
        try writeTraining("")
        try folder.write(Self.training.replacing("OPTIONS", with: "") + "train net data epochs=1;\n", to: "train.dls")
        let run = try folder.dls(["train.dls"], shell: Self.fullDisk, environment: ["DLS_RUNS": "runs.sqlite"])
        #expect(run.status == 0 && run.output.contains("loss 2 times"), "\(run.error)")
        #expect(run.error.components(separatedBy: "the runs in runs.sqlite cannot be written").count == 2)
    }

    // MARK: - Folders without rights

    /// How the program runs as somebody who may not write in a folder of mode 555; nil where that is not to be had.
    private func withoutRights() throws -> String? {
        if getuid() != 0 { return "exec \"$@\"" }
        let shell = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\""
        // The program itself may lie where nobody else may look.
        return try folder.dls(["--version"], shell: shell).status == 0 ? shell : nil
    }

    /// A folder that cannot be written, and how to run the program there.
    private func lockedFolder() throws -> (name: String, shell: String?) {
        guard let shell = try withoutRights() else {
            // Under a file nobody makes anything.
            try folder.write("", to: "locked")
            return ("locked", nil)
        }
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "locked"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o555])
        return ("locked", shell)
    }

    @Test func aCheckpointWithoutRightsIsAnErrorBeforeTheFirstStep() throws {
        let (name, shell) = try lockedFolder()
        for path in ["\(name)/deep", name] {
            try writeTraining("checkpoint=\"\(path)\"")
            let run = try folder.dls(["train.dls"], shell: shell)
            #expect(run.status == 1 && run.error.contains("error: \(path): it cannot be written ("), "\(run.error)")
            #expect(run.error.contains("--> train.dls:5:7") && !run.error.contains("epoch 1/2"))
        }
    }

    @Test func aRunStoreWithoutRightsIsSaidOnceAndTrainingGoesOn() throws {
        let (name, shell) = try lockedFolder()
        try folder.write(Self.training.replacing("OPTIONS", with: "") + "train net data epochs=1;\n", to: "train.dls")
        let path = "\(name)/runs.sqlite"
        let run = try folder.dls(["train.dls"], shell: shell, environment: ["DLS_RUNS": path])
        #expect(run.status == 0 && run.output.contains("loss 2 times"), "\(run.error)")
        #expect(run.error.components(separatedBy: "the runs in \(path) cannot be written").count == 2, "\(run.error)")
        let asked = try folder.dls(["-e", "runs"], shell: shell, environment: ["DLS_RUNS": path])
        #expect(asked.status == 0, "what is not there is empty: \(asked.error)")
    }

    @Test func aNotebookInAFolderWithoutRightsStaysAsItWas() throws {
        let (name, shell) = try lockedFolder()
        guard let shell else { return }
        let path = folder.url.appending(path: name).path
        chmod(path, 0o755)
        let text = "# %% A\n1 + 1\n"
        try folder.write(text, to: "\(name)/a.dls")
        chmod(path, 0o555)
        let record = try folder.dls(["replay", "--record", "\(name)/a.dls"], shell: shell)
        #expect(record.status == 1 && record.error.contains("a.dls: it cannot be written (Permission denied)"))
        #expect(try folder.contents("\(name)/a.dls") == text)
        #expect(folder.paths == ["locked", "locked/a.dls"])
    }
}
