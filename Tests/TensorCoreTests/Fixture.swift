import Glibc
import TensorCore

/// The cases of a file that `scripts/fixtures/tensor_fixtures.py` wrote.
struct Fixture {
    let cases: [Case]

    struct Case: CustomStringConvertible {
        let line: Int
        let operation: String
        /// What stands between the operation and the arrow.
        let fields: [String]
        /// `nil` where an error is due.
        let expected: [Tensor]?

        var description: String { "line \(line): " + ([operation] + fields).joined(separator: "  ") }

        func int(_ place: Int) -> Int { Int(fields[place]) ?? .min }
        func ints(_ place: Int) -> [Int] { Fixture.ints(fields[place]) }
        func flag(_ place: Int) -> Bool { fields[place] == "1" }
        func number(_ place: Int) -> Double? { Double(fields[place]) }
        func axes(_ place: Int) -> [Int]? { fields[place] == "nil" ? nil : ints(place) }
        func tensor(_ place: Int) throws -> Tensor { try Fixture.tensor(fields[place]) }
        func tensors(from place: Int) throws -> [Tensor] { try fields[place...].map(Fixture.tensor) }
    }

    init(_ name: String, file: String = #filePath) throws {
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        let text = try Fixture.contents(of: "/\(folder)/Fixtures/\(name).txt")
        cases = try text.split(separator: "\n").enumerated().map { number, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard let arrow = fields.firstIndex(of: "->") else { throw FixtureError(what: "line \(number + 1)") }
            let results = fields[(arrow + 1)...]
            return Case(
                line: number + 1, operation: fields[0], fields: Array(fields[1..<arrow]),
                expected: results.first == "!" ? nil : try results.map(Fixture.tensor))
        }
    }

    private static func contents(of path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw FixtureError(what: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func ints(_ text: String) -> [Int] { text.split(separator: ",").compactMap { Int($0) } }

    /// Reads `float32[2,3]=1,2,3,4,5,6`.
    static func tensor(_ text: String) throws -> Tensor {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let open = parts[0].firstIndex(of: "["),
            let dtype = DType(name: String(parts[0][..<open]))
        else { throw FixtureError(what: text) }
        let shape = ints(String(parts[0][open...].dropFirst().dropLast()))
        let elements = parts[1].split(separator: ",")
        if dtype == .int64 { return try Tensor(elements.compactMap { Int64($0) }, shape: shape) }
        return try Tensor(elements.compactMap { Double($0) }, shape: shape).cast(to: dtype)
    }

    /// Reads what `index_text` wrote: `i:0;s::2:;t:int64[2]=0,1`.
    static func indices(_ text: String) throws -> [TensorIndex] {
        try text.split(separator: ";").map { part in
            let rest = part.dropFirst(2)
            switch part.first {
            case "i": return .index(Int(rest) ?? 0)
            case "a": return .all
            case "n": return .newAxis
            case "e": return .ellipsis
            case "s":
                let bounds = rest.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
                return .slice(start: bounds[0], stop: bounds[1], step: bounds[2] ?? 1)
            case "t": return .tensor(try tensor(String(rest)))
            default: throw FixtureError(what: text)
            }
        }
    }
}

struct FixtureError: Error { let what: String }

extension Tensor {
    /// The same tensor with its elements in other places in memory.
    func relaid(_ layout: Layout) throws -> Tensor {
        let axes = Array(shape.indices)
        switch layout {
        case .contiguous: return self
        case .reversedAxes: return try permute(axes.reversed()).copy().permute(axes.reversed())
        case .flipped: return try flip(axes).copy().flip(axes)
        case .gaps:
            let wide = try pad(shape.map { _ in (1, 2) }, value: 7)
            return try wide.at(shape.map { .slice(start: 1, stop: $0 + 1, step: 1) })
        }
    }

    enum Layout: CaseIterable { case contiguous, reversedAxes, flipped, gaps }

    /// What is different from another tensor, or `nil`; elements are compared by tolerance, what is not a number is equal.
    func difference(from other: Tensor, rtol: Double, atol: Double) throws -> String? {
        if dtype != other.dtype { return "type \(dtype.name), not \(other.dtype.name)" }
        if shape != other.shape { return "shape \(shape), not \(other.shape)" }
        for (i, (a, b)) in zip(doubles(), other.doubles()).enumerated() {
            if a == b || (a.isNaN && b.isNaN) { continue }
            if !(abs(a - b) <= atol + rtol * abs(b)) { return "element \(i) is \(a), not \(b)" }
        }
        return nil
    }
}
