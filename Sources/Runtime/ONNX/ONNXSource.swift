import Language
import ONNX
import TensorCore

/// The source text of a model that does what an ONNX graph does, and the weights of its layers.
///
/// Nodes become steps in the order of the graph. Where each step is a layer that takes what the one before gives, the
/// model is a plain list of layers; else its `fn forward` has the steps. Nodes whose inputs are all known are computed
/// here and leave no step.
final class ONNXSource {
    let network: ONNXModel
    private(set) var steps: [ONNXStep] = []
    private(set) var layers: [ONNXLayer] = []
    private var operands: [String: ONNXOperand] = [:]
    /// The shapes that the file tells.
    private let shapes: [String: [ONNXValue.Size]]
    /// How often each value is taken, and the last node that does.
    private var uses: [String: (count: Int, node: Int)] = [:]
    /// Nodes that another node's layer contains, by their outputs.
    private var absorbed: Set<String> = []
    private var valueCount = 0
    /// Names that no layer may take.
    private var taken: Set<String>

    /// - Parameter words: Names that the text may use, such as those of built-in functions.
    /// - Throws: `Failure`: a node that has no counterpart.
    init(_ network: ONNXModel, avoiding words: some Sequence<String>) throws {
        self.network = network
        shapes = Dictionary((network.inputs + network.intermediates).map { ($0.name, $0.shape) }) { first, _ in first }
        taken = Set(words).union(Token.Kind.reservedWords.keys)
        for (name, value) in network.initializers { operands[name] = .constant(value, name: name) }
        for (index, node) in network.nodes.enumerated() {
            for name in node.inputs { uses[name] = ((uses[name]?.count ?? 0) + 1, index) }
        }
        for output in network.outputs { uses[output.name, default: (0, 0)].count += 1 }
        for input in network.inputs { operands[input.name] = .tensor(newValue(), input.dtype) }
        for node in network.nodes where !node.outputs.contains(where: absorbed.contains) {
            try ONNXNodeReader(node, self).translate()
        }
        for output in network.outputs where operands[output.name] == nil {
            throw Failure("no node of the ONNX network gives its output \(quoted(output.name))")
        }
    }

    // MARK: Values

    /// Stands for a value in the text of steps until it has a name.
    func newValue() -> String {
        valueCount += 1
        return "$\(valueCount)$"
    }

    subscript(name: String) -> ONNXOperand? {
        get { operands[name] }
        set { operands[name] = newValue }
    }

    /// The sizes of a value: numbers where the file tells them, else text that asks for them.
    func sizes(of name: String, _ text: String) -> ONNXSizes {
        guard let shape = shapes[name], !shape.isEmpty else { return ONNXSizes(text: "\(text).shape", isList: true) }
        let elements = shape.enumerated().map { axis, size in
            if case .fixed(let count) = size, axis > 0 || count > 1 { "\(count)" } else { "\(text).shape[\(axis)]" }
        }
        return ONNXSizes(elements, isList: true)
    }

    func add(_ step: ONNXStep) { steps.append(step) }

    /// The only node that takes a value, if there is one and no other use.
    func onlyUser(of name: String) -> ONNXNode? {
        guard let use = uses[name], use.count == 1, network.nodes.indices.contains(use.node),
            network.nodes[use.node].inputs.contains(name)
        else { return nil }
        return network.nodes[use.node]
    }

    func isUsed(_ name: String) -> Bool { uses[name] != nil }

    func absorb(_ node: ONNXNode) { absorbed.formUnion(node.outputs) }

    // MARK: Layers

    /// A layer with these weights; the same one where a node has applied it before.
    ///
    /// - Parameters:
    ///   - name: What it is called in the file; its kind and a number where that says nothing.
    ///   - call: The built-in function with its arguments.
    func layer(_ name: String, _ call: String, _ weights: [(name: String, value: Tensor)], inputShapes: [[Int]])
        -> String
    {
        let isSame: (ONNXLayer) -> Bool = { known in
            known.call == call && !weights.isEmpty && known.weights.count == weights.count
                && zip(known.weights, weights).allSatisfy {
                    $0.value.storage === $1.value.storage && $0.value.offset == $1.value.offset
                }
        }
        if let known = layers.first(where: isSame) { return known.name }
        let kind = String(call.prefix { $0 != " " && $0 != "(" })
        let name = unique(name, else: kind)
        layers.append(ONNXLayer(name: name, kind: kind, call: call, weights: weights, inputShapes: inputShapes))
        return name
    }

    /// A name of the language that is like one of the file, and that nothing else has.
    private func unique(_ given: String, else kind: String) -> String {
        let base = ONNXSource.word(given)
        if let base, taken.insert(base).inserted { return base }
        var number = base == nil ? layers.count { $0.kind == kind } + 1 : 2
        while !taken.insert("\(base ?? kind)\(number)").inserted { number += 1 }
        return "\(base ?? kind)\(number)"
    }

    /// A text as a name: `layer1.0.conv1` as `layer1_0_conv1`; `nil` for one that names nothing.
    static func word(_ text: String) -> String? {
        guard !text.contains("::") else { return nil }
        var word: [UInt8] = []
        for byte in text.utf8.prefix(60) {
            let isLetter = (0x41...0x5a).contains(byte & 0xdf) && byte < 0x80
            if isLetter || (0x30...0x39).contains(byte) {
                word.append(byte)
            } else if word.last != 0x5f, !word.isEmpty {
                word.append(0x5f)
            }
        }
        while word.last == 0x5f { word.removeLast() }
        guard let first = word.first, word.count > 1 else { return nil }
        let name = String(decoding: word, as: UTF8.self)
        return first < 0x40 ? "part_\(name)" : name
    }

    // MARK: Text

    /// The definition of the model as a list of layers, and the shapes that it supposes after so many of them; `nil`
    /// where it is none.
    func sequenceText(name: String) throws -> (text: String, shapes: [(count: Int, shape: [Int])])? {
        try sequence(network.outputs.map { try expression(of: $0.name) }).map {
            (Self.model(name, $0.lines), $0.shapes)
        }
    }

    /// The definition of the model with a `forward`.
    func text(name: String) throws -> String {
        let lines = forward(try network.outputs.map { try expression(of: $0.name) })
        return Self.model(name, layers.map { "\($0.name) = \($0.call)" } + lines)
    }

    private static func model(_ name: String, _ lines: [String]) -> String {
        "model \(name)() {\n" + lines.map { "  \($0)\n" }.joined() + "}\n"
    }

    /// The value of an operand as text; a tensor of the file becomes a parameter, or is written out.
    func expression(of name: String) throws -> String {
        switch operands[name] {
        case .tensor(let text, _), .view(let text, _, _): return text
        case .sizes(let sizes): return sizes.text
        case .constant(let value, let name): return try constant(value, name)
        case nil: throw Failure("the ONNX network uses \(quoted(name)), which no node before gives")
        }
    }

    /// The greatest number of elements that the text has written out.
    private static let longestLiteral = 4096

    private func constant(_ value: Tensor, _ name: String) throws -> String {
        if value.count == 1, value.rank <= 1 {
            return value.dtype == .bool
                ? (value.doubles()[0] != 0 ? "true" : "false") : Self.number(value.doubles()[0], value.dtype)
        }
        if value.dtype.isFloatingPoint {
            return layer(
                name, "parameter(zeros(\(value.shape)))", [("", value)], inputShapes: [])
        }
        guard value.count <= Self.longestLiteral else {
            throw Failure(
                "the ONNX network has a constant of \(value.count) whole numbers, \(quoted(name)), and up to \(Self.longestLiteral) can stand in the text of a model"
            )
        }
        let isBoolean = value.dtype == .bool
        let elements = value.integers().map { isBoolean ? ($0 != 0 ? "true" : "false") : "\($0)" }
        let list = "tensor([\(elements.joined(separator: ", "))], dtype=\"\(value.dtype.name)\")"
        return value.rank == 1 ? list : "\(list).reshape(\(value.shape))"
    }

    /// A number as the language reads it.
    static func number(_ value: Double, _ dtype: DType = .float32) -> String {
        let text = dtype == .float32 ? "\(Float(value))" : "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The layers as lines where each takes what the one before gives, and the shapes that are supposed after so many.
    private func sequence(_ outputs: [String]) -> (lines: [String], shapes: [(count: Int, shape: [Int])])? {
        guard network.inputs.count == 1, outputs.count == 1,
            case .tensor(var value, _)? = operands[network.inputs[0].name]
        else { return nil }
        var used: Set<String> = []
        var counts: [String: Int] = [:]
        var lines: [String] = []
        var shapes: [(count: Int, shape: [Int])] = []
        for step in steps {
            guard let line = step.layer, step.input == value else { return nil }
            value = step.outputs[0]
            defer { if let shape = step.supposedShape { shapes.append((lines.count, shape)) } }
            if line.isEmpty { continue }
            guard let layer = layers.first(where: { $0.name == line }) else {
                counts[String(line.prefix { $0 != " " }), default: 0] += 1
                lines.append(line)
                continue
            }
            guard used.insert(layer.name).inserted else { return nil }
            counts[layer.kind, default: 0] += 1
            // The number that it would have anyway.
            let isNumbered = layer.name == "\(layer.kind)\(counts[layer.kind] ?? 0)"
            lines.append(isNumbered ? layer.call : "\(layer.name) = \(layer.call)")
        }
        return value == outputs[0] && used.count == layers.count && !lines.isEmpty ? (lines, shapes) : nil
    }

    /// The lines of `fn forward`.
    private func forward(_ outputs: [String]) -> [String] {
        let inputs = network.inputs.compactMap { input -> (value: String, name: String)? in
            guard case .tensor(let value, _)? = operands[input.name] else { return nil }
            return (value, network.inputs.count == 1 ? "x" : input.name)
        }
        let result = outputs.count == 1 ? outputs[0] : "[\(outputs.joined(separator: ", "))]"
        var writer = ONNXForwardText(avoiding: taken)
        let names = inputs.map { writer.name(input: $0.value, $0.name) }
        return ["fn forward(\(names.joined(separator: ", "))) {"]
            + writer.lines(steps, result: result).map { "  " + $0 } + ["}"]
    }
}

/// What stands for a value of the graph.
enum ONNXOperand {
    /// Text whose value is a tensor.
    case tensor(String, DType)
    /// A tensor of the file, or computed from such, and the name of what it comes from.
    case constant(Tensor, name: String)
    /// The same, and what it is of, for operators that take that instead.
    case view(String, DType, ONNXView)
    /// A number or a list of whole numbers: sizes of tensors, and what is computed from them.
    case sizes(ONNXSizes)
}

/// Sizes of tensors as text.
struct ONNXSizes {
    let text: String
    let isList: Bool
    /// The text of each element, where it is known how many there are; of the number itself where it is no list.
    let elements: [String]?

    init(text: String, isList: Bool) {
        self.text = text
        self.isList = isList
        elements = isList ? nil : [text]
    }

    init(_ elements: [String], isList: Bool) {
        text = isList ? "[\(elements.joined(separator: ", "))]" : elements.first ?? "0"
        self.isList = isList
        self.elements = elements
    }

    /// The numbers, where all are known.
    var known: [Int]? {
        guard let elements else { return nil }
        let numbers = elements.compactMap { Int($0) }
        return numbers.count == elements.count ? numbers : nil
    }
}

/// What a tensor is of.
enum ONNXView {
    /// The transpose of the first two axes of a value.
    case swapped(of: String)
    /// What a recurrent layer of ONNX gives, `[T, directions, N, hidden]`, of `[N, T, directions * hidden]`.
    case sequence(of: String, directions: Int, hidden: Int)
    /// `[N, T, directions, hidden]`, or with the first axes swapped, of the same.
    case parted(of: String, isSwapped: Bool)
    /// One place of an axis of a value, which is kept with size 1.
    case picked(of: String, axis: Int, place: Int)
    /// One number at all places.
    case filled(Double)
}

/// A layer or parameter of the model.
struct ONNXLayer {
    let name: String
    /// The built-in function that makes it.
    let kind: String
    let call: String
    let weights: [(name: String, value: Tensor)]
    /// For what inputs it is built.
    let inputShapes: [[Int]]
}

/// What a node does, as text.
struct ONNXStep {
    /// The values that it gives.
    var outputs: [String]
    var text: String
    /// What it takes, where it is a layer of one tensor.
    var input = ""
    /// The name of its layer, or a line of a model's block that makes one; empty where nothing
    /// is to be done.
    var layer: String?
    /// The shape that its output has to have for the layer to do the same, with -1 for any size.
    var supposedShape: [Int]?
    /// Whether it is a call, that can stand inside any other expression.
    var isCall = true
}
