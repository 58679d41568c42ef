import Datasets
import Runtime

/// The cells that a kernel has run.
struct KernelHistory {
    private var entries: [(number: Int, code: String, result: String?)] = []
    /// Of a kernel there is one session.
    private static let session = 1
    private static let mostEntries = 10_000
    private static let longestResult = 10_000

    mutating func add(_ number: Int, _ code: String, _ result: String?) {
        if entries.count >= Self.mostEntries { entries.removeFirst(Self.mostEntries / 10) }
        entries.append((number, code, result.map { String($0.prefix(Self.longestResult)) }))
    }

    /// The answer to a `history_request`: `[session, number, code]`, or with outputs `[session, number, [code, output]]`.
    func answer(_ request: JSON) -> JSON {
        var found = entries
        let count = request["n"]?.asInteger
        switch request["hist_access_type"]?.asString {
        case "range":
            // Sessions are counted from the present one, which is 0, or by their number.
            guard [0, Self.session].contains(request["session"]?.asInteger ?? 0) else { return .array([]) }
            let start = request["start"]?.asInteger ?? 0
            let stop = request["stop"]?.asInteger ?? .max
            found = found.filter { $0.number >= start && $0.number < stop }
        case "search":
            let pattern = request["pattern"]?.asString ?? "*"
            found = found.filter { Self.matches($0.code, pattern) }
            if request["unique"]?.asBoolean == true {
                var seen: Set<String> = []
                found = found.reversed().filter { seen.insert($0.code).inserted }.reversed()
            }
            if let count { found = found.suffix(max(count, 0)) }
        default: found = found.suffix(max(count ?? entries.count, 0))
        }
        let hasOutput = request["output"]?.asBoolean ?? false
        return .array(
            found.map { entry in
                let code = JSON.string(entry.code)
                let shown = hasOutput ? .array([code, entry.result.map { .string($0) } ?? .null]) : code
                return .array([.integer(Self.session), .integer(entry.number), shown])
            })
    }

    /// Whether a text is of a pattern in which `*` stands for any text and `?` for any character.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        var (place, next) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while place < text.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (next, place)
                next += 1
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[place] {
                place += 1
                next += 1
            } else if let last = star {
                // The star takes one character more.
                star = (last.pattern, last.text + 1)
                (place, next) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
