import NeuralNet

private let exampleNet = """
    model m() { linear 1 }
    net = m(input=[3])
    opt = sgd(net, lr=0.1)

    """

extension Builtin {
    /// Averages of a model's weights over its training.
    static let averages: [Builtin] = [
        Builtin(
            "ema(model, decay=0.999)", .training,
            "An exponential average of a model's weights, in a model of its own.",
            details: """
                `update_parameters(average)` after each step, or in `on_epoch`, moves it: decay * average + (1 - decay) * weights; the first
                time it takes the weights as they are. average(x) applies the averaged model, average.model is it, for `evaluate` and `save`.
                Running figures of batch_norm are those of the model.
                """,
            example: exampleNet + """
                average = ema(net, decay=0.9)
                for i in range(3) { step opt mse(net(ones([2, 3])), zeros([2, 1])); average.update_parameters() }
                average.updates
                """
        ) { call in try average(call, decay: call.number("decay")) },
        Builtin(
            "swa(model)", .training,
            "The mean of a model's weights at several times of its training, in a model of its own.",
            details: """
                Each `update_parameters(average)`, such as one an epoch towards the end, takes in the weights of then, all alike (stochastic
                weight averaging, Izmailov et al. 2018). Otherwise as `ema`.
                """,
            example: exampleNet + """
                average = swa(net)
                for i in range(3) { step opt mse(net(ones([2, 3])), zeros([2, 1])); average.update_parameters() }
                average(ones([1, 3])).shape
                """
        ) { call in try average(call, decay: nil) },
        Builtin(
            "update_parameters(average)", .training, "Takes a model's weights of now into their average.",
            details: "`train net data on_epoch=(e -> average.update_parameters())` does it after each epoch.",
            example: exampleNet + "average = swa(net)\nupdate_parameters average\naverage.updates"
        ) { call in
            let object = try call.object("average", as: AverageObject.self, called: "what `ema` or `swa` gives")
            try object.checkOwnership()
            try object.average.update()
            return .none
        },
    ]

    private static func average(_ call: Call, decay: Double?) throws -> Value {
        let object = try call.model("model")
        guard let model = object.model else { throw call.failure("model", takes: "a model, and not a single layer") }
        try object.requireBuilt()
        return .object(AverageObject(try WeightAverage(of: model, decay: decay), definition: object))
    }
}
