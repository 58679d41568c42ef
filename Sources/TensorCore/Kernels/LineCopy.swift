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
        var next = 0
        while next &+ 4 <= count {
            four(from + next &* line, to + next)
            next &+= 4
        }
        while next < count {
            let from = from + next &* line
            for p in 0..<depth { to[p &* width &+ next] = from[p &* element] }
            next &+= 1
        }
    }

    /// Four lines: all are read before the first is written, so that one vector is stored.
    @inline(__always)
    private func four(_ from: UnsafePointer<Scalar>, _ to: UnsafeMutablePointer<Scalar>) {
        var (from, to) = (from, to)
        for _ in 0..<depth {
            let (a, b, c, d) = (from[0], from[line], from[2 &* line], from[3 &* line])
            (to[0], to[1], to[2], to[3]) = (a, b, c, d)
            from += element
            to += width
        }
    }
}
