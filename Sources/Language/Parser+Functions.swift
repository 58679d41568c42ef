extension Parser {
    /// The current token begins `x -> ...` or `(a, b) -> ...`.
    var startsLambda: Bool {
        if kind == .name { return token(1).kind == .arrow }
        guard kind == .leftParenthesis, let closing = matching(position) else { return false }
        return list.tokens[closing + 1].kind == .arrow
    }

    func lambda() throws(Failure) -> Expression {
        let start = position
        let parameters: [ParameterSyntax]
        if kind == .name {
            parameters = [ParameterSyntax(name: try bindingName("a name"), defaultValue: nil)]
        } else {
            parameters = try self.parameters()
        }
        advance()
        let body: FunctionBody =
            startsLambdaBlock
            ? .block(try block(after: "`->`", in: Enclosing(function: .function))) : .expression(try expression())
        let function = FunctionSyntax(name: nil, parameters: parameters, body: body, span: span(from: start))
        return Expression(.function(function), span(from: start))
    }

    /// The current token begins Python's `lambda x: ...`.
    var startsPythonLambda: Bool {
        guard kind == .name, text(current) == "lambda", !breaksLine(position + 1) else { return false }
        switch token(1).kind {
        case .colon: return true
        case .name, .star: return !touches(position + 1) && [.colon, .comma, .assign, .name].contains(token(2).kind)
        default: return false
        }
    }

    /// ```
    /// pythonLambda: 'lambda' (parameter (',' parameter)*)? ':' expression
    /// ```
    func pythonLambda() throws(Failure) -> Expression {
        let start = position
        advance()
        var parameters: [ParameterSyntax] = []
        while kind != .colon {
            let gathers = kind == .star ? Argument.Expansion(rawValue: kind.rawValue) : nil
            if gathers != nil { advance() }
            let name = try bindingName("a parameter's name")
            guard !parameters.contains(where: { $0.name.text == name.text }) else {
                throw fail("there are two parameters `\(name.text)`", at: name.span)
            }
            let value = gathers == nil && match(.assign) ? try expression() : nil
            parameters.append(ParameterSyntax(name: name, defaultValue: value, gathers: gathers))
            if !match(.comma) { break }
        }
        guard match(.colon) else { throw unexpected("`:` and what the function gives") }
        let body = FunctionBody.expression(try expression())
        let function = FunctionSyntax(name: nil, parameters: parameters, body: body, span: span(from: start))
        return Expression(.function(function), span(from: start))
    }

    /// ```
    /// functionValue: 'fn' '(' parameters ')' ('->' type)? block
    /// ```
    func functionValue() throws(Failure) -> FunctionSyntax {
        let start = position
        advance()
        guard kind == .leftParenthesis else { throw unexpected("`(` and the parameters after `fn`") }
        let parameters = try parameters()
        try resultType()
        if kind == .assign {
            throw fail(
                "a function without a name has a block", at: current.span,
                help: ["write `(a, b) -> a + b`, or `fn(a, b) { ... }`"])
        }
        let body = try block(after: "the parameters", in: Enclosing(function: .function))
        return FunctionSyntax(name: nil, parameters: parameters, body: .block(body), span: span(from: start))
    }

    /// ```
    /// function: 'fn' name '(' parameters ')' ('->' type)? (block | '=' value)
    /// ```
    func function(isProperty: Bool = false) throws(Failure) -> FunctionSyntax {
        let start = position
        advance()
        let name = isAtMethod ? try methodName() : try functionName()
        guard kind == .leftParenthesis else { throw missingParameters("fn", name) }
        let parameters = try parameters()
        try resultType()
        if isAtMethod { try checkOperands(name, parameters) }
        let body: FunctionBody
        if kind == .assign {
            advance()
            body = .expression(try rightSide())
        } else {
            body = .block(try block(after: "the parameters", in: Enclosing(function: .function)))
        }
        return FunctionSyntax(
            name: name, parameters: parameters, body: body, isProperty: isProperty, span: span(from: start))
    }

    /// A function of one's own may have the name of a built-in one that is a command, which it hides.
    private func functionName() throws(Failure) -> Identifier {
        guard kind == .name, !atLineBreak, Token.Kind.verbs.contains(text(current)),
            !Token.Kind.verbsOfSessions.contains(text(current))
        else { return try bindingName("the function's name") }
        let name = Identifier(text(current), current.span)
        advance()
        return name
    }

    /// ```
    /// model: 'model' name '(' parameters ')' block
    /// ```
    func modelDefinition() throws(Failure) -> FunctionSyntax {
        let start = position
        advance()
        let name = try bindingName("the model's name")
        guard kind == .leftParenthesis else { throw missingParameters("model", name) }
        let parameters = try parameters()
        let body = try block(after: "the parameters", in: Enclosing(function: .model))
        return FunctionSyntax(name: name, parameters: parameters, body: .block(body), span: span(from: start))
    }

    /// ```
    /// parameters: (parameter (',' parameter)* ','?)?
    /// parameter:  name (':' type)? ('=' expression)? | ('*' | '**') name (':' type)?
    /// ```
    /// With the parentheses around them.
    func parameters() throws(Failure) -> [ParameterSyntax] {
        let opening = position
        advance()
        return try within(.brackets) { () throws(Failure) -> [ParameterSyntax] in
            var parameters: [ParameterSyntax] = []
            var names: Set<String> = []
            while kind != .rightParenthesis {
                try checkSelfParameter()
                let gathers = Argument.Expansion(rawValue: kind.rawValue)
                if gathers != nil { advance() }
                let name = try bindingName(gathers == nil ? "a parameter's name" : "a name for what is left")
                if let gathers { try checkGathering(name, gathers, after: parameters) }
                if let last = parameters.last, last.gathers == .fields {
                    throw fail(
                        "nothing stands after `**\(last.name.text)`", at: name.span,
                        help: ["it takes all named arguments that are left: put it last"])
                }
                guard names.insert(name.text).inserted else {
                    throw fail("there are two parameters `\(name.text)`", at: name.span)
                }
                if match(.colon) { try type() }
                let value = gathers == nil && match(.assign) ? try expression() : nil
                if value == nil, gathers == nil, let before = parameters.last, before.defaultValue != nil,
                    !parameters.contains(where: { $0.gathers != nil })
                {
                    throw fail(
                        "`\(name.text)` has no default value, and stands after `\(before.name.text)`, which has one",
                        at: name.span, help: ["parameters with default values come last"])
                }
                parameters.append(ParameterSyntax(name: name, defaultValue: value, gathers: gathers))
                if !match(.comma) { break }
            }
            try close(opening, with: .rightParenthesis, orElse: "`,`")
            return parameters
        }
    }

    private func checkGathering(
        _ name: Identifier, _ gathers: Argument.Expansion, after parameters: [ParameterSyntax]
    ) throws(Failure) {
        guard let other = parameters.first(where: { $0.gathers == gathers }) else { return }
        throw fail(
            "`\(gathers.rawValue)\(other.name.text)` takes all arguments that are left, and nothing is left for another",
            at: name.span)
    }
}
