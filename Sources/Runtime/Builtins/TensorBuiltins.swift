import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Making tensors and reading what they hold.
    static let tensors: [Builtin] = [
        Builtin(
            "tensor(data, dtype=none)", .tensors,
            "A tensor of numbers, booleans or nested lists of them, or of a table of numbers.",
            details: """
                float32 unless `dtype` says otherwise: "float64", "int64", "uint8", "bool". Results of two dtypes get
                the later of bool, uint8, int64, float32, float64. A plain number, or a list of them, takes the dtype of
                the tensor that it meets; without a tensor, functions compute in 64 bits and give float64. Fractions that
                come of whole numbers are float32, and 64-bit numbers where there is a single one.
                """,
            example: "tensor([[1, 2], [3, 4]])"
        ) { call in
            let dtype = try call.optionalDType("dtype")
            let data = try call.value("data").object(as: TableObject.self)?.matrix() ?? call.value("data")
            if let dtype { _ = try data.plainNumbers()?.checked(for: dtype) }
            guard let made = try data.asVariable(dtype: dtype, plain: .float32) else {
                throw call.failure("data", takes: "numbers or nested lists of numbers")
            }
            return Value.tensor(made).withoutColumn
        },
        Builtin(
            "zeros(*shape, dtype=\"float32\")", .tensors, "A tensor of zeros.",
            details: "The shape is a list, or a size for each axis.", example: "zeros([2, 3])\nzeros(2, 3)"
        ) { call in
            let (shape, dtype) = (try call.someSizes("shape"), try call.dtype("dtype"))
            return .tensor(try Interrupt.stopping { try Tensor.zeros(shape, dtype: dtype) })
        },
        Builtin(
            "ones(*shape, dtype=\"float32\")", .tensors, "A tensor of ones.",
            details: "The shape is a list, or a size for each axis.", example: "ones([2, 3])\nones(2, 3)"
        ) { call in .tensor(try Tensor.ones(try call.someSizes("shape"), dtype: try call.dtype("dtype"))) },
        Builtin(
            "full(shape, value, dtype=\"float32\")", .tensors, "A tensor of one value.", example: "full([2, 2], 7)"
        ) { call in
            .tensor(try call.filled(try call.integers("shape"), try call.dtype("dtype")))
        },
        Builtin(
            "eye(n, columns=none, k=0, dtype=\"float32\")", .tensors, "Ones on a diagonal, zeros elsewhere.",
            example: "eye(3)\neye(2, k=1)"
        ) { call in
            .tensor(
                try Tensor.eye(
                    try call.integer("n", atLeast: 0), columns: try call.optionalInteger("columns"),
                    diagonal: try call.integer("k"),
                    dtype: try call.dtype("dtype")))
        },
        Builtin(
            "arange(start, stop=none, step=1, dtype=none)", .tensors,
            "Numbers from start (or 0) up to but without stop; int64 when all are whole.", example: "arange(0, 1, 0.25)"
        ) { call in
            let first = try call.number("start")
            let (start, stop) = call.has("stop") ? (first, try call.number("stop")) : (0, first)
            let step = try call.number("step")
            let isWhole = [start, stop, step].allSatisfy { $0 == $0.rounded() }
            let dtype = try call.optionalDType("dtype") ?? (isWhole ? .int64 : .float32)
            if dtype == .int64, isWhole, let whole = try call.wholeRange(step) { return .tensor(whole) }
            let last = start + step * max(((stop - start) / step).rounded(.up) - 1, 0)
            if start != stop, last.isFinite {
                for end in [start, last] { _ = try PlainNumbers(end, isBoolean: false).checked(for: dtype) }
            }
            return .tensor(try Tensor.arange(start, stop, step: step, dtype: dtype))
        },
        Builtin(
            "linspace(start, stop, count, dtype=\"float32\", endpoint=true)", .tensors,
            "Evenly spaced numbers with both ends, or without the last one.",
            example: "linspace(0, 1, 5)"
        ) { call in
            .tensor(
                try Tensor.linspace(
                    try call.number("start"), try call.number("stop"), count: try call.integer("count", atLeast: 0),
                    hasEnd: try call.boolean("endpoint"), dtype: try call.dtype("dtype")))
        },
        Builtin(
            "one_hot(x, classes=none, dtype=\"float32\")", .tensors,
            "A new last axis with a one at each whole number's place: [...] -> [..., classes].",
            details: "Without `classes` there are as many as the largest number needs.",
            example: "one_hot([0, 2], 3)"
        ) { call in
            if let first = try call.value("x").elements?.first, first.asString != nil {
                throw Failure(
                    "`one_hot` takes whole numbers, and got a list of strings",
                    help: "`get_dummies(table({x=words}))` makes a column for each word")
            }
            let numbers = try call.constant("x")
            let indices = try numbers.cast(to: .int64)
            guard numbers.dtype == .int64 || numbers.doubles().allSatisfy({ $0 == $0.rounded() && $0.isFinite }) else {
                throw call.failure("x", takes: "whole numbers")
            }
            return .tensor(
                try Tensor.oneHot(
                    indices,
                    classes: try call.has("classes")
                        ? call.integer("classes", atLeast: 1)
                        : max((numbers.doubles().max().flatMap { Int(exactly: $0) } ?? 0) + 1, 1),
                    dtype: try call.dtype("dtype")))
        },
        Builtin("shape(x)", .tensors, "The sizes of a tensor's axes.", example: "shape(zeros([2, 3]))") { call in
            .list(try call.tensor("x").shape.map { .integer($0) })
        },
        Builtin(
            "item(x)", .tensors, "The number in a tensor of one element, without its gradient.",
            example: "item(tensor([4]))"
        ) { call in
            if case .number = call.value("x") { return call.value("x") }
            let value = try call.endingGradient("x")
            // A number holds whole numbers up to 2**53.
            if let whole = value.wholeItem, whole.magnitude > 1 << 53, value.dtype == .int64 {
                return .tensor(try Tensor.scalar(whole: whole))
            }
            return .number(try value.item())
        },
        Builtin(
            "cast(x, dtype)", .tensors, "The elements in another dtype; fractions are cut off towards zero.",
            example: "cast([1.7, -1.7], \"int64\")"
        ) { call in
            let dtype = try call.dtype("dtype")
            if !dtype.isFloatingPoint { _ = try call.constant("x") }
            return .tensor(try call.tensor("x").cast(to: dtype))
        },
        Builtin(
            "detach(x)", .gradients, "The same numbers as a constant: no gradient flows through.",
            example: "grad(x -> sum(detach(x) * x))([1.0, 2.0])"
        ) { call in .tensor(try call.tensor("x").detached()) },
        Builtin(
            "close(a, b, rtol=0.00001, atol=0.00000001)", .tensors,
            "Whether all elements are equal within `atol + rtol * |b|`; what is empty is not close to what is not.",
            example: "close([1, 2], [1, 2.000001])"
        ) { call in
            let operands = try call.operands("a", "b")
            let near = try Tensor.isClose(
                operands[0].value, operands[1].value, rtol: try call.number("rtol"),
                atol: try call.number("atol"))
            // Else a check by `close` would let pass whatever gives nothing.
            guard (operands[0].count == 0) == (operands[1].count == 0) else { return .boolean(false) }
            return .boolean(try near.reduced(.all, axes: nil).item() != 0)
        },
        Builtin(
            "equal(a, b)", .tensors, "Whether two values are the same, tensors in shape and every element.",
            example: "equal([1, 2], [1, 2])"
        ) { call in
            let (a, b) = (call.value("a"), call.value("b"))
            switch (a, b) {
            case (.tensor, _), (_, .tensor):
                guard case (let x?, let y?) = try Operands.pair(a, b, isCompared: true) else { return .boolean(false) }
                return .boolean(try Tensor.allEqual(x.value, y.value))
            default: return .boolean(try Operators.equal(a, b))
            }
        },
    ]

    /// Shapes: views where that can be done.
    static let shapes: [Builtin] = [
        Builtin(
            "reshape(x, *shape)", .shapes, "The same elements in another shape; one size may be -1.",
            example: "reshape(arange(6), [2, 3])"
        ) { call in .tensor(try call.tensor("x").reshape(try call.sizes("shape"))) },
        Builtin(
            "flatten(x=none, start=0, end=-1)", .shapes,
            "Joins axes into one. In a model: a layer that joins all but the batch axis.",
            example: "flatten(zeros([2, 3]))", takesOptionalTensorFirst: true
        ) { call in
            guard call.has("x") else { return .layer(Flatten()) }
            return .tensor(
                try call.tensor("x").flatten(from: try call.integer("start"), to: try call.integer("end")))
        },
        Builtin(
            "transpose(x, *axes)", .shapes,
            "Swaps two axes, or puts all in another order; without any, from the last to the first.",
            details:
                "Two axes are swapped, as in PyTorch; all of them, or none, are as in NumPy: `x.transpose(0, 2, 1, 3)`.",
            example: "transpose([[1, 2], [3, 4]])\nshape(transpose(zeros([2, 3, 4]), 1, 2))"
        ) { call in
            let (x, axes) = (try call.tensor("x"), try call.sizes("axes"))
            if axes.isEmpty { return .tensor(try x.permute((0..<x.rank).reversed())) }
            return .tensor(try axes.count == 2 ? x.transpose(axes[0], axes[1]) : x.permute(axes))
        },
        Builtin(
            "permute(x, *axes)", .shapes, "The axes in another order; without one, from the last to the first.",
            example: "shape(permute(zeros([2, 3, 4]), 2, 0, 1))"
        ) { call in
            let (x, axes) = (try call.tensor("x"), try call.sizes("axes"))
            return .tensor(try x.permute(axes.isEmpty ? (0..<x.rank).reversed() : axes))
        },
        Builtin(
            "squeeze(x, axis=none)", .shapes, "Takes axes of size 1 out: all of them, or one.",
            example: "shape(squeeze(zeros([1, 3, 1])))"
        ) { call in .tensor(try call.tensor("x").squeeze(try call.optionalInteger("axis"))) },
        Builtin(
            "unsqueeze(x, axis)", .shapes, "Puts a new axis of size 1 at a place.",
            example: "shape(unsqueeze([1, 2, 3], 0))"
        ) { call in .tensor(try call.tensor("x").unsqueeze(try call.integer("axis"))) },
        Builtin(
            "broadcast(x, shape)", .shapes, "Repeats axes of size 1 to fill a shape, without copying.",
            example: "broadcast([1, 2], [3, 2])"
        ) { call in
            let shape = try call.integers("shape")
            // A view takes no memory, but whoever reads its elements does.
            try Storage.checkAvailable(Tensor.checkedCount(shape, operation: "broadcast") * DType.float64.size)
            return .tensor(try call.tensor("x").broadcast(to: shape))
        },
        Builtin(
            "concat(tensors, axis=0)", .shapes, "Joins tensors along an axis that they have.",
            example: "concat([[[1, 2]], [[3, 4]]])"
        ) { call in
            if let texts = try call.joinedTexts { return texts }
            return .tensor(try Variable.concat(try call.tensors("tensors"), axis: try call.integer("axis")))
        },
        Builtin(
            "stack(tensors, axis=0)", .shapes, "Joins tensors of one shape along a new axis.",
            example: "stack([[1, 2], [3, 4]], axis=1)"
        ) { call in
            .tensor(try Variable.stack(try call.tensors("tensors"), axis: try call.integer("axis")))
        },
        Builtin(
            "split_at(x, indices, axis=0)", .shapes, "The parts between the given places along an axis.",
            example: "split_at([1, 2, 3, 4, 5], [2, 4])"
        ) { call in
            let parts = try call.tensor("x").split(at: try call.integers("indices"), axis: try call.integer("axis"))
            return .list(parts.map { .tensor($0) })
        },
        Builtin(
            "pad(x, widths, value=0, mode=\"constant\")", .shapes,
            "Puts a border around: `widths` is a number for all axes or a list with [before, after] for each axis.",
            details: """
                mode="reflect" mirrors the elements at the edge, which it does not repeat, "replicate" (NumPy's "edge") repeats the
                edge, and "circular" ("wrap") goes on at the other end.
                """,
            example: "pad([[1, 2]], [[1, 1], [0, 2]])\npad([1, 2, 3], 2, mode=\"reflect\")"
        ) { call in
            let tensor = try call.tensor("x")
            let widths: [(before: Int, after: Int)]
            if let width = try call.integer(call.value("widths"), in: "widths") {
                widths = tensor.shape.map { _ in (width, width) }
            } else {
                widths = try call.list("widths").map { entry in
                    if let width = try call.integer(entry, in: "widths") { return (width, width) }
                    let ends = try (entry.elements ?? []).compactMap { try call.integer($0, in: "widths") }
                    guard ends.count == 2 else {
                        throw call.failure("widths", takes: "a number, or a number or [before, after] for each axis")
                    }
                    return (ends[0], ends[1])
                }
            }
            let names = ["edge": "replicate", "wrap": "circular"]
            let mode = try call.choice(
                "mode", of: ["constant"] + Variable.Border.allCases.map(\.rawValue) + names.keys.sorted())
            if let border = Variable.Border(rawValue: names[mode] ?? mode) {
                return .tensor(try tensor.pad(widths, by: border))
            }
            let value = try call.number("value")
            return .tensor(try tensor.cast(to: tensor.dtype.holding(value)).pad(widths, value: value))
        },
        Builtin(
            "tile(x, counts)", .shapes, "Repeats the whole tensor along its axes.", example: "tile([1, 2], [2])"
        ) { call in .tensor(try call.tensor("x").repeated(try call.integers("counts"))) },
        Builtin(
            "repeat(x, *counts, axis=none)", .shapes,
            "With `axis`, repeats each element along it; with a count for each axis, the whole tensor.",
            details: """
                `repeat(x, 2, axis=0)` is NumPy's repeat, `x.repeat(2, 1)` PyTorch's, which is `tile(x, [2, 1])` too. One count
                without an axis would mean the one there and the other here, and is refused.
                """,
            example: "repeat([1, 2], 3, axis=0)\nrepeat([1, 2], 3, 1)"
        ) { call in .tensor(try repeated(call)) },
        Builtin("flip(x, axes=none)", .shapes, "Reverses axes, all unless some are named.", example: "flip([1, 2, 3])")
        {
            call in
            let tensor = try call.tensor("x")
            return .tensor(try tensor.flip(try call.optionalIntegers("axes") ?? Array(0..<tensor.rank)))
        },
        Builtin(
            "gather(x, indices, axis=-1)", .shapes,
            "Picks along an axis, by indices of x's rank: `out[i][j] = x[i][indices[i][j]]` for axis 1.",
            example: "gather([[1, 2], [3, 4]], [[1], [0]], axis=1)"
        ) { call in
            let (axis, indices) = try call.axisAndIndices()
            return .tensor(try call.tensor("x").gather(axis: axis, indices: indices))
        },
        Builtin(
            "where(condition, a=none, b=none)", .shapes, "Elements of a where the condition holds, of b elsewhere.",
            details: """
                `x.where(mask, other)` keeps x where the mask is true, as in PyTorch. A condition alone gives the places where it
                holds, a vector for each axis, by which x can be indexed. Of a table: the rows for which a function is true,
                `t.where(r -> r.lr < 0.01)`.
                """,
            example: "where([true, false], [1, 2], [3, 4])\ntable([{a=1}, {a=2}]).where(r -> r.a > 1)"
        ) { call in
            if let table = call.value("condition").object(as: TableObject.self) {
                let test = try call.callable("a")
                return .object(
                    table.picking(
                        try (0..<table.rowCount).filter {
                            try call.interpreter.call(test, [.record(table.row($0))]).isTrue()
                        }, by: table.columns(namedBy: test), isByPlace: true))
            }
            // As in NumPy and PyTorch: where the mask is true, a vector of places for each axis.
            if !call.has("a"), !call.has("b") {
                return .list(try Builtin.places(in: call.endingGradient("condition")).map { .tensor($0) })
            }
            guard call.has("b") else { throw call.failure("b", takes: "a tensor") }
            let operands = try call.operands("a", "b")
            return Value.tensor(
                try Variable.select(
                    try call.plainTensor("condition").cast(to: .bool), operands[0], operands[1])
            ).unwrapped
        },
        Builtin(
            "mask_fill(x, mask, value)", .shapes, "A number where the mask is true, x elsewhere.",
            example: "mask_fill([1.0, 2.0], [true, false], -inf)"
        ) { call in
            _ = try call.number("value")
            let operands = try call.operands("x", "value")
            return .tensor(
                try Variable.select(try call.plainTensor("mask").cast(to: .bool), operands[1], operands[0]))
        },
    ]
}

extension Builtin {
    fileprivate static func repeated(_ call: Call) throws -> Variable {
        let tensor = try call.tensor("x")
        let given = try call.list("counts")
        let isList = given.count == 1 && given[0].isList
        let counts = try (isList ? given[0].elements ?? [] : given).map { count in
            guard let count = try call.integer(count, in: "counts"), count >= 0 else {
                throw Failure("`repeat` takes whole numbers of at least 0, and got \(count.shortText)")
            }
            return count
        }
        if call.has("axis") {
            guard counts.count == 1, !isList else {
                throw Failure("`repeat` along an axis takes one count", help: "such as `repeat(x, 2, axis=0)`")
            }
            return try tensor.repeatInterleave(counts[0], axis: try call.integer("axis"))
        }
        guard counts.count > 1 || isList else {
            let count = counts.first ?? 2
            throw Failure(
                "`repeat` with one count can mean each element or the whole tensor",
                help: [
                    "`repeat(x, \(count), axis=0)` repeats each element, as in NumPy",
                    "`tile(x, \(count))` repeats the whole, as PyTorch's x.repeat(\(count))",
                ])
        }
        guard counts.count >= tensor.rank else {
            throw Failure(
                "`repeat` takes a count for each of the \(tensor.rank) axes, and got \(counts.count)",
                help: "`tile` takes fewer, for the last axes")
        }
        return try tensor.repeated(counts)
    }
}

extension Call {
    /// Whole numbers that are given one by one, or as one list: `reshape(x, 2, 3)`, `reshape(x, [2, 3])`.
    package func sizes(_ parameter: String) throws -> [Int] {
        let given = try list(parameter)
        if given.count == 1, case .tensor(let tensor) = given[0], tensor.rank == 1 {
            return try sizes(tensor.value.doubles().map { .number($0) }, parameter)
        }
        return try sizes(given.count == 1 ? given[0].elements ?? given : given, parameter)
    }

    /// The same, where `zeros()` says nothing.
    fileprivate func someSizes(_ parameter: String) throws -> [Int] {
        guard try !list(parameter).isEmpty else {
            throw Failure("`\(name)` needs `\(parameter)`", help: "it is called as \(function.signature.text)")
        }
        return try sizes(parameter)
    }

    private func sizes(_ values: [Value], _ parameter: String) throws -> [Int] {
        try values.map { value in
            guard let integer = try integer(value, in: parameter) else {
                throw failure(parameter, takes: "a list of whole numbers", with: value)
            }
            return integer
        }
    }

    /// A tensor of the number `value`.
    func filled(_ shape: [Int], _ dtype: DType) throws -> Tensor {
        let number = try number("value")
        if value("value").isLargeWhole, let whole = value("value").asInteger {
            return try Tensor.scalar(whole: whole).cast(to: dtype).broadcast(to: shape).copy()
        }
        _ = try PlainNumbers(number, isBoolean: false).checked(for: dtype)
        return try Tensor.full(shape, number, dtype: dtype)
    }

    /// `arange` of whole numbers that fractions of 64 bits do not all hold; nil for others.
    fileprivate func wholeRange(_ step: Double) throws -> Tensor? {
        let first = value("start").asInteger
        guard let start = has("stop") ? first : 0, let stop = has("stop") ? value("stop").asInteger : first,
            let step = Int(exactly: step), step != 0, max(start.magnitude, stop.magnitude) > 1 << 53,
            max(start.magnitude, stop.magnitude, step.magnitude) < 1 << 62
        else { return nil }
        let count = max((stop - start + step - step.signum()) / step, 0)
        try ListLength.check(count)
        return try Tensor((0..<count).map { start + $0 * step })
    }

    /// A list of tensors, or a tensor taken apart along axis 0.
    package func tensors(_ parameter: String) throws -> [Variable] {
        if case .tensor(let tensor) = value(parameter), tensor.rank > 0 {
            return try (0..<tensor.shape[0]).map { try tensor.at([.index($0)]) }
        }
        let elements = try list(parameter)
        guard !elements.isEmpty else { throw failure(parameter, takes: "at least one tensor") }
        return try Operands.tensors(elements).map { tensor in
            guard let tensor else { throw failure(parameter, takes: "a list of tensors") }
            return tensor
        }
    }
}
