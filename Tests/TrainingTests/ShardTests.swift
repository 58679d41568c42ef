import Autograd
import Datasets
import NeuralNet
import TensorCore
import Testing
import Training

/// Steps cut into shards: their gradients are added up along one tree, whoever computes them.
struct ShardTests {
    /// Numbers of many sizes, so that any other order of a sum rounds to other bits.
    private static func leaf(_ number: Int, dtype: DType = .float32, length: Int = 48) throws -> Tensor {
        let key = RandomKey(seed: 5).child(UInt64(number))
        let values = try Tensor.normal([length], mean: 0, std: 1, key: key).doubles()
        return try Tensor(values.enumerated().map { $1 * Double(1 << ($0 % 20)) }).cast(to: dtype)
    }

    private static func bits(_ tensor: Tensor) -> [UInt64] { tensor.doubles().map(\.bitPattern) }

    /// The sum of leaves, of which some may be missing.
    private static func sum(_ numbers: [Int?], dtype: DType = .float32, length: Int = 48) throws -> TreeSum {
        let sum = TreeSum(in: try Tensor.full([length], .nan, dtype: dtype), places: numbers.count)
        // What one sum leaves behind is nothing to the next one.
        for numbers in [[3], numbers] {
            sum.restart()
            for number in numbers {
                let vector =
                    try number.map { try Self.leaf($0, dtype: dtype, length: length) }
                    ?? Tensor.full([length], 7, dtype: dtype)
                try OptimizerPasses.write(vector, into: sum.vector, at: 0)
                try sum.add(isMissing: number == nil)
            }
        }
        return sum
    }

    @Test(arguments: [1, 2, 8]) func addsUpAlongATree(count: Int) throws {
        var row = try (0..<count).map { try Self.leaf($0).floats() }
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { zip(row[$0], row[$0 + 1]).map { $0 + $1 } }
        }
        #expect(try Self.sum(Array(0..<count)).vector.floats() == row[0])
    }

    @Test func missingLeavesChangeNothing() throws {
        let sum = try Self.sum([nil, 1, nil, nil, nil, nil, 6, 7])
        #expect(try Self.bits(sum.vector) == Self.bits(Self.sum([1, nil, 6, 7]).vector))
        #expect(try Self.sum([nil, nil, nil, nil]).vector.doubles().allSatisfy { $0 == 0 && $0.sign == .minus })
    }

    @Test(arguments: [2, 4, 8], [DType.float32, .float64]) func peersAddUpAsOne(count: Int, dtype: DType) throws {
        // Less than a chunk, of which one peer has all; three chunks, the last one short.
        for length in [48, 2 * 16384 + 48] {
            let numbers = (0..<8).map { $0 == 3 ? nil : $0 }
            let sums = try ThreadPeers.run(count) { peers in
                let each = 8 / peers.count
                let branch = try Self.sum(
                    Array(numbers[peers.rank * each..<(peers.rank + 1) * each]), dtype: dtype, length: length)
                let parts = try branch.add(peers)
                let squares = try parts.sumOfSquares(peers.gathered(parts.squares(branch.vector)).map { $0[...] })
                try parts.gather(branch.vector)
                return Self.bits(branch.vector) + [squares.bitPattern]
            }
            let expected = try Self.sum(numbers, dtype: dtype, length: length).vector
            let squares = OptimizerPasses.sumOfSquares(expected)
            #expect(sums == Array(repeating: Self.bits(expected) + [squares.bitPattern], count: count))
        }
    }

    @Test(arguments: [1, 2, 8]) func peersGatherTheirRowsInOrder(count: Int) throws {
        let rows = (0..<count).map { [Double($0), 0.5, -Double($0)] }
        let gathered = try ThreadPeers.run(count) { peers in try peers.gathered(rows[peers.rank]) }
        #expect(gathered == Array(repeating: rows, count: count))
        let texts = try ThreadPeers.run(count) { peers in try peers.texts(peers.rank == 0 ? "für alle" : "") }
        #expect(texts.allSatisfy { $0[0] == "für alle" && $0.count == count })
    }

    // MARK: - Training

    private func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) throws -> TrainingSettings {
        var settings = TrainingSettings(
            epochs: 2, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.01, clipping: .norm(0.5)),
            validation: try points(30, seed: 2), seed: 3)
        settings.shards = 4
        change(&settings)
        return settings
    }

    /// With running figures and dropout.
    private static func normalized() throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
        for layer in try [Linear(12), BatchNorm(), Activation(.relu), Dropout(0.3), Linear(3)] as [any Module] {
            try model.add(layer)
        }
        return model
    }

    /// A step of gradient descent whose gradients are those of an explicit loop.
    @Test func aStepIsTheTreeOfItsShards() throws {
        func linear() throws -> Model {
            let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
            try model.add(Linear(3))
            return model
        }
        let (model, reference) = (try linear(), try linear())
        // Shards of 1, 2, 2 and 2 examples.
        let data = try points(7)
        let rate = 0.5
        try train(
            model, data,
            settings {
                $0.epochs = 1
                $0.shuffle = false
                $0.validation = nil
                $0.optimizer = OptimizerSettings(.sgd(), learningRate: rate)
            })
        try reference.build(sampleShapes: [data.exampleShape])
        let batch = try #require(try Batches(data, size: 7).nextBatch())
        var sums = try [0..<1, 1..<3, 3..<5, 5..<7].map { rows -> [[Float]] in
            let part = try batch.examples(rows)
            return try reference.recording {
                let loss = try reference(Variable(part.x), ForwardContext(isTraining: true))
                    .crossEntropy(#require(part.y))
                let share = try loss * (Double(rows.count) / 7)
                return try Gradient.compute(share, withRespectTo: reference.parameters.map(\.variable)).map {
                    try #require($0).value.floats()
                }
            }
        }
        func added(_ a: [[Float]], _ b: [[Float]]) -> [[Float]] { zip(a, b).map { zip($0, $1).map { $0 + $1 } } }
        sums = [added(sums[0], sums[1]), added(sums[2], sums[3])]
        let gradients = added(sums[0], sums[1])
        let expected = zip(reference.parameters, gradients).flatMap { parameter, gradient in
            zip(parameter.value.floats(), gradient).map { ($0 - Float(rate) * $1).bitPattern }
        }
        #expect(weights(model) == expected)
    }

    /// What a training leaves behind.
    private struct Outcome: Equatable, Sendable {
        let state: [[UInt64]]
        let figures: [[Double]]
        let others: [[Double]]
    }

    private static func outcome(_ model: Model, _ data: Dataset, _ settings: TrainingSettings) throws -> Outcome {
        let run = try train(model, data, settings)
        return Outcome(
            state: try model.stateDictionary().map { bits($0.value) }, figures: run.figures,
            others: run.history.map { $0.others.map(\.value) })
    }

    /// The last batch is short, and a shard of the first has no label that counts.
    private static func unevenData() throws -> Dataset {
        let data = try points(45)
        var labels = try data.y()?.integers() ?? []
        for place in [0, 1, 7] { labels[place] = -100 }
        return try Dataset(x: data.x(), y: Tensor(labels.map(Int64.init)), name: "points")
    }

    @Test(arguments: [2, 4]) func peersTrainToTheBitsOfOne(count: Int) throws {
        let settings = try settings {
            $0.shuffle = false
            $0.batchSize = 16
            $0.figures = [
                TrainingFigure(name: "mean", text: "mean") { scores, _ in try scores.value.reduced(.mean).item() }
            ]
        }
        let one = try Self.outcome(Self.normalized(), Self.unevenData(), settings)
        #expect(one.figures.allSatisfy { $0.allSatisfy(\.isFinite) })
        nonisolated(unsafe) let shared = settings
        let all = try ThreadPeers.run(count) { peers in
            var settings = shared
            settings.peers = peers
            settings.validation = try points(30, seed: 2)
            return try Self.outcome(Self.normalized(), Self.unevenData(), settings)
        }
        #expect(all == Array(repeating: one, count: count))
    }

    /// Of three chunks, so that peers have parts of them, which end within a parameter.
    private static func wide() throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
        for layer in try [Linear(300), Activation(.relu), Linear(150), Activation(.relu), Linear(3)] as [any Module] {
            try model.add(layer)
        }
        return model
    }

    /// While they train together, each has the moments of its part alone.
    @Test(arguments: [2, 4]) func anyPeerGoesOnAlone(count: Int) throws {
        for clipping in [OptimizerSettings.Clipping.norm(0.5), .value(0.01)] {
            nonisolated(unsafe) let shared = try settings {
                $0.validation = nil
                $0.optimizer = OptimizerSettings(.adam(), learningRate: 0.01, clipping: clipping)
            }
            let one = try Self.wide()
            try train(one, points(96), shared)
            let all = try ThreadPeers.run(count) { peers in
                var settings = shared
                settings.peers = peers
                let (model, stop) = (try Self.wide(), StopAfter(5))
                let run = try Trainer(model, points(96), settings).run(shouldStop: { stop() })
                _ = try Trainer(resuming: run, model, points(96), shared).run(shouldStop: { false })
                return weights(model)
            }
            #expect(all == Array(repeating: weights(one), count: count))
        }
    }

    /// One peer alone writes checkpoints, and knows when; they have what the others keep.
    @Test(arguments: [Checkpointer.Interval.batches(5), .epochs(1), .seconds(0)])
    func checkpointsHaveThePartsOfAllPeers(interval: Checkpointer.Interval) throws {
        struct Killed: Error {}
        nonisolated(unsafe) let shared = try settings { $0.validation = nil }
        /// The last checkpoint before the end of the first epoch.
        func written(by count: Int) throws -> [String: [UInt64]] {
            let folder = TemporaryFolder()
            let path = folder.path
            _ = try ThreadPeers.run(count) { peers in
                var settings = shared
                if count > 1 { settings.peers = peers }
                let trainer = try Trainer(Self.wide(), points(96), settings)
                if peers.rank == 0 {
                    trainer.checkpointer = try Checkpointer(folder: CheckpointFolder(path: path), every: interval)
                }
                #expect(throws: Killed.self) {
                    try trainer.run(onEpoch: { _ in throw Killed() }, shouldStop: { false })
                }
                return peers.rank
            }
            let tensors = try Safetensors.readChecked(folder.newestFile).tensors
            return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, Self.bits($0.value)) })
        }
        let one = try written(by: 1)
        #expect(one["optimizer/mean.linear1.weight"] != nil)
        #expect(try written(by: 4) == one)
    }

    @Test func shardsLearnWhatTheBatchDoes() throws {
        // Dropout and batch_norm would make a difference.
        func plain() throws -> Model {
            let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
            for layer in try [Linear(12), Activation(.relu), Linear(3)] as [any Module] { try model.add(layer) }
            return model
        }
        let (whole, parts) = (try plain(), try plain())
        let a = try train(whole, points(96), settings { $0.shards = 1 })
        let b = try train(parts, points(96), settings())
        #expect(zip(a.history, b.history).allSatisfy { abs($0.loss - $1.loss) < 1e-5 && $0.accuracy == $1.accuracy })
        let distances = zip(whole.parameters, parts.parameters).flatMap {
            zip($0.value.doubles(), $1.value.doubles()).map { abs($0 - $1) }
        }
        #expect(try #require(distances.max()) < 1e-4)
    }

    @Test func aRunGoesOnWithTheSameShardsOnly() throws {
        let model = try Self.normalized()
        let data = try points(96)
        let stop = StopAfter(5)
        let run = try Trainer(model, data, settings()).run(shouldStop: { stop() })
        #expect(throws: TrainingError.resume(reason: "shards was 4, and is 2 now")) {
            try Trainer(resuming: run, model, data, settings { $0.shards = 2 })
        }
        let whole = try Self.normalized()
        try train(whole, data, settings())
        _ = try Trainer(resuming: run, model, data, settings()).run(shouldStop: { false })
        #expect(weights(model) == weights(whole))
    }

    /// As where a function of the script hears Ctrl-C.
    @Test func aStepThatIsInterruptedIsTakenLater() throws {
        var calls = 0
        let settings = try settings {
            $0.figures = [
                TrainingFigure(name: "figure", text: "figure") { _, _ in
                    calls += 1
                    if calls == 7 { throw InterruptError() }
                    return 0
                }
            ]
        }
        let (model, whole) = (try Self.normalized(), try Self.normalized())
        let run = try train(model, points(96), settings)
        #expect(run.ending == .interrupted && run.progress == (0, 1))
        _ = try Trainer(resuming: run, model, points(96)).run(shouldStop: { false })
        try train(whole, points(96), settings)
        #expect(weights(model) == weights(whole))
        // Without shards figures are taken after the step, which cannot be taken back.
        calls = 5
        #expect(throws: InterruptError()) {
            var settings = settings
            settings.shards = 1
            try train(Self.normalized(), points(96), settings)
        }
    }

    @Test func shardsThatCannotBeAreRefused() throws {
        func expect(_ message: String, _ change: (inout TrainingSettings) -> Void) throws {
            let error = #expect(throws: TrainingError.self) {
                try train(Self.normalized(), points(96), settings(change))
            }
            #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        }
        try expect("shards is 3, and must be a power of two") { $0.shards = 3 }
        try expect("shards is 0, and must be a power of two") { $0.shards = 0 }
        try expect("shards is 16, and a batch has 8 examples") { $0.shards = 16 }
        try expect("shards and accumulate both cut a step") { $0.accumulated = 2 }
        try expect("shards is 8, which leaves one example in a shard, and batch_norm1 needs more") { $0.shards = 8 }
        nonisolated(unsafe) let shared = try settings()
        for (count, shards) in [(2, 1), (3, 4), (4, 2)] {
            let errors = try ThreadPeers.run(count) { peers in
                var settings = shared
                settings.peers = peers
                settings.shards = shards
                settings.validation = nil
                return #expect(throws: TrainingError.self) { try train(Self.normalized(), points(96), settings) }
            }
            #expect(errors == Array(repeating: .ranks(count: count, shards: shards), count: count))
        }
    }

    @Test func anySignalStopsAllAfterTheSameBatch() throws {
        nonisolated(unsafe) let shared = try settings()
        let places = try ThreadPeers.run(2) { peers in
            var settings = shared
            settings.peers = peers
            settings.validation = nil
            let stop = StopAfter(5)
            let run = try Trainer(Self.normalized(), points(96), settings).run(
                shouldStop: { peers.rank == 1 && stop() })
            return [run.progress.epochs, run.progress.batches, run.ending == .interrupted ? 1 : 0]
        }
        #expect(places == [[0, 5, 1], [0, 5, 1]])
    }

    @Test func aValueThatIsNotFiniteNamesItsExampleAndRank() throws {
        nonisolated(unsafe) let shared = try settings()
        let messages = try ThreadPeers.run(2) { peers in
            var settings = shared
            settings.peers = peers
            settings.validation = nil
            settings.shuffle = false
            let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
            try model.add(Linear(256))
            try model.add(Linear(3))
            let data = try points(8)
            var x = try data.x()
            // Of the third of four shards, whose second example it is.
            try x.set([.index(5), .index(0)], to: Tensor.scalar(3e38))
            try x.set([.index(5), .index(1)], to: Tensor.scalar(3e38))
            let bad = try Dataset(x: x, y: data.y(), name: "points")
            let run = try train(model, bad, settings)
            guard case .notFinite(let report) = run.ending else { return "\(String(describing: run.ending))" }
            return report.message
        }
        #expect(messages[0].contains("example 5 of points") && messages[0].hasSuffix("on rank 1)"), "\(messages)")
        #expect(messages[0] == messages[1])
    }

    @Test func whatOnlyOnePeerHasNamesIt() throws {
        struct NoLuck: Error {}
        nonisolated(unsafe) let shared = try settings()
        let messages = try ThreadPeers.run(2) { peers in
            var settings = shared
            settings.peers = peers
            settings.validation = nil
            var calls = 0
            settings.figures = [
                TrainingFigure(name: "figure", text: "figure") { _, _ in
                    calls += 1
                    // The first call is the rehearsal's.
                    if peers.rank == 1, calls == 4 { throw NoLuck() }
                    return 0
                }
            ]
            do {
                try train(Self.normalized(), points(96), settings)
                return "none"
            } catch let error as PeerError {
                return error.message
            } catch {
                return "\(error)"
            }
        }
        #expect(messages == ["rank 1 could not do its part of the step: NoLuck()", "NoLuck()"])
    }

    @Test func peersThatTrainSomethingElseAreRefused() throws {
        nonisolated(unsafe) let shared = try settings()
        for (what, change) in [
            ("settings of `train`", { (settings: inout TrainingSettings) in settings.seed = 4 }),
            ("data or layers", { $0.validation = try? points(31) }),
        ] {
            nonisolated(unsafe) let change = change
            let errors = try ThreadPeers.run(2) { peers in
                var settings = shared
                settings.peers = peers
                settings.validation = try points(30)
                if peers.rank == 1 { change(&settings) }
                do {
                    try train(Self.normalized(), points(96), settings)
                    return PeerError.failed(rank: 0, reason: "none")
                } catch let error as PeerError {
                    return error
                }
            }
            #expect(errors == Array(repeating: .different(rank: 1, what: what), count: 2))
        }
    }
}
