import Datasets
import Glibc
import NeuralNet
import TensorCore
import Testing
import Training

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() {
        // In memory, where there is such a place: forcing thousands of files to a disk takes its time.
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/dls-test-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { system("rm -rf '\(path)'") }

    /// The newest of the files.
    var newestFile: String {
        get throws {
            let folder = try #require(opendir(path))
            defer { closedir(folder) }
            var names: [String] = []
            while let entry = readdir(folder) {
                names.append(
                    withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                )
            }
            return "\(path)/" + (try #require(names.filter { $0.hasSuffix(".safetensors") }.max()))
        }
    }
}

struct CheckpointTests {
    private let data: Dataset
    private let validation: Dataset
    private let folder = TemporaryFolder()

    init() throws {
        data = try points(90)
        validation = try points(30, seed: 2)
    }

    private func settings(epochs: Int = 4, _ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings(
            epochs: epochs, batchSize: 8, optimizer: OptimizerSettings(.adam(), learningRate: 0.01),
            validation: validation, seed: 3)
        change(&settings)
        return settings
    }

    /// `linear 12, batch_norm, relu, dropout, linear 3`: with buffers and random numbers in every step.
    private func net(hidden: Int = 12) throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 5)))
        try model.add(Linear(hidden))
        try model.add(BatchNorm())
        try model.add(Activation(.relu))
        try model.add(Dropout(0.3))
        try model.add(Linear(3))
        return model
    }

    /// Weights and buffers, bit by bit.
    private func bits(_ model: Model) throws -> [UInt32] {
        try model.stateDictionary().flatMap { $0.value.floats().map(\.bitPattern) }
    }

    /// Trains with checkpoints, until `stop` batches are done; the process that did it is then forgotten.
    private func begin(
        _ settings: TrainingSettings, every interval: Checkpointer.Interval, stop: Int, model: Model? = nil
    ) throws {
        let trainer = try Trainer(model ?? net(), data, settings)
        trainer.checkpointer = try Checkpointer(folder: CheckpointFolder(path: folder.path), every: interval)
        let stop = StopAfter(stop)
        _ = try trainer.run(shouldStop: { stop() })
    }

    private func saved() throws -> SavedRun {
        try #require(try SavedRun.newest(in: CheckpointFolder(path: folder.path)))
    }

    private func resume(_ settings: TrainingSettings, _ model: Model) throws -> Run {
        try Trainer(restoring: saved(), model, data, settings).run(shouldStop: { false })
    }

    // MARK: To the same bits

    static let optimizers: [OptimizerSettings] = [
        OptimizerSettings(.adam(), learningRate: 0.01), OptimizerSettings(.adamW(), learningRate: 0.01),
        OptimizerSettings(.sgd(momentum: 0.9), learningRate: 0.05, clipping: .norm(1)),
        OptimizerSettings(.sgd(), learningRate: 0.05, weightDecay: 0.1),
        OptimizerSettings(.rmsprop(momentum: 0.5), clipping: .value(0.1)),
    ]

    @Test(arguments: [1, 5, 11, 12, 13, 14, 25, 47], optimizers)
    func goesOnToTheSameBits(stop: Int, optimizer: OptimizerSettings) throws {
        let settings = settings {
            $0.optimizer = optimizer
            $0.schedule = Schedule(.cosine(minimum: 1e-4), warmUp: .steps(10))
        }
        let whole = try net()
        let expected = try train(whole, data, settings)
        try begin(settings, every: .epochs(1), stop: stop)
        let model = try net()
        let run = try resume(settings, model)
        #expect(run.ending == .finished)
        #expect(try bits(model) == bits(whole))
        #expect(run.figures == expected.figures)
    }

    /// Only checkpoints at every fifth batch are there, as after a kill.
    @Test func goesOnFromTheLastOneThatWasWritten() throws {
        let whole = try net()
        let expected = try train(whole, data, settings())
        let model = try net()
        let trainer = try Trainer(model, data, settings())
        trainer.checkpointer = try Checkpointer(folder: CheckpointFolder(path: folder.path), every: .batches(5))
        var batches = 0
        struct Killed: Error {}
        #expect(throws: Killed.self) {
            _ = try trainer.run { event in
                if case .batch = event { batches += 1 }
            } shouldStop: {
                false
            }
            throw Killed()
        }
        trainer.checkpointer = nil
        #expect(batches == 48)
        // The run went to its end; its last file is that of the end, the one before of batch 45.
        unlink(try folder.newestFile)
        let again = try saved()
        #expect(again.progress == (3, 9))
        let other = try net()
        let run = try Trainer(restoring: again, other, data, settings()).run(shouldStop: { false })
        #expect(try bits(other) == bits(whole))
        #expect(run.figures == expected.figures)
    }

    @Test func aFinishedRunComesBackAsItEnded() throws {
        try begin(settings(epochs: 2), every: .epochs(1), stop: .max)
        let whole = try net()
        let expected = try train(whole, data, settings(epochs: 2))
        let model = try net()
        let run = try resume(settings(epochs: 2), model)
        #expect(run.ending == .finished && run.figures == expected.figures)
        #expect(try bits(model) == bits(whole))
        // And goes on when there is more to do.
        let longer = try net()
        let more = try resume(settings(epochs: 4), longer)
        let four = try net()
        #expect(try more.figures == train(four, data, settings(epochs: 4)).figures)
        #expect(try bits(longer) == bits(four))
    }

    @Test func bestWeightsAndPatienceSurvive() throws {
        let settings = settings(epochs: 40) {
            $0.optimizer.learningRate = 0.1
            $0.patience = 3
            $0.restoresBest = true
        }
        let whole = try net()
        let expected = try train(whole, data, settings)
        #expect(expected.ending == .plateau)
        for stop in [15, 40, 61] {
            let folder = TemporaryFolder()
            let trainer = try Trainer(net(), data, settings)
            trainer.checkpointer = try Checkpointer(folder: CheckpointFolder(path: folder.path), every: .batches(4))
            let stop = StopAfter(stop)
            _ = try trainer.run(shouldStop: { stop() })
            trainer.checkpointer = nil
            let saved = try #require(try SavedRun.newest(in: CheckpointFolder(path: folder.path)))
            let model = try net()
            let run = try Trainer(restoring: saved, model, data, settings).run(shouldStop: { false })
            #expect(run.ending == .plateau && run.restoredEpoch == expected.restoredEpoch)
            #expect(run.figures == expected.figures)
            #expect(try bits(model) == bits(whole))
        }
    }

    // MARK: What does not belong together

    @Test func namesTheDifference() throws {
        try begin(settings(), every: .epochs(1), stop: 20)
        let saved = try saved()
        func message(
            _ model: Model? = nil, _ other: Dataset? = nil, epochs: Int = 4,
            _ change: (inout TrainingSettings) -> Void = { _ in }
        ) throws -> String {
            let error = try #require(throws: TrainingError.self) {
                try Trainer(restoring: saved, model ?? net(), other ?? data, settings(epochs: epochs, change))
            }
            return String(error.message.dropFirst("the run cannot be resumed: ".count))
        }
        #expect(
            try message(net(hidden: 13)) == "its model has the layer `linear1: linear 12 (weight [12, 2], bias [12])`, "
                + "and this one `linear1: linear 13 (weight [13, 2], bias [13])`")
        #expect(
            try message(classifier()) == "its model has the layer `linear1: linear 12 (weight [12, 2], bias [12])`, "
                + "and this one `linear1: linear 16 (weight [16, 2], bias [16])`")
        let deeper = try net()
        try deeper.add(Softmax(axis: 1, isLog: true))
        #expect(
            try message(deeper)
                == "its model has 5 layers, and this one 6: only one has `log_softmax1: log_softmax axis=1`")
        #expect(try message(nil, points(89)) == "it trained on 90 examples of points, and points has 89")
        #expect(
            try message(nil, points(90, seed: 9))
                == "it trained on 90 examples of points, and those of points are others, or in another order")
        #expect(try message { $0.validation = nil } == "it was validated on points: give it as `validate`")
        #expect(
            try message { $0.validation = data } == "it was validated on 30 examples of points, and points has 90")
        #expect(try message { $0.batchSize = 9 } == "batch was 8, and is 9 now")
        #expect(try message { $0.seed = 4 } == "seed was 3, and is 4 now")
        #expect(try message { $0.shuffle = false } == "shuffle was true, and is false now")
        #expect(try message { $0.optimizer.learningRate = 0.1 } == "lr was 0.01, and is 0.1 now")
        #expect(try message { $0.optimizer.clipping = .norm(1) } == "clip was none, and is 1.0 now")
        #expect(try message { $0.optimizer = OptimizerSettings(.sgd()) } == "optimizer was adam, and is sgd now")
        #expect(try message { $0.optimizer.algorithm = .adam(beta1: 0.8) } == "beta1 was 0.9, and is 0.8 now")
        #expect(try message { $0.schedule = Schedule(.cosine()) } == "schedule was constant, and is cosine now")
        #expect(try message { $0.loss = .mse() } == "loss was cross_entropy, and is mse now")
        #expect(try message(epochs: 1) == "it is in epoch 2 already, and epochs is 1")
    }

    @Test func aCosineSpansItsEpochs() throws {
        let cosine = settings { $0.schedule = Schedule(.cosine()) }
        try begin(cosine, every: .epochs(1), stop: 20)
        var longer = cosine
        longer.epochs = 8
        #expect(
            try #require(throws: TrainingError.self) { try resume(longer, net()) }.message
                == "the run cannot be resumed: its rate follows a schedule over 4 epochs, and epochs is 8 now")
    }

    @Test func refusedModelsAreAsTheyWere() throws {
        try begin(settings(), every: .epochs(1), stop: 20)
        let model = try net(hidden: 13)
        try model.build(sampleShapes: [[2]])
        let before = try bits(model)
        #expect(throws: TrainingError.self) { try resume(settings(), model) }
        #expect(try bits(model) == before)
    }

    // MARK: Bad files

    private func rewrite(
        _ change: (inout [(name: String, text: String)], inout [(name: String, value: Tensor)]) -> Void
    )
        throws
    {
        let path = try folder.newestFile
        let contents = try Safetensors.readChecked(path)
        var metadata = contents.metadata.filter { $0.name != "checksum" }
        var tensors = contents.tensors
        change(&metadata, &tensors)
        try Safetensors.writeChecked(tensors, metadata: metadata, to: path)
    }

    private func refusal() throws -> String {
        let model = try net()
        try model.build(sampleShapes: [[2]])
        let before = try bits(model)
        do {
            _ = try resume(settings(), model)
            return "none"
        } catch {
            #expect(try bits(model) == before)
            switch error {
            case let error as TrainingError: return error.message
            case let error as NeuralNetError: return error.message
            default: return "\(error)"
            }
        }
    }

    @Test func anotherVersionIsSaid() throws {
        try begin(settings(), every: .epochs(1), stop: 20)
        try rewrite { metadata, _ in
            for index in metadata.indices where metadata[index].name == "version" { metadata[index].text = "3" }
        }
        #expect(try refusal().hasSuffix("has the format 3, and this dls reads the format 2"))
        try rewrite { metadata, _ in metadata[0].text = "something else" }
        #expect(try refusal().hasSuffix("is not a checkpoint"))
    }

    /// Files that are whole and lie: each value of the record in turn is replaced by others.
    @Test func recordsThatLie() throws {
        try begin(settings(), every: .epochs(1), stop: 20)
        let path = try folder.newestFile
        let original = try Safetensors.readChecked(path)
        let run = try JSON(parsing: try #require(original.metadata("run")))
        var count = 0
        for odd: JSON in [
            .null, .integer(-1), .integer(.max), .number(1e300), .string("x"), .string("nan"), .array([]),
            .boolean(true),
        ] {
            for changed in variations(of: run, by: odd) {
                try rewrite { metadata, _ in
                    for index in metadata.indices where metadata[index].name == "run" {
                        metadata[index].text = changed.text
                    }
                }
                _ = try refusal()
                count += 1
            }
        }
        #expect(count > 300)
    }

    private func variations(of json: JSON, by odd: JSON) -> [JSON] {
        switch json {
        case .object(let members):
            return [odd]
                + members.indices.flatMap { index in
                    variations(of: members[index].value, by: odd).map { value in
                        var changed = members
                        changed[index] = JSON.Member(members[index].name, value)
                        return JSON.object(changed)
                    }
                }
        case .array(let elements):
            guard let first = elements.first else { return [odd] }
            return [odd] + variations(of: first, by: odd).map { JSON.array([$0] + elements.dropFirst()) }
        default: return [odd]
        }
    }

    @Test func tensorsThatLie() throws {
        try begin(settings(), every: .epochs(1), stop: 20)
        let path = try folder.newestFile
        let original = try Safetensors.readChecked(path)
        for index in original.tensors.indices {
            try Safetensors.writeChecked(
                original.tensors, metadata: original.metadata.filter { $0.name != "checksum" }, to: path)
            try rewrite { _, tensors in tensors.remove(at: index) }
            let name = original.tensors[index].name
            if name != "order" { #expect(try refusal() != "none", "without \(name)") }
            for odd in [
                try Tensor.zeros([7, 7, 7]), try Tensor.zeros([0]), try Tensor([Int64.min, .max], shape: [2]),
            ] {
                try rewrite { _, tensors in tensors.append((name, odd)) }
                if name != "step" { #expect(try refusal() != "none", "\(name) is \(odd.shape)") }
                try rewrite { _, tensors in tensors.removeLast() }
            }
        }
    }

    @Test func theDiskRefuses() throws {
        let model = try net()
        let trainer = try Trainer(model, data, settings())
        let inner = "\(folder.path)/inner"
        let checkpointer = try Checkpointer(folder: CheckpointFolder(path: inner), every: .epochs(1))
        trainer.checkpointer = checkpointer
        rmdir(inner)
        let run = try trainer.run(shouldStop: { false })
        #expect(run.ending == .finished)
        #expect(checkpointer.failure?.message.contains("it cannot be written") == true)
        let whole = try net()
        try train(whole, data, settings())
        #expect(try bits(model) == bits(whole))
    }
}
