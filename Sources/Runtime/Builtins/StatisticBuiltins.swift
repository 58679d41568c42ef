import Autograd
import TensorCore

extension Builtin {
    /// Counts and orders of elements.
    static let statistics: [Builtin] = [
        Builtin(
            "median(x, axis=none, keepdims=false)", .reductions,
            "The middle element in order, the mean of the two middle ones of an even number; nan where one is nan.",
            details: "As NumPy's; PyTorch's takes the lower of two.", example: "median([3, 1, 2, 10])"
        ) { call in
            Value.tensor(
                try call.fractionsToReduce().asFractions.quantiles(
                    [0.5], axes: try call.optionalIntegers("axis"), keepDims: try call.boolean("keepdims"),
                    operation: "median")[0]
            ).unwrapped
        },
        quantile("quantile", "q", scale: 1, example: "quantile([1, 2, 3, 4], 0.25)"),
        quantile("percentile", "percent", scale: 100, example: "percentile([1, 2, 3, 4], [25, 75])"),
        Builtin(
            "bincount(x, weights=none, minlength=0)", .reductions,
            "How often each of 0, 1, 2, ... is among whole numbers, int64; with weights, their sums.",
            example: "bincount([0, 2, 2, 5])"
        ) { call in try counted(call) },
        Builtin(
            "histogram(x, bins=10, range=none)", .reductions,
            "How many elements lie between neighbouring edges: a record of counts and edges.",
            details: """
                bins: a number of bins from the least to the greatest element (or range=[low, high]), or the list of their edges. Each
                has its left edge, the last one both. `counts, edges = histogram(x)`.
                """,
            example: "histogram([1, 2, 2, 4], bins=3).counts"
        ) { call in try histogram(call) },
        Builtin(
            "searchsorted(sorted, values, right=false, side=\"left\")", .reductions,
            "Where values can be put into a sorted vector: before equal elements, or behind them.",
            details: "right=true as in PyTorch, or side=\"right\" as in NumPy.",
            example: "searchsorted([1, 3, 5], [3, 6])"
        ) { call in
            let isRight = try call.choice("side", of: ["left", "right"]) == "right" || call.boolean("right")
            let found = try call.endingGradient("sorted").searchSorted(call.endingGradient("values"), isRight: isRight)
            guard found.rank == 0 else { return .tensor(found) }
            return .integer(found.wholeItem ?? 0)
        },
        Builtin(
            "cosine_similarity(a, b, axis=none, eps=0.00000001)", .algebra,
            "The cosine of the angle of vectors along an axis: 1 unless given, 0 of single vectors.",
            details: "a . b / (max(|a|, eps) * max(|b|, eps)), as in PyTorch.",
            example: "cosine_similarity([1, 0], [1, 1])"
        ) { call in
            let operands = try call.operands("a", "b").map { try $0.asFractions }
            let eps = try call.number("eps")
            let axis = try call.optionalInteger("axis") ?? (max(operands[0].rank, operands[1].rank) > 1 ? 1 : 0)
            let lengths = try operands.map { try $0.norm(axes: [axis]).clipped(min: eps) }
            return Value.tensor(
                try (operands[0] * operands[1]).sum(axes: [axis]) / (lengths[0] * lengths[1])
            ).unwrapped
        },
        Builtin(
            "cdist(a, b, p=2)", .algebra,
            "The distances of all rows of a from all rows of b: [..., m, features], [..., n, features] -> [..., m, n].",
            details: """
                sum(|a[i] - b[j]| ** p) ** (1 / p). Those of more than 25 rows with p=2 are made by one matrix product, and short ones
                among them by differences, which keep their digits.
                """,
            example: "cdist([[0, 0]], [[3, 4], [0, 0]])"
        ) { call in
            let operands = try call.operands("a", "b").map { try $0.asFractions }
            let p = try call.number("p")
            guard p > 0 else {
                throw Failure("`cdist` measures distances with p above 0, and got \(numberText(p))")
            }
            guard operands.allSatisfy({ $0.rank >= 2 }) else {
                throw Failure("`cdist` takes rows of vectors, [N, features] and [M, features]")
            }
            return .tensor(try .distances(operands[0], operands[1], order: p))
        },
    ]

    /// Random draws from weights and collections.
    static let draws: [Builtin] = [
        Builtin(
            "multinomial(p, n=1, replacement=false, seed=none)", .random,
            "Places drawn by weights: n of each row of p [rows, places] or [places], int64.",
            details: "Weights need not sum to 1. Without replacement no place is drawn twice.",
            example: "multinomial([0.1, 0.9], 5, replacement=true)"
        ) { call in
            if call.value("p").isNumber {
                throw call.failure("p", takes: "weights [places] or [rows, places] first, then how many to draw")
            }
            return .tensor(
                try Tensor.multinomial(
                    try call.endingGradient("p"), count: try call.integer("n", atLeast: 0),
                    replaces: try call.boolean("replacement"), key: try call.key("seed")))
        },
        Builtin(
            "categorical(logits, n=none, seed=none)", .random,
            "Places drawn by softmax(logits) along the last axis: one for each row, or n.",
            example: "categorical([0, 100, 0])"
        ) { call in
            let logits = try call.endingGradient("logits")
            guard logits.rank > 0 else { throw call.failure("logits", takes: "a tensor with an axis of scores") }
            let count = call.has("n") ? try call.integer("n", atLeast: 0) : 1
            let lead = Array(logits.shape.dropLast())
            let rows = try logits.cast(to: .float64).softmax().reshape([
                lead.reduce(1, *), logits.shape[logits.rank - 1],
            ])
            if rows.doubles().contains(where: \.isNaN) {
                throw Failure("`logits` of `categorical` have nan or inf, and give no probabilities")
            }
            let drawn = try Tensor.multinomial(
                rows, count: count, replaces: true, operation: "categorical", key: call.key("seed"))
            let result = try drawn.reshape(call.has("n") ? lead + [count] : lead)
            return result.rank == 0 ? .integer(result.wholeItem ?? 0) : .tensor(result)
        },
        Builtin(
            "choice(x, size=none, replace=true, p=none, seed=none)", .random,
            "An element drawn at random of a list, a string or axis 0 of a tensor, or a number below x; with a size, several.",
            details: """
                replace=false draws none twice. p: a weight for each, which need not sum to 1. A list gives a list; a tensor gives a
                tensor of rows, a number numbers, whose size may be a shape.
                """,
            example: "choice([\"a\", \"b\"])\nlen(choice(10, 3, replace=false))"
        ) { call in try chosen(call) },
    ]

    private static func quantile(_ name: String, _ parameter: String, scale: Double, example: String) -> Builtin {
        Builtin(
            "\(name)(x, \(parameter), axis=none, keepdims=false)", .reductions,
            "What a share of the elements is below, from 0 to \(numberText(scale)); nan where one element is nan.",
            details: "Between two elements by distance. Several shares give as many results, on a new first axis.",
            example: example
        ) { call in
            let x = try call.fractionsToReduce().asFractions
            let shares = try call.constant(parameter)
            let numbers = shares.doubles()
            guard numbers.allSatisfy((0...scale).contains) else {
                throw call.failure(parameter, takes: "numbers from 0 to \(numberText(scale))")
            }
            let results = try x.quantiles(
                numbers.map { $0 / scale }, axes: try call.optionalIntegers("axis"),
                keepDims: try call.boolean("keepdims"), operation: name)
            guard shares.rank > 0 else { return Value.tensor(results[0]).unwrapped }
            guard !results.isEmpty else { throw call.failure(parameter, takes: "at least one number") }
            return .tensor(try Variable.stack(results))
        }
    }

    private static func counted(_ call: Call) throws -> Value {
        let x = try call.wholes("x")
        let range = x.count > 0 ? (try x.reduced(.min).wholeItem ?? 0, try x.reduced(.max).wholeItem ?? 0) : (0, -1)
        guard x.rank == 1, range.0 >= 0 else {
            throw call.failure("x", takes: "a vector of whole numbers of at least 0")
        }
        let most = max(range.1 == .max ? .max : range.1 + 1, try call.integer("minlength", atLeast: 0))
        guard let weights = try call.optionalTensor("weights") else { return .tensor(try x.counts(most)) }
        guard weights.shape == x.shape else {
            throw Failure("`bincount` got \(x.count) numbers, and weights of shape \(weights.shape)")
        }
        let blank = Variable(try Tensor.zeros([most], dtype: weights.dtype))
        return .tensor(try blank.scattering(axis: 0, indices: x, weights, adds: true))
    }

    private static func histogram(_ call: Call) throws -> Value {
        let x = try call.endingGradient("x")
        var edges: [Double]
        let isEven = call.value("bins").asInteger != nil
        if let count = call.value("bins").asInteger {
            guard count >= 1 else { throw call.failure("bins", takes: "a number of at least 1, or a list of edges") }
            try ListLength.check(count)
            var (low, high) = x.count > 0 ? (try x.reduced(.min).item(), try x.reduced(.max).item()) : (0, 1)
            let hasNaN = low.isNaN
            if call.has("range") {
                let range = try call.constant("range").doubles()
                guard range.count == 2 else { throw call.failure("range", takes: "[low, high]") }
                (low, high) = (range[0], range[1])
            }
            guard low.isFinite, high.isFinite, !hasNaN, low <= high else {
                throw Failure(
                    "`histogram` has no finite range: the elements go from \(numberText(low)) to \(numberText(high))",
                    help: "range=[low, high] says which to count, and `x[isfinite(x)]` leaves the others out")
            }
            if low == high { (low, high) = (low - 0.5, high + 0.5) }
            edges = (0...count).map { index in
                index == count ? high : low + (high - low) * (Double(index) / Double(count))
            }
        } else {
            edges = try call.constant("bins").doubles()
            guard edges.count >= 2, zip(edges, edges.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw call.failure("bins", takes: "a number of bins, or a rising list of at least two edges")
            }
        }
        let counts = try x.histogram(edges: edges, areEven: isEven)
        return .record(Record([("counts", .tensor(counts)), ("edges", .tensor(try Tensor(edges)))]))
    }

    private static func chosen(_ call: Call) throws -> Value {
        let x = call.value("x")
        let elements: [Value]? = try x.asString.map { $0.map { .string(String($0)) } } ?? x.elements
        let count: Int
        if let elements {
            count = elements.count
        } else if case .tensor(let tensor) = x, tensor.rank > 0 {
            count = tensor.shape[0]
        } else {
            count = try call.integer("x", atLeast: 0)
        }
        guard count > 0 else { throw Failure("`choice` has nothing to choose from") }
        let shape = try call.optionalIntegers("size") ?? []
        guard shape.allSatisfy({ $0 >= 0 }) else { throw call.failure("size", takes: "whole numbers of at least 0") }
        let size = try Tensor.checkedCount(shape, operation: "choice")
        try ListLength.check(size)
        let replaces = try call.boolean("replace")
        let key = try call.key("seed")
        guard replaces || size <= count else {
            throw Failure(
                "`choice` without replacement takes at most \(count) elements here, and was asked for \(size)")
        }
        let places: Tensor
        if call.has("p") {
            let weights = try call.constant("p")
            guard weights.shape == [count] else {
                throw Failure("`choice` has \(count) elements, and `p` the shape \(weights.shape)")
            }
            places = try Tensor.multinomial(weights, count: size, replaces: replaces, operation: "choice", key: key)
        } else if replaces {
            places = try Tensor.randomIntegers([size], low: 0, high: count, key: key)
        } else {
            places = try Tensor(Tensor.permutation(count, key: key).prefix(size).map { Int64($0) })
        }
        if let elements {
            let drawn = places.integers().map { elements[$0] }
            guard call.has("size") else { return drawn[0] }
            guard shape.count == 1 else { throw call.failure("size", takes: "one number, for a list") }
            return .list(drawn)
        }
        if case .tensor(let tensor) = x, tensor.rank > 0 {
            return Value.tensor(try tensor.take(places.reshape(shape))).unwrapped
        }
        return call.has("size") ? .tensor(try places.reshape(shape)) : .integer(places.integers()[0])
    }
}

extension Call {
    /// The elements as whole numbers, int64.
    fileprivate func wholes(_ parameter: String) throws -> Tensor {
        let tensor = try constant(parameter)
        let whole = try tensor.cast(to: .int64)
        guard tensor.dtype.isFloatingPoint else { return whole }
        let isWhole = try Tensor.combine(.equal, whole.cast(to: tensor.dtype), tensor).reduced(.all)
        guard try isWhole.item() != 0 else { throw failure(parameter, takes: "whole numbers") }
        return whole
    }

    /// What `unique` gives beside the values.
    func uniqueParts() throws -> Value {
        let (values, places, shape): (Value, [Int], [Int])
        if let texts = try value("x").elements, texts.contains(where: { $0.asString != nil }) {
            let different = try texts.unique()
            var numbers: [String: Int] = [:]
            for (index, value) in different.enumerated() {
                guard let text = value.asString else {
                    throw Failure("`unique` counts numbers or strings, and got \(value.kindWithArticle) among strings")
                }
                numbers[text] = index
            }
            (values, shape) = (.list(different), [texts.count])
            places = texts.compactMap { $0.asString.flatMap { numbers[$0] } }
        } else {
            let x = try constant("x")
            let sorted = try x.unique()
            places = try sorted.searchSorted(x.reshape([x.count]), isRight: false).integers()
            (values, shape) = (.tensor(sorted), x.shape)
        }
        var counts = [Int](repeating: 0, count: values.knownCount ?? 0)
        for place in places { counts[place] += 1 }
        var fields: [(String, Value)] = [("values", values)]
        if try boolean("counts") { fields.append(("counts", .tensor(try Tensor(counts)))) }
        if try boolean("inverse") { fields.append(("inverse", .tensor(try Tensor(places, shape: shape)))) }
        return .record(Record(fields))
    }

    /// A tensor divided by its norm along an axis.
    func normalizedTensor() throws -> Variable {
        guard !has("mean"), !has("std") else {
            throw Failure(
                "`mean` and `std` of `normalize` are for datasets", help: "of a tensor, write `(x - mean) / std`")
        }
        let x = try floatTensor("data")
        guard x.rank > 0 else { throw failure("data", takes: "a dataset, or a tensor with axes") }
        let axes = [try optionalInteger("axis") ?? (x.rank > 1 ? 1 : 0)]
        let p = try number("p")
        let length: Variable
        switch p {
        case 2: length = try x.norm(axes: axes, keepDims: true)
        case 1: length = try x.abs().sum(axes: axes, keepDims: true)
        case .infinity: length = try x.abs().max(axes: axes, keepDims: true)
        case let p where p > 0 && p.isFinite:
            length = try x.abs().power(p).sum(axes: axes, keepDims: true).power(1 / p)
        default: throw failure("p", takes: "a number above 0, or inf")
        }
        return try x / length.clipped(min: number("eps"))
    }
}
