import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Parameters of one's own, and those that are not to learn.
    static let parameters: [Builtin] = [
        Builtin(
            "parameter(x, requires_grad=true)", .layers,
            "A tensor that is learnt: a parameter of the model in whose block it gets its name.",
            details: """
                `w = parameter(randn([3]))` in a model's block is saved, counted and trained as `w`, in lists and records too.
                It is used as any tensor is; another name for it is the same parameter, `w + 0` a tensor with its values.
                requires_grad=false: it is saved and not trained, until `w.requires_grad = true`.
                Elsewhere it is for optimizers: `opt = sgd([w, b], lr=0.1)`, then `step opt mse(x @ w + b, y)`.
                """,
            example: """
                model line() {
                  slope = parameter(zeros([1]))
                  fn forward(x) = slope * x
                }
                net = line()
                opt = sgd(net, lr=0.1)
                step opt mse(net(ones([4])), ones([4]))
                net.slope
                """
        ) { call in
            let value = try call.tensor("x", plain: .float32)
            try Value.tensor(value).checkConstant("a parameter's first values")
            guard value.dtype.isFloatingPoint else {
                throw Failure(
                    "a parameter has dtype float32 or float64, and got \(value.dtype.name)",
                    help: "convert it first: `parameter(cast(x, \"float32\"))`")
            }
            let own = TensorParameter(Variable(try value.value.copy()))
            if try !call.boolean("requires_grad") { try own.parameter.setFrozen(true) }
            return .tensor(own.variable)
        },
        freezing("freeze", true, "Keeps a model, a part of it or a parameter from learning."),
        freezing("unfreeze", false, "Lets a model, a part of it or a parameter learn again."),
        Builtin(
            "weight_norm(layer, name=\"weight\", dim=0)", .layers,
            "A layer whose weight is a length times a direction, which are learnt apart (Salimans and Kingma 2016).",
            details: """
                weight = g * v / norm(v), with a length for each place of the axis `dim`, or one for all with dim=none. The layer
                starts with the weight that it would have without. Parameters, as in PyTorch's parametrizations:
                parametrizations.weight.original0 (g) and original1 (v); `layer.weight` is the product.
                """,
            example: "model m() { weight_norm(linear(2)); relu }\nnet = m(input=[3])\nlen(parameters(net))"
        ) { call in
            try normalized(call, .length(axis: call.has("dim") ? call.integer("dim") : nil))
        },
        Builtin(
            "spectral_norm(layer, name=\"weight\", n_power_iterations=1, eps=1e-12, dim=none)", .layers,
            "A layer whose weight is divided by its largest singular value (Miyato et al. 2018).",
            details: """
                The weight is taken as a matrix whose rows are the places of the axis `dim`: 0, and 1 for conv_transpose. Its largest
                singular value is estimated by the power method, by n_power_iterations steps in each pass of training. Parameter and
                buffers, as in PyTorch's parametrizations: parametrizations.weight.original, and 0._u and 0._v beside it;
                `layer.weight` is the quotient.
                """,
            example:
                "model m() { spectral_norm(linear(2)); relu }\nnet = m(input=[3])\nnet.linear1.weight.shape"
        ) { call in
            let isTransposed = call.value("layer").object(as: ModuleObject.self)?.module is TransposedConvolution
            return try normalized(
                call,
                .spectral(
                    axis: call.has("dim") ? call.integer("dim") : isTransposed ? 1 : 0,
                    steps: call.integer("n_power_iterations"), epsilon: call.number("eps")))
        },
    ]

    private static func normalized(_ call: Call, _ rule: NormalizedWeight.Rule) throws -> Value {
        guard let layer = call.value("layer").object(as: ModuleObject.self)?.module as? any Layer,
            !(layer is TensorParameter)
        else {
            throw call.failure("layer", takes: "a layer with a weight, such as linear, conv or embedding")
        }
        return .layer(try NormalizedWeight(layer, parameter: call.string("name"), rule: rule))
    }

    private static func freezing(_ name: String, _ isFrozen: Bool, _ summary: String) -> Builtin {
        Builtin(
            "\(name)(model, names=none)", .training, summary,
            details: """
                A layer or a model, `\(name) net.conv1`, or parameters by the beginnings of their names, `\(name) net ["conv1"]`.
                Steps leave frozen parameters as they are. Running figures of batch_norm move all the same in training, as in
                PyTorch.
                """,
            example: "model m() { body = linear 4; relu; linear 2 }\nnet = m(input=[3])\n\(name) net.body"
        ) { call in
            if case .tensor(let tensor) = call.value("model") {
                guard let own = tensor.ownParameter else {
                    throw call.failure("model", takes: "a model, a part of it or a parameter")
                }
                try own.setFrozen(isFrozen)
                return .none
            }
            let object = try call.model("model")
            guard call.has("names") else {
                try object.module.setFrozen(isFrozen)
                return .none
            }
            try object.requireBuilt()
            let names = try call.value("names").asString.map { [$0] } ?? call.strings("names")
            let parameters = object.module.namedParameters
            let chosen = try names.flatMap { name in
                let found = parameters.filter { $0.name == name || $0.name.hasPrefix(name + ".") }
                guard !found.isEmpty else {
                    throw Failure(
                        "\(call.value("model").kindWithArticle) has no parameter or part \"\(name)\"",
                        help: "it has \(parameters.prefix(12).map(\.name).joined(separator: ", "))")
                }
                return found
            }
            for (_, parameter) in chosen { try parameter.setFrozen(isFrozen) }
            return .none
        }
    }
}

extension Value {
    fileprivate var list: [Value]? { if case .list(let elements) = self { elements } else { nil } }

    /// Whether it is `{model=..., lr=...}`, or `{params=..., lr=...}` as in PyTorch.
    fileprivate var isParameterGroup: Bool {
        guard case .record(let record) = self, (record["model"] == nil) != (record["params"] == nil) else {
            return false
        }
        return record.names.allSatisfy { ["model", "params", "lr", "weight_decay"].contains($0) }
    }
}

extension Call {
    private static var mostTrained: Int { 100_000 }

    /// What an optimizer trains: a model or a part of one, or a list or record of these, of tensors and of groups.
    ///
    /// - Parameter rate: The optimizer's, of which those of groups are shares.
    func trained(
        _ parameter: String, rate: Double
    ) throws -> (module: any Module, model: ModuleObject?, groups: [OptimizerGroup]) {
        let value = value(parameter)
        if case .object(let parameters as any ParametersOfModel) = value {
            return (parameters.model.module, parameters.model, [])
        }
        // A list that holds itself many times over has more places than can be gone through.
        guard value.partCount(limit: Self.mostTrained) <= Self.mostTrained else {
            throw Failure(
                "the list of what is trained has more than \(Self.mostTrained) places",
                help: "give each model, layer and tensor once")
        }
        if value.object(as: ModuleObject.self) != nil {
            let object = try model(parameter)
            return (object.module, object, [])
        }
        guard let elements = value.list, elements.contains(where: \.isParameterGroup) else {
            return (try module(of: value, parameter, depth: 0), nil, [])
        }
        let groups = try elements.map { try group($0, parameter, rate: rate) }
        let parts = groups.enumerated().map { (name: "\($0.offset)", module: $0.element.module) }
        return (ParameterSet(parts), nil, groups)
    }

    private func group(_ value: Value, _ parameter: String, rate: Double) throws -> OptimizerGroup {
        guard value.isParameterGroup, case .record(let record) = value,
            let members = record["model"] ?? record["params"]
        else {
            return OptimizerGroup(try module(of: value, parameter, depth: 0))
        }
        func number(_ setting: String) throws -> Double? {
            guard let given = record[setting] else { return nil }
            guard let number = given.asNumber, number >= 0, number.isFinite else {
                throw Failure("`\(setting)` of a group is a number of at least 0, not \(given.shortText)")
            }
            return number
        }
        let own = try number("lr")
        guard rate > 0 || own == nil else {
            throw Failure(
                "`lr` of a group is a share of the optimizer's, which is 0", help: "give \(name) an `lr` above 0")
        }
        return OptimizerGroup(
            try module(of: members, parameter, depth: 0), rateShare: own.map { $0 / rate } ?? 1,
            weightDecay: try number("weight_decay"))
    }

    private func module(of value: Value, _ parameter: String, depth: Int) throws -> any Module {
        let expected = "a model, a layer, or a list or record of models, layers and tensors"
        guard depth < Value.deepestGroup else {
            throw Failure("lists and records of parameters are nested at most \(Value.deepestGroup) deep")
        }
        switch value {
        case .object(let object as ModuleObject): return object.module
        case .object(let parameters as any ParametersOfModel): return parameters.model.module
        case .tensor(let tensor): return try module(of: tensor)
        case .list(let elements):
            guard !elements.isEmpty else { throw failure(parameter, takes: expected) }
            return ParameterSet(
                try elements.enumerated().map { place, element in
                    ("\(place)", try module(of: element, parameter, depth: depth + 1))
                })
        case .record(let record):
            guard !record.isEmpty else { throw failure(parameter, takes: expected) }
            if record["params"] != nil || record["model"] != nil, record.fields.contains(where: \.value.isNumber) {
                let names = record.names.joined(separator: ", ")
                throw Failure(
                    "a group of parameters has `params`, `lr` and `weight_decay`, and got \(names)",
                    help: "the optimizer has all other settings, for all groups")
            }
            return ParameterSet(
                try record.namedFields().map { ($0.name, try module(of: $0.value, parameter, depth: depth + 1)) })
        default: throw failure(parameter, takes: expected)
        }
    }

    /// A tensor that is none yet becomes a parameter: its names show what the optimizer makes of it.
    private func module(of tensor: Variable) throws -> any Module {
        if let own = tensor.owner as? TensorParameter { return own }
        if let own = tensor.owner as? Parameter { return TensorParameter(sharing: own) }
        try Value.tensor(tensor).checkConstant("what `\(name)` trains")
        guard tensor.dtype.isFloatingPoint else {
            throw Failure(
                "`\(name)` trains tensors of dtype float32 and float64, and got \(tensor.dtype.name)",
                help: "convert it first: `w = cast(w, \"float32\")`")
        }
        guard interpreter.parent == nil else {
            throw Failure(
                "in a sweep, `\(name)` trains models and parameters: others may read this tensor",
                help: "make it in the block: `w = parameter(randn([3]))`")
        }
        return TensorParameter(tensor)
    }
}
