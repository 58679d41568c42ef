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
        let recorder = Recorder()
        let module = Namespace(name: "test")
        let interpreter = Interpreter(module: module, sink: recorder)
        let source = SourceText(name: "test", text: program)
        var shown: [String] = []
        let parsed = Parser.parse(source)
        #expect(parsed.diagnostics.isEmpty)
        for statement in parsed.block.statements {
            let value = try interpreter.run(statement, of: source, in: module)
            if !value.isNone { shown.append(value.shortText) }
        }
        #expect(shown == ["240000", "true", "14850"])
        #expect(interpreter.objectCount < 110_000, "160,302 were made")
    }
}
