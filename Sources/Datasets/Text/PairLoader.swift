import TensorCore

/// What `load` is told about pairs of sentences.
package struct TextOptions {
    /// The column of the sentences, and that of their translations, counted from 0.
    package var source: Int
    package var target: Int
    package var isNormalized: Bool
    package var unit: Vocabulary.Unit
    /// Pairs with a longer sentence are left out; `nil`: none is.
    package var maxLength: Int?
    /// How often a token has to be found in training to be one of the vocabulary.
    package var minCount: Int
    package var isBucketed: Bool

    package init(
        source: Int, target: Int, isNormalized: Bool = false, unit: Vocabulary.Unit = .character,
        maxLength: Int? = nil, minCount: Int = 1, isBucketed: Bool = false
    ) {
        self.source = source
        self.target = target
        self.isNormalized = isNormalized
        self.unit = unit
        self.maxLength = maxLength
        self.minCount = minCount
        self.isBucketed = isBucketed
    }
}

/// Reads pairs of sentences from text whose lines are columns between tabs: one file, or a folder of `train-*`,
/// `val-*` and `test-*`, whose vocabularies are those of the train part.
struct PairLoader {
    private let options: TextOptions

    init(_ options: TextOptions) { self.options = options }

    func load(_ path: String) throws -> Loaded {
        func refuse(_ name: String, _ reason: String) throws {
            throw DatasetError(file: path, .argument(name: name, reason: reason))
        }
        if options.source < 0 { try refuse("source", "is \(options.source), and columns count from 0") }
        if options.target < 0 { try refuse("target", "is \(options.target), and columns count from 0") }
        if options.source == options.target {
            try refuse("source", "and target are both column \(options.source)")
        }
        if let most = options.maxLength, most < 1 { try refuse("max_length", "is \(most), and has to be at least 1") }
        guard try pathKind(path) == .folder else {
            let name = Loader.name(of: path)
            return .dataset(try dataset(read(path), coding: nil, path: path).renamed(name))
        }
        return .collection(try loadFolder(path))
    }

    private func loadFolder(_ path: String) throws -> DatasetCollection {
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        let names = try folderContents(path)
        var files: [DatasetCollection.Part: String] = [:]
        for name in names where try pathKind("\(folder)/\(name)") == .file {
            let words = name.lowercased().split { !($0.isLetter || $0.isNumber) }
            guard let part = words.lazy.compactMap({ DatasetCollection.Part(word: String($0)) }).first else { continue }
            if let first = files[part] {
                throw DatasetError(
                    file: "\(folder)/\(name)",
                    .badParts(
                        reason: "\(first) is the \(part) part too", help: "keep one of the two in the folder"))
            }
            files[part] = "\(folder)/\(name)"
        }
        guard !files.isEmpty else {
            throw DatasetError(
                file: path,
                .badParts(
                    reason: "no file of the folder has train, val or test in its name",
                    help: "name them so, or load one file"))
        }
        guard let train = files[.train] else {
            throw DatasetError(
                file: path,
                .badParts(
                    reason: "there is no train part, whose vocabularies the others use",
                    help: "put train in the name of its file"))
        }
        var parts = [DatasetCollection.Part.train: try dataset(read(train), coding: nil, path: train)]
        let coding = parts[.train]?.pairs?.coding
        for (part, file) in files where part != .train {
            parts[part] = try dataset(read(file), coding: coding, path: file)
        }
        return DatasetCollection(name: Loader.name(of: folder), parts: parts)
    }

    // MARK: Sentences

    private struct Sentences {
        var sources: [String] = []
        var targets: [String] = []
        var leftOut = 0
    }

    private func dataset(_ sentences: Sentences, coding: TextCoding?, path: String) throws -> Dataset {
        guard !sentences.sources.isEmpty else {
            throw DatasetError(
                file: path,
                .badParts(
                    reason: "all of its \(sentences.leftOut) pairs are left out",
                    help: options.maxLength.map { "no pair has at most \($0) tokens on both sides: raise max_length" }
                        ?? "normalizing leaves nothing of them: give normalize=false"))
        }
        return try TextPairs.dataset(
            sources: sentences.sources, targets: sentences.targets, coding: coding, unit: options.unit,
            isNormalized: options.isNormalized, maxLength: options.maxLength, minCount: options.minCount,
            leftOut: sentences.leftOut, isBucketed: options.isBucketed, name: path)
    }

    private func read(_ path: String) throws -> Sentences {
        let source = try ByteSource(file: OpenFile(path: path))
        var bytes = try source.readAll()[...]
        guard !bytes.isEmpty else { throw DatasetError(file: path, .empty) }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        var result = Sentences()
        var number = 0
        while !bytes.isEmpty {
            number += 1
            // Lines end as on any system: \n, \r\n or \r.
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            bytes = bytes[line.endIndex...]
            bytes = bytes.dropFirst(bytes.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]) ? 2 : 1)
            // Lines without anything say nothing; often they end a file.
            if line.allSatisfy({ $0 == UInt8(ascii: " ") }) { continue }
            try add(line, number, path, to: &result)
        }
        guard !result.sources.isEmpty || result.leftOut > 0 else { throw DatasetError(file: path, .empty) }
        return result
    }

    private func add(_ line: ArraySlice<UInt8>, _ number: Int, _ path: String, to result: inout Sentences) throws {
        func error(_ reason: String, help: String?) -> DatasetError {
            DatasetError(file: path, place: .line(number), .badTable(reason: reason, help: help))
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw error(
                "the text is not UTF-8",
                help: "convert the file, for instance with: iconv -f ISO-8859-1 -t UTF-8")
        }
        let columns = text.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.count > 1 else {
            throw error(
                "there is no tab in the line, which separates a sentence from its translation",
                help: "each line is: sentence, tab, translation")
        }
        func sentence(_ name: String, _ column: Int) throws -> String {
            guard column < columns.count else {
                throw error(
                    "there is no column \(column) for `\(name)`: the line has \(columns.count)",
                    help: "columns count from 0")
            }
            let text = String(columns[column])
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw error("the \(name) sentence is empty", help: "take the line out, or complete it")
            }
            return options.isNormalized ? TextNormalization.normalized(text) : text
        }
        let source = try sentence("source", options.source)
        let target = try sentence("target", options.target)
        let counts = [source, target].map { Vocabulary.tokens(of: $0, by: options.unit).count }
        let isEmpty = [source, target].contains { $0.allSatisfy(\.isWhitespace) }
        if isEmpty || counts.contains(where: { $0 > options.maxLength ?? Int.max }) {
            result.leftOut += 1
        } else {
            result.sources.append(source)
            result.targets.append(target)
        }
    }
}
