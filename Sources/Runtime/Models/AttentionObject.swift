import Datasets
import Figures
import NeuralNet
import TensorCore
import Training

/// What a translator looked at while it wrote a translation.
package final class AttentionObject: RuntimeObject {
    private let weights: Tensor
    private let source: [String]
    private let target: [String]
    private let text: String
    /// The sentence as it was read.
    private let sentence: String

    /// Translates a sentence greedily and keeps the field `weights` of what the model's `decode` gives at each step.
    ///
    /// - Throws: `Failure` for a model without attention weights.
    init(_ model: Model, _ text: String, coding: TextCoding?, maxLength: Int, _ interpreter: Interpreter) throws {
        let (translator, coding) = try model.translator(coding: coding)
        sentence = coding.prepared(text)
        let indices = coding.source.encoded(sentence)
        guard !indices.isEmpty else {
            throw Failure("`attention_weights` got an empty sentence", help: "a sentence has at least one token")
        }
        var state = try translator.encode(
            TextPairs.padded([indices]), lengths: Tensor([Int64(indices.count)]))
        var rows: [Tensor] = []
        var written: [Int] = []
        var last = Vocabulary.start
        while rows.count < min(maxLength, 100_000) {
            if Interrupt.isRequested { throw Failure.interrupted }
            let (scores, next) = try translator.decode(Tensor([Int64(last)], shape: [1, 1]), state)
            state = next
            rows.append(try AttentionObject.weights(in: next, of: model, places: indices.count))
            last = Int(try scores.argument(.max, axis: 1).item())
            written.append(last)
            if last == Vocabulary.end { break }
        }
        weights = try Tensor.stack(rows, axis: 0)
        source = Vocabulary.tokens(of: sentence, by: coding.unit)
        target = written.map { coding.target.tokens.indices.contains($0) ? coding.target.tokens[$0] : "" }
        self.text = coding.target.decoded(written)
    }

    private static func weights(in state: any DecoderState, of model: Model, places: Int) throws -> Tensor {
        guard let state = state as? RowState, case .record(let record) = state.value,
            case .tensor(let weights)? = record["weights"], weights.count >= places, weights.shape.last == places
        else {
            throw Failure(
                "the model \(model.name) keeps no attention weights",
                help: [
                    "make it with attention: seq2seq pairs attention=\"bilinear\"",
                    "of your own model, `decode` gives them in a field `weights`, [n, 1, time]",
                ])
        }
        return try weights.value.reshape([-1, places]).at([.index(-1)]).copy()
    }

    package override var kindName: String { "attention map" }
    package override var fieldNames: [String] { ["weights", "source", "target", "text"] }
    package override var shortText: String { "attention map of \(target.count) x \(source.count) tokens" }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "weights": .tensor(weights)
        case "source": .strings(source)
        case "target": .strings(target)
        case "text": .string(text)
        default: nil
        }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        "attention map of \(target.count) written tokens x \(source.count) read ones; `show` draws it\n"
            + "\"\(sentence)\" -> \"\(text)\""
    }

    package override var picture: Figure? {
        HeatMap(
            title: text, rowCount: target.count, columnCount: source.count, values: weights.doubles(),
            rowLabels: target.map(AttentionObject.visible), columnLabels: source.map(AttentionObject.visible),
            x: Axis(label: "read"), y: Axis(label: "written")
        ).map { .heatMap($0) }
    }

    private static func visible(_ token: String) -> String { token == " " ? "_" : token }
}
