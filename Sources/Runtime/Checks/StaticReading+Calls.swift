import Autograd
import Language
import TensorCore

/// The arguments of a call to a built-in function, by the names of its parameters.
private struct StaticArguments {
    var named: [String: StaticValue] = [:]
    /// What `*rest` takes.
    var rest: [StaticValue] = []
    var positional: [StaticValue] = []
    var given: [(name: String, value: StaticValue)] = []

    subscript(name: String) -> StaticValue? { named[name] }
}

extension StaticReading {
    mutating func call(_ callee: Expression, _ arguments: [Argument], _ span: Span) -> StaticValue {
        switch callee.kind {
        case .name(let name):
            if case .maker(let made) = known(name) {
                for argument in arguments { _ = value(of: argument.value) }
                return made
            }
            guard let (function, builtin) = builtin(name) else {
                for argument in arguments { _ = value(of: argument.value) }
                return .unknown
            }
            return result(of: function, builtin, of: nil, arguments, span)
        case .member(let base, let name):
            let receiver = value(of: base)
            guard receiver.hasMethods, let (function, builtin) = builtin(name.text) else {
                for argument in arguments { _ = value(of: argument.value) }
                return .unknown
            }
            for argument in arguments {
                guard let label = argument.label, function.refusesArgument(label.text),
                    !receiver.hasForm(of: name.text)
                else { continue }
                reportArgument(function.unknownArgument(label.text), label)
            }
            let result = result(of: function, builtin, of: receiver, arguments, span)
            if builtin.mutate != nil { change(base) }
            return result
        default:
            _ = value(of: callee)
            for argument in arguments { _ = value(of: argument.value) }
            return .unknown
        }
    }

    /// What a call gives; unknown where its arguments are not written out.
    private mutating func result(
        of function: Function, _ builtin: Builtin, of receiver: StaticValue?, _ arguments: [Argument], _ span: Span
    ) -> StaticValue {
        var bound = StaticArguments(positional: receiver.map { [$0] } ?? [])
        var isKnown = true
        for argument in arguments {
            let value = value(of: argument.value)
            if argument.expansion != nil {
                isKnown = false
            } else if let label = argument.label {
                bound.given.append((label.text, value))
            } else {
                bound.positional.append(value)
            }
        }
        let parameters = function.signature.parameters
        var next = 0
        for value in bound.positional {
            guard next < parameters.count else { return .unknown }
            if case .rest = parameters[next].kind {
                bound.rest.append(value)
            } else {
                bound.named[parameters[next].name] = value
                next += 1
            }
        }
        for (name, value) in bound.given {
            if let index = function.index(ofArgument: name) { bound.named[parameters[index].name] = value }
        }
        let found = isKnown ? self.result(of: function, builtin, bound, span) : nil
        return found ?? kind(of: builtin)
    }

    /// What is known of a result from the name of the function alone.
    private func kind(of builtin: Builtin) -> StaticValue {
        switch builtin.name {
        case "table": .object(.table)
        case "dataset": .object(.dataset)
        case "train": .object(.run)
        case "len", "numel": .number(nil)
        case "range", "list", "sorted", "keys", "values", "items", "split_at", "chunk": .list(nil)
        case "str", "read", "input", "replace", "upper", "lower", "strip": .text
        case "zeros", "ones", "rand", "randn", "full", "eye", "arange", "linspace", "tensor", "array", "reshape",
            "transpose", "permute", "squeeze", "unsqueeze", "broadcast", "concat", "stack", "matmul", "cast":
            .tensor(nil)
        default: .unknown
        }
    }

    private mutating func result(
        of function: Function, _ builtin: Builtin, _ arguments: StaticArguments, _ span: Span
    ) -> StaticValue? {
        let x = arguments["x"]
        switch builtin.name {
        case "zeros", "ones", "rand", "randn":
            guard arguments["shape"] == nil else { return nil }
            return made(arguments.rest.count == 1 ? arguments.rest[0] : .list(arguments.rest))
        case "full": return made(arguments["shape"])
        case "eye":
            return made(.list([arguments["n"] ?? .unknown, arguments["columns"] ?? arguments["n"] ?? .unknown]))
        case "linspace": return made(arguments["count"])
        case "arange":
            guard let start = arguments["start"]?.whole, arguments["step"] == nil else { return nil }
            guard let stop = arguments["stop"] else { return made(.number(Double(max(start, 0)))) }
            guard let stop = stop.whole, abs(start) < 1 << 52, abs(stop) < 1 << 52 else { return nil }
            return made(.number(Double(max(stop - start, 0))))
        case "tensor", "array": return arguments["data"].flatMap { elements(of: $0) }.map { .tensor($0) }
        case "reshape", "transpose", "permute", "squeeze", "unsqueeze", "broadcast", "flatten":
            guard x?.shape != nil else { return nil }
            return tried(function, arguments, span)
        case "sum", "mean", "prod", "max", "min", "any", "all", "var", "std", "logsumexp", "argmax", "argmin", "median":
            // `x.max(dim=1)` gives a record, as in PyTorch.
            let isPlain = arguments.rest.isEmpty && !arguments.given.contains { $0.name == "dim" || $0.name == "key" }
            guard let shape = x?.shape, isPlain || builtin.name == "sum" || builtin.name == "mean" else { return nil }
            return reduced(shape, function, arguments, span)
        case "matmul", "maximum", "minimum":
            guard let a = arguments["a"], let b = arguments["b"] else { return nil }
            return combined(builtin.name == "matmul" ? .matrixProduct : .add, a, b, span)
        case "concat", "stack": return joined(function, builtin, arguments, span)
        case "softmax", "log_softmax", "cumsum", "cumprod", "tril", "triu", "clip", "round", "cast", "detach", "copy",
            "zeros_like", "ones_like", "rand_like", "randn_like", "full_like":
            return x?.shape.map { .tensor($0) }
        case let name where ElementwiseOperation.documented(name) != nil:
            if case .number = x { return .number(nil) }
            return x?.shape.map { .tensor($0) }
        default: return nil
        }
    }

    /// A tensor of a shape that is given as a list or as one size.
    private func made(_ shape: StaticValue?) -> StaticValue? {
        guard let sizes = shape?.wholes, (try? Tensor.checkedCount(sizes)) != nil else { return nil }
        return .tensor(sizes)
    }

    /// The shape of numbers in nested lists; nil where they are no full rows.
    private func elements(of value: StaticValue) -> [Int]? {
        switch value {
        case .number, .truth: return []
        case .tensor(let shape): return shape
        case .list(let parts?):
            guard let first = parts.first else { return nil }
            guard let shape = elements(of: first), parts.allSatisfy({ elements(of: $0) == shape }) else { return nil }
            return [parts.count] + shape
        default: return nil
        }
    }

    /// What the function itself gives for a tensor of the shape, which takes no memory.
    private mutating func tried(_ function: Function, _ arguments: StaticArguments, _ span: Span) -> StaticValue? {
        let positional = arguments.positional.compactMap(\.value)
        let named = arguments.given.compactMap { given in given.value.value.map { (given.name, $0) } }
        guard positional.count == arguments.positional.count, named.count == arguments.given.count else { return nil }
        do {
            return StaticValue(
                try interpreter.call(.function(function), Arguments(positional, named: named), at: location(span)))
        } catch {
            reportShape(error, span)
            return .unknown
        }
    }

    /// The same where the function computes, unless it refuses, as it is likely to.
    private mutating func refused(
        _ shapes: [[Int]], _ function: Function, _ arguments: StaticArguments, _ span: Span
    ) -> StaticValue {
        let count = shapes.reduce(0) { $0 + $1.reduce(1, *) }
        guard count < 1 << 20, let result = tried(function, arguments, span) else { return .tensor(nil) }
        return result == .unknown ? .unknown : .tensor(nil)
    }

    private mutating func reduced(
        _ shape: [Int], _ function: Function, _ arguments: StaticArguments, _ span: Span
    ) -> StaticValue? {
        let keeps = arguments["keepdims"] ?? .truth(false)
        guard let axis = arguments["axis"] else { return keeps == .truth(false) ? .tensor([]) : .tensor(nil) }
        guard let axes = axis.wholes, case .truth(let keeps) = keeps else { return .tensor(nil) }
        let places = axes.map { $0 < 0 ? $0 + shape.count : $0 }
        guard places.allSatisfy(shape.indices.contains), Set(places).count == places.count else {
            return refused([shape], function, arguments, span)
        }
        return .tensor(
            shape.indices.compactMap { places.contains($0) ? (keeps ? 1 : nil) : shape[$0] })
    }

    private mutating func joined(
        _ function: Function, _ builtin: Builtin, _ arguments: StaticArguments, _ span: Span
    ) -> StaticValue? {
        guard case .list(let parts?) = arguments["tensors"], let first = parts.first?.shape else { return nil }
        let shapes = parts.compactMap(\.shape)
        let axis = arguments["axis"].map(\.whole) ?? 0
        guard shapes.count == parts.count, let axis else { return nil }
        let rank = first.count + (builtin.name == "stack" ? 1 : 0)
        let place = axis < 0 ? axis + rank : axis
        func others(_ shape: [Int]) -> [Int] {
            builtin.name == "stack" ? shape : shape.indices.filter { $0 != place }.map { shape[$0] }
        }
        let fits = shapes.allSatisfy { $0.count == first.count && others($0) == others(first) }
        guard fits, (0..<rank).contains(place) else {
            return refused(shapes, function, arguments, span)
        }
        var result = first
        if builtin.name == "stack" {
            result.insert(parts.count, at: place)
        } else {
            result[place] = shapes.reduce(0) { $0 + $1[place] }
        }
        return made(.list(result.map { .number(Double($0)) }))
    }
}

extension StaticValue {
    /// Whether the method is one of the library for values of its kind, with other arguments.
    fileprivate func hasForm(of method: String) -> Bool {
        let kinds =
            switch self {
            case .text: ["string"]
            case .list: ["list", "column"]
            case .tensor: ["tensor", "column"]
            case .object(.table): ["table"]
            default: [] as [String]
            }
        let forms = FamiliarNames.methods(called: method)
        return kinds.contains { forms[$0] != nil }
    }

    /// Whether all its methods are functions that are built in.
    fileprivate var hasMethods: Bool {
        switch self {
        case .text, .list, .tensor, .object(.table), .object(.dataset): true
        case .unknown, .number, .truth, .record, .object, .instance, .maker: false
        }
    }
}
