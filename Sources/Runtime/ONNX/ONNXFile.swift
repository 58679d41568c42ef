import Autograd
import Datasets
import Language
import NeuralNet
import ONNX
import TensorCore

/// Models as files of the Open Neural Network Exchange format.
enum ONNXFile {
    /// What the format can hold.
    private static let mostBytes = 2 << 30

    /// Writes a model that knows the sizes of its inputs.
    static func save(_ value: Value, to path: String) throws {
        guard let object = value.object(as: ModuleObject.self), let model = object.model else {
            throw Failure(
                "an .onnx holds a model, and not \(value.kindWithArticle)",
                help: "a tensor goes to .npy, a record of tensors to .safetensors")
        }
        try object.requireBuilt()
        let network = try model.onnx(
            version: dlsVersion, inputNames: object.forward?.signature.namedParameters ?? [])
        let file = try AtomicFile(path: path)
        try file.write(network.encoded())
        try file.commit()
    }

    /// Makes the model of a file: its text is compiled, and its layers get the weights.
    static func load(_ path: String, _ interpreter: Interpreter) throws -> Value {
        let network = try ONNXModel(decoding: FileAccess.contents(path, mostBytes: mostBytes))
        let source = try ONNXSource(network, avoiding: interpreter.builtins.names)
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let word = ONNXSource.word(String(file.prefix { $0 != "." })) ?? "net"
        let name = interpreter.builtins.builtin(word) == nil && Token.Kind.reservedWords[word] == nil ? word : "net"
        if let (text, shapes) = try source.sequenceText(name: name) {
            let model = try define(text, name, source, path, interpreter)
            if try suits(model, shapes, source) { return try filled(model, source, path) }
        }
        return try filled(define(source.text(name: name), name, source, path, interpreter), source, path)
    }

    private static func define(
        _ text: String, _ name: String, _ network: ONNXSource, _ path: String, _ interpreter: Interpreter
    ) throws -> ModuleObject {
        let source = SourceText(name: path, text: text)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first { throw Failure(diagnostic) }
        let module = Namespace(name: path)
        for statement in parsed.block.statements { _ = try interpreter.run(statement, of: source, in: module) }
        guard let made = try interpreter.call(module[name] ?? .none, []).object(as: ModuleObject.self),
            let model = made.model
        else { throw Failure("the ONNX network in \(quoted(path)) makes no model") }
        let parts = Dictionary(model.parts.map { ($0.name, $0.module) }) { first, _ in first }
        for layer in network.layers where !layer.inputShapes.isEmpty {
            try parts[layer.name]?.build(inputShapes: layer.inputShapes)
        }
        return made
    }

    /// Whether the layers of a sequence give the shapes that it supposes.
    private static func suits(
        _ object: ModuleObject, _ shapes: [(count: Int, shape: [Int])], _ source: ONNXSource
    ) throws -> Bool {
        guard !shapes.isEmpty, let model = object.model else { return true }
        guard var current = inputShapes(source.network) else { return false }
        for count in 0...model.parts.count {
            for (_, shape) in shapes.filter({ $0.count == count }) {
                let isSame = zip(current[0], shape).allSatisfy { $1 == -1 || $0 == $1 }
                guard current[0].count == shape.count, isSame else { return false }
            }
            if count < model.parts.count { current = try model.parts[count].module.outputShapes(current) }
        }
        return true
    }

    /// The shapes of the inputs with any number of examples; `nil` where they are not known.
    private static func inputShapes(_ network: ONNXModel) -> [[Int]]? {
        let shapes = network.inputs.map { input in
            input.shape.enumerated().map { axis, size in
                if case .fixed(let count) = size, axis > 0 || count > 1 { count } else { Shape.unknown }
            }
        }
        return shapes.allSatisfy { !$0.isEmpty && !$0.dropFirst().contains(Shape.unknown) } ? shapes : nil
    }

    private static func filled(_ object: ModuleObject, _ source: ONNXSource, _ path: String) throws -> Value {
        guard let model = object.model else { return .object(object) }
        if let shapes = inputShapes(source.network) {
            do { try model.build(inputShapes: shapes, types: source.network.inputs.map(\.dtype)) } catch {
                let failure = Failure(wrapping: error)
                if failure.isInterrupt { throw failure }
                throw Failure(
                    "the ONNX network in \(quoted(path)) does not run on inputs of the shapes that it names: "
                        + failure.diagnostic.message)
            }
        }
        let weights = source.layers.flatMap { layer in
            layer.weights.map { (layer.name + ($0.name.isEmpty ? "" : ".\($0.name)"), $0.value) }
        }
        try model.load(state: Dictionary(weights, uniquingKeysWith: { first, _ in first }))
        return .object(object)
    }
}

extension Failure {
    init(_ error: ONNXExportError) {
        let place = error.layer.isEmpty ? "" : " of the layer `\(error.layer)`"
        self.init(
            "the model cannot be written as ONNX: the operation `\(error.operation)`\(place): \(error.reason)",
            help: "`save net \"net.safetensors\"` keeps the weights of any model")
    }
}
