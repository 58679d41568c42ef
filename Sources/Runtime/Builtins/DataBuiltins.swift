import Datasets
import TensorCore

extension Builtin {
    static let data: [Builtin] = [
        Builtin(
            "load(path, target=none, classes=none, scale=none, header=none, skip=0, separator=none, missing=none, text=none, decimal=\".\", thousands=none, source=none, normalize=false, unit=\"character\", max_length=none, min_count=1, bucket=false, size=none, channels=none, lazy=none)",
            .data,
            "Loads data from a file or folder; the contents decide the format.",
            details: """
                A folder of IDX files (MNIST and its kin, plain or .gz) gives a dataset with .train and .test; so does a .npz
                with Xtrain, ytrain, ... One IDX or .npy file gives a tensor, other .npz and .safetensors a record of tensors
                by their names, as in weights["conv1.weight"]. A .pth or .pt, as torch.save writes it, gives what it holds:
                tensors, numbers, texts, lists and records of them; nothing in it is run, and other objects of Python are
                refused. Images are [n, channels, height, width], also where they are stored
                as [n, height, width] or with 1 or 3 channels last. Pixels that are whole numbers from 0 to 255 (and not only 0
                and 1) are kept as bytes, whatever their type, and scaled to 0..1 for the model; `scale` is what they are
                multiplied with instead.

                A .png or .jpg gives uint8 [channels, height, width], with 1 channel where it is grey, else 3; transparency is
                left out. `size=[h, w]`, or one number for both, resizes it (bilinear, filtered as in torchvision); `channels=1`
                makes it grey, `channels=3` coloured. A folder of images in a folder for each class (photos/cat/1.png), or of
                train/, val/ and test/ with such folders, gives a dataset whose classes are the sorted names of the folders;
                images of different sizes need `size`. lazy=true leaves images in their files until a batch needs them, as is
                done unless lazy=false where they take over 1 GB; a thread reads the next batch meanwhile. CIFAR's binary files
                (data_batch_1.bin, ...) are loaded by their folder or one by one; of CIFAR-100 target="coarse" takes the 20 classes.

                An .onnx, as torch.onnx.export and others write it, gives a model with its weights, which predicts, is trained and
                shows its definition as `net.source`. It is a list of layers where each takes what the one before gives, else it
                has a `fn forward`. An operator without a counterpart is refused by the name of its node.

                A file of `save workspace` brings its variables, functions and models back; functions run again when they are
                called, and so do the blocks of models.

                A .json gives records, lists, texts and numbers. Other text: `read(path)`, `lines(path)`.

                A table (.csv) gives a table, or with `target=\"column\"` a dataset, in which columns of text are classes by sorted
                order. Cells are separated by what the first lines agree on, or by `separator=\";\"` (" " is any run of blanks).
                Empty cells are missing (none, nan in a dataset); so are NA, N/A, NULL, \\N, None, ?, - in columns of numbers, and the
                words of `missing=["unknown"]` in every column. A cell in quotes is text, and so are all of `text=["column"]`. A
                word in a column of numbers is an error with its line, or with text=true makes the column text. header=false: the first line is data, and the columns are
                column0, column1, ...; header=true: it has the names, though they are numbers; skip: how many lines are passed
                over before. decimal=\",\" thousands=\".\": how numbers are written. A first column without a name that counts the
                rows is left out. Comments (# ...) above the header are passed over; one over numbers, of as many cells, is the
                header itself. Excel's first line sep=; says what separates cells.

                Pairs of sentences are lines of columns between tabs: `load \"folder\" source=1 target=0` takes the sentences from
                column 1 and their translations from column 0 (columns count from 0) of one file, or of a folder's train-*,
                val-* and test-*, which all use the vocabularies of train. normalize: lower case, no accents, a space before
                each of . ! ?, and one space for all else that is not a letter. unit: a sentence is a sequence of "character"s or
                of "word"s. max_length leaves pairs out with more of them on a side. min_count: what is found in training less
                often is not in the vocabulary, and read as "unknown". bucket: batches gather sentences of like length. Empty lines say nothing; pairs that normalizing leaves empty are left out.
                """,
            example: "save tensor([1, 2, 3]) \"/tmp/example.npy\"\nload \"/tmp/example.npy\""
        ) { call in
            let path = try call.string("path")
            try call.interpreter.checkNoTextIsReadBack()
            if path.hasSuffix(".json"), !Folder.exists(path) { return try call.json(path) }
            if path.hasSuffix(".onnx"), !Folder.exists(path) { return try ONNXFile.load(path, call.interpreter) }
            if try Workspace.restore(path, call.interpreter) { return .none }
            let text = try call.textOptions()
            var options = LoadOptions(
                target: text == nil ? try call.optionalString("target") : nil,
                classNames: call.has("classes") ? try call.strings("classes") : nil,
                scale: try call.optionalNumber("scale"), table: try call.tableFormat(), text: text)
            try call.addImageOptions(to: &options)
            switch try Loader.load(path, options) {
            case .collection(let collection): return .object(CollectionObject(collection))
            case .dataset(let dataset): return .object(DatasetObject(dataset))
            case .tensor(let tensor): return .tensor(tensor)
            case .tensors(let tensors): return .record(Record(tensors.map { ($0.name, .tensor($0.value)) }))
            case .python(let value): return Value(value)
            case .table(let table): return .object(TableObject(table))
            }
        },
        Builtin(
            "save(value, path, compressed=false, append=false, quality=75, overwrite=false)", .data,
            "Writes a text, any plain value to .json, a tensor to .npy or as an image to .png or .jpg, a model or a record of tensors to .npz or .safetensors, records of tensors and plain values to .pt, a model to .onnx, a table to .csv, runs to .html.",
            details: """
                A string is written as it is to a path of any ending, a list of strings as lines; `append=true` adds them to what
                is there. NumPy reads .npy and .npz, Python's safetensors the weights of a model by the names of its
                layers, PyTorch a .pt, such as `save net.state_dict() "net.pt"`.
                An image is [H, W], or [C, H, W] with 1 or 3 channels: bytes, or fractions from 0 to 1; `quality`, from 1 to 100,
                is that of a .jpg. An .onnx is a network that onnxruntime and others run, with any number of examples in a batch:
                what the model does in `evaluate`, layer by layer, also in `fn forward`; what ONNX has no operator for is refused
                by the name of the operation and its layer. A model of several inputs is applied first: indices, masks and lengths
                of rows are inputs of their types. `save figure "x.svg"` writes the last figure, `save session "x.dls"`
                what was typed, as a notebook. `save workspace "x"` writes the variables, functions and models of the session,
                and `load "x"` brings them back; what cannot be saved, such as a dataset, is named. Kept runs are saved by their
                numbers, also in tables such as those of sweeps. The file appears whole or not at all. What dls wrote is replaced; a file that it did not write, or that
                something else has changed since, only with `overwrite=true`.
                """,
            example: "save tensor([1, 2, 3]) \"/tmp/example.npy\""
        ) { call in
            let path = try call.string("path")
            call.interpreter.noteText(of: call.value("value"))
            let isAppended = try call.boolean("append")
            if !isAppended { try call.checkMayReplace(path) }
            if try call.savesText(path, isAppended: isAppended) { return .none }
            if let figure = try call.value("value").asFigure(call.interpreter) {
                try Gnuplot.save(figure, to: path)
            } else if call.value("value").object(as: SessionObject.self) != nil {
                try call.interpreter.sessionHost().saveTranscript(to: path)
            } else if call.value("value").object(as: WorkspaceObject.self) != nil {
                try Workspace.save(call.interpreter, to: path)
            } else if path.hasSuffix(".json") {
                try TextFile.write(try call.value("value").plainJSON().stoppableText() + "\n", to: path)
            } else if path.hasSuffix(".html") {
                try call.saveRunPage(to: path)
            } else if path.hasSuffix(".csv") {
                try call.table("value").writeCSV(to: path)
            } else if path.hasSuffix(".npz") {
                let arrays = try WeightFile.tensors(of: call.value("value"), path)
                try ArrayWriter.writeNPZ(arrays, to: path, compressed: try call.boolean("compressed"))
            } else if path.hasSuffix(".npy") {
                try ArrayWriter.writeNPY(try call.plainTensor("value"), to: path)
            } else if ImageFormat(path: path) != nil {
                try ImageWriter.write(
                    try call.constant("value"), to: path, quality: try call.integer("quality"))
            } else if PyTorchFile.isPath(path) {
                try PyTorchFile.write(try call.value("value").pythonValue(), to: path)
            } else if path.hasSuffix(".onnx") {
                try ONNXFile.save(call.value("value"), to: path)
            } else if path.hasSuffix(".safetensors") {
                try WeightFile.save(call.value("value"), to: path)
            } else {
                throw Failure(
                    "`save` writes .npy, .npz, .safetensors, .pt, .onnx, .csv, .html, .json, .png and .jpg, and got the path \(quoted(path))",
                    help: [
                        "a tensor goes to .npy, an image to .png, a record of tensors to .npz, a model to .safetensors or .onnx, a table to .csv",
                        "a string is written as it is to any path: `save str(x) \"x.txt\"`",
                    ])
            }
            return .none
        },
        Builtin(
            "dataset(x, y=none, classes=none, scale=none, name=\"data\")", .data,
            "A dataset of examples [N, ...] and their targets [N] or [N, ...]; or of N examples that a function makes when they are wanted.",
            details: """
                dataset(n, i -> {x=..., y=...}) calls the function with 0 to n-1 for the examples of each batch, and keeps none.
                All have the shape of the first; a plain whole number as y is a class. An example is the same each time: what
                random numbers it draws depends on its index. Images of files: i -> {x=load(paths[i], size=64), y=labels[i]}.

                Four axes are images, [N, channels, height, width] or with 1 or 3 channels last; three axes of uint8, or of int64
                from 0 to 255, are grey images and get an axis of one channel. Images that hold bytes (whole numbers from 0 to
                255, and not only 0 and 1), whatever their type, and all uint8 are scaled to 0..1 for the model; `scale` is what
                they are multiplied with instead. Other x stays as it is, and integers without a scale are indices.
                """,
            example: "dataset([[1, 2], [3, 4]], [0, 1])\ndataset(100, i -> {x=[i, i * i], y=i % 2})"
        ) { call in
            if let made = try call.madeDataset() { return .object(DatasetObject(made)) }
            var classes = call.has("classes") ? try call.strings("classes") : nil
            let texts = try call.value("y").elements?.compactMap(\.asString) ?? []
            let y: Tensor? =
                !texts.isEmpty && texts.count == call.value("y").knownCount
                ? try {
                    // Texts are classes, numbered in sorted order.
                    let names = classes ?? Set(texts).sorted()
                    classes = names
                    return try Tensor(
                        texts.map { text in
                            guard let index = names.firstIndex(of: text) else {
                                throw Failure(
                                    "\(quoted(text)) in `y` is none of the classes \(names.joined(separator: ", "))")
                            }
                            return Int64(index)
                        })
                }()
                : call.has("y")
                    ? try {
                        let tensor = try call.constant("y")
                        if case .tensor = call.value("y") { return tensor }
                        // A plain list of whole numbers is one of classes.
                        let isWhole = tensor.rank == 1 && tensor.doubles().allSatisfy { Int64(exactly: $0) != nil }
                        return try tensor.cast(to: isWhole ? .int64 : .float32)
                    }() : nil
            let scale = try call.optionalNumber("scale")
            let name = try call.string("name")
            let x = try ImageBatch.ofValue(call.constant("x", plain: .float32), scale: scale, name: name)
            return .object(DatasetObject(try Dataset(x: x, y: y, classNames: classes, scale: scale, name: name)))
        },
        Builtin(
            "split(data, size=none, seed=none, separator=none, maxsplit=none, pattern=none)", .data,
            "Two parts of a dataset drawn at random, the first of `size` examples or a share of them; the parts of a text.",
            details: """
                A text is split as in Python: `text.split()` at white space, `text.split(",")` at each separator, `text.split(",", 1)`
                once at most. At a regular expression: `text.split(pattern='[,;]\\s*')`.
                """,
            example: "a, b = split dataset(ones([10, 2]), zeros([10])) 0.8 seed=1\nlen(a)\n\"a,b,c\".split(\",\")"
        ) { call in
            if case .string(let text) = call.value("data") { return .list(try call.split(text)) }
            if case .tensor = call.value("data") {
                throw Failure(
                    "`split` of a tensor means parts of a size in PyTorch and a number of parts in NumPy",
                    help: [
                        "three parts: `chunk(x, 3)`",
                        "between places: `split_at(x, [2, 4])`, or `split_at(x, range(2, len(x), 2))` for parts of two",
                    ])
            }
            let dataset = try call.dataset("data")
            let size = try call.number("size")
            let key = try call.key("seed")
            let (first, second) =
                size < 1
                ? try dataset.split(fraction: size, key: key)
                : try dataset.split(count: try call.integer("size", atLeast: 0), key: key)
            return .list([.object(DatasetObject(first)), .object(DatasetObject(second))])
        },
        Builtin(
            "shuffle(data, seed=none)", .data,
            "The same examples, or elements of a list or of axis 0 of a tensor, in random order.",
            example: "len(shuffle([1, 2, 3], seed=1))"
        ) { call in
            let key = try call.key("seed")
            if let elements = try call.value("data").elements {
                return .list(try Tensor.permutation(elements.count, key: key).map { elements[$0] })
            }
            if case .tensor(let tensor) = call.value("data"), tensor.rank > 0 {
                let order = try Tensor(Tensor.permutation(tensor.shape[0], key: key).map { Int64($0) })
                return .tensor(try tensor.take(order))
            }
            return .object(DatasetObject(try call.dataset("data").shuffled(key: key)))
        },
        Builtin(
            "take(data, count)", .data, "The first examples of a dataset, or elements of a list or tensor.",
            example: "take([1, 2, 3], 2)"
        ) { call in
            let count = try call.integer("count", atLeast: 0)
            if case .range(let range) = call.value("data") {
                return .range(range[SliceBounds(first: 0, step: 1, count: min(count, range.count))])
            }
            if let elements = try call.value("data").elements { return .list(Array(elements.prefix(count))) }
            if case .tensor(let tensor) = call.value("data") {
                return .tensor(try tensor.at([.slice(start: 0, stop: count, step: 1)]))
            }
            return .object(DatasetObject(try call.dataset("data").taking(count)))
        },
        Builtin(
            "normalize(data, mean=none, std=none, p=2, axis=none, eps=0.000000000001)", .data,
            "A dataset with each channel shifted to mean 0 and scaled to deviation 1: by its own figures, those of the train part, or given ones.",
            details:
                "Of a tensor, as PyTorch's: divided by its `p`-norm along an axis (1 unless given, 0 of a vector), at least `eps`.",
            example: "normalize(dataset([[1, 2], [3, 4]], [0, 1])).x\nnormalize([[3, 4], [0, 2]])"
        ) { call in
            if case .object = call.value("data") {} else { return .tensor(try call.normalizedTensor()) }
            var given: Normalization?
            if call.has("mean") || call.has("std") {
                func numbers(_ parameter: String) throws -> [Double] {
                    if let number = call.value(parameter).asNumber { return [number] }
                    return try call.list(parameter).map { value in
                        guard let number = value.asNumber else { throw call.failure(parameter, takes: "numbers") }
                        return number
                    }
                }
                given = Normalization(means: try numbers("mean"), deviations: try numbers("std"))
            }
            if let collection = call.value("data").object(as: CollectionObject.self) {
                return .object(CollectionObject(try collection.collection.normalized(given)))
            }
            return .object(DatasetObject(try call.dataset("data").normalized(given)))
        },
        Builtin(
            "batches(data, size, shuffle=false, seed=none, drop_last=false, augment=none, collate=none, weights=none, sampler=none)",
            .data,
            "Goes through a dataset in batches: records of x and y.",
            details: """
                Of pairs of sentences the records have, in place of x and y, source and target [n, time], padded to the longest
                of the batch, source_lengths and target_lengths [n], and source_mask and target_mask [n, 1, time], true where
                there is padding. Targets go from the start token to the end token; indices are those of the pairs' own
                vocabularies.

                augment, weights: as in `train`; weights draws in place of `shuffle`. collate: a function of the list of a
                batch's examples, records of x and y, whose result takes the place of the batch. sampler: the places of the
                examples of a pass, in order, or an object whose `iterate` gives them anew for each pass.

                An object of a class with `fn len()` and `fn get(i)` is a data set too, and so are a list of examples and the
                rows of a tensor. Examples are put together as PyTorch does: numbers and tensors become a tensor, lists and
                records are put together part by part, so that of pairs [x, y] each batch is a pair. `train` and `evaluate`
                take such an object whose examples are pairs [x, y], records {x=..., y=...} or x alone.
                """,
            example: """
                for batch in batches(dataset(ones([5, 2]), zeros([5])), 2) { print batch.x.shape }
                class Squares(n) { fn len() = n; fn get(i) = [tensor([i, i * i]), i % 2] }
                for x, y in batches(Squares(5), 3) { print x.shape y.list() }
                """
        ) { call in
            let augmentation = try call.augmentation("augment")
            let isShuffled = try call.boolean("shuffle")
            let data = call.value("data")
            let items = augmentation == nil && !call.has("weights") ? try ExampleItems(data) : nil
            let dataset = try items == nil ? call.dataset("data") : nil
            let weights = try dataset.flatMap { try call.exampleWeights("weights", of: $0) }
            if let dataset { try weights?.check(dataset) }
            let sampler = call.value("sampler")
            guard sampler.isNone || !isShuffled && weights == nil else {
                throw Failure(
                    "`sampler` of `\(call.name)` says the order itself",
                    help: "leave out `\(isShuffled ? "shuffle" : "weights")`")
            }
            let isRandom = isShuffled || weights != nil
            let key = isRandom || augmentation != nil ? try call.key("seed") : nil
            let source: BatchesObject.Source? =
                try items.map { .items($0) }
                ?? dataset.map { .dataset(try augmentation.map($0.augmented) ?? $0) }
            guard let source else { throw call.failure("data", takes: "a dataset") }
            return .object(
                BatchesObject(
                    of: data, source, size: try call.integer("size", atLeast: 1),
                    order: .init(key: isRandom ? key : nil, weights: weights, sampler: sampler),
                    augmentationKey: key?.child(named: "augment"), dropLast: try call.boolean("drop_last"),
                    collate: call.has("collate") ? try call.callable("collate") : nil, call.interpreter))
        },
    ]
}

extension Call {
    /// How `load` is to read pairs of sentences, where it is told a column of them.
    fileprivate func textOptions() throws -> TextOptions? {
        guard has("source") else {
            if let name = ["max_length", "min_count"].first(where: isGiven)
                ?? ["normalize", "bucket"].first(where: isSwitchedOn)
            {
                throw Failure(
                    "`\(name)` of `load` is for pairs of sentences",
                    help: "say where they stand: load \"folder\" source=1 target=0")
            }
            return nil
        }
        guard has("target") else {
            throw Failure(
                "`load` needs the column of the translations", help: "load \"folder\" source=1 target=0")
        }
        return TextOptions(
            source: try integer("source"), target: try integer("target"), isNormalized: try boolean("normalize"),
            unit: try unit("unit"), maxLength: try optionalInteger("max_length"),
            minCount: try integer("min_count"), isBucketed: try boolean("bucket"))
    }

    /// What images are to become on loading.
    fileprivate func addImageOptions(to options: inout LoadOptions) throws {
        if has("size") {
            let (height, width) = try imageSize("size")
            options.size = ImageSize(height: height, width: width)
        }
        if has("channels") {
            let channels = try integer("channels")
            guard [1, 3].contains(channels) else {
                throw failure("channels", takes: "1 for grey images or 3 for coloured ones")
            }
            options.channels = channels
        }
        options.isLazy = has("lazy") ? try boolean("lazy") : nil
    }

    /// The value in a file of JSON.
    fileprivate func json(_ path: String) throws -> Value {
        if let name = function.signature.namedParameters.first(where: { $0 != "path" && isGiven($0) }) {
            throw Failure("`\(name)` of `load` is for tables and datasets, and \(quoted(path)) is JSON")
        }
        return try Value(parsing: TextFile.read(path, mostBytes: ListLength.mostBytes), called: path)
    }

    /// Writes a string or a list of strings as text; false where the value is something else.
    fileprivate func savesText(_ path: String, isAppended: Bool) throws -> Bool {
        let text: String
        if let string = value("value").asString {
            text = string
        } else if let lines = try value("value").elements?.map(\.asString), !lines.contains(nil), !lines.isEmpty,
            !path.hasSuffix(".json")
        {
            text = lines.map { ($0 ?? "") + "\n" }.joined()
        } else {
            guard isAppended else { return false }
            throw failure("value", takes: "a string or a list of strings where it is appended")
        }
        let known = [".npy", ".npz", ".safetensors", ".png", ".jpg", ".jpeg"]
        if let ending = known.first(where: path.hasSuffix) {
            throw Failure(
                "the value for \(quoted(path)) is text, and \(ending) holds \(ImageFormat(path: path) == nil ? "tensors" : "an image")",
                help: "a text goes to .txt, as in `save text \"x.txt\"`")
        }
        try (isAppended ? TextFile.append : TextFile.write)(text, path)
        return true
    }

    /// The parts of a text, by separators or a regular expression.
    fileprivate func split(_ text: String) throws -> [Value] {
        // As a method it is Python's: the first argument is the separator, the second how often to split.
        let separator = has("separator") ? "separator" : "size"
        let count = has("maxsplit") ? "maxsplit" : "seed"
        let given = has(count) ? try integer(count) : -1
        let most = given < 0 ? nil : given
        guard has("pattern") else {
            return try parts(of: text, separator: separator, atMost: most).map { .string($0) }
        }
        guard !has(separator) else { throw Failure("`split` takes a separator or a pattern, not both") }
        let pattern = try pattern("pattern")
        let search = try PatternSearch(pattern, in: text)
        var parts: [Value] = []
        var (end, splits) = (0, 0)
        if most != 0 {
            try search.forEachMatch { match in
                try ListLength.check(parts.count + pattern.groupCount + 2)
                parts.append(.string(search.text(end..<match.range.lowerBound)))
                // As in Python, what groups match is a part too, and none where they have no part in it.
                parts += (0..<pattern.groupCount).map { group in
                    match.range(of: group + 1).map { .string(search.text($0)) } ?? .none
                }
                end = match.range.upperBound
                splits += 1
                return splits != most
            }
        }
        return parts + [.string(search.text(end..<search.scalars.count))]
    }

    /// How a table is written; nil where no argument says.
    fileprivate func tableFormat() throws -> TableFormat? {
        let names = ["header", "skip", "separator", "missing", "text", "decimal", "thousands"]
        guard names.contains(where: { isGiven($0) }) else { return nil }
        func mark(_ parameter: String, _ expected: String) throws -> UInt8? {
            guard has(parameter) else { return nil }
            let bytes = Array(try string(parameter).utf8)
            guard bytes.count == 1, bytes[0] == 0x09 || (0x20..<0x7f).contains(bytes[0]),
                bytes[0] != UInt8(ascii: "\""),
                !Character(UnicodeScalar(bytes[0])).isLetter, !Character(UnicodeScalar(bytes[0])).isNumber
            else { throw failure(parameter, takes: expected) }
            return bytes[0]
        }
        var format = TableFormat()
        format.hasHeader = has("header") ? try boolean("header") : nil
        format.skippedLines = try integer("skip", atLeast: 0)
        format.separator = try mark("separator", "one sign, such as \";\" or \"\\t\"")
        format.missing = has("missing") ? try words("missing") : nil
        format.takesWords = isSwitchedOn("text")
        format.textColumns = try has("text") && !format.takesWords ? words("text") : []
        format.decimalMark = try mark("decimal", "one sign, such as \",\"") ?? format.decimalMark
        format.thousandsMark = try mark("thousands", "one sign, such as \",\"")
        guard format.decimalMark != format.thousandsMark else {
            throw Failure(
                "`thousands` and `decimal` of `load` are the same sign", help: "decimal=\",\" thousands=\".\"")
        }
        return format
    }

    /// One text or several.
    private func words(_ parameter: String) throws -> [String] {
        try value(parameter).asString.map { [$0] } ?? strings(parameter)
    }

    private func isSwitchedOn(_ parameter: String) -> Bool {
        if case .boolean(true) = value(parameter) { true } else { false }
    }

    /// A dataset; of one with parts, the part has to be named.
    package func dataset(_ parameter: String) throws -> Dataset {
        if let object = value(parameter).object(as: DatasetObject.self) { return object.dataset }
        if let object = value(parameter).object(as: CollectionObject.self) {
            throw Failure(
                "`\(parameter)` of `\(name)` is a dataset with parts, and one of them is needed",
                help: "take one of \(object.fieldNames.map { ".\($0)" }.joined(separator: ", "))")
        }
        if let made = try madeDataset(of: value(parameter)) { return made }
        guard value(parameter).object(as: BatchesObject.self) == nil else {
            throw Failure(
                "`\(parameter)` of `\(name)` is a dataset, which makes its batches itself",
                help: "give it that of the batches, their field `dataset`, and `batch=` for their size")
        }
        throw failure(parameter, takes: "a dataset")
    }

    /// The random key of a seed, or the session's next one.
    package func key(_ parameter: String) throws -> RandomKey {
        guard has(parameter) else { return interpreter.random.next() }
        return RandomKey(seed: UInt64(try integer(parameter, atLeast: 0)), stream: 0)
    }
}

extension TableObject {
    convenience init(_ table: ColumnTable) {
        self.init(
            columns: table.columns.map { column in
                (column.name, Self.values(column.values))
            })
    }

    private static func values(_ values: ColumnTable.Values) -> [Value] {
        switch values {
        // A number has 53 bits for its digits; longer ones are names, whose digits count.
        case .integers(let values) where values.contains { Double(exactly: $0) == nil }: values.map { .string("\($0)") }
        case .integers(let values): values.map { .number(Double($0)) }
        case .numbers(let values): values.map { $0.map { .number($0) } ?? .none }
        case .booleans(let values): values.map { $0.map { .boolean($0) } ?? .none }
        case .text(let values): values.map { $0.map { .string($0) } ?? .none }
        case .mixed(let cells):
            cells.map { cell in
                switch cell {
                case .missing: .none
                case .number(let number): .number(number)
                case .boolean(let flag): .boolean(flag)
                case .text(let text): .string(text)
                }
            }
        }
    }
}
