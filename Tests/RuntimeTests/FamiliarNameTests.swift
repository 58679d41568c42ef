import Foundation
import Language
import Runtime
import Testing

/// What users of Python and its libraries write: each row of the help is true.
@Suite struct FamiliarNameTests {
    /// Names that stand for the user's own in the rows.
    private static let own = """
        x = tensor([[1, 2, 3], [4, 5, 6]]); y = x; a = tensor([[1, 2], [3, 4]]); b = a + 1; xs = [3, 2, 1]; ys = [1, 2, 4]
        text = "1,ab"; n = 3; total = 0; value = 1; v = 2; low = 0; high = 1; name = "lr"; k = "lr"; s = set(xs)
        r = {lr=1, name=2}; d = {a=1, lr=2}; f = (a, b=0) -> sum(a); t = table([{lr=1, id=1}, {lr=0.01, id=2}])
        folder = "@folder/new"; indices = [[0]]; classes = ["a", "b", "a"]
        model net_of() { linear 3 }; net = net_of(); data = dataset(rand([5, 3]), [0, 1, 0, 1, 0]); net(data.x)
        scores = ones([2, 3]); targets = [0, 1]; opt = adam(net); loss = sum(x)
        save text "@folder/f.txt"; save r "@folder/f.json"; to_csv t "@folder/f.csv"; save "1,2\\n3,4\\n" "@folder/g.csv"; save x "@folder/x.npy"
        save net "@folder/weights.safetensors"; save net.state_dict() "@folder/net.pt"; make_folder "@folder/photos"; args = []; plot xs; seed 1
        """

    /// What stands for something else in a row, or needs something more.
    private static let settings: [(part: String, before: String)] = [
        ("mse(", "targets = zeros([2, 3])"), ("bce", "targets = zeros([2, 3])"), ("mae(", "targets = zeros([2, 3])"),
        ("a.join(", "a = t; b = t"), ("step opt loss", "fn f() = 0"), ("d[k]", "d = {}"), ("index_select", "i = [0]"),
        ("scatter(x, indices", "x = zeros([3]); indices = [0]"), ("dataset(x, targets)", "x = scores"),
        ("plot_regions", "data = dataset(rand([5, 2]), [0, 1, 0, 1, 0]); net = net_of(); net(data.x)"),
        ("xs.append", "xs = [1]"),
    ]

    static let rows = FamiliarNames.all

    /// Runs an expression of a row among the names of the rows.
    private func result(_ code: String) throws -> (output: String, failure: Failure?) {
        let folder = FileManager.default.temporaryDirectory.path + "/dls-row-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var program = Self.own
        for setting in Self.settings where code.contains(setting.part) { program += "\n" + setting.before }
        // A step differentiates what it is given.
        let code = code == "step opt loss" ? "step opt mse(net(data.x), zeros([5, 3]))" : code
        program += "\nprint \"start\"\n" + code
        program = program.replacing("@folder", with: folder)
            .replacing(#/"(f|g|x|net|weights|photos|loss)(\.|\/)/#) { "\"\(folder)/\($0.output.1)\($0.output.2)" }
        let (output, failure, _) = run(program)
        return (output.components(separatedBy: "start\n").last ?? "", failure)
    }

    /// What ends the program, and a folder of images, which the tests of images load.
    private static let words: Set<String> = ["quit()", "load \"photos/\""]

    @Test(arguments: rows.filter { !$0.dls.isEmpty && !words.contains($0.dls) }.map(\.dls))
    func dlsSideRuns(_ code: String) throws {
        let failure = try result(code).failure
        #expect(failure == nil, "\(code): \(failure?.diagnostic.message ?? "")")
    }

    /// What works as it is written gives what the dls side gives; draws, clocks and folders differ.
    @Test(
        arguments: rows.filter { $0.isTaken && !words.contains($0.dls) }.map {
            [$0.written, $0.dls, $0.answer == .same ? "same" : "alias"]
        })
    func takenAsWritten(_ row: [String]) throws {
        let written = try result(row[0])
        #expect(written.failure == nil, "\(row[0]): \(written.failure?.diagnostic.message ?? "")")
        guard row[2] == "alias",
            !["perf_counter", "monotonic", ".random.", "whos"].contains(where: { row[0].contains($0) })
        else { return }
        let dls = try result(row[1])
        // The dtypes of NumPy's functions are those of NumPy.
        let asFloat32 = row[0].hasPrefix("np.") ? written.output.replacing("float64", with: "float32") : written.output
        #expect(asFloat32 == dls.output || written.output == dls.output, "\(row[0])")
    }

    @Test func whatIsRefusedSaysWhy() {
        for row in Self.rows where row.answer == .refused { #expect(row.remark.count > 10, "\(row.written)") }
        for row in Self.rows where row.answer == .instead { #expect(!row.dls.isEmpty, "\(row.written)") }
    }

    /// A hint for a name that exists is never seen.
    @Test func hintsAreForUnknownNames() {
        let builtins = BuiltinTable.standard
        for row in Self.rows where !row.isTaken {
            for word in row.words { #expect(builtins.builtin(word) == nil, "\(row.written): \(word)") }
        }
    }

    @Test func hintsAreShown() {
        for (program, hint) in [
            ("plt.pie([1])", "there are no pie charts"), ("x = [1]\nx.cuda()", "everything runs on this machine"),
            ("optim.ASGD(1)", "help \"pytorch\""),
            ("np.conv(1)", "dls has a function `conv` without `np.` in front"),
            ("Linear(3, 4)", "`linear(10, inputs=784)`"),
            ("trapz([1])", "write `np.trapz([1, 2, 3])`"), ("np.nothing", "np"),
            ("ls", "`!ls` runs a command of the shell"), ("history", "save session"),
        ] {
            let text = run(program).failure.map { DiagnosticRenderer().render($0.diagnostic) } ?? "no error"
            #expect(text.contains(hint), "\(text)")
        }
    }

    @Test(arguments: [40, 72, 100]) func tablesFitTheirWidth(_ width: Int) {
        for library in FamiliarLibrary.allCases {
            let text = Help(.standard, width: width).text(on: library.rawValue) ?? ""
            for row in library.sections.flatMap(\.rows) {
                let first = row.written.prefix { $0 != " " }
                #expect(text.contains(first), "\(row.written)")
            }
            // What is written for one thing is not broken where it has no spaces.
            for line in text.split(separator: "\n") where line.count > width {
                #expect(line.split(separator: " ").contains { $0.count + 20 > width / 3 }, "\(line)")
            }
        }
    }

    /// A variable of the name does not hide the method.
    @Test func variablesDoNotHideMethods() {
        let (output, failure, _) = run(
            "size = 3\nx = zeros([2, 3])\nprint x.size(0)\nfn f(max) { x.max() + max }\nprint f(2)\nsum = x -> 7\nprint x.sum()"
        )
        #expect(failure == nil && output == "2\n2\n7\n", "\(output) \(failure?.diagnostic.message ?? "")")
    }

    @Test(arguments: ["conv1d": ["conv"], "batchnorm2d": ["batch_norm"], "maxpool2d": ["maxpool", "max_pool"]])
    func layersOfPyTorchLeadToTheLayer(_ name: String, _ layers: [String]) {
        let failure = run("model m() { \(name) 3 }\nm()").failure
        #expect(
            layers.contains { failure?.diagnostic.help == ["write `\($0)`, which is 1-D or 2-D by its input"] },
            "\(failure?.diagnostic.help ?? [])")
    }

    @Test func namesOfOtherThingsAreNotSuggested() {
        for (name, builtin) in [("vdot", "dot"), ("sech", "sin")] {
            let text = run("\(name)([1, 2])").failure.map { DiagnosticRenderer().render($0.diagnostic) } ?? ""
            #expect(text.contains("unknown name `\(name)`") && !text.contains("did you mean `\(builtin)`"), "\(text)")
        }
    }

    /// Not one of the words that NumPy and PyTorch have and dls lacks is taken for a misspelt other.
    @Test(arguments: [
        "atan2", "outer_", "cross", "dist", "rot90", "take_along", "tri", "ptp", "fmod",
        "signbit",
        "frac", "lerp", "lgamma", "fmax", "hypot", "logit", "sinc", "vdot",
    ]) func suggestionsShareTheirBeginning(_ name: String) {
        let failure = run("\(name)([1, 2])").failure
        #expect(failure?.diagnostic.message.contains("`\(name)`") == true)
        if let label = failure?.diagnostic.label, label.hasPrefix("did you mean `") {
            #expect(label.dropFirst(14).first == name.first, "\(name): \(label)")
        }
    }
}
