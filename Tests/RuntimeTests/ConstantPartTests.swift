import Language
import Runtime
import Testing

/// Parts of a loss that a model has computed before the step: what a step says of them, and of which it is silent.
@Suite struct ConstantPartTests {
    private final class Notes: OutputSink {
        var all: [String] = []
        func emit(_ output: Output) throws {
            if case .note(let text) = output { all.append(text) }
        }
    }

    private static let start = """
        model mlp() { linear 4; relu; linear 3 }
        net = mlp(input=[2]); opt = adam(net)
        x = randn([8, 2]); y = tensor([0, 1, 2, 0, 1, 2, 0, 1], dtype="int64")
        head = nn.Linear(3, 2); both = adam([net, head]); other = clone(net)

        """

    private func notes(_ program: String) throws -> [String] {
        let sink = Notes()
        let module = Namespace(name: "test.dls")
        let interpreter = Interpreter(module: module, sink: sink)
        let source = SourceText(name: "test.dls", text: Self.start + program)
        for statement in Parser.parse(source).block.statements {
            _ = try interpreter.run(statement, of: source, in: module)
        }
        return sink.all
    }

    @Test(arguments: [
        "for i in range(3) { out = net(x); step opt F.cross_entropy(out, y) + 0.001 * sum(p.abs().sum() for p in net.parameters()) }",
        "l = F.cross_entropy(net(x), y)\nstep opt l + mse(net(x), ones([8, 3]))",
        "h = net(x)\nstep both mse(head(h), ones([8, 2]))",
        "h = relu(net[0](x))\nstep opt mse(net[2](h), ones([8, 3]))",
        "real = mean(net(x))\nstep opt real - mean(net(2 * x))",
        "net.train(); out = net(x)\nstep opt cross_entropy(out, y) + sum(net[0].weight ** 2)",
    ]) func tellsOnce(_ program: String) throws {
        let notes = try notes(program)
        #expect(notes.count == 1 && notes.first?.hasPrefix("a part of this loss was computed by") == true, "\(notes)")
    }

    @Test(arguments: [
        // Targets, by the model itself and by another one
        "target = net(x)\nstep opt mse(net(2 * x), target)",
        "target = other(x)\nstep opt mse(net(x), target) + mean(target)",
        "old = log_softmax(net(x), axis=1)\nstep opt -mean(exp(log_softmax(net(x), axis=1) - old))",
        // What is meant as a constant
        "h = net(x).detach()\nstep both mse(head(h), ones([8, 2]))",
        "l = mse(net(x), ones([8, 3])).item()\nstep opt mse(net(x), ones([8, 3])) / l + l",
        // What the optimizer does not train
        "fake = other(x)\nstep opt mean(net(fake[:, :2])) - mean(fake)",
        "h = net(x)\nonly = adam(head)\nstep only mse(head(h), ones([8, 2]))",
        "freeze net\nh = net(x)\nstep both mse(head(h), ones([8, 2]))",
        // What was computed in a step
        "step opt { out = net(x); cross_entropy(out, y) }\nstep opt cross_entropy(net(x), y) + 0 * mean(out)",
        "right = (net(x).argmax(dim=1) == y).float().mean()\nstep opt cross_entropy(net(x), y) + right",
    ]) func isSilent(_ program: String) throws {
        #expect(try notes(program) == [])
    }
}
