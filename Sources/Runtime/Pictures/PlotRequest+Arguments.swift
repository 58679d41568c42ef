import Figures
import TensorCore

extension PlotRequest {
    // MARK: - Axes

    /// An axis with its label, ends and marks.
    func axis(_ name: String) throws -> Axis {
        let (low, high) = try limits(name + "lim")
        let isLogarithmic = try logarithmicAxes().contains(name)
        if isLogarithmic, let end = [low, high].compactMap({ $0 }).first(where: { $0 <= 0 }) {
            throw Failure(
                "`\(name)lim` of `plot` has the end \(numberText(end)), and a logarithmic axis has no place for it",
                help: "its ends are above 0, such as 0.001")
        }
        return Axis(
            label: try call.optionalString(name), isLogarithmic: isLogarithmic, low: low, high: high,
            ticks: try ticks(name + "ticks"))
    }

    private func logarithmicAxes() throws -> String {
        switch call.value("log") {
        case .boolean(let flag): return flag ? "y" : ""
        case .string(let text) where ["x", "y", "xy"].contains(text): return text
        default: throw call.failure("log", takes: "\"x\", \"y\", \"xy\", true (which is \"y\") or false")
        }
    }

    private func limits(_ parameter: String) throws -> (Double?, Double?) {
        guard call.has(parameter) else { return (nil, nil) }
        let expected = "[low, high], finite numbers with low below high; `none` leaves an end to the data"
        guard let ends = try call.value(parameter).elements, ends.count == 2 else {
            throw call.failure(parameter, takes: expected)
        }
        let numbers = try ends.map { end -> Double? in
            if end.isNone { return nil }
            guard let number = end.asNumber, abs(number) <= 1e300 else {
                throw call.failure(parameter, takes: expected)
            }
            return number
        }
        if let low = numbers[0], let high = numbers[1], low >= high {
            throw Failure(
                "`\(parameter)` of `plot` takes \(expected), and got [\(numberText(low)), \(numberText(high))]")
        }
        return (numbers[0], numbers[1])
    }

    private func ticks(_ parameter: String) throws -> [Axis.Tick]? {
        guard call.has(parameter) else { return nil }
        let expected =
            "a list of at most 200 places: numbers, texts for 0, 1, 2 and so on, or pairs [place, text]"
        guard let elements = try call.value(parameter).elements, elements.count <= 200 else {
            throw call.failure(parameter, takes: expected)
        }
        return try elements.enumerated().map { index, element in
            if let text = element.asString { return Axis.Tick(Double(index), text) }
            if let number = element.asNumber, number.isFinite { return Axis.Tick(number) }
            guard let pair = try element.elements, pair.count == 2, let place = pair[0].asNumber, place.isFinite else {
                throw call.failure(parameter, takes: expected)
            }
            return Axis.Tick(place, try pair[1].printedText())
        }
    }

    // MARK: - Beside the data

    func extras() throws -> ChartExtras {
        ChartExtras(
            size: try call.figureSize("size"), horizontals: try lines("hline"), verticals: try lines("vline"),
            notes: try notes())
    }

    private func lines(_ parameter: String) throws -> [Double] {
        guard call.has(parameter) else { return [] }
        let values: [Double]
        if let number = call.value(parameter).asNumber {
            values = [number]
        } else {
            values = try (call.value(parameter).elements ?? []).map { $0.asNumber ?? .nan }
        }
        guard !values.isEmpty, values.count <= 100, values.allSatisfy({ abs($0) <= 1e300 }) else {
            throw call.failure(parameter, takes: "a finite number, or a list of at most 100 of them")
        }
        return values
    }

    /// `[x, y, "text"]`, or several of them.
    private func notes() throws -> [ChartExtras.Note] {
        guard call.has("text"), !isPointLabels else { return [] }
        let expected =
            "[x, y, \"text\"], a list of such, or a text for each point"
        guard let elements = try call.value("text").elements, elements.count <= 10_000 else {
            throw call.failure("text", takes: expected)
        }
        func note(_ parts: [Value]) throws -> ChartExtras.Note {
            guard parts.count == 3, let x = parts[0].asNumber, let y = parts[1].asNumber else {
                throw call.failure("text", takes: expected)
            }
            return ChartExtras.Note(x: x, y: y, text: try parts[2].printedText())
        }
        if elements.first?.asNumber != nil { return [try note(elements)] }
        return try elements.map { element in
            guard let parts = try element.elements else { throw call.failure("text", takes: expected) }
            return try note(parts)
        }
    }

    /// Whether `text` has words for the points and not places of its own.
    private var isPointLabels: Bool {
        guard let elements = try? call.value("text").elements, let first = elements.first else { return false }
        return first.asString != nil
    }

    /// The words beside the points of the first series.
    func pointLabels() throws -> [ChartExtras.Note] {
        guard call.has("text"), isPointLabels, let first = series.first else { return [] }
        let texts = try call.texts("text")
        guard texts.count == first.y.count, texts.count <= 10_000 else {
            throw Failure(
                "`text` of `plot` labels \(texts.count) points, and there are \(first.y.count)",
                help: "a text at a place is written text=[x, y, \"text\"]")
        }
        return texts.indices.map { ChartExtras.Note(x: first.x[$0], y: first.y[$0], text: texts[$0]) }
    }

    // MARK: - Looks

    func opacity() throws -> Double? {
        guard let alpha = try call.optionalNumber("alpha") else { return nil }
        guard (0...1).contains(alpha) else { throw call.failure("alpha", takes: "a number from 0 to 1") }
        return alpha
    }

    func bins() throws -> (count: Int?, edges: [Double]?) {
        guard call.has("bins") else { return (nil, nil) }
        let expected = "the number of bins, from 1 to 10000, or a list of their edges, each above the one before"
        if let count = call.value("bins").asInteger {
            guard (1...10_000).contains(count) else { throw call.failure("bins", takes: expected) }
            return (count, nil)
        }
        guard let elements = try call.value("bins").elements else { throw call.failure("bins", takes: expected) }
        let edges = elements.compactMap(\.asNumber).filter(\.isFinite)
        guard edges.count == elements.count, (2...10_001).contains(edges.count),
            zip(edges, edges.dropFirst()).allSatisfy(<)
        else { throw call.failure("bins", takes: expected) }
        return (nil, edges)
    }

    /// The series with their colours, markers and bands; one whose points have classes becomes one for each class.
    func styled(_ series: [Series]) throws -> [Series] {
        let markers = try markers(series.count)
        let styles = try lineStyles(series.count)
        let alpha = try opacity()
        let bandOf = try bands("band")
        let errorOf = try bands("error")
        let hasClasses = colorsAreClasses
        let colors = hasClasses ? nil : try colors(series.count)
        let styled = series.enumerated().map { index, series in
            var series = series
            series.color = colors?[index]
            series.marker = markers?[index]
            series.style = styles?[index]
            series.opacity = alpha
            series.band = bandOf?[index]
            series.errorBars = errorOf?[index] ?? series.errorBars
            return series
        }
        return hasClasses ? try coloredByClass(styled[0]) : styled
    }

    private func markers(_ count: Int) throws -> [Marker]? {
        try looks("marker", count) { text in
            guard let marker = Marker(rawValue: text) else {
                let known = Marker.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " ")
                throw Failure("there is no marker \(quoted(text))", help: "the markers are \(known)")
            }
            return marker
        }
    }

    private func lineStyles(_ count: Int) throws -> [LineStyle]? {
        try looks("style", count) { text in
            guard let style = LineStyle(called: text) else {
                let known = LineStyle.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " ")
                throw Failure("there is no line style \(quoted(text))", help: "the styles are \(known)")
            }
            return style
        }
    }

    /// What an argument says of each series: one text for all, or one for each; nil where it says nothing.
    private func looks<Look>(_ parameter: String, _ count: Int, _ look: (String) throws -> Look) throws -> [Look]? {
        guard call.has(parameter) else { return nil }
        let given = try call.texts(parameter)
        let all = call.value(parameter).asString == nil ? given : Array(repeating: given[0], count: count)
        guard all.count == count else {
            throw Failure("`\(parameter)` of `plot` has \(all.count) \(parameter)s, and there are \(count) series")
        }
        return try all.map(look)
    }

    /// A colour for each series, if they are given.
    func colors(_ count: Int) throws -> [RGB]? {
        guard call.has("color") else { return nil }
        let all: [String]
        if let one = call.value("color").asString {
            all = Array(repeating: one, count: count)
        } else {
            guard let elements = try call.value("color").elements, elements.allSatisfy({ $0.asString != nil }) else {
                throw call.failure(
                    "color",
                    takes: kind == "scatter"
                        ? "a colour, or for points of one series a class or number each" : "a colour, or a list of them"
                )
            }
            all = elements.compactMap(\.asString)
            guard all.count == count else {
                throw Failure("`color` of `plot` has \(all.count) colours, and \(count) are needed")
            }
        }
        return try all.map { text in
            guard let color = RGB(colorName: text) else {
                throw Failure(
                    "there is no colour \(quoted(text))",
                    help: "the colours are \(RGB.colorNames.joined(separator: ", ")), and #rrggbb such as \"#0072b2\"")
            }
            return color
        }
    }

    // MARK: - Classes

    /// The most classes that have a colour and a name of their own.
    static let mostClasses = 50

    /// Whether `color` has something for each point and is no colour.
    var colorsAreClasses: Bool {
        guard kind == "scatter", series.count == 1, call.has("color"), call.value("color").asString == nil else {
            return false
        }
        guard case .tensor = call.value("color") else {
            guard let elements = try? call.value("color").elements else { return false }
            let isColors =
                elements.count == 1 && (elements.first?.asString).flatMap { RGB(colorName: $0) } != nil
            return !isColors
        }
        return true
    }

    private func coloredByClass(_ series: Series) throws -> [Series] {
        let values: [Value]
        if case .tensor(let tensor) = call.value("color") {
            values = tensor.value.doubles().map { .number($0) }
        } else {
            values = try call.list("color")
        }
        guard values.count == series.y.count else {
            throw Failure(
                "`color` of `plot` has \(values.count) classes, and there are \(series.y.count) points",
                help: "each point has its class, or all have one colour: color=\"red\"")
        }
        let numbers = values.compactMap { value -> Double? in
            if case .boolean = value { nil } else { value.asNumber }
        }
        if numbers.count == values.count {
            let distinct = Set(numbers)
            if distinct.count > 20 || !numbers.allSatisfy({ $0 == $0.rounded() }) {
                var shaded = series
                shaded.shades = numbers
                return [shaded]
            }
            let classes = distinct.sorted()
            let names = call.has("labels") ? try call.texts("labels") : []
            return classes.enumerated().map { index, number in
                // A class's name is at the place of its number.
                let place = Int(exactly: number) ?? -1
                let name = names.indices.contains(place) ? names[place] : numberText(number)
                return part(of: series, name: name, numbers.indices.filter { numbers[$0] == number })
            }
        }
        let words = try values.map { try $0.printedText() }
        var places: [String: [Int]] = [:]
        for (index, word) in words.enumerated() { places[word, default: []].append(index) }
        guard places.count <= Self.mostClasses else {
            throw Failure(
                "`color` of `plot` has \(places.count) different classes, and at most \(Self.mostClasses) can be told apart",
                help: "numbers, any of them, are shown by shades: color=range(\(values.count))")
        }
        return places.keys.sorted().map { part(of: series, name: $0, places[$0] ?? []) }
    }

    private func part(of series: Series, name: String, _ indices: [Int]) -> Series {
        var part = Series(name: name, x: indices.map { series.x[$0] }, y: indices.map { series.y[$0] })
        part.marker = series.marker
        part.opacity = series.opacity
        part.errorBars = series.errorBars.map { bars in
            Series.Band(low: indices.map { bars.low[$0] }, high: indices.map { bars.high[$0] })
        }
        return part
    }

    // MARK: - Bands

    /// What `band` or `error` says of each series: half the width, or the edges.
    private func bands(_ parameter: String) throws -> [Series.Band?]? {
        guard call.has(parameter) else { return nil }
        if series.count == 1 { return [try band(parameter, call.value(parameter), series[0])] }
        if let width = call.value(parameter).asNumber {
            return try series.map { try band(parameter, .number(width), $0) }
        }
        if case .record(let given) = call.value(parameter) {
            let record = try given.named()
            if let stray = record.names.first(where: { name in !series.contains { $0.name == name } }) {
                throw Failure("`\(parameter)` of `plot` has \(quoted(stray)), and no series has that name")
            }
            return try series.map { series in
                try series.name.flatMap { record[$0] }.map { try band(parameter, $0, series) }
            }
        }
        guard let elements = try call.value(parameter).elements, elements.count == series.count else {
            throw call.failure(parameter, takes: "one for each of the \(series.count) series, in a list or by name")
        }
        return try zip(elements, series).map { try $0.isNone ? nil : band(parameter, $0, $1) }
    }

    private func band(_ parameter: String, _ value: Value, _ series: Series) throws -> Series.Band {
        let expected = "half its width, a number or one for each point, or its edges [low, high]"
        if let width = value.asNumber { return around(series, Array(repeating: width, count: series.y.count)) }
        if let elements = try value.elements, elements.count == 2, elements[0].asNumber == nil {
            let edges = try elements.map { try numbers($0) }
            guard edges.allSatisfy({ $0.count == series.y.count }) else {
                throw Failure(
                    "the edges of `\(parameter)` have \(edges[0].count) and \(edges[1].count) values, and the line has \(series.y.count)"
                )
            }
            return Series.Band(low: edges[0], high: edges[1])
        }
        if case .tensor(let tensor) = value, tensor.rank == 2, tensor.shape == [2, series.y.count] {
            let all = tensor.value.doubles()
            return Series.Band(low: Array(all.prefix(series.y.count)), high: Array(all.suffix(series.y.count)))
        }
        guard let widths = try? numbers(value) else { throw call.failure(parameter, takes: expected) }
        guard widths.count == series.y.count else {
            throw Failure("`\(parameter)` of `plot` has \(widths.count) values, and the line has \(series.y.count)")
        }
        return around(series, widths)
    }

    /// The series whose standard errors a series is: `a` of `a_se`, and `a_mean` of `a_sem`, as `group` names them.
    private static func partner(of name: String) -> String? {
        if name.hasSuffix("_se") { return String(name.dropLast(3)) }
        return name.hasSuffix("_sem") ? name.dropLast(4) + "_mean" : nil
    }

    /// Takes standard errors as the bars of their series.
    mutating func takeStandardErrors() {
        guard hasErrorBars else { return }
        for (place, errors) in series.enumerated().reversed() {
            guard let name = errors.name.flatMap(Self.partner),
                let partner = series.firstIndex(where: { $0.name == name }),
                series[partner].y.count == errors.y.count
            else { continue }
            series[partner].errorBars = around(series[partner], errors.y)
            series.remove(at: place)
        }
    }

    private func around(_ series: Series, _ widths: [Double]) -> Series.Band {
        Series.Band(low: zip(series.y, widths).map { $0 - abs($1) }, high: zip(series.y, widths).map { $0 + abs($1) })
    }
}

extension Call {
    /// A list of texts, or one alone; other values are written as they print.
    func texts(_ parameter: String) throws -> [String] {
        if let one = value(parameter).asString { return [one] }
        return try list(parameter).map { try $0.printedText() }
    }

    /// Width and height in inches, as Matplotlib's figsize.
    func figureSize(_ parameter: String) throws -> FigureSize? {
        guard has(parameter) else { return nil }
        let sides = try value(parameter).elements?.compactMap(\.asNumber) ?? []
        guard sides.count == 2, let size = FigureSize(width: sides[0], height: sides[1]) else {
            throw Failure(
                "`\(parameter)` of `\(name)` takes [width, height] in inches, from 1 to 30 each, and got "
                    + value(parameter).shortText,
                help: "such as \(parameter)=[8, 4]; 96 pixels are an inch")
        }
        return size
    }
}
