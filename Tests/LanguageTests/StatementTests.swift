import Language
import Testing

@Suite struct StatementTests {
    @Test(arguments: [
        Case("name = value", "(= name value)"),
        Case("x[0, :] = 0", "(= (index x 0 :) 0)"),
        Case("r.lr = 0.1", "(= (. r lr) 0.1)"),
        Case("f(x).y[0] = 1", "(= (index (. (call f x) y) 0) 1)"),
        Case("a, b = pair", "(= (a, b) pair)"),
        Case("a, b = b, a", "(= (a, b) [b a])"),
        Case("a, x[0], r.y = f 1", "(= (a, (index x 0), (. r y)) (command f 1))"),
        Case("a, (b, c) = f()", "(= (a, (b, c)) (call f))"),
        Case("(a, b), c = d", "(= ((a, b), c) d)"),
        Case("[a, b] = d", "(= (a, b) d)"),
        Case("a, = d", "(= (a) d)"),
        Case("first, *rest = xs", "(= (first, *rest) xs)"),
        Case("*a, b.c, d[0] = 1, *e", "(= (*a, (. b c), (index d 0)) [1 *e])"),
        Case("a = b = 0", "(= a = b 0)"),
        Case("a = b.c = d, e = f x", "(= a = (. b c) = (d, e) (command f x))"),
        Case("x |= a; x &= b", "(|= x a);\n(&= x b)"),
        Case("for a, (b, *c) in d { e }", "(for (a, (b, *c)) d {e})"),
        Case("fn f(a, *b, c=1, d, **e) { return *b, a }", "(define f (a *b c=1 d **e) {(return [*b a])})"),
        Case("x += 1", "(+= x 1)"),
        Case("x[0] -= 1", "(-= (index x 0) 1)"),
        Case("r.a *= 2", "(*= (. r a) 2)"),
        Case("x /= 2; x %= 2; x @= m; x **= 2", "(/= x 2);\n(%= x 2);\n(@= x m);\n(**= x 2)"),
        Case("fn f(x, scale=2) { x * scale }", "(define f (x scale=2) {(* x scale)})"),
        Case("fn g(x) = x + 1", "(define g (x) (+ x 1))"),
        Case("fn f()\n{\n  return\n}", "(define f () {(return)})"),
        Case("fn f(x) { if x { return a, b }; c }", "(define f (x) {(if x {(return [a b])}); | c})"),
        Case("fn f(x) { return x; }", "(define f (x) {(return x);})"),
        Case(
            "model cnn(n=10) {\n conv1 = conv 8 kernel=5\n relu\n}",
            "(model cnn (n=10) {(= conv1 (command conv 8 kernel=5)) | relu})"),
        Case("if c { a }\nelse if d { b }\nelse\n{ e }", "(if c {a} d {b} else {e})"),
        Case("if c { a } else { b }; d", "(if c {a} else {b});\nd"),
        Case("for x in list { x }", "(for x list {x})"),
        Case("for a, b in pairs { break }", "(for (a, b) pairs {(break)})"),
        Case("for (i, (a, b)) in pairs { continue }", "(for (i, (a, b)) pairs {(continue)})"),
        Case("for x in range(3) { if x { break } }", "(for x (call range 3) {(if x {(break)})})"),
        Case("while true { x }", "(while true {x})"),
        Case("while (x) { }", "(while x {})"),
        Case("try { f x } catch e { print e.message }", "(try {(command f x)} e {(command print (. e message))})"),
        Case("try { f }\ncatch { g }", "(try {f} - {g})"),
        // Types are read and not used.
        Case("x: int = 3", "(= x 3)"), Case("self.x: list[str] = []", "(= (. self x) [])"),
        Case("fn f(x: int, y: float = 2.0, *z: int) -> float { x }", "(define f (x y=2 *z) {x})"),
        Case("fn f(x: Optional[int], g: Callable[[int], int]) -> \"T\" = x", "(define f (x g) x)"),
        Case("fn f(x: int | None = None) -> np.ndarray { x }", "(define f (x=none) {x})"),
        Case("with f() as g { h }", "(with (call f) g {h})"),
        Case("with a(), b() { c }", "(with (call a) {(with (call b) {c})})"),
        Case("with (a() as b, c()) { d }", "(with (call a) b {(with (call c) {d})})"),
        Case("with = 2", "(= with 2)"),
        Case("try { f } finally { g }", "(try {f} finally {g})"),
        Case("try { f } catch e { g }\nfinally { h }", "(try {f} e {g} finally {h})"),
        Case("finally = 3", "(= finally 3)"),
        Case("for x, in d { e }", "(for (x) d {e})"),
        Case("for (x,) in d { e }", "(for (x) d {e})"),
        Case("for i, [x, y] in d { e }", "(for (i, (x, y)) d {e})"),
        Case("for (x) in d { e }", "(for x d {e})"),
        Case("assert condition, \"message\"", "(assert condition \"message\")"),
        Case("assert x == 1", "(assert (x == 1))"),
        Case("param epochs = 20", "(param epochs 20)"),
        Case("import \"lib.dls\"", "(import \"lib.dls\")"),
        Case("import \"lib.dls\" as lib", "(import \"lib.dls\" lib)"),
        Case("x.shape, x.dtype", "[(. x shape) (. x dtype)]"),
        Case("as = 3\nis = as", "(= as 3)\n(= is as)"),
        Case("?relu", "(help relu)"),
        Case("? train net ; x", "(help train net);\nx"),
        Case("?", "(help )"),
        Case("?if", "(help if)"),
        Case("plot x;", "(command plot x);"),
        Case("{a=1}", "{a=1}"),
        Case("r.plot = 1\nf(print=2)\nr = {table=3}", "(= (. r plot) 1)\n(call f print=2)\n(= r {table=3})"),
    ]) func tree(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }
}

/// The examples of the language's description.
@Suite struct ProgramTests {
    static let firstLook = """
        # %% Load
        kmnist = load "data/kmnist"                     # a dataset with .train and .test
        train_set, dev = split kmnist.train 50000 seed=42

        # %% Define
        model cnn() {
          conv1 = conv 8 kernel=5 padding=2             # a named layer: net.conv1.weight
          relu
          maxpool 2
          conv 16 kernel=3
          dropout 0.3
          linear 10
        }

        # %% Train at three learning rates
        results = sweep rate in [0.01, 0.0005, 0.00001] {
          net = cnn()
          run = train net train_set epochs=20 lr=rate batch=8 optimizer=adam validate=dev
          {lr=rate, accuracy=evaluate(net, kmnist.test).accuracy, run=run}
        }

        # %% Query
        results                                         # a table
        best = results.sort("accuracy")[-1]
        print "best learning rate {best.lr} with accuracy {best.accuracy:.4f}"
        plot best.run.history.loss title="training loss" x="epoch"
        show activations(best.run.model, kmnist.train.x[4], "conv1")
        """

    static let attention = """
        model bilinear_attention(hidden) {            # Luong et al. 2015, "general"
          query_in = linear hidden bias=false
          out = linear hidden
          fn forward(query, memory, mask) {           # [batch, 1, h], [batch, time, h], [batch, 1, time]
            scores = query_in(query) @ memory.transpose(-1, -2)
            weights = softmax(mask_fill(scores, mask, -inf))
            tanh(out(concat([query, weights @ memory], axis=-1)))
          }
        }
        """

    static let trainingLoop = """
        opt = adam(net, lr=0.001)
        for batch in batches(data.train, 64, shuffle=true) {
          step opt cross_entropy(net(batch.x), batch.y)     # the loss is differentiated, then net is updated
        }
        """

    static let statements = """
        name = value; x[0, :] = 0; r.lr = 0.1; a, b = pair
        fn f(x, scale=2) { x * scale }                # the last value is the result; return works too
        fn g(x) = x + 1
        if c { x } else if d { y } else { z }
        for x in list { x };  while c { break; continue }
        try { f } catch e { print e.message }
        assert condition, "message"
        param epochs = 20
        import "lib.dls" as lib
        # %% Attention probabilities
        #~ atol=1e-4
        x = [0.1, 0.7, 0.2]
        softmax(outer(x, x))
        #> tensor [3, 3] float32
        """

    static let all = [firstLook, attention, trainingLoop, statements]

    @Test func aFirstLook() {
        #expect(
            parsed(ProgramTests.firstLook) == """
                (= kmnist (command load "data/kmnist"))
                (= (train_set, dev) (command split (. kmnist train) 50000 seed=42))
                (model cnn () {(= conv1 (command conv 8 kernel=5 padding=2)) | relu | (command maxpool 2) | \
                (command conv 16 kernel=3) | (command dropout 0.3) | (command linear 10)})
                (= results (sweep rate in [0.01 0.0005 1e-05] {(= net (call cnn)) | \
                (= run (command train net train_set epochs=20 lr=rate batch=8 optimizer=adam validate=dev)) | \
                {lr=rate accuracy=(. (call evaluate net (. kmnist test)) accuracy) run=run}}))
                results
                (= best (index (call (. results sort) "accuracy") (- 1)))
                (command print (text "best learning rate " (. best lr) " with accuracy " (. best accuracy):.4f))
                (command plot (. (. (. best run) history) loss) title="training loss" x="epoch")
                (command show (call activations (. (. best run) model) (index (. (. kmnist train) x) 4) "conv1"))
                """)
    }

    @Test func attentionAndItsTraining() {
        #expect(
            parsed(ProgramTests.attention) == """
                (model bilinear_attention (hidden) {(= query_in (command linear hidden bias=false)) | \
                (= out (command linear hidden)) | (define forward (query memory mask) \
                {(= scores (@ (call query_in query) (call (. memory transpose) (- 1) (- 2)))) | \
                (= weights (call softmax (call mask_fill scores mask (- inf)))) | \
                (call tanh (call out (call concat [query (@ weights memory)] axis=(- 1))))})})
                """)
        #expect(
            parsed(ProgramTests.trainingLoop) == """
                (= opt (call adam net lr=0.001))
                (for batch (call batches (. data train) 64 shuffle=true) \
                {(step opt (call cross_entropy (call net (. batch x)) (. batch y)))})
                """)
    }

    @Test(arguments: all) func isComplete(_ program: String) {
        #expect(Parser.parse(SourceText(name: "t", text: program)).completeness == .complete)
    }
}
