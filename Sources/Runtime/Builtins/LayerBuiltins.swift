import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    static let layers: [Builtin] = [
        Builtin(
            "conv(channels, kernel, stride=1, padding=0, dilation=1, groups=1, bias=true, init=none, inputs=none)",
            .layers,
            "A convolution layer, 2-D or 1-D by its input.",
            details: """
                [N, C, H, W] -> [N, channels, (H + 2*padding - dilation*(kernel - 1) - 1) / stride + 1, ...].
                Sizes are numbers or pairs; padding="same" keeps the size. Parameters: weight
                [channels, C / groups, kH, kW], bias [channels]; initial values as in PyTorch's Conv2d. init: see `?linear`.
                inputs: the channels that the input has to have; without it, those of the first input.
                """,
            example: "model m() { conv 8 kernel=5 padding=2 }\nnet = m()\nnet(ones([1, 1, 28, 28])).shape"
        ) { call in
            let padding: Convolution.Padding
            if call.value("padding").asString != nil {
                _ = try call.choice("padding", of: ["same"])
                padding = .same
            } else {
                padding = .zeros(try call.integers("padding"))
            }
            let layer = try Convolution(
                Convolution.Settings(
                    outChannels: try call.integer("channels"), kernel: try call.integers("kernel"),
                    stride: try call.integers("stride"), padding: padding, dilation: try call.integers("dilation"),
                    groups: try call.integer("groups"), hasBias: try call.boolean("bias")))
            layer.initializer = try call.initializer()
            layer.declaredChannels = try call.declaredInputs()
            return .layer(layer)
        },
        pooling("maxpool", .max, "The largest of each window"),
        pooling("avgpool", .average, "The mean of each window"),
        Builtin(
            "global_avg_pool(x=none)", .layers, "The mean of each channel: [N, C, H, W] -> [N, C].",
            details: "Without a tensor it makes a layer.", example: "global_avg_pool(ones([1, 2, 4, 4]))",
            takesOptionalTensorFirst: true
        ) { call in
            try call.applying(GlobalAveragePooling())
        },
        Builtin(
            "linear(features, bias=true, tied=none, init=none, inputs=none)", .layers,
            "A fully connected layer: x @ weight.T + bias on the last axis.",
            details: """
                [..., in] -> [..., features]. Parameters: weight [features, in], bias [features].
                tied: an embedding layer whose table is the weight (Press and Wolf 2017), with as many entries as there are
                features and as many dimensions as the input has; it counts once, and the gradients of both uses add up.
                init: how the weight starts: "kaiming" (normal; "kaiming_uniform"), "xavier" (uniform; "xavier_normal"),
                "orthogonal", "normal", "uniform", "zeros", "ones", a number, {kind="normal", std=0.02},
                {kind="uniform", bound=0.1}, or a function of the shape: init=shape -> randn(shape) * 0.02.
                inputs: the features that the input has to have; without it, those of the first input.
                """,
            example: """
                model m() { linear 10 }
                net = m()
                net(ones([2, 3])).shape
                model language() { enter = embedding 50 16; gru 16; linear 50 tied=enter }
                language()(zeros([1, 4])).shape
                """
        ) { call in
            var tied: Embedding?
            if call.has("tied") {
                tied = call.value("tied").object(as: ModuleObject.self)?.module as? Embedding
                guard tied != nil else { throw call.failure("tied", takes: "an embedding layer") }
            }
            let layer = try Linear(try call.integer("features"), hasBias: try call.boolean("bias"), tied: tied)
            layer.initializer = try call.initializer()
            layer.declaredFeatures = try call.declaredInputs()
            guard tied == nil || layer.initializer == nil else {
                throw Failure(
                    "`linear` takes `tied` or `init`, not both: a tied weight starts as that of its embedding")
            }
            return .layer(layer)
        },
        Builtin(
            "dropout(probability=0.5)", .layers,
            "A layer that zeroes a share of the elements in training and scales up the rest.",
            details:
                "Srivastava et al. 2014. It acts in `train`, in `step` and in `net(x, training=true)`, and after `net.train()` in `net(x)`; elsewhere, and after `net.eval()` in `step`, it changes nothing.",
            example: "model m() { linear 4; dropout 0.3 }\nm()(ones([1, 2])).shape"
        ) { call in .layer(try Dropout(try call.number("probability"))) },
        Builtin(
            "batch_norm(momentum=0.1, eps=0.00001, inputs=none, affine=true, track_running_stats=true)", .layers,
            "A layer that normalises each channel over the batch (Ioffe and Szegedy 2015).",
            details: """
                [N, C, ...] -> the same. Parameters: weight [C], bias [C], but not with affine=false; running_mean and
                running_var beside them, but not with track_running_stats=false: then the batch counts in inference too.
                inputs: the channels that the input has to have; without it, those of the first input.
                """,
            example: "model m() { batch_norm }\nm()(ones([4, 3])).shape"
        ) { call in
            let layer = try BatchNorm(
                momentum: try call.number("momentum"), epsilon: try call.number("eps"),
                isAffine: try call.boolean("affine"), keepsFigures: try call.boolean("track_running_stats"))
            layer.declaredChannels = try call.declaredInputs()
            return .layer(layer)
        },
        Builtin(
            "layer_norm(shape=none, eps=0.00001, affine=true, bias=true)", .layers,
            "A layer that normalises the last axes (Ba, Kiros and Hinton 2016): the last one, or those of `shape`.",
            details:
                "Parameters: weight and bias of that shape; with affine=false none, with bias=false the weight alone.",
            example: "model m() { layer_norm }\nm()(ones([4, 3])).shape"
        ) { call in
            .layer(
                try LayerNorm(
                    shape: try call.optionalIntegers("shape"), epsilon: try call.number("eps"),
                    isAffine: try call.boolean("affine"), hasBias: try call.boolean("bias")))
        },
        Builtin(
            "embedding(entries, dimensions, padding=none, init=none)", .layers,
            "A layer that looks rows of a table up: whole numbers [...] -> [..., dimensions].",
            details:
                "Parameter: weight [entries, dimensions]. The row `padding` is zero and stays so. init: see `?linear`.",
            example: "model m() { embedding 10 4 }\nm()(tensor([1, 2], dtype=\"int64\")).shape"
        ) { call in
            let layer = try Embedding(
                try call.integer("entries"), try call.integer("dimensions"),
                paddingIndex: try call.optionalInteger("padding"))
            layer.initializer = try call.initializer()
            return .layer(layer)
        },
    ]

    private static func pooling(_ name: String, _ function: Pooling.Function, _ summary: String) -> Builtin {
        let counts = function == .max ? "" : ", count_include_pad=true"
        return Builtin(
            "\(name)(x=none, size, stride=none, padding=0, ceil_mode=false\(counts))", .layers,
            "\(summary): [N, C, H, W] -> [N, C, (H + 2*padding - size) / stride + 1, ...].",
            details: """
                Without a tensor it makes a layer, as in `\(name) 2`. The stride is the size unless given. ceil_mode=true keeps
                windows that reach beyond the end.\(function == .max ? "" : " Padding counts as zeros unless count_include_pad is false.")
                """,
            example: "model m() { \(name) 2 }\nm()(ones([1, 1, 4, 4])).shape", takesOptionalTensorFirst: true,
            takesSizesAfterTensor: true
        ) { call in
            try call.applying(
                Pooling(
                    function, size: try call.integers("size"), stride: try call.optionalIntegers("stride"),
                    padding: try call.integers("padding"), takesPartial: try call.boolean("ceil_mode"),
                    countsPadding: function == .max ? true : try call.boolean("count_include_pad")))
        }
    }
}

extension Value {
    static func layer(_ module: any Module) -> Value { .object(ModuleObject(module)) }
}

extension Call {
    /// The size that a layer's input is to have, if it was given.
    fileprivate func declaredInputs() throws -> Int? {
        has("inputs") ? try integer("inputs", atLeast: 1) : nil
    }

    /// The layer, or what it gives for the tensor `x` if there is one.
    func applying(_ module: any Module) throws -> Value {
        guard has("x") else { return .layer(module) }
        return Value.outputs(try module([try floatTensor("x")], interpreter.forwardContext))
    }
}
