import Foundation
import Language
import Runtime
import Session
import Testing

/// A small generator whose seed can be printed and given again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A folder that is gone after the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "dls-notebooks-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
    }
}

func notebook(_ text: String, name: String = "test.dls") -> Notebook {
    Notebook(SourceText(name: name, text: text))
}

/// Runs a notebook in a session of its own.
func run(_ notebook: Notebook, keepsGoing: Bool = false) throws -> [CellResult] {
    let session = Session(sink: Recorder())
    var runner = NotebookRunner(notebook, in: session)
    runner.keepsGoing = keepsGoing
    runner.numbersResults = true
    return try withExtendedLifetime(session) { try runner.run() }
}

/// The notebook with its outputs under its cells.
func recorded(_ notebook: Notebook) throws -> [UInt8] {
    var outputs: [Int: [String]] = [:]
    for result in try run(notebook) { outputs[result.cell.number] = notebook.recordedText(of: result) }
    return notebook.recording(outputs)
}

func drifts(_ notebook: Notebook) throws -> [Drift] { try run(notebook).flatMap { notebook.drifts(of: $0) } }

/// Notebooks of odd forms: all line ends, tabs, comments, blank lines, text cells, no last line end, a preamble.
struct RandomNotebook {
    let bytes: [UInt8]

    init(_ random: inout SplitMix) {
        let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
        var text = ""
        func number() -> String {
            let value =
                Double.random(in: -1...1, using: &random) * [1e-6, 0.01, 1, 50, 3e7].randomElement(using: &random)!
            return "\(value)"
        }
        func add(_ line: String) {
            text += line + (Int.random(in: 0..<20, using: &random) == 0 ? "\n" : lineEnd)
        }
        func code() {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                switch Int.random(in: 0..<9, using: &random) {
                case 0: add("print \"a text, é and 日本: {\(number()):.4f} of {-\(number())}\"")
                case 1: add("tensor([[\(number()), \(number())], [\(number()), \(number())]])")
                case 2: add("x\t=\t\(number())  ; x * 2\t# a comment")
                case 3: add("if true {\(lineEnd)\tprint \"in a block\"\(lineEnd)}")
                case 4: add("table([{lr=\(number()), name=\"a\"}, {lr=\(number()), name=\"b\"}])")
                case 5: add("print \"\"; print \"  indented  \"; print \"no end\" \"\\t\" \"\\u{d}\"")
                case 6: add("[i * \(number()) for i in range(\(Int.random(in: 0...30, using: &random)))]")
                case 7: add("plot [1, \(number()), 3]")
                default: add("{a=\(number()), shape=zeros([2, 3]).shape}")
                }
                if Int.random(in: 0..<4, using: &random) == 0 { add("# a comment") }
                if Int.random(in: 0..<4, using: &random) == 0 { add([" ", "\t", ""].randomElement(using: &random)!) }
            }
        }
        if Int.random(in: 0..<8, using: &random) == 0 { text += "\u{FEFF}" }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: add("#!/usr/bin/env dls")
        case 1: code()
        case 2: add("# words before the first cell")
        default: break
        }
        for cell in 0..<Int.random(in: 1...6, using: &random) {
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                add("# %% [markdown]")
                add("# # Words with `code`")
                if Bool.random(using: &random) { add("") }
                add("#")
                add("# > a quotation")
            case 1:
                add("#%% Fails [raises]")
                add("missing_\(cell)")
            case 2:
                add("# %% ")
                add("#~ rtol=1e-3, atol=1e-15")
                code()
            default:
                add("# %% Cell \(cell) [1, 2]")
                code()
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) { add("") }
        }
        if Bool.random(using: &random) { while text.hasSuffix("\n") || text.hasSuffix("\r\n") { text.removeLast() } }
        bytes = Array(text.utf8)
    }
}
