/// How well classes are told apart: precision, recall and F1 by class, with the definitions of scikit-learn.
///
/// A quotient of nothing counts as 0: the precision of a class that is never answered, the recall of one without examples.
package struct ClassReport<Label: Comparable & Hashable> {
    package struct Figures: Equatable {
        /// The part of right answers among the answers of the class.
        package var precision: Double
        /// The part of the class's examples that are found.
        package var recall: Double
        /// The harmonic mean of both.
        package var f1: Double
        /// The number of examples.
        package var support: Int
    }

    /// Those of answers or targets, in order.
    package let labels: [Label]
    package let figures: [Figures]
    /// The part of right answers of all.
    package let accuracy: Double
    package let count: Int

    /// - Parameters:
    ///   - answers: As many as targets, at least one.
    package init(answers: [Label], targets: [Label]) {
        var counts: [Label: (right: Int, answered: Int, present: Int)] = [:]
        var right = 0
        for (answer, target) in zip(answers, targets) {
            counts[answer, default: (0, 0, 0)].answered += 1
            counts[target, default: (0, 0, 0)].present += 1
            if answer == target {
                counts[target]?.right += 1
                right += 1
            }
        }
        labels = counts.keys.sorted()
        func quotient(_ a: Int, _ b: Int) -> Double { b == 0 ? 0 : Double(a) / Double(b) }
        figures = labels.map { label in
            let count = counts[label] ?? (0, 0, 0)
            return Figures(
                precision: quotient(count.right, count.answered), recall: quotient(count.right, count.present),
                f1: quotient(2 * count.right, count.answered + count.present), support: count.present)
        }
        count = targets.count
        accuracy = quotient(right, count)
    }

    /// The means over the classes, each alike or, with `isWeighted`, by its examples.
    package func mean(isWeighted: Bool) -> Figures {
        let weights = figures.map { isWeighted ? Double($0.support) : 1 }
        let total = weights.reduce(0, +)
        func mean(_ figure: (Figures) -> Double) -> Double {
            total == 0 ? 0 : zip(figures, weights).reduce(0) { $0 + figure($1.0) * $1.1 } / total
        }
        return Figures(
            precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: count)
    }
}
