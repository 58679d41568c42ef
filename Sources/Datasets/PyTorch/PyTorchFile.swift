import TensorCore

/// Files that `torch.save` writes: a pickle that describes tensors, and the elements of these.
///
/// Since PyTorch 1.6 it is a zip archive of `data.pkl`, `data/0`, `data/1`, ...; before, one pickle followed another,
/// and the elements those. Nothing in a file is executed.
package enum PyTorchFile {
    /// What files of before 1.6 start with: a pickle of one number.
    private static let earlierStart: [UInt8] = [
        0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ]
    /// A pickle of tensors takes about 200 bytes for each.
    private static let greatestPickleByteCount = 1 << 26

    static func matches(_ archive: ZipArchive) -> Bool { archive.entries.contains { isPickle($0) } }

    static func matches(start: [UInt8]) -> Bool { start.starts(with: earlierStart) }

    private static func isPickle(_ entry: ZipArchive.Entry) -> Bool {
        entry.name == "data.pkl" || entry.name.hasSuffix("/data.pkl")
    }

    /// Reads an archive.
    ///
    /// - Throws: `DatasetError`: what is damaged, or the name of what only Python can read.
    static func read(_ archive: ZipArchive) throws -> PythonValue {
        let path = archive.file.path
        let entries = Dictionary(archive.entries.map { ($0.name, $0) }) { first, _ in first }
        guard let entry = archive.entries.first(where: isPickle) else { throw damaged(path, "it holds no data.pkl") }
        guard entry.byteCount <= greatestPickleByteCount else { throw tooLong(path) }
        let folder = entry.name.dropLast("data.pkl".count)
        let isBigEndian =
            try entries["\(folder)byteorder"].map { try archive.open($0).read(atMost: 3) == Array("big".utf8) } ?? false
        return try reading(path) { () throws -> PythonValue in
            var pickle = Unpickler(try archive.open(entry).readAll())
            let item = try pickle.run()
            let elements = try pickle.usedStorages.map { storage in
                guard let entry = entries["\(folder)data/\(storage.key)"] else {
                    throw damaged(path, "the elements data/\(storage.key) of a tensor are missing")
                }
                return try ArrayContents.read(
                    archive.open(entry), element: storage.element, bigEndian: isBigEndian, shape: [storage.count],
                    format: "PyTorch")
            }
            return try pickle.value(of: item, elements: elements)
        }
    }

    /// Reads a file of before PyTorch 1.6.
    ///
    /// - Throws: `DatasetError`: what is damaged, or the name of what only Python can read.
    static func readEarlier(_ file: OpenFile) throws -> PythonValue {
        try reading(file.path) { () throws -> PythonValue in
            let bytes = try file.bytes(at: 0, count: min(file.byteCount, greatestPickleByteCount))
            // After the first: the version of the format, and what the machine was.
            var end = earlierStart.count
            for _ in 0..<2 {
                var header = Unpickler(bytes, from: end)
                _ = try header.run()
                end = header.position
            }
            var pickle = Unpickler(bytes, from: end)
            let item = try pickle.run()
            var keyList = Unpickler(bytes, from: pickle.position)
            let keyItem = try keyList.run()
            guard case .list(let keys) = try keyList.value(of: keyItem, elements: []) else {
                throw damaged(file.path, "the list of its elements is missing")
            }
            let elements = try earlierElements(file, keys, pickle.usedStorages, from: keyList.position)
            return try pickle.value(of: item, elements: elements)
        }
    }

    /// The elements, which follow each other in the order of `keys`, each after its number.
    private static func earlierElements(
        _ file: OpenFile, _ keys: [PythonValue], _ storages: [Unpickler.Storage], from start: Int
    ) throws -> [Tensor] {
        let byKey = Dictionary(uniqueKeysWithValues: storages.map { ($0.key, $0) })
        var found: [String: Tensor] = [:]
        var offset = start
        for case .text(let key) in keys {
            guard let storage = byKey[key], found[key] == nil else {
                throw damaged(file.path, "the elements \"\(key)\" belong to no tensor")
            }
            let byteCount = storage.count * storage.element.size
            guard file.byteCount - offset - 8 >= byteCount else {
                throw DatasetError(
                    file: file.path, place: .byte(file.byteCount),
                    .truncated(promised: offset + 8 + byteCount, found: file.byteCount))
            }
            guard ByteFields(try file.bytes(at: offset, count: 8)).integer(0, 8) == storage.count else {
                throw damaged(file.path, "the elements \"\(key)\" are not as many as their tensors need")
            }
            let source = try ByteSource(
                file: file, entry: nil, format: nil, offset: offset + 8, byteCount: byteCount)
            found[key] = try ArrayContents.read(
                source, element: storage.element, bigEndian: false, shape: [storage.count], format: "PyTorch")
            offset += 8 + byteCount
        }
        return try storages.map { storage in
            guard let elements = found[storage.key] else {
                throw damaged(file.path, "the elements \"\(storage.key)\" of a tensor are missing")
            }
            return elements
        }
    }

    private static func reading(_ path: String, _ body: () throws -> PythonValue) throws -> PythonValue {
        do { return try body() } catch let problem as PickleProblem {
            throw DatasetError(file: path, place: problem.byte.map { .byte($0) }, problem.problem)
        }
    }

    private static func damaged(_ path: String, _ reason: String) -> DatasetError {
        DatasetError(file: path, .damaged(format: "PyTorch", reason: reason))
    }

    private static func tooLong(_ path: String) -> DatasetError {
        DatasetError(
            file: path,
            .unsupported(
                what: "a pickle of more than \(greatestPickleByteCount) bytes",
                instead: "in PyTorch, save tensors alone: torch.save(model.state_dict(), \"weights.pth\")"))
    }

    // MARK: Weights

    /// What checkpoints call the weights of their model.
    private static let weightNames = ["state_dict", "model_state_dict", "model", "net"]

    /// The weights that a file holds: a dictionary of tensors, or the one in a checkpoint that is such.
    ///
    /// - Throws: `DatasetError` where there is none, or several between which their names do not choose.
    package static func weights(
        of value: PythonValue, path: String
    ) throws -> [(name: String, value: Tensor)] {
        if let tensors = value.namedTensors { return tensors }
        var found: [(name: String, tensors: [(name: String, value: Tensor)])] = []
        if case .dictionary(let entries) = value {
            for case (.text(let name), let inner) in entries {
                if let tensors = inner.namedTensors { found.append((name, tensors)) }
            }
        }
        let named = found.filter { weightNames.contains($0.name) }
        if let only = named.count == 1 ? named.first : found.count == 1 ? found.first : nil { return only.tensors }
        throw DatasetError(
            file: path,
            .badParts(
                reason: found.isEmpty
                    ? "it holds no tensors by their names"
                    : "it holds several sets of weights: \(found.map(\.name).joined(separator: ", "))",
                help: found.first.map { "choose one: `load_weights(net, load(\"\(path)\")[\"\($0.name)\"])`" }
                    ?? "in PyTorch, save tensors alone: torch.save(model.state_dict(), \"weights.pth\")"))
    }
}
