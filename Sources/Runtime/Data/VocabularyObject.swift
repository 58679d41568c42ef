import Datasets
import TensorCore

/// The different tokens of a body of text with their numbers.
package final class VocabularyObject: RuntimeObject {
    let table: TokenTable

    init(_ table: TokenTable) { self.table = table }

    package override var kindName: String { "vocabulary" }
    package override var fieldNames: [String] { ["tokens", "unit"] }
    package override var length: Int? { table.tokens.count }
    package override var shortText: String { "vocabulary of \(countText)" }

    var countText: String {
        "\(table.tokens.count) different \(table.unit.rawValue)" + (table.tokens.count == 1 ? "" : "s")
    }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "tokens": .strings(table.tokens)
        case "unit": .string(table.unit.rawValue)
        default: nil
        }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        let shown = table.tokens.prefix(20).map(quoted).joined(separator: " ")
        return "\(shortText)\n  \(shown)\(table.tokens.count > 20 ? " ..." : "")"
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        var tokens = table.tokens.makeIterator()
        return { tokens.next().map { .string($0) } }
    }

    /// `v["a"]` is the number of a token, `v[3]` the token of a number.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 1, case .value(let value)? = subscripts.first else {
            return try Value.strings(table.tokens).element(subscripts)
        }
        if let token = value.asString { return .integer(try number(of: token)) }
        return try Value.strings(table.tokens).element(subscripts)
    }

    func number(of token: String) throws -> Int {
        if let number = table.number(of: token) { return number }
        throw Failure(
            "\(quoted(token)) is not in the vocabulary of \(countText)",
            help: "`vocabulary(text, specials=[\"<unk>\"])` has a token that stands for unknown ones")
    }

    /// - Throws: `Failure` for an unknown token, where none stands for it.
    func encoded(_ text: String) throws -> Tensor {
        try Storage.checkAvailable(16 * text.utf8.count)
        var numbers: [Int64] = []
        func add(_ token: String) throws {
            if numbers.count & 0xFFFF == 0, Interrupt.isRequested { throw Failure.interrupted }
            numbers.append(Int64(try number(of: token)))
        }
        switch table.unit {
        case .character: for character in text.unicodeScalars { try add(String(character)) }
        case .word: for word in text.split(whereSeparator: \.isWhitespace) { try add(String(word)) }
        }
        return try Tensor(numbers)
    }

    func decoded(_ numbers: [Int]) throws -> String {
        try numbers.map { number in
            guard table.tokens.indices.contains(number) else {
                throw Failure(
                    "there is no token \(number): the vocabulary has \(countText)",
                    help: "they count from 0 to \(table.tokens.count - 1)")
            }
            return table.tokens[number]
        }.joined(separator: table.unit == .word ? " " : "")
    }
}

/// A text as the numbers of its tokens.
package final class CorpusObject: RuntimeObject {
    let name: String
    let text: String
    let tokens: Tensor
    let vocabulary: VocabularyObject

    init(_ name: String, _ text: String, _ tokens: Tensor, _ vocabulary: VocabularyObject) {
        self.name = name
        self.text = text
        self.tokens = tokens
        self.vocabulary = vocabulary
    }

    package override var kindName: String { "corpus" }
    package override var fieldNames: [String] { ["text", "tokens", "vocabulary", "name"] }
    package override var length: Int? { tokens.count }
    package override var shortText: String {
        "corpus \(name) of \(tokens.count) \(vocabulary.table.unit.rawValue)s, \(vocabulary.table.tokens.count) different"
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        let start = text.prefix(60)
        return "\(shortText)\n  \(quoted(String(start)))\(start.endIndex < text.endIndex ? " ..." : "")"
    }

    package override func field(_ field: String) throws -> Value? {
        switch field {
        case "text": .string(text)
        case "tokens": .tensor(tokens)
        case "vocabulary": .object(vocabulary)
        case "name": .string(name)
        default: nil
        }
    }
}
