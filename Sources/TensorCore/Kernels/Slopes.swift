import CSimd
import Glibc

/// Gradients through functions of each element in one pass, over contiguous tensors of one shape and type.
enum Slopes {
    @inline(never)
    static func multiply(_ slope: Slope, _ g: Tensor, _ point: Tensor, into result: Tensor) {
        let chunks = (result.count + WorkSize.elements - 1) / WorkSize.elements
        Threads.parallelFor(chunks) { chunk in
            let start = chunk * WorkSize.elements
            let count = min(WorkSize.elements, result.count - start)
            if result.dtype == .float32 {
                floats(
                    slope, g.pointer(Float.self) + start, point.pointer(Float.self) + start,
                    result.pointer(Float.self) + start, count)
            } else {
                doubles(
                    slope, g.pointer(Double.self) + start, point.pointer(Double.self) + start,
                    result.pointer(Double.self) + start, count)
            }
        }
    }

    private static func floats(
        _ slope: Slope, _ g: UnsafePointer<Float>, _ point: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        guard slope == .gelu else { return simple(slope, g, point, to, count) }
        var i = 0
        while i < count {
            let rest = count &- i
            (FloatVector.load(upTo: rest, g + i) * csimd_gelu_slope(.load(upTo: rest, point + i)))
                .store(upTo: rest, to + i)
            i &+= FloatVector.scalarCount
        }
    }

    private static func doubles(
        _ slope: Slope, _ g: UnsafePointer<Double>, _ point: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        guard slope == .gelu else { return simple(slope, g, point, to, count) }
        for i in 0..<count {
            let x = point[i]
            let cumulative = (erf(x * 0.5.squareRoot()) + 1) * 0.5
            to[i] = g[i] * (cumulative + x * exp(x * x * -0.5) / (2 * Double.pi).squareRoot())
        }
    }

    @inline(__always)
    private static func simple<Value: FractionElement>(
        _ slope: Slope, _ g: UnsafePointer<Value>, _ point: UnsafePointer<Value>, _ to: UnsafeMutablePointer<Value>,
        _ count: Int
    ) {
        switch slope {
        case .relu: for i in 0..<count { to[i] = point[i] > 0 ? g[i] : 0 }
        case .sigmoid: for i in 0..<count { to[i] = g[i] * (point[i] * (1 - point[i])) }
        case .tanh: for i in 0..<count { to[i] = g[i] * (1 - point[i] * point[i]) }
        case .gelu: preconditionFailure("gelu has loops of its own")
        }
    }
}

/// Gradients through softmax, its logarithm and the cross entropy, along the rows of contiguous tensors of one type.
enum RowGradients {
    /// `y * (g - sum(g * y))` for softmax's result, `g - exp(y) * sum(g)` for its logarithm's.
    @inline(never)
    static func softmax(_ kind: Softmax.Kind, _ g: Tensor, _ y: Tensor, size: Int, into result: Tensor) {
        if result.count == 0 { return }
        Threads.parallelFor(chunks(result, size)) { chunk in
            for row in rows(result, size, chunk) {
                if result.dtype == .float32 {
                    softmax(kind, g, y, row * size, size, result, FloatVector.self)
                } else {
                    softmax(kind, g, y, row * size, size, result, DoubleVector.self)
                }
            }
        }
    }

    private static func softmax<V: GateVector>(
        _ kind: Softmax.Kind, _ g: Tensor, _ y: Tensor, _ start: Int, _ size: Int, _ result: Tensor, _: V.Type
    ) {
        let g = UnsafePointer(g.pointer(V.Scalar.self) + start)
        let y = UnsafePointer(y.pointer(V.Scalar.self) + start)
        let to = result.pointer(V.Scalar.self) + start
        let isLogarithm = kind == .logSoftmax
        @inline(__always)
        func product(_ place: Int, _ left: Int) -> V { .load(upTo: left, g + place) * .load(upTo: left, y + place) }
        let sum = isLogarithm ? Summing<V>.sum(g, size) : Summing<V>.sum(size, product)
        let sums = V(repeating: sum)
        var i = 0
        while i < size {
            let left = size &- i
            let (g, y) = (V.load(upTo: left, g + i), V.load(upTo: left, y + i))
            (isLogarithm ? g - V.exp(y) * sums : y * (g - sums)).store(upTo: left, to + i)
            i &+= V.scalarCount
        }
    }

    /// `(exp(logProbabilities) - target) * share` by row, where the target is `1 - smoothing` at the row's label and
    /// `smoothing / size` everywhere.
    @inline(never)
    static func crossEntropy(
        _ logProbabilities: Tensor, labels: Tensor, shares: Tensor, smoothing: Double, size: Int, into result: Tensor
    ) {
        if result.count == 0 { return }
        let labels = labels.pointer(Int64.self)
        Threads.parallelFor(chunks(result, size)) { chunk in
            for row in rows(result, size, chunk) {
                if result.dtype == .float32 {
                    crossEntropy(
                        logProbabilities.pointer(Float.self) + row * size, Int(labels[row]),
                        shares.pointer(Float.self)[row], Float(smoothing), size,
                        result.pointer(Float.self) + row * size
                    ) { VectorMath.map(.exp, $0, $1, count: size) }
                } else {
                    crossEntropy(
                        logProbabilities.pointer(Double.self) + row * size, Int(labels[row]),
                        shares.pointer(Double.self)[row], smoothing, size, result.pointer(Double.self) + row * size
                    ) { VectorMath.map(.exp, $0, $1, count: size) }
                }
            }
        }
    }

    @inline(__always)
    private static func crossEntropy<Value: FractionElement>(
        _ logProbabilities: UnsafePointer<Value>, _ label: Int, _ share: Value, _ smoothing: Value, _ size: Int,
        _ to: UnsafeMutablePointer<Value>, _ exponentials: (UnsafePointer<Value>, UnsafeMutablePointer<Value>) -> Void
    ) {
        // Rows that do not count may hold anything.
        if share == 0 { return to.update(repeating: 0, count: size) }
        exponentials(logProbabilities, to)
        let level = smoothing / Value(size)
        for i in 0..<size { to[i] = (to[i] - level) * share }
        to[label] -= (1 - smoothing) * share
    }

    private static func rowsPerChunk(_ size: Int) -> Int { max(WorkSize.elements / size, 1) }

    private static func chunks(_ result: Tensor, _ size: Int) -> Int {
        let rows = result.count / size
        return (rows + rowsPerChunk(size) - 1) / rowsPerChunk(size)
    }

    private static func rows(_ result: Tensor, _ size: Int, _ chunk: Int) -> Range<Int> {
        let first = chunk * rowsPerChunk(size)
        return first..<min(first + rowsPerChunk(size), result.count / size)
    }
}
