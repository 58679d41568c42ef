/// The type of a tensor's elements.
package enum DType: UInt8, CaseIterable, Sendable {
    case bool
    case uint8
    case int64
    case float32
    case float64

    /// Bytes an element takes.
    package var size: Int {
        switch self {
        case .bool, .uint8: 1
        case .float32: 4
        case .int64, .float64: 8
        }
    }

    package var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// The name that scripts, NumPy and PyTorch use.
    package var name: String {
        switch self {
        case .bool: "bool"
        case .uint8: "uint8"
        case .int64: "int64"
        case .float32: "float32"
        case .float64: "float64"
        }
    }

    package init?(name: String) {
        guard let match = DType.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// The type that holds the results of an operation on two tensors, as in PyTorch: the later of the
    /// two in `bool, uint8, int64, float32, float64`.
    package static func promoted(_ a: DType, _ b: DType) -> DType {
        a.rawValue >= b.rawValue ? a : b
    }

    /// The type that an operation is done in, where tensor elements of this type meet plain numbers: this one, unless a
    /// number does not fit. Beside whole numbers a fraction makes float32, and what uint8 or bool do not hold int64.
    package func meeting(_ numbers: some Sequence<Double>) -> DType {
        if isFloatingPoint { return self }
        var result = self == .bool ? .int64 : self
        for number in numbers {
            guard number.rounded(.towardZero) == number && abs(number) < 0x1p63 else { return .float32 }
            if result == .uint8 && !(0...255).contains(number) { result = .int64 }
        }
        return result
    }

    package func meeting(_ number: Double) -> DType { meeting(CollectionOfOne(number)) }

    /// The type of elements among which a number is put: this one where it holds the number.
    package func holding(_ number: Double) -> DType {
        self == .bool && (number == 0 || number == 1) ? .bool : meeting(number)
    }

    /// The type of results that are fractions: this one, or float32 for whole numbers.
    package var fraction: DType { isFloatingPoint ? self : .float32 }
}
