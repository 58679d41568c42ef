/// A padded copy of one channel of an image, or of every n-th row and column of it.
struct Plane {
    let rowStart: Int
    let rowStep: Int
    let columnStart: Int
    let columnStep: Int
}

/// An element of the filter: which plane it reads, and how many rows and columns on.
struct PlaneTap {
    let plane: Int
    let row: Int
    let column: Int
}

/// The pixels `first`, `first + step`, ... along an axis.
struct PlaneAxis {
    let first: Int
    let step: Int
    let count: Int
}

/// What a convolution reads: interleaved copies of the input, one for each residue of the filter's distances by the
/// stride.
struct ForwardLayout {
    let planes: [Plane]
    let taps: [PlaneTap]
    /// Rows and columns that the planes have beyond those of the result.
    let extraRows: Int
    let extraColumns: Int

    init(_ o: ConvolutionGeometry) {
        let rows = TapAxis(kernel: o.kernel.0, dilation: o.dilation.0, stride: o.stride.0)
        let columns = TapAxis(kernel: o.kernel.1, dilation: o.dilation.1, stride: o.stride.1)
        planes = rows.residues.flatMap { row in
            columns.residues.map { column in
                Plane(
                    rowStart: row - o.padding.0, rowStep: o.stride.0, columnStart: column - o.padding.1,
                    columnStep: o.stride.1)
            }
        }
        taps = rows.taps.flatMap { row in
            columns.taps.map { column in
                PlaneTap(
                    plane: row.residue * columns.residues.count + column.residue, row: row.offset,
                    column: column.offset)
            }
        }
        extraRows = rows.extra
        extraColumns = columns.extra
    }
}

/// What the gradient for the input reads, for the input's rows and columns of one residue by the stride: one copy of the
/// result's gradient, and the filter elements through which results reach those rows and columns.
struct ReverseLayout {
    let planes: [Plane]
    let taps: [PlaneTap]
    /// For each tap, the filter's element `i * kW + j`.
    let elements: [Int]
    let extraRows: Int
    let extraColumns: Int
    /// The input's pixels.
    let rows: PlaneAxis
    let columns: PlaneAxis

    static func all(_ o: ConvolutionGeometry) -> [ReverseLayout] {
        (0..<min(o.stride.0, o.height)).flatMap { row in
            (0..<min(o.stride.1, o.width)).map { column in ReverseLayout(o, row, column) }
        }
    }

    private init(_ o: ConvolutionGeometry, _ row: Int, _ column: Int) {
        let down = ReverseAxis(
            first: row, size: o.height, kernel: o.kernel.0, dilation: o.dilation.0, stride: o.stride.0,
            padding: o.padding.0)
        let across = ReverseAxis(
            first: column, size: o.width, kernel: o.kernel.1, dilation: o.dilation.1, stride: o.stride.1,
            padding: o.padding.1)
        planes = [Plane(rowStart: down.start, rowStep: 1, columnStart: across.start, columnStep: 1)]
        taps = down.taps.flatMap { row in
            across.taps.map { PlaneTap(plane: 0, row: row.offset, column: $0.offset) }
        }
        elements = down.taps.flatMap { row in across.taps.map { row.element * o.kernel.1 + $0.element } }
        (extraRows, extraColumns) = (down.extra, across.extra)
        (rows, columns) = (down.target, across.target)
    }
}

/// Where a filter's elements stand along one axis: in which interleaved copy, and how far in.
private struct TapAxis {
    /// The residues of elements' distances by the stride.
    let residues: [Int]
    /// For each element, the place of its residue in `residues` and its distance in that copy.
    let taps: [(residue: Int, offset: Int)]
    let extra: Int

    init(kernel: Int, dilation: Int, stride: Int) {
        let residues = Set((0..<kernel).map { $0 * dilation % stride }).sorted()
        self.residues = residues
        taps = (0..<kernel).map { element in
            let distance = element * dilation
            return (residues.firstIndex(of: distance % stride) ?? 0, distance / stride)
        }
        extra = (kernel - 1) * dilation / stride
    }
}

/// The input pixels `first`, `first + stride`, ... along one axis, and the filter elements through which results reach
/// them.
private struct ReverseAxis {
    let target: PlaneAxis
    let taps: [(element: Int, offset: Int)]
    /// The result's row that the copy starts with; may be outside.
    let start: Int
    let extra: Int

    init(first: Int, size: Int, kernel: Int, dilation: Int, stride: Int, padding: Int) {
        target = PlaneAxis(first: first, step: stride, count: (size - first + stride - 1) / stride)
        // Input pixel u is element i's in result row (u + padding - i * dilation) / stride, if that is whole.
        let position = first + padding
        let reaching = (0..<kernel).filter { (position - $0 * dilation) % stride == 0 }
        let rows = reaching.map { (position - $0 * dilation) / stride }
        let lowest = rows.min() ?? 0
        taps = zip(reaching, rows).map { ($0, $1 - lowest) }
        start = lowest
        extra = (rows.max() ?? 0) - lowest
    }
}
