/// How many runs of characters translations share with references, as a percentage.
///
/// `chrF = 100 * (1 + b^2) * P * R / (b^2 * P + R)` with b = 2, where P and R are the means over n from 1 to 6 of the
/// shares of the translations' and the references' runs of n characters (without white space) that the other has.
///
/// - Source: Popovic 2015, doi:10.18653/v1/W15-3049; the corpus figure as in sacreBLEU: counts are summed over the
///   sentences, each with the reference that suits it best.
package enum ChrF {
    private static let order = 6
    private static let beta = 2.0

    /// - Parameter references: For each text those that it is compared with, at least one.
    package static func score(_ texts: [String], references: [[String]]) -> Double {
        var sum = Statistics()
        for (text, references) in zip(texts, references) {
            let candidates = references.map { Statistics(text, reference: $0) }
            guard var best = candidates.first else { continue }
            for candidate in candidates.dropFirst() where candidate.score > best.score { best = candidate }
            sum.add(best)
        }
        return sum.score
    }

    private struct Statistics {
        var own = [Int](repeating: 0, count: ChrF.order)
        var wanted = [Int](repeating: 0, count: ChrF.order)
        var shared = [Int](repeating: 0, count: ChrF.order)

        init() {}

        init(_ text: String, reference: String) {
            let (a, b) = (Statistics.letters(text), Statistics.letters(reference))
            for order in 1...ChrF.order {
                let (mine, theirs) = (NGrams(a, order: order), NGrams(b, order: order))
                own[order - 1] = mine.total
                wanted[order - 1] = theirs.total
                shared[order - 1] = mine.matches(theirs)
            }
        }

        /// Code points, as other implementations count characters.
        private static func letters(_ text: String) -> [Int] {
            text.unicodeScalars.filter { !$0.properties.isWhitespace }.map { Int($0.value) }
        }

        mutating func add(_ other: Statistics) {
            for index in own.indices {
                own[index] += other.own[index]
                wanted[index] += other.wanted[index]
                shared[index] += other.shared[index]
            }
        }

        var score: Double {
            var precision = 0.0
            var recall = 0.0
            var count = 0.0
            for index in own.indices where own[index] > 0 && wanted[index] > 0 {
                precision += Double(shared[index]) / Double(own[index])
                recall += Double(shared[index]) / Double(wanted[index])
                count += 1
            }
            guard count > 0, precision + recall > 0 else { return 0 }
            (precision, recall) = (precision / count, recall / count)
            let weight = ChrF.beta * ChrF.beta
            return 100 * (1 + weight) * precision * recall / (weight * precision + recall)
        }
    }
}
