/// A value of JSON.
indirect enum JSON: Equatable {
    case null
    case boolean(Bool)
    /// As it is written, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSON])
    /// In the order in which it is written.
    case object([(name: String, value: JSON)])

    static func integer(_ value: Int) -> JSON { .number(String(value)) }

    static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.boolean(let a), .boolean(let b)): a == b
        case (.number(let a), .number(let b)), (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }

    subscript(name: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields.last { $0.name == name }?.value
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    var isObject: Bool { if case .object = self { true } else { false } }

    // MARK: - Writing

    /// The value with an indent of one, as Jupyter writes it.
    var document: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private func write(to text: inout String, indent: Int) {
        let margin = "\n" + String(repeating: " ", count: indent + 1)
        let end = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let string): Self.writeQuoted(string, to: &text)
        case .array(let elements):
            guard !elements.isEmpty else { return text += "[]" }
            text += "["
            for (index, element) in elements.enumerated() {
                text += index == 0 ? margin : "," + margin
                element.write(to: &text, indent: indent + 1)
            }
            text += end + "]"
        case .object(let fields):
            guard !fields.isEmpty else { return text += "{}" }
            text += "{"
            for (index, field) in fields.enumerated() {
                text += index == 0 ? margin : "," + margin
                Self.writeQuoted(field.name, to: &text)
                text += ": "
                field.value.write(to: &text, indent: indent + 1)
            }
            text += end + "}"
        }
    }

    private static func writeQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                // Line and paragraph separators end lines for some readers.
                if scalar.value < 0x20 || scalar.value == 0x7f || scalar.value == 0x2028 || scalar.value == 0x2029 {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
