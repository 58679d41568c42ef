/// The text of cells as `CSVReader` and other programs read it.
///
/// - Source: RFC 4180.
package enum CSVText {
    /// A text as a cell: in quotes where it would be read as something else without them.
    ///
    /// - Parameters:
    ///   - isQuoted: Whether it stands in quotes anyway.
    ///   - isAlone: Whether it is the only cell of its row, in which a blank may separate two.
    package static func cell(_ text: String, isQuoted: Bool = false, isAlone: Bool = false) -> String {
        guard isQuoted || needsQuotes(text, isAlone: isAlone) else { return text }
        // By bytes: a quote with a combining mark behind it ends a cell too.
        var bytes: [UInt8] = [quote]
        for byte in text.utf8 { bytes += byte == quote ? [quote, quote] : [byte] }
        return String(decoding: bytes + [quote], as: UTF8.self)
    }

    /// A cell without a value. A line must hold something: one that is empty would be no row.
    package static func missing(isAlone: Bool) -> String { isAlone ? " " : "" }

    /// Whether a text is not itself when it is read without quotes.
    static func needsQuotes(_ text: String, isAlone: Bool) -> Bool {
        let bytes = Array(text.utf8)[...]
        if isAlone && bytes.contains(0x20) || text == ColumnTable.indexName { return true }
        let separators: [UInt8] = [quote, 0x2c, 0x3b, 0x7c]
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || separators.contains($0) }) { return true }
        // A file must not begin as one of another kind does, nor with a comment.
        if bytes.first == UInt8(ascii: "<") || bytes.first == UInt8(ascii: "#")
            || bytes.starts(with: [0xef, 0xbb, 0xbf])
        {
            return true
        }
        if CSVReader.trimmed(bytes).count < bytes.count { return true }
        if case .text = TableFormat().value(bytes) { return false }
        return true
    }

    private static let quote = UInt8(ascii: "\"")
}
