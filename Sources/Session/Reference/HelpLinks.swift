import Figures
import Language
import Runtime
import TensorCore

/// Texts of the help in HTML, with links to what they name.
struct HelpLinks {
    static let wordPage = "words.html"

    private let builtins: BuiltinTable

    init(_ builtins: BuiltinTable) { self.builtins = builtins }

    /// The file of a page or a group.
    static func file(_ name: String) -> String { "\(name).html" }

    /// What leads to a name within a page: signs such as `!` by their numbers.
    static func anchor(_ name: String) -> String {
        name.escaping {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" ? nil : "-\($0.value)"
        }
    }

    /// A built-in, as a link.
    func link(_ name: String) -> String {
        "<a href=\"\(address(of: name) ?? "index.html")\">\(escapedXML(name))</a>"
    }

    /// Where a name is explained: a built-in, a page, a group or a word.
    private func address(of name: String) -> String? {
        if let builtin = builtins.builtin(name) {
            return "\(Self.file(builtin.topic.rawValue))#\(Self.anchor(builtin.name))"
        }
        if HelpPage(rawValue: name) != nil || HelpTopic(rawValue: name) != nil || FamiliarLibrary(rawValue: name) != nil
        {
            return Self.file(name)
        }
        return LanguageWord.titles.contains(name) ? "\(Self.wordPage)#\(Self.anchor(name))" : nil
    }

    /// A text of a paragraph: what stands between back quotes is code, and a link where it names something.
    func prose(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        // A lone back quote is one.
        guard parts.count % 2 == 1 else { return escapedXML(text) }
        return parts.enumerated().map { index, part in
            guard index % 2 == 1 else { return escapedXML(String(part)) }
            let code = "<code>\(escapedXML(String(part)))</code>"
            return address(of: Self.name(in: part)).map { "<a href=\"\($0)\">\(code)</a>" } ?? code
        }.joined()
    }

    /// What `help NAME` and `?NAME` name.
    private static func name(in code: Substring) -> String {
        String(code.hasPrefix("help ") ? code.dropFirst(5) : code.hasPrefix("?") ? code.dropFirst() : code)
    }

    /// A page: paragraphs, and lines that keep their spaces.
    func html(_ text: String) -> String {
        TextWrapping.blocks(of: text).map { block in
            switch block {
            case .paragraph(let text): return "<p>\(prose(text))</p>\n"
            case .program(let lines):
                let margin = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
                let text = lines.map { String($0.dropFirst(margin)) }.joined(separator: "\n")
                return "<pre>\(escapedXML(text))</pre>\n"
            }
        }.joined()
    }
}
