import Autograd
import TensorCore
import Testing

@Suite struct GradientTests {
    private func scalar(_ x: Double) throws -> Variable {
        Gradient.leaf(Variable(try Tensor.scalar(x, dtype: .float64)))
    }

    private func derivative(
        of function: (Variable) throws -> Variable, at x: Variable, createGraph: Bool = false
    ) throws -> Variable {
        let leaf = Gradient.leaf(x)
        return try #require(try Gradient.compute(function(leaf), withRespectTo: [leaf], createGraph: createGraph)[0])
    }

    @Test func constantsAreNotRecorded() throws {
        let x = Variable(try Tensor([1.0, 2], shape: [2]))
        let y = try (x * 2 + x.exp()).softmax(axis: 0).matmul(x)
        #expect(!y.isTracked)
        #expect(Gradient.operations(leadingTo: y).isEmpty)
        #expect(x.detached() === x)
    }

    @Test func wholeNumbersAreNotRecorded() throws {
        let x = Gradient.leaf(Variable(try Tensor([1.5, -2.5], shape: [2])))
        #expect(try !x.cast(to: .int64).isTracked)
        #expect(try !Variable.combine(.greater, x, x).isTracked)
        #expect(try !x.map(.floor).isTracked)
    }

    @Test func gradientsOfManyTargets() throws {
        let (x, y, unused) = (try scalar(3), try scalar(4), try scalar(5))
        let product = try x * y
        let output = try product.square() + x
        let gradients = try Gradient.compute(output, withRespectTo: [x, y, unused, product, output])
        #expect(try gradients.map { try $0?.value.item() } == [97, 72, nil, 24, 1])
    }

    /// Kernels of float32 alone, once and twice differentiated.
    @Test func gradientsOfFloat32AreThoseOfFloat64() throws {
        let pool = PoolSettings(size: (3, 2), stride: (2, 2), padding: (1, 1))
        let functions: [(Variable) throws -> Variable] = [
            { try $0.square().maxPool2D(pool) }, { try $0.square().avgPool2D(pool).square() },
            { try $0.batchNorm(weight: nil, bias: nil, eps: 1e-5).square() },
        ]
        let x = try sample([2, 3, 7, 40])
        for function in functions {
            for isTwice in [false, true] {
                let results = try [DType.float64, .float32].map { dtype in
                    let leaf = Gradient.leaf(Variable(try x.cast(to: dtype)))
                    var output = try function(leaf).sum()
                    if isTwice {
                        let first = try Gradient.compute(output, withRespectTo: [leaf], createGraph: true)
                        output = try #require(first[0]).square().sum()
                    }
                    let gradient = try #require(try Gradient.compute(output, withRespectTo: [leaf])[0])
                    return try gradient.value.cast(to: .float64).doubles()
                }
                for (a, b) in zip(results[0], results[1]) { #expect(abs(a - b) <= 1e-4 * max(abs(a), 1)) }
            }
        }
    }

    /// Gradients of slices are added in place; what others hold stays as it is.
    @Test func gradientsOfSlicesAreAdded() throws {
        let x = Gradient.leaf(Variable(try Tensor([1.0, 2, 3, 4], shape: [4])))
        let y = Gradient.leaf(Variable(try Tensor([5.0, 6, 7, 8], shape: [4])))
        func slice(_ variable: Variable, _ start: Int, _ stop: Int) throws -> Variable {
            try variable.at([.slice(start: start, stop: stop, step: 1)])
        }
        for createGraph in [false, true] {
            let head = try slice(x, 0, 2)
            let sum = try x + y
            let parts = try slice(x, 1, 4) * slice(y, 0, 3) + slice(x, 1, 4)
            let output = try (sum * sum).sum() + (head * head).sum() + parts.sum() + slice(x, 2, 4).sum()
            let gradients = try Gradient.compute(output, withRespectTo: [x, y, head, sum], createGraph: createGraph)
            #expect(
                try gradients.map { try $0?.value.cast(to: .float64).doubles() } == [
                    [14, 26, 28, 33], [14, 19, 24, 24], [2, 4], [12, 16, 20, 24],
                ])
        }
    }

    /// The way back through a recurrent layer uses up what the way there has kept: another way back makes it again.
    @Test(arguments: [RecurrentCell.lstm, .gru, .tanh])
    func gradientsOfARecurrentLayerCanBeTakenTwice(_ cell: RecurrentCell) throws {
        let gates = cell.gateCount * 3
        let inputs = try [[2, 4, 2], [gates, 2], [gates, 3], [gates], [gates]].enumerated().map { index, shape in
            Gradient.leaf(Variable(try Tensor.uniform(shape, low: -1, high: 1, key: RandomKey(seed: UInt64(index)))))
        }
        let (output, _) = try inputs[0].recurrent(
            cell, weights: [.init(input: inputs[1], hidden: inputs[2], biases: [inputs[3], inputs[4]])],
            lengths: Tensor([4, 3], shape: [2]))
        let total = try output.square().sum()
        func gradients() throws -> [[Double]] {
            try Gradient.compute(total, withRespectTo: inputs).map { try #require($0).value.doubles() }
        }
        #expect(try gradients() == gradients())
    }

    @Test func anUnrelatedOutputHasNoGradients() throws {
        let x = try scalar(1)
        #expect(try Gradient.compute(Variable(.scalar(2)), withRespectTo: [x])[0] == nil)
        #expect(try Gradient.compute(scalar(2).exp(), withRespectTo: [x])[0] == nil)
        #expect(try Gradient.compute(x.detached().exp(), withRespectTo: [x])[0] == nil)
    }

    @Test func nestedGradients() throws {
        // d/dx (x * d/dx x^3) = d/dx 3x^3 = 9x^2
        let value = try derivative(
            of: { x in try x * derivative(of: { try $0.power(3) }, at: x, createGraph: true) }, at: scalar(2))
        #expect(try value.value.item() == 36)
        #expect(!value.isTracked)
        // The inner gradient is by the inner variable alone: d/dx (x * d/dy (x + y)) = 1
        let inner = try derivative(
            of: { x in try x * derivative(of: { try x + $0 }, at: scalar(1), createGraph: true) }, at: scalar(2))
        #expect(try inner.value.item() == 1)
    }

    @Test func fourthDerivative() throws {
        func differentiated(_ times: Int, _ x: Variable) throws -> Variable {
            if times == 0 { return try x.sin() }
            return try derivative(of: { try differentiated(times - 1, $0) }, at: x, createGraph: true)
        }
        for times in 1...4 {
            let x = 0.7
            let expected = [try scalar(x).cos(), try -scalar(x).sin(), try -scalar(x).cos(), try scalar(x).sin()][
                times - 1]
            let ours = try differentiated(times, scalar(x)).value.item()
            #expect(try abs(ours - expected.value.item()) < 1e-14)
        }
    }

    @Test func deepChains() throws {
        var x = try scalar(1)
        let leaf = x
        let depth = 200_000
        for _ in 0..<depth { x = try x + 1 }
        #expect(try x.value.item() == Double(depth + 1))
        #expect(try Gradient.compute(x, withRespectTo: [leaf])[0]?.value.item() == 1)
        // Releasing the chain must not end the stack either.
        x = leaf
        // Nor a ladder, each of whose steps is held by two others.
        var (a, b) = (leaf, leaf)
        for _ in 0..<depth { (a, b) = (b, try a - b) }
        a = leaf
        b = leaf
    }

    @Test func longTapesAreWalkedFromTheTargetOn() throws {
        // 3,000 inner gradients on one growing tape: all of it each time would be 9 million steps.
        var x = try scalar(0.5)
        for _ in 0..<3000 {
            x = try x - derivative(of: { try $0.square() }, at: x, createGraph: true) * 1e-3
        }
        #expect(x.isTracked)
    }

    @Test func sharedGradientsAreNotWrittenTo() throws {
        // Both inputs of a sum get the same gradient; what is added to one must not show in the other.
        let (x, y) = (try scalar(1), try scalar(2))
        let sum = try x + y
        let output = try sum * 3 + x * 5 + x * 7 + y
        let gradients = try Gradient.compute(output, withRespectTo: [x, y, sum])
        #expect(try gradients.map { try $0?.value.item() } == [15, 4, 3])
    }

    @Test func sameBitsTwice() throws {
        func run() throws -> [[UInt32]] {
            var sampler = Sampler(seed: 3)
            let leaves = try [[8, 1, 9, 9], [4, 1, 3, 3], [4], [196, 5]].map {
                Gradient.leaf(Variable(try sampler.tensor($0, -1, 1, .float32)))
            }
            let features = try leaves[0].conv2D(leaves[1], bias: leaves[2]).relu().flatten(from: 1)
                .dropout(keep: 0.8, key: RandomKey(seed: 1))
            let labels = try Tensor([0, 1, 2, 3, 4, 0, 1, 2], shape: [8])
            let loss = try features.matmul(leaves[3]).crossEntropy(labels) + leaves[3].norm()
            return try Gradient.compute(loss, withRespectTo: leaves).map {
                ($0?.value.floats() ?? []).map(\.bitPattern)
            }
        }
        let first = try run()
        #expect(first.allSatisfy { !$0.isEmpty })
        #expect(try run() == first)
    }

    @Test func dropoutDrawsItsMaskAgain() throws {
        let x = Gradient.leaf(Variable(try Tensor.ones([1000], dtype: .float64)))
        let y = try x.dropout(keep: 0.75, key: RandomKey(seed: 9))
        let kept = y.value.doubles()
        #expect(Set(kept) == [0, 1 / 0.75])
        #expect(abs(kept.count { $0 > 0 } - 750) < 60)
        #expect(try Gradient.compute(y.sum(), withRespectTo: [x])[0]?.value.doubles() == kept)
        #expect(try x.dropout(keep: 1, key: RandomKey(seed: 9)) === x)
    }

    @Test func castGradientsHaveTheTypeOfTheInput() throws {
        let x = Gradient.leaf(Variable(try Tensor([1.5, 2], shape: [2])))
        let y = Gradient.leaf(Variable(try Tensor([Float(3), 4], shape: [2])))
        let output = try (x.cast(to: .float32) * y).sum() + (x * y).sum()
        let gradients = try Gradient.compute(output, withRespectTo: [x, y])
        #expect(gradients.map { $0?.dtype } == [.float64, .float32])
        #expect(gradients.map { $0?.value.doubles() } == [[6, 8], [3, 4]])
    }

    @Test func errorsSayWhatIsWrong() throws {
        let x = Gradient.leaf(Variable(try Tensor.ones([2, 3])))
        #expect(throws: AutogradError.notScalar([2, 3])) { try Gradient.compute(x, withRespectTo: [x]) }
        let whole = Gradient.leaf(Variable(try Tensor([1, 2], shape: [2])))
        #expect(throws: AutogradError.notFloatingPoint(.int64)) {
            try Gradient.compute(x.sum(), withRespectTo: [whole])
        }
        #expect(throws: AutogradError.notFloatingPoint(.int64)) {
            try Gradient.compute(whole.sum(), withRespectTo: [x])
        }
        #expect(throws: AutogradError.labels(expected: [2], actual: [3])) { try x.crossEntropy(Tensor([1, 2, 0])) }
        #expect(throws: AutogradError.classOutOfRange(label: 3, classes: 3)) { try x.crossEntropy(Tensor([1, 3])) }
        #expect(throws: AutogradError.labelType(.float64)) { try x.crossEntropy(Tensor([1.0, 2])) }
        #expect(throws: AutogradError.self) { try x.crossEntropy(Tensor([1, 2]), labelSmoothing: 1.5) }
        #expect(throws: TensorError.self) { try x.crossEntropy(Tensor([1, 2])).crossEntropy(Tensor([1, 2])) }
        for error in [
            AutogradError.notScalar([2]), .notFloatingPoint(.int64), .labels(expected: [2], actual: [3]),
            .labelType(.bool), .classOutOfRange(label: 3, classes: 0),
            .argument(operation: "a", name: "b", reason: "c"),
        ] {
            #expect(!error.message.isEmpty)
        }
    }

    @Test func emptyTensors() throws {
        let x = Gradient.leaf(Variable(try Tensor.zeros([0, 3])))
        for output in [
            try x.sum(), try x.square().sum(axes: [0]).sum(), try x.matmul(x.transpose(0, 1)).sum(), try x.prod(),
            try x.relu().softmax(axis: 1).sum(), try Variable.concat([x, x]).sum(), try x.cumulativeSum(axis: 0).sum(),
            try x.prod(axes: [1]).sum(),
        ] {
            #expect(try Gradient.compute(output, withRespectTo: [x])[0]?.shape == [0, 3])
        }
    }
}
