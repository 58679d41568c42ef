import TensorCore

/// How wide the place is that values are shown in.
package struct DisplayStyle: Sendable {
    package var width: Int
    /// Durations differ from run to run: without them, fields and columns called `seconds` are left out.
    package var showsSeconds: Bool

    package init(width: Int = 80, showsSeconds: Bool = true) {
        self.width = width
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
        case .tensor(let tensor) where tensor.rank > 0: try display(style)
        case .object(let object): try object.display(style)
        case .record(let record) where !record.names.allSatisfy(style.shows):
            try Value.record(Record(record.fields.filter { style.shows($0.name) })).printedText(style)
        default: shortText
        }
    }

    /// One line: what stands for it inside a list, a record or an error.
    package var shortText: String {
        switch self {
        case .undefined: "nothing"
        case .none: "none"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let number): numberText(number)
        case .string(let text): quoted(text)
        case .list(let elements): inline(elements.lazy.map { $0 }, count: elements.count)
        case .range(let range): inline((0..<range.count).lazy.map { .number(range[$0]) }, count: range.count)
        case .record(let record):
            "{" + record.fields.map { "\($0.name)=\($0.value.shortText)" }.joined(separator: ", ") + "}"
        case .tensor(let tensor):
            tensor.rank == 0 ? scalarText(tensor.value) : "tensor \(tensor.shape) \(tensor.dtype.name)"
        case .function(let function): function.signature.text
        case .object(let object): object.shortText
        }
    }

    private func inline(_ elements: some Sequence<Value>, count: Int) -> String {
        guard count > Value.longestList else {
            return "[" + elements.map(\.shortText).joined(separator: ", ") + "]"
        }
        var head: [String] = []
        var tail: [String] = []
        for (index, element) in elements.enumerated() {
            if index < Value.edge { head.append(element.shortText) }
            if index >= count - Value.edge { tail.append(element.shortText) }
        }
        return "[" + head.joined(separator: ", ") + ", ..., " + tail.joined(separator: ", ") + "] (\(count) elements)"
    }

    /// Lists longer than this are shown by their ends.
    private static let longestList = 200
    private static let edge = 5

    /// What is shown for a value that stands alone, several lines if need be.
    package func display(_ style: DisplayStyle) throws -> String {
        switch self {
        case .tensor(let tensor): return tensor.rank == 0 ? scalarText(tensor.value) : tensor.value.text
        case .object(let object): return try object.display(style)
        case .function(let function): return function.descriptionText
        case .record(let record) where !record.names.allSatisfy(style.shows):
            return try Value.record(Record(record.fields.filter { style.shows($0.name) })).display(style)
        case .record(let record):
            let line = shortText
            guard line.count > style.width || line.contains("\n") else { return line }
            return "{\n" + record.fields.map { "  \($0.name)=\($0.value.shortText)" }.joined(separator: "\n") + "\n}"
        case .list(let elements) where shortText.count > style.width && elements.count <= Value.longestList:
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

    /// A number in the digits of its own type, so that float32's 0.1 is not 0.10000000149.
    private func scalarText(_ tensor: Tensor) -> String {
        if tensor.dtype == .int64, let whole = tensor.wholeItem { return "\(whole)" }
        guard let number = try? tensor.item() else { return "tensor [] \(tensor.dtype.name)" }
        if tensor.dtype == .bool { return number != 0 ? "true" : "false" }
        return tensor.dtype == .float32 ? numberText(Float(number)) : numberText(number)
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
