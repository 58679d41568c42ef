import CSimd

/// What layers without weights do, and their gradients, into memory that is there: for training steps.
///
/// All tensors are float32 and contiguous, and of one size.
package enum LayerPasses {
    /// `y = max(x, 0)`; NaN stays. `y` may be `x`.
    package static func relu(_ x: Tensor, into y: Tensor) {
        let count = x.count
        relu(x.checkedPointer(Float.self, count), into: y.checkedPointer(Float.self, count), count)
    }

    static func relu(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ count: Int) {
        eachVector(count) { i, count in
            let zero = FloatVector()
            // The second operand where one is NaN.
            if count == FloatVector.scalarCount {
                csimd_max(zero, .load(x + i)).store(y + i)
            } else {
                csimd_max(zero, .load(x + i, count: count)).store(y + i, count: count)
            }
        }
    }

    /// Sets `g` to zero where `y`, what `relu` wrote, is.
    package static func maskGradient(_ g: Tensor, where y: Tensor) {
        let count = g.count
        let g = g.checkedPointer(Float.self, count)
        let y = y.checkedPointer(Float.self, count)
        eachVector(count) { i, count in
            let zero = FloatVector()
            if count == FloatVector.scalarCount {
                FloatVector.load(g + i).replacing(with: zero, where: FloatVector.load(y + i) .== zero).store(g + i)
            } else {
                for lane in i..<i + count where y[lane] == 0 { g[lane] = 0 }
            }
        }
    }

    /// `y = x * mask`, with a mask that is drawn anew: `1 / keep` with probability `keep`, else 0.
    package static func dropout(_ x: Tensor, keep: Double, key: RandomKey, mask: Tensor, into y: Tensor) {
        let count = x.count
        Philox.fillMask(mask.checkedPointer(Float.self, count), count, keep: keep, value: Float(1 / keep), key)
        multiply(
            x.checkedPointer(Float.self, count), mask.checkedPointer(Float.self, count),
            into: y.checkedPointer(Float.self, count), count)
    }

    /// `x *= y`
    package static func multiply(_ x: Tensor, by y: Tensor) {
        let count = x.count
        let target = x.checkedPointer(Float.self, count)
        multiply(target, y.checkedPointer(Float.self, count), into: target, count)
    }

    private static func multiply(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        eachVector(count) { i, count in
            if count == FloatVector.scalarCount {
                (FloatVector.load(x + i) * .load(y + i)).store(z + i)
            } else {
                for lane in i..<i + count { z[lane] = x[lane] * y[lane] }
            }
        }
    }

    @inline(__always)
    static func eachVector(_ count: Int, _ body: (_ start: Int, _ lanes: Int) -> Void) {
        let lanes = FloatVector.scalarCount
        var i = 0
        while i &+ lanes <= count {
            body(i, lanes)
            i &+= lanes
        }
        if i < count { body(i, count &- i) }
    }
}
