import Language
import Testing

/// A text, its one error, what the error points at, and how its help begins.
struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String
    let place: String
    let help: String?

    init(_ text: String, _ message: String, at place: String, _ help: String? = nil) {
        self.text = text
        self.message = message
        self.place = place
        self.help = help
    }

    var testDescription: String { text }
}

@Suite struct ErrorTests {
    @Test(arguments: [
        // Python
        Mistake("def f(x):", "a function is defined with `fn`", at: "def", "write `fn f(x) { ... }`"),
        Mistake("if x:", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("if x: y", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("for i in range(3):", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("while x:\n  y", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("fn f(x): { x }", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("try:", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake(
            "elif z: w", "`elif` has no `if` before it", at: "elif",
            "it is written `else if` or `elif`, behind the `}` of that block"),
        Mistake(
            "if x { y }\nelse { z }\nelif x { w }", "`elif` has no `if` before it", at: "elif",
            "it is written `else if` or `elif`, behind the `}` of that block"),
        Mistake("f = lambda x, x: x", "there are two parameters `x`", at: "x"),
        Mistake("f = lambda x y", "expected `:` and what the function gives, found `y`", at: "y"),
        Mistake("True = 1", "`True` is a word of the language and cannot be a name", at: "True"),
        Mistake("from a.b import c as 3", "expected a name after `as`, found the number 3", at: "3"),
        Mistake(
            "re.findall(\"[0-9]{4}\", s)", "`{` in a text begins a value, and a number is not a value to fill in",
            at: "4",
            "for a regular expression or a text for `.format`, write `r\"...\"`, in which braces are characters"),
        Mistake(
            "p = \"a{2,3}\"", "`{` in a text begins a value, and a number is not a value to fill in", at: "2",
            "for a regular expression or a text for `.format`, write `r\"...\"`, in which braces are characters"),
        Mistake(
            "assert(x == 2, \"no\")", "a list of two always holds, whatever is in it", at: "(x == 2, \"no\")",
            "write `assert x == 2, \"no\"`, without parentheses"),
        Mistake(
            "class A() { fn __hash__() = 1 }", "`__hash__` is not a method of dls", at: "__hash__",
            "nothing calls it: the special methods are `call show len get set iterate enter exit` and operators (`help classes`)"
        ),
        Mistake(
            "class D(Dataset) { fn __init__(self, x, y) { } }",
            "the parentheses hold the parameters of `D`, not a class that it inherits from", at: "Dataset",
            "write `class D(x, y) { ... }`: any class with `fn len()` and `fn get(i)` is a data set"),
        Mistake(
            "class A(x) { fn [](i) = x }", "a method has a name, or is an operator", at: "[",
            "`fn get(i) { ... }` says what an index gives, `fn set(i, value) { ... }` what setting it does"),
        Mistake(
            "finally { x }", "`finally` has no `try` before it", at: "finally",
            "it follows the `}` of `try` or of `catch`, at the prompt on the same line"),
        Mistake("import a as 3", "expected a name after `as`, found the number 3", at: "3"),
        Mistake("{1, b=2}", "a field has a key and a value, as in `{a=1}`", at: "1", "a set has elements alone"),
        Mistake(
            "f = x -> {x}", "`{ x }` can be read as a block or as a set", at: "{x", "write `x` without braces"),
        Mistake("{r.k=1}", "`r.k` is not a name", at: "r.k", "for its value as the key, write `{[r.k]=v}`"),
        Mistake("{[]=1}", "there is no key between `[` and `]`", at: "[]", "write `{[k]=v}`"),
        Mistake("{a=1, \"a\"=2}", "the field `a` is given twice", at: "\"a\""),
        Mistake("{\"a\" 1}", "expected `,` or `}` to close the `{`, found the number 1", at: "1"),
        Mistake(
            "y = 1 if c", "`if` does not go on from a value", at: "if",
            "to choose between values, write `a if c else b` or `if c { a } else { b }`"),
        Mistake("y = [v if v for v in xs]", "`if` does not go on from a value", at: "if"),
        Mistake("y = 1 if c else", "expected a value, and the text ends", at: ""),
        Mistake(
            "f(k=1, *xs)", "this argument has no name, and stands after `k=`", at: "xs", "named arguments come last"),
        Mistake("f(**o, 1)", "this argument has no name, and stands after `**`", at: "1", "named arguments come last"),
        Mistake("[*x for x in xs]", "`*` cannot stand before the element of a comprehension", at: "*x"),
        Mistake(
            "print *xs", "`*` in front of an argument needs parentheses around the arguments", at: "*",
            "write `print(*xs)`"),
        Mistake("x = *xs", "`*` stands among several values", at: "*xs", "write `[*xs]`"),
        Mistake("(*xs)", "`*` stands among several values", at: "*xs", "write `[*xs]`"),
        Mistake("*a, *b = c", "one name takes what is left, and a second one has `*` too", at: "*b"),
        Mistake("for *a in b { }", "`*` stands among several names", at: "*a", "write `first, *rest`"),
        Mistake("fn f(*a, *b) { }", "`*a` takes all arguments that are left, and nothing is left for another", at: "b"),
        Mistake(
            "fn f(**a, b) { }", "nothing stands after `**a`", at: "b", "it takes all named arguments that are left"),
        Mistake("fn f(a, *, b=2) { }", "expected a name for what is left, found `,`", at: ","),
        Mistake(
            "del d[k], a", "`del` removes variables, and nothing inside a value", at: "del d[k]", "write `d.pop(k)`"),
        Mistake(
            "@torch.no_grad()\nfn f() = 1", "there are no decorators", at: "@torch.no_grad",
            "leave it out: gradients are recorded only inside `train`, `step` and `grad`"),
        Mistake(
            "@property\nfn f() = 1", "there are no decorators", at: "@property",
            "it stands before `fn name() { ... }` in the block of a class; elsewhere write `x.name()`"),
        Mistake(
            "class A() { @property\n fn f(x) = 1 }",
            "a property is read without arguments, and this one has parameters",
            at: "x", "leave `@property` out: the method is called, `x.name(...)`"),
        Mistake(
            "class A() { @f.setter\n fn f(x) = 1 }", "there are no decorators", at: "@f.setter",
            "write a method beside the property: `fn set_name(value) { self.field = value }`"),
        Mistake(
            "class Color(enum.Enum) { RED = 1 }", "there are no enumerations", at: "enum",
            "a record holds constants: `Color = {RED=1, BLUE=2}`, read as `Color.RED`"),
        Mistake(
            "np.mgrid[-1:1:10j]", "`10j` is not a number", at: "10j",
            "there are no complex numbers; of `np.mgrid`, where it counts points: `linspace(-1, 1, 10)`"),
        Mistake("@a.b\nfn f() = 1", "there are no decorators", at: "@a.b", "after the function, write `f = a.b(f)`"),
        Mistake(
            "class Net(nn.Module):", "the parentheses hold the parameters of `Net`, not a class that it inherits from",
            at: "nn", "a network is written `model Net() { ... }`: its layers, and `fn forward(x) { ... }`"),
        Mistake(
            "class A(b.C) { }", "the parentheses hold the parameters of `A`, not a class that it inherits from",
            at: "b", "write `class A() { ... }`; a class inherits with `class A() : Base() { ... }`"),
        Mistake(
            "del r.x", "`del` removes variables, and nothing inside a value", at: "del r.x", "write `r.pop(\"x\")`"),
        Mistake("del f()", "`del` removes variables, and nothing inside a value", at: "del f()"),
        Mistake("f\"{x\"", "the `{` in this string is not closed", at: "{"),
        Mistake("f'{x:.2f'", "the `{` in this string is not closed", at: "{"),
        Mistake("x = r'a", "this string is not closed", at: "r'a", "write ' at its end"),
        Mistake("x = b\"a\"", "the string touches the name `b`", at: "\"a\"", "leave out the `b`"),
        Mistake(
            "print\"a\"", "the string touches the name `print`", at: "\"a\"",
            "write white space between them: `print \"a\"`"),
        Mistake("x: 3", "`:` has no meaning here", at: ":", "a block is written `{ ... }`"),
        Mistake("fn f(x: 3) { x }", "expected a type, found the number 3", at: "3"),
        Mistake("fn f(x) -> { x }", "a function's block follows its parameters, and a type between them", at: "->"),
        Mistake(
            "f(1, x for x in xs)", "a comprehension beside other arguments has brackets around it", at: "for",
            "write `[x for ...]`"),
        Mistake("try { f } except e { g }", "`except` does not exist in dls", at: "except", "write `catch e { ... }`"),
        Mistake(
            "except E { g }", "`except` does not exist in dls", at: "except", "write `try { ... } catch e { ... }`"),
        Mistake("class A(B):", "a block has braces around it, and no `:` before it", at: ":", "write `{ ... }`"),
        Mistake("x = 1, 2", "several values stand here without brackets", at: "1, 2", "write a list: `x = [1, 2]`"),
        Mistake(
            "a = b = x, 2", "several values stand here without brackets", at: "x, 2", "write a list: `a = b = [x, 2]`"),
        Mistake("if c { 1, 2 }", "several values stand here without brackets", at: "1, 2", "write a list: `[1, 2]`"),
        Mistake(
            "\"{{x}}\"", "`{` in a string begins a value, and a second one a record", at: "{",
            "write `\\{` for the character itself"),
        Mistake("\"{}\"", "there is no value between `{` and `}`", at: "{", "for the characters themselves"),
        Mistake("\"{:.3f}\"", "there is no value between `{` and `}`", at: "{"),
        // Others
        Mistake("x && y", "`&&` is not an operator of dls", at: "&&", "write `and`"),
        Mistake("x || y", "`||` is not an operator of dls", at: "||", "write `or`"),
        Mistake("!x", "`!` is not an operator of dls", at: "!", "write `not`"),
        Mistake("y = !x", "`!` is not an operator of dls", at: "!", "write `not`"),
        Mistake("print !x", "`!` is not an operator of dls", at: "!", "write `not`"),
        Mistake("x := 2", "`:=` is not an operator of dls", at: ":=", "write `=`"),
        Mistake("f(x => x)", "`=>` is not an operator of dls", at: "=>", "write `->`"),
        Mistake("x === y", "`===` is not an operator of dls", at: "===", "write `==`"),
        Mistake("x !== y", "`!==` is not an operator of dls", at: "!==", "write `!=`"),
        Mistake("x <> y", "`<>` is not an operator of dls", at: "<>", "write `!=`"),
        Mistake("x ++", "`++` is not an operator of dls", at: "++", "write `x += 1`"),
        Mistake("x++\ny", "`++` is not an operator of dls", at: "++", "write `x += 1`"),
        Mistake("r.x--;", "`--` is not an operator of dls", at: "--", "write `x -= 1`"),
        Mistake("++x", "`++` is not an operator of dls", at: "++", "write `x += 1`"),
        Mistake("// comment", "`//` does not start a comment", at: "//", "a comment starts with `#`"),
        Mistake("/* comment */", "`/*` does not start a comment", at: "/", "a comment starts with `#`"),
        Mistake("let x = 3", "a name is assigned without `let`", at: "let", "write `x = 3`"),
        Mistake(
            "function f(a, b) { a }", "a function is defined with `fn`", at: "function", "write `fn f(a, b) { ... }`"),
        Mistake("if x then y", "`then` does not exist in dls", at: "then", "a block is written"),
        Mistake("relu?", "`?` stands before the name that help is asked for", at: "?", "write `?relu`"),
        Mistake("load ~/data", "a path is a string", at: "~", "write it in quotes"),
        Mistake("x = load ./data", "a path is a string", at: ".", "write it in quotes"),
        Mistake("load /data/x", "a path is a string", at: "/", "write it in quotes"),
        Mistake("load data/x.csv", "a path is a string", at: "data", "write it in quotes, as in `load \"data"),
        Mistake("run work/a.dls", "a path is a string", at: "work", "write it in quotes, as in `run \"data"),
        // Equal signs
        Mistake("x = = 1", "there is a second `=` here", at: "= 1", "`=` assigns, and `==` compares"),
        Mistake(
            "if x = 1 { y }", "`=` assigns, and stands only after what it assigns to", at: "= 1",
            "to compare, write `==`"),
        Mistake(
            "while (x = 1) { y }", "`=` assigns, and stands only after what it assigns to", at: "= 1",
            "to compare, write `==`"),
        Mistake("x [1] = 3", "`=` assigns, and stands only after what it assigns to", at: "= 3"),
        Mistake("f x = 3", "a command's named arguments are written without spaces", at: "x =", "write `x=3`"),
        Mistake(
            "train net epochs= 3", "a command's named arguments are written without spaces", at: "epochs=",
            "write `epochs=3`"),
        Mistake("1 = x", "`1` cannot be assigned", at: "1", "names, `x[i]` and `r.field` can be assigned"),
        Mistake("f(x) = x + 1", "`f(x)` cannot be assigned", at: "f(x)", "to define a function, write `fn f(x) = ...`"),
        Mistake("[] = p", "`[]` cannot be assigned", at: "[]", "without brackets: `a, b = pair`"),
        Mistake("a == b = c", "`a == b` cannot be assigned", at: "a == b", "`=` assigns, and `==` compares"),
        Mistake("a, b += 1", "`+=` changes one thing at a time", at: "a, b"),
        // Names
        Mistake(
            "plot = 3", "`plot` is a command and cannot be bound to anything else", at: "plot",
            "take another name, such as `plot_`"),
        Mistake("a, table = p", "`table` is a command and cannot be bound to anything else", at: "table"),
        Mistake("for show in xs { }", "`show` is a command and cannot be bound to anything else", at: "show"),
        Mistake("fn quit() { 1 }", "`quit` is a command and cannot be bound to anything else", at: "quit"),
        Mistake("fn f(train) { x }", "`train` is a command and cannot be bound to anything else", at: "train"),
        Mistake("import \"a\" as help", "`help` is a command and cannot be bound to anything else", at: "help"),
        Mistake("[x for print in xs]", "`print` is a command and cannot be bound to anything else", at: "print"),
        Mistake("save -> 1", "`save` is a command and cannot be bound to anything else", at: "save"),
        Mistake("quit += 1", "`quit` is a command and cannot be bound to anything else", at: "quit"),
        Mistake(
            "fn step(x) { x }", "`step` is a word of the language and cannot be a name", at: "step",
            "take another name, such as `step_`"),
        Mistake("for in in xs { }", "`in` is a word of the language and cannot be a name", at: "in"),
        Mistake("param if = 3", "`if` is a word of the language and cannot be a name", at: "if"),
        Mistake("fn f(a, a) { a }", "there are two parameters `a`", at: "a) "),
        Mistake(
            "fn f(a=1, b) { a }", "`b` has no default value, and stands after `a`, which has one", at: "b",
            "parameters with default"),
        Mistake("f(a=1, a=2)", "the argument `a` is given twice", at: "a=2"),
        Mistake("f a=1 a=2", "the argument `a` is given twice", at: "a=2"),
        Mistake("f(a=1, b)", "this argument has no name, and stands after `a=`", at: "b", "named arguments come last"),
        Mistake("f a=1 b", "this argument has no name, and stands after `a=`", at: "b", "named arguments come last"),
        Mistake("{a=1, a=2}", "the field `a` is given twice", at: "a=2"),
        Mistake("{a, b=1}", "the field `a` has no value", at: "a", "write `a=a`"),
        // Brackets
        Mistake("f(x", "this `(` is not closed", at: "("),
        Mistake("x = [1, 2", "this `[` is not closed", at: "["),
        Mistake("\"{x", "the `{` in this string is not closed", at: "{"),
        Mistake("if a {\n  b\n", "this `{` is not closed", at: "{"),
        Mistake("f(x\ny = 2", "this `(` is not closed", at: "(", "expected `)` before line 2"),
        Mistake("f(x]", "expected `,` or `)` to close the `(`, found `]`", at: "]"),
        Mistake("f(x,\n  y z)", "expected `,` or `)` to close the `(` of line 1, found `z`", at: "z"),
        Mistake("[1 2]", "expected `,` or `]` to close the `[`, found the number 2", at: "2"),
        Mistake("(a b)", "expected `)` to close the `(`, found `b`", at: "b", "to call `a`, write `a(b)`"),
        Mistake("x)", "expected the end of the statement, found `)`", at: ")"),
        Mistake("}", "this `}` closes nothing", at: "}"),
        Mistake(")", "this `)` closes nothing", at: ")"),
        Mistake("\"{x y}\"", "expected `}` to close the `{` in the string, found `y`", at: "y", "to call `x`"),
        Mistake("\"{(x}\"", "expected `)` to close the `(`, found `}`", at: "}\""),
        Mistake(
            "y = 2 * f (x)", "expected the end of the statement, found `(` after white space", at: "(",
            "`(` and `[` touch"),
        Mistake(
            "if f (x) { y }", "expected `{` and a block after the condition, found `(` after white space", at: "(",
            "`(` and `[` touch what they apply to: write `f(x)`"),
        Mistake("f (a, b)", "`(` touches what it applies to", at: "(", "write `f(a, b)`"),
        Mistake("x[]", "expected a value, found `]`", at: "]"),
        Mistake("x[1:2:3:4]", "`:` has no meaning here", at: ":4"),
        // Commands and values where there can be none
        Mistake(
            "y = 2 * sqrt x", "expected the end of the statement, found `x`", at: "x", "to call `sqrt`, write `sqrt(x)`"
        ),
        Mistake("f(x) y", "expected the end of the statement, found `y`", at: "y"),
        Mistake("1 2", "expected the end of the statement, found the number 2", at: "2"),
        Mistake("x \"a\"\"b\"", "expected the end of the statement, found the string \"b\"", at: "\"b\""),
        Mistake("x = ", "expected a value, and the text ends", at: ""),
        Mistake("x = )", "expected a value, found `)`", at: ")"),
        Mistake("x = 1 +* 2", "expected a value, found `*`", at: "*"),
        Mistake("a == b not c", "expected the end of the statement, found `not`", at: "not"),
        Mistake(
            "a + not b", "`not` binds more loosely than the operator before it", at: "not", "put it in parentheses"),
        Mistake("y = (1 + x -> x)", "expected `)` to close the `(`, found `->`", at: "->"),
        Mistake("x.", "expected the name of a field after `.`, and the text ends", at: ""),
        Mistake("x.\ny", "expected the name of a field after `.`, and the line ends", at: ""),
        Mistake("x.3", "expected the name of a field after `.`, found the number 3", at: "3"),
        Mistake("x ...", "expected the end of the statement, found `...`", at: "..."),
        Mistake(
            "print step opt x", "`step` stands on its own or in parentheses", at: "step", "write `(step opt loss)`"),
        Mistake("step(opt, x)", "`step` is a form of its own and not a function", at: "(", "write `step opt loss`"),
        Mistake("step opt", "expected the loss after the optimizer, as in `step opt loss`, and the text ends", at: ""),
        Mistake("step opt f x", "expected the end of the statement, found `x`", at: "x", "to call `f`, write `f(x)`"),
        // Statements
        Mistake("else { x }", "`else` has no `if` before it", at: "else", "it follows the `}`"),
        Mistake("catch e { x }", "`catch` has no `try` before it", at: "catch"),
        Mistake("* 2", "a statement cannot begin with `*`", at: "*", "a line goes on after an operator"),
        Mistake("x\n  .mean()", "a statement cannot begin with `.`", at: "."),
        Mistake("x = for y in z { }", "expected a value, found `for`", at: "for"),
        Mistake(
            "fn f { x }", "expected `(` and the parameters after `f`, found `{`", at: "{",
            "without parameters it is `fn f() { ... }`"),
        Mistake(
            "model m { x }", "expected `(` and the parameters after `m`, found `{`", at: "{",
            "without parameters it is `model m() { ... }`"),
        Mistake("model m\n", "expected `(` and the parameters, and the text ends", at: ""),
        Mistake("fn 3(x) { x }", "expected the function's name, found the number 3", at: "3"),
        Mistake("model 3", "expected the model's name, found the number 3", at: "3"),
        Mistake("f = fn(x) = x", "a function without a name has a block", at: "= x", "write `(a, b) -> a + b`"),
        Mistake("f = fn x { x }", "expected `(` and the parameters after `fn`, found `x`", at: "x"),
        Mistake("fn f(3) { x }", "expected a parameter's name, found the number 3", at: "3"),
        Mistake("if { x }", "expected a value after `if`, found `{`", at: "{"),
        Mistake(
            "for k in {a=1} { print k }", "expected a value after `in`, found `{`", at: "{",
            "a record, a map or a set stands in parentheses here: `in ({a=1, b=2}) {`"),
        Mistake("if x == { y }", "expected a value, found `{`", at: "{"),
        Mistake("if x y", "expected `{` and a block after the condition, found `y`", at: "y"),
        Mistake("if x\ny", "expected `{` and a block after the condition, and the line ends", at: ""),
        Mistake("for x { y }", "expected `in` after what the loop assigns, found `{`", at: "{"),
        Mistake("for x[0] in y { }", "expected `in` after what the loop assigns, found `[`", at: "["),
        Mistake("[x for y of z]", "expected `in`, found `of`", at: "of"),
        Mistake("try { x } y", "expected `catch` or `finally` after the block of `try`, found `y`", at: "y"),
        Mistake("try { x }\ny", "expected `catch` or `finally` after the block of `try`, and the line ends", at: ""),
        Mistake("sweep { x }", "expected a name after `sweep`, as in `sweep rate in [0.1, 0.01]`, found `{`", at: "{"),
        Mistake("sweep x { x }", "expected `in` after `x`, found `{`", at: "{"),
        Mistake(
            "sweep lr [0.1] { x }", "expected `in` after `lr`, found `[`", at: "[",
            "write `lr in [0.1, 0.01]`: the block runs once for each value"),
        Mistake(
            "sweep x in xs, lr[0.1] { x }", "expected `in` after `lr`, found `[`", at: "[",
            "write `lr in [0.1, 0.01]`: the block runs once for each value"),
        Mistake(
            "sweep lr=[0.1, 0.2] workers=2 { x }", "expected `in` after `lr`, found `=`", at: "lr",
            "write `lr in [0.1, 0.01]`: the block runs once for each value"),
        Mistake(
            "sweep workers=2 { x }", "expected a name and its values, as in `rate in [0.1, 0.01]`, found `{`", at: "{"),
        Mistake("param x", "expected `=` and a value, as in `param x = 20`, and the text ends", at: ""),
        Mistake("param 3", "expected a name after `param`, found the number 3", at: "3"),
        Mistake("import", "expected a file after `import`, as in `import \"lib.dls\"`, and the text ends", at: ""),
        Mistake("import \"a\" as", "expected a name after `as`, and the text ends", at: ""),
        Mistake("break", "`break` stands outside of a loop", at: "break"),
        Mistake("for x in y { fn f() { continue } }", "`continue` stands outside of a loop", at: "continue"),
        Mistake("return 3", "`return` stands outside of a function", at: "return"),
        Mistake("model m() { return 3 }", "`return` stands in a model's block, which gives the model", at: "return"),
        Mistake("fn f() { sweep x in y { return 3 } }", "`return` cannot leave the block of a `sweep`", at: "return"),
        Mistake("x = 1 \\", "the text ends after `\\`, which goes on with the next line", at: "\\"),
    ]) func mistake(_ mistake: Mistake) throws {
        let source = SourceText(name: "t", text: mistake.text)
        let diagnostics = Parser.parse(source).diagnostics
        let first = try #require(diagnostics.first)
        #expect(first.message == mistake.message)
        #expect(diagnostics.count == 1)
        let span = try #require(first.location?.span)
        // The place may be given with what follows, where the text alone is there more than once.
        let found = source[Span(span.start, span.start + max(span.end - span.start, mistake.place.utf8.count))]
        #expect(found == mistake.place)
        if let help = mistake.help { #expect(first.help.first?.hasPrefix(help) == true, "\(first.help)") }
    }

    @Test func nestingHasALimit() {
        let brackets = [
            ("(", ")"), ("[", "]"), ("f(", ")"), ("x[", "]"), ("{a=", "}"), ("\"{", "}\""), ("-", ""), ("not ", ""),
            ("2 ** ", ""), ("x -> ", ""), ("if a {", "}"), ("fn() {", "}"), ("for x in y {", "}"), ("model m() {", "}"),
            ("try {", "} catch { }"), ("step a (", ")"), ("sweep x in y {", "}"),
        ]
        for (open, close) in brackets {
            let deep = String(repeating: open, count: 100_000)
            for text in [deep, deep + "1" + String(repeating: close, count: 100_000)] {
                let messages = Parser.parse(SourceText(name: "t", text: text)).diagnostics.map(\.message)
                #expect(
                    messages.first == "this is nested more than 200 levels deep"
                        || messages.first == "this expression has more than 1000 operators",
                    "\(open) \(text.utf8.count): \(messages)")
            }
            let shallow = String(repeating: open, count: 80) + "x" + String(repeating: close, count: 80)
            #expect(Parser.parse(SourceText(name: "t", text: shallow)).completeness == .complete, "\(open)")
        }
    }

    @Test func nestedTargetsHaveALimit() {
        let targets = String(repeating: "(", count: 100_000) + "a" + String(repeating: ")", count: 100_000)
        let result = Parser.parse(SourceText(name: "t", text: "for \(targets) in x { }"))
        #expect(result.diagnostics.map(\.message) == ["this is nested more than 200 levels deep"])
    }

    @Test func treesThatGrowToTheLeftHaveALimit() {
        for piece in [" + 1", ".y", "(1)", "[0]", " and y", " @ y", " or y"] {
            func messages(_ count: Int) -> [String] {
                let text = "y = (x" + String(repeating: piece, count: count) + ")"
                return Parser.parse(SourceText(name: "t", text: text)).diagnostics.map(\.message)
            }
            #expect(messages(100_000) == ["this expression has more than 1000 operators"], "\(piece)")
            #expect(messages(900) == [], "\(piece)")
        }
        // Heights add up along a path, and not across the elements of a list.
        let chain = "1" + String(repeating: " + 1", count: 600)
        let nested = "x = ((\(chain)) + \(chain))"
        #expect(Parser.parse(SourceText(name: "t", text: nested)).completeness == .invalid)
        let list = "x = [" + Array(repeating: chain, count: 50).joined(separator: ", ") + "]"
        #expect(Parser.parse(SourceText(name: "t", text: list)).completeness == .complete)
    }

    @Test func readingGoesOnBehindTheStatement() {
        let text = """
            a = 1
            b = = 2
            c = f(x,
              y z,
              w)
            fn f(x) {
              d = )
              e = 2
            }
            if x: {
              y
            }
            g = [1, 2
            h = 3
            model m() { relu; x ++; relu }
            k = 4; l = ; m = 5
            """
        let result = Parser.parse(SourceText(name: "t", text: text))
        #expect(
            SyntaxDump.text(result.block) == """
                (= a 1)
                (define f (x) {(= e 2)})
                (= h 3)
                (model m () {relu; | relu})
                (= k 4);
                (= m 5)
                """)
        #expect(
            result.diagnostics.map(\.message) == [
                "there is a second `=` here", "expected `,` or `)` to close the `(` of line 3, found `z`",
                "expected a value, found `)`", "a block has braces around it, and no `:` before it",
                "this `[` is not closed", "`++` is not an operator of dls", "expected a value, found `;`",
            ])
    }

    @Test func anErrorDoesNotBringOthers() {
        let text = "def f(x):\n  for i in range(3):\n    if x:\n      continue\n  return x\n}\nx = y++"
        let messages = Parser.parse(SourceText(name: "t", text: text)).diagnostics.map(\.message)
        #expect(messages.count == 4)
        #expect(messages.allSatisfy { !$0.contains("outside") && !$0.contains("closes nothing") })
        let many = String(repeating: "x = )\n", count: 100_000)
        #expect(Parser.parse(SourceText(name: "t", text: many)).diagnostics.count == 20)
    }
}
