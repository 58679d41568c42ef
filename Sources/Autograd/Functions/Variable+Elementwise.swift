import Glibc
import TensorCore

extension Variable {
    /// Returns a function of each element; those of steps (`floor`, `sign`, `isNaN`, ...) are constants.
    ///
    /// - Throws: What `Tensor.map` throws.
    package func map(_ operation: ElementwiseOperation) throws -> Variable {
        guard let derivative = operation.derivative ?? (keepsAll ? ElementwiseOperation.flat : nil),
            isTracked || isDeferred || keepsAll
        else {
            return Variable(try Recording.stopping(count) { try value.map(operation.kernel) }, in: recording)
                .keepingOrigin(of: self)
        }
        return try applying(Elementwise(operation: operation, derivative: derivative))
    }

    package func exp() throws -> Variable { try map(.exp) }
    package func log() throws -> Variable { try map(.log) }
    package func sqrt() throws -> Variable { try map(.sqrt) }
    package func abs() throws -> Variable { try map(.abs) }
    package func sin() throws -> Variable { try map(.sin) }
    package func cos() throws -> Variable { try map(.cos) }
    package func tanh() throws -> Variable { try map(.tanh) }
    package func sigmoid() throws -> Variable { try map(.sigmoid) }
    package func relu() throws -> Variable { try map(.relu) }
    /// Returns `x * P(x)` with the normal distribution's P: the exact form, through `erf`.
    ///
    /// - Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
    package func gelu() throws -> Variable { try map(.gelu) }
    package func erf() throws -> Variable { try map(.erf) }
    package func square() throws -> Variable { try map(.square) }

    /// Returns `x` where it is positive and `slope * x` elsewhere.
    package func leakyRelu(slope: Double = 0.01) throws -> Variable { try map(.leakyRelu(slope: slope)) }

    /// Returns half the squares of what is at most `delta` from 0, and `delta * (|x| - delta / 2)` beyond.
    package func huber(delta: Double) throws -> Variable { try map(.huber(delta: delta)) }

    /// Returns `scale * x` where it is positive and `scale * alpha * (exp(x / width) - 1)` elsewhere.
    package func exponentialLinear(alpha: Double = 1, width: Double = 1, scale: Double = 1) throws -> Variable {
        let result = try map(.exponentialLinear(alpha: alpha, width: width))
        return scale == 1 ? result : try result * scale
    }

    /// Returns `log(1 + exp(x))`, without overflow.
    package func softplus() throws -> Variable { try map(.softplus) }

    /// Returns `log(exp(a) + exp(b))` of each pair, without overflow.
    ///
    /// - Throws: `TensorError.broadcast`.
    package static func logAddExp(_ a: Variable, _ b: Variable) throws -> Variable {
        let spread = try maximum(a, b) + (-(a - b).abs()).softplus()
        // The difference of equal infinities is NaN.
        return try .select(Tensor.combine(.equal, a.value, b.value), maximum(a, b) + M_LN2, spread)
    }

    /// Returns the elements with those beyond the bounds replaced by them.
    ///
    /// - Throws: `TensorError.argument` where neither bound is given.
    package func clipped(min low: Double? = nil, max high: Double? = nil) throws -> Variable {
        try applying(Clip(low: low, high: high))
    }

    /// Returns the elements of `a` where the condition is not 0, and those of `b` elsewhere; all three broadcast.
    ///
    /// - Throws: `TensorError.broadcast`.
    package static func select(_ condition: Tensor, _ a: Variable, _ b: Variable) throws -> Variable {
        guard a.isTracked || b.isTracked || a.keepsAll || b.keepsAll else {
            let count = Swift.max(condition.count, a.count, b.count)
            return Variable(try Recording.stopping(count) { try Tensor.select(condition, a.value, b.value) })
                .keepingOrigin(of: a).keepingOrigin(of: b)
        }
        return try apply(Select(condition: condition), [a, b])
    }
}
