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
    let makesFunction: Bool
    /// `np.random.randn` of `np.random.randn(2, 3)`; nil where the example does not begin with a module.
    let path: String?
    /// Those that the row answers beside it.
    let otherPaths: [String]

    private init(
        _ written: String, _ dls: String, _ remark: String, _ answer: Answer, _ words: String?,
        _ options: [String: String] = [:], by function: String? = nil
    ) {
        self.written = written
        self.dls = dls
        self.remark = remark
        self.answer = answer
        let names = words.map { $0.split(separator: " ").map(String.init) }
        // Of a name with its module, `re.finditer`, the word is the last part.
        self.words =
            names?.map { $0.contains(".") ? FamiliarName.word(of: $0) : $0 } ?? [FamiliarName.word(of: written)]
        otherPaths = names?.filter { $0.contains(".") } ?? []
        self.options = options
        self.function = function
        makesFunction = FamiliarName.makesFunction(written)
        path = FamiliarName.path(of: written) ?? otherPaths.first
    }

    static func same(_ written: String, _ remark: String = "", with options: [String: String] = [:]) -> FamiliarName {
        FamiliarName(written, plain(written), remark, .same, nil, options)
    }

    static func alias(
        _ written: String, _ dls: String, _ remark: String = "", with options: [String: String] = [:],
        by function: String? = nil, for words: String? = nil
    ) -> FamiliarName {
        FamiliarName(written, dls, remark, .alias, words, options, by: function)
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
        if isTaken { return "write " + (isResult ? "" : "`\(dls)` or ") + "`\(written)`" }
        guard !dls.isEmpty else { return remark }
        return "write `\(dls)`" + (remark.isEmpty ? "" : "; \(remark)")
    }

    /// The number that it is, such as `math.e`.
    var number: Double? { written.utf8.contains(UInt8(ascii: "(")) ? nil : Double(dls) }

    /// Whether the dls side is what the example gives, such as `6`, which says nothing of how to write it.
    private var isResult: Bool {
        var isInText = false
        var word = ""
        for byte in (dls + " ").utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { isInText.toggle() }
            if isInText { continue }
            let character = Character(UnicodeScalar(byte))
            if character.isLetter || !word.isEmpty && (character.isNumber || character == "_") {
                word.append(character)
            } else {
                if !word.isEmpty, !Self.wordsOfResults.contains(word) { return false }
                word = ""
            }
        }
        return true
    }

    private static let wordsOfResults: Set<String> = ["true", "false", "none", "pi", "nan", "inf", "array", "tensor"]

    /// The dls function, or the value that is written.
    var target: String { FamiliarName.word(of: dls) }

    // Each start of dls reads all rows, so they are read by bytes.

    private static func makesFunction(_ written: String) -> Bool {
        var (first, second): (UInt8, UInt8) = (0, 0)
        for byte in written.utf8 {
            if first == UInt8(ascii: "("), second == UInt8(ascii: ")"), byte == UInt8(ascii: "(") { return true }
            (first, second) = (second, byte)
        }
        return false
    }

    private static func path(of written: String) -> String? {
        let path = written.utf8.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard let dot = path.firstIndex(of: UInt8(ascii: ".")),
            FamiliarNames.isRoot(String(Substring(path[..<dot])))
        else { return nil }
        return String(Substring(path))
    }

    /// `cat` of `torch.cat([a, b])`, `view` of `x.view(2, 3)`.
    private static func word(of expression: String) -> String {
        let path = expression.utf8.prefix {
            $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "[")
        }
        return path.split(separator: UInt8(ascii: ".")).last.map { String(Substring($0)) } ?? ""
    }

    /// Without the module in front.
    private static func plain(_ written: String) -> String {
        var rest = written.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")),
            FamiliarNames.modules.contains(String(Substring(rest[..<dot])))
        {
            rest = rest[rest.index(after: dot)...]
        }
        return String(Substring(rest))
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
        "statistics", "heapq", "bisect", "operator", "sys", "warnings", "pprint", "logging",
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
        "optim.lr_scheduler": "lr_scheduler", "torch.optim.lr_scheduler": "lr_scheduler", "torch.linalg": "np.linalg",
        "numpy.linalg": "np.linalg", "numpy.random": "np.random", "torchvision.transforms": "transforms",
        "torchvision.transforms.v2": "transforms", "transforms.v2": "transforms",
    ]

    /// Whether it is the name of a module that dls knows.
    static func isRoot(_ name: String) -> Bool { roots.contains(name) || name == "numpy" || name == "pandas" }

    /// Modules that are imported beside those of the list, and whose names have hints.
    private static let others: Set<String> = [
        "numpy", "pandas", "matplotlib", "torchvision", "seaborn", "sklearn", "scipy", "tqdm", "typing",
        "IPython", "dataclasses", "__future__",
    ]

    /// Whether `import` of it says nothing that dls does not know.
    static func isLibrary(_ path: String) -> Bool {
        let first = path.prefix { $0 != "." }
        return roots.contains(String(first)) || others.contains(String(first))
    }

    /// `nn` for `torch.nn`
    static func customary(_ path: String) -> String {
        if let known = otherNames[path] { return known }
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return path }
        let module = path[..<dot]
        let usual = customary(String(module))
        guard usual != module else { return path }
        let whole = usual + path[dot...]
        return otherNames[whole] ?? whole
    }

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
            for path in [row.path].compactMap({ $0 }) + row.otherPaths where rows[path] == nil { rows[path] = row }
        }
        return rows
    }()

    /// How to write in dls what somebody wrote.
    static func hint(_ word: String) -> String? { hints[word]?.hint }

    /// Functions whose names mean one thing without their module too.
    private static let plainWords: Set<String> = [
        "interpolate", "scaled_dot_product_attention", "smooth_l1_loss", "gumbel_softmax", "polyfit",
        "polyval", "defaultdict", "deque", "findall", "finditer", "random_split", "default_collate",
    ]

    /// The modules whose functions are imported by their names: `from math import gcd`.
    private static let modulesOfPlainWords: Set<String> = [
        "math", "random", "itertools", "functools", "collections", "statistics", "heapq", "bisect", "operator", "json",
        "pprint", "copy", "string", "time",
    ]

    /// Functions of `FamiliarFunctions` that are named without a module too: classes, such as `DataLoader`, and `tqdm`.
    private static let functionsByWord: [String: String] = {
        var functions: [String: String] = [:]
        let rows = all.filter { $0.function != nil }
        for row in rows {
            for word in row.words
            where row.path == nil || word.first?.isUppercase == true || plainWords.contains(word) {
                functions[word] = row.function
            }
        }
        for row in rows {
            guard let root = row.path?.split(separator: ".").first, modulesOfPlainWords.contains(String(root)) else {
                continue
            }
            for word in row.words where functions[word] == nil { functions[word] = row.function }
        }
        return functions
    }()

    static func function(called word: String) -> Function? {
        functionsByWord[word].map { FamiliarFunctions.function($0, called: word) }
    }

    /// Methods of some kinds of values that are other functions there: those of the library where the kind comes from.
    private static let methods: [String: [String: String]] = [
        "cumsum": ["tensor": "summed_up", "column": "running_sum_of", "record": "running_sum_of"],
        "cumprod": ["tensor": "multiplied_up", "column": "running_product_of"],
        "where": ["tensor": "kept_where", "column": "kept_values"],
        "float": ["tensor": "as_float"], "norm": ["tensor": "torch_norm"],
        "cummax": ["tensor": "torch_cummax", "column": "running_max_of"],
        "cummin": ["tensor": "torch_cummin", "column": "running_min_of"],
        "amax": ["tensor": "largest_along"], "amin": ["tensor": "smallest_along"], "split": ["tensor": "torch_parts"],
        "mean": ["table": "mean_of", "record": "mean_in"], "sum": ["table": "sum_of", "record": "sum_in"],
        "std": ["table": "std_of", "record": "std_in"], "min": ["table": "min_of", "record": "smallest_in"],
        "max": ["table": "max_of", "record": "largest_in"],
        "median": ["tensor": "torch_median", "table": "median_of", "record": "median_in"],
        "var": ["table": "var_of"], "tolist": ["record": "values_in"],
        "round": ["record": "rounded_in", "number": "array_rounded"],
        "head": ["record": "first_in"], "tail": ["record": "last_in"],
        "plot": ["record": "plot_in", "table": "plot_table", "column": "plot_column"],
        "argmax": ["column": "place_of_largest"], "argmin": ["column": "place_of_smallest"],
        "rank": ["column": "ranks_of"], "merge": ["table": "merge_tables"],
        "replace": ["column": "replaced", "table": "replaced"], "unique": ["column": "in_order_of_appearance"],
        "astype": ["column": "typed", "table": "typed_table"], "drop": ["table": "dropped"],
        "count": ["table": "count_of", "list": "count_in"], "describe": ["list": "describe_column"],
        "diff": ["list": "differences"], "item": ["column": "only_value"], "cov": ["table": "cov_of"],
        "map": ["column": "mapped_values"], "interpolate": ["list": "interpolated"],
        "translate": ["string": "translated"],
    ]

    static func methods(called word: String) -> [String: Function] {
        (methods[word] ?? [:]).mapValues { FamiliarFunctions.function($0, called: word) }
    }

    /// Methods of a column that leave out what is missing, as in pandas.
    static let skippingMissing: Set<String> = [
        "mean", "median", "std", "var", "sum", "prod", "min", "max", "quantile", "percentile",
    ]

    /// Functions of NumPy that ask the column itself.
    static let skippingMissingInNumPy: Set<String> = ["mean", "std", "var", "sum", "prod", "min", "max"]

    /// Methods of a column that are computed of each element.
    static let elementwise: Set<String> = [
        "abs", "ceil", "clip", "exp", "floor", "log", "log10", "round", "sign", "sqrt",
    ]

    /// Methods that give a column where they are called on one.
    static let keepingColumn: Set<String> = [
        "abs", "apply", "astype", "clip", "copy", "cumprod", "cumsum", "diff", "dropna", "exp", "fillna", "head", "log",
        "map", "mask", "replace", "reset_index", "round", "sample", "shift", "sort_values", "sqrt", "tail", "unique",
        "where", "rank", "pct_change", "cummax", "cummin", "nlargest", "nsmallest", "drop_duplicates",
        "ffill", "bfill", "interpolate",
    ]

    /// PyTorch's methods that change the tensor that they are called on, where they are no function with a `_` behind
    /// it.
    private static let inPlace = [
        "add_": "torch_add", "sub_": "torch_sub", "fill_": "init_constant", "zero_": "init_zeros",
        "copy_": "torch_copied", "normal_": "init_normal", "uniform_": "init_uniform",
    ]

    /// Those that are a function with a `_` behind it, and keep the shape.
    private static let inPlaceFunctions: Set<String> = [
        "mul", "div", "pow", "neg", "abs", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "sigmoid", "relu",
        "round", "floor", "ceil", "sign", "clamp", "clip", "masked_fill", "scatter", "scatter_add", "tril", "triu",
        "erf", "rsqrt", "reciprocal", "log1p", "lerp", "leaky_relu",
    ]

    /// What `x.add_(y)` gives `x`, as a function of both.
    static func functionInPlace(_ word: String, _ builtins: BuiltinTable) -> Function? {
        guard word.hasSuffix("_") else { return nil }
        if let function = inPlace[word] { return FamiliarFunctions.function(function, called: word) }
        let name = String(word.dropLast())
        guard inPlaceFunctions.contains(name), case .function(let function)? = builtins.value(name) else { return nil }
        return function
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
    static let aliases: [String: String] = {
        var aliases: [String: String] = [:]
        for row in all
        where row.answer == .alias && !row.needsModule && row.function == nil && !row.dls.hasPrefix("\"")
            && row.dls != "none" && row.number == nil
        {
            for word in row.words where word != row.target && row.path?.hasPrefix("time.") != true {
                aliases[word] = row.target
            }
        }
        return aliases
    }()

    /// Names of arguments, which built-ins take for their own where they have no argument of that name.
    private static let arguments: [String: [String]] = [
        "dim": ["axis"], "keepdim": ["keepdims"], "dims": ["axis", "axes"], "axis": ["axes"],
        "kernel_size": ["kernel", "size"],
        "out_channels": ["channels"],
        "out_features": ["features"], "in_features": ["inputs"], "in_channels": ["inputs"],
        "num_features": ["inputs"], "learning_rate": ["lr"], "batch_size": ["batch"], "num_epochs": ["epochs"],
        "validation_data": ["validate"], "p": ["probability"], "size": ["shape"], "start_dim": ["start"],
        "end_dim": ["end"],
        "negative_slope": ["slope"], "elementwise_affine": ["affine"], "num_classes": ["classes"], "depth": ["classes"],
        "fill_value": ["value"],
        "diagonal": ["k"], "num_samples": ["n"], "random_state": ["seed"], "min": ["low"], "max": ["high"],
        "decimals": ["digits"],
        "a_min": ["low"], "a_max": ["high"], "num_embeddings": ["entries"], "embedding_dim": ["dimensions"],
        "padding_idx": ["padding"], "normalized_shape": ["shape"], "index": ["indices"], "shifts": ["shift"],
        "num_layers": ["layers"], "hidden_size": ["hidden"], "num_groups": ["groups"], "ddof": ["correction"],
        "figsize": ["size"], "c": ["color"], "return_counts": ["counts"], "return_inverse": ["inverse"],
        "padding_value": ["value"], "steps": ["count"], "num": ["count"], "loc": ["mean"], "scale": ["std"],
        "key": ["by"], "reverse": ["descending"], "linestyle": ["style"], "ls": ["style"], "subset": ["columns"],
    ]

    /// Names of arguments that mean about the same, for an error that suggests them.
    private static let likeArguments: [String: String] = [
        "restore_best_weights": "best", "early_stopping": "patience", "max_time": "time", "validation": "validate",
        "val": "validate", "device": "threads", "separator": "with", "sep": "with",
        "xlabel": "x", "ylabel": "y", "label": "labels", "markers": "marker",
        "names": "labels", "delimiter": "separator", "yscale": "log", "xscale": "log", "yerr": "error",
        "errors": "error", "validation_split": "validate", "callbacks": "on_epoch",
    ]

    /// Whether an argument of PyTorch's functions changes nothing here, such as `device="cpu"` and `inplace=true`.
    ///
    /// - Throws: `Failure` where it asks for another device, or for gradients.
    static func saysNothing(_ argument: String, _ value: Value, for function: String) throws -> Bool {
        switch argument {
        // What is printed is shown at once.
        case "flush": return function == "print"
        case "inplace" where ["drop", "fillna", "dropna", "rename", "sort", "replace"].contains(function):
            guard case .boolean(true) = value else { return true }
            throw Failure(
                "`\(function)` gives another table", help: "write `t = t.\(function)(...)`, without `inplace`")
        case "generator":
            guard value.instance?.definition.name == "Generator" || value.isNone else { return false }
            return true
        // How PyTorch computes, and not what.
        case "foreach", "fused", "capturable", "differentiable": return true
        case "dampening":
            guard value.asNumber != 0 else { return true }
            throw Failure(
                "`\(function)` has no dampening",
                help: "`lr` times 1 - dampening gives the same steps, but for the share of the first gradient")
        case "centered":
            guard case .boolean(true) = value else { return true }
            throw Failure(
                "`\(function)` divides by the root of the mean square, and not by that of the variance",
                help: "leave `centered=` out, or take `adam(net)`")
        case "maximize":
            guard case .boolean(true) = value else { return true }
            throw Failure("`\(function)` makes the loss small", help: "give it the loss with a minus: `-loss`")
        case "return_indices":
            guard case .boolean(true) = value else { return true }
            throw Failure("`\(function)` gives the largest values alone", help: "leave `return_indices` out")
        case "inplace", "non_blocking", "num_workers", "pin_memory": return true
        // They come in order.
        case "sorted": return function == "topk"
        case "padding_mode":
            guard value.asString != "zeros" else { return true }
            throw Failure(
                "`\(function)` pads with zeros",
                help:
                    "a layer before it pads otherwise: `nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(3, 8, 3))`; "
                    + "also ReplicationPad2d and CircularPad2d")
        case "device":
            guard case .string(let name) = value, name != "cpu" else { return true }
            throw Failure(
                "there is no device \(quoted(name)): everything runs on this machine's processor",
                help: "leave `device=` out")
        case "requires_grad":
            guard case .boolean(true) = value else { return true }
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
        [
            "inplace", "non_blocking", "num_workers", "pin_memory", "device", "requires_grad", "generator", "sorted",
            "flush", "padding_mode", "foreach", "fused", "capturable", "differentiable", "dampening", "centered",
            "maximize", "return_indices",
        ].contains(argument)
    }

    /// The names that an argument has here; a built-in has one of them at most.
    static func arguments(for name: String) -> [String] { arguments[name] ?? [] }

    /// The argument that was meant, if the function takes it.
    static func argument(_ name: String, among names: [String]) -> String? {
        (arguments(for: name) + (likeArguments[name].map { [$0] } ?? [])).first { names.contains($0) }
    }
}
