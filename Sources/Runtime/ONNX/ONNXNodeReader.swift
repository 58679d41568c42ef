import ONNX
import TensorCore

/// Reads one node: what it takes, and what it becomes.
struct ONNXNodeReader {
    let node: ONNXNode
    let source: ONNXSource

    init(_ node: ONNXNode, _ source: ONNXSource) {
        self.node = node
        self.source = source
    }

    func translate() throws {
        guard let first = node.outputs.first else { return }
        if let known = try folded() {
            source[first] = known
            return
        }
        guard try applyLayer() || applyShape() || applyFunction() else {
            throw refusal("dls has no counterpart of the operator")
        }
    }

    func refusal(_ reason: String) -> Failure {
        let name = node.name.isEmpty ? node.outputs.first ?? "" : node.name
        return Failure(
            "the node \(quoted(name)) of the ONNX network, with the operator `\(node.kind)`, cannot be read: \(reason)",
            help: "`load_weights(net, ...)` takes the weights into a model that is written by hand")
    }

    // MARK: Attributes

    func integer(_ name: String, _ standard: Int) -> Int {
        if case .integer(let value)? = node.attribute(name) { return value }
        return standard
    }

    func number(_ name: String, _ standard: Float) -> Double {
        if case .number(let value)? = node.attribute(name) { return Double(value) }
        return Double(standard)
    }

    func text(_ name: String, _ standard: String) -> String {
        if case .text(let value)? = node.attribute(name) { return value }
        return standard
    }

    func integers(_ name: String) -> [Int]? {
        if case .integers(let values)? = node.attribute(name) { return values }
        return nil
    }

    /// Says no to a setting that is not the one that has a counterpart.
    func require(_ isMet: Bool, _ what: String) throws {
        guard isMet else { throw refusal("\(what) has no counterpart in dls") }
    }

    // MARK: Inputs

    func has(_ index: Int) -> Bool { index < node.inputs.count && !node.inputs[index].isEmpty }

    func operand(_ index: Int) throws -> ONNXOperand {
        guard has(index) else { throw refusal("its input \(index + 1) is missing") }
        guard let operand = source[node.inputs[index]] else {
            throw refusal("its input \(quoted(node.inputs[index])) comes from no node before it")
        }
        return operand
    }

    func expression(_ index: Int = 0) throws -> String {
        _ = try operand(index)
        return try source.expression(of: node.inputs[index])
    }

    /// A tensor of the file, where the input is one.
    func constant(_ index: Int) throws -> Tensor? {
        guard has(index), case .constant(let value, _) = try operand(index) else { return nil }
        return value
    }

    /// Whole numbers that are known: an input, or the attribute that it was in earlier versions of the operator.
    func knownIntegers(_ index: Int, _ attribute: String) throws -> [Int]? {
        if let values = integers(attribute) { return values }
        guard has(index) else { return nil }
        guard let value = try constant(index) else {
            throw refusal("`\(attribute)` is computed from the input")
        }
        guard value.rank <= 1, !value.dtype.isFloatingPoint else {
            throw refusal("`\(attribute)` is not a list of whole numbers")
        }
        return value.integers()
    }

    func dtype(_ index: Int = 0) throws -> DType {
        switch try operand(index) {
        case .tensor(_, let dtype), .view(_, let dtype, _): dtype
        case .constant(let value, _): value.dtype
        case .sizes: .int64
        }
    }

    // MARK: Outputs

    /// A step that gives the node's first output.
    func give(
        _ text: String, _ dtype: DType? = nil, layer: String? = nil, input: String = "", supposing shape: [Int]? = nil,
        isCall: Bool = true
    ) throws {
        for name in node.outputs.dropFirst() where !name.isEmpty && source.isUsed(name) {
            throw refusal("its output \(quoted(name)) has no counterpart in dls")
        }
        let value = source.newValue()
        source.add(
            ONNXStep(outputs: [value], text: text, input: input, layer: layer, supposedShape: shape, isCall: isCall))
        source[node.outputs[0]] = .tensor(value, try dtype ?? (has(0) ? self.dtype() : .float32))
    }

    /// A layer of one input with weights: it is named after its first weight, or after the node.
    func giveLayer(
        _ call: String, _ weights: [(name: String, value: Tensor)], inputShapes: [[Int]], from index: Int = 0
    ) throws {
        let x = try expression(index)
        let name = source.layer(layerName, call, weights, inputShapes: inputShapes)
        try give("\(name)(\(x))", .float32, layer: name, input: x)
    }

    /// `conv1` of `conv1.weight`, or of a node `/conv1/Conv`.
    var layerName: String {
        for (index, input) in node.inputs.enumerated() {
            guard index > 0 || node.kind == "Gather", case .constant(_, let name)? = source[input],
                let point = name.lastIndex(of: "."), !name.contains("::"),
                ["weight", "bias", "weight_ih_l0", "W"].contains(String(name[name.index(after: point)...]))
            else { continue }
            return String(name[..<point])
        }
        let parts = node.name.split(separator: "/")
        return parts.count > 1 ? parts.dropLast().joined(separator: "_") : ""
    }

    /// A function of one tensor that is a layer too.
    func giveFunction(_ name: String, _ arguments: [String] = [], dtype: DType? = nil) throws {
        let x = try expression()
        let named = arguments.isEmpty ? "" : ", " + arguments.joined(separator: ", ")
        try give(
            "\(name)(\(x)\(named))", dtype, layer: ([name] + arguments).joined(separator: " "), input: x)
    }

    func number(_ value: Double) -> String { ONNXSource.number(value) }

    /// One number for all axes where they are the same.
    func sizes(_ values: [Int]) -> String { Set(values).count == 1 ? "\(values[0])" : "\(values)" }
}
