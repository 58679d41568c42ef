/// What may have been meant by a name that is not known.
package enum Suggestion {
    /// `did you mean "dropout"?` for the closest candidate, or nil if none is close.
    package static func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String? {
        closest(to: name, among: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// The candidate that is closest to a name, or nil if none is close enough to have been meant.
    ///
    /// Close is what differs in case and underscores alone, in the order of its words, is begun by the name, or is few
    /// insertions, deletions, replacements and exchanges of neighbours away: one for short names, three for long ones.
    /// Short names with another first letter, and those of three letters with any other one, are names of other things:
    /// `selu` and `gelu`, `svd` and `sgd`.
    ///
    /// - Source: Damerau 1964, doi:10.1145/363958.363994, in the form that edits no part twice.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        guard !name.isEmpty, name.utf8.count <= 64 else { return nil }
        let wanted = letters(name)
        let limit = wanted.count <= 1 ? 0 : min(3, max(1, wanted.count / 3))
        var best: (distance: Int, name: String)?
        for candidate in candidates where candidate != name && candidate.utf8.count <= 64 {
            guard let distance = distance(name, wanted, candidate, limit) else { continue }
            if let best, (best.distance, best.name) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    private static func distance(_ name: String, _ wanted: [Character], _ candidate: String, _ limit: Int) -> Int? {
        let letters = letters(candidate)
        if letters == wanted { return 0 }
        if wanted.count >= 3, letters.starts(with: wanted) || words(name) == words(candidate) { return 1 }
        guard abs(letters.count - wanted.count) <= limit else { return nil }
        if wanted.count <= 4, letters.sorted() != wanted.sorted() {
            guard letters.count > 1, letters.first == wanted.first, wanted.count == 4 || letters.count != wanted.count
            else { return nil }
        }
        let distance = editDistance(wanted, letters)
        return distance <= limit ? distance : nil
    }

    private static func letters(_ name: String) -> [Character] {
        name.lowercased().filter { $0 != "_" }
    }

    private static func words(_ name: String) -> [String] {
        name.lowercased().split(separator: "_").map(String.init).sorted()
    }

    /// How many insertions, deletions, replacements and exchanges of neighbours make one text the other.
    package static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (x == y ? 0 : 1))
                if i > 0, j > 0, x == b[j - 1], y == a[i - 1] {
                    distance = min(distance, beforeLast[j - 1] + 1)
                }
                row.append(distance)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
