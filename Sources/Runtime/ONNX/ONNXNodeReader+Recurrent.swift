import ONNX
import TensorCore

extension ONNXNodeReader {
    /// `[T, N, F]` to `[T, directions, N, hidden]`, where the layers of dls take and give `[N, T, ...]`.
    func applyRecurrent() throws {
        let gates = ["LSTM": 4, "GRU": 3, "RNN": 1][node.kind] ?? 1
        let isBidirectional = text("direction", "forward") == "bidirectional"
        let directions = isBidirectional ? 2 : 1
        try require(text("direction", "forward") != "reverse", "the direction \"reverse\" alone")
        try require(integer("layout", 0) == 0, "layout=1")
        try require(node.attribute("clip") == nil, "`clip`")
        try require(integer("input_forget", 0) == 0, "`input_forget`")
        try require(!has(7), "a peephole")
        try require(node.kind != "GRU" || integer("linear_before_reset", 0) == 1, "`linear_before_reset=0`")
        let activations = try cellActivations(directions)
        guard let w = try constant(1), let r = try constant(2), w.rank == 3, r.rank == 3, w.shape[0] == directions,
            r.shape == [directions, w.shape[1], r.shape[2]], w.shape[1] == gates * r.shape[2], r.shape[2] > 0
        else { throw refusal("its weights W and R are not of the file, or do not fit each other") }
        let hidden = r.shape[2]
        let b = try constant(3)
        guard !has(3) || b?.shape == [directions, 2 * gates * hidden] else {
            throw refusal("its biases B are not of the file, or do not fit its weights")
        }
        var weights: [(name: String, value: Tensor)] = []
        for direction in 0..<directions {
            let suffix = "l0" + (direction == 1 ? "_reverse" : "")
            func part(_ tensor: Tensor, from start: Int) throws -> Tensor {
                let own = try tensor.at([.index(direction)])
                return try Tensor.concat(
                    gateOrder.map { gate in
                        let first = start + gate * hidden
                        return try own.at([.slice(start: first, stop: first + hidden, step: 1)])
                    }, axis: 0)
            }
            weights.append(("weight_ih_\(suffix)", try part(w, from: 0)))
            weights.append(("weight_hh_\(suffix)", try part(r, from: 0)))
            guard let b else { continue }
            weights.append(("bias_ih_\(suffix)", try part(b, from: 0)))
            weights.append(("bias_hh_\(suffix)", try part(b, from: gates * hidden)))
        }
        let call = [
            "\(node.kind.lowercased()) \(hidden)", isBidirectional ? "bidirectional=true" : nil,
            b == nil ? "bias=false" : nil, activations == "Relu" ? "nonlinearity=\"relu\"" : nil,
        ].compactMap { $0 }.joined(separator: " ")
        let name = source.layer(layerName, call, weights, inputShapes: [[-1, -1, w.shape[2]]])
        try give(name, directions, hidden)
    }

    /// Where ONNX has the gates in the order of dls: `i, f, g, o` of `i, o, f, g`; `r, z, n` of `z, r, n`.
    private var gateOrder: [Int] {
        switch node.kind {
        case "LSTM": [0, 2, 3, 1]
        case "GRU": [1, 0, 2]
        default: [0]
        }
    }

    private func cellActivations(_ directions: Int) throws -> String {
        let standard = ["LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]][node.kind] ?? ["Tanh"]
        guard case .texts(let given)? = node.attribute("activations") else { return standard[0] }
        let repeated = { (names: [String]) in (0..<directions).flatMap { _ in names } }
        if node.kind == "RNN", given == repeated(["Relu"]) { return "Relu" }
        try require(given == repeated(standard), "the activations \(given.joined(separator: ", "))")
        return standard[0]
    }

    private func give(_ layer: String, _ directions: Int, _ hidden: Int) throws {
        let states = node.kind == "LSTM" ? 2 : 1
        var x = "\(try expression()).transpose(0, 1)"
        var isLayer = false
        if case .view(_, _, .swapped(let own)) = try operand(0) { (x, isLayer) = (own, true) }
        var initial = ""
        if has(4) {
            initial = ", lengths=\(try expression(4))"
            isLayer = false
        }
        if try (5..<5 + states).contains(where: { try has($0) && !isZero($0) }) {
            let given = try (5..<5 + states).map { try expression($0) }
            initial += ", state=" + (states == 2 ? "[\(given.joined(separator: ", "))]" : given[0])
            isLayer = false
        }
        let used = node.outputs.prefix(1 + states).map { !$0.isEmpty && source.isUsed($0) }
        let (y, state) = (source.newValue(), source.newValue())
        let call = "\(layer)(\(x)\(initial))"
        if !used.dropFirst().contains(true) {
            source.add(ONNXStep(outputs: [y], text: "\(call)[0]", input: x, layer: isLayer ? layer : nil))
        } else if !used[0] {
            source.add(ONNXStep(outputs: [state], text: "\(call)[1]"))
        } else {
            source.add(ONNXStep(outputs: [y, state], text: call))
        }
        if let output = node.outputs.first, !output.isEmpty {
            source[output] = .view(
                "\(y).reshape([\(y).shape[0], \(y).shape[1], \(directions), \(hidden)]).permute([1, 2, 0, 3])",
                .float32,
                .sequence(of: y, directions: directions, hidden: hidden))
        }
        for (index, name) in node.outputs.dropFirst().prefix(states).enumerated() where !name.isEmpty {
            source[name] = .tensor(states == 2 ? "\(state)[\(index)]" : state, .float32)
        }
    }

    private func isZero(_ index: Int) throws -> Bool {
        switch try operand(index) {
        case .constant(let value, _): value.doubles().allSatisfy { $0 == 0 }
        case .view(_, _, .filled(let value)): value == 0
        default: false
        }
    }
}
