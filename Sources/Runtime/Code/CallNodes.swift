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

    init(
        positional: [Node], named: [(name: String, value: Node)], spreads: Set<Int> = [],
        fields: [(before: Int, value: Node)] = []
    ) {
        self.positional = positional
        self.named = named
        self.spreads = spreads
        self.fields = fields
        isPlain = named.isEmpty && spreads.isEmpty && fields.isEmpty
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

/// `f(x, k=1)` and `f x k=1`.
final class CallNode: Node {
    let callee: Node
    let arguments: ArgumentNodes

    init(_ callee: Node, _ arguments: ArgumentNodes, _ location: Diagnostic.Location) {
        self.callee = callee
        self.arguments = arguments
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        let function = try callee.called(frame)
        if case .function(let callee) = function, case .user(let code) = callee.body,
            arguments.isPlain, callee.signature.isPlain(for: arguments.positional.count)
        {
            if code.isPlain { return try call(callee, code, frame) }
            if let definition = code.objectClass {
                return try frame.interpreter.makeObject(of: definition, arguments.positional, frame, at: location)
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

    /// The arguments are evaluated straight into the variables of the call.
    private func call(_ function: Function, _ code: UserCode, _ frame: Frame) throws -> Value {
        var inner = frame.interpreter.frame(for: code, of: code.object)
        for (index, node) in arguments.positional.enumerated() { inner.slots[index] = try node.evaluate(frame) }
        do { return try frame.interpreter.run(code, lastIn: &inner) } catch {
            throw try frame.interpreter.wrapped(error).calling("in \(function.name)", at: location)
        }
    }
}

/// `x.f(y)`: the field `f` of `x` if it has one, else the call `f(x, y)`.
final class MethodCallNode: Node {
    let receiver: Node
    let name: Identifier
    /// The name as a function.
    let function: Node
    let arguments: ArgumentNodes
    private let cache = MemberCache()
    /// The function where it is a name of the file or built in.
    private let cell: CellNode?
    /// The built-in of that name where it changes what it is called on, and where that is.
    private let change: (function: Function, builtin: Builtin, place: Place)?
    private let readsEntry: Bool
    /// What is built in under the name, which a variable that is no function does not hide: `size = 3; x.size(0)`.
    private let builtin: Value?

    init(
        receiver: Node, name: Identifier, function: Node, builtin: Value?, _ arguments: ArgumentNodes,
        _ location: Diagnostic.Location
    ) {
        self.builtin = builtin
        self.receiver = receiver
        self.name = name
        self.function = function
        self.arguments = arguments
        cell = function as? CellNode
        if case .function(let changing)? = cell?.builtin, case .builtin(let builtin) = changing.body,
            builtin.mutate != nil, let place = receiver.place
        {
            change = (changing, builtin, place)
        } else {
            change = nil
        }
        readsEntry = name.text == "get" && cell != nil && arguments.isPlain && arguments.positional.count == 2
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let change, let result = try changed(change.function, change.builtin, change.place, frame) { return result }
        let object = try receiver.evaluate(frame)
        if let instance = object.instance, let method = instance.definition.method(name.text, cache) {
            return try frame.interpreter.call(method, of: instance, arguments, frame, at: location)
        }
        if readsEntry, case .record(let record) = object, let value = try entry(of: record, frame) { return value }
        if let field = try locating({ try object.field(name.text) }), field.isCallable {
            return try frame.interpreter.call(field, try arguments.evaluate(frame), at: location)
        }
        let interpreter = frame.interpreter
        if case .function(let function) = object, function.objectClass?.members[name.text] != nil {
            throw object.unknownMethod(name.text, interpreter: interpreter).located(location)
        }
        if let result = try shuffled(object, frame) { return result }
        if let failure = object.memberOfLibrary(name.text) { throw failure.located(location) }
        guard let callee = try method(frame) else {
            throw object.unknownMethod(name.text, interpreter: interpreter).located(location)
        }
        return try interpreter.call(callee, try arguments.evaluate(frame, after: object), at: location)
    }

    /// `random.shuffle(xs)` changes the name `xs`; nil where it is something else.
    private func shuffled(_ object: Value, _ frame: Frame) throws -> Value? {
        guard name.text == "shuffle", let library = object.object(as: LibraryObject.self),
            library.path == "random" || library.path == "np.random", arguments.isPlain,
            arguments.positional.count == 1, let place = arguments.positional[0].place,
            let shuffle = frame.interpreter.builtins.value("shuffle")
        else { return nil }
        let interpreter = frame.interpreter
        return try locating {
            try place.resolved(frame).modify { $0 = try interpreter.call(shuffle, Arguments([$0]), at: location) }
            return Value.none
        }
    }

    /// The call of a built-in that changes what it is called on; nil where it is something else.
    private func changed(
        _ changing: Function, _ builtin: Builtin, _ place: Place, _ frame: Frame
    ) throws -> Value? {
        guard let mutate = builtin.mutate, try isChanged(by: builtin, frame),
            case .function(let callee)? = try method(frame), callee === changing
        else { return nil }
        return try change(place, callee, mutate, frame)
    }

    /// Whether the built-in changes such a receiver, which has no field of that name. It is held only here: a list that
    /// is held while it is changed would be copied.
    @inline(never)
    private func isChanged(by builtin: Builtin, _ frame: Frame) throws -> Bool {
        let object = try receiver.evaluate(frame)
        guard builtin.changes(object), object.object(as: LibraryObject.self) == nil else { return false }
        return try locating { try object.field(name.text) }?.isCallable != true
    }

    private func method(_ frame: Frame) throws -> Value? {
        let value = try cell?.cell.value ?? function.evaluate(frame)
        return value.isCallable ? value : builtin ?? (value.isDefined ? value : nil)
    }

    /// `d.get(k, default)` of a record without making a call of it, which takes five times as long; nil where it is
    /// something else.
    private func entry(of record: Record, _ frame: Frame) throws -> Value? {
        guard let cell, !cell.cell.value.isDefined, record[RecordKey.string("get")]?.isCallable != true else {
            return nil
        }
        let key = try arguments.positional[0].evaluate(frame)
        let usual = try arguments.positional[1].evaluate(frame)
        return try locating { record[try RecordKey.checked(key)] ?? usual }
    }

    /// `xs.append(1)` changes the name `xs`, not a copy of its value.
    private func change(
        _ place: Place, _ function: Function, _ mutate: @Sendable (inout Value, Call) throws -> Value, _ frame: Frame
    ) throws -> Value {
        let resolved = try place.resolved(frame)
        let given = try arguments.evaluate(frame, after: .boolean(true))
        return try locating {
            try frame.interpreter.nesting.count(.list(given.positional))
            let values = try function.bind(given)
            let call = Call(function: function, values: values, interpreter: frame.interpreter)
            return try resolved.modify { try mutate(&$0, call) }
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
                do {
                    let values = try function.bind(arguments, isInModelBlock: isInModelBlock)
                    let result = try builtin.body(Call(function: function, values: values, interpreter: self))
                    try nesting.count(result)
                    return result
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
                let values = try function.bind(arguments, isInModelBlock: isInModelBlock)
                let result = try builtin.body(Call(function: function, values: values, interpreter: self))
                try nesting.count(result)
                return result
            case .native(let value, let run): return try run(value, arguments, self)
            case .user(let code): return try run(function, code, try function.bind(arguments))
            }
        case .object(let object): return try object.call(arguments, in: self)
        default: throw Failure("\(callee.kindWithArticle) cannot be called")
        }
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
        let frame = code.frame(self)
        for (index, value) in values.enumerated() { frame.slots[index] = value }
        return try run(code, in: frame, as: code.isModel ? function : nil)
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
            _ = try code.body.run(frame)
        } catch {
            failedCalls.add(code, frame)
            throw error
        }
        return frame.result
    }
}
