/// A regular expression as a tree, in the syntax of Python's `re`.
indirect enum PatternTree {
    case empty
    case scalars(ScalarSet)
    case sequence([PatternTree])
    case alternatives([PatternTree])
    case repetition(PatternTree, least: Int, most: Int?, isGreedy: Bool)
    case group(PatternTree, number: Int)
    case place(Place)
    case look(PatternTree, isBehind: Bool, isNegative: Bool)
    case reference(Int, ignoresCase: Bool)

    /// Where in the text a match goes on, without taking any of it.
    enum Place {
        case textStart, textEnd, lineStart, lineEnd
        /// At the end, or before the last line feed.
        case end
        case wordEdge, noWordEdge
    }

    /// How many scalars it takes, if it always takes the same number.
    var width: Int? {
        switch self {
        case .empty, .place, .look: return 0
        case .scalars: return 1
        case .reference: return nil
        case .group(let inner, _): return inner.width
        case .sequence(let parts):
            return parts.reduce(0) { sum, part in sum.flatMap { sum in part.width.map { sum + $0 } } }
        case .alternatives(let parts):
            let widths = Set(parts.map(\.width))
            return widths.count == 1 ? parts[0].width : nil
        case .repetition(let inner, let least, let most, _):
            guard most == least, let width = inner.width else { return nil }
            let (all, overflow) = width.multipliedReportingOverflow(by: least)
            return overflow ? nil : all
        }
    }
}

/// The characters that one place of a regular expression takes.
struct ScalarSet {
    enum Kind { case digit, word, space }

    var ranges: [ClosedRange<UInt32>] = []
    var kinds: [(kind: Kind, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    /// The one character that it takes, if there is but one.
    var single: UInt32? {
        guard kinds.isEmpty, !isNegated, !ignoresCase, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }

    func contains(_ scalar: UInt32) -> Bool {
        var isFound = holds(scalar)
        if !isFound, ignoresCase { isFound = ScalarSet.otherCases(scalar).contains { holds($0) } }
        return isFound != isNegated
    }

    private func holds(_ scalar: UInt32) -> Bool {
        for range in ranges where range.contains(scalar) { return true }
        for (kind, isNegated) in kinds where ScalarSet.isOf(kind, scalar) != isNegated { return true }
        return false
    }

    static func isOf(_ kind: Kind, _ value: UInt32) -> Bool {
        if value < 0x80 {
            let byte = UInt8(value)
            let isDigit = (0x30...0x39).contains(byte)
            switch kind {
            case .digit: return isDigit
            case .word: return isDigit || byte == 0x5F || (0x41...0x5A).contains(byte & 0xDF)
            case .space: return byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
            }
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch kind {
        case .digit: return scalar.properties.generalCategory == .decimalNumber
        case .word: return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        case .space: return scalar.properties.isWhitespace
        }
    }

    /// The small and the capital letter of a letter, where each is one scalar.
    static func otherCases(_ value: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(value) else { return [] }
        return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
            let scalars = text.unicodeScalars
            return scalars.count == 1 ? scalars.first?.value : nil
        }
    }
}

/// A set with its answers for ASCII at hand.
struct QuickSet {
    private let set: ScalarSet
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ set: ScalarSet) {
        self.set = set
        for value in 0..<64 as Range<UInt32> {
            if set.contains(value) { low |= 1 << UInt64(value) }
            if set.contains(value + 64) { high |= 1 << UInt64(value) }
        }
    }

    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return high >> UInt64(scalar - 64) & 1 == 1 }
        return set.contains(scalar)
    }
}
