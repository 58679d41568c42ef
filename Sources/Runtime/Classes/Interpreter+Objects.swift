import Language

extension Interpreter {
    /// Makes an object of a class, with a value for each of its parameters.
    func makeObject(of definition: ClassObject, _ values: [Value]) throws -> Value {
        try enterCall(help: "an object that makes another of its class needs a case in which it does not")
        defer { depth -= 1 }
        if !isWorker { ObjectCollector.collectIfDue() }
        let object = InstanceObject(definition)
        try start(object, as: definition, values)
        return .object(object)
    }

    /// Runs the block of a class for an object, after that of the class that it goes on from.
    private func start(_ object: InstanceObject, as definition: ClassObject, _ values: [Value]) throws {
        for (field, value) in zip(definition.parameterFields, values) { object.fields[field] = value }
        let frame = Frame(slotCount: definition.code.slotCount, parent: definition.closure, interpreter: self)
        frame.object = object
        if let base = definition.base, let function = definition.baseFunction, let call = definition.code.base {
            let arguments = try call.arguments.evaluate(frame)
            do {
                try start(object, as: base, try function.bind(arguments))
            } catch {
                throw try wrapped(error).calling("in \(base.name)", at: call.location)
            }
        }
        _ = try definition.code.body.run(frame)
    }

    /// Calls a method; arguments that are one for each parameter are evaluated straight into the variables of the call.
    func call(
        _ method: Method, of object: InstanceObject, _ arguments: ArgumentNodes, _ frame: Frame,
        at location: Diagnostic.Location
    ) throws -> Value {
        let inner: Frame
        if arguments.named.isEmpty, arguments.positional.count == method.plainCount {
            inner = method.frame(of: object, self)
            for (index, node) in arguments.positional.enumerated() { inner.slots[index] = try node.evaluate(frame) }
        } else {
            let given = try arguments.evaluate(frame)
            do { inner = try method.frame(of: object, given, self) } catch {
                throw try wrapped(error).located(location)
            }
        }
        do { return try run(method.code, in: inner) } catch {
            throw try wrapped(error).calling("in \(method.name)", at: location)
        }
    }
}
