extension Tensor {
    /// Returns `softmax(scale * q k^T) v` of each head, `[N, Q, H, E]`, from queries `[N, Q, H, D]`.
    ///
    /// Where all places are hidden from a query, the result is 0.
    ///
    /// - Parameters:
    ///   - keys: `[N, K, H, D]`, of the same type: float32 or float64.
    ///   - values: `[N, K, H, E]`, of the same type.
    ///   - hidden: True where a place is hidden; broadcasts to `[N, H, Q, K]`.
    ///   - isCausal: Whether a query sees no place after its own.
    /// - Throws: `TensorError` `.matrixProduct`, `.broadcast`, `.dtype`, `.outOfMemory`, `.workMemory`.
    package func attention(
        _ keys: Tensor, _ values: Tensor, hidden: Tensor?, isCausal: Bool, scale: Double
    ) throws -> Tensor {
        let heads = try AttentionParts(self, keys, values, hidden: hidden)
        let result = try Tensor.empty([shape[0], shape[1], shape[2], values.shape[3]], dtype: dtype)
        if dtype == .float32 {
            heads.kernel(FloatVector.self, isCausal, scale).forward(into: .init(result))
        } else {
            heads.kernel(DoubleVector.self, isCausal, scale).forward(into: .init(result))
        }
        try MemoryRefusal.check()
        return result
    }

    /// Writes the gradients of `attention` by the queries, which this tensor is, the keys and the values.
    ///
    /// - Parameters:
    ///   - gradient: By the result, of its shape and type.
    ///   - gradients: Of the shapes and the type of the three, the last axis contiguous.
    /// - Throws: As `attention`.
    package func attentionGradients(
        _ keys: Tensor, _ values: Tensor, hidden: Tensor?, isCausal: Bool, scale: Double, from gradient: Tensor,
        into gradients: [Tensor]
    ) throws {
        let heads = try AttentionParts(self, keys, values, hidden: hidden)
        let gradient = try gradient.withContiguousRows()
        func run<V: GateVector>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
            heads.kernel(V.self, isCausal, scale).backward(
                .init(
                    output: .init(gradient), query: .init(gradients[0]), key: .init(gradients[1]),
                    value: .init(gradients[2])))
        }
        if dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
        try MemoryRefusal.check()
    }

    fileprivate func withContiguousRows() throws -> Tensor {
        strides.last == 1 || shape.last ?? 1 <= 1 ? self : try contiguous()
    }
}

/// The inputs of attention, checked.
private struct AttentionParts {
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let hidden: Tensor?

    init(_ query: Tensor, _ key: Tensor, _ value: Tensor, hidden: Tensor?) throws {
        guard query.dtype.isFloatingPoint, key.dtype == query.dtype, value.dtype == query.dtype else {
            throw TensorError.dtype(
                operation: "attention", expected: "float32 or float64, all the same",
                actual: query.dtype.isFloatingPoint ? (key.dtype == query.dtype ? value.dtype : key.dtype) : query.dtype
            )
        }
        let shapes = [query.shape, key.shape, value.shape]
        guard shapes.allSatisfy({ $0.count == 4 && $0[0] == query.shape[0] && $0[2] == query.shape[2] }),
            query.shape[3] == key.shape[3]
        else { throw TensorError.matrixProduct(query.shape, key.shape) }
        guard value.shape[1] == key.shape[1] else { throw TensorError.matrixProduct(key.shape, value.shape) }
        self.query = try query.withContiguousRows()
        self.key = try key.withContiguousRows()
        self.value = try value.withContiguousRows()
        self.hidden = try hidden.map {
            try ($0.dtype == .bool ? $0 : $0.cast(to: .bool))
                .broadcast(to: [query.shape[0], query.shape[2], query.shape[1], key.shape[1]])
        }
    }

    func kernel<V: GateVector>(_: V.Type, _ isCausal: Bool, _ scale: Double) -> AttentionHeads<V>
    where V.Scalar: BinaryFloatingPoint {
        AttentionHeads(query, key, value, hidden: hidden, isCausal: isCausal, scale: scale)
    }
}
