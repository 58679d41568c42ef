import Autograd
import TensorCore

/// NumPy's `np.c_[a, b]` and `np.r_[0:3, 7]`, which join what stands in the brackets to columns or to a vector, and
/// `np.mgrid[0:3, 0:2]` and `np.ogrid`, the places of a grid.
package final class ArrayJoiner: RuntimeObject {
    private let name: String

    private var makesColumns: Bool { name == "np.c_" }

    static let names: Set<String> = ["np.c_", "np.r_", "np.mgrid", "np.ogrid"]

    init(_ name: String) { self.name = name }

    package override var kindName: String { "joiner of arrays" }
    package override var shortText: String { name }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        if name == "np.mgrid" || name == "np.ogrid" { return try grid(subscripts) }
        let parts = try Operands.tensors(subscripts.map { .tensor(try part($0)) }).compactMap { $0 }
        return .tensor(try Variable.concat(parts, axis: makesColumns ? 1 : 0))
    }

    private func grid(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.allSatisfy(\.isSlice) else {
            throw Failure("`\(name)` takes ranges", help: "such as `\(name)[0:3, 0:2]`")
        }
        let vectors = try subscripts.map(part)
        guard vectors.count > 1 else { return .tensor(vectors[0]) }
        let open = try vectors.enumerated().map { axis, vector in
            var shape = [Int](repeating: 1, count: vectors.count)
            shape[axis] = vector.count
            return try vector.reshape(shape)
        }
        if name == "np.ogrid" { return .list(open.map { .tensor($0) }) }
        let shape = vectors.map(\.count)
        _ = try Tensor.checkedCount([vectors.count] + shape, operation: name)
        return .tensor(Variable(try Tensor.stack(open.map { try $0.value.broadcast(to: shape) }, axis: 0)))
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
        switch name {
        case "np.c_", "np.r_": "\(name)[a, b] joins " + (makesColumns ? "columns" : "vectors")
        default: "\(name)[0:3, 0:2] makes a grid"
        }
    }
}
