extension Parser {
    /// The current token begins a class. `class` is a word of the language only here, so that it can be a name elsewhere.
    var startsClass: Bool {
        guard current.end - current.start == 5, kind == .name, text(current) == "class", token(1).kind == .name,
            !touches(position + 1), !breaksLine(position + 1)
        else { return false }
        return [.leftParenthesis, .leftBrace, .colon].contains(token(2).kind)
    }

    /// ```
    /// class: 'class' name '(' parameters ')' (':' postfix)? block
    /// ```
    func classDefinition() throws(Failure) -> ClassSyntax {
        let start = position
        advance()
        let name = try bindingName("the class's name")
        if let failure = pythonBase(of: name) { throw failure }
        guard kind == .leftParenthesis else { throw missingParameters("class", name) }
        let outerFields = selfFields
        selfFields = []
        classDepth += 1
        defer {
            selfFields = outerFields
            classDepth -= 1
        }
        let parameters = try parameters()
        let base = try baseClass()
        guard [.leftBrace, .colon, .arrow, .endOfText].contains(kind) else { throw missingClassBlock(start) }
        let body = try block(
            after: base == nil ? "the parameters" : "the class that it inherits from",
            in: Enclosing(function: .class, methodDepth: blockDepth + 1))
        return ClassSyntax(
            name: name, parameters: parameters, base: base, body: body, selfFields: selfFields,
            span: span(from: start))
    }

    /// The `: Base(arguments)` of a class.
    private func baseClass() throws(Failure) -> Expression? {
        guard kind == .colon, token(1).kind == .name, !atLineBreak, !breaksLine(position + 1) else { return nil }
        advance()
        let context = Context(newlinesMatter: context.newlinesMatter, blockFollows: true)
        return try within(context) { () throws(Failure) in try postfix() }
    }

    /// `class` may be meant as a name, which it is elsewhere.
    private func missingClassBlock(_ start: Int) -> Failure {
        let call = Parser.clipped(source[span(from: start + 1)])
        return fail(
            "`class \(call)` begins a class, whose block is missing", at: span(from: start),
            help: [
                "a class is written `class Value(data) { grad = 0 }`",
                "to call a function of the name `class`, write `class(\(call))`",
            ])
    }

    // MARK: - Methods

    /// The current statement stands right in a class's block.
    var isAtMethod: Bool { enclosing.function == .class && blockDepth == enclosing.methodDepth }

    /// `fn +(a, b)`
    var startsOperatorMethod: Bool {
        kind == .fn && token(1).kind.isMethodOperator && token(2).kind == .leftParenthesis && !atLineBreak
    }

    /// `@property` right before a method.
    var startsProperty: Bool {
        kind == .at && isAtMethod && token(1).kind == .name && text(token(1)) == "property" && touches(position + 1)
            && token(2).kind == .fn
    }

    /// ```
    /// property: '@' 'property' function
    /// ```
    func property() throws(Failure) -> FunctionSyntax {
        advance()
        advance()
        let function = try function(isProperty: true)
        guard let first = function.parameters.first else { return function }
        throw fail(
            "a property is read without arguments, and this one has parameters", at: first.name.span,
            help: ["leave `@property` out: the method is called, `x.name(...)`"])
    }

    /// The name of a method: any word will do, for it stands behind a point; or an operator.
    func methodName() throws(Failure) -> Identifier {
        guard !atLineBreak, kind == .name || kind.isReservedWord || kind.isMethodOperator else {
            guard kind == .leftBracket else { throw unexpected("the method's name, or an operator") }
            throw fail(
                "a method has a name, or is an operator", at: current.span,
                help: ["`fn get(i) { ... }` says what an index gives, `fn set(i, value) { ... }` what setting it does"])
        }
        let name = Identifier(Parser.namesOfPythonMethods[text(current)] ?? text(current), current.span)
        if name.text.count > 4, name.text.hasPrefix("__"), name.text.hasSuffix("__") {
            throw fail(
                "`\(name.text)` is not a method of dls", at: name.span,
                help: [
                    Parser.pythonMethods[name.text]
                        ?? "nothing calls it: the special methods are `call show len get set iterate enter exit` and operators (`help classes`)"
                ])
        }
        advance()
        return name
    }

    /// Special methods of Python that mean one thing here; those of operators take both operands, which Python's do not.
    private static let namesOfPythonMethods = [
        "__call__": "call", "__repr__": "show", "__str__": "show", "__len__": "len", "__getitem__": "get",
        "__setitem__": "set", "__iter__": "iterate", "__enter__": "enter", "__exit__": "exit",
    ]

    /// How the others are written here.
    private static let pythonMethods: [String: String] = {
        var help = [
            "__init__": "the block of the class is what runs for each object: `class Value(data) { grad = 0 }`",
            "__neg__": "write `fn -(a) { ... }`",
            "__bool__": "write `fn len() { ... }`: an object without elements counts as false",
            "__contains__": "write `fn iterate() { ... }`: `in` goes through what it gives",
            "__iadd__": "write `fn +(a, b) { ... }`: `a += b` is `a = a + b`",
            "__next__": "write `fn iterate() { ... }`, which gives a list of all of them",
        ]
        let operators = [
            "add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@", "mod": "%",
            "floordiv": "//", "eq": "==",
            "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "or": "|",
            "and": "&", "xor": "^", "lshift": "<<", "rshift": ">>",
        ]
        for (name, symbol) in operators {
            help["__\(name)__"] = "write `fn \(symbol)(a, b) { ... }`, which takes both operands"
            help["__r\(name)__"] =
                "`fn \(symbol)(a, b) { ... }` takes both operands, and is found if either is an object of the class"
        }
        return help
    }()

    /// An operator has its operands, and no more.
    func checkOperands(_ name: Identifier, _ parameters: [ParameterSyntax]) throws(Failure) {
        guard let symbol = name.text.first, !symbol.isLetter, symbol != "_" else { return }
        let isOne = name.text == "-" && parameters.count == 1
        guard isOne || parameters.count == 2, parameters.allSatisfy({ $0.defaultValue == nil && $0.gathers == nil })
        else {
            throw fail(
                "`\(name.text)` takes its two operands, without default values", at: name.span,
                help: ["write `fn \(name.text)(a, b) { ... }`; either of them may be another value than an object"]
                    + (name.text == "-" ? ["the sign of one operand is `fn -(a) { ... }`"] : []))
        }
    }

    func operatorOutsideOfClass() -> Failure {
        let symbol = token(1).kind.rawValue
        return fail(
            "`\(symbol)` is defined in the block of a class", at: token(1).span,
            help: ["write `class Value(data) { fn \(symbol)(a, b) { ... } }`"])
    }

    // MARK: - `self`

    func checkSelfParameter() throws(Failure) {
        guard classDepth > 0, kind == .name, text(current) == "self" else { return }
        throw fail(
            "`self` is known in a class without being a parameter", at: current.span,
            help: ["leave it out: `fn f(x) { self.total + x }`"])
    }

    func selfCannotBeBound(_ span: Span) -> Failure {
        fail(
            "`self` is the object in the block of a class, and cannot be another value", at: span,
            help: ["take another name, such as `self_`"])
    }

    // MARK: - Blocks of function values

    /// `-> { ... }` with a block: what stands between the braces is not a record.
    var startsLambdaBlock: Bool {
        guard kind == .leftBrace, !context.blockFollows else { return false }
        let first = position + 1
        let end = matching(position) ?? list.tokens.count - 1
        guard first < end else { return false }
        return hasStatements(from: first, to: end) || !(startsField(first) || startsElements(first, end))
    }

    /// Several statements stand between two tokens: a `;`, or a line that begins with a word after one that has ended.
    private func hasStatements(from first: Int, to end: Int) -> Bool {
        var index = first
        while index < end {
            let token = list.tokens[index]
            if token.kind == .semicolon { return true }
            if index > first, token.startsLine, !list.tokens[index - 1].kind.continuesLine {
                switch token.kind {
                case .name, .while, .return, .fn, .step, .assert, .try, .break, .continue: return true
                default: break
                }
            }
            index = (isOpening(index) ? matching(index) ?? index : index) + 1
        }
        return false
    }

    /// What begins at a token are elements of a set, `1, 2` or `x for x in xs`.
    private func startsElements(_ first: Int, _ end: Int) -> Bool {
        switch list.tokens[first].kind {
        case .return, .for, .while, .assert, .step, .sweep: return false
        case .name where startsArgument(first + 1): return false
        case .star: return true
        default: break
        }
        var index = first
        while index < end, ![.comma, .for].contains(list.tokens[index].kind) {
            index = (isOpening(index) ? matching(index) ?? index : index) + 1
        }
        return index < end && holdsElements(from: first, to: end)
    }

    /// What begins at a token is a field of a record, or a mistake that the record tells.
    private func startsField(_ index: Int) -> Bool {
        let token = list.tokens[index]
        var next = index + 1
        switch token.kind {
        case .leftBracket: next = (matching(index) ?? index) + 1
        case .stringHead, .star, .power: return true
        case .name, .string, .number: break
        default: guard token.kind.isReservedWord else { return false }
        }
        switch list.tokens[min(next, list.tokens.count - 1)].kind {
        case .assign: return true
        case .colon, .comma, .rightBrace: return token.kind != .leftBracket && token.kind != .number
        default: return false
        }
    }
}

extension Token.Kind {
    /// An operator that a class can define.
    package var isMethodOperator: Bool {
        switch self {
        case .plus, .minus, .star, .slash, .doubleSlash, .percent, .at, .power, .pipe, .caret, .ampersand, .shiftLeft,
            .shiftRight, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            true
        default: false
        }
    }
}
