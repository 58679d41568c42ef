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
        i = 0; v = 0
        model net_of() { linear 2 }; net = net_of(); net(x)
        scores = ones([2, 3]); targets = [0, 1]; data = dataset(x, [0, 1, 0, 1, 0]); opt = adam(net); ys = xs
        loss = sum(x)
        """

    /// Parts that need files, a session, or more than a line.
    private static let untried = [
        "load", "save", "quit", "step opt", "sql", "param", "{lr", "find_rate", "load_weights", "model ", "args",
        "a.join", "split_at", "broadcast", "train net", "x.reshape(2, 3)", "reshape(-1, 1)", "mse(", "xs.pop",
    ]

    @Test(arguments: FamiliarNames.hints.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    func hintsAreTrue(_ entry: String) {
        let codes = entry.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.0 % 2 == 1 }
        for (_, code) in codes {
            guard code != "step", !Self.untried.contains(where: { code.contains($0) }) else { continue }
            let parsed = Parser.parse(SourceText(name: "hint", text: String(code)))
            #expect(parsed.diagnostics.isEmpty, "\(entry): \(parsed.diagnostics.first?.message ?? "")")
            let (_, failure, _) = run(Self.own + "\n" + code)
            #expect(failure == nil, "\(entry): \(failure?.diagnostic.message ?? "")")
        }
    }

    @Test func namesOfOtherThingsAreNotSuggested() {
        for (name, builtin) in [("svd", "sgd"), ("elu", "gelu"), ("selu", "gelu"), ("silu", "relu"), ("sech", "sin")] {
            let text = run("\(name)([1, 2])").failure.map { DiagnosticRenderer().render($0.diagnostic) } ?? ""
            #expect(text.contains("unknown name `\(name)`") && !text.contains("did you mean `\(builtin)`"), "\(text)")
        }
    }

    /// Not one of the words that NumPy and PyTorch have and dls lacks is taken for a misspelt other.
    @Test(arguments: [
        "atan2", "isin", "roll", "outer_", "cov", "dist", "rot90", "take_along", "tri", "ptp", "cross", "diff", "fmod",
        "trunc",
        "frac", "lerp", "erfc", "mish", "celu", "prelu", "glu", "nanmean", "fmax", "hypot", "logit", "sinc", "vdot",
    ]) func suggestionsShareTheirBeginning(_ name: String) {
        let failure = run("\(name)([1, 2])").failure
        #expect(failure?.diagnostic.message.contains("`\(name)`") == true)
        if let label = failure?.diagnostic.label, label.hasPrefix("did you mean `") {
            #expect(label.dropFirst(14).first == name.first, "\(name): \(label)")
        }
    }
}
