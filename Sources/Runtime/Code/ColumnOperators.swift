import Language
import TensorCore

/// The operators of columns of tables, which take each element, as in pandas; nil where no operand is a column.
enum ColumnOperators {
    static func unary(_ operation: UnaryOperator, _ value: Value) throws -> Value? {
        guard operation != .not, let rows = value.columnRows else { return nil }
        return try Operators.unary(operation, withNaN(value)).asColumn(of: rows)
    }

    static func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value? {
        let (x, y) = (a.columnRows, b.columnRows)
        guard let rows = x ?? y else { return nil }
        if operation == .add, let sums = try sums(a, isColumn: x != nil, b, isColumn: y != nil) {
            return .column(sums, of: rows)
        }
        // `xs + t.a` joins lists: what it gives is no column of the table.
        if operation == .add, a.isList, b.isList { return nil }
        let first = x == nil ? a : try withNaN(a)
        let second = y == nil ? b : try withNaN(b)
        let result = try Operators.binary(operation, first, second)
        guard result.knownCount == (x == nil ? b : a).knownCount else { return result }
        return result.asColumn(of: rows)
    }

    /// The sum of each row of two columns, and of texts with one text; nil where tensors are added.
    private static func sums(_ a: Value, isColumn isFirst: Bool, _ b: Value, isColumn isSecond: Bool) throws -> [Value]?
    {
        func sum(_ x: Value, _ y: Value) throws -> Value {
            x.isMissing || y.isMissing ? .none : try Operators.binary(.add, x, y)
        }
        switch (a, b) {
        case (.list(let first), .list(let second)) where isFirst && isSecond && first.count == second.count:
            return try zip(first, second).map(sum)
        case (.list(let elements), .string): return try elements.map { try sum($0, b) }
        case (.string, .list(let elements)): return try elements.map { try sum(a, $0) }
        default: return nil
        }
    }

    /// A mask with an element for each row: of a column and one value, or of two columns of the same rows. Columns of
    /// different tables have no rows in common, and are compared whole.
    ///
    /// - Parameter isAskedOfNone: Whether `none` is compared with each element, too. A column in a variable is none or not
    ///   as a whole: `if data == none { ... }`.
    static func compare(
        _ comparison: ComparisonOperator, _ a: Value, _ b: Value, isAskedOfNone: Bool = false
    ) throws -> Value? {
        if comparison == .isIn || comparison == .isNotIn { return columnIsThere(a, b, comparison == .isIn) }
        guard a.isList || b.isList else { return nil }
        let (x, y) = (a.columnRows, b.columnRows)
        guard x != nil || y != nil else { return nil }
        func answer(_ first: Value, _ second: Value) throws -> Bool {
            switch comparison {
            case .equal: try Operators.equal(first, second)
            case .notEqual: try !Operators.equal(first, second)
            default: try !first.isMissing && !second.isMissing && Operators.compare(comparison, first, second).isTrue()
            }
        }
        let areTexts = comparison == .equal || comparison == .notEqual || a.holdsTexts && b.holdsTexts
        switch (a, b) {
        case (.list(let first), .list(let second)) where areTexts && x == y && first.count == second.count:
            return try mask(zip(first, second).map(answer))
        case (.list(let elements), _) where areTexts && (b.isCompared || isAskedOfNone && b.isNone):
            return try mask(elements.map { try answer($0, b) })
        case (_, .list(let elements)) where areTexts && (a.isCompared || isAskedOfNone && a.isNone):
            return try mask(elements.map { try answer(a, $0) })
        default: break
        }
        guard a.isList && x != nil && a.hasNone || b.isList && y != nil && b.hasNone else { return nil }
        return try Operators.compare(comparison, x == nil ? a : withNaN(a), y == nil ? b : withNaN(b))
    }

    /// `"k" in t`: whether the table has such a column.
    private static func columnIsThere(_ name: Value, _ table: Value, _ isAsked: Bool) -> Value? {
        guard case .string(let name) = name, let table = table.object(as: TableObject.self) else { return nil }
        return .boolean((table.column(name) != nil) == isAsked)
    }

    /// The column with nan for what is missing, where it has numbers.
    private static func withNaN(_ value: Value) throws -> Value {
        value.hasNone ? try value.columnArray ?? value : value
    }

    private static func mask(_ answers: [Bool]) throws -> Value {
        .tensor(try Tensor(answers, shape: [answers.count]))
    }
}

extension Value {
    fileprivate var hasNone: Bool {
        if case .list(let elements) = self { elements.contains(where: \.isNone) } else { false }
    }

    /// Whether it is a text, or a list of them.
    fileprivate var holdsTexts: Bool {
        switch self {
        case .string: true
        case .list(let elements): elements.allSatisfy { $0.asString != nil || $0.isMissing }
        default: false
        }
    }

    /// Whether it is one value, such as the elements of columns are.
    fileprivate var isCompared: Bool {
        switch self {
        case .string, .number, .boolean: true
        default: false
        }
    }
}

extension Node {
    /// Whether it is written as a column of a table, `t.name` or `t["name"]`.
    func isColumnOfTable(_ frame: Frame) -> Bool {
        if let member = self as? MemberNode { return member.base.instance(frame) == nil }
        return self is IndexNode
    }
}
