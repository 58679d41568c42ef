import TensorCore

/// The elements at indices.
struct At: TakingOperation {
    let indices: [TensorIndex]
    var name: String { "at" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.at(indices) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(Scatter(indices: indices, shape: call.input().shape))
    }

    func add(_ gradient: Tensor, to sum: inout Tensor?) throws -> Bool { try sum?.add(gradient, at: indices) ?? false }
}

/// Zeros with the elements added at indices: the adjoint of `At`.
struct Scatter: OneInputOperation {
    let indices: [TensorIndex]
    let shape: [Int]
    var name: String { "scatter" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try Tensor.scatterAdd(x, at: indices, into: shape) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.at(indices) }
}

/// The first input with the elements at indices replaced by the second.
///
/// Where indices name a place twice, the gradient goes to each of its values, as in PyTorch.
struct SetAt: Operation {
    let indices: [TensorIndex]
    var name: String { "set" }
    var spread: Spread { .moving }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        var result = inputs[0]
        try result.set(indices, to: inputs[1])
        return result
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let g = call.gradient
        return [
            try call.gradient(by: 0) { try g.setting(indices, to: .number(0, like: g)) },
            try call.gradient(by: 1) { try g.at(indices) },
        ]
    }
}

/// For each index the element at its place, but with the index on an axis.
struct Gather: OneInputOperation {
    let axis: Int
    let indices: Tensor
    var name: String { "gather" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.gather(axis: axis, indices: indices) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(ScatterAlong(axis: axis, indices: indices, shape: call.input().shape))
    }
}

/// Zeros with each element added at its own place, but with the index on an axis: the adjoint of `Gather`.
struct ScatterAlong: OneInputOperation {
    let axis: Int
    let indices: Tensor
    let shape: [Int]
    var name: String { "scatter_along" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor {
        try Tensor.scatterAdd(into: shape, axis: axis, indices: indices, source: x)
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.gather(axis: axis, indices: indices) }
}

/// The rows of a table at indices, of which one row gets no gradient.
struct Embedding: TakingOperation {
    let indices: Tensor
    let paddingIndex: Int?
    var name: String { "embedding" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try x.take(indices, axis: 0) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        if !call.isDifferentiated {
            return Variable(
                try .scatterRows(g.value, at: indices, into: call.input().shape, skipping: paddingIndex))
        }
        var rows = g
        if let paddingIndex {
            let size = call.input().shape[0]
            let places = try indices.cast(to: .int64).combined(.remainder, with: Double(size))
            rows = try g.where(places.combined(.notEqual, with: Double(paddingIndex)).unsqueeze(indices.rank))
        }
        return try rows.applying(Scatter(indices: [.tensor(indices)], shape: call.input().shape))
    }

    func add(_ gradient: Tensor, to sum: inout Tensor?) throws -> Bool {
        try sum?.add(gradient, toRowsAt: indices, skipping: paddingIndex) ?? false
    }
}
