/// Reductions of contiguous tensors of shape `[outer, size, inner]` along the middle axis.
///
/// The order of float sums depends on the shape only, see `Summing`.
enum Reducing {
    /// - Parameter meanCount: What the sums of a mean are divided by at the end.
    @inline(never)
    static func reduce(
        _ reduction: Reduction, _ source: Tensor, outer: Int, size: Int, inner: Int, meanCount: Int?,
        into result: Tensor
    ) {
        let shape = Shape(outer: outer, size: size, inner: inner)
        switch reduction {
        case .sum, .mean: sum(source, shape, meanCount: reduction == .mean ? meanCount : nil, into: result)
        case .prod: multiply(source, shape, into: result)
        case .max: greatest(source, shape, into: result)
        case .min: least(source, shape, into: result)
        case .any:
            fold(source, shape, into: result, UInt8.self, UInt8.self, from: 0) { $0 | $1 }
        case .all:
            fold(source, shape, into: result, UInt8.self, UInt8.self, from: 1) { $0 & $1 }
        }
    }

    struct Shape {
        var outer: Int
        var size: Int
        var inner: Int

        /// Calls `body` with the places along the outer and the inner axis of some results, for all of them, on all threads
        /// where there is much to read. Each result is made whole.
        func eachPart(_ body: (_ outer: Range<Int>, _ inner: Range<Int>) -> Void) {
            guard outer * size * inner >= 4 * WorkSize.elements else { return body(0..<outer, 0..<inner) }
            let rows = max(WorkSize.elements / (size * inner), 1)
            // Strips of columns are so wide that reading them makes use of whole pages.
            let width = rows > 1 ? inner : max(WorkSize.elements / size, 1024)
            let strips = (inner + width - 1) / width
            Threads.parallelFor((outer + rows - 1) / rows * strips) { part in
                let (row, column) = (part / strips * rows, part % strips * width)
                body(row..<min(row + rows, outer), column..<min(column + width, inner))
            }
        }
    }

    // MARK: Sums and products

    private static func sum(_ source: Tensor, _ shape: Shape, meanCount: Int?, into result: Tensor) {
        switch source.dtype {
        case .float32:
            sumFractions(source, shape, into: result, SIMD16<Float>.self)
            if let meanCount { divide(result, by: Float(meanCount)) }
        case .float64:
            sumFractions(source, shape, into: result, SIMD8<Double>.self)
            if let meanCount { divide(result, by: Double(meanCount)) }
        case .int64: sumWhole(source, shape, meanCount, into: result, Int64.self)
        case .bool, .uint8: sumWhole(source, shape, meanCount, into: result, UInt8.self)
        }
    }

    @inline(__always)
    private static func divide<Value: FractionElement>(_ result: Tensor, by count: Value) {
        let to = result.pointer(Value.self)
        for i in 0..<result.count { to[i] /= count }
    }

    @inline(__always)
    private static func sumWhole<Whole: Element>(
        _ source: Tensor, _ shape: Shape, _ meanCount: Int?, into result: Tensor, _: Whole.Type
    ) {
        guard result.dtype == .float32 else {
            return fold(source, shape, into: result, Whole.self, Int64.self, from: 0) { $0 &+ $1.int64 }
        }
        let from = source.pointer(Whole.self)
        let to = result.pointer(Float.self)
        let count = Double(meanCount ?? 1)
        shape.eachPart { outer, inner in
            for o in outer {
                for j in inner {
                    let column = from + o * shape.size * shape.inner + j
                    var total: Int64 = 0
                    for i in 0..<shape.size { total &+= column[i * shape.inner].int64 }
                    to[o * shape.inner + j] = Float(Double(total) / count)
                }
            }
        }
    }

    @inline(__always)
    private static func sumFractions<Vector: KernelVector>(
        _ source: Tensor, _ shape: Shape, into result: Tensor, _: Vector.Type
    ) where Vector.Scalar: FractionElement {
        let from = source.pointer(Vector.Scalar.self)
        let to = result.pointer(Vector.Scalar.self)
        shape.eachPart { outer, inner in
            for o in outer {
                let from = from + o * shape.size * shape.inner
                if shape.inner == 1, shape.size <= Vector.scalarCount {
                    // The same sum without what longer ones need.
                    to[o] = (Vector(repeating: 0) + .load(upTo: shape.size, from)).laneSum
                } else if shape.inner == 1 {
                    to[o] = Summing<Vector>.sum(from, shape.size)
                } else {
                    Summing<Vector>.sumColumns(
                        from + inner.lowerBound, shape.size, inner.count, stride: shape.inner,
                        to + o * shape.inner + inner.lowerBound)
                }
            }
        }
    }

    private static func multiply(_ source: Tensor, _ shape: Shape, into result: Tensor) {
        switch source.dtype {
        case .bool, .uint8:
            fold(source, shape, into: result, UInt8.self, Int64.self, from: 1) { $0 &* Int64($1) }
        case .int64: fold(source, shape, into: result, Int64.self, Int64.self, from: 1) { $0 &* $1 }
        case .float32: multiplyFractions(source, shape, into: result, FloatVector.self)
        case .float64: multiplyFractions(source, shape, into: result, DoubleVector.self)
        }
    }

    /// Along rows in as many products as a vector has lanes, twice, so that one need not wait for the other.
    @inline(__always)
    private static func multiplyFractions<Vector: KernelVector>(
        _ source: Tensor, _ shape: Shape, into result: Tensor, _: Vector.Type
    ) where Vector.Scalar: FractionElement {
        typealias Value = Vector.Scalar
        guard shape.inner == 1 else { return fold(source, shape, into: result, Value.self, Value.self, from: 1, *) }
        let (from, to) = (source.pointer(Value.self), result.pointer(Value.self))
        shape.eachPart { outer, _ in
            let lanes = Vector.scalarCount
            for o in outer {
                let row = from + o * shape.size
                var (first, second) = (Vector(repeating: 1), Vector(repeating: 1))
                var i = 0
                while i &+ 2 &* lanes <= shape.size {
                    first *= .load(row + i)
                    second *= .load(row + (i &+ lanes))
                    i &+= 2 &* lanes
                }
                first *= second
                var product: Value = 1
                for lane in 0..<lanes { product *= first[lane] }
                while i < shape.size {
                    product *= row[i]
                    i &+= 1
                }
                to[o] = product
            }
        }
    }

    /// Folds in the order of the elements.
    @inline(__always)
    private static func fold<From, To>(
        _ source: Tensor, _ shape: Shape, into result: Tensor, _: From.Type, _: To.Type, from start: To,
        _ merge: (To, From) -> To
    ) {
        let from = source.pointer(From.self)
        let to = result.pointer(To.self)
        shape.eachPart { outer, inner in
            for o in outer {
                let from = from + o * shape.size * shape.inner
                let to = to + o * shape.inner
                if shape.inner == 1 {
                    var value = start
                    for i in 0..<shape.size { value = merge(value, from[i]) }
                    to[0] = value
                } else {
                    for j in inner { to[j] = start }
                    for i in 0..<shape.size {
                        let row = from + i * shape.inner
                        for j in inner { to[j] = merge(to[j], row[j]) }
                    }
                }
            }
        }
    }

    // MARK: Extremes

    private static func greatest(_ source: Tensor, _ shape: Shape, into result: Tensor) {
        if shape.size == 0 { return }
        switch source.dtype {
        case .bool, .uint8:
            fold(source, shape, into: result, UInt8.self, UInt8.self, from: 0) { max($0, $1) }
        case .int64: fold(source, shape, into: result, Int64.self, Int64.self, from: .min) { max($0, $1) }
        case .float32: extremes(source, shape, into: result, GreatestFloat.self)
        case .float64: extremes(source, shape, into: result, GreatestDouble.self)
        }
    }

    private static func least(_ source: Tensor, _ shape: Shape, into result: Tensor) {
        if shape.size == 0 { return }
        switch source.dtype {
        case .bool, .uint8:
            fold(source, shape, into: result, UInt8.self, UInt8.self, from: 255) { min($0, $1) }
        case .int64: fold(source, shape, into: result, Int64.self, Int64.self, from: .max) { min($0, $1) }
        case .float32: extremes(source, shape, into: result, LeastFloat.self)
        case .float64: extremes(source, shape, into: result, LeastDouble.self)
        }
    }

    @inline(__always)
    private static func extremes<Order: ExtremeOrder>(
        _ source: Tensor, _ shape: Shape, into result: Tensor, _: Order.Type
    ) {
        let from = source.pointer(Order.Value.self)
        let to = result.pointer(Order.Value.self)
        shape.eachPart { outer, inner in
            for o in outer {
                let from = from + o * shape.size * shape.inner
                let to = to + o * shape.inner
                if shape.inner == 1 {
                    to[0] = extreme(from, shape.size, Order.self)
                } else {
                    let (from, to) = (from + inner.lowerBound, to + inner.lowerBound)
                    to.update(from: from, count: inner.count)
                    for row in stride(from: 1, to: shape.size, by: rowsAtATime) {
                        extremesOfColumns(
                            from + row * shape.inner, min(rowsAtATime, shape.size - row), inner.count,
                            stride: shape.inner, to, Order.self)
                    }
                }
            }
        }
    }

    /// Rows whose columns are gone through one after the other: their pages stay at hand.
    private static var rowsAtATime: Int { 16 }

    /// The extremes of columns and of what there is already, four vectors of them at a time.
    @inline(__always)
    private static func extremesOfColumns<Order: ExtremeOrder>(
        _ from: UnsafePointer<Order.Value>, _ rows: Int, _ columns: Int, stride: Int,
        _ to: UnsafeMutablePointer<Order.Value>, _: Order.Type
    ) {
        let lanes = Order.Vector.scalarCount
        var j = 0
        while j &+ 4 &* lanes <= columns {
            let to = to + j
            var first = Order.Vector.load(to)
            var second = Order.Vector.load(to + lanes)
            var third = Order.Vector.load(to + 2 &* lanes)
            var fourth = Order.Vector.load(to + 3 &* lanes)
            for i in 0..<rows {
                let row = from + (i &* stride &+ j)
                first = Order.better(.load(row), first)
                second = Order.better(.load(row + lanes), second)
                third = Order.better(.load(row + 2 &* lanes), third)
                fourth = Order.better(.load(row + 3 &* lanes), fourth)
            }
            first.store(to)
            second.store(to + lanes)
            third.store(to + 2 &* lanes)
            fourth.store(to + 3 &* lanes)
            j &+= 4 &* lanes
        }
        while j < columns {
            var best = Order.Vector.load(upTo: columns &- j, to + j)
            for i in 0..<rows {
                best = Order.better(.load(upTo: columns &- j, from + (i &* stride &+ j)), best)
            }
            best.store(upTo: columns &- j, to + j)
            j &+= lanes
        }
    }

    /// The extreme of a row that has elements.
    @inline(__always)
    static func extreme<Order: ExtremeOrder>(
        _ from: UnsafePointer<Order.Value>, _ count: Int, _: Order.Type
    ) -> Order.Value {
        let lanes = Order.Vector.scalarCount
        guard count >= lanes else {
            var best = from[0]
            for i in 1..<max(count, 1) { best = Order.better(from[i], best) }
            return best
        }
        var first = Order.Vector.load(from)
        var (second, third, fourth) = (first, first, first)
        var next = lanes
        while next &+ 4 &* lanes <= count {
            first = Order.better(.load(from + next), first)
            second = Order.better(.load(from + (next &+ lanes)), second)
            third = Order.better(.load(from + (next &+ 2 &* lanes)), third)
            fourth = Order.better(.load(from + (next &+ 3 &* lanes)), fourth)
            next &+= 4 &* lanes
        }
        while next < count {
            // The last vector may hold elements a second time.
            first = Order.better(.load(from + min(next, count &- lanes)), first)
            next &+= lanes
        }
        first = Order.better(Order.better(second, first), Order.better(fourth, third))
        if lanes > 8 { first = Order.better(Order.swapped(first, 8), first) }
        if lanes > 4 { first = Order.better(Order.swapped(first, 4), first) }
        if lanes > 2 { first = Order.better(Order.swapped(first, 2), first) }
        return Order.better(Order.swapped(first, 1), first)[0]
    }

    // MARK: Places of extremes

    /// Writes the extreme of each row of `size` elements, which is not 0, and its index.
    @inline(never)
    static func argument(_ extreme: Tensor.Extreme, _ rows: Tensor, size: Int, values: Tensor, indices: Tensor) {
        let result = (values, indices)
        switch (rows.dtype, extreme) {
        case (.float32, .max): argumentFractions(rows, size, result, GreatestFloat.self)
        case (.float32, .min): argumentFractions(rows, size, result, LeastFloat.self)
        case (.float64, .max): argumentFractions(rows, size, result, GreatestDouble.self)
        case (.float64, .min): argumentFractions(rows, size, result, LeastDouble.self)
        case (.int64, .max): argumentWhole(rows, size, result, Int64.self) { $0 > $1 }
        case (.int64, .min): argumentWhole(rows, size, result, Int64.self) { $0 < $1 }
        case (_, .max): argumentWhole(rows, size, result, UInt8.self) { $0 > $1 }
        case (_, .min): argumentWhole(rows, size, result, UInt8.self) { $0 < $1 }
        }
    }

    @inline(__always)
    private static func argumentFractions<Order: ExtremeOrder>(
        _ rows: Tensor, _ size: Int, _ result: (values: Tensor, indices: Tensor), _: Order.Type
    ) {
        let (value, to) = (result.values.pointer(Order.Value.self), result.indices.pointer(Int64.self))
        Shape(outer: result.indices.count, size: size, inner: 1).eachPart { outer, _ in
            for r in outer {
                let row = rows.pointer(Order.Value.self) + r * size
                let best = extreme(row, size, Order.self)
                var place = 0
                while place &+ Order.Vector.scalarCount <= size, !Order.holds(.load(row + place), best) {
                    place &+= Order.Vector.scalarCount
                }
                if best == best {
                    while row[place] != best { place += 1 }
                } else {
                    while row[place] == row[place] { place += 1 }
                }
                (value[r], to[r]) = (row[place], Int64(place))
            }
        }
    }

    @inline(__always)
    private static func argumentWhole<Whole>(
        _ rows: Tensor, _ size: Int, _ result: (values: Tensor, indices: Tensor), _: Whole.Type,
        _ isBetter: (Whole, Whole) -> Bool
    ) {
        let (value, to) = (result.values.pointer(Whole.self), result.indices.pointer(Int64.self))
        Shape(outer: result.indices.count, size: size, inner: 1).eachPart { outer, _ in
            for r in outer {
                let row = rows.pointer(Whole.self) + r * size
                var place = 0
                for i in 1..<size where isBetter(row[i], row[place]) { place = i }
                (value[r], to[r]) = (row[place], Int64(place))
            }
        }
    }
}
