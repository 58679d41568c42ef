extension Parser {
    /// ```
    /// statement: function | model | class | conditional | for | while | try | 'break' | 'continue' | return
    ///          | withStatement | assert | param | import | deletion | help | assignment | command | expression
    /// ```
    func statement() throws(Failure) -> Statement {
        let start = position
        let kind = try nested { () throws(Failure) in try statementKind() }
        return Statement(kind, span(from: start))
    }

    private func statementKind() throws(Failure) -> Statement.Kind {
        if startsOperatorMethod {
            guard isAtMethod else { throw operatorOutsideOfClass() }
            return .function(try function())
        }
        if isReservedWordUsedAsName { throw reservedName() }
        switch kind {
        case .at where startsProperty: return .function(try property())
        case .name where startsClass: return .class(try classDefinition())
        case .fn where !(token(1).kind == .leftParenthesis): return .function(try function())
        case .model: return .model(try modelDefinition())
        case .if: return .expression(try conditional())
        case .for: return try forStatement()
        case .while: return try whileStatement()
        case .try: return try tryStatement()
        case .break, .continue: return try leaveLoop()
        case .return: return try returnStatement()
        case .assert: return try assertStatement()
        case .param: return try paramStatement()
        case .import: return try importStatement()
        case .name where startsFromImport: return try fromImport()
        case .name where startsDeletion: return try deletion()
        case .name where startsWith: return try withStatement()
        case .question: return helpStatement()
        default:
            try checkMistakesAtStart()
            return try simpleStatement()
        }
    }

    /// ```
    /// block: '{' (statement (end of line | ';'))* '}'
    /// ```
    func block(after place: String, in enclosing: Enclosing? = nil) throws(Failure) -> Block {
        guard kind == .leftBrace else { throw noBlock(after: place) }
        let opening = position
        let outer = self.enclosing
        if let enclosing { self.enclosing = enclosing }
        blockDepth += 1
        defer {
            blockDepth -= 1
            self.enclosing = outer
        }
        return try within(Context()) { () throws(Failure) -> Block in
            advance()
            let outerHeight = height
            height = 0
            defer { height = max(outerHeight, height + 1) }
            let statements = statements(until: .rightBrace)
            try close(opening, with: .rightBrace)
            return Block(statements: statements, span: span(from: opening))
        }
    }

    private func loopBody(after place: String) throws(Failure) -> Block {
        try block(after: place, in: Enclosing(function: enclosing.function, isInLoop: true))
    }

    /// ```
    /// for: 'for' targets 'in' expression block
    /// ```
    private func forStatement() throws(Failure) -> Statement.Kind {
        advance()
        let target = try loopTarget()
        guard !atLineBreak, match(.in) else { throw unexpected("`in` after what the loop assigns") }
        let sequence = try condition(after: "in")
        return .for(target: target, sequence: sequence, body: try loopBody(after: "the sequence"))
    }

    /// ```
    /// while: 'while' expression block
    /// ```
    private func whileStatement() throws(Failure) -> Statement.Kind {
        advance()
        let condition = try condition(after: "while")
        return .while(condition: condition, body: try loopBody(after: "the condition"))
    }

    /// ```
    /// try: 'try' block ('catch' name? block)? ('finally' block)?
    /// ```
    private func tryStatement() throws(Failure) -> Statement.Kind {
        advance()
        let body = try block(after: "`try`")
        if let cleanup = try cleanup() { return .try(body: body, name: nil, handler: nil, cleanup: cleanup) }
        guard kind == .catch else { throw missingCatch() }
        advance()
        let name = kind == .name || kind.isReservedWord ? try bindingName("a name for the error") : nil
        let handler = try block(after: "`catch`")
        return .try(body: body, name: name, handler: handler, cleanup: try cleanup())
    }

    /// `finally` is a word of the language only here, so that it can be a name elsewhere.
    private func cleanup() throws(Failure) -> Block? {
        guard kind == .name, text(current) == "finally", [.leftBrace, .colon].contains(token(1).kind) else {
            return nil
        }
        advance()
        return try block(after: "`finally`")
    }

    private func leaveLoop() throws(Failure) -> Statement.Kind {
        let isBreak = kind == .break
        if !enclosing.isInLoop, canTrustEnclosing {
            throw fail("`\(kind.rawValue)` stands outside of a loop", at: current.span)
        }
        advance()
        return isBreak ? .break : .continue
    }

    /// ```
    /// return: 'return' (value (',' element)*)?
    /// ```
    private func returnStatement() throws(Failure) -> Statement.Kind {
        if canTrustEnclosing { try checkReturn() }
        advance()
        if atLineBreak || kind == .semicolon || kind == .rightBrace { return .return(nil) }
        return .return(try listWithoutBrackets(from: firstValue()))
    }

    /// ```
    /// assert: 'assert' expression (',' expression)?
    /// ```
    private func assertStatement() throws(Failure) -> Statement.Kind {
        advance()
        let condition = try expression()
        if case .list(let parts) = condition.kind, parts.count == 2,
            source.bytes[condition.span.start] == UInt8(ascii: "(")
        {
            throw fail(
                "a list of two always holds, whatever is in it", at: condition.span,
                help: ["write `assert \(source[parts[0].span]), \(source[parts[1].span])`, without parentheses"])
        }
        let message = match(.comma) ? try expression() : nil
        return .assert(condition: condition, message: message)
    }

    /// ```
    /// param: 'param' name '=' value
    /// ```
    private func paramStatement() throws(Failure) -> Statement.Kind {
        advance()
        let name = try bindingName("a name after `param`")
        guard !atLineBreak, match(.assign) else { throw unexpected("`=` and a value, as in `param \(name.text) = 20`") }
        return .param(name: name, value: try rightSide())
    }

    /// ```
    /// import: 'import' (string | module) ('as' name)? (',' module ('as' name)?)*
    /// module: name ('.' name)*
    /// ```
    /// A module is one of Python, as in `import numpy as np`.
    private func importStatement() throws(Failure) -> Statement.Kind {
        advance()
        if kind == .name, !atLineBreak { return try moduleImport() }
        guard kind == .string || kind == .stringHead, !atLineBreak else { throw importWithoutFile() }
        let path = try primary()
        return .import(path: path, alias: try moduleAlias(), names: [])
    }

    private func moduleImport() throws(Failure) -> Statement.Kind {
        let path = try modulePath()
        let alias = try moduleAlias()
        var names: [ImportedName] = []
        while match(.comma) {
            let other = try modulePath()
            let name = try moduleAlias()
            names.append(ImportedName(String(source[other.span]), name: name, isRenamed: name != nil))
        }
        return .import(path: path, alias: alias, names: names)
    }

    private func moduleAlias() throws(Failure) -> Identifier? {
        guard kind == .name, !atLineBreak, text(current) == "as" else { return nil }
        advance()
        return try bindingName("a name after `as`")
    }

    private func modulePath() throws(Failure) -> Expression {
        let start = position
        guard kind == .name, !atLineBreak else { throw unexpected("the name of a module") }
        advance()
        while kind == .dot, token(1).kind == .name { advance(); advance() }
        return Expression(.string(source[span(from: start)]), span(from: start))
    }

    /// `from torch import nn, optim`: what the module has is known without its import.
    var startsFromImport: Bool {
        guard kind == .name, text(current) == "from", token(1).kind == .name, !breaksLine(position + 1) else {
            return false
        }
        var index = position + 2
        while list.tokens[index].kind == .dot, list.tokens[index + 1].kind == .name { index += 2 }
        return list.tokens[index].kind == .import && !breaksLine(index)
    }

    /// ```
    /// fromImport: 'from' module 'import' (names | '(' names ')' | '*')
    /// names: name ('as' name)? (',' name ('as' name)?)*
    /// ```
    func fromImport() throws(Failure) -> Statement.Kind {
        advance()
        let path = try modulePath()
        let module = String(source[path.span])
        advance()
        if match(.star) {
            starEnd = position
            return .import(path: path, alias: nil, names: [ImportedName("\(module).*")])
        }
        let outer = context
        let opening = kind == .leftParenthesis ? position : nil
        if opening != nil {
            advance()
            context = .brackets
        }
        var names: [ImportedName] = []
        repeat {
            let name = try bindingName("what is imported")
            var own = name
            let isRenamed = kind == .name && !atLineBreak && text(current) == "as"
            if isRenamed {
                advance()
                own = try bindingName("a name after `as`")
            }
            names.append(ImportedName("\(module).\(name.text)", name: own, isRenamed: isRenamed))
        } while match(.comma) && kind == .name
        if let opening { try close(opening, with: .rightParenthesis) }
        context = outer
        return .import(path: path, alias: nil, names: names)
    }

    /// `del` is a name elsewhere.
    private var startsDeletion: Bool {
        text(current) == "del" && token(1).kind == .name && !breaksLine(position + 1) && !touches(position + 1)
    }

    /// ```
    /// deletion: 'del' name (',' name)* | 'del' postfix '[' expression ']'
    /// ```
    private func deletion() throws(Failure) -> Statement.Kind {
        let word = current.span
        let start = position
        var names: [Identifier] = []
        repeat {
            advance()
            let target = try postfix()
            if names.isEmpty, kind != .comma, case .index(let base, let subscripts) = target.kind,
                subscripts.count == 1,
                case .index(let key) = subscripts[0]
            {
                return taking(key, outOf: base, span(from: start))
            }
            if names.isEmpty, kind != .comma, case .index(let base, let subscripts) = target.kind,
                subscripts.count == 1, case .slice = subscripts[0]
            {
                // Nothing stands in their place.
                let span = span(from: start)
                return .assign(
                    .index(base: base, subscripts: subscripts, span), Expression(.list([]), span))
            }
            guard case .name(let name) = target.kind else { throw cannotDelete(target, word) }
            names.append(Identifier(name, target.span))
        } while kind == .comma
        return .delete(names)
    }

    /// `del d[k]` is `d.pop(k)`, whose value is not shown.
    private func taking(_ key: Expression, outOf base: Expression, _ span: Span) -> Statement.Kind {
        let pop = Expression(.member(base: base, name: Identifier("pop", span)), span)
        let call = Expression(
            .call(callee: pop, arguments: [Argument(label: nil, value: key)], isCommand: false), span)
        return .expression(
            always([Statement(.expression(call), span), Statement(.expression(Expression(.none, span)), span)], span))
    }

    /// Statements as one.
    func always(_ statements: [Statement], _ span: Span) -> Expression {
        let branch = ConditionalBranch(
            condition: Expression(.boolean(true), span), body: Block(statements: statements, span: span))
        return Expression(.conditional(branches: [branch], otherwise: nil), span)
    }

    /// `with` is a name elsewhere.
    private var startsWith: Bool {
        text(current) == "with" && !touches(position + 1) && !breaksLine(position + 1)
            && (token(1).kind == .name || bracketsItemsOfWith)
    }

    /// `(open(a) as f, open(b) as g)` and a block behind the current token.
    private var bracketsItemsOfWith: Bool {
        guard token(1).kind == .leftParenthesis, let closing = matching(position + 1) else { return false }
        return [.leftBrace, .colon].contains(list.tokens[closing + 1].kind)
    }

    /// ```
    /// withStatement: 'with' item (',' item)* block | 'with' '(' item (',' item)* ','? ')' block
    /// item:          expression ('as' name)?
    /// ```
    private func withStatement() throws(Failure) -> Statement.Kind {
        let start = position
        let isBracketed = bracketsItemsOfWith
        advance()
        var items: [(context: Expression, name: Identifier?)] = []
        if isBracketed {
            let opening = position
            advance()
            try within(.brackets) { () throws(Failure) in
                repeat {
                    if kind == .rightParenthesis { break }
                    items.append((try expression(), try moduleAlias()))
                } while match(.comma)
                try close(opening, with: .rightParenthesis, orElse: "`,`")
            }
        } else {
            repeat { items.append((try condition(after: "with"), try moduleAlias())) } while match(.comma)
        }
        var body = try block(after: items.last?.name == nil ? "what `with` takes" : "the name")
        for item in items.dropFirst().reversed() {
            let inner = Statement(.with(context: item.context, name: item.name, body: body), span(from: start))
            body = Block(statements: [inner], span: body.span)
        }
        return .with(context: items[0].context, name: items[0].name, body: body)
    }

    /// ```
    /// help: '?' anything up to the end of the line
    /// ```
    private func helpStatement() -> Statement.Kind {
        advance()
        let start = position
        while !current.startsLine, kind != .endOfText, kind != .semicolon { advance() }
        guard position > start else { return .help(topic: "") }
        return .help(topic: source[span(from: start)])
    }
}
