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
            Function(operation: .sin, exact: sin, range: -100...100, tolerance: 0.55),
            Function(operation: .sin, exact: sin, range: -2e6...2e6, tolerance: 0.6),
            Function(operation: .cos, exact: cos, range: -100...100, tolerance: 0.55),
            Function(operation: .cos, exact: cos, range: -2e6...2e6, tolerance: 0.6),
            Function(operation: .tan, exact: tan, range: -20...20, tolerance: 0.55),
            Function(operation: .asin, exact: asin, range: -1...1, tolerance: 0.55),
            Function(operation: .acos, exact: acos, range: -1...1, tolerance: 0.55),
            Function(operation: .atan, exact: atan, range: -20...20, tolerance: 0.55),
            Function(operation: .sinh, exact: sinh, range: -89...89, tolerance: 0.55),
            Function(operation: .cosh, exact: cosh, range: -89...89, tolerance: 0.55),
            Function(operation: .asinh, exact: asinh, range: -1e5...1e5, tolerance: 0.55),
            Function(operation: .acosh, exact: acosh, range: 1...1e5, tolerance: 0.55),
            Function(operation: .atanh, exact: atanh, range: -0.9999...0.9999, tolerance: 0.55),
            Function(operation: .log2, exact: log2, range: 1e-30...1e30, tolerance: 0.55),
            Function(operation: .log10, exact: log10, range: 1e-30...1e30, tolerance: 0.55),
            Function(operation: .exp2, exact: exp2, range: -126...127, tolerance: 0.55),
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
            (.atan, [infinity, -infinity, 0], [Double(Float(Double.pi / 2)), -Double(Float(Double.pi / 2)), 0]),
            (.asin, [1, -1, 0], [Double(Float(Double.pi / 2)), -Double(Float(Double.pi / 2)), 0]),
            (.acos, [1, -1, 0], [0, Double(Float(Double.pi)), Double(Float(Double.pi / 2))]),
            (.sinh, [infinity, -infinity, 0, 100], [infinity, -infinity, 0, infinity]),
            (.cosh, [infinity, -infinity, 0, 100], [infinity, infinity, 1, infinity]),
            (.asinh, [infinity, -infinity, 0], [infinity, -infinity, 0]),
            (.acosh, [infinity, 1], [infinity, 0]),
            (.atanh, [1, -1, 0], [infinity, -infinity, 0]),
            (.log2, [infinity, 0, 1, 8, 0.25, 0x1p-149], [infinity, -infinity, 0, 3, -2, -149]),
            (.log10, [infinity, 0, 1, 1000, 1e10], [infinity, -infinity, 0, 3, 10]),
            (.exp2, [infinity, -infinity, 0, 10, -3, 128, -150], [infinity, 0, 1, 1024, 0.125, infinity, 0]),
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
        for operation in UnaryOperation.all where operation.givesNumbers {
            #expect(kernelValues(try kernelTensor([.nan], [1]).map(operation))[0].isNaN, "\(operation)")
        }
        for operation in [UnaryOperation.log, .sqrt, .log2, .log10, .acosh] {
            #expect(kernelValues(try kernelTensor([-1, -infinity], [2]).map(operation)).allSatisfy(\.isNaN))
        }
        for operation in [UnaryOperation.sin, .cos, .tan, .asin, .acos] {
            #expect(kernelValues(try kernelTensor([infinity, -infinity], [2]).map(operation)).allSatisfy(\.isNaN))
        }
        for operation in [UnaryOperation.sin, .tan, .asin, .atan, .sinh, .asinh, .atanh] {
            let zero = kernelValues(try kernelTensor([-0.0], [1]).map(operation))[0]
            #expect(zero == 0 && zero.sign == .minus, "\(operation)")
        }
    }

    private let operands = [
        0, -0.0, 1, -1, 0.5, -2.5, 3, 7, -7, 0.1, 1e-30, -1e30, 1e38, 16_777_217, .infinity, -.infinity, .nan,
    ]

    private func pairs() throws -> (Tensor, Tensor) {
        let all = operands.flatMap { a in operands.map { (a, $0) } }
        return (try kernelTensor(all.map(\.0), [all.count]), try kernelTensor(all.map(\.1), [all.count]))
    }

    @Test func powersAreThoseOfTheCLibrary() throws {
        let (a, b) = try pairs()
        let results = kernelValues(try .combine(.power, a, b))
        for ((x, y), result) in zip(zip(kernelValues(a), kernelValues(b)), results) {
            let exact = Double(powf(Float(x), Float(y)))
            let isSame = result == exact || (result.isNaN && exact.isNaN)
            #expect(isSame || abs(result - exact) <= exact.magnitude * 1e-7, "\(x) ** \(y): \(result), not \(exact)")
        }
        for base in 1..<30 {
            for exponent in 0..<6 where pow(Double(base), Double(exponent)) < 0x1p24 {
                let power = try kernelTensor([Double(base)], [1])
                let result = kernelValues(try .combine(.power, power, kernelTensor([Double(exponent)], [1])))
                #expect(result == [pow(Double(base), Double(exponent))])
            }
        }
    }

    @Test func quotientsAndRemaindersAreThoseOfPython() throws {
        let (a, b) = try pairs()
        let remainders = kernelValues(try .combine(.remainder, a, b))
        let quotients = kernelValues(try .combine(.floorDivide, a, b))
        for (i, (x, y)) in zip(kernelValues(a), kernelValues(b)).enumerated() {
            var exact = fmod(x, y)
            if exact != 0 && (exact < 0) != (y < 0) { exact += y }
            let (remainder, quotient) = (remainders[i], quotients[i])
            #expect(
                remainder == Double(Float(exact)) || (remainder.isNaN && exact.isNaN),
                "\(x) % \(y): \(remainder), not \(exact)")
            // Beyond that the next whole number is not the next number.
            if x.isFinite, y.isFinite, y != 0, abs(x / y) < 0x1p20 {
                #expect(quotient == Double(Float((x - exact) / y)), "\(x) // \(y): \(quotient)")
            }
        }
    }
}
