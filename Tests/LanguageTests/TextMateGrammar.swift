import Foundation

/// A TextMate grammar, and the way in which an editor reads a text by it: line by line, the leftmost match first, and of
/// several there the end of what is open, then the first in the list.
final class TextMateGrammar {
    final class Rule {
        var scope: String?
        var contentScope: String?
        var match: NSRegularExpression?
        var begin: NSRegularExpression?
        var end: NSRegularExpression?
        var captures: [Int: String] = [:]
        var beginCaptures: [Int: String] = [:]
        var endCaptures: [Int: String] = [:]
        var include: String?
        var patterns: [Rule] = []
    }

    struct Problem: Error {
        let text: String
    }

    let root = Rule()
    private(set) var repository: [String: Rule] = [:]
    /// All that a rule may match at a place, includes resolved.
    private var alternatives: [ObjectIdentifier: [Rule]] = [:]

    init(_ data: Data) throws {
        guard let json = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            json["scopeName"] as? String == "source.dls"
        else { throw Problem(text: "no grammar of source.dls") }
        root.patterns = try rules(json["patterns"])
        for (name, value) in json["repository"] as? [String: Any] ?? [:] { repository[name] = try rule(value) }
    }

    private func rules(_ value: Any?) throws -> [Rule] { try (value as? [Any] ?? []).map(rule) }

    private func rule(_ value: Any) throws -> Rule {
        guard let json = value as? [String: Any] else { throw Problem(text: "a rule that is not an object") }
        let known: Set = [
            "name", "contentName", "match", "begin", "end", "captures", "beginCaptures", "endCaptures", "include",
            "patterns",
        ]
        if let unknown = json.keys.first(where: { !known.contains($0) }) { throw Problem(text: "key \(unknown)") }
        let rule = Rule()
        rule.scope = json["name"] as? String
        rule.contentScope = json["contentName"] as? String
        rule.match = try expression(json["match"])
        rule.begin = try expression(json["begin"])
        rule.end = try expression(json["end"])
        guard (rule.begin == nil) == (rule.end == nil) else { throw Problem(text: "a begin without an end") }
        rule.captures = captures(json["captures"])
        rule.beginCaptures = captures(json["beginCaptures"])
        rule.endCaptures = captures(json["endCaptures"])
        rule.include = json["include"] as? String
        rule.patterns = try rules(json["patterns"])
        return rule
    }

    private func expression(_ value: Any?) throws -> NSRegularExpression? {
        try (value as? String).map { try NSRegularExpression(pattern: $0) }
    }

    private func captures(_ value: Any?) -> [Int: String] {
        var result: [Int: String] = [:]
        for (key, entry) in value as? [String: [String: String]] ?? [:] {
            if let number = Int(key), let name = entry["name"] { result[number] = name }
        }
        return result
    }

    /// The rules that a rule's patterns stand for.
    private func alternatives(of rule: Rule) throws -> [Rule] {
        if let known = alternatives[ObjectIdentifier(rule)] { return known }
        var result: [Rule] = []
        for pattern in rule.patterns { try add(pattern, to: &result, depth: 0) }
        alternatives[ObjectIdentifier(rule)] = result
        return result
    }

    private func add(_ rule: Rule, to result: inout [Rule], depth: Int) throws {
        guard depth < 10 else { throw Problem(text: "includes that lead in a circle") }
        if let include = rule.include {
            guard let target = repository[String(include.dropFirst())] else {
                throw Problem(text: "there is no rule \(include)")
            }
            try add(target, to: &result, depth: depth + 1)
        } else if rule.match != nil || rule.begin != nil {
            result.append(rule)
        } else {
            for pattern in rule.patterns { try add(pattern, to: &result, depth: depth + 1) }
        }
    }

    // MARK: - Reading

    /// For each byte of the text its scopes, outermost first.
    func scopes(of text: String) throws -> [[String]] {
        var result: [[String]] = []
        var stack: [Rule] = [root]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let units = try scopes(ofLine: line as Substring, &stack)
            var offset = 0
            for scalar in line.unicodeScalars {
                for _ in 0..<String(scalar).utf8.count { result.append(units[offset]) }
                offset += String(scalar).utf16.count
            }
            result.append([])
        }
        result.removeLast()
        return result
    }

    private func scopes(ofLine line: Substring, _ stack: inout [Rule]) throws -> [[String]] {
        let text = NSString(string: String(line))
        var units = [[String]](repeating: [], count: text.length)
        func mark(_ range: NSRange, _ scopes: [String]) {
            for unit in range.location..<range.location + range.length { units[unit] += scopes }
        }
        func markCaptures(_ match: NSTextCheckingResult, _ names: [Int: String]) {
            for (group, name) in names.sorted(by: { $0.key < $1.key }) where group < match.numberOfRanges {
                let range = match.range(at: group)
                if range.location != NSNotFound { mark(range, [name]) }
            }
        }
        var position = 0
        var steps = 0
        while true {
            steps += 1
            guard steps < 10_000 else { throw Problem(text: "no way forward in: \(line)") }
            let current = stack[stack.count - 1]
            var best: (match: NSTextCheckingResult, rule: Rule, isEnd: Bool)?
            func consider(_ expression: NSRegularExpression?, _ rule: Rule, isEnd: Bool) {
                let range = NSRange(location: position, length: text.length - position)
                guard
                    let match = expression?.firstMatch(
                        in: text as String, options: [.withTransparentBounds, .withoutAnchoringBounds], range: range),
                    best.map({ match.range.location < $0.match.range.location }) ?? true
                else { return }
                // Something that neither ends nor takes anything would be found for ever.
                if match.range.length == 0, !isEnd { return }
                best = (match, rule, isEnd)
            }
            if stack.count > 1 { consider(current.end, current, isEnd: true) }
            for rule in try alternatives(of: current) { consider(rule.match ?? rule.begin, rule, isEnd: false) }

            let open = stack.dropFirst().flatMap { [$0.scope, $0.contentScope].compactMap { $0 } }
            guard let (match, rule, isEnd) = best else {
                mark(NSRange(location: position, length: text.length - position), open)
                return units
            }
            mark(NSRange(location: position, length: match.range.location - position), open)
            let outside = stack.dropFirst().dropLast().flatMap { [$0.scope, $0.contentScope].compactMap { $0 } }
            mark(match.range, (isEnd ? outside : open) + [rule.scope].compactMap { $0 })
            if isEnd {
                markCaptures(match, rule.endCaptures)
                stack.removeLast()
            } else if rule.match != nil {
                markCaptures(match, rule.captures)
            } else {
                markCaptures(match, rule.beginCaptures)
                stack.append(rule)
            }
            position = match.range.location + match.range.length
        }
    }
}
