/// What users of other languages write, and what dls writes instead.
extension Parser {
    /// What cannot begin a statement.
    func checkMistakesAtStart() throws(Failure) {
        switch kind {
        case .else, .catch:
            let partner = kind == .else ? "if" : "try"
            throw fail(
                "`\(kind.rawValue)` has no `\(partner)` before it", at: current.span,
                help: ["it follows the `}` of that block, at the prompt on the same line"])
        case .rightBrace, .rightParenthesis, .rightBracket:
            // After an error, it may close what the error has hidden.
            if !diagnostics.isEmpty { throw Failure() }
            throw fail("this `\(kind.rawValue)` closes nothing", at: current.span)
        case .exclamation:
            throw fail(
                "`!` is not an operator of dls", at: current.span,
                help: ["write `not`; `!command` for the shell works at the prompt alone"])
        case .doubleSlash:
            throw fail("`//` does not start a comment", at: current.span, help: ["a comment starts with `#`"])
        case .slash where token(1).kind == .star || token(1).kind == .power:
            throw fail(
                "`/*` does not start a comment", at: current.span, help: ["a comment starts with `#`, on each line"])
        case .at where token(1).kind == .name && touches(position + 1):
            throw decorator()
        case .star where token(1).kind == .name && token(2).kind == .comma: return
        case .percent where token(1).kind == .name || token(1).kind == .percent:
            throw fail(
                "a statement cannot begin with `%`: dls has no magic commands", at: current.span,
                help: [
                    "leave `%matplotlib` out; `timeit(f)` measures a function, `!command` runs the shell, `whos` lists variables"
                ])
        case .dot, .star, .pipe, .caret, .ampersand, .shiftLeft, .shiftRight, .slash, .percent, .at, .power, .equal,
            .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .in:
            throw fail(
                "a statement cannot begin with `\(kind.rawValue)`", at: current.span,
                help: ["a line goes on after an operator or `\\` at its end, and inside parentheses"])
        case .plus, .minus:
            guard token(1).kind == kind, touches(position + 1), token(2).kind == .name else { return }
            let symbol = kind.rawValue
            throw fail(
                "`\(symbol)\(symbol)` is not an operator of dls", at: current.span.joined(with: token(1).span),
                help: ["write `\(Parser.clipped(text(token(2)))) \(symbol)= 1`"])
        case .name:
            try checkForeignStatement()
        default:
            return
        }
    }

    /// `@torch.no_grad()`
    private func decorator() -> Failure {
        var last = position + 1
        while list.tokens[last + 1].kind == .dot, touches(last + 1), list.tokens[last + 2].kind == .name { last += 2 }
        let word = text(list.tokens[last])
        let help =
            switch word {
            case "no_grad", "inference_mode":
                "leave it out: gradients are recorded only inside `train`, `step` and `grad`"
            case "staticmethod", "classmethod":
                "leave it out: a function that needs no object stands outside of the class"
            case "property": "it stands before `fn name() { ... }` in the block of a class; elsewhere write `x.name()`"
            case "setter", "deleter": "write a method beside the property: `fn set_name(value) { self.field = value }`"
            case "dataclass": "write `class Point(x, y=0) { }`: the parameters are fields"
            default:
                "after the function, write `f = \(Parser.clipped(source[Span(Int(list.tokens[position + 1].start), Int(list.tokens[last].end))]))(f)`"
            }
        return fail("there are no decorators", at: current.span.joined(with: list.tokens[last].span), help: [help])
    }

    /// `class Net(nn.Module)`, at the name in the parentheses.
    func pythonBase(of name: Identifier) -> Failure? {
        guard kind == .leftParenthesis, token(1).kind == .name else { return nil }
        let base = Parser.clipped(bracketed(position))
        guard token(2).kind == .dot || Parser.pythonBases.contains(base) else { return nil }
        if base.hasSuffix("Enum)") {
            return fail(
                "there are no enumerations", at: token(1).span,
                help: ["a record holds constants: `\(name.text) = {RED=1, BLUE=2}`, read as `\(name.text).RED`"])
        }
        let isNetwork = base.hasSuffix("Module)")
        let parameters = parametersOfInit ?? "()"
        return fail(
            "the parentheses hold the parameters of `\(name.text)`, not a class that it inherits from",
            at: token(1).span,
            help: isNetwork
                ? [
                    "a network is written `model \(name.text)\(parameters) { ... }`: its layers, and `fn forward(x) { ... }`"
                ]
                : base.hasSuffix("Dataset)")
                    ? [
                        "write `class \(name.text)\(parametersOfInit ?? "(x, y)") { ... }`: any class with `fn len()` and `fn get(i)` is a data set"
                    ]
                    : [
                        "write `class \(name.text)\(parameters) { ... }`; a class inherits with `class \(name.text)() : Base() { ... }`"
                    ])
    }

    /// Classes of Python that others inherit from, as they stand in parentheses.
    private static let pythonBases: Set<String> = [
        "(Dataset)", "(IterableDataset)", "(Module)", "(object)", "(ABC)", "(Exception)", "(ValueError)", "(Enum)",
        "(IntEnum)",
        "(NamedTuple)",
    ]

    /// What `__init__` in the block of the class takes, without `self`: `(x, y)`.
    private var parametersOfInit: String? {
        guard let end = matching(position), list.tokens[min(end + 1, list.tokens.count - 1)].kind == .leftBrace,
            let last = matching(end + 1),
            let start = (end..<last).first(where: { text(list.tokens[$0]) == "__init__" }),
            list.tokens[start + 1].kind == .leftParenthesis
        else { return nil }
        let parameters = bracketed(start + 1)
        guard parameters.hasPrefix("(self") else { return Parser.clipped(parameters) }
        return Parser.clipped("(" + parameters.dropFirst(5).drop { $0 == "," || $0 == " " })
    }

    private func checkForeignStatement() throws(Failure) {
        let word = text(current)
        let next = Parser.clipped(text(token(1)))
        switch word {
        case "def", "func", "function", "fun", "define":
            guard token(1).kind == .name, token(2).kind == .leftParenthesis, touches(position + 2) else { return }
            throw fail(
                "a function is defined with `fn`", at: current.span,
                help: ["write `fn \(next)\(Parser.clipped(bracketed(position + 2))) { ... }`"])
        case "struct":
            guard token(1).kind == .name, !touches(position + 1) else { return }
            switch token(2).kind {
            case .leftParenthesis, .leftBrace, .colon:
                throw fail(
                    "`struct` does not exist in dls", at: current.span,
                    help: ["a class is written `class \(next)(a, b) { ... }`, a record `{a=1}`"])
            default: return
            }
        case "let", "var", "const", "local", "auto", "set":
            guard token(1).kind == .name, token(2).kind == .assign, !touches(position + 2) else { return }
            throw fail(
                "a name is assigned without `\(word)`", at: current.span,
                help: ["write `\(next) = \(Parser.clipped(text(token(3))))`"])
        case "elif", "elsif", "elseif":
            guard startsArgument(position + 1) || token(1).kind == .leftParenthesis else { return }
            throw fail(
                "`\(word)` has no `if` before it", at: current.span,
                help: ["it is written `else if` or `elif`, behind the `}` of that block"])
        case "finally":
            guard token(1).kind == .leftBrace || token(1).kind == .colon else { return }
            throw fail(
                "`finally` has no `try` before it", at: current.span,
                help: ["it follows the `}` of `try` or of `catch`, at the prompt on the same line"])
        case "except":
            guard [.colon, .leftBrace, .name].contains(token(1).kind), !breaksLine(position + 1) else { return }
            throw fail(
                "`\(word)` does not exist in dls", at: current.span,
                help: ["write `try { ... } catch e { ... }`"])
        case "global", "nonlocal":
            guard token(1).kind == .name, !breaksLine(position + 1) else { return }
            throw fail(
                "`\(word)` does not exist in dls: a function reads the names around it and assigns its own",
                at: current.span,
                help: ["give back what is new: `fn f(\(next)) { \(next) + 1 }` and `\(next) = f(\(next))`"])
        case "throw":
            guard startsArgument(position + 1) else { return }
            throw fail("`\(word)` does not exist in dls", at: current.span, help: ["write `error(\"what is wrong\")`"])
        case "yield":
            guard startsArgument(position + 1) else { return }
            throw fail(
                "there are no generators", at: current.span,
                help: ["gather the values in a list: `[f(x) for x in xs]`, or `ys.append(y)` in a loop"])
        case "pass":
            guard breaksLine(position + 1) || [.rightBrace, .semicolon, .endOfText].contains(token(1).kind) else {
                return
            }
            throw fail("`pass` does not exist in dls", at: current.span, help: ["an empty block is written `{ }`"])
        default:
            return
        }
    }

    /// `del d[k]` and `del r.x`
    func cannotDelete(_ target: Expression, _ word: Span) -> Failure {
        let taken: String? =
            switch target.kind {
            case .index(let base, _):
                "\(source[base.span]).pop(\(source[Span(base.span.end + 1, target.span.end - 1)]))"
            case .member(let base, let name): "\(source[base.span]).pop(\"\(name.text)\")"
            default: nil
            }
        return fail(
            "`del` removes variables, and nothing inside a value", at: word.joined(with: target.span),
            help: taken.map { ["write `\(Parser.clipped($0))`"] } ?? [])
    }

    /// The text of a bracket and all that is in it.
    private func bracketed(_ opening: Int) -> String {
        guard let closing = matching(opening) else { return "(...)" }
        return source[Span(Int(list.tokens[opening].start), Int(list.tokens[closing].end))]
    }

    /// What is not a command although it begins like one; `end` is the index behind its name.
    func checkCommandMistakes(_ end: Int) throws(Failure) {
        guard end == position + 1, !breaksLine(end), !touches(end) else { return }
        let word = text(current)
        let next = list.tokens[end]
        switch next.kind {
        case .star where touches(end + 1) && Token.Kind.verbs.contains(word),
            .power where touches(end + 1) && Token.Kind.verbs.contains(word):
            let argument = Parser.clipped(text(next) + text(list.tokens[min(end + 1, list.tokens.count - 1)]))
            throw fail(
                "`\(text(next))` in front of an argument needs parentheses around the arguments", at: next.span,
                help: ["write `\(word)(\(argument))`"])
        case .slash where touches(end + 1), .dot, .tilde, .doubleSlash:
            guard ["load", "save"].contains(word) else { return }
            throw barePath(of: word, at: next.span)
        case .name where ["load", "read", "lines", "run"].contains(word) && touches(end + 1) && touches(end + 2):
            // What is divided is a number.
            guard list.tokens[end + 1].kind == .slash else { return }
            throw barePath(of: word, at: next.span)
        default:
            return
        }
    }

    private func barePath(of word: String, at span: Span) -> Failure {
        fail(
            "a path is a string", at: span,
            help: ["write it in quotes, as in `\(word) \"data/\(word == "run" ? "a.dls" : "train.npz")\"`"])
    }

    // MARK: - Reserved words

    /// The current token is a word of the language, and stands where only a name makes sense: before `=`, an operator
    /// or what ends an expression.
    var isReservedWordUsedAsName: Bool {
        guard kind.isReservedWord, !atLineBreak else { return false }
        let next = token(1).kind
        let isLast = breaksLine(position + 1) || next == .endOfText || next == .semicolon || next == .rightBrace
        // Alone on a line, more may follow; behind a command's name it can only be meant as a name.
        if isLast { return context.isCommand && (kind == .step || kind == .sweep) }
        if next == .assign || next.augmentedOperator != nil { return true }
        switch kind {
        case .model, .step, .param, .sweep, .import, .fn, .try, .catch: break
        default: return false
        }
        switch next {
        case .dot, .leftBracket: return touches(position + 1)
        case .leftParenthesis: return [.model, .param, .sweep].contains(kind) && touches(position + 1)
        // A sign or a bracket behind white space may begin what the word takes.
        case .minus, .plus: return !touches(position + 2) && [.model, .step, .param, .sweep, .import].contains(kind)
        case .comma, .rightParenthesis, .rightBracket, .star, .slash, .percent, .at, .power, .equal, .notEqual, .less,
            .lessOrEqual, .greater, .greaterOrEqual, .arrow:
            return true
        case .and, .or: return kind == .step
        default: return false
        }
    }

    func reservedName() -> Failure {
        let word = text(current)
        let other = kind == .model ? "net" : "\(word)_"
        return fail(
            "`\(word)` is a word of the language and cannot be a name", at: current.span,
            help: ["take another name, such as `\(other)`"])
    }

    // MARK: - Blocks

    /// There is no `{` where a block has to be.
    func noBlock(after place: String) -> Failure {
        if kind == .endOfText { return incomplete("`{` and a block after \(place)") }
        switch kind {
        case .colon:
            return fail(
                "a block has braces around it, and no `:` before it", at: current.span, help: ["write `{ ... }`"])
        case .arrow:
            return fail(
                "a function's block follows its parameters, and a type between them", at: current.span,
                help: ["write `fn f(x) { ... }`, or `fn f(x) -> float { ... }`"])
        default:
            return unexpected("`{` and a block after \(place)")
        }
    }

    func missingCatch() -> Failure {
        if kind == .endOfText { return incomplete("`catch` or `finally` after the block of `try`") }
        if kind == .name, text(current) == "except" {
            let failure = fail(
                "`except` does not exist in dls", at: current.span, help: ["write `catch e { ... }`"])
            advance()
            return failure
        }
        return unexpected("`catch` or `finally` after the block of `try`")
    }

    func missingParameters(_ keyword: String, _ name: Identifier) -> Failure {
        if kind == .leftParenthesis || kind == .endOfText || atLineBreak || kind == .invalid {
            return unexpected("`(` and the parameters")
        }
        return fail(
            "expected `(` and the parameters after `\(name.text)`, found \(described(current))", at: current.span,
            help: ["without parameters it is `\(keyword) \(name.text)() { ... }`"])
    }

    /// `return`, `break` and `continue` are not judged behind an error, which may have hidden what they belong to.
    var canTrustEnclosing: Bool { diagnostics.isEmpty }

    func checkReturn() throws(Failure) {
        switch enclosing.function {
        case .function: return
        case .none: throw fail("`return` stands outside of a function", at: current.span)
        case .model:
            throw fail(
                "`return` stands in a model's block, which gives the model", at: current.span,
                help: ["to compute something with the layers, write `fn forward(x) { ... }` in the block"])
        case .class:
            throw fail(
                "`return` stands in a class's block, which gives the object", at: current.span,
                help: ["to compute something with the fields, write a method: `fn name(x) { ... }`"])
        case .sweep:
            throw fail(
                "`return` cannot leave the block of a `sweep`", at: current.span,
                help: ["the last value of the block is what the sweep keeps, such as `{lr=rate, loss=loss}`"])
        }
    }

    func importWithoutFile() -> Failure {
        unexpected("a file after `import`, as in `import \"lib.dls\"`")
    }

    // MARK: - Assignments

    func doubleAssign() -> Failure {
        fail("there is a second `=` here", at: current.span, help: ["`=` assigns, and `==` compares"])
    }

    /// - Parameter beginning: The text of the statement in front of them.
    func severalValues(_ span: Span, after beginning: String = "") -> Failure {
        if kind == .endOfText, list.unclosed != nil { return incomplete("`=`") }
        return fail(
            "several values stand here without brackets", at: span,
            help: ["write a list: `\(Parser.clipped("\(beginning)[\(source[span])]"))`"])
    }

    func cannotAssign(to expression: Expression) -> Failure {
        let text = Parser.clipped(source[expression.span])
        let help =
            switch expression.kind {
            case .call: ["to define a function, write `fn \(text) = ...`"]
            case .comparison: ["`=` assigns, and `==` compares"]
            case .list: ["without brackets: `a, b = pair`"]
            default: ["names, `x[i]` and `r.field` can be assigned"]
            }
        return fail("`\(text)` cannot be assigned", at: expression.span, help: help)
    }

    // MARK: - Brackets and arguments

    /// `f (a, b)` is no call of `f` with two arguments, and hardly meant as one with a list.
    func checkTuple(_ opening: Int) throws(Failure) {
        guard opening > 0, list.tokens[opening - 1].kind == .name, !touches(opening), !list.tokens[opening].startsLine
        else { return }
        let name = Parser.clipped(text(list.tokens[opening - 1]))
        let group = bracketed(opening)
        throw fail(
            "`(` touches what it applies to", at: list.tokens[opening].span,
            help: [
                "write `\(Parser.clipped(name + group))`",
                "a list as one argument is written `\(Parser.clipped("\(name) [\(group.dropFirst().dropLast())]"))`",
            ])
    }

    func bareComprehension(_ element: Expression) -> Failure {
        fail(
            "a comprehension beside other arguments has brackets around it", at: current.span,
            help: ["write `[\(Parser.clipped(source[element.span])) for ...]`"])
    }

    func stepAsCall() -> Failure {
        fail(
            "`step` is a form of its own and not a function", at: current.span,
            help: ["write `step opt loss`, as in `step opt cross_entropy(net(x), y)`"])
    }

    func spacedLabel() -> Failure {
        let (name, value) = (Parser.clipped(text(current)), Parser.clipped(text(token(2))))
        return fail(
            "a command's named arguments are written without spaces", at: current.span.joined(with: token(1).span),
            help: ["write `\(name)=\(value)`; an assignment stands on a line of its own"])
    }

    /// What stands in a record is not `name=value`.
    func notAField(_ opening: Int) -> Failure {
        let bracket = list.tokens[opening]
        if kind == .name, token(1).kind == .endOfText { advance() }
        if kind == .endOfText { return incomplete("`}`") }
        if opening > 0, touches(opening), [.stringHead, .stringMiddle].contains(list.tokens[opening - 1].kind) {
            return fail(
                "`{` in a string begins a value, and a second one a record", at: bracket.span,
                help: ["write `\\{` for the character itself"])
        }
        if kind == .name, token(1).kind == .comma || token(1).kind == .rightBrace {
            let name = Parser.clipped(text(current))
            return fail(
                "the field `\(name)` has no value", at: current.span, help: ["write `\(name)=\(name)`"])
        }
        return unexpected("a field, such as `lr=0.1`, or `}`")
    }
}
