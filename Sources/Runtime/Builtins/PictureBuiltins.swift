import Figures
import TensorCore

extension Builtin {
    static let pictures: [Builtin] = [
        Builtin(
            """
            plot(*data, kind="line", title=none, x=none, y=none, labels=none, log=false, color=none, marker=none, style=none, \
            alpha=none, size=none, xlim=none, ylim=none, xticks=none, yticks=none, hline=none, vline=none, text=none, band=none, \
            error=none, bins=none)
            """, .pictures,
            "Draws lines: of numbers over their index, `plot ys`, or over others, `plot xs ys`; a list or record of series draws several.",
            details: """
                `plot [ys, zs]` draws two lines over their index, `plot xs [ys, zs]` two over xs, and so does `plot xs {a=ys, b=zs}`.
                x and y are the axes' labels; `labels` names the series. A history or a table is drawn by its columns.
                kind: "line", "scatter" (points), "bar" (`plot names values`, side by side for several series), "histogram" (of
                several series too), "box", "contour" and "heatmap" (`plot z` or `plot xs ys z`, z with a row for each y).
                color: "red", "#0072b2" or one for each series; in a scatter chart a class for each point (`color=data.y
                labels=data.classes`), or a number, which is shown by a shade. marker: "o" "s" "^" "D" "v" "+" "x" "*" "." "none".
                style: "-" "--" ":" "-.", of the lines or of each.
                alpha: from 0 (invisible) to 1. size=[8, 4] in inches. xlim=[0, 10] and ylim= are the ends of the axes.
                xticks=[0, 5, 10], ["a", "b"] or [[0, "a"], [5, "b"]]. log: "x", "y" (or true), "xy". hline=0.5 and vline=[1, 2] are
                dashed lines. text=[x, y, "words"], several of them, or a text for each point. band: half the width of a
                band around the line, or its edges [low, high]; error: likewise, as a bar through each point. A column or field
                `a_se` is drawn as the error bars of `a`, as of a sweep with seeds=, and `a_sem` as those of `a_mean`. bins: how many, or their edges.
                A statement draws; inside an expression it is a figure: `f = plot(ys)`, `grid [plot(ys), plot(zs)]`.
                """,
            example: "plot [3, 2, 1.5, 1.2] title=\"loss\" x=\"epoch\" hline=1 ylim=[0, 4]"
        ) { call in try call.interpreter.figure(try PlotRequest(call).figure()) },
        Builtin(
            "show(x, title=none, labels=none, rows=none, columns=none, scale=\"shared\", all=false)", .pictures,
            "Draws images, a matrix or a model: [H, W], [C, H, W] with 1 or 3 channels, or several of them as a grid.",
            details: """
                A matrix [H, W] of 0 to 1 or uint8 is a grey image; other channels than 1 and 3 become one image each. `labels`
                are captions; columns=8 puts so many images in a row. With lists of row and column labels a matrix is drawn as
                a heat map: rows=["a", "b"]. scale: "shared", "each" or "unit".
                A model is drawn as its layers with the shapes that they give and their parameters; `show mistakes(net, data)`
                draws what it takes for something else. Anything else is shown as a statement of its own would be.
                """,
            example: "show eye(4)"
        ) { call in
            let value = call.value("x")
            if call.has("rows") || (call.has("columns") && call.value("columns").asInteger == nil) {
                return try call.interpreter.figure(try heatMap(call))
            } else if let model = value.object(as: ModuleObject.self)?.model {
                return try call.interpreter.figure(.diagram(try model.diagram(title: try call.optionalString("title"))))
            } else if let picture = try value.asFigure(call.interpreter) {
                return try call.interpreter.figure(picture)
            } else if value.object(as: RuntimeObject.self) == nil, value.asString == nil, let grid = try imageGrid(call)
            {
                return try call.interpreter.figure(grid)
            }
            if try call.boolean("all") {
                var style = call.interpreter.printStyle
                style.isWhole = true
                try call.interpreter.sink.emit(.report(try value.display(style) + "\n"))
            } else {
                try call.interpreter.sink.emit(.value(value))
            }
            return .none
        },
        Builtin(
            "grid(figures, columns=none, title=none)", .pictures,
            "Puts figures side by side in one picture: a list of rows of figures, or a flat list with the number of columns.",
            details: """
                `grid [[plot(a), plot(b)], [plot(c)]]` has two rows; a flat list is one row unless columns= breaks it. Its parts are
                figures, tensors (drawn as images) and what else `show` can draw.
                """,
            example: "grid [plot([3, 2, 1]), show(eye(4))] title=\"loss and image\""
        ) { call in try call.interpreter.figure(try figureGrid(call)) },
        Builtin(
            "plot_regions(model, data, title=none, x=none, y=none, labels=none)", .pictures,
            "Draws what a classifier answers everywhere in the plane of two features, with the data on it.",
            details: """
                `model` is a model, or a function of points [N, 2] that gives classes [N] or scores [N, classes]. `labels` names
                the classes, else the data does.
                """,
            example:
                "model small() { linear 2 }\nd = dataset(randn([20, 2]), [i % 2 for i in range(20)])\nplot_regions small() d"
        ) { call in try call.interpreter.figure(try RegionPlot(call).figure()) },
        Builtin(
            "mistakes(model, data, count=20)", .pictures,
            "A table of the examples that a classifier is most wrong about; `show` draws those that are images.",
            details:
                "Its columns: index (the place in the data), target, answer, and probability, which the model gives its answer.",
            example:
                "model small() { linear 2 }\nd = dataset(randn([20, 2]), [i % 2 for i in range(20)])\nmistakes(small(), d).index"
        ) { call in try Mistakes(call).table() },
    ]

    /// The most figures that one picture holds.
    private static let mostFigures = 100

    private static func figureGrid(_ call: Call) throws -> Figure {
        let elements = try call.list("figures")
        func figure(_ value: Value) throws -> Figure {
            if let figure = try value.asFigure(call.interpreter) { return figure }
            if let model = value.object(as: ModuleObject.self)?.model { return .diagram(try model.diagram(title: nil)) }
            if let tensor = try? value.asVariable()?.value, tensor.rank >= 2, tensor.count > 0 {
                return .images(
                    ImageGrid(images: try images(of: tensor), brightness: brightnessOf(tensor)))
            }
            throw Failure(
                "`grid` takes figures, and got \(value.kindWithArticle)",
                help: "a figure is `plot(ys)` or `show(image)`")
        }
        let isRows = try !elements.isEmpty && elements.allSatisfy { try $0.asVariable() == nil && $0.elements != nil }
        var rows: [[Figure]]
        if isRows {
            guard !call.has("columns") else {
                throw Failure("`columns` of `grid` breaks a flat list, and these are rows already")
            }
            rows = try elements.map { try ($0.elements ?? []).map(figure) }
        } else {
            let figures = try elements.map(figure)
            let columns = call.has("columns") ? try call.integer("columns", atLeast: 1) : max(figures.count, 1)
            rows = stride(from: 0, to: figures.count, by: columns).map {
                Array(figures[$0..<min($0 + columns, figures.count)])
            }
        }
        rows.removeAll { $0.isEmpty }
        guard !rows.isEmpty else {
            throw Failure("`grid` got no figures", help: "such as `grid [plot([1, 2]), plot([2, 1])]`")
        }
        guard rows.joined().count <= mostFigures, rows.allSatisfy({ $0.count <= 12 }) else {
            throw Failure(
                "`grid` puts at most \(mostFigures) figures into a picture, 12 in a row",
                help: "columns=4 breaks a list into rows")
        }
        return .grid(FigureGrid(title: try call.optionalString("title"), rows: rows))
    }

    /// The words under images: a list, or a tensor of numbers such as classes.
    private static func captions(_ call: Call) throws -> [String] {
        guard case .tensor(let tensor) = call.value("labels"), tensor.rank == 1 else {
            return try call.list("labels").map { try $0.printedText() }
        }
        return tensor.value.doubles().map { numberText($0) }
    }

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
        let most = try call.boolean("all") ? 10_000 : 256
        guard images.count <= most else {
            throw Failure(
                "these are \(images.count) images, and `show` draws at most \(most)",
                help: ["show some: `show x[0:10]`"] + (images.count <= 10_000 ? ["`all=true` draws them all"] : []))
        }
        let brightness: ImageGrid.Brightness =
            switch try call.choice("scale", of: ["shared", "each", "unit"]) {
            case "each": .each
            case "unit": .fixed(low: 0, high: 1)
            default: brightnessOf(tensor)
            }
        let captions = call.has("labels") ? try captions(call) : []
        let columns = call.has("columns") ? try call.integer("columns", atLeast: 1) : nil
        guard captions.isEmpty || captions.count == images.count || captions.count == columns else {
            throw Failure(
                "`labels` of `show` has \(captions.count) labels, and there are \(images.count) images",
                help: "give each image a label, or each of the columns of the first row: `columns=\(captions.count)`")
        }
        return .images(
            ImageGrid(
                title: try call.optionalString("title"), images: images, captions: captions, brightness: brightness,
                columns: columns))
    }

    static func brightnessOf(_ tensor: Tensor) -> ImageGrid.Brightness {
        if tensor.dtype == .uint8 { return .fixed(low: 0, high: 255) }
        let low = (try? tensor.reduced(.min, axes: nil).item()) ?? 0
        let high = (try? tensor.reduced(.max, axes: nil).item()) ?? 1
        return low >= 0 && high <= 1 && high > 0.5 ? .fixed(low: 0, high: 1) : .shared
    }

    static func images(of tensor: Tensor) throws -> [Image] {
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
