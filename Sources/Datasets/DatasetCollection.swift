import TensorCore

/// The parts of a dataset: `train`, `dev` and `test`, those that there are.
package struct DatasetCollection {
    package enum Part: String, CaseIterable, Sendable {
        case train, dev, test

        /// The part that a word in a file's or an array's name speaks of.
        package init?(word: String) {
            switch word {
            case "train", "training": self = .train
            case "dev", "val", "valid", "validation": self = .dev
            case "test", "t10k": self = .test
            default: return nil
            }
        }
    }

    package let name: String
    /// In the order of `Part`.
    package let parts: [(part: Part, dataset: Dataset)]

    package init(name: String, parts: [Part: Dataset]) {
        self.name = name
        self.parts = Part.allCases.compactMap { part in
            parts[part].map { (part, $0.renamed("\(name).\(part.rawValue)")) }
        }
    }

    package subscript(part: Part) -> Dataset? { parts.first { $0.part == part }?.dataset }

    /// The part of that name; `val`, `valid` and `validation` are names of `dev`.
    package subscript(name: String) -> Dataset? { Part(word: name).flatMap { self[$0] } }

    package var train: Dataset? { self[.train] }
    package var dev: Dataset? { self[.dev] }
    package var test: Dataset? { self[.test] }

    /// All parts, normalized by the figures of the train part unless others are given.
    ///
    /// - Throws: `DatasetError` `.argument` where there is no train part to take them from.
    package func normalized(_ normalization: Normalization? = nil) throws -> DatasetCollection {
        guard let figures = try normalization ?? train?.statistics() else {
            throw DatasetError(
                file: name, .argument(name: "the dataset", reason: "has no train part to take means from"))
        }
        let normalized = try parts.map { ($0.part, try $0.dataset.normalized(figures)) }
        return DatasetCollection(name: name, parts: Dictionary(uniqueKeysWithValues: normalized))
    }
}
