import Autograd
import TensorCore
import Testing

/// Every operation of the table against differences of its function, in double precision.
@Suite struct GradientCheckTests {
    @Test(arguments: Operations.differentiable)
    func derivativesAgreeWithDifferences(_ operation: String) throws {
        let cases = try cases(of: operation)
        #expect(!cases.isEmpty, "no case checks \(operation)")
        for test in cases {
            let result = try test.function(test.inputs.map { Gradient.leaf(Variable($0)) })
            #expect(
                Gradient.operations(leadingTo: result).contains(operation), "\(test.name) does not apply \(operation)")
            for order in 1...2 where order <= test.order {
                let mismatches = try Gradient.check(test.function, at: test.inputs, order: order)
                #expect(mismatches.isEmpty, "\(operation), \(test.name), order \(order): \(mismatches.prefix(3))")
            }
        }
    }

    @Test func wrongDerivativesAreFound() throws {
        // The factor 2 is taken for a constant.
        let mismatches = try Gradient.check(
            { try $0[0] * $0[0].detached() }, at: [Tensor([3.0, 0], shape: [2])])
        #expect(mismatches.map(\.element) == [0])
    }
}
