import Autograd
import Foundation
import Language
import NeuralNet
import Runtime
import TensorCore
import Testing

/// The networks of `scripts/bench`, as users write them: once their buffers are there, steps ask for no tensor memory.
@Suite(.serialized) struct SteadyStepTests {
    struct Network: CustomTestStringConvertible {
        /// How a script makes it.
        let call: String
        let input: [Int]
        /// Greater than 0: the inputs are tokens below it.
        var tokens = 0

        var testDescription: String { call }
    }

    static let networks = [
        Network(call: "cnn(input=[1, 28, 28])", input: [1, 28, 28]),
        Network(call: "lenet(input=[1, 28, 28])", input: [1, 28, 28]),
        Network(call: "mlp(input=[1, 28, 28])", input: [1, 28, 28]),
        Network(call: "residual(input=[1, 28, 28])", input: [1, 28, 28]),
        Network(call: "vgg(input=[3, 16, 16])", input: [3, 16, 16]),
        Network(call: "depthwise(input=[3, 32, 32])", input: [3, 32, 32]),
        Network(call: "tanh_mlp(input=[1, 28, 28])", input: [1, 28, 28]),
        Network(call: "autoencoder(input=[784])", input: [784]),
        Network(call: "gpt(65, 32, 2, input=[64])", input: [64], tokens: 65),
        Network(call: "rows(32, input=[1, 28, 28])", input: [1, 28, 28]),
    ]

    /// The definitions at the head of the bench's files, without what measures.
    private static func definitions() throws -> String {
        let cases = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "scripts/cases")
        return try ["models.dls", "networks.dls"].map { file in
            let text = try String(contentsOf: cases.appending(path: file), encoding: .utf8)
            let start = try #require(text.range(of: "\nmodel "))
            let end = text.range(of: "\n# ", range: start.upperBound..<text.endIndex)
            return String(text[start.lowerBound..<(end?.lowerBound ?? text.endIndex)])
        }.joined(separator: "\n")
    }

    private func model(_ network: Network) throws -> Model {
        let module = Namespace(name: "test.dls")
        let interpreter = Interpreter(module: module, sink: Recorder())
        let source = SourceText(name: "test.dls", text: try Self.definitions() + "\n" + network.call)
        let parsed = Parser.parse(source)
        #expect(parsed.diagnostics.isEmpty)
        var value = Value.none
        for statement in parsed.block.statements { value = try interpreter.run(statement, of: source, in: module) }
        return try #require(value.object(as: ModuleObject.self)?.model)
    }

    @Test(arguments: networks) func asksForNoMemory(_ network: Network) throws {
        let net = try model(network)
        let shape = [4] + network.input
        let key = RandomKey(seed: 1)
        let x =
            network.tokens > 0
            ? try Tensor.randomIntegers(shape, high: network.tokens, key: key)
            : try Tensor.normal(shape, mean: 0, std: 1, key: key)
        let optimizer = try Optimizer(OptimizerSettings(.adam(), learningRate: 1e-4), for: net)
        func steps(_ range: Range<UInt64>) throws -> Int {
            let before = Storage.allocationsOfThisThread
            for number in range {
                try optimizer.step(key: RandomKey(seed: number)) { context in
                    try net(Variable(x, in: context.recording), context).square().mean()
                }
            }
            return Storage.allocationsOfThisThread - before
        }
        // Other tests that run at the same time take from the memory that is kept for all: a step that needs new memory
        // asks for it each time.
        let counts = try (0..<10 as Range<UInt64>).map { try steps($0 * 3..<$0 * 3 + 3) }
        #expect(counts.dropFirst().contains(0), "blocks asked for: \(counts)")
    }
}
