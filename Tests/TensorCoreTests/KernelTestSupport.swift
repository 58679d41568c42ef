import TensorCore

/// Numbers for tests, the same on every run.
struct TestNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 33)
    }

    mutating func number() -> Double { Double.random(in: -1...1, using: &self) }
}

/// A tensor made without the operations under test: values in row-major order.
func kernelTensor(_ values: [Double], _ shape: [Int], dtype: DType = .float32) throws -> Tensor {
    let storage = try Storage(byteCount: values.count * dtype.size, zeroed: true)
    storage.withMutableBytes { bytes in
        for (i, value) in values.enumerated() {
            if dtype == .float32 {
                bytes.storeBytes(of: Float(value), toByteOffset: i * 4, as: Float.self)
            } else {
                bytes.storeBytes(of: value, toByteOffset: i * 8, as: Double.self)
            }
        }
    }
    return Tensor(
        storage: storage, dtype: dtype, shape: shape, strides: Tensor.rowMajorStrides(shape), offset: 0)
}

func randomKernelTensor(_ shape: [Int], dtype: DType = .float32, _ numbers: inout TestNumbers) throws -> Tensor {
    try kernelTensor((0..<shape.reduce(1, *)).map { _ in numbers.number() }, shape, dtype: dtype)
}

/// The elements of a contiguous or strided tensor in row-major order.
func kernelValues(_ tensor: Tensor) -> [Double] {
    var places = [tensor.offset]
    for axis in 0..<tensor.rank {
        places = places.flatMap { place in (0..<tensor.shape[axis]).map { place + $0 * tensor.strides[axis] } }
    }
    return tensor.storage.withBytes { bytes in
        places.map { place in
            switch tensor.dtype {
            case .float32: Double(bytes.unsafeLoad(fromByteOffset: place * 4, as: Float.self))
            case .float64: bytes.unsafeLoad(fromByteOffset: place * 8, as: Double.self)
            case .int64: Double(bytes.unsafeLoad(fromByteOffset: place * 8, as: Int64.self))
            case .uint8, .bool: Double(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self))
            }
        }
    }
}

/// The bits of a tensor's memory.
func kernelBytes(_ tensor: Tensor) -> [UInt8] {
    tensor.storage.withBytes { bytes in
        (0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
}

/// Runs `body` with each of several numbers of threads, and puts the number back.
func withThreadCounts<Result>(_ counts: [Int] = [1, 2, 4], _ body: () throws -> Result) rethrows -> [Result] {
    let before = Threads.count
    defer { Threads.count = before }
    return try counts.map {
        Threads.count = $0
        return try body()
    }
}
