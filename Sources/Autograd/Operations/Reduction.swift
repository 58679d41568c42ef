import TensorCore

/// An operation that makes one element of many along axes.
protocol ReducingOperation: OneInputOperation {
    /// All of them where `nil`.
    var axes: [Int]? { get }
}

extension ReducingOperation {
    package func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { size(inputs[0]) }

    func places(_ x: Variable) -> [Int] { (axes ?? Array(0..<x.rank)).map { $0 < 0 ? $0 + x.rank : $0 } }

    /// How many elements became one.
    func elementCount(_ x: Variable) -> Int { places(x).reduce(1) { $0 * x.shape[$1] } }

    /// What was reduced, with the axes of size 1 that it would have with `keepDims`.
    func kept(_ reduced: Variable, of x: Variable) throws -> Variable {
        var shape = x.shape
        for place in places(x) { shape[place] = 1 }
        return try reduced.reshape(shape)
    }
}

struct Sum: ReducingOperation {
    let axes: [Int]?
    let keepDims: Bool
    var name: String { "sum" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.reduced(.sum, axes: axes, keepDims: keepDims) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try kept(g, of: call.input()).broadcast(to: call.input().shape)
    }
}

struct Mean: ReducingOperation {
    let axes: [Int]?
    let keepDims: Bool
    var name: String { "mean" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.reduced(.mean, axes: axes, keepDims: keepDims) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        return try kept(g / Double(elementCount(x)), of: x).broadcast(to: x.shape)
    }
}

struct Product: ReducingOperation {
    let axes: [Int]?
    let keepDims: Bool
    var name: String { "prod" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try x.reduced(.prod, axes: axes, keepDims: keepDims) }

    /// Each element's is the product of those before it and of those behind it, without a division: exact where elements
    /// are 0.
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let places = places(x)
        // The axes as one, at the end.
        let order = (0..<x.rank).filter { !places.contains($0) } + places
        let rows = order.prefix(x.rank - places.count).reduce(1) { $0 * x.shape[$1] }
        let count = elementCount(x)
        if rows * count == 0 { return x }
        if places.count == 1, !call.isDifferentiated {
            return Variable(try x.value.productGradient(g.value, axis: places[0], ofLast: true))
        }
        let line = try x.permute(order).reshape([rows, count])
        let result: Variable
        if call.isDifferentiated {
            let before = try line.cumulativeProduct(axis: 1).shiftedBehind(1, axis: 1)
            let behind = try line.flip([1]).cumulativeProduct(axis: 1).shiftedBehind(1, axis: 1).flip([1])
            result = try before * behind * g.reshape([rows, 1])
        } else {
            result = Variable(try line.value.productGradient(g.value.reshape([rows, 1]), axis: 1, ofLast: true))
        }
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return try result.reshape(order.map { x.shape[$0] }).permute(inverse)
    }
}

/// The greatest or least elements along several axes, or all; equal ones share the gradient, as PyTorch's `amax` does, and
/// where the result is NaN, its NaNs do.
struct Extreme: ReducingOperation {
    let extreme: Tensor.Extreme
    let axes: [Int]?
    let keepDims: Bool
    var name: String { extreme == .max ? "max" : "min" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor {
        try x.reduced(extreme == .max ? .max : .min, axes: axes, keepDims: keepDims)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let isHit = try Tensor.combine(
            .logicalOr, Tensor.combine(.equal, x.value, kept(call.output, of: x).value), x.value.map(.isNaN))
        let hits = try isHit.reduced(.sum, axes: axes, keepDims: true).cast(to: g.dtype)
        return try (kept(g, of: x) / Variable(hits)).where(isHit)
    }
}

/// The greatest or least elements along one axis; of equal ones the first gets the gradient, as PyTorch's `max`.
struct ExtremeAlong: OneInputOperation {
    let extreme: Tensor.Extreme
    let axis: Int
    let keepDims: Bool
    var name: String { "extreme_along" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor {
        try x.reduced(extreme == .max ? .max : .min, axes: [axis], keepDims: keepDims)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let indices = try x.value.argument(extreme, axis: axis, keepDims: true)
        return try g.reshape(indices.shape).applying(ScatterAlong(axis: axis, indices: indices, shape: x.shape))
    }
}

struct Variance: ReducingOperation {
    let axes: [Int]?
    let correction: Int
    let keepDims: Bool
    var name: String { "var" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor {
        try x.variance(axes: axes, correction: correction, keepDims: keepDims)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try slope(kept(g, of: call.input()), call.input())
    }

    func slope(_ g: Variable, _ x: Variable) throws -> Variable {
        let degrees = max(Double(elementCount(x)) - Double(correction), 0)
        return try (x - x.mean(axes: axes, keepDims: true)) * (g * (2 / degrees))
    }
}

/// The root of the variance, whose gradient is 0 where it is, as in PyTorch.
struct StandardDeviation: ReducingOperation {
    let variance: Variance
    var axes: [Int]? { variance.axes }
    var name: String { "std" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor { try variance.forward(x).map(.sqrt) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let y = try kept(call.output, of: x)
        let inner = try (kept(g, of: x) / (y * 2)).where(y.value.combined(.notEqual, with: 0))
        return try variance.slope(inner, x)
    }
}

/// The root of the sum of squares, whose gradient is 0 where it is, as in PyTorch.
struct Norm: ReducingOperation {
    let axes: [Int]?
    let keepDims: Bool
    var name: String { "norm" }
    var spread: Spread { .mixing }

    func forward(_ x: Tensor) throws -> Tensor {
        try x.norm(axes: axes, keepDims: keepDims)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let x = call.input()
        let y = try kept(call.output, of: x)
        return try (x * (kept(g, of: x) / y)).where(y.value.combined(.notEqual, with: 0))
    }
}
