import NeuralNet

extension Builtin {
    /// Optimizers that evaluate the loss several times in a step.
    static let quasiNewton: [Builtin] = [
        Builtin(
            "lbfgs(model, lr=1, max_iter=20, max_eval=none, tolerance_grad=0.0000001, tolerance_change=0.000000001, history_size=100)",
            .training, "L-BFGS, for `step`: few, long steps for small models and all of the data at once.",
            details: """
                A step is up to max_iter iterations, each of which evaluates the loss again (max_eval evaluations at most, a quarter more
                than iterations unless given), so it must be the same each time: no batches. It ends early where no gradient is above
                tolerance_grad or nothing changes by more than tolerance_change. No line search: a smaller lr helps where the loss grows.
                history_size: how many changes are remembered. Formulas and defaults as in PyTorch. `train` has no lbfgs.
                """,
            example: """
                x = tensor([[1.0], [2], [3]])
                model m() { linear 1 }
                net = m()
                opt = lbfgs(net)
                step opt mse(net(x), 2 * x + 1);
                mse(net(x), 2 * x + 1) < 0.001
                """
        ) { call in
            var settings = LBFGS.Settings()
            settings.maxIterations = try call.integer("max_iter")
            settings.maxEvaluations = try call.optionalInteger("max_eval")
            settings.gradientTolerance = try call.number("tolerance_grad")
            settings.changeTolerance = try call.number("tolerance_change")
            settings.historySize = try call.integer("history_size")
            let rate = try call.number("lr")
            let (module, model, groups) = try call.trained("model", rate: rate)
            guard groups.isEmpty else {
                throw Failure(
                    "`lbfgs` has one rate for all, and got groups", help: "give a model, or a list of tensors")
            }
            return .object(
                try OptimizerObject(
                    OptimizerSettings(.sgd(), learningRate: rate), for: module, model, groups: [],
                    by: LBFGS(settings)))
        }
    ]
}
