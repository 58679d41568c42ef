extension Tensor {
    /// Returns numbers drawn uniformly from `low ..< high`.
    ///
    ///     try Tensor.uniform([2, 3], low: -1, high: 1, key: RandomKey(seed: 42))   // [2, 3]
    ///
    /// - Throws: `TensorError` `.argument` for bounds that are no finite range, `.dtype` for a type that is not floating
    ///   point, `.outOfMemory`.
    package static func uniform(
        _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32, key: RandomKey
    ) throws -> Tensor {
        guard low <= high, (high - low).isFinite else {
            throw TensorError.argument(
                operation: "rand", name: "range", reason: "goes from \(numberText(low)) to \(numberText(high))")
        }
        try checkIsFloating("rand", dtype)
        let result = try empty(shape, dtype: dtype)
        Philox.fillUniform(result, low: low, high: high, key)
        return result
    }

    /// Returns numbers drawn from a normal distribution.
    ///
    /// - Parameters:
    ///   - mean: Its mean.
    ///   - std: Its standard deviation, at least 0.
    /// - Throws: `TensorError` `.argument` for a standard deviation below 0, `.dtype` for a type that is not floating
    ///   point, `.outOfMemory`.
    package static func normal(
        _ shape: [Int], mean: Double = 0, std: Double = 1, dtype: DType = .float32, key: RandomKey
    ) throws -> Tensor {
        guard std >= 0 else {
            throw TensorError.argument(
                operation: "randn", name: "std", reason: "is \(numberText(std)), and must be at least 0")
        }
        try checkIsFloating("randn", dtype)
        let result = try empty(shape, dtype: dtype)
        Philox.fillNormal(result, mean: mean, deviation: std, key)
        return result
    }

    /// Returns whole numbers (int64) drawn uniformly from `low ..< high`.
    ///
    /// - Throws: `TensorError` `.argument` if the range is empty, `.outOfMemory`.
    package static func randomIntegers(_ shape: [Int], low: Int = 0, high: Int, key: RandomKey) throws -> Tensor {
        guard low < high else {
            throw TensorError.argument(
                operation: "randint", name: "high", reason: "is \(high), and must be above low, which is \(low)")
        }
        let result = try empty(shape, dtype: .int64)
        Philox.fillIntegers(result, low: low, high: high, key)
        return result
    }

    /// Returns 0 ..< `n` in random order.
    ///
    /// - Throws: `TensorError` `.argument` for a negative count, `.outOfMemory`.
    /// - Source: Fisher and Yates, in Durstenfeld's form, 1964, doi:10.1145/364520.364540.
    package static func permutation(_ n: Int, key: RandomKey) throws -> [Int] {
        guard n >= 0 else {
            throw TensorError.argument(operation: "permutation", name: "n", reason: "is \(n), and must be at least 0")
        }
        return try Interrupt.stopping { try Philox.permutation(try empty([n], dtype: .int64), key) }
    }

    /// Returns a float32 mask: each element 1 with probability `keep` (or `1 / keep`, if it is to `scale`), else 0.
    ///
    /// - Throws: `TensorError` `.argument` for a probability outside 0 ... 1, `.outOfMemory`.
    package static func bernoulliMask(
        _ shape: [Int], keep: Double, scale: Bool, dtype: DType = .float32, key: RandomKey
    ) throws -> Tensor {
        guard keep >= 0, keep <= 1 else {
            throw TensorError.argument(
                operation: "dropout", name: "keep", reason: "is \(numberText(keep)), and must be from 0 to 1")
        }
        try checkIsFloating("dropout", dtype)
        let result = try empty(shape, dtype: .float32)
        Philox.fillMask(result, keep: keep, value: scale && keep > 0 ? 1 / keep : 1, key)
        return try result.cast(to: dtype)
    }

    /// Returns the elements times those of `bernoulliMask` with `scale`, for float32.
    ///
    /// - Throws: `TensorError` `.argument` for a probability outside 0 ... 1, `.dtype`, `.outOfMemory`.
    package func dropped(keep: Double, key: RandomKey) throws -> Tensor {
        guard keep >= 0, keep <= 1 else {
            throw TensorError.argument(
                operation: "dropout", name: "keep", reason: "is \(numberText(keep)), and must be from 0 to 1")
        }
        guard dtype == .float32 else {
            throw TensorError.dtype(operation: "dropout", expected: "float32", actual: dtype)
        }
        let result = try Tensor.empty(shape, dtype: .float32)
        Philox.drop(try contiguous(), into: result, keep: keep, value: keep > 0 ? 1 / keep : 1, key)
        return result
    }

    private static func checkIsFloating(_ operation: String, _ dtype: DType) throws {
        guard dtype.isFloatingPoint else {
            throw TensorError.dtype(operation: operation, expected: "float32 or float64", actual: dtype)
        }
    }
}
