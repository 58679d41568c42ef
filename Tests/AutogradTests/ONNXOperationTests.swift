import Autograd
import TensorCore
import Testing

/// Every operation of the table is written as ONNX, or refused by its name.
@Suite struct ONNXOperationTests {
    /// What has no operator, and what only losses, training and gradients apply.
    private static let refused: Set<String> = [
        "scatter", "set", "scatter_along", "cross_entropy", "binary_cross_entropy", "huber",
        "binary_cross_entropy_with_logits", "dropout", "linear_weight",
        "conv2d_weight", "max_unpool2d", "avg_unpool2d", "inv", "solve", "det", "slogdet", "cholesky", "pinv", "eigh",
        "svd", "qr", "recurrence", "atan2", "fourier_pairs", "fourier_of_real", "real_of_fourier",
    ]

    @Test(arguments: Operations.differentiable)
    func isWrittenOrRefused(_ operation: String) throws {
        var written = 0
        for test in try cases(of: operation) {
            do {
                written += try nodeCount(of: test) > 0 ? 1 : 0
            } catch let error as ONNXExportError {
                #expect(!error.operation.isEmpty && !error.reason.isEmpty)
            }
        }
        #expect(Self.refused.contains(operation) == (written == 0), "\(operation): \(written) cases are written")
    }

    private func nodeCount(of test: RuleCase) throws -> Int {
        try Recording.run(keepingAll: true) { recording in
            let inputs = test.inputs.map { Gradient.leaf(Variable($0), in: recording) }
            _ = try test.function(inputs)
            let graph = ONNXGraphBuilder(layerName: { _ in "" }, constantName: { _ in nil })
            for (index, input) in inputs.enumerated() { graph.addInput(input, name: "input\(index)") }
            try graph.add(recording) { _, _ in nil }
            return graph.nodes.count
        }
    }
}
