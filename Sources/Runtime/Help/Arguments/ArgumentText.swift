import Language

/// What the help says of the arguments of built-ins, of what they return and of their errors.
///
/// Entries are lines `keys | type | meaning`. A key is `builtin.argument`, `@topic.argument`, or `argument` alone for all
/// built-ins that have one of that name; the most specific key wins. `returns` and `errors` stand for arguments.
package struct ArgumentText: Sendable {
    package struct Entry: Sendable {
        /// Such as "tensor or list".
        package let type: String
        package let meaning: String
    }

    package static let standard = ArgumentText([values, tensors, learning, shared])

    /// By key; all of them are used, which the tests check.
    package let entries: [String: Entry]
    /// Lines that are not entries, or keys that come twice: mistakes, which the tests find.
    package let mistakes: [String]

    private let groups: [[String]]

    init(_ texts: [String], related: String = ArgumentText.related) {
        var entries: [String: Entry] = [:]
        var mistakes: [String] = []
        for line in texts.joined(separator: "\n").split(separator: "\n") {
            let cells = line.split(separator: " | ", maxSplits: 2).map { String($0).trimmed }
            guard cells.count == 3 else {
                mistakes.append(String(line))
                continue
            }
            for key in cells[0].split(separator: ",").map(String.init) {
                if entries.updateValue(Entry(type: cells[1], meaning: cells[2]), forKey: key) != nil {
                    mistakes.append(key)
                }
            }
        }
        self.entries = entries
        self.mistakes = mistakes
        groups = related.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    /// The entry of an argument of a built-in; nil if nothing explains it.
    package func entry(_ argument: String, of builtin: Builtin) -> Entry? {
        key(argument, of: builtin).flatMap { entries[$0] }
    }

    /// The key that answers for an argument.
    package func key(_ argument: String, of builtin: Builtin) -> String? {
        ["\(builtin.name).\(argument)", "@\(builtin.topic.rawValue).\(argument)", argument]
            .first { entries[$0] != nil }
    }

    /// Built-ins that belong with one.
    package func related(to name: String) -> [String] {
        var found: [String] = []
        for group in groups where group.contains(name) {
            for other in group where other != name && !found.contains(other) { found.append(other) }
        }
        return Array(found.prefix(8))
    }

    /// All names that the groups tell.
    package var relatedNames: Set<String> { Set(groups.joined()) }
}
