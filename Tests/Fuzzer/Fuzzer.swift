import CSystem
import Foundation

/// Gives damaged files, programs and calls to what reads them: scripts/fuzz runs it.
///
/// A process of its own, with bounds on time and memory, does the work (`Worker`, `Coverage`); the first one (`Campaign`)
/// keeps what ended it.
@main enum Fuzzer {
    static func main() {
        setenv("DLS_THREADS", "1", 0)
        // On the stack that the program has.
        let status = dls_run_on_large_stack(512 << 20, runFuzzer)
        WorkFolder.removeOwn()
        exit(status)
    }
}

private func runFuzzer() -> Int32 {
    do {
        return try Arguments(Array(CommandLine.arguments.dropFirst())).run()
    } catch {
        FileHandle.standardError.write(Data("fuzz: \(error)\n".utf8))
        return 2
    }
}

struct FuzzError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Ends the process over something that must not be.
func find(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("FOUND: \(reason)\n".utf8))
    abort()
}
