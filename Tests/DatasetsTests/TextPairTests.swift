import Datasets
import TensorCore
import Testing

@Suite struct TextNormalizationTests {
    /// What Python gives: NFD without marks, then two regular expressions.
    @Test(arguments: [
        ("¿Qué tal, Tom?", " que tal tom ?"),
        ("  El niño   comió ... ¡rápido!  ", "el nino comio . . . rapido !"),
        ("Øystein ßtraße Łódź", " ystein tra e odz"),
        ("Việt Nam: phở bò!", "viet nam pho bo !"),
        ("İstanbul ĞĞ ı", "istanbul gg "),
        ("e\u{301}te\u{301} 3.5", "ete . "),
        ("a.b", "a .b"),
        ("Ǟ ǭ ș ţ Ő Ů ḍ", "a o s t o u d"),
        ("ﬁne ½ x²", " ne x "),
        ("привет, мир?", " ?"),
        ("\u{212a} 42", "k "),
        ("", ""),
        (" \t", ""),
    ])
    func givesWhatPythonDoes(_ text: String, _ expected: String) {
        #expect(TextNormalization.normalized(text) == expected)
    }

    @Test func sentencesOfTheDataStayAsTheyAre() {
        #expect(TextNormalization.normalized("what a hassle !") == "what a hassle !")
    }
}

@Suite struct VocabularyTests {
    @Test func tokensAreNumberedInTheOrderOfTheirFirstAppearance() {
        let vocabulary = Vocabulary(of: ["go .", "gun"], by: .character)
        #expect(vocabulary.tokens == ["<pad>", "<start>", "<end>", "<unknown>", "g", "o", " ", ".", "u", "n"])
        #expect(vocabulary.encoded("gong") == [4, 5, 9, 4])
        #expect(vocabulary.ownCount == 6)
    }

    @Test func unknownTokensHaveAnIndexOfTheirOwn() {
        let vocabulary = Vocabulary(of: ["abc"], by: .character)
        #expect(vocabulary.encoded("axb") == [4, Vocabulary.unknown, 5])
        #expect(vocabulary.unknownTokens(in: "xaxy") == ["x", "y"])
        #expect(vocabulary.decoded([4, Vocabulary.unknown, 99, -1, 5]) == "a\u{fffd}\u{fffd}\u{fffd}b")
    }

    @Test func decodingEndsAtTheEndAndLeavesPaddingOut() {
        let vocabulary = Vocabulary(of: ["abc"], by: .character)
        #expect(vocabulary.decoded([1, 4, 0, 5, 2, 6]) == "ab")
        #expect(vocabulary.decoded([]) == "")
    }

    @Test func wordsAreWhatWhiteSpaceSeparates() {
        let vocabulary = Vocabulary(of: ["the  cat\tsat"], by: .word)
        #expect(vocabulary.tokens.dropFirst(4) == ["the", "cat", "sat"])
        #expect(vocabulary.encoded(" cat dog ") == [5, Vocabulary.unknown])
        #expect(vocabulary.decoded([4, 6, 2]) == "the sat")
    }

    /// As the elements of a text in the language.
    @Test func aCharacterIsAScalarOfUnicode() {
        #expect(Vocabulary.tokens(of: "e\u{301}👩‍👧", by: .character).count == 5)
    }
}

@Suite struct TextPairTests {
    private func options(
        _ source: Int = 0, _ target: Int = 1, normalize: Bool = false, unit: Vocabulary.Unit = .character,
        maxLength: Int? = nil, bucket: Bool = false
    ) -> LoadOptions {
        LoadOptions(
            text: TextOptions(
                source: source, target: target, isNormalized: normalize, unit: unit, maxLength: maxLength,
                isBucketed: bucket))
    }

    @Test func aFileOfPairsIsADataset() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("greetings.txt", "hi\thola\t1\nbye\tadiós\t2\n")
        let data = try loadDataset(path, options(1, 0))
        #expect(data.name == "greetings")
        #expect(data.count == 2)
        #expect(data.sourceTexts == ["hola", "adiós"])
        #expect(data.targetTexts == ["hi", "bye"])
        #expect(try data.x().shape == [2, 5])
        #expect(try data.x().integers() == [4, 5, 6, 7, 0, 7, 8, 9, 10, 11])
        #expect(try data.y()?.integers() == [1, 4, 5, 2, 0, 1, 6, 7, 8, 2])
        #expect(data.dtype == .int64)
    }

    @Test func theVocabulariesAreThoseOfTheTrainPart() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("train-x.txt", "ab\tcd\n")
        _ = try folder.write("val-x.txt", "ax\tdy\n")
        _ = try folder.write("test-x.txt", "ba\tdc\n")
        let parts = try loadCollection(folder.path, options())
        #expect(parts.parts.map(\.part) == [.train, .dev, .test])
        #expect(parts.dev?.pairs?.coding == parts.train?.pairs?.coding)
        #expect(try parts.dev?.x().integers() == [4, Vocabulary.unknown])
        #expect(try parts.dev?.y()?.integers() == [1, 5, Vocabulary.unknown, 2])
        #expect(parts["val"]?.targetTexts == ["dy"])
    }

    @Test func normalizingAndLimitsLeavePairsOut() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.txt", "¡Hola!\tHi!\nmuy largo\tlong\n42\tforty-two\n\nsí\tyes\n")
        let data = try loadDataset(path, options(normalize: true, maxLength: 8))
        #expect(data.sourceTexts == [" hola !", "si"])
        #expect(data.pairs?.leftOut == 2)
        let text = data.descriptionText
        #expect(text.contains("pairs of sentences by character (normalized, at most 8)"))
        #expect(text.contains("2 pairs  source 2 to 7 characters  target 3 to 4 characters  2 left out"))
    }

    @Test func wordsCanBeTheUnit() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.txt", "el gato\tthe cat\nun gato\ta cat\n")
        let data = try loadDataset(path, options(unit: .word))
        #expect(try data.x().integers() == [4, 5, 6, 5])
        #expect(data.descriptionText.contains("vocabulary  source 3 words, target 3 words"))
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func lineEndsAndAByteOrderMarkAreNoText(_ end: String) throws {
        let folder = try TemporaryFolder()
        for last in ["", end, end + end] {
            let text = "\u{feff}a\tb\(end)\(end) \(end)c\td\(last)"
            let data = try loadDataset(folder.write("x.txt", text), options())
            #expect(data.sourceTexts == ["a", "c"])
            #expect(data.targetTexts == ["b", "d"])
        }
        let error = try loadError(folder.write("x.txt", "a\tb\(end)\(end)c\(end)"), options())
        #expect(error.place == .line(3))
    }

    @Test func partsKeepTheirSentences() throws {
        let data = try TextPairs.dataset(sources: ["a", "bb", "ccc"], targets: ["x", "yy", "zzz"])
        let part = try data.selecting([2, 0])
        #expect(part.sourceTexts == ["ccc", "a"])
        #expect(try data.shuffled(key: RandomKey(seed: 1)).targetTexts?.sorted() == ["x", "yy", "zzz"])
        #expect(part.descriptionText.contains("2 pairs"))
    }

    @Test func aBatchIsAsLongAsItsLongestPair() throws {
        let data = try TextPairs.dataset(sources: ["a", "bb", "ccccc"], targets: ["xxxx", "y", "z"])
        let batches = try Batches(data, size: 2)
        let first = try PairBatch(#require(try batches.nextBatch()), of: data)
        #expect(first.source.shape == [2, 2])
        #expect(first.target.shape == [2, 6])
        #expect(first.sourceLengths.integers() == [1, 2])
        #expect(first.targetLengths.integers() == [6, 3])
        #expect(try first.decoderInput().integers() == [1, 4, 4, 4, 4, 1, 5, 2, 0, 0])
        #expect(try first.decoderTarget().integers() == [4, 4, 4, 4, 2, 5, 2, 0, 0, 0])
        let part = try data.selecting([2])
        let second = try PairBatch(#require(try Batches(part, size: 2).nextBatch()), of: part)
        #expect(second.source.shape == [1, 5])
    }

    @Test func bucketsHoldSentencesOfLikeLength() throws {
        let words = (0..<300).map { String(repeating: "a", count: 1 + ($0 * 7) % 30) }
        func lengths(bucketed: Bool) throws -> [[Int]] {
            let data = try TextPairs.dataset(sources: words, targets: words, isBucketed: bucketed)
            let batches = try Batches(data, size: 20, shuffle: RandomKey(seed: 4))
            var result: [[Int]] = []
            while let batch = try batches.nextBatch() {
                result.append(batch.indices.map { words[$0].count })
            }
            return result
        }
        let plain = try lengths(bucketed: false)
        let bucketed = try lengths(bucketed: true)
        #expect(bucketed.flatMap { $0 }.sorted() == words.map(\.count).sorted(), "each pair once")
        func padding(_ batches: [[Int]]) -> Int {
            batches.reduce(0) { sum, batch in sum + batch.reduce(0) { $0 + (batch.max() ?? 0) - $1 } }
        }
        #expect(padding(bucketed) * 5 < padding(plain))
        #expect(bucketed.map { $0.max() ?? 0 } != bucketed.map { $0.max() ?? 0 }.sorted(), "batches are shuffled")
        #expect(bucketed == (try lengths(bucketed: true)), "the same key, the same order")
    }

    // MARK: Bad input

    @Test(
        arguments: [
            ([0x61, 0x09, 0x62, 0x0a, 0x63, 0x09, 0xe9, 0x0a], "line 2: the text is not UTF-8"),
            (Array("a\tb\nonly\n".utf8), "line 2: there is no tab in the line"),
            (Array("a\tb\n \tc\n".utf8), "line 2: the source sentence is empty"),
            (Array("a\tb\n\nc\t\n".utf8), "line 3: the target sentence is empty"),
            (Array("\n\n".utf8), "the file is empty"),
            ([], "the file is empty"),
        ] as [([UInt8], String)])
    func badLinesAreNamed(_ bytes: [UInt8], _ expected: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.txt", bytes)
        #expect(folder.relative(try loadError(path, options()).message).contains("x.txt"))
        #expect(try loadError(path, options()).message.contains(expected))
    }

    @Test func badArgumentsAreNamed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.txt", "aaa\tbbb\n")
        func message(_ options: LoadOptions) throws -> String { try loadError(path, options).message }
        #expect(try message(options(0, 2)).contains("line 1: there is no column 2 for `target`: the line has 2"))
        #expect(try message(options(-1, 0)).contains("columns count from 0"))
        #expect(try message(options(1, 1)).contains("source and target are both column 1"))
        #expect(try message(options(maxLength: 0)).contains("max_length is 0"))
        #expect(try message(options(maxLength: 2)).contains("all of its 1 pairs are left out"))
    }

    @Test func foldersSayWhatTheyLack() throws {
        let folder = try TemporaryFolder()
        #expect(try loadError(folder.path, options()).message.contains("train, val or test in its name"))
        _ = try folder.write("test-x.txt", "a\tb\n")
        #expect(try loadError(folder.path, options()).message.contains("there is no train part"))
        _ = try folder.write("train-x.txt", "a\tb\n")
        _ = try folder.write("train-y.txt", "a\tb\n")
        #expect(try loadError(folder.path, options()).message.contains("is the train part too"))
    }

    @Test func pairsThatDoNotFitAreRefused() throws {
        #expect(throws: DatasetError.self) { try TextPairs.dataset(sources: ["a"], targets: []) }
        #expect(throws: DatasetError.self) { try TextPairs.dataset(sources: ["a", ""], targets: ["b", "c"]) }
        #expect(throws: DatasetError.self) {
            try TextPairs.dataset(sources: ["a"], targets: ["b"]).normalized()
        }
    }
}
