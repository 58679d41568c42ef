import Figures
import TensorCore

/// A chart that is put together call by call, as Matplotlib's `Axes`: what is drawn on it, and how it is labelled.
///
/// Each call is one of `plot` or `show`; the chart appears when its figure is shown.
package final class AxesObject: RuntimeObject {
    private enum Part {
        case figure(Figure)
        /// A matrix or an image, drawn by `show`, or with shades and labels where it has marks or a bar of colours.
        case image(Value, hasShades: Bool, low: Double?, high: Double?)
    }

    private var parts: [Part] = []
    /// Arguments of `plot` that say how the chart looks.
    private var settings: [(name: String, value: Value)] = []
    private var names: [String] = []
    /// Whether it has a bar of colours.
    var hasShadeBar = false
    private weak var board: PlotBoard?

    init(of board: PlotBoard) { self.board = board }

    var isEmpty: Bool { parts.isEmpty }

    package override var kindName: String { "axes" }
    package override var shortText: String { kindName }
    package override var fieldNames: [String] { AxesObject.methods.keys.sorted() }

    package override func field(_ name: String) throws -> Value? {
        if name == "figure" { return board.map { .object($0) } }
        return AxesObject.method(name).map { .function($0.bound(to: self)) }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        isEmpty ? "axes with nothing on it" : "axes: `plt.show()` draws it"
    }

    package override func help(forField name: String) -> String? { FamiliarNames.hint(name) }

    // MARK: - What is drawn

    /// Draws by `plot`, on what is there.
    func add(_ data: [Value], _ options: [(name: String, value: Value)], _ interpreter: Interpreter) throws {
        try checkOwnership()
        guard let figure = try drawing("plot", data, options, interpreter) else { return }
        guard case .figure(let before)? = parts.last else {
            guard parts.isEmpty else {
                throw Failure("dls draws nothing over an image", help: "put it into axes of its own: `plt.subplot`")
            }
            return parts.append(.figure(figure))
        }
        guard let sum = before.adding(figure) else {
            throw Failure(
                "a chart with \(before.kind) has no place for \(figure.kind)",
                help: "put them into axes of their own: `plt.subplot(1, 2, 2)`")
        }
        parts[parts.count - 1] = .figure(sum)
    }

    /// A band around the last line over the same places, else around a line of its own.
    func addBand(x: Value, low: Value, high: Value, _ looks: [(String, Value)], _ interpreter: Interpreter) throws {
        let edges: (Value) throws -> Figure? = { try self.drawing("plot", [x, $0], [], interpreter) }
        guard case .lines(let lower)? = try edges(low), case .lines(let upper)? = try edges(high),
            let (low, high) = lower.series.first.flatMap({ low in upper.series.first.map { (low, $0) } })
        else { return }
        if case .figure(.lines(var chart))? = parts.last,
            let index = chart.series.lastIndex(where: { $0.x == low.x && $0.band == nil })
        {
            chart.series[index].band = Series.Band(low: low.y, high: high.y)
            parts[parts.count - 1] = .figure(.lines(chart))
            return
        }
        let middle = zip(low.y, high.y).map { Value.number(($0 + $1) / 2) }
        let band: Value = .list([.list(low.y.map { .number($0) }), .list(high.y.map { .number($0) })])
        try add([x, .list(middle)], looks + [("band", band)], interpreter)
    }

    /// - Parameters:
    ///   - low: What the darkest shade stands for; the least value where nil.
    ///   - high: What the brightest shade stands for.
    func addImage(_ image: Value, hasShades: Bool, low: Double?, high: Double?) throws {
        try checkOwnership()
        parts = [.image(image, hasShades: hasShades, low: low, high: high)]
    }

    /// Gives the histogram that was drawn last bars of the area 1.
    func drawDensity() throws {
        guard case .figure(.histogram(var chart))? = parts.last else { return }
        chart.isDensity = true
        parts[parts.count - 1] = .figure(.histogram(chart))
    }

    /// Names the bars that were drawn last.
    func nameLast(_ name: String) throws {
        guard case .figure(.bars(let chart))? = parts.last else { return }
        var groups = chart.groups
        groups[groups.count - 1].name = name
        parts[parts.count - 1] = .figure(
            .bars(
                BarChart(
                    title: chart.title, labels: chart.labels, groups: groups, x: chart.x, y: chart.y,
                    opacity: chart.opacity, extras: chart.extras)))
    }

    private func drawing(
        _ name: String, _ data: [Value], _ options: [(name: String, value: Value)], _ interpreter: Interpreter
    ) throws -> Figure? {
        guard let function = interpreter.builtins.value(name) else { return nil }
        let value = try interpreter.call(function, Arguments(data, named: options))
        return value.object(as: FigureObject.self)?.figure
    }

    // MARK: - How it looks

    /// Sets an argument of `plot`, which is checked at once.
    func set(_ name: String, _ value: Value, _ interpreter: Interpreter) throws {
        try checkOwnership()
        var changed = settings.filter { $0.name != name }
        changed.append((name, value))
        _ = try frame(changed, interpreter)
        settings = changed
    }

    /// Adds to an argument that is a list.
    func append(_ name: String, _ value: Value, _ interpreter: Interpreter) throws {
        let before = try settings.first { $0.name == name }?.value.elements ?? []
        try set(name, .list(before + [value]), interpreter)
    }

    func setting(_ name: String) -> Value? { settings.first { $0.name == name }?.value }

    func setNames(_ names: [String]) throws {
        try checkOwnership()
        self.names = names
    }

    private func frame(_ settings: [(name: String, value: Value)], _ interpreter: Interpreter) throws -> Chart {
        let figure = try drawing("plot", [.list([.number(1)])], settings, interpreter)
        if case .lines(let chart)? = figure { return chart }
        return Chart(series: [])
    }

    // MARK: - The figure

    /// The chart as it stands; nil where nothing is drawn on it.
    func figure(_ interpreter: Interpreter) throws -> Figure? {
        let frame = try frame(settings, interpreter)
        switch parts.last {
        case .figure(let figure): return figure.named(names).framed(by: frame)
        case .image(let image, let hasShades, let low, let high):
            let isMap = hasShades || hasShadeBar || frame.x.ticks != nil || frame.y.ticks != nil
            let isMatrix = (try image.asVariable())?.shape.count == 2
            return try
                (isMap && isMatrix
                ? drawing("plot", [image], [("kind", .string("heatmap"))], interpreter)
                : drawing("show", [image], [], interpreter))?.framed(by: frame).shaded(from: low, to: high)
        case nil: return nil
        }
    }
}

/// Axes in rows and columns: what `plt.subplots(2, 3)` gives.
package final class AxesArray: RuntimeObject {
    let rows: [[AxesObject]]
    /// Whether it has one index; else rows and columns have one each.
    private let isFlat: Bool

    init(_ rows: [[AxesObject]], isFlat: Bool) {
        self.rows = rows
        self.isFlat = isFlat
    }

    private var all: [AxesObject] { Array(rows.joined()) }
    private var parts: [Value] {
        isFlat
            ? all.map { .object($0) } : rows.map { .object(AxesArray([$0], isFlat: true)) }
    }

    package override var kindName: String { "array of axes" }
    package override var shortText: String { kindName }
    package override var length: Int? { parts.count }
    package override var unpacked: [Value]? { parts }
    package override var fieldNames: [String] { ["flat", "flatten", "ravel", "shape"] }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "flat": .object(AxesArray(rows, isFlat: true))
        case "flatten", "ravel":
            .function(
                Function(native: "\(name)()", of: .object(self)) { [rows] _, _, _ in
                    .object(AxesArray(rows, isFlat: true))
                })
        case "shape":
            .list((isFlat ? [all.count] : [rows.count, rows.first?.count ?? 0]).map { .number(Double($0)) })
        default: nil
        }
    }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        let indices = subscripts.compactMap { part -> Int? in
            if case .value(let value) = part { value.asInteger } else { nil }
        }
        let shape = isFlat ? [all.count] : [rows.count, rows.first?.count ?? 0]
        guard indices.count == subscripts.count, !indices.isEmpty, indices.count <= shape.count else {
            throw Failure(
                "an array of axes takes \(shape.count == 1 ? "one index" : "a row and a column")",
                help: "such as `axes\(shape.count == 1 ? "[0]" : "[0, 1]")`")
        }
        let places = try zip(indices, shape).map { index, count in
            let place = index < 0 ? index + count : index
            guard (0..<count).contains(place) else {
                throw Failure("there is no axes \(index): there are \(count), from 0 on")
            }
            return place
        }
        return places.count == 2 ? .object(rows[places[0]][places[1]]) : parts[places[0]]
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        var rest = parts.makeIterator()
        return { rest.next() }
    }
}
