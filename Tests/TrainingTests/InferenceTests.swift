import Autograd
import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

struct InferenceTests {
    private let data: Dataset
    private let model: Model

    init() throws {
        data = try points(50)
        model = try classifier()
        try train(model, data, TrainingSettings(epochs: 5, batchSize: 10))
    }

    @Test func resultsDoNotDependOnTheBatchSize() throws {
        let whole = try Inference.outputs(model, data, batchSize: 50, shouldStop: { false })
        #expect(whole.shape == [50, 3])
        let evaluation = try Inference.evaluate(model, data, batchSize: 50, shouldStop: { false })
        for size in [1, 7, 49, 1000] {
            #expect(
                try Inference.outputs(model, data, batchSize: size, shouldStop: { false }).floats() == whole.floats())
            let other = try Inference.evaluate(model, data, batchSize: size, shouldStop: { false })
            #expect(abs(other.loss - evaluation.loss) < 1e-12)
            #expect(other.accuracy == evaluation.accuracy)
            #expect(other.count == 50)
        }
    }

    @Test func classesAreTheGreatestOutputs() throws {
        let outputs = try Inference.outputs(model, data, shouldStop: { false }).doubles()
        let classes = try Inference.classes(model, data, shouldStop: { false })
        #expect(classes.dtype == .int64)
        let expected = (0..<50).map { row in
            outputs[3 * row..<3 * row + 3].enumerated().max { $0.element < $1.element }?.offset ?? -1
        }
        #expect(classes.integers() == expected)
        let labels = try #require(data.labels)
        let right = zip(expected, labels).count { $0 == $1 }
        #expect(try Inference.evaluate(model, data, shouldStop: { false }).accuracy == Double(right) / 50)
    }

    @Test func confusionCountsEveryExampleOnce() throws {
        let confusion = try Inference.confusion(model, data, shouldStop: { false })
        #expect(confusion.shape == [3, 3])
        let counts = confusion.integers()
        let answers = try Inference.classes(model, data, shouldStop: { false }).integers()
        let labels = try #require(data.labels)
        for row in 0..<3 {
            for column in 0..<3 {
                #expect(counts[3 * row + column] == zip(labels, answers).count { $0 == row && $1 == column })
            }
        }
    }

    @Test func lossesAreTheMeanOverTargets() throws {
        let ignoring = Loss.crossEntropy(ignoreIndex: 2)
        let evaluation = try Inference.evaluate(model, data, loss: ignoring, batchSize: 7, shouldStop: { false })
        let kept = try data.selecting((0..<50).filter { $0 % 3 != 2 })
        let expected = try Inference.evaluate(model, kept, shouldStop: { false })
        #expect(abs(evaluation.loss - expected.loss) < 1e-6)
        #expect(evaluation.accuracy == expected.accuracy)
    }

    @Test func stopsOnRequestAndRefusesNothing() throws {
        #expect(throws: InterruptError.self) { try Inference.evaluate(model, data, shouldStop: { true }) }
        #expect(throws: TrainingError.noExamples(dataset: "points")) {
            try Inference.outputs(model, data.taking(0), shouldStop: { false })
        }
        #expect(throws: TrainingError.noTargets(dataset: "bare")) {
            try Inference.evaluate(model, Dataset(x: data.x(), y: nil, name: "bare"), shouldStop: { false })
        }
        #expect(throws: NeuralNetError.self) {
            try Inference.outputs(model, Dataset(x: .zeros([2, 9]), y: nil), shouldStop: { false })
        }
    }
}
