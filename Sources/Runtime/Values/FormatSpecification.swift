import CSystem
import TensorCore

/// What stands after `:` in `"{x:.4f}"`: Python's format specification mini-language.
///
/// `[[fill]align][sign][#][0][width][,][.precision][type]` with the types `d f e g % s x o b` (and `F E G X`).
struct FormatSpecification {
    private var fill: Character = " "
    private var align: Character?
    private var sign: Unicode.Scalar = "-"
    private var isAlternate = false
    private var groups: Character?
    private var width = 0
    private var precision: Int?
    /// A scalar, which is compared in a fraction of the time of a character.
    private var type: Unicode.Scalar?
    /// How C's `printf` writes a number so.
    private var printfFormat = ""

    /// - Throws: `Failure` for what the mini-language does not know.
    init(_ text: String) throws {
        var rest = Substring(text)
        var isFilled = false
        if let second = rest.dropFirst().first, "<>^=".contains(second), let first = rest.first {
            fill = first
            isFilled = true
            align = second
            rest = rest.dropFirst(2)
        } else if let first = rest.first, "<>^=".contains(first) {
            align = first
            rest = rest.dropFirst()
        }
        if let first = rest.first, "+- ".contains(first), let scalar = first.unicodeScalars.first {
            sign = scalar
            rest = rest.dropFirst()
        }
        if rest.first == "#" {
            isAlternate = true
            rest = rest.dropFirst()
        }
        if rest.first == "0" {
            if !isFilled { fill = "0" }
            align = align ?? "="
            rest = rest.dropFirst()
        }
        width = FormatSpecification.takeNumber(&rest) ?? 0
        if let first = rest.first, first == "," || first == "_" {
            groups = first
            rest = rest.dropFirst()
        }
        if rest.first == "." {
            rest = rest.dropFirst()
            guard let digits = FormatSpecification.takeNumber(&rest) else {
                throw FormatSpecification.failure(text, "a number of digits is missing after the point")
            }
            precision = digits
        }
        let type = rest.popFirst()
        guard rest.isEmpty else { throw FormatSpecification.failure(text, "`\(rest)` is left over") }
        if let type, !"dfFeEgG%sxXob".contains(type) {
            throw FormatSpecification.failure(text, "there is no type `\(type)`")
        }
        self.type = type?.unicodeScalars.first
        printfFormat = "%\(isAlternate ? "#" : "").*\(type == "%" ? "f" : type ?? "g")"
        guard width <= 10_000, precision ?? 0 <= 1000 else {
            throw FormatSpecification.failure(text, "the width or the number of digits is too large")
        }
    }

    private static func failure(_ text: String, _ reason: String) -> Failure {
        Failure(
            "`\(text)` is not a format: \(reason)",
            help: "formats are Python's, such as `.4f`, `>10`, `,d`, `.1%`, `.3e`")
    }

    private static func takeNumber(_ rest: inout Substring) -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return digits.isEmpty ? nil : Int(digits) ?? Int.max
    }

    /// - Throws: `Failure` if the type is one of numbers and the value is none.
    func apply(to value: Value) throws -> String {
        if let number = value.asNumber, type != "s" {
            return padded(try text(of: number, value), isNumber: true)
        }
        guard type == nil || type == "s" else {
            throw Failure("the format type `\(type ?? "s")` takes a number, not \(value.kindWithArticle)")
        }
        var text = try value.wholeText()
        if let precision { text = String(text.unicodeScalars.prefix(precision)) }
        return padded(text, isNumber: false)
    }

    private func text(of number: Double, _ value: Value) throws -> String {
        let magnitude = abs(number)
        var digits: String
        if !number.isFinite {
            digits = number.isNaN ? "nan" : "inf"
        } else {
            switch type {
            case nil where precision == nil:
                let text = value.scalarText
                digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
            case nil: digits = decimal(magnitude)
            case "d", "x", "X", "o", "b":
                guard let integer = value.asInteger else {
                    throw Failure(
                        "the format type `\(type ?? "d")` takes a whole number below 2**63, and got \(value.shortText)")
                }
                digits = whole(integer.magnitude)
            case "%": digits = decimal(magnitude * 100) + "%"
            default: digits = decimal(magnitude)
            }
        }
        if let groups { digits = grouped(digits, groups) }
        let isNegative =
            number.sign == .minus && !number.isNaN
            && digits.utf8.contains { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: ".") }
        return (isNegative ? "-" : sign == "-" ? "" : String(sign)) + digits
    }

    private func whole(_ magnitude: UInt) -> String {
        switch type {
        case "x": (isAlternate ? "0x" : "") + String(magnitude, radix: 16)
        case "X": (isAlternate ? "0X" : "") + String(magnitude, radix: 16, uppercase: true)
        case "o": (isAlternate ? "0o" : "") + String(magnitude, radix: 8)
        case "b": (isAlternate ? "0b" : "") + String(magnitude, radix: 2)
        default: String(magnitude)
        }
    }

    private func decimal(_ number: Double) -> String { printfText(printfFormat, precision ?? 6, number) }

    private func grouped(_ digits: String, _ separator: Character) -> String {
        let whole = digits.prefix { $0.isNumber }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(separator) }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }

    private func padded(_ text: String, isNumber: Bool) -> String {
        guard width > 0 else { return text }
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        func fills(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch align ?? (isNumber ? ">" : "<") {
        case ">": return fills(missing) + text
        case "^": return fills(missing / 2) + text + fills(missing - missing / 2)
        case "=" where isNumber:
            let sign = text.prefix { "+- ".contains($0) }
            return sign + fills(missing) + text.dropFirst(sign.count)
        default: return text + fills(missing)
        }
    }
}

/// C's `printf` for one number with a precision.
package func printfText(_ format: String, _ precision: Int, _ number: Double) -> String {
    var buffer = [UInt8](repeating: 0, count: 400 + precision)
    let length = dls_print_number(&buffer, buffer.count, format, Int32(precision), number)
    return String(decoding: buffer.prefix(Int(max(length, 0))), as: UTF8.self)
}
