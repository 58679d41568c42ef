import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

/// Points around three centres, with the number of the centre as their label.
func points(_ count: Int, seed: UInt64 = 1) throws -> Dataset {
    let noise = try Tensor.normal([count, 2], mean: 0, std: 0.5, key: RandomKey(seed: seed)).floats()
    let centres: [(Float, Float)] = [(0, 2), (2, -1), (-2, -1)]
    let x = (0..<count).flatMap { index -> [Float] in
        let centre = centres[index % 3]
        return [centre.0 + noise[2 * index], centre.1 + noise[2 * index + 1]]
    }
    return try Dataset(
        x: Tensor(x, shape: [count, 2]), y: Tensor((0..<count).map { Int64($0 % 3) }), name: "points")
}

/// `linear 16, relu, dropout 0.2, linear 3`, with the first weights of a seed.
func classifier(seed: UInt64 = 7, ending: [any Module] = []) throws -> Model {
    let model = Model("net", place: ModulePlace(key: RandomKey(seed: seed)))
    try model.add(Linear(16))
    try model.add(Activation(.relu))
    try model.add(Dropout(0.2))
    try model.add(Linear(3))
    for module in ending { try model.add(module) }
    return model
}

/// All weights, to compare bit by bit.
func weights(_ model: Model) -> [UInt32] { model.parameters.flatMap { $0.value.floats().map(\.bitPattern) } }

/// Trains without looking at the process-wide interrupt, which other tests may raise.
@discardableResult
func train(_ model: Model, _ dataset: Dataset, _ settings: TrainingSettings) throws -> Run {
    try Trainer(model, dataset, settings).run(shouldStop: { false })
}

/// Says stop at the `count`th time it is asked.
final class StopAfter {
    private var left: Int

    init(_ count: Int) { left = count }

    func callAsFunction() -> Bool {
        left -= 1
        return left <= 0
    }
}

extension Run {
    /// What the history says beside times.
    var figures: [[Double]] {
        history.map {
            [$0.loss, $0.accuracy ?? -1, $0.validationLoss ?? -1, $0.validationAccuracy ?? -1, $0.learningRate]
        }
    }
}
