import Foundation
import Language
import Runtime
import Testing

/// What users of Python, NumPy and PyTorch type: the hint is true.
@Suite struct FamiliarNameTests {
    /// Names that stand for the user's own in hints.
    private static let own = """
        x = rand([5, 5]) + 1; y = x; a = ones([2, 2]); b = a; xs = [1, 2, 3]; mask = x > 1
        text = "1"; part = "1"; n = 3; total = 0; value = 1; low = 0; high = 1; name = "lr"; default = 0; k = "lr"
        r = {lr=1, name=2}; other = {}; d = {}; f = (a, b=0) -> sum(a); t = table([{lr=1, id=1}])
        i = 0; v = 0; folder = "."; indices = [[0]]
        model net_of() { linear 2 }; net = net_of(); net(x)
        scores = ones([2, 3]); targets = [0, 1]; data = dataset(x, [0, 1, 0, 1, 0]); opt = adam(net); ys = xs
        loss = sum(x)
        """

    /// What stands for something else in a hint, and the names that other hints have for other things.
    private static let settings: [(part: String, written: String, before: String)] = [
        ("broadcast(x, [2, 3])", "", "x = [1, 2, 3]"), ("x.reshape(2, 3)", "", "x = arange(6)"),
        ("mse(scores, targets)", "", "targets = zeros([2, 3])"), ("a.join(", "", "a = t; b = t"),
        ("step opt loss", "step opt mse(net(x), ones([5, 2]))", ""), ("save figure", "", "plot xs"),
        ("args", "", "args = []"), ("f.txt", "", "save text \"f.txt\""), ("f.json", "", "save r \"f.json\""),
        ("sql ", "sql \"select 1\"", ""), ("load_weights", "", "save net \"weights.safetensors\""),
        ("load \"f.csv\"", "", "to_csv t \"f.csv\""), ("xs.pop", "", "xs = [1, 2]"),
    ]

    /// Words alone that are called with something, or end the program.
    private static let words: Set<String> = ["load", "save", "step", "quit"]

    @Test(arguments: FamiliarNames.hints.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    func hintsAreTrue(_ entry: String) throws {
        let codes = entry.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.0 % 2 == 1 }
        for (_, code) in codes {
            guard !Self.words.contains(String(code)) else { continue }
            let parsed = Parser.parse(SourceText(name: "hint", text: String(code)))
            #expect(parsed.diagnostics.isEmpty, "\(entry): \(parsed.diagnostics.first?.message ?? "")")
            var program = Self.own
            var written = String(code)
            for setting in Self.settings where code.contains(setting.part) {
                program += "\n" + setting.before
                if !setting.written.isEmpty { written = setting.written }
            }
            let folder = FileManager.default.temporaryDirectory.path + "/dls-hint-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            program = (program + "\n" + written).replacing(#/"(f|weights)\./#) { "\"\(folder)/\($0.output.1)." }
            let (_, failure, _) = run(program)
            #expect(failure == nil, "\(entry): \(failure?.diagnostic.message ?? "")")
        }
    }

    @Test func namesOfOtherThingsAreNotSuggested() {
        for (name, builtin) in [("vdot", "dot"), ("sech", "sin")] {
            let text = run("\(name)([1, 2])").failure.map { DiagnosticRenderer().render($0.diagnostic) } ?? ""
            #expect(text.contains("unknown name `\(name)`") && !text.contains("did you mean `\(builtin)`"), "\(text)")
        }
    }

    /// Not one of the words that NumPy and PyTorch have and dls lacks is taken for a misspelt other.
    @Test(arguments: [
        "atan2", "isin", "outer_", "cross", "dist", "rot90", "take_along", "tri", "ptp", "fmod",
        "trunc",
        "frac", "lerp", "erfc", "nanmean", "fmax", "hypot", "logit", "sinc", "vdot",
    ]) func suggestionsShareTheirBeginning(_ name: String) {
        let failure = run("\(name)([1, 2])").failure
        #expect(failure?.diagnostic.message.contains("`\(name)`") == true)
        if let label = failure?.diagnostic.label, label.hasPrefix("did you mean `") {
            #expect(label.dropFirst(14).first == name.first, "\(name): \(label)")
        }
    }
}
