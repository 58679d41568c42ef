import Figures
import TensorCore

/// What `plot` was asked to draw.
struct PlotRequest {
    let call: Call
    let kind: String
    var series: [Series] = []
    /// What stands for the x values, where they are words.
    private var categories: [String]?

    static let kinds = ["line", "scatter", "bar", "histogram", "box", "contour", "heatmap"]
    /// What a picture still shows apart.
    static let mostSeries = 1000

    init(_ call: Call) throws {
        self.call = call
        // The word of pandas.
        kind = call.value("kind").asString == "hist" ? "histogram" : try call.choice("kind", of: Self.kinds)
        try checkArguments()
        let data = try call.list("data")
        guard !data.isEmpty else {
            throw Failure("`plot` needs something to draw", help: "such as `plot run.history.loss`")
        }
        guard !isOverPlane else { return }
        if hasOwnPlaces, data.count == 2, let xs = try? places(data[0]), !hasPlaces(data[1]) {
            try add(data[1])
            takeStandardErrors()
            for index in series.indices {
                guard xs.count == series[index].y.count else {
                    throw Failure(
                        "`plot` got \(xs.count) x values and \(series[index].y.count) y values",
                        help: "two lines over their own indices are written `plot [a, b]`")
                }
                series[index].x = xs
            }
            categories = Self.words(data[0])
        } else {
            for value in data { try add(value) }
            takeStandardErrors()
        }
        try checkSeriesCount()
        if call.has("labels"), !(kind == "bar" && series.count == 1), !colorsAreClasses {
            let labels = try call.texts("labels")
            for (index, label) in labels.enumerated() where index < series.count { series[index].name = label }
        }
    }

    /// Whether it draws values over two axes instead of series.
    private var isOverPlane: Bool { kind == "contour" || kind == "heatmap" }
    /// Whether the first of two arguments can say where the values stand.
    private var hasOwnPlaces: Bool { ["line", "scatter", "bar"].contains(kind) }
    /// Whether values may be drawn with bars through them.
    var hasErrorBars: Bool { kind == "line" || kind == "scatter" }

    /// Whether the values say themselves what they stand over: a history does by its epochs, other tables do not.
    private func hasPlaces(_ value: Value) -> Bool {
        guard let object = value.object(as: RuntimeObject.self) else { return false }
        return object.plotted?.contains { $0.name == "epoch" } ?? true
    }

    /// Refuses arguments that the kind has no use for.
    private func checkArguments() throws {
        let uses: [String: [String]] = [
            "bins": ["histogram"], "band": ["line"], "error": ["line", "scatter"], "marker": ["line", "scatter"],
            "style": ["line"],
            "alpha": ["line", "scatter", "bar", "histogram"], "color": ["line", "scatter", "bar", "histogram", "box"],
            "text": ["line", "scatter", "histogram", "contour"], "xlim": ["line", "scatter", "histogram", "contour"],
            "vline": ["line", "scatter", "histogram", "contour"], "hline": Self.kinds.filter { $0 != "heatmap" },
            "ylim": Self.kinds.filter { $0 != "heatmap" }, "size": Self.kinds.filter { $0 != "heatmap" },
        ]
        for (parameter, kinds) in uses.sorted(by: { $0.key < $1.key })
        where call.has(parameter) && !kinds.contains(kind) {
            throw Failure(
                "`\(parameter)` of `plot` has no use for kind=\"\(kind)\"",
                help: "it goes with kind=" + kinds.map { "\"\($0)\"" }.joined(separator: ", "))
        }
    }

    // MARK: - Data

    private func checkSeriesCount() throws {
        guard series.count <= Self.mostSeries else {
            throw Failure(
                "these are \(series.count) series, and `plot` draws at most \(Self.mostSeries)",
                help: "plot some, such as `plot x[0:10]`; `show x` draws a tensor as an image")
        }
    }

    private mutating func add(_ value: Value) throws {
        switch value {
        case .record(let record):
            for (name, part) in record.fields { series.append(Series(name: name, try numbers(part), start: start)) }
        case .object(let object):
            guard let table = object.plotted else {
                throw Failure("\(value.kindWithArticle) cannot be plotted")
            }
            // Epochs are the x axis of a history, and what is no figure of the model stays out.
            let epochs = table.first { $0.name == "epoch" }?.values.map { $0.asNumber ?? .nan }
            let aside: Set<String> = epochs == nil ? [] : ["epoch", "lr", "seconds"]
            for (name, values) in table
            where !aside.contains(name) && values.allSatisfy({ $0.asNumber != nil || $0.isNone }) {
                let numbers = values.map { $0.asNumber ?? .nan }
                series.append(
                    epochs.map { Series(name: name, x: $0, y: numbers) } ?? Series(name: name, numbers, start: start))
            }
        case .tensor(let tensor) where kind == "histogram":
            // Of weights and images all values count.
            series.append(Series(tensor.value.doubles()))
        case .tensor(let tensor) where tensor.rank == 2:
            guard tensor.shape[0] <= Self.mostSeries else {
                throw Failure(
                    "a tensor of shape \(tensor.shape) is \(tensor.shape[0]) lines, and `plot` draws at most \(Self.mostSeries)",
                    help: "plot some of its rows, such as `plot x[0:10]`; `show x` draws it as an image")
            }
            for row in 0..<tensor.shape[0] {
                series.append(Series(try tensor.value.at([.index(row)]).doubles(), start: start))
            }
        default:
            if let elements = try value.elements, let first = elements.first, first.asNumber == nil, !first.isNone {
                for element in elements {
                    try Operators.checkInterrupt()
                    try add(element)
                    // A list that holds itself many times over has more places than can be gone through.
                    try checkSeriesCount()
                }
            } else {
                series.append(Series(try numbers(value), start: start))
            }
        }
    }

    /// Epochs count from 1, all else from 0.
    private var start: Double { call.value("x").asString == "epoch" ? 1 : 0 }

    func numbers(_ value: Value) throws -> [Double] {
        if case .tensor(let tensor) = value {
            guard tensor.rank == 1 || tensor.shape.filter({ $0 != 1 }).count <= 1 else {
                throw Failure(
                    "`plot` draws vectors, and got a tensor of shape \(tensor.shape)",
                    help: "one column of it is written x[:, 0]")
            }
            return tensor.value.doubles()
        }
        guard let elements = try value.elements else {
            throw Failure(
                "`plot` draws lists of numbers and vectors, not \(value.kindWithArticle)",
                help: value.asString == nil
                    ? "one value over another is written `plot [1] [2]`"
                    : "looks have names: `plot [1, 2] color=\"red\" marker=\"o\"`")
        }
        return try elements.enumerated().map { place, element in
            if element.isNone { return .nan }
            guard let number = element.asNumber else {
                throw Failure(
                    "`plot` draws numbers, and the list has \(element.kindWithArticle) in it, at place \(place)")
            }
            return number
        }
    }

    /// The x values; words stand at 0, 1, 2 and so on.
    private func places(_ value: Value) throws -> [Double] {
        if let words = Self.words(value) { return words.indices.map { Double($0) } }
        return try numbers(value)
    }

    private static func words(_ value: Value) -> [String]? {
        guard let elements = try? value.elements, !elements.isEmpty else { return nil }
        let words = elements.compactMap(\.asString)
        return words.count == elements.count ? words : nil
    }

    // MARK: - Figures

    func figure() throws -> Figure {
        let title = try call.optionalString("title")
        let extras = try extras()
        switch kind {
        case "histogram": return try histogram(title, extras)
        case "bar": return try bars(title, extras)
        case "box": return try boxes(title, extras)
        case "contour": return try contour(title, extras)
        case "heatmap": return try heatMap(title)
        default:
            var chart = Chart(
                title: title, series: try styled(series), x: try axis("x"), y: try axis("y"), extras: extras)
            if let categories, chart.x.ticks == nil {
                chart.x.ticks = categories.prefix(200).enumerated().map { Axis.Tick(Double($0), $1) }
            }
            chart.extras.notes += try pointLabels()
            return kind == "scatter" ? .scatter(chart) : .lines(chart)
        }
    }

    private func histogram(_ title: String?, _ extras: ChartExtras) throws -> Figure {
        let colors = try colors(series.count)
        let (count, edges) = try bins()
        return .histogram(
            Histogram(
                title: title,
                samples: series.enumerated().map {
                    Histogram.Sample(name: $1.name, values: $1.y, color: colors?[$0])
                }, binCount: count, edges: edges, x: try axis("x"), y: try axis("y"), opacity: try opacity(),
                extras: extras))
    }

    private func bars(_ title: String?, _ extras: ChartExtras) throws -> Figure {
        let count = series.map(\.y.count).max() ?? 0
        guard count * series.count <= 1000 else {
            throw Failure(
                "these are \(count * series.count) bars, and a bar chart shows at most 1000",
                help: "kind=\"histogram\" counts values; kind=\"line\" draws any number")
        }
        guard series.allSatisfy({ $0.y.count == count }) else {
            throw Failure(
                "the series of a bar chart have different lengths: "
                    + series.map { "\($0.y.count)" }.joined(separator: ", "),
                help: "each label has a bar of each series")
        }
        let ticks = try axis("x").ticks
        let given = call.has("labels") && series.count == 1 ? try call.texts("labels") : categories
        let places = series.first?.x ?? []
        let labels = (0..<count).map { index in
            if let given, index < given.count { return given[index] }
            return ticks?.first { $0.value == places[index] }?.label ?? numberText(places[index])
        }
        // One colour for all, one for each series, or of a single series one for each bar.
        if series.count == 1, count > 1, let each = try? colors(count), call.value("color").asString == nil {
            return .bars(
                BarChart(
                    title: title, labels: labels,
                    groups: [BarChart.Group(name: nil, values: series[0].y, colors: each)], x: try axis("x"),
                    y: try axis("y"), opacity: try opacity(), extras: extras))
        }
        let colors = try colors(series.count)
        return .bars(
            BarChart(
                title: title, labels: labels,
                groups: series.enumerated().map { index, series in
                    BarChart.Group(
                        name: self.series.count > 1 ? series.name ?? "\(index + 1)" : nil, values: series.y,
                        colors: colors.map { [$0[index]] } ?? [])
                }, x: try axis("x"), y: try axis("y"), opacity: try opacity(), extras: extras))
    }

    private func boxes(_ title: String?, _ extras: ChartExtras) throws -> Figure {
        guard series.count <= 200 else {
            throw Failure("these are \(series.count) samples, and a box plot shows at most 200")
        }
        let colors = try colors(series.count)
        let ticks = try axis("x").ticks
        return .boxes(
            BoxChart(
                title: title,
                samples: series.enumerated().map { index, series in
                    let label = series.name ?? ticks?.first { $0.value == Double(index) }?.label
                    return BoxChart.Sample(label: label ?? "\(index + 1)", values: series.y, color: colors?[index])
                }, x: try axis("x"), y: try axis("y"), extras: extras))
    }

    // MARK: - Values over the plane

    /// `plot z` or `plot xs ys z`
    private func plane() throws -> (x: [Double]?, y: [Double]?, z: Tensor) {
        let data = try call.list("data")
        guard data.count == 1 || data.count == 3, let z = try data.last?.asVariable()?.value, z.rank == 2 else {
            throw Failure(
                "kind=\"\(kind)\" draws a matrix, over its indices or over others",
                help:
                    "it is written `plot z kind=\"\(kind)\"` or `plot xs ys z kind=\"\(kind)\"`, z with a row for each y"
            )
        }
        guard z.count <= 4_000_000 else {
            throw Failure("a matrix of shape \(z.shape) is too large to draw", help: "take every tenth: z[::10, ::10]")
        }
        guard data.count == 3 else { return (nil, nil, z) }
        // Matrices of `meshgrid(xs, ys, indexing="ij")` have a row for each x.
        if try changesAlongRowsAlone(data[0], of: z), try changesAlongRowsAlone(data[1], of: z, isTransposed: true) {
            let places = (try axisPlaces(data[0], along: 0), try axisPlaces(data[1], along: 1))
            return (places.0, places.1, try z.permute([1, 0]))
        }
        let (x, y) = (try axisPlaces(data[0], along: 1), try axisPlaces(data[1], along: 0))
        guard x.count == z.shape[1], y.count == z.shape[0] else {
            throw Failure(
                "z has shape \(z.shape), and there are \(x.count) xs and \(y.count) ys",
                help: "z has a row for each y and a column for each x: its shape is [\(y.count), \(x.count)]")
        }
        return (x, y, z)
    }

    /// Whether a matrix of the shape of `z` has one number in each row, and not all rows the same.
    private func changesAlongRowsAlone(_ value: Value, of z: Tensor, isTransposed: Bool = false) throws -> Bool {
        guard case .tensor(let tensor) = value, tensor.shape == z.shape else { return false }
        let own = isTransposed ? try tensor.value.permute([1, 0]) : tensor.value
        let (numbers, width) = (own.doubles(), own.shape[1])
        return width > 0 && numbers.indices.allSatisfy { numbers[$0] == numbers[$0 / width * width] }
            && numbers.contains { $0 != numbers[0] }
    }

    /// The places along an axis: a vector, or a matrix of `meshgrid`, in which they come again.
    private func axisPlaces(_ value: Value, along axis: Int) throws -> [Double] {
        guard case .tensor(let tensor) = value, tensor.rank == 2, tensor.count > 0 else { return try numbers(value) }
        return try (axis == 1 ? tensor.value.at([.index(0)]) : tensor.value.permute([1, 0]).at([.index(0)])).doubles()
    }

    private func contour(_ title: String?, _ extras: ChartExtras) throws -> Figure {
        let (xs, ys, z) = try plane()
        let places = (
            xs ?? (0..<z.shape[1]).map { Double($0) }, ys ?? (0..<z.shape[0]).map { Double($0) }
        )
        let (x, y) = (try axis("x"), try axis("y"))
        guard !x.isLogarithmic, !y.isLogarithmic else {
            throw Failure(
                "`log` of `plot` has no use for kind=\"contour\"",
                help: "draw the logarithm: `plot log(z) kind=\"contour\"`")
        }
        guard let surface = Surface(x: places.0, y: places.1, values: z.doubles(), coloring: .levels) else {
            throw Failure(
                "the xs and ys of a contour plot rise from one to the next, two or more of each",
                help: "such as `linspace(-3, 3, 50)`")
        }
        return .scatter(Chart(title: title, series: [], x: x, y: y, extras: extras, background: surface))
    }

    private func heatMap(_ title: String?) throws -> Figure {
        let (xs, ys, z) = try plane()
        func labels(_ parameter: String, _ places: [Double]?, _ count: Int) throws -> [String] {
            let ticks = try axis(parameter).ticks
            return (0..<count).map { index in
                let place = places?[index] ?? Double(index)
                return ticks?.first { $0.value == place }?.label ?? (places.map { numberText($0[index]) } ?? "\(index)")
            }
        }
        guard
            let map = HeatMap(
                title: title, rowCount: z.shape[0], columnCount: z.shape[1], values: z.doubles(),
                rowLabels: try labels("y", ys, z.shape[0]), columnLabels: try labels("x", xs, z.shape[1]),
                x: try axis("x"), y: try axis("y"))
        else { throw call.failure("data", takes: "a matrix") }
        return .heatMap(map)
    }
}
