import Language
import TensorCore

/// The operands of an operation that are columns of tables, such as `t.name` and `t["name"]`.
///
/// A column is a list, which `==` compares whole and `+` joins. Whoever writes a column in the operation means each of its
/// elements, as in pandas.
struct ColumnOperands {
    private let left: Node?
    private let right: Node?

    init(_ left: Node, _ right: Node) {
        self.left = left.columnBase == nil ? nil : left
        self.right = right.columnBase == nil ? nil : right
    }

    /// `t.name == "a"`, or with a column of the same table: a mask with an element for each row; nil where neither side is a
    /// column. Columns of different tables have no rows in common, and are compared whole.
    func mask(_ comparison: ComparisonOperator, _ a: Value, _ b: Value, _ frame: Frame) throws -> Value? {
        guard comparison == .equal || comparison == .notEqual else { return nil }
        if let first = try left?.column(a, frame), let second = try right?.column(b, frame),
            let table = try left?.table(frame), table === (try right?.table(frame))
        {
            return try ColumnOperands.mask(
                zip(first, second).map { try Operators.equal($0, $1) == (comparison == .equal) })
        }
        if let elements = try left?.column(a, frame), b.isCompared {
            return try ColumnOperands.mask(elements.map { try Operators.equal($0, b) == (comparison == .equal) })
        }
        if let elements = try right?.column(b, frame), a.isCompared {
            return try ColumnOperands.mask(elements.map { try Operators.equal(a, $0) == (comparison == .equal) })
        }
        return nil
    }

    /// `t.a + t.b`: the sum of each row, as a list; nil where not both are columns.
    func sum(_ a: Value, _ b: Value, _ frame: Frame) throws -> Value? {
        guard let first = try left?.column(a, frame), let second = try right?.column(b, frame),
            first.count == second.count
        else { return nil }
        return .list(
            try zip(first, second).map { x, y in
                x.isMissing || y.isMissing ? .none : try Operators.binary(.add, x, y)
            })
    }

    private static func mask(_ answers: [Bool]) throws -> Value {
        .tensor(try Tensor(answers, shape: [answers.count]))
    }
}

extension Node {
    /// What may be a table where the node is a column of it. It is read a second time, and so has to be a name.
    fileprivate var columnBase: Node? {
        let base = (self as? MemberNode)?.base ?? (self as? IndexNode)?.base
        return base?.isName == true ? base : nil
    }

    /// Whether it is a name, or a field of one: reading it again changes nothing.
    private var isName: Bool {
        self is CellNode || self is SlotNode || self is OuterSlotNode || (self as? MemberNode)?.base.isName == true
    }

    /// The table that it is a column of.
    fileprivate func table(_ frame: Frame) throws -> TableObject? {
        try columnBase?.evaluate(frame).object(as: TableObject.self)
    }

    /// The elements of the value where it is a column of a table.
    fileprivate func column(_ value: Value, _ frame: Frame) throws -> [Value]? {
        guard case .list(let elements) = value, let table = try table(frame) else { return nil }
        if let member = self as? MemberNode, table.column(member.name.text) == nil { return nil }
        return elements
    }
}

extension Value {
    /// Whether it is one value, such as the elements of columns are.
    fileprivate var isCompared: Bool {
        switch self {
        case .string, .number, .boolean, .none: true
        default: false
        }
    }
}
