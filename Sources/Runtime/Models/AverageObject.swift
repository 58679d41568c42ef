import NeuralNet

/// An average of a model's weights.
package final class AverageObject: RuntimeObject {
    let average: WeightAverage
    private let averaged: ModuleObject

    init(_ average: WeightAverage, definition object: ModuleObject) {
        self.average = average
        averaged = ModuleObject(average.model, definition: object.definition)
    }

    package override var kindName: String { "average of weights" }
    package override var fieldNames: [String] { ["model", "decay", "updates"] }
    package override var isCallable: Bool { true }
    package override var shortText: String {
        let name = average.decay.map { "ema of \(average.model.name), decay=\(Value.number($0).shortText)" }
        return "\(name ?? "swa of \(average.model.name)"), \(average.count) update\(average.count == 1 ? "" : "s")"
    }
    package override func display(_ style: DisplayStyle) throws -> String { shortText }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "model": .object(averaged)
        case "decay": average.decay.map { .number($0) } ?? Value.none
        case "updates": .integer(average.count)
        default: nil
        }
    }

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        try averaged.call(arguments, in: interpreter)
    }
}
