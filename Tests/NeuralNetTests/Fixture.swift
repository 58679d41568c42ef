import Autograd
import Foundation
import NeuralNet
import TensorCore
import Testing

/// What PyTorch computed: files that scripts/fixtures/layers_fixtures.py writes.
enum Fixture {
    struct Numbers: Decodable {
        let shape: [Int]
        let values: [Double]
        let isInteger: Bool?

        func tensor(_ dtype: DType) throws -> Tensor {
            if isInteger == true { return try Tensor(values.map { Int64($0) }, shape: shape) }
            return try Tensor(values, shape: shape).cast(to: dtype)
        }
    }

    static func rows<Row: Decodable>(_ file: String, _: Row.Type = Row.self) throws -> [Row] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }
}

/// How far figures may be from PyTorch's, which are in float64 with 12 digits.
func tolerance(_ dtype: DType) -> Double { dtype == .float64 ? 1e-9 : 2e-5 }

/// Expects a tensor to have a shape and, within `tolerance` of the largest number there, the numbers.
func expectClose(
    _ actual: Tensor?, _ expected: Fixture.Numbers?, _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let actual, let expected else {
        #expect((actual == nil) == (expected == nil), "\(what): there or not", sourceLocation: sourceLocation)
        return
    }
    #expect(actual.shape == expected.shape, "\(what): shape", sourceLocation: sourceLocation)
    let scale = max(1, expected.values.map(abs).max() ?? 1)
    let numbers = actual.doubles()
    guard numbers.count == expected.values.count else { return }
    let worst = zip(numbers, expected.values).map { abs($0 - $1) }.max() ?? 0
    let isClose = worst <= tolerance * scale && numbers.allSatisfy { !$0.isNaN }
    #expect(isClose, "\(what): off by \(worst)", sourceLocation: sourceLocation)
}

/// Expects `body` to throw a `NeuralNetError` with these words.
func expectError(
    _ message: String, help: String? = nil, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("no error: \(message)", sourceLocation: sourceLocation)
    } catch let error as NeuralNetError {
        #expect(error.message == message, sourceLocation: sourceLocation)
        #expect(error.help == help, sourceLocation: sourceLocation)
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
}

let testKey = RandomKey(seed: 7)

func normal(_ shape: [Int], dtype: DType = .float32, _ number: UInt64 = 0) throws -> Variable {
    Variable(try Tensor.normal(shape, mean: 0, std: 1, dtype: dtype, key: testKey.child(number)))
}
