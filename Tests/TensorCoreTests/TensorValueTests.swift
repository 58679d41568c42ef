import Glibc
import TensorCore
import Testing

@Suite("Tensors as values") struct TensorValueTests {
    @Test("Types promote to the later of bool, uint8, int64, float32, float64")
    func promotion() throws {
        let order: [DType] = [.bool, .uint8, .int64, .float32, .float64]
        for (i, a) in order.enumerated() {
            for (j, b) in order.enumerated() {
                #expect(DType.promoted(a, b) == order[max(i, j)])
                let sum = try Tensor.combine(.add, Tensor.ones([2], dtype: a), Tensor.ones([2], dtype: b))
                #expect(sum.dtype == order[max(i, j)])
                let quotient = try Tensor.combine(.divide, Tensor.ones([2], dtype: a), Tensor.ones([2], dtype: b))
                #expect(quotient.dtype == (max(i, j) == 4 ? .float64 : .float32))
            }
        }
    }

    @Test("Writing copies what others share, and only then")
    func copyOnWrite() throws {
        var x = try Tensor.arange(0, 6, dtype: .float32).reshape([2, 3])
        let y = x
        let row = try x.at([.index(1)])
        try x.set([.index(1), .index(0)], to: Tensor.scalar(9))
        #expect(x.doubles() == [0, 1, 2, 9, 4, 5])
        #expect(y.doubles() == [0, 1, 2, 3, 4, 5] && row.doubles() == [3, 4, 5])
        let before = ObjectIdentifier(x.storage)
        try x.set([.index(0)], to: Tensor.scalar(7))
        #expect(ObjectIdentifier(x.storage) == before, "nobody else has the memory now")
        // The right side is a view of what is written.
        try x.set([.all], to: x.flip([0, 1]))
        #expect(x.doubles() == [5, 4, 9, 7, 7, 7])
        var wide = try Tensor.scalar(1).broadcast(to: [3])
        try wide.set([.index(0)], to: Tensor.scalar(2))
        #expect(wide.doubles() == [2, 1, 1])
    }

    @Test("Sums of many float32 numbers are accurate")
    func accuracy() throws {
        let count = 3_000_001
        let x = try Tensor.full([count], 0.1)
        let exact = Double(Float(0.1)) * Double(count)
        let along = try x.reduced(.sum).item()
        // The first additions of equal numbers are all rounded the same way: the worst case for short runs.
        #expect(abs(along - exact) / exact < 2e-7)
        let down = try x.reshape([count, 1]).broadcast(to: [count, 2]).reduced(.sum, axes: [0]).doubles()
        for sum in down { #expect(abs(sum - exact) / exact < 2e-7) }
        #expect(abs(try x.reduced(.mean).item() - Double(Float(0.1))) < 3e-8)
        #expect(try x.variance().item() < 1e-12)
        #expect(try Tensor.ones([1000, 1000], dtype: .uint8).reduced(.sum).item() == 1_000_000)
    }

    @Test("Results of any size and alignment agree with element by element")
    func sizes() throws {
        for count in [0, 1, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 4095, 4097, 9001] {
            let x = try Tensor((0..<count + 1).map { Float(($0 * 7919) % 1013) - 500 })
                .at([.slice(start: 1, stop: nil, step: 1)])
            let values = x.doubles()
            #expect(try x.reduced(.sum).item() == values.reduce(0, +))
            #expect(try x.combined(.multiply, with: 2).doubles() == values.map { $0 * 2 })
            #expect(try x.map(.sqrt).map(.isNaN).doubles() == values.map { $0 < 0 ? 1 : 0 })
            guard count > 0 else { continue }
            #expect(try x.reduced(.max).item() == values.max())
            #expect(try x.reduced(.min).item() == values.min())
            #expect(try x.argument(.max, axis: 0).item() == Double(values.firstIndex(of: values.max() ?? 0) ?? -1))
            #expect(try x.sorted().values.doubles() == values.sorted())
            #expect(try x.topK(1).values.doubles() == [values.max() ?? 0])
            var withNaN = x
            try withNaN.set([.index(count / 2)], to: Tensor.scalar(.nan))
            #expect(try withNaN.reduced(.max).item().isNaN && withNaN.reduced(.min).item().isNaN)
            #expect(try withNaN.argument(.min, axis: 0).item() == Double(count / 2))
        }
    }

    @Test("Chains of views and writes equal a naive reference")
    func chains() throws {
        let seed = getenv("DLS_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1 << 32)
        var random = Lcg(state: seed)
        for round in 0..<300 {
            let shape = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...4, using: &random) }
            var x = try Tensor.arange(0, Double(shape.reduce(1, *)), dtype: DType.allCases[2 + round % 3]).reshape(
                shape)
            var reference = Naive(shape: shape, values: x.doubles())
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                try step(&x, &reference, &random)
                let agree = x.shape == reference.shape && x.doubles() == reference.values
                #expect(agree, "DLS_TEST_SEED=\(seed), round \(round)")
                let sum = try x.reduced(.sum, axes: [x.rank - 1]).doubles()
                #expect(sum == reference.rowSums, "DLS_TEST_SEED=\(seed), round \(round)")
            }
        }
    }

    private func step(_ x: inout Tensor, _ reference: inout Naive, _ random: inout Lcg) throws {
        let axis = Int.random(in: 0..<x.rank, using: &random)
        let size = x.shape[axis]
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let axes = Array(0..<x.rank).shuffled(using: &random)
            x = try x.permute(axes)
            reference = reference.made(shape: axes.map { reference.shape[$0] }) { index in
                var source = index
                for (place, axis) in axes.enumerated() { source[axis] = index[place] }
                return source
            }
        case 1:
            x = try x.flip([axis])
            reference = reference.made(shape: reference.shape) { index in
                var source = index
                source[axis] = size - 1 - index[axis]
                return source
            }
        case 2:
            let start = Int.random(in: 0..<size, using: &random)
            let step = Int.random(in: 1...2, using: &random)
            let before = [TensorIndex](repeating: .all, count: axis)
            x = try x.at(before + [.slice(start: start, stop: nil, step: step)])
            var shape = reference.shape
            shape[axis] = (size - start + step - 1) / step
            reference = reference.made(shape: shape) { index in
                var source = index
                source[axis] = start + index[axis] * step
                return source
            }
        case 3:
            x = try x.unsqueeze(axis)
            reference.shape.insert(1, at: axis)
        case 4 where size == 1:
            var shape = x.shape
            shape[axis] = 3
            x = try x.broadcast(to: shape)
            reference = reference.made(shape: shape) { index in
                var source = index
                source[axis] = 0
                return source
            }
        case 5:
            x = try x.reshape([-1])
            reference.shape = [reference.values.count]
        case 6:
            let value = Double(Int.random(in: 100...200, using: &random))
            let place = Int.random(in: 0..<size, using: &random)
            let old = x
            let oldValues = old.doubles()
            let before = [TensorIndex](repeating: .all, count: axis)
            try x.set(before + [.index(place - size)], to: Tensor.scalar(value, dtype: .float64))
            #expect(old.doubles() == oldValues)
            for (i, index) in reference.indices.enumerated() where index[axis] == place { reference.values[i] = value }
        default:
            x = try Tensor.combine(.add, x, x)
            reference.values = reference.values.map { $0 + $0 }
        }
    }

    @Test func slicesAreAddedInPlaceOnlyWhereTheyLieSideBySide() throws {
        let part = try Tensor([1, 2, 3] as [Float], shape: [3])
        var sum = try Tensor.zeros([2, 3], dtype: .float32)
        let added = try sum.add(part, at: [.index(1)])
        #expect(added)
        #expect(sum.floats() == [0, 0, 0, 1, 2, 3])
        let column = try Tensor([1, 2] as [Float], shape: [2])
        #expect(try !sum.add(column, at: [.all, .index(0)]), "elements that lie apart")
        #expect(try !sum.add(column, at: [.index(0)]), "another shape")
        #expect(try !sum.add(part, at: [.tensor(Tensor([0] as [Int64], shape: [1]))]), "an index tensor")
        let other = sum
        #expect(try !sum.add(part, at: [.index(0)]), "memory that another tensor sees")
        #expect(other.floats() == [0, 0, 0, 1, 2, 3])
    }
}

/// An array whose every operation goes index by index.
private struct Naive {
    var shape: [Int]
    var values: [Double]

    var indices: [[Int]] {
        shape.reduce([[]]) { prefixes, size in prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } } }
    }

    var rowSums: [Double] {
        let size = shape.last ?? 1
        return stride(from: 0, to: values.count, by: size).map { values[$0..<$0 + size].reduce(0, +) }
    }

    func made(shape: [Int], _ source: ([Int]) -> [Int]) -> Naive {
        var result = Naive(shape: shape, values: [])
        result.values = result.indices.map { index in
            let place = zip(source(index), self.shape).reduce(0) { $0 * $1.1 + $1.0 }
            return values[place]
        }
        return result
    }
}

/// Random numbers that a seed repeats.
private struct Lcg: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
