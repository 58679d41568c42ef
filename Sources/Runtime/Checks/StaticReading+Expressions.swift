import Language
import TensorCore

extension StaticReading {
    mutating func value(of expression: Expression) -> StaticValue {
        switch expression.kind {
        case .number(let number): return .number(number)
        case .whole: return .unknown
        case .boolean(let flag): return .truth(flag)
        case .string: return .text
        case .interpolation(let pieces):
            for case .value(let piece, _, _) in pieces { _ = value(of: piece) }
            return .text
        case .name(let name): return known(name)
        case .list(let elements): return list(elements)
        case .record(let fields): return record(fields)
        case .comprehension(let element, let clauses):
            comprehension(expression.span, clauses) { _ = $0.value(of: element) }
            return .list(nil)
        case .recordComprehension(let field, let clauses):
            comprehension(expression.span, clauses) { _ = $0.value(of: field.value) }
            return .record([:])
        case .function(let function):
            read(function)
            return .unknown
        case .unary(let operation, let operand): return combined(operation, value(of: operand))
        case .binary(let operation, let left, let right):
            let (a, b) = (value(of: left), value(of: right))
            return combined(operation, a, b, expression.span)
        case .comparison(let first, let rest): return comparison(first, rest, expression.span)
        case .call(let callee, let arguments, _): return call(callee, arguments, expression.span)
        case .index(let base, let subscripts): return element(of: base, subscripts, expression.span)
        case .member(let base, let name): return field(name.text, of: value(of: base))
        case .and(let left, let right), .or(let left, let right):
            _ = value(of: left)
            scoped(right.span) { _ = $0.value(of: right) }
            return .unknown
        case .conditional(let branches, let otherwise):
            for (index, part) in branches.enumerated() {
                if index == 0 { _ = value(of: part.condition) }
                branch(part.body)
            }
            if let otherwise { branch(otherwise) }
            return .unknown
        case .sweep(let sweep):
            for axis in sweep.axes { _ = value(of: axis.values) }
            scoped(sweep.span) { inner in
                for axis in sweep.axes { inner.names[axis.name.text] = .unknown }
                inner.read(sweep.body.statements)
            }
            return .object(.table)
        case .step(let optimizer, let loss):
            _ = value(of: optimizer)
            _ = value(of: loss)
            return .unknown
        case .none, .spread: return .unknown
        }
    }

    // MARK: Parts

    private mutating func list(_ elements: [Expression]) -> StaticValue {
        var isKnown = true
        var values: [StaticValue] = []
        for element in elements {
            if case .spread(let operand) = element.kind {
                _ = value(of: operand)
                isKnown = false
            } else {
                values.append(value(of: element))
            }
        }
        return .list(isKnown ? values : nil)
    }

    private mutating func record(_ fields: [RecordField]) -> StaticValue {
        var values: [String: StaticValue] = [:]
        for field in fields {
            let found = value(of: field.value)
            if case .string(let name)? = field.key?.kind { values[name] = found }
        }
        return .record(values)
    }

    private mutating func comprehension(
        _ span: Span, _ clauses: [ComprehensionClause], _ body: (inout StaticReading) -> Void
    ) {
        scoped(span) { inner in
            for clause in clauses {
                switch clause {
                case .loop(let target, let sequence):
                    _ = inner.value(of: sequence)
                    var assigned = AssignedNames()
                    assigned.visit(target)
                    for name in assigned.names { inner.names[name] = .unknown }
                case .filter(let condition): _ = inner.value(of: condition)
                }
            }
            body(&inner)
        }
    }

    private mutating func field(_ name: String, of base: StaticValue) -> StaticValue {
        switch base {
        case .record(let fields): return fields[name] ?? .unknown
        case .tensor(let shape):
            switch name {
            case "shape": return .list(shape?.map { .number(Double($0)) })
            case "ndim": return .number(shape.map { Double($0.count) })
            case "dtype": return .text
            case "T": return .tensor(shape.map { $0.reversed() })
            case "data": return base
            default: return .unknown
            }
        default: return .unknown
        }
    }

    private mutating func element(
        of base: Expression, _ parts: [SubscriptSyntax], _ span: Span
    ) -> StaticValue {
        let whole = value(of: base)
        let places = subscripts(parts)
        switch whole {
        case .list(let elements?):
            guard parts.count == 1, case .index(let expression) = parts[0], let index = value(of: expression).whole
            else { return .unknown }
            let place = index < 0 ? index + elements.count : index
            return elements.indices.contains(place) ? elements[place] : .unknown
        case .tensor:
            guard let tensor = whole.value, let places else { return .tensor(nil) }
            do { return StaticValue(try tensor.element(places)) } catch {
                reportShape(error, span)
                return .unknown
            }
        default: return .unknown
        }
    }

    /// The places that subscripts name; nil where they are not written out.
    mutating func subscripts(_ parts: [SubscriptSyntax]) -> [Subscript]? {
        var places: [Subscript?] = []
        for part in parts {
            switch part {
            case .ellipsis: places.append(.ellipsis)
            case .index(let expression):
                if case .none = expression.kind {
                    places.append(.value(.none))
                } else {
                    places.append(value(of: expression).whole.map { .value(.number(Double($0))) })
                }
            case .slice(let start, let stop, let step, _):
                // Each is none where it is left out, and nil where it is not known.
                let ends = [start, stop, step].map { $0.map { value(of: $0).whole } }
                guard !ends.contains(.some(.none)) else {
                    places.append(nil)
                    continue
                }
                let numbers = ends.map { $0 ?? nil }
                let isStep = numbers[2] != 0
                places.append(isStep ? .slice(start: numbers[0], stop: numbers[1], step: numbers[2] ?? 1) : nil)
            }
        }
        let known = places.compactMap { $0 }
        return known.count == places.count ? known : nil
    }

    // MARK: Operators

    private func combined(_ operation: UnaryOperator, _ operand: StaticValue) -> StaticValue {
        switch (operation, operand) {
        case (.not, _): .number(nil)
        case (.negate, .number(let number)): .number(number.map { -$0 })
        case (.plus, .number), (_, .tensor): operand
        default: .unknown
        }
    }

    mutating func combined(
        _ operation: BinaryOperator, _ a: StaticValue, _ b: StaticValue, _ span: Span
    ) -> StaticValue {
        switch (a, b) {
        case (.number(let x), .number(let y)):
            guard let x, let y else { return .number(nil) }
            switch operation {
            case .add: return .number(x + y)
            case .subtract: return .number(x - y)
            case .multiply: return .number(x * y)
            case .divide: return .number(y == 0 ? nil : x / y)
            case .floorDivide: return .number(y == 0 ? nil : (x / y).rounded(.down))
            default: return .number(nil)
            }
        case (.text, .text) where operation == .add: return .text
        case (.list, .list) where operation == .add: return .list(nil)
        case (.tensor, .tensor), (.tensor, .number), (.number, .tensor):
            guard !operation.isOfBits else { return .tensor(nil) }
            guard let x = a.shape, let y = b.shape else {
                guard operation != .matrixProduct else { return .tensor(nil) }
                if case .number = a { return b }
                if case .number = b { return a }
                return .tensor(nil)
            }
            do {
                return .tensor(
                    try operation == .matrixProduct
                        ? Tensor.matrixProductShape(x, y) : Tensor.broadcastShape(operation.rawValue, x, y))
            } catch {
                reportShape(error, span)
                return .unknown
            }
        default: return .unknown
        }
    }

    private mutating func comparison(
        _ first: Expression, _ rest: [ComparisonLink], _ span: Span
    ) -> StaticValue {
        let a = value(of: first)
        guard rest.count == 1, let link = rest.first else {
            for link in rest { _ = value(of: link.operand) }
            return .unknown
        }
        let b = value(of: link.operand)
        guard !link.comparison.isOfWhole else { return .number(nil) }
        switch (a, b) {
        case (.number, .number): return .number(nil)
        case (.tensor, .number): return a
        case (.number, .tensor): return b
        case (.tensor(let x?), .tensor(let y?)):
            do { return .tensor(try Tensor.broadcastShape(link.comparison.rawValue, x, y)) } catch {
                reportShape(error, span)
                return .unknown
            }
        default: return .unknown
        }
    }
}
