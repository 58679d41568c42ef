import Glibc
import TensorCore
import Testing

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }

/// The single-precision functions against the C library's in double precision.
@Suite struct KernelVectorMathTests {
    private struct Function {
        var operation: UnaryOperation
        var exact: (Double) -> Double
        var range: ClosedRange<Double>
        /// Units in the last place.
        var tolerance: Double
    }

    private var functions: [Function] {
        [
            Function(operation: .exp, exact: exp, range: -87...88.7, tolerance: 2),
            Function(operation: .log, exact: log, range: 1e-30...1e30, tolerance: 2),
            Function(operation: .log, exact: log, range: 0.5...2, tolerance: 2),
            Function(operation: .tanh, exact: tanh, range: -12...12, tolerance: 2),
            Function(operation: .sigmoid, exact: { 1 / (1 + exp(-$0)) }, range: -80...80, tolerance: 3),
            Function(operation: .erf, exact: erf, range: -5...5, tolerance: 2.5),
            Function(
                operation: .gelu, exact: { 0.5 * $0 * (1 + erf($0 * 0.5.squareRoot())) }, range: -0.5...6, tolerance: 5),
            Function(operation: .sqrt, exact: { $0.squareRoot() }, range: 0...1e6, tolerance: 0.5001),
        ]
    }

    @Test func errorsAreBelowTheStatedOnes() throws {
        for function in functions {
            let (low, high) = (function.range.lowerBound, function.range.upperBound)
            var values = (0..<40_001).map { low + (high - low) * Double($0) / 40_000 }
            // Small ones, too, where the range has them.
            for exponent in 0..<120 {
                let small: Double = pow(2, Double(-exponent))
                for value in [small, -1.3 * small] where function.range.contains(value) { values.append(value) }
            }
            let x = try kernelTensor(values, [values.count])
            let y = kernelValues(try x.map(function.operation))
            for (value, result) in zip(kernelValues(x), y) {
                let exact = function.exact(value)
                guard abs(exact) >= Double(Float.leastNormalMagnitude) else { continue }
                let error = abs(result - exact) / Double(Float(exact).ulp)
                #expect(error <= function.tolerance, "\(function.operation) of \(value): \(result), \(error) ulp")
                if error > function.tolerance { return }
            }
        }
    }

    @Test func atTheEdges() throws {
        let infinity = Double.infinity
        let cases: [(UnaryOperation, [Double], [Double])] = [
            (
                .exp, [infinity, -infinity, 0, -0.0, 89, -200, 1e30, -1e30],
                [infinity, 0, 1, 1, infinity, 0, infinity, 0]
            ),
            (.log, [infinity, 0, -0.0, 1], [infinity, -infinity, -infinity, 0]),
            (.tanh, [infinity, -infinity, 0, 1e30, -100], [1, -1, 0, 1, -1]),
            (.sigmoid, [infinity, -infinity, 0, 200, -200], [1, 0, 0.5, 1, 0]),
            (.erf, [infinity, -infinity, 0, 30, -1e20], [1, -1, 0, 1, -1]),
            (.sqrt, [infinity, 0, 4], [infinity, 0, 2]),
        ]
        for (operation, arguments, results) in cases {
            let values = kernelValues(try kernelTensor(arguments, [arguments.count]).map(operation))
            #expect(values == results, "\(operation)")
            // Where in a vector an element stands makes no difference.
            for count in 1...35 {
                let repeated = (0..<count).map { arguments[$0 % arguments.count] }
                let values = kernelValues(try kernelTensor(repeated, [count]).map(operation))
                #expect(values == (0..<count).map { results[$0 % results.count] })
            }
        }
        for operation in [UnaryOperation.exp, .log, .tanh, .sigmoid, .erf, .gelu, .sqrt] {
            #expect(kernelValues(try kernelTensor([.nan], [1]).map(operation))[0].isNaN, "\(operation)")
        }
        for operation in [UnaryOperation.log, .sqrt] {
            #expect(kernelValues(try kernelTensor([-1, -infinity], [2]).map(operation)).allSatisfy(\.isNaN))
        }
    }
}
