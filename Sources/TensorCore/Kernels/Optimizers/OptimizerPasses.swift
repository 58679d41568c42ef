import CSimd
import Glibc

/// Passes of optimizers over flat vectors: each reads and writes every number once.
///
/// The vectors are contiguous, float32 or float64 alike, of one length that is a multiple of `granularity`, and are
/// written in place, whoever else sees their memory: that is how weights change under the layers' views. Results do
/// not depend on the number of threads.
package enum OptimizerPasses {
    /// What lengths are multiples of: no vector of any CPU has more lanes.
    package static let granularity = 16

    /// The numbers of one update by `adam`.
    package struct Adam {
        package var beta1: Double
        package var beta2: Double
        package var epsilon: Double
        /// The learning rate, divided by the first moment's bias correction.
        package var rate: Double
        /// One over the square root of the second moment's bias correction.
        package var correction: Double
        /// Added to the gradient: `decay * value`.
        package var decay: Double
        /// What values are multiplied by before the update.
        package var shrinkage: Double

        package init(
            beta1: Double, beta2: Double, epsilon: Double, rate: Double, correction: Double, decay: Double,
            shrinkage: Double
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.rate = rate
            self.correction = correction
            self.decay = decay
            self.shrinkage = shrinkage
        }
    }

    /// `g += decay * w; m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;`
    /// `w = shrinkage * w - rate * m / (sqrt(v) * correction + epsilon)`
    package static func adam(_ w: Tensor, _ g: Tensor, mean m: Tensor, square v: Tensor, _ settings: Adam) {
        let (float, double) = (AdamUpdate<FloatVector>(settings), AdamUpdate<DoubleVector>(settings))
        each(w, g, m, v) { vectors in
            for i in stride(from: 0, to: vectors.count, by: FloatVector.scalarCount) {
                float.apply(vectors.a + i, .load(vectors.b + i), vectors.c + i, vectors.d + i) { csimd_sqrt($0) }
            }
        } double: { vectors in
            for i in stride(from: 0, to: vectors.count, by: DoubleVector.scalarCount) {
                double.apply(vectors.a + i, .load(vectors.b + i), vectors.c + i, vectors.d + i) {
                    csimd_sqrt_double($0)
                }
            }
        }
    }

    /// `g += decay * w; m = momentum * m + g; w -= rate * m`, with Nesterov's momentum `w -= rate * (g + momentum * m)`.
    package static func sgd(
        _ w: Tensor, _ g: Tensor, momentum m: Tensor, rate: Double, momentum: Double, isNesterov: Bool, decay: Double
    ) {
        each(w, g, m, m) { vectors in
            sgd(vectors, rate, momentum, isNesterov, decay)
        } double: { vectors in
            sgd(vectors, rate, momentum, isNesterov, decay)
        }
    }

    @inline(__always)
    private static func sgd<V: KernelVector>(
        _ vectors: Chunk<V>, _ rate: Double, _ momentum: Double, _ isNesterov: Bool, _ decay: Double
    ) where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(rate))
        let momentum = V(repeating: V.Scalar(momentum))
        let decay = V(repeating: V.Scalar(decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            let m = momentum * V.load(vectors.c + i) + g
            m.store(vectors.c + i)
            (w - rate * (isNesterov ? g + momentum * m : m)).store(vectors.a + i)
        }
    }

    /// `w -= rate * (g + decay * w)`
    package static func descend(_ w: Tensor, _ g: Tensor, rate: Double, decay: Double) {
        each(w, g, g, g) { vectors in
            descend(vectors, rate, decay)
        } double: { vectors in
            descend(vectors, rate, decay)
        }
    }

    @inline(__always)
    private static func descend<V: KernelVector>(_ vectors: Chunk<V>, _ rate: Double, _ decay: Double)
    where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(rate))
        let decay = V(repeating: V.Scalar(decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            (w - rate * (V.load(vectors.b + i) + decay * w)).store(vectors.a + i)
        }
    }

    /// `g += decay * w; v = alpha * v + (1 - alpha) * g^2; m = momentum * m + g / (sqrt(v) + epsilon); w -= rate * m`
    package static func rmsprop(
        _ w: Tensor, _ g: Tensor, square v: Tensor, momentum m: Tensor, rate: Double, alpha: Double, epsilon: Double,
        momentum: Double, decay: Double
    ) {
        let numbers = (rate: rate, alpha: alpha, epsilon: epsilon, momentum: momentum, decay: decay)
        each(w, g, v, m) { vectors in
            rmsprop(vectors, numbers) { csimd_sqrt($0) }
        } double: { vectors in
            rmsprop(vectors, numbers) { csimd_sqrt_double($0) }
        }
    }

    @inline(__always)
    private static func rmsprop<V: KernelVector>(
        _ vectors: Chunk<V>, _ numbers: (rate: Double, alpha: Double, epsilon: Double, momentum: Double, decay: Double),
        _ squareRoot: (V) -> V
    ) where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(numbers.rate))
        let alpha = V(repeating: V.Scalar(numbers.alpha))
        let rest = V(repeating: V.Scalar(1 - numbers.alpha))
        let epsilon = V(repeating: V.Scalar(numbers.epsilon))
        let momentum = V(repeating: V.Scalar(numbers.momentum))
        let decay = V(repeating: V.Scalar(numbers.decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            var v = alpha * V.load(vectors.c + i)
            v.multiplyAdd(rest, g * g)
            let m = momentum * V.load(vectors.d + i) + g / (squareRoot(v) + epsilon)
            v.store(vectors.c + i)
            m.store(vectors.d + i)
            (w - rate * m).store(vectors.a + i)
        }
    }

    // MARK: - Gradients

    /// `sum += x`
    package static func add(_ x: Tensor, to sum: Tensor) {
        each(sum, x, x, x) { vectors in
            add(vectors)
        } double: { vectors in
            add(vectors)
        }
    }

    @inline(__always)
    private static func add<V: KernelVector>(_ vectors: Chunk<V>) where V.Scalar: BinaryFloatingPoint {
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            (V.load(vectors.a + i) + V.load(vectors.b + i)).store(vectors.a + i)
        }
    }

    /// `copy = x`
    package static func copy(_ x: Tensor, to copy: Tensor) {
        each(copy, x, x, x) { vectors in
            copyChunk(vectors)
        } double: { vectors in
            copyChunk(vectors)
        }
    }

    @inline(__always)
    private static func copyChunk<V: KernelVector>(_ vectors: Chunk<V>) where V.Scalar: BinaryFloatingPoint {
        vectors.a.update(from: vectors.b, count: vectors.count)
    }

    /// `x *= factor`
    package static func scale(_ x: Tensor, by factor: Double) {
        each(x, x, x, x) { vectors in
            transform(vectors) { $0 * FloatVector(repeating: Float(factor)) }
        } double: { vectors in
            transform(vectors) { $0 * DoubleVector(repeating: factor) }
        }
    }

    /// `x = min(max(x, -limit), limit)`; what is not a number stays so.
    package static func clamp(_ x: Tensor, limit: Double) {
        each(x, x, x, x) { vectors in
            let limit = FloatVector(repeating: Float(limit))
            transform(vectors) {
                $0.replacing(with: limit, where: $0 .> limit).replacing(with: -limit, where: $0 .< -limit)
            }
        } double: { vectors in
            let limit = DoubleVector(repeating: limit)
            transform(vectors) {
                $0.replacing(with: limit, where: $0 .> limit).replacing(with: -limit, where: $0 .< -limit)
            }
        }
    }

    @inline(__always)
    private static func transform<V: KernelVector>(_ vectors: Chunk<V>, _ function: (V) -> V) {
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            function(V.load(vectors.a + i)).store(vectors.a + i)
        }
    }

    /// The sum of the squares, not finite only where an element is not (or, in float64, beyond 1e150).
    package static func sumOfSquares(_ x: Tensor) -> Double {
        let chunks = chunkCount(x.count)
        return Scratch.withBounded(chunks, of: Double.self) { sums in
            squares(x, into: sums)
            var total = 0.0
            for chunk in 0..<chunks { total += sums[chunk] }
            return total
        }
    }

    /// The sums of the squares of each chunk; added up in order, they are `sumOfSquares`.
    static func squares(_ x: Tensor) -> [Double] {
        let chunks = chunkCount(x.count)
        return Array(unsafeUninitializedCapacity: chunks) { sums, count in
            if let base = sums.baseAddress { squares(x, into: base) }
            count = chunks
        }
    }

    private static func squares(_ x: Tensor, into sums: UnsafeMutablePointer<Double>) {
        each(x, x, x, x) { vectors in
            let sum = Double(csimd_sum(squares(vectors)))
            // Squares of large floats overflow where those of doubles do not.
            sums[vectors.chunk] = sum.isFinite ? sum : exactSquares(vectors)
        } double: { vectors in
            sums[vectors.chunk] = csimd_sum_double(squares(vectors))
        }
    }

    @inline(__always)
    private static func squares<V: KernelVector>(_ vectors: Chunk<V>) -> V where V.Scalar: BinaryFloatingPoint {
        var sums = (V(repeating: 0), V(repeating: 0), V(repeating: 0), V(repeating: 0))
        let lanes = V.scalarCount
        var i = 0
        while i + 4 * lanes <= vectors.count {
            let (a, b) = (V.load(vectors.a + i), V.load(vectors.a + i + lanes))
            let (c, d) = (V.load(vectors.a + i + 2 * lanes), V.load(vectors.a + i + 3 * lanes))
            sums.0.multiplyAdd(a, a)
            sums.1.multiplyAdd(b, b)
            sums.2.multiplyAdd(c, c)
            sums.3.multiplyAdd(d, d)
            i += 4 * lanes
        }
        while i < vectors.count {
            let a = V.load(vectors.a + i)
            sums.0.multiplyAdd(a, a)
            i += lanes
        }
        return (sums.0 + sums.1) + (sums.2 + sums.3)
    }

    private static func exactSquares(_ vectors: Chunk<FloatVector>) -> Double {
        var sum = 0.0
        for i in 0..<vectors.count { sum += Double(vectors.a[i]) * Double(vectors.a[i]) }
        return sum
    }

    /// Writes the elements of a tensor of the same type, in row-major order, into a flat vector from `start` on.
    ///
    /// - Throws: `TensorError.outOfMemory` where the tensor is not contiguous and cannot be copied.
    package static func write(_ source: Tensor, into flat: Tensor, at start: Int) throws {
        let source = try source.contiguous()
        precondition(
            source.dtype == flat.dtype && flat.isContiguous && start >= 0 && start + source.count <= flat.count)
        let size = flat.dtype.size
        memmove(
            flat.storage.base + (flat.offset + start) * size, source.storage.base + source.offset * size,
            source.count * size)
    }

    /// Sets `count` elements of a flat vector from `start` on to zero.
    package static func clear(_ flat: Tensor, from start: Int, count: Int) {
        precondition(flat.isContiguous && start >= 0 && count >= 0 && start + count <= flat.count)
        memset(flat.storage.base + (flat.offset + start) * flat.dtype.size, 0, count * flat.dtype.size)
    }

    // MARK: - Chunks

    /// Elements that a chunk covers; vectors that are not longer stay on the calling thread.
    static let grain = 16384

    static func chunkCount(_ count: Int) -> Int { (count + grain - 1) / grain }

    /// The same part of up to four vectors.
    struct Chunk<V: SIMD> {
        let a: UnsafeMutablePointer<V.Scalar>
        let b: UnsafeMutablePointer<V.Scalar>
        let c: UnsafeMutablePointer<V.Scalar>
        let d: UnsafeMutablePointer<V.Scalar>
        let count: Int
        let chunk: Int
    }

    @inline(__always)
    static func each(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, _ d: Tensor, float: (Chunk<FloatVector>) -> Void,
        double: (Chunk<DoubleVector>) -> Void
    ) {
        let count = a.count
        let dtype = a.dtype
        func base(_ tensor: Tensor) -> UnsafeMutableRawPointer {
            precondition(
                tensor.isContiguous && tensor.count == count && tensor.dtype == dtype && dtype.isFloatingPoint
                    && count.isMultiple(of: granularity))
            return tensor.storage.base + tensor.offset * dtype.size
        }
        let bases = (base(a), base(b), base(c), base(d))
        func part<V: SIMD>(_ chunk: Int, _: V.Type) -> Chunk<V> {
            let start = chunk * grain
            func pointer(_ base: UnsafeMutableRawPointer) -> UnsafeMutablePointer<V.Scalar> {
                base.assumingMemoryBound(to: V.Scalar.self) + start
            }
            return Chunk(
                a: pointer(bases.0), b: pointer(bases.1), c: pointer(bases.2), d: pointer(bases.3),
                count: min(grain, count - start), chunk: chunk)
        }
        Threads.parallelFor(chunkCount(count)) { chunk in
            if dtype == .float32 {
                float(part(chunk, FloatVector.self))
            } else {
                double(part(chunk, DoubleVector.self))
            }
        }
    }
}
