import Autograd
import NeuralNet
import ONNX
import TensorCore
import Testing

/// What onnxruntime makes of the files is compared by scripts/onnx-check.
struct ONNXExportTests {
    private func model(_ modules: [any Module], _ shape: [Int]) throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        for module in modules { try model.add(module) }
        try model.build(sampleShapes: [shape])
        return model
    }

    @Test func namesAreThoseOfTheLayers() throws {
        let model = try model(
            [
                Convolution(.init(outChannels: 4, kernel: [3])), BatchNorm(), Activation(.relu), Flatten(), Linear(2),
            ], [1, 5, 5])
        let graph = try model.onnx(version: "1")
        #expect(graph.nodes.map(\.kind) == ["Conv", "BatchNormalization", "Relu", "Reshape", "Gemm"])
        #expect(
            graph.nodes.map(\.name) == [
                "conv1.Conv", "batch_norm1.BatchNormalization", "relu1.Relu", "flatten1.Reshape", "linear1.Gemm",
            ])
        #expect(graph.nodes[0].inputs == ["input", "conv1.weight", "conv1.bias"])
        #expect(graph.nodes[4].outputs == ["output"])
        #expect(graph.inputs[0].shape == [.named("batch"), .fixed(1), .fixed(5), .fixed(5)])
        #expect(graph.outputs[0].shape == [.named("batch"), .fixed(2)])
        let sizes = try #require(graph.initializers.first { $0.name == graph.nodes[3].inputs[1] })
        #expect(sizes.value.integers() == [-1, 36])
        #expect(!model.parameters.contains { $0.isRecording })
    }

    @Test func indicesAreAnInput() throws {
        let graph = try model([Embedding(7, 3), Flatten(), Linear(2)], [4]).onnx(version: "1")
        #expect(graph.inputs[0].dtype == .int64)
        #expect(graph.nodes[0].kind == "Gather" && graph.nodes[0].inputs == ["embedding1.weight", "input"])
    }

    /// Lengths and a mask are inputs of their own types, and lengths go to the recurrent layer.
    @Test func lengthsAndMasksAreInputs() throws {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        let reader = try RecurrentStack(.lstm, .init(hidden: 2))
        try model.add(reader)
        model.customForward = { inputs, context in
            let read = try reader.answer([.tensor(inputs[0]), .tensor(inputs[1])], context)[0].tensors[0]
            return [try .select(inputs[2].value, Variable(.scalar(0)), read)]
        }
        let x = Variable(try Tensor.zeros([2, 3, 1]))
        let lengths = Variable(try Tensor([3, 1], shape: [2]))
        let mask = Variable(try Tensor.zeros([2, 3, 1], dtype: .bool))
        _ = try model([x, lengths, mask], ForwardContext())
        let graph = try model.onnx(version: "1")
        #expect(graph.inputs.map(\.dtype) == [.float32, .int64, .bool])
        let cast = try #require(graph.nodes.first { $0.kind == "Cast" })
        #expect(cast.inputs == ["input2"])
        #expect(graph.nodes.first { $0.kind == "LSTM" }?.inputs[4] == cast.outputs[0])
        #expect(graph.nodes.first { $0.kind == "Where" }?.inputs[0] == "input3")
    }

    /// What depends on the input, and no operation tells how, would be a constant.
    @Test func refusesWhatItCannotSee() throws {
        let model = try model([Linear(2)], [3])
        let linear = model.children[0].module
        model.customForward = { inputs, context in
            let greatest = try inputs[0].value.reduced(.max)
            return [try linear(inputs, context)[0] * Variable(greatest)]
        }
        let error = try #require(throws: ONNXExportError.self) { try model.onnx(version: "1") }
        #expect(error.operation == "Mul" && error.reason.contains("computed from the input"))
        model.customForward = { inputs, context in
            let determinant = try inputs[0].matmul(inputs[0].transpose(0, 1)).determinant()
            return [try linear(inputs, context)[0] * determinant]
        }
        #expect(try #require(throws: ONNXExportError.self) { try model.onnx(version: "1") }.operation == "det")
        #expect(!model.parameters.contains { $0.isRecording })
    }
}
