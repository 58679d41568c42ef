/// A linear layer with bias and, if asked for, ReLU, and its gradients, into memory that is there: for training steps.
///
/// All tensors are float32 and contiguous: `x` `[N, I]`, `weight` `[O, I]`, `bias` `[O]`, `y` `[N, O]`.
package enum LinearLayer {
    /// `y = x weight^T + bias`, and of that the greater of it and zero if `relu` is set.
    package static func forward(_ x: Tensor, weight: Tensor, bias: Tensor?, relu: Bool, into y: Tensor) {
        let (n, inputs, outputs) = sizes(x, weight)
        let result = y.checkedPointer(Float.self, n * outputs)
        let bias = bias?.checkedPointer(Float.self, outputs)
        if let bias {
            for row in 0..<n { (result + row * outputs).update(from: bias, count: outputs) }
        }
        MatrixProduct.multiply(
            a: x.pointer(Float.self), aRowStride: inputs, aColStride: 1, b: weight.pointer(Float.self), bRowStride: 1,
            bColStride: inputs, c: result, m: n, n: outputs, k: inputs, accumulate: bias != nil)
        if relu { LayerPasses.relu(result, into: result, n * outputs) }
    }

    /// Writes the gradients that are asked for.
    ///
    /// - Parameters:
    ///   - g: The gradient of `y`; with `relu`, it is set to zero where `y` is.
    ///   - y: What `forward` wrote.
    package static func backward(
        _ g: Tensor, y: Tensor, relu: Bool, x: Tensor, weight: Tensor, weightGradient: Tensor?, biasGradient: Tensor?,
        inputGradient: Tensor?
    ) {
        let (n, inputs, outputs) = sizes(x, weight)
        let gradient = g.checkedPointer(Float.self, n * outputs)
        if relu { LayerPasses.maskGradient(g, where: y) }
        if let biasGradient {
            sumRows(gradient, n, outputs, biasGradient.checkedPointer(Float.self, outputs))
        }
        if let weightGradient { writeWeightGradient(g, x: x, into: weightGradient) }
        if let inputGradient {
            MatrixProduct.multiply(
                a: gradient, aRowStride: outputs, aColStride: 1, b: weight.pointer(Float.self), bRowStride: inputs,
                bColStride: 1, c: inputGradient.checkedPointer(Float.self, n * inputs), m: n, n: inputs, k: outputs,
                accumulate: false)
        }
    }

    /// Writes `g^T x`, for `g` as `backward` leaves it.
    package static func writeWeightGradient(_ g: Tensor, x: Tensor, into weightGradient: Tensor) {
        let (n, inputs, outputs) = sizes(x, weightGradient)
        MatrixProduct.multiply(
            a: g.checkedPointer(Float.self, n * outputs), aRowStride: 1, aColStride: outputs,
            b: x.pointer(Float.self), bRowStride: inputs, bColStride: 1, c: weightGradient.pointer(Float.self),
            m: outputs, n: inputs, k: n, accumulate: false)
    }

    private static func sizes(_ x: Tensor, _ weight: Tensor) -> (n: Int, inputs: Int, outputs: Int) {
        precondition(x.rank == 2 && weight.rank == 2 && x.shape[1] == weight.shape[1])
        _ = x.checkedPointer(Float.self, x.count)
        _ = weight.checkedPointer(Float.self, weight.count)
        return (x.shape[0], x.shape[1], weight.shape[0])
    }

    /// The sums over the rows, one after the other.
    private static func sumRows(_ g: UnsafePointer<Float>, _ rows: Int, _ width: Int, _ to: UnsafeMutablePointer<Float>)
    {
        LayerPasses.eachVector(width) { i, count in
            if count == FloatVector.scalarCount {
                var sum = FloatVector()
                for row in 0..<rows { sum += .load(g + row * width + i) }
                sum.store(to + i)
            } else {
                for lane in i..<i + count {
                    var sum: Float = 0
                    for row in 0..<rows { sum += g[row * width + lane] }
                    to[lane] = sum
                }
            }
        }
    }
}
