import TensorCore

/// A string that can be indexed in constant time. Its elements are scalars of Unicode, as in Python.
struct IndexedText {
    let text: String
    /// nil where each byte is a character.
    private let characters: [Unicode.Scalar]?

    /// - Throws: `Failure` where it is interrupted.
    init(_ text: String) throws {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
        characters = text.isPlain ? nil : try text.unicodeScalars.mapUntilInterrupt { $0 }
    }

    private var count: Int { characters?.count ?? text.utf8.count }

    /// `text[3]`, `text[1:3]`
    ///
    /// - Throws: `Failure` for a position that it does not have.
    func element(_ subscripts: [Subscript]) throws -> String {
        guard case .slice(let start, let stop, let step) = subscripts.first, subscripts.count == 1 else {
            return character(try Value.string(text).position(subscripts, count, "string"))
        }
        let places = try SliceBounds(start: start, stop: stop, step: step, count: count)
        if let characters {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: try places.map { characters[$0] })
            return String(view)
        }
        return String(decoding: try places.map(byte), as: UTF8.self)
    }

    private func character(_ position: Int) -> String {
        String(characters?[position] ?? Unicode.Scalar(byte(position)))
    }

    private func byte(_ position: Int) -> UInt8 {
        text.utf8[text.utf8.index(text.utf8.startIndex, offsetBy: position)]
    }
}

/// The strings that were indexed last: a loop over the positions of one, or of two beside each other, looks through each of
/// them once.
final class IndexedTexts {
    /// Shorter strings are looked through as quickly as they are found.
    private static let shortest = 32
    /// Longer ones take too much memory to be kept, where their characters are not bytes.
    private static let longest = 1 << 22

    /// With the strings that they were last asked for by.
    private var latest: [(text: String, indexed: IndexedText)] = []

    func indexed(_ text: String) throws -> IndexedText {
        let size = text.utf8.count
        guard size >= Self.shortest else { return try IndexedText(text) }
        // Strings that share their storage are compared in constant time: the next time this one is.
        if let place = latest.firstIndex(where: { $0.text.utf8.count == size && $0.text == text }) {
            latest[place].text = text
            return latest[place].indexed
        }
        let indexed = try IndexedText(text)
        if size <= Self.longest { latest = [(text, indexed)] + latest.prefix(1) }
        return indexed
    }
}
