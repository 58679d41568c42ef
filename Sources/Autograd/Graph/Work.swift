import TensorCore

/// An amount of work: arithmetic, and the memory that it goes through.
package struct Work: Equatable, Sendable {
    /// Additions, multiplications and comparisons, each counted as one; functions such as `tanh` as eight.
    package var flops: Double
    /// Read and written, every operand once.
    package var bytes: Double

    package init(flops: Double = 0, bytes: Double = 0) {
        self.flops = flops
        self.bytes = bytes
    }

    package static func + (a: Work, b: Work) -> Work { Work(flops: a.flops + b.flops, bytes: a.bytes + b.bytes) }
    package static func - (a: Work, b: Work) -> Work { Work(flops: a.flops - b.flops, bytes: a.bytes - b.bytes) }
    package static func += (a: inout Work, b: Work) { a = a + b }
    package static func * (a: Work, factor: Double) -> Work { Work(flops: a.flops * factor, bytes: a.bytes * factor) }
}

extension Operation {
    package var isView: Bool { false }

    package func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        switch spread {
        case .elementwise: size(output)
        case .moving: 0
        case .mixing: functionFlops * size(inputs[0])
        }
    }

    package func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        flops(inputs, output) * Double(wanted.count { $0 })
    }
}

/// What a function such as `tanh` of one element counts.
let functionFlops = 8.0

/// The number of elements of a shape.
func size(_ shape: [Int]) -> Double { shape.reduce(1) { $0 * Double($1) } }

/// Adds up the work of what variables were computed from, each operation once, in whatever parts it is asked for.
package struct WorkCounter {
    private var counted: Set<ObjectIdentifier> = []
    /// Alive, so that no other variable gets the identity of a counted one.
    private var kept: [Variable] = []

    package init() {}

    /// Returns the work from some variables to others that no call has counted before: of the forward pass, and of the
    /// backward pass to what is tracked.
    package mutating func count(from inputs: [Variable], to outputs: [Variable]) -> (forward: Work, backward: Work) {
        var (forward, backward) = (Work(), Work())
        let ends = Set(inputs.map(ObjectIdentifier.init))
        var pending = outputs
        var seen: Set<ObjectIdentifier> = []
        while let variable = pending.popLast() {
            let identity = ObjectIdentifier(variable)
            guard let operation = variable.operation, !ends.contains(identity), seen.insert(identity).inserted else {
                continue
            }
            // Behind what was counted, such as a layer, there may be what was not.
            pending += variable.inputs
            guard counted.insert(identity).inserted else { continue }
            kept.append(variable)
            let work = operation.work(variable)
            forward += work.forward
            backward += work.backward
        }
        return (forward, backward)
    }
}

extension Operation {
    fileprivate func work(_ result: Variable) -> (forward: Work, backward: Work) {
        let shapes = result.inputs.map(\.shape)
        let wanted = result.inputs.map(\.isTracked)
        let forwardFlops = flops(shapes, result.shape)
        let backwardFlops = backwardFlops(shapes, result.shape, wanted: wanted)
        if isView { return (Work(flops: forwardFlops), Work(flops: backwardFlops)) }
        let byteCounts = result.inputs.map { size($0.shape) * Double($0.dtype.size) }
        let own = size(result.shape) * Double(result.dtype.size)
        let read = byteCounts.reduce(0, +)
        let written = zip(byteCounts, wanted).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        return (
            Work(flops: forwardFlops, bytes: read + own), Work(flops: backwardFlops, bytes: own + read + written)
        )
    }
}
