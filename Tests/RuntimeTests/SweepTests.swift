import Language
import Runtime
import Testing
import Training

/// A store that remembers which rows of sweeps it was asked for.
private final class KeyRecorder: RunKeeping {
    var keys: [String] = []
    var place: String { "/tmp/dls-no-such-folder/runs.sqlite" }

    func takeProblem() -> String? { nil }
    func begin(_ run: RunBeginning, patiently: Bool) -> Int? { nil }
    func add(_ figures: [EpochFigures], to run: Int, patiently: Bool) -> Bool { false }
    func end(_ run: Int, ending: String, seconds: Double) {}
    func runs(only id: Int?) throws -> [KeptRun] { [] }
    func setNote(_ text: String, of run: Int) throws {}
    func forget(_ run: Int?) throws {}
    func query(_ sql: String) throws -> TableObject { TableObject(columns: []) }
    func sweepRows(_ keys: [String]) -> [String: String] {
        self.keys = keys
        return [:]
    }
    func keepSweepRow(_ row: String, key: String) {}
    func forgetSweepRows(_ keys: [String]) {}
    func merge(_ patterns: [String]) throws -> RunMerge { RunMerge() }
}

/// Gathers notes.
private final class NoteRecorder: OutputSink {
    var notes: [String] = []

    func emit(_ output: Output) throws {
        if case .note(let text) = output { notes.append(text) }
    }
}

@Suite struct SweepTests {
    /// Runs a program with one sweep and gives the keys that its rows are kept by.
    private func keys(_ program: String) throws -> [String] {
        let keeper = KeyRecorder()
        try execute(program, NoteRecorder(), keeper)
        return try #require(keeper.keys.isEmpty ? nil : keeper.keys)
    }

    private func execute(_ program: String, _ sink: any OutputSink, _ keeper: (any RunKeeping)? = nil) throws {
        let module = Namespace(name: "test.dls")
        let interpreter = Interpreter(module: module, sink: sink)
        interpreter.runKeeper = keeper
        let source = SourceText(name: "test.dls", text: program)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first { throw Failure(diagnostic) }
        for statement in parsed.block.statements { _ = try interpreter.run(statement, of: source, in: module) }
    }

    /// Programs in which `$` stands for a number that the rows depend on.
    static let dependent = [
        "fn score(i) = i + $\nsweep i in [1, 2] { {s=i.score()} }",
        "fn score(i) = i + $\nsweep i in [1, 2] { t = [j.score() for j in [i]]; {s=t} }",
        "fn inner(i) = i + $\nfn score(i) = i.inner()\nsweep i in [1] { {s=score(i)} }",
        "fn score(i) = i + $\nsweep i in [1] { {s=\"{i.score():.2f}\"} }",
        "tools = {score=i -> i + $}\nsweep i in [1] { {s=tools.score(i)} }",
        "tools = [i -> i + $]\nsweep i in [1] { {s=tools[0](i)} }",
        "start = $\nsweep i in [1] { fn f(a, b=start) = a + b; {s=f(i)} }",
        "fn f(a, b=$) = a + b\nsweep i in [1] { {s=f(i)} }",
        "fn make(n) = i -> i + n\nf = make($)\nsweep i in [1] { {s=f(i)} }",
        "fn energy(x) = $ * x * x\nslope = grad(energy)\nsweep i in [1] { {s=slope(i)} }",
        "fn score(x) = x * $\nmodel m() { l = linear 2; fn forward(x) { l(x).score() } }\nsweep i in [1] { {s=m()(ones([1, 2])).sum()} }",
        "fn score(x) = x * $\nmodel m() { l = linear 2; fn forward(x) { l(x).score() } }\nseed 1\nnet = m(input=[2])\nsweep i in [1] { {s=net(ones([1, 2])).sum()} }",
        "fn score(x) = x * $\nmodel m() { l = linear 2; fn twice(x) { score(l(x)) } }\nseed 1\nnet = m(input=[2])\nsweep i in [1] { {s=net.twice(ones([1, 2])).sum()} }",
        "model m() { l = linear(2); b = [linear(2)]; fn forward(x) { b[0](l(x)) } }\nseed 1\nnet = m(input=[2])\nnet.b[0].bias = [$, 0]\nsweep i in [1] { {s=net(ones([1, 2])).sum()} }",
        "param rate = $\nsweep i in [1] { {s=i * rate} }",
        "xs = [1, {a=$}]\nsweep i in [1] { {s=xs[1].a} }",
        "x = tensor([$])\nsweep i in [1] { {s=x.sum()} }",
        "n = $\nsweep i in [1] { {s=if i > 0 { [k for k in range(3) if k < n] } else { 0 }} }",
        "n = $\nsweep i in [1] { s = sweep j in [1] { {r=j + n} }; {s=s.r} }",
        "n = $\nsweep i in [1] { f = fn() { g = () -> n; g() }; {s=f()} }",
        "n = $\nsweep i in [1] { try { assert i == 0 } catch e { {s=n} } }",
        "r = range($)\nsweep i in [1] { {s=len(r)} }",
    ]

    @Test(arguments: dependent) func aKeyDependsOnAllThatTheBlockReads(_ program: String) throws {
        func key(_ number: String) throws -> [String] {
            try keys(program.replacing("$", with: number))
        }
        #expect(try key("2") == key("2"))
        #expect(try key("2") != key("3"))
    }

    /// What the block does not read: fields, arguments and strings of the same name, and other functions.
    static let independent = [
        "score = $\nr = {score=1}\nsweep i in [1] { {s=r.score} }",
        "lr = $\nfn f(lr=1) = lr\nsweep i in [1] { {s=f(lr=2)} }",
        "n = $\nsweep i in [1] { {s=\"n\"} }",
        "n = $\nsweep i in [1] { n = i; {s=n} }",
        "n = $\nsweep i in [1] { fn f(n) = n; {s=f(i)} }",
        "fn other() = $\nsweep i in [1] { {s=i} }",
    ]

    @Test(arguments: independent) func aKeyDependsOnNothingElse(_ program: String) throws {
        #expect(try keys(program.replacing("$", with: "2")) == keys(program.replacing("$", with: "3")))
    }

    @Test func aLayerOutsideItsModelIsTold() throws {
        func notes(_ program: String) throws -> [String] {
            let sink = NoteRecorder()
            try execute(program, sink)
            return sink.notes
        }
        let own = "fn forward(x) { out(inner(x)) } }\nnet = m(input=[3])\nnet(ones([1, 3]))\nnet(ones([1, 3]))"
        #expect(try notes("model m() { inner = linear(3); out = linear(2); \(own)") == [])
        #expect(try notes("model m() { inner = relu(); out = linear(2); \(own)") == [])
        for program in [
            "inner = linear 3\nmodel m() { out = linear(2); \(own)",
            "fn make() { l = linear(3); x -> l(x) }\nmodel m() { inner = make(); out = linear(2); \(own)",
            "model m() { out = linear(2); fn inner(x) { linear(3)(x) }; \(own)",
        ] {
            let told = try notes(program)
            #expect(told.count == 1)
            #expect(told[0].hasPrefix("`forward` applies a layer that is not part of its model (linear 3): "))
        }
    }
}
