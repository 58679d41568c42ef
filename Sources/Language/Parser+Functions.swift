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

    /// ```
    /// functionValue: 'fn' '(' parameters ')' block
    /// ```
    func functionValue() throws(Failure) -> FunctionSyntax {
        let start = position
        advance()
        guard kind == .leftParenthesis else { throw unexpected("`(` and the parameters after `fn`") }
        let parameters = try parameters()
        if kind == .assign {
            throw fail(
                "a function without a name has a block", at: current.span,
                help: ["write `(a, b) -> a + b`, or `fn(a, b) { ... }`"])
        }
        let body = try block(after: "the parameters", in: Enclosing(function: .function))
        return FunctionSyntax(name: nil, parameters: parameters, body: .block(body), span: span(from: start))
    }

    /// ```
    /// function: 'fn' name '(' parameters ')' (block | '=' value)
    /// ```
    func function() throws(Failure) -> FunctionSyntax {
        let start = position
        advance()
        let name = isAtMethod ? try methodName() : try bindingName("the function's name")
        guard kind == .leftParenthesis else { throw missingParameters("fn", name) }
        let parameters = try parameters()
        if isAtMethod { try checkOperands(name, parameters) }
        let body: FunctionBody
        if kind == .assign {
            advance()
            body = .expression(try rightSide())
        } else {
            body = .block(try block(after: "the parameters", in: Enclosing(function: .function)))
        }
        return FunctionSyntax(name: name, parameters: parameters, body: body, span: span(from: start))
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
    /// parameters: (name ('=' expression)? (',' name ('=' expression)?)* ','?)?
    /// ```
    /// With the parentheses around them.
    func parameters() throws(Failure) -> [ParameterSyntax] {
        let opening = position
        advance()
        return try within(.brackets) { () throws(Failure) -> [ParameterSyntax] in
            var parameters: [ParameterSyntax] = []
            var names: Set<String> = []
            while kind != .rightParenthesis {
                try checkStar()
                try checkSelfParameter()
                let name = try bindingName("a parameter's name")
                guard names.insert(name.text).inserted else {
                    throw fail("there are two parameters `\(name.text)`", at: name.span)
                }
                if kind == .colon { throw typeAnnotation(name) }
                let value = match(.assign) ? try expression() : nil
                if value == nil, let before = parameters.last, before.defaultValue != nil {
                    throw fail(
                        "`\(name.text)` has no default value, and stands after `\(before.name.text)`, which has one",
                        at: name.span, help: ["parameters with default values come last"])
                }
                parameters.append(ParameterSyntax(name: name, defaultValue: value))
                if !match(.comma) { break }
            }
            try close(opening, with: .rightParenthesis, orElse: "`,`")
            return parameters
        }
    }
}
