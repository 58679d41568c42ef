import Glibc
import TensorCore

/// How a layer's weight starts where it is not to start as PyTorch's does.
///
/// The fans are those of PyTorch's `init`: of a weight `[O, I, k...]` the fan-in is `I * k...` and the fan-out `O * k...`.
package enum WeightInitializer: Equatable, Sendable {
    /// Normal with deviation `sqrt(2 / fanIn)`, or uniform with that deviation. He et al. 2015, arXiv:1502.01852.
    case kaiming(isNormal: Bool)
    /// Deviation `sqrt(2 / (fanIn + fanOut))`. Glorot and Bengio 2010.
    case xavier(isNormal: Bool)
    /// Rows, or columns where these are fewer, that are orthogonal to each other and of length 1. Saxe et al. 2013,
    /// arXiv:1312.6120.
    case orthogonal
    case normal(deviation: Double)
    case uniform(bound: Double)
    case constant(Double)
    case made(WeightFunction)

    package static let names = [
        "kaiming", "kaiming_normal", "kaiming_uniform", "xavier", "xavier_uniform", "xavier_normal", "orthogonal",
        "normal", "uniform", "zeros", "ones",
    ]

    /// The rule of a name; `nil` for any other.
    package init?(name: String) {
        switch name {
        case "kaiming", "kaiming_normal": self = .kaiming(isNormal: true)
        case "kaiming_uniform": self = .kaiming(isNormal: false)
        case "xavier", "xavier_uniform": self = .xavier(isNormal: false)
        case "xavier_normal": self = .xavier(isNormal: true)
        case "orthogonal": self = .orthogonal
        case "normal": self = .normal(deviation: 1)
        case "uniform": self = .uniform(bound: 1)
        case "zeros": self = .constant(0)
        case "ones": self = .constant(1)
        default: return nil
        }
    }

    /// ` init="kaiming"`, as it stands after other settings.
    var settingText: String {
        switch self {
        case .kaiming(let isNormal): " init=\"kaiming\(isNormal ? "" : "_uniform")\""
        case .xavier(let isNormal): " init=\"xavier\(isNormal ? "_normal" : "")\""
        case .orthogonal: " init=\"orthogonal\""
        case .normal(let deviation): " init={kind=\"normal\", std=\(numberText(deviation))}"
        case .uniform(let bound): " init={kind=\"uniform\", bound=\(numberText(bound))}"
        case .constant(let value): " init=\(numberText(value))"
        case .made(let function): " init=\(function.text)"
        }
    }

    func distribution(of shape: [Int]) -> InitialDistribution {
        let places = SizeArithmetic.product(shape.dropFirst(2))
        let fanIn = Double(max(shape.count > 1 ? shape[1] : shape.first ?? 1, 1)) * Double(places)
        let fanOut = Double(max(shape.first ?? 1, 1)) * Double(places)
        func drawn(_ deviation: Double, isNormal: Bool) -> InitialDistribution {
            isNormal ? .gaussian(deviation: deviation) : .uniform(bound: 3.0.squareRoot() * deviation)
        }
        switch self {
        case .kaiming(let isNormal): return drawn((2 / fanIn).squareRoot(), isNormal: isNormal)
        case .xavier(let isNormal): return drawn((2 / (fanIn + fanOut)).squareRoot(), isNormal: isNormal)
        case .orthogonal: return .orthogonal
        case .normal(let deviation): return .gaussian(deviation: deviation)
        case .uniform(let bound): return .uniform(bound: bound)
        case .constant(let value): return .constant(value)
        case .made(let function): return .made(function)
        }
    }
}

/// A function that makes the first values of a weight from its shape.
package final class WeightFunction: Equatable, @unchecked Sendable {
    package let text: String
    let make: ([Int]) throws -> Tensor

    /// - Parameters:
    ///   - text: As scripts write it.
    ///   - make: Gives a tensor of the shape that it is called with.
    package init(text: String, _ make: @escaping ([Int]) throws -> Tensor) {
        self.text = text
        self.make = make
    }

    package static func == (a: WeightFunction, b: WeightFunction) -> Bool { a === b }
}

extension Tensor {
    /// Returns a matrix with orthogonal rows or columns of length 1, whichever are fewer; further axes count as columns.
    ///
    /// Made from a normal one by the method of Gram and Schmidt, twice for each vector, in double precision.
    ///
    /// - Throws: `InterruptError`; `TensorError.outOfMemory`.
    static func orthogonal(_ shape: [Int], dtype: DType, key: RandomKey) throws -> Tensor {
        let rows = shape.first ?? 1
        let columns = SizeArithmetic.product(shape.dropFirst())
        let (count, length) = (min(rows, columns), max(rows, columns))
        let drawn = try Tensor.normal([count, length], mean: 0, std: 1, dtype: .float64, key: key)
        var values = drawn.doubles()
        for i in 0..<count {
            if Interrupt.isRequested { throw InterruptError() }
            let row = i * length
            for _ in 0..<2 {
                for j in 0..<i {
                    let other = j * length
                    var product = 0.0
                    for k in 0..<length { product += values[row + k] * values[other + k] }
                    for k in 0..<length { values[row + k] -= product * values[other + k] }
                }
            }
            var square = 0.0
            for k in 0..<length { square += values[row + k] * values[row + k] }
            let scale = 1 / square.squareRoot()
            for k in 0..<length { values[row + k] *= scale }
        }
        let result = try Tensor(values, shape: [count, length])
        return try (rows <= columns ? result : result.permute([1, 0]).contiguous()).reshape(shape).cast(to: dtype)
    }
}
