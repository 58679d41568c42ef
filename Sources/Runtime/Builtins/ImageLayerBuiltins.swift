import NeuralNet
import TensorCore

extension Builtin {
    /// Layers of images beside convolution and pooling.
    static let imageLayers: [Builtin] = [
        Builtin(
            "conv_transpose(channels, kernel, stride=1, padding=0, output_padding=0, dilation=1, groups=1, bias=true, init=none)",
            .layers, "A transposed convolution layer, 2-D or 1-D by its input: it makes images larger.",
            details: """
                [N, C, H, W] -> [N, channels, (H - 1)*stride - 2*padding + dilation*(kernel - 1) + output_padding + 1, ...].
                Parameters: weight [C, channels / groups, kH, kW], bias [channels]; initial values as in PyTorch's
                ConvTranspose2d. init: see `?linear`.
                """,
            example: "model m() { conv_transpose 8 kernel=4 stride=2 padding=1 }\nm()(ones([1, 2, 7, 7])).shape"
        ) { call in
            let layer = try TransposedConvolution(
                Convolution.Settings(
                    outChannels: try call.integer("channels"), kernel: try call.integers("kernel"),
                    stride: try call.integers("stride"), padding: .zeros(try call.integers("padding")),
                    dilation: try call.integers("dilation"), groups: try call.integer("groups"),
                    hasBias: try call.boolean("bias")), outputPadding: try call.integers("output_padding"))
            layer.initializer = try call.initializer()
            return .layer(layer)
        },
        Builtin(
            "upsample(x=none, scale=none, size=none, mode=\"nearest\", align_corners=false)", .layers,
            "Images or sequences made larger: by a factor, or to a size.",
            details: """
                [N, C, H, W] -> [N, C, H * scale, W * scale], and likewise [N, C, L]; scale is 2 unless scale or size is given.
                mode: "nearest" or "bilinear" ("linear" for one axis is the same). Without a tensor it makes a layer.
                """,
            example: "upsample(ones([1, 1, 2, 2]), 2).shape", takesOptionalTensorFirst: true,
            takesSizesAfterTensor: true
        ) { call in
            let mode = try call.choice("mode", of: ["nearest", "bilinear", "linear"])
            let scale = call.has("scale") ? try call.constant("scale").doubles() : nil
            guard scale == nil || !call.has("size") else {
                throw Failure("`upsample` takes `scale` or `size`, not both")
            }
            return try call.applying(
                Upsample(
                    scale: scale, size: try call.optionalIntegers("size"), isLinear: mode != "nearest",
                    alignsCorners: try call.boolean("align_corners")))
        },
        adaptive("adaptive_avgpool", .average, "The mean"),
        adaptive("adaptive_maxpool", .max, "The largest"),
        Builtin(
            "pixel_shuffle(x=none, factor=2)", .layers,
            "Channels made places: [N, C * factor * factor, H, W] -> [N, C, H * factor, W * factor].",
            details: "Without a tensor it makes a layer (Shi et al. 2016).",
            example: "pixel_shuffle(ones([1, 4, 2, 2]), 2).shape", takesOptionalTensorFirst: true
        ) { call in try call.applying(PixelShuffle(try call.integer("factor"))) },
        Builtin(
            "dropout2d(probability=0.5)", .layers,
            "A layer that zeroes a share of the channels in training and scales up the rest.",
            details:
                "Tompson et al. 2015. It acts in `train`, in `step` and in `net(x, training=true)`; elsewhere it changes nothing.",
            example: "model m() { conv 8 kernel=3; dropout2d 0.3 }\nm()(ones([1, 1, 5, 5])).shape"
        ) { call in .layer(try Dropout(try call.number("probability"), byChannel: true)) },
        Builtin(
            "group_norm(groups, eps=0.00001, affine=true)", .layers,
            "A layer that normalises each group of channels of each example (Wu and He 2018).",
            details: "[N, C, ...] -> the same. Parameters: weight [C], bias [C], unless affine is false.",
            example: "model m() { group_norm 2 }\nm()(rand([1, 4, 3, 3])).shape"
        ) { call in
            .layer(
                try GroupNorm(
                    groups: try call.integer("groups"), epsilon: try call.number("eps"),
                    isAffine: try call.boolean("affine")))
        },
        Builtin(
            "instance_norm(eps=0.00001, affine=false)", .layers,
            "A layer that normalises each channel of each example (Ulyanov et al. 2016).",
            details: "[N, C, H, W] or [N, C, L] -> the same. With affine=true it has parameters: weight [C], bias [C].",
            example: "model m() { instance_norm }\nm()(rand([1, 2, 3, 3])).shape"
        ) { call in
            .layer(
                try GroupNorm(
                    groups: nil, epsilon: try call.number("eps"), isAffine: try call.boolean("affine")))
        },
        Builtin(
            "rms_norm(shape=none, eps=none)", .layers,
            "A layer that divides by the root of the mean square over the last axis, or those of `shape`.",
            details:
                "Parameter: weight of that shape. eps is the precision of the type unless given (Zhang and Sennrich 2019).",
            example: "model m() { rms_norm }\nm()(ones([4, 3])).shape"
        ) { call in
            .layer(try RMSNorm(shape: try call.optionalIntegers("shape"), epsilon: try call.optionalNumber("eps")))
        },
    ]

    private static func adaptive(_ name: String, _ function: Pooling.Function, _ what: String) -> Builtin {
        Builtin(
            "\(name)(x=none, size=1)", .layers, "\(what) of as many windows as the result has places.",
            details: """
                [N, C, H, W] -> [N, C, size, size], or a size for each axis; [N, C, L] -> [N, C, size]. Without a tensor it
                makes a layer.
                """,
            example: "\(name)(ones([1, 2, 7, 5]), 3).shape", takesOptionalTensorFirst: true, takesSizesAfterTensor: true
        ) { call in try call.applying(AdaptivePooling(function, size: try call.integers("size"))) }
    }
}

extension Call {
    /// How a weight starts, by the parameter `init`.
    func initializer() throws -> WeightInitializer? {
        guard has("init") else { return nil }
        let value = value("init")
        let names = WeightInitializer.names.map { "\"\($0)\"" }.joined(separator: ", ")
        let expected =
            "one of \(names), a number, a record such as {kind=\"normal\", std=0.02}, or a function of the shape"
        switch value {
        case .number(let number): return .constant(number)
        case .string(let name):
            guard let rule = WeightInitializer(name: name) else { break }
            return rule
        case .record(let record):
            guard let kind = record["kind"]?.asString else { break }
            let setting = ["normal": "std", "uniform": "bound"][kind]
            guard record.names.allSatisfy({ $0 == "kind" || $0 == setting }),
                let rule = WeightInitializer(name: kind)
            else { break }
            guard let setting, let given = record[setting] else { return rule }
            guard let number = given.asNumber, number >= 0, number.isFinite else { break }
            return kind == "normal" ? .normal(deviation: number) : .uniform(bound: number)
        case _ where value.isCallable:
            let interpreter = interpreter
            return .made(
                WeightFunction(text: value.sourceLine) { shape in
                    try interpreter.firstValues(from: value, of: shape)
                })
        default: break
        }
        throw failure("init", takes: expected)
    }
}

extension Interpreter {
    /// What a function of the script makes a weight of.
    fileprivate func firstValues(from function: Value, of shape: [Int]) throws -> Tensor {
        let running = Interpreter.ofThread.object ?? self
        let result = try running.call(function, [.list(shape.map { .integer($0) })])
        guard let tensor = try result.asVariable(plain: .float32)?.value, tensor.shape == shape else {
            let got =
                if case .tensor(let tensor) = result { "a tensor of shape \(tensor.shape)" } else {
                    result.kindWithArticle
                }
            throw Failure("the function given as `init` makes a weight of shape \(shape), and gave \(got)")
        }
        guard tensor.doubles().allSatisfy(\.isFinite) else {
            throw Failure(
                "the function given as `init` gave a weight of shape \(shape) with values that are not finite")
        }
        return tensor
    }
}
