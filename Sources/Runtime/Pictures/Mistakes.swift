import Datasets
import Figures
import TensorCore
import Training

/// The examples that a classifier is most wrong about.
struct Mistakes {
    private let call: Call
    private let dataset: Dataset

    init(_ call: Call) throws {
        self.call = call
        dataset = try call.dataset("data")
    }

    func table() throws -> Value {
        let model = try call.network("model")
        let most = try call.integer("count", atLeast: 1)
        guard dataset.pairs == nil, let y = try dataset.y(), y.dtype == .int64, y.rank == 1 else {
            throw Failure(
                "`mistakes` needs a class for each example, and \(dataset.name) has none",
                help: "targets are whole numbers, one for each example")
        }
        let labels = y.integers()
        let ignored = Inference.ignoredLabel(of: model)
        let scores = try Inference.outputs(model, dataset)
        let answers = try Inference.classes(scores, of: model, labels: dataset.targetShape)
        guard answers.count == dataset.count else {
            throw Failure(
                "`mistakes` needs one answer for each example, and the model gives \(answers.count) for \(dataset.count)"
            )
        }
        let probabilities = try Inference.probabilities(scores, of: model, labels: dataset.targetShape).doubles()
        let classCount = probabilities.count / max(dataset.count, 1)
        let wrong = zip(labels, answers.doubles()).enumerated().compactMap { index, pair -> Wrong? in
            let answer = Int(pair.1)
            guard answer != pair.0, pair.0 != ignored else { return nil }
            let given = classCount > 1 ? probabilities[index * classCount + answer] : probabilities[index]
            return Wrong(
                index: index, target: pair.0, answer: answer,
                probability: classCount > 1 || answer == 1 ? given : 1 - given)
        }
        let worst = Array(
            wrong.sorted { ($1.probability, $0.index) < ($0.probability, $1.index) }.prefix(most))
        return .object(
            TableObject(
                columns: [
                    ("index", worst.map { .integer($0.index) }), ("target", worst.map { label($0.target) }),
                    ("answer", worst.map { label($0.answer) }),
                    ("probability", worst.map { .number($0.probability) }),
                ], picture: try picture(worst, of: wrong.count)))
    }

    private struct Wrong {
        let index: Int
        let target: Int
        let answer: Int
        let probability: Double
    }

    private func percent(_ part: Double) -> String { part.isFinite ? "\(Int((part * 100).rounded()))%" : "?" }

    /// A class by its name; where it has none but its number, as `y` holds it.
    private func label(_ label: Int) -> Value {
        let name = name(label)
        return name == "\(label)" ? .integer(label) : .string(name)
    }

    private func name(_ label: Int) -> String {
        guard let names = dataset.classNames, names.indices.contains(label) else { return "\(label)" }
        return names[label]
    }

    /// The examples as images; nil for what is none.
    private func picture(_ worst: [Wrong], of count: Int) throws -> Figure? {
        let shape = dataset.exampleShape
        guard !worst.isEmpty, shape.count == 2 || shape.count == 3 && (shape[0] == 1 || shape[0] == 3) else {
            return nil
        }
        let shown = Array(worst.prefix(256))
        let x = try dataset.selecting(shown.map(\.index)).x()
        return .images(
            ImageGrid(
                title: "\(count) of \(dataset.count) wrong, the worst first",
                images: try Builtin.images(of: x),
                captions: shown.map { "\(name($0.answer)) \(percent($0.probability)), is \(name($0.target))" },
                brightness: dataset.normalization == nil ? Builtin.brightnessOf(x) : .each))
    }
}
