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
            "others": .array(others.map { JSON(["name": .string($0.name), "value": JSON($0.value)]) }),
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
        // Earlier versions had none.
        guard reader.has("others") else { return }
        others = try reader.array("others").map { figure in
            let figure = RecordReader(figure)
            return NamedFigure(name: try figure.string("name"), value: try figure.double("value"))
        }
    }
}

extension Run.Position {
    var json: JSON {
        JSON([
            "epoch": .integer(epoch), "batch": .integer(batch), "loss_sum": JSON(lossSum),
            "targets": .integer(targetCount), "examples": .integer(exampleCount), "right": .integer(right),
            "answers": answerCount.json,
            "lr": JSON(learningRate), "seconds": JSON(seconds), "last_loss": lastLoss.json,
            "figure_sums": .array(figureSums.map { JSON($0) }),
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
        if reader.has("figure_sums") {
            figureSums = try reader.array("figure_sums").map { try RecordReader($0).double() }
        }
    }
}

extension TrainingSettings {
    var json: JSON {
        JSON([
            "epochs": .integer(epochs), "batch": .integer(batchSize), "seed": JSON(seed), "shuffle": .boolean(shuffle),
            "optimizer": optimizer.json, "schedule": schedule.json,
            "monitor": monitor.map { .string($0.rawValue) } ?? .null,
            "patience": patience.json, "best": .boolean(restoresBest), "time": timeLimit.json,
            "metrics": .array(figures.map { JSON(["name": .string($0.name), "text": .string($0.text)]) }),
            "accumulate": .integer(accumulated), "shards": .integer(shards), "drop_last": .boolean(dropsLast),
            "weights": weights.map { .string($0.fingerprint) } ?? .null,
            "augment": augmentation.map { .string($0.text) } ?? .null,
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
        // Earlier versions had none of these.
        if reader.has("metrics") {
            figures = try reader.array("metrics").map { figure in
                let figure = RecordReader(figure)
                return TrainingFigure(name: try figure.string("name"), text: try figure.string("text")) { _, _ in
                    throw Checkpoint.refused("its metrics were functions of the script: give them again")
                }
            }
        }
        if reader.has("accumulate") { accumulated = try reader.integer("accumulate") }
        if reader.has("shards") { shards = try reader.integer("shards") }
        if reader.has("drop_last") { dropsLast = try reader.boolean("drop_last") }
        if reader.has("weights") {
            weights = try reader.optional("weights").map { ExampleWeights(fingerprint: try $0.string()) }
        }
        if reader.has("augment") {
            augmentation = try reader.optional("augment").map { text in
                Augmentation([
                    .function(
                        BatchFunction(text: try text.string()) { _, _ in
                            throw Checkpoint.refused("its examples were changed by `augment`: give it again")
                        })
                ])
            }
        }
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
            algorithm = try Algorithm.adam(constants, isDecoupled: false)
        case "adamw":
            algorithm = try Algorithm.adam(constants, isDecoupled: true)
        case "rmsprop":
            algorithm = .rmsprop(
                alpha: try constants.double("alpha"), epsilon: try constants.double("eps"),
                momentum: try constants.double("momentum"))
        case "adagrad":
            algorithm = .adagrad(
                rateDecay: try constants.double("lr_decay"), initial: try constants.double("initial"),
                epsilon: try constants.double("eps"))
        case "adadelta":
            algorithm = .adadelta(rho: try constants.double("rho"), epsilon: try constants.double("eps"))
        case "nadam":
            algorithm = .nadam(
                beta1: try constants.double("beta1"), beta2: try constants.double("beta2"),
                epsilon: try constants.double("eps"), momentumDecay: try constants.double("momentum_decay"))
        case "lion":
            algorithm = .lion(beta1: try constants.double("beta1"), beta2: try constants.double("beta2"))
        case "adamax":
            algorithm = .adamax(
                beta1: try constants.double("beta1"), beta2: try constants.double("beta2"),
                epsilon: try constants.double("eps"))
        case "radam":
            algorithm = .radam(
                beta1: try constants.double("beta1"), beta2: try constants.double("beta2"),
                epsilon: try constants.double("eps"))
        case "rprop":
            algorithm = .rprop(
                shrinkage: try constants.double("shrinkage"), growth: try constants.double("growth"),
                least: try constants.double("least"), greatest: try constants.double("greatest"))
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
    fileprivate static func adam(_ constants: RecordReader, isDecoupled: Bool) throws -> Self {
        let (beta1, beta2) = (try constants.double("beta1"), try constants.double("beta2"))
        let epsilon = try constants.double("eps")
        if constants.has("amsgrad"), try constants.boolean("amsgrad") {
            return .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: isDecoupled)
        }
        return isDecoupled
            ? .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon) : .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }

    fileprivate var constants: JSON {
        switch self {
        case .sgd(let momentum, let isNesterov):
            JSON(["momentum": JSON(momentum), "nesterov": .boolean(isNesterov)])
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon),
            .adamax(let beta1, let beta2, let epsilon), .radam(let beta1, let beta2, let epsilon):
            JSON(["beta1": JSON(beta1), "beta2": JSON(beta2), "eps": JSON(epsilon)])
        case .rmsprop(let alpha, let epsilon, let momentum):
            JSON(["alpha": JSON(alpha), "eps": JSON(epsilon), "momentum": JSON(momentum)])
        case .amsgrad(let beta1, let beta2, let epsilon, _):
            JSON(["beta1": JSON(beta1), "beta2": JSON(beta2), "eps": JSON(epsilon), "amsgrad": .boolean(true)])
        case .adagrad(let rateDecay, let initial, let epsilon):
            JSON(["lr_decay": JSON(rateDecay), "initial": JSON(initial), "eps": JSON(epsilon)])
        case .adadelta(let rho, let epsilon): JSON(["rho": JSON(rho), "eps": JSON(epsilon)])
        case .nadam(let beta1, let beta2, let epsilon, let momentumDecay):
            JSON([
                "beta1": JSON(beta1), "beta2": JSON(beta2), "eps": JSON(epsilon),
                "momentum_decay": JSON(momentumDecay),
            ])
        case .lion(let beta1, let beta2): JSON(["beta1": JSON(beta1), "beta2": JSON(beta2)])
        case .rprop(let shrinkage, let growth, let least, let greatest):
            JSON([
                "shrinkage": JSON(shrinkage), "growth": JSON(growth), "least": JSON(least), "greatest": JSON(greatest),
            ])
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
        case .restarts(let first, let growth, let minimum):
            JSON([
                "kind": .string("restarts"), "warmup": warmUp.json, "restart": first.json, "growth": JSON(growth),
                "minimum": JSON(minimum),
            ])
        case .milestones(let places, let factor):
            JSON([
                "kind": .string("milestones"), "warmup": warmUp.json, "milestones": .array(places.map(\.json)),
                "factor": JSON(factor),
            ])
        case .polynomial(let power, let minimum):
            JSON([
                "kind": .string("polynomial"), "warmup": warmUp.json, "power": JSON(power), "minimum": JSON(minimum),
            ])
        case .oneCycle(let share, let initial, let final):
            JSON([
                "kind": .string("one_cycle"), "warmup": warmUp.json, "rising": JSON(share), "divide": JSON(initial),
                "final_divide": JSON(final),
            ])
        case .cyclic(let minimum, let up, let down, let halves, let factor):
            JSON([
                "kind": .string("cyclic"), "warmup": warmUp.json, "minimum": JSON(minimum), "up": up.json,
                "down": down.json, "halves": .boolean(halves), "factor": JSON(factor),
            ])
        case .plateau(let plateau):
            JSON([
                "kind": .string("plateau"), "warmup": warmUp.json, "factor": JSON(plateau.factor),
                "patience": .integer(plateau.patience), "threshold": JSON(plateau.threshold),
                "cooldown": .integer(plateau.cooldown), "minimum": JSON(plateau.minimum),
            ])
        case .function(let function):
            JSON(["kind": .string("function"), "warmup": warmUp.json, "text": .string(function.text)])
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
        case "restarts":
            self.init(
                .restarts(
                    first: try Duration(reader("restart")), growth: try reader.double("growth"),
                    minimum: try reader.double("minimum")), warmUp: warmUp)
        case "milestones":
            let places = try reader.array("milestones").map { try Duration(RecordReader($0)) }
            self.init(.milestones(places, factor: try reader.double("factor")), warmUp: warmUp)
        case "polynomial":
            self.init(
                .polynomial(power: try reader.double("power"), minimum: try reader.double("minimum")), warmUp: warmUp)
        case "one_cycle":
            self.init(
                .oneCycle(
                    risingShare: try reader.double("rising"), initialDivisor: try reader.double("divide"),
                    finalDivisor: try reader.double("final_divide")), warmUp: warmUp)
        case "cyclic":
            self.init(
                .cyclic(
                    minimum: try reader.double("minimum"), up: try Duration(reader("up")),
                    down: try Duration(reader("down")), halves: try reader.boolean("halves"),
                    factor: try reader.double("factor")), warmUp: warmUp)
        case "plateau":
            self.init(
                .plateau(
                    Plateau(
                        factor: try reader.double("factor"), patience: try reader.integer("patience"),
                        threshold: try reader.double("threshold"), cooldown: try reader.integer("cooldown"),
                        minimum: try reader.double("minimum"))), warmUp: warmUp)
        case "function":
            // The script has to give it again: what a file holds is only what it was.
            self.init(
                .function(
                    RateFunction(text: try reader.string("text")) { _, _ in
                        throw Checkpoint.refused("its schedule was a function of the script: give it again")
                    }), warmUp: warmUp)
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
                case .numbers: .array(setting.values.map { JSON($0) })
                }
            return JSON.Member(setting.name, value)
        }
        if let script {
            return JSON([
                "name": .string(ScriptLoss.name), "label": .string(script.label), "text": .string(script.text),
            ])
        }
        return JSON(["name": .string(name), "constants": .object(constants)])
    }

    /// Settings that are not there have the values that hold unless others are given.
    init(_ reader: RecordReader) throws {
        let name = try reader.string("name")
        if name == ScriptLoss.name {
            self.init(
                ScriptLoss(label: try reader.string("label"), text: try reader.string("text")) { _, _ in
                    throw Checkpoint.refused("its loss was a function of the script: give it again")
                })
            return
        }
        guard let type = Loss.functions.first(where: { $0.name == name }) else { throw try reader("name").unknown() }
        let constants = try reader("constants")
        var values: [String: [Double]] = [:]
        for setting in type.init().settings {
            guard constants.has(setting.name) else { continue }
            switch setting.kind {
            case .number: values[setting.name] = [try constants.double(setting.name)]
            case .whole: values[setting.name] = [Double(try constants.integer(setting.name))]
            case .truth: values[setting.name] = [try constants.boolean(setting.name) ? 1 : 0]
            case .numbers:
                values[setting.name] = try constants.array(setting.name).map { try RecordReader($0).double() }
            }
        }
        let function = type.init(settings: values)
        guard (try? function.checkSettings()) != nil else { throw try reader("constants").unknown() }
        self.init(function)
    }
}
