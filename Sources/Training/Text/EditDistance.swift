import Datasets
import TensorCore

/// How far texts are from what they were to be.
package enum EditDistance {
    /// The least number of insertions, deletions and replacements that make one sequence of the other.
    ///
    ///     EditDistance.between(Array("kitten"), Array("sitting"))   // 3
    ///
    /// Takes time as the product of the lengths and memory as the second.
    ///
    /// - Source: Levenshtein 1966; by rows as Wagner and Fischer 1974, doi:10.1145/321796.321811.
    package static func between<Token: Equatable>(_ first: [Token], _ second: [Token]) throws -> Int {
        var row = Array(0...second.count)
        for (i, token) in first.enumerated() {
            if i & 0xFF == 0 || second.count > 1 << 16 { try Interrupt.check() }
            var diagonal = row[0]
            row[0] = i + 1
            for j in second.indices {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (token == second[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[second.count]
    }

    /// The edit distance of a text to its reference over the length of the reference: 0 where they agree.
    ///
    /// Of an empty reference the rate is 0 where the text is empty too, and the length of the text otherwise.
    package static func rate(_ text: String, reference: String, by unit: Vocabulary.Unit) throws -> Double {
        let (tokens, wanted) = numbered(text, reference, unit)
        return try Double(between(tokens, wanted)) / Double(max(wanted.count, 1))
    }

    /// The mean rate over all texts.
    package static func errorRate(_ texts: [String], references: [String], by unit: Vocabulary.Unit) throws -> Double {
        let sum = try zip(texts, references).reduce(0) { try $0 + rate($1.0, reference: $1.1, by: unit) }
        return sum / Double(max(min(texts.count, references.count), 1))
    }

    /// Both as numbers, which compare faster than strings.
    private static func numbered(_ a: String, _ b: String, _ unit: Vocabulary.Unit) -> ([Int], [Int]) {
        var numbers: [String: Int] = [:]
        func number(_ token: String) -> Int {
            if let known = numbers[token] { return known }
            numbers[token] = numbers.count
            return numbers.count - 1
        }
        return (
            Vocabulary.tokens(of: a, by: unit).map(number), Vocabulary.tokens(of: b, by: unit).map(number)
        )
    }
}
