/// The gradient of a linear layer's weights, into memory that is there, and their update by it.
///
/// All tensors are float32 and contiguous: `x` `[N, I]`, `g` `[N, O]`, `weight` `[O, I]`.
package enum LinearLayer {
    /// Writes `g^T x`.
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
}
