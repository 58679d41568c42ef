extension Tensor {
    /// The tensor as it is shown: a line with its shape and type, and its elements in aligned rows.
    ///
    ///     tensor [2, 3] float32
    ///       0.5000  1.2500  -3.0000
    ///       0.0000  2.0000   4.0000
    ///
    /// Planes of more than two axes stand below each other, each under the indices that lead to it. Of more than 1000
    /// elements, the first and last three along each axis are shown.
    package var text: String { text(width: 100) }

    /// The same for a terminal of so many columns: the middle of rows that are wider is left out.
    package func text(width: Int) -> String {
        TensorText(self, lineWidth: width).lines.joined(separator: "\n")
    }

    /// The line above the elements: `tensor [2, 3] float32`.
    package var heading: String { "tensor \(shape) \(dtype.name)" }
}

extension Tensor: CustomStringConvertible {
    package var description: String { text }
}

/// Lays out the elements of a tensor as lines of text.
private struct TensorText {
    private(set) var lines: [String]

    private static let edgeCount = 3
    private static let longestWhole = 1000
    /// Columns of text that a line may take.
    private let lineWidth: Int
    /// Blanks between elements.
    private var gap = 2

    private let tensor: Tensor
    private let format: NumberFormat
    private var width = 0
    /// The shown places of each axis; `nil` where some are left out.
    private let places: [[Int?]]

    init(_ tensor: Tensor, lineWidth: Int) {
        self.tensor = tensor
        self.lineWidth = lineWidth
        lines = [tensor.heading]
        guard tensor.count > 0 else {
            // One axis may be of any size where another is empty.
            places = []
            format = .whole
            lines.append("  []")
            return
        }
        let isSummary = tensor.count > TensorText.longestWhole
        places = tensor.shape.map { size in
            guard isSummary && size > 2 * TensorText.edgeCount else { return Array(0..<size) }
            let last = (size - TensorText.edgeCount)..<size
            return Array(0..<TensorText.edgeCount) + [nil] + Array(last)
        }
        let shown = TensorText.positions(tensor, places)
        format = NumberFormat(shown.lazy.map { ElementAccess.read(tensor, at: $0) }, tensor.dtype)
        width = shown.reduce(0) { max($0, text(at: $1).utf8.count) }
        // An image of 28 columns of digits keeps its rows.
        if tensor.rank > 1, let columns = places.last?.count, !fits(columns, 2), fits(columns, 1) { gap = 1 }
        addPlanes()
    }

    /// Where all shown elements are.
    private static func positions(_ tensor: Tensor, _ places: [[Int?]]) -> [Int] {
        var positions = [0]
        for (axis, places) in places.enumerated() {
            let known = places.compactMap { $0 }
            positions = positions.flatMap { position in known.map { position + $0 * tensor.strides[axis] } }
        }
        return positions
    }

    private mutating func addPlanes() {
        guard tensor.rank > 2 else { return addPlane(0) }
        // The indices before the last two axes, in row-major order; `nil` for places that are left out.
        var prefixes: [[Int]?] = [[]]
        for axis in 0..<tensor.rank - 2 {
            prefixes = prefixes.flatMap { prefix -> [[Int]?] in
                guard let prefix else { return [nil] }
                return places[axis].map { place in place.map { prefix + [$0] } }
            }
        }
        for prefix in prefixes {
            guard let prefix else {
                lines.append("...")
                continue
            }
            lines.append("[" + prefix.map { "\($0), " }.joined() + ":, :]")
            addPlane(zip(prefix, tensor.strides).reduce(0) { $0 + $1.0 * $1.1 })
        }
    }

    /// Adds the rows of a matrix, or the single row of what has fewer axes.
    private mutating func addPlane(_ offset: Int) {
        switch tensor.rank {
        case 0: lines.append("  " + cell(offset))
        case 1: addVector()
        default:
            let rows = tensor.rank - 2
            let columns = columnsThatFit(places[rows + 1])
            for row in places[rows] {
                guard let row else {
                    lines.append("  ...")
                    continue
                }
                let start = offset + row * tensor.strides[rows]
                lines.append(line(columns) { start + $0 * tensor.strides[rows + 1] })
            }
        }
    }

    /// A vector goes on in further lines where it is too long for one.
    private mutating func addVector() {
        let perLine = max(lineWidth / (width + 2), 1)
        var rest = places[0][...]
        while !rest.isEmpty {
            lines.append(line(Array(rest.prefix(perLine))) { $0 * tensor.strides[0] })
            rest = rest.dropFirst(perLine)
        }
    }

    /// Whether a row of so many elements fits with so many blanks between them.
    private func fits(_ count: Int, _ gap: Int) -> Bool { 2 + count * (width + gap) - gap <= lineWidth }

    /// The columns with the middle left out where they are too wide for a line.
    private func columnsThatFit(_ columns: [Int?]) -> [Int?] {
        guard !fits(columns.count, gap) else { return columns }
        let most = (lineWidth - 2 - "...".count) / (width + gap)
        let kept = max(most / 2, 1)
        guard columns.count > 2 * kept else { return columns }
        return columns.prefix(kept) + [nil] + columns.suffix(kept)
    }

    private func line(_ columns: [Int?], _ position: (Int) -> Int) -> String {
        "  "
            + columns.map { column in column.map { cell(position($0)) } ?? "..." }
            .joined(separator: String(repeating: " ", count: gap))
    }

    private func cell(_ position: Int) -> String {
        let text = text(at: position)
        return String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
    }

    private func text(at position: Int) -> String {
        if format == .whole && !tensor.dtype.isFloatingPoint {
            return "\(ElementAccess.readWhole(tensor, at: position))"
        }
        return format.text(ElementAccess.read(tensor, at: position))
    }
}

/// How the elements of one tensor are written.
private enum NumberFormat {
    case boolean, whole, fixed, scientific

    /// Chooses a format that suits all elements: whole numbers plain, others with four digits after the point, with powers
    /// of ten where that would take too many digits or leave too few.
    init(_ elements: some Sequence<Double>, _ dtype: DType) {
        guard dtype.isFloatingPoint else {
            self = dtype == .bool ? .boolean : .whole
            return
        }
        var greatest = 0.0
        var areWhole = true
        for element in elements where element.isFinite {
            greatest = max(greatest, element.magnitude)
            areWhole = areWhole && element == element.rounded()
        }
        if areWhole {
            self = greatest < 1e9 ? .whole : .scientific
        } else {
            self = greatest < 1e6 && greatest >= 1e-3 ? .fixed : .scientific
        }
    }

    func text(_ number: Double) -> String {
        switch self {
        case .boolean: number != 0 ? "true" : "false"
        case .whole: fixedText(number, digits: 0)
        case .fixed: fixedText(number, digits: 4)
        case .scientific: scientificText(number, digits: 4)
        }
    }
}
