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
        let names = columns.map(\.name).filter { name in
            name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && text.contains(name)
                && name.first?.isNumber == false && Token.Kind.reservedWords[name] == nil
        }
        let condition = TableObject.condition(text)
        let source = SourceText(
            name: "query", text: "fn query(\(names.joined(separator: ", "))) = \(condition)", isHidden: true)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first {
            throw Failure("\(quoted(text)) is not a condition: \(diagnostic.message)", help: TableObject.queryHelp)
        }
        let module = Namespace(name: "query")
        guard parsed.block.statements.count == 1 else {
            throw Failure("\(quoted(text)) is more than one condition", help: TableObject.queryHelp)
        }
        _ = try interpreter.run(parsed.block.statements[0], of: source, in: module)
        guard let function = module["query"] else { return self }
        let used = names.compactMap { name in column(name).map(Value.list) }
        // What is missing in a column of numbers is nan, which no comparison holds for.
        let values = try used.map { column in
            guard case .list(let elements) = column, elements.contains(where: \.isNone), try column.columnArray != nil
            else { return try column.elements ?? [] }
            return elements.map { $0.isNone ? .number(.nan) : $0 }
        }
        let rows = try (0..<rowCount).filter { row in
            try Operators.checkInterrupt()
            do {
                return try interpreter.call(function, values.map { $0[row] }).isTrue()
            } catch var failure as Failure where !failure.isInterrupt {
                failure.diagnostic.message = "`query` of row \(row): " + failure.diagnostic.message
                failure.diagnostic.help += [TableObject.queryHelp]
                throw failure
            }
        }
        return picking(rows, by: names)
    }

    private static let queryHelp =
        "a condition names columns, `t.query(\"age > 30 and sex == 'm'\")`; with other names, `t.where(r -> r.age > limit)`"

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
