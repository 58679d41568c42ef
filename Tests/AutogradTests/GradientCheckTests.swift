import Autograd
import TensorCore
import Testing

/// Every rule of the table against differences of its function, in double precision.
@Suite struct GradientCheckTests {
    @Test(arguments: Rule.allCases)
    func derivativesAgreeWithDifferences(_ rule: Rule) throws {
        let cases = try cases(of: rule)
        #expect(!cases.isEmpty, "no case checks \(rule)")
        for test in cases {
            let result = try test.function(test.inputs.map { Gradient.leaf(Variable($0)) })
            #expect(Gradient.rules(leadingTo: result).contains(rule), "\(test.name) does not apply \(rule)")
            for order in 1...2 where order <= test.order {
                let mismatches = try Gradient.check(test.function, at: test.inputs, order: order)
                #expect(mismatches.isEmpty, "\(rule), \(test.name), order \(order): \(mismatches.prefix(3))")
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
