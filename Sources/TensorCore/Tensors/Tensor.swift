/// An n-dimensional array of numbers: a view of shared memory with a shape, strides and an offset.
///
/// Tensors are values. Slices, transposes and broadcasts share memory with where they came from until one of
/// them is written to through `setting`-style operations, which copy first when the memory is shared.
package struct Tensor {
    package var storage: Storage
    package let dtype: DType
    package let shape: [Int]
    /// In elements; 0 along broadcast axes, negative along reversed ones.
    package let strides: [Int]
    /// In elements.
    package let offset: Int

    package init(storage: Storage, dtype: DType, shape: [Int], strides: [Int], offset: Int) {
        self.storage = storage
        self.dtype = dtype
        self.shape = shape
        self.strides = strides
        self.offset = offset
    }

    /// The number of axes.
    package var rank: Int { shape.count }

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }

    /// Whether the elements lie one after the other in row-major order.
    package var isContiguous: Bool {
        var expected = 1
        for axis in stride(from: rank - 1, through: 0, by: -1) where shape[axis] != 1 {
            if strides[axis] != expected { return count == 0 }
            expected *= shape[axis]
        }
        return true
    }

    /// Strides of a shape in row-major order.
    package static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
        }
        return strides
    }
}
