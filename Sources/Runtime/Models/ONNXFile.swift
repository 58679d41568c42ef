import Autograd
import Datasets
import NeuralNet
import ONNX

/// Models as files of the Open Neural Network Exchange format.
enum ONNXFile {
    /// Writes a model that knows the sizes of its inputs.
    static func save(_ value: Value, to path: String) throws {
        guard let object = value.object(as: ModuleObject.self), let model = object.model else {
            throw Failure(
                "an .onnx holds a model, and not \(value.kindWithArticle)",
                help: "a tensor goes to .npy, a record of tensors to .safetensors")
        }
        try object.requireBuilt()
        let network = try model.onnx(version: dlsVersion)
        let file = try AtomicFile(path: path)
        try file.write(network.encoded())
        try file.commit()
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
