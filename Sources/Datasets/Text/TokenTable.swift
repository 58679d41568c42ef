/// The different tokens of a body of text, each with its number, for models of one language.
///
/// Characters are in the order of Unicode, words by how often they come. Nothing is added unless it is asked for; pairs of
/// sentences have a `Vocabulary` with padding, start and end.
package struct TokenTable: Sendable {
    package let unit: Vocabulary.Unit
    /// By number.
    package let tokens: [String]
    /// The number of the token for all that are not in the table.
    package let unknown: Int?
    private let numbers: [String: Int]

    /// What stands for unknown tokens, if it is among the special ones.
    package static let unknownNames: Set<String> = ["<unk>", "<unknown>"]

    /// - Parameters:
    ///   - specials: Tokens that come first, whether the text has them or not.
    ///   - minCount: How often a token has to come; where that is above 1, there is a token for unknown ones.
    ///   - most: How many tokens there are at most, the special ones not counted.
    package init(
        of counts: [String: Int], by unit: Vocabulary.Unit, specials: [String] = [], minCount: Int = 1, most: Int? = nil
    ) {
        let isCut = minCount > 1 || most != nil
        let first = isCut && !specials.contains(where: Self.unknownNames.contains) ? ["<unk>"] + specials : specials
        var found = counts.filter { $0.value >= minCount && !first.contains($0.key) }
        func isBefore(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
        let frequent = { (a: (key: String, value: Int), b: (key: String, value: Int)) in
            a.value != b.value ? a.value > b.value : isBefore(a.key, b.key)
        }
        if let most, found.count > most {
            found = Dictionary(uniqueKeysWithValues: found.sorted(by: frequent).prefix(most).map { ($0.key, $0.value) })
        }
        self.unit = unit
        tokens = first + (unit == .word ? found.sorted(by: frequent).map(\.key) : found.keys.sorted(by: isBefore))
        numbers = Dictionary(tokens.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        unknown = first.firstIndex(where: Self.unknownNames.contains)
    }

    package func number(of token: String) -> Int? { numbers[token] ?? unknown }
}
