import Datasets
import TensorCore

/// What a dataset of sentences has beside `x` and `y`.
struct PairFields {
    static let vocabularyNames = ["source_vocabulary", "target_vocabulary"]
    static let names = ["source", "target"] + vocabularyNames

    private let dataset: Dataset
    private let pairs: TextPairs

    init?(_ dataset: Dataset) {
        guard let pairs = dataset.pairs else { return nil }
        self.dataset = dataset
        self.pairs = pairs
    }

    func value(_ name: String) -> Value? {
        switch name {
        case "source": .strings(dataset.sourceTexts ?? [])
        case "target": .strings(dataset.targetTexts ?? [])
        default: PairFields.vocabulary(name, pairs.coding)
        }
    }

    static func vocabulary(_ name: String, _ coding: TextCoding) -> Value? {
        switch name {
        case "source_vocabulary": .strings(coding.source.tokens)
        case "target_vocabulary": .strings(coding.target.tokens)
        default: nil
        }
    }

    /// The sentences of one example.
    func texts(_ index: Int) -> [(name: String, value: Value)] {
        let position = dataset.rows?[index] ?? index
        return [("source", .string(pairs.sources[position])), ("target", .string(pairs.targets[position]))]
    }

    /// A batch as a translator takes it. Masks are true where there is padding, [n, 1, time].
    func batch(_ batch: Batch) throws -> Record {
        let pairs = try PairBatch(batch, of: dataset)
        func mask(_ indices: Tensor) throws -> Value {
            .tensor(try indices.combined(.equal, with: Double(Vocabulary.padding)).unsqueeze(1))
        }
        return Record([
            ("source", .tensor(pairs.source)), ("source_lengths", .tensor(pairs.sourceLengths)),
            ("source_mask", try mask(pairs.source)), ("target", .tensor(pairs.target)),
            ("target_lengths", .tensor(pairs.targetLengths)), ("target_mask", try mask(pairs.target)),
        ])
    }
}
