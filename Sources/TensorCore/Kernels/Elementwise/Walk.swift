/// A run of elements that lie at even distances in each of up to three operands.
struct Row {
    var count: Int
    /// Where the run starts in each operand, in elements from the operand's first.
    var a = 0
    var b = 0
    var c = 0
    var aStride: Int
    var bStride: Int
    var cStride: Int
    /// Where the run starts in row-major order of all elements.
    var position = 0
}

/// The elements of strided operands in row-major order, in the longest possible runs.
///
/// Axes that can be walked as one are joined first, so operands that are contiguous make a single run. There is no run
/// where the shape has no elements. Loops over runs are written out where they are used (and not passed as closures),
/// because only then are they specialised and vectorised.
struct Walk {
    private(set) var row: Row
    /// The axis along which the runs follow each other; of size 1 where there is a single run.
    private var nearest = Axis(size: 1, a: 0, b: 0, c: 0)
    /// The axes outside of that, from the inside out.
    private var farther: [Axis] = []
    private var state = State.before

    private enum State { case before, within, after }

    /// - Parameters:
    ///   - shape: The common shape.
    ///   - a: Strides of the first operand, as many as there are axes; `b` and `c` likewise, empty where there is none.
    @inline(never)
    init(_ shape: [Int], _ a: [Int], _ b: [Int] = [], _ c: [Int] = []) {
        var inner = Axis(size: 1, a: 1, b: 1, c: 1)
        var isFirst = true
        var axes: [Axis] = []
        // From the last axis on: `inner` grows while axes join, then the rest is kept.
        for axis in stride(from: shape.count - 1, through: 0, by: -1) {
            let size = shape[axis]
            if size == 1 { continue }
            if size == 0 { state = .after }
            let next = Axis(
                size: size, a: a[axis], b: b.isEmpty ? 0 : b[axis], c: c.isEmpty ? 0 : c[axis])
            if isFirst {
                inner = next
                isFirst = false
            } else if axes.isEmpty && inner.joins(next) {
                inner.size *= size
            } else if let last = axes.last, last.joins(next) {
                axes[axes.count - 1].size *= size
            } else {
                axes.append(next)
            }
        }
        row = Row(count: inner.size, aStride: inner.a, bStride: inner.b, cStride: inner.c)
        if let first = axes.first { nearest = first }
        farther = Array(axes.dropFirst())
    }

    /// Whether there is no more than one run.
    var isSingleRun: Bool { nearest.size == 1 }

    /// Goes to the next run.
    ///
    /// - Returns: Whether there is one.
    @inline(__always)
    mutating func next() -> Bool {
        switch state {
        case .before: state = .within
        case .within: advance()
        case .after: break
        }
        return state == .within
    }

    @inline(__always)
    private mutating func advance() {
        row.position += row.count
        if !nearest.advance(&row) && !advanceFarther() { state = .after }
    }

    @inline(never)
    private mutating func advanceFarther() -> Bool {
        for i in farther.indices {
            if farther[i].advance(&row) { return true }
        }
        return false
    }

    private struct Axis {
        var size: Int
        var a: Int
        var b: Int
        var c: Int
        var index = 0

        /// Goes to the next place along the axis, or back to the first where there is no next.
        ///
        /// - Returns: Whether there was one.
        @inline(__always)
        mutating func advance(_ row: inout Row) -> Bool {
            index += 1
            row.a += a
            row.b += b
            row.c += c
            guard index == size else { return true }
            row.a -= size * a
            row.b -= size * b
            row.c -= size * c
            index = 0
            return false
        }

        /// Whether the next axis outwards goes on where this one ends, in all operands.
        func joins(_ outer: Axis) -> Bool {
            outer.a == a * size && outer.b == b * size && outer.c == c * size
        }
    }
}
