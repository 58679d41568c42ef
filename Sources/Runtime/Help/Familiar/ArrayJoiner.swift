import Autograd
import TensorCore

/// NumPy's `np.c_[a, b]` and `np.r_[0:3, 7]`, which join what stands in the brackets to columns or to a vector.
package final class ArrayJoiner: RuntimeObject {
    private let name: String

    private var makesColumns: Bool { name == "np.c_" }

    static let names: Set<String> = ["np.c_", "np.r_"]

    init(_ name: String) { self.name = name }

    package override var kindName: String { "joiner of arrays" }
    package override var shortText: String { name }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        let parts = try Operands.tensors(subscripts.map { .tensor(try part($0)) }).compactMap { $0 }
        return .tensor(try Variable.concat(parts, axis: makesColumns ? 1 : 0))
    }

    private func part(_ place: Subscript) throws -> Variable {
        switch place {
        case .value(let value):
            guard let tensor = try value.asVariable(plain: .float64) else {
                throw Failure("`\(name)` joins numbers and tensors, not \(value.kindWithArticle)")
            }
            return try shaped(tensor)
        case .slice(let start, let stop, let step):
            guard let stop else {
                throw Failure("a range in `\(name)` needs its end", help: "such as `\(name)[0:3]`")
            }
            return try shaped(
                Variable(
                    try Tensor.arange(Double(start ?? 0), Double(stop), step: Double(step), dtype: .int64)))
        case .ellipsis: throw Failure("`\(name)` has no use for `...`")
        }
    }

    private func shaped(_ tensor: Variable) throws -> Variable {
        let vector = tensor.rank == 0 ? try tensor.reshape([1]) : tensor
        return makesColumns && vector.rank == 1 ? try vector.unsqueeze(1) : vector
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        "\(name)[a, b] joins " + (makesColumns ? "columns" : "vectors")
    }
}
