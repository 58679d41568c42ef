import Autograd
import Datasets
import Figures
import TensorCore
import Training

/// What `plot_regions` was asked to draw.
struct RegionPlot {
    private let call: Call
    private let dataset: Dataset
    /// The two features of each example.
    private let points: [(x: Double, y: Double)]

    /// Places along each side at which the classifier is asked.
    private static let resolution = 160

    init(_ call: Call) throws {
        self.call = call
        dataset = try call.dataset("data")
        guard dataset.pairs == nil, dataset.exampleShape == [2] else {
            throw Failure(
                "`plot_regions` draws two features, and an example of \(dataset.name) has shape \(dataset.exampleShape)",
                help: "make a dataset of two of them, and a model for it: dataset(data.x[:, 0:2], data.y)")
        }
        let values = try dataset.x().doubles()
        points = (0..<dataset.count).map { (values[2 * $0], values[2 * $0 + 1]) }
        guard points.contains(where: { $0.x.isFinite && $0.y.isFinite }) else {
            throw Failure("`plot_regions` found no example of \(dataset.name) with two finite features")
        }
    }

    func figure() throws -> Figure {
        let xs = places(points.map(\.x))
        let ys = places(points.map(\.y))
        let answers = try self.answers(at: ys.flatMap { y in xs.map { ($0, y) } })
        let targets = try targets()
        let classes = Set(answers + (targets ?? [])).sorted()
        guard classes.count <= PlotRequest.mostClasses else {
            throw Failure(
                "`plot_regions` got \(classes.count) classes, and at most \(PlotRequest.mostClasses) can be told apart",
                help: "`model` gives classes [N], such as x -> net(x).argmax(axis=1), or scores [N, classes]")
        }
        let names = call.has("labels") ? try call.texts("labels") : dataset.classNames ?? []
        let place = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        guard
            let surface = Surface(
                x: xs, y: ys, values: answers.map { Double(place[$0] ?? 0) }, coloring: .classes)
        else { throw Failure("`plot_regions` needs features that can be told apart") }
        let series = classes.map { label in
            let own = targets.map { targets in points.indices.filter { targets[$0] == label } } ?? []
            return Series(
                name: names.indices.contains(label) ? names[label] : "\(label)", x: own.map { points[$0].x },
                y: own.map { points[$0].y })
        }
        let features = dataset.featureNames ?? []
        func axis(_ parameter: String, _ index: Int) throws -> Axis {
            Axis(label: try call.optionalString(parameter) ?? (features.count == 2 ? features[index] : nil))
        }
        return .scatter(
            Chart(
                title: try call.optionalString("title"), series: series, x: try axis("x", 0), y: try axis("y", 1),
                background: surface))
    }

    /// Evenly from below the least to above the greatest value.
    private func places(_ values: [Double]) -> [Double] {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        let margin = low == high ? max(abs(low) * 0.1, 1) : (high / 2 - low / 2) * 0.16
        let (start, end) = (low - margin, high + margin)
        return (0..<Self.resolution).map { index in
            let part = Double(index) / Double(Self.resolution - 1)
            return start * (1 - part) + end * part
        }
    }

    /// The classes of the examples, if they are whole numbers.
    private func targets() throws -> [Int]? {
        guard let y = try dataset.y(), y.count == dataset.count else { return nil }
        return try wholeNumbers(y, "the targets of \(dataset.name)")
    }

    private func wholeNumbers(_ tensor: Tensor, _ subject: String) throws -> [Int] {
        try tensor.doubles().map { value in
            guard let whole = Int(exactly: value) else {
                throw Failure(
                    "`plot_regions` draws classes, which are whole numbers, and \(subject) have \(numberText(value)) among them",
                    help: "such as x -> f(x) > 0.5")
            }
            return whole
        }
    }

    private func answers(at points: [(Double, Double)]) throws -> [Int] {
        let x = try Tensor(points.flatMap { [Float($0.0), Float($0.1)] }, shape: [points.count, 2])
        guard call.value("model").object(as: ModuleObject.self) == nil else {
            let model = try call.network("model")
            let scores = try Inference.outputs(model, try Dataset(x: x, y: nil, name: "the plane"))
            return try wholeNumbers(
                try Inference.classes(scores, of: model, labels: dataset.targetShape), "the answers of the model")
        }
        let function = try call.callable("model")
        let answer = try call.interpreter.call(function, [.tensor(Variable(x))])
        guard let tensor = try answer.asVariable()?.value, tensor.rank >= 1, tensor.shape[0] == points.count,
            tensor.rank == 1 || tensor.rank == 2
        else {
            throw Failure(
                "`model` of `plot_regions` gives classes [N] or scores [N, classes] of points [N, 2], and gave "
                    + (try answer.asVariable().map { "shape \($0.shape) of \(x.shape)" } ?? answer.kindWithArticle))
        }
        if tensor.rank == 2, tensor.shape[1] > 1 {
            return try wholeNumbers(try tensor.argument(.max, axis: 1, keepDims: false), "the answers")
        }
        return try wholeNumbers(tensor, "the answers of the function")
    }
}
