/// Programs by the grammar of the language, and those of the tests with a few tokens changed.
struct ProgramMaker {
    private var choices: Choices
    private let parts: ProgramParts

    init(_ bytes: [UInt8], _ parts: ProgramParts) {
        choices = Choices(bytes)
        self.parts = parts
    }

    private static let names = ["a", "b", "c", "f", "g", "xs", "d", "A", "self", "m"]
    private static let operators = [
        "+", "-", "*", "/", "%", "@", "**", "//", "==", "!=", "<", ">=", "and", "or", "in", "not in", "|", "&", "^",
        "<<", ">>", "is", "is not", "|>",
    ]

    mutating func program() -> [String] {
        if choices.once(in: 2), !parts.programs.isEmpty { return changedProgram() }
        var statements = [
            "a = 1", "b = [1, 2, 3]", "c = ones([2, 3])", "d = {k=1, j=[2]}", "xs = [\"p\", \"q\"]", "f = x -> x",
        ]
        repeat { statements.append(statement(3)) } while statements.count < 14 && !choices.isAtEnd
        return statements
    }

    /// Some statements of a program that stand together.
    private mutating func changedProgram() -> [String] {
        let program = choices.of(parts.programs)
        let first = choices.below(program.count)
        return program[first..<min(program.count, first + 8)].map { tokens in
            var tokens = tokens
            for _ in 0..<choices.below(4) where !tokens.isEmpty {
                let place = choices.below(tokens.count)
                switch choices.below(5) {
                case 0: tokens[place] = choices.of(CallMaker.plainValues)
                case 1: tokens.remove(at: place)
                case 2: tokens.insert(tokens[choices.below(tokens.count)], at: place)
                case 3: tokens[place] = choices.of(choices.of(program))
                default: tokens[place] = expression(1)
                }
            }
            return tokens.joined()
        }
    }

    // MARK: - Statements

    private mutating func name() -> String { choices.of(Self.names) }

    private mutating func block(_ depth: Int) -> String {
        var statements = [statement(depth - 1)]
        while statements.count < 3, choices.once(in: 3) { statements.append(statement(depth - 1)) }
        return "{\n" + statements.joined(separator: "\n") + "\n}"
    }

    private mutating func statement(_ depth: Int) -> String {
        guard depth > 0 else { return expression(1) }
        switch choices.below(24) {
        case 0: return expression(depth)
        case 1: return "\(target()) = \(expression(depth))"
        case 2: return "\(target()) \(choices.of(["+=", "-=", "*=", "/=", "%=", "|=", "@="])) \(expression(depth))"
        case 3: return "if \(expression(1)) \(block(depth)) else \(block(depth))"
        case 4: return "for \(target()) in \(expression(depth)) \(block(depth))"
        case 5: return "while \(expression(1)) \(block(depth))"
        case 6: return "fn \(name())(\(name()), \(name())=\(expression(1)), *rest) \(block(depth))"
        case 7: return "try \(block(depth)) catch e \(block(depth))"
        case 8:
            return
                "class A(\(name())) {\n\(name()) = \(expression(1))\nfn \(name())(x) \(block(depth))\nfn +(x) { self }\nfn str() { \(expression(1)) }\n}"
        case 9:
            return
                "model m(\(name())=2) {\nlinear \(expression(1))\nrelu\n\(choices.of(["linear 2", "dropout 0.5", "flatten", "batch_norm", "embedding 3 4"]))\n}"
        case 10: return "sweep \(name()) in \(expression(1)) \(block(depth))"
        case 11: return choices.of(["return ", "break", "continue"]) + (choices.once(in: 2) ? expression(1) : "")
        case 12: return "assert \(expression(depth)), \(expression(1))"
        case 13: return "*\(name()), \(target()) = \(expression(depth))"
        case 14: return "\(target()), \(target()) = \(expression(depth)), \(expression(1))"
        case 15:
            return
                "print \"{\(expression(1))} {\(expression(1)):\(choices.of([".3f", "d", ">10", "e", "999", "^99999999999", ","]))}\""
        case 16: return "param \(name()) = \(expression(1))"
        case 17: return "step \(name()) \(expression(1))"
        case 18: return "\(choices.of(["del", "plot", "show", "print", "table", "help", "?"])) \(expression(1))"
        case 19: return "fn \(name())(x) { if x { \(name())(x - 1) } else \(block(depth)) }"
        case 20: return "def \(name())(\(name())):\n    return \(expression(depth))"
        default: return "\(name()) = \(expression(depth))"
        }
    }

    private mutating func target() -> String {
        switch choices.below(6) {
        case 0: "\(name())[\(expression(1))]"
        case 1: "\(name()).\(choices.of(["k", "j", "shape", "new"]))"
        case 2: "(\(name()), \(name()))"
        case 3: "\(name())[\(slice())]"
        default: name()
        }
    }

    // MARK: - Expressions

    private mutating func slice() -> String {
        choices.of([
            "::2", "1:", ":-1", "::-1", "..., 0", ":, 1", "9e18:", "-9e18:9e18", "none", "0, 0", "[0, 1]", "::0",
        ])
    }

    private mutating func expression(_ depth: Int) -> String {
        guard depth > 0 else { return choices.once(in: 2) ? name() : choices.of(CallMaker.plainValues) }
        let next = depth - 1
        switch choices.below(22) {
        case 0: return choices.of(CallMaker.plainValues)
        case 1: return name()
        case 2, 3: return "(\(expression(next)) \(choices.of(Self.operators)) \(expression(next)))"
        case 4: return "\(name())(\(expression(next)))"
        case 5: return "\(expression(next))[\(expression(next))]"
        case 6: return "\(expression(next))[\(slice())]"
        case 7: return "[\(expression(next)) for \(target()) in \(expression(next)) if \(expression(next))]"
        case 8: return "{k=\(expression(next)), \(name())=\(expression(next)), **\(expression(next))}"
        case 9: return "(\(name()) -> \(expression(next)))"
        case 10: return "fn(\(name()), *r) { \(expression(next)) }"
        case 11: return "(\(expression(next)) if \(expression(next)) else \(expression(next)))"
        case 12: return "-\(expression(next))"
        case 13: return "not \(expression(next))"
        case 14: return "[\(expression(next)), *\(expression(next))]"
        case 15: return "\"{\(expression(next))}\""
        case 16:
            return
                "\(expression(next)).\(choices.of(["k", "shape", "len", "sum", "a", "sort", "upper", "T", "keys", "append"]))"
        case 17:
            return
                "\(expression(next)).\(choices.of(["map", "filter", "sort", "append", "sum", "reshape", "join", "get", "split"]))(\(expression(next)))"
        case 18: return "(\(expression(next)) < \(expression(next)) <= \(expression(next)))"
        case 19: return "\(expression(next)):\(expression(next))"
        default:
            return CallMaker.call(&choices)
        }
    }
}
