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
    private static func sumFractions<Vector: SIMD>(
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
        var best = from[0]
        var next = 0
        if count >= 2 * lanes {
            var first = Order.Vector.load(from)
            var second = Order.Vector.load(from + lanes)
            next = 2 * lanes
            while next + 2 * lanes <= count {
                first = Order.better(.load(from + next), first)
                second = Order.better(.load(from + next + lanes), second)
                next += 2 * lanes
            }
            first = Order.better(first, second)
            best = first[0]
            for lane in 1..<lanes { best = Order.better(first[lane], best) }
        }
        for i in next..<count { best = Order.better(from[i], best) }
        return best
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
    @inline(never)
    static func accumulate(_ source: Tensor, size: Int, inner: Int, into result: Tensor) {
        switch source.dtype {
        case .float32:
            accumulate(source, size, inner, result, Float.self, from: 0) {
                $0 + Double($1)
            } rounded: {
                Float($0)
            }
        case .float64:
            accumulate(source, size, inner, result, Double.self, from: 0) {
                $0 + $1
            } rounded: {
                $0
            }
        case .int64:
            accumulate(source, size, inner, result, Int64.self, from: 0) {
                $0 &+ $1
            } rounded: {
                $0
            }
        case .bool, .uint8:
            accumulate(source, size, inner, result, UInt8.self, from: 0) {
                $0 &+ $1
            } rounded: {
                $0
            }
        }
    }

    @inline(__always)
    private static func accumulate<Value, Total>(
        _ source: Tensor, _ size: Int, _ inner: Int, _ result: Tensor, _: Value.Type, from zero: Total,
        _ add: (Total, Value) -> Total, rounded: (Total) -> Value
    ) {
        let block = size * inner
        if block == 0 { return }
        withUnsafeTemporaryAllocation(of: Total.self, capacity: inner) { totals in
            for start in stride(from: 0, to: source.count, by: block) {
                let from = source.pointer(Value.self) + start
                let to = result.pointer(Value.self) + start
                for j in 0..<inner { totals[j] = zero }
                for row in stride(from: 0, to: block, by: inner) {
                    for j in 0..<inner {
                        totals[j] = add(totals[j], from[row + j])
                        to[row + j] = rounded(totals[j])
                    }
                }
            }
        }
    }
}
