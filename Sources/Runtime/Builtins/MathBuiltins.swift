import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// A function of each element; plain numbers give plain numbers.
    private static func elementwise(_ operation: ElementwiseOperation) -> Builtin? {
        guard let documentation = operation.documentation else { return nil }
        let name = operation.name
        let isLayer = operation.isActivation
        return Builtin(
            isLayer ? "\(name)(x=none)" : "\(name)(x)", isLayer ? .layers : .math, documentation.summary,
            details: isLayer ? "Without a tensor it makes a layer: a line `\(name)` in a model." : "",
            example: documentation.example, takesOptionalTensorFirst: isLayer,
            shortcut: operation.kernel.givesNumbers
                ? .one { if case .number(let x) = $0 { .number(operation.kernel(x)) } else { nil } } : nil
        ) { call in
            if isLayer, !call.has("x") { return .layer(Activation(operation)) }
            guard operation.kernel.givesNumbers else {
                return Value.tensor(try call.endingGradient("x").map(operation.kernel)).unwrapped
            }
            if case .number(let x) = call.value("x") { return .number(operation.kernel(x)) }
            let x = try call.tensor("x")
            let result = try x.map(operation)
            // A single whole value is computed with as a plain number is.
            if x.rank == 0, !x.dtype.isFloatingPoint, result.dtype.isFloatingPoint, let value = Value.tensor(x).asNumber
            {
                return .number(operation.kernel(value))
            }
            return Value.tensor(result).unwrapped
        }
    }

    static let math: [Builtin] = ElementwiseOperation.all.compactMap(elementwise) + ownMath

    /// Without decimals Python's gives a whole number, which has no -0.
    private static func rounded(_ number: Double, digits: Int) -> Double {
        Numeric.rounded(number, digits: digits) + (digits == 0 ? 0 : -0.0)
    }

    private static let ownMath: [Builtin] = [
        Builtin(
            "round(x, digits=0)", .math, "The nearest number with so many decimals, halves to even.",
            example: "round(2.345, 2)",
            shortcut: .oneOrTwo { x, digits in
                guard case .number(let number) = x else { return nil }
                return (digits ?? .integer(0)).asInteger.map { .number(rounded(number, digits: $0)) }
            }
        ) { call in
            let digits = try call.integer("digits")
            if case .number(let number) = call.value("x") { return .number(rounded(number, digits: digits)) }
            let tensor = try call.plainTensor("x")
            guard digits != 0, tensor.dtype.isFloatingPoint || digits < 0 else {
                return Value.tensor(try tensor.map(.round)).unwrapped
            }
            let scale = Numeric.power(10, Double(digits.magnitude))
            let (there, back): (BinaryOperation, BinaryOperation) =
                digits > 0 ? (.multiply, .divide) : (.divide, .multiply)
            let rounded = try tensor.combined(there, with: scale).map(.round).combined(back, with: scale)
            // Where the scaled number is too large, there are no such decimals.
            let result = try Tensor.select(try rounded.map(.isFinite), rounded, tensor)
            return Value.tensor(try result.cast(to: tensor.dtype)).unwrapped
        },
        Builtin(
            "clip(x, low=none, high=none)", .math, "Elements below `low` become `low`, above `high` become `high`.",
            example: "clip([-2, 0.5, 3], 0, 1)"
        ) { call in
            let (low, high) = (try call.optionalNumber("low"), try call.optionalNumber("high"))
            let x = try call.tensor("x")
            // A single whole value meets fractions as a plain number does.
            let isFraction = [low, high].contains { $0.map { x.dtype.meeting($0).isFloatingPoint } ?? false }
            let operand = x.rank == 0 && isFraction ? try x.asFractions : x
            return Value.tensor(try operand.clipped(min: low, max: high)).unwrapped
        },
        Builtin(
            "maximum(a, b)", .math, "The larger of each pair of elements; nan where one is nan.",
            example: "maximum([1, 5], [3, 2])"
        ) { call in
            let operands = try call.operands("a", "b")
            return Value.tensor(try Variable.maximum(operands[0], operands[1])).unwrapped
        },
        Builtin(
            "atan2(y, x)", .math, "The angle of each point x, y, from -pi to pi.",
            details: "The gradient at 0, 0 is 0, as in PyTorch.", example: "atan2([1, 0, -1], [1, -1, 0])"
        ) { call in
            let operands = try call.operands("y", "x")
            return Value.tensor(try Variable.combine(.arcTangent, operands[0], operands[1])).unwrapped
        },
        Builtin(
            "logaddexp(a, b)", .math, "log(exp(a) + exp(b)) of each pair of elements, without overflow.",
            example: "logaddexp([0, 1000], [0, 1000])"
        ) { call in
            let operands = try call.operands("a", "b")
            let sum = try Variable.logAddExp(operands[0].asWideFractions, operands[1].asWideFractions)
            let dtype = DType.promoted(operands[0].dtype, operands[1].dtype)
            return Value.tensor(try sum.cast(to: sum.rank > 0 ? dtype.fraction : .float64)).unwrapped
        },
        Builtin(
            "minimum(a, b)", .math, "The smaller of each pair of elements; nan where one is nan.",
            example: "minimum([1, 5], [3, 2])"
        ) { call in
            let operands = try call.operands("a", "b")
            return Value.tensor(try Variable.minimum(operands[0], operands[1])).unwrapped
        },
    ]

    /// A reduction over all axes or some.
    ///
    /// - Parameter givesFractions: Whether whole numbers leave the whole numbers: single values then have 64 bits.
    private static func reduction(
        _ name: String, _ summary: String, example: String, givesFractions: Bool = false,
        _ apply: @escaping @Sendable (Variable, [Int]?, Bool) throws -> Variable
    ) -> Builtin {
        Builtin(
            "\(name)(x, axis=none, keepdims=false\(name == "sum" ? ", start=none" : ""))", .reductions, summary,
            details:
                "`axis` is a number or a list of them; without it, all elements. `keepdims` leaves axes of size 1.",
            example: example
        ) { call in
            let call = try call.withElements(of: "x")
            if name != "sum" || !call.has("start"), let number = call.rangeFigure(name) { return .number(number) }
            if name == "sum", let total = try call.sumOfObjects() ?? call.sumFromStart() ?? call.sumOfTensors() {
                return total
            }
            return Value.tensor(
                try apply(
                    try givesFractions ? call.fractionsToReduce() : call.tensor("x"),
                    try call.optionalIntegers("axis"), try call.boolean("keepdims"))
            ).unwrapped
        }
    }

    static let reductions: [Builtin] = [
        reduction("sum", "The sum of the elements.", example: "sum([[1, 2], [3, 4]], axis=0)") {
            try $0.sum(axes: $1, keepDims: $2)
        },
        reduction("mean", "The mean of the elements.", example: "mean([1, 2, 3])", givesFractions: true) {
            try $0.mean(axes: $1, keepDims: $2)
        },
        reduction("prod", "The product of the elements.", example: "prod([2, 3, 4])") {
            try $0.prod(axes: $1, keepDims: $2)
        },
        extremum("max", .max, "The largest element; nan where one is nan.", example: "max([3, 1, 2])") {
            try $0.max(axes: $1, keepDims: $2)
        },
        extremum("min", .min, "The smallest element; nan where one is nan.", example: "min([3, 1, 2])") {
            try $0.min(axes: $1, keepDims: $2)
        },
        quantifier("any", .any, "Whether any element is true.", example: "any([false, true])"),
        quantifier("all", .all, "Whether all elements are true.", example: "all([false, true])"),
        spread(
            "var", "The variance, with `correction` taken off the count (1, as in PyTorch).",
            example: "var([1, 2, 3, 4])"
        ) {
            try $0.variance(axes: $1, correction: $2, keepDims: $3)
        },
        spread("std", "The standard deviation: the root of `var`.", example: "std([1, 2, 3, 4])") {
            try $0.std(axes: $1, correction: $2, keepDims: $3)
        },
        reduction(
            "logsumexp", "log(sum(exp(x))), without overflow.", example: "logsumexp([1000, 1000])", givesFractions: true
        ) {
            try $0.logSumExp(axes: $1, keepDims: $2)
        },
        position(
            "argmax", .max, "The index of the largest element, the first of several; nan counts as the largest.",
            example: "argmax([3, 1, 2])"),
        position(
            "argmin", .min, "The index of the smallest element, the first of several; nan counts as the smallest.",
            example: "argmin([3, 1, 2])"),
        Builtin(
            "cumsum(x, axis=-1)", .reductions, "The running sum along an axis.", example: "cumsum([1, 2, 3])"
        ) { call in .tensor(try call.tensor("x").cumulativeSum(axis: try call.integer("axis"))) },
        Builtin(
            "argsort(x, axis=-1, descending=false)", .reductions,
            "The indices that sort an axis; nan counts as the largest.",
            example: "argsort([3, 1, 2])"
        ) { call in
            .tensor(
                try call.endingGradient("x").sorted(
                    axis: try call.integer("axis"), descending: try call.boolean("descending")
                ).indices)
        },
        Builtin(
            "topk(x, k, axis=-1, largest=true)", .reductions,
            "The k largest (or smallest) elements of an axis, in order, as a record of values and indices.",
            details: "nan counts as the largest.",
            example: "topk([3, 1, 2], 2).values"
        ) { call in
            if case .range(let range) = call.value("x"), call.hasOnlyAxis,
                let (values, positions) = range.extremes(
                    try call.integer("k", atLeast: 0), largest: try call.boolean("largest")),
                let values = try Value.range(values).asVariable(),
                let positions = try Value.range(positions).asVariable(dtype: .int64)
            {
                return .record(Record([("values", .tensor(values)), ("indices", .tensor(positions))]))
            }
            _ = try call.endingGradient("x")
            let (values, indices) = try call.tensor("x").topK(
                try call.integer("k", atLeast: 0), axis: try call.integer("axis"), largest: try call.boolean("largest"))
            return .record(Record([("values", .tensor(values)), ("indices", .tensor(Variable(indices)))]))
        },
        Builtin(
            "unique(x, counts=false, inverse=false)", .reductions,
            "The different elements: of numbers and booleans sorted, nan last; of a list of other things in order of appearance.",
            details: """
                counts=true: a record of values and counts, how often each comes. inverse=true: also of inverse, for each element its
                place among the values, in the shape of x.
                """,
            example: "unique([3, 1, 3])\nunique([3, 1, 3], counts=true).counts"
        ) { call in
            if try call.boolean("counts") || call.boolean("inverse") { return try call.uniqueParts() }
            if case .tensor = call.value("x") { return .tensor(try call.constant("x").unique()) }
            // The numbers of a range are different but where small steps are rounded away.
            if case .range(let range) = call.value("x"), let all = range.extremes(range.count, largest: false) {
                return .range(all.values)
            }
            let elements = try call.list("x")
            if !elements.isEmpty, elements.allSatisfy(\.isSingleNumber) {
                return try nestedList(Variable(try call.plainTensor("x").unique()))
            }
            if !elements.isEmpty, elements.allSatisfy(\.hasAxes), (try? call.value("x").asVariable()) != nil {
                throw Failure(
                    "`unique` of lists of numbers can mean the different numbers or the different lists",
                    help: [
                        "the numbers: `unique(tensor(xs))`",
                        "the lists: `[x for i, x in enumerate(xs) if not (x in xs[0:i])]`",
                    ])
            }
            return .list(try elements.unique())
        },
    ]

    /// Of a tensor or list of booleans and numbers, and of other lists as in Python.
    private static func quantifier(
        _ name: String, _ which: Reduction, _ summary: String, example: String
    ) -> Builtin {
        Builtin("\(name)(x, axis=none, keepdims=false)", .reductions, summary, example: example) { call in
            let call = try call.withElements(of: "x")
            if let number = call.rangeFigure(name) { return .boolean(number != 0) }
            let x = call.value("x")
            if !call.has("axis"), (x.isList || x.isMap) && (try? x.asVariable()).flatMap({ $0 }) == nil {
                let elements = try allElements(x)
                return .boolean(
                    try name == "any" ? elements.contains { try $0.isTrue() } : elements.allSatisfy { try $0.isTrue() })
            }
            return Value.tensor(
                try call.endingGradient("x").reduced(
                    which, axes: try call.optionalIntegers("axis"), keepDims: try call.boolean("keepdims"))
            ).unwrapped
        }
    }

    /// `max(x)` of a tensor, and of several numbers or any elements with an order as in Python: `max(1, 2)`.
    private static func extremum(
        _ name: String, _ which: Tensor.Extreme, _ summary: String, example: String,
        _ apply: @escaping @Sendable (Variable, [Int]?, Bool) throws -> Variable
    ) -> Builtin {
        Builtin(
            "\(name)(x, *more, axis=none, keepdims=false, dim=none, key=none, default=none)", .reductions, summary,
            details: """
                Of several numbers too: `\(name)(1, 2)`; of several tensors element by element, as `\(name)imum`, which takes
                lists of numbers too. `x.\(name)(dim=1)` gives a record of values and
                indices, as in PyTorch. Elements of a list by a function: `\(name)(xs, key=f)`. `default` is the result where
                there are none.
                """, example: example,
            shortcut: .two { a, b in
                guard case .number(let x) = a, case .number(let y) = b else { return nil }
                if x.isNaN || y.isNaN { return .number(.nan) }
                return (which == .max ? x >= y : x <= y) ? a : b
            }
        ) { call in
            let more = try call.list("more")
            let call = more.isEmpty ? try call.withElements(of: "x") : call
            if more.isEmpty, call.isGiven("default"), call.value("x").knownCount == 0 { return call.value("default") }
            if more.isEmpty, !call.has("key"), let number = call.rangeFigure(name) { return .number(number) }
            let given = call.value("x")
            var axes = try call.optionalIntegers("axis")
            var x = given
            // The one number behind a tensor is the axis.
            let isAxis = more.count == 1 && axes == nil && more[0].asInteger != nil && given.knownCount != nil
            if !more.isEmpty, !isAxis, axes == nil, !call.has("key"), !call.has("dim") {
                let all = [given] + more
                if all.contains(where: { if case .tensor(let tensor) = $0 { tensor.rank > 0 } else { false } }) {
                    return .tensor(try call.elementwise(all, largest: which == .max))
                }
                if all.allSatisfy(\.isList) {
                    guard try all.allSatisfy({ try $0.asVariable() == nil }) else {
                        throw Failure(
                            "`\(name)` of several lists of numbers is one of the lists in Python, and made of their elements in NumPy",
                            help: [
                                "element by element: `\(name)imum(a, b)`",
                                "of all numbers: `\(name)([\(name)(a), \(name)(b)])`; the list by its order: `sorted([a, b])[\(name == "max" ? "-1" : "0")]`",
                            ])
                    }
                    return try extremeElement(all, isLargest: which == .max, call)
                }
            }
            if isAxis { axes = more[0].asInteger.map { [$0] } } else if !more.isEmpty { x = .list([given] + more) }
            if call.has("key") { return try extremeElement(allElements(x), isLargest: which == .max, call) }
            if case .list(let elements) = given, case .list? = elements.first, axes == nil, !call.has("dim") {
                try call.interpreter.adviseOnce(
                    "`\(name)` of a list of lists is its \(which == .max ? "greatest" : "least") number, as in NumPy; "
                        + "`sorted(xs)[\(which == .max ? "-1" : "0")]` is the \(which == .max ? "greatest" : "least") list, as in Python"
                )
            }
            guard let tensor = try x.asVariable() else {
                if axes == nil, x.isList || x.isMap || x.asString != nil {
                    return try extremeElement(allElements(x), isLargest: which == .max, call)
                }
                throw call.failure("x", takes: "a tensor or numbers")
            }
            let keepsAxes = try call.boolean("keepdims")
            guard call.has("dim") else { return Value.tensor(try apply(tensor, axes, keepsAxes)).unwrapped }
            let (values, indices) = try tensor.extremes(which, axis: try call.integer("dim"), keepDims: keepsAxes)
            return .record(Record([("values", .tensor(values)), ("indices", .tensor(indices))]))
        }
    }

    private static func spread(
        _ name: String, _ summary: String, example: String,
        _ apply: @escaping @Sendable (Variable, [Int]?, Int, Bool) throws -> Variable
    ) -> Builtin {
        Builtin(
            "\(name)(x, axis=none, correction=1, keepdims=false, unbiased=none)", .reductions, summary,
            details: """
                The sum of squares is divided by n - correction, also along an axis; unbiased=false is correction=0. `np.std(x)` and
                `np.var(x)` divide by n.
                """,
            example: example
        ) { call in
            let correction = try call.has("unbiased") ? call.boolean("unbiased") ? 1 : 0 : call.integer("correction")
            if let range = call.wholeRange, let variance = range.variance(correction: correction) {
                return .number(name == "std" ? variance.squareRoot() : variance)
            }
            return Value.tensor(
                try apply(
                    try call.fractionsToReduce(), try call.optionalIntegers("axis"), correction,
                    try call.boolean("keepdims"))
            ).unwrapped
        }
    }

    private static func position(
        _ name: String, _ which: Tensor.Extreme, _ summary: String, example: String
    ) -> Builtin {
        Builtin("\(name)(x, axis=none, keepdims=false)", .reductions, summary, example: example) { call in
            if let number = call.rangeFigure(name) { return .number(number) }
            return Value.tensor(
                try call.endingGradient("x").argument(
                    which, axis: try call.optionalInteger("axis"), keepDims: try call.boolean("keepdims"))
            ).unwrapped
        }
    }
}

extension Value {
    /// Whether it is a number, a boolean, or a constant tensor without axes.
    fileprivate var isSingleNumber: Bool {
        switch self {
        case .number, .boolean: true
        case .tensor(let tensor): tensor.rank == 0 && !tensor.isTracked
        default: false
        }
    }

    /// Whether it is a list, or a tensor with axes.
    var hasAxes: Bool { if case .tensor(let tensor) = self { tensor.rank > 0 } else { isList } }
}

extension Call {
    /// The elements of a tensor for a function that gives positions or truth values, which a gradient ends at.
    func endingGradient(_ parameter: String) throws -> Tensor {
        let tensor = try tensor(parameter)
        if tensor.isTracked, !interpreter.gradientEnds.functions.contains(name) {
            interpreter.gradientEnds.functions.append(name)
        }
        return tensor.value
    }

    /// Python's `sum(xs, start)`: lists joined to a list, or numbers added to one that is no axis of theirs.
    fileprivate func sumFromStart() throws -> Value? {
        guard value("x").isList, !isGiven("keepdims"), has("start") || has("axis") || hasText,
            let elements = try value("x").elements
        else { return nil }
        guard !hasText else {
            throw Failure("`sum` adds numbers, and got a list with a text", help: "`\"\".join(xs)` joins texts")
        }
        let start = has("start") ? value("start") : value("axis")
        let joinsLists = try start.elements?.isEmpty == true && elements.allSatisfy(\.isList)
        let addsNumber = start.isNumber && elements.allSatisfy(\.isNumber)
        guard has("start") || joinsLists || addsNumber && ![0, -1].contains(start.asInteger) else { return nil }
        return try elements.reduce(start) { try Operators.binary(.add, $0, $1) }
    }

    /// Python's `sum(xs)` of tensors in a list, which are added to each other; nil for other values.
    fileprivate func sumOfTensors() throws -> Value? {
        guard case .list(let elements) = value("x"), !has("axis"), !isGiven("keepdims"),
            elements.contains(where: { if case .tensor(let tensor) = $0 { tensor.rank > 0 } else { false } })
        else { return nil }
        return try elements.dropFirst().reduce(elements[0]) { sum, element in
            try Operators.checkInterrupt()
            return try Operators.binary(.add, sum, element)
        }
    }

    /// Whether `x` is a list with a text in it.
    private var hasText: Bool {
        guard case .list(let elements) = value("x") else { return false }
        return elements.contains { $0.asString != nil }
    }

    /// The largest, or smallest, of tensors element by element.
    fileprivate func elementwise(_ values: [Value], largest: Bool) throws -> Variable {
        let operands = try Operands.tensors(values).map { operand in
            guard let operand else { throw failure("more", takes: "tensors and numbers") }
            return operand
        }
        return try operands.dropFirst().reduce(operands[0]) {
            try largest ? Variable.maximum($0, $1) : Variable.minimum($0, $1)
        }
    }

    /// The `x` of a reduction that gives fractions: int64 has 64 bits there, and so have other whole numbers where a single
    /// value comes of them.
    func fractionsToReduce() throws -> Variable {
        let x = try tensor("x")
        let axisCount = try optionalIntegers("axis")?.count ?? x.rank
        let isSingle = try axisCount == x.rank && !boolean("keepdims")
        return x.dtype == .int64 || isSingle && !x.dtype.isFloatingPoint ? try x.cast(to: .float64) : x
    }
}
