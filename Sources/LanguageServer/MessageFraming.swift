/// Finds the messages in a stream of bytes.
///
///     Content-Length: 42\r\n
///     \r\n
///     {"jsonrpc": "2.0", ...
///
/// - Source: Language Server Protocol 3.17, "Base Protocol".
package struct MessageFraming {
    package enum Frame: Equatable {
        case content([UInt8])
        /// A header without a length, which is skipped.
        case damaged
        /// A message of so many bytes, which is skipped.
        case tooLong(Int)
    }

    /// Code is written by people: what is longer is no document.
    package static let longestContent = 32 << 20
    private static let longestHeader = 1 << 13

    private var bytes: [UInt8] = []
    /// Those before it have been given out.
    private var start = 0
    /// How many bytes of a message that is skipped are still to come.
    private var skipped = 0
    /// How long the content is whose header has been read.
    private var length: Int?

    package init() {}

    package mutating func append(_ new: some Collection<UInt8>) {
        let dropped = min(skipped, new.count)
        skipped -= dropped
        if start > 1 << 16 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += new.dropFirst(dropped)
    }

    /// The next message that is there as a whole.
    package mutating func next() -> Frame? {
        if length == nil {
            guard let end = headerEnd() else {
                guard bytes.count - start > Self.longestHeader else { return nil }
                start = bytes.count
                return .damaged
            }
            let header = bytes[start..<end.lowerBound]
            start = end.upperBound
            guard let found = Self.length(in: header) else { return .damaged }
            guard found <= Self.longestContent else {
                let present = min(found, bytes.count - start)
                start += present
                skipped = found - present
                return .tooLong(found)
            }
            length = found
        }
        guard let length, bytes.count - start >= length else { return nil }
        defer {
            start += length
            self.length = nil
        }
        return .content(Array(bytes[start..<(start + length)]))
    }

    /// The empty line behind a header; a line may end without a carriage return, too.
    private func headerEnd() -> Range<Int>? {
        let newline = UInt8(ascii: "\n")
        for index in start..<min(bytes.count, start + Self.longestHeader) where bytes[index] == newline {
            if index + 1 < bytes.count, bytes[index + 1] == newline { return index..<(index + 2) }
            if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "\r"), bytes[index + 2] == newline {
                return index..<(index + 3)
            }
        }
        return nil
    }

    /// The length that a header tells, also behind what a message with a wrong length has left in the line.
    private static func length(in header: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: header, as: UTF8.self).lowercased()
        let name = "content-length:"
        for line in text.split(whereSeparator: \.isNewline).reversed() {
            guard let place = line.ranges(of: name).last else { continue }
            let digits = line[place.upperBound...].filter { $0 != " " && $0 != "\t" }
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(digits)
        }
        return nil
    }

    /// A message as it is sent.
    package static func frame(_ content: String) -> [UInt8] {
        Array("Content-Length: \(content.utf8.count)\r\n\r\n\(content)".utf8)
    }
}
