import TensorCore

/// How sentences become what a translator sees: the vocabularies of the training set and what was done to the text.
package struct TextCoding: Equatable, Sendable {
    package let source: Vocabulary
    package let target: Vocabulary
    /// Whether sentences are normalised before they are split.
    package let isNormalized: Bool
    /// The most tokens of a sentence of the data; `nil`: any number.
    package let maxLength: Int?

    package init(source: Vocabulary, target: Vocabulary, isNormalized: Bool, maxLength: Int? = nil) {
        self.source = source
        self.target = target
        self.isNormalized = isNormalized
        self.maxLength = maxLength
    }

    package var unit: Vocabulary.Unit { source.unit }

    /// A sentence of the source as the data's sentences are.
    package func prepared(_ text: String) -> String {
        isNormalized ? TextNormalization.normalized(text) : text
    }
}

/// Sentences with their translations, beside the indices that a dataset holds of them.
package struct TextPairs {
    package let coding: TextCoding
    /// All pairs as they are stored, in the order of the dataset's stored rows.
    package let sources: [String]
    package let targets: [String]
    /// The number of tokens of each source, and of each target with its start and end.
    package let sourceLengths: [Int]
    package let targetLengths: [Int]
    /// Pairs that were left out because they were too long, or empty once normalised.
    package let leftOut: Int
    /// Whether batches gather examples of like length.
    package var isBucketed: Bool
}

extension TextPairs {
    /// Makes a dataset of pairs of sentences: `x` holds the sources' indices, `y` the targets' between start and end,
    /// each padded to the longest.
    ///
    ///     let data = try TextPairs.dataset(sources: ["hola ."], targets: ["hi ."], name: "greetings")
    ///     try data.x()    // int64 [1, 6]
    ///     try data.y()    // int64 [1, 6]: start, h, i, space, point, end
    ///
    /// - Parameters:
    ///   - coding: Of the training set; `nil`: made of these pairs.
    ///   - minCount: How often a token has to be found to be in the vocabulary that is made.
    /// - Throws: `DatasetError` `.badParts` where counts differ, there is no pair or a sentence is empty.
    package static func dataset(
        sources: [String], targets: [String], coding: TextCoding? = nil, unit: Vocabulary.Unit = .character,
        isNormalized: Bool = false, maxLength: Int? = nil, minCount: Int = 1, leftOut: Int = 0,
        isBucketed: Bool = false,
        name: String = "pairs"
    ) throws -> Dataset {
        func error(_ reason: String, help: String? = nil) -> DatasetError {
            DatasetError(file: name, .badParts(reason: reason, help: help))
        }
        guard sources.count == targets.count else {
            throw error("there are \(sources.count) sentences and \(targets.count) translations")
        }
        guard minCount >= 1 else {
            throw DatasetError(
                file: name, .argument(name: "min_count", reason: "is \(minCount), and has to be at least 1"))
        }
        guard !sources.isEmpty else { throw error("there are no pairs of sentences") }
        let coding =
            coding
            ?? TextCoding(
                source: Vocabulary(of: sources, by: unit, minCount: minCount),
                target: Vocabulary(of: targets, by: unit, minCount: minCount),
                isNormalized: isNormalized, maxLength: maxLength)
        guard minCount == 1 || coding.source.ownCount > 0 && coding.target.ownCount > 0 else {
            throw error("no \(unit.rawValue) is found \(minCount) times, as min_count asks")
        }
        let x = sources.map { coding.source.encoded($0) }
        let y = targets.map { [Vocabulary.start] + coding.target.encoded($0) + [Vocabulary.end] }
        if let index = x.firstIndex(where: \.isEmpty) ?? y.firstIndex(where: { $0.count < 3 }) {
            throw error(
                "a sentence of pair \(index) is empty", help: "each pair has a sentence and its translation")
        }
        let pairs = TextPairs(
            coding: coding, sources: sources, targets: targets, sourceLengths: x.map(\.count),
            targetLengths: y.map(\.count), leftOut: leftOut, isBucketed: isBucketed)
        return try Dataset(x: padded(x), y: padded(y), name: name).withPairs(pairs)
    }

    /// Sequences side by side, int64 `[count, longest]`, with padding after the shorter ones.
    ///
    /// - Throws: `TensorError.outOfMemory`.
    package static func padded(_ sequences: [[Int]]) throws -> Tensor {
        let longest = sequences.map(\.count).max() ?? 0
        // Asked for before it is filled, so that what does not fit is an error.
        _ = try Tensor.empty([sequences.count, longest], dtype: .int64)
        var all: [Int64] = []
        all.reserveCapacity(sequences.count * longest)
        for sequence in sequences {
            for index in sequence { all.append(Int64(index)) }
            for _ in sequence.count..<longest { all.append(Int64(Vocabulary.padding)) }
        }
        return try Tensor(all, shape: [sequences.count, longest])
    }
}

extension Dataset {
    /// The sentences of this dataset's rows, in their order.
    package var sourceTexts: [String]? { pairs.map { pairs in positions.map { pairs.sources[$0] } } }
    package var targetTexts: [String]? { pairs.map { pairs in positions.map { pairs.targets[$0] } } }

    /// The pairs with the indices of other vocabularies, and normalised where those are of normalised text; itself where
    /// that changes nothing.
    ///
    /// - Throws: `DatasetError` `.badParts` where a sentence is empty once normalised.
    package func coded(by coding: TextCoding) throws -> Dataset {
        guard let pairs else { return self }
        let normalizes = coding.isNormalized && !pairs.coding.isNormalized
        guard normalizes || coding.source != pairs.coding.source || coding.target != pairs.coding.target else {
            return self
        }
        guard count > 0 else {
            return withPairs(
                TextPairs(
                    coding: coding, sources: pairs.sources, targets: pairs.targets,
                    sourceLengths: pairs.sourceLengths, targetLengths: pairs.targetLengths, leftOut: pairs.leftOut,
                    isBucketed: pairs.isBucketed))
        }
        func texts(_ texts: [String]) -> [String] {
            positions.map { normalizes ? coding.prepared(texts[$0]) : texts[$0] }
        }
        return try TextPairs.dataset(
            sources: texts(pairs.sources), targets: texts(pairs.targets), coding: coding,
            leftOut: rows == nil ? pairs.leftOut : 0, isBucketed: pairs.isBucketed, name: name)
    }
}

/// Some pairs as a translator sees them.
package struct PairBatch {
    /// The sources' indices, int64 `[count, longest source]`.
    package let source: Tensor
    /// int64 `[count]`.
    package let sourceLengths: Tensor
    /// The targets' indices from start to end, int64 `[count, longest target]`.
    package let target: Tensor
    package let targetLengths: Tensor

    /// The pairs of a batch of a dataset of text, as long as the longest of them and no longer.
    ///
    /// - Throws: `DatasetError` `.argument` for other datasets.
    package init(_ batch: Batch, of dataset: Dataset) throws {
        guard let pairs = dataset.pairs, let y = batch.y else {
            throw DatasetError(
                file: dataset.name, .argument(name: "the dataset", reason: "has no pairs of sentences"))
        }
        let rows = batch.indices.map { dataset.rows?[$0] ?? $0 }
        let lengths = (rows.map { pairs.sourceLengths[$0] }, rows.map { pairs.targetLengths[$0] })
        source = try batch.x.columns(0..<(lengths.0.max() ?? 0))
        target = try y.columns(0..<(lengths.1.max() ?? 0))
        sourceLengths = try Tensor(lengths.0.map(Int64.init))
        targetLengths = try Tensor(lengths.1.map(Int64.init))
    }

    /// What the decoder gets, the targets without their last index: int64 `[count, longest - 1]`.
    package func decoderInput() throws -> Tensor {
        try target.columns(0..<target.shape[1] - 1)
    }

    /// What it is to give, the targets without their start: int64 `[count, longest - 1]`.
    package func decoderTarget() throws -> Tensor {
        try target.columns(1..<target.shape[1])
    }
}

extension Tensor {
    /// Some columns of a matrix, contiguous, in memory of their own.
    fileprivate func columns(_ range: Range<Int>) throws -> Tensor {
        try at([.all, .slice(start: range.lowerBound, stop: range.upperBound, step: 1)]).copy()
    }
}
