/// Elements of tensors from and to Swift's own numbers and arrays.
enum ElementAccess {
    @inline(never)
    static func read(_ tensor: Tensor, at position: Int) -> Double {
        switch tensor.dtype {
        case .bool, .uint8: tensor.pointer(UInt8.self)[position].double
        case .int64: tensor.pointer(Int64.self)[position].double
        case .float32: tensor.pointer(Float.self)[position].double
        case .float64: tensor.pointer(Double.self)[position]
        }
    }

    /// The element of a tensor of whole numbers, of which `Double` does not hold all.
    @inline(never)
    static func readWhole(_ tensor: Tensor, at position: Int) -> Int64 {
        tensor.dtype == .int64 ? tensor.pointer(Int64.self)[position] : tensor.pointer(UInt8.self)[position].int64
    }

    @inline(never)
    static func write(_ value: Double, to tensor: Tensor, at position: Int) {
        switch tensor.dtype {
        case .bool: tensor.pointer(UInt8.self)[position] = value != 0 ? 1 : 0
        case .uint8: tensor.pointer(UInt8.self)[position] = UInt8(saturating: value)
        case .int64: tensor.pointer(Int64.self)[position] = Int64(saturating: value)
        case .float32: tensor.pointer(Float.self)[position] = Float(value)
        case .float64: tensor.pointer(Double.self)[position] = value
        }
    }

    /// The elements in row-major order, each made into a `Value` by the function for its type.
    @inline(__always)
    static func array<Value>(
        of tensor: Tensor, byte: (UInt8) -> Value, int64: (Int64) -> Value, float: (Float) -> Value,
        double: (Double) -> Value
    ) -> [Value] {
        switch tensor.dtype {
        case .bool, .uint8: array(of: tensor, byte)
        case .int64: array(of: tensor, int64)
        case .float32: array(of: tensor, float)
        case .float64: array(of: tensor, double)
        }
    }

    @inline(__always)
    private static func array<From, Value>(of tensor: Tensor, _ value: (From) -> Value) -> [Value] {
        let from = tensor.pointer(From.self)
        return [Value](unsafeUninitializedCapacity: tensor.count) { target, count in
            guard let to = target.baseAddress else { return }
            var walk = Walk(tensor.shape, tensor.strides)
            while walk.next() {
                let row = walk.row
                let from = from + row.a
                let to = to + row.position
                for i in 0..<row.count { (to + i).initialize(to: value(from[i * row.aStride])) }
            }
            count = target.count
        }
    }

    /// Writes an array over the elements of a contiguous tensor of that many elements of that type.
    @inline(__always)
    static func fill<Value>(_ tensor: Tensor, from values: [Value]) {
        precondition(tensor.count == values.count && MemoryLayout<Value>.stride == tensor.dtype.size)
        let to = tensor.pointer(Value.self)
        values.withUnsafeBufferPointer { from in
            guard let from = from.baseAddress else { return }
            to.update(from: from, count: values.count)
        }
    }

    /// Writes `start + i * step` to each element of a contiguous tensor.
    @inline(never)
    static func fillRange(_ tensor: Tensor, start: Double, step: Double) {
        switch tensor.dtype {
        case .bool:
            let to = tensor.pointer(UInt8.self)
            for i in 0..<tensor.count { to[i] = start + Double(i) * step != 0 ? 1 : 0 }
        case .uint8: fillRange(tensor, UInt8.self, start, step)
        case .int64: fillRange(tensor, Int64.self, start, step)
        case .float32: fillRange(tensor, Float.self, start, step)
        case .float64: fillRange(tensor, Double.self, start, step)
        }
    }

    @inline(__always)
    private static func fillRange<To: Element>(_ tensor: Tensor, _: To.Type, _ start: Double, _ step: Double) {
        let to = tensor.pointer(To.self)
        for i in 0..<tensor.count { to[i] = To(saturating: start + Double(i) * step) }
    }

    /// Reads the indices of an int64 or uint8 tensor.
    @inline(never)
    static func indices(_ tensor: Tensor) -> [Int] {
        array(of: tensor, byte: { Int($0) }, int64: { Int($0) }, float: { Int($0.int64) }, double: { Int($0.int64) })
    }
}
