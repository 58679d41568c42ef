import Autograd
import Language

/// What the help says of the arguments of built-ins, of what they return and of their errors.
///
/// Entries are lines `keys | type | meaning`. A key is `builtin.argument`, `@topic-pair.argument` for those of a topic that
/// take `a` and `b`, `@topic.argument`, or `argument` alone for all built-ins that have one of that name; the first of
/// these wins. `returns` and `errors` stand for arguments.
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
        let takesPair = Set(Signature(builtin.signature).parameters.map(\.name)).isSuperset(of: ["a", "b"])
        let topic = "@\(builtin.topic.rawValue)"
        let pair = takesPair ? ["\(topic)-pair.\(argument)"] : []
        return (["\(builtin.name).\(argument)"] + pair + ["\(topic).\(argument)", argument])
            .first { entries[$0] != nil }
    }

    /// The words that an argument takes, as its explanation quotes them; empty where it takes others, too.
    package func choices(of argument: String, _ builtin: Builtin) -> [String] {
        let explained = entry(argument, of: builtin)
        guard explained?.type.contains("string") == true, let meaning = explained?.meaning else { return [] }
        let quoted = Self.quotedWords(meaning)
        if quoted.count > 1 { return quoted }
        // Or the details: `optimizer: "adam", "sgd".`
        let text = builtin.details.split(separator: "\n").joined(separator: " ")
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let start = parts.firstIndex(where: { $0 == "\(argument):" }) else { return quoted }
        let sentence = parts[(start + 1)...].prefix { !$0.hasSuffix(":") }
        let end = sentence.firstIndex { $0.hasSuffix(".") }.map { $0 + 1 } ?? sentence.endIndex
        return Self.quotedWords(sentence[..<end].joined(separator: " "))
    }

    private static func quotedWords(_ text: String) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }.filter { word in
            !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        }
    }

    /// Built-ins that belong with one. A function of each element that no group names has its neighbours in their table.
    package func related(to name: String) -> [String] {
        var found: [String] = []
        if !groups.contains(where: { $0.contains(name) }) {
            let names = ElementwiseOperation.all.filter { $0.documentation != nil }.map(\.name)
            guard let place = names.firstIndex(of: name) else { return [] }
            return names[max(place - 2, 0)..<min(place + 3, names.count)].filter { $0 != name }
        }
        for group in groups where group.contains(name) {
            for other in group where other != name && !found.contains(other) { found.append(other) }
        }
        return Array(found.prefix(8))
    }

    /// All names that the groups tell.
    package var relatedNames: Set<String> { Set(groups.joined()) }
}
