import TensorCore

/// Writes values of Python as `torch.save` does: the pickle in protocol 2, whose tensors name their elements.
struct Pickler {
    private(set) var bytes: [UInt8] = [0x80, 2]
    /// The tensors whose elements the pickle names by their numbers.
    private(set) var tensors: [Tensor] = []

    /// - Throws: `TensorError.outOfMemory`.
    init(_ value: PythonValue) throws {
        try add(value)
        bytes.append(UInt8(ascii: "."))
    }

    private mutating func put(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }

    private mutating func add(_ value: PythonValue) throws {
        switch value {
        case .none: put("N")
        case .boolean(let flag): bytes.append(flag ? 0x88 : 0x89)
        case .integer(let number): add(number)
        case .number(let number):
            put("G")
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
        case .text(let text): add(text)
        case .list(let values):
            put("]")
            put("(")
            for value in values { try add(value) }
            put("e")
        case .dictionary(let entries):
            put("}")
            put("(")
            for (key, value) in entries {
                try add(key)
                try add(value)
            }
            put("u")
        case .tensor(let tensor): try add(tensor)
        }
    }

    private mutating func add(_ number: Int) {
        if let small = Int32(exactly: number) {
            put("J")
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: small >> (8 * $0)) }
        } else {
            bytes += [0x8a, 8]
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
    }

    private mutating func add(_ text: String) {
        let utf8 = Array(text.utf8)
        put("X")
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: utf8.count >> (8 * $0)) }
        bytes += utf8
    }

    private mutating func add(global module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }

    private mutating func add(tuple numbers: [Int]) {
        put("(")
        numbers.forEach { add($0) }
        put("t")
    }

    private mutating func add(_ given: Tensor) throws {
        let tensor = try given.contiguous()
        add(global: "torch._utils", "_rebuild_tensor_v2")
        put("(")
        put("(")
        add("storage")
        add(global: "torch", Self.storages[tensor.dtype] ?? "FloatStorage")
        add("\(tensors.count)")
        add("cpu")
        add(tensor.count)
        put("t")
        put("Q")
        add(0)
        add(tuple: tensor.shape)
        add(tuple: tensor.shape.indices.map { tensor.shape[($0 + 1)...].reduce(1, *) })
        // It needs no gradient, and has no hooks.
        bytes.append(0x89)
        add(global: "collections", "OrderedDict")
        put(")")
        put("R")
        put("t")
        put("R")
        tensors.append(tensor)
    }

    private static let storages: [DType: String] = [
        .float32: "FloatStorage", .float64: "DoubleStorage", .int64: "LongStorage", .uint8: "ByteStorage",
        .bool: "BoolStorage",
    ]
}

extension PyTorchFile {
    /// Whether a path ends as those of PyTorch's files do.
    package static func isPath(_ path: String) -> Bool {
        [".pt", ".pth", ".tar", ".ckpt"].contains { path.hasSuffix($0) }
    }

    /// Writes a value that `torch.load` reads.
    ///
    /// - Throws: `DatasetError`: `.argument` over 4 GB, `.unwritable` where the system refuses.
    package static func write(_ value: PythonValue, to path: String) throws {
        let pickle = try Pickler(value)
        var entries = [ArrayWriter.Entry(name: "archive/data.pkl", bytes: pickle.bytes)]
        entries.append(ArrayWriter.Entry(name: "archive/byteorder", bytes: Array("little".utf8)))
        for (index, tensor) in pickle.tensors.enumerated() {
            entries.append(ArrayWriter.Entry(name: "archive/data/\(index)", bytes: [], tensor: tensor))
        }
        entries.append(ArrayWriter.Entry(name: "archive/version", bytes: Array("3\n".utf8)))
        try ArrayWriter.writeArchive(entries, to: path, compressed: false)
    }
}
