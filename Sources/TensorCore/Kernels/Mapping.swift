import Glibc

/// Functions of each element, over contiguous tensors of one shape.
enum Mapping {
    @inline(never)
    static func map(_ operation: UnaryOperation, _ operand: Tensor, into result: Tensor) {
        let count = result.count
        guard count >= 4 * WorkSize.elements else { return mapChunk(operation, operand, result) }
        let flatOperand = operand.view(shape: [count], strides: [1])
        let flatResult = result.view(shape: [count], strides: [1])
        let size = WorkSize.elements
        Threads.parallelFor((count + size - 1) / size) { chunk in
            let start = chunk * size
            let rest = min(size, count - start)
            mapChunk(
                operation, flatOperand.narrowed(0, from: start, count: rest),
                flatResult.narrowed(0, from: start, count: rest))
        }
    }

    private static func mapChunk(_ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor) {
        switch operand.dtype {
        case .bool: mapBooleans(operation, operand, result)
        case .uint8: mapWhole(operation, operand, result, UInt8.self)
        case .int64: mapWhole(operation, operand, result, Int64.self)
        case .float32: mapFloats(operation, operand, result)
        case .float64: mapDoubles(operation, operand, result)
        }
    }

    private static func mapBooleans(_ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor) {
        switch operation {
        case .logicalNot: each(operand, result) { (x: UInt8) in x ^ 1 }
        case .isNaN: Copying.fill(result, with: 0)
        case .isFinite: Copying.fill(result, with: 1)
        default: preconditionFailure("\(operation) is done on another type than bool")
        }
    }

    @inline(__always)
    private static func mapWhole<Whole: Element & FixedWidthInteger>(
        _ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor, _: Whole.Type
    ) {
        switch operation {
        case .negate: each(operand, result) { (x: Whole) in 0 &- x }
        case .abs: each(operand, result) { (x: Whole) in x < 0 ? 0 &- x : x }
        case .sign: each(operand, result) { (x: Whole) in x.signum() }
        case .square: each(operand, result) { (x: Whole) in x &* x }
        case .relu: each(operand, result) { (x: Whole) in x < 0 ? 0 : x }
        case .floor, .ceil, .round: each(operand, result) { (x: Whole) in x }
        case .isNaN: Copying.fill(result, with: 0)
        case .isFinite: Copying.fill(result, with: 1)
        default: preconditionFailure("\(operation) is done on another type than whole numbers")
        }
    }

    /// The functions that are a few instructions.
    ///
    /// - Returns: Whether the operation is one of them.
    @inline(__always)
    private static func mapSimple<Value: FractionElement>(
        _ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor, _: Value.Type
    ) -> Bool {
        switch operation {
        case .negate: each(operand, result) { (x: Value) in -x }
        case .abs: each(operand, result) { (x: Value) in x.magnitude }
        case .sign: each(operand, result) { (x: Value) in x > 0 ? 1 : x < 0 ? -1 : x * 0 }
        case .square: each(operand, result) { (x: Value) in x * x }
        case .reciprocal: each(operand, result) { (x: Value) in 1 / x }
        case .relu: each(operand, result) { (x: Value) in x < 0 ? 0 : x }
        case .floor: each(operand, result) { (x: Value) in x.rounded(.down) }
        case .ceil: each(operand, result) { (x: Value) in x.rounded(.up) }
        case .round: each(operand, result) { (x: Value) in x.rounded(.toNearestOrEven) }
        case .isNaN: each(operand, result) { (x: Value) -> UInt8 in x != x ? 1 : 0 }
        case .isFinite: each(operand, result) { (x: Value) -> UInt8 in x.isFinite ? 1 : 0 }
        default: return false
        }
        return true
    }

    private static func mapFloats(_ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor) {
        if mapSimple(operation, operand, result, Float.self) { return }
        switch operation {
        case .sqrt: vectorized(.sqrt, operand, result)
        case .exp: vectorized(.exp, operand, result)
        case .log: vectorized(.log, operand, result)
        case .tanh: vectorized(.tanh, operand, result)
        case .sigmoid: vectorized(.sigmoid, operand, result)
        case .erf: vectorized(.erf, operand, result)
        case .gelu: vectorized(.gelu, operand, result)
        case .expm1: each(operand, result) { (x: Float) in expm1f(x) }
        case .log1p: each(operand, result) { (x: Float) in log1pf(x) }
        case .log2: each(operand, result) { (x: Float) in log2f(x) }
        case .log10: each(operand, result) { (x: Float) in log10f(x) }
        case .sin: each(operand, result) { (x: Float) in sinf(x) }
        case .cos: each(operand, result) { (x: Float) in cosf(x) }
        case .tan: each(operand, result) { (x: Float) in tanf(x) }
        case .asin: each(operand, result) { (x: Float) in asinf(x) }
        case .acos: each(operand, result) { (x: Float) in acosf(x) }
        case .atan: each(operand, result) { (x: Float) in atanf(x) }
        case .sinh: each(operand, result) { (x: Float) in sinhf(x) }
        case .cosh: each(operand, result) { (x: Float) in coshf(x) }
        default: preconditionFailure("\(operation) is done on another type than float32")
        }
    }

    private static func mapDoubles(_ operation: UnaryOperation, _ operand: Tensor, _ result: Tensor) {
        if mapSimple(operation, operand, result, Double.self) { return }
        switch operation {
        case .sqrt: each(operand, result) { (x: Double) in x.squareRoot() }
        case .exp: each(operand, result) { (x: Double) in exp(x) }
        case .log: each(operand, result) { (x: Double) in log(x) }
        case .tanh: each(operand, result) { (x: Double) in tanh(x) }
        case .sigmoid: each(operand, result) { (x: Double) in 1 / (1 + exp(-x)) }
        case .erf: each(operand, result) { (x: Double) in erf(x) }
        case .gelu: each(operand, result) { (x: Double) in 0.5 * x * (1 + erf(x * 0.5.squareRoot())) }
        case .expm1: each(operand, result) { (x: Double) in expm1(x) }
        case .log1p: each(operand, result) { (x: Double) in log1p(x) }
        case .log2: each(operand, result) { (x: Double) in log2(x) }
        case .log10: each(operand, result) { (x: Double) in log10(x) }
        case .sin: each(operand, result) { (x: Double) in sin(x) }
        case .cos: each(operand, result) { (x: Double) in cos(x) }
        case .tan: each(operand, result) { (x: Double) in tan(x) }
        case .asin: each(operand, result) { (x: Double) in asin(x) }
        case .acos: each(operand, result) { (x: Double) in acos(x) }
        case .atan: each(operand, result) { (x: Double) in atan(x) }
        case .sinh: each(operand, result) { (x: Double) in sinh(x) }
        case .cosh: each(operand, result) { (x: Double) in cosh(x) }
        default: preconditionFailure("\(operation) is done on another type than float64")
        }
    }

    private static func vectorized(_ function: VectorMath.Function, _ operand: Tensor, _ result: Tensor) {
        VectorMath.map(function, operand.pointer(Float.self), result.pointer(Float.self), count: result.count)
    }

    @inline(__always)
    private static func each<Value, Result>(_ operand: Tensor, _ result: Tensor, _ function: (Value) -> Result) {
        let from = operand.pointer(Value.self)
        let to = result.pointer(Result.self)
        for i in 0..<result.count { to[i] = function(from[i]) }
    }
}
