/// Python's `"{:.2f} of {}".format(x, n)` and `"%.2f of %d" % (x, n)`.
enum TextTemplate {
    /// Fills the `{...}` of a text: `{}` in order, `{0}` by place, `{name}` by name, each with a format after `:`.
    ///
    /// - Throws: `Failure` for a place that has no value, or a format that does not exist.
    static func filled(_ text: String, _ values: [Value], _ fields: Record) throws -> String {
        var result = ""
        var rest = text[...]
        var next = 0
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                result.append(character)
                continue
            }
            if rest.first == character {
                result.append(character)
                rest.removeFirst()
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                throw Failure(
                    "a `\(character)` in the text of `format` has no other to close it",
                    help: "the character itself is written twice: `\(character)\(character)`")
            }
            let field = rest[..<end].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = field.first.map(String.init) ?? ""
            rest = rest[rest.index(after: end)...]
            let value: Value
            if name.isEmpty {
                value = try self.value(next, of: values)
                next += 1
            } else if let place = Int(name) {
                value = try self.value(place, of: values)
            } else if let known = fields[name] {
                value = known
            } else {
                throw Failure(
                    "`format` got no value `\(name)` for its text",
                    help: "give it by its name, as in `\"{lr}\".format(lr=0.1)`")
            }
            result += try FormatSpecification(field.count > 1 ? String(field[1]) : "").apply(to: value)
        }
        return result
    }

    private static func value(_ place: Int, of values: [Value]) throws -> Value {
        guard values.indices.contains(place) else {
            throw Failure("the text of `format` has a place for value \(place + 1), and \(values.count) were given")
        }
        return values[place]
    }

    /// Fills the `%d`, `%.2f` and `%s` of a text, as C's printf does.
    ///
    /// - Parameter value: A list of a value for each place, or the one value.
    /// - Throws: `Failure` where the places and the values are not as many, or a place is of no known kind.
    static func percent(_ text: String, _ value: Value) throws -> String {
        var values = (value.isList ? try value.elements ?? [] : [value])[...]
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            if rest.first == "%" {
                result.append(rest.removeFirst())
                continue
            }
            let flags = rest.prefix { "-+ 0#".contains($0) }
            rest = rest.dropFirst(flags.count)
            let sizes = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(sizes.count)
            guard let kind = rest.popFirst(), "diufFeEgGxXosr".contains(kind) else {
                throw Failure(
                    "a `%` in a text stands before a kind of value, such as `%d`, `%.2f` or `%s`",
                    help: "the character itself is written twice: `%%`")
            }
            guard let value = values.popFirst() else {
                throw Failure(
                    "the text has more places than the values that were given", help: "`\"%d of %d\" % (1, 2)`")
            }
            result += try formatted(value, kind, flags: String(flags), sizes: String(sizes))
        }
        guard values.isEmpty else {
            throw Failure(
                "not all values have a place in the text: \(values.count) are left over",
                help: "`\"%d of %d\" % (1, 2)`, or `\"{x:.2f}\"` with the value inside")
        }
        return result
    }

    private static func formatted(
        _ value: Value, _ kind: Character, flags: String, sizes: String
    ) throws -> String {
        let align = flags.contains("-") ? "<" : flags.contains("0") && kind != "s" && kind != "r" ? "" : ">"
        let sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
        let zero = align.isEmpty ? "0" : ""
        switch kind {
        case "s", "r":
            let text = kind == "s" ? try value.wholeText() : value.shortText
            return try FormatSpecification("\(align)\(sizes)").apply(to: .string(text))
        case "d", "i", "u":
            guard let number = value.asNumber, number.isFinite else {
                throw Failure("`%\(kind)` takes a number, and got \(value.kindWithArticle)")
            }
            let width = sizes.prefix { $0 != "." }
            return try FormatSpecification("\(align)\(sign)\(zero)\(width)d")
                .apply(to: value.asInteger == nil ? .number(number.rounded(.towardZero)) : value)
        default:
            guard let number = value.asNumber else {
                throw Failure("`%\(kind)` takes a number, and got \(value.kindWithArticle)")
            }
            return try FormatSpecification("\(align)\(sign)\(zero)\(sizes)\(kind)").apply(to: .number(number))
        }
    }
}
