import Language

// Methods are functions whose first argument stands before the point, so each function can be called on each value. What
// follows knows which of them Python's kinds of values have.

extension Value {
    /// What Python's texts, lists, dictionaries and sets have and change nothing, by the kind.
    private static let methods: [String: Set<String>] = [
        "string": [
            "upper", "lower", "capitalize", "title", "strip", "lstrip", "rstrip", "replace", "split", "rsplit", "join",
            "startswith", "endswith", "starts_with", "ends_with", "find", "rfind", "index", "rindex", "count", "format",
            "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "isnumeric", "isdecimal", "zfill",
            "center", "ljust", "rjust", "swapcase", "casefold", "removeprefix", "removesuffix", "partition",
            "rpartition", "splitlines", "expandtabs", "translate", "maketrans", "encode",
        ],
        "list": ["index", "count", "copy"],
        "record": ["get", "keys", "values", "items", "copy", "fromkeys"],
        "set": [
            "union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint",
            "copy",
        ],
    ]

    /// The kind of which it is Python's type: `str`, `list`, `dict`, `set`.
    private var kindOfType: String? {
        guard case .function(let function) = self, case .builtin(let builtin) = function.body else { return nil }
        let kind = builtin.name == "str" ? "string" : builtin.name
        return Value.methods[kind] == nil ? nil : kind
    }

    /// Whether the name is a method of the type that it is, which is called without it: `str.upper(s)` is `s.upper()`.
    func isType(with method: String) -> Bool {
        kindOfType.flatMap { Value.methods[$0] }?.contains(method) == true
    }

    /// `x.name`: a field, or a method as a function; nil where there is neither.
    func member(_ name: String, interpreter: Interpreter) throws -> Value? {
        try field(name) ?? figuresField(name) ?? method(name, interpreter: interpreter)
            ?? sessionField(name, interpreter)
    }

    /// A method that is read as a value, as in `sorted(d, key=d.get)` and `map(str.upper, xs)`; nil where it has none of
    /// that name.
    func method(_ name: String, interpreter: Interpreter) -> Value? {
        let kind = kindOfType ?? kindName
        guard Value.methods[kind]?.contains(name) == true else { return nil }
        let form = FamiliarNames.methods(called: name)[kind].map { Value.function($0) }
        guard let function = form ?? interpreter.builtins.value(name) else { return nil }
        if kindOfType != nil { return function }
        return .function(
            Function(native: "\(name)(*arguments)", of: self) { value, arguments, interpreter in
                try interpreter.call(
                    function, Arguments([value] + arguments.positional, named: arguments.named))
            })
    }

    /// `sys.argv`: a name for the script, and its arguments.
    func sessionField(_ name: String, _ interpreter: Interpreter) throws -> Value? {
        guard name == "argv", object(as: LibraryObject.self)?.path == "sys" else { return nil }
        return .list([.string("script")] + (try interpreter.module["args"]?.elements ?? []))
    }

    /// The failure of a method where its cause is that the value has none of that name.
    ///
    /// - Parameter callee: The function that was called with the value as its first argument.
    func explained(_ failure: Failure, ofMethod name: String, _ callee: Value) -> Failure {
        guard !failure.isInterrupt, case .function(let function) = callee, isNone || hasMethods else { return failure }
        if case .user = function.body { return failure }
        if isNone { return noneHasNoMethod(name, failure) }
        // Where the kind is the right one, something in it is not.
        guard let parameter = function.signature.parameters.first,
            let expected = failure.diagnostic.message.text(behind: "`\(parameter.name)` of `\(name)` takes ")
                ?? lackOfArgument(failure, function, parameter.name),
            !expected.hasPrefix("a tensor"), !expected.hasPrefix("numbers"), !expected.contains(kindName)
        else { return failure }
        var failure = failure
        failure.diagnostic.message = "\(kindWithArticle) has no method `\(name)`"
        failure.diagnostic.help = ["`\(name)` takes \(expected): see `?\(name)`"]
        return failure
    }

    /// Whether Python's programs call methods on such a value that others than tensors have.
    private var hasMethods: Bool {
        switch self {
        case .number, .boolean, .string, .list, .range, .record, .set: true
        default: false
        }
    }

    /// The failure with words for a method of none, which a program did not expect.
    func noneHasNoMethod(_ name: String, _ failure: Failure) -> Failure {
        var failure = failure
        failure.diagnostic.message = "the value is none, and has no method `\(name)`"
        failure.diagnostic.help =
            ["group", "groups", "groupdict", "start", "end", "span"].contains(name)
            ? ["`re.match` and `re.search` give none where nothing matches: ask first, `if m != none { ... }`"]
            : ["where a value may be missing, ask first: `if x != none { ... }`"]
        return failure
    }

    /// What a function takes that was called with too few arguments on a kind of value that it is not for.
    private func lackOfArgument(_ failure: Failure, _ function: Function, _ parameter: String) -> String? {
        guard failure.diagnostic.message.hasPrefix("`\(function.name)` needs ") else { return nil }
        let takes = ["text": ("string", "a string"), "table": ("table", "a table"), "record": ("record", "a record")]
        guard let (kind, expected) = takes[parameter], kindName != kind else { return nil }
        return expected
    }

    /// Gives the tensor, and the parameter that it shows, other values of its shape and dtype.
    mutating func changeTensor(to result: Value, by word: String) throws {
        guard case .tensor(let old) = self, var new = try result.asVariable() else {
            throw Failure("`\(word)` changes a tensor, not \(kindWithArticle)")
        }
        guard new.shape == old.shape else {
            throw Failure("`\(word)` keeps the shape \(old.shape), and its result has shape \(new.shape)")
        }
        if new.dtype != old.dtype {
            guard old.dtype.isFloatingPoint || !new.dtype.isFloatingPoint else {
                throw Failure(
                    "`\(word)` keeps the dtype \(old.dtype.name), and its result has fractions",
                    help: "convert the tensor first: `x = x.float()`")
            }
            new = try new.cast(to: old.dtype)
        }
        if let own = old.ownParameter { return try old.change(own, to: new) }
        self = .tensor(new)
    }
}

extension String {
    /// The rest of a text that begins so, up to its comma.
    fileprivate func text(behind start: String) -> String? {
        guard hasPrefix(start) else { return nil }
        return dropFirst(start.count).split(separator: ", and got").first.map(String.init)
    }
}
