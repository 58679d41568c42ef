/// Something that users of Python and its libraries write, and how dls writes it: a row of `help python` and its like.
package struct FamiliarName: Sendable {
    package enum Answer: Sendable {
        /// The same word means the same thing, with or without its module in front.
        case same
        /// The word is another name of the dls function.
        case alias
        /// dls writes it in another way.
        case instead
        /// There is nothing like it, and the remark says why or what to do.
        case refused
    }

    /// An example, as users of the library write it: `torch.cat([a, b], dim=1)`.
    package let written: String
    /// The same in dls: `concat([a, b], axis=1)`. Empty where there is nothing.
    package let dls: String
    package let remark: String
    package let answer: Answer
    /// The words that the row answers: without their modules, as they follow a `.` or stand alone.
    package let words: [String]
    /// Arguments that the library's function has by default and the dls function has not.
    let options: [String: String]
    /// The function of `FamiliarFunctions` that takes the library's arguments in their order.
    let function: String?

    /// Options that are the first or second argument, by the name that dls has for it.
    static let (first, second) = ("#1", "#2")
    static let places = [first: 0, second: 1]

    /// Whether the library makes the function by a call: `nn.MSELoss()(x, y)`.
    var makesFunction: Bool { written.contains("()(") }

    private init(
        _ written: String, _ dls: String, _ remark: String, _ answer: Answer, _ words: String?,
        _ options: [String: String] = [:], by function: String? = nil
    ) {
        self.written = written
        self.dls = dls
        self.remark = remark
        self.answer = answer
        self.words = words.map { $0.split(separator: " ").map(String.init) } ?? [FamiliarName.word(of: written)]
        self.options = options
        self.function = function
    }

    static func same(_ written: String, _ remark: String = "", with options: [String: String] = [:]) -> FamiliarName {
        FamiliarName(written, plain(written), remark, .same, nil, options)
    }

    static func alias(
        _ written: String, _ dls: String, _ remark: String = "", with options: [String: String] = [:],
        by function: String? = nil
    ) -> FamiliarName {
        FamiliarName(written, dls, remark, .alias, nil, options, by: function)
    }

    static func instead(
        _ written: String, _ dls: String, _ remark: String = "", for words: String? = nil
    ) -> FamiliarName {
        FamiliarName(written, dls, remark, .instead, words)
    }

    static func refused(_ written: String, _ remark: String, for words: String? = nil) -> FamiliarName {
        FamiliarName(written, "", remark, .refused, words)
    }

    /// Whether the example works in dls as it is written.
    package var isTaken: Bool { answer == .same || answer == .alias }

    /// Whether the word alone is none of dls: with its module it has other arguments than the function.
    var needsModule: Bool { isTaken && path != nil && (makesFunction || !options.isEmpty || function != nil) }

    /// What an error says to somebody who wrote the word.
    var hint: String {
        if isTaken { return "write `\(dls)` or `\(written)`" }
        guard !dls.isEmpty else { return remark }
        return "write `\(dls)`" + (remark.isEmpty ? "" : "; \(remark)")
    }

    /// `np.random.randn` of `np.random.randn(2, 3)`; nil where the example does not begin with a module.
    var path: String? {
        let path = String(written.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
        let dot = path.firstIndex(of: ".") ?? path.endIndex
        return dot < path.endIndex && FamiliarNames.isRoot(String(path[..<dot])) ? path : nil
    }

    /// The dls function, or the value that is written.
    var target: String { FamiliarName.word(of: dls) }

    /// `cat` of `torch.cat([a, b])`, `view` of `x.view(2, 3)`.
    private static func word(of expression: String) -> String {
        let path = expression.prefix { $0 != "(" && $0 != " " && $0 != "[" }
        return path.split(separator: ".").last.map(String.init) ?? ""
    }

    /// Without the module in front.
    private static func plain(_ written: String) -> String {
        var rest = written[...]
        while let dot = rest.firstIndex(of: "."), FamiliarNames.modules.contains(String(rest[..<dot])) {
            rest = rest[rest.index(after: dot)...]
        }
        return String(rest)
    }
}

/// The rows on one subject.
package struct FamiliarSection: Sendable {
    package let title: String
    package let rows: [FamiliarName]

    init(_ title: String, _ rows: [FamiliarName]) {
        self.title = title
        self.rows = rows
    }
}

/// The libraries that have a page of the help each.
package enum FamiliarLibrary: String, CaseIterable, Sendable {
    case python, numpy, pytorch, matplotlib, pandas, keras

    package var sections: [FamiliarSection] {
        switch self {
        case .python: FamiliarNames.python
        case .numpy: FamiliarNames.numpy
        case .pytorch: FamiliarNames.pytorch
        case .matplotlib: FamiliarNames.matplotlib
        case .pandas: FamiliarNames.pandas
        case .keras: FamiliarNames.keras
        }
    }

    init?(called name: String) {
        let others: [String: FamiliarLibrary] = [
            "np": .numpy, "torch": .pytorch, "plt": .matplotlib, "pd": .pandas, "sklearn": .keras, "nn": .pytorch,
            "F": .pytorch,
        ]
        guard let library = FamiliarLibrary(rawValue: name) ?? others[name] else { return nil }
        self = library
    }

    var title: String {
        switch self {
        case .python: "Python"
        case .numpy: "NumPy"
        case .pytorch: "PyTorch"
        case .matplotlib: "Matplotlib"
        case .pandas: "pandas"
        case .keras: "Keras and scikit-learn"
        }
    }
}

/// What Python and its libraries write, in dls: the one list from which errors, aliases and pages of the help are made.
package enum FamiliarNames {
    /// The modules whose functions are written with the module in front: `np.zeros([2])` is `zeros([2])`.
    private static let roots: Set<String> = [
        "np", "torch", "nn", "F", "optim", "math", "time", "random", "os", "json", "re", "string", "copy", "functools",
        "itertools", "collections", "plt", "pd", "glob", "pathlib", "pickle", "transforms", "lr_scheduler",
    ]

    /// The modules and those inside them: `np.linalg`.
    static let modules = roots.union([
        "linalg", "path", "functional", "cuda", "utils", "init", "data", "special", "parametrizations",
    ])

    /// The names that modules have beside the customary ones.
    private static let otherNames: [String: String] = [
        "numpy": "np", "pandas": "pd", "matplotlib.pyplot": "plt", "torch.nn": "nn", "torch.nn.functional": "F",
        "nn.functional": "F",
        "torch.optim": "optim", "torch.nn.init": "nn.init", "torch.nn.utils": "nn.utils",
        "optim.lr_scheduler": "lr_scheduler", "torch.linalg": "np.linalg",
    ]

    /// Whether it is the name of a module that dls knows.
    static func isRoot(_ name: String) -> Bool { roots.contains(name) || name == "numpy" || name == "pandas" }

    /// Modules that are imported beside those of the list, and whose names have hints.
    private static let others: Set<String> = [
        "numpy", "pandas", "matplotlib", "torchvision", "seaborn", "sklearn", "tqdm", "typing", "warnings", "sys",
        "IPython", "dataclasses", "__future__", "pprint", "logging",
    ]

    /// Whether `import` of it says nothing that dls does not know.
    static func isLibrary(_ path: String) -> Bool {
        let first = path.prefix { $0 != "." }
        return roots.contains(String(first)) || others.contains(String(first))
    }

    /// `nn` for `torch.nn`
    static func customary(_ path: String) -> String { otherNames[path] ?? path }

    package static var all: [FamiliarName] {
        FamiliarLibrary.allCases.flatMap { $0.sections.flatMap(\.rows) }
    }

    /// The first row for each word that dls does not take, or only with its module in front.
    private static let hints: [String: FamiliarName] = {
        var hints: [String: FamiliarName] = [:]
        for row in all where !row.isTaken || row.needsModule {
            for word in row.words where hints[word] == nil { hints[word] = row }
        }
        return hints
    }()

    /// Rows by their whole path: `plt.plot`.
    private static let rowsByPath: [String: FamiliarName] = {
        var rows: [String: FamiliarName] = [:]
        for row in all {
            if let path = row.path, rows[path] == nil { rows[path] = row }
        }
        return rows
    }()

    /// How to write in dls what somebody wrote.
    static func hint(_ word: String) -> String? { hints[word]?.hint }

    /// Functions whose names mean one thing without their module too.
    private static let plainWords: Set<String> = [
        "interpolate", "scaled_dot_product_attention", "smooth_l1_loss", "gumbel_softmax", "cdist", "polyfit",
        "polyval",
    ]

    /// Functions of `FamiliarFunctions` that are named without a module too: classes, such as `DataLoader`, and `tqdm`.
    private static let functionsByWord: [String: String] = {
        var functions: [String: String] = [:]
        for row in all {
            guard let function = row.function,
                row.path == nil || row.words[0].first?.isUppercase == true || plainWords.contains(row.words[0])
            else { continue }
            functions[row.words[0]] = function
        }
        return functions
    }()

    static func function(called word: String) -> Function? {
        functionsByWord[word].map { FamiliarFunctions.function($0, called: word) }
    }

    static func row(at path: String) -> FamiliarName? { rowsByPath[customary(path)] }

    /// The names in a module that has rows: `["randn", "seed"]` of `np.random`.
    static func members(of module: String) -> [String] {
        let start = module + "."
        let names = rowsByPath.compactMap { path, row -> String? in
            guard path.hasPrefix(start), row.isTaken else { return nil }
            return path.dropFirst(start.count).split(separator: ".").first.map(String.init)
        }
        return Set(names).sorted()
    }

    static func isModule(_ path: String) -> Bool {
        let start = customary(path) + "."
        return rowsByPath.keys.contains { $0.hasPrefix(start) }
    }

    /// Second names of built-ins, such as `cat` for `concat`.
    static var aliases: [String: String] {
        var aliases: [String: String] = [:]
        for row in all
        where row.answer == .alias && !row.needsModule && row.function == nil && !row.dls.hasPrefix("\"")
            && row.dls != "none"
        {
            let word = row.words[0]
            if word != row.target, row.path?.hasPrefix("time.") != true { aliases[word] = row.target }
        }
        return aliases
    }

    /// Names of arguments, which built-ins take for their own where they have no argument of that name.
    private static let arguments: [String: [String]] = [
        "dim": ["axis"], "keepdim": ["keepdims"], "dims": ["axis", "axes"], "axis": ["axes"], "kernel_size": ["kernel"],
        "out_channels": ["channels"],
        "out_features": ["features"], "in_features": ["inputs"], "in_channels": ["inputs"],
        "num_features": ["inputs"], "learning_rate": ["lr"], "batch_size": ["batch"], "num_epochs": ["epochs"],
        "validation_data": ["validate"], "p": ["probability"], "size": ["shape"], "start_dim": ["start"],
        "end_dim": ["end"],
        "negative_slope": ["slope"], "num_classes": ["classes"], "depth": ["classes"], "fill_value": ["value"],
        "diagonal": ["k"], "num_samples": ["n"], "random_state": ["seed"], "min": ["low"], "max": ["high"],
        "decimals": ["digits"],
        "a_min": ["low"], "a_max": ["high"], "num_embeddings": ["entries"], "embedding_dim": ["dimensions"],
        "num_layers": ["layers"], "hidden_size": ["hidden"], "num_groups": ["groups"], "ddof": ["correction"],
        "figsize": ["size"], "c": ["color"], "return_counts": ["counts"], "return_inverse": ["inverse"],
        "padding_value": ["value"],
    ]

    /// Names of arguments that mean about the same, for an error that suggests them.
    private static let likeArguments: [String: String] = [
        "restore_best_weights": "best", "early_stopping": "patience", "max_time": "time", "validation": "validate",
        "val": "validate", "device": "threads", "separator": "with", "sep": "with",
        "xlabel": "x", "ylabel": "y", "label": "labels", "markers": "marker",
        "names": "labels", "delimiter": "separator", "validation_split": "validate", "callbacks": "on_epoch",
    ]

    /// Whether an argument of PyTorch's functions changes nothing here, such as `device="cpu"` and `inplace=true`.
    ///
    /// - Throws: `Failure` where it asks for another device, or for gradients.
    static func saysNothing(_ argument: String, _ value: Value, for function: String) throws -> Bool {
        switch argument {
        case "inplace" where ["drop", "fillna", "dropna", "sort", "replace"].contains(function):
            guard case .boolean(true) = value else { return true }
            throw Failure(
                "`\(function)` gives another table", help: "write `t = t.\(function)(...)`, without `inplace`")
        case "inplace", "non_blocking", "num_workers", "pin_memory": return true
        case "device":
            guard case .string(let name) = value, name != "cpu" else { return true }
            throw Failure(
                "there is no device \(quoted(name)): everything runs on this machine's processor",
                help: "leave `device=` out")
        case "requires_grad":
            guard case .boolean(true) = value, function != "parameter" else { return true }
            throw Failure(
                "no gradient is recorded for a tensor of itself",
                help:
                    "leave `requires_grad=` out: gradients are taken of a function, `grad(f)(w)`, and by `train` and `step`"
            )
        default: return false
        }
    }

    /// Whether it can be so for some value.
    static func canSayNothing(_ argument: String) -> Bool {
        ["inplace", "non_blocking", "num_workers", "pin_memory", "device", "requires_grad"].contains(argument)
    }

    /// The names that an argument has here; a built-in has one of them at most.
    static func arguments(for name: String) -> [String] { arguments[name] ?? [] }

    /// The argument that was meant, if the function takes it.
    static func argument(_ name: String, among names: [String]) -> String? {
        (arguments(for: name) + (likeArguments[name].map { [$0] } ?? [])).first { names.contains($0) }
    }
}
