import TensorCore

/// Parameters that an optimizer moves at a rate, or shrinks by a decay, of their own.
package struct OptimizerGroup {
    package let module: any Module
    /// What the optimizer's rate is multiplied by.
    package internal(set) var rateShare: Double
    /// Nil: the optimizer's.
    package let weightDecay: Double?

    package init(_ module: any Module, rateShare: Double = 1, weightDecay: Double? = nil) {
        self.module = module
        self.rateShare = rateShare
        self.weightDecay = weightDecay
    }
}

/// A piece of the flat vectors whose parameters are updated alike.
struct OptimizerSegment {
    /// Nil: the whole vectors.
    let range: Range<Int>?
    let rateShare: Double
    let weightDecay: Double?

    /// The pieces of a layout, in order; a parameter of several groups belongs to the first.
    static func segments(of flat: FlatParameters, _ groups: [OptimizerGroup]) -> [OptimizerSegment] {
        guard !groups.isEmpty else { return [OptimizerSegment(range: nil, rateShare: 1, weightDecay: nil)] }
        var groupOf: [ObjectIdentifier: Int] = [:]
        for (place, group) in groups.enumerated().reversed() {
            for parameter in group.module.parameters { groupOf[ObjectIdentifier(parameter)] = place }
        }
        var pieces: [(group: Int?, range: Range<Int>)] = []
        let ends = flat.parts.dropFirst().map(\.start) + [flat.values.count]
        for (part, end) in zip(flat.parts, ends) {
            let group = groupOf[ObjectIdentifier(part.parameter)]
            if let last = pieces.last, last.group == group {
                pieces[pieces.count - 1].range = last.range.lowerBound..<end
            } else {
                pieces.append((group, part.start..<end))
            }
        }
        return pieces.map { group, range in
            OptimizerSegment(
                range: range, rateShare: group.map { groups[$0].rateShare } ?? 1,
                weightDecay: group.flatMap { groups[$0].weightDecay })
        }
    }

    /// What of this piece is in a part of the vectors, whole where that is nil; nil: nothing.
    func inside(_ part: Range<Int>?) -> OptimizerSegment? {
        guard let part else { return self }
        let range = (range ?? part).clamped(to: part)
        return range.isEmpty
            ? nil : OptimizerSegment(range: range, rateShare: rateShare, weightDecay: weightDecay)
    }

    /// This piece of a flat vector.
    func view(_ vector: Tensor) -> Tensor {
        guard let range else { return vector }
        return Tensor(
            storage: vector.storage, dtype: vector.dtype, shape: [range.count], strides: [1],
            offset: vector.offset + range.lowerBound)
    }
}
