/// A range of bytes in a source text.
package struct Span: Hashable, Sendable {
    package var start: Int
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// The smallest span that holds both.
    package func joined(with other: Span) -> Span {
        Span(min(start, other.start), max(end, other.end))
    }
}

/// The text of a script, a cell or an input at the prompt, with what is needed to speak about places in it.
package final class SourceText: Sendable {
    /// What the user calls it: a file's path as it was given, or `input 3`.
    package let name: String
    package let bytes: [UInt8]
    /// The byte offset at which each line starts; never empty.
    package let lineStarts: [Int]
    /// Whether it is a part of the program, which errors do not point at.
    package let isHidden: Bool

    package init(name: String, bytes: [UInt8], isHidden: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.isHidden = isHidden
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        lineStarts = starts
    }

    package convenience init(name: String, text: String, isHidden: Bool = false) {
        self.init(name: name, bytes: Array(text.utf8), isHidden: isHidden)
    }

    /// The text of a span, with bytes that are not UTF-8 replaced.
    package subscript(span: Span) -> String {
        let start = min(max(0, span.start), bytes.count)
        return String(decoding: bytes[start..<min(max(start, span.end), bytes.count)], as: UTF8.self)
    }

    /// The zero-based index of the line that holds a byte offset.
    package func lineIndex(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The span of a line (zero-based) without its line end.
    package func lineSpan(_ index: Int) -> Span {
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return Span(start, end)
    }
}
