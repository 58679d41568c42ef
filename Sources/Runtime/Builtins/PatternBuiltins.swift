import TensorCore

/// What the regular expressions of all these functions are.
private let syntax = """
    The syntax is that of Python's re: . ^ $ | ( ) [a-z] * + ? {2,5} and their lazy forms, \\d \\w \\s \\b, (?P<name>...), (?:...),
    (?=...), (?<=...), \\1, (?i). Write it in '...', where nothing is read inside it: '\\d+'.
    """

extension Builtin {
    /// Regular expressions.
    static let patterns: [Builtin] = [
        Builtin(
            "match(text, pattern)", .text,
            "What a regular expression finds at the start of a text, as a record; none where it does not match.",
            details: """
                Fields: text, start and end (`text[m.start:m.end]`), groups (a list; none for groups without a part in it) and names
                (a record of the named groups).
                \(syntax)
                """,
            example: "m = match(\"2026-11\", '(?P<year>\\d+)-(\\d+)')\nm.groups\nm.names.year"
        ) { call in try matched(call, isAnchored: true) },
        Builtin(
            "search(text, pattern)", .text, "The first place that a regular expression matches, as `match` gives it.",
            details: syntax, example: "search(\"loss: 0.25\", '\\d+\\.\\d+').text"
        ) { call in try matched(call) },
        Builtin(
            "fullmatch(text, pattern)", .text,
            "What `match` gives where a regular expression takes the whole text; else none.", details: syntax,
            example: "fullmatch(\"0.5\", '\\d+') == none"
        ) { call in try matched(call, isAnchored: true, isWhole: true) },
        Builtin(
            "find_all(text, pattern)", .text,
            "All parts of a text that a regular expression matches; of a pattern with groups, the groups.",
            details: "Groups as in Python: the text of one, a list of several, empty texts for those without a part.\n"
                + syntax,
            example: "find_all(\"It was 3 or 14.\", '\\d+')\nfind_all(\"a=1, b=2\", '(\\w)=(\\d)')"
        ) { call in
            var found: [Value] = []
            let search = try PatternSearch(call.pattern(), in: call.string("text"))
            let groupCount = try call.pattern().groupCount
            try search.forEachMatch { match in
                let groups = groupCount == 0 ? [0] : Array(1...groupCount)
                let texts = groups.map { group in
                    Value.string(match.range(of: group).map { search.text($0) } ?? "")
                }
                try found.grow(by: groupCount > 1 ? .list(texts) : texts[0])
                return true
            }
            return .list(found)
        },
        Builtin(
            "substitute(text, pattern, new, count=none)", .text,
            "The text with what a regular expression matches replaced by a text or by what a function gives of each match.",
            details: """
                In a text `\\1` and `\\g<name>` stand for groups. A function gets the record of `match`. count: at most so many.
                \(syntax)
                """,
            example:
                "substitute(\"a  b   c\", '\\s+', \" \")\nsubstitute(\"a1b2\", '\\d', m -> str(number(m.text) + 1))"
        ) { call in try substituted(call) },
    ]

    private static func matched(_ call: Call, isAnchored: Bool = false, isWhole: Bool = false) throws -> Value {
        let pattern = try call.pattern()
        let search = try PatternSearch(pattern, in: call.string("text"))
        guard let match = try search.match(from: 0, isAnchored: isAnchored, isWhole: isWhole) else { return .none }
        return record(of: match, pattern, search)
    }

    private static func record(of match: Pattern.Match, _ pattern: Pattern, _ search: PatternSearch) -> Value {
        func text(_ group: Int) -> Value { match.range(of: group).map { .string(search.text($0)) } ?? .none }
        // Strings are indexed by what a reader sees as one character.
        let start = search.text(0..<match.range.lowerBound).count
        return .record(
            Record([
                ("text", text(0)), ("start", .integer(start)),
                ("end", .integer(search.text(0..<match.range.upperBound).count)),
                ("groups", .list((0..<pattern.groupCount).map { text($0 + 1) })),
                ("names", .record(Record(pattern.groupNames.map { ($0.name, text($0.number)) }))),
            ]))
    }

    private static func substituted(_ call: Call) throws -> Value {
        let pattern = try call.pattern()
        let search = try PatternSearch(pattern, in: call.string("text"))
        let most = call.has("count") ? try call.integer("count", atLeast: 0) : Int.max
        let new = call.value("new")
        let template = new.isCallable ? nil : try PatternTemplate(try call.string("new"), for: pattern)
        var (text, end, count) = ("", 0, 0)
        guard most > 0 else { return call.value("text") }
        try search.forEachMatch { match in
            text += search.text(end..<match.range.lowerBound)
            if let template {
                text += template.text(of: match, in: search)
            } else {
                let given = try call.interpreter.call(new, [record(of: match, pattern, search)])
                guard let part = given.asString else {
                    throw Failure("the function of `substitute` gives a string, and gave \(given.kindWithArticle)")
                }
                text += part
            }
            try ListLength.checkBytes(text.utf8.count)
            end = match.range.upperBound
            count += 1
            return count < most
        }
        text += search.text(end..<search.scalars.count)
        return .string(text)
    }
}

/// What replaces matches: text with references to groups.
private struct PatternTemplate {
    private enum Part {
        case text(String)
        case group(Int)
    }

    private var parts: [Part] = []

    init(_ text: String, for pattern: Pattern) throws {
        func failure(_ reason: String) -> Failure {
            Failure(
                "\(PatternParser.shown(text)) cannot replace matches: \(reason)",
                help: "`\\\\` stands for a backslash itself")
        }
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\" else {
                plain.append(character)
                continue
            }
            guard let next = rest.popFirst() else { throw failure("nothing follows `\\`") }
            var name = ""
            switch next {
            case "\\": plain.append("\\")
            case "n": plain.append("\n")
            case "t": plain.append("\t")
            case "0"..."9":
                name.append(next)
                while name.count < 2, let digit = rest.first, digit.isASCII, digit.isNumber {
                    name.append(rest.removeFirst())
                }
            case "g" where rest.first == "<":
                guard let end = rest.firstIndex(of: ">") else { throw failure("`\\g<` is not closed") }
                name = String(rest[..<end].dropFirst())
                rest = rest[end...].dropFirst()
            default: throw failure("`\\\(next)` has no meaning")
            }
            guard !name.isEmpty else { continue }
            let named = pattern.groupNames.first { $0.name == name }?.number
            guard let number = named ?? Int(name), (0...pattern.groupCount).contains(number) else {
                throw failure("the pattern has no group \(name)")
            }
            parts += [.text(plain), .group(number)]
            plain = ""
        }
        parts.append(.text(plain))
    }

    func text(of match: Pattern.Match, in search: PatternSearch) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .group(let number): match.range(of: number).map { search.text($0) } ?? ""
            }
        }.joined()
    }
}

extension Call {
    fileprivate func pattern() throws -> Pattern { try pattern("pattern") }

    /// A regular expression.
    func pattern(_ parameter: String) throws -> Pattern { try Pattern(string(parameter)) }
}
