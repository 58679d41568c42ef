import TensorCore
import Testing

private enum Count6: TileCount { static var value: Int { 6 } }
private enum Count7: TileCount { static var value: Int { 7 } }
private enum Count8: TileCount { static var value: Int { 8 } }

/// The register tiles of all families of CPUs, whatever the one that the tests run on: 4 lanes as on ARM and plain
/// x86-64, 8 as with AVX2, 16 as with AVX-512, and half as many in double precision.
@Suite struct MatrixTileTests {
    @Test func areTheProductsTheyShouldBe() {
        check(SIMD4<Float>.self)
        check(SIMD8<Float>.self)
        check(SIMD16<Float>.self)
        check(SIMD2<Double>.self)
        check(SIMD4<Double>.self)
        check(SIMD8<Double>.self)
    }

    private func check<V: SIMD & BitwiseCopyable>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
        func rows<Columns: TileCount>(_: Columns.Type) {
            check(V.self, Count1.self, Columns.self)
            check(V.self, Count2.self, Columns.self)
            check(V.self, Count3.self, Columns.self)
            check(V.self, Count4.self, Columns.self)
            check(V.self, Count5.self, Columns.self)
            check(V.self, Count6.self, Columns.self)
            check(V.self, Count7.self, Columns.self)
            check(V.self, Count8.self, Columns.self)
        }
        rows(Count1.self)
        rows(Count2.self)
        rows(Count3.self)
    }

    private func check<V: SIMD & BitwiseCopyable, Rows: TileCount, Columns: TileCount>(
        _: V.Type, _: Rows.Type, _: Columns.Type
    ) where V.Scalar: BinaryFloatingPoint {
        typealias T = Tile<V, Rows, Columns>
        let (rows, width, lanes) = (Rows.value, T.width, V.scalarCount)
        var numbers = TestNumbers(seed: 48)
        // Whole numbers, whose sums are exact in any order.
        func random(_ count: Int) -> [V.Scalar] { (0..<count).map { _ in V.Scalar((numbers.number() * 20).rounded()) } }

        // Columns of the left operand, 5 apart in a row, times rows of the right.
        let (a, b) = (random(rows * 5), random(5 * width))
        var outer = T()
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                for p in 0..<5 { outer.addOuter(a.baseAddress! + p, 5, b.baseAddress! + p * width) }
            }
        }
        let product = (0..<rows * width).map { i in
            (0..<5).reduce(V.Scalar(0)) { $0 + a[i / width * 5 + $1] * b[$1 * width + i % width] }
        }
        #expect(stored(outer, width + 3, onto: 0) == product)
        #expect(stored(outer, width + 3, onto: 7) == product.map { $0 + 7 })
        for valid in width - lanes + 1...width {
            let last = product.indices.filter { $0 % width >= width - valid }.map { product[$0] + 7 }
            #expect(stored(outer, width, onto: 7, valid: valid) == last)
        }

        // Rows times columns, lane by lane.
        let (left, right) = (random(rows * lanes), random(3 * lanes))
        var inner = T()
        left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in
                let b = b.baseAddress!
                inner.addInner(a.baseAddress!, lanes, b, b + lanes, b + 2 * lanes)
            }
        }
        inner.forEachLaneSum { row, x, y, z in
            for (column, sum) in [x, y, z].prefix(Columns.value).enumerated() {
                let expected = (0..<lanes).reduce(V.Scalar(0)) {
                    $0 + left[row * lanes + $1] * right[column * lanes + $1]
                }
                #expect(sum == expected)
            }
        }

        // Rows times a number, and a tile times a number added to what is there.
        var patch = T()
        var target = random(rows * width)
        let before = target
        product.withUnsafeBufferPointer { patch.addRows($0.baseAddress!, width, times: 3) }
        target.withUnsafeMutableBufferPointer { patch.add(to: $0.baseAddress!, width, times: 2) }
        #expect(target == zip(before, product).map { $0 + 6 * $1 })
    }

    /// What `store` leaves of a tile: of each row the elements that it writes.
    private func stored<V: SIMD & BitwiseCopyable, Rows: TileCount, Columns: TileCount>(
        _ tile: Tile<V, Rows, Columns>, _ distance: Int, onto start: V.Scalar, valid: Int? = nil
    ) -> [V.Scalar] where V.Scalar: BinaryFloatingPoint {
        var memory = [V.Scalar](repeating: start, count: Rows.value * distance)
        let width = valid ?? Tile<V, Rows, Columns>.width
        memory.withUnsafeMutableBufferPointer { memory in
            if valid == nil {
                tile.store(memory.baseAddress!, distance, accumulate: start != 0)
            } else {
                tile.store(valid: width, memory.baseAddress!, distance, accumulate: start != 0)
            }
        }
        return (0..<Rows.value).flatMap { row in memory[row * distance..<row * distance + width] }
    }
}
