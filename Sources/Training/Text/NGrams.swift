/// Sequences of tokens with the numbers of times that they stand in a sentence.
struct NGrams {
    private(set) var counts: [[Int]: Int] = [:]
    private(set) var total = 0

    init(_ tokens: [Int], order: Int) {
        guard tokens.count >= order else { return }
        for start in 0...(tokens.count - order) { counts[Array(tokens[start..<start + order]), default: 0] += 1 }
        total = tokens.count - order + 1
    }

    /// How many of them are in `other` too, each as often as there.
    func matches(_ other: NGrams) -> Int {
        counts.reduce(0) { $0 + min($1.value, other.counts[$1.key] ?? 0) }
    }

    /// Each as often as in the one where it is most frequent.
    func union(_ other: NGrams) -> NGrams {
        var result = self
        result.counts.merge(other.counts) { max($0, $1) }
        return result
    }
}

/// Numbers for tokens, the same for the same token.
struct TokenNumbers {
    private var numbers: [String: Int] = [:]

    mutating func callAsFunction(_ tokens: [String]) -> [Int] {
        tokens.map { token in
            if let known = numbers[token] { return known }
            numbers[token] = numbers.count
            return numbers.count - 1
        }
    }
}
