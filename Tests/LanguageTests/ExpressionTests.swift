import Language
import Testing

/// A text and the tree it gives.
struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let tree: String

    init(_ text: String, _ tree: String) {
        self.text = text
        self.tree = tree
    }

    var testDescription: String { text }
}

@Suite struct ExpressionTests {
    @Test(arguments: [
        // Each level against its neighbours
        Case("(a or b and c)", "(or a (and b c))"),
        Case("(not a and b)", "(and (not a) b)"),
        Case("(not a == b)", "(not (a == b))"),
        Case("(not not a)", "(not (not a))"),
        Case("(a == b + c)", "(a == (+ b c))"),
        Case("1 < 2 <= 3 != 4", "(1 < 2 <= 3 != 4)"),
        Case("1 in [1] == true", "(1 in [1] == true)"),
        Case("1 not in xs and y", "(and (1 not in xs) y)"),
        Case("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
        Case("1 - 2 - 3", "(- (- 1 2) 3)"),
        Case("a @ b * c / d % e", "(% (/ (* (@ a b) c) d) e)"),
        Case("a // b * c // d", "(// (* (// a b) c) d)"),
        Case("[True, False, None]", "[true false none]"),
        Case("(a if b or c else d + 1)", "(if (or b c) {a} else {(+ d 1)})"),
        Case("[a if b else c if d else e for v in xs if f]", "[(if b {a} else {(if d {c} else {e})}) for v xs if f]"),
        Case("(lambda x, k=2, *rest: x * k)(3)", "(call (fn (x k=2 *rest) (* x k)) 3)"),
        Case("map(lambda: 1, xs)", "(call map (fn () 1) xs)"),
        Case("f\"a {x:.2f} {{b}}\"", "(text \"a \" x:.2f \" {b}\")"),
        Case("f'a {d[\"k\"]}'", "(text \"a \" (index d \"k\"))"),
        Case("r\"\\s {x}\" + r'\\d'", "(+ \"\\\\s {x}\" \"\\\\d\")"),
        Case("-2 * 3", "(* (- 2) 3)"),
        Case("-2 ** 2", "(- (** 2 2))"),
        Case("2 ** -1", "(** 2 (- 1))"),
        Case("2 ** 3 ** 2", "(** 2 (** 3 2))"),
        Case("2 ** -3 ** 2", "(** 2 (- (** 3 2)))"),
        Case("--+1", "(- (- (+ 1)))"),
        Case("-x.y", "(- (. x y))"),
        Case("~x.y == ~-z", "((~ (. x y)) == (~ (- z)))"),
        Case("f ~x", "(command f (~ x))"),
        Case("-x[0](1)", "(- (call (index x 0) 1))"),
        Case("x ** y.z", "(** x (. y z))"),
        Case("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        Case("(a | b & c + 1 == d)", "((| a (& b (+ c 1))) == d)"),
        Case("a in b | c", "(a in (| b c))"),
        Case("(1, \"a\",)", "[1 \"a\"]"),
        Case("((1, 2), *xs)", "[[1 2] *xs]"),
        Case("(x for x in xs)", "[x for x xs]"),
        Case("[*xs, 1, *f(x)]", "[*xs 1 *(call f x)]"),
        Case("f(*xs, 1, k=2, **o, z=3)", "(call f *xs 1 k=2 **o z=3)"),
        Case("sum(x * x for x in xs if x)", "(call sum [(* x x) for x xs if x])"),
        Case("(a, *rest, k=1, **o) -> a", "(fn (a *rest k=1 **o) a)"),
        // Records with any keys
        Case("{lr=1, \"a b\"=2, 3=4}", "{lr=1 [\"a b\"]=2 [3]=4}"),
        Case("{[k]=v, [1, k]=2, [[1]]=3, [*a]=4}", "{[k]=v [[1 k]]=2 [[1]]=3 [[*a]]=4}"),
        Case(
            "{\"a\": 1, k: v, (1, 2): x, [1]: 2, -1: 3, f(x): 4}",
            "{a=1 [k]=v [[1 2]]=x [[1]]=2 [(- 1)]=3 [(call f x)]=4}"),
        Case("{\"{a}\"=1, **b, true=2, true: 3}", "{[(text a)]=1 **b true=2 [true]=3}"),
        Case("{[k]=v for k, v in d if v}", "{[k]=v for (k, v) d if v}"),
        Case("{k: v for k, v in d}", "{[k]=v for (k, v) d}"),
        Case("\"{ {\"a\": 1}[\"a\"] }\"", "(text (index {a=1} \"a\"))"),
        // Texts of several lines
        Case("\"\"\"a \"b\" {x:.2f}\r\n\\\n  c\\n\"\"\"", "(text \"a \\\"b\\\" \" x:.2f \"\\n  c\\n\")"),
        Case("\"\"\"\"\"\"", "\"\""),
        Case("f(\"\"\"{g(\"\"\"in\"\"\")}\"\"\")", "(call f (text (call g \"in\")))"),
        Case("a or b or c", "(or (or a b) c)"),
        // Function values
        Case("x -> x * 2", "(fn (x) (* x 2))"),
        Case("x -> y -> x or y", "(fn (x) (fn (y) (or x y)))"),
        Case("(a, b) -> a + b", "(fn (a b) (+ a b))"),
        Case("(a, b=2) -> a", "(fn (a b=2) a)"),
        Case("() -> 3", "(fn () 3)"),
        Case("(x) -> x", "(fn (x) x)"),
        Case("fn(a, b) { a; b }", "(fn (a b) {a; | b})"),
        Case("fn() { }()", "(call (fn () {}))"),
        Case("map(x -> x + 1, xs)", "(call map (fn (x) (+ x 1)) xs)"),
        Case("f((a) -> a)(1)", "(call (call f (fn (a) a)) 1)"),
        // Calls, indices, members
        Case("f()", "(call f)"),
        Case("f(x, 1, k=2, in=3,)", "(call f x 1 k=2 in=3)"),
        Case("f(x)(y)[0].z", "(. (index (call (call f x) y) 0) z)"),
        Case("f(-1, not a)", "(call f (- 1) (not a))"),
        Case("f(a -b)", "(call f (- a b))"),
        Case("x[0]", "(index x 0)"),
        Case("x[-1]", "(index x (- 1))"),
        Case("x[2:5]", "(index x 2:5)"),
        Case("x[:, 0]", "(index x : 0)"),
        Case("x[..., 0]", "(index x ... 0)"),
        Case("x[0:10:2]", "(index x 0:10:2)"),
        Case("x[::2, 1:, :3]", "(index x ::2 1: :3)"),
        Case("x[::]", "(index x :)"),
        Case("x[mask]", "(index x mask)"),
        Case("x[[0, 2]]", "(index x [0 2])"),
        Case("x[none, 0,]", "(index x none 0)"),
        Case("x[a + 1:b - 1]", "(index x (+ a 1):(- b 1))"),
        Case("x.step.in.T", "(. (. (. x step) in) T)"),
        Case("x.mean(axis=0).sum()", "(call (. (call (. x mean) axis=0) sum))"),
        Case("\"abc\"[0]", "(index \"abc\" 0)"),
        Case("3.sqrt()", "(call (. 3 sqrt))"),
        // Lists and records
        Case("[]", "[]"),
        Case("[1, \"a\", x,]", "[1 \"a\" x]"),
        Case("[1 -1]", "[(- 1 1)]"),
        Case("[x * x for x in xs if x > 0]", "[(* x x) for x xs if (x > 0)]"),
        Case("[a + b for (a, b) in ps for c in a if c if d]", "[(+ a b) for (a, b) ps for c a if c if d]"),
        Case("[a for a, b in ps]", "[a for (a, b) ps]"),
        Case("[if a { 1 } else { 2 } for a in xs]", "[(if a {1} else {2}) for a xs]"),
        Case("[[a, b] for a in xs]", "[[a b] for a xs]"),
        Case("{}", "{}"),
        Case("{lr=0.1, name=\"adam\", if=true,}", "{lr=0.1 name=\"adam\" if=true}"),
        Case("{a={b=1}}", "{a={b=1}}"),
        Case("{f=x -> x}", "{f=(fn (x) x)}"),
        // Conditionals, sweeps, steps
        Case("if a { b }", "(if a {b})"),
        Case("if a { 1 } else if b { 2 } else { 3 }", "(if a {1} b {2} else {3})"),
        Case("y = if a { 1 } else { 2 }", "(= y (if a {1} else {2}))"),
        Case("1 + if a { 1 } else { 2 } * 3", "(+ 1 (* (if a {1} else {2}) 3))"),
        Case("if (a) { b }", "(if a {b})"),
        Case("if ({a=1}) == r { b }", "(if ({a=1} == r) {b})"),
        Case("if f({a=1}) { b }", "(if (call f {a=1}) {b})"),
        Case("if a -b { c }", "(if (- a b) {c})"),
        Case("sweep r in [1, 2] { r }", "(sweep r in [1 2] {r})"),
        Case("sweep r in xs, b in ys workers=2, seeds=3 { r }", "(sweep r in xs b in ys workers=2 seeds=3 {r})"),
        Case("t = sweep r in xs workers=n + 1 { {lr=r} }", "(= t (sweep r in xs workers=(+ n 1) {{lr=r}}))"),
        Case("step opt loss", "(step opt loss)"),
        Case("step opt f(x, y) + 1", "(step opt (+ (call f x y) 1))"),
        Case("l = step o.main (a - b)", "(= l (step (. o main) (- a b)))"),
        Case("print (step opt x)", "(command print (step opt x))"),
        Case(
            "l, s = step opt { s = f(x); [g(s), s] }",
            "(= (l, s) (step opt (if true {(= s (call f x)); | [(call g s) s]})))"),
        Case("f(step opt a - b)", "(call f (step opt (- a b)))"),
        // Literals
        Case("[true, false, none]", "[true false none]"),
    ]) func tree(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    @Test(arguments: [
        Case("x = [1,\n  2,\n  3]", "(= x [1 2 3])"),
        Case("f(\n  a\n  ,\n  b\n)", "(call f a b)"),
        Case("a +\n  b", "(+ a b)"),
        Case("a and\n\n # comment\n b", "(and a b)"),
        Case("x =\n  3", "(= x 3)"),
        Case("x = y \\\n  + 1", "(= x (+ y 1))"),
        Case("print a \\  \n b", "(command print a b)"),
        Case("print a,\n b", "(command print a b)"),
        Case("(x\n  .mean()\n  .sum())", "(call (. (call (. x mean)) sum))"),
        Case("x\n-1", "x\n(- 1)"),
        Case("x\n[1]", "x\n[1]"),
        Case("f\n(x)", "f\nx"),
        Case("[1\n-1]", "[(- 1 1)]"),
        Case("f(fn(x) {\n a\n b\n})", "(call f (fn (x) {a | b}))"),
        Case("\"{a +\n b}\"", "(text (+ a b))"),
        Case("x ->\n x", "(fn (x) x)"),
        Case("a not\nin b", "(a not in b)"),
        Case("a;b\nc;", "a;\nb\nc;"),
        Case(";;a;;b", "a;\nb"),
        Case("a\r\nb\rc", "a\nb\nc"),
        Case("", ""),
        Case("# only a comment", ""),
        Case("\u{FEFF}#!/usr/bin/env dls\nx", "x"),
    ]) func lines(_ example: Case) {
        #expect(parsed(example.text) == example.tree)
    }

    @Test func spansCoverWhatTheyStandFor() throws {
        let source = SourceText(name: "t", text: "y = (a + b) * f(x)[0].z")
        let result = Parser.parse(source)
        let statement = try #require(result.block.statements.first)
        #expect(source[statement.span] == "y = (a + b) * f(x)[0].z")
        guard case .assign(let target, let value) = statement.kind,
            case .binary(_, let left, let right) = value.kind, case .name(let name) = target
        else {
            Issue.record("not the product that was written")
            return
        }
        #expect(source[name.span] == "y")
        #expect(source[value.span] == "(a + b) * f(x)[0].z")
        #expect(source[left.span] == "(a + b)")
        #expect(source[right.span] == "f(x)[0].z")
    }
}
