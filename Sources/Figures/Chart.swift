/// Points with a name, in the order in which a line joins them.
package struct Series: Sendable, Equatable {
    /// Empty to leave it out of the legend.
    package var name: String?
    package var x: [Double]
    package var y: [Double]
    /// Chosen by its place among the series unless given, as the marker is.
    package var color: RGB?
    package var marker: Marker?
    /// How the line is broken; by its place among the series where there are no colours, unless given.
    package var style: LineStyle?
    /// From 0, which nobody sees, to 1.
    package var opacity: Double?
    /// The band around the line.
    package var band: Band?
    /// How far each value may be off, drawn as a bar through its point.
    package var errorBars: Band?
    /// A value for each point, which its colour stands for.
    package var shades: [Double]?
    /// Whether a chart of lines draws its points alone.
    package var isPoints = false

    /// The lower and upper edges, as many as there are points.
    package struct Band: Sendable, Equatable {
        package var low: [Double]
        package var high: [Double]

        package init(low: [Double], high: [Double]) {
            self.low = low
            self.high = high
        }
    }

    /// Points `(x[i], y[i])`; what has no partner is left out.
    package init(name: String? = nil, x: [Double], y: [Double]) {
        self.name = name
        let count = min(x.count, y.count)
        self.x = Array(x.prefix(count))
        self.y = Array(y.prefix(count))
    }

    /// Values over their index, the first at `start`.
    package init(name: String? = nil, _ y: [Double], start: Double = 0) {
        self.init(name: name, x: y.indices.map { start + Double($0) }, y: y)
    }
}

/// The shape that stands for a point, by Matplotlib's letter for it.
package enum Marker: String, CaseIterable, Sendable {
    case disc = "o"
    case square = "s"
    case triangle = "^"
    case diamond = "D"
    case downTriangle = "v"
    case plus = "+"
    case cross = "x"
    case star = "*"
    case dot = "."
    case none
}

/// How a line is broken, by Matplotlib's sign for it.
package enum LineStyle: String, CaseIterable, Sendable {
    case solid = "-"
    case dashed = "--"
    case dotted = ":"
    case dashDotted = "-."

    /// The style of a sign, or of Matplotlib's name for it.
    package init?(called name: String) {
        switch name {
        case "solid": self = .solid
        case "dashed": self = .dashed
        case "dotted": self = .dotted
        case "dashdot": self = .dashDotted
        default: self.init(rawValue: name)
        }
    }
}

/// How an axis of a chart is labelled and divided.
package struct Axis: Sendable, Equatable {
    package struct Tick: Sendable, Equatable {
        package var value: Double
        /// The number itself unless given.
        package var label: String?

        package init(_ value: Double, _ label: String? = nil) {
            self.value = value
            self.label = label
        }
    }

    package var label: String?
    /// Decades take equal room; what is not above zero is not drawn.
    package var isLogarithmic: Bool
    /// The ends of the axis, where they are not to be found from the data.
    package var low: Double?
    package var high: Double?
    /// The places that are marked, where they are not to be chosen.
    package var ticks: [Tick]?

    package init(
        label: String? = nil, isLogarithmic: Bool = false, low: Double? = nil, high: Double? = nil, ticks: [Tick]? = nil
    ) {
        self.label = label
        self.isLogarithmic = isLogarithmic
        self.low = low
        self.high = high
        self.ticks = ticks
    }

    /// Whether a number has a place on it, within its ends or outside.
    func holds(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }
}

/// What charts of all kinds can have beside their data.
package struct ChartExtras: Sendable, Equatable {
    /// A text at a point of the field.
    package struct Note: Sendable, Equatable {
        package var x: Double
        package var y: Double
        package var text: String

        package init(x: Double, y: Double, text: String) {
            self.x = x
            self.y = y
            self.text = text
        }
    }

    /// In inches of a screen.
    package var size: FigureSize?
    /// Dashed lines across the whole field.
    package var horizontals: [Double]
    package var verticals: [Double]
    package var notes: [Note]

    package init(
        size: FigureSize? = nil, horizontals: [Double] = [], verticals: [Double] = [], notes: [Note] = []
    ) {
        self.size = size
        self.horizontals = horizontals
        self.verticals = verticals
        self.notes = notes
    }
}

package struct FigureSize: Sendable, Equatable {
    package static let inches = 1.0...30.0

    package let width: Double
    package let height: Double

    /// Nil where a side is not in `inches`.
    package init?(width: Double, height: Double) {
        guard Self.inches.contains(width), Self.inches.contains(height) else { return nil }
        self.width = width
        self.height = height
    }
}

/// Lines or clouds of points over common axes.
package struct Chart: Sendable, Equatable {
    package var title: String?
    package var series: [Series]
    package var x: Axis
    package var y: Axis
    package var extras: ChartExtras
    /// What is drawn behind the points.
    package var background: Surface?
    /// What the shades of points stand for.
    package var shadeLabel: String?

    package init(
        title: String? = nil, series: [Series], x: Axis = Axis(), y: Axis = Axis(), extras: ChartExtras = ChartExtras(),
        background: Surface? = nil
    ) {
        self.title = title
        self.series = series
        self.x = x
        self.y = y
        self.extras = extras
        self.background = background
    }

    /// The range of the values that shades stand for; nil where there are none.
    var shadeRange: ValueRange? { ValueRange(of: series.lazy.compactMap(\.shades).flatMap { $0 }) }
}

/// Values over a rectangle of the plane.
package struct Surface: Sendable, Equatable {
    package enum Coloring: Sendable, Equatable {
        /// Steps from each level to the next, and lines between them.
        case levels
        /// The value is the place of a class among the series.
        case classes
    }

    /// The places of columns and of rows, both rising.
    package let x: [Double]
    package let y: [Double]
    /// `[y, x]` in row-major order, the lowest row first.
    package let values: [Double]
    package let coloring: Coloring

    /// Nil unless the places rise and the values fill the rectangle.
    package init?(x: [Double], y: [Double], values: [Double], coloring: Coloring) {
        func rises(_ places: [Double]) -> Bool {
            places.count >= 2 && places.allSatisfy(\.isFinite) && zip(places, places.dropFirst()).allSatisfy(<)
        }
        guard rises(x), rises(y), values.count == x.count * y.count else { return nil }
        self.x = x
        self.y = y
        self.values = values
        self.coloring = coloring
    }

    /// The borders between steps; the outermost are the ends of the scale.
    package var levels: [Double] {
        guard let range = ValueRange(of: values), range.low < range.high,
            let scale = Scale(values: [range.low, range.high], tickCount: 9, isRoomy: true)
        else { return [] }
        return scale.ticks.map { $0.value }
    }

    /// The value at a place, between those around it; of classes the nearest. Nil outside.
    package func value(atX px: Double, y py: Double) -> Double? {
        guard let (column, across) = Self.cell(px, in: x), let (row, up) = Self.cell(py, in: y) else { return nil }
        func at(_ row: Int, _ column: Int) -> Double { values[row * x.count + column] }
        if coloring == .classes { return at(up < 0.5 ? row : row + 1, across < 0.5 ? column : column + 1) }
        let lower = at(row, column) * (1 - across) + at(row, column + 1) * across
        let upper = at(row + 1, column) * (1 - across) + at(row + 1, column + 1) * across
        return lower * (1 - up) + upper * up
    }

    /// The interval in which a place lies, and how far in it.
    private static func cell(_ place: Double, in places: [Double]) -> (index: Int, part: Double)? {
        guard let first = places.first, let last = places.last, place >= first, place <= last else { return nil }
        var low = 0
        var high = places.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if places[middle] <= place { low = middle } else { high = middle }
        }
        return (low, ValueRange(places[low], places[low + 1]).fraction(of: place))
    }

    /// The step in which a value lies, and the colour of it; nil for what is not finite.
    func step(of value: Double, levels: [Double]) -> Int? {
        guard value.isFinite else { return nil }
        if coloring == .classes { return Int(min(max(value, 0), 1e6)) }
        return levels.dropFirst().dropLast().count { $0 <= value }
    }

    func color(ofStep step: Int, levels: [Double]) -> RGB {
        let count = max(levels.count - 1, 1)
        return Shade.color((Double(min(step, count - 1)) + 0.5) / Double(count))
    }
}

extension Series {
    /// The ends of the error bars within the field, each cut off where it leaves it.
    ///
    /// - Parameter place: Fractions of the field for a point; nil where the axes have no place for it.
    func errorBarPlaces(_ place: (Double, Double) -> Clipping.Point?) -> [(low: Clipping.Point, high: Clipping.Point)] {
        guard let errorBars else { return [] }
        return zip(x, zip(errorBars.low, errorBars.high)).untilInterrupt.compactMap { x, ends in
            guard let high = place(x, ends.1), !ends.0.isNaN else { return nil }
            // On a logarithmic axis an end at or below zero lies below all that is drawn.
            return Clipping.segment(place(x, ends.0) ?? (high.x, 0), high).map { (low: $0, high: $1) }
        }
    }
}
