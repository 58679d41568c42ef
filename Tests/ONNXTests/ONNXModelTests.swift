import ONNX
import TensorCore
import Testing

struct ONNXModelTests {
    private func model() throws -> ONNXModel {
        var model = ONNXModel(
            name: "net", opset: 17, producer: ("dls", "1.2"),
            inputs: [ONNXValue(name: "x", dtype: .float32, shape: [.named("batch"), .fixed(3)])],
            outputs: [ONNXValue(name: "y", dtype: .int64, shape: [])],
            nodes: [
                ONNXNode(
                    name: "a", kind: "Gemm", inputs: ["x", "w", ""], outputs: ["y"],
                    attributes: [
                        ("transB", .integer(-1)), ("alpha", .number(0.5)), ("mode", .text("é")),
                        ("pads", .integers([1, 0, 1 << 40])), ("scales", .numbers([1.5, -2])),
                        ("words", .texts(["a", ""])), ("value", .tensor(try Tensor([1.0, 2], shape: [2]))),
                    ])
            ],
            initializers: [
                ("w", try Tensor((0..<6).map { Float($0) }, shape: [2, 3]).transpose(0, 1)),
                ("i", try Tensor([Int64.min, .max], shape: [2])), ("b", try Tensor.ones([3], dtype: .bool)),
                ("u", try Tensor.full([1, 2], 200, dtype: .uint8)), ("s", try Tensor.scalar(2.5, dtype: .float64)),
                ("none", try Tensor.zeros([0, 4])),
            ])
        model.metadata = [("source", "model net() {}")]
        return model
    }

    @Test func comesBackAsItWas() throws {
        let written = try model()
        let read = try ONNXModel(decoding: written.encoded())
        #expect(read.name == "net" && read.opset == 17 && read.producer == ("dls", "1.2"))
        #expect(read.metadata[0] == ("source", "model net() {}"))
        #expect(read.inputs[0].shape == [.named("batch"), .fixed(3)] && read.inputs[0].name == "x")
        #expect(read.outputs[0].dtype == .int64 && read.outputs[0].shape.isEmpty)
        #expect(read.nodes[0].inputs == ["x", "w", ""] && read.nodes[0].outputs == ["y"])
        #expect("\(read.nodes[0].attributes.dropLast())" == "\(written.nodes[0].attributes.dropLast())")
        guard case .tensor(let value) = read.nodes[0].attribute("value") else { throw ONNXTestError() }
        #expect(value.doubles() == [1, 2])
        for (own, other) in zip(written.initializers, read.initializers) {
            #expect(own.name == other.name && own.value.shape == other.value.shape)
            #expect(own.value.dtype == other.value.dtype && own.value.doubles() == other.value.doubles())
        }
        #expect(read.initializers.count == 6)
    }

    /// Whatever byte is another, and wherever it ends: a model or an error.
    @Test func survivesDamage() throws {
        let bytes = try model().encoded()
        for index in bytes.indices {
            for damage in [0x01, 0x80, 0xff] as [UInt8] {
                var damaged = bytes
                damaged[index] ^= damage
                check(damaged, "byte \(index)")
            }
            check(Array(bytes.prefix(index)), "the first \(index)")
        }
    }

    private func check(_ bytes: [UInt8], _ what: String) {
        do { _ = try ONNXModel(decoding: bytes) } catch is ONNXFormatError {} catch is TensorError {} catch {
            Issue.record("\(what): \(error)")
        }
    }

    @Test func saysWhatIsWrong() throws {
        func expect(_ bytes: [UInt8], _ reason: String, at byte: Int?) throws {
            let error = try #require(throws: ONNXFormatError.self) { try ONNXModel(decoding: bytes) }
            #expect(error.reason == reason && error.byte == byte)
        }
        try expect([], "it holds no graph", at: nil)
        try expect([0x3a, 5, 1], "it ends early", at: 3)
        try expect([0x3a] + [UInt8](repeating: 0xff, count: 10), "a number does not end", at: 11)
        try expect([0x3b], "a field is of the unknown kind 3", at: 0)
        try expect([0x00, 1], "a field has no number", at: 0)
    }
}

private struct ONNXTestError: Error {}
