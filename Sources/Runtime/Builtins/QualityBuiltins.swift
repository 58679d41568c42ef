import Autograd
import Datasets
import NeuralNet
import TensorCore
import Training

private let exampleNet = """
    model small() { linear 2 }
    points = dataset(randn([20, 3]), randint(0, 2, [20]))
    net = small(input=[3])

    """

private let ofModelOrNumbers =
    "Of a model and a dataset, or of plain predictions (or scores) and targets, in this order."

extension Builtin {
    /// How good answers are: of a model on a dataset, or of plain numbers. The definitions are scikit-learn's.
    static let qualities: [Builtin] = [
        Builtin(
            "report(x, y, names=none)", .training,
            "A table of precision, recall, F1 and support by class, with the accuracy and the means over the classes.",
            details: """
                \(ofModelOrNumbers) Predictions are classes [n] (numbers or
                strings) or scores [n, classes]. names: those of classes 0, 1, ...; a dataset's own unless given. Precision of a class
                that is never answered and recall of one without examples are 0. "macro avg" takes all classes alike,
                "weighted avg" by their examples.
                """,
            example: exampleNet + "report(net, points)\nreport([0, 1, 1], [0, 1, 0])"
        ) { call in try report(call) },
        Builtin(
            "roc(x, y, drop_intermediate=true)", .training,
            "The ROC curve of two classes: rates of false and true positives by threshold.",
            details: """
                \(ofModelOrNumbers) Scores [n], the greater the more likely class 1;
                targets of 0 and 1, both of which there have to be. Gives fpr, tpr and thresholds: `plot r.fpr r.tpr` draws it. The first
                threshold is inf, where nothing is positive. drop_intermediate leaves out points on straight lines.
                """,
            example: "r = roc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])\nr.tpr"
        ) { call in
            let (scores, isPositive) = try call.binaryScores()
            let curve = RankMeasures.roc(scores, isPositive, dropsIntermediate: try call.boolean("drop_intermediate"))
            func tensor(_ numbers: [Double]) throws -> Value { .tensor(Variable(try Tensor(numbers))) }
            return .object(
                NamedValues([
                    ("fpr", try tensor(curve.falsePositiveRates)), ("tpr", try tensor(curve.truePositiveRates)),
                    ("thresholds", try tensor(curve.thresholds)),
                ]))
        },
        Builtin(
            "auc(x, y)", .training,
            "The area under the ROC curve: how likely a positive example has a greater score than a negative one.",
            details: """
                \(ofModelOrNumbers) Scores [n] with targets of 0 and 1, or [n, classes]:
                then the mean over the classes, each against the others. Equal scores count half.
                """,
            example: "auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])"
        ) { call in .number(try area(call)) },
        Builtin(
            "top_k_accuracy(x, y, k=5)", .training,
            "The part of examples whose class is among the k with the greatest scores.",
            details: "\(ofModelOrNumbers) Scores [n, classes]. Of equal scores the first class counts as greater.",
            example: "top_k_accuracy([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3]], [2, 0], k=2)"
        ) { call in
            let (scores, targets) = try call.scoresAndTargets()
            let count = try call.integer("k", atLeast: 1)
            guard scores.rank == 2, scores.shape[1] > 0 else {
                throw Failure("`top_k_accuracy` takes scores [n, classes], and got \(scores.shape)")
            }
            let classes = try call.classes(targets, below: scores.shape[1])
            return .number(
                RankMeasures.topAccuracy(scores.doubles(), classes, classes: scores.shape[1], count: count))
        },
        Builtin(
            "r2(x, y)", .training,
            "The coefficient of determination: the part of the targets' variance that predictions explain.",
            details: """
                \(ofModelOrNumbers) 1 is perfect, 0 as good as the mean, and there is
                no least one. Of several outputs [n, outputs] the mean over them. Constant targets: 1 where all are met, else 0.
                """,
            example: "r2([2.5, 0, 2, 8], [3, -0.5, 2, 7])"
        ) { call in .number(try determination(call)) },
    ]

    private static func report(_ call: Call) throws -> Value {
        var names = call.has("names") ? try call.strings("names") : nil
        if names == nil, call.measuresModel { names = try call.dataset("y").classNames }
        if case .string? = try call.value("x").elements?.first {
            let (answers, targets) = (try call.strings("x"), try call.strings("y"))
            try call.checkCounts(answers.count, targets.count)
            return try table(ClassReport(answers: answers, targets: targets)) { $0 }
        }
        let (scores, targets) = try call.answersAndTargets()
        let report = ClassReport(answers: scores, targets: targets)
        return try table(report) { label in
            guard let names, names.indices.contains(label) else { return "\(label)" }
            return names[label]
        }
    }

    private static func table<Label>(_ report: ClassReport<Label>, _ name: (Label) -> String) throws -> Value {
        func row(_ name: String, _ figures: ClassReport<Label>.Figures) -> Record {
            Record([
                ("class", .string(name)), ("precision", .number(figures.precision)),
                ("recall", .number(figures.recall)), ("f1", .number(figures.f1)),
                ("support", .integer(figures.support)),
            ])
        }
        var rows = zip(report.labels, report.figures).map { row(name($0), $1) }
        rows.append(
            Record([
                ("class", .string("accuracy")), ("precision", .none), ("recall", .none),
                ("f1", .number(report.accuracy)), ("support", .integer(report.count)),
            ]))
        rows.append(row("macro avg", report.mean(isWeighted: false)))
        rows.append(row("weighted avg", report.mean(isWeighted: true)))
        return .object(try TableObject(rows: rows))
    }

    private static func area(_ call: Call) throws -> Double {
        let (scores, targets) = try call.scoresAndTargets(asProbabilities: true)
        guard scores.rank == 2, scores.shape[1] > 2 else {
            let (scores, isPositive) = try call.binaryScores()
            return RankMeasures.area(scores, isPositive)
        }
        let classCount = scores.shape[1]
        let labels = try call.classes(targets, below: classCount)
        let numbers = scores.doubles()
        try call.checkNumbers(numbers)
        let areas = try (0..<classCount).map { label in
            let isOwn = labels.map { $0 == label }
            guard isOwn.contains(true), isOwn.contains(false) else {
                throw Failure(
                    "`auc` compares each class with the others, and "
                        + (isOwn.contains(true)
                            ? "all examples are of class \(label)" : "class \(label) has no example"),
                    help: "leave its column out of the scores")
            }
            return RankMeasures.area(labels.indices.map { numbers[$0 * classCount + label] }, isOwn)
        }
        return areas.reduce(0, +) / Double(classCount)
    }

    private static func determination(_ call: Call) throws -> Double {
        let (predictions, targets) = try call.scoresAndTargets()
        // One output is [n] or [n, 1].
        func columns(_ x: Tensor) throws -> Tensor { x.rank == 1 ? try x.unsqueeze(1) : x }
        let (x, y) = (try columns(predictions), try columns(targets))
        guard x.rank == 2, x.shape == y.shape, x.shape[1] > 0 else {
            throw Failure(
                "`r2` takes predictions and targets of one shape, and got \(predictions.shape) and \(targets.shape)")
        }
        let (ours, theirs) = (x.doubles(), y.doubles())
        let width = x.shape[1]
        let parts = (0..<width).map { column in
            RankMeasures.determination(
                stride(from: column, to: ours.count, by: width).map { ours[$0] },
                stride(from: column, to: theirs.count, by: width).map { theirs[$0] })
        }
        return parts.reduce(0, +) / Double(width)
    }
}

extension Call {
    /// Whether it is about a model, and not about numbers.
    fileprivate var measuresModel: Bool { value("x").object(as: ModuleObject.self) != nil }

    fileprivate func checkCounts(_ first: Int, _ second: Int) throws {
        guard first == second else {
            throw Failure("`\(name)` got \(first) predictions for \(second) targets", help: "give one for each")
        }
        guard first > 0 else { throw Failure("`\(name)` of no examples has no value") }
    }

    fileprivate func checkNumbers(_ scores: [Double]) throws {
        if let place = scores.firstIndex(where: \.isNaN) {
            throw Failure("`\(name)` takes numbers, and score \(place) is nan", help: "nan has no place in an order")
        }
    }

    /// Scores, or what was predicted, and the targets, with as many examples; those of each step of a sequence are examples.
    fileprivate func scoresAndTargets(asProbabilities: Bool = false) throws -> (scores: Tensor, targets: Tensor) {
        guard measuresModel else {
            let (scores, targets) = (try constant("x"), try constant("y"))
            guard scores.rank > 0, targets.rank > 0 else {
                throw failure(scores.rank == 0 ? "x" : "y", takes: "a list or a tensor with an axis of examples")
            }
            try checkCounts(scores.shape[0], targets.shape[0])
            return (scores, targets)
        }
        let (model, dataset) = (try network("x"), try dataset("y"))
        guard let targets = try dataset.y() else {
            throw Failure("\(dataset.name) has no targets to compare with", help: "dataset(x, y) gives it some")
        }
        var scores = try Inference.outputs(model, dataset)
        if targets.dtype == .int64, targets.rank <= 2, scores.rank == 3,
            Objective.classAxis(scores.shape, labels: targets.shape) == 2
        {
            scores = try scores.reshape([-1, scores.shape[2]])
            return (scores, try targets.reshape([-1]))
        }
        // The order of one score is that of its probability.
        if asProbabilities, scores.rank == 2, scores.shape[1] > 1 {
            scores = try Inference.probabilities(scores, of: model, labels: targets.shape)
        }
        return (scores, targets)
    }

    /// Classes that were answered, and those that are right.
    fileprivate func answersAndTargets() throws -> (answers: [Int], targets: [Int]) {
        let (scores, targets) = try scoresAndTargets()
        let answers: Tensor
        if measuresModel {
            answers = try Inference.classes(
                scores.rank == 1 ? scores.unsqueeze(1) : scores, of: network("x"), labels: [targets.count])
        } else {
            answers =
                scores.rank == 2 && scores.shape[1] > 1 ? try scores.argument(.max, axis: 1, keepDims: false) : scores
        }
        try checkCounts(answers.count, targets.count)
        return (try classes(answers, of: "x"), try classes(targets, of: "y"))
    }

    private func classes(_ x: Tensor, of parameter: String) throws -> [Int] {
        try x.doubles().map { number in
            guard let label = Int(exactly: number) else {
                throw failure(
                    parameter,
                    takes: parameter == "x"
                        ? "classes, whole numbers, or scores [n, classes]" : "classes, whole numbers")
            }
            return label
        }
    }

    /// Targets that are places of an axis of classes.
    fileprivate func classes(_ targets: Tensor, below count: Int) throws -> [Int] {
        let labels = try classes(targets, of: "y")
        guard labels.count == targets.shape[0] else { throw failure("y", takes: "a class for each example") }
        if let wrong = labels.first(where: { !(0..<count).contains($0) }) {
            throw TensorError.classOutOfRange(index: wrong, classes: count)
        }
        return labels
    }

    /// Scores of two classes, of which the second is positive.
    fileprivate func binaryScores() throws -> (scores: [Double], isPositive: [Bool]) {
        let (given, targets) = try scoresAndTargets(asProbabilities: true)
        // Two columns are the scores of both classes.
        let scores = given.rank == 2 && given.shape[1] == 2 ? try given.at([.all, .index(1)]) : given
        guard scores.count == scores.shape[0], targets.count == targets.shape[0] else {
            throw Failure(
                "`\(name)` takes one score for each example, and got \(given.shape)",
                help: name == "roc" ? "give those of one class against the others: `roc(scores[:, 3], y == 3)`" : "")
        }
        let numbers = scores.doubles()
        try checkNumbers(numbers)
        let labels = targets.doubles()
        if let wrong = labels.first(where: { $0 != 0 && $0 != 1 }) {
            throw Failure(
                "`\(name)` takes targets of 0 and 1, and one is \(Value.number(wrong).shortText)",
                help: "compare with the positive class: `y == 3`")
        }
        guard labels.contains(1), labels.contains(0) else {
            throw Failure(
                "`\(name)` compares two classes, and all targets are \(labels[0] == 1 ? 1 : 0)",
                help: "it needs examples of both")
        }
        return (numbers, labels.map { $0 == 1 })
    }
}
