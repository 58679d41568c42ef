/// A run over elements: the operand's, and where the results go. Both are contiguous.
struct ElementRun {
    let from: UnsafeRawPointer
    let to: UnsafeMutableRawPointer
    let count: Int

    @inline(__always)
    func each<Value, Result>(_ function: (Value) -> Result) {
        let from = from.assumingMemoryBound(to: Value.self)
        let to = to.assumingMemoryBound(to: Result.self)
        for i in 0..<count { to[i] = function(from[i]) }
    }

    @inline(__always)
    func vectors(_ function: (FloatVector) -> FloatVector) {
        let x = from.assumingMemoryBound(to: Float.self)
        let y = to.assumingMemoryBound(to: Float.self)
        var i = 0
        while i < count {
            function(.load(upTo: count &- i, x + i)).store(upTo: count &- i, y + i)
            i &+= FloatVector.scalarCount
        }
    }
}

/// A run that multiplies a gradient by a function's slope at points. All three are contiguous and of one type.
struct SlopeRun {
    let gradient: UnsafeRawPointer
    let point: UnsafeRawPointer
    let to: UnsafeMutableRawPointer
    let count: Int

    @inline(__always)
    func each<Value>(_ function: (_ gradient: Value, _ point: Value) -> Value) {
        let g = gradient.assumingMemoryBound(to: Value.self)
        let point = point.assumingMemoryBound(to: Value.self)
        let to = to.assumingMemoryBound(to: Value.self)
        for i in 0..<count { to[i] = function(g[i], point[i]) }
    }

    @inline(__always)
    func vectors(_ function: (_ gradient: FloatVector, _ point: FloatVector) -> FloatVector) {
        let g = gradient.assumingMemoryBound(to: Float.self)
        let point = point.assumingMemoryBound(to: Float.self)
        let to = to.assumingMemoryBound(to: Float.self)
        var i = 0
        while i < count {
            let rest = count &- i
            function(.load(upTo: rest, g + i), .load(upTo: rest, point + i)).store(upTo: rest, to + i)
            i &+= FloatVector.scalarCount
        }
    }
}

extension UnaryOperation {
    typealias Loop = @Sendable (ElementRun) -> Void

    /// Runs over contiguous elements, on all threads where they are many.
    func run(_ operand: Tensor, into result: Tensor) {
        guard let loop = loop(operand.dtype) else {
            preconditionFailure("\(name) is done on another type than \(operand.dtype)")
        }
        let from = UnsafeRawPointer(operand.storage.base) + operand.offset * operand.dtype.size
        let to = result.storage.base + result.offset * result.dtype.size
        let (operandSize, resultSize) = (operand.dtype.size, result.dtype.size)
        eachChunk(result.count) { start, count in
            loop(ElementRun(from: from + start * operandSize, to: to + start * resultSize, count: count))
        }
    }

    /// Whether the slope is told from the function's results.
    package var hasSlopeOfResult: Bool { slope?.isOfResult ?? false }

    /// The function of one number in double precision.
    package func callAsFunction(_ x: Double) -> Double {
        var y = Double.nan
        withUnsafePointer(to: x) { from in
            withUnsafeMutablePointer(to: &y) { to in float64(ElementRun(from: from, to: to, count: 1)) }
        }
        return y
    }

    private func loop(_ dtype: DType) -> Loop? {
        switch dtype {
        case .bool: bool
        case .uint8: uint8
        case .int64: int64
        case .float32: float32
        case .float64: float64
        }
    }

    /// The product of a gradient and this function's slope in one pass.
    struct Slope: Sendable {
        /// Whether the slope is told from the function's results, and not from its operands.
        let isOfResult: Bool
        let float32: @Sendable (SlopeRun) -> Void
        let float64: @Sendable (SlopeRun) -> Void

        func run(_ gradient: Tensor, at point: Tensor, into result: Tensor) {
            let loop = result.dtype == .float32 ? float32 : float64
            let size = result.dtype.size
            let g = UnsafeRawPointer(gradient.storage.base) + gradient.offset * size
            let points = UnsafeRawPointer(point.storage.base) + point.offset * size
            let to = result.storage.base + result.offset * size
            eachChunk(result.count) { start, count in
                let start = start * size
                loop(SlopeRun(gradient: g + start, point: points + start, to: to + start, count: count))
            }
        }
    }
}

/// Calls `body` with the start and the length of each chunk of so many elements, on all threads where there are several.
private func eachChunk(_ count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    let size = WorkSize.elements
    guard count > size else { return body(0, count) }
    Threads.parallelFor((count + size - 1) / size) { chunk in
        body(chunk * size, min(size, count - chunk * size))
    }
}
