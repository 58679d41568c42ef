/// Reads regular expressions as Python's `re` does: alternatives, groups with and without names, greedy and lazy
/// repetition, sets, `\d \w \s \b`, references back, looks ahead and behind, and the flags `i`, `m` and `s`.
struct PatternParser {
    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()
    private(set) var groupCount = 0
    private(set) var groupNames: [(name: String, number: Int)] = []
    private var openGroups: Set<Int> = []
    private(set) var hasReference = false

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesLines = false
    }

    /// Deeper ones are not read.
    private static let deepest = 200
    private static let mostRepetitions = 100_000

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    /// - Throws: `Failure` for what is not a regular expression, with the place.
    mutating func tree() throws -> PatternTree {
        let tree = try alternatives()
        guard position == scalars.count else { throw failure("`)` has no `(`", at: position) }
        return tree
    }

    private func failure(_ reason: String, at place: Int, help: String? = nil) -> Failure {
        Failure(
            "\(PatternParser.shown(text)) is not a regular expression: \(reason), at character \(place + 1)",
            help: help ?? "the syntax is that of Python's re; a sign that stands for itself has a `\\` before it")
    }

    /// A pattern as it is written in a program.
    static func shown(_ text: String) -> String {
        text.contains { $0 == "'" || $0.isNewline } ? quoted(text) : "'\(text)'"
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ word: String) -> Bool {
        guard scalars[position...].starts(with: word.unicodeScalars) else { return false }
        position += word.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw failure("groups are nested too deep", at: position) }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            guard let part = try atom() else { continue }
            parts.append(try repeated(part, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    // MARK: Repetition

    private mutating func repeated(_ part: PatternTree, from start: Int) throws -> PatternTree {
        guard let (least, most) = try count() else { return part }
        if case .place = part { throw failure("a place in the text cannot be repeated", at: start) }
        let isGreedy = !take("?")
        let result = PatternTree.repetition(part, least: least, most: most, isGreedy: isGreedy)
        let after = position
        if try count() != nil { throw failure("a repetition is repeated", at: after, help: "put it in `(?:...)`") }
        return result
    }

    private mutating func count() throws -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        let least = number()
        let most = take(",") ? number() : least
        let isOpen = scalars[..<position].last == ","
        // As in Python, other braces stand for themselves.
        guard take("}"), least != nil || most != nil || isOpen else {
            position = start
            return nil
        }
        let (low, high) = (least ?? 0, isOpen ? nil : most)
        guard low <= Self.mostRepetitions, high ?? 0 <= Self.mostRepetitions else {
            throw failure("a repetition of more than \(Self.mostRepetitions) times", at: start)
        }
        guard high ?? low >= low else { throw failure("the most is below the least", at: start) }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = next, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        return digits.isEmpty ? nil : Int(digits) ?? Int.max
    }

    // MARK: Atoms

    /// - Returns: nil for what takes nothing and cannot be repeated, such as flags.
    private mutating func atom() throws -> PatternTree? {
        let start = position
        guard let scalar = next else { return nil }
        position += 1
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .scalars(try set(from: start))
        case ".":
            var set = ScalarSet(ranges: flags.dotTakesLines ? [] : [0x0A...0x0A])
            set.isNegated = true
            return .scalars(set)
        case "^": return .place(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .place(flags.isMultiline ? .lineEnd : .end)
        case "\\": return try escape(from: start)
        case "*", "+", "?": throw failure("`\(scalar)` has nothing to repeat", at: start)
        default:
            position = start
            if let count = try count() { throw failure("\(count.0) times of nothing", at: start) }
            position = start + 1
            return .scalars(literal(scalar))
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        let hasCases = flags.ignoresCase && !ScalarSet.otherCases(scalar.value).allSatisfy { $0 == scalar.value }
        return ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: hasCases)
    }

    private mutating func group(from start: Int) throws -> PatternTree? {
        let outer = flags
        defer { flags = outer }
        guard take("?") else { return try captured(from: start, name: nil) }
        if take(":") { return try closed(from: start) }
        if take("=") { return .look(try closed(from: start), isBehind: false, isNegative: false) }
        if take("!") { return .look(try closed(from: start), isBehind: false, isNegative: true) }
        if take("<=") { return try behind(from: start, isNegative: false) }
        if take("<!") { return try behind(from: start, isNegative: true) }
        if take("P=") {
            let name = try name(until: ")", from: start)
            guard let number = groupNames.first(where: { $0.name == name })?.number else {
                throw failure("no group is called `\(name)`", at: start)
            }
            return try reference(number, from: start)
        }
        if take("P<") || take("<") {
            let name = try name(until: ">", from: start)
            guard !groupNames.contains(where: { $0.name == name }) else {
                throw failure("two groups are called `\(name)`", at: start)
            }
            return try captured(from: start, name: name)
        }
        var isTaken = false
        while let flag = next, flag == "i" || flag == "m" || flag == "s" || flag == "u" {
            isTaken = true
            position += 1
            flags.ignoresCase = flags.ignoresCase || flag == "i"
            flags.isMultiline = flags.isMultiline || flag == "m"
            flags.dotTakesLines = flags.dotTakesLines || flag == "s"
        }
        if isTaken, take(":") { return try closed(from: start) }
        guard isTaken, take(")") else { throw failure("an unknown kind of group", at: start) }
        guard start == 0 else { throw failure("flags stand at the start, or in a group as `(?i:...)`", at: start) }
        // They hold to the end of the pattern.
        let rest = try alternatives()
        return rest
    }

    private mutating func captured(from start: Int, name: String?) throws -> PatternTree {
        groupCount += 1
        let number = groupCount
        guard number <= 200 else { throw failure("there are more than 200 groups", at: start) }
        if let name { groupNames.append((name, number)) }
        openGroups.insert(number)
        defer { openGroups.remove(number) }
        return .group(try closed(from: start), number: number)
    }

    private mutating func closed(from start: Int) throws -> PatternTree {
        let inner = try alternatives()
        guard take(")") else { throw failure("`(` is not closed", at: start) }
        return inner
    }

    private mutating func behind(from start: Int, isNegative: Bool) throws -> PatternTree {
        let inner = try closed(from: start)
        guard inner.width != nil else { throw failure("a look behind takes parts of one length only", at: start) }
        return .look(inner, isBehind: true, isNegative: isNegative)
    }

    private mutating func name(until end: Unicode.Scalar, from start: Int) throws -> String {
        var name = ""
        while let scalar = next, scalar != end {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        position += 1
        let isName = name.unicodeScalars.allSatisfy { ScalarSet.isOf(.word, $0.value) }
        guard position <= scalars.count, !name.isEmpty, isName, name.first?.isNumber == false else {
            throw failure("the name of a group has letters, digits and `_`", at: start)
        }
        return name
    }

    private mutating func reference(_ number: Int, from start: Int) throws -> PatternTree {
        guard number <= groupCount else { throw failure("there is no group \(number) before it", at: start) }
        guard !openGroups.contains(number) else { throw failure("it refers to the group that it is in", at: start) }
        hasReference = true
        return .reference(number, ignoresCase: flags.ignoresCase)
    }

    // MARK: Escapes and sets

    private mutating func escape(from start: Int) throws -> PatternTree {
        guard let scalar = next else { throw failure("nothing follows `\\`", at: start) }
        switch scalar {
        case "b", "B", "A", "Z":
            position += 1
            let places: [Unicode.Scalar: PatternTree.Place] = [
                "b": .wordEdge, "B": .noWordEdge, "A": .textStart, "Z": .textEnd,
            ]
            return .place(places[scalar] ?? .textEnd)
        case "1"..."9":
            return try reference(number() ?? 0, from: start)
        default:
            var set = ScalarSet()
            if let single = try escapedScalar(into: &set, from: start) { set = literal(single) }
            return .scalars(set)
        }
    }

    /// One of the signs that an escape stands for; nil where it is a kind of them, which is added to the set.
    private mutating func escapedScalar(into set: inout ScalarSet, from start: Int) throws -> Unicode.Scalar? {
        guard let scalar = next else { throw failure("nothing follows `\\`", at: start) }
        position += 1
        switch scalar {
        case "d": set.kinds.append((.digit, false))
        case "D": set.kinds.append((.digit, true))
        case "w": set.kinds.append((.word, false))
        case "W": set.kinds.append((.word, true))
        case "s": set.kinds.append((.space, false))
        case "S": set.kinds.append((.space, true))
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "0": return "\0"
        case "x": return try hexadecimal(2, from: start)
        case "u": return try hexadecimal(4, from: start)
        default:
            guard !ScalarSet.isOf(.word, scalar.value) || scalar == "_" else {
                throw failure("`\\\(scalar)` has no meaning", at: start)
            }
            return scalar
        }
        return nil
    }

    private mutating func hexadecimal(_ count: Int, from start: Int) throws -> Unicode.Scalar {
        let end = min(position + count, scalars.count)
        let digits = String(String.UnicodeScalarView(scalars[position..<end]))
        guard digits.unicodeScalars.count == count, let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw failure("\(count) hexadecimal digits of a character are missing", at: start) }
        position = end
        return scalar
    }

    private mutating func set(from start: Int) throws -> ScalarSet {
        var set = ScalarSet(isNegated: take("^"), ignoresCase: flags.ignoresCase)
        var isFirst = true
        while true {
            guard let scalar = next else { throw failure("`[` is not closed", at: start) }
            if scalar == "]", !isFirst { break }
            isFirst = false
            guard let low = try setScalar(into: &set) else { continue }
            let dash = position
            guard take("-"), let after = next, after != "]" else {
                position = dash
                set.ranges.append(low.value...low.value)
                continue
            }
            guard let high = try setScalar(into: &set) else { throw failure("a range has no end", at: dash) }
            guard low <= high else { throw failure("a range goes backwards", at: dash) }
            set.ranges.append(low.value...high.value)
        }
        position += 1
        return set
    }

    private mutating func setScalar(into set: inout ScalarSet) throws -> Unicode.Scalar? {
        let start = position
        guard let scalar = next else { return nil }
        position += 1
        guard scalar == "\\" else { return scalar }
        // In a set it is a backspace.
        return take("b") ? "\u{08}" : try escapedScalar(into: &set, from: start)
    }
}
