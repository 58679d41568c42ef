extension Parser {
    /// ```
    /// expression: lambda | pythonLambda | step | choice
    /// lambda:     name '->' expression | '(' parameters ')' '->' expression
    /// step:       'step' postfix (expression | block)
    /// choice:     or ('if' or 'else' expression)?
    /// ```
    func expression() throws(Failure) -> Expression {
        let outerHeight = height
        height = 0
        defer { height = max(outerHeight, height + 1) }
        return try nested { () throws(Failure) -> Expression in
            if startsLambda { return try lambda() }
            if startsPythonLambda { return try pythonLambda() }
            if isReservedWordUsedAsName { throw reservedName() }
            if kind == .step, !atLineBreak { return try stepExpression() }
            let start = position
            let value = try operation(.or)
            return startsChoice(position) ? try choice(of: value, from: start) : value
        }
    }

    /// `a if c else b` is `if c { a } else { b }`.
    private func choice(of value: Expression, from start: Int) throws(Failure) -> Expression {
        advance()
        let condition = try operation(.or)
        guard match(.else) else { throw unexpected("`else`") }
        let other = try expression()
        return Expression(
            .conditional(
                branches: [ConditionalBranch(condition: condition, body: Block(of: value))],
                otherwise: Block(of: other)),
            span(from: start))
    }

    /// Whether `if` at an index goes on from the value before it: its `else` comes without a block.
    func startsChoice(_ index: Int) -> Bool {
        guard list.tokens[index].kind == .if, !breaksLine(index) else { return false }
        var index = index + 1
        while !breaksLine(index) {
            switch list.tokens[index].kind {
            case .else: return true
            case .leftParenthesis, .leftBracket:
                guard let closing = matching(index) else { return false }
                index = closing
            case .if, .leftBrace, .rightParenthesis, .rightBracket, .rightBrace, .comma, .semicolon, .endOfText:
                return false
            default: break
            }
            index += 1
        }
        return false
    }

    /// Operators between operands, those that bind as tightly as a level or more tightly:
    /// ```
    /// or:         and ('or' and)*
    /// and:        not ('and' not)*
    /// not:        'not' not | comparison
    /// comparison: union (('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not' 'in' | 'is' | 'is' 'not') union)*
    /// union:      exclusion ('|' exclusion)*
    /// exclusion:  common ('^' common)*
    /// common:     shift ('&' shift)*
    /// shift:      sum (('<<' | '>>') sum)*
    /// sum:        product (('+' | '-') product)*
    /// product:    unary (('*' | '/' | '//' | '%' | '@') unary)*
    /// ```
    func operation(_ level: Precedence) throws(Failure) -> Expression {
        let start = position
        var left = kind == .not ? try negation(level) : try unary()
        while !atLineBreak, let precedence = isIdentity(position) ? .comparison : Precedence(kind), precedence >= level
        {
            if kind == .not, token(1).kind != .in { break }
            if isIncrement(position) { throw increment() }
            if isSignOfNextArgument { throw ambiguousSign(after: left) }
            try grow()
            if precedence == .comparison {
                left = try comparison(left, from: start)
                continue
            }
            let operatorKind = kind
            advance()
            let right = try operation(precedence.tighter)
            switch operatorKind {
            case .or: left = Expression(.or(left, right), span(from: start))
            case .and: left = Expression(.and(left, right), span(from: start))
            default:
                guard let symbol = BinaryOperator(operatorKind) else { throw unexpected("an operator") }
                left = Expression(.binary(symbol, left, right), span(from: start))
            }
        }
        return left
    }

    private func negation(_ level: Precedence) throws(Failure) -> Expression {
        guard !atLineBreak else { throw unexpected("a value") }
        guard level <= .not else {
            throw fail(
                "`not` binds more loosely than the operator before it", at: current.span,
                help: ["put it in parentheses, as in `a == (not b)`"])
        }
        let start = position
        advance()
        try grow()
        let operand = try nested { () throws(Failure) in try operation(.not) }
        return Expression(.unary(.not, operand), span(from: start))
    }

    private func comparison(_ first: Expression, from start: Int) throws(Failure) -> Expression {
        var rest: [ComparisonLink] = []
        while !atLineBreak, let comparison = identity ?? ComparisonOperator(kind) {
            let operatorStart = position
            if kind == .not {
                guard token(1).kind == .in else { break }
                advance()
            }
            if comparison == .isNotSame { advance() }
            advance()
            let operatorSpan = span(from: operatorStart)
            let operand = try operation(.union)
            rest.append(ComparisonLink(comparison: comparison, operatorSpan: operatorSpan, operand: operand))
        }
        return Expression(.comparison(first: first, rest: rest), span(from: start))
    }

    /// `is` is a word of the language only between two values, so that it can be a name elsewhere.
    func isIdentity(_ index: Int) -> Bool {
        list.tokens[index].kind == .name && text(list.tokens[index]) == "is" && !touches(index)
            && !breaksLine(index) && startsArgument(index + 1)
    }

    private var identity: ComparisonOperator? {
        guard isIdentity(position) else { return nil }
        return token(1).kind == .not ? .isNotSame : .isSame
    }

    /// ```
    /// unary: ('-' | '+' | '~') unary | power
    /// power: postfix ('**' unary)?
    /// ```
    private func unary() throws(Failure) -> Expression {
        let start = position
        if let symbol = UnaryOperator(kind), !atLineBreak {
            advance()
            try grow()
            let operand = try nested { () throws(Failure) in try unary() }
            return Expression(.unary(symbol, operand), span(from: start))
        }
        let base = try postfix()
        guard kind == .power, !atLineBreak else { return base }
        advance()
        try grow()
        let exponent = try nested { () throws(Failure) in try unary() }
        return Expression(.binary(.power, base, exponent), span(from: start))
    }

    /// ```
    /// postfix: primary ('(' arguments ')' | '[' subscripts ']' | '.' name)*
    /// ```
    /// `(` and `[` touch what they apply to.
    func postfix() throws(Failure) -> Expression {
        let start = position
        var value = try primary()
        while true {
            if kind == .leftParenthesis, touches {
                try grow()
                let arguments = try arguments()
                value = Expression(.call(callee: value, arguments: arguments, isCommand: false), span(from: start))
            } else if kind == .leftBracket, touches {
                try grow()
                let subscripts = try subscripts()
                value = Expression(.index(base: value, subscripts: subscripts), span(from: start))
            } else if kind == .dot, touches || !context.newlinesMatter {
                try grow()
                advance()
                let name = try fieldName()
                value = Expression(.member(base: value, name: name), span(from: start))
            } else {
                return value
            }
        }
    }

    /// The name of a field; reserved words will do.
    func fieldName() throws(Failure) -> Identifier {
        guard kind == .name || kind.isReservedWord, !atLineBreak else {
            throw unexpected("the name of a field after `.`")
        }
        let name = Identifier(text(current), current.span)
        advance()
        return name
    }

    /// ```
    /// arguments: '(' (argument (',' argument)* ','?)? ')' | '(' expression clauses ')'
    /// argument:  (name '=')? expression | ('*' | '**') expression
    /// ```
    func arguments() throws(Failure) -> [Argument] {
        let opening = position
        advance()
        return try within(.brackets) { () throws(Failure) -> [Argument] in
            var arguments: [Argument] = []
            while kind != .rightParenthesis {
                let expansion = Argument.Expansion(rawValue: kind.rawValue)
                if expansion != nil { advance() }
                let label = expansion == nil ? argumentLabel() : nil
                var value = try expression()
                if kind == .for {
                    guard arguments.isEmpty, label == nil, expansion == nil else {
                        throw bareComprehension(value)
                    }
                    value = try comprehension(of: value)
                    if kind == .comma, token(1).kind != .rightParenthesis { throw bareComprehension(value) }
                }
                try append(Argument(label: label, value: value, expansion: expansion), to: &arguments)
                if !match(.comma) { break }
            }
            try close(opening, with: .rightParenthesis, orElse: "`,`")
            return arguments
        }
    }

    /// The `name=` of an argument if there is one; reserved words will do.
    func argumentLabel() -> Identifier? {
        guard kind == .name || kind.isReservedWord, token(1).kind == .assign else { return nil }
        let label = Identifier(text(current), current.span)
        advance()
        advance()
        return label
    }

    /// Adds an argument; labels come last and once.
    func append(_ argument: Argument, to arguments: inout [Argument]) throws(Failure) {
        if let label = argument.label {
            if arguments.contains(where: { $0.label?.text == label.text }) {
                throw fail("the argument `\(label.text)` is given twice", at: label.span)
            }
        } else if argument.expansion != .fields, let last = arguments.last,
            let named = last.label.map({ "\($0.text)=" }) ?? (last.expansion == .fields ? "**" : nil)
        {
            // The name of one more argument, its `=` still to come.
            if kind == .endOfText, list.unclosed != nil { throw incomplete("`=`") }
            throw fail(
                "this argument has no name, and stands after `\(named)`", at: argument.value.span,
                help: ["named arguments come last"])
        }
        arguments.append(argument)
    }

    /// ```
    /// subscripts: '[' subscript (',' subscript)* ','? ']'
    /// subscript:  '...' | expression | expression? ':' expression? (':' expression?)?
    /// ```
    func subscripts() throws(Failure) -> [SubscriptSyntax] {
        let opening = position
        advance()
        return try within(.brackets) { () throws(Failure) -> [SubscriptSyntax] in
            var subscripts: [SubscriptSyntax] = []
            repeat {
                if kind == .rightBracket, !subscripts.isEmpty { break }
                subscripts.append(try subscriptSyntax())
            } while match(.comma)
            try close(opening, with: .rightBracket, orElse: "`,`")
            return subscripts
        }
    }

    private func subscriptSyntax() throws(Failure) -> SubscriptSyntax {
        let start = position
        if match(.ellipsis) { return .ellipsis(span(from: start)) }
        let first = kind == .colon ? nil : try expression()
        guard match(.colon) else {
            guard let first else { throw unexpected("an index") }
            return .index(first)
        }
        let stop = try boundOfSlice()
        let step = match(.colon) ? try boundOfSlice() : nil
        return .slice(start: first, stop: stop, step: step, span(from: start))
    }

    private func boundOfSlice() throws(Failure) -> Expression? {
        kind == .colon || kind == .comma || kind == .rightBracket ? nil : try expression()
    }
}
