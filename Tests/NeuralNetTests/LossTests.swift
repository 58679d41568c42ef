import Autograd
import NeuralNet
import TensorCore
import Testing

@Suite struct LossTests {
    struct Row: Decodable {
        let name: String
        let reduction: String
        let prediction: Fixture.Numbers
        let target: Fixture.Numbers
        let value: Fixture.Numbers
        let gradient: Fixture.Numbers
    }

    private static let byClass = [0.5, 2, 0.25, 1.5, 1]

    static let losses: [String: Loss] = [
        "cross_entropy": .crossEntropy(),
        "cross_entropy_ignored": .crossEntropy(),
        "cross_entropy_padding": .crossEntropy(ignoreIndex: 0),
        "cross_entropy_smoothing": .crossEntropy(labelSmoothing: 0.1),
        "cross_entropy_smoothing_ignored": .crossEntropy(labelSmoothing: 0.2),
        "cross_entropy_probabilities": .crossEntropy(),
        "cross_entropy_probabilities_smoothing": .crossEntropy(labelSmoothing: 0.1),
        "nll": .nll(),
        "nll_ignored": .nll(),
        "mse": .mse(),
        "mae": .mae(),
        "cross_entropy_weight": Loss(CrossEntropyLoss(settings: ["weight": byClass])),
        "cross_entropy_weight_smoothing": Loss(
            CrossEntropyLoss(settings: ["weight": byClass, "label_smoothing": [0.2]])),
        "cross_entropy_weight_probabilities": Loss(CrossEntropyLoss(settings: ["weight": Array(byClass.prefix(3))])),
        "nll_weight": Loss(NLLLoss(settings: ["weight": byClass])),
        "bce_logits_pos_weight": Loss(BCEWithLogitsLoss(settings: ["pos_weight": Array(byClass.prefix(3))])),
        "hinge": Loss(HingeLoss()),
        "hinge_classes": Loss(HingeLoss()),
        "focal": Loss(FocalLoss()),
        "focal_sigmoid": Loss(FocalLoss()),
        "bce": .bce(),
        "bce_logits": .bce(withLogits: true),
    ]

    @Test(arguments: [DType.float64, .float32]) func lossesAgreeWithPyTorch(_ dtype: DType) throws {
        let rows: [Row] = try Fixture.rows("losses.jsonl")
        #expect(Set(rows.map(\.name)) == Set(Self.losses.keys))
        for row in rows {
            var loss = try #require(Self.losses[row.name])
            loss.reduction = try #require(LossReduction(rawValue: row.reduction))
            let prediction = Gradient.leaf(Variable(try row.prediction.tensor(dtype)))
            let value = try loss(prediction, Variable(row.target.tensor(dtype)))
            let what = "\(row.name) \(row.reduction)"
            expectClose(value.value, row.value, tolerance(dtype), what)
            let gradient = try Gradient.compute(value.sum(), withRespectTo: [prediction])[0]
            expectClose(gradient?.value, row.gradient, tolerance(dtype), "\(what), gradient")
        }
    }

    @Test func classesMayBeBytesOrWholeFloats() throws {
        let logits = try normal([3, 4])
        let expected = try Loss.crossEntropy()(logits, Variable(Tensor([2, 0, 3]))).value.item()
        for dtype in [DType.uint8, .float32, .float64] {
            let labels = Variable(try Tensor([2.0, 0, 3]).cast(to: dtype))
            #expect(try Loss.crossEntropy()(logits, labels).value.item() == expected)
        }
    }

    @Test func largeLogitsStayFinite() throws {
        let logits = Variable(try Tensor([1e4, -1e4, 0.0], shape: [1, 3]))
        #expect(try Loss.crossEntropy()(logits, Variable(Tensor([1]))).value.item() == 2e4)
        let binary = Variable(try Tensor([1e4, -1e4]))
        #expect(try Loss.bce(withLogits: true)(binary, Variable(Tensor([1.0, 0]))).value.item() == 0)
        let certain = Variable(try Tensor([1.0, 0]))
        #expect(try Loss.bce()(certain, Variable(Tensor([0.0, 1]))).value.item() == 100)
    }

    @Test func errors() throws {
        let logits = try normal([8, 10])
        expectError(
            "cross_entropy takes predictions [N, C, ...] and class indices [N, ...], and got predictions of shape "
                + "[8, 10] and targets of shape [8, 1]", help: "drop the last axis of the targets: y.squeeze(-1)"
        ) { _ = try Loss.crossEntropy()(logits, normal([8, 1])) }
        expectError(
            "cross_entropy takes predictions [N, C, ...] and class indices [N, ...], and got predictions of shape "
                + "[2, 4, 10] and targets of shape [2, 4]",
            help: "make one axis of those before the classes: scores.reshape([-1, 10]) and y.flatten()"
        ) { _ = try Loss.crossEntropy()(normal([2, 4, 10]), Variable(Tensor.zeros([2, 4], dtype: .int64))) }
        expectError("nll takes whole numbers as class indices, and got float32 with fractions") {
            _ = try Loss.nll()(logits, normal([8]))
        }
        expectError(
            "mse takes predictions and targets of one shape, and got predictions of shape [8, 10] and targets of "
                + "shape [8]",
            help: "targets that are classes are whole numbers: y.long(); their loss is cross_entropy"
        ) { _ = try Loss.mse()(logits, normal([8])) }
        expectError("mae takes float32 or float64 as predictions, and got int64") {
            _ = try Loss.mae()(Variable(Tensor([1, 2])), normal([2]))
        }
        expectError("cross_entropy: label_smoothing must be between 0 and 1, not 2") {
            _ = try Loss.crossEntropy(labelSmoothing: 2)(logits, Variable(Tensor.zeros([8], dtype: .int64)))
        }
        expectError(
            "bce takes probabilities between 0 and 1 as predictions, and got 1.5",
            help: "end the model with sigmoid, or use bce_with_logits, which takes scores of any size"
        ) { _ = try Loss.bce()(Variable(Tensor([0.5, 1.5])), normal([2])) }
        #expect(throws: AutogradError.self) {
            _ = try Loss.crossEntropy()(logits, Variable(Tensor.full([8], 10, dtype: .int64)))
        }
    }
}
