import Language

/// A text in single quotes that looks as if it held the end of a line or a tab.
final class EscapeNoteNode: Node {
    private let text: String
    private let escape: String

    init(_ text: String, _ escape: String, _ location: Diagnostic.Location) {
        self.text = text
        self.escape = escape
        super.init(location)
    }

    /// The first `\n` or `\t`, unless other signs show that it is a regular expression or a path.
    static func escape(in text: String) -> String? {
        var found: String?
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                guard byte == UInt8(ascii: "n") || byte == UInt8(ascii: "t") else { return nil }
                found = found ?? (byte == UInt8(ascii: "n") ? "\\n" : "\\t")
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if "[](){}*+?|^$".utf8.contains(byte) {
                return nil
            }
        }
        return isEscaped ? nil : found
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        try frame.interpreter.adviseOnce(
            "`\(escape)` in single quotes is a backslash and a letter: write \"...\" for "
                + (escape == "\\n" ? "the end of a line" : "a tab"))
        return .string(text)
    }
}
