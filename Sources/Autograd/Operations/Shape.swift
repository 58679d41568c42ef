import TensorCore

/// The elements under another shape.
struct Reshape: OneInputOperation {
    let shape: [Int]
    var name: String { "reshape" }
    var spread: Spread { .moving }
    var isView: Bool { true }

    func forward(_ x: Tensor) throws -> Tensor { try x.reshape(shape) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.reshape(call.input().shape) }
}

/// The axes in another order.
struct Permute: OneInputOperation {
    let axes: [Int]
    var name: String { "permute" }
    var spread: Spread { .moving }
    var isView: Bool { true }

    func forward(_ x: Tensor) throws -> Tensor { try x.permute(axes) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        var inverse = axes
        for (place, axis) in axes.enumerated() { inverse[axis < 0 ? axis + axes.count : axis] = place }
        return try g.permute(inverse)
    }
}

/// The elements repeated along added or widened axes.
struct Broadcast: OneInputOperation {
    let shape: [Int]
    var name: String { "broadcast" }
    var spread: Spread { .moving }
    var isView: Bool { true }

    func forward(_ x: Tensor) throws -> Tensor { try x.broadcast(to: shape) }
    func gradient(_ g: Variable, _ call: Backward) -> Variable { g }
}

/// The inputs one after the other along an axis.
struct Concat: Operation {
    let axis: Int
    var name: String { "concat" }
    var spread: Spread { .moving }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.concat(inputs, axis: axis) }

    func backward(_ call: Backward) throws -> [Variable?] {
        let place = axis < 0 ? axis + call.gradient.rank : axis
        var start = 0
        return try (0..<call.inputCount).map { index in
            let stop = start + call.input(index).shape[place]
            defer { start = stop }
            return try call.gradient(by: index) { try call.gradient.slice(axis: place, from: start, to: stop) }
        }
    }
}

/// Places with a number added before and after each axis.
struct Pad: OneInputOperation {
    let widths: [(before: Int, after: Int)]
    let value: Double
    var name: String { "pad" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.pad(widths, value: value) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.at(
            zip(widths, call.input().shape).map { width, size in
                .slice(start: width.before, stop: width.before + size, step: 1)
            })
    }
}

/// The tensor laid side by side with itself.
struct Repeat: OneInputOperation {
    let counts: [Int]
    var name: String { "repeated" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.repeated(counts) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let shape = call.input().shape
        let sizes = [Int](repeating: 1, count: max(0, counts.count - shape.count)) + shape
        let copies = [Int](repeating: 1, count: max(0, shape.count - counts.count)) + counts
        // Each axis as two: which copy, and the place in it.
        let pairs = try g.reshape(zip(copies, sizes).flatMap { [$0, $1] })
        let count = copies.reduce(1, *)
        guard !call.isDifferentiated, (1...Repeat.mostViews).contains(count) else {
            return try pairs.sum(axes: copies.indices.map { 2 * $0 }).reshape(shape)
        }
        // A few copies are added as they lie, each in one pass.
        let views = try (0..<count).map { number in
            var rest = number
            var indices: [TensorIndex] = []
            for copy in copies.reversed() {
                indices = [.index(rest % copy), .all] + indices
                rest /= copy
            }
            return try pairs.value.at(indices)
        }
        let sum = try views.count == 1 ? views[0] : Tensor.combine(.add, views[0], views[1])
        return Variable(try views.dropFirst(2).reduce(sum) { try Tensor.combine(.add, $0, $1) }.reshape(shape))
    }

    /// More are summed as axes are, whose error grows less.
    private static var mostViews: Int { 16 }
}

/// The elements moved along an axis, those that leave it at its end back at its start.
struct Roll: OneInputOperation {
    /// From 1 to the size of the axis less 1.
    let shift: Int
    /// Counted from the front.
    let axis: Int
    var name: String { "roll" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.rolled(shift, axis: axis) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(Roll(shift: g.shape[axis] - shift, axis: axis))
    }
}

/// The order along axes reversed.
struct Flip: OneInputOperation {
    let axes: [Int]
    var name: String { "flip" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.flip(axes) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.flip(axes) }
}
