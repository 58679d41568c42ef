import Datasets
import TensorCore

/// A change of images that is drawn for each: `random_crop(28, padding=4)`. It is called with images, too.
package final class AugmentationObject: RuntimeObject {
    let change: ImageAugmentation

    init(_ change: ImageAugmentation) { self.change = change }

    package override var kindName: String { "augmentation" }
    package override var shortText: String { change.text }
    package override func display(_ style: DisplayStyle) throws -> String { shortText }
    package override var isCallable: Bool { true }

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        guard arguments.named.isEmpty, arguments.positional.count == 1,
            let images = try arguments.positional[0].asVariable(plain: .float32), [3, 4].contains(images.rank)
        else {
            throw Failure(
                "`\(change.name)` changes images, [channels, height, width] or a batch of them",
                help: "such as \(change.text)(data.x[0:4])")
        }
        try arguments.positional[0].checkConstant("`\(change.name)`")
        return .tensor(try change.applied(to: images.value, key: interpreter.random.next()))
    }
}

extension Call {
    /// What `augment` says, changes of images, functions of a batch, or a list of both; and a function that makes a batch of
    /// the list of examples.
    func augmentation(_ parameter: String, collate: String? = nil) throws -> Augmentation? {
        var steps = has(parameter) ? try augmentationSteps(parameter) : []
        if let collate, has(collate) {
            steps.append(.function(TrainFunctions(interpreter).collation(try callable(collate))))
        }
        return steps.isEmpty ? nil : Augmentation(steps)
    }

    private func augmentationSteps(_ parameter: String) throws -> [Augmentation.Step] {
        try (value(parameter).elements ?? [value(parameter)]).map { step in
            if let object = step.object(as: AugmentationObject.self) { return .image(object.change) }
            // The bare word `random_flip`.
            if case .function(let function) = step, case .builtin(let builtin) = function.body,
                Builtin.augmentation.contains(where: { $0.name == builtin.name })
            {
                let made = try interpreter.call(step, [])
                if let object = made.object(as: AugmentationObject.self) { return .image(object.change) }
            }
            guard step.isCallable else {
                throw failure(
                    parameter,
                    takes: "a function of a batch, or a list such as [random_crop(28, padding=4), random_flip]")
            }
            return .function(TrainFunctions(interpreter).augmentation(step))
        }
    }
}

extension Batch {
    /// Its examples, records of x and y.
    func examples() throws -> [Value] {
        let (x, y) = (Value.tensor(try self.x.copy()), try self.y.map { Value.tensor(try $0.copy()) })
        return try (0..<count).map { place in
            let place = [Subscript.value(.integer(place))]
            return .record(Record([("x", try x.element(place)), ("y", try y?.element(place) ?? .none)]))
        }
    }
}

extension TrainFunctions {
    /// A change of batches by a function of the script, whose random numbers come from the key of the batch.
    func augmentation(_ function: Value) -> BatchFunction {
        change("augment", function) { batch in
            // What the function keeps outlives the batch, whose memory is used again.
            .record(
                Record([
                    ("x", .tensor(try batch.x.copy())), ("y", try batch.y.map { .tensor(try $0.copy()) } ?? .none),
                ]))
        }
    }

    /// Batches that a function of the script makes of the list of their examples.
    func collation(_ function: Value) -> BatchFunction {
        change("collate", function) { .list(try $0.examples()) }
    }

    private func change(
        _ parameter: String, _ function: Value, _ argument: @escaping (Batch) throws -> Value
    ) -> BatchFunction {
        BatchFunction(text: function.sourceText) { [self] batch, key in
            let interpreter = Interpreter.ofThread.object ?? root
            let streams = interpreter.random
            interpreter.random.start(at: key)
            defer { interpreter.random = streams }
            do {
                let result = try interpreter.call(function, [argument(batch)])
                return try Self.parts(result, of: batch)
            } catch var failure as Failure {
                if !failure.isInterrupt {
                    let examples = batch.indices.prefix(5).map(String.init).joined(separator: ", ")
                    failure.diagnostic.help.append(
                        "`\(parameter)` was called for batch \(batch.index + 1), which has the examples \(examples)"
                            + (batch.count > 5 ? ", ..." : ""))
                }
                throw failure
            }
        }
    }

    private static func parts(_ result: Value, of batch: Batch) throws -> (x: Tensor, y: Tensor?) {
        func tensor(_ value: Value, _ name: String, like given: Tensor?) throws -> Tensor {
            guard let tensor = try value.asVariable(plain: given?.dtype ?? .float32)?.value else {
                throw Failure("the augmentation gave \(value.kindWithArticle) as \(name), which is a tensor")
            }
            // Of a float64 number in a formula.
            let isWide = tensor.dtype == .float64 && given?.dtype == .float32
            return isWide ? try tensor.cast(to: .float32) : tensor
        }
        guard case .record(let record) = result else {
            guard try result.asVariable() != nil else {
                throw Failure(
                    "the augmentation gave \(result.kindWithArticle)",
                    help: "a function of a batch gives its new x, or a record such as {x=batch.x * 0.5, y=batch.y}")
            }
            return (try tensor(result, "x", like: batch.x), batch.y)
        }
        let x = try record["x"].map { try tensor($0, "x", like: batch.x) }
        let y = try record["y"].flatMap { $0.isNone ? nil : try tensor($0, "y", like: batch.y) }
        guard x != nil || y != nil else {
            throw Failure(
                "the augmentation gave a record without x and y", help: "such as {x=batch.x * 0.5, y=batch.y}")
        }
        return (x ?? batch.x, y ?? batch.y)
    }
}
