/// Measures of the order that scores put examples in, and of the distance of numbers, with the definitions of scikit-learn.
package enum RankMeasures {
    /// The rates of wrong and right alarms for each threshold, from the one above all scores to the least score.
    package struct Curve: Equatable {
        package var falsePositiveRates: [Double] = [0]
        package var truePositiveRates: [Double] = [0]
        package var thresholds: [Double] = [.infinity]
    }

    /// Returns the receiver operating characteristic.
    ///
    /// - Parameters:
    ///   - scores: The greater, the more likely positive; not NaN.
    ///   - isPositive: As many; at least one of each kind.
    ///   - dropsIntermediate: Without the points on a straight line between their neighbours.
    package static func roc(_ scores: [Double], _ isPositive: [Bool], dropsIntermediate: Bool) -> Curve {
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        var points: [(wrong: Int, right: Int, threshold: Double)] = []
        var (wrong, right) = (0, 0)
        for (place, index) in order.enumerated() {
            if isPositive[index] { right += 1 } else { wrong += 1 }
            // Equal scores are one threshold.
            if place + 1 < order.count, scores[order[place + 1]] == scores[index] { continue }
            points.append((wrong, right, scores[index]))
        }
        if dropsIntermediate, points.count > 2 {
            let inner = (1..<points.count - 1).filter { i in
                points[i + 1].wrong - points[i].wrong != points[i].wrong - points[i - 1].wrong
                    || points[i + 1].right - points[i].right != points[i].right - points[i - 1].right
            }
            points = [points[0]] + inner.map { points[$0] } + [points[points.count - 1]]
        }
        var curve = Curve()
        for point in points {
            curve.falsePositiveRates.append(Double(point.wrong) / Double(negatives))
            curve.truePositiveRates.append(Double(point.right) / Double(positives))
            curve.thresholds.append(point.threshold)
        }
        return curve
    }

    /// Returns the area under that curve: how likely a positive example has a greater score than a negative one, equal
    /// scores counted half.
    package static func area(_ scores: [Double], _ isPositive: [Bool]) -> Double {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        // Pairs that are in the right order, times two.
        var pairs = 0.0
        var below = 0
        var place = 0
        while place < order.count {
            var end = place
            var (right, wrong) = (0, 0)
            while end < order.count, scores[order[end]] == scores[order[place]] {
                if isPositive[order[end]] { right += 1 } else { wrong += 1 }
                end += 1
            }
            pairs += Double(right) * Double(2 * below + wrong)
            below += wrong
            place = end
        }
        return pairs / (2 * Double(positives) * Double(negatives))
    }

    /// Returns the part of examples whose class is among the `count` with the greatest scores; of equal scores the first
    /// class counts as greater, as for `argmax`.
    ///
    /// - Parameter scores: Of all classes of the first example, then of the next, ...
    package static func topAccuracy(_ scores: [Double], _ targets: [Int], classes: Int, count: Int) -> Double {
        let hits = targets.indices.count { example in
            let own = scores[example * classes..<(example + 1) * classes]
            let target = own[own.startIndex + targets[example]]
            // NaN is never found.
            guard !target.isNaN else { return false }
            let ahead = own.enumerated().count { place, score in
                !(score < target) && (score != target || place < targets[example])
            }
            return ahead < count
        }
        return Double(hits) / Double(targets.count)
    }

    /// Returns the part of the targets' variance that predictions explain, 1 - sum((y - p)^2) / sum((y - mean y)^2).
    ///
    /// Of targets that are all equal it is 1 where the predictions are, too, else 0; of fewer than two it is NaN.
    package static func determination(_ predictions: [Double], _ targets: [Double]) -> Double {
        guard targets.count > 1 else { return .nan }
        let mean = targets.reduce(0, +) / Double(targets.count)
        let total = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let rest = zip(predictions, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        if total == 0 { return rest == 0 ? 1 : rest.isNaN ? .nan : 0 }
        return 1 - rest / total
    }
}
