import Autograd
import Language

/// What the examples of the help show, as the tests recorded it: help must not write files or train models.
///
/// Functions of each element tell it themselves, see `ElementwiseOperation`.
/// `DLS_RECORD_EXAMPLES=1 swift test --filter recordsExamples` writes it again; the tests compare it with what the
/// examples show now.
package struct ExampleOutputs: Sendable {
    package static let standard = ExampleOutputs(recordedAToF + "\n" + recordedGToP + "\n" + recordedQToZ)

    private let outputs: [String: [String]]

    /// - Parameter text: `== name`, then the lines that the example shows, and so on.
    init(_ text: String) {
        var outputs: [String: [String]] = [:]
        var name = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("== ") {
                name = String(line.dropFirst(3))
                outputs[name] = []
            } else {
                outputs[name]?.append(String(line))
            }
        }
        self.outputs = outputs
    }

    /// nil for an example that was never recorded.
    package func lines(of name: String) -> [String]? {
        if let documentation = ElementwiseOperation.documented(name)?.documentation {
            return documentation.output.split(separator: "\n").map(String.init)
        }
        return outputs[name]
    }
}
