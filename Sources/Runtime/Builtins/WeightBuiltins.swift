import Autograd
import Datasets
import Figures
import NeuralNet
import TensorCore
import Training

private let weightsExample = "model small() { linear 2 }\nnet = small(input=[3])\n"

extension Builtin {
    /// Weights in files, and the search for a learning rate.
    static let weights: [Builtin] = [
        Builtin(
            "load_weights(model, source, names=none, strict=true)", .training,
            "Puts weights into a model: from a .safetensors, .npz or .pth file, a record of tensors, or a checkpoint.",
            details: """
                Names are the model's own (`conv1.weight`), as `save net "weights.safetensors"` writes them, or those of a PyTorch
                state dictionary of the same architecture: then each module goes to the layer whose parameters have the same
                names and shapes, several alike in the order of their numbers. What that leaves open is refused; `names` says
                it: [["features.0", "conv1"], ["head", "linear2"]]. Without an error, every weight of the model was set.
                strict=false sets those that fit, and says which are missing and which of the file are not used.
                Of a .pth with more than a state dictionary (epoch, optimizer) the model's weights are taken; where it holds
                several, load_weights(net, load("x.pth").ema) chooses.
                With a translator's weights come the vocabularies that it was saved with.
                """,
            example: weightsExample
                + "save net \"/tmp/example.safetensors\"\nload_weights net \"/tmp/example.safetensors\""
        ) { call in
            let object = try call.model("model")
            guard let model = object.model else {
                throw call.failure("model", takes: "a model, and not a single layer")
            }
            if !model.isBuilt, let translator = model.translating, translator.takesSentences {
                try WeightFile.build(translator: model)
            }
            // Layers that tell the sizes of their inputs need no data first.
            if !model.isBuilt { _ = try model.buildDeclared() }
            let weights = try WeightFile.tensors(call, "source")
            let isStrict = try call.boolean("strict")
            let loaded = try model.load(weights: weights, renamed: try WeightFile.names(call), isStrict: isStrict)
            if !isStrict {
                let note = WeightFile.report(loaded, of: weights.map(\.name))
                try call.interpreter.sink.emit(.note(note))
            }
            // The weights mean the vocabularies that they were trained with.
            if let path = call.value("source").asString, let translator = model.translating,
                let coding = try VocabulariesObject.coding(in: path)
            {
                try translator.adopt(coding)
            }
            return .none
        },
        Builtin(
            "find_rate(model, data, low=1e-07, high=10, steps=100, batch=32, optimizer=\"adam\", loss=none, clip=none, clip_value=none, weight_decay=none, momentum=0, shuffle=true, seed=0, plot=true)",
            .training,
            "Looks for a learning rate: trains with rates that grow from `low` to `high`, then puts everything back.",
            details: """
                Gives a record of `rate`, where the smoothed loss falls fastest (none where it does not fall), and `curve`, a table
                of rate, loss and smooth loss, which is also drawn. It ends early when the loss has grown to four times its
                least. Model, optimizers and random numbers are afterwards as they were. Smith 2017, arXiv:1506.01186.
                """,
            example: weightsExample
                + "points = dataset(randn([64, 3]), randint(0, 2, [64]))\nfind_rate(net, points, steps=20).curve"
        ) { call in try RateCall(call).run() },
    ]
}

/// Weights on their way to files and back.
enum WeightFile {
    /// Writes a model's parameters and buffers, or a record of tensors.
    static func save(_ value: Value, to path: String) throws {
        // Python's libraries ask whose tensors these are, and read those of PyTorch.
        let translator = value.object(as: ModuleObject.self)?.model?.translating
        let coding = (translator?.coding).map { [(name: TextCoding.metadataName, text: $0.metadataText)] } ?? []
        try Safetensors.write(try tensors(of: value, path), metadata: [("format", "pt")] + coding, to: path)
    }

    /// Makes the parameters of a translator, whose sizes come from its vocabularies, by a sentence of one token.
    static func build(translator model: Model) throws {
        let token = try Tensor([1], shape: [1, 1]).cast(to: .int64)
        let length = try Tensor([1], shape: [1]).cast(to: .int64)
        _ = try model([token, length, token].map { Variable($0) }, ForwardContext())
    }

    /// - Parameter path: An .npz or .safetensors file.
    static func tensors(of value: Value, _ path: String) throws -> [(name: String, value: Tensor)] {
        if let object = value.object(as: ModuleObject.self) {
            try object.requireBuilt()
            if let model = object.model { return try model.stateDictionary() }
            return try (object.module.parameters + object.module.buffers).map { ($0.name, try $0.snapshot()) }
        }
        guard case .record(let record) = value else {
            throw Failure(
                "\(kind(of: path)) holds a model or a record of tensors, and not \(value.kindWithArticle)",
                help: "save net \(quoted(path))")
        }
        return try record.namedFields().map { name, value in
            guard let tensor = try value.asVariable() else {
                throw Failure("the field `\(name)` is \(value.kindWithArticle), and \(kind(of: path)) holds tensors")
            }
            return (name, tensor.value)
        }
    }

    private static func kind(of path: String) -> String { path.hasSuffix(".npz") ? "an .npz" : "a .safetensors" }

    /// The tensors of a file or a record; of a checkpoint those of its model.
    static func tensors(_ call: Call, _ parameter: String) throws -> [(name: String, value: Tensor)] {
        if case .record(let record) = call.value(parameter) {
            return try record.namedFields().map { name, value in
                guard let tensor = try value.asVariable() else {
                    throw Failure("the field `\(name)` is \(value.kindWithArticle), and weights are tensors")
                }
                return (name, tensor.value)
            }
        }
        guard let path = call.value(parameter).asString else {
            throw call.failure(parameter, takes: "the name of a file, or a record of tensors")
        }
        switch try Loader.load(path) {
        case .tensors(let tensors): return Checkpoint.weights(of: tensors)
        case .python(let value): return try PyTorchFile.weights(of: value, path: path)
        default:
            throw Failure(
                "\(quoted(path)) holds no named tensors",
                help:
                    "weights are read from .safetensors, .npz and .pth files; in PyTorch: torch.save(model.state_dict(), path)"
            )
        }
    }

    /// Such as `41 of 42 loaded; missing: out.bias; not used: head.weight`.
    static func report(_ loaded: [(name: String, given: String?)], of names: [String]) -> String {
        func listed(_ title: String, _ names: [String]) -> String {
            guard !names.isEmpty else { return "" }
            let rest = names.count > 5 ? " and \(names.count - 5) more" : ""
            return "; \(title): " + names.prefix(5).joined(separator: ", ") + rest
        }
        let used = Set(loaded.compactMap(\.given))
        return "\(used.count) of \(loaded.count) loaded"
            + listed("missing", loaded.filter { $0.given == nil }.map(\.name))
            + listed("not used", names.filter { !used.contains($0) && !$0.hasSuffix("num_batches_tracked") })
    }

    /// Pairs of a file's name and the model's.
    static func names(_ call: Call) throws -> [(given: String, own: String)] {
        guard call.has("names") else { return [] }
        return try call.list("names").map { pair in
            guard let parts = try pair.elements, parts.count == 2, let given = parts[0].asString,
                let own = parts[1].asString
            else { throw call.failure("names", takes: "pairs such as [[\"features.0\", \"conv1\"]]") }
            return (given, own)
        }
    }
}

/// A call of `find_rate`.
private struct RateCall {
    private let call: Call

    init(_ call: Call) { self.call = call }

    func run() throws -> Value {
        let train = try TrainCall(call)
        var finder = RateFinder()
        finder.lowest = try call.number("low")
        finder.highest = try call.number("high")
        finder.steps = try call.integer("steps")
        let draws = try call.boolean("plot")
        let result = try finder.run(train.model, train.dataset, try train.settings()) { step in
            let text = "step \(step + 1)/\(finder.steps)"
            try call.interpreter.sink.emit(.progress(ProgressReport(text: { text }, isMilestone: false)))
        }
        if draws, !result.points.isEmpty { try call.interpreter.sink.emit(.figure(figure(result))) }
        let columns: [(name: String, values: [Value])] = [
            ("rate", result.points.map { .number($0.rate) }), ("loss", result.points.map { .number($0.loss) }),
            ("smooth", result.points.map { .number($0.smoothLoss) }),
        ]
        return .record(
            Record([
                ("rate", result.suggestion.map { .number($0) } ?? .none),
                ("curve", .object(TableObject(columns: columns))),
            ]))
    }

    private func figure(_ result: RateFinder.Result) -> Figure {
        let rates = result.points.map(\.rate)
        let suggestion = result.suggestion.map { ", falls fastest at \(Value.number($0).shortText)" } ?? ""
        return .lines(
            Chart(
                title: "loss by learning rate\(suggestion)",
                series: [
                    Series(name: "loss", x: rates, y: result.points.map(\.loss)),
                    Series(name: "smooth", x: rates, y: result.points.map(\.smoothLoss)),
                ], x: Axis(label: "lr", isLogarithmic: true), y: Axis()))
    }
}
