// A prompt with a backend that is nothing but odd behaviour, for the tests that need a terminal.
import Figures
import Glibc
import Language
import Session
import TensorCore
import Terminal

final class ProbeBackend: ProgramBackend {
    let display: Display
    private(set) var inputNumber = 1

    init(display: Display) {
        self.display = display
    }

    func isComplete(_ text: String) -> Bool {
        text.count(where: { $0 == "{" }) <= text.count(where: { $0 == "}" })
    }

    func complete(_ text: String, at offset: Int) -> TabCompletion {
        let before = Array(text.utf8.prefix(offset))
        if let quote = before.lastIndex(of: UInt8(ascii: "\"")) {
            return TabCompletion(start: quote + 1, candidates: ["data/one.csv"])
        }
        let start = before.lastIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "(") }.map { $0 + 1 } ?? 0
        let typed = before[start...]
        return TabCompletion(
            start: start, candidates: ["alphabet", "alphorn", "beta"].filter { $0.utf8.starts(with: typed) })
    }

    /// `alphabet(first, second=[1, 2], *rest)`, from its bracket on.
    func call(in text: String, at offset: Int) -> CallHint? {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
        guard let open = before.firstRange(of: "alphabet("), !before[open.upperBound...].contains(")") else {
            return nil
        }
        let commas = before[open.upperBound...].count { $0 == "," }
        return CallHint(
            name: "alphabet", parameters: ["first", "second=[1, 2]", "*rest"], current: min(commas, 2))
    }

    func execute(_ text: String) -> ReplOutcome {
        inputNumber += 1
        let words = text.split(separator: " ")
        switch words.first {
        case "wait", "deaf":
            display.show("started\n")
            let end = monotonicSeconds() + (Double(words.last ?? "") ?? 0)
            while monotonicSeconds() < end {
                if words.first == "wait", Interrupt.isRequested { return .interrupted }
                usleep(2000)
            }
            display.show("finished\n")
        case "flood": display.show(String(repeating: "flood\n", count: 5_000_000))
        case "lines":
            display.show((1...(Int(words.last ?? "") ?? 1)).map { "line \($0)\n" }.joined())
        case "partial": display.show("no line end")
        case "plot": display.show(.lines(Chart(series: [Series([1, 2, 3])])))
        case "fail": display.showError("error: as you wish")
        case "quit": return .quit(status: 7)
        default: display.show("<" + text.split(separator: "\n").joined(separator: "|") + ">\n")
        }
        return Interrupt.isRequested ? .interrupted : .proceed
    }

    func setParameters(_ assignments: [String]) -> Bool { assignments.allSatisfy { $0.contains("=") } }

    /// Each line as an input.
    func run(_ source: SourceText) -> Int32 {
        for index in source.lineStarts.indices {
            let line = source[source.lineSpan(index)]
            if line.isEmpty { continue }
            switch execute(line) {
            case .proceed, .aside, .failed: if line == "fail" { return ExitStatus.failure }
            case .interrupted:
                display.note("interrupted")
                return ExitStatus.interrupted
            case .quit(let status): return status
            }
        }
        return ExitStatus.success
    }

    func showHelp(topic: String?) -> Bool {
        display.show("help\n")
        return topic != "unknown"
    }

    func replay(_ source: SourceText, options: ReplayOptions) -> Int32 { 3 }
}

TerminalSignals.install()
let words = CommandLine.arguments.dropFirst()
let program = Program(display: .standard()) { display, _ in ProbeBackend(display: display) }
let request: ProgramRequest =
    switch words.first {
    case "-": .standardInput
    case "-e": .code(words.dropFirst().joined(separator: "\n"))
    case let path? where !path.hasPrefix("-"): .script(path: path)
    default: .prompt(usesReadline: words.isEmpty)
    }
exit(program.run(request))
