import Language
import Testing

@Suite struct ClassTests {
    @Test(arguments: [
        Case("class A() { }", "(class A () {})"),
        Case("class A(x, y=[]) {\n z = 0\n fn f() = x\n}", "(class A (x y=[]) {(= z 0) | (define f () x)})"),
        Case("class B(x) : A(x, k=1) { }", "(class B (x) : (call A x k=1) {})"),
        Case("class B() : lib.A { }", "(class B () : (. lib A) {})"),
        Case("class A()\n{\n}", "(class A () {})"),
        Case(
            "class A() { fn +(a, b) = a; fn -(a) = a; fn ==(a, b) { a } }",
            "(class A () {(define + (a b) a); | (define - (a) a); | (define == (a b) {a})})"),
        // Special methods of Python that mean one thing.
        Case(
            "class A() { fn __len__() = 1; fn __getitem__(i) = 2 }",
            "(class A () {(define len () 1); | (define get (i) 2)})"),
        // Methods stand behind a point, so any word names one.
        Case(
            "class A() { fn show() = 1; fn step() = 2 }",
            "(class A () {(define show () 1); | (define step () 2)})"),
        Case(
            "class A() { fn f() { self.x = 1; self.y += 1 } }",
            "(class A () {(define f () {(= (. self x) 1); | (+= (. self y) 1)})} self.x self.y)"),
        Case(
            "class A() { fn f() { a, self.x = p } }", "(class A () {(define f () {(= (a, (. self x)) p)})} self.x)"),
    ]) func tree(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    /// `class` and `self` are words of the language where classes are, and names elsewhere.
    @Test(arguments: [
        Case("class = 3", "(= class 3)"),
        Case("self = class + 1", "(= self (+ class 1))"),
        Case("class x", "(command class x)"),
        Case("f(class=1)", "(call f class=1)"),
        Case("class(x)", "(call class x)"),
        Case("fn f(self) = self.x", "(define f (self) (. self x))"),
        Case("for class in xs { print class }", "(for class xs {(command print class)})"),
    ]) func wordsAreNamesElsewhere(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    @Test(arguments: [
        Case("x -> { }", "(fn (x) {})"),
        Case("x -> {a=x}", "(fn (x) {a=x})"),
        Case("x -> {a=x, b=[1, 2]}", "(fn (x) {a=x b=[1 2]})"),
        Case("x -> {\n  a=x,\n  b=2\n}", "(fn (x) {a=x b=2})"),
        Case("() -> { a.x += 1 }", "(fn () {(+= (. a x) 1)})"),
        Case("x -> { y = x; y }", "(fn (x) {(= y x); | y})"),
        Case("x -> {\n y = x\n y\n}", "(fn (x) {(= y x) | y})"),
        Case("x -> { print x }", "(fn (x) {(command print x)})"),
        Case("x -> { x[0] = 1 }", "(fn (x) {(= (index x 0) 1)})"),
        Case("x -> { return x }", "(fn (x) {(return x)})"),
        Case("map(x -> { f(x) }, xs)", "(call map (fn (x) {(call f x)}) xs)"),
        Case("x -> { (x) }", "(fn (x) {x})"),
    ]) func blocksOfFunctionValues(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    private func diagnostic(_ text: String) -> Diagnostic? {
        Parser.parse(SourceText(name: "test", text: text)).diagnostics.first
    }

    @Test(arguments: [
        (
            "class A { }", "expected `(` and the parameters after `A`, found `{`",
            "without parameters it is `class A() { ... }`"
        ),
        ("class A(x):\n  y = 1", "a block has braces around it, and no `:` before it", "write `{ ... }`"),
        (
            "class A() { fn f(self, x) = x }", "`self` is known in a class without being a parameter",
            "leave it out: `fn f(x) { self.total + x }`"
        ),
        (
            "class A() { self = 1 }", "`self` is the object in the block of a class, and cannot be another value",
            "take another name, such as `self_`"
        ),
        (
            "class A() { fn __radd__(a, b) = a }", "`__radd__` is not a method of dls",
            "`fn +(a, b) { ... }` takes both operands, and is found if either is an object of the class"
        ),
        (
            "class A() { fn __init__(x) { } }", "`__init__` is not a method of dls",
            "the block of the class is what runs for each object: `class Value(data) { grad = 0 }`"
        ),
        (
            "class A() { fn *(a) = a }", "`*` takes its two operands, without default values",
            "write `fn *(a, b) { ... }`; either of them may be another value than an object"
        ),
        (
            "fn +(a, b) = a", "`+` is defined in the block of a class",
            "write `class Value(data) { fn +(a, b) { ... } }`"
        ),
        (
            "class = 1; class f(x)\ny = 2", "`class f(x)` begins a class, whose block is missing",
            "a class is written `class Value(data) { grad = 0 }`"
        ),
        (
            "class A() { return 1 }", "`return` stands in a class's block, which gives the object",
            "to compute something with the fields, write a method: `fn name(x) { ... }`"
        ),
        (
            "struct A(x) { }", "`struct` does not exist in dls",
            "a class is written `class A(a, b) { ... }`, a record `{a=1}`"
        ),
        (
            "class A() { fn f() { fn print() = 1 } }", "`print` is a command and cannot be bound to anything else",
            "take another name, such as `print_`"
        ),
    ]) func errors(_ text: String, _ message: String, _ help: String) {
        let found = diagnostic(text)
        #expect(
            found?.message == message && found?.help.first == help, "\(found?.message ?? "none") \(found?.help ?? [])")
    }

    /// What is typed at the prompt line by line goes on to the end of the class.
    @Test func beginningsAreIncomplete() {
        let text = """
            class Value(data, parents=[]) : Base(data) {
              back = () -> none
              fn +(a, b) {
                out.back = () -> {
                  a.grad += 1
                  b.grad += 1
                }
                out
              }
            }
            """
        let lines = text.split(separator: "\n")
        for count in 1..<lines.count {
            let beginning = lines.prefix(count).joined(separator: "\n")
            let result = Parser.parse(SourceText(name: "test", text: beginning)).completeness
            guard case .incomplete = result else {
                Issue.record("\(count) lines are \(result)")
                continue
            }
        }
        #expect(Parser.parse(SourceText(name: "test", text: text)).completeness == .complete)
    }
}
