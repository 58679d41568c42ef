import Glibc

/// Steps whose inputs are the same to the bit, as the embeddings of tokens are where nothing is dropped out: their
/// products with the input weights are made once.
struct RecurrentRepeats<V: GateVector> {
    typealias Scalar = V.Scalar

    /// More kinds than this are not looked for.
    private static var mostKinds: Int { 256 }

    /// The first step of each kind.
    private let kinds: [Int]
    /// The kind of each step, as steps stand in the input.
    private let kindOfStep: [Int]
    /// `[directions, kinds, kept]`.
    private let sums: UnsafeMutablePointer<Scalar>
    private let kept: Int

    /// Calls `body` with the repeats of a pass, `nil` where most steps are of their own kind.
    static func with(
        _ shape: RecurrentShape, _ input: UnsafePointer<Scalar>, _ weights: [RecurrentForward<V>.Weights],
        _ body: (RecurrentRepeats?) -> Void
    ) {
        guard let (kinds, kindOfStep) = kinds(shape, input) else { return body(nil) }
        Scratch.withBounded(shape.directions * kinds.count * shape.kept, of: Scalar.self) { sums in
            let repeats = RecurrentRepeats(kinds: kinds, kindOfStep: kindOfStep, sums: sums, kept: shape.kept)
            repeats.multiply(shape, input, weights)
            body(repeats)
        }
    }

    /// The sums that a step's gates start from.
    func sums(ofStep index: Int, direction: Int) -> UnsafePointer<Scalar> {
        UnsafePointer(sums + (direction * kinds.count + kindOfStep[index]) * kept)
    }

    private static func kinds(_ shape: RecurrentShape, _ input: UnsafePointer<Scalar>) -> ([Int], [Int])? {
        let steps = shape.lengths.total
        let most = min(steps / 3, mostKinds)
        guard shape.features > 0, most > 0 else { return nil }
        let byteCount = shape.features * MemoryLayout<Scalar>.stride
        var kinds: [Int] = []
        var kindOfStep: [Int] = []
        var known: [UInt64: Int] = [:]
        kindOfStep.reserveCapacity(steps)
        for step in 0..<steps {
            let own = UnsafeRawPointer(input + step * shape.features)
            let key = key(own, byteCount)
            if let kind = known[key], memcmp(input + kinds[kind] * shape.features, own, byteCount) == 0 {
                kindOfStep.append(kind)
                continue
            }
            if kinds.count == most { return nil }
            known[key] = kinds.count
            kindOfStep.append(kinds.count)
            kinds.append(step)
        }
        return (kinds, kindOfStep)
    }

    /// A number made of some of a step's bytes.
    @inline(__always)
    private static func key(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var key: UInt64 = 0
        for quarter in 0..<4 {
            let place = quarter * (count / 4) & ~3
            key = (key ^ UInt64(bytes.load(fromByteOffset: place, as: UInt32.self))) &* 0x9E37_79B9_7F4A_7C15
        }
        return key
    }

    private func multiply(
        _ shape: RecurrentShape, _ input: UnsafePointer<Scalar>, _ weights: [RecurrentForward<V>.Weights]
    ) {
        let block = 3 * RowPanels<V>.tileRows
        let blocks = (kinds.count + block - 1) / block
        Threads.parallelFor(shape.directions * blocks) { chunk in
            let direction = chunk / blocks
            let first = chunk % blocks * block
            RecurrentPointers.with(block) { from, to in
                let count = min(block, kinds.count - first)
                for place in 0..<count {
                    from[place] = input + kinds[first + place] * shape.features
                    to[place] = sums + (direction * kinds.count + first + place) * kept
                }
                weights[direction].multiplyInput(shape, count, from, to)
            }
        }
    }
}
