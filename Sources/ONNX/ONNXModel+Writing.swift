import TensorCore

extension ONNXModel {
    /// The version of the format that has the operators of opset 17 and a little beyond.
    private static let formatVersion = 8

    /// The bytes of a file.
    ///
    /// - Throws: `ONNXFormatError` where they would be over 2 GB, which the format cannot hold.
    package func encoded() throws -> [UInt8] {
        let byteCount = initializers.reduce(0) { $0 + $1.value.count * $1.value.dtype.size }
        guard byteCount < 0x7f00_0000 else {
            throw ONNXFormatError("its tensors take \(byteCount) bytes, and the format holds 2 GB")
        }
        var writer = WireWriter()
        writer.integer(1, Self.formatVersion)
        writer.text(2, producer.name)
        writer.text(3, producer.version)
        try writer.message(7) { graph in
            for node in nodes { try graph.message(1) { try $0.node(node) } }
            graph.text(2, name)
            for (name, value) in initializers { try graph.message(5) { try $0.tensor(value, name: name) } }
            for value in inputs { graph.message(11) { $0.value(value) } }
            for value in outputs { graph.message(12) { $0.value(value) } }
        }
        writer.message(8) {
            $0.text(1, "")
            $0.integer(2, opset)
        }
        for (name, text) in metadata {
            writer.message(14) {
                $0.text(1, name)
                $0.text(2, text)
            }
        }
        return writer.bytes
    }
}

extension WireWriter {
    fileprivate mutating func node(_ node: ONNXNode) throws {
        for name in node.inputs { text(1, name) }
        for name in node.outputs { text(2, name) }
        text(3, node.name)
        text(4, node.kind)
        for (name, value) in node.attributes { try message(5) { try $0.attribute(name, value) } }
    }

    /// What an attribute is stands beside it, in field 20.
    private mutating func attribute(_ name: String, _ value: ONNXAttribute) throws {
        text(1, name)
        switch value {
        case .number(let number):
            float(2, number)
            integer(20, 1)
        case .integer(let number):
            integer(3, number)
            integer(20, 2)
        case .text(let value):
            text(4, value)
            integer(20, 3)
        case .tensor(let value):
            try message(5) { try $0.tensor(value, name: "") }
            integer(20, 4)
        case .numbers(let numbers):
            for number in numbers { float(7, number) }
            integer(20, 6)
        case .integers(let numbers):
            for number in numbers { integer(8, number) }
            integer(20, 7)
        case .texts(let texts):
            for value in texts { text(9, value) }
            integer(20, 8)
        case .other: break
        }
    }

    fileprivate mutating func tensor(_ value: Tensor, name: String) throws {
        for size in value.shape { integer(1, size) }
        integer(2, value.dtype.onnxNumber)
        text(8, name)
        let tensor = try value.contiguous()
        let range = tensor.offset * tensor.dtype.size..<(tensor.offset + tensor.count) * tensor.dtype.size
        bytes(9, tensor.storage.withBytes { span in span.extracting(range).withUnsafeBytes { Array($0) } })
    }

    fileprivate mutating func value(_ value: ONNXValue) {
        text(1, value.name)
        message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, value.dtype.onnxNumber)
                tensor.message(2) { shape in
                    for size in value.shape {
                        shape.message(1) {
                            switch size {
                            case .fixed(let count): $0.integer(1, count)
                            case .named(let name): $0.text(2, name)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension DType {
    /// Its number in the format.
    package var onnxNumber: Int {
        switch self {
        case .float32: 1
        case .uint8: 2
        case .int64: 7
        case .bool: 9
        case .float64: 11
        }
    }
}
