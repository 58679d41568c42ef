import Autograd
import NeuralNet
import TensorCore
import Testing

/// The words of every refusal: the layer, both shapes, the axis, what was expected and how to go on.
@Suite struct ShapeErrorTests {
    private func net(_ modules: any Module...) throws -> Model {
        let net = Model("net", place: ModulePlace(key: testKey))
        for module in modules { try net.add(module) }
        return net
    }

    private func zeros(_ shape: [Int], _ dtype: DType = .float32) throws -> Variable {
        Variable(try Tensor.zeros(shape, dtype: dtype))
    }

    @Test func linearAfterImagesNeedsFlatten() throws {
        let message = "linear1 takes 576 features, and its input has shape [8, 16, 6, 6]"
        let help = "put `flatten` before it: 16 * 6 * 6 = 576"
        expectError(message, help: help) { _ = try net(Linear(600))(zeros([8, 16, 6, 6])) }
        let built = try net(Linear(600))
        try built.build(sampleShapes: [[576]])
        expectError(message, help: help) { _ = try built(zeros([8, 16, 6, 6])) }
        expectError(
            "linear1 takes 576 features, and its input has shape [8, 3, 2, 2]",
            help: "put `flatten` before it: 3 * 2 * 2 = 12, and make a new model, because this one was made for 576"
        ) { _ = try built(zeros([8, 3, 2, 2])) }
        // Before any data, where the input's size is given.
        expectError("linear1 takes 576 features, and its input has shape [N, 16, 6, 6]", help: help) {
            try net(Activation(.relu), Linear(600)).build(sampleShapes: [[16, 6, 6]])
        }
        // Rows of sequences are what linear is for, and so is everything outside a sequence.
        #expect(try net(Linear(6))(zeros([8, 16, 6])).shape == [8, 16, 6])
        #expect(try Linear(6)(zeros([8, 16, 6, 6])).shape == [8, 16, 6, 6])
    }

    @Test func otherSizesThanItWasMadeFor() throws {
        let linear = try Linear(5)
        _ = try linear(zeros([2, 3]))
        expectError(
            "linear takes 3 features, and its input has shape [2, 7, 4]",
            help: "axis 2 has 4 features, and linear was made for 3 (weight [5, 3]): give it such inputs, or make "
                + "a new model for these"
        ) { _ = try linear(zeros([2, 7, 4])) }
        expectError("linear takes inputs with at least one axis, and its input is a single number") {
            _ = try linear(zeros([]))
        }
        let conv = try net(Convolution(.init(outChannels: 4, kernel: [3])))
        _ = try conv(zeros([2, 3, 8, 8]))
        expectError(
            "conv1 takes 3 channels, and its input has shape [2, 1, 8, 8]",
            help: "axis 1 has 1 channels, and conv1 was made for 3 (weight [4, 3, 3, 3]): give it such inputs, or "
                + "make a new model for these"
        ) { _ = try conv(zeros([2, 1, 8, 8])) }
        expectError(
            "conv1 takes inputs of shape [N, C, H, W], and its input has shape [2, 3, 8]",
            help: "one sample alone needs a batch axis: x.unsqueeze(0)"
        ) { _ = try conv(zeros([2, 3, 8])) }
        let norm = try net(BatchNorm())
        _ = try norm(zeros([2, 3]))
        expectError(
            "batch_norm1 takes 3 channels, and its input has shape [2, 4]",
            help: "axis 1 has 4 channels, and batch_norm1 was made for 3 (weight [3]): give it such inputs, or make "
                + "a new model for these"
        ) { _ = try norm(zeros([2, 4])) }
        let layerNorm = try LayerNorm(shape: [3, 4])
        expectError(
            "layer_norm takes 4 features, and its input has shape [2, 3, 5]",
            help: "axis 2 has 5 features, and layer_norm was made for 4 (weight [3, 4]): give it such inputs, or "
                + "make a new model for these"
        ) { _ = try layerNorm(zeros([2, 3, 5])) }
        expectError(
            "layer_norm takes inputs of shape [..., 3, 4], and its input has shape [4]",
            help: "the last axes must have the sizes [3, 4], and are [4]"
        ) { _ = try layerNorm(zeros([4])) }
    }

    @Test func ranks() throws {
        let conv = try Convolution(.init(outChannels: 4, kernel: [3, 3]))
        expectError(
            "conv takes inputs of shape [N, C, H, W], and its input has shape [1, 28, 28]",
            help: "one sample alone needs a batch axis: x.unsqueeze(0)"
        ) { _ = try conv(zeros([1, 28, 28])) }
        expectError("max_pool takes inputs of shape [N, C, L] or [N, C, H, W], and its input has shape [2, 2, 2, 2, 2]")
        {
            _ = try Pooling(.max, size: [2])(zeros([2, 2, 2, 2, 2]))
        }
        expectError(
            "global_avg_pool takes inputs of shape [N, C, L] or [N, C, H, W], and its input has shape [2, 3]",
            help: "one sample alone needs a batch axis: x.unsqueeze(0)"
        ) { _ = try GlobalAveragePooling()(zeros([2, 3])) }
        expectError("flatten takes inputs with at least one axis, and its input is a single number") {
            _ = try Flatten()(zeros([]))
        }
        expectError("softmax works along axis 2, and its input has shape [3, 4]") {
            _ = try Softmax(axis: 2)(zeros([3, 4]))
        }
        expectError("relu takes 1 input, and got 2") {
            _ = try Activation(.relu)([zeros([1]), zeros([1])], ForwardContext())
        }
    }

    @Test func windows() throws {
        expectError(
            "conv1 needs at least 5 values along axis 3, and its input has shape [8, 1, 9, 3]",
            help: "axis 3 has 3: use a smaller kernel, less stride before it, or more padding"
        ) { _ = try net(Convolution(.init(outChannels: 2, kernel: [5])))(zeros([8, 1, 9, 3])) }
        expectError(
            "conv1 needs at least 9 values along axis 2, and its input has shape [8, 1, 6] and 2 of padding there",
            help: "axis 2 has 6 + 2 of padding: use a smaller kernel, less stride before it, or more padding"
        ) {
            _ = try net(Convolution(.init(outChannels: 2, kernel: [5], padding: .zeros([1]), dilation: [2])))(
                zeros([8, 1, 6]))
        }
        expectError(
            "conv1 cannot split 3 input channels into 2 groups", help: "the number of groups must divide it: 1, 3"
        ) { _ = try net(Convolution(.init(outChannels: 4, kernel: [1], groups: 2)))(zeros([1, 3, 2, 2])) }
    }

    @Test func values() throws {
        let embedding = try net(Embedding(40, 8))
        expectError(
            "embedding1 has entries 0 to 39, and its input holds the index 40",
            help: "check the indices, or make it larger: 41 entries, not 40"
        ) { _ = try embedding(Variable(Tensor([3, 40]))) }
        expectError("embedding1 has entries 0 to 39, and its input holds the index -1", help: "indices count from 0") {
            _ = try embedding(Variable(Tensor([3, -1])))
        }
        expectError("embedding1 takes whole numbers as indices, and got float32 with fractions") {
            _ = try embedding(Variable(Tensor([1.5 as Float])))
        }
        #expect(try embedding(Variable(Tensor([1, 2] as [Float]))).shape == [2, 8])
        #expect(try embedding(zeros([0, 3], .int64)).shape == [0, 3, 8])
        expectError(
            "batch_norm1 needs more than one value per channel to train, and its input has shape [1, 3]",
            help:
                "give it two examples or more; batches(data, 32, drop_last=true) leaves out a last batch that is not full"
        ) { _ = try net(BatchNorm())(zeros([1, 3]), ForwardContext(isTraining: true)) }
    }

    @Test func settings() {
        let cases: [(String, () throws -> any Module)] = [
            ("conv: channels must be at least 1, not 0", { try Convolution(.init(outChannels: 0, kernel: [3])) }),
            (
                "conv: kernel must be one or two numbers from 1 to 1073741824, not [0]",
                { try Convolution(.init(outChannels: 1, kernel: [0])) }
            ),
            (
                "conv: stride must be one or two numbers from 1 to 1073741824, not [1, 1, 1]",
                { try Convolution(.init(outChannels: 1, kernel: [3], stride: [1, 1, 1])) }
            ),
            (
                "conv: padding must be one or two numbers from 0 to 1073741824, or \"same\", not [-2]",
                { try Convolution(.init(outChannels: 1, kernel: [3], padding: .zeros([-2]))) }
            ),
            (
                "conv: padding must be a number where stride is not 1, not \"same\"",
                { try Convolution(.init(outChannels: 1, kernel: [3], stride: [2], padding: .same)) }
            ),
            (
                "conv: groups must be at least 1, not 0",
                { try Convolution(.init(outChannels: 1, kernel: [3], groups: 0)) }
            ),
            (
                "conv cannot split 3 channels into 2 groups",
                { try Convolution(.init(outChannels: 3, kernel: [3], groups: 2)) }
            ),
            (
                "max_pool: kernel must be one or two numbers from 1 to 1073741824, not []",
                { try Pooling(.max, size: []) }
            ),
            (
                "avg_pool: stride must be one or two numbers from 1 to 1073741824, not [0]",
                { try Pooling(.average, size: [2], stride: [0]) }
            ),
            (
                "max_pool: padding must be at least 0 and at most half of the kernel, not 2",
                { try Pooling(.max, size: [2], padding: [2]) }
            ),
            ("linear: features must be at least 1, not 0", { try Linear(0) }),
            ("dropout: probability must be between 0 and 1, not 1.5", { try Dropout(1.5) }),
            ("dropout: probability must be between 0 and 1, not nan", { try Dropout(.nan) }),
            ("embedding: entries must be at least 1, not 0", { try Embedding(0, 3) }),
            ("embedding: dimensions must be at least 1, not 0", { try Embedding(3, 0) }),
            ("embedding: padding must be one of the 3 entries, not 3", { try Embedding(3, 2, paddingIndex: 3) }),
            ("batch_norm: momentum must be between 0 and 1, not 2", { try BatchNorm(momentum: 2) }),
            (
                "batch_norm: eps must be at least 0 and below 1 (sizes such as the number of channels come from the input), not -1",
                { try BatchNorm(epsilon: -1) }
            ),
            (
                "layer_norm: shape must be the sizes of the last axes, each at least 1, not []",
                { try LayerNorm(shape: []) }
            ),
            (
                "layer_norm: eps must be at least 0 and below 1 (sizes such as the number of channels come from the input), not nan",
                { try LayerNorm(epsilon: .nan) }
            ),
        ]
        for (message, make) in cases {
            do {
                _ = try make()
                Issue.record("no error: \(message)")
            } catch let error as NeuralNetError {
                #expect(error.message == message)
            } catch {
                Issue.record("another error: \(error)")
            }
        }
    }

    @Test func settingsText() throws {
        let cases: [(any Module, String)] = [
            (
                try Convolution(
                    .init(
                        outChannels: 4, kernel: [3, 5], stride: [2], padding: .zeros([1, 2]), dilation: [2], groups: 2,
                        hasBias: false)),
                "4 kernel=[3, 5] stride=2 padding=[1, 2] dilation=2 groups=2 bias=false"
            ),
            (try Convolution(.init(outChannels: 4, kernel: [3], padding: .same)), "4 kernel=3 padding=\"same\""),
            (try Pooling(.max, size: [3], stride: [2], padding: [1]), "3 stride=2 padding=1"),
            (try Linear(4, hasBias: false), "4 bias=false"),
            (LeakyReLU(slope: 0.2), "slope=0.2"),
            (Softmax(axis: 1), "axis=1"),
            (try Embedding(40, 8, paddingIndex: 0), "40 8 padding=0"),
            (try BatchNorm(momentum: 0.2, epsilon: 0.001), "momentum=0.2 eps=0.001"),
            (try LayerNorm(shape: [3, 4]), "[3, 4]"),
            (try Dropout(), "0.5"),
        ]
        for (module, text) in cases { #expect(module.settingsText == text) }
    }
}
