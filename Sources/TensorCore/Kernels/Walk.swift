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
    /// The axes before the last, outermost first; empty where there is a single run.
    private var axes: [Axis] = []
    private var state = State.before

    private enum State { case before, within, after }

    /// - Parameters:
    ///   - shape: The common shape.
    ///   - a: Strides of the first operand, as many as there are axes; `b` and `c` likewise, empty where there is none.
    @inline(never)
    init(_ shape: [Int], _ a: [Int], _ b: [Int] = [], _ c: [Int] = []) {
        var inner = Axis(size: 1, a: 1, b: 1, c: 1)
        var isFirst = true
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
    }

    /// Whether there is no more than one run.
    var isSingleRun: Bool { axes.isEmpty }

    /// Goes to the next run.
    ///
    /// - Returns: Whether there is one.
    @inline(__always)
    mutating func next() -> Bool {
        if state == .within && !axes.isEmpty { return advance() }
        guard state == .before else { return false }
        state = .within
        return true
    }

    @inline(never)
    private mutating func advance() -> Bool {
        row.position += row.count
        return axes.withUnsafeMutableBufferPointer { axes in
            var i = 0
            while i < axes.count {
                axes[i].index += 1
                row.a += axes[i].a
                row.b += axes[i].b
                row.c += axes[i].c
                if axes[i].index < axes[i].size { return true }
                row.a -= axes[i].size * axes[i].a
                row.b -= axes[i].size * axes[i].b
                row.c -= axes[i].size * axes[i].c
                axes[i].index = 0
                i += 1
            }
            state = .after
            return false
        }
    }

    private struct Axis {
        var size: Int
        var a: Int
        var b: Int
        var c: Int
        var index = 0

        /// Whether the next axis outwards goes on where this one ends, in all operands.
        func joins(_ outer: Axis) -> Bool {
            outer.a == a * size && outer.b == b * size && outer.c == c * size
        }
    }
}
