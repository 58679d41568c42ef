import Foundation
import NeuralNet
import ONNX
import Runtime
import TensorCore
import Testing

/// Networks that PyTorch wrote (scripts/fixtures/onnx_fixtures.py), and what is refused.
@Suite struct ONNXImportTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

    private static var networks: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
    }

    @Test(arguments: networks) func answersAsPyTorch(_ name: String) throws {
        let result = run(
            """
            net = load "\(Self.folder)/\(name).onnx"
            data = load "\(Self.folder)/\(name).npz"
            print close(net(data.x), data.y, rtol=0.00001, atol=0.000001)
            labels = tensor([0, 1])
            opt = sgd(net, lr=0.1)
            first = step opt cross_entropy(net(data.x), labels)
            for i in range(8) { last = step opt cross_entropy(net(data.x), labels) }
            print last < first
            """)
        #expect(result == "true\ntrue\n")
    }

    @Test func sequencesAreListsOfLayers() throws {
        let result = run("net = load \"\(Self.folder)/vgg_script.onnx\"\nprint net.source")
        #expect(result.contains("  relu\n  maxpool 2\n  flatten\n") && !result.contains("forward"))
    }

    /// Inputs have the names of `forward`'s parameters, there and back; a weight of the same name keeps its own.
    @Test func inputsAreCalledAsTheParametersOfForward() throws {
        let path = FileManager.default.temporaryDirectory.path + "/dls-onnx-\(UUID().uuidString).onnx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = run(
            """
            model two() {
              scale = parameter(ones([3]))
              part = linear(3)
              fn scaled(x) = x * scale
              fn forward(scale, images, mask=none) = scaled(part(images)) * scale
            }
            net = two()
            y = net(ones([1, 3]), ones([1, 4]))
            save net "\(path)"
            again = load "\(path)"
            print again.source
            print close(again(ones([1, 3]), ones([1, 4])), y)
            """)
        #expect(result.contains(", images)") && result.hasSuffix("true\n"), "\(result)")
        let names = try ONNXModel(decoding: Array(Data(contentsOf: URL(filePath: path)))).inputs.map(\.name)
        #expect(names == ["scale.input", "images"])
    }

    private func run(_ program: String) -> String {
        let result = RuntimeTests.run(program)
        return result.output + (result.failure?.diagnostic.message ?? "")
    }

    private func node(_ kind: String, _ attributes: [(name: String, value: ONNXAttribute)] = []) -> ONNXNode {
        ONNXNode(name: "part", kind: kind, inputs: ["x", "w"], outputs: ["y"], attributes: attributes)
    }

    private func load(
        _ node: ONNXNode, _ weight: Tensor, input: String = "ones([1, 2])", opset: Int = 17
    ) throws -> String {
        let model = ONNXModel(
            name: "net", opset: opset, producer: ("test", "1"),
            inputs: [ONNXValue(name: "x", dtype: .float32, shape: [])],
            outputs: [ONNXValue(name: "y", dtype: .float32, shape: [])], nodes: [node],
            initializers: [("w", weight)])
        let path = FileManager.default.temporaryDirectory.path + "/dls-onnx-\(UUID().uuidString).onnx"
        try Data(model.encoded()).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return run("net = load \"\(path)\"\nprint net(\(input))")
    }

    @Test func refusesByTheNamesOfNodeAndOperator() throws {
        let weight = try Tensor([1, 2] as [Float], shape: [2])
        #expect(
            try load(node("NonMaxSuppression"), weight).contains(
                "\"part\" of the ONNX network, with the operator `NonMaxSuppression`"))
        #expect(try load(node("Pad", [("mode", .text("mirror"))]), weight).contains("the mode \"mirror\""))
        #expect(try load(node("Einsum", [("equation", .text("\"); quit(\""))]), weight).contains("the equation"))
        #expect(try load(node("Conv"), weight).contains("a convolution over -1 axes"))
        #expect(try load(node("Add"), weight).contains("2  3"))
    }

    /// The sum over a channel and its neighbours: 2 of (1, 1), at both ends.
    @Test func normalizesByNeighbouringChannels() throws {
        let settings: [(name: String, value: ONNXAttribute)] = [
            ("size", .integer(3)), ("alpha", .number(1.5)), ("beta", .number(1)), ("bias", .number(1)),
        ]
        let node = ONNXNode(name: "part", kind: "LRN", inputs: ["x"], outputs: ["y"], attributes: settings)
        #expect(try load(node, Tensor([1] as [Float], shape: [1]), input: "ones([1, 2, 1])").contains("0.5"))
    }

    @Test func softmaxOfEarlierVersionsIsOverAllAxesFromOneOn() throws {
        let node = ONNXNode(
            name: "part", kind: "Softmax", inputs: ["x"], outputs: ["y"], attributes: [("axis", .integer(2))])
        let text = try load(node, Tensor([1] as [Float], shape: [1]), input: "ones([1, 2, 2, 2])", opset: 12)
        #expect(text.contains("0.25") && !text.contains("0.5"))
    }
}
