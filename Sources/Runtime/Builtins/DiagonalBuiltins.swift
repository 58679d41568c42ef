import Autograd
import TensorCore

extension Builtin {
    /// Diagonals, and elements moved along axes.
    static let diagonals: [Builtin] = [
        Builtin(
            "tril(x, k=0)", .shapes, "The elements on and below a diagonal of the last two axes, 0 above.",
            details: "k: how far the diagonal lies above the main one.", example: "tril(ones([3, 3]))"
        ) { call in .tensor(try call.tensor("x").triangle(isLower: true, k: try call.integer("k"))) },
        Builtin(
            "triu(x, k=0)", .shapes, "The elements on and above a diagonal of the last two axes, 0 below.",
            details: "k: how far the diagonal lies above the main one.", example: "triu(ones([3, 3]), 1)"
        ) { call in .tensor(try call.tensor("x").triangle(isLower: false, k: try call.integer("k"))) },
        Builtin(
            "diag(x, k=0)", .shapes, "The matrix with a vector on its diagonal, or the diagonal of a matrix.",
            details: "k: how far the diagonal lies above the main one.", example: "diag([1, 2])\ndiag([[1, 2], [3, 4]])"
        ) { call in .tensor(try call.tensor("x").diagonal(try call.integer("k"))) },
        Builtin(
            "trace(x)", .algebra, "The sum of the diagonal of a matrix.", example: "trace([[1, 2], [3, 4]])"
        ) { call in
            let x = try call.tensor("x")
            guard x.rank == 2 else {
                throw TensorError.shape(operation: "trace", expected: "a matrix", actual: x.shape)
            }
            return Value.tensor(try x.diagonal(0).sum()).unwrapped
        },
        Builtin(
            "meshgrid(*xs, indexing=\"xy\")", .shapes,
            "A list of tensors that give the coordinates of all points of a grid.",
            details: """
                meshgrid(x, y) are the x and the y of each point, [len(y), len(x)] as in NumPy; indexing="ij" gives
                [len(x), len(y)], as PyTorch does where it is not told.
                """,
            example: "xs, ys = meshgrid([1, 2, 3], [10, 20])\nxs\nys"
        ) { call in try meshgrid(call) },
        Builtin(
            "roll(x, shift, axis=none)", .shapes,
            "The elements moved along an axis; those that leave it at one end come back at the other.",
            details: "Without an axis all elements move in their order. Lists of shifts and axes move along several.",
            example: "roll([1, 2, 3, 4], 1)"
        ) { call in
            let x = try call.tensor("x")
            let shifts = try call.integers("shift")
            guard let axes = try call.optionalIntegers("axis") else {
                guard shifts.count == 1 else { throw Failure("`roll` by several shifts takes as many axes") }
                return .tensor(try x.reshape([x.count]).rolled(shifts[0], axis: 0).reshape(x.shape))
            }
            guard axes.count == shifts.count else {
                throw Failure(
                    "`roll` got \(shifts.count) shifts for \(axes.count) axes", help: "give one for each axis")
            }
            return .tensor(try zip(shifts, axes).reduce(x) { try $0.rolled($1.0, axis: $1.1) })
        },
        Builtin(
            "diff(x, n=1, axis=-1)", .math, "The differences of neighbours along an axis, n times over.",
            details: "Of booleans: whether neighbours differ.", example: "diff([1, 4, 9, 16])"
        ) { call in
            .tensor(
                try call.tensor("x").differences(
                    axis: try call.integer("axis"), times: try call.integer("n", atLeast: 0)))
        },
        Builtin(
            "cumprod(x, axis=-1)", .reductions, "The running product along an axis.", example: "cumprod([1, 2, 3, 4])"
        ) { call in .tensor(try call.tensor("x").cumulativeProduct(axis: try call.integer("axis"))) },
        cumulativeExtreme("cummax", "largest", isLargest: true),
        cumulativeExtreme("cummin", "smallest", isLargest: false),
        Builtin(
            "chunk(x, count, axis=0)", .shapes,
            "A list of parts of one size along an axis: as many as `count`, or fewer where that divides it so.",
            details: "The last part is smaller where the size of the axis is not a multiple, as in PyTorch.",
            example: "chunk([1, 2, 3, 4, 5], 2)"
        ) { call in
            let (x, axis) = (try call.tensor("x"), try call.integer("axis"))
            guard x.rank > 0, (-x.rank..<x.rank).contains(axis) else {
                throw TensorError.axisOutOfRange(operation: "chunk", axis: axis, rank: x.rank)
            }
            let size = x.shape[axis < 0 ? axis + x.rank : axis]
            let count = min(try call.integer("count", atLeast: 1), max(size, 1))
            let part = max((size + count - 1) / count, 1)
            return .list(try x.split(at: Array(stride(from: part, to: size, by: part)), axis: axis).map { .tensor($0) })
        },
        Builtin(
            "nonzero(x, as_tuple=false)", .shapes, "Where the elements are that are not 0: [count, axes], int64.",
            details: """
                as_tuple=true: a list with a vector for each axis, which x can be indexed by. That is what NumPy's nonzero gives, and
                `argwhere` this.
                """,
            example: "nonzero([0, 5, 0, 7])"
        ) { call in
            let x = try call.endingGradient("x")
            if try call.boolean("as_tuple") { return .list(try places(in: x).map { .tensor($0) }) }
            return .tensor(try x.placesOfNonzero())
        },
        scattered("scatter", "put", example: "scatter(zeros([2, 3]), [[1], [2]], 5)", adds: false),
        scattered("scatter_add", "added", example: "scatter_add(zeros([3]), [0, 0, 2], [1.0, 2, 3])", adds: true),
    ]

    /// Where the elements are that are not 0: a vector for each axis.
    static func places(in x: Tensor) throws -> [Tensor] {
        let places = try x.placesOfNonzero()
        return try (0..<x.rank).map { try places.at([.all, .index($0)]).contiguous() }
    }

    private static func scattered(_ name: String, _ verb: String, example: String, adds: Bool) -> Builtin {
        Builtin(
            "\(name)(x, indices, values, axis=-1)", .shapes,
            "x with values \(verb) where indices of its rank say along an axis: what `gather` reads there.",
            details: "PyTorch's order is taken too: x.\(name)(1, indices, values).", example: example
        ) { call in
            let (axis, indices) = try call.axisAndIndices()
            let operands = try call.operands("x", call.hasAxisFirst() ? "axis" : "values")
            let dtype = DType.promoted(operands[0].dtype, operands[1].dtype)
            return .tensor(
                try operands[0].cast(to: dtype).scattering(
                    axis: axis, indices: indices, operands[1].cast(to: dtype), adds: adds))
        }
    }

    private static func meshgrid(_ call: Call) throws -> Value {
        let vectors = try call.vectors(call.list("xs"))
        let isTurned = try call.choice("indexing", of: ["xy", "ij"]) == "xy" && vectors.count > 1
        // The axis of each vector.
        var axes = Array(vectors.indices)
        if isTurned { axes.swapAt(0, 1) }
        var shape = vectors.map(\.count)
        if isTurned { shape.swapAt(0, 1) }
        let bytes = try Tensor.checkedCount(shape, operation: "meshgrid").multipliedReportingOverflow(
            by: DType.float64.size * max(vectors.count, 1))
        try Storage.checkAvailable(bytes.overflow ? .max : bytes.partialValue)
        return .list(
            try zip(vectors, axes).map { vector, axis in
                var line = [Int](repeating: 1, count: shape.count)
                line[axis] = vector.count
                return .tensor(try vector.reshape(line).broadcast(to: shape))
            })
    }
}

extension Builtin {
    fileprivate static func cumulativeExtreme(_ name: String, _ kind: String, isLargest: Bool) -> Builtin {
        Builtin(
            "\(name)(x, axis=-1, indices=false)", .reductions,
            "The \(kind) element up to each place of an axis; nan once there was one.",
            details: "indices=true: the list of these and of where they are along the axis, as in PyTorch.",
            example: "\(name)([2, 1, 3])"
        ) { call in
            let wantsPlaces = try call.boolean("indices")
            let found = try call.tensor("x").cumulativeExtreme(
                isLargest: isLargest, axis: try call.integer("axis"), wantsPlaces: wantsPlaces)
            guard wantsPlaces, let places = found.places else { return .tensor(found.values) }
            return .list([.tensor(found.values), .tensor(places)])
        }
    }
}

extension Call {
    /// Whether the axis stands before the indices, as in PyTorch: one number is not a tensor of indices.
    fileprivate func hasAxisFirst() -> Bool {
        value("indices").isNumber && value(takes("values") ? "values" : "axis").hasAxes
    }

    /// The axis and the indices of `gather` and its kin, in the order of dls or of PyTorch.
    func axisAndIndices() throws -> (axis: Int, indices: Tensor) {
        let inOrder = hasAxisFirst()
        let (axis, indices) = inOrder ? ("indices", takes("values") ? "values" : "axis") : ("axis", "indices")
        return (try integer(axis), try constant(indices).cast(to: .int64))
    }

    fileprivate func vectors(_ values: [Value]) throws -> [Variable] {
        try values.map { value in
            guard let vector = try value.asVariable(), vector.rank <= 1 else {
                throw Failure(
                    "`meshgrid` takes vectors, and got \(value.kindWithArticle)", help: "such as `meshgrid(x, y)`")
            }
            return try vector.reshape([vector.count])
        }
    }
}
