import Datasets
import NeuralNet

// How settings and figures stand in a checkpoint.

extension Optional<Double> {
    fileprivate var json: JSON { map { JSON($0) } ?? .null }
}

extension Optional<Int> {
    fileprivate var json: JSON { map { .integer($0) } ?? .null }
}

extension EpochFigures {
    var json: JSON {
        JSON([
            "epoch": .integer(epoch), "loss": JSON(loss), "accuracy": accuracy.json, "val_loss": validationLoss.json,
            "val_accuracy": validationAccuracy.json, "val_error_rate": validationErrorRate.json,
            "lr": JSON(learningRate), "seconds": JSON(seconds),
        ])
    }

    init(_ reader: RecordReader) throws {
        self.init(
            epoch: try reader.integer("epoch"), loss: try reader.double("loss"),
            accuracy: try reader.optional("accuracy")?.double(),
            validationLoss: try reader.optional("val_loss")?.double(),
            validationAccuracy: try reader.optional("val_accuracy")?.double(), learningRate: try reader.double("lr"),
            seconds: try reader.double("seconds"),
            validationErrorRate: try reader.optional("val_error_rate")?.double())
    }
}

extension Run.Position {
    var json: JSON {
        JSON([
            "epoch": .integer(epoch), "batch": .integer(batch), "loss_sum": JSON(lossSum),
            "targets": .integer(targetCount), "examples": .integer(exampleCount), "right": .integer(right),
            "answers": answerCount.json,
            "lr": JSON(learningRate), "seconds": JSON(seconds), "last_loss": lastLoss.json,
        ])
    }

    init(_ reader: RecordReader) throws {
        self.init(
            epoch: try reader.integer("epoch"), batch: try reader.integer("batch"),
            lossSum: try reader.double("loss_sum"),
            // Earlier versions weighed the losses of batches by their examples.
            targetCount: try (reader.optional("targets") ?? reader("examples")).integer(),
            exampleCount: try reader.integer("examples"),
            right: try reader.integer("right"), answerCount: try reader.optional("answers")?.integer(),
            learningRate: try reader.double("lr"), seconds: try reader.double("seconds"),
            lastLoss: try reader.optional("last_loss")?.double())
    }
}

extension TrainingSettings {
    var json: JSON {
        JSON([
            "epochs": .integer(epochs), "batch": .integer(batchSize), "seed": JSON(seed), "shuffle": .boolean(shuffle),
            "optimizer": optimizer.json, "schedule": schedule.json,
            "monitor": monitor.map { .string($0.rawValue) } ?? .null,
            "patience": patience.json, "best": .boolean(restoresBest), "time": timeLimit.json,
        ])
    }

    /// The settings without loss and validation, which stand in other places.
    init(_ reader: RecordReader) throws {
        self.init(
            epochs: try reader.integer("epochs"), batchSize: try reader.integer("batch"),
            optimizer: try OptimizerSettings(reader("optimizer")), schedule: try Schedule(reader("schedule")),
            seed: try reader("seed").unsigned(), shuffle: try reader.boolean("shuffle"))
        if let word = try reader.optional("monitor") {
            guard let metric = Metric(rawValue: try word.string()) else { throw word.unknown() }
            monitor = metric
        }
        patience = try reader.optional("patience")?.integer()
        restoresBest = try reader.boolean("best")
        timeLimit = try reader.optional("time")?.double()
        try validate()
    }
}

extension OptimizerSettings {
    fileprivate var json: JSON {
        var clip: Double?
        var clipValue: Double?
        switch clipping {
        case .norm(let limit): clip = limit
        case .value(let limit): clipValue = limit
        case nil: break
        }
        return JSON([
            "name": .string(name), "lr": JSON(learningRate), "weight_decay": JSON(weightDecay), "clip": clip.json,
            "clip_value": clipValue.json, "constants": algorithm.constants,
        ])
    }

    fileprivate init(_ reader: RecordReader) throws {
        let constants = try reader("constants")
        let algorithm: Algorithm
        switch try reader.string("name") {
        case "sgd":
            algorithm = .sgd(
                momentum: try constants.double("momentum"), isNesterov: try constants.boolean("nesterov"))
        case "adam":
            algorithm = .adam(
                beta1: try constants.double("beta1"), beta2: try constants.double("beta2"),
                epsilon: try constants.double("eps"))
        case "adamw":
            algorithm = .adamW(
                beta1: try constants.double("beta1"), beta2: try constants.double("beta2"),
                epsilon: try constants.double("eps"))
        case "rmsprop":
            algorithm = .rmsprop(
                alpha: try constants.double("alpha"), epsilon: try constants.double("eps"),
                momentum: try constants.double("momentum"))
        default: throw try reader("name").unknown()
        }
        let clipping =
            try reader.optional("clip").map { Clipping.norm(try $0.double()) }
            ?? reader.optional("clip_value").map { .value(try $0.double()) }
        self.init(
            algorithm, learningRate: try reader.double("lr"), weightDecay: try reader.double("weight_decay"),
            clipping: clipping)
    }
}

extension OptimizerSettings.Algorithm {
    fileprivate var constants: JSON {
        switch self {
        case .sgd(let momentum, let isNesterov):
            JSON(["momentum": JSON(momentum), "nesterov": .boolean(isNesterov)])
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            JSON(["beta1": JSON(beta1), "beta2": JSON(beta2), "eps": JSON(epsilon)])
        case .rmsprop(let alpha, let epsilon, let momentum):
            JSON(["alpha": JSON(alpha), "eps": JSON(epsilon), "momentum": JSON(momentum)])
        }
    }
}

extension Schedule {
    fileprivate var json: JSON {
        switch shape {
        case .constant: JSON(["kind": .string("constant"), "warmup": warmUp.json])
        case .step(let every, let factor):
            JSON(["kind": .string("step"), "warmup": warmUp.json, "every": every.json, "factor": JSON(factor)])
        case .cosine(let minimum, let total):
            JSON([
                "kind": .string("cosine"), "warmup": warmUp.json, "minimum": JSON(minimum),
                "total": total?.json ?? .null,
            ])
        }
    }

    fileprivate init(_ reader: RecordReader) throws {
        let warmUp = try Duration(reader("warmup"))
        switch try reader.string("kind") {
        case "constant": self.init(.constant, warmUp: warmUp)
        case "step":
            self.init(.step(every: try Duration(reader("every")), factor: try reader.double("factor")), warmUp: warmUp)
        case "cosine":
            self.init(
                .cosine(
                    minimum: try reader.double("minimum"),
                    total: try reader.optional("total").map { try Duration($0) }), warmUp: warmUp)
        default: throw try reader("kind").unknown()
        }
    }
}

extension Schedule.Duration {
    fileprivate var json: JSON {
        switch self {
        case .steps(let count): JSON(["steps": .integer(count), "epochs": .null])
        case .epochs(let count): JSON(["steps": .null, "epochs": JSON(count)])
        }
    }

    fileprivate init(_ reader: RecordReader) throws {
        if let steps = try reader.optional("steps") {
            self = .steps(try steps.integer())
        } else {
            self = .epochs(try reader.double("epochs"))
        }
    }
}

extension Loss {
    var json: JSON {
        let constants = function.settings.map { setting in
            let value: JSON =
                switch setting.kind {
                case .number: JSON(setting.value)
                case .whole: .integer(Int(setting.value))
                case .truth: .boolean(setting.value != 0)
                }
            return JSON.Member(setting.name, value)
        }
        return JSON(["name": .string(name), "constants": .object(constants)])
    }

    /// Settings that are not there have the values that hold unless others are given.
    init(_ reader: RecordReader) throws {
        let name = try reader.string("name")
        guard let type = Loss.functions.first(where: { $0.name == name }) else { throw try reader("name").unknown() }
        let constants = try reader("constants")
        var values: [String: Double] = [:]
        for setting in type.init().settings {
            guard constants.has(setting.name) else { continue }
            switch setting.kind {
            case .number: values[setting.name] = try constants.double(setting.name)
            case .whole: values[setting.name] = Double(try constants.integer(setting.name))
            case .truth: values[setting.name] = try constants.boolean(setting.name) ? 1 : 0
            }
        }
        let function = type.init(settings: values)
        guard (try? function.checkSettings()) != nil else { throw try reader("constants").unknown() }
        self.init(function)
    }
}
