import ONNX
import TensorCore

extension ONNXNodeReader {
    /// Nodes that are layers; false for others.
    func applyLayer() throws -> Bool {
        switch node.kind {
        case "Conv": try convolve()
        case "ConvTranspose": try convolveTransposed()
        case "Gemm": try applyGemm()
        case "MatMul": try applyMatMul()
        case "BatchNormalization": try normalizeBatch()
        case "LayerNormalization": try normalizeLayer()
        case "InstanceNormalization": try normalize("instance_norm eps=\(number(number("epsilon", 1e-5))) affine=true")
        case "GroupNormalization":
            try require(source.network.opset >= 21, "a scale for each group, as before opset 21,")
            try normalize("group_norm \(integer("num_groups", 1)) eps=\(number(number("epsilon", 1e-5)))")
        case "MaxPool": try pool("maxpool")
        case "AveragePool": try pool("avgpool")
        case "GlobalAveragePool": try giveFunction("adaptive_avgpool", ["1"])
        case "GlobalMaxPool": try giveFunction("adaptive_maxpool", ["1"])
        case "Dropout": try dropOut()
        case "PRelu": try applyPReLU()
        case "LRN": try normalizeLocally()
        case "LSTM", "GRU", "RNN": try applyRecurrent()
        case "Gather":
            guard let table = try constant(0), table.rank == 2, table.dtype.isFloatingPoint, integer("axis", 0) == 0,
                case .tensor = try operand(1)
            else { return false }
            try giveLayer(
                "embedding \(table.shape[0]) \(table.shape[1])", [("weight", table)], inputShapes: [[-1, -1]], from: 1)
        default: return false
        }
        return true
    }

    // MARK: Convolution

    /// Zeros at both ends of each axis, which are padded before where they differ.
    private func padding(_ kernel: [Int], _ strides: [Int], _ dilations: [Int]) throws -> (
        both: [Int], before: [[Int]]?
    ) {
        let axes = kernel.count
        var pads = integers("pads") ?? Array(repeating: 0, count: 2 * axes)
        switch text("auto_pad", "NOTSET") {
        case "NOTSET": break
        case "VALID": pads = Array(repeating: 0, count: 2 * axes)
        case let mode:
            try require(strides.allSatisfy { $0 == 1 }, "auto_pad=\(quoted(mode)) with a stride")
            let totals = zip(kernel, dilations).map { ($0 - 1) * $1 }
            let (small, large) = (totals.map { $0 / 2 }, totals.map { $0 - $0 / 2 })
            pads = mode == "SAME_UPPER" ? small + large : large + small
        }
        guard pads.count == 2 * axes, pads.allSatisfy({ (0...1 << 16).contains($0) }) else {
            throw refusal("its `pads` are \(pads)")
        }
        let (starts, ends) = (Array(pads[..<axes]), Array(pads[axes...]))
        if starts == ends { return (starts, nil) }
        return (Array(repeating: 0, count: axes), [[0, 0], [0, 0]] + zip(starts, ends).map { [$0, $1] })
    }

    /// A number for each axis of the kernel.
    private func perAxis(_ name: String, _ axes: Int) throws -> [Int] {
        let values = integers(name) ?? Array(repeating: 1, count: axes)
        guard values.count == axes, values.allSatisfy({ (1...1 << 16).contains($0) }) else {
            throw refusal("its `\(name)` are \(values), and it has \(axes) axes")
        }
        return values
    }

    private func setting(_ name: String, _ values: [Int], unless standard: Int) -> String? {
        values.allSatisfy { $0 == standard } ? nil : "\(name)=\(sizes(values))"
    }

    /// The node as one that pads its input first.
    private func padded(_ x: String, _ before: [[Int]]?, value: String = "0") throws -> String {
        guard let before else { return x }
        let padded = source.newValue()
        let more = value == "0" ? "" : ", value=\(value)"
        source.add(ONNXStep(outputs: [padded], text: "pad(\(x), \(before)\(more))"))
        return padded
    }

    private func convolve() throws {
        guard let weight = try constant(1) else {
            throw refusal("its weights are computed from the input")
        }
        let axes = weight.rank - 2
        try require((1...2).contains(axes), "a convolution over \(axes) axes")
        let kernel = Array(weight.shape.dropFirst(2))
        let (strides, dilations) = (try perAxis("strides", axes), try perAxis("dilations", axes))
        let groups = integer("group", 1)
        let (pads, before) = try padding(kernel, strides, dilations)
        let call = [
            "conv \(weight.shape[0])", "kernel=\(sizes(kernel))", setting("stride", strides, unless: 1),
            setting("padding", pads, unless: 0), setting("dilation", dilations, unless: 1),
            groups == 1 ? nil : "groups=\(groups)", has(2) ? nil : "bias=false",
        ].compactMap { $0 }.joined(separator: " ")
        let (channels, isLarge) = weight.shape[1].multipliedReportingOverflow(by: groups)
        guard groups > 0, !isLarge else { throw refusal("its `group` is \(groups)") }
        let name = source.layer(
            layerName, call, [("weight", weight)] + (try bias(2, weight.shape[0])),
            inputShapes: [[-1, channels] + kernel.map { _ in -1 }])
        let x = try padded(expression(), before)
        try give("\(name)(\(x))", .float32, layer: before == nil ? name : nil, input: x)
    }

    private func bias(_ index: Int, _ count: Int) throws -> [(name: String, value: Tensor)] {
        guard has(index) else { return [] }
        guard let bias = try constant(index), bias.shape == [count] else {
            throw refusal("its bias is not \(count) numbers of the file")
        }
        return [("bias", bias)]
    }

    private func convolveTransposed() throws {
        guard let weight = try constant(1), (3...4).contains(weight.rank) else {
            throw refusal("its weights are not of the file, or over other than one or two axes")
        }
        let axes = weight.rank - 2
        let kernel = Array(weight.shape.dropFirst(2))
        let (strides, dilations) = (try perAxis("strides", axes), try perAxis("dilations", axes))
        try require(node.attribute("output_shape") == nil, "`output_shape`")
        let extra = integers("output_padding") ?? Array(repeating: 0, count: axes)
        let (pads, before) = try padding(kernel, strides, dilations)
        try require(before == nil, "padding that differs between the ends of an axis")
        let groups = integer("group", 1)
        let (count, isLarge) = weight.shape[1].multipliedReportingOverflow(by: groups)
        guard groups > 0, !isLarge else { throw refusal("its `group` is \(groups)") }
        let call = [
            "conv_transpose \(count)", "kernel=\(sizes(kernel))", setting("stride", strides, unless: 1),
            setting("padding", pads, unless: 0), setting("output_padding", extra, unless: 0),
            setting("dilation", dilations, unless: 1), groups == 1 ? nil : "groups=\(groups)",
            has(2) ? nil : "bias=false",
        ].compactMap { $0 }.joined(separator: " ")
        try giveLayer(
            call, [("weight", weight)] + (try bias(2, count)),
            inputShapes: [[-1, weight.shape[0]] + kernel.map { _ in -1 }])
    }

    private func pool(_ name: String) throws {
        guard let size = integers("kernel_shape"), (1...2).contains(size.count) else {
            throw refusal("its `kernel_shape` is not of one or two axes")
        }
        let (strides, dilations) = (try perAxis("strides", size.count), try perAxis("dilations", size.count))
        try require(dilations.allSatisfy { $0 == 1 }, "dilation of a pool")
        let (pads, before) = try padding(size, strides, dilations)
        let countsPadding = integer("count_include_pad", 0) == 1
        let isAverage = name == "avgpool"
        try require(before == nil || !isAverage || countsPadding, "an average over padding that differs between ends")
        let x = try padded(expression(), before, value: isAverage ? "0" : "-inf")
        let arguments = [
            sizes(size), strides == size ? nil : "stride=\(sizes(strides))", setting("padding", pads, unless: 0),
            integer("ceil_mode", 0) == 1 ? "ceil_mode=true" : nil,
            isAverage && !countsPadding && pads.contains { $0 > 0 } ? "count_include_pad=false" : nil,
        ].compactMap { $0 }
        try give(
            "\(name)(\(x), \(arguments.joined(separator: ", ")))",
            layer: before == nil ? "\(name) \(arguments.joined(separator: " "))" : nil, input: x)
    }

    // MARK: Products

    private func applyGemm() throws {
        let (alpha, beta) = (number("alpha", 1), number("beta", 1))
        if let given = try constant(1), given.rank == 2, given.dtype.isFloatingPoint, alpha == 1, beta == 1 || !has(2),
            integer("transA", 0) == 0
        {
            let weight = integer("transB", 0) == 1 ? given : try given.transpose(0, 1)
            let count = weight.shape[0]
            if !has(2) { return try giveLinear(weight, nil) }
            if let bias = try constant(2), bias.count == count || bias.count == 1, bias.rank <= 2 {
                return try giveLinear(
                    weight, bias.count == count ? bias.reshape([count]) : bias.reshape([1]).broadcast(to: [count]))
            }
        }
        var (a, b) = (try expression(0), try expression(1))
        if integer("transA", 0) == 1 { a += ".T" }
        if integer("transB", 0) == 1 { b += ".T" }
        var text = "\(a) @ \(b)"
        if alpha != 1 { text = "\(number(alpha)) * (\(text))" }
        if has(2) { text += beta == 1 ? " + \(try expression(2))" : " + \(number(beta)) * \(try expression(2))" }
        try give(text, isCall: false)
    }

    private func giveLinear(_ weight: Tensor, _ bias: Tensor?) throws {
        try giveLayer(
            "linear \(weight.shape[0])\(bias == nil ? " bias=false" : "")",
            [("weight", weight)] + (bias.map { [("bias", $0)] } ?? []), inputShapes: [[-1, weight.shape[1]]])
    }

    /// A product with weights is a linear layer, and an addition that follows its bias.
    private func applyMatMul() throws {
        guard let weight = try constant(1), weight.rank == 2, weight.dtype.isFloatingPoint
        else { return try give("\(expression(0)) @ \(expression(1))", isCall: false) }
        let transposed = try weight.transpose(0, 1)
        guard let sum = source.onlyUser(of: node.outputs[0]), sum.kind == "Add", sum.inputs.count == 2,
            sum.outputs.count == 1,
            let other = sum.inputs.first(where: { $0 != node.outputs[0] }),
            case .constant(let bias, _)? = source[other], bias.shape == [weight.shape[1]]
        else { return try giveLinear(transposed, nil) }
        source.absorb(sum)
        try giveLinear(transposed, bias)
        source[sum.outputs[0]] = source[node.outputs[0]]
    }

    // MARK: Normalization

    private func normalizeBatch() throws {
        try require(integer("training_mode", 0) == 0, "running in training mode")
        let values = try (1...4).compactMap { try constant($0) }
        guard values.count == 4, let count = values[0].shape.first, values.allSatisfy({ $0.shape == [count] }) else {
            throw refusal("its scale, bias, mean and variance are not all of the file and of one size")
        }
        let (momentum, epsilon) = (1 - number("momentum", 0.9), number("epsilon", 1e-5))
        let call = [
            "batch_norm", abs(momentum - 0.1) < 1e-6 ? nil : "momentum=\(number(momentum))",
            Float(epsilon) == 1e-5 ? nil : "eps=\(number(epsilon))",
        ].compactMap { $0 }.joined(separator: " ")
        let names = ["weight", "bias", "running_mean", "running_var"]
        try giveLayer(call, zip(names, values).map { ($0, $1) }, inputShapes: [[-1, count]])
    }

    private func normalizeLayer() throws {
        guard let weight = try constant(1), weight.dtype.isFloatingPoint else {
            throw refusal("its scale is computed from the input")
        }
        let axis = integer("axis", -1)
        try require(axis >= 0 || -axis == weight.rank, "a scale of other axes than those that are normalized")
        let bias = try constant(2) ?? Tensor.zeros(weight.shape)
        guard bias.shape == weight.shape else { throw refusal("its scale and bias have different shapes") }
        let epsilon = number("epsilon", 1e-5)
        let call = [
            "layer_norm", weight.rank == 1 ? nil : "shape=\(weight.shape)",
            Float(epsilon) == 1e-5 ? nil : "eps=\(number(epsilon))",
        ].compactMap { $0 }.joined(separator: " ")
        try giveLayer(call, [("weight", weight), ("bias", bias)], inputShapes: [[-1] + weight.shape])
    }

    private func normalize(_ call: String) throws {
        guard let weight = try constant(1), let bias = try constant(2), weight.rank == 1, weight.shape == bias.shape
        else {
            throw refusal("its scale and bias are not one number for each channel")
        }
        try giveLayer(
            call, [("weight", weight), ("bias", bias)], inputShapes: [[-1, weight.count, -1, -1]])
    }

    /// `x / (bias + alpha * m) ** beta`, with the mean `m` of the squares of the neighbouring channels.
    private func normalizeLocally() throws {
        let size = integer("size", 1)
        try require((1...1 << 16).contains(size), "the size \(size)")
        let x = try expression()
        // The channels as rows of an image; those beyond an end count as 0.
        let after = size / 2
        let squares =
            "pad(square(\(x)).flatten(2).unsqueeze(1), [[0, 0], [0, 0], [\((size - 1) - after), \(after)], [0, 0]])"
        let mean = "avgpool(\(squares), [\(size), 1], stride=1).reshape(\(x).shape)"
        let (alpha, beta, bias) = (number("alpha", 0.0001), number("beta", 0.75), number("bias", 1))
        try give(
            "\(x) / (\(number(bias)) + \(number(alpha)) * \(mean)) ** \(number(beta))", isCall: false)
    }

    // MARK: Others

    private func dropOut() throws {
        var share = number("ratio", 0.5)
        if has(1) {
            guard let given = try constant(1), given.count == 1 else {
                throw refusal("its ratio is computed from the input")
            }
            share = given.doubles()[0]
        }
        try giveLayer("dropout \(number(share))", [], inputShapes: [])
    }

    private func applyPReLU() throws {
        guard let slopes = try constant(1), slopes.shape.dropFirst().allSatisfy({ $0 == 1 }), slopes.rank > 0 else {
            return try give("where(\(expression()) > 0, \(expression()), \(expression()) * \(expression(1)))")
        }
        let count = slopes.count
        try require(count == 1 || slopes.rank > 1, "a slope for each place of the last axis")
        try giveLayer(
            count == 1 ? "prelu" : "prelu \(count)", [("weight", slopes.reshape([count]))],
            inputShapes: [[-1, count == 1 ? -1 : count]])
    }
}
