/// What there is to be seen, as data. A renderer, such as `TextRenderer`, draws it.
///
/// Numbers that are not finite may stand anywhere: lines leave a gap there, other figures say so.
package enum Figure: Sendable, Equatable {
    case lines(LineChart)
    case scatter(ScatterChart)
    case bars(BarChart)
    case histogram(Histogram)
    case images(ImageGrid)
    case heatMap(HeatMap)
    case table(TextTable)

    /// The word for it in messages and file names.
    package var kind: String {
        switch self {
        case .lines: "lines"
        case .scatter: "scatter"
        case .bars: "bars"
        case .histogram: "histogram"
        case .images: "images"
        case .heatMap: "heat map"
        case .table: "table"
        }
    }
}

/// Points with a name, in the order in which a line joins them.
package struct Series: Sendable, Equatable {
    package var name: String?
    package var x: [Double]
    package var y: [Double]

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

/// How an axis of a chart is labelled and divided.
package struct Axis: Sendable, Equatable {
    package var label: String?
    /// Decades take equal room; what is not above zero is not drawn.
    package var isLogarithmic: Bool

    package init(label: String? = nil, isLogarithmic: Bool = false) {
        self.label = label
        self.isLogarithmic = isLogarithmic
    }
}

/// One or several lines over common axes.
package struct LineChart: Sendable, Equatable {
    package var title: String?
    package var series: [Series]
    package var x: Axis
    package var y: Axis

    package init(title: String? = nil, series: [Series], x: Axis = Axis(), y: Axis = Axis()) {
        self.title = title
        self.series = series
        self.x = x
        self.y = y
    }
}

/// Clouds of points over common axes.
package struct ScatterChart: Sendable, Equatable {
    package var title: String?
    package var series: [Series]
    package var x: Axis
    package var y: Axis

    package init(title: String? = nil, series: [Series], x: Axis = Axis(), y: Axis = Axis()) {
        self.title = title
        self.series = series
        self.x = x
        self.y = y
    }
}

/// A value for each label.
package struct BarChart: Sendable, Equatable {
    package struct Bar: Sendable, Equatable {
        package var label: String
        package var value: Double

        package init(_ label: String, _ value: Double) {
            self.label = label
            self.value = value
        }
    }

    package var title: String?
    package var bars: [Bar]

    package init(title: String? = nil, bars: [Bar]) {
        self.title = title
        self.bars = bars
    }
}

/// How often values fall into intervals of equal width.
package struct Histogram: Sendable, Equatable {
    package var title: String?
    package var values: [Double]
    /// Chosen from the number of values unless given.
    package var binCount: Int?

    package init(title: String? = nil, values: [Double], binCount: Int? = nil) {
        self.title = title
        self.values = values
        self.binCount = binCount
    }

    /// The edges of the bins, one more than bins, and the number of values in each. The last bin holds its
    /// upper edge too, as in NumPy. Values that are not finite are counted apart.
    package func bins() -> (edges: [Double], counts: [Int], notFinite: Int) {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return ([], [], values.count) }
        let range = ValueRange(low, high).widenedIfEmpty()
        // Sturges' rule, which is NumPy's for small samples; bars beyond 40 do not fit a screen.
        let sturges = finite.count.bitWidth - finite.count.leadingZeroBitCount + 1
        let count = min(max(binCount ?? (low == high ? 1 : min(sturges, 40)), 1), 10_000)
        var counts = [Int](repeating: 0, count: count)
        for value in finite {
            counts[min(max(Int(range.fraction(of: value) * Double(count)), 0), count - 1)] += 1
        }
        let edges = (0...count).map { range.value(at: Double($0) / Double(count)) }
        return (edges, counts, values.count - finite.count)
    }
}

/// A picture of `height` x `width` points with 1 (grey) or 3 (red, green, blue) channels.
package struct Image: Sendable, Equatable {
    package let height: Int
    package let width: Int
    package let channels: Int
    /// `[height, width, channels]` in row-major order.
    package let values: [Float]

    /// Nil unless `values` fill the picture and there are 1 or 3 channels.
    package init?(height: Int, width: Int, channels: Int = 1, values: [Float]) {
        guard height >= 0, width >= 0, channels == 1 || channels == 3 else { return nil }
        let (area, overflow) = height.multipliedReportingOverflow(by: width)
        guard !overflow, area <= Int.max / 3, values.count == area * channels else { return nil }
        self.height = height
        self.width = width
        self.channels = channels
        self.values = values
    }
}

/// One picture or several, each with a caption.
package struct ImageGrid: Sendable, Equatable {
    /// Which values are black and white.
    package enum Brightness: Sendable, Equatable {
        /// The same for all pictures, said in the figure unless it is 0 to 1 or 0 to 255.
        case fixed(low: Double, high: Double)
        /// The least and the greatest value of all pictures together.
        case shared
        /// The least and the greatest value of each.
        case each
    }

    package var title: String?
    package var images: [Image]
    /// As many as there are images, or fewer.
    package var captions: [String]
    package var brightness: Brightness

    package init(title: String? = nil, images: [Image], captions: [String] = [], brightness: Brightness) {
        self.title = title
        self.images = images
        self.captions = captions
        self.brightness = brightness
    }
}

/// A matrix drawn as shades, such as attention weights or confusions.
package struct HeatMap: Sendable, Equatable {
    package var title: String?
    package let rowCount: Int
    package let columnCount: Int
    /// `[rows, columns]` in row-major order.
    package let values: [Double]
    /// As many as there are rows, or none.
    package var rowLabels: [String]
    package var columnLabels: [String]
    package var x: Axis
    package var y: Axis

    /// Nil unless `values` fill the matrix.
    package init?(
        title: String? = nil, rowCount: Int, columnCount: Int, values: [Double], rowLabels: [String] = [],
        columnLabels: [String] = [], x: Axis = Axis(), y: Axis = Axis()
    ) {
        guard rowCount >= 0, columnCount >= 0, !rowCount.multipliedReportingOverflow(by: columnCount).overflow,
            values.count == rowCount * columnCount
        else { return nil }
        self.title = title
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.values = values
        self.rowLabels = rowLabels
        self.columnLabels = columnLabels
        self.x = x
        self.y = y
    }
}
