import Autograd
import TensorCore
import Testing

/// Results, gradients and second gradients against PyTorch's.
@Suite struct PyTorchTests {
    /// In single precision the sums of second gradients cancel: their error is that of their terms, which are larger.
    @Test(arguments: [(DType.float64, 1e-10, 1e-9), (DType.float32, 2e-5, 2e-4)])
    func resultsAndGradientsAgree(_ dtype: DType, _ tolerance: Double, _ secondTolerance: Double) throws {
        let fixture = try Fixture("pytorch")
        #expect(fixture.cases.count > 100)
        for test in fixture.cases {
            let leaves = try test.tensors.filter { $0.dtype == .float64 }.map {
                Gradient.leaf(Variable(try $0.cast(to: dtype)))
            }
            let others = test.tensors.filter { $0.dtype != .float64 }
            guard let result = try applied(test, leaves, others) else {
                Issue.record("\(test): no such operation")
                continue
            }
            func compare(_ part: String, _ ours: Variable?, _ theirs: Tensor, within tolerance: Double) throws {
                let value = try ours?.value ?? Tensor.zeros(theirs.shape, dtype: dtype)
                #expect(value.dtype == dtype && value.shape == theirs.shape, "\(test), \(part)")
                let difference = largestDifference(value, theirs)
                #expect(difference <= tolerance, "\(test), \(part): off by \(difference): \(value.doubles())")
            }
            try compare("result", result, test.result, within: tolerance)
            let weights = Variable(try test.weights.cast(to: dtype))
            let total = try (result * weights).sum()
            let gradients = try Gradient.compute(total, withRespectTo: leaves)
            for (index, gradient) in gradients.enumerated() {
                #expect(gradient?.isTracked != true)
                try compare("gradient \(index)", gradient, test.gradients[index], within: tolerance)
            }
            guard let second = test.secondGradients else { continue }
            // The way to second gradients gives the same first ones.
            let again = try Gradient.compute(total, withRespectTo: leaves, createGraph: true)
            for (index, gradient) in again.enumerated() {
                try compare("recorded gradient \(index)", gradient, test.gradients[index], within: tolerance)
            }
            let sum = try again.reduce(Variable(Tensor.scalar(0, dtype: dtype))) { sum, gradient in
                try gradient.map { try sum + $0.sum() } ?? sum
            }
            for (index, gradient) in try Gradient.compute(sum, withRespectTo: leaves).enumerated() {
                try compare("second gradient \(index)", gradient, second[index], within: secondTolerance)
            }
        }
    }
}

/// Relative to the numbers above 1; NaN and infinities agree with their own kind alone.
func largestDifference(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.doubles(), b.doubles()).reduce(0) { largest, pair in
        let (x, y) = pair
        if x == y || (x.isNaN && y.isNaN) { return largest }
        let difference = abs(x - y) / max(1, abs(y))
        return difference.isNaN ? .infinity : max(largest, difference)
    }
}
