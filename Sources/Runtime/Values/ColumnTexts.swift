import TensorCore

/// `t.name.str` of pandas: the texts of a column, whose methods are those of each.
package final class ColumnTexts: RuntimeObject {
    private let values: [Value]
    /// Those of the column; nil for another list.
    private let rows: RowSet?

    init(_ values: [Value], of rows: RowSet?) {
        self.values = values
        self.rows = rows
    }

    package override var kindName: String { "column of texts" }

    package override func field(_ name: String) throws -> Value? {
        .function(
            Function(native: "\(name)(*arguments)", of: .object(self)) { [self] _, arguments, interpreter in
                let method = name == "contains" ? "search" : name
                guard let function = interpreter.builtins.value(method) else {
                    throw Failure(
                        "texts have no method `\(name)`", help: "`[f(v) for v in t.name]` applies a function to each")
                }
                let results = try values.map { value -> Value in
                    guard value.asString != nil else {
                        guard value.isMissing else {
                            throw Failure(
                                "`.str` is for texts, and the column has \(value.shortText)",
                                help: "`[str(v) for v in t.name]` makes texts of all")
                        }
                        return name == "contains" ? .boolean(false) : .none
                    }
                    let result = try interpreter.call(
                        function, Arguments([value] + arguments.positional, named: arguments.named))
                    return name == "contains" ? .boolean(!result.isNone) : result
                }
                // A mask picks rows.
                let truths = results.compactMap { if case .boolean(let flag) = $0 { flag } else { nil } }
                guard truths.count == results.count, !truths.isEmpty else { return column(results) }
                return .tensor(try Tensor(truths, shape: [truths.count]))
            })
    }

    /// `t.name.str[0]`, of each text.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        column(try values.map { $0.isMissing ? .none : try $0.element(subscripts) })
    }

    private func column(_ results: [Value]) -> Value { rows.map { .column(results, of: $0) } ?? .list(results) }
}
