import Runtime

/// Calls of built-ins with values of every kind.
struct CallMaker {
    private var choices: Choices
    private var used: Set<Int> = []

    init(_ bytes: [UInt8]) { choices = Choices(bytes) }

    private static let builtins = BuiltinTable.standard.all.map { builtin in
        (name: builtin.name, parameters: Signature(builtin.signature).namedParameters)
    }
    /// What ends the program, or is there to take its time.
    private static let skipped: Set<String> = ["quit", "timeit", "sleep"]
    private static let called = builtins.filter { !skipped.contains($0.name) }

    static let plainValues = [
        "0", "1", "-1", "2", "3", "0.5", "9e18", "-9e18", "9223372036854775807", "-9223372036854775808", "nan", "inf",
        "-inf", "1e300", "1e-320", "2147483648", "\"\"", "\"x\"", "\"float64\"", "\"int64\"", "\"bool\"", "\"mean\"",
        "\"a,b\"",
        "\"e\u{301}\\\"`\"", "\"out/f.csv\"", "\"out/g.npy\"", "\"%d\"", "\"ij,jk->ik\"", "[]", "[[]]", "{}", "{a=1}",
        "none", "true", "false",
        "range(3)", "range(1e14)", "range(-9e18)", "zeros([2, 0])", "zeros([0, 3])",
        "tensor([9e18, 1], dtype=\"int64\")",
        "tensor(2)", "tensor([1, 0], dtype=\"int64\")", "tensor([true, false])", "ones([2, 3])", "ones([3, 2, 4, 4])",
        "randn([4, 4])", "tensor([nan, inf, -inf, 0])", "x -> x", "(a, b) -> a + b", "x -> x / 0", "[1, [2, [3]]]",
        "[[1, 2], [3, 4]]", "[9e18, -9e18]", "[nan, \"a\", none]", "[\"a b\", \"c\"]", "[\"a\", \"b\", \"a\"]",
        "table([{a=1, b=\"x\"}, {a=none, b=\"y\"}])", "table([])", "table({a=[1, 2], b=[nan, 4]})", "\"ab \" * 100",
        "relu", "len",
        "seed", "[0, 1]", "[1, 1]", "[2, -1]", "[1000000, 1000000]", "-2", "1:2", "\"é変😀\"", "[{a=1}, {b=2}]",
        "{a=[1, 2], b={c=3}}",
    ]
    /// Values that take a line of their own.
    private static let made = [
        ("net", "net = linear(2)"), ("built", "built = linear(2); built(ones([1, 3]));"),
        ("data", "data = dataset(ones([6, 3]), tensor([0, 1, 2, 0, 1, 2], dtype=\"int64\"))"),
        ("opt", "model small() { linear 2 }; trained = small(); trained(ones([1, 3])); opt = adam(trained, lr=0.1)"),
        ("vocab", "vocab = vocabulary([\"a b c\", \"b c d\"])"), ("img", "img = rand([1, 3, 8, 8])"),
        ("thing", "class Thing(a) { b = a; fn f(x) { self.b } }; thing = Thing(1)"),
        ("fnn", "fn fnn(x, y=2, *rest, **named) { return x }"), ("rs", "rs = runs()"),
        ("big", "big = zeros([100, 100])"),
        ("st", "st = set([1, 2, \"a\"])"), ("emb", "emb = embedding(5, 3)"), ("lst", "lst = lstm(4)"),
        ("conv", "conv = conv2d(2, kernel=3)"), ("col", "col = table({a=[3, 1, 2]}).a"),
        ("view", "view = ones([4, 6])[1:, ::2]"),
    ]

    /// A call with plain values.
    static func call(_ choices: inout Choices) -> String {
        let builtin = choices.of(called)
        return "\(builtin.name)(\(choices.of(plainValues))\(choices.once(in: 2) ? ", \(choices.of(plainValues))" : ""))"
    }

    mutating func program() -> [String] {
        var calls: [String] = []
        repeat { calls.append(statement()) } while calls.count < 6 && !choices.isAtEnd
        return used.sorted().map { Self.made[$0].1 } + calls
    }

    private mutating func statement() -> String {
        switch choices.below(8) {
        case 0: "r = \(call(1)); str(r)"
        case 1: "print(\(call(1)))"
        case 2:
            "r = \(value(1))\(["[", ".", "[:, ", "[..., ", "[-"][choices.below(5)])\(choices.of(["0]", "1:]", "a", "shape", "::2]", "9e18]", "none]"]))"
        case 3: "grad(q -> (\(call(1))))(\(value(0)))"
        case 4:
            "r = (\(call(1))) \(choices.of(["+", "-", "*", "/", "%", "@", "**", "//", "==", "<", "in", "and", "|", "&", "^", "<<", ">>", "is"])) (\(value(1)))"
        case 5: "try { \(call(1)) } catch e { print(e.message) }"
        default: "r = \(call(2))"
        }
    }

    private mutating func call(_ depth: Int) -> String {
        let builtin = choices.of(Self.called)
        var arguments: [String] = []
        let count = choices.below(4)
        for _ in 0..<count {
            if !builtin.parameters.isEmpty, choices.once(in: 2) {
                arguments.append("\(choices.of(builtin.parameters))=\(value(depth - 1))")
            } else if !(arguments.last?.contains("=") ?? false) {
                arguments.append(value(depth - 1))
            }
        }
        if choices.once(in: 4), !arguments.isEmpty {
            let receiver = arguments.removeFirst()
            if !receiver.contains("=") { return "(\(receiver)).\(builtin.name)(\(arguments.joined(separator: ", ")))" }
        }
        return "\(builtin.name)(\(arguments.joined(separator: ", ")))"
    }

    private mutating func value(_ depth: Int) -> String {
        let index = choices.below(Self.plainValues.count + Self.made.count + (depth > 0 ? 16 : 0))
        if index < Self.plainValues.count { return Self.plainValues[index] }
        let madeIndex = index - Self.plainValues.count
        guard madeIndex < Self.made.count else { return call(depth) }
        used.insert(madeIndex)
        return Self.made[madeIndex].0
    }
}
