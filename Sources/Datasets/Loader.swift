import TensorCore

/// What `load` is told beside the path.
package struct LoadOptions {
    /// The column of a table that holds the targets.
    package var target: String?
    package var classNames: [String]?
    /// What stored values are multiplied with; `nil`: 1/255 for images of bytes, else 1.
    package var scale: Double?
    /// How a table is written, where the caller says so.
    package var table: TableFormat?
    /// For pairs of sentences; `nil`: the data is not such.
    package var text: TextOptions?
    /// What images are resized to; `nil`: as they are.
    package var size: ImageSize?
    /// What images are brought to: 1 for grey, 3 for colours; `nil`: as they are.
    package var channels: Int?
    /// Whether images stay in their files; `nil`: where they are many.
    package var isLazy: Bool?

    package init(
        target: String? = nil, classNames: [String]? = nil, scale: Double? = nil, table: TableFormat? = nil,
        text: TextOptions? = nil
    ) {
        self.target = target
        self.classNames = classNames
        self.scale = scale
        self.table = table
        self.text = text
    }
}

/// What a file or folder turned out to hold.
package enum Loaded {
    case collection(DatasetCollection)
    case dataset(Dataset)
    /// One array: .npy or IDX.
    case tensor(Tensor)
    /// The arrays of a .npz that are no dataset, or the tensors of a .safetensors.
    case tensors([(name: String, value: Tensor)])
    /// What a .pth of PyTorch's holds.
    case python(PythonValue)
    /// A .csv without `target=`.
    case table(ColumnTable)
}

/// Reads data from files, which are known by what they hold and not by their names.
package enum Loader {
    /// Loads a folder of IDX files, of CIFAR's or of images; a file of the formats IDX, .npy (each may be gzipped), .npz,
    /// .safetensors, .pth, PNG and JPEG; or a table with a header (.csv).
    ///
    /// A .npz whose arrays are called `Xtrain`, `ytrain`, `Xdev`, `ydev`, `Xtest` and `ytest` (or `x_train`,
    /// `train_images` and so on) becomes a dataset with these parts.
    ///
    /// - Throws: `DatasetError`: the file, what is wrong and where. Nothing is half-loaded.
    package static func load(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> Loaded {
        if let text = options.text { return try PairLoader(text).load(path) }
        if try pathKind(path) == .folder {
            return try loadFolder(path, options)
        }
        if let dataset = try CIFAR.load(file: path, options: options) {
            try refuse(options, path, table: true, images: true)
            return .dataset(dataset)
        }
        let file = try OpenFile(path: path)
        guard file.byteCount > 0 else { throw DatasetError(file: path, .empty) }
        if try ImageFormat(path: path) != nil || ImageFormat(start: file.bytes(at: 0, count: 8)) != nil {
            try refuse(options, path, target: true, table: true, datasets: true)
            if options.isLazy != nil { throw argument(path, "lazy", "is for folders of images, and this is one image") }
            return .tensor(try ImageFile(path: path).decoded(channels: options.channels, size: options.size))
        }
        try refuse(options, path, images: true)
        if ZipArchive.matches(start: try file.bytes(at: 0, count: 4)) {
            return try loadArchive(file, options)
        }
        let start = try ByteSource(file: file).read(atMost: 16)
        if PyTorchFile.matches(start: start) {
            try refuse(options, path, target: true, table: true, datasets: true)
            return .python(try PyTorchFile.readEarlier(file))
        }
        let source = try ByteSource(file: file)
        if NPY.matches(start: start) || IDX.matches(start: start) {
            try refuse(options, path, target: true, table: true, datasets: true)
            return .tensor(try NPY.matches(start: start) ? NPY.read(source) : IDX.read(source))
        }
        guard !start.isEmpty else { throw DatasetError(file: path, .empty) }
        if Safetensors.matches(file, start: start) {
            try refuse(options, path, target: true, table: true, datasets: true)
            return .tensors(try Safetensors.read(file).tensors)
        }
        guard isText(start, of: path) else {
            throw source.error(.unknownFormat(start: Array(start.prefix(4))), at: .byte(0))
        }
        let table = try readTable(source, options.table)
        let names = table.columns.map(\.name)
        if let name = options.table?.textColumns.first(where: { !names.contains($0) }) {
            throw DatasetError(file: path, .unknownColumn(name: name, columns: names))
        }
        guard let target = options.target else {
            try refuse(options, path, datasets: true)
            return .table(table)
        }
        return .dataset(
            try table.dataset(
                target: target, classNames: options.classNames, scale: options.scale, name: name(of: path)))
    }

    /// The last part of a path, without its ending.
    static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        guard let point = last.firstIndex(of: "."), point != last.startIndex else { return last }
        return String(last[..<point])
    }

    private static func loadFolder(_ path: String, _ options: LoadOptions) throws -> Loaded {
        let names = try folderContents(path)
        if CIFAR.matches(names) {
            try refuse(options, path, table: true, images: true)
            return try CIFAR.load(folder: path, contents: names, options: options)
        }
        try refuse(options, path, target: true, table: true)
        let files = try IDXFolder.files(path, contents: names)
        guard files.isEmpty else {
            try refuse(options, path, images: true)
            return try IDXFolder.load(path, files, contents: names, options: options)
        }
        guard ImageFolder.matches(path, contents: names) else {
            throw DatasetError(file: path, .noData(seen: names))
        }
        return try ImageFolder(options).load(path, contents: names)
    }

    private static func argument(_ path: String, _ name: String, _ reason: String) -> DatasetError {
        DatasetError(file: path, .argument(name: name, reason: reason))
    }

    /// Options that mean nothing for what was found are errors, not ignored.
    private static func refuse(
        _ options: LoadOptions, _ path: String, target: Bool = false, table: Bool = false, datasets: Bool = false,
        images: Bool = false
    ) throws {
        if target, options.target != nil { throw argument(path, "target", "names a column, and this is not a table") }
        if table, options.table != nil {
            throw argument(path, "an argument", "says how a table is written, and this is none")
        }
        if datasets, options.classNames != nil || options.scale != nil {
            let name = options.classNames != nil ? "classes" : "scale"
            throw argument(path, name, "is for datasets, and this is not one")
        }
        if images {
            let given = [
                ("size", options.size != nil), ("channels", options.channels != nil), ("lazy", options.isLazy != nil),
            ]
            if let name = given.first(where: \.1)?.0 {
                throw argument(path, name, "is for files of images, PNG and JPEG, and this is none")
            }
        }
    }

    // MARK: Archives

    private static func loadArchive(_ file: OpenFile, _ options: LoadOptions) throws -> Loaded {
        try refuse(options, file.path, target: true, table: true)
        let archive = try ZipArchive(file: file)
        if PyTorchFile.matches(archive) {
            try refuse(options, file.path, datasets: true)
            return .python(try PyTorchFile.read(archive))
        }
        let arrays = try NPZ.read(archive)
        var parts: [DatasetCollection.Part: (x: Tensor?, y: Tensor?)] = [:]
        for (name, value) in arrays {
            guard let (part, isTarget) = role(of: name) else {
                try refuse(options, file.path, datasets: true)
                return .tensors(arrays)
            }
            if isTarget {
                parts[part, default: (nil, nil)].y = value
            } else {
                parts[part, default: (nil, nil)].x = value
            }
        }
        let datasets = try parts.map { part, tensors in
            guard let x = tensors.x else {
                throw DatasetError(
                    file: file.path,
                    .badParts(reason: "there are targets and no examples for the part \(part)", help: nil))
            }
            let name = "\(file.path), part \(part)"
            let dataset = try Dataset(
                x: ImageBatch.ofFile(x, scale: options.scale, name: name), y: tensors.y,
                classNames: options.classNames, scale: options.scale, name: name)
            return (part, dataset)
        }
        return .collection(
            DatasetCollection(name: name(of: file.path), parts: Dictionary(uniqueKeysWithValues: datasets)))
    }

    /// What an array of a dataset is, by its name: `Xtrain`, `y_test`, `train_images`, ...
    private static func role(of name: String) -> (DatasetCollection.Part, isTarget: Bool)? {
        let letters = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." && $0 != " " }
        for (words, isTarget) in [
            (["x", "images", "image", "imgs", "data"], false), (["y", "labels", "label", "targets", "target"], true),
        ] {
            for word in words {
                for rest in [
                    letters.hasPrefix(word) ? letters.dropFirst(word.count) : nil,
                    letters.hasSuffix(word) ? letters.dropLast(word.count) : nil,
                ] {
                    if let rest, let part = DatasetCollection.Part(word: String(rest)) { return (part, isTarget) }
                }
            }
        }
        return nil
    }

    // MARK: Tables

    private static func isNamedTable(_ path: String) -> Bool {
        [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains { path.lowercased().hasSuffix($0) }
    }

    /// Whether a file that starts so may be a table: no control characters, unless its name says that it is one, and
    /// letters beyond ASCII in UTF-8.
    private static func isText(_ start: [UInt8], of path: String) -> Bool {
        if start.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }) { return true }
        // The last character may be cut.
        return isNamedTable(path) && (0..<4).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
    }

    static func readTable(_ source: ByteSource, _ format: TableFormat? = nil) throws -> ColumnTable {
        let path = source.file.path
        let bytes = try source.readAll()
        guard !bytes.isEmpty else { throw DatasetError(file: path, .empty) }
        let isTable = isNamedTable(path) || format != nil
        var format = format ?? TableFormat()
        if format.skippedLines == 0, let separator = TableFormat.separatorLine(bytes) {
            format.skippedLines = 1
            format.separator = format.separator ?? separator
        }
        guard let separator = format.separator ?? format.separator(of: bytes, isTable: isTable, file: path) else {
            throw DatasetError(file: path, place: .byte(0), .unknownFormat(start: Array(bytes.prefix(4))))
        }
        return try ColumnTable(
            CSVReader(bytes: bytes, separator: separator, file: path), format: format, file: path)
    }
}
