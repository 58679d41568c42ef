extension Parser {
    /// ```
    /// record: '{' (field (',' field)* ','?)? '}' | '{' field clauses '}'
    /// set:    '{' element (',' element)* ','? '}' | '{' expression clauses '}'
    /// field:  name '=' expression | (string | number) '=' expression | '[' expression (',' expression)* ']' '=' expression
    ///       | expression ':' expression | '**' expression
    /// ```
    func recordExpression() throws(Failure) -> Expression {
        let opening = position
        advance()
        let value = try within(.brackets) { () throws(Failure) -> Expression.Kind in
            if startsSet(opening) { return try setElements(opening) }
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
            if kind == .comma || kind == .rightBrace { throw fieldWithoutValue(key) }
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
        if isInString(opening), kind != .string, kind != .leftBracket { return true }
        if kind == .name { return [.endOfText, .comma, .rightBrace].contains(token(1).kind) }
        switch kind {
        case .string, .stringHead, .number, .leftBracket, .leftParenthesis, .minus, .true, .false, .none: return false
        default: return true
        }
    }

    private func fieldWithoutValue(_ key: Expression) -> Failure {
        fail(
            "a field has a key and a value, as in `{a=1}`", at: key.span,
            help: ["a set has elements alone: `{1, 2}`"])
    }

    // MARK: - Sets

    /// What stands behind the brace are elements, and no fields: no `=` and no `:` is among them.
    private func startsSet(_ opening: Int) -> Bool {
        guard ![.rightBrace, .power, .endOfText].contains(kind), !isInString(opening) else { return false }
        return holdsElements(from: position, to: matching(opening) ?? list.tokens.count - 1)
    }

    /// No field and no statement stands between two tokens.
    func holdsElements(from first: Int, to end: Int) -> Bool {
        var index = first
        while index < end {
            switch list.tokens[index].kind {
            case .assign, .colon, .semicolon, .invalid: return false
            default: index = (isOpening(index) ? matching(index) ?? index : index) + 1
            }
        }
        return true
    }

    /// The brace touches that of a text, `"{{1, 2}}"`.
    private func isInString(_ opening: Int) -> Bool {
        opening > 0 && touches(opening) && [.stringHead, .stringMiddle].contains(list.tokens[opening - 1].kind)
    }

    /// `{1, 2}` is `set([1, 2])`.
    private func setElements(_ opening: Int) throws(Failure) -> Expression.Kind {
        let start = position
        var element = try element()
        if kind == .rightBrace, opening > 0, list.tokens[opening - 1].kind == .arrow {
            let text = Parser.clipped(source[element.span])
            throw fail(
                "`{ \(text) }` can be read as a block or as a set", at: span(from: opening),
                help: ["write `\(text)` without braces for its value", "write `set([\(text)])` for the set"])
        }
        let elements: Expression
        if kind == .for {
            elements = try comprehension(of: element)
        } else {
            var all = [element]
            while match(.comma), kind != .rightBrace {
                element = try self.element()
                all.append(element)
            }
            elements = Expression(.list(all), span(from: start))
        }
        try close(opening, with: .rightBrace, orElse: "`,`")
        let name = Expression(.name("set"), list.tokens[opening].span)
        return .call(callee: name, arguments: [Argument(label: nil, value: elements)], isCommand: false)
    }
}
