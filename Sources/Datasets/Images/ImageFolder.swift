import TensorCore

/// Images in a folder for each class, `photos/cat/1.png`; or so in folders for the parts, `photos/train/cat/1.png`.
///
/// Classes are numbered by the sorted names of their folders, as torchvision's `ImageFolder` does.
struct ImageFolder {
    private let options: LoadOptions

    init(_ options: LoadOptions) { self.options = options }

    /// Folders in folders are looked into up to here, so that links that lead back do no harm.
    private static let greatestDepth = 8
    /// Larger datasets stay in their files unless told otherwise.
    private static let greatestByteCount = 1 << 30

    /// Whether a folder holds images, or folders that do.
    static func matches(_ path: String, contents names: [String]) -> Bool {
        names.contains { ImageFormat(path: $0) != nil }
            || names.contains { Folder.exists("\(path)/\($0)") && holdsImage("\(path)/\($0)", depth: 1) }
    }

    private static func holdsImage(_ folder: String, depth: Int) -> Bool {
        guard depth < greatestDepth, let names = try? folderContents(folder) else { return false }
        return names.contains { ImageFormat(path: $0) != nil }
            || names.contains { Folder.exists("\(folder)/\($0)") && holdsImage("\(folder)/\($0)", depth: depth + 1) }
    }

    /// - Throws: `DatasetError` for folders that are not of this kind, and the first file that is not an image.
    func load(_ path: String, contents names: [String]) throws -> Loaded {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let inner = names.filter { Folder.exists("\(folder)/\($0)") }
        let name = Loader.name(of: folder)
        let parts = inner.compactMap { name in
            DatasetCollection.Part(word: name.lowercased()).map { (part: $0, name: name) }
        }
        guard !parts.isEmpty, parts.count == inner.count else {
            return .dataset(try dataset(folder, classes: inner, known: options.classNames).renamed(name))
        }
        var classNames = options.classNames
        var datasets: [DatasetCollection.Part: Dataset] = [:]
        // The classes are those of the first part, which is `train` where there is one.
        let order = DatasetCollection.Part.allCases
        for (part, name) in parts.sorted(by: {
            (order.firstIndex(of: $0.part) ?? 0) < (order.firstIndex(of: $1.part) ?? 0)
        }) {
            guard datasets[part] == nil else {
                throw error("\(folder)/\(name)", "another folder is the part \(part) too", "keep one of the two")
            }
            let path = "\(folder)/\(name)"
            let classes = try folderContents(path).filter { Folder.exists("\(path)/\($0)") }
            let dataset = try dataset(path, classes: classes, known: classNames)
            classNames = dataset.classNames
            datasets[part] = dataset
        }
        return .collection(DatasetCollection(name: name, parts: datasets))
    }

    private func dataset(_ folder: String, classes found: [String], known: [String]?) throws -> Dataset {
        let layout = "images lie in a folder for each class: \(folder)/cat/1.png, \(folder)/dog/1.png"
        guard !found.isEmpty else {
            throw error(
                folder, "it holds images and no folder for a class",
                "\(layout); one image is loaded by its own path")
        }
        let classNames = known ?? found
        if let stray = found.first(where: { !classNames.contains($0) }) {
            throw error(
                "\(folder)/\(stray)", "the folder is none of the classes \(listed(classNames))",
                "rename it, or name all folders in classes=[...]")
        }
        guard classNames.count > 1 else {
            throw error(
                folder, "there is one class, \(classNames[0]), and a dataset of classes has at least two", layout)
        }
        var files: [ImageFile] = []
        var labels: [Int64] = []
        for (label, name) in classNames.enumerated() where found.contains(name) {
            let paths = try imagePaths("\(folder)/\(name)", depth: 0)
            guard !paths.isEmpty else {
                throw error(
                    "\(folder)/\(name)", "the folder of the class holds no PNG or JPEG image",
                    "put images in it, or take it away")
            }
            for path in paths {
                if Interrupt.isRequested { throw InterruptError() }
                files.append(try ImageFile(path: path))
                labels.append(Int64(label))
            }
        }
        let images = ImageFiles(
            files, channels: options.channels ?? (files.allSatisfy { $0.channels == 1 } ? 1 : 3),
            size: try options.size ?? commonSize(files))
        let byteCount = SizeArithmetic.product([images.count] + images.shape)
        let isLazy = options.isLazy ?? (byteCount > Self.greatestByteCount)
        return try Dataset(
            isLazy ? .files(images) : .memory(images.read(Array(files.indices), isShared: true, isInterruptible: true)),
            y: Tensor(labels), classNames: classNames, scale: options.scale, name: folder)
    }

    /// The images of a class, by sorted path.
    private func imagePaths(_ folder: String, depth: Int) throws -> [String] {
        guard depth < Self.greatestDepth else {
            throw error(folder, "there are folders in folders, more than \(Self.greatestDepth) deep", "a class has one")
        }
        return try folderContents(folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            if ImageFormat(path: name) != nil { return [path] }
            if Folder.exists(path) { return try imagePaths(path, depth: depth + 1) }
            let others = [".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif"]
            guard !others.contains(where: name.lowercased().hasSuffix) else {
                throw DatasetError(
                    file: path,
                    .unsupported(
                        what: "an image that is neither PNG nor JPEG",
                        instead: "convert it, as ImageMagick does: mogrify -format png \(folder)/*"))
            }
            return []
        }
    }

    private func commonSize(_ files: [ImageFile]) throws -> ImageSize {
        let first = files[0]
        if let other = files.first(where: { $0.height != first.height || $0.width != first.width }) {
            throw error(
                other.path,
                "the image is \(other.height) by \(other.width) pixels, and \(first.path) is \(first.height) by \(first.width)",
                "size=[\(first.height), \(first.width)] brings all images to one size, height first")
        }
        return ImageSize(height: first.height, width: first.width)
    }

    private func listed(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private func error(_ path: String, _ reason: String, _ help: String) -> DatasetError {
        DatasetError(file: path, .badParts(reason: reason, help: help))
    }
}
