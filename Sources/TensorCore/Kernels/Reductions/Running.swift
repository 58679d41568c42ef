/// What is computed from element to element along the middle axis of contiguous tensors of shape `[outer, size, inner]`.
///
/// Several lines are gone through side by side, so that one step need not wait for the other; each line by itself, so the
/// bits do not depend on threads. Those of float32 are computed in 64 bits, as in PyTorch.
struct Running {
    let size: Int
    let inner: Int

    // MARK: Sums and products

    /// Writes the sums, or the products, up to each element.
    ///
    /// - Parameter source: float32, float64 or int64.
    @inline(never)
    func accumulate(_ source: Tensor, isProduct: Bool, into result: Tensor) {
        switch source.dtype {
        case .float32: accumulate(source, isProduct, result, Float.self)
        case .float64: accumulate(source, isProduct, result, Double.self)
        default: accumulate(source, isProduct, result, Int64.self)
        }
    }

    @inline(__always)
    private func accumulate<Value: RunningElement>(
        _ source: Tensor, _ isProduct: Bool, _ result: Tensor, _: Value.Type
    ) {
        let (from, to) = (UnsafePointer(source.pointer(Value.self)), result.pointer(Value.self))
        if isProduct {
            each(source.count, from: Value.Total.one) { total, line in
                total = Value.Total.multiplying(total, from[line.place].total)
                to[line.place] = Value(total: total)
            }
        } else {
            each(source.count, from: Value.Total.nothing) { total, line in
                total = Value.Total.adding(total, from[line.place].total)
                to[line.place] = Value(total: total)
            }
        }
    }

    /// Writes `y[i] = addends[i] + factors[i] * y[i - 1]`, or reversed `y[i] = addends[i] + factors[i + 1] * y[i + 1]`: each
    /// the adjoint of the other by the addends. The first factor of a line is not used.
    ///
    /// - Parameter factors: float32 or float64, as all.
    @inline(never)
    func recurrence(_ factors: Tensor, _ addends: Tensor, isReversed: Bool, into result: Tensor) {
        if result.dtype == .float32 {
            recurrence(factors, addends, isReversed, result, Float.self)
        } else {
            recurrence(factors, addends, isReversed, result, Double.self)
        }
    }

    @inline(__always)
    private func recurrence<Value: RunningElement>(
        _ factors: Tensor, _ addends: Tensor, _ isReversed: Bool, _ result: Tensor, _: Value.Type
    ) {
        let factor = UnsafePointer(factors.pointer(Value.self)) + (isReversed ? inner : 0)
        let (addend, to) = (UnsafePointer(addends.pointer(Value.self)), result.pointer(Value.self))
        each(result.count, isReversed: isReversed, from: Value.Total.nothing) { total, line in
            let next = addend[line.place].total
            total =
                line.isFirst
                ? next : Value.Total.adding(next, Value.Total.multiplying(factor[line.place].total, total))
            to[line.place] = Value(total: total)
        }
    }

    /// Writes the gradient by `x` through its products up to each element, of which `g` is the gradient, or through the
    /// product of all, where `g` has one element a line. Nothing is divided, so zeros are as good as other numbers.
    ///
    /// `dx[i] = (x[0] ... x[i - 1]) * h[i]` with `h[i] = g[i] + x[i + 1] * h[i + 1]`.
    @inline(never)
    func productGradient(_ x: Tensor, _ g: Tensor, ofLast: Bool, into result: Tensor) {
        if x.dtype == .float32 {
            productGradient(x, g, ofLast, result, Float.self)
        } else {
            productGradient(x, g, ofLast, result, Double.self)
        }
    }

    @inline(__always)
    private func productGradient<Value: RunningElement>(
        _ x: Tensor, _ g: Tensor, _ ofLast: Bool, _ result: Tensor, _: Value.Type
    ) {
        let (x, g) = (UnsafePointer(x.pointer(Value.self)), UnsafePointer(g.pointer(Value.self)))
        let to = result.pointer(Value.self)
        eachGroup(result.count) { group in
            Scratch.withBounded(size * group.count, of: Value.Total.self) { products in
                each(group, from: Value.Total.one) { total, line in
                    products[line.slot] = total
                    total = Value.Total.multiplying(total, x[line.place].total)
                }
                each(group, isReversed: true, from: Value.Total.nothing) { total, line in
                    if line.isFirst {
                        total = g[ofLast ? line.number : line.place].total
                    } else {
                        total = Value.Total.multiplying(x[line.place &+ inner].total, total)
                        if !ofLast { total = Value.Total.adding(g[line.place].total, total) }
                    }
                    to[line.place] = Value(total: Value.Total.multiplying(products[line.slot], total))
                }
            }
        }
    }

    // MARK: Extremes

    /// Writes the extremes up to each element, and where they are along the axis. NaN is one, and of equal ones it is the
    /// last.
    @inline(never)
    func extremes(_ extreme: Tensor.Extreme, _ source: Tensor, values: Tensor, places: Tensor?) {
        switch source.dtype {
        case .float32: extremes(extreme, source, values, places, Float.self)
        case .float64: extremes(extreme, source, values, places, Double.self)
        case .int64: extremes(extreme, source, values, places, Int64.self)
        case .bool, .uint8: extremes(extreme, source, values, places, UInt8.self)
        }
    }

    @inline(__always)
    private func extremes<Value: Element>(
        _ extreme: Tensor.Extreme, _ source: Tensor, _ values: Tensor, _ places: Tensor?, _: Value.Type
    ) {
        switch extreme {
        case .max: extremes(source, values, places) { (x: Value, best: Value) in x >= best || x.isNotANumber }
        case .min: extremes(source, values, places) { (x: Value, best: Value) in x <= best || x.isNotANumber }
        }
    }

    @inline(__always)
    private func extremes<Value: Element>(
        _ source: Tensor, _ values: Tensor, _ places: Tensor?, _ isBetter: (_ x: Value, _ best: Value) -> Bool
    ) {
        let (from, to) = (UnsafePointer(source.pointer(Value.self)), values.pointer(Value.self))
        guard let place = places?.pointer(Int64.self) else {
            return each(source.count, from: Value.nothing) { best, line in
                let x = from[line.place]
                best = line.isFirst || isBetter(x, best) ? x : best
                to[line.place] = best
            }
        }
        each(source.count, from: (value: Value.nothing, place: Int64(0))) { best, line in
            let x = from[line.place]
            let isNext = line.isFirst || isBetter(x, best.value)
            best.value = isNext ? x : best.value
            best.place = isNext ? Int64(line.index) : best.place
            to[line.place] = best.value
            place[line.place] = best.place
        }
    }

    // MARK: Lines

    /// An element of a line.
    private struct Line {
        /// Of the element, in the tensors.
        let place: Int
        /// Of the element along the line.
        let index: Int
        /// Of the element among those of the lines that are gone through side by side.
        let slot: Int
        /// Of the line.
        let number: Int
        /// Whether it is the first that is visited.
        let isFirst: Bool
    }

    /// Lines that are gone through side by side.
    private struct Group {
        let first: Int
        let count: Int
    }

    /// Calls `body` for groups of lines, on several threads where there is much to do.
    @inline(__always)
    private func eachGroup(_ count: Int, _ body: (Group) -> Void) {
        if count == 0 { return }
        let width = inner == 1 ? 8 : min(inner, 512)
        // Those of one group are neighbours along the inner axis, if it is not the only one of its kind.
        let perOuter = (inner + width - 1) / width
        let lines = count / size
        let groups = inner == 1 ? (lines + width - 1) / width : lines / inner * perOuter
        let perChunk = max(WorkSize.elements / (size * width), 1)
        Threads.parallelFor((groups + perChunk - 1) / perChunk) { chunk in
            for group in chunk * perChunk..<min((chunk + 1) * perChunk, groups) {
                if inner == 1 {
                    body(Group(first: group * width, count: min(width, lines - group * width)))
                } else {
                    let start = group % perOuter * width
                    body(Group(first: group / perOuter * inner + start, count: min(width, inner - start)))
                }
            }
        }
    }

    /// Calls `step` for the elements of each line in order, with what the line has made so far.
    @inline(__always)
    private func each<Total>(
        _ count: Int, isReversed: Bool = false, from start: Total, _ step: (inout Total, Line) -> Void
    ) {
        eachGroup(count) { each($0, isReversed: isReversed, from: start, step) }
    }

    @inline(__always)
    private func each<Total>(
        _ group: Group, isReversed: Bool = false, from start: Total, _ step: (inout Total, Line) -> Void
    ) {
        let (size, inner, count, first) = (size, inner, group.count, group.first)
        Scratch.withBounded(count, of: Total.self) { totals in
            totals.initialize(repeating: start, count: count)
            let base = inner == 1 ? first &* size : first / inner &* size &* inner &+ first % inner
            for visit in 0..<size {
                let i = isReversed ? size &- 1 &- visit : visit
                let place = base &+ i &* inner
                if inner == 1 {
                    for j in 0..<count {
                        step(
                            &totals[j],
                            Line(
                                place: place &+ j &* size, index: i, slot: i &* count &+ j, number: first &+ j,
                                isFirst: visit == 0))
                    }
                } else {
                    for j in 0..<count {
                        step(
                            &totals[j],
                            Line(
                                place: place &+ j, index: i, slot: i &* count &+ j, number: first &+ j,
                                isFirst: visit == 0))
                    }
                }
            }
        }
    }
}

/// An element with the type that it is added up or multiplied in.
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
