import Datasets
import Testing
import Training

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("", "abc", 3), ("abc", "", 3), ("intention", "execution", 5),
        ("saturday", "sunday", 3), ("same", "same", 0), ("", "", 0),
    ])
    func distances(_ a: String, _ b: String, _ expected: Int) throws {
        #expect(try EditDistance.between(Array(a), Array(b)) == expected)
        #expect(try EditDistance.between(Array(b), Array(a)) == expected)
    }

    @Test func theRateIsOverTheReferencesLength() throws {
        #expect(try EditDistance.rate("kitten", reference: "sitting", by: .character) == 3.0 / 7)
        #expect(try EditDistance.rate("the cat", reference: "the dog sat", by: .word) == 2.0 / 3)
        #expect(try EditDistance.errorRate(["ab", "xy"], references: ["ab", "ab"], by: .character) == 0.5)
        #expect(try EditDistance.rate("abc", reference: "", by: .character) == 3)
    }
}

/// Against sacreBLEU 2.6.0.
@Suite struct CorpusMetricTests {
    private let texts = [
        "the cat sat on the mat .", "there's a 3.5-inch disk , isn't there ?",
        "he said : \"hello , world !\" (twice)", "a", "it cost $1,000.50 & more", "tom was fired",
    ]
    private let first = [
        "the cat sat on a mat .", "there is a 3.5-inch disk, isn't there?", "he said: \"hello, world!\" twice",
        "a b c d", "it costs $1,000 & more &amp; more", "tom was dismissed .",
    ]
    private let second = [
        "a cat was sitting on the mat .", "a 3.5-inch disk is there, isn't it?", "\"hello, world!\" he said (twice).",
        "a b", "the price was $1,000.50 and more", "they fired tom .",
    ]

    private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }

    @Test func bleuOfACorpus() {
        let bleu = BLEU(texts, references: first.map { [$0] })
        #expect(near(bleu.score, 57.03141083438669))
        #expect(near(bleu.precisions[0], 82.05128205128206))
        #expect(near(bleu.precisions[3], 56.52173913043478))
        #expect(near(bleu.brevityPenalty, 0.879672914909989))
        #expect(bleu.wordCount == 39)
        #expect(bleu.referenceWordCount == 44)
        #expect(near(BLEU(texts, references: first.map { [$0] }, isTokenized: true).score, 16.046679672864993))
    }

    @Test func bleuWithSeveralReferences() {
        let bleu = BLEU(texts, references: zip(first, second).map { [$0, $1] })
        #expect(near(bleu.score, 67.44936230748729))
        #expect(near(bleu.brevityPenalty, 0.9025202940335931))
    }

    @Test func bleuWithoutSharedRuns() {
        let smooth = BLEU(["aa bb cc dd ee ff"], references: [["aa xx bb yy cc dd"]])
        #expect(near(smooth.score, 19.304869754804482))
        #expect(smooth.precisions.elementsEqual([66.66666666666667, 20.0, 12.5, 8.333333333333334], by: near))
        #expect(BLEU(["one two three"], references: [["one two three"]]).score == 0, "no run of four words")
        #expect(BLEU(["x"], references: [["y"]]).score == 0)
        #expect(BLEU([""], references: [["y"]]).score == 0)
        #expect(near(BLEU(["a b c d"], references: [["a b c d"]]).score, 100))
    }

    @Test(arguments: [
        ("a..b, c.5 5.c 5-6 -7 x-y", "a . . b , c . 5 5 . c 5 - 6 -7 x-y"),
        ("&quot;Hi&quot; &lt;b&gt; R&amp;D", "\" Hi \" < b > R & D"),
        ("1,000.50, ok... [x] {y} ~z `q`", "1,000.50 , ok . . . [ x ] { y } ~ z ` q `"),
        ("don't stop-\nping now/then", "don't stopping now / then"),
        ("3.,4", "3 . , 4"),
    ])
    func wordsAreSeparatedAsIn13a(_ text: String, _ tokens: String) {
        // A text agrees wholly with its own tokens if these are what it is split into.
        let wanted = BLEU([text], references: [[tokens]], isTokenized: false)
        #expect(near(wanted.precisions[0], 100))
        #expect(wanted.wordCount == tokens.split(separator: " ").count)
    }

    @Test func chrfOfACorpus() {
        #expect(near(ChrF.score(texts, references: first.map { [$0] }), 67.89984141034257))
        #expect(near(ChrF.score(texts, references: zip(first, second).map { [$0, $1] }), 68.54070123719474))
        #expect(ChrF.score(["a"], references: [["b"]]) == 0)
        #expect(near(ChrF.score(["abc"], references: [["abd"]]), 38.888888888888886))
    }
}
