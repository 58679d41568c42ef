import Autograd
import Datasets
import Language
import NeuralNet
import ONNX
import TensorCore
import Training

extension Failure {
    /// Any error as one for the user.
    package init(wrapping error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let diagnostic as Diagnostic: self.init(diagnostic)
        case let error as OwnershipError: self.init(error)
        case let error as TensorError: self.init(error.message, help: error.help)
        case let error as LinearAlgebraError: self.init(error.message, help: error.help)
        case let error as AutogradError: self.init(error.message, help: error.help.map { [$0] } ?? [])
        case let error as NeuralNetError: self.init(error.message, help: error.help.map { [$0] } ?? [])
        case let error as DatasetError: self.init(error.message, help: error.help.map { [$0] } ?? [])
        case let error as TrainingError: self.init(error.message, help: error.help.map { [$0] } ?? [])
        case let error as ONNXExportError: self.init(error)
        case let error as ONNXFormatError: self.init("the ONNX file is damaged: \(error.reason)")
        case let error as PeerError: self.init(error.message, help: error.help.map { [$0] } ?? [])
        case is InterruptError: self = .interrupted
        default: self.init("\(error)")
        }
    }

    /// What `catch e` gets.
    var record: Value {
        let location = diagnostic.location
        return .record(
            Record([
                ("message", .string(diagnostic.message)),
                ("help", .strings(diagnostic.help)),
                ("line", location.map { .integer($0.source.lineIndex(at: $0.span.start) + 1) } ?? .none),
                ("file", location.map { .string($0.source.name) } ?? .none),
            ]))
    }
}
