/// Times and amounts as arguments write them: `60`, "60s", "1.5 min", "50 batches".
enum DurationText {
    private static let seconds: [String: Double] = [
        "ms": 1e-3, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60,
        "h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
    ]

    /// A number and the word after it, such as 50 and "batches"; the word is empty for a number alone.
    static func amount(_ value: Value) -> (number: Double, unit: String)? {
        if let number = value.asNumber { return (number, "") }
        guard let text = value.asString?.trimmed else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        return (number, String(text.dropFirst(digits.count)).trimmed.lowercased())
    }

    /// The seconds of a time: a number alone counts seconds.
    static func seconds(_ value: Value) -> Double? {
        guard let (number, unit) = amount(value), let factor = unit.isEmpty ? 1 : seconds[unit], number > 0,
            number.isFinite
        else { return nil }
        return number * factor
    }
}
