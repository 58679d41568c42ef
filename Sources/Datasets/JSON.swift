import TensorCore

/// A value of JSON (RFC 8259), with the order of an object's members kept.
package indirect enum JSON: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// A number without point and exponent that fits.
    case integer(Int)
    /// Any other number; where it is not finite, what is written is Python's and no JSON of the standard.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Any number: JSON has no infinities and no NaN, which become texts.
    package init(_ number: Double) {
        self = number.isFinite ? .number(number) : .string(number.isNaN ? "nan" : number > 0 ? "inf" : "-inf")
    }

    /// A number of 64 bits, as text, for not every reader of JSON keeps all of its digits.
    package init(_ number: UInt64) { self = .string(String(number)) }

    package init(_ members: KeyValuePairs<String, JSON>) { self = .object(members.map { Member($0.key, $0.value) }) }

    // MARK: Reading

    /// The member of an object.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    package var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    package var asString: String? { if case .string(let text) = self { text } else { nil } }
    package var asInteger: Int? { if case .integer(let number) = self { number } else { nil } }
    package var asBoolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    package var isNull: Bool { self == .null }

    /// The number that `init(_: Double)` was given.
    package var asDouble: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .string("nan"): .nan
        case .string("inf"): .infinity
        case .string("-inf"): -.infinity
        default: nil
        }
    }

    /// The number that `init(_: UInt64)` was given.
    package var asUInt64: UInt64? { asString.flatMap { UInt64($0) } }

    // MARK: Writing

    /// As text in one line. Numbers have the digits that give the same bits when they are read.
    package var text: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// As a document of its own: a line for each element and member, indented by one a level, as Jupyter writes it.
    package var document: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    /// `text` or `document` of much data: an interrupt stops it.
    ///
    /// - Throws: `InterruptError`.
    ///
    /// - Parameter isSpaced: Whether a space follows each comma and colon of a line, as Python writes it.
    package func stoppableText(isDocument: Bool = false, isSpaced: Bool = false) throws -> String {
        var text = ""
        write(to: &text, indent: isDocument ? 0 : nil, isStoppable: true, isSpaced: isSpaced)
        try Interrupt.check()
        return text + (isDocument ? "\n" : "")
    }

    /// A text in quotes, without characters that would end its line for some reader.
    package static func quoted(_ text: String) -> String {
        let escaped = text.escaping { scalar in
            switch scalar {
            case "\"": return "\\\""
            case "\\": return "\\\\"
            case "\n": return "\\n"
            case "\r": return "\\r"
            case "\t": return "\\t"
            case "\0"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
                return "\\u" + hexadecimalText(UInt64(scalar.value), digits: 4)
            default: return nil
            }
        }
        return "\"\(escaped)\""
    }

    /// - Parameter indent: How far a document is indented; nil for one line.
    private func write(to text: inout String, indent: Int?, isStoppable: Bool = false, isSpaced: Bool = false) {
        switch self {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .number(let number):
            text += number.isFinite ? "\(number)" : number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
        case .string(let string): text += Self.quoted(string)
        case .array(let elements):
            Self.write(elements, between: ("[", "]"), to: &text, indent, isStoppable, isSpaced) {
                $0.write(to: &$1, indent: $2, isStoppable: isStoppable, isSpaced: isSpaced)
            }
        case .object(let members):
            Self.write(members, between: ("{", "}"), to: &text, indent, isStoppable, isSpaced) {
                member, text, indent in
                text += Self.quoted(member.name) + (indent == nil && !isSpaced ? ":" : ": ")
                member.value.write(to: &text, indent: indent, isStoppable: isStoppable, isSpaced: isSpaced)
            }
        }
    }

    private static func write<Part>(
        _ parts: [Part], between brackets: (open: String, close: String), to text: inout String, _ indent: Int?,
        _ isStoppable: Bool, _ isSpaced: Bool, _ writePart: (Part, inout String, Int?) -> Void
    ) {
        func lineStart(_ indent: Int?) -> String { indent.map { "\n" + String(repeating: " ", count: $0) } ?? "" }
        let inner = parts.isEmpty ? nil : indent.map { $0 + 1 }
        text += brackets.open
        for (index, part) in parts.enumerated() {
            if isStoppable, index & 0xFFF == 0xFFF, Interrupt.isRequested { return }
            text += (index == 0 ? "" : isSpaced && inner == nil ? ", " : ",") + lineStart(inner)
            writePart(part, &text, inner)
        }
        text += lineStart(parts.isEmpty ? nil : indent) + brackets.close
    }
}
