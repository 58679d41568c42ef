extension Parser {
    /// ```
    /// record: '{' (field (',' field)* ','?)? '}' | '{' field clauses '}'
    /// field:  name '=' expression | (string | number) '=' expression | '[' expression (',' expression)* ']' '=' expression
    ///       | expression ':' expression | '**' expression
    /// ```
    func recordExpression() throws(Failure) -> Expression {
        let opening = position
        advance()
        let value = try within(.brackets) { () throws(Failure) -> Expression.Kind in
            var fields: [RecordField] = []
            var names: Set<String> = []
            while kind != .rightBrace {
                let field = try recordField(opening)
                if let key = field.key, case .string(let name) = key.kind, !names.insert(name).inserted {
                    throw fail("the field `\(name)` is given twice", at: key.span)
                }
                if kind == .for, fields.isEmpty, field.key != nil {
                    let clauses = try comprehensionClauses()
                    try checkKeyVaries(field, clauses)
                    try close(opening, with: .rightBrace)
                    return .recordComprehension(field, clauses: clauses)
                }
                fields.append(field)
                if !match(.comma) { break }
            }
            try close(opening, with: .rightBrace, orElse: "`,`")
            return .record(fields)
        }
        return Expression(value, span(from: opening))
    }

    /// Refuses `{c=i for i, c in ...}`: the name of a field is no variable, so all rounds would set one field.
    private func checkKeyVaries(_ field: RecordField, _ clauses: [ComprehensionClause]) throws(Failure) {
        guard let key = field.key, case .string(let name) = key.kind, source[key.span] == name else { return }
        for case .loop(let target, _) in clauses where Self.names(of: target).contains(name) {
            throw fail(
                "each round would set the same field, `\(name)`", at: key.span,
                help: ["for the value of `\(name)` as the key, write `{[\(name)]=...}`"])
        }
    }

    private static func names(of target: Target) -> [String] {
        switch target {
        case .name(let name): [name.text]
        case .tuple(let parts, _), .each(let parts): parts.flatMap(names)
        case .rest(let part): names(of: part)
        case .index, .member: []
        }
    }

    private func recordField(_ opening: Int) throws(Failure) -> RecordField {
        if match(.power) { return RecordField(key: nil, value: try expression()) }
        if let name = argumentLabel() {
            return RecordField(key: Expression(.string(name.text), name.span), value: try expression())
        }
        if lacksValue(opening) { throw notAField(opening) }
        let key = try recordKey()
        guard match(.colon) || match(.assign) else {
            if kind == .comma || kind == .rightBrace { throw setWithoutCall(key) }
            throw unexpected("`=` and a value")
        }
        return RecordField(key: key, value: try expression())
    }

    /// A key that is no name: `[k]` and what stands before `:` are evaluated, and several values are a list.
    private func recordKey() throws(Failure) -> Expression {
        let start = position
        if kind == .leftBracket, let closing = matching(position), list.tokens[closing + 1].kind == .assign {
            let bracketed = try expression()
            guard case .list(let elements) = bracketed.kind else { return bracketed }
            guard let first = elements.first else {
                throw fail("there is no key between `[` and `]`", at: bracketed.span, help: ["write `{[k]=v}`"])
            }
            if case .spread = first.kind { return bracketed }
            return elements.count == 1 ? first : bracketed
        }
        let key = try expression()
        switch key.kind {
        case .string, .interpolation, .number: return key
        default:
            guard kind == .assign else { return key }
            let text = Parser.clipped(source[key.span])
            throw fail(
                "`\(text)` is not a name", at: span(from: start),
                help: ["for its value as the key, write `{[\(text)]=v}`"]
            )
        }
    }

    /// What stands here cannot be the key of a field.
    private func lacksValue(_ opening: Int) -> Bool {
        let isInString =
            opening > 0 && touches(opening)
            && [.stringHead, .stringMiddle].contains(list.tokens[opening - 1].kind)
        if isInString, kind != .string, kind != .leftBracket { return true }
        if kind == .name { return [.endOfText, .comma, .rightBrace].contains(token(1).kind) }
        switch kind {
        case .string, .stringHead, .number, .leftBracket, .leftParenthesis, .minus, .true, .false, .none: return false
        default: return true
        }
    }

    private func setWithoutCall(_ first: Expression) -> Failure {
        let text = Parser.clipped(source[first.span])
        return fail(
            "a field has a key and a value, as in `{a=1}`", at: first.span,
            help: ["a set is written `set([\(text)\(kind == .comma ? ", ..." : "")])`"])
    }
}
