import TensorCore

/// The binary files of CIFAR-10 and CIFAR-100: records of one or two bytes of labels and 3 x 32 x 32 of pixels.
///
/// - Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009; www.cs.toronto.edu/~kriz/cifar.html.
enum CIFAR {
    private static let imageShape = [3, 32, 32]
    private static let imageByteCount = 3072

    /// The two datasets.
    private enum Kind {
        case ten
        case hundred

        var labelByteCount: Int { self == .ten ? 1 : 2 }
        var name: String { self == .ten ? "CIFAR-10" : "CIFAR-100" }
    }

    /// What a file is, by its name and size: the bytes themselves do not tell.
    private static func kind(_ name: String) -> (kind: Kind, part: DatasetCollection.Part)? {
        guard name.hasSuffix(".bin") else { return nil }
        if name.hasPrefix("data_batch") { return (.ten, .train) }
        switch name {
        case "test_batch.bin": return (.ten, .test)
        case "train.bin": return (.hundred, .train)
        case "test.bin": return (.hundred, .test)
        default: return nil
        }
    }

    /// Whether a file or any of a folder's is one of these.
    static func matches(_ names: [String]) -> Bool { names.contains { kind($0) != nil } }

    /// Loads the files of a folder: `data_batch_1.bin` to `data_batch_5.bin` are one part.
    static func load(folder path: String, contents names: [String], options: LoadOptions) throws -> Loaded {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let files = names.compactMap { name in kind(name).map { (name: name, kind: $0.kind, part: $0.part) } }
        if let other = files.first(where: { $0.kind != files[0].kind }) {
            throw DatasetError(
                file: "\(folder)/\(other.name)",
                .badParts(
                    reason: "it is of \(other.kind.name), and \(files[0].name) of \(files[0].kind.name)",
                    help: "keep the two in folders of their own"))
        }
        var parts: [DatasetCollection.Part: Dataset] = [:]
        for part in Set(files.map(\.part)) {
            let paths = files.filter { $0.part == part }.map { "\(folder)/\($0.name)" }
            parts[part] = try dataset(paths, files[0].kind, folder: folder, names: names, options)
        }
        return .collection(DatasetCollection(name: Loader.name(of: folder), parts: parts))
    }

    /// Loads one file.
    static func load(file path: String, options: LoadOptions) throws -> Dataset? {
        let folder = Folder.parent(of: path)
        guard let kind = kind(path.split(separator: "/").last.map(String.init) ?? path)?.kind else { return nil }
        return try dataset([path], kind, folder: folder, names: folderContents(folder), options)
            .renamed(Loader.name(of: path))
    }

    private static func dataset(
        _ paths: [String], _ kind: Kind, folder: String, names: [String], _ options: LoadOptions
    ) throws -> Dataset {
        let isCoarse: Bool
        switch options.target {
        case nil, "fine": isCoarse = false
        case "coarse" where kind == .hundred: isCoarse = true
        case let other?:
            throw DatasetError(
                file: folder,
                .argument(
                    name: "target \"\(other)\"",
                    reason: kind == .ten
                        ? "is for tables and CIFAR-100" : "is not \"fine\" or \"coarse\", the labels of CIFAR-100"))
        }
        let classCount = kind == .ten ? 10 : isCoarse ? 20 : 100
        let recordByteCount = kind.labelByteCount + imageByteCount
        let files = try paths.map { try OpenFile(path: $0) }
        for file in files {
            guard file.byteCount > 0 else { throw DatasetError(file: file.path, .empty) }
            guard file.byteCount.isMultiple(of: recordByteCount) else {
                let whole = file.byteCount / recordByteCount
                throw DatasetError(
                    file: file.path, place: .byte(whole * recordByteCount),
                    .damaged(
                        format: kind.name,
                        reason:
                            "records have \(recordByteCount) bytes, and \(file.byteCount % recordByteCount) are left"))
            }
        }
        let count = files.reduce(0) { $0 + $1.byteCount / recordByteCount }
        let x = try Tensor.empty([count] + imageShape, dtype: .uint8)
        var labels: [Int64] = []
        for file in files {
            for record in 0..<file.byteCount / recordByteCount {
                let start = record * recordByteCount
                let bytes = try file.bytes(at: start, count: kind.labelByteCount)
                // CIFAR-100 has the coarse label first.
                let label = Int(kind == .hundred && !isCoarse ? bytes[1] : bytes[0])
                guard label < classCount else {
                    throw DatasetError(
                        file: file.path, place: .byte(start),
                        .damaged(format: kind.name, reason: "a label is \(label), and there are \(classCount) classes"))
                }
                let got = try file.read(
                    imageByteCount, at: start + kind.labelByteCount, into: x.storage, at: labels.count * imageByteCount)
                guard got == imageByteCount else {
                    throw DatasetError(
                        file: file.path, place: .byte(start), .truncated(promised: recordByteCount, found: got))
                }
                labels.append(Int64(label))
            }
        }
        let classNames =
            try options.classNames
            ?? classNames(
                kind == .ten ? "batches.meta.txt" : isCoarse ? "coarse_label_names.txt" : "fine_label_names.txt",
                folder, names, count: classCount)
        return try Dataset(
            x: x, y: Tensor(labels), classNames: classNames, scale: options.scale, name: folder)
    }

    /// The names that lie beside the files, a line for each.
    private static func classNames(_ name: String, _ folder: String, _ names: [String], count: Int) throws -> [String]?
    {
        guard names.contains(name) else { return nil }
        let path = "\(folder)/\(name)"
        let lines = try TextFile.read(path, mostBytes: 1 << 16).split(whereSeparator: \.isNewline).map(String.init)
            .filter { !$0.isEmpty }
        guard lines.count == count else {
            throw DatasetError(
                file: path,
                .badParts(
                    reason: "it has \(lines.count) names for \(count) classes",
                    help: "take the file away, or give classes=[...]"))
        }
        return lines
    }
}
