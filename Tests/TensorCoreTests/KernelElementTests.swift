import TensorCore
import Testing

/// Kernels over elements and rows against loops over single elements, with sizes around those of vectors and tiles.
@Suite struct KernelElementTests {
    private func numbers(_ shape: [Int], _ dtype: DType = .float32) throws -> Tensor {
        let count = shape.reduce(1, *)
        return try kernelTensor((0..<count).map { Double(($0 * 7919) % 251) - 100 }, shape).cast(to: dtype)
    }

    @Test(arguments: [DType.bool, .uint8, .int64, .float32, .float64])
    func permutedCopiesHaveTheElementsOfTheView(_ dtype: DType) throws {
        for (shape, axes) in [
            ([7, 9], [1, 0]), ([8, 8], [1, 0]), ([33, 41], [1, 0]), ([100, 3], [1, 0]), ([2, 9, 40], [0, 2, 1]),
            ([3, 10, 2, 17], [0, 2, 3, 1]), ([3, 10, 2, 17], [0, 2, 1, 3]), ([9, 1, 20, 11], [3, 1, 2, 0]),
        ] {
            let view = try numbers(shape, dtype).permute(axes)
            let copy = try view.copy()
            var index = [Int](repeating: 0, count: view.rank)
            for value in copy.doubles() {
                #expect(try value == view.element(index), "\(shape) \(axes) at \(index)")
                for axis in index.indices.reversed() {
                    index[axis] += 1
                    if index[axis] < view.shape[axis] { break }
                    index[axis] = 0
                }
            }
        }
    }

    @Test func functionsOfTwoBroadcastAsSingleElementsDo() throws {
        let operations: [(BinaryOperation, (Double, Double) -> Double)] = [
            (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.maximum, { max($0, $1) }), (.less, { $0 < $1 ? 1 : 0 }),
        ]
        for (rows, columns) in [(1, 1), (3, 17), (40, 33), (2, 5000), (300, 700)] {
            let x = try numbers([rows, columns])
            for y in [
                try numbers([rows, columns]), try numbers([columns]), try numbers([rows, 1]), try numbers([]),
                try numbers([columns, rows]).transpose(0, 1),
            ] {
                let (left, right) = (x.doubles(), try y.broadcast(to: x.shape).doubles())
                for (operation, function) in operations {
                    #expect(try Tensor.combine(operation, x, y).doubles() == zip(left, right).map(function))
                    #expect(try Tensor.combine(operation, y, x).doubles() == zip(right, left).map(function))
                }
            }
        }
    }

    @Test func sumsAreExactWhereNumbersAreWhole() throws {
        for (rows, columns) in [(1, 1), (5, 3), (17, 16), (16, 67), (33, 513), (130, 1000), (3, 5000)] {
            let x = try numbers([rows, columns])
            let values = x.doubles()
            let byRow = (0..<rows).map { row in (0..<columns).reduce(0) { $0 + values[row * columns + $1] } }
            let byColumn = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + values[$1 * columns + column] } }
            #expect(try x.reduced(.sum, axes: [1]).doubles() == byRow)
            #expect(try x.reduced(.sum, axes: [0]).doubles() == byColumn)
            #expect(try x.reduced(.sum).item() == byRow.reduce(0, +))
            #expect(try x.cumulativeSum(axis: 1).at([.all, .index(-1)]).doubles() == byRow)
            #expect(try x.cumulativeSum(axis: 0).at([.index(-1)]).doubles() == byColumn)
            #expect(try x.reduced(.max).item() == values.max())
        }
    }

    @Test func aNotANumberIsTheExtremeWhereverItStands() throws {
        for count in [1, 7, 16, 40, 150] {
            for place in 0..<count {
                var values = (0..<count).map { Double($0) }
                values[place] = .nan
                #expect(try kernelTensor(values, [count]).reduced(.max).item().isNaN)
                #expect(try kernelTensor(values, [count]).reduced(.min).item().isNaN)
            }
        }
    }

    @Test func moreHiddenPlacesChangeNoBit() throws {
        let x = try numbers([1, 40]).combined(.multiply, with: 0.01)
        let shown = kernelValues(try x.maskedSoftmax(nil))
        for hidden in [1, 15, 100, 600, 3000] {
            let wide = try Tensor.concat([x, numbers([1, hidden])], axis: 1)
            let mask = try kernelTensor((0..<40 + hidden).map { $0 < 40 ? 0 : 1 }, [1, 40 + hidden]).cast(to: .bool)
            let values = kernelValues(try wide.maskedSoftmax(mask))
            #expect(Array(values.prefix(40)) == shown)
            #expect(values.dropFirst(40).allSatisfy { $0 == 0 })
        }
    }

    @Test func masksSelectAlongAnyAxes() throws {
        let x = try numbers([5, 6, 7])
        let values = x.doubles()
        let whole = try x.combined(.greater, with: 0)
        #expect(try x.at([.tensor(whole)]).doubles() == values.filter { $0 > 0 })
        let inner = try numbers([6, 7]).combined(.greater, with: 0)
        let flags = inner.doubles()
        let wanted = (0..<5).flatMap { i in flags.indices.filter { flags[$0] != 0 }.map { values[i * 42 + $0] } }
        #expect(try x.at([.all, .tensor(inner)]).doubles() == wanted)
        // Beside other indices a mask is the list of its places.
        let first = try Tensor([true, false, true, false, false])
        #expect(
            try x.at([.tensor(first), .tensor(Tensor([1, -1]))]).doubles() == Array(values[7..<14] + values[119..<126]))
        #expect(try x.at([.tensor(Tensor.zeros([5, 6, 7], dtype: .bool))]).count == 0)
    }

    @Test func placesOutOfRangeAreNamed() throws {
        let x = try numbers([3, 4])
        for index in [4, -5] {
            let indices = try Tensor([0, index, 1], shape: [3, 1])
            #expect(throws: TensorError.indexOutOfRange(axis: 1, size: 4, index: index)) {
                try x.gather(axis: 1, indices: indices)
            }
            #expect(throws: TensorError.indexOutOfRange(axis: 1, size: 4, index: index)) {
                try Tensor.scatterAdd(into: [3, 4], axis: 1, indices: indices, source: numbers([3, 1]))
            }
            #expect(throws: TensorError.indexOutOfRange(axis: 1, size: 4, index: index)) {
                try x.at([.all, .tensor(indices)])
            }
        }
    }

    @Test func geluIsAccurateFarBelowZero() throws {
        let x = [-12, -9, -6, -4, -2.0]
        // x times the normal distribution's share below x.
        let exact = [-2.131_779_145e-32, -1.015_729_216e-18, -5.919_525_87e-9, -1.266_849_663e-4, -4.550_026_39e-2]
        for (value, wanted) in zip(kernelValues(try kernelTensor(x, [5]).map(.gelu)), exact) {
            #expect(abs(value / wanted - 1) < 1e-5)
        }
    }
}
