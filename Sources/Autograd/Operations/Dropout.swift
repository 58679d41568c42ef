import TensorCore

/// Elements kept with a probability and divided by it, the rest 0.
///
/// Linear with a diagonal matrix, so its own adjoint; the mask is drawn again from its key, not kept.
struct Dropout: OneInputOperation {
    let keep: Double
    let key: RandomKey
    var name: String { "dropout" }
    var spread: Spread { .moving }
    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { size(output) }

    func forward(_ x: Tensor) throws -> Tensor {
        if x.dtype == .float64 {
            // The mask's numbers are of single precision.
            let mask = try Tensor.bernoulliMask(x.shape, keep: keep, scale: false, dtype: .float64, key: key)
            return try Tensor.combine(.multiply, x, mask).combined(.multiply, with: keep > 0 ? 1 / keep : 1)
        }
        return try x.dropped(keep: keep, key: key)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.applying(self) }
}
