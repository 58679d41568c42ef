extension Parser {
    /// ```
    /// assignment: target (',' target)* '=' value
    ///           | target ('+=' | '-=' | '*=' | '/=' | '%=' | '@=' | '**=') value
    /// target:     name | postfix '[' subscripts ']' | postfix '.' name
    /// ```
    /// Or what begins like one: a command or an expression.
    func simpleStatement() throws(Failure) -> Statement.Kind {
        if let command = try command() { return .expression(command) }
        let start = position
        var parts = [try expression()]
        while kind == .comma, !atLineBreak {
            advance()
            if kind == .assign { break }
            parts.append(try expression())
        }
        if let symbol = kind.augmentedOperator, !atLineBreak {
            guard parts.count == 1 else {
                throw fail("`\(kind.rawValue)` changes one thing at a time", at: span(from: start))
            }
            let target = try target(from: parts[0])
            advance()
            return .augmentedAssign(target, symbol, try rightSide())
        }
        guard kind == .assign, !atLineBreak else {
            guard parts.count == 1 else { throw listWithoutBrackets(span(from: start)) }
            return .expression(parts[0])
        }
        let targetSpan = span(from: start)
        var targets: [Target] = []
        for part in parts { targets.append(try target(from: part)) }
        advance()
        if kind == .assign { throw doubleAssign() }
        let first = try rightSide()
        if targets.count == 1 {
            if kind == .comma { throw listWithoutBrackets(first.span) }
            if kind == .assign, !atLineBreak { throw chainedAssign() }
            return .assign(targets[0], first)
        }
        return .assign(.tuple(targets, targetSpan), try listWithoutBrackets(from: first))
    }

    /// The right side of an assignment: a command or an expression.
    func rightSide() throws(Failure) -> Expression {
        guard !atLineBreak else { throw unexpected("a value") }
        if let command = try command() { return command }
        return try expression()
    }

    /// `first, second, ...` as the list of them, where a target or `return` takes several values.
    func listWithoutBrackets(from first: Expression) throws(Failure) -> Expression {
        guard kind == .comma else { return first }
        var elements = [first]
        while match(.comma) { elements.append(try expression()) }
        return Expression(.list(elements), first.span.joined(with: elements[elements.count - 1].span))
    }

    /// What an expression to the left of `=` says to assign to.
    private func target(from expression: Expression) throws(Failure) -> Target {
        switch expression.kind {
        case .name(let name):
            try checkBindable(name, at: expression.span)
            return .name(Identifier(name, expression.span))
        case .index(let base, let subscripts):
            return .index(base: base, subscripts: subscripts, expression.span)
        case .member(let base, let name):
            if classDepth > 0, case .name("self") = base.kind { selfFields.append(name.text) }
            return .member(base: base, name: name, expression.span)
        default:
            throw cannotAssign(to: expression)
        }
    }

    /// ```
    /// targets:    loopTarget (',' loopTarget)*
    /// loopTarget: name | '(' targets ')'
    /// ```
    func loopTarget() throws(Failure) -> Target {
        let start = position
        var targets: [Target] = []
        repeat {
            if kind == .leftParenthesis {
                let opening = position
                advance()
                let inner = try within(.brackets) { () throws(Failure) -> Target in
                    let target = try nested { () throws(Failure) in
                        try loopTarget()
                    }
                    try close(opening, with: .rightParenthesis, orElse: "`,`")
                    return target
                }
                targets.append(inner)
            } else {
                targets.append(.name(try bindingName("a name")))
            }
        } while match(.comma)
        return targets.count == 1 ? targets[0] : .tuple(targets, span(from: start))
    }

    /// A name that can be bound here.
    func bindingName(_ expected: String) throws(Failure) -> Identifier {
        guard !atLineBreak || previous?.kind == .comma else { throw unexpected(expected) }
        if kind.isReservedWord { throw reservedName() }
        guard kind == .name else { throw unexpected(expected) }
        let name = Identifier(text(current), current.span)
        try checkBindable(name.text, at: name.span)
        advance()
        return name
    }

    private func checkBindable(_ name: String, at span: Span) throws(Failure) {
        if name == "self", classDepth > 0 { throw selfCannotBeBound(span) }
        guard Token.Kind.verbs.contains(name) else { return }
        throw fail(
            "`\(name)` is a command and cannot be bound to anything else", at: span,
            help: ["take another name, such as `\(name)_`"])
    }
}
