import TensorCore

extension ONNXModel {
    /// Reads the bytes of a file.
    ///
    /// - Throws: `ONNXFormatError`: what is wrong and where.
    package init(decoding bytes: [UInt8]) throws {
        self.init(
            name: "", opset: 0, producer: ("", ""), inputs: [], outputs: [], nodes: [], initializers: [])
        var hasGraph = false
        var reader = WireReader(bytes[...])
        while let (field, value) = try reader.next() {
            switch field {
            case 2: producer.name = value.asText
            case 3: producer.version = value.asText
            case 7:
                hasGraph = true
                try readGraph(value.asBytes)
            case 8:
                let set = try ONNXModel.fields(value.asBytes, 2)
                if ["", "ai.onnx"].contains(set[0].last?.asText ?? "") { opset = set[1].last?.asInteger ?? 0 }
            case 14:
                let pair = try ONNXModel.fields(value.asBytes, 2)
                metadata.append((pair[0].last?.asText ?? "", pair[1].last?.asText ?? ""))
            default: break
            }
        }
        guard hasGraph else { throw ONNXFormatError("it holds no graph") }
        // Earlier versions list the initial values among the inputs.
        let constants = Set(initializers.map(\.name))
        inputs.removeAll { constants.contains($0.name) }
    }

    /// The values of a message's first fields.
    private static func fields(_ bytes: ArraySlice<UInt8>, _ count: Int) throws -> [[WireReader.Value]] {
        var found = [[WireReader.Value]](repeating: [], count: count)
        var reader = WireReader(bytes)
        while let (field, value) = try reader.next() {
            if field <= count { found[field - 1].append(value) }
        }
        return found
    }

    private mutating func readGraph(_ bytes: ArraySlice<UInt8>) throws {
        var reader = WireReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1: nodes.append(try Self.node(value.asBytes))
            case 2: name = value.asText
            case 5: initializers.append(try Self.tensor(value.asBytes))
            case 11: inputs.append(try Self.value(value.asBytes))
            case 12: outputs.append(try Self.value(value.asBytes))
            case 13: intermediates.append(try Self.value(value.asBytes))
            default: break
            }
        }
    }

    private static func node(_ bytes: ArraySlice<UInt8>) throws -> ONNXNode {
        let fields = try fields(bytes, 7)
        let kind = fields[3].last?.asText ?? ""
        let domain = fields[6].last?.asText ?? ""
        return ONNXNode(
            name: fields[2].last?.asText ?? "", kind: ["", "ai.onnx"].contains(domain) ? kind : "\(domain).\(kind)",
            inputs: fields[0].map(\.asText), outputs: fields[1].map(\.asText),
            attributes: try fields[4].map { try attribute($0.asBytes) })
    }

    private static func attribute(_ bytes: ArraySlice<UInt8>) throws -> (name: String, value: ONNXAttribute) {
        let fields = try fields(bytes, 20)
        let value: ONNXAttribute =
            switch fields[19].last?.asInteger {
            case 1: .number(fields[1].last?.asFloat ?? 0)
            case 2: .integer(fields[2].last?.asInteger ?? 0)
            case 3: .text(fields[3].last?.asText ?? "")
            case 4: .tensor(try tensor(fields[4].last?.asBytes ?? []).value)
            case 6: .numbers(try fields[6].flatMap { try $0.floats() })
            case 7: .integers(try fields[7].flatMap { try $0.integers() })
            case 8: .texts(fields[8].map(\.asText))
            default: .other
            }
        return (fields[0].last?.asText ?? "", value)
    }

    private static func value(_ bytes: ArraySlice<UInt8>) throws -> ONNXValue {
        let outer = try fields(bytes, 2)
        let name = outer[0].last?.asText ?? ""
        let type = try fields(outer[1].last?.asBytes ?? [], 1)
        let tensor = try fields(type[0].last?.asBytes ?? [], 2)
        let sizes = try fields(tensor[1].last?.asBytes ?? [], 1)
        let shape = try sizes[0].map { size -> ONNXValue.Size in
            let fields = try fields(size.asBytes, 2)
            if let count = fields[0].last?.asInteger, count > 0 { return .fixed(count) }
            return .named(fields[1].last?.asText ?? "")
        }
        let element = elements[tensor[0].last?.asInteger ?? 0] ?? .float32
        return ONNXValue(name: name, dtype: element.dtype, shape: shape)
    }

    private static let elements: [Int: ForeignElement] = [
        1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
        11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
    ]

    /// A tensor: its elements stand as bytes, or in a list for their type.
    private static func tensor(_ bytes: ArraySlice<UInt8>) throws -> (name: String, value: Tensor) {
        let fields = try fields(bytes, 14)
        let name = fields[7].last?.asText ?? ""
        let shape = try fields[0].flatMap { try $0.integers() }
        let number = fields[1].last?.asInteger ?? 0
        guard let element = elements[number] else {
            throw ONNXFormatError("the tensor \"\(name)\" has elements of the unknown type \(number)")
        }
        guard fields[12].isEmpty, fields[13].last?.asInteger ?? 0 == 0 else {
            throw ONNXFormatError("the elements of \"\(name)\" are in another file")
        }
        guard shape.count <= Tensor.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
            throw ONNXFormatError("the tensor \"\(name)\" has a shape that no tensor has")
        }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product < 1 << 43 else {
                throw ONNXFormatError("the tensor \"\(name)\" has the shape \(shape), which no file can hold")
            }
            count = product
        }
        if shape.contains(0) { count = 0 }
        func check(_ found: Int, _ expected: Int, _ unit: String) throws {
            guard found == expected else {
                throw ONNXFormatError("the tensor \"\(name)\" of shape \(shape) has \(found) \(unit)")
            }
        }
        if let raw = fields[8].last?.asBytes {
            try check(raw.count, count * element.size, "bytes")
            let storage = try Storage(byteCount: raw.count, zeroed: false)
            storage.withMutableBytes { span in span.withUnsafeMutableBytes { $0.copyBytes(from: raw) } }
            guard let elements = try element.decode(storage, count: count, bigEndian: false) else {
                throw ONNXFormatError("the tensor \"\(name)\" has a number over 9223372036854775807")
            }
            return (
                name,
                Tensor(
                    storage: elements, dtype: element.dtype, shape: shape, strides: Tensor.rowMajorStrides(shape),
                    offset: 0)
            )
        }
        let value: Tensor
        switch element {
        case .float32:
            let numbers = try fields[3].flatMap { try $0.floats() }
            try check(numbers.count, count, "elements")
            value = try Tensor(numbers, shape: shape)
        case .float64:
            let numbers = try fields[9].flatMap { try $0.doubles() }
            try check(numbers.count, count, "elements")
            value = try Tensor(numbers, shape: shape)
        case .float16, .bfloat16: throw ONNXFormatError("the elements of \"\(name)\" are not stored as bytes")
        default:
            let field = element.size == 8 ? (number == 13 ? 10 : 6) : (number == 12 ? 10 : 4)
            let numbers = try fields[field].flatMap { try $0.integers() }
            try check(numbers.count, count, "elements")
            value = try Tensor(numbers.map(Int64.init), shape: shape).cast(to: element.dtype)
        }
        return (name, value)
    }
}
