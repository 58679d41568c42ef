import Glibc

/// Rows of the only step's input that are the same to the bit, as the embeddings of tokens are in decoding: their
/// products with the input weights are made once.
struct RecurrentRepeats<V: GateVector> {
    typealias Scalar = V.Scalar

    /// More kinds than this are not looked for.
    private static var mostKinds: Int { 256 }

    /// The first row of each kind.
    private let kinds: [Int]
    /// The kind of each row of the batch.
    private let kindOfRow: [Int]
    /// `[directions, kinds, kept]`.
    private let sums: UnsafeMutablePointer<Scalar>
    private let kept: Int

    /// Calls `body` with the repeats of a pass, `nil` where there is more than a step or most rows are of their own kind.
    static func with(
        _ shape: RecurrentShape, _ input: UnsafePointer<Scalar>, _ weights: [RecurrentForward<V>.Weights],
        _ body: (RecurrentRepeats?) -> Void
    ) {
        guard let (kinds, kindOfRow) = kinds(shape, input) else { return body(nil) }
        Scratch.withBounded(shape.directions * kinds.count * shape.kept, of: Scalar.self) { sums in
            let repeats = RecurrentRepeats(kinds: kinds, kindOfRow: kindOfRow, sums: sums, kept: shape.kept)
            repeats.multiply(shape, input, weights)
            body(repeats)
        }
    }

    /// The sums that a row's gates start from.
    func sums(ofRow row: Int, direction: Int) -> UnsafePointer<Scalar> {
        UnsafePointer(sums + (direction * kinds.count + kindOfRow[row]) * kept)
    }

    private static func kinds(_ shape: RecurrentShape, _ input: UnsafePointer<Scalar>) -> ([Int], [Int])? {
        let most = min(shape.batch / 3, mostKinds)
        guard shape.time == 1, shape.features > 0, most > 0 else { return nil }
        let byteCount = shape.features * MemoryLayout<Scalar>.stride
        var kinds: [Int] = []
        var kindOfRow: [Int] = []
        for row in 0..<shape.batch {
            let own = input + row * shape.features
            let known = kinds.firstIndex {
                let other = input + $0 * shape.features
                return other[0] == own[0] && memcmp(other, own, byteCount) == 0
            }
            if known == nil {
                if kinds.count == most { return nil }
                kinds.append(row)
            }
            kindOfRow.append(known ?? kinds.count - 1)
        }
        return (kinds, kindOfRow)
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
