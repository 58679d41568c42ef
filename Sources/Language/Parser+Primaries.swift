extension Parser {
    /// ```
    /// primary: number | string | name | 'true' | 'false' | 'none' | '(' expression ')' | list | record
    ///        | conditional | function | sweep
    /// ```
    func primary() throws(Failure) -> Expression {
        guard !atLineBreak else { throw unexpected("a value") }
        let start = position
        switch kind {
        case .number:
            let place = Int(current.payload)
            advance()
            if let whole = list.wholes[place] { return Expression(.whole(whole), span(from: start)) }
            return Expression(.number(list.numbers[place]), span(from: start))
        case .string:
            let value = list.texts[Int(current.payload)]
            advance()
            return Expression(.string(value), span(from: start))
        case .stringHead:
            return try interpolation()
        case .name:
            let name = text(current)
            advance()
            return Expression(.name(name), span(from: start))
        case .true, .false:
            let value = kind == .true
            advance()
            return Expression(.boolean(value), span(from: start))
        case .none:
            advance()
            return Expression(.none, span(from: start))
        case .leftParenthesis: return try group()
        case .leftBracket: return try listExpression()
        case .leftBrace where !context.blockFollows: return try recordExpression()
        case .if: return try conditional()
        case .fn: return Expression(.function(try functionValue()), span(from: start))
        case .sweep: return try sweep()
        case .model, .param, .import, .step: throw reservedName()
        default: throw unexpected("a value")
        }
    }

    /// ```
    /// group: '(' expression ')' | '(' element (',' element)* ','? ')' | '(' expression clauses ')'
    /// ```
    /// Several values in parentheses are the list of them.
    private func group() throws(Failure) -> Expression {
        let opening = position
        advance()
        let inner = try within(.brackets) { () throws(Failure) -> Expression in
            var inner = try element()
            let isList = kind == .comma
            if isList {
                try checkTuple(opening)
                inner = Expression(.list(try elements(from: inner, until: .rightParenthesis)), inner.span)
            } else if kind == .for {
                inner = try comprehension(of: inner)
            } else if case .spread = inner.kind {
                inner = try listWithoutBrackets(from: inner)
            }
            try close(opening, with: .rightParenthesis, orElse: isList ? "`,`" : nil)
            return inner
        }
        return Expression(inner.kind, span(from: opening))
    }

    /// The elements of a list behind its first one.
    private func elements(from first: Expression, until closing: Token.Kind) throws(Failure) -> [Expression] {
        var elements = [first]
        while match(.comma), kind != closing { elements.append(try element()) }
        return elements
    }

    /// `element for x in xs`, its clauses being what follows.
    func comprehension(of element: Expression) throws(Failure) -> Expression {
        if case .spread = element.kind {
            throw fail("`*` cannot stand before the element of a comprehension", at: element.span)
        }
        let clauses = try comprehensionClauses()
        let end = Int(previous?.end ?? 0)
        return Expression(.comprehension(element: element, clauses: clauses), Span(element.span.start, end))
    }

    /// ```
    /// list: '[' (element (',' element)* ','?)? ']'
    ///     | '[' expression ('for' targets 'in' or | 'if' or)+ ']'
    /// ```
    private func listExpression() throws(Failure) -> Expression {
        let opening = position
        advance()
        let value = try within(.brackets) { () throws(Failure) -> Expression.Kind in
            guard kind != .rightBracket else {
                advance()
                return .list([])
            }
            let first = try element()
            if kind == .for {
                let comprehension = try comprehension(of: first)
                try close(opening, with: .rightBracket)
                return comprehension.kind
            }
            let elements = try elements(from: first, until: .rightBracket)
            try close(opening, with: .rightBracket, orElse: "`,`")
            return .list(elements)
        }
        return Expression(value, span(from: opening))
    }

    func comprehensionClauses() throws(Failure) -> [ComprehensionClause] {
        var clauses: [ComprehensionClause] = []
        while true {
            if match(.for) {
                let target = try loopTarget()
                guard match(.in) else { throw unexpected("`in`") }
                clauses.append(.loop(target: target, sequence: try operand(.or)))
            } else if match(.if) {
                clauses.append(.filter(try operand(.or)))
            } else {
                return clauses
            }
        }
    }

    /// An expression without `->` or `step`.
    private func operand(_ level: Precedence) throws(Failure) -> Expression {
        let outerHeight = height
        height = 0
        defer { height = max(outerHeight, height + 1) }
        return try operation(level)
    }

    /// ```
    /// interpolation: '"text{' expression format? ('}text{' expression format?)* '}text"'
    /// ```
    private func interpolation() throws(Failure) -> Expression {
        let start = position
        let isPython = source.bytes[Int(current.start)] != UInt8(ascii: "\"")
        var pieces: [StringPiece] = []
        while true {
            let opening = position
            let text = list.texts[Int(current.payload)]
            if !text.isEmpty { pieces.append(.text(text)) }
            let isEnd = kind == .stringTail
            advance()
            if isEnd { return Expression(.interpolation(pieces), span(from: start)) }
            pieces.append(
                try within(.brackets) { () throws(Failure) in
                    try interpolated(opening, isPython: isPython)
                })
        }
    }

    private func interpolated(_ opening: Int, isPython: Bool) throws(Failure) -> StringPiece {
        let brace = Span(Int(list.tokens[opening].end) - 1, Int(list.tokens[opening].end))
        if kind == .stringMiddle || kind == .stringTail || kind == .format {
            throw fail(
                "there is no value between `{` and `}`", at: brace,
                help: [
                    "for the characters themselves, write `\\{` and `\\}`",
                    "a value stands inside, as in \"loss {x:.4f}\"",
                ])
        }
        let value = try converted(expression())
        if !isPython, case .number = value.kind, [.stringMiddle, .stringTail, .comma].contains(kind) {
            throw fail(
                "`{` in a text begins a value, and a number is not a value to fill in", at: value.span,
                help: [
                    "for a regular expression or a text for `.format`, write `r\"...\"`, in which braces are characters",
                    "the characters themselves are `\\{` and `\\}`",
                ])
        }
        var format: String?
        var formatSpan = Span(value.span.end, value.span.end)
        if kind == .format {
            format = list.texts[Int(current.payload)]
            formatSpan = Span(Int(current.start) + 1, Int(current.end))
            advance()
        }
        guard kind == .stringMiddle || kind == .stringTail else {
            throw unexpected("`}` to close the `{` in the string")
        }
        return .value(value, format: format, formatSpan: formatSpan)
    }

    /// `{x!r}` and `{x!s}` are `repr(x)` and `str(x)`, as in Python.
    private func converted(_ value: Expression) -> Expression {
        guard kind == .exclamation, token(1).kind == .name,
            [.format, .stringMiddle, .stringTail].contains(token(2).kind),
            let function = ["r": "repr", "s": "str"][text(token(1))]
        else { return value }
        let name = Expression(.name(function), token(1).span)
        advance()
        advance()
        return Expression(
            .call(callee: name, arguments: [Argument(label: nil, value: value)], isCommand: false),
            value.span.joined(with: name.span))
    }

    /// ```
    /// conditional: 'if' condition block (('else' 'if' | 'elif') condition block)* ('else' block)?
    /// ```
    func conditional() throws(Failure) -> Expression {
        let start = position
        var branches: [ConditionalBranch] = []
        while true {
            advance()
            let condition = try condition(after: "if")
            branches.append(ConditionalBranch(condition: condition, body: try block(after: "the condition")))
            if startsElseIf { continue }
            guard kind == .else else {
                return Expression(.conditional(branches: branches, otherwise: nil), span(from: start))
            }
            advance()
            guard kind == .if else { break }
        }
        let otherwise = try block(after: "`else`")
        return Expression(.conditional(branches: branches, otherwise: otherwise), span(from: start))
    }

    /// Python's word for `else if`.
    private var startsElseIf: Bool {
        kind == .name && text(current) == "elif" && (startsArgument(position + 1) || token(1).kind == .leftParenthesis)
    }

    /// An expression before a block.
    func condition(after keyword: String) throws(Failure) -> Expression {
        if kind == .leftBrace, keyword == "in", !atLineBreak {
            throw fail(
                "expected a value after `in`, found `{`", at: current.span,
                help: ["a record, a map or a set stands in parentheses here: `in ({a=1, b=2}) {`"])
        }
        if kind == .leftBrace { throw unexpected("a value after `\(keyword)`") }
        let context = Context(newlinesMatter: context.newlinesMatter, blockFollows: true)
        return try within(context) { () throws(Failure) in try expression() }
    }

    /// ```
    /// sweep: 'sweep' axis (','? axis)* (','? name '=' expression)* block
    /// axis:  name 'in' expression
    /// ```
    private func sweep() throws(Failure) -> Expression {
        let start = position
        advance()
        var axes: [SweepAxis] = []
        var options: [Argument] = []
        repeat {
            if kind != .name, !kind.isReservedWord, axes.isEmpty {
                throw unexpected("a name after `sweep`, as in `sweep rate in [0.1, 0.01]`")
            }
            if let label = argumentLabel() {
                options.append(Argument(label: label, value: try condition(after: "\(label.text)=")))
            } else {
                let name = try bindingName("a name")
                guard !atLineBreak, match(.in) else { throw missingIn(after: name) }
                axes.append(SweepAxis(name: name, values: try condition(after: "in")))
            }
        } while match(.comma) || (kind == .name && !atLineBreak)
        guard !axes.isEmpty else {
            if let label = options.compactMap(\.label).first(where: { !Self.sweepOptions.contains($0.text) }) {
                throw fail(
                    "expected `in` after `\(label.text)`, found `=`", at: label.span, help: [axisHelp(label)])
            }
            throw unexpected("a name and its values, as in `rate in [0.1, 0.01]`")
        }
        let body = try block(after: "the values", in: Enclosing(function: .sweep))
        return Expression(
            .sweep(SweepSyntax(axes: axes, options: options, body: body, span: span(from: start))), span(from: start))
    }

    private static let sweepOptions = ["workers", "seeds", "fresh"]

    /// The current token stands where `in` and values do; to be thrown.
    private func missingIn(after name: Identifier) -> Failure {
        guard [.leftBracket, .leftParenthesis, .colon, .number].contains(kind), !atLineBreak else {
            return unexpected("`in` after `\(name.text)`")
        }
        return fail(
            "expected `in` after `\(name.text)`, found \(described(current))", at: current.span,
            help: [axisHelp(name)])
    }

    private func axisHelp(_ name: Identifier) -> String {
        "write `\(name.text) in [0.1, 0.01]`: the block runs once for each value"
    }

    /// `step opt loss` or `step opt { ...; loss }`, its first word being the current token.
    func stepExpression() throws(Failure) -> Expression {
        let start = position
        if context.isCommand {
            throw fail(
                "`step` stands on its own or in parentheses", at: current.span, help: ["write `(step opt loss)`"])
        }
        advance()
        let context = Context(
            newlinesMatter: context.newlinesMatter, isCommand: true, blockFollows: context.blockFollows)
        let value = try within(context) { () throws(Failure) -> Expression.Kind in
            if kind == .leftParenthesis, touches { throw stepAsCall() }
            let optimizer = try postfix()
            guard !atLineBreak else {
                throw unexpected("the loss after the optimizer, as in `step opt loss`")
            }
            _ = match(.comma)
            if kind == .leftBrace {
                let body = try block(after: "the optimizer")
                let always = ConditionalBranch(condition: Expression(.boolean(true), body.span), body: body)
                let loss = Expression(.conditional(branches: [always], otherwise: nil), body.span)
                return .step(optimizer: optimizer, loss: loss)
            }
            let loss = try expression()
            return .step(optimizer: optimizer, loss: loss)
        }
        return Expression(value, span(from: start))
    }
}
