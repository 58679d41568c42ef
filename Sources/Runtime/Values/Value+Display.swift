import TensorCore

/// How wide the place is that values are shown in.
package struct DisplayStyle: Sendable {
    package var width: Int
    /// Durations differ from run to run: without them, fields and columns called `seconds` are left out.
    package var showsSeconds: Bool

    /// How wide the rows of tensors may be; the same everywhere but on a terminal.
    package var tensorWidth: Int

    /// Whether tables and lists are shown with all that they have, however much that is.
    package var isWhole: Bool
    /// Of what is shown whole: lists that hold lists twice over, again and again, have no end.
    var mostValues = 10_000_000

    package init(width: Int = 80, showsSeconds: Bool = true, tensorWidth: Int = 100, isWhole: Bool = false) {
        self.width = width
        self.isWhole = isWhole
        self.tensorWidth = tensorWidth
        self.showsSeconds = showsSeconds
    }

    /// Whether a field or a column is shown.
    func shows(_ name: String) -> Bool { showsSeconds || name != "seconds" }
}

extension Value {
    /// What `print` and `"{x}"` give: strings as they are, all else as shown.
    ///
    /// - Parameter style: That of the interpreter in which it is printed.
    package func printedText(_ style: DisplayStyle = DisplayStyle()) throws -> String {
        switch self {
        case .string(let text): text
        case .number(let number): Value.text(of: number)
        case .tensor(let tensor) where tensor.rank > 0: try display(style)
        case .object(let object): try object.display(style)
        case .record(let record) where !style.showsSeconds && record["seconds"] != nil:
            try Value.record(record.withoutSeconds).printedText(style)
        case .record(let record) where record.isCaughtError: try record["message"]?.printedText(style) ?? ""
        default: style.isWhole ? wholeText(atMost: style.mostValues) : shortText
        }
    }

    /// What `str(x)` and `"{x}"` give: as `print`, with all elements of lists, sets and records.
    func wholeText(_ style: DisplayStyle = DisplayStyle()) throws -> String {
        var style = style
        switch self {
        case .list, .range, .set, .record: (style.isWhole, style.mostValues) = (true, 1_000_000)
        default: break
        }
        return try printedText(style)
    }

    /// The same as `shortText`, with all elements.
    private func wholeText(atMost count: Int) -> String {
        var line = ShortText(wholeUpTo: count)
        line.add(self)
        return line.text
    }

    /// One line: what stands for it inside a list, a record or an error. Long and deep values are shown in part.
    package var shortText: String {
        var line = ShortText()
        line.add(self)
        return line.text
    }

    /// What is shown for a value that stands alone, several lines if need be.
    package func display(_ style: DisplayStyle) throws -> String {
        switch self {
        case .tensor(let tensor):
            return tensor.rank == 0 ? Self.scalarText(tensor.value) : tensor.value.text(width: style.tensorWidth)
        case .object(let object): return try object.display(style)
        case .function(let function): return function.descriptionText
        case .list, .range, .set, .record:
            return style.isWhole ? wholeText(atMost: style.mostValues) : collectionText(style)
        default: return shortText
        }
    }

    private func collectionText(_ style: DisplayStyle) -> String {
        switch self {
        case .record(let record) where !style.showsSeconds && record["seconds"] != nil:
            return Value.record(record.withoutSeconds).collectionText(style)
        case .record(let record):
            let line = shortText
            guard line.count > style.width || line.contains("\n") else { return line }
            return ShortText.lines(of: record)
        case .list(let elements) where shortText.count > style.width && elements.count <= ShortText.longestWhole:
            return wrapped(elements.map(\.shortText), width: style.width)
        default: return shortText
        }
    }

    private func wrapped(_ words: [String], width: Int) -> String {
        var lines: [String] = []
        var line = "["
        for (index, word) in words.enumerated() {
            let part = index == words.count - 1 ? word + "]" : word + ","
            if line.count + part.count + 1 > width, line.count > 1 {
                lines.append(line)
                line = " " + part
            } else {
                line += line == "[" ? part : " " + part
            }
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }

    /// Whole numbers have no point, as those of Python, and so no -0: `0 * -1` is 0.
    static func text(of number: Double) -> String { numberText(number == 0 ? 0 : number) }

    /// A number in the digits of its own type, so that float32's 0.1 is not 0.10000000149.
    static func scalarText(_ tensor: Tensor) -> String {
        if tensor.dtype == .int64, let whole = tensor.wholeItem { return "\(whole)" }
        guard let number = try? tensor.item() else { return "tensor [] \(tensor.dtype.name)" }
        if tensor.dtype == .bool { return number != 0 ? "true" : "false" }
        return tensor.dtype == .float32 ? numberText(Float(number)) : numberText(number)
    }
}

extension Record {
    /// Whether it is what `catch` gives a name, which is printed as its message.
    fileprivate var isCaughtError: Bool {
        count == 4 && self["message"] != nil && self["help"] != nil && self["line"] != nil && self["file"] != nil
    }

    fileprivate var withoutSeconds: Record { Record(entries: entries.filter { $0.key != .string("seconds") }) }
}

extension Value {
    /// What has one number, as that number alone: a tensor of one element too.
    var scalarText: String {
        if case .tensor(let tensor) = self, tensor.count == 1 { Self.scalarText(tensor.value) } else { shortText }
    }
}

/// Gathers the one line that stands for a value, of bounded length and depth.
private struct ShortText {
    /// Longer lists and records are shown by their ends.
    static let longestWhole = 200
    private static let edge = 5
    private static let deepest = 100
    private let mostValues: Int

    private(set) var text = ""
    private var depth = 0
    private var count = 0
    /// Whether long lists and records are shown with all their parts.
    private let isWhole: Bool

    init() { (isWhole, mostValues) = (false, 100_000) }

    init(wholeUpTo count: Int) { (isWhole, mostValues) = (true, count) }

    mutating func add(_ value: Value) {
        count += 1
        // Lists that hold lists twice over, again and again, have more elements than there is memory for.
        guard depth < Self.deepest, count <= mostValues else {
            text += "..."
            return
        }
        depth += 1
        defer { depth -= 1 }
        switch value {
        case .undefined: text += "nothing"
        case .none: text += "none"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .number(let number): text += Value.text(of: number)
        case .string(let string): text += quoted(string)
        case .list(let elements): addParts(elements.count, "[", "]", "elements") { $0.add(elements[$1]) }
        case .range(let range): addParts(range.count, "[", "]", "elements") { $0.add(.number(range[$1])) }
        case .record(let record):
            let entries = record.entries
            addParts(entries.count, "{", "}", "fields") { $0.add(entries[$1]) }
        case .set(let set):
            let elements = set.elements
            addParts(elements.count, "set([", "])", "elements") { $0.add(elements[$1].value) }
        case .tensor(let tensor):
            text +=
                tensor.rank == 0 ? Value.scalarText(tensor.value) : "tensor \(tensor.shape) \(tensor.dtype.name)"
        case .function(let function): text += function.signature.text
        case .object(let object): text += object.shortText
        }
    }

    /// As it is written in a program.
    private mutating func add(_ entry: Record.Entry) {
        switch entry.key {
        case .string(let name): text += isName(name) ? name : quoted(name)
        case .list(let keys) where keys.count > 1: add(entry.key.value)
        default:
            text += "["
            add(entry.key.value)
            text += "]"
        }
        text += "="
        add(entry.value)
    }

    private func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
        return text.unicodeScalars.dropFirst().allSatisfy(\.properties.isXIDContinue)
    }

    private mutating func addParts(
        _ count: Int, _ opening: String, _ closing: String, _ word: String, _ add: (inout ShortText, Int) -> Void
    ) {
        // A range can be longer than anything that is shown.
        let isWhole = isWhole && count <= mostValues
        text += opening
        for part in isWhole ? Array(0..<count) : Self.shown(count) {
            guard self.count <= mostValues else {
                text += "..."
                break
            }
            if let part { add(&self, part) } else { text += "..." }
            if part != count - 1 { text += ", " }
        }
        text += closing
        if count > Self.longestWhole, !isWhole { text += " (\(count) \(word))" }
    }

    /// The positions that are shown; nil stands for those between.
    private static func shown(_ count: Int) -> [Int?] {
        guard count > longestWhole else { return Array(0..<count) }
        return Array(0..<edge) + [nil] + Array(count - edge..<count)
    }

    /// A record with a line for each field.
    static func lines(of record: Record) -> String {
        let entries = record.entries
        let lines = shown(entries.count).map { position -> String in
            guard let position else { return "  ... (\(entries.count) fields)" }
            var line = ShortText()
            line.add(entries[position])
            return "  " + line.text
        }
        return "{\n" + lines.joined(separator: "\n") + "\n}"
    }
}

/// A string as it is written in a program.
package func quoted(_ text: String) -> String {
    let escaped = text.escaping { scalar in
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\"": "\\\""
        case "\\": "\\\\"
        case "{": "\\{"
        case "\0"..<" ", "\u{7F}": "\\u{\(String(scalar.value, radix: 16))}"
        default: nil
        }
    }
    return "\"\(escaped)\""
}

extension Function {
    /// What is shown for a function that stands alone.
    var descriptionText: String {
        switch body {
        case .builtin(let builtin): "\(signature.text)\n  \(builtin.summary)\n  ?\(name) tells more"
        case .user(let code): code.source.source[code.source.span]
        case .native: "<function \(signature.text)>"
        }
    }
}
