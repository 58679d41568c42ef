import Glibc

/// Steps whose inputs are the same to the bit, as the embeddings of tokens are where nothing is dropped out: their
/// products with the input weights are made once.
struct RecurrentRepeats<V: GateVector> {
    typealias Scalar = V.Scalar

    /// More kinds than this are not looked for.
    private static var mostKinds: Int { 256 }

    /// Steps as they stand in the input.
    private let steps: RowKinds
    /// `[directions, kinds, kept]`.
    private let sums: UnsafeMutablePointer<Scalar>
    private let kept: Int

    /// Calls `body` with the repeats of a pass, `nil` where a third of the steps or more than `mostKinds` are of kinds of
    /// their own.
    static func with(
        _ shape: RecurrentShape, _ input: UnsafePointer<Scalar>, _ weights: [RecurrentForward<V>.Weights],
        _ body: (RecurrentRepeats?) -> Void
    ) {
        let total = shape.lengths.total
        let steps = RowKinds(
            input, rows: total, byteCount: shape.features * MemoryLayout<Scalar>.stride,
            most: min(total / 3, mostKinds))
        guard let steps else { return body(nil) }
        Scratch.withBounded(shape.directions * steps.firsts.count * shape.kept, of: Scalar.self) { sums in
            let repeats = RecurrentRepeats(steps: steps, sums: sums, kept: shape.kept)
            repeats.multiply(shape, input, weights)
            body(repeats)
        }
    }

    /// The sums that a step's gates start from.
    func sums(ofStep index: Int, direction: Int) -> UnsafePointer<Scalar> {
        UnsafePointer(sums + (direction * steps.firsts.count + steps.kindOfRow[index]) * kept)
    }

    private func multiply(
        _ shape: RecurrentShape, _ input: UnsafePointer<Scalar>, _ weights: [RecurrentForward<V>.Weights]
    ) {
        let kinds = steps.firsts
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

/// Which rows of a matrix are the same to the bit.
package struct RowKinds {
    /// The first row of each kind.
    package private(set) var firsts: [Int] = []
    package private(set) var kindOfRow: [Int] = []

    /// Nil where there are more than `most` kinds.
    package init?(_ start: UnsafeRawPointer, rows: Int, byteCount: Int, most: Int) {
        guard byteCount >= 4, most > 0 else { return nil }
        var known: [UInt64: Int] = [:]
        kindOfRow.reserveCapacity(rows)
        for row in 0..<rows {
            let own = start + row * byteCount
            var key = Self.key(own, byteCount)
            var kind = known[key]
            // Others may have the same key: they stand at the next ones.
            while let other = kind, memcmp(start + firsts[other] * byteCount, own, byteCount) != 0 {
                key &+= 1
                kind = known[key]
            }
            if kind == nil {
                if firsts.count == most { return nil }
                known[key] = firsts.count
                firsts.append(row)
            }
            kindOfRow.append(kind ?? firsts.count - 1)
        }
    }

    /// A number made of some of a row's bytes.
    @inline(__always)
    private static func key(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var key: UInt64 = 0
        for quarter in 0..<4 {
            let place = quarter * (count / 4) & ~3
            key = (key ^ UInt64(bytes.load(fromByteOffset: place, as: UInt32.self))) &* 0x9E37_79B9_7F4A_7C15
        }
        return key
    }
}
