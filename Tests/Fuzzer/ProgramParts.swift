import Foundation
import Language

/// The statements of the programs of the tests, each as its tokens.
final class ProgramParts {
    private let root: String

    init(root: String) { self.root = root }

    lazy var programs: [[[String]]] = {
        let folder = root + "/Tests/RuntimeTests/Programs"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let programs = names.compactMap { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
        return programs.map { program in
            let source = SourceText(
                name: "x", text: program.replacingOccurrences(of: "@folder", with: WorkFolder.output))
            return Parser.parse(source).block.statements.map { Self.tokens(source[$0.span]) }
        }.filter { !$0.isEmpty }
    }()

    /// Words, numbers, strings, blanks and symbols; all of them together are the text.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var kind: Character?
        for character in text {
            let next: Character =
                character.isLetter || character.isNumber || character == "_" ? "a" : character.isWhitespace ? " " : "+"
            if next == kind, next != "+" {
                tokens[tokens.count - 1].append(character)
            } else {
                tokens.append(String(character))
            }
            kind = next
        }
        return tokens
    }
}
