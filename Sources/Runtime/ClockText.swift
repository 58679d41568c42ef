import Glibc

/// `2026-11-24 15:10`, by the clock on the wall.
///
/// - Parameter seconds: Since 1970.
package func clockText(_ seconds: Int, hourSeparator: String = " ", minuteSeparator: String = ":") -> String {
    var moment = time_t(seconds)
    var parts = tm()
    localtime_r(&moment, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        + "\(hourSeparator)\(two(parts.tm_hour))\(minuteSeparator)\(two(parts.tm_min))"
}
