import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    static let gradients: [Builtin] = [
        Builtin(
            "grad(f, argnums=0)", .gradients,
            "The function that gives the gradient of a scalar function by its first argument.",
            details: """
                The argument may be a tensor, a number, a list or record of them, or a model (the gradient is then a record
                by parameter). `grad(f, argnums=[0, 1])` gives a list of the gradients by several arguments, as JAX does.
                `grad(grad(f))` is the second derivative of a function of one number.
                """,
            example: "grad(x -> sum(x * x))([1.0, 2.0])"
        ) { call in
            let places = try ArgumentPlaces(call)
            let gradient = Function(native: "grad(*arguments)", of: try call.callable("f")) {
                function, arguments, interpreter in
                try differentiate(function, arguments, by: places, interpreter).gradient
            }
            gradient.gradientOfOne = places.isOne ? .alone : nil
            return .function(gradient)
        },
        Builtin(
            "value_and_grad(f, argnums=0)", .gradients,
            "The function that gives a record of f's value and its gradient.",
            example: "value_and_grad(x -> sum(x * x))([1.0, 2.0]).grad"
        ) { call in
            let places = try ArgumentPlaces(call)
            let gradient = Function(native: "value_and_grad(*arguments)", of: try call.callable("f")) {
                function, arguments, interpreter in
                let (value, gradient) = try differentiate(function, arguments, by: places, interpreter)
                return .record(Record([("value", value), ("grad", gradient)]))
            }
            gradient.gradientOfOne = places.isOne ? .withValue : nil
            return .function(gradient)
        },
    ]

    /// The arguments that a gradient is taken by.
    private struct ArgumentPlaces {
        let places: [Int]
        /// Whether it is one that was given as a number: the result is no list.
        let isOne: Bool

        init(_ call: Call) throws {
            isOne = !call.value("argnums").isList
            places = isOne ? [try call.integer("argnums", atLeast: 0)] : try call.integers("argnums")
            guard !places.isEmpty, places.allSatisfy({ $0 >= 0 }), Set(places).count == places.count else {
                throw call.failure("argnums", takes: "a position from 0 on, or a list of different ones")
            }
        }
    }

    private static func differentiate(
        _ function: Value, _ arguments: Arguments, by places: ArgumentPlaces, _ interpreter: Interpreter
    ) throws -> (value: Value, gradient: Value) {
        guard !arguments.positional.isEmpty else {
            throw Failure("a gradient needs at least one argument, by which it is taken")
        }
        if let missing = places.places.first(where: { $0 >= arguments.positional.count }) {
            throw Failure(
                "`argnums` names the argument \(missing), and the call has \(arguments.positional.count), from 0 on")
        }
        var leaves = GradientLeaves()
        defer { leaves.stop() }
        var inner = arguments
        let given = places.places.map { arguments.positional[$0] }
        for place in places.places { inner.positional[place] = try leaves.tracked(arguments.positional[place]) }
        interpreter.gradientDepth += 1
        defer { interpreter.gradientDepth -= 1 }
        return try interpreter.recordingEnds {
            try Recording.tracking(true) {
                try differentiated(function, inner, by: given, isOne: places.isOne, leaves, interpreter)
            }
        }
    }

    private static func differentiated(
        _ function: Value, _ inner: Arguments, by given: [Value], isOne: Bool, _ leaves: GradientLeaves,
        _ interpreter: Interpreter
    ) throws -> (value: Value, gradient: Value) {
        let result: Value
        if inner.named.isEmpty {
            result = try interpreter.call(function, inner.positional)
        } else if case .function(let callee) = function, case .user = callee.body {
            result = try interpreter.call(function, try callee.bind(inner))
        } else {
            throw Failure("the function of a gradient takes its arguments by position")
        }
        if !result.isTracked, let name = interpreter.gradientEnds.constants.first {
            throw Failure(
                "the function gave a constant: no gradient flows through `\(name)`",
                help: "a gradient flows through calls of the model, as in `grad(net -> mse(net(x), y))(net)`")
        }
        guard case .tensor(let output) = result, output.count == 1 else {
            if case .number = result {
                if let name = interpreter.gradientEnds.functions.first(where: { $0 == "item" || $0 == "float" }) {
                    throw Failure(
                        "the function gave a number: no gradient flows through `\(name)`",
                        help: "give the tensor itself, without `\(name)`")
                }
                return (result, try leaves.gradient(of: given, isOne: isOne, leaves.variables.map { _ in nil }))
            }
            if case .boolean = result { throw interpreter.notDifferentiable("a boolean") }
            let got =
                if case .tensor(let tensor) = result { "a tensor of shape \(tensor.shape)" } else {
                    result.kindWithArticle
                }
            throw Failure(
                "a gradient is taken of a function that gives one number, and this one gave \(got)",
                help: "reduce it first, with `sum` or `mean`")
        }
        try interpreter.checkDifferentiable(output)
        // What is around differentiates it again: another `grad`, or a step by the weights.
        let isInner = interpreter.gradientDepth > 1 || interpreter.currentContext?.recorded != nil
        let gradients = try Gradient.compute(
            try output.reshape([]), withRespectTo: leaves.variables, createGraph: isInner)
        let value = isInner ? result : Value.tensor(output.detached()).unwrapped
        return (value, try leaves.gradient(of: given, isOne: isOne, gradients))
    }
}

/// The tensors inside a value that a gradient is taken by, in the order of a walk through it.
struct GradientLeaves {
    private(set) var variables: [Variable] = []
    private var models: [ModuleObject] = []
    private var partCount = 0

    /// A gradient has a part for each place, be it the same value that stands there.
    private static let mostParts = 1_000_000

    /// The value with every floating-point tensor in it replaced by a leaf whose uses are recorded.
    mutating func tracked(_ value: Value) throws -> Value {
        try value.checkPartCount()
        return try tracked(value, depth: 0)
    }

    private mutating func tracked(_ value: Value, depth: Int) throws -> Value {
        guard depth < 1000 else { throw Failure("lists and records are nested too deep for a gradient (1000 levels)") }
        partCount += 1
        try Operators.checkInterrupt()
        guard partCount <= Self.mostParts else {
            throw Failure(
                "a gradient is taken by at most \(Self.mostParts) values",
                help: "numbers that belong together make one tensor: `tensor(xs)`, `stack(xs)`")
        }
        switch value {
        case .number, .tensor:
            guard let variable = try value.asVariable() else { return value }
            guard variable.dtype.isFloatingPoint else {
                throw Failure(
                    "no gradient can be taken by a tensor of dtype \(variable.dtype.name)",
                    help: "make it a floating-point one: `cast(x, \"float32\")`")
            }
            let leaf = Gradient.leaf(variable)
            variables.append(leaf)
            return .tensor(leaf)
        case .list(let elements):
            if let variable = try? value.asVariable(), variable.count > 0, isAllNumbers(elements) {
                let leaf = Gradient.leaf(try variable.asFractions)
                variables.append(leaf)
                return .tensor(leaf)
            }
            return .list(try elements.map { try tracked($0, depth: depth + 1) })
        case .record(let record):
            return .record(try record.mapValues { try tracked($1, depth: depth + 1) })
        case .object(let object):
            guard let module = object as? ModuleObject else { break }
            variables += try module.startRecording()
            models.append(module)
            return value
        default: break
        }
        throw Failure("no gradient can be taken by \(value.kindWithArticle)")
    }

    /// The gradients in the shape of the values that they belong to; zeros where nothing depends on them.
    func gradient(of values: [Value], isOne: Bool, _ gradients: [Variable?]) throws -> Value {
        var rest = zip(variables, gradients).makeIterator()
        let built = try values.map { try build($0, &rest) }
        return isOne ? built[0] : .list(built)
    }

    private func build(
        _ value: Value, _ rest: inout Zip2Sequence<[Variable], [Variable?]>.Iterator
    ) throws -> Value {
        func next() throws -> Value {
            guard let (variable, gradient) = rest.next() else { return .none }
            return .tensor(try gradient ?? Variable(Tensor.zeros(variable.shape, dtype: variable.dtype)))
        }
        switch value {
        case .list(let elements):
            if let variable = try? value.asVariable(), variable.count > 0, isAllNumbers(elements) { return try next() }
            return .list(try elements.map { try build($0, &rest) })
        case .record(let record):
            return .record(try record.mapValues { try build($1, &rest) })
        case .object(let object):
            guard let module = object as? ModuleObject else { return .none }
            // By layer, as the model's own fields: g.linear1.weight, g.blocks[0].weight.
            let byPath = try module.parameterNames.reduce(into: Record()) { record, name in
                record.set(path: name.split(separator: ".").map { String($0) }[...], to: try next())
            }
            return byPath.shaped(as: module.module)
        case .number: return try next().unwrapped
        default: return try next()
        }
    }

    private func isAllNumbers(_ elements: [Value]) -> Bool {
        elements.allSatisfy { element in
            switch element {
            case .number: true
            case .list(let inner): isAllNumbers(inner)
            default: false
            }
        }
    }

    /// Models record only while a gradient is taken.
    func stop() {
        for model in models { model.stopRecording() }
    }
}

extension Record {
    /// A record by the parts of a module, where those of a list stand in a list: `none` for elements without parameters.
    fileprivate func shaped(as module: any Module) -> Value {
        guard let composite = module.composite else { return .record(self) }
        var record = self
        for (name, part) in composite.parts {
            if case .record(let inner)? = record[name] { record[name] = inner.shaped(as: part) }
        }
        guard let count = (module as? ModuleGroup)?.listCount else { return .record(record) }
        return .list((0..<count).map { record["\($0)"] ?? .none })
    }
}
