extension Parser {
    /// ```
    /// command:         name ('.' name)* (white space) commandArgument (','? commandArgument)*
    /// commandArgument: (name '=')? expression
    /// ```
    /// Nil if the current token does not begin one. White space separates the arguments, so it decides in them
    /// what `-`, `(` and `[` mean.
    func command() throws(Failure) -> Expression? {
        guard let end = commandHead else { return nil }
        try checkCommandMistakes(end)
        guard startsArgument(end), !isIdentity(end) || Token.Kind.verbs.contains(text(current)) else { return nil }
        let start = position
        let callee = calleeOfCommand(end)
        let context = Context(newlinesMatter: context.newlinesMatter, isCommand: true)
        let arguments = try within(context) { () throws(Failure) -> [Argument] in
            var arguments: [Argument] = []
            repeat {
                let argument = try commandArgument()
                if arguments.isEmpty { try checkSpacedParenthesis(callee, from: end) }
                try append(argument, to: &arguments)
            } while match(.comma) || (!touches && startsArgument(position))
            return arguments
        }
        return Expression(.call(callee: callee, arguments: arguments, isCommand: true), span(from: start))
    }

    private func commandArgument() throws(Failure) -> Argument {
        guard kind == .name || kind.isReservedWord, token(1).kind == .assign, !breaksLine(position + 1) else {
            return Argument(label: nil, value: try expression())
        }
        guard touches(position + 1), touches(position + 2) else { throw spacedLabel() }
        let label = argumentLabel()
        return Argument(label: label, value: try expression())
    }

    /// The index of the token behind `name.name.name` if that is what stands here.
    private var commandHead: Int? {
        guard kind == .name, !startsPythonLambda else { return nil }
        var index = position + 1
        while list.tokens[index].kind == .dot, touches(index), touches(index + 1),
            list.tokens[index + 1].kind == .name || list.tokens[index + 1].kind.isReservedWord
        {
            index += 2
        }
        return index
    }

    private func calleeOfCommand(_ end: Int) -> Expression {
        let start = position
        var callee = Expression(.name(text(current)), current.span)
        advance()
        while position < end {
            advance()
            let name = Identifier(text(current), current.span)
            advance()
            callee = Expression(.member(base: callee, name: name), span(from: start))
        }
        return callee
    }

    /// The token at an index has white space before it and begins a value.
    func startsArgument(_ index: Int) -> Bool {
        guard !touches(index), !breaksLine(index) else { return false }
        let next = list.tokens[min(index + 1, list.tokens.count - 1)]
        switch list.tokens[index].kind {
        case .name, .number, .string, .stringHead, .true, .false, .none, .fn, .sweep, .step, .leftParenthesis,
            .leftBracket, .leftBrace, .invalid:
            return true
        case .not:
            return next.kind != .in
        case .minus, .plus, .exclamation, .tilde:
            return touches(index + 1) && next.kind != .endOfText && !isIncrement(index)
        case .if:
            return !startsChoice(index)
        default:
            // A reserved word as a label: `arange 0 10 step=2`.
            return list.tokens[index].kind.isReservedWord && next.kind == .assign && touches(index + 1)
                && touches(index + 2)
        }
    }

    // MARK: - What is refused

    /// `f a -b`: a sign that touches what follows it and not what is before it.
    var isSignOfNextArgument: Bool {
        context.isCommand && (kind == .minus || kind == .plus) && !touches && touches(position + 1)
            && !breaksLine(position + 1)
    }

    func ambiguousSign(after left: Expression) -> Failure {
        let sign = kind.rawValue
        let signStart = position
        advance()
        guard let right = try? postfix() else { return Failure() }
        let (a, b) = (Parser.clipped(source[left.span]), Parser.clipped(source[right.span]))
        return fail(
            "`\(a) \(sign)\(b)` can be read as one argument or as two",
            at: span(from: signStart).joined(with: left.span),
            help: ["write `\(a) \(sign) \(b)` for one", "write `\(a) (\(sign)\(b))` for two"])
    }

    /// `sqrt (x) + 1`: the parenthesis does not touch, and what follows its end makes a difference.
    private func checkSpacedParenthesis(_ callee: Expression, from opening: Int) throws(Failure) {
        guard list.tokens[opening].kind == .leftParenthesis, let closing = matching(opening),
            closing + 1 < position, list.tokens[closing + 1].kind != .arrow
        else { return }
        let head = Parser.clipped(source[callee.span])
        let group = Span(Int(list.tokens[opening].start), Int(list.tokens[closing].end))
        let argument = span(from: opening)
        let rest = source[Span(group.end, argument.end)]
        throw fail(
            "`\(Parser.clipped(source[callee.span.joined(with: argument)]))` can be read in two ways",
            at: callee.span.joined(with: argument),
            help: [
                "write `\(Parser.clipped(head + source[group] + rest))` to go on with the result of `\(head)`",
                "write `\(Parser.clipped(head + "(" + source[argument] + ")"))` to give it all to `\(head)`",
            ])
    }
}
