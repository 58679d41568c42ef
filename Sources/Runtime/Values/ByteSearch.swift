import TensorCore

/// Finds one text in others in linear time, byte by byte: as in Python, and not by characters that look the same.
///
/// - Source: Knuth, Morris and Pratt 1977, doi:10.1137/0206024.
struct ByteSearch {
    private let pattern: [UInt8]
    /// Of each beginning of the pattern, the length of its longest part that is both its beginning and its end.
    private let borders: [Int]

    /// - Parameter text: What is looked for; not empty.
    init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    private init(bytes: [UInt8]) {
        pattern = bytes
        var borders = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// Where it stands, without overlaps, until `body` says to stop.
    ///
    /// - Throws: `Failure` where it is interrupted.
    func forEachMatch(in text: [UInt8], _ body: (Range<Int>) -> Bool) throws {
        var (length, index, turns) = (0, -1, 0)
        while true {
            index += 1
            turns += 1
            // Nothing begins before the next first byte of the pattern.
            if length == 0 { index = text.firstIndex(of: pattern[0], from: index) ?? text.count }
            guard index < text.count else { return }
            if turns & 0xFFFF == 0, Interrupt.isRequested { throw Failure.interrupted }
            while length > 0, text[index] != pattern[length] { length = borders[length - 1] }
            if text[index] == pattern[length] { length += 1 }
            guard length == pattern.count else { continue }
            guard body(index + 1 - length..<index + 1) else { return }
            length = 0
        }
    }

    func isFound(in text: String) throws -> Bool {
        var isFound = false
        try forEachMatch(in: Array(text.utf8)) { _ in
            isFound = true
            return false
        }
        return isFound
    }

    /// Where it begins in a text for the first or the last time.
    func place(in text: [UInt8], isLast: Bool) throws -> Int? {
        // Read backwards, the last one is the first.
        let search = isLast ? ByteSearch(bytes: pattern.reversed()) : self
        var place: Int?
        try search.forEachMatch(in: isLast ? text.reversed() : text) { match in
            place = isLast ? text.count - match.upperBound : match.lowerBound
            return false
        }
        return place
    }

    /// The parts of a text between the matches, of which at most so many count.
    func parts(of text: String, atMost most: Int? = nil) throws -> [ArraySlice<UInt8>] {
        if most == 0 { return [Array(text.utf8)[...]] }
        let bytes = Array(text.utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        try forEachMatch(in: bytes) { match in
            parts.append(bytes[start..<match.lowerBound])
            start = match.upperBound
            return parts.count <= ListLength.most && parts.count != most
        }
        try ListLength.check(parts.count + 1)
        return parts + [bytes[start...]]
    }

    /// The text with each match replaced.
    func replacing(in text: String, by new: String, atMost most: Int? = nil) throws -> String {
        guard most != 0 else { return text }
        let (bytes, added) = (Array(text.utf8), Array(new.utf8))
        var result: [UInt8] = []
        var (start, count, length) = (0, 0, bytes.count)
        try forEachMatch(in: bytes) { match in
            if count == 0 { result.reserveCapacity(bytes.count) }
            count += 1
            length += added.count - pattern.count
            // What is too long is only measured.
            guard length <= ListLength.mostBytes else { return count != most }
            result += bytes[start..<match.lowerBound]
            result += added
            start = match.upperBound
            return count != most
        }
        guard count > 0 else { return text }
        try ListLength.checkBytes(length)
        result += bytes[start...]
        return String(decoding: result, as: UTF8.self)
    }
}
