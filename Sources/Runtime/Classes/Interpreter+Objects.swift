import Language

extension Interpreter {
    /// Lets go of what only cycles hold, if that may be much.
    @inline(__always)
    func collectIfDue() {
        if !isWorker { objects.collectIfDue() }
    }

    /// Lets go of all variables: in a namespace, functions and what they use hold each other.
    package func releaseAll() {
        for namespace in [module] + Array(imported.values) + Array(prelude.values) { namespace.removeAll() }
        spareFrames.removeAll()
        pyplot = Pyplot()
        lastFigure = nil
        caught = []
        structuredOutput = nil
        objects.collect()
    }

    /// Makes an object of a class, with a value for each of its parameters.
    func makeObject(of definition: ClassObject, _ values: [Value]) throws -> Value {
        try enterCall(help: Self.endlessObjects)
        defer { depth -= 1 }
        collectIfDue()
        let object = InstanceObject(definition)
        for (field, value) in zip(definition.parameterFields, values) { object.fields[field] = value }
        try start(object, as: definition)
        return .object(object)
    }

    /// The same with arguments that are one for each parameter, which are evaluated straight into the fields.
    func makeObject(
        of definition: ClassObject, _ arguments: [Node], _ outer: Frame, at location: Diagnostic.Location
    ) throws -> Value {
        collectIfDue()
        let object = InstanceObject(definition)
        for (index, node) in arguments.enumerated() {
            object.fields[definition.parameterFields[index]] = try node.evaluate(outer)
        }
        do {
            try enterCall(help: Self.endlessObjects)
            defer { depth -= 1 }
            try start(object, as: definition)
            return .object(object)
        } catch {
            throw try wrapped(error).calling("in \(definition.name)", at: location)
        }
    }

    private static let endlessObjects = "an object that makes another of its class needs a case in which it does not"

    /// Runs the block of a class for an object, after that of the class that it inherits from.
    private func start(_ object: InstanceObject, as definition: ClassObject) throws {
        let code = definition.code
        guard !code.body.isEmpty || code.base != nil else { return }
        let frame = Frame(slotCount: code.slotCount, parent: definition.closure, interpreter: self)
        frame.object = object
        if let base = definition.base, let function = definition.baseFunction, let call = code.base {
            let arguments = try call.arguments.evaluate(frame)
            do {
                let values = try function.bind(arguments)
                for (field, value) in zip(base.parameterFields, values) { object.fields[field] = value }
                try start(object, as: base)
            } catch {
                throw try wrapped(error).calling("in \(base.name)", at: call.location)
            }
        }
        _ = try code.body.execute(frame)
    }

    /// Calls a method; arguments that are one for each parameter are evaluated straight into the variables of the call.
    @inline(__always)
    func call(
        _ method: Method, of object: consuming InstanceObject, _ arguments: ArgumentNodes, _ outer: Frame,
        at location: Diagnostic.Location
    ) throws -> Value {
        let code = method.code
        let inner: Frame
        if arguments.plainCount == method.plainCount {
            inner = frame(for: code, of: object)
            try arguments.evaluate(into: inner, outer)
        } else {
            let given = try arguments.evaluate(outer)
            do { inner = try method.frame(of: object, given, self) } catch {
                throw try wrapped(error).located(location)
            }
        }
        do { return try run(code, lastIn: inner) } catch {
            throw try failure(error, in: method.name, at: location)
        }
    }
}
