import TensorCore

/// Which norm: of vectors along an axis, or of matrices.
package enum NormOrder: Equatable, Sendable {
    case number(Double)
    case frobenius
    /// The sum of the singular values.
    case nuclear
}

extension Variable {
    /// Returns norms of vectors, sum(|x|^order)^(1/order): of 0 how many elements are not 0, of inf and -inf the greatest and
    /// the least. The gradient is 0 where the norm is 0.
    package func vectorNorm(_ order: Double, axes: [Int]?, keepDims: Bool) throws -> Variable {
        switch order {
        case 2: return try norm(axes: axes, keepDims: keepDims)
        case 1: return try abs().sum(axes: axes, keepDims: keepDims)
        case .infinity: return try abs().max(axes: axes, keepDims: keepDims)
        case -.infinity: return try abs().min(axes: axes, keepDims: keepDims)
        case 0:
            let counts = try value.combined(.notEqual, with: 0).reduced(.sum, axes: axes, keepDims: keepDims)
            return Variable(try counts.cast(to: dtype))
        default:
            // Divided by the greatest first, so that no power overflows.
            let sizes = try abs()
            guard count > 0 else { return try sizes.sum(axes: axes, keepDims: keepDims) }
            let greatest = try sizes.value.reduced(.max, axes: axes, keepDims: true)
            let isPlain = try Tensor.combine(
                .logicalOr, greatest.combined(.equal, with: 0), greatest.combined(.equal, with: .infinity))
            let scale = Variable(try Tensor.select(isPlain, .scalar(1, dtype: dtype), greatest))
            let sums = try (sizes / scale).power(order).sum(axes: axes, keepDims: true)
            let isZero = try sums.value.combined(.equal, with: 0)
            let safe = try Variable.select(isZero, Variable(.scalar(1, dtype: dtype)), sums)
            let result = try (safe.power(1 / order) * scale).where(isZero.map(.logicalNot))
            return keepDims ? result : try result.reshape(sizes.value.reduced(.max, axes: axes, keepDims: false).shape)
        }
    }

    /// Returns the distances of the rows of two tensors, `[..., m, size]` and `[..., n, size]` -> `[..., m, n]`, whose
    /// leading axes broadcast: sum(|a - b|^order)^(1/order). The gradient is 0 where the distance is 0.
    package static func distances(_ a: Variable, _ b: Variable, order: Double) throws -> Variable {
        // Where all is kept it is to be written in another format, which has the parts.
        guard order == 2, !a.keepsAll, !b.keepsAll else {
            return try (a.unsqueeze(-2) - b.unsqueeze(-3)).vectorNorm(order, axes: [-1], keepDims: false)
        }
        let dtype = DType.promoted(a.dtype, b.dtype).fraction
        let lead = try Tensor.broadcastShape("cdist", Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
        let operands = try [a, b].map { x in
            try x.cast(to: dtype).broadcast(to: lead + x.shape.suffix(2))
        }
        return try .apply(Distances(), operands)
    }

    /// Returns norms of the matrices of two axes: 2 and -2 are the greatest and the least singular value, 1 and -1 the
    /// greatest and least sum of a column's sizes, inf and -inf of a row's; nil for another order.
    package func matrixNorm(_ order: NormOrder, rows: Int, columns: Int, keepDims: Bool) throws -> Variable? {
        let result: Variable
        switch order {
        case .frobenius: return try norm(axes: [rows, columns], keepDims: keepDims)
        case .nuclear: result = try matrices(rows, columns).singularValues().sum(axes: [-1])
        case .number(2): result = try matrices(rows, columns).singularValues().max(axes: [-1])
        case .number(-2): result = try matrices(rows, columns).singularValues().min(axes: [-1])
        case .number(1): result = try matrices(rows, columns).abs().sum(axes: [-2]).max(axes: [-1])
        case .number(-1): result = try matrices(rows, columns).abs().sum(axes: [-2]).min(axes: [-1])
        case .number(.infinity): result = try matrices(rows, columns).abs().sum(axes: [-1]).max(axes: [-1])
        case .number(-.infinity): result = try matrices(rows, columns).abs().sum(axes: [-1]).min(axes: [-1])
        default: return nil
        }
        guard keepDims else { return result }
        var kept = shape
        for axis in [rows, columns] { kept[try place(of: axis, operation: "norm")] = 1 }
        return try result.reshape(kept)
    }

    /// The tensor with two axes as its last.
    private func matrices(_ rows: Int, _ columns: Int) throws -> Variable {
        let (first, second) = (try place(of: rows, operation: "norm"), try place(of: columns, operation: "norm"))
        guard first != second else {
            throw TensorError.argument(operation: "norm", name: "axis", reason: "names one axis twice")
        }
        return try permute((0..<rank).filter { $0 != first && $0 != second } + [first, second])
    }

    /// Returns the condition: the norm of each matrix times that of its inverse, inf for singular ones.
    package func condition(_ order: NormOrder) throws -> Variable? {
        guard rank >= 2 else {
            throw TensorError.shape(operation: "cond", expected: "matrices [..., m, n]", actual: shape)
        }
        guard count > 0 else { throw TensorError.emptyReduction(operation: "cond") }
        if case .number(let p) = order, Swift.abs(p) == 2 {
            let values = try singularValues()
            let (greatest, least) = (try values.max(axes: [-1]), try values.min(axes: [-1]))
            return p > 0 ? try greatest / least : try least / greatest
        }
        do {
            guard let own = try matrixNorm(order, rows: -2, columns: -1, keepDims: false) else { return nil }
            return try inverse().matrixNorm(order, rows: -2, columns: -1, keepDims: false).map { try own * $0 }
        } catch LinearAlgebraError.singular where rank == 2 {
            return Variable(try .scalar(.infinity, dtype: dtype))
        }
    }

    /// Returns the blocks of one tensor, each a copy of another times an element: NumPy's `kron`.
    package static func kronecker(_ a: Variable, _ b: Variable) throws -> Variable {
        let rank = Swift.max(a.rank, b.rank)
        let left = [Int](repeating: 1, count: rank - a.rank) + a.shape
        let right = [Int](repeating: 1, count: rank - b.rank) + b.shape
        let product =
            try a.reshape(left.flatMap { [$0, 1] }) * b.reshape(right.flatMap { [1, $0] })
        return try product.reshape(zip(left, right).map { $0 * $1 })
    }
}
