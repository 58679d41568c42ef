import Glibc

/// Functions of Python that dls cannot write: those that ask what a value is, and those that go on without an end.
struct NativeFunction: Sendable {
    let signature: String
    let run: @Sendable ([Value], Interpreter) throws -> Value

    var name: String { String(signature.prefix { $0 != "(" }) }

    init(_ signature: String, _ run: @escaping @Sendable ([Value], Interpreter) throws -> Value) {
        self.signature = signature
        self.run = run
    }

    /// - Parameter word: What its module calls it.
    func function(called word: String) -> Function {
        let text = word + signature.drop { $0 != "(" }
        let parameters = Function(native: text, of: .none) { _, _, _ in .none }
        return Function(native: text, of: .none) { _, arguments, interpreter in
            try run(parameters.bind(arguments), interpreter)
        }
    }

    static let all: [String: NativeFunction] = {
        let functions = [
            NativeFunction("process_seconds()") { _, _ in
                var time = timespec()
                clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
                return .number(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
            },
            NativeFunction("callable_of(x)") { values, _ in .boolean(values[0].isCallable) },
            NativeFunction("repr_of(x)") { values, interpreter in
                interpreter.noteText(of: values[0])
                if case .string(let text) = values[0] { return .string(quoted(text)) }
                return .string(try values[0].printedText(interpreter.printStyle))
            },
            NativeFunction("no_gradients()") { _, _ in .object(ContextObject(isTracking: false)) },
            NativeFunction("with_gradients()") { _, _ in .object(ContextObject(isTracking: true)) },
            NativeFunction("gradient_mode(mode)") { values, _ in
                .object(ContextObject(isTracking: try values[0].isTrue()))
            },
            NativeFunction("unchanged_block(*values, **options)") { _, _ in .object(ContextObject(value: .list([]))) },
            NativeFunction("field_getter(name)") { values, _ in
                guard let name = values[0].asString else {
                    throw Failure("`attrgetter` takes a name, and got \(values[0].kindWithArticle)")
                }
                return .function(
                    Function(native: "attrgetter(x)", of: values[0]) { _, arguments, interpreter in
                        guard let x = arguments.positional.first else { throw Failure("`attrgetter` needs `x`") }
                        return try name.split(separator: ".").reduce(x) { value, part in
                            guard let field = try value.field(String(part)) else {
                                throw value.unknownField(String(part), interpreter: interpreter)
                            }
                            return field
                        }
                    })
            },
            NativeFunction("count_from(start=0, step=1)") { values, _ in
                var next = try number(values[0], "start", 0)
                let step = try number(values[1], "step", 1)
                return .object(
                    IteratorObject {
                        defer { next += step }
                        return .number(next)
                    })
            },
            NativeFunction("cycle_of(values)") { values, _ in
                let elements = try Builtin.allElements(values[0])
                var index = 0
                return .object(
                    IteratorObject {
                        guard !elements.isEmpty else { return nil }
                        defer { index = (index + 1) % elements.count }
                        return elements[index]
                    })
            },
            NativeFunction("islice_of(values, start, stop=none, step=1)") { values, _ in try slice(values) },
            NativeFunction("field_of(x, name, default=none)") { values, interpreter in
                let name = try fieldName(values[1], "getattr")
                if let field = try values[0].member(name, interpreter: interpreter) { return field }
                if let method = methodOfValue(values[0], name, interpreter) { return method }
                guard !values[2].isDefined else { return values[2] }
                throw values[0].unknownField(name, interpreter: interpreter)
            },
            NativeFunction("has_field(x, name)") { values, interpreter in
                let name = try fieldName(values[1], "hasattr")
                if try values[0].member(name, interpreter: interpreter) != nil { return .boolean(true) }
                guard name.hasPrefix("__") || methodOfValue(values[0], name, interpreter) != nil else {
                    return .boolean(false)
                }
                throw Failure(
                    "`hasattr` tells of fields, and `\(name)` is none of them",
                    help: "ask for the kind: `isinstance(x, list)`; also str, int, dict, or \"tensor\"")
            },
            NativeFunction("collated(batch)") { values, _ in
                try ExampleItems.collated(Builtin.allElements(values[0]))
            },
            NativeFunction("bisect_left_of(list, value, lo=0, hi=none, key=none)") { values, interpreter in
                try place(values, isRight: false, interpreter)
            },
            NativeFunction("bisect_right_of(list, value, lo=0, hi=none, key=none)") { values, interpreter in
                try place(values, isRight: true, interpreter)
            },
        ]
        return Dictionary(
            uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }()

    private static func fieldName(_ value: Value, _ word: String) throws -> String {
        guard let name = value.asString else {
            throw Failure("`\(word)` takes the name of a field, and got \(value.kindWithArticle)")
        }
        return name
    }

    /// `x.mean` of a tensor or a list: any function, for those have no fields of their own that say what they can do.
    private static func methodOfValue(_ x: Value, _ name: String, _ interpreter: Interpreter) -> Value? {
        guard !x.isObject, !x.isRecord, case .function(let function)? = interpreter.builtins.value(name) else {
            return nil
        }
        return .function(
            Function(native: "\(name)(*arguments)", of: x) { x, arguments, interpreter in
                try interpreter.call(.function(function), Arguments([x] + arguments.positional, named: arguments.named))
            })
    }

    /// `setattr(x, name, value)`: sets the field of the variable that is the first argument, or of an object.
    static func fieldSetter(called word: String) -> Function {
        let parameters = Function(native: "\(word)(x, name, value)", of: .none) { _, _, _ in .none }
        func set(_ x: inout Value, _ arguments: Arguments) throws -> Value {
            let values = try parameters.bind(arguments)
            try x.setField(fieldName(values[1], word), to: values[2])
            return .none
        }
        let changing = parameters.changing { x, rest, _ in
            try set(&x, Arguments([.none] + rest.positional, named: rest.named))
        }
        let function = Function(native: parameters.signature.text, of: .none) { _, arguments, interpreter in
            guard var object = arguments.positional.first, object.isObject else {
                return try interpreter.call(.function(changing), arguments)
            }
            return try set(&object, arguments)
        }
        function.change = changing.change
        return function
    }

    private static func number(_ value: Value, _ name: String, _ usual: Double) throws -> Double {
        guard value.isDefined else { return usual }
        guard let number = value.asNumber else {
            throw Failure("`\(name)` takes a number, and got \(value.kindWithArticle)")
        }
        return number
    }

    /// A whole number of at least 0; none where it was left out.
    private static func count(_ value: Value, _ name: String) throws -> Int? {
        if value.isNone { return nil }
        guard let count = value.asInteger, count >= 0 else {
            throw Failure("`\(name)` takes a whole number of at least 0, and got \(value.shortText)")
        }
        return count
    }

    /// `islice(values, stop)`, `islice(values, start, stop, step)`: takes no more elements than it gives.
    private static func slice(_ values: [Value]) throws -> Value {
        let isWhole = !values[2].isDefined
        let start = isWhole ? 0 : try count(values[1], "start") ?? 0
        let stop = try count(values[isWhole ? 1 : 2], "stop")
        let step = try count(values[3], "step") ?? 1
        guard step > 0 else { throw Failure("`step` takes a whole number of at least 1, and got 0") }
        let next = try values[0].makeIterator()
        var elements: [Value] = []
        var index = 0
        while index < stop ?? .max, let element = try next() {
            if index >= start, (index - start) % step == 0 { try elements.grow(by: element) }
            index += 1
        }
        return .list(elements)
    }

    private static func place(_ values: [Value], isRight: Bool, _ interpreter: Interpreter) throws -> Value {
        let list = try Builtin.allElements(values[0])
        let low = min(try count(values[2], "lo") ?? 0, list.count)
        let high = min(try count(values[3], "hi") ?? list.count, list.count)
        let key = values[4]
        return .integer(
            try Heap.place(of: values[1], in: list, isRight: isRight, from: low, to: high) { element in
                key.isNone ? element : try interpreter.call(key, [element])
            })
    }
}
