import Language
import TensorCore

/// The operators of columns of tables, which take each element, as in pandas; nil where no operand is a column.
enum ColumnOperators {
    static func unary(_ operation: UnaryOperator, _ value: Value) throws -> Value? {
        if operation == .negate, let figures = value.figures {
            return try unary(operation, figures.column(of: .new())).map { try $0.record(of: figures) }
        }
        guard operation != .not, let rows = value.columnRows else { return nil }
        return try Operators.unary(operation, withNaN(value)).asColumn(of: rows)
    }

    static func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value? {
        if let table = a.object(as: TableObject.self) ?? b.object(as: TableObject.self) {
            return try ofColumns(operation, a, b, of: table)
        }
        if a.isRecord || b.isRecord { return try ofFigures(operation, a, b) }
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

    /// Arithmetic of each column of a table: with a number, a figure of its name, or the column of another table.
    private static func ofColumns(
        _ operation: BinaryOperator, _ a: Value, _ b: Value, of table: TableObject
    ) throws -> Value? {
        let rows = RowSet.new()
        func operand(_ value: Value, _ name: String) -> Value? {
            if let other = value.object(as: TableObject.self) {
                guard other.rowCount == table.rowCount else { return nil }
                return other.column(name).map { .column($0, of: rows) }
            }
            return value.isRecord ? value.figures?[name]?.figure : value.isNumber ? value : nil
        }
        var columns: [(name: String, values: [Value])] = []
        for (name, _) in table.columns {
            guard let x = operand(a, name), let y = operand(b, name),
                let result = try binary(operation, x, y)
            else { return nil }
            columns.append((name, try Builtin.allElements(result).map { $0.isMissing ? .none : $0 }))
        }
        return .object(TableObject(columns: columns, rowSet: table.rowSet, labels: table.labels))
    }

    /// Arithmetic of records of figures, as of a Series: by the keys, with `none` where one of two has no such key.
    private static func ofFigures(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value? {
        guard !operation.isOfBits, operation != .matrixProduct else { return nil }
        let rows = RowSet.new()
        switch (a.figures, b.figures) {
        case (let x?, let y?):
            var keys = x.keys
            if Set(keys) != Set(y.keys) {
                keys += y.keys.filter { x[$0] == nil }
                keys = (try? keys.sorted { try Operators.order($0.value, $1.value) < 0 }) ?? keys
            }
            func column(_ figures: Record) -> Value { .column(keys.map { figures[$0]?.figure ?? .none }, of: rows) }
            let union = Record(entries: keys.map { ($0, .none) })
            return try binary(operation, column(x), column(y)).map { try $0.record(of: union) }
        case (let x?, nil):
            guard b.isOneFor(x) else { return nil }
            return try binary(operation, x.column(of: rows), b).map { try $0.record(of: x) }
        case (nil, let y?):
            guard a.isOneFor(y) else { return nil }
            return try binary(operation, a, y.column(of: rows)).map { try $0.record(of: y) }
        default: return nil
        }
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
        if comparison == .isSame || comparison == .isNotSame { return nil }
        if comparison == .isIn || comparison == .isNotIn { return columnIsThere(a, b, comparison == .isIn) }
        if comparison != .equal, comparison != .notEqual, a.isRecord != b.isRecord {
            let rows = RowSet.new()
            var (x, y) = (a, b)
            if let figures = a.figures, b.isOneFor(figures) { x = figures.column(of: rows) }
            if let figures = b.figures, a.isOneFor(figures) { y = figures.column(of: rows) }
            guard !x.isRecord, !y.isRecord else { return nil }
            return try compare(comparison, x, y) ?? Operators.compare(comparison, x, y)
        }
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

extension Record {
    fileprivate func column(of rows: RowSet) -> Value { .column(entries.map(\.value.figure), of: rows) }
}

extension Value {
    /// The record of figures by their names that it is, which stands for a Series of pandas.
    var figures: Record? {
        guard case .record(let record) = self, !record.isEmpty, !record.isNamedTuple,
            record.entries.contains(where: { !$0.value.isNone }),
            record.entries.allSatisfy({ $0.value.isNone || $0.value.isBoolean || $0.value.asNumber != nil })
        else { return nil }
        return record
    }

    /// A figure without a dtype: those of a Series are computed in double precision.
    fileprivate var figure: Value {
        guard case .tensor(let tensor) = self, tensor.dtype != .bool, let number = asNumber else { return self }
        return .number(number)
    }

    /// Whether it is computed with each figure: a number, or as many as there are figures.
    fileprivate func isOneFor(_ figures: Record) -> Bool {
        switch self {
        case .number, .boolean: true
        case .tensor(let tensor): tensor.rank == 0 || tensor.rank == 1 && tensor.count == figures.count
        default: false
        }
    }

    /// A column as a record of figures with the same keys.
    fileprivate func record(of figures: Record) throws -> Value {
        .record(
            Record(
                entries: zip(figures.keys, try Builtin.allElements(self)).map { key, value in
                    (key, value.isMissing ? .none : value)
                }))
    }

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
