import Glibc

/// What differs between recorded lines of output and those that came now.
///
/// Text is compared exactly, numbers one by one by tolerance:
///
/// - A number may be off by `absolute + relative * |recorded|`; `nan` equals `nan`, and infinities their like.
/// - Numbers that are whole on both sides (counts, classes) are equal or differ, unless the cell gives a tolerance;
///   shapes such as `[8, 16]` always.
/// - Without a tolerance of the cell's own, one unit of the last digit is allowed where it is at most a thousandth of
///   the number: rounding for display may turn a difference of 1e-9 into one.
/// - White space is compared as it is, but where a number has become longer or shorter, which moves its columns.
package struct OutputComparison {
    package enum Difference: Equatable {
        /// `offset` is how far the number is out, `actualLine` the line of what came now, from 0.
        case number(line: Int, actualLine: Int, recorded: String, actual: String, offset: Double)
        case text(line: Int, recorded: String, actual: String)
        /// Recorded, and not there now.
        case missing(line: Int, recorded: String)
        /// There now, and not recorded, after so many recorded lines.
        case added(line: Int, actual: String)
    }

    /// In the order of the lines; `line` counts recorded lines from 0.
    package private(set) var differences: [Difference] = []

    private let tolerance: CheckTolerance?
    private var areColumnsMoved = false

    /// - Parameter tolerance: What the cell's `#~` lines say.
    package init(recorded: [String], actual: [String], tolerance: CheckTolerance? = nil) {
        self.tolerance = tolerance
        let recordedLines = recorded.map(LinePieces.init)
        let actualLines = actual.map(LinePieces.init)
        // Lines that came or went stand between those that are alike at the start and at the end.
        var head = 0
        while head < min(recorded.count, actual.count), recordedLines[head].isAlike(actualLines[head]) { head += 1 }
        var tail = 0
        while tail < min(recorded.count, actual.count) - head,
            recordedLines[recorded.count - 1 - tail].isAlike(actualLines[actual.count - 1 - tail])
        { tail += 1 }
        let middle = min(recorded.count, actual.count) - head - tail
        let headPairs = (0..<(head + middle)).map { ($0, $0) }
        let tailPairs = (0..<tail).map { (recorded.count - tail + $0, actual.count - tail + $0) }
        areColumnsMoved = (headPairs + tailPairs).contains { pair in
            recordedLines[pair.0].hasNumbersOfOtherWidth(than: actualLines[pair.1])
        }
        for (old, new) in headPairs { compare(recordedLines[old], actualLines[new], old, new) }
        for line in (head + middle)..<(recorded.count - tail) {
            differences.append(.missing(line: line, recorded: recorded[line]))
        }
        for line in (head + middle)..<(actual.count - tail) {
            differences.append(.added(line: head + middle, actual: actual[line]))
        }
        for (old, new) in tailPairs { compare(recordedLines[old], actualLines[new], old, new) }
    }

    private init(areColumnsMoved: Bool, tolerance: CheckTolerance?) {
        (self.areColumnsMoved, self.tolerance) = (areColumnsMoved, tolerance)
    }

    private mutating func compare(_ recorded: LinePieces, _ actual: LinePieces, _ line: Int, _ actualLine: Int) {
        guard recorded.text != actual.text else { return }
        guard recorded.isAlike(actual), areColumnsMoved || recorded.isSpaced(like: actual) else {
            differences.append(.text(line: line, recorded: recorded.text, actual: actual.text))
            return
        }
        for (old, new) in zip(recorded.pieces, actual.pieces) {
            guard case .number(let old) = old.kind, case .number(let new) = new.kind, !isClose(old, new) else {
                continue
            }
            differences.append(
                .number(
                    line: line, actualLine: actualLine, recorded: old.text, actual: new.text,
                    offset: (new.value - old.value).magnitude))
        }
    }

    private func isClose(_ recorded: NumberPiece, _ actual: NumberPiece) -> Bool {
        let (old, new) = (recorded.value, actual.value)
        if old == new || old.isNaN && new.isNaN { return true }
        guard old.isFinite, new.isFinite else { return false }
        if recorded.isWhole, actual.isWhole, tolerance == nil || recorded.isInShape { return false }
        let allowed = tolerance ?? CheckTolerance()
        let offset = (new - old).magnitude
        // Decimal digits are no binary ones: a hair more, so that a bound itself is within.
        if offset <= (allowed.absolute + allowed.relative * old.magnitude) * (1 + 1e-9) { return true }
        guard tolerance == nil, recorded.lastUnit == actual.lastUnit else { return false }
        return recorded.lastUnit <= 1e-3 * old.magnitude && offset <= recorded.lastUnit * 1.001
    }
}

// MARK: - Outputs with more in them

extension OutputComparison {
    /// So many lines may differ in numbers alone from what is recorded, where that is only one line: more are guesses.
    private static let mostNearLines = 3

    /// The lines that came without those that are more than what is recorded; all of them where nothing is found.
    ///
    /// Recorded lines are found where they come in their order, whatever stands before, between and behind them. Lines
    /// that differ from one of them in numbers alone may be no more than there are recorded ones: who shows all numbers
    /// that there are has not found the right one.
    package static func withoutFurtherLines(
        recorded: [String], actual: [String], tolerance: CheckTolerance?
    ) -> [String] {
        guard actual.count > recorded.count else { return actual }
        let expected = recorded.map(LinePieces.init)
        let lines = actual.map(LinePieces.init)
        func agree(_ old: LinePieces, _ new: LinePieces) -> Bool {
            var comparison = OutputComparison(areColumnsMoved: old.hasNumbers, tolerance: tolerance)
            comparison.compare(old, new, 0, 0)
            return comparison.differences.isEmpty
        }
        var found: [Int] = []
        for (index, line) in lines.enumerated() where found.count < expected.count {
            if agree(expected[found.count], line) { found.append(index) }
        }
        let places = Set(found)
        let near = lines.enumerated().count { index, line in
            !places.contains(index)
                && expected.contains { $0.hasNumbers && $0.isAlike(line) }
                && !expected.contains { agree($0, line) }
        }
        if found.count == expected.count, near <= max(mostNearLines, expected.count) { return found.map { actual[$0] } }
        return zip(actual, lines).filter { line in expected.contains { $0.isAlike(line.1) } }.map(\.0)
    }
}

/// A number in a line of text.
private struct NumberPiece {
    let text: String
    let value: Double
    /// The worth of its last digit.
    let lastUnit: Double
    let isWhole: Bool
    /// Whether it stands in brackets with nothing but whole numbers.
    var isInShape = false
}

/// A line in pieces: words, signs and numbers, with the white space before each.
private struct LinePieces {
    struct Piece {
        enum Kind {
            case text(Substring)
            case number(NumberPiece)
        }
        let kind: Kind
        let spaceBefore: Int
    }

    let text: String
    private(set) var pieces: [Piece] = []

    init(_ line: String) {
        var line = line
        while line.last == " " || line.last == "\t" { line.removeLast() }
        text = line
        read()
    }

    var hasNumbers: Bool {
        pieces.contains { if case .number = $0.kind { true } else { false } }
    }

    /// Whether both have the same words with numbers in the same places.
    func isAlike(_ other: LinePieces) -> Bool {
        guard pieces.count == other.pieces.count else { return false }
        return zip(pieces, other.pieces).enumerated().allSatisfy { index, pair in
            guard index == 0 || (pair.0.spaceBefore == 0) == (pair.1.spaceBefore == 0) else { return false }
            switch (pair.0.kind, pair.1.kind) {
            case (.text(let old), .text(let new)): return old == new
            case (.number, .number): return true
            default: return false
            }
        }
    }

    func isSpaced(like other: LinePieces) -> Bool {
        zip(pieces, other.pieces).allSatisfy { $0.spaceBefore == $1.spaceBefore }
    }

    func hasNumbersOfOtherWidth(than other: LinePieces) -> Bool {
        guard isAlike(other) else { return false }
        return zip(pieces, other.pieces).contains { old, new in
            guard case .number(let old) = old.kind, case .number(let new) = new.kind else { return false }
            return old.text.utf8.count != new.text.utf8.count
        }
    }

    // MARK: - Reading

    private mutating func read() {
        let bytes = Array(text.utf8)
        let shapes = Self.shapes(bytes)
        var offset = 0
        var space = 0
        func add(_ kind: Piece.Kind, to end: Int) {
            pieces.append(Piece(kind: kind, spaceBefore: space))
            space = 0
            offset = end
        }
        func substring(_ end: Int) -> Substring {
            let utf8 = text.utf8
            return text[
                utf8.index(utf8.startIndex, offsetBy: offset)..<utf8.index(utf8.startIndex, offsetBy: end)]
        }
        while offset < bytes.count {
            if bytes[offset] == 0x20 || bytes[offset] == 0x09 {
                space += 1
                offset += 1
            } else if let (found, end) = Self.number(bytes, at: offset) {
                var number = found
                number.isInShape = shapes.contains { $0.contains(offset) }
                add(.number(number), to: end)
            } else if Self.isWordByte(bytes[offset]) {
                let end = bytes[offset...].firstIndex { !Self.isWordByte($0) } ?? bytes.count
                add(.text(substring(end)), to: end)
            } else {
                add(.text(substring(offset + 1)), to: offset + 1)
            }
        }
    }

    /// Letters, digits, `_` and all that is not ASCII.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The brackets that hold whole numbers, commas and spaces.
    private static func shapes(_ bytes: [UInt8]) -> [Range<Int>] {
        var shapes: [Range<Int>] = []
        var start: Int?
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "["): start = offset
            case UInt8(ascii: "]"):
                if let first = start { shapes.append(first..<offset) }
                start = nil
            case UInt8(ascii: ","), 0x20: continue
            default: if !isDigit(byte) { start = nil }
            }
        }
        return shapes
    }

    /// The number that starts at an offset, unless it is part of a word such as `conv1` or `28x28`.
    private static func number(_ bytes: [UInt8], at start: Int) -> (NumberPiece, end: Int)? {
        func byte(_ offset: Int) -> UInt8 { offset >= 0 && offset < bytes.count ? bytes[offset] : 0 }
        func digits(_ offset: Int) -> Int {
            var end = offset
            while isDigit(byte(end)) { end += 1 }
            return end
        }
        guard !isWordByte(byte(start - 1)) else { return nil }
        var offset = start
        if byte(offset) == UInt8(ascii: "-") || byte(offset) == UInt8(ascii: "+") {
            // Behind a value or a sign of its own it is an operator or a dash.
            let before = byte(start - 1)
            guard before == 0 || [0x20, 0x09].contains(before) || "([{=,:|".utf8.contains(before) else { return nil }
            offset += 1
        }
        for name in ["inf", "nan"] where bytes[offset...].starts(with: name.utf8) && !isWordByte(byte(offset + 3)) {
            let text = String(decoding: bytes[start..<(offset + 3)], as: UTF8.self)
            return (NumberPiece(text: text, value: Double(text) ?? .nan, lastUnit: 0, isWhole: false), offset + 3)
        }
        var end = digits(offset)
        guard end > offset else { return nil }
        var grouped = end
        while end - offset <= 3, byte(grouped) == UInt8(ascii: ","), digits(grouped + 1) == grouped + 4 { grouped += 4 }
        end = grouped
        var decimals = 0
        if byte(end) == UInt8(ascii: "."), isDigit(byte(end + 1)) {
            let last = digits(end + 1)
            decimals = last - end - 1
            end = last
        }
        var exponent = 0
        if byte(end) | 0x20 == UInt8(ascii: "e") {
            let hasSign = [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte(end + 1))
            let first = end + (hasSign ? 2 : 1)
            let last = digits(first)
            if last > first, let number = Int(String(decoding: bytes[(end + 1)..<last], as: UTF8.self)) {
                exponent = number
                end = last
            }
        }
        let hasFraction = decimals > 0 || exponent != 0
        if isWordByte(byte(end)), decimals == 0 { return nil }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        guard let value = Double(text.filter { $0 != "," }) else { return nil }
        let unit = pow(10, Double(max(-400, min(exponent, 400)) - decimals))
        return (NumberPiece(text: text, value: value, lastUnit: unit, isWhole: !hasFraction), end)
    }
}
