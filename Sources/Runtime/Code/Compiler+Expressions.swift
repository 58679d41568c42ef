import Language

extension Compiler {
    func compile(_ expression: Expression) throws -> Node {
        let place = location(expression.span)
        switch expression.kind {
        case .none: return Node(place)
        case .boolean(let flag): return ConstantNode(.boolean(flag), place)
        case .number(let number): return ConstantNode(.number(number), place)
        case .whole(let whole): return ConstantNode(try .exact(whole), place)
        case .string(let text): return string(text, place)
        case .interpolation(let pieces): return InterpolationNode(try pieces.map(compile), place)
        case .name(let name): return resolved(Identifier(name, expression.span))
        case .list(let elements): return try list(elements, place)
        case .spread: throw Failure("`*` stands among several values").located(place)
        case .record(let fields): return try RecordNode(fields.map { ($0.key, try compile($0.value)) }, self, place)
        case .comprehension(let element, let clauses): return try comprehension(nil, element, clauses, place)
        case .recordComprehension(let field, let clauses):
            return try comprehension(field.key, field.value, clauses, place)
        case .function(let function): return try compile(function)
        case .unary(let operation, let operand): return try unary(operation, operand, place)
        case .binary(let operation, let left, let right):
            let (leftNode, rightNode) = (try compile(left), try compile(right))
            if case .multiply = operation,
                let repetition = RepetitionNode((left, leftNode), (right, rightNode), place)
            {
                return repetition
            }
            return BinaryNode(operation, leftNode, rightNode, place)
        case .and(let left, let right): return LogicNode(isAnd: true, try compile(left), try compile(right), place)
        case .or(let left, let right): return LogicNode(isAnd: false, try compile(left), try compile(right), place)
        case .comparison(let first, let rest):
            if rest.count == 1 {
                return PairComparisonNode(
                    rest[0].comparison, try compile(first), try compile(rest[0].operand), place)
            }
            return ComparisonNode(
                try compile(first), try rest.map { ($0.comparison, try compile($0.operand)) }, place)
        case .call(let callee, let arguments, _): return try call(callee, arguments, place)
        case .index(let base, let subscripts):
            return IndexNode(try compile(base), try subscripts.map { try compile($0) }, place)
        case .member(let base, let name): return MemberNode(try compile(base), name, place)
        case .conditional(let branches, let otherwise):
            var inner = self
            inner.isInModel = false
            return try inner.conditional(branches, otherwise, expression, givesResult: true)
        case .sweep(let sweep): return try compile(sweep)
        case .step(let optimizer, let loss):
            var assigned = AssignedNames()
            assigned.visit(loss)
            let names = try assigned.names.sorted().map { name in
                let name = Identifier(name, loss.span)
                return (resolved(name), try compile(Target.name(name)))
            }
            return StepNode(try compile(optimizer), try compile(loss), names: names, place)
        }
    }

    /// In single quotes a `\n` is two characters, which users of Python do not expect.
    private func string(_ text: String, _ place: Diagnostic.Location) -> Node {
        guard source.bytes[place.span.start] == UInt8(ascii: "'"), let escape = EscapeNoteNode.escape(in: text) else {
            return ConstantNode(.string(text), place)
        }
        return EscapeNoteNode(text, escape, place)
    }

    private func list(_ elements: [Expression], _ place: Diagnostic.Location) throws -> Node {
        var spreads: Set<Int> = []
        let nodes = try elements.enumerated().map { index, element in
            guard case .spread(let inner) = element.kind else { return try compile(element) }
            spreads.insert(index)
            return try compile(inner)
        }
        return spreads.isEmpty ? ListNode(nodes, place) : SpreadListNode(nodes, spreads: spreads, place)
    }

    func conditional(
        _ branches: [ConditionalBranch], _ otherwise: Block?, _ expression: Expression, givesResult: Bool
    ) throws -> ConditionalNode {
        ConditionalNode(
            branches: try branches.map {
                (try compile($0.condition), try compile($0.body, givesResult: givesResult))
            },
            otherwise: try otherwise.map { try compile($0, givesResult: givesResult) } ?? StatementNode(),
            location(expression.span))
    }

    private func compile(_ piece: StringPiece) throws -> InterpolationNode.Piece {
        switch piece {
        case .text(let text): return .text(text)
        case .value(let expression, let format, let span):
            do {
                return .value(try compile(expression), format: try format.map { try FormatSpecification($0) })
            } catch let failure as Failure {
                throw failure.located(location(span))
            }
        }
    }

    private func unary(
        _ operation: UnaryOperator, _ operand: Expression, _ place: Diagnostic.Location
    ) throws -> Node {
        if case .negate = operation, case .number(let number) = operand.kind {
            return ConstantNode(.number(-number), place)
        }
        return UnaryNode(operation, try compile(operand), place)
    }

    /// - Parameter key: Of the fields of a record; nil for a list.
    private func comprehension(
        _ key: Expression?, _ element: Expression, _ clauses: [ComprehensionClause], _ place: Diagnostic.Location
    ) throws -> Node {
        guard case .loop(let firstTarget, let firstSequence) = clauses.first else { return Node(place) }
        var assigned = AssignedNames()
        for clause in clauses {
            switch clause {
            case .loop(let target, let sequence):
                assigned.visit(target)
                assigned.visit(sequence)
            case .filter(let condition): assigned.visit(condition)
            }
        }
        if let key { assigned.visit(key) }
        assigned.visit(element)
        var inner = self
        inner.scope = Scope(parent: scope, parameters: [], assigned: assigned)
        inner.isInModel = false
        return ComprehensionNode(
            key: try key.map(inner.compile), element: try inner.compile(element),
            firstSequence: try compile(firstSequence),
            firstTarget: try inner.compile(firstTarget),
            clauses: try clauses.dropFirst().map { clause in
                switch clause {
                case .loop(let target, let sequence):
                    .loop(target: try inner.compile(target), sequence: try inner.compile(sequence))
                case .filter(let condition): .filter(try inner.compile(condition))
                }
            },
            slotCount: inner.scope?.slotCount ?? 0, place)
    }

    private func call(
        _ callee: Expression, _ arguments: [Argument], _ place: Diagnostic.Location
    ) throws -> Node {
        let values = try argumentNodes(arguments)
        guard case .member(let receiver, let name) = callee.kind else {
            if let uses, case .name(let name) = callee.kind, scope?.meaning(of: name) == nil {
                uses.calls.append(.init(Identifier(name, callee.span), arguments, isMember: false, place.span))
            }
            return CallNode(try compile(callee), values, place)
        }
        uses?.calls.append(.init(name, arguments, isMember: true, place.span))
        if let node = try baseCall(receiver, name, values, place) { return node }
        return MethodCallNode(
            receiver: try compile(receiver), name: name, function: resolved(name, isRead: false),
            builtin: builtins.value(name.text),
            inPlace: FamiliarNames.functionInPlace(name.text, builtins)?.changingTensor(), values, place)
    }

    func argumentNodes(_ arguments: [Argument]) throws -> ArgumentNodes {
        var positional: [Node] = []
        var named: [(name: String, value: Node)] = []
        var spreads: Set<Int> = []
        var fields: [(before: Int, value: Node)] = []
        for argument in arguments {
            let node = try compile(argument.value)
            if argument.expansion == .fields {
                fields.append((before: named.count, node))
            } else if let label = argument.label {
                if named.contains(where: { $0.name == label.text }) {
                    throw Failure("`\(label.text)` is given twice").located(location(label.span))
                }
                named.append((label.text, node))
            } else {
                if argument.expansion == .elements { spreads.insert(positional.count) }
                positional.append(node)
            }
        }
        return ArgumentNodes(positional: positional, named: named, spreads: spreads, fields: fields)
    }

    func compile(_ subscript: SubscriptSyntax) throws -> SubscriptNode {
        switch `subscript` {
        case .index(let expression): .index(try compile(expression))
        case .slice(let start, let stop, let step, _):
            .slice(start: try start.map(compile), stop: try stop.map(compile), step: try step.map(compile))
        case .ellipsis: .ellipsis
        }
    }
}
