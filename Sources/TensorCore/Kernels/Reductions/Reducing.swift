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
        for o in 0..<shape.outer {
            for j in 0..<shape.inner {
                let column = from + o * shape.size * shape.inner + j
                var total: Int64 = 0
                for i in 0..<shape.size { total &+= column[i * shape.inner].int64 }
                to[o * shape.inner + j] = Float(Double(total) / count)
            }
        }
    }

    @inline(__always)
    private static func sumFractions<Vector: KernelVector>(
        _ source: Tensor, _ shape: Shape, into result: Tensor, _: Vector.Type
    ) where Vector.Scalar: FractionElement {
        let from = source.pointer(Vector.Scalar.self)
        let to = result.pointer(Vector.Scalar.self)
        for o in 0..<shape.outer {
            let from = from + o * shape.size * shape.inner
            if shape.inner == 1 {
                to[o] = Summing<Vector>.sum(from, shape.size)
            } else {
                Summing<Vector>.sumColumns(from, shape.size, shape.inner, to + o * shape.inner)
            }
        }
    }

    private static func multiply(_ source: Tensor, _ shape: Shape, into result: Tensor) {
        switch source.dtype {
        case .bool, .uint8:
            fold(source, shape, into: result, UInt8.self, Int64.self, from: 1) { $0 &* Int64($1) }
        case .int64: fold(source, shape, into: result, Int64.self, Int64.self, from: 1) { $0 &* $1 }
        case .float32: fold(source, shape, into: result, Float.self, Float.self, from: 1) { $0 * $1 }
        case .float64: fold(source, shape, into: result, Double.self, Double.self, from: 1) { $0 * $1 }
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
        for o in 0..<shape.outer {
            let from = from + o * shape.size * shape.inner
            let to = to + o * shape.inner
            if shape.inner == 1 {
                var value = start
                for i in 0..<shape.size { value = merge(value, from[i]) }
                to[0] = value
            } else {
                for j in 0..<shape.inner { to[j] = start }
                for i in 0..<shape.size {
                    let row = from + i * shape.inner
                    for j in 0..<shape.inner { to[j] = merge(to[j], row[j]) }
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
        for o in 0..<shape.outer {
            let from = from + o * shape.size * shape.inner
            let to = to + o * shape.inner
            if shape.inner == 1 {
                to[0] = extreme(from, shape.size, Order.self)
            } else {
                to.update(from: from, count: shape.inner)
                for i in 1..<max(shape.size, 1) {
                    let row = from + i * shape.inner
                    for j in 0..<shape.inner { to[j] = Order.better(row[j], to[j]) }
                }
            }
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

    /// Writes the index of the extreme of each row of `size` elements, which is not 0.
    @inline(never)
    static func argument(_ extreme: Tensor.Extreme, _ rows: Tensor, size: Int, into result: Tensor) {
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
        _ rows: Tensor, _ size: Int, _ result: Tensor, _: Order.Type
    ) {
        let to = result.pointer(Int64.self)
        for r in 0..<result.count {
            let row = rows.pointer(Order.Value.self) + r * size
            let best = extreme(row, size, Order.self)
            var place = 0
            if best == best {
                while row[place] != best { place += 1 }
            } else {
                while row[place] == row[place] { place += 1 }
            }
            to[r] = Int64(place)
        }
    }

    @inline(__always)
    private static func argumentWhole<Whole>(
        _ rows: Tensor, _ size: Int, _ result: Tensor, _: Whole.Type, _ isBetter: (Whole, Whole) -> Bool
    ) {
        let to = result.pointer(Int64.self)
        for r in 0..<result.count {
            let row = rows.pointer(Whole.self) + r * size
            var place = 0
            for i in 1..<size where isBetter(row[i], row[place]) { place = i }
            to[r] = Int64(place)
        }
    }

    // MARK: Running sums

    /// Writes the sums up to each element of contiguous `[..., size, inner]` along the axis of `size`.
    ///
    /// - Parameter source: float32, float64 or int64.
    @inline(never)
    static func accumulate(_ source: Tensor, size: Int, inner: Int, into result: Tensor) {
        switch source.dtype {
        case .float32: accumulate(source, size, inner, result, Float.self, Double.self)
        case .float64: accumulate(source, size, inner, result, Double.self, Double.self)
        default: accumulate(source, size, inner, result, Int64.self, Int64.self)
        }
    }

    @inline(__always)
    private static func accumulate<Value: RunningElement, Total: Element>(
        _ source: Tensor, _ size: Int, _ inner: Int, _ result: Tensor, _: Value.Type, _: Total.Type
    ) where Value.Total == Total {
        let (from, to) = (UnsafePointer(source.pointer(Value.self)), result.pointer(Value.self))
        if source.count == 0 { return }
        let rows = source.count / (size * inner)
        // Of single elements some rows at a time, so that one addition need not wait for the other.
        let width = inner == 1 ? min(rows, 8) : inner
        let totals = UnsafeMutablePointer<Total>.allocate(capacity: width)
        defer { totals.deallocate() }
        for row in stride(from: 0, to: rows, by: inner == 1 ? width : 1) {
            totals.update(repeating: .nothing, count: width)
            let start = row * size * inner
            for i in 0..<size {
                let (from, to) = (from + (start &+ i &* inner), to + (start &+ i &* inner))
                if inner == 1 {
                    for j in 0..<min(width, rows &- row) {
                        totals[j] = Total.adding(totals[j], from[j &* size].total)
                        to[j &* size] = Value(total: totals[j])
                    }
                } else {
                    for j in 0..<inner { totals[j] = Total.adding(totals[j], from[j].total) }
                    for j in 0..<inner { to[j] = Value(total: totals[j]) }
                }
            }
        }
    }
}

/// An element with the type that running sums of it are held in.
private protocol RunningElement {
    associatedtype Total: Element
    var total: Total { get }
    init(total: Total)
}

extension Float: RunningElement {
    @inline(__always) fileprivate var total: Double { Double(self) }
    @inline(__always) fileprivate init(total: Double) { self = Float(total) }
}

extension Double: RunningElement {
    @inline(__always) fileprivate var total: Double { self }
    @inline(__always) fileprivate init(total: Double) { self = total }
}

extension Int64: RunningElement {
    @inline(__always) fileprivate var total: Int64 { self }
    @inline(__always) fileprivate init(total: Int64) { self = total }
}
