import Glibc
import Testing

/// The program itself, which lies beside the program of the tests.
private let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let tests = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let parts = tests.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
    return (parts + ["dls"]).joined(separator: "/")
}()

/// How often Ctrl-C is pressed at a random moment: `DLS_INTERRUPTS`, or 3.
private let interruptCount = getenv("DLS_INTERRUPTS").flatMap { Int(String(cString: $0)) } ?? 3

/// A training of about a second, in a folder that goes away.
private final class TrainingFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/dls-test-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try write(
            "setup.dls",
            """
            seed 3
            x = randn([3000, 20])
            y = cast(x[:, 0] + x[:, 1] * x[:, 2] > 0, "int64")
            data, dev = split dataset(x, y) 2600 seed=1
            model small() { linear 64; batch_norm; relu; dropout 0.2; linear 64; relu; linear 2 }
            net = small()
            """)
    }

    deinit { system("rm -rf '\(path)'") }

    func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        defer { fclose(file) }
        fputs(text, file)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen("\(path)/\(name)", "r"), "there is no \(name)")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return Array(bytes.prefix(fread(&bytes, 1, bytes.count, file)))
    }

    static let train = "run = train net data epochs=12 lr=0.003 batch=16 seed=9 validate=dev"

    func start(_ arguments: [String] = []) throws -> PseudoTerminal {
        try PseudoTerminal([program] + arguments, environment: environment)
    }

    var environment: [String: String] {
        [
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "DLS_HISTORY": "\(path)/history", "INPUTRC": "/dev/null",
            "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "HOME": path, "DLS_RUNS": "\(path)/runs.sqlite",
        ]
    }

    /// Trains without being stopped; returns the seconds that it took.
    func trainToTheEnd() throws -> Double {
        try write("whole.dls", "import \"\(path)/setup.dls\"\n\(Self.train);\nsave net \"\(path)/whole.safetensors\"\n")
        let start = milliseconds()
        #expect(try self.start(["\(path)/whole.dls"]).status(seconds: 120) == 0)
        return Double(milliseconds() - start) / 1000
    }
}

private func milliseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

@Suite("Training that is stopped")
struct InterruptedTrainingTests {
    private let folder: TrainingFolder

    init() throws { folder = try TrainingFolder() }

    @Test("Ctrl-C at random moments: the prompt comes back, the model evaluates, and resume= ends in the same bits")
    func interrupts() throws {
        var span = try folder.trainToTheEnd() * 0.6
        let expected = try folder.bytes("whole.safetensors")
        for trial in 1...max(interruptCount, 1) {
            var wait = Double.random(in: 0...span)
            // A machine that was slow before may be done too soon now.
            while try !resumes(expected, stoppedAfter: wait, trial: trial) {
                span *= 0.7
                try #require(span > 0.001, "the training is over before anyone can stop it")
                wait = Double.random(in: 0...span)
            }
        }
    }

    /// Stops a training and goes on; false where it ended before it was stopped.
    private func resumes(_ expected: [UInt8], stoppedAfter wait: Double, trial: Int) throws -> Bool {
        let terminal = try folder.start()
        try terminal.expect("[1]> ")
        terminal.type("import \"\(folder.path)/setup.dls\"\r")
        try terminal.expect("[2]> ", seconds: 60)
        terminal.type(TrainingFolder.train + ";\r")
        try terminal.expect("epoch 1/12", seconds: 60)
        usleep(UInt32(wait * 1e6))
        terminal.type("\u{3}")
        let ended = try terminal.expect("[3]> ", seconds: 60)
        #expect(ended.contains("training stopped") == false || ended.contains("`resume=run`"), "\(ended)")
        terminal.type("print \"evaluated {evaluate(net, dev).count}, {run.ending}\"\r")
        let seen = try terminal.expect("[4]> ", seconds: 60)
        if seen.contains("evaluated 400, finished") { return false }
        #expect(seen.contains("evaluated 400, interrupted"), "trial \(trial), after \(wait) s: \(seen)")
        terminal.type("more = train net data resume=run;\r")
        try terminal.expect("[5]> ", seconds: 120)
        terminal.type("save net \"\(folder.path)/resumed.safetensors\"\r")
        try terminal.expect("[6]> ", seconds: 60)
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
        #expect(try folder.bytes("resumed.safetensors") == expected, "trial \(trial), after \(wait) s")
        unlink("\(folder.path)/resumed.safetensors")
        return true
    }

    /// A limit on the size of files stands in for a full disk.
    @Test("a disk that is full is said once, and training goes on")
    func fullDisk() throws {
        _ = try folder.trainToTheEnd()
        try folder.write(
            "full.dls",
            "import \"\(folder.path)/setup.dls\"\n\(TrainingFolder.train) checkpoint=\"\(folder.path)/ck\";\n"
                + "print \"done {run.ending}\"\n")
        let terminal = try PseudoTerminal(
            ["/bin/sh", "-c", "ulimit -f 16; exec \(program) \(folder.path)/full.dls"], environment: folder.environment)
        let seen = try terminal.expect("done finished", seconds: 120)
        #expect(seen.contains("a checkpoint could not be written, and training goes on"))
        #expect(seen.contains("File too large"))
        #expect(seen.components(of: "could not be written") == 2)
        #expect(try terminal.status() == 0)
        // Nothing half-written is left.
        #expect(system("test -z \"$(ls \(folder.path)/ck)\"") == 0)
    }
}

extension String {
    /// How many pieces a text cuts it into.
    fileprivate func components(of text: String) -> Int {
        var count = 1
        var rest = self[...]
        while let place = rest.indices.first(where: { rest[$0...].hasPrefix(text) }) {
            count += 1
            rest = rest[place...].dropFirst(text.count)
        }
        return count
    }
}
