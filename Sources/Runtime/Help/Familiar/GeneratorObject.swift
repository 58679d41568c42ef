import TensorCore

/// NumPy's generator of random numbers, `np.random.default_rng(1)`: it has a stream of its own.
package final class GeneratorObject: RuntimeObject {
    private let methods: Record
    private var streams: RandomStreams
    private let ownership = Ownership()

    /// - Parameter made: What `generator` of `FamiliarFunctions` gives: the methods and the seed, or none.
    init(_ made: Value, _ interpreter: Interpreter) throws {
        guard case .record(var methods) = made else { throw Failure("a generator has methods") }
        streams = RandomStreams()
        let seed = methods["seed"] ?? .none
        if seed.isNone {
            streams.start(at: interpreter.random.next())
        } else {
            guard let number = seed.asInteger, number >= 0 else {
                throw Failure("a generator takes a whole number of at least 0 as its seed, and got \(seed.shortText)")
            }
            streams.reseed(UInt64(number))
        }
        methods["seed"] = nil
        self.methods = methods
    }

    package override var kindName: String { "generator" }
    package override var shortText: String { "generator of random numbers" }
    package override var fieldNames: [String] { methods.names }

    package override func field(_ name: String) throws -> Value? {
        guard case .function(let method)? = methods[name] else { return nil }
        let signature = name + method.signature.text.drop { $0 != "(" }
        let function = Function(native: signature, of: .object(self)) { _, arguments, interpreter in
            try self.drawing(in: interpreter) { try interpreter.call(.function(method), arguments) }
        }
        return .function(name == "shuffle" ? function.changingArgument() : function)
    }

    /// Runs what draws with its own stream in place of the session's; a run of a sweep, which shares the generator with
    /// others, keeps the stream that it has.
    func drawing<Result>(in interpreter: Interpreter, _ draw: () throws -> Result) rethrows -> Result {
        guard ownership.allowsChange else { return try draw() }
        swap(&interpreter.random, &streams)
        defer { swap(&interpreter.random, &streams) }
        return try draw()
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        "\(shortText): \(methods.names.joined(separator: ", "))"
    }
}

extension Interpreter {
    /// A number or a tensor in a dtype, as `np.float64(3)` gives it.
    func converted(_ arguments: Arguments, to dtype: DType, by name: String) throws -> Value {
        guard arguments.positional.count == 1, arguments.named.isEmpty else {
            throw Failure("`\(name)` takes one value", help: "`tensor(x, dtype=\(name))` makes a tensor")
        }
        let text = arguments.positional[0].asString
        let value =
            try text.flatMap { text in
                try builtins.value("float").map { try call($0, [.string(text)]) }
            } ?? arguments.positional[0]
        guard let function = builtins.value("cast") else { return value }
        let made = try call(function, Arguments([value, .string(dtype.name)]))
        guard value.isNumber, case .tensor(let tensor) = made, tensor.rank == 0 else { return made }
        return dtype == .bool ? .boolean(try tensor.value.item() != 0) : .number(try tensor.value.item())
    }
}
