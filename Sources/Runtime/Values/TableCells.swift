/// `t.iloc` and `t.loc`: the rows and columns of a table as pandas picks them.
package final class TableCells: RuntimeObject {
    private let table: TableObject
    /// `t.loc["lr"]` by names, else `t.iloc` by positions.
    private let isByName: Bool

    init(_ table: TableObject, isByName: Bool) {
        self.table = table
        self.isByName = isByName
    }

    package override var kindName: String { isByName ? "loc of a table" : "iloc of a table" }

    /// - Parameter subscripts: Rows, or rows and columns: `[0]`, `[:5, 1:]`, `[t.x > 0, "x"]`.
    package override func element(_ subscripts: [Subscript]) throws -> Value {
        guard subscripts.count == 2 else {
            if isByName, subscripts.count == 1, case .slice(_, let stop?, _) = subscripts[0] {
                throw Failure(
                    "`loc` includes the end of a slice, unlike other slices",
                    help: "write `t[:\(stop + 1)]` for the rows up to \(stop)")
            }
            return try table.element(subscripts)
        }
        let rows = try subscripts[0].isAll ? .object(table) : element([subscripts[0]])
        let (names, isOne) = try columns(subscripts[1])
        if case .record(let row) = rows {
            return isOne ? row[names[0]] ?? .none : .record(Record(names.map { ($0, row[$0] ?? .none) }))
        }
        guard let picked = rows.object(as: TableObject.self) else { return rows }
        let result = try picked.selecting(names)
        return isOne ? .list(result.columns[0].values) : .object(result)
    }

    /// The names of columns, and whether one is meant by itself.
    private func columns(_ part: Subscript) throws -> ([String], Bool) {
        let all = table.columns.map(\.name)
        if part.isAll { return (all, false) }
        if isByName {
            guard case .value(let value) = part, let names = value.asString.map({ [$0] }) ?? value.strings else {
                throw Failure("`loc` takes columns by their names", help: "`t.iloc[:, 1:]` takes them by position")
            }
            for name in names where !all.contains(name) { throw table.unknownColumn(name) }
            return (names, value.asString != nil)
        }
        let picked = try Value.strings(all).element([part])
        if let name = picked.asString { return ([name], true) }
        return (picked.strings ?? [], false)
    }

    static let cannotBeSet = Failure(
        "the cells of a table are set by column",
        help: "`t.age[3] = 30` sets one; `t.age = [0 if r.age < 0 else r.age for r in t]` those that a condition picks")

    package override func setElement(_ subscripts: [Subscript], to value: Value) throws -> Bool {
        throw TableCells.cannotBeSet
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        isByName ? "rows and columns by name: `t.loc[0, \"x\"]`" : "rows and columns by position: `t.iloc[:, 0]`"
    }
}

extension Subscript {
    /// `:`
    fileprivate var isAll: Bool {
        if case .slice(nil, nil, 1) = self { return true }
        return false
    }
}

extension Value {
    /// The elements of a list of strings.
    fileprivate var strings: [String]? {
        guard case .list(let elements) = self else { return nil }
        let texts = elements.compactMap(\.asString)
        return texts.count == elements.count ? texts : nil
    }
}
