import Autograd
import TensorCore
import Testing

/// Gradients of operands that were broadcast, against those of operands that were repeated by hand.
@Suite struct BroadcastingTests {
    @Test func gradientsOfBroadcastOperandsAreSums() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var sampler = Sampler(seed: seed)
        for _ in 0..<200 {
            let shape = (0..<sampler.integer(0..<4)).map { _ in sampler.integer(1..<4) }
            let operands = try (0..<2).map { _ in try sampler.tensor(narrowed(shape, &sampler), 0.5, 2) }
            let common = try Tensor.broadcastShape("test", operands[0].shape, operands[1].shape)
            let weights = Variable(try sampler.tensor(common))
            let operation = [BinaryOperation.add, .subtract, .multiply, .divide, .power, .maximum][
                sampler.integer(0..<6)]
            let leaves = operands.map { Gradient.leaf(Variable($0)) }
            let whole = try operands.map { Gradient.leaf(Variable(try $0.broadcast(to: common).copy())) }
            func gradients(_ x: [Variable]) throws -> [Tensor] {
                let total = try (Variable.combine(operation, x[0], x[1]) * weights).sum()
                return try Gradient.compute(total, withRespectTo: x).map { try #require($0).value }
            }
            let (ours, wide) = (try gradients(leaves), try gradients(whole))
            for (index, operand) in operands.enumerated() {
                let expected = try summed(wide[index], to: operand.shape)
                #expect(
                    ours[index].shape == operand.shape && largestDifference(ours[index], expected) < 1e-12,
                    "seed \(seed): \(operation) of \(operands.map(\.shape)), operand \(index)")
            }
        }
    }

    /// A shape that broadcasts to another one: some axes of size 1, some in front missing.
    private func narrowed(_ shape: [Int], _ sampler: inout Sampler) -> [Int] {
        let kept = shape.map { sampler.integer(0..<3) == 0 ? 1 : $0 }
        return Array(kept.dropFirst(sampler.integer(0..<max(shape.count, 1))))
    }

    private func summed(_ wide: Tensor, to shape: [Int]) throws -> Tensor {
        var sums = [Double](repeating: 0, count: shape.reduce(1, *))
        let places = try Tensor(Array(0..<sums.count), shape: shape).broadcast(to: wide.shape).integers()
        for (place, value) in zip(places, wide.doubles()) { sums[place] += value }
        return try Tensor(sums, shape: shape)
    }
}
