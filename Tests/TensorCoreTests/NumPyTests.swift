import TensorCore
import Testing

/// Operations against NumPy's results, each with its operands laid out in memory in several ways.
@Suite("Against NumPy") struct NumPyTests {
    @Test(
        "Results equal NumPy's",
        arguments: ["elementwise", "arithmetic", "reductions", "ordering", "products", "shapes", "indexing"])
    func results(_ name: String) throws {
        let fixture = try Fixture(name)
        #expect(fixture.cases.count > 50)
        for testCase in fixture.cases {
            for layout in Tensor.Layout.allCases {
                try check(testCase, layout)
            }
        }
    }

    private func check(_ testCase: Fixture.Case, _ layout: Tensor.Layout) throws {
        let results: [Tensor]
        do {
            results = try Operations.run(testCase, layout)
        } catch let error as TensorError {
            #expect(testCase.expected == nil, "\(testCase) in \(layout): \(error.message)")
            return
        }
        guard let expected = testCase.expected else {
            Issue.record("\(testCase) in \(layout): no error, but \(results.map(\.text))")
            return
        }
        #expect(results.count == expected.count, "\(testCase) in \(layout)")
        for (result, wanted) in zip(results, expected) {
            // The fixtures are computed in double precision: float32 results differ by a few units in the last place.
            let isDouble = wanted.dtype == .float64
            let difference = try result.difference(
                from: wanted, rtol: isDouble ? 1e-13 : 2e-6, atol: isDouble ? 1e-14 : 3e-7)
            #expect(difference == nil, "\(testCase) in \(layout): \(difference ?? "")")
        }
    }
}

/// Calls what a case names.
private enum Operations {
    static func run(_ c: Fixture.Case, _ layout: Tensor.Layout) throws -> [Tensor] {
        func tensor(_ place: Int) throws -> Tensor { try c.tensor(place).relaid(layout) }
        switch c.operation {
        case "map": return [try tensor(1).map(try #require(unary[c.fields[0]]))]
        case "cast": return [try tensor(1).cast(to: try #require(DType(name: c.fields[0])))]
        case "combine":
            return [try Tensor.combine(try #require(binary[c.fields[0]]), tensor(1), tensor(2))]
        case "number":
            let number = try #require(c.number(1))
            return [
                try tensor(3).combined(try #require(binary[c.fields[0]]), with: number, numberOnLeft: c.flag(2))
            ]
        case "where": return [try Tensor.select(tensor(0), tensor(1), tensor(2))]
        case "clip": return [try tensor(2).clipped(min: c.number(0), max: c.number(1))]
        case "close": return [try Tensor.isClose(tensor(0), tensor(1))]
        case "at", "set", "scatter": return try index(c, layout)
        case "gather": return [try tensor(1).gather(axis: c.int(0), indices: tensor(2))]
        case "take": return [try tensor(1).take(tensor(2), axis: c.int(0))]
        case "scatter_axis":
            return [try Tensor.scatterAdd(into: c.ints(1), axis: c.int(0), indices: tensor(2), source: tensor(3))]
        case "matmul": return [try Tensor.matmul(tensor(0), tensor(1))]
        case "dot": return [try Tensor.dot(tensor(0), tensor(1))]
        case "outer": return [try Tensor.outer(tensor(0), tensor(1))]
        case "einsum":
            return [try Tensor.einsum(c.fields[0], c.tensors(from: 1).map { try $0.relaid(layout) })]
        default: return try reduce(c, layout) ?? shape(c, layout)
        }
    }

    private static func reduce(_ c: Fixture.Case, _ layout: Tensor.Layout) throws -> [Tensor]? {
        func tensor(_ place: Int) throws -> Tensor { try c.tensor(place).relaid(layout) }
        switch c.operation {
        case "reduce":
            let reduction = try #require(Reduction(rawValue: c.fields[0]))
            return [try tensor(3).reduced(reduction, axes: c.axes(1), keepDims: c.flag(2))]
        case "argument":
            let extreme = try #require(Tensor.Extreme(rawValue: c.fields[0]))
            return [try tensor(3).argument(extreme, axis: Int(c.fields[1]), keepDims: c.flag(2))]
        case "variance": return [try tensor(2).variance(axes: c.axes(0), correction: c.int(1), keepDims: true)]
        case "cumsum": return [try tensor(1).cumulativeSum(axis: c.int(0))]
        case "softmax": return [try tensor(1).softmax(axis: c.int(0))]
        case "log_softmax": return [try tensor(1).logSoftmax(axis: c.int(0))]
        case "logsumexp": return [try tensor(1).logSumExp(axis: c.int(0))]
        case "sort":
            let (values, indices) = try tensor(2).sorted(axis: c.int(0), descending: c.flag(1))
            return [values, indices]
        case "topk":
            let (values, indices) = try tensor(3).topK(c.int(0), axis: c.int(1), largest: c.flag(2))
            return [values, indices]
        case "unique":
            let (values, counts) = try tensor(0).uniqueCounts()
            return [values, counts]
        default: return nil
        }
    }

    private static func shape(_ c: Fixture.Case, _ layout: Tensor.Layout) throws -> [Tensor] {
        func tensor(_ place: Int) throws -> Tensor { try c.tensor(place).relaid(layout) }
        func tensors(from place: Int) throws -> [Tensor] { try c.tensors(from: place).map { try $0.relaid(layout) } }
        func dtype(_ place: Int) throws -> DType { try #require(DType(name: c.fields[place])) }
        switch c.operation {
        case "reshape": return [try tensor(1).reshape(c.ints(0))]
        case "transpose": return [try tensor(1).transpose(c.ints(0)[0], c.ints(0)[1])]
        case "permute": return [try tensor(1).permute(c.ints(0))]
        case "squeeze": return [try tensor(1).squeeze(Int(c.fields[0]))]
        case "unsqueeze": return [try tensor(1).unsqueeze(c.int(0))]
        case "broadcast": return [try tensor(1).broadcast(to: c.ints(0))]
        case "concat": return [try Tensor.concat(tensors(from: 1), axis: c.int(0))]
        case "stack": return [try Tensor.stack(tensors(from: 1), axis: c.int(0))]
        case "split": return try tensor(2).split(at: c.ints(0), axis: c.int(1))
        case "pad":
            let widths = c.ints(0)
            let pairs = stride(from: 0, to: widths.count, by: 2).map { (before: widths[$0], after: widths[$0 + 1]) }
            return [try tensor(2).pad(pairs, value: try #require(c.number(1)))]
        case "tile": return [try tensor(1).repeated(c.ints(0))]
        case "repeat": return [try tensor(2).repeatInterleave(c.int(0), axis: c.int(1))]
        case "flip": return [try tensor(1).flip(c.ints(0))]
        case "flatten": return [try tensor(1).flatten(from: c.ints(0)[0], to: c.ints(0)[1])]
        case "arange":
            return [try Tensor.arange(c.number(0) ?? 0, c.number(1) ?? 0, step: c.number(2) ?? 0, dtype: dtype(3))]
        case "linspace":
            return [try Tensor.linspace(c.number(0) ?? 0, c.number(1) ?? 0, count: c.int(2), dtype: dtype(3))]
        case "eye": return [try Tensor.eye(c.int(0), columns: c.int(1), dtype: dtype(2))]
        case "one_hot": return [try Tensor.oneHot(tensor(2), classes: c.int(0), dtype: dtype(1))]
        default:
            Issue.record("unknown operation \(c.operation)")
            return []
        }
    }

    private static func index(_ c: Fixture.Case, _ layout: Tensor.Layout) throws -> [Tensor] {
        let indices = try Fixture.indices(c.fields[0])
        switch c.operation {
        case "at": return [try c.tensor(1).relaid(layout).at(indices)]
        case "scatter":
            return [try Tensor.scatterAdd(c.tensor(2).relaid(layout), at: indices, into: c.ints(1))]
        default:
            let original = try c.tensor(1).relaid(layout)
            var changed = original
            try changed.set(indices, to: c.tensor(2).relaid(layout))
            let unchanged = try original.difference(from: c.tensor(1), rtol: 0, atol: 0)
            #expect(unchanged == nil, "\(c): writing changed another tensor")
            return [changed]
        }
    }

    private static let unary = Dictionary(uniqueKeysWithValues: UnaryOperation.all.map { ($0.name, $0) })
    private static let binary = Dictionary(uniqueKeysWithValues: BinaryOperation.allCases.map { ($0.name, $0) })
}
