import Glibc

/// How the next token is chosen from a language model's scores.
package struct TokenSampling: Equatable, Sendable {
    /// 0 takes the most probable token; else scores are divided by it before the softmax.
    package var temperature: Double
    /// Only so many of the most probable tokens are drawn from.
    package var topK: Int?
    /// Only the fewest of the most probable tokens whose probabilities sum to this are drawn from: nucleus sampling.
    /// Holtzman et al. 2020, arXiv:1904.09751.
    package var topP: Double?

    package init(temperature: Double = 0, topK: Int? = nil, topP: Double? = nil) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
    }

    /// Returns a token.
    ///
    /// - Parameters:
    ///   - scores: One for each token; no NaN, and one above minus infinity.
    ///   - draw: An even random number, from 0 up to but without 1.
    package func token(_ scores: [Double], draw: () throws -> Double) rethrows -> Int {
        let greatest = scores.max() ?? 0
        let best = scores.firstIndex(of: greatest) ?? 0
        guard temperature > 0, greatest < .infinity else { return best }
        var weights = scores.map { exp(($0 - greatest) / temperature) }
        if topK != nil || topP != nil { keepMostProbable(&weights) }
        var left = try draw() * weights.reduce(0, +)
        for (token, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return token }
        }
        return best
    }

    /// Makes the weights of the others 0; of equal ones the first are kept.
    private func keepMostProbable(_ weights: inout [Double]) {
        var order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        if let topK, topK < order.count {
            for token in order[topK...] { weights[token] = 0 }
            order.removeSubrange(topK...)
        }
        guard let topP else { return }
        let goal = topP * order.reduce(0) { $0 + weights[$1] }
        var sum = 0.0
        for token in order {
            if sum >= goal, sum > 0 { weights[token] = 0 } else { sum += weights[token] }
        }
    }

    /// The logarithms of the tokens' probabilities.
    static func logProbabilities(_ scores: [Double]) -> [Double] {
        let greatest = scores.max() ?? 0
        let sum = scores.reduce(0) { $0 + exp($1 - greatest) }
        return scores.map { $0 - greatest - log(sum) }
    }
}

/// A sequence of tokens that goes on as a language model says.
package struct TokenSequence: Equatable {
    /// With those that it began with.
    package var tokens: [Int]
    /// The sum of the logarithms of the probabilities of those that came to it.
    package var logProbability = 0.0
    package var isFinished = false

    package init(_ tokens: [Int]) { self.tokens = tokens }
}

/// Follows the most probable sequences at once.
package struct TokenBeam {
    package let width: Int
    /// Sequences are compared by `log p / length^penalty`, the length being that of what came to them.
    package let lengthPenalty: Double
    private let startCount: Int
    private let stop: Int?
    package private(set) var open: [TokenSequence]
    private var finished: [TokenSequence] = []

    /// - Parameter stop: The token that ends a sequence.
    package init(from start: [Int], width: Int, lengthPenalty: Double, stop: Int?) {
        self.width = width
        self.lengthPenalty = lengthPenalty
        self.stop = stop
        startCount = start.count
        open = [TokenSequence(start)]
    }

    /// Whether no sequence goes on, or as many as are followed have ended.
    package var isDone: Bool { open.isEmpty || finished.count >= width }

    /// Extends each open sequence by a token and keeps the most probable.
    ///
    /// - Parameter scores: For each open sequence those of all tokens.
    package mutating func advance(_ scores: [[Double]]) {
        var candidates: [TokenSequence] = []
        for (sequence, scores) in zip(open, scores) {
            let logarithms = TokenSampling.logProbabilities(scores)
            // Of equals the first, so that results are the same everywhere.
            let order = logarithms.indices.sorted {
                logarithms[$0] != logarithms[$1] ? logarithms[$0] > logarithms[$1] : $0 < $1
            }
            for token in order.prefix(width + 1) where logarithms[token] > -.infinity {
                var next = sequence
                next.tokens.append(token)
                next.logProbability += logarithms[token]
                next.isFinished = token == stop
                candidates.append(next)
            }
        }
        let order = candidates.indices.sorted {
            (-candidates[$0].logProbability, $0) < (-candidates[$1].logProbability, $1)
        }
        open = []
        for (rank, index) in order.enumerated() {
            if !candidates[index].isFinished {
                if open.count < width { open.append(candidates[index]) }
            } else if rank < width {
                finished.append(candidates[index])
            }
        }
    }

    /// The best sequence of all.
    package var best: TokenSequence? {
        let all = finished + open
        return all.indices.max { (score(all[$0]), $1) < (score(all[$1]), $0) }.map { all[$0] }
    }

    private func score(_ sequence: TokenSequence) -> Double {
        let length = Double(max(sequence.tokens.count - startCount, 1))
        return sequence.logProbability / pow(length, lengthPenalty)
    }
}
