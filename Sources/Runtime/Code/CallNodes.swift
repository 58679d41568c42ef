import Language
import TensorCore

/// The arguments of a call, before they are evaluated.
struct ArgumentNodes {
    let positional: [Node]
    let named: [(name: String, value: Node)]
    /// Which of the positional ones are `*xs`.
    let spreads: Set<Int>
    /// `**options`, each before so many of the named ones.
    let fields: [(before: Int, value: Node)]
    /// Whether each is one positional argument.
    let isPlain: Bool
    /// How many there are where each is one positional argument; -2 where that is not so.
    let plainCount: Int
    private let chain: ArgumentChain

    init(
        positional: [Node], named: [(name: String, value: Node)], spreads: Set<Int> = [],
        fields: [(before: Int, value: Node)] = []
    ) {
        self.positional = positional
        self.named = named
        self.spreads = spreads
        self.fields = fields
        isPlain = named.isEmpty && spreads.isEmpty && fields.isEmpty
        plainCount = isPlain ? positional.count : -2
        chain = positional.reversed().reduce(ArgumentChain()) { ArgumentLink($1, $0) }
    }

    /// Whether they and the defaults are one for each parameter of a function that is written in dls. Where they are not,
    /// it takes more to tell, or is an error.
    func fit(_ function: Function) -> Bool {
        guard plainCount != function.plainCount else { return true }
        let count = positional.count
        guard count + named.count <= function.plainCount, spreads.isEmpty, fields.isEmpty else { return false }
        let parameters = function.signature.parameters
        for (position, argument) in named.enumerated() {
            guard let index = function.signature.index(of: argument.name), index >= count,
                !named[..<position].contains(where: { $0.name == argument.name })
            else { return false }
        }
        return (count..<parameters.count).allSatisfy { index in
            function.defaults[index].isDefined || named.contains { $0.name == parameters[index].name }
        }
    }

    /// Puts the values into the variables of a call of a function that they fit.
    @inline(__always)
    func evaluate(into inner: Frame, of function: Function, _ frame: Frame) throws {
        try evaluate(into: inner, frame)
        if plainCount < function.plainCount { try addNamed(to: inner, of: function, frame) }
    }

    /// Puts the values of the positional ones into the variables of a call.
    @inline(__always)
    func evaluate(into inner: Frame, _ frame: Frame) throws { try chain.evaluate(into: inner, at: 0, frame) }

    private func addNamed(to inner: Frame, of function: Function, _ frame: Frame) throws {
        for (name, node) in named {
            guard let index = function.signature.index(of: name) else { continue }
            inner.slots[index] = try node.evaluate(frame)
        }
        for index in positional.count..<function.plainCount where !inner.slots[index].isDefined {
            inner.slots[index] = function.defaults[index]
        }
    }

    func evaluate(_ frame: Frame, after receiver: Value? = nil) throws -> Arguments {
        var arguments = Arguments()
        arguments.positional.reserveCapacity(positional.count + 1)
        if let receiver { arguments.positional.append(receiver) }
        if spreads.isEmpty {
            for node in positional { arguments.positional.append(try node.evaluate(frame)) }
        } else {
            arguments.positional += try positional.values(spreading: spreads, frame)
        }
        var rest = fields[...]
        for (index, (name, node)) in named.enumerated() {
            while let next = rest.first, next.before <= index { try add(rest.removeFirst().value, &arguments, frame) }
            arguments.named.append((name, try node.evaluate(frame)))
        }
        for (_, node) in rest { try add(node, &arguments, frame) }
        if !fields.isEmpty { try checkNames(arguments) }
        return arguments
    }

    /// Calls a function that changes the variable which is its first argument; nil where that is no variable.
    func changed(by change: Function.Change, _ frame: Frame) throws -> Value? {
        guard let place = positional.first?.place, spreads.isEmpty, fields.isEmpty else { return nil }
        let resolved = try place.resolvedBase(frame)
        var rest = Arguments()
        for node in positional.dropFirst() { rest.positional.append(try node.evaluate(frame)) }
        for (name, node) in named { rest.named.append((name, try node.evaluate(frame))) }
        return try resolved.modify { try change(&$0, rest, frame.interpreter) }
    }

    /// `**options`: an argument for each field.
    private func add(_ node: Node, _ arguments: inout Arguments, _ frame: Frame) throws {
        let value = try node.evaluate(frame)
        guard case .record(let options) = value else {
            throw Failure("`**` takes a record of named arguments, and got \(value.kindWithArticle)")
                .located(node.location)
        }
        for (key, value) in options.entries {
            guard case .string(let name) = key else {
                throw Failure("arguments have names, and the record has the key \(key.text)").located(node.location)
            }
            arguments.named.append((name, value))
        }
    }

    private func checkNames(_ arguments: Arguments) throws {
        var seen: Set<String> = []
        if let double = arguments.named.first(where: { !seen.insert($0.name).inserted }) {
            throw Failure("the argument `\(double.name)` is given twice").located(fields[0].value.location)
        }
    }
}

/// No more arguments. A chain hands each on to the next: to go through a list would retain and release each node.
private class ArgumentChain {
    func evaluate(into inner: Frame, at index: Int, _ frame: Frame) throws {}
}

private final class ArgumentLink: ArgumentChain {
    let node: Node
    let next: ArgumentChain

    init(_ node: Node, _ next: ArgumentChain) {
        self.node = node
        self.next = next
    }

    override func evaluate(into inner: Frame, at index: Int, _ frame: Frame) throws {
        inner.slots[index] = try node.evaluate(frame)
        try next.evaluate(into: inner, at: index + 1, frame)
    }
}

/// `f(x, k=1)` and `f x k=1`.
final class CallNode: Node {
    let callee: Node
    let arguments: ArgumentNodes
    /// The names that take its value apart, if it is assigned to several.
    var target: TargetNode?

    init(_ callee: Node, _ arguments: ArgumentNodes, _ location: Diagnostic.Location) {
        self.callee = callee
        self.arguments = arguments
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let function = callee.function(frame), arguments.fit(function) { return try call(function, frame) }
        return try callOther(callee.called(frame), frame)
    }

    @inline(never)
    private func callOther(_ function: Value, _ frame: Frame) throws -> Value {
        if case .function(let callee) = function {
            switch callee.body {
            case .user(let code):
                if arguments.fit(callee) { return try call(callee, frame) }
                if let definition = code.objectClass, arguments.isPlain,
                    callee.signature.isPlain(for: arguments.positional.count)
                {
                    return try frame.interpreter.makeObject(of: definition, arguments.positional, frame, at: location)
                }
            case .builtin(let builtin):
                if builtin.shortcut != nil, arguments.isPlain, 1...2 ~= arguments.positional.count {
                    return try call(builtin, function, frame)
                }
            case .native:
                if let result = callee.gradientOfOne { try checkTarget(of: callee, result) }
                if let change = callee.change,
                    let result = try locating({ try arguments.changed(by: change, frame) })
                {
                    return result
                }
            }
        }
        let values = try arguments.evaluate(frame)
        do { return try frame.interpreter.call(function, values, at: location) } catch let failure as Failure {
            guard !function.isCallable else { throw failure }
            throw try hiding(function, frame)?.located(location) ?? failure
        }
    }
}

extension CallNode {
    /// Refuses `gw, gb = grad(f)(w, b)`, which would take the gradient by w apart.
    private func checkTarget(of function: Function, _ result: Function.GradientResult) throws {
        let count = arguments.positional.count
        guard count > 1, case .tuple(var targets, _)? = target else { return }
        if result == .withValue {
            guard targets.count == 2, case .tuple(let inner, _) = targets[1] else { return }
            targets = inner
        }
        throw Failure(
            "`\(function.name)` gives the gradient by the first argument, which \(targets.count) names would take apart",
            help:
                "write `\(function.name)(f, argnums=[\((0..<count).map { "\($0)" }.joined(separator: ", "))])` for the "
                + "gradients by all arguments"
        ).located(location)
    }

    /// Where the name that is called is a variable that hides a built-in function.
    private func hiding(_ value: Value, _ frame: Frame) throws -> Failure? {
        let name = (callee as? CellNode)?.cell.name ?? (callee as? SlotNode)?.name ?? (callee as? OuterSlotNode)?.name
        guard let name, frame.interpreter.builtins.builtin(name) != nil else { return nil }
        return frame.interpreter.hidingBuiltin(name, value, isLocal: !(callee is CellNode))
    }

    /// The name of the built-in that it calls, where without arguments that makes a layer.
    var calledLayer: String? {
        guard case .function(let function)? = (callee as? CellNode)?.builtin, case .builtin(let builtin) = function.body
        else { return nil }
        return builtin.takesOptionalTensorFirst ? builtin.name : nil
    }

    /// A call of a built-in of one or two plain arguments.
    private func call(_ builtin: Builtin, _ function: Value, _ frame: Frame) throws -> Value {
        let x = try arguments.positional[0].evaluate(frame)
        let y = arguments.positional.count > 1 ? try arguments.positional[1].evaluate(frame) : nil
        if let result = builtin.result(x, y) { return result }
        return try frame.interpreter.call(function, Arguments(y.map { [x, $0] } ?? [x]), at: location)
    }

    /// The arguments are evaluated straight into the variables of the call.
    @inline(__always)
    private func call(_ function: Function, _ frame: Frame) throws -> Value {
        let interpreter = frame.interpreter
        let code = function.code
        let inner = interpreter.frame(for: code, of: code.object)
        try arguments.evaluate(into: inner, of: function, frame)
        do { return try interpreter.run(code, lastIn: inner) } catch {
            throw try interpreter.failure(error, in: function.name, at: location)
        }
    }
}

extension Interpreter {
    /// The deepest nesting of calls; each takes some hundred bytes of the interpreter's stack.
    package static let deepestCall = 10_000

    /// Calls a function, a layer, a model, ... and puts `location` into errors that have no place yet.
    package func call(_ callee: Value, _ arguments: Arguments, at location: Diagnostic.Location) throws -> Value {
        switch callee {
        case .function(let function):
            switch function.body {
            case .builtin(let builtin):
                if let result = builtin.result(arguments) { return result }
                do {
                    let values = try function.bind(arguments, isInModelBlock: isInModelBlock)
                    let result = try builtin.body(Call(function: function, values: values, interpreter: self))
                    try nesting.count(result)
                    return apart(result, from: values)
                } catch {
                    throw try wrapped(error).calling(builtin: function.name, at: location)
                }
            case .native(let value, let run):
                do { return try run(value, arguments, self) } catch { throw try wrapped(error).located(location) }
            case .user(let code):
                let values: [Value]
                do { values = try function.bind(arguments) } catch {
                    throw try withHiddenBuiltin(wrapped(error), function).located(location)
                }
                do { return try run(function, code, values) } catch {
                    throw try wrapped(error).calling("in \(function.name)", at: location)
                }
            }
        case .object(let object):
            do { return try object.call(arguments, in: self) } catch {
                throw try wrapped(error).calling("in \(object.shortText)", at: location)
            }
        default:
            throw Failure("\(callee.kindWithArticle) cannot be called").located(location)
        }
    }

    /// Calls without a place of its own, as built-ins that take functions do.
    package func call(_ callee: Value, _ arguments: [Value]) throws -> Value { try call(callee, Arguments(arguments)) }

    package func call(_ callee: Value, _ arguments: Arguments) throws -> Value {
        switch callee {
        case .function(let function):
            switch function.body {
            case .builtin(let builtin):
                if let result = builtin.result(arguments) { return result }
                let values = try function.bind(arguments, isInModelBlock: isInModelBlock)
                let result = try builtin.body(Call(function: function, values: values, interpreter: self))
                try nesting.count(result)
                return apart(result, from: values)
            case .native(let value, let run): return try run(value, arguments, self)
            case .user(let code): return try run(function, code, try function.bind(arguments))
            }
        case .object(let object): return try object.call(arguments, in: self)
        default: throw Failure("\(callee.kindWithArticle) cannot be called")
        }
    }

    /// A function that gives the very tensor it was given, as `clone` does, gives one by itself: an optimizer of the one
    /// leaves the other as it is. In a model's block it stays the same: `parameter(x).to("cpu")` is a parameter.
    ///
    /// A layer that stands alone gets a key of its own for its weights.
    private func apart(_ result: Value, from values: [Value]) -> Value {
        if !isInModelBlock, let object = result.object(as: ModuleObject.self), object.model == nil,
            object.module.place.path.isEmpty, !object.module.isBuilt
        {
            object.module.place.key = random.nextOfLayers()
        }
        guard case .tensor(let tensor) = result, !isInModelBlock,
            values.contains(where: { if case .tensor(let given) = $0 { given === tensor } else { false } })
        else { return result }
        return .tensor(tensor.apart())
    }

    /// Arguments that a function of the script does not take may be meant for the built-in one that it hides.
    private func withHiddenBuiltin(_ failure: Failure, _ function: Function) -> Failure {
        guard builtins.builtin(function.name) != nil, case .function(let own)? = module[function.name], own === function
        else { return failure }
        var failure = failure
        failure.diagnostic.help.append(
            "it hides the built-in function `\(function.name)`, which `del \(function.name)` brings back")
        return failure
    }

    func wrapped(_ error: any Error) throws -> Failure {
        if error is Quit { throw error }
        return Failure(wrapping: error)
    }

    private func run(_ function: Function, _ code: UserCode, _ values: [Value]) throws -> Value {
        if let definition = code.objectClass { return try makeObject(of: definition, values) }
        let frame = frame(for: code, of: code.object)
        for (index, value) in values.enumerated() { frame.slots[index] = value }
        guard code.isModel else { return try run(code, lastIn: frame) }
        return try run(code, in: frame, as: function)
    }

    @inline(never)
    func failure(_ error: any Error, in name: String, at location: Diagnostic.Location) throws -> any Error {
        try wrapped(error).calling("in \(name)", at: location)
    }

    /// Counts one more call, which the caller takes back.
    func enterCall(
        help: @autoclosure () -> String = "a function that calls itself needs a case in which it does not"
    ) throws {
        guard depth < Interpreter.deepestCall, !stack.isNearlyFull else {
            throw Failure("calls are nested too deep (\(depth) calls)", help: help())
        }
        if Interrupt.isRequested { throw Failure.interrupted }
        depth += 1
    }

    /// Runs a function's code in a frame that has its arguments.
    ///
    /// - Parameter model: The function, where it is a model's block.
    func run(_ code: UserCode, in frame: Frame, as model: Function? = nil) throws -> Value {
        try enterCall()
        defer { depth -= 1 }
        do {
            if let model { return try makeModel(model, code, frame) }
            _ = try code.body.execute(frame)
        } catch {
            failedCalls.add(code, frame)
            throw error
        }
        return frame.result
    }
}
