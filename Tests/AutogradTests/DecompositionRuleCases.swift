import Autograd
import TensorCore

/// Matrices with a strong diagonal, so that nothing is near singular.
private func regular(_ shape: [Int], seed: UInt64 = 1) throws -> Tensor {
    let n = shape[shape.count - 1]
    let spread = try Tensor.arange(1, Double(n + 1), dtype: .float64)
    let diagonal = try Tensor.combine(.multiply, Tensor.eye(n, dtype: .float64), spread)
    return try Tensor.combine(.add, sample(shape, -0.4, 0.4, seed: seed), diagonal)
}

func decompositionCases(of operation: String) throws -> [RuleCase] {
    let square = try regular([3, 3])
    let batch = try regular([2, 2, 2])
    let (tall, wide) = (try sample([4, 3]), try sample([2, 4]))
    func symmetric(_ x: Variable) throws -> Variable { try (x + x.transpose(-1, -2)) * 0.5 }
    switch operation {
    case "inv":
        return [
            RuleCase("inv", [square]) { try $0[0].inverse() }, RuleCase("of a batch", [batch]) { try $0[0].inverse() },
        ]
    case "solve":
        return [
            RuleCase("solve", [square, try sample([3, 2])]) { try .solve($0[0], $0[1]) },
            RuleCase("a vector", [square, try sample([3])]) { try .solve($0[0], $0[1]) },
            RuleCase("a matrix for a batch", [square, try sample([2, 3, 1])]) { try .solve($0[0], $0[1]) },
            RuleCase("a batch for a matrix", [batch, try sample([2, 2])]) { try .solve($0[0], $0[1]) },
        ]
    case "det":
        let singular = try Tensor([1.0, 2, 3, 2, 4, 6, 0, 1, 5], shape: [3, 3])
        return [
            RuleCase("det", [square]) { try $0[0].determinant() },
            RuleCase("of a batch", [batch]) { try $0[0].determinant() },
            RuleCase("singular", [singular], order: 1) { try $0[0].determinant() },
            RuleCase("of rank 0", [try Tensor.zeros([2, 2], dtype: .float64)], order: 1) { try $0[0].determinant() },
        ]
    case "slogdet":
        return [
            RuleCase("slogdet", [square]) { try $0[0].signAndLogDeterminant().logarithm },
            RuleCase("of a batch", [batch]) { try $0[0].signAndLogDeterminant().logarithm },
        ]
    case "cholesky":
        return [
            RuleCase("cholesky", [square]) { try symmetric($0[0]).cholesky() },
            RuleCase("of a batch", [batch]) { try $0[0].matmul($0[0].transpose(-1, -2)).cholesky() },
        ]
    case "pinv":
        let outer = try (sample([4, 1]), sample([1, 3]))
        return [
            RuleCase("square", [square]) { try $0[0].pseudoInverse() },
            RuleCase("tall", [tall]) { try $0[0].pseudoInverse() },
            RuleCase("wide", [try sample([2, 2, 4])]) { try $0[0].pseudoInverse() },
            RuleCase("of rank 1", [outer.0, outer.1]) { try $0[0].matmul($0[1]).pseudoInverse() },
        ]
    case "eigh":
        return [
            RuleCase("values", [square]) { try symmetric($0[0]).eigh().values },
            RuleCase("vectors", [square]) { try symmetric($0[0]).eigh().vectors },
            RuleCase("of a batch", [batch]) { try symmetric($0[0]).eigh(isUpper: true).vectors.square() },
            RuleCase("values that coincide", [try Tensor.eye(2, dtype: .float64)], order: 1) {
                try symmetric($0[0]).eigh().values.sum()
            },
        ]
    case "svd":
        func product(_ x: Variable) throws -> Variable {
            let (u, s, vt) = try x.svd()
            return try (u * s.square().unsqueeze(-2)).matmul(vt)
        }
        return [
            RuleCase("values", [tall]) { try $0[0].singularValues() },
            RuleCase("left vectors", [tall]) { try $0[0].svd().u },
            RuleCase("right vectors", [wide]) { try $0[0].svd().vt },
            RuleCase("left vectors of a wide one", [wide]) { try $0[0].svd().u },
            RuleCase("right vectors of a tall one", [tall]) { try $0[0].svd().vt },
            RuleCase("square", [square]) { try product($0[0]) },
            RuleCase("of a batch", [try sample([2, 3, 2])]) { try product($0[0]) },
        ]
    case "qr":
        return [
            RuleCase("tall, Q", [tall]) { try $0[0].qr().q }, RuleCase("tall, R", [tall]) { try $0[0].qr().r },
            RuleCase("wide, Q", [wide]) { try $0[0].qr().q }, RuleCase("wide, R", [wide]) { try $0[0].qr().r },
            RuleCase("of a batch", [batch]) {
                let (q, r) = try $0[0].qr()
                return try q.square().matmul(r)
            },
        ]
    default: return []
    }
}
