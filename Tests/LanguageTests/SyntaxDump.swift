import Language

/// Syntax trees as short texts, to compare with.
enum SyntaxDump {
    static func text(_ block: Block) -> String {
        block.statements.map(text).joined(separator: "\n")
    }

    static func text(_ statement: Statement) -> String {
        text(statement.kind) + (statement.isSilenced ? ";" : "")
    }

    private static func braces(_ block: Block) -> String {
        "{" + block.statements.map(text).joined(separator: " | ") + "}"
    }

    private static func text(_ kind: Statement.Kind) -> String {
        switch kind {
        case .expression(let value): text(value)
        case .assign(let target, let value): "(= \(text(target)) \(text(value)))"
        case .augmentedAssign(let target, let symbol, let value): "(\(symbol.rawValue)= \(text(target)) \(text(value)))"
        case .function(let function): "(define \(text(function)))"
        case .model(let function): "(model \(text(function)))"
        case .class(let syntax): text(syntax)
        case .for(let target, let sequence, let body): "(for \(text(target)) \(text(sequence)) \(braces(body)))"
        case .while(let condition, let body): "(while \(text(condition)) \(braces(body)))"
        case .break: "(break)"
        case .continue: "(continue)"
        case .return(let value): value.map { "(return \(text($0)))" } ?? "(return)"
        case .try(let body, let name, let handler, let cleanup):
            "(try \(braces(body))\(handler.map { " \(name?.text ?? "-") \(braces($0))" } ?? "")"
                + "\(cleanup.map { " finally \(braces($0))" } ?? ""))"
        case .with(let context, let name, let body):
            "(with \(text(context))\(name.map { " " + $0.text } ?? "") \(braces(body)))"
        case .assert(let condition, let message): "(assert \(text(condition))\(message.map { " " + text($0) } ?? ""))"
        case .param(let name, let value): "(param \(name.text) \(text(value)))"
        case .import(let path, let alias, _): "(import \(text(path))\(alias.map { " " + $0.text } ?? ""))"
        case .delete(let names): "(del \(names.map(\.text).joined(separator: " ")))"
        case .help(let topic): "(help \(topic))"
        }
    }

    static func text(_ target: Target) -> String {
        switch target {
        case .name(let name): name.text
        case .index(let base, let subscripts, _): "(index \(text(base))\(subscripts.map { " " + text($0) }.joined()))"
        case .member(let base, let name, _): "(. \(text(base)) \(name.text))"
        case .tuple(let targets, _): "(" + targets.map(text).joined(separator: ", ") + ")"
        case .rest(let target): "*" + text(target)
        case .each(let targets): targets.map(text).joined(separator: " = ")
        }
    }

    private static func text(_ syntax: ClassSyntax) -> String {
        let base = syntax.base.map { ": \(text($0)) " } ?? ""
        let fields = syntax.selfFields.map { " self.\($0)" }.joined()
        return "(class \(syntax.name.text) (\(text(syntax.parameters))) \(base)\(braces(syntax.body))\(fields))"
    }

    private static func text(_ parameters: [ParameterSyntax]) -> String {
        parameters.map { parameter in
            (parameter.gathers?.rawValue ?? "") + parameter.name.text
                + (parameter.defaultValue.map { "=" + text($0) } ?? "")
        }.joined(separator: " ")
    }

    private static func text(_ function: FunctionSyntax) -> String {
        let body =
            switch function.body {
            case .expression(let value): text(value)
            case .block(let block): braces(block)
            }
        return (function.name.map { $0.text + " " } ?? "") + "(\(text(function.parameters))) " + body
    }

    static func text(_ expression: Expression) -> String {
        switch expression.kind {
        case .none: return "none"
        case .boolean(let value): return "\(value)"
        case .number(let value): return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .whole(let value): return "\(value)"
        case .string(let value): return quoted(value)
        case .interpolation(let pieces): return "(text \(pieces.map(text).joined(separator: " ")))"
        case .name(let name): return name
        case .list(let elements): return "[" + elements.map(text).joined(separator: " ") + "]"
        case .record(let fields):
            return "{" + fields.map(text).joined(separator: " ") + "}"
        case .recordComprehension(let field, let clauses):
            return "{\(text(field))\(clauses.map { " " + text($0) }.joined())}"
        case .spread(let elements): return "*" + text(elements)
        case .comprehension(let element, let clauses):
            return "[\(text(element))\(clauses.map { " " + text($0) }.joined())]"
        case .function(let function): return "(fn \(text(function)))"
        case .unary(let symbol, let operand): return "(\(symbol.rawValue) \(text(operand)))"
        case .binary(let symbol, let left, let right): return "(\(symbol.rawValue) \(text(left)) \(text(right)))"
        case .and(let left, let right): return "(and \(text(left)) \(text(right)))"
        case .or(let left, let right): return "(or \(text(left)) \(text(right)))"
        case .comparison(let first, let rest):
            return "(\(text(first))\(rest.map { " \($0.comparison.rawValue) \(text($0.operand))" }.joined()))"
        case .call(let callee, let arguments, let isCommand):
            return "(\(isCommand ? "command" : "call") \(text(callee))\(arguments.map { " " + text($0) }.joined()))"
        case .index(let base, let subscripts):
            return "(index \(text(base))\(subscripts.map { " " + text($0) }.joined()))"
        case .member(let base, let name): return "(. \(text(base)) \(name.text))"
        case .conditional(let branches, let otherwise):
            let parts = branches.map { "\(text($0.condition)) \(braces($0.body))" }
            return "(if \(parts.joined(separator: " "))\(otherwise.map { " else \(braces($0))" } ?? ""))"
        case .sweep(let sweep):
            let axes = sweep.axes.map { "\($0.name.text) in \(text($0.values)) " }.joined()
            return "(sweep \(axes)\(sweep.options.map { text($0) + " " }.joined())\(braces(sweep.body)))"
        case .step(let optimizer, let loss): return "(step \(text(optimizer)) \(text(loss)))"
        }
    }

    private static func text(_ clause: ComprehensionClause) -> String {
        switch clause {
        case .loop(let target, let sequence): "for \(text(target)) \(text(sequence))"
        case .filter(let condition): "if \(text(condition))"
        }
    }

    private static func text(_ piece: StringPiece) -> String {
        switch piece {
        case .text(let text): quoted(text)
        case .value(let value, let format, _): text(value) + (format.map { ":" + $0 } ?? "")
        }
    }

    private static func text(_ field: RecordField) -> String {
        switch field.key?.kind {
        case nil: "**" + text(field.value)
        case .string(let name) where !name.isEmpty && name.allSatisfy({ $0.isLetter || $0 == "_" }):
            "\(name)=\(text(field.value))"
        default: "[\(field.key.map(text) ?? "")]=\(text(field.value))"
        }
    }

    private static func text(_ argument: Argument) -> String {
        (argument.expansion?.rawValue ?? "") + (argument.label.map { $0.text + "=" } ?? "") + text(argument.value)
    }

    private static func text(_ index: SubscriptSyntax) -> String {
        switch index {
        case .index(let value): text(value)
        case .slice(let start, let stop, let step, _):
            "\(start.map(text) ?? ""):\(stop.map(text) ?? "")" + (step.map { ":" + text($0) } ?? "")
        case .ellipsis: "..."
        }
    }

    private static func quoted(_ text: String) -> String {
        let escapes: [Character: String] = ["\n": "\\n", "\t": "\\t", "\r": "\\r", "\"": "\\\"", "\\": "\\\\"]
        return "\"" + text.map { escapes[$0] ?? String($0) }.joined() + "\""
    }
}

/// Parses a text and gives its tree, or its errors each on a line behind `error:`.
func parsed(_ text: String) -> String {
    let result = Parser.parse(SourceText(name: "test.dls", text: text))
    if result.diagnostics.isEmpty { return SyntaxDump.text(result.block) }
    return result.diagnostics.map { "error: " + $0.message }.joined(separator: "\n")
}
