import Language

// `t.query("a > 1 and b < 2")` of pandas: the rows for which an expression of the columns holds.
extension TableObject {
    var query: Function {
        Function(native: "query(text)", of: .object(self)) { table, arguments, interpreter in
            guard let table = table.object(as: TableObject.self), arguments.positional.count == 1,
                arguments.named.isEmpty,
                case .string(let text) = arguments.positional[0]
            else {
                throw Failure(
                    "`query` takes a condition of the columns as a text", help: "such as `t.query(\"age > 30\")`")
            }
            return .object(try table.picking(text, interpreter))
        }
    }

    private func picking(_ text: String, _ interpreter: Interpreter) throws -> TableObject {
        let reading = QueryText(TableObject.condition(text), columns: columns.map(\.name))
        let names = reading.columns
        let variables = try reading.variables.map { ("query_" + $0, try TableObject.variable($0, interpreter)) }
        let parameters = reading.parameters + variables.map(\.0)
        // What is missing in a column of numbers is nan, which no comparison holds for.
        let used = try names.map { name -> [Value] in
            let column = column(name) ?? []
            guard column.contains(where: \.isNone), try Value.list(column).columnArray != nil else { return column }
            return column.map { $0.isNone ? .number(.nan) : $0 }
        }
        // Parts such as `income.mean()` and `name.isin([...])` are of whole columns.
        let whole = names.map { Value.column(column($0) ?? [], of: rowSet.numberedAnew) } + variables.map(\.1)
        let parts = try reading.parts.map { part in
            try interpreter.call(TableObject.function(of: part, parameters, text, interpreter), whole)
        }
        let perRow = try parts.map { part in
            let rows = try part.rows
            return rows?.count == rowCount ? rows : nil
        }
        let function = try TableObject.function(
            of: reading.condition, parameters + parts.indices.map { "query_part_\($0)" }, text, interpreter)
        let rows = try (0..<rowCount).filter { row in
            try Operators.checkInterrupt()
            do {
                let values = used.map { $0[row] } + variables.map(\.1) + zip(parts, perRow).map { $1?[row] ?? $0 }
                return try interpreter.call(function, values).isTrue()
            } catch var failure as Failure where !failure.isInterrupt {
                failure.diagnostic.message = "`query` of row \(row): " + failure.diagnostic.message
                failure.diagnostic.help += [TableObject.queryHelp]
                throw failure
            }
        }
        return picking(rows, by: names)
    }

    /// The function of an expression in the text of a query.
    private static func function(
        of expression: String, _ parameters: [String], _ text: String, _ interpreter: Interpreter
    ) throws -> Value {
        let source = SourceText(
            name: "query", text: "fn query(\(parameters.joined(separator: ", "))) = \(expression)", isHidden: true)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first {
            throw Failure("\(quoted(text)) is not a condition: \(diagnostic.message)", help: queryHelp)
        }
        let module = Namespace(name: "query")
        guard parsed.block.statements.count == 1 else {
            throw Failure("\(quoted(text)) is more than one condition", help: queryHelp)
        }
        _ = try interpreter.run(parsed.block.statements[0], of: source, in: module)
        return module["query"] ?? .none
    }

    /// `@limit` in a query, which is a variable of the file.
    private static func variable(_ name: String, _ interpreter: Interpreter) throws -> Value {
        // In a function, the name may be one of its own, which the text of a query does not see.
        guard interpreter.depth == 0, let value = interpreter.module[name], value.isDefined else {
            throw Failure(
                "`@\(name)` in a query is a variable of the file, outside of functions, and here is none",
                help: "`t[t.x > \(name)]` takes any value, and so does `t.query(f\"x > {\(name)}\")`")
        }
        return value
    }

    private static let queryHelp =
        "a condition names columns, `t.query(\"age > 30 and sex == 'm'\")`; variables are `@limit`, or `t[t.age > limit]`"

    /// `&`, `|` and `~` outside of texts as `and`, `or` and `not`, which is what they are in pandas.
    private static func condition(_ text: String) -> String {
        var result = ""
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
                result.append(character)
                continue
            }
            switch character {
            case "'", "\"":
                quote = character
                result.append(character)
            case "&": result += " and "
            case "|": result += " or "
            case "~": result += " not "
            case "\n", "\r": result += " "
            default: result.append(character)
            }
        }
        return result
    }
}

/// The condition of a query with parameters in place of what is computed before its rows are gone through.
private struct QueryText {
    private(set) var condition = ""
    /// The columns that it names.
    private(set) var columns: [String] = []
    /// By what the expressions name the columns.
    private(set) var parameters: [String] = []
    /// Names behind `@`.
    private(set) var variables: [String] = []
    /// Methods of columns: `income.mean()`, `mean(income)`.
    private(set) var parts: [String] = []

    private let characters: [Character]
    private let known: Set<String>

    private static let figures: Set<String> = [
        "mean", "median", "sum", "min", "max", "std", "var", "count", "len", "quantile", "isna", "notna",
    ]

    init(_ text: String, columns: [String]) {
        characters = Array(text)
        known = Set(columns)
        condition = read(0..<characters.count, takesParts: true)
    }

    private func isPartOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// The text with the names of parameters.
    private mutating func read(_ range: Range<Int>, takesParts: Bool) -> String {
        var result = ""
        var index = range.lowerBound
        while index < range.upperBound {
            let character = characters[index]
            let start = index
            if character == "'" || character == "\"" {
                index = min(endOfText(index), range.upperBound)
                result += String(characters[start..<index])
            } else if character == "`", let end = characters[(index + 1)...].firstIndex(of: "`") {
                result += parameter(String(characters[(index + 1)..<end]))
                index = end + 1
            } else if character == "@" {
                index = endOfName(index + 1)
                let name = String(characters[(start + 1)..<index])
                if !variables.contains(name) { variables.append(name) }
                result += "query_" + name
            } else if isPartOfName(character) {
                index = endOfName(index)
                let name = String(characters[start..<index])
                let isField = start > 0 && characters[start - 1] == "."
                if isField || character.isNumber {
                    result += name
                } else if takesParts, let end = endOfPart(name, index) {
                    index = end
                    result += "query_part_\(parts.count)"
                    parts.append(read(start..<end, takesParts: false))
                } else {
                    result += known.contains(name) ? parameter(name) : name
                }
            } else {
                result.append(character)
                index += 1
            }
        }
        return result
    }

    private mutating func parameter(_ column: String) -> String {
        if let place = columns.firstIndex(of: column) { return parameters[place] }
        guard known.contains(column) else { return "`\(column)`" }
        let isName = column.allSatisfy(isPartOfName) && column.first?.isNumber == false
        columns.append(column)
        parameters.append(
            isName && Token.Kind.reservedWords[column] == nil ? column : "query_column_\(parameters.count)")
        return parameters[parameters.count - 1]
    }

    private func endOfName(_ start: Int) -> Int {
        characters[min(start, characters.count)...].firstIndex { !isPartOfName($0) } ?? characters.count
    }

    private func endOfText(_ start: Int) -> Int {
        (characters[(start + 1)...].firstIndex(of: characters[start]) ?? characters.count - 1) + 1
    }

    /// Where `column.method(...)` or `mean(column)` ends; nil for other names.
    private func endOfPart(_ name: String, _ end: Int) -> Int? {
        if known.contains(name) {
            var index = end
            while index < characters.count {
                if characters[index] == "." {
                    index = endOfName(index + 1)
                } else if index > end, let closed = endOfBrackets(index) {
                    index = closed
                } else {
                    break
                }
            }
            return index > end ? index : nil
        }
        guard Self.figures.contains(name), let closed = endOfBrackets(end) else { return nil }
        let inside = String(characters[(end + 1)..<(closed - 1)].filter { $0 != " " })
        return known.contains(inside) ? closed : nil
    }

    /// Behind the bracket that closes the one at a place; nil where none opens there.
    private func endOfBrackets(_ start: Int) -> Int? {
        guard start < characters.count, characters[start] == "(" || characters[start] == "[" else { return nil }
        var open = 0
        var index = start
        while index < characters.count {
            switch characters[index] {
            case "'", "\"":
                index = endOfText(index)
                continue
            case "(", "[": open += 1
            case ")", "]":
                open -= 1
                if open == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }
}
