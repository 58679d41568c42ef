import Language

/// The parameters of a function, as written: `conv(channels, kernel, stride=1)`.
package struct Signature: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        package let kind: Kind

        /// As a signature writes it: `stride=1`.
        package var text: String {
            switch kind {
            case .required: name
            case .optional(let text): "\(name)=\(text)"
            case .rest: "*\(name)"
            case .namedRest: "**\(name)"
            }
        }
    }

    package enum Kind: Sendable {
        case required
        /// With the text of its default.
        case optional(String)
        /// `*values`
        case rest
        /// `**options`
        case namedRest
    }

    package let name: String
    package let parameters: [Parameter]
    package let text: String
    /// Whether there is `*rest` or `**named`.
    let hasRest: Bool

    package init(name: String, parameters: [Parameter]) {
        self.name = name
        self.parameters = parameters
        hasRest = parameters.contains {
            switch $0.kind {
            case .rest, .namedRest: true
            default: false
            }
        }
        text = "\(name)(\(parameters.map(\.text).joined(separator: ", ")))"
    }

    /// Reads a signature as the table of built-ins writes it; commas inside brackets and strings belong to defaults.
    package init(_ text: String) {
        let open = text.firstIndex(of: "(") ?? text.endIndex
        var parts: [String] = []
        var current = ""
        var depth = 0
        var isInString = false
        for character in text[open...].dropFirst().dropLast() {
            switch character {
            case "\"": isInString.toggle()
            case "[" where !isInString: depth += 1
            case "]" where !isInString: depth -= 1
            default: break
            }
            if character == ",", depth == 0, !isInString {
                parts.append(current)
                current = ""
            } else if character != " " || !current.isEmpty {
                current.append(character)
            }
        }
        if !current.isEmpty { parts.append(current) }
        self.init(
            name: String(text[..<open]),
            parameters: parts.map { part in
                if part.hasPrefix("**") { return Parameter(name: String(part.dropFirst(2)), kind: .namedRest) }
                if part.hasPrefix("*") { return Parameter(name: String(part.dropFirst()), kind: .rest) }
                guard let equals = part.firstIndex(of: "=") else { return Parameter(name: part, kind: .required) }
                let name = String(part[..<equals])
                return Parameter(name: name, kind: .optional(String(part[part.index(after: equals)...])))
            })
    }

    package var requiredCount: Int {
        parameters.count { if case .required = $0.kind { true } else { false } }
    }

    package func index(of name: String) -> Int? {
        parameters.firstIndex { $0.name == name }
    }

    package var namedParameters: [String] {
        parameters.compactMap {
            switch $0.kind {
            case .required, .optional: $0.name
            case .rest, .namedRest: nil
            }
        }
    }
}

extension Value {
    /// The text of a function that the script defines, by which two are told apart; of other values what is shown.
    var sourceText: String {
        if case .function(let function) = self, case .user(let code) = function.body {
            return code.source.source[code.source.span]
        }
        return shortText
    }

    /// The same where it is short enough to stand in a line.
    var sourceLine: String {
        let text = sourceText
        return text.utf8.count <= 60 && !text.contains("\n") ? text : shortText
    }
}

/// The values of a call before they meet parameters.
package struct Arguments {
    package var positional: [Value]
    package var named: [(name: String, value: Value)]

    package init(_ positional: [Value] = [], named: [(name: String, value: Value)] = []) {
        self.positional = positional
        self.named = named
    }
}

/// A function value: built in, or written in dls.
package final class Function {
    package enum Body {
        case builtin(Builtin)
        case user(UserCode)
        /// Made by another function of a value, as `grad(f)` is of `f`: what it reads is known.
        case native(of: Value, (Value, Arguments, Interpreter) throws -> Value)
    }

    package let signature: Signature
    /// What a call does with the variable that is its first argument and with its other arguments, as
    /// `random.shuffle(xs)` does; nil for functions that change nothing. Values are copies: a function cannot change the
    /// variable by the value that it is given.
    package typealias Change = (inout Value, Arguments, Interpreter) throws -> Value
    var change: Change?
    /// What it is where it is not written in dls.
    private let made: Body?
    /// The code where it is written in dls: here, where a call reads it without a look at what it is.
    let code: UserCode
    /// How many arguments without names are one for each variable of a call that runs the code and nothing else; -1
    /// where no number is.
    let plainCount: Int
    /// Default values, parallel to the parameters; `.undefined` where there is none.
    let defaults: [Value]

    init(signature: Signature, body: Body, defaults: [Value]) {
        self.signature = signature
        self.defaults = defaults
        if case .user(let code) = body {
            made = nil
            self.code = code
            plainCount = code.isPlain && !signature.hasRest ? signature.parameters.count : -1
        } else {
            made = body
            code = .none
            plainCount = -1
        }
    }

    package var body: Body { made ?? .user(code) }

    package convenience init(builtin: Builtin) {
        let signature = Signature(builtin.signature)
        self.init(
            signature: signature, body: .builtin(builtin),
            defaults: signature.parameters.map { parameter in
                guard case .optional(let text) = parameter.kind else { return .undefined }
                return literalValue(text)
            })
    }

    package convenience init(
        native signature: String, of value: Value,
        _ run: @escaping (Value, Arguments, Interpreter) throws -> Value
    ) {
        let signature = Signature(signature)
        self.init(
            signature: signature, body: .native(of: value, run),
            defaults: signature.parameters.map { _ in .undefined })
    }

    package var name: String { signature.name }

    package enum GradientResult {
        case alone
        case withValue
    }

    /// What its result is, if that holds the gradient by one argument.
    var gradientOfOne: GradientResult?

    /// Where a library has it, `nn.Linear`: what a layer is an instance of.
    var libraryPath: String?

    /// The same, whose calls with a variable as the first argument change that.
    func changing(_ change: @escaping Change) -> Function {
        let name = name
        let more = signature.parameters.count > 1 ? ", ..." : ""
        let function = Function(native: signature.text, of: .function(self)) { _, _, _ in
            throw Failure(
                "`\(name)` changes the variable that is its first argument, and is called with its name",
                help: "give the value a name first, as `xs` in `\(name)(xs\(more))`")
        }
        function.change = change
        return function
    }

    /// The same, whose calls give the variable that is the first argument the result as its value.
    func changingArgument() -> Function {
        changing { [self] value, rest, interpreter in
            let arguments = Arguments([value] + rest.positional, named: rest.named)
            value = try interpreter.call(.function(self), arguments)
            return .none
        }
    }

    /// The same, whose calls give the tensor that is the first argument, and the parameter that it shows, the result,
    /// as those of PyTorch whose names end in `_`.
    func changingTensor() -> Function {
        let function = Function(native: signature.text, of: .function(self)) { value, arguments, interpreter in
            try interpreter.call(value, arguments)
        }
        function.change = { [self] value, rest, interpreter in
            let arguments = Arguments([value] + rest.positional, named: rest.named)
            try value.changeTensor(to: try interpreter.call(.function(self), arguments), by: name)
            return value
        }
        return function
    }

    /// Meets arguments with parameters.
    ///
    /// - Parameter isInModelBlock: Whether `leaky_relu 0.2` is a layer with that setting, and not the function of 0.2.
    /// - Returns: A value for each parameter; `*rest` gets a list and `**named` a record. For a built-in, what was not
    ///   given is `.undefined`: `Call` knows the defaults, and what was given.
    /// - Throws: `Failure` for too many, too few, unknown or repeated arguments.
    func bind(_ arguments: Arguments, isInModelBlock: Bool = false) throws -> [Value] {
        let parameters = signature.parameters
        var positional = arguments.positional
        if case .builtin(let builtin) = body, builtin.takesOptionalTensorFirst {
            // `tanh` has no settings as a layer: `tanh(0.5)` is a number everywhere.
            let makesLayer = isInModelBlock && parameters.count > 1 || builtin.takesSizesAfterTensor
            if let first = positional.first, !first.isTensorLike(allowingPairs: builtin.takesSizesAfterTensor),
                makesLayer || first.object(as: ModuleObject.self) != nil
            {
                if first.object(as: ModuleObject.self) != nil {
                    throw Failure(
                        "`\(name)` takes a tensor, and got a layer",
                        help:
                            "layers are applied to tensors, one after the other, or by hand in `fn forward(x) { ... }`")
                }
                positional.insert(.undefined, at: 0)
            }
        }
        if arguments.named.isEmpty, positional.count == parameters.count, !signature.hasRest {
            if positional.allSatisfy(\.isDefined) { return positional }
        }
        var values = defaults
        if case .builtin = body { values = [Value](repeating: .undefined, count: parameters.count) }
        var next = 0
        var rest: [Value] = []
        for value in positional {
            if next < parameters.count, case .rest = parameters[next].kind {
                rest.append(value)
                continue
            }
            guard next < parameters.count, !parameters[next].isNamedRest else {
                throw tooMany(positional)
            }
            if value.isDefined { values[next] = value }
            next += 1
        }
        try checkTakesDataset(positional)
        var isGiven = [Bool](repeating: false, count: parameters.count)
        for index in 0..<next { isGiven[index] = true }
        var options = Record()
        let takesAnyName = takesAnyName
        for (name, value) in arguments.named {
            if takesAnyName, !takesOption(name) {
                options[name] = value
            } else if let index = index(ofArgument: name), rest.isEmpty, case .builtin = body,
                case .rest = parameters[index].kind, value.isList || value.asString != nil
            {
                // `zeros(shape=[2, 3])`, `group(t, by="lr")`
                rest = [value]
            } else if let index = index(ofArgument: name), parameters[index].canBeNamed {
                if isGiven[index], index >= next || positional[index].isDefined {
                    throw Failure("`\(self.name)` got `\(name)` twice")
                }
                isGiven[index] = true
                values[index] = value
            } else if signature.parameters.last?.isNamedRest == true {
                options[name] = value
            } else if case .builtin = body, try FamiliarNames.saysNothing(name, value, for: self.name) {
                continue
            } else {
                throw unknownArgument(name)
            }
        }
        for (index, parameter) in parameters.enumerated() {
            switch parameter.kind {
            case .required where !values[index].isDefined:
                throw Failure(
                    "`\(self.name)` needs `\(parameter.name)`", help: "it is called as \(signature.text)")
            case .rest: values[index] = .list(rest)
            case .namedRest: values[index] = .record(options)
            default: break
            }
        }
        return values
    }

    /// Whether all named arguments are fields, as in `d.update(record=2)` and `"{x}".format(x=1)`: what stands before
    /// `**fields` in the library's own functions is given by its place.
    private var takesAnyName: Bool {
        guard signature.parameters.last?.isNamedRest == true else { return false }
        switch body {
        case .builtin: return signature.parameters.last?.name == "fields"
        case .user(let code): return code.source.source.isHidden
        case .native: return false
        }
    }

    /// Whether a function of the library has such an option, which comes before its fields; a `_` hides one from its names.
    private func takesOption(_ name: String) -> Bool {
        guard case .user = body, let index = signature.index(of: name) else { return false }
        if case .optional = signature.parameters[index].kind { return true }
        return false
    }

    /// Where a named argument goes: built-ins take the names of NumPy and PyTorch too, such as `dim` for `axis`.
    func index(ofArgument name: String) -> Int? {
        if let index = signature.index(of: name) { return index }
        guard case .builtin = body else { return nil }
        return FamiliarNames.arguments(for: name).lazy.compactMap { self.signature.index(of: $0) }.first
    }

    /// Refuses inputs and targets in two arguments, `train(net, x, y)`, where one dataset is taken.
    private func checkTakesDataset(_ positional: [Value]) throws {
        guard case .builtin = body, ["train", "evaluate"].contains(name), positional.count >= 3 else { return }
        if case .tensor(let third) = positional[2] {
            guard third.rank > 0 else { return }
        } else {
            guard positional[2].isList else { return }
        }
        throw Failure(
            "`\(name)` takes one dataset, and got inputs and targets apart",
            help: "a dataset holds both: `\(name) net dataset(x, y)`")
    }

    private func tooMany(_ positional: [Value]) -> Failure {
        let count = positional.count(where: \.isDefined)
        // A layer leaves the tensor out.
        let isLayer = count < positional.count
        let most = signature.namedParameters.count - (isLayer ? 1 : 0)
        let takes = most == 0 ? "no arguments" : most == 1 ? "1 argument" : "at most \(most) arguments"
        let role = isLayer ? " as a layer" : ""
        let help =
            name == "runs" && most == 0
            ? "one of them is `run(17)`, by its number" : "it is called as \(signature.text)"
        return Failure("`\(name)` takes \(takes)\(role), and got \(count)", help: help)
    }

    /// Whether a call that names an argument so fails, whatever the value is.
    func refusesArgument(_ name: String) -> Bool {
        if case .native = body { return false }
        if index(ofArgument: name) != nil || signature.parameters.last?.isNamedRest == true { return false }
        return !FamiliarNames.canSayNothing(name)
    }

    func unknownArgument(_ given: String) -> Failure {
        var help: [String] = []
        let names = signature.namedParameters
        if let meant = FamiliarNames.argument(given, among: names) ?? Suggestion.closest(to: given, among: names) {
            help.append("did you mean `\(meant)`?")
        }
        help.append("it is called as \(signature.text)")
        return Failure("`\(name)` has no argument `\(given)`", help: help)
    }
}

extension Signature {
    /// Whether so many arguments without names are one for each parameter.
    func isPlain(for count: Int) -> Bool { count == parameters.count && !hasRest }
}

extension Signature.Parameter {
    var isNamedRest: Bool { if case .namedRest = kind { true } else { false } }

    var canBeNamed: Bool {
        switch kind {
        case .required, .optional: true
        case .rest, .namedRest: false
        }
    }
}

/// The value of a default as a signature writes it.
func literalValue(_ text: String) -> Value {
    switch text {
    case "none": .none
    case "true": .boolean(true)
    case "false": .boolean(false)
    case "inf": .number(.infinity)
    case "-inf": .number(-.infinity)
    case "[]": .list([])
    default:
        if text.hasPrefix("\"") {
            .string(String(text.dropFirst().dropLast()))
        } else if let number = Double(text) {
            .number(number)
        } else {
            // Names such as `size`: the built-in works the default out itself.
            .none
        }
    }
}
