import Figures
import Language
import Runtime
import TensorCore

/// What a cell gave, in the order in which it came. Progress is none of it.
package enum CellOutput {
    /// What was printed one after the other, with its line ends.
    case text(String)
    /// A value that stood alone, with what is recorded for it.
    case value(Value, text: String)
    case figure(Figure)
    /// A word of warning or advice.
    case note(String)
    /// What the cell ended in.
    case error(Diagnostic)
}

extension DisplayStyle {
    /// How values are written where they are recorded: the same on every terminal, and without durations.
    package static let recorded = DisplayStyle(width: 100, showsSeconds: false)
}

/// Gathers what a cell shows in one queue, and hands each output on at once to where it is shown.
final class OutputCollector: OutputSink {
    private let next: (any OutputSink)?
    private let style: DisplayStyle
    private var finished: [CellOutput] = []
    private var openText = ""
    private var kept: (finished: [CellOutput], openText: String) = ([], "")

    /// - Parameter style: How values are recorded.
    init(next: (any OutputSink)?, style: DisplayStyle) {
        self.next = next
        self.style = style
    }

    var width: Int? { next?.width }

    func ask(_ prompt: String) throws -> String {
        guard let next else { throw Failure("`input` has nobody to ask here") }
        return try next.ask(prompt)
    }

    func confirm(_ question: String) throws -> String? { try next?.confirm(question) }

    func advise(_ text: String) throws { try next?.advise(text) }

    func emit(_ output: Output) throws {
        switch output {
        case .text(let text), .rawText(let text), .report(let text): openText += text
        case .value(let value): append(.value(value, text: try value.display(style)))
        case .figure(let figure): append(.figure(figure))
        case .note(let text): append(.note(text))
        case .progress: break
        }
        try next?.emit(output)
    }

    /// Remembers what there is, so that what comes later can be taken back.
    func checkpoint() { kept = (finished, openText) }

    /// Takes back what came since the last checkpoint.
    func rollBack() { (finished, openText) = kept }

    /// Ends the queue: gives what is in it, and the error that the cell ended in.
    func finish(_ error: Diagnostic?) -> [CellOutput] {
        if let error { append(.error(error)) } else { closeText() }
        return finished
    }

    private func append(_ output: CellOutput) {
        closeText()
        finished.append(output)
    }

    private func closeText() {
        guard !openText.isEmpty else { return }
        finished.append(.text(openText))
        openText = ""
    }
}

/// What is written under a cell: its outputs as lines, without `#> `.
package struct RecordedText {
    package private(set) var lines: [String] = []

    /// - Parameter figureName: The name of a figure by its order in the cell, from 1.
    package init(_ outputs: [CellOutput], figureName: (Int) -> String) {
        var figureCount = 0
        for output in outputs {
            switch output {
            case .text(let text), .value(_, let text): add(text)
            case .figure:
                figureCount += 1
                lines.append("[figure: \(figureName(figureCount))]")
            case .note(let text): add("note: \(text)")
            case .error(let diagnostic): add("error: \(diagnostic.message)")
            }
        }
        abridge()
    }

    /// The name of the figure that a recorded line stands for.
    package static func figureName(in line: String) -> String? {
        guard line.hasPrefix("[figure: "), line.hasSuffix("]") else { return nil }
        return String(line.dropFirst("[figure: ".count).dropLast())
    }

    private mutating func add(_ text: String) {
        var text = text[...]
        if text.utf8.last == UInt8(ascii: "\n") { text = text.dropLast() }
        var line = ""
        for character in text.unicodeScalars {
            switch character {
            case "\n":
                append(line)
                line = ""
            case "\t": line += "\t"
            // What an editor would take for the end of a line, or that moves a cursor, is written by its number.
            default:
                switch character.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator:
                    line += "\\u{\(String(character.value, radix: 16))}"
                default: line.unicodeScalars.append(character)
                }
            }
        }
        append(line)
    }

    private mutating func append(_ line: String) {
        // Editors take the white space at the end of a line away.
        var line = line
        while line.last == " " || line.last == "\t" { line.removeLast() }
        lines.append(line)
    }

    // MARK: - Long outputs

    /// More lines than this are recorded by their first and last ones.
    package static let mostLines = 200
    private static let headCount = 100
    private static let tailCount = 50
    /// Longer lines are recorded by their start.
    package static let longestLine = 2000

    private mutating func abridge() {
        lines = lines.map { line in
            guard line.utf8.count > Self.longestLine else { return line }
            let head = line.prefix(Self.longestLine / 4)
            return "\(head) ... (\(line.count) characters, digest \(Self.digest([line])))"
        }
        guard lines.count > Self.mostLines else { return }
        let middle = lines[Self.headCount..<(lines.count - Self.tailCount)]
        lines =
            lines.prefix(Self.headCount) + ["... (\(middle.count) lines, digest \(Self.digest(middle)))"]
            + lines.suffix(Self.tailCount)
    }

    /// 64 bits that differ where the lines do (FNV-1a).
    private static func digest(_ lines: some Sequence<String>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for line in lines {
            for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            hash = (hash ^ 10) &* 0x0000_0100_0000_01b3
        }
        return hexadecimalText(hash, digits: 16)
    }
}
