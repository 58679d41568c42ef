import Glibc

/// Returns the shortest text that reads back as the same number; whole numbers without a point.
///
/// Exponents are written below 1e-4 and from 1e16 on, as in Python: `0.1`, `3`, `1e-05`, `1e+16`, `inf`, `nan`.
package func numberText(_ number: Double) -> String {
    // Most numbers that scripts show: their digits are those of integers.
    if number.magnitude < 1e15, number != 0, number == number.rounded(.towardZero) { return String(Int64(number)) }
    return numberText(description: number.description, isFinite: number.isFinite)
}

/// Returns the shortest text that reads back as the same `Float`, written as for `Double`.
package func numberText(_ number: Float) -> String {
    numberText(description: number.description, isFinite: number.isFinite)
}

/// Lays out the shortest digits, which the standard library finds, by Python's rule.
private func numberText(description: String, isFinite: Bool) -> String {
    guard isFinite else { return description.contains("nan") ? "nan" : description }
    var digits: [UInt8] = []
    var exponent = 0
    var isNegative = false
    var pointPlace: Int?
    var rest = description.utf8[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "-"): isNegative = true
        case UInt8(ascii: "."): pointPlace = digits.count
        case UInt8(ascii: "e"):
            exponent = Int(String(decoding: rest, as: UTF8.self)) ?? 0
            rest = rest[rest.endIndex...]
        default: digits.append(byte)
        }
    }
    // The number is 0.digits times 10 to the power of `point`.
    var point = (pointPlace ?? digits.count) + exponent
    let zero = UInt8(ascii: "0")
    while digits.first == zero {
        digits.removeFirst()
        point -= 1
    }
    while digits.last == zero { digits.removeLast() }
    guard !digits.isEmpty else { return isNegative ? "-0" : "0" }
    let sign = isNegative ? "-" : ""
    func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    if point > 16 || point < -3 {
        let power = point - 1
        let fraction = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
        let magnitude = power.magnitude < 10 ? "0\(power.magnitude)" : "\(power.magnitude)"
        return sign + text(digits.prefix(1)) + fraction + (power < 0 ? "e-" : "e+") + magnitude
    }
    if point <= 0 { return sign + "0." + zeros(-point) + text(digits) }
    if digits.count <= point { return sign + text(digits) + zeros(point - digits.count) }
    return sign + text(digits.prefix(point)) + "." + text(digits.dropFirst(point))
}

/// Returns a number in hexadecimal digits, with zeros in front up to `digits` of them: `00ff`.
package func hexadecimalText(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
}

/// Returns a number with a fixed number of digits after the point, rounded half to even: `3.1416`, `-0.5000`, `inf`.
package func fixedText(_ number: Double, digits: Int) -> String {
    formatted(number, "%.*f", digits)
}

/// Returns a number with a power of ten and a fixed number of digits after the point: `3.1416e+00`.
package func scientificText(_ number: Double, digits: Int) -> String {
    formatted(number, "%.*e", digits)
}

private func formatted(_ number: Double, _ format: String, _ digits: Int) -> String {
    if number.isNaN { return "nan" }
    let digits = Int32(clamping: min(max(digits, 0), 1100))
    // The greatest numbers have 309 digits before the point.
    var buffer = [CChar](repeating: 0, count: 320 + Int(digits))
    let length = withVaList([digits, number]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(max(length, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
