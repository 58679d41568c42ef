import ONNX
import TensorCore

extension LinearMap: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let names = try call.inputs.indices.map { try call.input($0) }
        if call.inputs[0].rank == 2 { return call.add("Gemm", names, [("transB", .integer(1))]) }
        let weight = call.add("Transpose", [names[1]], [("perm", .integers([1, 0]))])
        let product = call.add("MatMul", [names[0], weight])
        return names.count > 2 ? call.add("Add", [product, names[2]]) : product
    }
}

extension MatrixProduct: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add(
            "MatMul", [try call.input(0, as: call.output.dtype), try call.input(1, as: call.output.dtype)])
    }
}

extension Einsum: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let names = try call.inputs.indices.map { try call.input($0, as: call.output.dtype) }
        return call.add(
            "Einsum", names, [("equation", .text(inputs.joined(separator: ",") + "->" + output))])
    }
}

extension ConvolutionSettings {
    fileprivate func attributes(kernel: [Int]) -> [(name: String, value: ONNXAttribute)] {
        [
            ("kernel_shape", .integers(kernel)), ("strides", .integers([stride.0, stride.1])),
            ("pads", .integers([padding.0, padding.1, padding.0, padding.1])),
            ("dilations", .integers([dilation.0, dilation.1])), ("group", .integer(groups)),
        ]
    }
}

extension Convolve2D: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let names = try call.inputs.indices.map { try call.input($0) }
        return call.add("Conv", names, settings.attributes(kernel: Array(call.inputs[1].shape.suffix(2))))
    }
}

extension Convolve2DInput: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let kernel = Array(call.inputs[1].shape.suffix(2))
        let strides = [settings.stride.0, settings.stride.1]
        let padding = [settings.padding.0, settings.padding.1]
        let dilation = [settings.dilation.0, settings.dilation.1]
        let extra = (0..<2).map { axis in
            let least =
                (call.inputs[0].shape[axis + 2] - 1) * strides[axis] - 2 * padding[axis]
                + dilation[axis] * (kernel[axis] - 1) + 1
            return shape[axis + 2] - least
        }
        return call.add(
            "ConvTranspose", [try call.input(0), try call.input(1)],
            settings.attributes(kernel: kernel) + [("output_padding", .integers(extra))])
    }
}

extension PoolSettings {
    fileprivate var attributes: [(name: String, value: ONNXAttribute)] {
        [
            ("kernel_shape", .integers([size.0, size.1])), ("strides", .integers([stride.0, stride.1])),
            ("pads", .integers([padding.0, padding.1, padding.0, padding.1])),
        ]
    }
}

extension MaxPool2D: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { call.add("MaxPool", [try call.input()], settings.attributes) }
}

extension AvgPool2D: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("AveragePool", [try call.input()], settings.attributes + [("count_include_pad", .integer(1))])
    }
}

extension Normalization: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let x = try call.input()
        let rank = call.inputs[0].rank
        let places = call.places(axes)
        let shape = places.map { call.inputs[0].shape[$0] }
        let isLast = places == Array(rank - places.count..<rank)
        if isLast, call.inputs.count > 1, hasWeight, call.inputs.dropFirst().allSatisfy({ $0.shape == shape }) {
            return call.add(
                "LayerNormalization", [x] + (try call.inputs.indices.dropFirst().map { try call.input($0) }),
                [("axis", .integer(places[0])), ("epsilon", .number(Float(epsilon)))])
        }
        let axes: (name: String, value: ONNXAttribute) = ("axes", .integers(places))
        let distance = call.add("Sub", [x, call.add("ReduceMean", [x], [axes])])
        let variance = call.add("ReduceMean", [call.add("Mul", [distance, distance])], [axes])
        let deviation = call.add("Sqrt", [call.add("Add", [variance, try call.number(epsilon, call.output.dtype)])])
        var result = call.add("Div", [distance, deviation])
        let isByChannel = call.inputs.dropFirst().allSatisfy { $0.rank == 1 } && places != [rank - 1]
        for (index, input) in call.inputs.enumerated().dropFirst() {
            var factor = try call.input(index)
            if isByChannel {
                let sizes = [input.count] + [Int](repeating: 1, count: max(rank - 2, 0))
                factor = call.add("Reshape", [factor, call.graph.integers(sizes)])
            }
            result = call.add(hasWeight && index == 1 ? "Mul" : "Add", [result, factor])
        }
        return result
    }
}

extension RecurrentLayer: ONNXOperation {
    /// Where ONNX has its gates, by our order: `i, o, f, g` of `i, f, g, o`; `z, r, n` of `r, z, n`.
    private var gateOrder: [Int] {
        switch cell {
        case .lstm: [0, 3, 1, 2]
        case .gru: [1, 0, 2]
        case .tanh, .relu: [0]
        }
    }

    private func reordered(_ tensor: Tensor) throws -> Tensor {
        let size = tensor.shape[0] / cell.gateCount
        return try Tensor.concat(
            gateOrder.map { try tensor.at([.slice(start: $0 * size, stop: ($0 + 1) * size, step: 1)]) }, axis: 0)
    }

    func write(_ call: ONNXCall) throws -> String {
        let graph = call.graph
        let weightCount = hasBias ? 4 : 2
        let weights = (0..<directions).map { direction in
            (0..<weightCount).map { call.inputs[1 + direction * weightCount + $0].value }
        }
        let hidden = weights[0][1].shape[1]
        func stacked(_ name: String, _ parts: ([Tensor]) throws -> Tensor) throws -> String {
            graph.constant(try Tensor.concat(weights.map { try parts($0).unsqueeze(0) }, axis: 0), name)
        }
        let x = call.add("Transpose", [try call.input()], [("perm", .integers([1, 0, 2]))])
        var inputs = [
            x, try stacked("W") { try reordered($0[0]) }, try stacked("R") { try reordered($0[1]) },
            hasBias ? try stacked("B") { try .concat([reordered($0[2]), reordered($0[3])], axis: 0) } : "",
        ]
        // `sequence_lens` is int32.
        inputs.append(
            try givenLengths.map { call.add("Cast", [try graph.name(of: $0)], [("to", .integer(6))]) } ?? "")
        if hasInitial { inputs += try call.inputs.indices.suffix(cell.stateCount).map { try call.input($0) } }
        while inputs.last == "" { inputs.removeLast() }
        var attributes: [(name: String, value: ONNXAttribute)] = [
            ("hidden_size", .integer(hidden)), ("direction", .text(directions == 2 ? "bidirectional" : "forward")),
        ]
        if cell == .gru { attributes.append(("linear_before_reset", .integer(1))) }
        if cell == .relu { attributes.append(("activations", .texts(Array(repeating: "Relu", count: directions)))) }
        let kind = cell == .lstm ? "LSTM" : cell == .gru ? "GRU" : "RNN"
        let results = graph.add(
            kind, inputs, attributes, outputs: ["", "h"] + (cell.stateCount == 2 ? ["c"] : []))
        // [T, directions, N, hidden] -> [N, T, directions, hidden], of which a reshape joins the last two.
        let output = call.add("Transpose", [results[0]], [("perm", .integers([2, 0, 1, 3]))])
        let batch = lengths.batch * directions * hidden
        graph.recurrentParts[results[0]] =
            [(0, output)] + (0..<cell.stateCount).map { (batch * (lengths.time + $0), results[1 + $0]) }
        return results[0]
    }
}
