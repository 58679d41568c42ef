import Figures
import TensorCore

extension Builtin {
    static let pictures: [Builtin] = [
        Builtin(
            "plot(*data, kind=\"line\", title=none, x=none, y=none, labels=none, log=false)", .pictures,
            "Draws lines: of numbers over their index, `plot ys`, or over others, `plot xs ys`; a list or record of series draws several.",
            details: """
                `plot [ys, zs]` draws two lines over their index, `plot xs [ys, zs]` two over xs, and so does `plot xs {a=ys, b=zs}`.
                kind is "line", "scatter", "bar" or "histogram"; x and y are the axes' labels; `labels` names the series;
                log makes the y axis logarithmic. A history or a table is drawn by its columns.
                """,
            example: "plot [3, 2, 1.5, 1.2] title=\"loss\" x=\"epoch\""
        ) { call in
            try call.interpreter.draw(try PlotRequest(call).figure())
            return .none
        },
        Builtin(
            "show(x, title=none, labels=none, rows=none, columns=none, scale=\"shared\")", .pictures,
            "Draws images or a matrix: [H, W], [C, H, W] with 1 or 3 channels, or several of them as a grid.",
            details: """
                A matrix [H, W] of 0 to 1 or uint8 is a grey image; other channels than 1 and 3 become one image each. `labels`
                are captions. With row and column labels a matrix is drawn as a heat map. scale: "shared", "each" or "unit".
                Anything else is shown as a statement of its own would be.
                """,
            example: "show eye(4)"
        ) { call in
            let value = call.value("x")
            if call.has("rows") || call.has("columns") {
                try call.interpreter.draw(try heatMap(call))
            } else if let picture = value.object(as: RuntimeObject.self)?.picture {
                try call.interpreter.draw(picture)
            } else if value.object(as: RuntimeObject.self) != nil || value.asString != nil {
                try call.interpreter.sink.emit(.value(value))
            } else if let grid = try imageGrid(call) {
                try call.interpreter.draw(grid)
            } else {
                try call.interpreter.sink.emit(.value(value))
            }
            return .none
        },
    ]

    private static func heatMap(_ call: Call) throws -> Figure {
        let tensor = try call.plainTensor("x")
        guard tensor.rank == 2 else { throw call.failure("x", takes: "a matrix, when rows or columns are named") }
        func labels(_ parameter: String, _ count: Int) throws -> [String] {
            guard call.has(parameter) else { return [] }
            let texts: [String]
            if case .string(let text) = call.value(parameter) {
                texts = text.map { String($0) }
            } else {
                texts = try call.list(parameter).map { try $0.printedText() }
            }
            guard texts.count == count else {
                throw Failure("`\(parameter)` of `show` has \(texts.count) labels, and the matrix has \(count)")
            }
            return texts
        }
        guard
            let map = HeatMap(
                title: try call.optionalString("title"), rowCount: tensor.shape[0], columnCount: tensor.shape[1],
                values: tensor.doubles(), rowLabels: try labels("rows", tensor.shape[0]),
                columnLabels: try labels("columns", tensor.shape[1]))
        else { throw call.failure("x", takes: "a matrix") }
        return .heatMap(map)
    }

    /// The images in a tensor or a list of tensors; nil for what holds none, such as a vector.
    private static func imageGrid(_ call: Call) throws -> Figure? {
        guard let tensor = try call.value("x").asVariable()?.value, tensor.rank >= 2 else { return nil }
        guard tensor.count > 0 else { throw Failure("there is nothing to show in a tensor of shape \(tensor.shape)") }
        let images = try images(of: tensor)
        guard images.count <= 256 else {
            throw Failure(
                "these are \(images.count) images, and `show` draws at most 256", help: "show some: `show x[0:10]`")
        }
        let brightness: ImageGrid.Brightness =
            switch try call.choice("scale", of: ["shared", "each", "unit"]) {
            case "each": .each
            case "unit": .fixed(low: 0, high: 1)
            default: brightnessOf(tensor)
            }
        let captions = call.has("labels") ? try call.list("labels").map { try $0.printedText() } : []
        return .images(
            ImageGrid(
                title: try call.optionalString("title"), images: images, captions: captions, brightness: brightness))
    }

    private static func brightnessOf(_ tensor: Tensor) -> ImageGrid.Brightness {
        if tensor.dtype == .uint8 { return .fixed(low: 0, high: 255) }
        let low = (try? tensor.reduced(.min, axes: nil).item()) ?? 0
        let high = (try? tensor.reduced(.max, axes: nil).item()) ?? 1
        return low >= 0 && high <= 1 && high > 0.5 ? .fixed(low: 0, high: 1) : .shared
    }

    private static func images(of tensor: Tensor) throws -> [Image] {
        let (height, width) = (tensor.shape[tensor.rank - 2], tensor.shape[tensor.rank - 1])
        let isColour = tensor.rank >= 3 && tensor.shape[tensor.rank - 3] == 3
        // Everything but the last axes of an image becomes one axis of images.
        let planes =
            isColour
            ? try tensor.reshape([-1, 3, height, width]).permute([0, 2, 3, 1])
            : try tensor.reshape([-1, height, width])
        return try (0..<planes.shape[0]).compactMap { index in
            Image(
                height: height, width: width, channels: isColour ? 3 : 1,
                values: try planes.at([.index(index)]).floats())
        }
    }
}

/// What `plot` was asked to draw.
private struct PlotRequest {
    private let call: Call
    private var series: [Series] = []

    init(_ call: Call) throws {
        self.call = call
        let data = try call.list("data")
        guard !data.isEmpty else {
            throw Failure("`plot` needs something to draw", help: "such as `plot run.history.loss`")
        }
        if data.count == 2, let xs = try? Self.numbers(data[0]), data[1].object(as: RuntimeObject.self) == nil {
            try add(data[1])
            for index in series.indices {
                guard xs.count == series[index].y.count else {
                    throw Failure(
                        "`plot` got \(xs.count) x values and \(series[index].y.count) y values",
                        help: "two lines over their own indices are written `plot [a, b]`")
                }
                series[index].x = xs
            }
        } else {
            for value in data { try add(value) }
        }
        if call.has("labels") {
            let labels = try call.list("labels").map { try $0.printedText() }
            for (index, label) in labels.enumerated() where index < series.count { series[index].name = label }
        }
    }

    private static let mostSeries = 1000

    private mutating func add(_ value: Value) throws {
        switch value {
        case .record(let record):
            for (name, part) in record.fields {
                series.append(Series(name: name, try Self.numbers(part), start: start))
            }
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
        default:
            if let elements = try value.elements, let first = elements.first, first.asNumber == nil, !first.isNone {
                for element in elements {
                    guard series.count < Self.mostSeries else {
                        throw Failure("a plot has at most \(Self.mostSeries) lines", help: "plot some: `plot xs[0:10]`")
                    }
                    try Operators.checkInterrupt()
                    try add(element)
                }
            } else if case .tensor(let tensor) = value, tensor.rank == 2 {
                for row in 0..<tensor.shape[0] {
                    series.append(Series(try tensor.value.at([.index(row)]).doubles(), start: start))
                }
            } else {
                series.append(Series(try Self.numbers(value), start: start))
            }
        }
    }

    /// Epochs count from 1, all else from 0.
    private var start: Double { call.value("x").asString == "epoch" ? 1 : 0 }

    private static func numbers(_ value: Value) throws -> [Double] {
        if case .tensor(let tensor) = value, tensor.rank == 1 { return tensor.value.doubles() }
        guard let elements = try value.elements else {
            throw Failure("`plot` draws lists of numbers and vectors, not \(value.kindWithArticle)")
        }
        return try elements.map { element in
            if element.isNone { return .nan }
            guard let number = element.asNumber else {
                throw Failure("`plot` draws numbers, and the list has \(element.kindWithArticle) in it")
            }
            return number
        }
    }

    /// Bars and histograms are drawn of one series: of two they would mix the values.
    private func onlySeries(_ kind: String) throws -> [Double] {
        let isOverValues = try kind == "histogram" && call.list("data").count > 1
        guard series.count == 1, !isOverValues else {
            throw Failure(
                "a \(kind == "bar" ? "bar chart" : "histogram") shows one series, and got \(max(series.count, 2))",
                help: [
                    "draw each with a `plot` of its own",
                    "or take them together: `plot concat([a, b]) kind=\"\(kind)\"`",
                ])
        }
        return series[0].y
    }

    func figure() throws -> Figure {
        let title = try call.optionalString("title")
        let x = Axis(label: try call.optionalString("x"))
        let y = Axis(label: try call.optionalString("y"), isLogarithmic: try call.boolean("log"))
        switch try call.choice("kind", of: ["line", "scatter", "bar", "histogram"]) {
        case "scatter": return .scatter(ScatterChart(title: title, series: series, x: x, y: y))
        case "histogram": return .histogram(Histogram(title: title, values: try onlySeries("histogram")))
        case "bar":
            let labels = call.has("labels") ? try call.list("labels").map { try $0.printedText() } : []
            let values = try onlySeries("bar")
            let places = series[0].x
            return .bars(
                BarChart(
                    title: title,
                    bars: values.enumerated().map { index, value in
                        BarChart.Bar(index < labels.count ? labels[index] : numberText(places[index]), value)
                    }))
        default: return .lines(LineChart(title: title, series: series, x: x, y: y))
        }
    }
}
