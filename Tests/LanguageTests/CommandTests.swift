import Language
import Testing

@Suite struct CommandTests {
    /// The table of the language's section on commands, in its order.
    @Test(arguments: [
        Case("train net data epochs=20 lr=0.1", "(command train net data epochs=20 lr=0.1)"),
        Case("plot x y * 2", "(command plot x (* y 2))"),
        Case("print -1", "(command print (- 1))"),
        Case("show x [1]", "(command show x [1])"),
        Case("show x[1]", "(command show (index x 1))"),
        Case("x - 1", "(- x 1)"),
    ]) func table(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    @Test(arguments: [
        ("f a -b", ["write `a - b` for one", "write `a (-b)` for two"]),
        ("f x.y[0] +g(2)", ["write `x.y[0] + g(2)` for one", "write `x.y[0] (+g(2))` for two"]),
        ("y = f a k=b -1", ["write `b - 1` for one", "write `b (-1)` for two"]),
        ("step opt a -b", ["write `a - b` for one", "write `a (-b)` for two"]),
        (
            "sqrt (x) + 1",
            [
                "write `sqrt(x) + 1` to go on with the result of `sqrt`",
                "write `sqrt((x) + 1)` to give it all to `sqrt`",
            ]
        ),
        (
            "y = sqrt (x).mean()",
            [
                "write `sqrt(x).mean()` to go on with the result of `sqrt`",
                "write `sqrt((x).mean())` to give it all to `sqrt`",
            ]
        ),
        (
            "f.g (x) and y",
            [
                "write `f.g(x) and y` to go on with the result of `f.g`",
                "write `f.g((x) and y)` to give it all to `f.g`",
            ]
        ),
    ]) func refusedWithTheWaysToWriteIt(_ text: String, _ help: [String]) {
        let result = Parser.parse(SourceText(name: "t", text: text))
        #expect(result.diagnostics.count == 1)
        #expect(result.diagnostics.first?.help == help)
        #expect(result.completeness == .invalid)
    }

    @Test(arguments: [
        // Where they stand
        Case("relu", "relu"),
        Case("x = conv 8 kernel=5 padding=2", "(= x (command conv 8 kernel=5 padding=2))"),
        Case("r.x = f a", "(= (. r x) (command f a))"),
        Case("x += f a", "(+= x (command f a))"),
        Case("a, b = split data 10 seed=42", "(= (a, b) (command split data 10 seed=42))"),
        Case("fn g(x) = mean x", "(define g (x) (command mean x))"),
        Case("fn g(x) { mean x }", "(define g (x) {(command mean x)})"),
        Case("fn g(x) { return mean x }", "(define g (x) {(return (command mean x))})"),
        Case("if a { print b }", "(if a {(command print b)})"),
        Case("param d = load \"x\"", "(param d (command load \"x\"))"),
        Case("net.conv1.reset 1", "(command (. (. net conv1) reset) 1)"),
        Case("x.step 1", "(command (. x step) 1)"),
        Case("print a; print b", "(command print a);\n(command print b)"),
        // What begins an argument
        Case("f \"a\" 'b' \"{c}\"", "(command f \"a\" \"b\" (text c))"),
        Case("f true false none", "(command f true false none)"),
        Case("f [1] {a=1} (x) [2]", "(command f [1] {a=1} x [2])"),
        Case("f (x)", "(command f x)"),
        Case("f (x) (y)", "(command f x y)"),
        Case("f (a + b)", "(command f (+ a b))"),
        Case("f (a, b) -> a + b", "(command f (fn (a b) (+ a b)))"),
        Case("f x -> x * 2 xs", "(command f (fn (x) (* x 2)) xs)"),
        Case("f fn(x) { x } xs", "(command f (fn (x) {x}) xs)"),
        Case("f if a { 1 } else { 2 } b", "(command f (if a {1} else {2}) b)"),
        Case("f not a not b", "(command f (not a) (not b))"),
        Case("f a not in b", "(command f (a not in b))"),
        Case("f +1", "(command f (+ 1))"),
        Case("f .5 1", "(command f 0.5 1)"),
        Case("f sweep x in xs { x }", "(command f (sweep x in xs {x}))"),
        // Commas
        Case("f a, b c, d", "(command f a b c d)"),
        Case("f a, -b", "(command f a (- b))"),
        Case("f a, k=1, l=-2", "(command f a k=1 l=(- 2))"),
        // Labels
        Case("f k=1", "(command f k=1)"),
        Case("arange 0 10 step=2", "(command arange 0 10 step=2)"),
        Case("f in=1 if=2", "(command f in=1 if=2)"),
        Case("f a k=x -> x", "(command f a k=(fn (x) x))"),
        Case("f k=a == b", "(command f k=(a == b))"),
        // Operators go on with the argument
        Case("f a - b", "(command f (- a b))"),
        Case("f a-b", "(command f (- a b))"),
        Case("f a- b", "(command f (- a b))"),
        Case("f a * -b", "(command f (* a (- b)))"),
        Case("f a *b", "(command f (* a b))"),
        Case("f a == b c", "(command f (a == b) c)"),
        Case("f a and b or c d", "(command f (or (and a b) c) d)"),
        Case("f a in b", "(command f (a in b))"),
        Case("f a.b(c -d)[e -f]", "(command f (index (call (. a b) (- c d)) (- e f)))"),
        // No commands
        Case("x in y", "(x in y)"),
        Case("x not in y", "(x not in y)"),
        Case("x and y", "(and x y)"),
        Case("x == 1", "(x == 1)"),
        Case("x * 1", "(* x 1)"),
        Case("x-1", "(- x 1)"),
        Case("x- 1", "(- x 1)"),
        Case("x(1) -1", "(- (call x 1) 1)"),
        Case("x[1] -1", "(- (index x 1) 1)"),
        Case("x -> y", "(fn (x) y)"),
        Case("f(x)", "(call f x)"),
        Case("(f) - 1", "(- f 1)"),
        Case("x\ny", "x\ny"),
    ]) func tree(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }
}
