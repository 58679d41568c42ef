import Glibc

/// Functions of the elements of two tensors.
///
/// Both operands have the same type and strides by which they have the result's shape; the result is contiguous.
enum Combining {
    @inline(never)
    static func combine(
        _ operation: BinaryOperation, _ a: Tensor, _ aStrides: [Int], _ b: Tensor, _ bStrides: [Int],
        into result: Tensor
    ) {
        let dtype = a.dtype
        let mayRepeat = mayRepeat(operation, dtype)
        let operands = Operands(a: a, aStrides: aStrides, b: b, bStrides: bStrides, result: result)
        guard result.count >= 4 * WorkSize.elements else {
            return eachRun(operands, mayRepeat: mayRepeat) { combine(operation, dtype, $0) }
        }
        let whole = operands.joined()
        let rowCount = result.count / whole.result.shape[0]
        let rows = max(WorkSize.elements / rowCount, 1)
        Threads.parallelFor((whole.result.shape[0] + rows - 1) / rows) { chunk in
            eachRun(whole.rows(from: chunk * rows, count: rows), mayRepeat: mayRepeat) {
                combine(operation, dtype, $0)
            }
        }
    }

    private struct Operands {
        var a: Tensor
        var aStrides: [Int]
        var b: Tensor
        var bStrides: [Int]
        var result: Tensor

        /// The same with a single axis where the strides allow.
        func joined() -> Operands {
            let walk = Walk(result.shape, aStrides, bStrides)
            guard walk.isSingleRun else { return self }
            return Operands(
                a: a, aStrides: [walk.row.aStride], b: b, bStrides: [walk.row.bStride],
                result: result.view(shape: [walk.row.count], strides: [1]))
        }

        /// The part at some places of the first axis, fewer at its end.
        func rows(from start: Int, count: Int) -> Operands {
            Operands(
                a: a.view(shape: [], strides: [], offset: a.offset + start * aStrides[0]), aStrides: aStrides,
                b: b.view(shape: [], strides: [], offset: b.offset + start * bStrides[0]), bStrides: bStrides,
                result: result.narrowed(0, from: start, count: min(count, result.shape[0] - start)))
        }
    }

    // MARK: Runs

    /// Elements that lie one after the other in both operands and in the result.
    struct Run {
        var a: UnsafeRawPointer
        var b: UnsafeRawPointer
        var result: UnsafeMutableRawPointer
        var count: Int
        /// The operand of which a single element stands for all.
        var repeated = Repeated.none

        enum Repeated { case none, a, b }
    }

    /// Calls `body` with runs of elements that lie one after the other in both operands and in the result: those that do
    /// not are copied before, so that most functions have a single loop.
    ///
    /// - Parameter mayRepeat: Whether `body` takes a single element of an operand for all.
    private static func eachRun(_ o: Operands, mayRepeat: Bool = false, _ body: (Run) -> Void) {
        let (size, resultSize) = (o.a.dtype.size, o.result.dtype.size)
        let (a, b) = (Operand(o.a), Operand(o.b))
        let result = o.result.storage.base + o.result.offset * resultSize
        var walk = Walk(o.result.shape, o.aStrides, o.bStrides)
        let (aStride, bStride) = (walk.row.aStride, walk.row.bStride)
        let repeated: Run.Repeated =
            mayRepeat && aStride == 0 && bStride == 1 ? .a : mayRepeat && aStride == 1 && bStride == 0 ? .b : .none
        if repeated != .none || (aStride == 1 && bStride == 1) {
            while walk.next() {
                let row = walk.row
                body(
                    Run(
                        a: a.start + row.a &* size, b: b.start + row.b &* size,
                        result: result + row.position &* resultSize, count: row.count, repeated: repeated))
            }
            return
        }
        Scratch.withBounded(2 * Operand.roomByteCount, of: UInt8.self) { room in
            var (a, b) = (a, b)
            a.room = UnsafeMutableRawPointer(room)
            b.room = a.room + Operand.roomByteCount
            while walk.next() {
                let row = walk.row
                var i = 0
                while i < row.count {
                    let count = min(row.count &- i, Operand.roomByteCount / size)
                    body(
                        Run(
                            a: a.run(row.a &+ i &* aStride, aStride, count),
                            b: b.run(row.b &+ i &* bStride, bStride, count),
                            result: result + (row.position &+ i) &* resultSize, count: count))
                    i &+= count
                }
            }
        }
    }

    private struct Operand {
        static let roomByteCount = 4096

        let start: UnsafeRawPointer
        let size: Int
        /// For elements that do not lie one after the other.
        var room: UnsafeMutableRawPointer
        /// Whose repetitions fill the room from its start, and how many.
        private var repeated = -1
        private var repetitions = 0

        init(_ tensor: Tensor) {
            size = tensor.dtype.size
            start = UnsafeRawPointer(tensor.storage.base + tensor.offset * size)
            room = tensor.storage.base
        }

        @inline(__always)
        mutating func run(_ place: Int, _ stride: Int, _ count: Int) -> UnsafeRawPointer {
            let from = start + place &* size
            if stride == 1 { return from }
            if stride == 0 {
                if repeated == place && repetitions >= count { return UnsafeRawPointer(room) }
                (repeated, repetitions) = (place, count)
            }
            switch size {
            case 1: Operand.copy(from, stride, room, count, UInt8.self)
            case 4: Operand.copy(from, stride, room, count, UInt32.self)
            default: Operand.copy(from, stride, room, count, UInt64.self)
            }
            return UnsafeRawPointer(room)
        }

        @inline(__always)
        private static func copy<Word>(
            _ from: UnsafeRawPointer, _ stride: Int, _ to: UnsafeMutableRawPointer, _ count: Int, _: Word.Type
        ) {
            let from = from.assumingMemoryBound(to: Word.self)
            let to = to.assumingMemoryBound(to: Word.self)
            if stride == 0 { return to.update(repeating: from[0], count: count) }
            for i in 0..<count { to[i] = from[i &* stride] }
        }
    }

    private static func combine(_ operation: BinaryOperation, _ dtype: DType, _ run: Run) {
        switch dtype {
        case .bool: combineBooleans(operation, run)
        case .uint8: combineWhole(operation, run, UInt8.self)
        case .int64: combineWhole(operation, run, Int64.self)
        case .float32: combineFractions(operation, run, Float.self)
        case .float64: combineFractions(operation, run, Double.self)
        }
    }

    /// Whether a function has loops for a single element of an operand: those that training does most often.
    private static func mayRepeat(_ operation: BinaryOperation, _ dtype: DType) -> Bool {
        switch operation {
        case .add, .subtract, .multiply, .divide: dtype.isFloatingPoint
        default: false
        }
    }

    // MARK: By type

    private static func combineBooleans(_ operation: BinaryOperation, _ o: Run) {
        typealias Byte = UInt8
        switch operation {
        case .add, .maximum, .logicalOr: each(o) { (a: Byte, b: Byte) in a | b }
        case .multiply, .minimum, .logicalAnd: each(o) { (a: Byte, b: Byte) in a & b }
        case .notEqual: each(o) { (a: Byte, b: Byte) in a ^ b }
        case .equal: each(o) { (a: Byte, b: Byte) in a ^ b ^ 1 }
        case .less: each(o) { (a: Byte, b: Byte) in (a ^ 1) & b }
        case .lessOrEqual: each(o) { (a: Byte, b: Byte) in (a ^ 1) | b }
        case .greater: each(o) { (a: Byte, b: Byte) in a & (b ^ 1) }
        case .greaterOrEqual: each(o) { (a: Byte, b: Byte) in a | (b ^ 1) }
        case .subtract, .divide, .floorDivide, .remainder, .power, .arcTangent:
            preconditionFailure("\(operation) is done on another type than bool")
        }
    }

    @inline(__always)
    private static func combineWhole<Whole: WholeElement>(
        _ operation: BinaryOperation, _ o: Run, _: Whole.Type
    ) {
        switch operation {
        case .add: each(o) { (a: Whole, b: Whole) in a &+ b }
        case .subtract: each(o) { (a: Whole, b: Whole) in a &- b }
        case .multiply: each(o) { (a: Whole, b: Whole) in a &* b }
        case .floorDivide: each(o) { (a: Whole, b: Whole) in a.floorDivided(by: b).quotient }
        case .remainder: each(o) { (a: Whole, b: Whole) in a.floorDivided(by: b).remainder }
        case .power: each(o) { (a: Whole, b: Whole) in a.power(b) }
        default: compare(operation, o, Whole.self)
        }
    }

    @inline(__always)
    private static func combineFractions<Fraction: FractionElement>(
        _ operation: BinaryOperation, _ o: Run, _: Fraction.Type
    ) {
        switch operation {
        case .add: eachOrRepeated(o) { (a: Fraction, b: Fraction) in a + b }
        case .subtract: eachOrRepeated(o) { (a: Fraction, b: Fraction) in a - b }
        case .multiply: eachOrRepeated(o) { (a: Fraction, b: Fraction) in a * b }
        case .divide: eachOrRepeated(o) { (a: Fraction, b: Fraction) in a / b }
        case .floorDivide: Fraction.floorDivide(o)
        case .remainder: Fraction.floorRemainder(o)
        case .power: Fraction.power(o)
        case .arcTangent: Fraction.arcTangent(o)
        default: compare(operation, o, Fraction.self)
        }
    }

    @inline(__always)
    private static func compare<Value: Element>(_ operation: BinaryOperation, _ o: Run, _: Value.Type) {
        typealias Bit = UInt8
        switch operation {
        case .maximum: each(o) { (a: Value, b: Value) in a > b || a.isNotANumber ? a : b }
        case .minimum: each(o) { (a: Value, b: Value) in a < b || a.isNotANumber ? a : b }
        case .equal: each(o) { (a: Value, b: Value) -> Bit in a == b ? 1 : 0 }
        case .notEqual: each(o) { (a: Value, b: Value) -> Bit in a != b ? 1 : 0 }
        case .less: each(o) { (a: Value, b: Value) -> Bit in a < b ? 1 : 0 }
        case .lessOrEqual: each(o) { (a: Value, b: Value) -> Bit in a <= b ? 1 : 0 }
        case .greater: each(o) { (a: Value, b: Value) -> Bit in a > b ? 1 : 0 }
        case .greaterOrEqual: each(o) { (a: Value, b: Value) -> Bit in a >= b ? 1 : 0 }
        default: preconditionFailure("\(operation) is no comparison")
        }
    }

    @inline(__always)
    private static func each<Value, Result>(_ run: Run, _ function: (Value, Value) -> Result) { run.each(function) }

    @inline(__always)
    private static func eachOrRepeated<Value>(_ run: Run, _ function: (Value, Value) -> Value) {
        let a = run.a.assumingMemoryBound(to: Value.self)
        let b = run.b.assumingMemoryBound(to: Value.self)
        let result = run.result.assumingMemoryBound(to: Value.self)
        switch run.repeated {
        case .none: for i in 0..<run.count { result[i] = function(a[i], b[i]) }
        case .a:
            let left = a[0]
            for i in 0..<run.count { result[i] = function(left, b[i]) }
        case .b:
            let right = b[0]
            for i in 0..<run.count { result[i] = function(a[i], right) }
        }
    }

    /// Writes the elements of `a` where those of the bool `condition` are set, else those of `b`.
    @inline(never)
    static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor, into result: Tensor) {
        let perRow = result.count / max(result.shape.first ?? 1, 1)
        let isSingleRun = Walk(result.shape, a.strides, b.strides, condition.strides).isSingleRun
        guard !isSingleRun, result.count >= 4 * WorkSize.elements, result.shape[0] > 1 else {
            return selectAll(condition, a, b, into: result)
        }
        let rows = max(WorkSize.elements / max(perRow, 1), 1)
        Threads.parallelFor((result.shape[0] + rows - 1) / rows) { chunk in
            let start = chunk * rows
            let count = min(rows, result.shape[0] - start)
            selectAll(
                condition.narrowed(0, from: start, count: count), a.narrowed(0, from: start, count: count),
                b.narrowed(0, from: start, count: count), into: result.narrowed(0, from: start, count: count))
        }
    }

    private static func selectAll(_ condition: Tensor, _ a: Tensor, _ b: Tensor, into result: Tensor) {
        switch result.dtype.size {
        case 1: select(condition, a, b, into: result, UInt8.self)
        case 4: select(condition, a, b, into: result, UInt32.self)
        default: select(condition, a, b, into: result, UInt64.self)
        }
    }

    @inline(__always)
    private static func select<Word>(
        _ condition: Tensor, _ a: Tensor, _ b: Tensor, into result: Tensor, _: Word.Type
    ) {
        let flags = condition.pointer(UInt8.self)
        let (a, b, to) = (a.strided(Word.self), b.strided(Word.self), result.pointer(Word.self))
        var walk = Walk(result.shape, a.strides, b.strides, condition.strides)
        // Long runs are shared out; short ones, such as those of a mask that is broadcast, are taken many at a time.
        if walk.isSingleRun {
            let row = walk.row
            let size = WorkSize.elements
            return Threads.parallelFor((row.count + size - 1) / size) { chunk in
                let start = chunk * size
                selectRow(
                    flags + start * row.cStride, row.cStride, a.base + start * row.aStride, row.aStride,
                    b.base + start * row.bStride, row.bStride, into: to + start, count: min(size, row.count - start))
            }
        }
        while walk.next() {
            let row = walk.row
            selectRow(
                flags + row.c, row.cStride, a.base + row.a, row.aStride, b.base + row.b, row.bStride,
                into: to + row.position, count: row.count)
        }
    }

    /// Both operands are read at every place, which lets the loops run over vectors.
    @inline(__always)
    private static func selectRow<Word>(
        _ flags: UnsafePointer<UInt8>, _ flagStride: Int, _ a: UnsafePointer<Word>, _ aStride: Int,
        _ b: UnsafePointer<Word>, _ bStride: Int, into to: UnsafeMutablePointer<Word>, count: Int
    ) {
        switch (flagStride, aStride, bStride) {
        case (1, 1, 1):
            for i in 0..<count {
                let (x, y) = (a[i], b[i])
                to[i] = flags[i] != 0 ? x : y
            }
        case (1, 0, 1):
            let x = a[0]
            for i in 0..<count {
                let y = b[i]
                to[i] = flags[i] != 0 ? x : y
            }
        case (1, 1, 0):
            let y = b[0]
            for i in 0..<count {
                let x = a[i]
                to[i] = flags[i] != 0 ? x : y
            }
        default:
            for i in 0..<count { to[i] = flags[i * flagStride] != 0 ? a[i * aStride] : b[i * bStride] }
        }
    }

    @inline(never)
    static func isClose(_ a: Tensor, _ b: Tensor, rtol: Double, atol: Double, into result: Tensor) {
        let operands = Operands(a: a, aStrides: a.strides, b: b, bStrides: b.strides, result: result)
        eachRun(operands) { run in
            each(run) { (a: Double, b: Double) -> UInt8 in
                // Equal infinities are close though their difference is NaN; an infinite `b` is within reach of nothing
                // else.
                a == b || (b.isFinite && (a - b).magnitude <= atol + rtol * b.magnitude) ? 1 : 0
            }
        }
    }

    enum Condition { case zero, negative }

    /// Whether a tensor of whole numbers has an element of a kind.
    @inline(never)
    static func holds(_ tensor: Tensor, where condition: Condition) -> Bool {
        switch (tensor.dtype, condition) {
        case (.int64, .zero): holds(tensor) { (value: Int64) in value == 0 }
        case (.int64, .negative): holds(tensor) { (value: Int64) in value < 0 }
        case (_, .zero): holds(tensor) { (value: UInt8) in value == 0 }
        case (_, .negative): false
        }
    }

    @inline(__always)
    private static func holds<Value>(_ tensor: Tensor, _ condition: (Value) -> Bool) -> Bool {
        let from = tensor.pointer(Value.self)
        var found = false
        var walk = Walk(tensor.shape, tensor.strides)
        while walk.next() {
            let row = walk.row
            for i in 0..<row.count where condition(from[row.a + i * row.aStride]) { found = true }
        }
        return found
    }
}

extension Tensor {
    @inline(__always)
    fileprivate func strided<Value>(_: Value.Type) -> (base: UnsafeMutablePointer<Value>, strides: [Int]) {
        (pointer(Value.self), strides)
    }
}

/// An element that has no fraction.
private protocol WholeElement: Element, FixedWidthInteger {}

extension Int64: WholeElement {}
extension UInt8: WholeElement {}

extension WholeElement {
    /// The quotient rounded down and what it leaves, which has the divisor's sign; the divisor is not 0.
    @inline(__always)
    fileprivate func floorDivided(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, overflow) = dividedReportingOverflow(by: divisor)
        if overflow { return (self, 0) }
        let remainder = self &- quotient &* divisor
        if remainder != 0 && (remainder < 0) != (divisor < 0) { return (quotient &- 1, remainder &+ divisor) }
        return (quotient, remainder)
    }

    /// By repeated squaring, wrapping around; the exponent is not negative.
    @inline(__always)
    fileprivate func power(_ exponent: Self) -> Self {
        var result: Self = 1
        var base = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result &* base }
            base = base &* base
            rest >>= 1
        }
        return result
    }
}
