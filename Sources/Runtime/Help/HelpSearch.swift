/// Looks for a word in what the help says of built-ins.
struct HelpSearch {
    struct Match {
        let name: String
        /// Where the word was found: an argument with its meaning, or the summary.
        let text: String
    }

    private let builtins: BuiltinTable

    init(_ builtins: BuiltinTable) { self.builtins = builtins }

    /// The built-ins that have a text, or else all of its words, the best matches first.
    func matches(of text: String) -> [Match] {
        let whole = matches(ofWord: text)
        let words = Self.words(text)
        guard whole.isEmpty, words.count > 1 else { return whole }
        let found = words.map(matches(ofWord:))
        let inAll = found[0].filter { match in found.allSatisfy { $0.contains { $0.name == match.name } } }
        // What a word names stands before what only tells of it.
        return inAll.filter { words.contains($0.name) } + inAll.filter { !words.contains($0.name) }
    }

    /// Whether a text has another, or else all of its words.
    static func hasAll(_ text: String, in page: String) -> Bool {
        has(text, in: page) || words(text).count > 1 && words(text).allSatisfy { has($0, in: page) }
    }

    /// None of a text that is longer than a question.
    private static func words(_ text: String) -> [String] {
        let words = text.split(separator: " ", maxSplits: mostWords).map(String.init)
        return words.count > mostWords ? [] : words
    }

    private static let mostWords = 8

    /// The built-ins that have a word in their name, their arguments, their summary or their details, in this order.
    private func matches(ofWord word: String) -> [Match] {
        var ranked: [[Match]] = [[], [], [], []]
        for builtin in builtins.all {
            let arguments = Signature(builtin.signature).parameters.map(\.name)
            if word.count >= 3, builtin.name.contains(word.lowercased()) {
                ranked[0].append(Match(name: builtin.name, text: builtin.summary))
            } else if let argument = arguments.first(where: { Self.matches(word, argument: $0) }) {
                let entry = ArgumentText.standard.entry(argument, of: builtin)
                ranked[1].append(Match(name: builtin.name, text: "\(argument): \(entry?.meaning ?? builtin.summary)"))
            } else if word.count < 3 {
                // Two letters are found in too many programs.
                continue
            } else if Self.has(word, in: builtin.summary) {
                ranked[2].append(Match(name: builtin.name, text: builtin.summary))
            } else if Self.has(word, in: builtin.details) {
                ranked[3].append(Match(name: builtin.name, text: builtin.summary))
            }
        }
        return ranked.flatMap { $0 }
    }

    private static func matches(_ word: String, argument: String) -> Bool {
        argument == word.lowercased() || word.count >= 4 && argument.contains(word.lowercased())
    }

    /// Whether a text has a word, or one that begins with it, without regard to case.
    static func has(_ word: String, in text: String) -> Bool {
        guard !word.isEmpty else { return false }
        let sought = Array(word.lowercased().utf8)
        let bytes = Array(text.lowercased().utf8)
        guard sought.count <= bytes.count else { return false }
        return (0...(bytes.count - sought.count)).contains { start in
            guard bytes[start] == sought[0], start == 0 || !isWordByte(bytes[start - 1]) || !isWordByte(sought[0])
            else { return false }
            return bytes[start..<(start + sought.count)].elementsEqual(sought)
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 0x5F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
