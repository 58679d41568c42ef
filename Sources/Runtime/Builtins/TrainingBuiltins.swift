import Autograd
import Datasets
import NeuralNet
import TensorCore
import Training

private let twoPoints = "net = small()\npoints = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])\n"
private let exampleModel = "model small() { linear 2 }\n" + twoPoints

extension Builtin {
    static let training: [Builtin] = [
        Builtin(
            "train(model, data, epochs=1, lr=none, batch=32, optimizer=\"adam\", schedule=none, loss=none, validate=none, seed=none, clip=none, clip_value=none, weight_decay=none, momentum=0, shuffle=true, patience=none, best=none, monitor=none, time=none, checkpoint=none, every=1, resume=none, metrics=none, on_epoch=none, drop_last=false, weights=none, accumulate=1, shards=1, augment=none, collate=none, plot=none)",
            .training, "Trains a model on a dataset and gives the run: its history, settings and model.",
            details: """
                optimizer: "adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta", "nadam", "lion", "adamax",
                "radam", "rprop".
                loss: "cross_entropy", "nll", "mse", "mae", "huber", "bce", "bce_with_logits", "kl_div", "hinge", "focal", or a
                function of scores and targets that gives one number, or one for each example:
                loss=(s, y) -> cross_entropy(s, y, weight=[1, 5]). Unless given, it is "cross_entropy" for targets that are
                whole numbers and "mse" for others. Where the model has one output for each whole number, these are not classes of
                it: "bce_with_logits" if all are 0 or 1 ("bce" after a sigmoid), else "mse". The label -100 is left out of
                cross_entropy and nll.
                schedule: "constant", "cosine", "linear", "one_cycle" (lr is the peak), or a record, lengths in epochs, each with
                warmup=2 where wanted: {kind="step", every=10, factor=0.5}, {kind="step", milestones=[10, 20]},
                {kind="exponential", factor=0.95}, {kind="polynomial", power=2}, {kind="cosine", restart=10, growth=2},
                {kind="cyclic", minimum=0.001, up=2}, {kind="plateau", factor=0.1, patience=10} (by `monitor`, else by the loss
                in validation); or a function of the step, counted from 0 over all epochs, or of step and epoch, that gives the
                rate: schedule=i -> 0.1 * 0.99 ** i.
                metrics: functions of scores and targets, {mae=(s, y) -> mean(abs(s - y))}, shown and recorded by epoch: in
                training the mean over the batches, in validation, as val_mae, of all examples at once.
                on_epoch: a function that is called after each epoch with the record of its figures; false stops.
                accumulate=4 takes one step for 4 batches, by the mean of their gradients: as batch * 4 in less memory.
                shards=4 computes the gradients of 4 parts of each batch apart and adds them up in a fixed order, so that under
                mpirun 1, 2 and 4 processes train to the same bits (`help mpi`).
                plot=true draws the loss while the model trains, below the progress, and leaves a chart of it. In Jupyter a curve
                is drawn anyway, unless plot=false.
                drop_last=true leaves out a last batch that is not full. weights: a number for each example, by which examples
                are drawn with replacement, or "balanced": each class as often as any other.
                augment: changes of the examples of training, drawn anew in each epoch by the seed: a list of
                random_crop, random_flip, random_rotation, random_erasing, color_jitter and others (`help data`), such as
                [random_crop(28, padding=4), random_flip]; or functions of a batch, the record {x, y}, that give
                the new x, or a record of x and y: augment=b -> b.x + 0.1 * randn_like(b.x). They see images as they
                are before they are normalized, with values from 0 to 1. Validation data stays as it is.
                collate: a function of the list of a batch's examples, records of x and y, that gives the batch, {x=..., y=...}.
                validate: a dataset to evaluate on after each epoch. clip limits the norm of the gradients, clip_value each of
                them.
                Sequences have a class for each step: scores [N, steps, classes] and targets [N, steps]. Pairs of sentences
                are read by the vocabularies of the model, where it has some: other tokens are "unknown" to it.
                How training can end early: Ctrl-C stops after the current batch and keeps the run; `patience=5` stops after 5
                epochs without an improvement; `time="10 min"` stops after that time. best=true gives the model the weights of its best epoch in the
                end, however it ends; it is true where patience is given. Epochs are compared by `monitor`: "val_loss",
                "val_accuracy", "val_error_rate" (of sentences), "loss" or "accuracy"; unless given, by the error rate or
                the accuracy in validation, else by the loss.
                `train net data resume=run` continues a run that stopped, to the same bits as an uninterrupted run.
                checkpoint="folder" keeps the run on the disk, `every` epoch, 2 epochs (2), "500 batches" or "5 min";
                `train net data resume="folder"` continues it after a crash, starts where there is nothing yet, and
                refuses other data, models and settings.
                """,
            example: exampleModel + "run = train net points epochs=2 lr=0.1 batch=2\nrun.ending"
        ) { call in try TrainCall(call).run() },
        Builtin(
            "evaluate(model, data, batch=256, loss=none)", .training,
            "A record of the mean loss, the accuracy (for classes) or error rate (for sentences), the count and seconds.",
            details: "loss: unless given, the one that the model was last trained with, or that `train` would choose.",
            example: exampleModel + "evaluate(net, points).count"
        ) { call in
            let model = try call.network("model")
            let result = try Inference.evaluate(
                model, try call.dataset("data"), loss: try call.optionalLoss("loss"),
                batchSize: try call.integer("batch", atLeast: 1))
            let accuracy = ("accuracy", result.accuracy.map { Value.number($0) } ?? .none)
            return .record(
                Record([
                    ("loss", .number(result.loss)), result.errorRate.map { ("error_rate", .number($0)) } ?? accuracy,
                    ("count", .integer(result.count)), ("seconds", .number(result.seconds)),
                ]))
        },
        Builtin(
            "predict(model, data, output=\"auto\", batch=256)", .training,
            "The model's answers for a dataset or a tensor of examples.",
            details: """
                output: "classes" (the index of the greatest score; of one score alone, whether it is more likely 1 than 0),
                "scores" (the outputs themselves), "probabilities" (their softmax, or sigmoid); "auto" gives classes where the outputs are [N, classes], unless the data's targets are fractions.
                Of sequences, whose outputs are [N, steps, classes], each step has a class. A tensor holds what the model sees, as
                `data.x` does; uint8 is scaled to 0..1.
                """,
            example: exampleModel + "predict(net, points).shape"
        ) { call in try predictions(call) },
        Builtin(
            "confusion(model, data)", .training,
            "How often examples of each class (row) are taken for each class (column): int64 [classes, classes].",
            example: exampleModel + "confusion(net, points).shape"
        ) { call in .tensor(try Inference.confusion(try call.network("model"), try call.dataset("data"))) },
        Builtin(
            "summary(model, input=none)", .training,
            "The layers with their output shapes, numbers of parameters and how these come about.",
            details: "`input` is the size of one example, such as [1, 28, 28], for a model that has seen no data.",
            example: "model small() { linear 2 }\nsummary small() input=[3]"
        ) { call in
            guard let model = try call.model("model").model else {
                throw call.failure("model", takes: "a model, and not a single layer")
            }
            let shapes = try call.optionalIntegers("input").map { [$0] }
            let text = try model.summary(sampleShapes: shapes).text(width: 100)
            try call.interpreter.sink.emit(.report(text + "\n"))
            return .none
        },
        Builtin(
            "parameters(model)", .training, "A table of a model's parameters: name, shape, count and value.",
            details: "Optimizers take it in place of the model: `adam(net.parameters())`.",
            example: "model small() { linear 2 }\nparameters small(input=[3])"
        ) { call in
            let object = try call.model("model")
            return .object(object.module.isBuilt ? try ParameterTable(object) : ParametersToCome(object))
        },
        Builtin(
            "activations(model, x, layer)", .training,
            "What a layer, by its name, gives for an input: a batch, or one example without the batch axis.",
            example: "model small() { hidden = linear 3; relu }\nactivations(small(), ones([1, 2]), \"hidden\").shape"
        ) { call in
            guard let model = try call.model("model").model else { throw call.failure("model", takes: "a model") }
            return .tensor(try model.activations([try call.examples("x").asFractions], layer: try call.string("layer")))
        },
        Builtin(
            "clone(model)", .training,
            "Another model or layer with copies of the weights; of a class's object, another with copies of all that it holds.",
            details:
                "Lists, records and tensors are copies already; the models and objects that they hold are copied too.",
            example: "model small() { linear 2 }\nclone(small(input=[3])).parameter_count"
        ) { call in
            if call.value("model").object(as: ModuleObject.self) == nil {
                return try ObjectCopies.copy(of: call.value("model"))
            }
            let object = try call.model("model")
            return .object(ModuleObject(try ModuleCopies().copy(object.module), definition: object.definition))
        },
    ]

    private static func predictions(_ call: Call) throws -> Value {
        let model = try call.network("model")
        let wanted = try call.choice("output", of: ["auto", "classes", "scores", "probabilities"])
        let batch = try call.integer("batch", atLeast: 1)
        let dataset: Dataset
        if call.value("data").object(as: RuntimeObject.self) != nil {
            dataset = try call.dataset("data")
        } else {
            let x = try call.examples("data")
            // A dataset scales bytes.
            dataset = try Dataset(
                x: try call.batched(x.dtype == .uint8 ? x : x.asFractions, for: model), y: nil, name: "the examples")
        }
        if dataset.pairs != nil, wanted == "auto" {
            return .strings(try TranslationTask.translations(model, dataset))
        }
        let scores = try Inference.outputs(model, dataset, batchSize: batch)
        let labels = dataset.targetShape
        let hasFractions = dataset.targetType?.isFloatingPoint == true
        let isClassifier = scores.rank == 2 && scores.shape[1] > 1 && !hasFractions
        switch wanted == "auto" && isClassifier ? "classes" : wanted {
        case "classes": return .tensor(try Inference.classes(scores, of: model, labels: labels))
        case "probabilities": return .tensor(try Inference.probabilities(scores, of: model, labels: labels))
        default: return .tensor(scores)
        }
    }
}

extension Call {
    func network(_ parameter: String) throws -> Model {
        guard let model = try model(parameter).model else {
            throw failure(parameter, takes: "a model, and not a single layer")
        }
        return model
    }

    /// One example gets the batch axis that models take.
    fileprivate func batched(_ x: Variable, for model: Model) throws -> Tensor {
        guard let shape = model.sampleShapes?.first, shape == x.shape else { return x.value }
        return try x.value.unsqueeze(0)
    }
}
