import Datasets
import Language
import Session

/// A text that the editor has open, with what is known of it.
final class Document {
    let source: SourceText
    let version: Int?
    let parsed: ParseResult
    private(set) lazy var definitions = Definition.all(in: parsed.block)
    private(set) lazy var notebook = Notebook(source)
    private(set) lazy var tokens = Lexer.tokenize(source).tokens

    init(_ bytes: [UInt8], version: Int?, uri: String) {
        source = SourceText(name: uri, bytes: bytes)
        self.version = version
        parsed = Parser.parse(source)
    }

    var text: String { source[Span(0, source.bytes.count)] }

    /// The name whose token touches a byte offset, and whether it stands behind a point.
    func name(at offset: Int) -> (name: Identifier, isMember: Bool)? {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].end) < offset { low = middle + 1 } else { high = middle }
        }
        for index in low..<min(low + 2, tokens.count) where tokens[index].kind == .name {
            let token = tokens[index]
            guard token.start <= offset, offset <= token.end else { continue }
            let isMember = index > 0 && tokens[index - 1].kind == .dot
            return (Identifier(source[token.span], token.span), isMember)
        }
        return nil
    }

    /// The comment above a definition, without its marks.
    func comment(above definition: Definition) -> String? {
        var lines: [String] = []
        var line = source.lineIndex(at: definition.span.start) - 1
        while line >= 0, lines.count < 100, !source.startsCell(line) {
            let text = source[source.lineSpan(line)].drop { $0 == " " || $0 == "\t" }
            guard text.first == "#", !text.hasPrefix("#>"), !text.hasPrefix("#~"), !text.hasPrefix("#!") else { break }
            lines.append(String(text.drop { $0 == "#" }.drop { $0 == " " }))
            line -= 1
        }
        return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
    }
}

/// How a client counts the columns of a line.
package enum PositionEncoding: String, CaseIterable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf32 = "utf-32"

    /// How many columns the character takes that begins with a byte of UTF-8; a byte inside of one takes none.
    fileprivate func width(of byte: UInt8) -> Int {
        switch self {
        case .utf8: 1
        case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
        case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
        }
    }
}

extension SourceText {
    /// The position of a byte offset as the protocol has it: line and column from 0.
    func position(of offset: Int, _ encoding: PositionEncoding) -> JSON {
        let offset = min(max(offset, 0), bytes.count)
        let line = lineIndex(at: offset)
        let column = bytes[lineStarts[line]..<offset].reduce(0) { $0 + encoding.width(of: $1) }
        return JSON(["line": .integer(line), "character": .integer(column)])
    }

    func range(of span: Span, _ encoding: PositionEncoding) -> JSON {
        JSON(["start": position(of: span.start, encoding), "end": position(of: span.end, encoding)])
    }

    /// The byte offset of a position; one behind the end of its line is the end, one inside a character its start.
    func offset(of position: JSON?, _ encoding: PositionEncoding) -> Int? {
        guard let line = position?["line"]?.asInteger, let column = position?["character"]?.asInteger, line >= 0,
            column >= 0
        else { return nil }
        guard line < lineStarts.count else { return bytes.count }
        let span = lineSpan(line)
        var offset = span.start
        var left = column
        while offset < span.end {
            var end = offset + 1
            while end < span.end, bytes[end] & 0xC0 == 0x80 { end += 1 }
            let width = bytes[offset..<end].reduce(0) { $0 + encoding.width(of: $1) }
            guard left >= width else { break }
            left -= width
            offset = end
        }
        return offset
    }

    func span(of range: JSON?, _ encoding: PositionEncoding) -> Span? {
        guard let start = offset(of: range?["start"], encoding), let end = offset(of: range?["end"], encoding),
            start <= end
        else { return nil }
        return Span(start, end)
    }
}
