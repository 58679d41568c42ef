import Language
import Testing

/// SplitMix64 (Steele, Lea and Flood 2014), so that a seed gives the same texts everywhere.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct FuzzTests {
    private static let soup: [String] =
        Token.Kind.reservedWords.keys.sorted() + [
            "a", "b", "f", "relu", "plot", "lambda", "def", "is", "elif", "let", "3", "0.5", "1e", "0x", "\"s\"", "'l'",
            "\"", "'", "\"{",
            "}\"", "\"\"\"", ":.3f", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "...", "->", "?", "=", "+=", "+",
            "-", "*", "/", "%",
            "@", "**", "==", "!=", "<", "&&", "!", "//", "~", "$", "|", "&", "|=", "^", "<<", ">>=", "\\", "\n", "\n",
            "\n", " ", " ",
            " ", "#", "# %%\n",
            "é", "変",
            "\u{201C}", "😀", "\t", "f(", "x[", "a=", "x -> ", "k=1", "class A(", "class", "self", "fn +(",
        ]

    /// Parses and renders; a parse that is not complete has errors, and each can be shown.
    private func check(_ bytes: [UInt8], _ seed: UInt64) {
        let result = Parser.parse(SourceText(name: "fuzz", bytes: bytes))
        #expect((result.completeness == .complete) == result.diagnostics.isEmpty, "seed \(seed)")
        if case .incomplete = result.completeness { #expect(result.diagnostics.count == 1, "seed \(seed)") }
        for diagnostic in result.diagnostics {
            let span = diagnostic.location?.span ?? Span(0, 0)
            #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count, "seed \(seed)")
            #expect(!DiagnosticRenderer().render(diagnostic).isEmpty)
        }
    }

    /// A seed of its own for each run, in the message of what fails; `seed` can be set to repeat it.
    private static let seed = UInt64.random(in: 0...UInt64.max)

    @Test func randomBytes() {
        for round in 0..<3000 as Range<UInt64> {
            let seed = FuzzTests.seed &+ round
            var generator = SeededGenerator(state: seed)
            let count = Int.random(in: 0...60, using: &generator)
            let highest: UInt8 = round % 3 == 0 ? 255 : 127
            check((0..<count).map { _ in UInt8.random(in: 0...highest, using: &generator) }, seed)
            check((0..<count).map { _ in UInt8.random(in: 9...highest, using: &generator) }, seed)
        }
    }

    @Test func randomTokens() {
        for round in 0..<6000 as Range<UInt64> {
            let seed = FuzzTests.seed &+ round
            var generator = SeededGenerator(state: seed)
            let count = Int.random(in: 0...40, using: &generator)
            let space = Bool.random(using: &generator) ? " " : ""
            let words = (0..<count).map { _ in FuzzTests.soup.randomElement(using: &generator) ?? "" }
            check(Array(words.joined(separator: space).utf8), seed)
        }
    }

    /// Good programs with a part cut out, doubled or moved.
    @Test func damagedPrograms() {
        for round in 0..<2000 as Range<UInt64> {
            let seed = FuzzTests.seed &+ round
            var generator = SeededGenerator(state: seed)
            var bytes = Array((ProgramTests.all.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
                let part = Array(bytes[start..<end])
                if Bool.random(using: &generator) { bytes.removeSubrange(start..<end) }
                if Bool.random(using: &generator) || bytes.isEmpty {
                    bytes.insert(contentsOf: part + [10], at: Int.random(in: 0...bytes.count, using: &generator))
                }
            }
            check(bytes, seed)
        }
    }

    /// Texts that would take hours if anything took time that grows with the square of their length.
    @Test(.timeLimit(.minutes(2))) func timeIsLinear() {
        let lines = [
            "((((((((", "\"{", "\"{\"{", "x = )\n", "\"\"\"\n", "\"\n", "\"{ (\n\"", "[)", "{(", "})", "\\\n", "f (",
            "f (x) + 1\n", "f a -b\n",
            "a, ", "a.b.", "{a=", "if a {", "else if a {", "\"{x}\" ", "f(a\n", "sweep a in ", "?x ", "#", "\u{201C}",
            "x -> ", "f k=1 ", "} ",
        ]
        for line in lines {
            let bytes = Array(String(repeating: line, count: 200_000 / line.utf8.count).utf8)
            check(bytes, 0)
        }
    }

    @Test(.timeLimit(.minutes(2))) func aLineOfTenMegabytes() {
        let list = "x = [" + String(repeating: "1, ", count: 3_400_000) + "1]"
        #expect(Parser.parse(SourceText(name: "t", text: list)).completeness == .complete)
        let string = "print \"" + String(repeating: "a", count: 10_000_000)
        #expect(
            Parser.parse(SourceText(name: "t", text: string)).diagnostics.map(\.message) == [
                "this string is not closed"
            ])
        let name = String(repeating: "a", count: 10_000_000)
        #expect(Parser.parse(SourceText(name: "t", text: "x = \(name) \(name) = 3")).completeness == .invalid)
        let digits = String(repeating: "9", count: 10_000_000)
        #expect(Parser.parse(SourceText(name: "t", text: digits)).completeness == .invalid)
    }
}
