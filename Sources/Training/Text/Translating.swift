import Datasets
import NeuralNet
import TensorCore

/// What a translator holds of the sentences that it decodes, a row for each.
package protocol DecoderState {
    /// The state of these rows, in their order; a row may be taken more than once.
    func selecting(_ rows: [Int]) throws -> any DecoderState
}

/// What a model's script can do with sentences: read them once, then give the next token's scores step by step.
package protocol Translating: AnyObject {
    /// How text becomes what the model sees, once it is known.
    var coding: TextCoding? { get }

    /// Puts in how text becomes what the model sees.
    ///
    /// - Throws: `OwnershipError`.
    func adopt(_ coding: TextCoding?) throws

    /// Whether the model has a forward function of source, lengths and target.
    var takesSentences: Bool { get }

    /// Reads sentences.
    ///
    /// - Parameters:
    ///   - source: Indices, int64 `[rows, time]`, padded.
    ///   - lengths: int64 `[rows]`.
    func encode(_ source: Tensor, lengths: Tensor) throws -> any DecoderState

    /// Gives the scores of what follows the last tokens, `[rows, vocabulary]`, and the state for the next step.
    ///
    /// - Parameter tokens: The last token of each row, int64 `[rows, 1]`.
    func decode(_ tokens: Tensor, _ state: any DecoderState) throws -> (scores: Tensor, state: any DecoderState)
}

extension Model {
    /// What the model's script does with sentences.
    package var translating: (any Translating)? { script as? any Translating }

    /// The translator that the model is.
    ///
    /// - Parameter coding: That of a model that has not seen any text.
    /// - Throws: `TrainingError` `.noTranslator`, `.noVocabulary`, `.otherVocabulary`.
    package func translator(coding: TextCoding? = nil) throws -> (any Translating, TextCoding) {
        guard let translator = translating, translator.takesSentences else {
            throw TrainingError.noTranslator(model: name)
        }
        guard let known = translator.coding ?? coding else { throw TrainingError.noVocabulary(model: name) }
        if let coding, coding.source != known.source || coding.target != known.target {
            throw TrainingError.otherVocabulary(model: name)
        }
        return (translator, known)
    }

    /// Pairs as the model reads them: by its own vocabularies, where it has some, or else by `other`, if there are any.
    /// Other datasets are as they are.
    package func reading(_ dataset: Dataset, else other: TextCoding? = nil) throws -> Dataset {
        guard let coding = translating?.coding ?? other else { return dataset }
        return try dataset.coded(by: coding)
    }
}
