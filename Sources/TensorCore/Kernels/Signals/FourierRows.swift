import CSimd
import Glibc

/// Discrete Fourier transforms of the rows of contiguous tensors of one floating-point type, in double precision.
///
/// Complex numbers are pairs of neighbours. The length is taken apart into factors; a real row of even length is transformed
/// as a complex one of half that length. Rows are transformed side by side in the lanes of vectors, and one has the same bits
/// whatever the others are and how many.
///
/// - Source: Cooley and Tukey 1965, doi:10.1090/S0025-5718-1965-0178586-1; for real rows, Sorensen et al. 1987,
///   doi:10.1109/TASSP.1987.1165220.
struct FourierRows {
    /// What is transformed to what.
    enum Kind {
        /// Pairs to as many pairs.
        case pairs
        /// Real numbers to the first pairs, as many as the result has.
        case realToPairs
        /// The first pairs to the real parts of the transform, as many as the result has; pairs that are not there count as
        /// zero.
        case pairsToReal
    }

    let kind: Kind
    /// Of the transform.
    let size: Int
    /// The sign of the exponent.
    let sign: Double
    /// Pairs of a row of the source or the result, where these are fewer than `size`.
    let kept: Int
    /// Those of the complex transform.
    private let factors: [Int]
    private let isHalved: Bool

    static let greatestFactor = 2048

    /// - Throws: `TensorError.argument` for a prime factor above `greatestFactor`.
    init(_ kind: Kind, size: Int, kept: Int, sign: Double) throws {
        (self.kind, self.size, self.kept, self.sign) = (kind, size, kept, sign)
        isHalved = kind != .pairs && size % 2 == 0
        factors = Self.factors(isHalved ? size / 2 : size)
        if let factor = factors.first(where: { $0 > Self.greatestFactor }) {
            throw TensorError.argument(
                operation: "fft", name: "the length",
                reason:
                    "has the prime factor \(factor), and \(Self.greatestFactor) is the greatest that it does: pad x to another length"
            )
        }
    }

    /// Fours first, then primes in rising order.
    private static func factors(_ size: Int) -> [Int] {
        var (rest, divisor, factors) = (size, 2, [Int]())
        while rest % 4 == 0 {
            factors.append(4)
            rest /= 4
        }
        while divisor * divisor <= rest {
            while rest % divisor == 0 {
                factors.append(divisor)
                rest /= divisor
            }
            divisor += divisor == 2 ? 1 : 2
        }
        return rest > 1 ? factors + [rest] : factors
    }

    /// Elements of a complex row that is transformed.
    private var length: Int { isHalved ? size / 2 : size }

    /// Elements of a row of the source, and of the result.
    private var sourceWidth: Int { kind == .realToPairs ? size : 2 * (kind == .pairs ? size : kept) }
    private var resultWidth: Int { kind == .pairsToReal ? size : 2 * (kind == .pairs ? size : kept) }

    /// Transforms all rows.
    ///
    /// - Throws: `TensorError.workMemory`, `InterruptError`.
    func run(_ source: Tensor, into result: Tensor) throws {
        let rows = result.count / max(resultWidth, 1)
        if rows == 0 { return }
        try Scratch.with(2 * size, of: Double.self) { table in
            fill(table)
            let side = Int(CSIMD_FOURIER_ROWS)
            // Whole groups of rows side by side, then each of the rest by itself.
            let groups = rows / side
            let perChunk = max(WorkSize.elements / (size * side), 1)
            let chunks = (groups + perChunk - 1) / perChunk
            Threads.parallelFor(chunks + rows % side) { chunk in
                guard chunk < chunks else {
                    return run(source, result, row: groups * side + chunk - chunks, rows: 1, table)
                }
                for group in chunk * perChunk..<min((chunk + 1) * perChunk, groups) where !Interrupt.stopsWork {
                    run(source, result, row: group * side, rows: side, table)
                }
            }
        }
        try MemoryRefusal.check()
        if Interrupt.stopsWork { throw InterruptError() }
    }

    /// cos and sin of `sign * 2 pi j / size`.
    private func fill(_ table: UnsafeMutablePointer<Double>) {
        func direct(_ j: Int) -> (cosine: Double, sine: Double) {
            let angle = 2 * Double.pi * Double(j) / Double(size)
            return (cos(angle), sign * sin(angle))
        }
        // Long tables by products of every `step`th entry with the first ones.
        let step = size <= 4096 ? size : 512
        for j in 0..<min(step, size) { (table[2 * j], table[2 * j + 1]) = direct(j) }
        for start in stride(from: step, to: size, by: step) where !Interrupt.stopsWork {
            let (cosine, sine) = direct(start)
            for j in 0..<min(step, size - start) {
                let (a, b) = (table[2 * j], table[2 * j + 1])
                table[2 * (start + j)] = a * cosine - b * sine
                table[2 * (start + j) + 1] = a * sine + b * cosine
            }
        }
    }

    /// Real and imaginary parts: element j of row l at `j * rows + l`.
    private struct Planes {
        let re: UnsafeMutablePointer<Double>
        let im: UnsafeMutablePointer<Double>
    }

    private func run(
        _ source: Tensor, _ result: Tensor, row: Int, rows: Int, _ table: UnsafeMutablePointer<Double>
    ) {
        // One more element than the row has, for the middle one of a real transform.
        let plane = ((kind == .pairs ? length : size) + 1) * rows
        Scratch.withBounded(4 * plane, of: Double.self) { room in
            let first = Planes(re: room, im: room + plane)
            let second = Planes(re: room + 2 * plane, im: room + 3 * plane)
            switch kind {
            case .pairs:
                loadPairs(source, row, rows, count: size, first)
                storePairs(transform(first, second, rows, table), result, row, rows, count: size)
            case .realToPairs:
                if isHalved {
                    loadPairs(source, row, rows, count: length, first)
                } else {
                    for l in 0..<rows {
                        for j in 0..<size {
                            first.re[j &* rows &+ l] = read(source, (row &+ l) &* size &+ j)
                            first.im[j &* rows &+ l] = 0
                        }
                    }
                }
                var done = transform(first, second, rows, table)
                if isHalved {
                    let parts = done.re == first.re ? second : first
                    csimd_fourier_part(done.re, done.im, length, rows, table, parts.re, parts.im)
                    done = parts
                    for k in stride(from: length + 1, to: kept, by: 1) {
                        for l in 0..<rows {
                            done.re[k &* rows &+ l] = done.re[(size &- k) &* rows &+ l]
                            done.im[k &* rows &+ l] = -done.im[(size &- k) &* rows &+ l]
                        }
                    }
                }
                storePairs(done, result, row, rows, count: kept)
            case .pairsToReal:
                loadPairs(source, row, rows, count: kept, first)
                mirror(first, rows, into: second)
                if isHalved {
                    csimd_fourier_pair(second.re, second.im, length, rows, table, first.re, first.im)
                    storePairs(transform(first, second, rows, table), result, row, rows, count: length)
                } else {
                    let done = transform(second, first, rows, table)
                    for l in 0..<rows {
                        for j in 0..<size { write(done.re[j &* rows &+ l], result, (row &+ l) &* size &+ j) }
                    }
                }
            }
        }
    }

    /// The elements of which real numbers are the transform: half the sum of each of the first `kept` and what mirrors it.
    private func mirror(_ from: Planes, _ rows: Int, into to: Planes) {
        for k in 0..<(isHalved ? length + 1 : size) {
            let mirrored = k == 0 ? 0 : size - k
            for l in 0..<rows {
                var (re, im) = (0.0, 0.0)
                if k < kept { (re, im) = (from.re[k &* rows &+ l], from.im[k &* rows &+ l]) }
                if mirrored < kept {
                    re += from.re[mirrored &* rows &+ l]
                    im -= from.im[mirrored &* rows &+ l]
                }
                (to.re[k &* rows &+ l], to.im[k &* rows &+ l]) = (re / 2, im / 2)
            }
        }
    }

    /// The transform of `length` elements; either of the planes has it then.
    private func transform(
        _ first: Planes, _ second: Planes, _ rows: Int, _ table: UnsafeMutablePointer<Double>
    ) -> Planes {
        var (from, to, count, stride) = (first, second, length, rows)
        for factor in factors {
            count /= factor
            var stage = csimd_fourier_stage(
                from_re: from.re, from_im: from.im, to_re: to.re, to_im: to.im, radix: factor, count: count,
                stride: stride, table: table, table_size: size, sign: sign)
            // In pieces between which an interrupt is heard.
            let piece = max((1 << 22) / (factor * stride * (factor > 5 ? factor : 1)), 1)
            for start in Swift.stride(from: 0, to: count, by: piece) where !Interrupt.stopsWork {
                csimd_fourier_run(&stage, start, min(start + piece, count))
            }
            stride *= factor
            swap(&from, &to)
        }
        return from
    }

    // MARK: Rows and planes

    private func loadPairs(_ source: Tensor, _ row: Int, _ rows: Int, count: Int, _ to: Planes) {
        let (width, start) = (sourceWidth, row * sourceWidth)
        if rows == 1 {
            for j in 0..<count {
                (to.re[j], to.im[j]) = (read(source, start &+ 2 &* j), read(source, start &+ 2 &* j &+ 1))
            }
        } else if source.dtype == .float32 {
            csimd_fourier_load_float(source.pointer(Float.self) + start, width, count, to.re, to.im)
        } else {
            csimd_fourier_load_double(source.pointer(Double.self) + start, width, count, to.re, to.im)
        }
    }

    private func storePairs(_ from: Planes, _ result: Tensor, _ row: Int, _ rows: Int, count: Int) {
        let (width, start) = (resultWidth, row * resultWidth)
        if rows == 1 {
            for j in 0..<count {
                write(from.re[j], result, start &+ 2 &* j)
                write(from.im[j], result, start &+ 2 &* j &+ 1)
            }
        } else if result.dtype == .float32 {
            csimd_fourier_store_float(from.re, from.im, width, count, result.pointer(Float.self) + start)
        } else {
            csimd_fourier_store_double(from.re, from.im, width, count, result.pointer(Double.self) + start)
        }
    }

    @inline(__always)
    private func read(_ source: Tensor, _ place: Int) -> Double {
        source.dtype == .float32 ? Double(source.pointer(Float.self)[place]) : source.pointer(Double.self)[place]
    }

    @inline(__always)
    private func write(_ value: Double, _ result: Tensor, _ place: Int) {
        if result.dtype == .float32 {
            result.pointer(Float.self)[place] = Float(value)
        } else {
            result.pointer(Double.self)[place] = value
        }
    }
}
