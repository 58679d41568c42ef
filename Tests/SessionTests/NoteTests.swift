import Language
import Runtime
import Session
import Testing

/// What is told of code that runs and does something else than in Python.
@Suite struct NoteTests {
    let recorder = Recorder()
    let session: Session

    init() { session = Session(sink: recorder) }

    private func input(_ text: String) -> String {
        recorder.text = ""
        if case .failed(let diagnostic) = session.executeInput(text) { return "error: \(diagnostic.message)" }
        return recorder.text
    }

    /// The function keeps, returns or uses its copy, or the value is shared.
    @Test(arguments: [
        "fn own(xs) { xs.sort(); xs[0] }; own([2, 1])", "fn own(xs, v) { xs.append(v); return xs }; own([], 1)",
        "fn own(h) { n = 0; while h { n += h.pop() }; n }; own([1])", "fn own(x) { x += 1; x }; own([1])",
        "fn own(xs) { xs = xs + [1]; xs[0] = 2; print xs }; own([3])",
        "class Q() { h = []; fn push(x) { self.h.append(x) } }; fn own(q) { q.push(3) }; own(Q())",
        "fn own(net) { for p in net.parameters() { p -= 0.1 } }; own(nn.Linear(2, 2))",
        "for own in [[1]] { own[0] = 2; print own }", "for own in \"ab\" { own += \"c\" }",
        "fn own(v, seen) { seen.append(v); if v < 3 { seen = own(v + 1, seen) }; seen }; own(0, [])",
        "fn add(x) { x = x * 1; x[0] += 1; return x }; add(ones([2]))",
        "fn add(x) { x[0] = 0; return x.sum() }; add([1])",
        "fn add(d, k) { d[k] = d.get(k, 0) + 1; return d }; add({}, 1)",
        "fn add(xs) { n = 0; while len(xs) > 0 { n += xs.pop() }; return n }; add([1, 2])",
        "fn add(m, v) { m.n += 1; return [m, v] }; add({n=1}, 2)",
    ]) func changesOfCopiesThatAreUsedAreNotTold(_ program: String) {
        #expect(!input(program).contains("copy"), "\(program)")
    }

    @Test func parametersOfObjectsInModelsAreTold() {
        let program = """
            class Scale(n) { g = nn.Parameter(ones([n])); fn call(x) = x * self.g }
            model Net() { s = Scale(3); own = linear 3; fn forward(x) = s(own(x)) }
            net = Net();
            """
        #expect(input(program).contains("`s` of `Net` is an object of the class `Scale`"))
        #expect(input(program) == "", "once")
    }

    /// Functions, classes and the variables of a session hold each other; its end lets go of all.
    @Test(arguments: [
        "fn f(n) { if n < 1 { 0 } else { f(n - 1) } }; f(3)",
        "fn f() { x = [1]; g = () -> g; x.append(g); g }; kept = f(); broken = () -> unknown; broken()",
        "class A(x) { me = none; fn show() { \"A\" } }; a = A(1); a.me = a; b = {a=a, f=() -> a}; a",
        "model m() { linear 3; relu }; net = m(); opt = sgd(net); x = ones([2, 2]); step opt sum(net(x)); net",
        "rows = sweep k in [1, 2] { fn g(x) { x + k }; {v=g(k)} }; rows",
        "from collections import defaultdict; d = defaultdict(list); d[1].append(d); np.pad([1, 2], 1)",
    ])
    func sessionsLetGoOfWhatTheyHeld(_ program: String) {
        weak var interpreter: Interpreter?
        do {
            let session = Session(sink: recorder)
            interpreter = session.interpreter
            for line in program.split(separator: "; ") { _ = session.executeInput(String(line)) }
            _ = session.executeInput(program)
        }
        #expect(interpreter == nil)
    }

    /// In Python these change the caller's list, or the elements of what a loop goes through.
    @Test(arguments: [
        "fn add(h, v) { h.append(v) }; add([], 1)",
        "fn add(a, i, j) { a[i], a[j] = a[j], a[i] }; add([1, 2], 0, 1)",
        "fn add(p, lr) { p[\"W\"] -= lr }; add({W=1}, 0.1)", "fn add(x) { x[0] = 1 }; add(zeros([2]))",
        "fn add(v, seen) { seen.append(v); if v < 3 and v in seen { add(v + 1, seen) } }; add(0, [])",
        "fn add(ps, t) { ps[0] -= t[\"n\"]; t[\"n\"] += 1; return ps }; add([1], {n=1})",
        "fn add(p, v) { v[:] = 0.9 * v + 1; p - v }; add(1, ones([2]))",
        "fn add(v, seen) { seen.append(v); if v < 3 { add(v + 1, seen) }; return len(seen) }; add(0, [])",
        "for add in [[1], [2]] { add[0] = 9 }", "for i, add in [[0, ones([2])]] { add -= i }",
    ]) func changesOfCopiesThatAreLostAreTold(_ program: String) {
        let isLoop = program.hasPrefix("for")
        let note = input(program)
        #expect(note.contains(isLoop ? "own copy of each `add`" : "`add` changes its own copy of"), "\(note)")
        #expect(!input(program).contains("copy"), "once")
    }
}
