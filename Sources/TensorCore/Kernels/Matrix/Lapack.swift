import CLapack
import Glibc

/// Batches of matrices through LAPACK: contiguous, `[..., rows, columns]`, float64.
///
/// One routine works on one matrix at a time and on one thread, so results depend on the library alone. Nothing stops a
/// routine: at an interrupt one that works for long is left behind, with the memory that it works on.
enum Lapack {
    /// Of the smaller side: sizes of work arrays stay within 32 bits.
    static let greatestSide = 16_384

    /// Checks that matrices can be worked on.
    ///
    /// - Throws: `LinearAlgebraError` `.unavailable`, `.tooLarge`; `TensorError.outOfMemory`.
    static func check(_ operation: String, rows: Int, columns: Int) throws {
        guard dls_lapack_load() != 0 else { throw LinearAlgebraError.unavailable }
        let (least, greatest) = (min(rows, columns), max(rows, columns))
        guard least <= greatestSide, greatest < Int(Int32.max) / max(least, 1) else {
            throw LinearAlgebraError.tooLarge(operation: operation, rows: rows, columns: columns)
        }
        try Storage.checkAvailable((4 * least * least + 3 * rows * columns) * DType.float64.size)
    }

    /// The products of a routine that may be worth a thread of its own: some ten milliseconds.
    private static let longWork = 5_000_000

    /// Calls a routine for each matrix of a batch with its number.
    ///
    /// - Parameters:
    ///   - sides: Of a matrix: rows, columns, and how many there are of the vectors that are worked on.
    ///   - memory: All that the routine reads and writes.
    /// - Returns: What the routine answered where that was not 0: the first such matrix.
    private static func each(
        _ batch: [Int], sides: (Int, Int, Int), memory: [Storage], _ routine: @escaping (Int) -> Int32
    ) throws -> (place: [Int], info: Int)? {
        let isLong = Double(sides.0) * Double(sides.1) * Double(sides.2) >= Double(longWork)
        for index in 0..<batch.reduce(1, *) {
            try Interrupt.check()
            let info = Int(isLong ? try leavable(memory, { routine(index) }) : routine(index))
            if info < 0 { throw TensorError.workMemory(byteCount: .max) }
            if info > 0 { return (place(of: index, in: batch), info) }
        }
        return nil
    }

    private final class Answer { var info: Int32 = 0 }

    private static func leavable(_ memory: [Storage], _ routine: @escaping () -> Int32) throws -> Int32 {
        let answer = Answer()
        try LeftBehind.run { withExtendedLifetime(memory) { answer.info = routine() } }
        return answer.info
    }

    private static func place(of index: Int, in batch: [Int]) -> [Int] {
        var rest = index
        var place: [Int] = []
        for size in batch.reversed() {
            place.insert(rest % size, at: 0)
            rest /= size
        }
        return place
    }

    private static func sizes(_ x: Tensor) -> (batch: [Int], rows: Int, columns: Int) {
        (Array(x.shape.dropLast(2)), x.shape[x.rank - 2], x.shape[x.rank - 1])
    }

    /// Throws where a matrix holds NaN or infinities.
    static func checkFinite(_ a: Tensor, _ operation: String) throws {
        let (batch, rows, columns) = sizes(a)
        let numbers = a.pointer(Double.self)
        for i in 0..<a.count where !numbers[i].isFinite {
            throw LinearAlgebraError.notFinite(operation: operation, place: place(of: i / (rows * columns), in: batch))
        }
    }

    /// The rows that were exchanged in each matrix of a batch.
    struct Pivots {
        fileprivate let storage: Storage
        fileprivate let count: Int

        fileprivate init(count: Int) throws {
            storage = try Storage(byteCount: count * MemoryLayout<Int32>.size, zeroed: true)
            self.count = count
        }

        fileprivate var numbers: UnsafeMutablePointer<Int32> { storage.base.assumingMemoryBound(to: Int32.self) }
    }

    /// P A = L U in place.
    ///
    /// - Returns: The pivots of each matrix, and the first that is singular.
    static func lu(_ a: Tensor) throws -> (pivots: Pivots, singular: [Int]?) {
        let (batch, n, _) = sizes(a)
        let pivots = try Pivots(count: a.count / max(n, 1))
        if a.count == 0 { return (pivots, nil) }
        let (numbers, rows) = (a.pointer(Double.self), pivots.numbers)
        let memory = [a.storage, pivots.storage]
        var singular: [Int]?
        for i in 0..<batch.reduce(1, *) {
            // The others are factored all the same.
            let failure = try each([], sides: (n, n, n), memory: memory) { _ in
                dls_lapack_lu(Int32(n), numbers + i * n * n, rows + i * n)
            }
            if failure != nil, singular == nil { singular = place(of: i, in: batch) }
        }
        return (pivots, singular)
    }

    /// The inverses in place of what `lu` made.
    static func invert(_ lu: Tensor, _ pivots: Pivots) throws {
        let (batch, n, _) = sizes(lu)
        if lu.count == 0 { return }
        let (numbers, rows) = (lu.pointer(Double.self), pivots.numbers)
        _ = try each(batch, sides: (n, n, n), memory: [lu.storage, pivots.storage]) {
            dls_lapack_inverse(Int32(n), numbers + $0 * n * n, rows + $0 * n)
        }
    }

    /// Writes the solutions of A x = b over b.
    static func solve(_ lu: Tensor, _ pivots: Pivots, _ b: Tensor) throws {
        let (batch, n, columns) = sizes(b)
        if b.count == 0 { return }
        let (numbers, right, rows) = (lu.pointer(Double.self), b.pointer(Double.self), pivots.numbers)
        _ = try each(batch, sides: (n, n, columns), memory: [lu.storage, pivots.storage, b.storage]) {
            dls_lapack_solve(
                Int32(n), Int32(columns), numbers + $0 * n * n, rows + $0 * n, right + $0 * n * columns)
        }
    }

    /// Sign and logarithm of the size of each determinant, `[..., 2]`, from what `lu` made; with `isPlain` the determinant
    /// itself, `[...]`.
    static func determinants(_ lu: Tensor, _ pivots: Pivots, isPlain: Bool) throws -> Tensor {
        let (batch, n, _) = sizes(lu)
        let result = try Tensor.empty(isPlain ? batch : batch + [2], dtype: .float64)
        let (numbers, to) = (lu.pointer(Double.self), result.pointer(Double.self))
        for i in 0..<batch.reduce(1, *) {
            var (sign, logarithm, product) = (1.0, 0.0, 1.0)
            for row in 0..<n {
                let element = numbers[(i * n + row) * n + row]
                if Int(pivots.numbers[i * n + row]) != row + 1 { sign = -sign }
                if element < 0 { sign = -sign }
                if element == 0 || element.isNaN { sign *= element }
                logarithm += Glibc.log(abs(element))
                product *= abs(element)
            }
            if isPlain {
                to[i] = product == 0 ? 0 : sign * product
            } else {
                // The sign of a singular matrix is 0 and has none of its own.
                to[2 * i] = sign == 0 ? 0 : sign
                to[2 * i + 1] = logarithm
            }
        }
        return result
    }

    /// A = L L^T in place.
    static func cholesky(_ a: Tensor) throws {
        let (batch, n, _) = sizes(a)
        if a.count == 0 { return }
        let numbers = a.pointer(Double.self)
        if let (place, order) = try each(
            batch, sides: (n, n, n), memory: [a.storage], { dls_lapack_cholesky(Int32(n), numbers + $0 * n * n) })
        {
            throw LinearAlgebraError.notPositiveDefinite(order: order, place: place)
        }
    }

    /// Householder's QR in place; returns the factors of the reflectors, `[..., min(rows, columns)]`.
    static func qr(_ a: Tensor) throws -> Tensor {
        let (batch, m, n) = sizes(a)
        let k = min(m, n)
        let tau = try Tensor.empty(batch + [k], dtype: .float64)
        if a.count == 0 { return tau }
        let (numbers, factors) = (a.pointer(Double.self), tau.pointer(Double.self))
        _ = try each(batch, sides: (m, n, k), memory: [a.storage, tau.storage]) {
            dls_lapack_qr(Int32(m), Int32(n), numbers + $0 * m * n, factors + $0 * k)
        }
        return tau
    }

    /// Makes Q in place of reflectors, of which the first columns hold as many as there are factors.
    static func orthogonal(_ q: Tensor, _ tau: Tensor) throws {
        let (batch, m, columns) = sizes(q)
        let k = tau.shape[tau.rank - 1]
        if q.count == 0 { return }
        let (numbers, factors) = (q.pointer(Double.self), tau.pointer(Double.self))
        _ = try each(batch, sides: (m, columns, k), memory: [q.storage, tau.storage]) {
            dls_lapack_qr_orthogonal(
                Int32(m), Int32(columns), Int32(k), numbers + $0 * m * columns, factors + $0 * k)
        }
    }

    /// Singular values, and vectors where `u` and `vt` are there to take them; overwrites `a`.
    static func svd(_ a: Tensor, values: Tensor, vectors: (u: Tensor, vt: Tensor)?, isFull: Bool) throws {
        let (batch, m, n) = sizes(a)
        let k = min(m, n)
        if a.count == 0 { return }
        let (numbers, s) = (a.pointer(Double.self), values.pointer(Double.self))
        let job = CChar(bitPattern: vectors == nil ? UInt8(ascii: "N") : UInt8(ascii: isFull ? "A" : "S"))
        let (u, vt) = (vectors?.u.pointer(Double.self), vectors?.vt.pointer(Double.self))
        let (uSize, vtSize) = (m * (isFull ? m : k), n * (isFull ? n : k))
        let memory = [a.storage, values.storage] + (vectors.map { [$0.u.storage, $0.vt.storage] } ?? [])
        let failure = try each(batch, sides: (m, n, k), memory: memory) { i in
            dls_lapack_svd(
                job, Int32(m), Int32(n), numbers + i * m * n, s + i * k, u.map { $0 + i * uSize },
                vt.map { $0 + i * vtSize })
        }
        if let failure { throw LinearAlgebraError.notConverged(operation: "svd", place: failure.place) }
    }

    /// Eigenvalues of symmetric matrices; with `givesVectors` their vectors take the place of `a`.
    static func eigh(_ a: Tensor, values: Tensor, givesVectors: Bool, isUpper: Bool) throws {
        let (batch, n, _) = sizes(a)
        if a.count == 0 { return }
        let (numbers, w) = (a.pointer(Double.self), values.pointer(Double.self))
        let job = CChar(bitPattern: UInt8(ascii: givesVectors ? "V" : "N"))
        let side = CChar(bitPattern: UInt8(ascii: isUpper ? "U" : "L"))
        let failure = try each(batch, sides: (n, n, n), memory: [a.storage, values.storage]) {
            dls_lapack_eigh(job, side, Int32(n), numbers + $0 * n * n, w + $0 * n)
        }
        if let failure { throw LinearAlgebraError.notConverged(operation: "eigh", place: failure.place) }
    }

    /// Eigenvalues of general matrices; overwrites `a`.
    static func eig(_ a: Tensor, real: Tensor, imaginary: Tensor, vectors: Tensor?) throws {
        let (batch, n, _) = sizes(a)
        if a.count == 0 { return }
        let numbers = a.pointer(Double.self)
        let (wr, wi, v) = (
            real.pointer(Double.self), imaginary.pointer(Double.self), vectors?.pointer(Double.self)
        )
        let job = CChar(bitPattern: UInt8(ascii: vectors == nil ? "N" : "V"))
        let memory = [a.storage, real.storage, imaginary.storage] + (vectors.map { [$0.storage] } ?? [])
        let failure = try each(batch, sides: (n, n, n), memory: memory) { i in
            dls_lapack_eig(
                job, Int32(n), numbers + i * n * n, wr + i * n, wi + i * n, v.map { $0 + i * n * n })
        }
        if let failure { throw LinearAlgebraError.notConverged(operation: "eig", place: failure.place) }
    }

    /// The first matrix with an eigenvalue that is not real, and that value.
    static func firstComplex(_ real: Tensor, _ imaginary: Tensor) -> (real: Double, imaginary: Double, place: [Int])? {
        let n = max(real.shape[real.rank - 1], 1)
        let (wr, wi) = (real.pointer(Double.self), imaginary.pointer(Double.self))
        guard let index = (0..<real.count).first(where: { wi[$0] != 0 }) else { return nil }
        return (wr[index], wi[index], place(of: index / n, in: Array(real.shape.dropLast())))
    }
}
