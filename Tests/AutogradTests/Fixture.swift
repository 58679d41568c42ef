import Foundation
import TensorCore

/// The cases of the file that `scripts/fixtures/autograd_fixtures.py` wrote.
struct Fixture {
    struct Case: CustomStringConvertible {
        let line: Int
        let operation: String
        let settings: [String]
        let tensors: [Tensor]
        let result: Tensor
        /// Of each element of the result in the sum that is differentiated.
        let weights: Tensor
        let gradients: [Tensor]
        let secondGradients: [Tensor]?

        var description: String { "line \(line): \(operation) \(settings)" }

        var ints: [Int] { settings.compactMap { Int($0) } }
        var axes: [Int]? { settings == ["all"] ? nil : ints }
        var number: Double { settings.first.flatMap { Double($0) } ?? .nan }
    }

    struct Malformed: Error {
        let what: String
    }

    let cases: [Case]

    init(_ name: String, file: String = #filePath) throws {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appendingPathComponent("Fixtures/\(name).txt"), encoding: .utf8)
        cases = try text.split(separator: "\n").enumerated().map { try Fixture.read($1, line: $0 + 1) }
    }

    private static func read(_ line: Substring, line number: Int) throws -> Case {
        let sides = line.components(separatedBy: "\t->\t")
        guard sides.count == 2 else { throw Malformed(what: "line \(number)") }
        let given = sides[0].components(separatedBy: "\t")
        let results = sides[1].components(separatedBy: "\t=>\t")
        let first = try results[0].components(separatedBy: "\t").map(tensor)
        guard given.count > 2, first.count > 2 else { throw Malformed(what: "line \(number)") }
        return Case(
            line: number, operation: given[0], settings: given[1].components(separatedBy: ","),
            tensors: try given[2...].map(tensor), result: first[0], weights: first[1], gradients: Array(first[2...]),
            secondGradients: results.count > 1 ? try results[1].components(separatedBy: "\t").map(tensor) : nil)
    }

    /// Reads `float64[2,3]=1,2,3,4,5,6`.
    private static func tensor(_ text: String) throws -> Tensor {
        let parts = text.components(separatedBy: "=")
        guard parts.count == 2, let open = parts[0].firstIndex(of: "["),
            let dtype = DType(name: String(parts[0][..<open]))
        else { throw Malformed(what: text) }
        let shape = parts[0][open...].dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
        let elements = parts[1].split(separator: ",").compactMap { Double($0) }
        return try Tensor(elements, shape: shape).cast(to: dtype)
    }
}
