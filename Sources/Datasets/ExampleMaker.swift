import TensorCore

/// Examples that a function makes when they are wanted, all of one shape and type: those of the first.
package final class ExampleMaker: @unchecked Sendable {
    package typealias Made = (x: Tensor, y: Tensor?)

    let count: Int
    /// The source of the function, by which two are told apart.
    private let text: String
    private let name: String
    private let make: (Int) throws -> Made
    private let first: Made

    /// Makes the first example, to know what they are.
    ///
    /// - Parameters:
    ///   - name: Of the dataset, for errors.
    ///   - make: Gives an example by its index, the same each time.
    /// - Throws: `DatasetError` `.argument` for a count under 1, what `make` throws.
    package init(count: Int, text: String, name: String, _ make: @escaping (Int) throws -> Made) throws {
        guard count > 0 else {
            throw DatasetError(file: name, .argument(name: "count \(count)", reason: "has to be at least 1"))
        }
        self.count = count
        self.text = text
        self.name = name
        self.make = make
        first = try make(0)
    }

    var shape: [Int] { first.x.shape }
    var dtype: DType { first.x.dtype }
    var targetShape: [Int]? { first.y?.shape }
    var targetType: DType? { first.y?.dtype }

    /// The examples at `rows`: `x`, shape `[rows, ...]`, and `y` likewise where they have one.
    ///
    /// - Throws: `DatasetError` `.badParts` for an example that is not like the first; what the function throws.
    func read(_ rows: [Int]) throws -> Made {
        var all: [Tensor] = []
        var targets: [Tensor] = []
        for row in rows {
            let example = try self.example(row)
            all.append(try example.x.unsqueeze(0))
            if let y = example.y { targets.append(try y.unsqueeze(0)) }
        }
        guard !rows.isEmpty else {
            return (
                try Tensor.empty([0] + shape, dtype: dtype),
                try first.y.map { try Tensor.empty([0] + $0.shape, dtype: $0.dtype) }
            )
        }
        return (
            try Tensor.concat(all, axis: 0).contiguous(),
            targets.isEmpty ? nil : try Tensor.concat(targets, axis: 0).contiguous()
        )
    }

    /// The targets at `rows` alone: what else is made is given up at once.
    func targets(_ rows: [Int]) throws -> Tensor? {
        guard let first = first.y else { return nil }
        let all = try rows.compactMap { try example($0).y?.unsqueeze(0) }
        return all.isEmpty
            ? try Tensor.empty([0] + first.shape, dtype: first.dtype) : try Tensor.concat(all, axis: 0).contiguous()
    }

    private func example(_ row: Int) throws -> Made {
        let made = try make(row)
        func check(_ part: String, _ tensor: Tensor?, _ first: Tensor?) throws {
            guard tensor?.shape != first?.shape || tensor?.dtype != first?.dtype else { return }
            func words(_ tensor: Tensor?) -> String {
                tensor.map { "\(part) of shape \($0.shape) and \($0.dtype.name)" } ?? "no \(part)"
            }
            throw DatasetError(
                file: name,
                .badParts(
                    reason: "example \(row) has \(words(tensor)), and example 0 has \(words(first))",
                    help:
                        "all have one shape and type: pad_sequence makes lists as long as each other, cast(x, \"float32\") "
                        + "converts"))
        }
        try check("x", made.x, first.x)
        try check("y", made.y, first.y)
        return made
    }

    func add(_ rows: [Int], to hash: inout ContentHash) {
        hash.add(Array(text.utf8))
        for row in rows { hash.add(row) }
    }
}
