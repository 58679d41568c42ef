import Datasets
import Foundation
import NeuralNet
import TensorCore
import Testing
import Training

/// Weights that PyTorch wrote; scripts/fixtures/weights_fixtures.py and pth_fixtures.py made the files.
struct PyTorchWeightTests {
    fileprivate func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).safetensors").path
    }

    /// The layers of the script's models.
    fileprivate func net(names: Bool) throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        func add(_ module: any Module, _ name: String) throws { try model.add(module, name: names ? name : nil) }
        try add(Convolution(.init(outChannels: 4, kernel: [3], padding: .zeros([1]))), "stem")
        try add(BatchNorm(), "norm")
        try model.add(Activation(.relu))
        try model.add(Pooling(.max, size: [2]))
        try add(Convolution(.init(outChannels: 4, kernel: [3])), "body")
        try model.add(Activation(.relu))
        try model.add(Flatten())
        try add(Linear(16), "fc1")
        try model.add(Activation(.relu))
        try add(Linear(16), "fc2")
        try model.add(Activation(.relu))
        try add(Linear(4), "out")
        try model.build(sampleShapes: [[1, 8, 8]])
        return model
    }

    @Test(arguments: ["torch_sequential", "torch_named", "torch_bfloat16"], [false, true])
    func predictsTheSame(_ name: String, ownNames: Bool) throws {
        let model = try net(names: ownNames)
        let file = try Safetensors.read(fixture(name))
        let expected = Dictionary(
            uniqueKeysWithValues: try Safetensors.read(fixture(name + "_predictions")).tensors.map {
                ($0.name, $0.value)
            })
        let x = try Dataset(x: #require(expected["x"]), y: nil)
        let before = try Inference.outputs(model, x, shouldStop: { false }).floats()
        try model.load(weights: file.tensors)
        let scores = try Inference.outputs(model, x, shouldStop: { false }).floats()
        let theirs = try #require(expected["scores"]).floats()
        #expect(zip(scores, theirs).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(!zip(before, theirs).allSatisfy { abs($0 - $1) < 1e-2 })
    }
}

extension PyTorchWeightTests {
    /// The same weights as torch.save writes them.
    @Test func readsStateDictionaries() throws {
        let path = fixture("torch_sequential").replacing(".safetensors", with: ".pth")
        guard case .python(let value) = try Loader.load(path) else { throw NeuralNetError(subject: path, .noOutput) }
        let given = try PyTorchFile.weights(of: value, path: path)
        let (model, expected) = (try net(names: false), try net(names: false))
        try model.load(weights: given)
        try expected.load(weights: Safetensors.read(fixture("torch_sequential")).tensors)
        for (own, other) in zip(model.namedParameters, expected.namedParameters) {
            #expect(own.parameter.value.floats() == other.parameter.value.floats(), "\(own.name)")
        }
    }
}

struct WeightMatchingTests {
    private func net() throws -> Model {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        for features in [4, 4, 4, 2] { try model.add(Linear(features)) }
        try model.build(sampleShapes: [[4]])
        return model
    }

    /// Weights `[4, 4]` of ones, twos, ... under each name, and the last layer's.
    private func file(_ names: [String], last: String) throws -> [(name: String, value: Tensor)] {
        var tensors: [(name: String, value: Tensor)] = []
        for (index, name) in names.enumerated() {
            tensors.append(("\(name).bias", try Tensor.full([4], Double(index + 1))))
            tensors.append(("\(name).weight", try Tensor.full([4, 4], Double(index + 1))))
        }
        tensors.append(("\(last).weight", try Tensor.full([2, 4], 9)))
        tensors.append(("\(last).bias", try Tensor.full([2], 9)))
        return tensors
    }

    /// Which of the file's layers each layer got.
    private func loaded(_ tensors: [(name: String, value: Tensor)], _ renamed: [(given: String, own: String)] = [])
        throws
        -> [Float]
    {
        let model = try net()
        try model.load(weights: tensors, renamed: renamed)
        return model.namedParameters.filter { $0.name.hasSuffix("weight") }.map { $0.parameter.value.floats()[0] }
    }

    private func error(_ tensors: [(name: String, value: Tensor)]) throws -> NeuralNetError {
        let model = try net()
        let before = weights(model)
        let error = try #require(throws: NeuralNetError.self) { try model.load(weights: tensors) }
        #expect(weights(model) == before)
        return error
    }

    @Test func ownNamesDecide() throws {
        #expect(try loaded(file(["linear3", "linear1", "linear2"], last: "linear4")) == [2, 3, 1, 9])
    }

    @Test func numbersGiveTheOrder() throws {
        // As PyTorch's library sorts them.
        #expect(try loaded(file(["10", "2", "0"], last: "12")) == [3, 2, 1, 9])
        #expect(try loaded(file(["h.1.fc2", "h.1.fc1", "h.0.fc9"], last: "head")) == [3, 2, 1, 9])
        #expect(try loaded(file(["module.fc2", "module.fc1", "module.fc3"], last: "module.out")) == [2, 1, 3, 9])
    }

    @Test func whatNamesLeaveOpenIsRefused() throws {
        let error = try error(file(["query", "key", "value"], last: "head"))
        #expect(
            error.message == "several layers of net have bias [4], weight [4, 4], and the names do not tell which is "
                + "which: linear1, linear2, linear3 here, query, key, value in the file")
        #expect(error.help == "say it: names=[[\"query\", \"linear1\"], ...]")
        let names = [("query", "linear2"), ("key", "linear1"), ("value", "linear3")].map { (given: $0.0, own: $0.1) }
        #expect(try loaded(file(["query", "key", "value"], last: "head"), names) == [2, 1, 3, 9])
        // Two said, one left.
        #expect(try loaded(file(["query", "key", "value"], last: "head"), Array(names.prefix(2))) == [2, 1, 3, 9])
    }

    @Test func whatDoesNotFitIsListed() throws {
        #expect(
            try error(file(["0", "1"], last: "2")).message
                == "the weights are not those of net: it needs linear1 (bias [4], weight [4, 4]), linear2 (bias [4], "
                + "weight [4, 4]), linear3 (bias [4], weight [4, 4]), linear4 (bias [2], weight [2, 4]), and the file has "
                + "0 (bias [4], weight [4, 4]), 1 (bias [4], weight [4, 4]), 2 (bias [2], weight [2, 4])")
        #expect(try error([]).message.hasPrefix("the weights are not those of net: it needs linear1"))
        var more = try file(["0", "1", "2"], last: "3")
        more.append(("extra", try Tensor.zeros([3])))
        #expect(try error(more).message == "the weights are not those of net: the file has  (extra [3])")
        var other = try file(["linear1", "linear2", "linear3"], last: "linear4")
        other[0].value = try Tensor.zeros([5])
        #expect(
            try error(other).message
                == "the weights are not those of net: it needs linear1 (bias [4], weight [4, 4]), and the file has "
                + "linear1 (bias [5], weight [4, 4])")
    }

    @Test func looseLoadingTakesWhatFits() throws {
        var given = try file(["linear1", "linear2", "linear3"], last: "head")
        given[0].value = try Tensor.zeros([5])
        let model = try net()
        let before = weights(model)
        let loaded = try model.load(weights: given, isStrict: false)
        // Of linear1 the weight, and linear4 from the only module that has its shapes.
        #expect(loaded.filter { $0.given == nil }.map(\.name) == ["linear1.bias"])
        #expect(loaded.last?.given == "head.bias")
        #expect(weights(model) != before)
        let alike = try file(["query", "key", "value"], last: "head")
        #expect(try model.load(weights: alike, isStrict: false).compactMap(\.given) == ["head.weight", "head.bias"])
    }

    @Test func unbuiltModelsSayWhatTheyNeed() throws {
        let model = Model("net", place: ModulePlace(key: RandomKey(seed: 1)))
        try model.add(Linear(3))
        #expect(throws: NeuralNetError(subject: "net", .notBuilt)) { try model.load(weights: []) }
    }
}
