import TensorCore

/// What the functions of tables and columns that are written in dls ask for, because a loop in dls would be slow.
extension NativeFunction {
    static let ofTables: [NativeFunction] = [
        NativeFunction("window_figures(values, size, least, how, ahead)") { values, _ in
            let numbers = try Builtin.allElements(values[0]).map { value -> Double in
                if case .boolean(let flag) = value { return flag ? 1 : 0 }
                guard let number = value.asNumber else {
                    guard value.isNone else {
                        throw Failure("windows are of numbers, and the column has \(value.shortText)")
                    }
                    return .nan
                }
                return number
            }
            return .list(
                try windowFigures(
                    of: numbers, size: values[1].asInteger ?? 1, least: values[2].asInteger ?? 1,
                    how: values[3].asString ?? "", ahead: values[4].asInteger ?? 0
                ).map { $0.map { .number($0) } ?? .none })
        },
        // The keys of each group with the places of its rows.
        NativeFunction("group_places(table, names, keeps)") { values, _ in
            guard let table = values[0].object(as: TableObject.self) else { return .list([]) }
            let names = (try values[1].elements ?? []).compactMap(\.asString)
            for name in names where table.column(name) == nil { throw table.unknownColumn(name) }
            let groups = try table.groups(by: names).compactMap { rows -> Value? in
                let keys = names.map { table.column($0)?[rows[0]] ?? .none }
                if case .boolean(false) = values[2], keys.contains(where: \.isMissing) { return nil }
                return .list([.list(keys), .list(rows.map { .integer($0) })])
            }
            return .list(groups)
        },
        NativeFunction("column_ranks(values, method, ascending)") { values, _ in
            .list(
                try ranks(
                    of: Builtin.allElements(values[0]), method: values[1].asString ?? "",
                    isAscending: { if case .boolean(false) = values[2] { false } else { true } }()))
        },
        NativeFunction("are_among(values, options)") { values, _ in
            // None and nan are the same gap in pandas.
            func key(_ value: Value) -> ValueKey { ValueKey(value.isMissing ? .none : value.groupedValue) }
            let options = Set(try Builtin.allElements(values[1]).map(key))
            let flags = try Builtin.allElements(values[0]).map { options.contains(key($0)) }
            return .tensor(try Tensor(flags, shape: [flags.count]))
        },
        // `np.mean` for "mean"; what the user wrote stays a function, and so does `np.std`, which divides by another number.
        NativeFunction("figure_word(how)") { values, _ in
            guard case .function(let function) = values[0] else { return values[0] }
            if case .user = function.body { return values[0] }
            let name = function.name.hasPrefix("nan") ? String(function.name.dropFirst(3)) : function.name
            let word = ["amax": "max", "amin": "min"][name] ?? name
            return ["mean", "sum", "min", "max", "median"].contains(word) ? .string(word) : values[0]
        },
        NativeFunction("name_of_figure(how)") { values, _ in
            guard case .function(let function) = values[0] else { return values[0] }
            return .string(function.name.isEmpty ? "function" : function.name)
        },
    ]

    /// The rank of each value, from 1; none for what is missing.
    private static func ranks(of values: [Value], method: String, isAscending: Bool) throws -> [Value] {
        let places = values.indices.filter { !values[$0].isMissing }
        let order = try Builtin.order(places.map { values[$0] }, descending: !isAscending).map { places[$0] }
        var ranks = [Value](repeating: .none, count: values.count)
        var (start, level) = (0, 0)
        while start < order.count {
            var stop = start + 1
            while stop < order.count, try Operators.equal(values[order[stop]], values[order[start]]) { stop += 1 }
            level += 1
            for place in start..<stop {
                switch method {
                case "first": ranks[order[place]] = .integer(place + 1)
                case "min": ranks[order[place]] = .integer(start + 1)
                case "max": ranks[order[place]] = .integer(stop)
                case "dense": ranks[order[place]] = .integer(level)
                default: ranks[order[place]] = .number(Double(start + 1 + stop) / 2)
                }
            }
            start = stop
        }
        return ranks
    }

    /// A figure of each window of `size` values that ends at its place, or `ahead` places behind it.
    ///
    /// - Complexity: O(n), whatever the size is; the median O(n log size) with a shift of the window for each.
    private static func windowFigures(
        of numbers: [Double], size: Int, least: Int, how: String, ahead: Int
    ) throws -> [Double?] {
        // What is longer than the column has all of it.
        let (size, ahead) = (min(size, 2 * numbers.count + 2), min(ahead, numbers.count))
        if how == "median" { return try windowMedians(of: numbers, size: size, least: least, ahead: ahead) }
        // Two stacks make a queue that adds and never subtracts: no digit of a small number is lost to a large one
        // that was in the window before.
        var front: [WindowFigures] = []
        var backStart = 0
        var back = WindowFigures()
        var start = 0
        return try numbers.indices.map { place in
            if place & 0xFFFF == 0 { try Operators.checkInterrupt() }
            for next in (place == 0 ? 0 : place + ahead)..<max(place + ahead + 1, 0) where next < numbers.count {
                back = back.joined(WindowFigures(numbers[next]))
            }
            while start + size <= place + ahead {
                if front.isEmpty {
                    let end = min(place + ahead + 1, numbers.count)
                    var sum = WindowFigures()
                    for index in stride(from: end - 1, through: backStart, by: -1) {
                        sum = WindowFigures(numbers[index]).joined(sum)
                        front.append(sum)
                    }
                    backStart = end
                    back = WindowFigures()
                }
                front.removeLast()
                start += 1
            }
            return (front.last ?? WindowFigures()).joined(back).figure(how, least: least)
        }
    }

    private static func windowMedians(of numbers: [Double], size: Int, least: Int, ahead: Int) throws -> [Double?] {
        var sorted: [Double] = []
        func place(of number: Double) -> Int {
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < number { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return try numbers.indices.map { index in
            if index & 0xFFF == 0 { try Operators.checkInterrupt() }
            for next in (index == 0 ? 0 : index + ahead)..<(index + ahead + 1) where next < numbers.count {
                if numbers[next].isFinite { sorted.insert(numbers[next], at: place(of: numbers[next])) }
            }
            let gone = index + ahead - size
            if gone >= 0, numbers[gone].isFinite { sorted.remove(at: place(of: numbers[gone])) }
            guard !sorted.isEmpty, sorted.count >= least else { return nil }
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
    }
}

/// The figures of some numbers, from which those of more numbers follow.
///
/// Source: Chan, Golub and LeVeque 1983, doi:10.1080/00031305.1983.10483115.
private struct WindowFigures {
    var count = 0.0
    var sum = 0.0
    /// The sum of the squares of the differences from the mean.
    var squares = 0.0
    var (least, greatest) = (Double.infinity, -Double.infinity)

    init() {}

    /// Of one number; nan is missing, and so is what is infinite, as in pandas.
    init(_ number: Double) {
        guard number.isFinite else { return }
        (count, sum, least, greatest) = (1, number, number, number)
    }

    func joined(_ other: WindowFigures) -> WindowFigures {
        if count == 0 { return other }
        if other.count == 0 { return self }
        var joined = WindowFigures()
        joined.count = count + other.count
        joined.sum = sum + other.sum
        let apart = other.sum / other.count - sum / count
        joined.squares = squares + other.squares + apart * apart * count * other.count / joined.count
        joined.least = min(least, other.least)
        joined.greatest = max(greatest, other.greatest)
        return joined
    }

    /// Nil where too few numbers are there.
    func figure(_ how: String, least needed: Int) -> Double? {
        guard Int(count) >= needed else { return nil }
        switch how {
        case "count": return count
        case "sum": return sum
        default: break
        }
        guard count > 0 else { return nil }
        // Equal numbers differ by nothing, whatever the digits of their mean.
        let squares = least == greatest ? 0 : squares
        switch how {
        case "min": return least
        case "max": return greatest
        case "mean": return sum / count
        case "var": return count > 1 ? squares / (count - 1) : nil
        default: return count > 1 ? (squares / (count - 1)).squareRoot() : nil
        }
    }
}
