import TensorCore

/// A folder of IDX files, as those of the MNIST family come: `train-images-idx3-ubyte.gz` and so on.
///
/// Files are known by their contents: those with one axis are labels, the others examples. Only the part of the
/// dataset (train, dev, test) is read from their names.
enum IDXFolder {
    typealias File = (name: String, part: DatasetCollection.Part?)

    /// The files of this format, with the parts that their names say.
    static func files(_ folder: String, contents names: [String]) throws -> [File] {
        try names.filter { try isIDX(folder, $0, allNames: names) }.map { name in
            let words = name.lowercased().split { !($0.isLetter || $0.isNumber) }
            return (name, words.lazy.compactMap { DatasetCollection.Part(word: String($0)) }.first)
        }
    }

    static func load(
        _ path: String, _ files: [File], contents names: [String], options: LoadOptions
    ) throws -> Loaded {
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        let classNames = try options.classNames ?? ClassMap.find(folder, names)
        var parts: [DatasetCollection.Part?: Dataset] = [:]
        for part in Set(files.map(\.part)) {
            parts[part] = try dataset(
                folder, files.filter { $0.part == part }.map(\.name), classNames: classNames, options: options)
        }
        let name = Loader.name(of: folder)
        if let whole = parts[DatasetCollection.Part?.none] {
            guard parts.count == 1 else {
                let stray = files.first { $0.part == nil }?.name ?? ""
                throw DatasetError(
                    file: "\(folder)/\(stray)",
                    .badParts(
                        reason: "its name does not say which part of the dataset it is",
                        help: "put train, test, t10k, dev or val in its name"))
            }
            return .dataset(whole.renamed(name))
        }
        let named = parts.compactMap { part, dataset in part.map { ($0, dataset) } }
        return .collection(DatasetCollection(name: name, parts: Dictionary(uniqueKeysWithValues: named)))
    }

    /// Whether a file is IDX; of a file that lies there plain and packed, the plain one is.
    ///
    /// - Throws: `DatasetError` for a file that is called IDX and is not.
    private static func isIDX(_ folder: String, _ name: String, allNames: [String]) throws -> Bool {
        let path = "\(folder)/\(name)"
        guard try pathKind(path) == .file else { return false }
        if name.hasSuffix(".gz"), allNames.contains(String(name.dropLast(3))) { return false }
        let isCalledIDX = name.contains("idx") || name.contains("ubyte")
        do {
            let source = try ByteSource(file: OpenFile(path: path))
            let start = try source.read(atMost: 4)
            if IDX.matches(start: start) { return true }
            if isCalledIDX {
                throw source.error(start.isEmpty ? .empty : .unknownFormat(start: start), at: .byte(0))
            }
            return false
        } catch let error as DatasetError {
            if isCalledIDX { throw error }
            return false
        }
    }

    private static func dataset(
        _ folder: String, _ names: [String], classNames: [String]?, options: LoadOptions
    ) throws -> Dataset {
        var examples: (name: String, value: Tensor)?
        var labels: (name: String, value: Tensor)?
        for name in names {
            let tensor = try IDX.read(ByteSource(file: OpenFile(path: "\(folder)/\(name)")))
            let isLabels = tensor.rank == 1
            if let first = isLabels ? labels : examples {
                throw DatasetError(
                    file: "\(folder)/\(name)",
                    .badParts(
                        reason: "\(first.name) holds \(isLabels ? "labels" : "examples") for the same part",
                        help: "keep one of the two in the folder"))
            }
            if isLabels { labels = (name, tensor) } else { examples = (name, tensor) }
        }
        guard let examples else {
            throw DatasetError(
                file: "\(folder)/\(names[0])",
                .badParts(
                    reason: "there are labels and no images for them",
                    help: "the file with the images belongs in the same folder"))
        }
        if let labels, labels.value.shape[0] != examples.value.shape[0] {
            throw DatasetError(
                file: "\(folder)/\(labels.name)",
                .badParts(
                    reason: "it holds \(labels.value.shape[0]) labels for the \(examples.value.shape[0]) examples of "
                        + examples.name, help: "the two files are not of the same dataset"))
        }
        return try Dataset(
            x: ImageBatch.ofFile(examples.value, scale: options.scale, name: examples.name), y: labels?.value,
            classNames: classNames, scale: options.scale,
            name: "\(folder)/\(labels?.name ?? examples.name)")
    }
}

/// The file beside a dataset that names its classes, such as `kmnist_classmap.csv`: a table with the columns `index`
/// and one of `char`, `name`, `class` and `label`.
enum ClassMap {
    static func find(_ folder: String, _ names: [String]) throws -> [String]? {
        guard let name = names.first(where: { $0.lowercased().hasSuffix("classmap.csv") }) else { return nil }
        return try read("\(folder)/\(name)")
    }

    static func read(_ path: String) throws -> [String] {
        let nameColumns = ["char", "name", "class", "label"]
        let table = try Loader.readTable(
            ByteSource(file: OpenFile(path: path)), TableFormat(textColumns: nameColumns))
        func error(_ reason: String) -> DatasetError {
            DatasetError(
                file: path,
                .badTable(
                    reason: reason,
                    help: "a class map has the columns index (0, 1, ...) and name; without it, give classes=[...]"))
        }
        guard case .integers(let indices)? = table.columns.first(where: { $0.name == "index" })?.values else {
            throw error("the class map has no column index of whole numbers")
        }
        let found = nameColumns.lazy.compactMap { name in table.columns.first { $0.name == name } }.first
        guard case .text(let names)? = found?.values else {
            throw error("the class map has no column char, name, class or label")
        }
        guard indices.sorted() == Array(0..<Int64(indices.count)) else {
            throw error("the indices of the class map are not 0 to \(indices.count - 1), each once")
        }
        var ordered = [String](repeating: "", count: names.count)
        for (index, name) in zip(indices, names) { ordered[Int(index)] = name ?? "" }
        return ordered
    }
}
