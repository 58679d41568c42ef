import Glibc

/// `1 value`, `2 values`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// How many points a chart leaves out, and why.
func missingPoints(_ count: Int, drawn: Int, _ x: Axis, _ y: Axis) -> String {
    let isLogarithmic = x.isLogarithmic || y.isLogarithmic
    let reason = isLogarithmic ? "not finite, or not above zero on a logarithmic axis" : "not finite"
    return "\(count - drawn) of \(count) points not drawn: \(reason)"
}

/// Numbers as people write them beside axes and in tables.
enum NumberLabel {
    /// At most `digits` significant digits, without trailing zeros; whole numbers whole. Decimals down to a
    /// millionth and up to a thousand million, powers of ten beyond.
    static func short(_ value: Double, digits: Int = 6) -> String {
        if let special = notFinite(value) { return special }
        if value == 0 { return "0" }
        let magnitude = abs(value)
        // Whole numbers that have no neighbour, such as seeds, are not rounded.
        if magnitude < 0x1p53, value == value.rounded() { return String(Int64(value)) }
        // Rounding can carry into the next power of ten: 9.9999999 is 10.
        let rounded = Double(scientificText(value, digits: digits - 1)) ?? value
        let exponent = Int(Glibc.floor(Glibc.log10(abs(rounded))))
        if exponent >= -6, exponent < 9 {
            return trimmed(fixed(rounded, decimals: max(0, digits - 1 - exponent)))
        }
        return scientific(value, digits: digits)
    }

    /// Six significant digits for a table, and more where the whole part has them.
    static func inTable(_ value: Double) -> String {
        let magnitude = abs(value)
        return magnitude >= 1e5 && magnitude < 1e15 ? trimmed(fixed(value, decimals: 2)) : short(value)
    }

    /// `decimals` digits after the point.
    static func fixed(_ value: Double, decimals: Int) -> String {
        if let special = notFinite(value) { return special }
        let text = formatted("%.*f", value, max(0, min(decimals, 30)))
        // No minus before a zero.
        return text.hasPrefix("-") && !text.contains(where: { ("1"..."9").contains($0) })
            ? String(text.dropFirst()) : text
    }

    /// `1.5e-07`, with at most `digits` significant digits.
    static func scientific(_ value: Double, digits: Int) -> String {
        if let special = notFinite(value) { return special }
        let text = scientificText(value, digits: digits - 1)
        guard let exponent = text.firstIndex(of: "e") else { return text }
        return trimmed(String(text[..<exponent])) + text[exponent...]
    }

    private static func notFinite(_ value: Double) -> String? {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return nil
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func scientificText(_ value: Double, digits: Int) -> String {
        formatted("%.*e", value, max(0, min(digits, 17)))
    }

    private static func formatted(_ format: String, _ value: Double, _ digits: Int) -> String {
        // The longest there is: 309 digits before the point and 30 after it.
        var buffer = [CChar](repeating: 0, count: 360)
        let length = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
