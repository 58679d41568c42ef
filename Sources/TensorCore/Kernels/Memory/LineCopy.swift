/// Copies lines of a matrix so that they become columns: element `p` of line `l` goes to `to[p * width + l]`.
struct LineCopy<Scalar: BinaryFloatingPoint> {
    /// From one line to the next, and from one element of a line to the next.
    let line: Int
    let element: Int
    /// Elements of a line.
    let depth: Int
    /// From one element's place in the target to the next one's.
    let width: Int

    @inline(__always)
    func callAsFunction(_ from: UnsafePointer<Scalar>, _ count: Int, _ to: UnsafeMutablePointer<Scalar>) {
        guard count >= 4 else {
            for next in 0..<count {
                for p in 0..<depth { to[p &* width &+ next] = from[next &* line &+ p &* element] }
            }
            return
        }
        for next in stride(from: 0, through: count - 4, by: 4) { four(from + next &* line, to + next) }
        // The last four, some of them once more.
        if count % 4 > 0 { four(from + (count &- 4) &* line, to + (count &- 4)) }
    }

    /// Four lines: all are read before the first is written, so that one vector is stored.
    @inline(__always)
    private func four(_ from: UnsafePointer<Scalar>, _ to: UnsafeMutablePointer<Scalar>) {
        let turned = element == 1 && Scalar.self == Float.self ? depth / 4 * 4 : 0
        if turned > 0 {
            turn(
                UnsafeRawPointer(from).assumingMemoryBound(to: Float.self), turned,
                UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self))
        }
        for p in turned..<depth {
            let from = from + p &* element
            let to = to + p &* width
            let (a, b, c, d) = (from[0], from[line], from[2 &* line], from[3 &* line])
            (to[0], to[1], to[2], to[3]) = (a, b, c, d)
        }
    }

    /// Four lines whose elements are contiguous, four elements at a time.
    @inline(__always)
    private func turn(_ from: UnsafePointer<Float>, _ count: Int, _ to: UnsafeMutablePointer<Float>) {
        for p in stride(from: 0, to: count, by: 4) {
            let from = from + p
            let to = to + p &* width
            let a = SIMD4<Float>.load(from)
            let b = SIMD4<Float>.load(from + line)
            let c = SIMD4<Float>.load(from + 2 &* line)
            let d = SIMD4<Float>.load(from + 3 &* line)
            SIMD4(a[0], b[0], c[0], d[0]).store(to)
            SIMD4(a[1], b[1], c[1], d[1]).store(to + width)
            SIMD4(a[2], b[2], c[2], d[2]).store(to + 2 &* width)
            SIMD4(a[3], b[3], c[3], d[3]).store(to + 3 &* width)
        }
    }
}
