import Autograd
import NeuralNet
import TensorCore
import Testing

/// Every layer against PyTorch's: outputs, gradients by input and parameters, running figures.
@Suite struct LayerFixtureTests {
    struct Row: Decodable {
        let name: String
        let training: Bool
        let `repeat`: Int
        let input: Fixture.Numbers
        let weights: [String: Fixture.Numbers]
        let output: Fixture.Numbers
        let seed: Fixture.Numbers
        let gradients: [String: Fixture.Numbers]
        let buffers: [String: Fixture.Numbers]
        let inputGradient: Fixture.Numbers?
    }

    static let layers: [String: @Sendable () throws -> any Module] = [
        "conv2d": { try Convolution(.init(outChannels: 3, kernel: [3])) },
        "conv2d_settings": {
            try Convolution(
                .init(
                    outChannels: 6, kernel: [3, 2], stride: [2, 1], padding: .zeros([1, 2]), dilation: [1, 2],
                    groups: 2))
        },
        "conv2d_same": {
            try Convolution(.init(outChannels: 3, kernel: [4], padding: .same, dilation: [2], hasBias: false))
        },
        "conv2d_depthwise": { try Convolution(.init(outChannels: 3, kernel: [3], padding: .zeros([1]), groups: 3)) },
        "conv1d": { try Convolution(.init(outChannels: 4, kernel: [3], stride: [2], padding: .zeros([1]))) },
        "conv1d_same": { try Convolution(.init(outChannels: 2, kernel: [4], padding: .same)) },
        "max_pool2d": { try Pooling(.max, size: [2]) },
        "max_pool2d_settings": { try Pooling(.max, size: [3, 2], stride: [2, 1], padding: [1, 0]) },
        "max_pool1d": { try Pooling(.max, size: [3], stride: [2], padding: [1]) },
        "avg_pool2d": { try Pooling(.average, size: [2]) },
        "avg_pool2d_settings": { try Pooling(.average, size: [3], stride: [2], padding: [1]) },
        "avg_pool1d": { try Pooling(.average, size: [3], stride: [2], padding: [1]) },
        "global_avg_pool2d": { GlobalAveragePooling() },
        "global_avg_pool1d": { GlobalAveragePooling() },
        "flatten": { Flatten() },
        "linear": { try Linear(4) },
        "linear_no_bias_time": { try Linear(4, hasBias: false) },
        "relu": { Activation(.relu) },
        "leaky_relu": { LeakyReLU(slope: 0.2) },
        "gelu": { Activation(.gelu) },
        "tanh": { Activation(.tanh) },
        "sigmoid": { Activation(.sigmoid) },
        "softmax": { Softmax(axis: -1) },
        "softmax_axis1": { Softmax(axis: 1) },
        "log_softmax": { Softmax(axis: -1, isLog: true) },
        "dropout_inference": { try Dropout(0.3) },
        "batch_norm1d": { try BatchNorm() },
        "batch_norm1d_time": { try BatchNorm() },
        "batch_norm2d": { try BatchNorm(momentum: 0.3, epsilon: 1e-3) },
        "batch_norm2d_inference": { try BatchNorm() },
        "layer_norm": { try LayerNorm() },
        "layer_norm_image": { try LayerNorm(shape: [3, 4], epsilon: 1e-3) },
        "elu": { try ExponentialLinearUnit(.elu(alpha: 0.7)) },
        "celu": { try ExponentialLinearUnit(.celu(alpha: 0.5)) },
        "selu": { try ExponentialLinearUnit(.selu) },
        "silu": { Activation(.silu) },
        "mish": { Activation(.mish) },
        "hardswish": { Activation(.hardSwish) },
        "hardsigmoid": { Activation(.hardSigmoid) },
        "log_sigmoid": { Activation(.logSigmoid) },
        "relu6": { Activation(.relu6) },
        "softsign": { Activation(.softsign) },
        "prelu": { try PReLU() },
        "prelu_channels": { try PReLU(3) },
        "glu": { GatedLinearUnit() },
        "glu_axis1": { GatedLinearUnit(axis: 1) },
        "identity": { Identity() },
        "conv_transpose2d": {
            try TransposedConvolution(.init(outChannels: 2, kernel: [4], stride: [2], padding: .zeros([1])))
        },
        "conv_transpose2d_settings": {
            try TransposedConvolution(
                .init(
                    outChannels: 6, kernel: [3, 2], stride: [3, 2], padding: .zeros([1, 0]), dilation: [1, 2],
                    groups: 2, hasBias: false), outputPadding: [2, 1])
        },
        "conv_transpose1d": {
            try TransposedConvolution(.init(outChannels: 2, kernel: [3], stride: [2]), outputPadding: [1])
        },
        "group_norm": { try GroupNorm(groups: 2) },
        "group_norm_features": { try GroupNorm(groups: 3, epsilon: 1e-3) },
        "instance_norm2d": { try GroupNorm(groups: nil, isAffine: false) },
        "instance_norm1d": { try GroupNorm(groups: nil) },
        "rms_norm": { try RMSNorm() },
        "rms_norm_image": { try RMSNorm(shape: [3, 4], epsilon: 1e-3) },
        "upsample": { try Upsample() },
        "upsample_size": { try Upsample(size: [5, 7]) },
        "upsample_bilinear": { try Upsample(isLinear: true) },
        "upsample_bilinear_size": { try Upsample(size: [7, 2], isLinear: true) },
        "upsample_corners": { try Upsample(scale: [2.5], isLinear: true, alignsCorners: true) },
        "upsample_linear": { try Upsample(scale: [3], isLinear: true) },
        "pixel_shuffle": { try PixelShuffle(2) },
        "adaptive_avgpool2d": { try AdaptivePooling(.average, size: [3, 2]) },
        "adaptive_avgpool2d_whole": { try AdaptivePooling(.average, size: [2]) },
        "adaptive_maxpool2d": { try AdaptivePooling(.max, size: [3, 4]) },
        "adaptive_maxpool1d": { try AdaptivePooling(.max, size: [3]) },
        "max_pool2d_ceil": { try Pooling(.max, size: [3], stride: [2], padding: [1], takesPartial: true) },
        "avg_pool2d_ceil": { try Pooling(.average, size: [3], stride: [2], padding: [1], takesPartial: true) },
        "avg_pool2d_without_padding": {
            try Pooling(.average, size: [3], stride: [2], padding: [1], countsPadding: false)
        },
        "avg_pool1d_ceil": { try Pooling(.average, size: [2], takesPartial: true) },
        "dropout2d_inference": { try Dropout(0.3, byChannel: true) },
        "weight_norm": { try NormalizedWeight(Linear(4), parameter: "weight", rule: .length(axis: 0)) },
        "weight_norm_whole": {
            try NormalizedWeight(
                Convolution(.init(outChannels: 3, kernel: [3])), parameter: "weight", rule: .length(axis: nil))
        },
        "weight_norm_columns": {
            try NormalizedWeight(
                Convolution(.init(outChannels: 3, kernel: [3], hasBias: false)), parameter: "weight",
                rule: .length(axis: 1))
        },
        "spectral_norm": {
            try NormalizedWeight(
                Convolution(.init(outChannels: 3, kernel: [3])), parameter: "weight",
                rule: .spectral(axis: 0, steps: 1, epsilon: 1e-12))
        },
        "spectral_norm_transposed": {
            try NormalizedWeight(
                TransposedConvolution(.init(outChannels: 2, kernel: [3])), parameter: "weight",
                rule: .spectral(axis: 1, steps: 1, epsilon: 1e-12))
        },
        "embedding": { try Embedding(6, 3) },
        "embedding_padding": { try Embedding(6, 3, paddingIndex: 2) },
    ]

    @Test func everyRowHasALayer() throws {
        let rows: [Row] = try Fixture.rows("layers.jsonl")
        #expect(Set(rows.map(\.name)) == Set(Self.layers.keys))
    }

    @Test(arguments: [DType.float64, .float32]) func layersAgreeWithPyTorch(_ dtype: DType) throws {
        for row in try Fixture.rows("layers.jsonl", Row.self) {
            let make = try #require(Self.layers[row.name])
            try check(row, make(), dtype)
        }
    }

    private func check(_ row: Row, _ layer: any Module, _ dtype: DType) throws {
        let limit = tolerance(dtype)
        layer.place.dtype = dtype
        let input = Variable(try row.input.tensor(dtype))
        try layer.build(inputShapes: [input.shape])
        #expect(Set(layer.parameters.map(\.name)) == Set(row.weights.keys), "\(row.name): parameters")
        for parameter in layer.parameters {
            try parameter.set(#require(row.weights[parameter.name]).tensor(dtype), path: parameter.name)
        }
        if !row.training {
            for buffer in layer.buffers {
                try buffer.set(#require(row.buffers[buffer.name]).tensor(dtype), path: buffer.name)
            }
        }
        for _ in 1..<row.repeat { _ = try layer(input, ForwardContext(isTraining: row.training)) }

        try layer.parameters.startRecording()
        // Indices are whole numbers, which have no gradient.
        let hasGradient = input.dtype.isFloatingPoint && !(layer is Embedding)
        let x = hasGradient ? Gradient.leaf(input) : input
        let output = try layer(x, ForwardContext(isTraining: row.training))
        #expect(try layer.outputShapes([row.input.shape]) == [row.output.shape], "\(row.name): shape rule")
        expectClose(output.value, row.output, limit, "\(row.name), output")
        #expect(output.dtype == dtype, "\(row.name): dtype")

        let sum = try (output * Variable(row.seed.tensor(dtype))).sum()
        let variables = (hasGradient ? [x] : []) + layer.parameters.map(\.variable)
        let gradients = try Gradient.compute(sum, withRespectTo: variables)
        if hasGradient {
            expectClose(gradients[0]?.value, row.inputGradient, limit, "\(row.name), gradient by the input")
        }
        for (parameter, gradient) in zip(layer.parameters, gradients.suffix(layer.parameters.count)) {
            expectClose(
                gradient?.value, row.gradients[parameter.name], limit, "\(row.name), gradient by \(parameter.name)")
        }
        for buffer in layer.buffers {
            expectClose(buffer.value, row.buffers[buffer.name], limit, "\(row.name), \(buffer.name)")
        }
    }
}
