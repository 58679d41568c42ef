/// Attention, head by head: `softmax(scale * q k^T) v` over the places that nothing hides.
///
/// Some rows of queries are done at a time, so that the weights of all rows are never in memory at once. The backward pass
/// computes them anew. Each head is done by one thread, in an order that its sizes alone decide.
///
/// - Source: Rabe and Staats 2021, arXiv:2112.05682; Dao et al. 2022, arXiv:2205.14135.
struct AttentionHeads<V: GateVector> where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    /// A tensor `[N, T, H, D]` whose last axis is contiguous.
    struct Part {
        private let start: UnsafeMutablePointer<Scalar>
        private let strides: (batch: Int, head: Int)
        /// From a row of a head to the next.
        let row: Int
        let size: Int

        init(_ tensor: Tensor) {
            start = tensor.pointer(Scalar.self)
            strides = (tensor.strides[0], tensor.strides[2])
            row = tensor.strides[1]
            size = tensor.shape[3]
        }

        @inline(__always)
        func callAsFunction(_ batch: Int, _ head: Int) -> UnsafeMutablePointer<Scalar> {
            start + batch * strides.batch + head * strides.head
        }
    }

    struct Gradients {
        let output: Part
        let query: Part
        let key: Part
        let value: Part
    }

    private static var rowsPerBlock: Int { 64 }

    let query: Part
    let key: Part
    let value: Part
    let batch: Int
    let heads: Int
    let queries: Int
    let places: Int
    /// True where a place is hidden, and its strides.
    private let hidden: UnsafePointer<UInt8>?
    private let hiddenStrides: [Int]
    /// Whether a query sees no place after its own.
    private let isCausal: Bool
    private let scale: Scalar

    /// - Parameter hidden: Of shape `[N, H, Q, K]`, with any strides.
    init(_ query: Tensor, _ key: Tensor, _ value: Tensor, hidden: Tensor?, isCausal: Bool, scale: Double) {
        self.query = Part(query)
        self.key = Part(key)
        self.value = Part(value)
        batch = query.shape[0]
        heads = query.shape[2]
        queries = query.shape[1]
        places = key.shape[1]
        self.hidden = hidden.map { UnsafePointer($0.pointer(UInt8.self)) }
        hiddenStrides = hidden?.strides ?? []
        self.isCausal = isCausal
        self.scale = Scalar(scale)
    }

    /// Writes the result `[N, Q, H, E]`.
    func forward(into result: Part) {
        forEachHead { n, h in
            Scratch.withBounded(Self.rowsPerBlock * places, of: Scalar.self) { weights in
                for first in stride(from: 0, to: queries, by: Self.rowsPerBlock) {
                    let rows = first..<min(first + Self.rowsPerBlock, queries)
                    let seen = weigh(rows, n, h, weights)
                    // rows of `weights @ value`
                    multiply(
                        weights, (seen, 1), value(n, h), (value.row, 1), result(n, h) + first * result.row,
                        result.row, (rows.count, value.size, seen))
                }
            }
        }
    }

    /// Writes the gradients by queries, keys and values from that by the result.
    func backward(_ gradients: Gradients) {
        let area = Self.rowsPerBlock * places
        forEachHead { n, h in
            Scratch.withBounded(2 * area, of: Scalar.self) { room in
                let (weights, slopes) = (room, room + area)
                for row in (queries == 0 ? 0 : isCausal ? min(queries, places) : places)..<places {
                    (gradients.key(n, h) + row * gradients.key.row).update(repeating: 0, count: key.size)
                    (gradients.value(n, h) + row * gradients.value.row).update(repeating: 0, count: value.size)
                }
                // The last rows see all that the others see: their products are written, and the others' added.
                for first in stride(from: 0, to: queries, by: Self.rowsPerBlock).reversed() {
                    let rows = first..<min(first + Self.rowsPerBlock, queries)
                    let adds = rows.upperBound < queries
                    let seen = weigh(rows, n, h, weights)
                    let output = gradients.output(n, h) + first * gradients.output.row
                    // weights^T @ output
                    multiply(
                        weights, (1, seen), output, (gradients.output.row, 1), gradients.value(n, h),
                        gradients.value.row, (seen, value.size, rows.count), adds: adds)
                    // output @ value^T
                    multiply(
                        output, (gradients.output.row, 1), value(n, h), (1, value.row), slopes, seen,
                        (rows.count, seen, value.size))
                    for row in 0..<rows.count { differentiate(weights + row * seen, slopes + row * seen, seen) }
                    // slopes @ key
                    multiply(
                        slopes, (seen, 1), key(n, h), (key.row, 1),
                        gradients.query(n, h) + first * gradients.query.row, gradients.query.row,
                        (rows.count, key.size, seen))
                    // slopes^T @ query
                    multiply(
                        slopes, (1, seen), query(n, h) + first * query.row, (query.row, 1), gradients.key(n, h),
                        gradients.key.row, (seen, key.size, rows.count), adds: adds)
                }
            }
        }
    }

    /// Products that are too small to be shared go to threads as heads, some at a time.
    private func forEachHead(_ body: (_ batch: Int, _ head: Int) -> Void) {
        let work = max(Double(queries) * Double(places) * Double(query.size + value.size), 1)
        let perChunk = max(Int((0x1p19 / work).rounded(.up)), 1)
        let count = batch * heads
        Threads.parallelFor((count + perChunk - 1) / perChunk) { chunk in
            for place in chunk * perChunk..<min((chunk + 1) * perChunk, count) { body(place / heads, place % heads) }
        }
    }

    /// Writes the weights of some queries, row after row.
    ///
    /// - Returns: The length of a row: the places after it are hidden from all of them.
    private func weigh(_ rows: Range<Int>, _ n: Int, _ h: Int, _ weights: UnsafeMutablePointer<Scalar>) -> Int {
        let seen = isCausal ? min(rows.upperBound, places) : places
        multiply(
            query(n, h) + rows.lowerBound * query.row, (query.row, 1), key(n, h), (1, key.row), weights, seen,
            (rows.count, seen, query.size))
        for (index, row) in rows.enumerated() {
            let to = weights + index * seen
            let visible = isCausal ? min(row + 1, seen) : seen
            let hidden = hidden.map { $0 + (n * hiddenStrides[0] + h * hiddenStrides[1] + row * hiddenStrides[2]) }
            SoftmaxRow<V>.hide(to, visible, scale: scale, hidden, across: hiddenStrides.last ?? 0, to: to)
            SoftmaxRow<V>.normalize(.softmax, to, visible, mayHideAll: true, to: to)
            (to + visible).update(repeating: 0, count: seen - visible)
        }
        return seen
    }

    /// `slopes = weights * (slopes - sum(weights * slopes)) * scale`, of one row.
    private func differentiate(_ weights: UnsafePointer<Scalar>, _ slopes: UnsafeMutablePointer<Scalar>, _ count: Int) {
        @inline(__always)
        func product(_ place: Int, _ left: Int) -> V {
            .load(upTo: left, weights + place) * .load(upTo: left, slopes + place)
        }
        let (sums, scales) = (V(repeating: Summing<V>.sum(count, product)), V(repeating: scale))
        var i = 0
        while i < count {
            let left = count &- i
            let (weight, slope) = (V.load(upTo: left, weights + i), V.load(upTo: left, slopes + i))
            (weight * (slope - sums) * scales).store(upTo: left, slopes + i)
            i &+= V.scalarCount
        }
    }

    /// `c = a b` or `c += a b` of these strides and sizes.
    @inline(never)
    private func multiply(
        _ a: UnsafePointer<Scalar>, _ aStrides: (row: Int, column: Int), _ b: UnsafePointer<Scalar>,
        _ bStrides: (row: Int, column: Int), _ c: UnsafeMutablePointer<Scalar>, _ cRow: Int,
        _ sizes: (m: Int, n: Int, k: Int), adds: Bool = false
    ) {
        func product<Number>(
            _: Number.Type,
            _ multiply: (
                UnsafePointer<Number>, Int, Int, UnsafePointer<Number>, Int, Int, UnsafeMutablePointer<Number>, Int?,
                Int, Int, Int, Bool
            ) -> Void
        ) {
            multiply(
                UnsafeRawPointer(a).assumingMemoryBound(to: Number.self), aStrides.row, aStrides.column,
                UnsafeRawPointer(b).assumingMemoryBound(to: Number.self), bStrides.row, bStrides.column,
                UnsafeMutableRawPointer(c).assumingMemoryBound(to: Number.self), cRow, sizes.m, sizes.n, sizes.k, adds)
        }
        if Scalar.self == Float.self {
            product(Float.self, MatrixProduct.multiply)
        } else {
            product(Double.self, MatrixProduct.multiply)
        }
    }
}
