/// The tokens of a language, each with its index.
///
///     let vocabulary = Vocabulary(of: ["go .", "run ."], by: .character)
///     vocabulary.encoded("gun")                  // [4, 9, 10]; what is not in it is `unknown`
///     vocabulary.decoded([4, 9, 10, 2, 0])       // "gun": it ends at `end`
package struct Vocabulary: Equatable, Sendable {
    /// What a sentence is a sequence of.
    package enum Unit: String, CaseIterable, Sendable {
        /// What a reader sees as one character (a grapheme cluster).
        case character
        /// What white space separates.
        case word
    }

    package static let padding = 0
    package static let start = 1
    package static let end = 2
    package static let unknown = 3
    private static let specials = ["<pad>", "<start>", "<end>", "<unknown>"]
    /// What stands for an unknown token in decoded text.
    package static let replacement = "\u{fffd}"

    package let unit: Unit
    /// By index; the first four are not of any text.
    package let tokens: [String]
    private let indices: [String: Int]

    /// Gathers the tokens of texts that are found at least `minCount` times, in the order of their first appearance.
    package init(of texts: some Sequence<String>, by unit: Unit, minCount: Int = 1) {
        self.unit = unit
        var found: [String] = []
        var counts: [String: Int] = [:]
        for text in texts {
            for token in Vocabulary.tokens(of: text, by: unit) {
                if counts[token] == nil { found.append(token) }
                counts[token, default: 0] += 1
            }
        }
        let tokens = Vocabulary.specials + found.filter { counts[$0, default: 0] >= minCount }
        var indices: [String: Int] = [:]
        for index in Vocabulary.specials.count..<tokens.count { indices[tokens[index]] = index }
        self.tokens = tokens
        self.indices = indices
    }

    /// A vocabulary whose tokens are known, the first four being padding, start, end and unknown; nil where they are not,
    /// or one stands twice.
    init?(tokens: [String], unit: Unit) {
        guard tokens.starts(with: Vocabulary.specials) else { return nil }
        self.unit = unit
        self.tokens = tokens
        var indices: [String: Int] = [:]
        for index in Vocabulary.specials.count..<tokens.count {
            guard indices.updateValue(index, forKey: tokens[index]) == nil else { return nil }
        }
        self.indices = indices
    }

    package var count: Int { tokens.count }

    /// How many tokens there are beside padding, start, end and unknown.
    package var ownCount: Int { tokens.count - Vocabulary.specials.count }

    package static func tokens(of text: String, by unit: Unit) -> [String] {
        switch unit {
        case .character: text.unicodeScalars.map { String($0) }
        case .word: text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// The indices of a text's tokens, without start and end.
    package func encoded(_ text: String) -> [Int] {
        Vocabulary.tokens(of: text, by: unit).map { indices[$0] ?? Vocabulary.unknown }
    }

    /// The tokens of a text that are not in the vocabulary, each once.
    package func unknownTokens(in text: String) -> [String] {
        var seen = Set<String>()
        return Vocabulary.tokens(of: text, by: unit).filter { indices[$0] == nil && seen.insert($0).inserted }
    }

    /// The tokens of indices up to the first `end`; start and padding are left out.
    package func tokens(at indices: some Sequence<Int>) -> [String] {
        var result: [String] = []
        for index in indices {
            if index == Vocabulary.end { break }
            if index == Vocabulary.padding || index == Vocabulary.start { continue }
            let isToken = index != Vocabulary.unknown && tokens.indices.contains(index)
            result.append(isToken ? tokens[index] : Vocabulary.replacement)
        }
        return result
    }

    /// The text of indices up to the first `end`.
    package func decoded(_ indices: some Sequence<Int>) -> String {
        tokens(at: indices).joined(separator: unit == .word ? " " : "")
    }
}
