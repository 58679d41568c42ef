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
}
