extension Tensor {
    /// The most axes a tensor can have.
    package static let maximumRank = 64

    private static let mostEmptyPlaces = 1 << 31

    /// Returns the number of elements of a shape.
    ///
    /// - Throws: `TensorError` `.argument` for a negative size, too many axes, or huge ones around nothing, `.outOfMemory` where the number of
    ///   bytes does not fit in an `Int`.
    package static func checkedCount(_ shape: [Int], operation: String = "tensor") throws -> Int {
        if shape.count > maximumRank {
            throw TensorError.argument(
                operation: operation, name: "shape", reason: "has \(shape.count) axes, and at most \(maximumRank) fit")
        }
        var count = 1
        // Sizes of 0 count as 1 here, so that strides of empty tensors cannot overflow either.
        var product = 1
        for size in shape {
            if size < 0 {
                throw TensorError.argument(
                    operation: operation, name: "shape", reason: "has a negative size: \(shape)")
            }
            count &*= size
            let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
            if overflow || next > Int.max / 16 { throw TensorError.outOfMemory(byteCount: .max) }
            product = next
        }
        // Work goes along the axes of a tensor without elements, too.
        guard count != 0 || product <= mostEmptyPlaces else {
            throw TensorError.argument(
                operation: operation, name: "shape",
                reason: "is \(shape): the axes of a tensor without elements have at most \(mostEmptyPlaces) places")
        }
        return count
    }

    /// Returns a contiguous tensor whose elements are whatever was in memory.
    ///
    /// - Throws: `TensorError` `.outOfMemory` where it does not fit in memory, `.argument` for a negative size.
    package static func empty(_ shape: [Int], dtype: DType) throws -> Tensor {
        try make(shape, dtype, zeroed: false)
    }

    /// Zeros that take no memory, in place of a value for which there was none.
    package static func placeholder(_ shape: [Int], dtype: DType) -> Tensor {
        Tensor(storage: Storage.zero, dtype: dtype, shape: shape, strides: shape.map { _ in 0 }, offset: 0)
    }

    /// A contiguous tensor of another tensor's shape; shares its shape and, where they fit, its strides.
    @inline(__always)
    static func empty(like other: Tensor, dtype: DType) throws -> Tensor {
        let storage = try Storage(byteCount: other.count * dtype.size, zeroed: false)
        let strides = other.isContiguous ? other.strides : rowMajorStrides(other.shape)
        return Tensor(storage: storage, dtype: dtype, shape: other.shape, strides: strides, offset: 0)
    }

    private static func make(_ shape: [Int], _ dtype: DType, zeroed: Bool) throws -> Tensor {
        let count = try checkedCount(shape)
        let storage = try Storage(byteCount: count * dtype.size, zeroed: zeroed)
        return Tensor(storage: storage, dtype: dtype, shape: shape, strides: rowMajorStrides(shape), offset: 0)
    }

    /// Returns a tensor of zeros.
    package static func zeros(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
        try make(shape, dtype, zeroed: true)
    }

    /// Returns a tensor of ones.
    package static func ones(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
        try full(shape, 1, dtype: dtype)
    }

    /// Returns a tensor whose elements all are `value`, cut to a whole number where the type asks for one.
    package static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32) throws -> Tensor {
        let result = try empty(shape, dtype: dtype)
        Copying.fill(result, with: value)
        return result
    }

    /// Returns a tensor of shape `[]`.
    package static func scalar(_ value: Double, dtype: DType = .float32) throws -> Tensor {
        let result = try empty([], dtype: dtype)
        ElementAccess.write(value, to: result, at: 0)
        return result
    }

    /// Returns an int64 tensor of shape `[]`.
    package static func scalar(whole value: Int) throws -> Tensor {
        try Tensor([value], shape: [])
    }

    /// Makes a float32 tensor from elements in row-major order; without a shape, of one axis.
    ///
    /// - Throws: `TensorError.elementCount` where the elements do not fill the shape.
    package init(_ values: [Float], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .float32)
    }

    /// Makes a float64 tensor from elements in row-major order; without a shape, of one axis.
    package init(_ values: [Double], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .float64)
    }

    /// Makes an int64 tensor from elements in row-major order; without a shape, of one axis.
    package init(_ values: [Int64], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .int64)
    }

    /// Makes an int64 tensor from elements in row-major order; without a shape, of one axis.
    package init(_ values: [Int], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .int64)
    }

    /// Makes a uint8 tensor from elements in row-major order; without a shape, of one axis.
    package init(_ values: [UInt8], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .uint8)
    }

    /// Makes a bool tensor from elements in row-major order; without a shape, of one axis.
    package init(_ values: [Bool], shape: [Int]? = nil) throws {
        self = try Tensor.filled(values, shape, .bool)
    }

    @inline(__always)
    private static func filled<Value>(_ values: [Value], _ shape: [Int]?, _ dtype: DType) throws -> Tensor {
        let shape = shape ?? [values.count]
        guard try checkedCount(shape) == values.count else {
            throw TensorError.elementCount(operation: "tensor", from: [values.count], to: shape)
        }
        let result = try empty(shape, dtype: dtype)
        ElementAccess.fill(result, from: values)
        return result
    }

    /// Returns `start, start + step, ...` up to but not including `stop`.
    ///
    ///     try Tensor.arange(0, 1, step: 0.25, dtype: .float32)   // [0, 0.25, 0.5, 0.75]
    ///
    /// - Throws: `TensorError.argument` where the step is 0 or a number is not finite.
    package static func arange(_ start: Double, _ stop: Double, step: Double = 1, dtype: DType) throws -> Tensor {
        for (name, value) in [("start", start), ("stop", stop), ("step", step)] where !value.isFinite {
            throw TensorError.argument(operation: "arange", name: name, reason: "is \(numberText(value))")
        }
        if step == 0 { throw TensorError.argument(operation: "arange", name: "step", reason: "is 0") }
        let count = max(((stop - start) / step).rounded(.up), 0)
        guard count < 0x1p56 else { throw TensorError.outOfMemory(byteCount: .max) }
        let result = try empty([Int(count)], dtype: dtype)
        ElementAccess.fillRange(result, start: start, step: step)
        return result
    }

    /// Returns `count` numbers at even distances, from `start` to `stop`.
    ///
    /// - Parameter hasEnd: Whether the last one is `stop`, else it is one step before.
    package static func linspace(
        _ start: Double, _ stop: Double, count: Int, hasEnd: Bool = true, dtype: DType = .float32
    ) throws -> Tensor {
        if count < 0 {
            throw TensorError.argument(operation: "linspace", name: "count", reason: "is negative: \(count)")
        }
        let result = try empty([count], dtype: dtype)
        let steps = hasEnd ? count - 1 : count
        ElementAccess.fillRange(result, start: start, step: steps > 0 ? (stop - start) / Double(steps) : 0)
        if count > 1, hasEnd { ElementAccess.write(stop, to: result, at: count - 1) }
        return result
    }

    /// Returns the matrix with ones on its diagonal and zeros elsewhere.
    ///
    /// - Parameter columns: The number of columns; as many as rows where `nil`.
    package static func eye(
        _ rows: Int, columns: Int? = nil, diagonal: Int = 0, dtype: DType = .float32
    ) throws -> Tensor {
        let columns = columns ?? rows
        let result = try zeros([rows, columns], dtype: dtype)
        guard diagonal < columns, diagonal > -rows else { return result }
        for i in max(0, -diagonal)..<min(rows, columns - diagonal) {
            ElementAccess.write(1, to: result, at: i * columns + i + diagonal)
        }
        return result
    }

    /// Returns `indices` with one more axis, on which the element that an index names is 1 and the others 0.
    ///
    /// - Parameters:
    ///   - indices: Whole numbers from 0 up to but not including `classes`, shape `[...]`.
    ///   - classes: The size of the new last axis.
    /// - Throws: `TensorError` `.dtype` for indices that are not whole numbers, `.classOutOfRange`.
    package static func oneHot(_ indices: Tensor, classes: Int, dtype: DType = .float32) throws -> Tensor {
        let positions = try indices.indexValues(operation: "one_hot")
        let result = try zeros(indices.shape + [classes], dtype: dtype)
        for (row, index) in positions.enumerated() {
            guard index >= 0 && index < classes else {
                throw TensorError.classOutOfRange(index: index, classes: classes)
            }
            ElementAccess.write(1, to: result, at: row * classes + index)
        }
        return result
    }

    /// The elements of an int64 or uint8 tensor in row-major order.
    ///
    /// - Throws: `TensorError.dtype` for other types.
    func indexValues(operation: String) throws -> [Int] {
        guard dtype == .int64 || dtype == .uint8 else {
            throw TensorError.dtype(operation: operation, expected: "int64 or uint8 indices", actual: dtype)
        }
        return ElementAccess.indices(self)
    }
}
