extension Tensor {
    // MARK: Reading

    /// Returns the only element.
    ///
    /// - Throws: `TensorError.shape` where there is none or more than one.
    package func item() throws -> Double {
        guard count == 1 else {
            throw TensorError.shape(operation: "item", expected: "a single element", actual: shape)
        }
        return ElementAccess.read(self, at: 0)
    }

    /// The only element as a whole number; nil where there is none, or more than one, or it has a fraction.
    package var wholeItem: Int? {
        guard count == 1 else { return nil }
        return dtype.isFloatingPoint
            ? Int(exactly: ElementAccess.read(self, at: 0)) : Int(ElementAccess.readWhole(self, at: 0))
    }

    /// Returns the element at one index for each axis; negative ones count from the end.
    ///
    /// - Throws: `TensorError` `.shape` for too few indices, `.tooManyIndices`, `.indexOutOfRange`.
    package func element(_ index: [Int]) throws -> Double {
        if index.count > rank { throw TensorError.tooManyIndices(count: index.count, shape: shape) }
        if index.count < rank {
            throw TensorError.shape(
                operation: "element", expected: "as many axes as indices (\(index.count))", actual: shape)
        }
        var position = 0
        for axis in 0..<rank { position += try checkedIndex(index[axis], axis: axis) * strides[axis] }
        return ElementAccess.read(self, at: position)
    }

    /// The element at one index for each axis; nil where one of them is none.
    ///
    /// - Parameter index: Gives the index along an axis; negative ones count from the end.
    package func element(_ index: (Int) -> Int?) -> Double? {
        position(index).map { ElementAccess.read(self, at: $0) }
    }

    /// Writes an element at one index for each axis.
    ///
    /// - Returns: False where one of them is none; nothing is written then.
    package mutating func set(_ value: Double, at index: (Int) -> Int?) throws -> Bool {
        guard position(index) != nil else { return false }
        try makeUnique()
        guard let position = position(index) else { return false }
        ElementAccess.write(value, to: self, at: position)
        return true
    }

    @inline(__always)
    private func position(_ index: (Int) -> Int?) -> Int? {
        var position = 0
        for axis in shape.indices {
            guard let index = index(axis) else { return nil }
            let place = index < 0 ? index + shape[axis] : index
            guard place >= 0, place < shape[axis] else { return nil }
            position += place * strides[axis]
        }
        return position
    }

    /// The first elements in row-major order, at most so many.
    package func leading(_ most: Int) throws -> [Double] {
        try (0..<min(most, count)).map { position in
            var rest = position
            var index = shape
            for axis in shape.indices.reversed() {
                (rest, index[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis])
            }
            return try element(index)
        }
    }

    /// An index along an axis, counted from the start.
    @inline(__always)
    func checkedIndex(_ index: Int, axis: Int) throws -> Int {
        let size = shape[axis]
        let place = index < 0 ? index + size : index
        guard place >= 0 && place < size else {
            throw TensorError.indexOutOfRange(axis: axis, size: size, index: index)
        }
        return place
    }

    /// An axis counted from the start; negative ones count from the end.
    ///
    /// - Parameter extra: Axes that an operation adds, which may be named too.
    @inline(__always)
    func checkedAxis(_ axis: Int, operation: String, extra: Int = 0) throws -> Int {
        let rank = rank + extra
        let place = axis < 0 ? axis + rank : axis
        guard place >= 0 && place < rank else {
            throw TensorError.axisOutOfRange(operation: operation, axis: axis, rank: rank)
        }
        return place
    }

    /// The elements in row-major order.
    package func doubles() -> [Double] {
        ElementAccess.array(of: self, byte: \.double, int64: \.double, float: \.double, double: \.self)
    }

    /// The elements in row-major order, rounded to `Float`.
    package func floats() -> [Float] {
        ElementAccess.array(of: self, byte: \.float, int64: \.float, float: \.self, double: \.float)
    }

    /// The whole parts of the elements in row-major order; the nearest `Int` where one is out of range.
    package func integers() -> [Int] {
        ElementAccess.indices(self)
    }

    /// The elements in row-major order, their whole parts modulo 256.
    package func bytes() -> [UInt8] {
        ElementAccess.array(of: self, byte: \.self, int64: \.byte, float: \.byte, double: \.byte)
    }

    /// The elements in row-major order, true where not 0.
    package func booleans() -> [Bool] {
        ElementAccess.array(of: self, byte: \.isTrue, int64: \.isTrue, float: \.isTrue, double: \.isTrue)
    }

    // MARK: Converting

    /// Returns a tensor of another type; `self` where it has that type already.
    ///
    /// Numbers lose their fraction on the way to whole ones; to `uint8` they are taken modulo 256; to `bool` they become
    /// whether they are not 0.
    package func cast(to target: DType) throws -> Tensor {
        if target == dtype { return self }
        let result = try Tensor.empty(shape, dtype: target)
        Copying.copy(self, to: result)
        return result
    }

    /// Returns a tensor whose elements lie in row-major order; `self` where they do already.
    package func contiguous() throws -> Tensor {
        isContiguous ? self : try copy()
    }

    /// Returns a contiguous tensor that shares its memory with no other.
    package func copy() throws -> Tensor {
        let result = try Tensor.empty(shape, dtype: dtype)
        Copying.copy(self, to: result)
        return result
    }

    /// Sees to it that writing to the elements changes no other tensor, and no two elements at once.
    mutating func makeUnique() throws {
        let repeats = zip(shape, strides).contains { $0 > 1 && $1 == 0 }
        if repeats || !isKnownUniquelyReferenced(&storage) { self = try copy() }
    }
}
