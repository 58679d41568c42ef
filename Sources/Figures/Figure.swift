/// What there is to be seen, as data. A renderer, such as `TextRenderer`, draws it.
///
/// Numbers that are not finite may stand anywhere: lines leave a gap there, other figures say so.
package enum Figure: Sendable, Equatable {
    case lines(Chart)
    case scatter(Chart)
    case bars(BarChart)
    case histogram(Histogram)
    case boxes(BoxChart)
    case images(ImageGrid)
    case heatMap(HeatMap)
    case diagram(Diagram)
    case table(TextTable)
    case grid(FigureGrid)

    /// The word for it in messages and file names.
    package var kind: String {
        switch self {
        case .lines: "lines"
        case .scatter: "scatter"
        case .bars: "bars"
        case .histogram: "histogram"
        case .boxes: "box plot"
        case .images: "images"
        case .heatMap: "heat map"
        case .diagram: "diagram"
        case .table: "table"
        case .grid: "grid"
        }
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
    /// How many stand in a row; as many as look good, unless set. A narrow terminal takes fewer.
    package var columns: Int?

    package init(
        title: String? = nil, images: [Image], captions: [String] = [], brightness: Brightness, columns: Int? = nil
    ) {
        self.title = title
        self.images = images
        self.captions = captions
        self.brightness = brightness
        self.columns = columns
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
    /// The values of the first and the last shade, which those beyond have too; chosen from the values where nil.
    package var low: Double?
    package var high: Double?

    var range: ValueRange? {
        ValueRange(of: values).map { own in
            let (low, high) = (self.low ?? own.low, self.high ?? own.high)
            return ValueRange(min(low, high), max(low, high))
        }
    }

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

/// Figures beside and below each other.
package struct FigureGrid: Sendable, Equatable {
    package var title: String?
    package var rows: [[Figure]]

    package init(title: String? = nil, rows: [[Figure]]) {
        self.title = title
        self.rows = rows
    }
}

/// The layers of a model, one below the other, from its input to its output.
package struct Diagram: Sendable, Equatable {
    package struct Node: Sendable, Equatable {
        package var name: String
        package var detail: String
        /// The shape that it gives.
        package var shape: String
        package var parameters: String

        package init(name: String, detail: String, shape: String, parameters: String) {
            self.name = name
            self.detail = detail
            self.shape = shape
            self.parameters = parameters
        }
    }

    package var title: String?
    package var nodes: [Node]
    /// Whether each node reads the one above; else only the order is known.
    package var isChain: Bool
    package var note: String

    package init(title: String? = nil, nodes: [Node], isChain: Bool, note: String) {
        self.title = title
        self.nodes = nodes
        self.isChain = isChain
        self.note = note
    }
}
