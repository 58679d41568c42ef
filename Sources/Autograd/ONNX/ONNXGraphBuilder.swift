import ONNX
import TensorCore

/// Makes a graph of ONNX's operators of the operations that a `Recording` has kept.
///
/// Each operation writes its nodes itself (`ONNXOperation`). Numbers that stand in operations and are those of recorded
/// variables, such as indices and masks, are told by the memory that they share.
package final class ONNXGraphBuilder {
    package private(set) var nodes: [ONNXNode] = []
    package private(set) var initializers: [(name: String, value: Tensor)] = []

    /// The name of the layer whose operations are written now, for names and errors.
    private(set) var layer = ""
    private let layerName: ([ObjectIdentifier]) -> String
    private let constantName: (Variable) -> String?
    /// Of what is computed from the inputs, and of constants.
    private var names: [ObjectIdentifier: String] = [:]
    /// Keeps the objects of `names` alive.
    private var known: [Variable] = []
    private var sources: [ObjectIdentifier: [Variable]] = [:]
    private var taken: Set<String> = []
    private var outputs: Set<String> = []
    /// The parts of what a recurrent layer gives, by the name of its node.
    var recurrentParts: [String: [(start: Int, name: String)]] = [:]

    /// - Parameters:
    ///   - layerName: The path of the layer that applied an operation.
    ///   - constantName: The name of a parameter.
    package init(
        layerName: @escaping ([ObjectIdentifier]) -> String, constantName: @escaping (Variable) -> String?
    ) {
        self.layerName = layerName
        self.constantName = constantName
    }

    /// Gives an input of the graph its name.
    package func addInput(_ variable: Variable, name: String) {
        taken.insert(name)
        remember(variable, name)
    }

    private func remember(_ variable: Variable, _ name: String) {
        names[ObjectIdentifier(variable)] = name
        known.append(variable)
        sources[ObjectIdentifier(variable.value.storage), default: []].append(variable)
    }

    /// Writes the operations that a recording has kept, in their order.
    ///
    /// - Parameter write: Writes a variable in another way, and gives its name; `nil` where its operation is to be written.
    /// - Throws: `ONNXExportError`.
    package func add(
        _ recording: Recording, write: (ONNXGraphBuilder, Variable) throws -> String?
    ) throws {
        for variable in recording.kept {
            guard let operation = variable.operation, names[ObjectIdentifier(variable)] == nil else { continue }
            layer = layerName(variable.places)
            if let name = try write(self, variable) {
                remember(variable, name)
                continue
            }
            guard let operation = operation as? any ONNXOperation else {
                throw refusal(of: operation.name, "ONNX has no operator for it, or dls writes none")
            }
            let call = ONNXCall(graph: self, operation: operation.name, inputs: variable.inputs, output: variable)
            remember(variable, try operation.write(call))
        }
    }

    /// Gives an output of the graph its name; a constant, and an input that is given back as it is, get a node for it.
    package func addOutput(_ variable: Variable, name: String) throws {
        let given = try self.name(of: variable)
        guard let maker = nodes.firstIndex(where: { $0.outputs.contains(given) }), !outputs.contains(given) else {
            nodes.append(ONNXNode(name: name, kind: "Identity", inputs: [given], outputs: [name]))
            return
        }
        func renamed(_ other: String) -> String { other == given ? name : other }
        for index in maker..<nodes.count {
            nodes[index].inputs = nodes[index].inputs.map(renamed)
            nodes[index].outputs = nodes[index].outputs.map(renamed)
        }
        names[ObjectIdentifier(variable)] = name
        outputs.insert(name)
    }

    func refusal(of operation: String, _ reason: String) -> ONNXExportError {
        ONNXExportError(operation: operation, layer: layer, reason: reason)
    }

    // MARK: Names

    /// What is known by a name, or a constant that gets one now.
    package func name(of variable: Variable) throws -> String {
        if let name = names[ObjectIdentifier(variable)] { return name }
        if let name = constantName(variable) {
            if taken.insert(name).inserted { initializers.append((name, variable.value)) }
            names[ObjectIdentifier(variable)] = name
            known.append(variable)
            return name
        }
        return try name(of: variable.value)
    }

    /// A recorded variable of these numbers, or a constant of them.
    func name(of tensor: Tensor) throws -> String {
        let alike = (sources[ObjectIdentifier(tensor.storage)] ?? []).filter {
            $0.value.dtype == tensor.dtype && $0.value.offset == tensor.offset && $0.value.count == tensor.count
                && ($0.value.isContiguous && tensor.isContiguous || $0.value.strides == tensor.strides)
        }
        if let same = alike.first(where: { $0.shape == tensor.shape && $0.value.strides == tensor.strides }),
            let name = names[ObjectIdentifier(same)]
        {
            return name
        }
        if let view = alike.first(where: { $0.value.isContiguous }), let name = names[ObjectIdentifier(view)] {
            return add("Reshape", [name, integers(tensor.shape)])
        }
        return constant(tensor)
    }

    package func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }

    package func constant(_ tensor: Tensor, _ name: String = "constant") -> String {
        let name = unique(layer.isEmpty ? name : "\(layer).\(name)")
        initializers.append((name, tensor))
        return name
    }

    func integers(_ values: [Int]) -> String {
        // A vector of so few numbers finds memory, or nothing does.
        guard let tensor = try? Tensor(values.map(Int64.init), shape: [values.count]) else { return "" }
        return constant(tensor, "sizes")
    }

    // MARK: Nodes

    /// Adds a node of one output and returns that one's name.
    @discardableResult
    package func add(
        _ kind: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []
    ) -> String {
        add(kind, inputs, attributes, outputs: [""])[0]
    }

    /// Adds a node of several outputs and returns their names.
    ///
    /// - Parameter outputs: What is added to the node's name for each.
    func add(
        _ kind: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)], outputs: [String]
    ) -> [String] {
        let name = unique(layer.isEmpty ? kind : "\(layer).\(kind)")
        let results = outputs.map { $0.isEmpty ? name : unique("\(name).\($0)") }
        nodes.append(ONNXNode(name: name, kind: kind, inputs: inputs, outputs: results, attributes: attributes))
        return results
    }
}

/// What cannot be written as ONNX.
package struct ONNXExportError: Error {
    package let operation: String
    /// The path of the layer that applies it; empty for the model's own function.
    package let layer: String
    package let reason: String

    package init(operation: String, layer: String, reason: String) {
        self.operation = operation
        self.layer = layer
        self.reason = reason
    }
}

/// An operation that ONNX has operators for.
protocol ONNXOperation: Operation {
    /// Adds the nodes that do the same and returns the name of the result.
    func write(_ call: ONNXCall) throws -> String
}

/// One application of an operation, as it is written.
struct ONNXCall {
    let graph: ONNXGraphBuilder
    let operation: String
    let inputs: [Variable]
    let output: Variable

    func input(_ index: Int = 0) throws -> String { try graph.name(of: inputs[index]) }

    /// An input in another type.
    func input(_ index: Int, as dtype: DType) throws -> String {
        inputs[index].dtype == dtype ? try input(index) : cast(try input(index), to: dtype)
    }

    func cast(_ name: String, to dtype: DType) -> String {
        add("Cast", [name], [("to", .integer(dtype.onnxNumber))])
    }

    func add(
        _ kind: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []
    ) -> String {
        graph.add(kind, inputs, attributes)
    }

    func number(_ value: Double, _ dtype: DType) throws -> String {
        graph.constant(try Tensor.scalar(value, dtype: dtype), "number")
    }

    func refusal(_ reason: String) -> ONNXExportError { graph.refusal(of: operation, reason) }

    /// Axes counted from the front; all where `nil`.
    func places(_ axes: [Int]?) -> [Int] {
        let rank = inputs[0].rank
        return (axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 }
    }

    func place(_ axis: Int) -> Int { axis < 0 ? axis + inputs[0].rank : axis }
}
