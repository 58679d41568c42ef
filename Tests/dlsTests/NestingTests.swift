import Testing

/// Values, functions and code that are nested as deep as nobody writes them: an error, and never the end of the program.
@Suite struct NestingTests {
    /// Ways to put `x` into something that holds it, over and over.
    private static let chains = [
        "x = [x]", "x = {next=x}", "x = {a=[], next=x, b={}}", "x = [1, [x], 2]", "x = [[] for i in range(3)] + [x]",
        "x = zip([x])", "y = {}; y.next = x; x = y", "y = []; y.append(x); x = y",
        "x = [z for z in [x]]", "x = table([{a=x}])", "x = wrap(x)", "x = grad(x)", "x = items({a=x})",
        "x = [x, x]", "d = {}; d[\"k\"] = x; x = d",
    ]

    @Test(arguments: chains) func deepValuesAreRefused(_ step: String) throws {
        let folder = try ProgramFolder()
        let first = step.contains("grad") || step.contains("wrap") ? "z -> z" : "[]"
        try folder.write(
            """
            fn wrap(f) = z -> f(z)
            x = \(first)
            try { for i in range(3000000) { \(step) }; print "went on" } catch e { print e.message }
            print len(str(x)) type(x)
            y = x
            try { grad(z -> 1)(y) } catch e { }
            \(step == "x = [x, x]" ? "" : "print (x == y) (x == [y])")
            r = sweep i in [1, 2] { z = [y]; {i=i} }
            x = none
            y = none
            print "let go"

            """, to: "a.dls")
        let run = try folder.dls(["a.dls"], shell: "ulimit -v 8000000; exec \"$@\"")
        #expect(run.status == 0, "\(step): \(run.error.prefix(400))")
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "the value is nested more than 50000 levels deep", "\(step)")
        #expect(lines.last == "let go", "\(step)")
    }

    /// A list that is kept by its links is what such a program may want, within the bound.
    @Test func longChainsWithinTheBoundWork() throws {
        let folder = try ProgramFolder()
        try folder.write(
            """
            chain = none
            for i in range(20000) { chain = {value=i, next=chain} }
            n = 0
            node = chain
            while node != none { n += node.value; node = node.next }
            print n
            other = none
            for i in range(20000) { other = {value=i, next=other} }
            print (chain == other) (chain == {value=0, next=chain}) len(unique([chain, other, none]))

            """, to: "a.dls")
        let run = try folder.dls(["a.dls"])
        #expect(run.output == "199990000\ntrue false 2\n", "\(run.error)")
    }

    /// Ways to put `x` twice into something: what has 60 such levels has more places than anybody can go through.
    private static let doublings = [
        "x = [x, x]", "x = {a=x, b=x}", "x = [{a=x, b=[x]}, 1]", "x = [[x, \"a\"], [x, \"a\"]]", "x = [x] * 10",
    ]

    @Test(arguments: zip(doublings, ["[1]", "[tensor([1.0])]", "{v=1}", "[]", "[\"a\"]"]))
    func sharedPartsAreGoneThroughOnce(_ step: String, _ first: String) throws {
        let folder = try ProgramFolder()
        let tries = [
            "sum(x)", "x + 1", "x * 2", "x < y", "tensor(x)", "stack([x, y])", "sort([x, y])", "grad(v -> 1)(x)",
            "adam(x)", "holder(x)", "plot(x)", "number(x)", "x[0, 0]", "ones([2, 2])[x]", "dataset(x, y)",
            "print(x)", "to_csv(table([{a=x}]), \"x.csv\")", "save({a=x}, \"x.npz\")", "describe(table([{a=x}]))",
            "str(table([{a=x}, {a=y}]))",
        ]
        try folder.write(
            """
            model holder(q) { linear 2; y = [linear(2), q] }
            fn nest(levels) { x = \(first); for i in range(levels) { \(step) }; x }
            x, y = nest(60), nest(60)
            print (x == y) (x == nest(59)) (x in [1, y]) len(unique([x, y, nest(59)])) equal(x, y)
            print len(table([{a=x}, {a=y}]).group("a"))
            xs = [1, y]
            xs.remove(x)
            print xs ({a=x, b=1} == {b=1, a=y}) (len(str(x)) < 20000000)
            \(tries.map { "try { \($0) } catch e { assert e.message != \"\" }" }.joined(separator: "\n"))
            sweep i in [1, 2] workers=1 { z = x; {i=i, z=z == y} };
            print "end"

            """, to: "a.dls")
        let run = try folder.dls(["a.dls"], shell: "ulimit -v 8000000; exec timeout 100 \"$@\"")
        #expect(run.status == 0, "\(step) of \(first): \(run.error.prefix(300))")
        #expect(run.output.hasPrefix("true false true 2 true\n1\n[1] true true\n"), "\(run.output.prefix(200))")
        #expect(run.output.hasSuffix("end\n"), "\(step) of \(first)")
    }

    /// Ctrl-C while values are compared ends the program: the comparison has no answer.
    @Test func interruptedComparisonsHaveNoAnswer() throws {
        let folder = try ProgramFolder()
        try folder.write(
            """
            xs = range(0, 1e13, 0.1)
            print "start"
            print (xs == range(0, 1e13, 0.05)[::2])
            print "went on"

            """, to: "a.dls")
        let run = try folder.dls(["a.dls"], shell: "exec timeout -s INT 3 \"$@\"")
        #expect(run.output == "start\n")
        #expect(run.status == 130 || run.status == 124)
    }

    @Test(arguments: [
        String(repeating: "[", count: 50_000), String(repeating: "(", count: 50_000) + "1",
        String(repeating: "-", count: 50_000) + "1", "1" + String(repeating: " + 1", count: 50_000),
        "not " + String(repeating: "not ", count: 50_000) + "true", "x" + String(repeating: ".a", count: 50_000),
        "f" + String(repeating: "(1)", count: 50_000), "x" + String(repeating: "[0]", count: 50_000),
        "2" + String(repeating: " ** 2", count: 50_000), String(repeating: "x -> ", count: 50_000) + "1",
        "if false { 1 }" + String(repeating: " else if false { 1 }", count: 50_000) + " else { 2 }",
        String(repeating: "if true { ", count: 50_000), String(repeating: "fn(x) { ", count: 50_000),
        "\"" + String(repeating: "{\"", count: 50_000), String(repeating: "{a=", count: 50_000),
        "1 < " + String(repeating: "1 < ", count: 50_000) + "2", "?" + String(repeating: "(", count: 50_000),
        "true" + String(repeating: " and true", count: 50_000), "a" + String(repeating: ", a", count: 50_000) + " = 1",
    ]) func deepCodeIsRefusedOrRuns(_ code: String) throws {
        let folder = try ProgramFolder()
        try folder.write(code + "\n", to: "a.dls")
        let run = try folder.dls(["a.dls"])
        #expect([0, 1].contains(run.status), "\(code.prefix(40)): \(run.status)")
        #expect(run.error.utf8.count < 100_000, "\(code.prefix(40)) ends in a long error")
    }
}
