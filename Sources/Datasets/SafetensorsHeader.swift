import TensorCore

/// What the header of a .safetensors file says, checked against the size of the file.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let element: ForeignElement
        let shape: [Int]
        /// Where the elements lie, counted from the end of the header.
        let range: Range<Int>
    }

    /// In the order of the header.
    private(set) var entries: [Entry] = []
    /// The texts under `__metadata__`.
    private(set) var metadata: [(name: String, text: String)] = []

    private static let elements: [String: ForeignElement] = [
        "BOOL": .bool, "U8": .uint8, "I8": .int8, "I16": .int16, "U16": .uint16, "I32": .int32, "U32": .uint32,
        "I64": .int64, "U64": .uint64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
    ]

    /// - Parameter byteCount: Of what follows the header.
    /// - Throws: `SafetensorsProblem`.
    init(text: [UInt8], byteCount: Int) throws(SafetensorsProblem) {
        let json: JSON
        do { json = try JSON(parsing: text) } catch {
            throw SafetensorsProblem(reason: "it is not JSON: \(error.reason)", byte: error.byte)
        }
        guard let members = json.members else { throw SafetensorsProblem(reason: "it is not a JSON object") }
        for member in members {
            if member.name == "__metadata__" {
                metadata = try Self.metadata(member.value)
            } else {
                entries.append(try Self.entry(member.name, member.value))
            }
        }
        try checkRanges(byteCount)
    }

    private static func metadata(_ json: JSON) throws(SafetensorsProblem) -> [(name: String, text: String)] {
        guard let members = json.members else { throw SafetensorsProblem(reason: "its __metadata__ is not an object") }
        var texts: [(name: String, text: String)] = []
        for member in members {
            guard let text = member.value.asString else {
                throw SafetensorsProblem(reason: "its __metadata__ holds something other than texts")
            }
            texts.append((member.name, text))
        }
        return texts
    }

    private static func entry(_ name: String, _ json: JSON) throws(SafetensorsProblem) -> Entry {
        func wrong(_ reason: String) -> SafetensorsProblem {
            SafetensorsProblem(reason: "the tensor \"\(name)\" \(reason)")
        }
        guard let type = json["dtype"]?.asString, let sizes = json["shape"]?.elements,
            let ends = json["data_offsets"]?.elements, json.members?.count == 3
        else { throw wrong("has not just dtype, shape and data_offsets") }
        guard let element = elements[type] else {
            guard type.hasPrefix("F8") || type.hasPrefix("F4") || type.hasPrefix("F6") || type.hasPrefix("C") else {
                throw wrong("has the unknown element type \"\(type)\"")
            }
            throw SafetensorsProblem(
                .unsupported(
                    what: "the element type \(type) of \"\(name)\"",
                    instead: "in Python, save the tensor converted: tensor.to(torch.float32)"))
        }
        let shape = sizes.compactMap(\.asInteger)
        guard shape.count == sizes.count, shape.count <= Tensor.maximumRank, shape.allSatisfy({ $0 >= 0 }) else {
            throw wrong("has a shape that no tensor has")
        }
        var byteCount = element.size
        for size in shape {
            // An axis of 0 must not hide others that no arithmetic can take.
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product < 1 << 46 else { throw wrong("has the shape \(shape), which no file can hold") }
            byteCount = product
        }
        if shape.contains(0) { byteCount = 0 }
        guard ends.count == 2, let start = ends[0].asInteger, let end = ends[1].asInteger, start >= 0, end >= start
        else { throw wrong("has data_offsets that are not a range") }
        guard end - start == byteCount else {
            throw wrong("has \(end - start) bytes, and its shape \(shape) of \(type) takes \(byteCount)")
        }
        return Entry(name: name, element: element, shape: shape, range: start..<end)
    }

    /// The tensors have to cover the data, one after the other in some order.
    private func checkRanges(_ byteCount: Int) throws(SafetensorsProblem) {
        let inOrder = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        var last = ""
        for entry in inOrder {
            if entry.range.lowerBound < end {
                throw SafetensorsProblem(reason: "the tensors \"\(last)\" and \"\(entry.name)\" overlap")
            }
            guard entry.range.lowerBound == end else {
                throw SafetensorsProblem(
                    reason: "the bytes \(end) to \(entry.range.lowerBound - 1) of the data belong to no tensor")
            }
            end = entry.range.upperBound
            last = entry.name
        }
        if end > byteCount { throw SafetensorsProblem(.truncated(promised: end, found: byteCount)) }
        if end < byteCount { throw SafetensorsProblem(.trailing(promised: end)) }
    }
}

/// What is wrong with a header, and where in its text that is known.
struct SafetensorsProblem: Error {
    let problem: DatasetError.Problem
    let byte: Int?

    init(_ problem: DatasetError.Problem) {
        self.problem = problem
        byte = nil
    }

    init(reason: String, byte: Int? = nil) {
        problem = .badHeader(format: "safetensors", reason: reason)
        self.byte = byte
    }
}
