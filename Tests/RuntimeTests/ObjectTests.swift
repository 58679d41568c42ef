import Language
import Runtime
import Testing

/// Objects that hold each other are let go, and those that are needed stay as they are.
@Suite struct ObjectTests {
    @Test func cyclesAreCollected() throws {
        let program = """
            class Value(data, parents=[]) {
              back = () -> none
              fn +(a, b) {
                out = Value(a.data + b.data, [a, b])
                out.back = () -> out.data
                out
              }
            }
            ring = Value(0)
            ring.parents = [Value(1, [ring])]
            kept = [Value(i) + Value(i) for i in range(100)]
            fn turn() {
              x = Value(1) + Value(2)
              (x + x).back()
            }
            total = 0
            for i in range(40000) { total += turn() }
            total
            ring.parents[0].parents[0] == ring
            sum([v.back() + v.parents[0].data for v in kept])
            """
        let (shown, interpreter) = try run(program)
        #expect(shown == ["240000", "true", "14850"])
        #expect(interpreter.objectCount < 110_000, "160,302 were made")
    }

    /// Functions that are made in a call hold its variables, and are in them.
    @Test(arguments: [
        "fn turn(n) { x = zeros([n]); fn inner(k) { if k < 1 { return 0 }; inner(k - 1) }; inner(2) }",
        "fn turn(n) { x = zeros([n]); f = k -> k + len(x); f(1) }",
        "fn turn(n) { x = zeros([n]); f = k -> k + 1; g = {plain=f, deep=[k -> f(k) + len(x)]}; g.deep[0](1) }",
        "fn turn(n) { x = zeros([n]); made = []; for i in range(3) { made.append(() -> len(made)) }; made[2]() }",
        "fn turn(n) { try { fails(n) } catch { none } }; fn fails(n) { x = zeros([n]); f = () -> f; unknown }",
        """
        class Node(data) {
          children = {}
          parent = none
        }
        fn turn(n) {
          root = Node(zeros([n]))
          for i in range(2) { child = Node(i); child.parent = root; root.children[i] = child }
          fails = () -> unknown
          try { fails() } catch { none }
          root.children[1].parent.children[0].data
        }
        """,
    ])
    func variablesOfCallsAreLetGo(_ definition: String) throws {
        let (_, interpreter) = try run(definition + "\nfor i in range(20000) { turn(25000) }")
        #expect(interpreter.objectCount < 19000, "20,000 calls asked for 2 GB")
    }

    /// What a function needs stays, whatever is collected.
    @Test func variablesOfFunctionsThatAreHeldStay() throws {
        let program = """
            fn counter() {
              count = {n=1}
              twice = () -> 2 * count.n
              fn next() { twice() }
              return next
            }
            kept = [counter() for i in range(60000)]
            pairs = {}
            for i in range(60000) { pairs[i] = {f=kept[i]} }
            sum([f() for f in kept])
            sum([pairs[i].f() for i in range(60000)])
            """
        #expect(try run(program).shown == ["120000", "120000"])
    }

    private func run(_ program: String) throws -> (shown: [String], interpreter: Interpreter) {
        let module = Namespace(name: "test")
        let interpreter = Interpreter(module: module, sink: Recorder())
        let source = SourceText(name: "test", text: program)
        var shown: [String] = []
        let parsed = Parser.parse(source)
        #expect(parsed.diagnostics.isEmpty)
        for statement in parsed.block.statements {
            let value = try interpreter.run(statement, of: source, in: module)
            if !value.isNone { shown.append(value.shortText) }
        }
        return (shown, interpreter)
    }
}
