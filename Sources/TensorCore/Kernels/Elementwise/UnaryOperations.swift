import CSimd
import Glibc

/// A function of each element: its name, the types that it takes and gives, and its loops.
///
/// Another function is an entry here and one in `ElementwiseOperation`.
package struct UnaryOperation: Sendable {
    /// How the type of results follows from that of operands.
    enum Types {
        /// Numbers give numbers of their type, and bool int64.
        case numbers
        /// Whole numbers give float32.
        case fractions
        /// All give bool.
        case predicate
        /// All are taken as bool.
        case logic
    }

    /// The name that scripts use.
    package let name: String
    let types: Types
    let float32: Loop
    let float64: Loop
    let int64: Loop?
    let uint8: Loop?
    let bool: Loop?
    /// For the functions that backward passes meet most.
    let slope: Slope?

    private init(
        _ name: String, _ types: Types = .fractions, float32: @escaping Loop, float64: @escaping Loop,
        int64: Loop? = nil, uint8: Loop? = nil, bool: Loop? = nil, slope: Slope? = nil
    ) {
        self.name = name
        self.types = types
        self.float32 = float32
        self.float64 = float64
        self.int64 = int64
        self.uint8 = uint8
        self.bool = bool
        self.slope = slope
    }

    /// Whether results are numbers, and not truth values.
    package var givesNumbers: Bool { types == .numbers || types == .fractions }

    package static let all: [UnaryOperation] = [
        negate, abs, sign, square, reciprocal, relu, floor, ceil, trunc, round, exp, exp2, expm1, log, log1p, log2,
        log10,
        sqrt, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, sigmoid, softplus, gelu, erf,
        erfc, silu, mish, logSigmoid, softsign, relu6, hardSigmoid, hardSwish, logicalNot, isNaN, isFinite, isInfinite,
    ]

    // MARK: Of numbers

    package static let negate = UnaryOperation(
        "negate", .numbers, float32: { $0.each { (x: Float) in -x } }, float64: { $0.each { (x: Double) in -x } },
        int64: { $0.each { (x: Int64) in 0 &- x } }, uint8: { $0.each { (x: UInt8) in 0 &- x } })
    package static let abs = UnaryOperation(
        "abs", .numbers, float32: { $0.each { (x: Float) in x.magnitude } },
        float64: { $0.each { (x: Double) in x.magnitude } },
        int64: { $0.each { (x: Int64) in x < 0 ? 0 &- x : x } }, uint8: { $0.each { (x: UInt8) in x } })
    package static let sign = UnaryOperation(
        "sign", .numbers, float32: { $0.each { (x: Float) in x > 0 ? 1 : x < 0 ? -1 : x * 0 } },
        float64: { $0.each { (x: Double) in x > 0 ? 1 : x < 0 ? -1 : x * 0 } },
        int64: { $0.each { (x: Int64) in x.signum() } }, uint8: { $0.each { (x: UInt8) in x.signum() } })
    package static let square = UnaryOperation(
        "square", .numbers, float32: { $0.each { (x: Float) in x * x } }, float64: { $0.each { (x: Double) in x * x } },
        int64: { $0.each { (x: Int64) in x &* x } }, uint8: { $0.each { (x: UInt8) in x &* x } },
        slope: Slope(
            isOfResult: false, float32: { $0.each { (g: Float, x: Float) in g * (x * 2) } },
            float64: { $0.each { (g: Double, x: Double) in g * (x * 2) } }))
    package static let relu = UnaryOperation(
        "relu", .numbers, float32: { $0.each { (x: Float) in x < 0 ? 0 : x } },
        float64: { $0.each { (x: Double) in x < 0 ? 0 : x } },
        int64: { $0.each { (x: Int64) in x < 0 ? 0 : x } }, uint8: { $0.each { (x: UInt8) in x } },
        slope: Slope(
            isOfResult: true, float32: { $0.each { (g: Float, y: Float) in y > 0 ? g : 0 } },
            float64: { $0.each { (g: Double, y: Double) in y > 0 ? g : 0 } }))
    package static let relu6 = UnaryOperation(
        "relu6", .numbers, float32: { $0.each { (x: Float) in x < 0 ? 0 : x > 6 ? 6 : x } },
        float64: { $0.each { (x: Double) in x < 0 ? 0 : x > 6 ? 6 : x } },
        int64: { $0.each { (x: Int64) in x < 0 ? 0 : x > 6 ? 6 : x } },
        uint8: { $0.each { (x: UInt8) in x > 6 ? 6 : x } },
        slope: Slope(
            isOfResult: true, float32: { $0.each { (g: Float, y: Float) in y > 0 && y < 6 ? g : 0 } },
            float64: { $0.each { (g: Double, y: Double) in y > 0 && y < 6 ? g : 0 } }))
    package static let floor = UnaryOperation(
        "floor", .numbers, float32: { $0.each { (x: Float) in x.rounded(.down) } },
        float64: { $0.each { (x: Double) in x.rounded(.down) } },
        int64: { $0.each { (x: Int64) in x } }, uint8: { $0.each { (x: UInt8) in x } })
    package static let ceil = UnaryOperation(
        "ceil", .numbers, float32: { $0.each { (x: Float) in x.rounded(.up) } },
        float64: { $0.each { (x: Double) in x.rounded(.up) } },
        int64: { $0.each { (x: Int64) in x } }, uint8: { $0.each { (x: UInt8) in x } })
    package static let trunc = UnaryOperation(
        "trunc", .numbers, float32: { $0.each { (x: Float) in x.rounded(.towardZero) } },
        float64: { $0.each { (x: Double) in x.rounded(.towardZero) } },
        int64: { $0.each { (x: Int64) in x } }, uint8: { $0.each { (x: UInt8) in x } })
    package static let round = UnaryOperation(
        "round", .numbers, float32: { $0.each { (x: Float) in x.rounded(.toNearestOrEven) } },
        float64: { $0.each { (x: Double) in x.rounded(.toNearestOrEven) } },
        int64: { $0.each { (x: Int64) in x } }, uint8: { $0.each { (x: UInt8) in x } })

    // MARK: Of fractions

    package static let reciprocal = UnaryOperation(
        "reciprocal", float32: { $0.each { (x: Float) in 1 / x } }, float64: { $0.each { (x: Double) in 1 / x } })
    package static let sqrt = UnaryOperation(
        "sqrt", float32: { $0.vectors { csimd_sqrt($0) } }, float64: { $0.each { (x: Double) in x.squareRoot() } })
    package static let exp = UnaryOperation(
        "exp", float32: { $0.vectors { csimd_exp($0) } }, float64: { $0.each { Glibc.exp($0) as Double } })
    package static let exp2 = UnaryOperation(
        "exp2", float32: { $0.vectors { csimd_exp2($0) } }, float64: { $0.each { Glibc.exp2($0) as Double } })
    package static let expm1 = UnaryOperation(
        "expm1", float32: { $0.vectors { csimd_expm1($0) } }, float64: { $0.each { Glibc.expm1($0) as Double } })
    package static let log = UnaryOperation(
        "log", float32: { $0.vectors { csimd_log($0) } }, float64: { $0.each { Glibc.log($0) as Double } })
    package static let log1p = UnaryOperation(
        "log1p", float32: { $0.vectors { csimd_log1p($0) } }, float64: { $0.each { Glibc.log1p($0) as Double } })
    package static let log2 = UnaryOperation(
        "log2", float32: { $0.vectors { csimd_log2($0) } }, float64: { $0.each { Glibc.log2($0) as Double } })
    package static let log10 = UnaryOperation(
        "log10", float32: { $0.vectors { csimd_log10($0) } }, float64: { $0.each { Glibc.log10($0) as Double } })
    package static let sin = UnaryOperation(
        "sin", float32: { $0.vectors { csimd_sin($0) } }, float64: { $0.each { Glibc.sin($0) as Double } },
        slope: Slope(
            isOfResult: false, float32: { $0.vectors { g, x in g * csimd_cos(x) } },
            float64: { $0.each { (g: Double, x: Double) in g * Glibc.cos(x) } }))
    package static let cos = UnaryOperation(
        "cos", float32: { $0.vectors { csimd_cos($0) } }, float64: { $0.each { Glibc.cos($0) as Double } },
        slope: Slope(
            isOfResult: false, float32: { $0.vectors { g, x in -(g * csimd_sin(x)) } },
            float64: { $0.each { (g: Double, x: Double) in -(g * Glibc.sin(x)) } }))
    package static let tan = UnaryOperation(
        "tan", float32: { $0.vectors { csimd_tan($0) } }, float64: { $0.each { Glibc.tan($0) as Double } })
    package static let asin = UnaryOperation(
        "asin", float32: { $0.vectors { csimd_asin($0) } }, float64: { $0.each { Glibc.asin($0) as Double } })
    package static let acos = UnaryOperation(
        "acos", float32: { $0.vectors { csimd_acos($0) } }, float64: { $0.each { Glibc.acos($0) as Double } })
    package static let atan = UnaryOperation(
        "atan", float32: { $0.vectors { csimd_atan($0) } }, float64: { $0.each { Glibc.atan($0) as Double } })
    package static let sinh = UnaryOperation(
        "sinh", float32: { $0.vectors { csimd_sinh($0) } }, float64: { $0.each { Glibc.sinh($0) as Double } })
    package static let cosh = UnaryOperation(
        "cosh", float32: { $0.vectors { csimd_cosh($0) } }, float64: { $0.each { Glibc.cosh($0) as Double } })
    package static let tanh = UnaryOperation(
        "tanh", float32: { $0.vectors { csimd_tanh($0) } }, float64: { $0.each { Glibc.tanh($0) as Double } },
        slope: Slope(
            isOfResult: true, float32: { $0.each { (g: Float, y: Float) in g * (1 - y * y) } },
            float64: { $0.each { (g: Double, y: Double) in g * (1 - y * y) } }))
    package static let asinh = UnaryOperation(
        "asinh", float32: { $0.vectors { csimd_asinh($0) } }, float64: { $0.each { Glibc.asinh($0) as Double } })
    package static let acosh = UnaryOperation(
        "acosh", float32: { $0.vectors { csimd_acosh($0) } }, float64: { $0.each { Glibc.acosh($0) as Double } })
    package static let atanh = UnaryOperation(
        "atanh", float32: { $0.vectors { csimd_atanh($0) } }, float64: { $0.each { Glibc.atanh($0) as Double } })
    package static let sigmoid = UnaryOperation(
        "sigmoid", float32: { $0.vectors { csimd_sigmoid($0) } },
        float64: { $0.each { (x: Double) in 1 / (1 + Glibc.exp(-x)) } },
        slope: Slope(
            isOfResult: true, float32: { $0.each { (g: Float, y: Float) in g * (y * (1 - y)) } },
            float64: { $0.each { (g: Double, y: Double) in g * (y * (1 - y)) } }))
    package static let softplus = UnaryOperation(
        "softplus", float32: { $0.vectors { csimd_softplus($0) } },
        float64: { $0.each { (x: Double) in (x < 0 ? 0 : x) + Glibc.log1p(Glibc.exp(-x.magnitude)) } },
        slope: Slope(
            isOfResult: false, float32: { $0.vectors { g, x in g * csimd_sigmoid(x) } },
            float64: { $0.each { (g: Double, x: Double) in g * (1 / (1 + Glibc.exp(-x))) } }))
    package static let erf = UnaryOperation(
        "erf", float32: { $0.vectors { csimd_erf($0) } }, float64: { $0.each { Glibc.erf($0) as Double } })
    package static let erfc = UnaryOperation(
        "erfc", float32: { $0.each { (x: Float) in Glibc.erfcf(x) } },
        float64: { $0.each { (x: Double) in Glibc.erfc(x) } })
    package static let gelu = UnaryOperation(
        "gelu", float32: { $0.vectors { csimd_gelu($0) } },
        float64: { $0.each { (x: Double) in 0.5 * x * (1 + Glibc.erf(x * 0.5.squareRoot())) } },
        slope: Slope(
            isOfResult: false, float32: { $0.vectors { g, x in g * csimd_gelu_slope(x) } },
            float64: {
                $0.each { (g: Double, x: Double) in
                    let cumulative = (Glibc.erf(x * 0.5.squareRoot()) + 1) * 0.5
                    return g * (cumulative + x * Glibc.exp(x * x * -0.5) / (2 * Double.pi).squareRoot())
                }
            }))

    package static let silu = UnaryOperation(
        "silu", float32: { $0.vectors { $0 * csimd_sigmoid($0) } },
        float64: { $0.each { (x: Double) in x / (1 + Glibc.exp(-x)) } },
        slope: Slope(
            isOfResult: false,
            float32: {
                $0.vectors { g, x in
                    let s = csimd_sigmoid(x)
                    return g * (s * (x * (1 - s) + 1))
                }
            },
            float64: {
                $0.each { (g: Double, x: Double) in
                    let s = 1 / (1 + Glibc.exp(-x))
                    return g * (s * (x * (1 - s) + 1))
                }
            }))
    /// `tanh(softplus(x))` is `n / (n + 2)` with `n = e * (e + 2)` and `e = exp(x)`, and 1 where that would overflow.
    package static let mish = UnaryOperation(
        "mish",
        float32: {
            $0.vectors { x in
                let e = csimd_exp(x.replacing(with: 20, where: x .> 20))
                let n = e * (e + 2)
                return x * (n / (n + 2))
            }
        },
        float64: {
            $0.each { (x: Double) in
                let e = Glibc.exp(x > 20 ? 20 : x)
                let n = e * (e + 2)
                return x * (n / (n + 2))
            }
        })
    package static let logSigmoid = UnaryOperation(
        "log_sigmoid", float32: { $0.vectors { -csimd_softplus(-$0) } },
        float64: { $0.each { (x: Double) in (x > 0 ? 0 : x) - Glibc.log1p(Glibc.exp(-x.magnitude)) } },
        slope: Slope(
            isOfResult: false, float32: { $0.vectors { g, x in g * csimd_sigmoid(-x) } },
            float64: { $0.each { (g: Double, x: Double) in g * (1 / (1 + Glibc.exp(x))) } }))
    package static let softsign = UnaryOperation(
        "softsign", float32: { $0.each { (x: Float) in x / (1 + x.magnitude) } },
        float64: { $0.each { (x: Double) in x / (1 + x.magnitude) } })
    package static let hardSigmoid = UnaryOperation(
        "hardsigmoid", float32: { $0.each { (x: Float) in x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6 } },
        float64: { $0.each { (x: Double) in x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6 } },
        slope: Slope(
            isOfResult: false, float32: { $0.each { (g: Float, x: Float) in x > -3 && x < 3 ? g / 6 : 0 } },
            float64: { $0.each { (g: Double, x: Double) in x > -3 && x < 3 ? g / 6 : 0 } }))
    package static let hardSwish = UnaryOperation(
        "hardswish", float32: { $0.each { (x: Float) in x <= -3 ? 0 : x >= 3 ? x : x * ((x + 3) / 6) } },
        float64: { $0.each { (x: Double) in x <= -3 ? 0 : x >= 3 ? x : x * ((x + 3) / 6) } },
        slope: Slope(
            isOfResult: false,
            float32: { $0.each { (g: Float, x: Float) in x >= 3 ? g : x > -3 ? g * (x / 3 + 0.5) : 0 } },
            float64: { $0.each { (g: Double, x: Double) in x >= 3 ? g : x > -3 ? g * (x / 3 + 0.5) : 0 } }))

    // MARK: With settings

    /// `x` above zero, `slope * x` elsewhere.
    package static func leakyRelu(slope: Double) -> UnaryOperation {
        let (narrow, wide) = (Float(slope), slope)
        return UnaryOperation(
            "leaky_relu", float32: { $0.each { (x: Float) in x > 0 ? x : x * narrow } },
            float64: { $0.each { (x: Double) in x > 0 ? x : x * wide } },
            slope: Slope(
                isOfResult: false, float32: { $0.each { (g: Float, x: Float) in x > 0 ? g : g * narrow } },
                float64: { $0.each { (g: Double, x: Double) in x > 0 ? g : g * wide } }))
    }

    /// `x` above zero, `alpha * (exp(x / width) - 1)` elsewhere.
    package static func exponentialLinear(alpha: Double, width: Double) -> UnaryOperation {
        let (narrowAlpha, narrowWidth) = (Float(alpha), Float(width))
        return UnaryOperation(
            "elu", float32: { $0.vectors { csimd_exponential_linear($0, narrowAlpha, narrowWidth) } },
            float64: { $0.each { (x: Double) in x > 0 ? x : Glibc.expm1((x > 0 ? 0 : x) / width) * alpha } },
            slope: Slope(
                isOfResult: false,
                float32: {
                    $0.vectors { g, x in g * csimd_exponential_linear_slope(x, narrowAlpha, narrowWidth) }
                },
                float64: {
                    $0.each { (g: Double, x: Double) in
                        x > 0 ? g : g * (Glibc.exp((x > 0 ? 0 : x) / width) * (alpha / width))
                    }
                }))
    }

    /// Half the square up to `delta`, and linear beyond.
    package static func huber(delta: Double) -> UnaryOperation {
        let (narrow, wide) = (Float(delta), delta)
        return UnaryOperation(
            "huber",
            float32: {
                $0.each { (x: Float) in
                    x.magnitude <= narrow ? x * x * 0.5 : (x.magnitude - narrow * 0.5) * narrow
                }
            },
            float64: {
                $0.each { (x: Double) in x.magnitude <= wide ? x * x * 0.5 : (x.magnitude - wide * 0.5) * wide }
            },
            slope: Slope(
                isOfResult: false,
                float32: { $0.each { (g: Float, x: Float) in g * (x > narrow ? narrow : x < -narrow ? -narrow : x) } },
                float64: { $0.each { (g: Double, x: Double) in g * (x > wide ? wide : x < -wide ? -wide : x) } }))
    }

    /// Elements cut off at bounds. The slope is 1 where nothing was cut off, bounds excluded, and 0 elsewhere.
    package static func clip(min low: Double?, max high: Double?) -> UnaryOperation {
        UnaryOperation(
            "clip", float32: clip(low.map { Float($0) }, high.map { Float($0) }), float64: clip(low, high),
            slope: Slope(
                isOfResult: false, float32: clipSlope(low.map { Float($0) }, high.map { Float($0) }),
                float64: clipSlope(low, high)))
    }

    private static func clip<Value: BinaryFloatingPoint & Sendable>(_ low: Value?, _ high: Value?) -> Loop {
        switch (low, high) {
        case (let low?, let high?):
            return {
                $0.each { (x: Value) in
                    let y = x > low || x != x ? x : low
                    return y < high || y != y ? y : high
                }
            }
        case (let low?, nil): return { $0.each { (x: Value) in x > low || x != x ? x : low } }
        case (nil, let high?): return { $0.each { (x: Value) in x < high || x != x ? x : high } }
        case (nil, nil): return { $0.each { (x: Value) in x } }
        }
    }

    private static func clipSlope<Value: BinaryFloatingPoint & Sendable>(
        _ low: Value?, _ high: Value?
    ) -> @Sendable (SlopeRun) -> Void {
        switch (low, high) {
        case (let low?, let high?): return { $0.each { (g: Value, x: Value) in x > low && x < high ? g : 0 } }
        case (let low?, nil): return { $0.each { (g: Value, x: Value) in x > low ? g : 0 } }
        case (nil, let high?): return { $0.each { (g: Value, x: Value) in x < high ? g : 0 } }
        case (nil, nil): return { $0.each { (g: Value, x: Value) in g } }
        }
    }

    /// Powers that have a loop of their own; nil for the others.
    package static func power(_ exponent: Double) -> UnaryOperation? {
        switch exponent {
        case 2: return square
        case -1: return reciprocal
        case 0.5:
            return UnaryOperation(
                "power", float32: { $0.vectors { csimd_half_power($0) } },
                float64: { $0.each { (x: Double) in x == -.infinity ? .infinity : (x + 0).squareRoot() } },
                slope: Slope(
                    isOfResult: true, float32: { $0.each { (g: Float, y: Float) in g * (0.5 / y) } },
                    float64: { $0.each { (g: Double, y: Double) in g * (0.5 / y) } }))
        case 3:
            return UnaryOperation(
                "power", float32: { $0.vectors { csimd_cube($0) } }, float64: { $0.each { (x: Double) in pow(x, 3) } },
                slope: Slope(
                    isOfResult: false, float32: { $0.vectors { g, x in g * (x * x * 3) } },
                    float64: { $0.each { (g: Double, x: Double) in g * (x * x * 3) } }))
        case let whole where whole.rounded() == whole && whole.magnitude <= 16 && whole != 0:
            let (n, narrow) = (Int32(whole), Float(whole))
            return UnaryOperation(
                "power", float32: { $0.vectors { csimd_whole_power($0, n) } },
                float64: { $0.each { (x: Double) in pow(x, whole) } },
                slope: Slope(
                    isOfResult: false,
                    float32: { $0.vectors { g, x in g * (csimd_whole_power(x, n - 1) * narrow) } },
                    float64: { $0.each { (g: Double, x: Double) in g * (pow(x, whole - 1) * whole) } }))
        default: return nil
        }
    }

    // MARK: Of truth

    package static let logicalNot = UnaryOperation(
        "not", .logic, float32: { $0.each { (x: Float) -> UInt8 in x == 0 ? 1 : 0 } },
        float64: { $0.each { (x: Double) -> UInt8 in x == 0 ? 1 : 0 } }, bool: { $0.each { (x: UInt8) in x ^ 1 } })
    package static let isNaN = UnaryOperation(
        "isnan", .predicate, float32: { $0.each { (x: Float) -> UInt8 in x != x ? 1 : 0 } },
        float64: { $0.each { (x: Double) -> UInt8 in x != x ? 1 : 0 } },
        int64: { $0.each { (_: Int64) -> UInt8 in 0 } }, uint8: { $0.each { (_: UInt8) -> UInt8 in 0 } },
        bool: { $0.each { (_: UInt8) -> UInt8 in 0 } })
    package static let isFinite = UnaryOperation(
        "isfinite", .predicate, float32: { $0.each { (x: Float) -> UInt8 in x.isFinite ? 1 : 0 } },
        float64: { $0.each { (x: Double) -> UInt8 in x.isFinite ? 1 : 0 } },
        int64: { $0.each { (_: Int64) -> UInt8 in 1 } }, uint8: { $0.each { (_: UInt8) -> UInt8 in 1 } },
        bool: { $0.each { (_: UInt8) -> UInt8 in 1 } })
    package static let isInfinite = UnaryOperation(
        "isinf", .predicate, float32: { $0.each { (x: Float) -> UInt8 in x.magnitude == .infinity ? 1 : 0 } },
        float64: { $0.each { (x: Double) -> UInt8 in x.magnitude == .infinity ? 1 : 0 } },
        int64: { $0.each { (_: Int64) -> UInt8 in 0 } }, uint8: { $0.each { (_: UInt8) -> UInt8 in 0 } },
        bool: { $0.each { (_: UInt8) -> UInt8 in 0 } })
}
