import TensorCore

/// A network in the Open Neural Network Exchange format: a graph of nodes, whose inputs and outputs are known by names.
///
/// - Source: onnx/onnx.proto of github.com/onnx/onnx, version 1.16.
package struct ONNXModel {
    package var name: String
    /// The version of the set of operators that the nodes are of.
    package var opset: Int
    package var producer: (name: String, version: String)
    package var metadata: [(name: String, text: String)] = []
    package var inputs: [ONNXValue]
    package var outputs: [ONNXValue]
    /// What a file says of the values between; it need not say anything.
    package var intermediates: [ONNXValue] = []
    package var nodes: [ONNXNode]
    package var initializers: [(name: String, value: Tensor)]

    package init(
        name: String, opset: Int, producer: (name: String, version: String), inputs: [ONNXValue],
        outputs: [ONNXValue], nodes: [ONNXNode], initializers: [(name: String, value: Tensor)]
    ) {
        self.name = name
        self.opset = opset
        self.producer = producer
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.initializers = initializers
    }
}

/// An operator that is applied.
package struct ONNXNode {
    package var name: String
    /// The operator: `Conv`, `Gemm`, ...
    package var kind: String
    /// Empty where an optional input is left out.
    package var inputs: [String]
    package var outputs: [String]
    package var attributes: [(name: String, value: ONNXAttribute)]

    package init(
        name: String, kind: String, inputs: [String], outputs: [String],
        attributes: [(name: String, value: ONNXAttribute)] = []
    ) {
        self.name = name
        self.kind = kind
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }

    package func attribute(_ name: String) -> ONNXAttribute? { attributes.first { $0.name == name }?.value }
}

package enum ONNXAttribute {
    case integer(Int)
    case number(Float)
    case text(String)
    case integers([Int])
    case numbers([Float])
    case texts([String])
    case tensor(Tensor)
    /// A graph, or another kind that nothing here uses.
    case other
}

/// An input or output of a graph.
package struct ONNXValue {
    package enum Size: Equatable {
        case fixed(Int)
        /// Any size, the same wherever the name stands.
        case named(String)
    }

    package var name: String
    package var dtype: DType
    package var shape: [Size]

    package init(name: String, dtype: DType, shape: [Size]) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
    }
}
