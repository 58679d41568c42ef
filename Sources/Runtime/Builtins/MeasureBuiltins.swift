import Autograd
import Datasets
import NeuralNet
import TensorCore
import Training

private let exampleModel = """
    model small() { linear 4; relu; linear 2 }
    net = small(input=[3])

    """

extension Builtin {
    /// What code and models take: time, arithmetic, memory.
    static let measures: [Builtin] = [
        Builtin(
            "timeit(f, repeat=5, number=none)", .session,
            "How long a function without arguments takes, as a record of seconds a call.",
            details: """
                `f` is called `number` times in a row, and that `repeat` times; without a number, as often as fills a hundredth
                of a second. The record has best, median, mean, worst, repeat and number. The best is the least disturbed.
                """,
            example: "x = rand([64, 64])\ntimeit(() -> x @ x, repeat=3, number=2).best < 10"
        ) { call in try timed(call) },
        Builtin(
            "profile(model, data, batch=32)", .training,
            "A table of where the time of a training step goes: by layer and pass, with the data and the optimizer.",
            details: """
                Steps of a copy of the model are taken for half a second, with Adam and the loss that `train` would choose, and
                the faster half of them counts. Layers that one kernel does stand in one row; the weights stay as they are.
                `data` is a dataset, or a batch of examples of a classifier, whose classes do not matter.
                ms: milliseconds. mflop: millions of operations, mbyte: megabytes gone through, both counted from the shapes.
                peak: the rate as a part of what a matrix product reaches on this machine.
                """,
            example: exampleModel + "t = profile net rand([8, 3])\nt[-1].layer"
        ) { call in try profiled(call) },
        Builtin(
            "cost(model, input=none, batch=32, examples=none)", .training,
            "What a training step will take, before one is taken: parameters, operations, memory and time, by layer.",
            details: """
                `input` is the size of one example, such as [1, 28, 28], for a model that has seen no data; of a translator the
                lengths of source and target, such as [19, 20] (else the greatest of its data). With `examples`, a
                last row is an epoch of so many. ms is predicted from the speed that the machine reaches in a matrix product
                and in the optimizer's pass; it tells an hour from a minute, and may be wrong by a half. mflop and mflop_back:
                millions of operations of the forward and the backward pass. mbyte: megabytes gone through in both.
                """,
            example: exampleModel + "cost(net, batch=32)[-1].parameters"
        ) { call in try costs(call) },
    ]

    // MARK: timeit

    private static func timed(_ call: Call) throws -> Value {
        let function = try call.callable("f")
        let repeats = try call.integer("repeat", atLeast: 1)
        guard repeats <= 10_000 else { throw call.failure("repeat", takes: "a number of at most 10,000") }
        func run(_ count: Int) throws -> Double {
            let clock = ContinuousClock()
            let start = clock.now
            for _ in 0..<count {
                if Interrupt.isRequested { throw Failure.interrupted }
                _ = try call.interpreter.call(function, [])
            }
            return start.duration(to: clock.now).seconds
        }
        var number = 1
        if call.has("number") {
            number = try call.integer("number", atLeast: 1)
            guard number <= 1_000_000_000 else { throw call.failure("number", takes: "a number of at most 1e9") }
        } else {
            while try run(number) < 0.01, number < 1 << 24 { number *= 2 }
        }
        let seconds = try (0..<repeats).map { _ in try run(number) / Double(number) }.sorted()
        let middle = seconds.count / 2
        let median = seconds.count.isMultiple(of: 2) ? (seconds[middle - 1] + seconds[middle]) / 2 : seconds[middle]
        return .record(
            Record([
                ("best", .number(seconds[0])), ("median", .number(median)),
                ("mean", .number(seconds.reduce(0, +) / Double(seconds.count))),
                ("worst", .number(seconds[seconds.count - 1])), ("repeat", .integer(repeats)),
                ("number", .integer(number)),
            ]))
    }

    /// Figures whose further digits say nothing.
    private static func rounded(_ x: Double, _ digits: Int) -> Value {
        let scale = Numeric.power(10, Double(digits))
        return .number((x * scale).rounded() / scale)
    }

    // MARK: profile

    private static func profiled(_ call: Call) throws -> Value {
        let model = try call.network("model")
        let dataset: Dataset
        let size: Int
        if call.value("data").object(as: RuntimeObject.self) != nil {
            dataset = try call.dataset("data")
            size = try call.integer("batch", atLeast: 1)
        } else {
            let x = try call.examples("data").asFractions.value
            guard x.rank > 0 else { throw call.failure("data", takes: "a dataset or a batch of examples") }
            dataset = try Dataset(x: x, y: Tensor.zeros([x.shape[0]], dtype: .int64), name: "the batch")
            size = max(1, x.shape[0])
        }
        let profile = try Profiler.run(model, dataset, batchSize: size)
        let total = max(profile.stepSeconds, 1e-12)
        func row(_ layer: String, _ pass: String, _ seconds: Double, _ work: Work?) -> Record {
            let peak = work.map { $0.flops / max(seconds, 1e-12) / profile.rates.flopsPerSecond }
            return Record([
                ("layer", .string(layer)), ("pass", .string(pass)), ("ms", rounded(seconds * 1e3, 4)),
                ("share", rounded(seconds / total, 3)), ("mflop", work.map { rounded($0.flops / 1e6, 3) } ?? .none),
                ("mbyte", work.map { rounded($0.bytes / 1e6, 3) } ?? .none),
                ("peak", peak.map { rounded($0, 3) } ?? .none),
            ])
        }
        var rows = profile.rows.map { row($0.layers, $0.pass.rawValue, $0.seconds, $0.work) }
        let marked = profile.rows.reduce(0) { $0 + $1.seconds }
        rows.append(row("", "other", max(0, profile.stepSeconds - marked), nil))
        let work = profile.rows.compactMap(\.work).reduce(Work(), +)
        rows.append(row("step of \(profile.batchSize)", "all", profile.stepSeconds, work))
        return .object(try TableObject(rows: rows))
    }

    // MARK: cost

    /// A translator's inputs are a source, its length and a target, whose lengths `input` gives, or else the data.
    private static func sampleShapes(of model: Model, _ input: [Int]?, _ call: Call) throws -> [[Int]]? {
        guard let translator = model.translating, translator.takesSentences,
            translator.coding != nil || model.sampleShapes?.count == 3
        else { return input.map { [$0] } }
        if let input {
            guard input.count == 2 else {
                throw call.failure("input", takes: "the lengths of source and target of a translator, such as [19, 20]")
            }
            return [[input[0]], [], [input[1]]]
        }
        if let known = model.sampleShapes { return known }
        guard let longest = translator.coding?.maxLength else {
            throw Failure(
                "the lengths of the sentences of `\(model.name)` are not known yet",
                help: "give those of source and target: input=[19, 20]")
        }
        return [[longest], [], [longest + 1]]
    }

    private static func costs(_ call: Call) throws -> Value {
        let model = try call.network("model")
        let batch = try call.integer("batch", atLeast: 1)
        let examples = try call.optionalInteger("examples")
        guard batch <= 1_000_000 else { throw call.failure("batch", takes: "a number of at most 1,000,000") }
        guard examples.map({ $0 >= 1 }) ?? true else { throw call.failure("examples", takes: "a number of at least 1") }
        let input = try call.optionalIntegers("input")
        guard input.map({ $0.allSatisfy { $0 > 0 } }) ?? true else {
            throw call.failure("input", takes: "the sizes of one example, such as [1, 28, 28]")
        }
        let shapes = try sampleShapes(of: model, input, call)
        guard let cost = try model.stepCost(sampleShapes: shapes, batchSize: batch) else {
            throw Failure(
                "the sizes of `\(model.name)` are not known yet",
                help: "give the size of one example: input=[1, 28, 28]")
        }
        let rates = try MachineRates.measured()
        func row(
            _ layer: String, _ shape: [Int]?, _ parameters: Int?, _ forward: Double?, _ backward: Double?,
            bytes: Double?,
            seconds: Double
        ) -> Record {
            Record([
                ("layer", .string(layer)), ("output", shape.map { .list($0.map { .integer($0) }) } ?? .none),
                ("parameters", parameters.map { .integer($0) } ?? .none),
                ("mflop", forward.map { rounded($0 / 1e6, 3) } ?? .none),
                ("mflop_back", backward.map { rounded($0 / 1e6, 3) } ?? .none),
                ("mbyte", bytes.map { rounded($0 / 1e6, 2) } ?? .none),
                ("ms", rounded(seconds * 1e3, 3)),
            ])
        }
        var rows = cost.layers.map { layer in
            row(
                layer.path, Array(layer.outputShape.dropFirst()), layer.parameterCount, layer.forward.flops,
                layer.backward.flops, bytes: layer.forward.bytes + layer.backward.bytes,
                seconds: rates.seconds(layer.forward, of: layer.module)
                    + rates.seconds(layer.backward, of: layer.module))
        }
        rows.append(
            row("loss", nil, nil, cost.loss.flops, nil, bytes: cost.loss.bytes, seconds: rates.seconds(cost.loss)))
        rows.append(
            row(
                "optimizer", nil, nil, nil, cost.optimizer.flops, bytes: cost.optimizer.bytes,
                seconds: rates.seconds(cost.optimizer)))
        let forward = cost.layers.reduce(cost.loss.flops) { $0 + $1.forward.flops }
        let total = cost.total
        let seconds = cost.seconds(rates)
        rows.append(
            row(
                "step of \(batch)", nil, cost.parameterCount, forward, total.flops - forward, bytes: total.bytes,
                seconds: seconds))
        if let examples {
            let epoch = seconds * Double(examples) / Double(batch)
            rows.append(row("epoch of \(examples)", nil, nil, nil, nil, bytes: nil, seconds: epoch))
        }
        return .object(try TableObject(rows: rows))
    }
}
