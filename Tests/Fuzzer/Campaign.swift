import Foundation

/// Fuzzes one target after another for some seconds each, and keeps what it finds in .build/fuzz/findings.
struct Campaign {
    let targets: [FuzzTarget]
    let root: String
    let seconds: Double
    let seed: UInt64
    let usesCoverage: Bool

    static let statusName = "status"
    /// A target with so many is looked at by hand first.
    private static let mostFindings = 10

    private struct Round {
        var executions: UInt64
        var coverage: String?
        /// What ended the process.
        var input: [UInt8]?
        var log: String
    }

    /// - Returns: The exit status: 1 where something was found.
    func run() throws -> Int32 {
        let how = usesCoverage ? "guided by coverage" : "not guided by coverage"
        print("seed \(seed), \(Int(seconds)) s for each target, \(how)")
        var findings = 0
        for target in targets { findings += try run(target) }
        return findings > 0 ? 1 : 0
    }

    private func run(_ target: FuzzTarget) throws -> Int {
        let start = Date()
        var (executions, findings, first) = (0 as UInt64, 0, 0 as UInt64)
        var coverage = ""
        while findings < Self.mostFindings {
            let left = seconds - Date().timeIntervalSince(start)
            if executions > 0, left < 1 { break }
            let round = try round(target, first: first, seconds: max(left, 1), seed: seed &+ UInt64(findings))
            executions += round.executions
            coverage = round.coverage ?? coverage
            guard let input = round.input else {
                if usesCoverage { break }
                first += round.executions
                continue
            }
            findings += 1
            // The next round would begin with the same.
            guard try keep(input, of: target, log: round.log) else { break }
            if !usesCoverage { first += round.executions + 1 }
        }
        let taken = Date().timeIntervalSince(start)
        let rate = String(format: "%.0f", Double(executions) / taken)
        let branches = coverage.isEmpty ? "" : ", \(coverage) branches"
        print("\(target.name): \(executions) executions, \(rate)/s\(branches), \(findings) found")
        fflush(nil)
        return findings
    }

    private func round(_ target: FuzzTarget, first: UInt64, seconds: Double, seed: UInt64) throws -> Round {
        let folder = try WorkFolder()
        defer { folder.remove() }
        let log = folder.path + "/log"
        try Data().write(to: URL(filePath: log))
        let seed = usesCoverage ? seed : self.seed
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [
            "--worker", target.name, "--root", root, "--seconds", String(Int(seconds.rounded())), "--seed",
            String(seed),
            "--first", String(first), "--coverage", usesCoverage ? "yes" : "no",
        ]
        process.currentDirectoryURL = URL(filePath: folder.path)
        var environment = ProcessInfo.processInfo.environment
        // A handler of the standard library would stand in the place of libFuzzer's.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        environment["TMPDIR"] = folder.path + "/" + WorkFolder.output
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        process.waitUntilExit()
        let hasFailed = process.terminationReason == .uncaughtSignal || process.terminationStatus != 0
        let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
        guard !usesCoverage else { return try guidedRound(folder, hasFailed: hasFailed, log: text) }
        let status = try Data(contentsOf: URL(filePath: "\(folder.path)/\(Self.statusName)"))
        let index = status.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let input = hasFailed ? try target.mutator(seed: seed).input(index) : nil
        return Round(executions: index - first, input: input, log: text)
    }

    /// What libFuzzer tells, and the file that it leaves.
    private func guidedRound(_ folder: WorkFolder, hasFailed: Bool, log: String) throws -> Round {
        func last(_ pattern: Regex<(Substring, Substring)>) -> String? {
            log.matches(of: pattern).last.map { String($0.1) }
        }
        let executions = last(/number_of_executed_units: (\d+)/) ?? last(/(?m:^)#(\d+)/) ?? "0"
        let output = folder.path + "/" + WorkFolder.output
        let names = try FileManager.default.contentsOfDirectory(atPath: output)
        let left = names.first { name in ["crash-", "oom-", "timeout-"].contains { name.hasPrefix($0) } }
        let input = try left.map { Array(try Data(contentsOf: URL(filePath: "\(output)/\($0)"))) }
        guard !hasFailed || input != nil else { throw FuzzError("the worker failed:\n\(log.suffix(2000))") }
        return Round(executions: UInt64(executions) ?? 0, coverage: last(/cov: (\d+)/), input: input, log: log)
    }

    /// - Returns: Whether it is new.
    private func keep(_ input: [UInt8], of target: FuzzTarget, log: String) throws -> Bool {
        let folder = root + "/.build/fuzz/findings"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let hash = input.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let path = "\(folder)/\(target.name)-\(String(hash, radix: 16))"
        let isNew = !FileManager.default.fileExists(atPath: path)
        try Data(input).write(to: URL(filePath: path))
        let lines = log.split(separator: "\n")
        let reason = lines.first { $0.contains("FOUND:") || $0.contains("Fatal error") || $0.contains("ERROR:") }
        print(
            "FOUND \(path)\n  \(reason ?? lines.last ?? "no message")\n  scripts/fuzz --repeat \(path) \(target.name)")
        return isNew
    }
}
