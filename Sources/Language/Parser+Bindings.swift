extension Parser {
    /// ```
    /// values:     element (',' element)*
    /// assignment: (targets '=')+ values
    ///           | (name | postfix '.' name) ':' type ('=' values)?
    ///           | target ('+=' | '-=' | '*=' | '/=' | '%=' | '@=' | '**=' | '|=' | '&=') value
    /// targets:    element (',' element)* ','?
    /// target:     name | postfix '[' subscripts ']' | postfix '.' name | '(' targets ')' | '[' targets ']'
    /// ```
    /// Or what begins like one: a command or an expression.
    func simpleStatement() throws(Failure) -> Statement.Kind {
        if let command = try command() { return .expression(command) }
        let start = position
        let first = try element()
        if let registered = registered(first) { return registered }
        if startsType(of: first) {
            advance()
            try type()
            guard kind == .assign, !atLineBreak else { return .expression(always([], span(from: start))) }
            return try assignment(to: first)
        }
        if let symbol = kind.augmentedOperator, !atLineBreak {
            let target = try target(from: first)
            advance()
            return .augmentedAssign(target, symbol, try rightSide())
        }
        let left = try listWithoutBrackets(from: first)
        if kind.augmentedOperator != nil, !atLineBreak {
            throw fail("`\(kind.rawValue)` changes one thing at a time", at: left.span)
        }
        guard kind == .assign, !atLineBreak else {
            // As in Python several values make one. A line of a block may be a model's, where each would be a layer.
            guard left.span == first.span || blockDepth == 0 else { throw severalValues(span(from: start)) }
            return .expression(left)
        }
        return try assignment(to: left)
    }

    /// `register_buffer("mean", x)` in the block of a model is `mean = x`, and so is `register_parameter`.
    private func registered(_ call: Expression) -> Statement.Kind? {
        guard enclosing.function == .model, case .call(let callee, let arguments, false) = call.kind,
            case .name(let word) = callee.kind, ["register_buffer", "register_parameter"].contains(word),
            arguments.count >= 2, arguments.allSatisfy({ $0.expansion == nil }), arguments[0].label == nil,
            case .string(let name) = arguments[0].value.kind
        else { return nil }
        return .assign(.name(Identifier(name, arguments[0].value.span)), arguments[1].value)
    }

    /// `= values`, or `= targets = values`.
    private func assignment(to left: Expression) throws(Failure) -> Statement.Kind {
        var targets = [try target(from: left)]
        while true {
            advance()
            if kind == .assign { throw doubleAssign() }
            let first = try firstValue()
            let comma = position
            let right = try listWithoutBrackets(from: first)
            if kind == .assign, !atLineBreak {
                targets.append(try target(from: right))
                continue
            }
            if comma != position, case .tuple = targets[targets.count - 1] {
            } else if comma != position {
                throw severalValues(right.span, after: source[Span(left.span.start, first.span.start)])
            }
            return .assign(targets.count == 1 ? targets[0] : .each(targets), right)
        }
    }

    /// The right side of an assignment: a command or an expression.
    func rightSide() throws(Failure) -> Expression {
        guard !atLineBreak else { throw unexpected("a value") }
        if let command = try command() { return command }
        return try expression()
    }

    /// The first of the values behind `=` and `return`.
    func firstValue() throws(Failure) -> Expression {
        kind == .star ? try element() : try rightSide()
    }

    /// `expression | '*' expression`, a part of a list.
    func element() throws(Failure) -> Expression {
        let start = position
        guard kind == .star, !atLineBreak else { return try expression() }
        advance()
        let elements = try expression()
        return Expression(.spread(elements), span(from: start))
    }

    /// `first, second, ...` as the list of them, where a target or `return` takes several values.
    func listWithoutBrackets(from first: Expression) throws(Failure) -> Expression {
        guard kind == .comma, !atLineBreak else {
            guard case .spread = first.kind else { return first }
            throw fail(
                "`*` stands among several values", at: first.span,
                help: ["write `[\(Parser.clipped(source[first.span]))]`"])
        }
        var elements = [first]
        let start = first.span
        while match(.comma) {
            // A comma at the end of a line promises more.
            if kind == .assign { break }
            elements.append(try element())
        }
        return Expression(.list(elements), Span(start.start, Int(previous?.end ?? 0)))
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
        case .list(let elements) where !elements.isEmpty:
            var parts: [Target] = []
            for element in elements {
                if case .spread(let rest) = element.kind {
                    try checkOneRest(parts, element.span)
                    parts.append(.rest(try target(from: rest)))
                } else {
                    parts.append(try target(from: element))
                }
            }
            return .tuple(parts, expression.span)
        default:
            throw cannotAssign(to: expression)
        }
    }

    private func checkOneRest(_ parts: [Target], _ span: Span) throws(Failure) {
        let hasRest = parts.contains { if case .rest = $0 { true } else { false } }
        if hasRest { throw fail("one name takes what is left, and a second one has `*` too", at: span) }
    }

    /// ```
    /// targets:    loopTarget (',' loopTarget)* ','?
    /// loopTarget: '*'? name | '(' targets ')' | '[' targets ']'
    /// ```
    func loopTarget() throws(Failure) -> Target {
        let start = position
        var targets: [Target] = []
        var isList = false
        repeat {
            // `(x,)` is a list of one.
            if isList, kind == .in ? token(1).kind != .in : [.rightParenthesis, .rightBracket].contains(kind) { break }
            if kind == .leftParenthesis || kind == .leftBracket {
                let opening = position
                let isBracket = kind == .leftBracket
                advance()
                let inner = try within(.brackets) { () throws(Failure) -> Target in
                    let target = try nested { () throws(Failure) in
                        try loopTarget()
                    }
                    try close(opening, with: isBracket ? .rightBracket : .rightParenthesis, orElse: "`,`")
                    if case .tuple = target { return target }
                    return isBracket ? .tuple([target], span(from: opening)) : target
                }
                targets.append(inner)
            } else if kind == .star {
                let star = current.span
                advance()
                try checkOneRest(targets, star)
                targets.append(.rest(.name(try bindingName("a name"))))
            } else {
                targets.append(.name(try bindingName("a name")))
            }
            isList = match(.comma) || targets.count > 1
        } while previous?.kind == .comma
        if targets.count == 1, case .rest = targets[0] {
            throw fail(
                "`*` stands among several names", at: span(from: start), help: ["write `first, *rest`"])
        }
        return isList ? .tuple(targets, span(from: start)) : targets[0]
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
