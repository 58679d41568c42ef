import Datasets
import Language
import Runtime

/// What a file, and the files that it runs, ask for beyond reading the folder that it lies in.
package struct ProgramRequests {
    /// A line for each request, with its place.
    package private(set) var lines: [String] = []
    /// What is approved with it: its text, and those of the files that it runs, without recorded outputs.
    private(set) var code: [UInt8] = []
    /// The same, of each file by its real path.
    private(set) var files: [String: [UInt8]] = [:]
    /// The folder that the file lies in, by its real path.
    package let home: String
    private let interpreter = Interpreter(module: Namespace(name: "session"), sink: NoSink())

    private final class NoSink: OutputSink {
        func emit(_ output: Output) throws {}
    }

    package init(_ source: SourceText) {
        home = Folder.parent(of: FileBytes.realPath(source.name))
        add(source)
        // What changes something is not hidden behind what reads.
        let isReading = { (line: String) in line.hasPrefix(FileRequest.Kind.reads.rawValue) }
        lines = lines.filter { !isReading($0) } + lines.filter(isReading)
    }

    private mutating func add(_ source: SourceText) {
        let path = FileBytes.realPath(source.name)
        guard files[path] == nil else { return }
        let own = source.bytesWithoutOutputs
        files[path] = own
        code += own + [0]
        let statements = Parser.parse(source).block.statements
        for request in interpreter.fileRequests(in: statements, of: source) {
            let files = request.kind == .runs ? request.paths.compactMap { file($0, from: source) } : []
            if !files.isEmpty {
                for file in files { add(file) }
            } else if !isAtHome(request) {
                let place = source.place(of: request.span.start)
                let text = Self.inOneLine(source[request.span])
                lines.append("\(request.kind.rawValue)  line \(place.line) of \(source.shownName): \(text)")
            }
        }
    }

    /// What it asks for, in words.
    package var summary: String {
        "It asks for more than to read its own folder:\n" + shownLines.map { "  \($0)\n" }.joined()
    }

    /// The first requests, and how many more there are.
    var shownLines: [String] {
        let more = lines.count - Self.mostLines
        return lines.prefix(Self.mostLines) + (more > 0 ? ["and \(more) more"] : [])
    }

    private static let mostLines = 20

    /// The beginning and the end of code, without the white space that could hide what stands between.
    fileprivate static func inOneLine(_ code: String) -> String {
        let words = code.unicodeScalars.split { $0.properties.isWhitespace }
        let scalars = Array(words.joined(separator: " ".unicodeScalars))
        func text(_ part: some Sequence<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(part)) }
        guard scalars.count > 2 * shownCount else { return text(scalars) }
        return text(scalars.prefix(shownCount)) + " ... " + text(scalars.suffix(shownCount))
    }

    private static let shownCount = 60

    private func isAtHome(_ request: FileRequest) -> Bool {
        request.kind == .reads && !request.paths.isEmpty && request.paths.allSatisfy(isAtHome)
    }

    private func isAtHome(_ path: String) -> Bool {
        FileAccess.resolvedPath(path).map { FileAccess.isBeneath($0, home) } ?? false
    }

    /// A file that another one runs, where it comes with that; relative to the other's folder or the current one.
    private func file(_ path: String, from source: SourceText) -> SourceText? {
        let folder = Folder.parent(of: source.name)
        let candidates = path.hasPrefix("/") ? [path] : [folder + "/" + path, path]
        guard let found = candidates.first(where: { isAtHome($0) && (try? pathExists($0)) == true }),
            let bytes = try? FileBytes.read(found)
        else { return nil }
        return SourceText(name: found, bytes: bytes)
    }
}

extension SourceText {
    /// Its name, which could pass for another line of a question.
    package var shownName: String { ProgramRequests.inOneLine(name) }

    /// All lines but the outputs of notebooks, which change when it is recorded.
    var bytesWithoutOutputs: [UInt8] {
        // A text of several lines may have one that looks like an output.
        var inTexts: Set<Int> = []
        for token in Lexer.tokenize(self).tokens where token.end > token.start {
            let (first, last) = (lineIndex(at: Int(token.start)), lineIndex(at: Int(token.end) - 1))
            if first < last { inTexts.formUnion(first + 1...last) }
        }
        return lineStarts.indices.flatMap { line -> [UInt8] in
            let text = bytes[lineSpan(line).start..<lineSpan(line).end]
            return text.starts(with: Array("#>".utf8)) && !inTexts.contains(line) ? [] : text + [UInt8(ascii: "\n")]
        }
    }
}
