/// The positions of a slice with Python's rules.
package struct SliceBounds {
    let first: Int
    let step: Int
    let count: Int

    init(first: Int, step: Int, count: Int) {
        self.first = first
        self.step = step
        self.count = count
    }

    init(start: Int?, stop: Int?, step: Int, count: Int) throws {
        guard step != 0 else { throw Failure("the step of a slice cannot be 0") }
        func clamped(_ bound: Int?, _ absent: Int) -> Int {
            guard let bound else { return absent }
            let position = bound < 0 ? bound + count : bound
            return step > 0 ? min(max(position, 0), count) : min(max(position, -1), count - 1)
        }
        let first = clamped(start, step > 0 ? 0 : count - 1)
        let last = clamped(stop, step > 0 ? count : -1)
        let distance = step > 0 ? last - first : first - last
        // Rounded up, without the sum that could be too large for the steps of strangers.
        let steps = distance > 0 ? (UInt(distance) - 1) / step.magnitude + 1 : 0
        self.init(first: first, step: step, count: Int(steps))
    }

    /// - Throws: `InterruptError`; what `transform` throws.
    func map<Result>(_ transform: (Int) throws -> Result) throws -> [Result] {
        try (0..<count).mapUntilInterrupt { try transform(first + $0 * step) }
    }
}
