import Glibc

/// How many words and short runs of words translations share with references, as a percentage.
///
/// `BLEU = 100 * bp * exp(mean over n of log p_n)`, n from 1 to 4, where `p_n` is the share of the translations' runs
/// of n words that stand in a reference (each counted at most as often as there) over the whole corpus, and
/// `bp = min(1, exp(1 - r / c))` for c words of translations and r words of the references nearest in length.
///
/// - Source: Papineni et al. 2002, doi:10.3115/1073083.1073135; tokens, smoothing ("exp") and rounding of lengths as
///   sacreBLEU has them (Post 2018, arXiv:1804.08771).
package struct BLEU: Equatable {
    package let score: Double
    /// Percentages, by the number of words in a run.
    package let precisions: [Double]
    package let brevityPenalty: Double
    package let wordCount: Int
    package let referenceWordCount: Int

    private static let order = 4

    /// - Parameters:
    ///   - references: For each text those that it is compared with, at least one.
    ///   - isTokenized: Whether white space already separates words from punctuation.
    package init(_ texts: [String], references: [[String]], isTokenized: Bool = false) {
        var matches = [Int](repeating: 0, count: BLEU.order)
        var totals = matches
        var wordCount = 0
        var referenceWordCount = 0
        for (text, references) in zip(texts, references) {
            var numbers = TokenNumbers()
            func words(_ text: String) -> [Int] {
                numbers(isTokenized ? WordTokenizer.spaced(text) : WordTokenizer.tokens(text))
            }
            let candidate = words(text)
            let wanted = references.map { words($0) }
            wordCount += candidate.count
            referenceWordCount +=
                wanted.map(\.count).min {
                    (abs($0 - candidate.count), $0) < (abs($1 - candidate.count), $1)
                } ?? 0
            for order in 1...BLEU.order {
                let own = NGrams(candidate, order: order)
                let others = wanted.map { NGrams($0, order: order) }
                guard let first = others.first else { continue }
                matches[order - 1] += own.matches(others.dropFirst().reduce(first) { $0.union($1) })
                totals[order - 1] += own.total
            }
        }
        self.wordCount = wordCount
        self.referenceWordCount = referenceWordCount
        brevityPenalty =
            wordCount >= referenceWordCount
            ? 1 : wordCount == 0 ? 0 : exp(1 - Double(referenceWordCount) / Double(wordCount))
        var precisions: [Double] = []
        var smoothing = 1.0
        for (match, total) in zip(matches, totals) {
            guard total > 0 else {
                precisions.append(0)
                continue
            }
            // Where no run of this length is shared, half of one is taken, then a quarter, ...
            if match == 0 { smoothing *= 2 }
            precisions.append(100 * (match == 0 ? 1 / smoothing : Double(match)) / Double(total))
        }
        self.precisions = matches.contains { $0 > 0 } ? precisions : [0, 0, 0, 0]
        let isZero = self.precisions.contains(0)
        score =
            isZero
            ? 0 : brevityPenalty * exp(self.precisions.reduce(0) { $0 + log($1) } / Double(BLEU.order))
    }
}
