/// What an import of Python names and dls has not: `sklearn.linear_model.LogisticRegression`.
struct MissingModule {
    private let path: String

    /// Nil for what is there, by its name alone or with its module in front, and for what nobody misses.
    ///
    /// - Parameter path: The whole path, as it was written.
    init?(_ path: String, _ builtins: BuiltinTable) {
        self.path = path
        let parts = path.split(separator: ".").map(String.init)
        guard let name = parts.last, let root = parts.first, !["__future__", "typing"].contains(root) else {
            return nil
        }
        if FamiliarNames.isModule(path) || parts.count == 1 && FamiliarNames.isRoot(root) { return nil }
        if Self.modulesInParts.contains(path) || FamiliarNames.isRoot(name) { return nil }
        if builtins.value(name) != nil || FamiliarNames.function(called: name) != nil { return nil }
        if let row = FamiliarNames.row(at: path) ?? FamiliarNames.row(at: Self.customary(parts)), row.isTaken {
            return nil
        }
    }

    /// Modules without functions of their own here, from which others are imported.
    private static let modulesInParts: Set<String> = [
        "numpy", "pandas", "matplotlib", "torchvision", "tqdm", "torch.utils", "torch.utils.data", "tqdm.auto",
        "tqdm.notebook", "os.path", "torch.autograd", "torch.cuda",
    ]

    /// `nn.Linear` for `torch.nn.Linear`
    private static func customary(_ parts: [String]) -> String {
        let module = parts.dropLast().joined(separator: ".")
        return (module.isEmpty ? [] : [FamiliarNames.customary(module)] + parts.suffix(1)).joined(separator: ".")
    }

    var note: String {
        let parts = path.split(separator: ".").map(String.init)
        let name = parts.last ?? path
        let what = parts.count == 1 ? "module `\(path)`" : "`\(path)`"
        let hint = FamiliarNames.hint(name) ?? Self.remarks[parts[0]] ?? FamiliarNames.hint(parts[0])
        return "dls has no \(what): " + (hint ?? "`help` shows what there is")
    }

    /// How to do without a module, such as `argparse` or `torch.cuda`; nil where nothing is known of it.
    static func remark(on module: String) -> String? {
        let root = module.split(separator: ".").first.map(String.init) ?? module
        return remarks[root] ?? FamiliarNames.hint(root)
    }

    /// What stands for a module.
    private static let remarks: [String: String] = [
        "warnings": "there are no warnings to be silenced, so leave it out",
        "sys": "`args` holds a script's arguments, and `quit` leaves",
        "IPython": "`print` and `show` show values",
        "dataclasses": "`class Point(x, y=0) { }` has its parameters as fields",
        "argparse":
            "`param lr = 0.1` makes an option of a script, set by `dls run f.dls --set lr=0.2`; `args` has the arguments",
        "csv": "`load \"x.csv\"` reads a table, and `save t \"x.csv\"` writes it",
        "datetime": "`time.time()` counts seconds; there are no dates",
        "pprint": "`print` writes any value",
        "logging": "`print` writes any value",
        "torch": "`help \"pytorch\"` shows what there is of PyTorch",
        "torchvision": "`load` reads data sets, and `help \"pytorch\"` shows what there is of torchvision",
        "numpy": "`help \"numpy\"` shows what there is of NumPy",
        "matplotlib": "`help \"matplotlib\"` shows what there is of Matplotlib",
        "pandas": "`help \"pandas\"` shows what there is of pandas",
        "scipy": "there is nothing of SciPy; `help \"numpy\"` shows linear algebra, random numbers and `convolve`",
        "sklearn": "`help \"keras\"` shows what there is of scikit-learn",
    ]
}
