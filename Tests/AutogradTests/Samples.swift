import TensorCore

/// Numbers that look random and are the same on every run.
struct Sampler {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func number(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(next() >> 11) / 0x1p53
    }

    mutating func integer(_ range: Range<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func tensor(_ shape: [Int], _ low: Double = -2, _ high: Double = 2, _ dtype: DType = .float64) throws
        -> Tensor
    {
        try Tensor((0..<shape.reduce(1, *)).map { _ in number(low, high) }, shape: shape).cast(to: dtype)
    }
}

/// Numbers between bounds, the same for the same shape and seed.
func sample(_ shape: [Int], _ low: Double = -2, _ high: Double = 2, seed: UInt64 = 1) throws -> Tensor {
    var sampler = Sampler(seed: seed &+ UInt64(shape.reduce(17) { $0 &* 31 &+ $1 }))
    return try sampler.tensor(shape, low, high)
}
