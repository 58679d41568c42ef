import Datasets
import NeuralNet
import TensorCore
import Training

private let twoPairs = "pairs = text_pairs([\"hola .\", \"adios .\"], [\"hi .\", \"bye .\"])\n"
private let smallNet = twoPairs + "net = seq2seq pairs hidden=8\n"

extension Builtin {
    static let translation: [Builtin] = [
        Builtin(
            "text_pairs(sources, targets, unit=\"character\", normalize=false, min_count=1)", .translation,
            "A dataset of sentences and their translations, as `load` gives of a file.",
            details: "`unit` is \"character\" or \"word\"; `normalize` and `min_count` are those of `load`.",
            example: twoPairs + "pairs"
        ) { call in
            let isNormalized = try call.boolean("normalize")
            func sentences(_ parameter: String) throws -> [String] {
                try call.strings(parameter).map { isNormalized ? TextNormalization.normalized($0) : $0 }
            }
            return .object(
                DatasetObject(
                    try TextPairs.dataset(
                        sources: sentences("sources"), targets: sentences("targets"), unit: call.unit("unit"),
                        isNormalized: isNormalized, minCount: call.integer("min_count"))))
        },
        Builtin(
            "normalize_text(text)", .translation,
            "A sentence in the small letters a to z and . ! ?, as `load ... normalize=true` reads it.",
            details: """
                Lower case; accents removed; a space before each of . ! ?; every run of anything else becomes one space; white
                space at the ends goes first.
                """,
            example: "normalize_text(\"¿Qué tal, Tom?\")"
        ) { call in .string(TextNormalization.normalized(try call.string("text"))) },
        Builtin(
            "seq2seq(pairs, hidden=128, embed_size=none, dropout=0.3, attention=none, layers=1, tied=true)",
            .translation,
            "A translator for the vocabularies of `pairs`: a bidirectional lstm reads, an lstm writes.",
            details: """
                attention: none, "dot", "scaled_dot", "bilinear" (Luong et al. 2015, "general") or "additive". tied: the output
                layer's weights are the target embedding's. Dropout is on embeddings and on the outputs of both. `train net
                pairs.train validate=pairs.val` trains it with the right tokens so far as its input (teacher forcing), by
                cross entropy without padding, and measures it by error rate.

                It is written in dls; a model of your own is trained likewise when its block has
                `fn forward(source, source_lengths, target)` with source [n, time], lengths [n], target [n, steps] from the start
                token on, which gives scores [n, steps, vocabulary]. With `encode` and `decode` like these beside it, it is also
                decoded step by step; without them, each step goes through `forward`. What `encode` gives are tensors by row,
                [n, ...], and in a field `state` those of recurrent layers, [layers, n, ...].

                \(Prelude.seq2seq.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n"))
                """,
            example: smallNet + "run = train net pairs epochs=2 lr=0.01\nrun.epochs"
        ) { call in
            let value = call.value("pairs")
            guard value.coding != nil else {
                throw call.failure(
                    "pairs",
                    takes: "pairs of sentences, as `load \"folder\" source=1 target=0` gives them, or vocabularies")
            }
            let net = try call.interpreter.call(
                try call.interpreter.preludeFunction("seq2seq"),
                call.function.signature.namedParameters.map { call.value($0) })
            // With sentences at hand its sizes are known at once.
            if let model = net.object(as: ModuleObject.self)?.model, let pairs = value.pairs {
                _ = try Trainer.prepare(model, for: pairs, loss: nil)
            }
            return net
        },
        Builtin(
            "vocabularies(path)", .translation,
            "The vocabularies that a translator was saved with, in place of its pairs.",
            details: """
                `save net "net.safetensors"` keeps them beside the weights, and so do the checkpoints in a folder of `train`,
                which can be named as well. In another session:

                    net = seq2seq(vocabularies("net.safetensors"), hidden=128)
                    load_weights net "net.safetensors"
                    translate net "hola ."
                """,
            example: smallNet
                + "save net \"/tmp/example.safetensors\"\nvocabularies(\"/tmp/example.safetensors\").source_vocabulary"
        ) { call in
            let path = try call.string("path")
            guard let coding = try VocabulariesObject.coding(in: path) else {
                throw Failure(
                    "\(quoted(path)) holds no vocabularies",
                    help: "`save net \"net.safetensors\"` writes them where net is a translator that knows its pairs")
            }
            return .object(VocabulariesObject(coding))
        },
        Builtin(
            "translate(model, text, beam=1, max_length=50, length_penalty=1, n_best=none, data=none)", .translation,
            "The translation of a sentence, or of each of a list or dataset of them.",
            details: """
                beam=1 takes the most probable token at each step (greedy). A wider beam follows as many hypotheses at once and
                compares them by log p / length ** length_penalty; its best is never worse than the greedy one. With
                n_best the result is a table of the best hypotheses with their scores for each sentence. Results do not depend
                on what else is translated at the same time. Characters and words that training has not seen are read as
                "unknown". `data` names the pairs whose vocabularies are meant, for a model that has not been trained here.
                """,
            example: smallNet + "len(translate(net, \"hola .\", beam=2)) >= 0"
        ) { call in try Translation(call).result() },
        Builtin(
            "error_rate(x, y, by=\"character\", beam=1, length_penalty=1, max_length=50)", .translation,
            "The mean over sentences of edit distance / length of the true text: of a model on pairs, or of texts.",
            details: """
                error_rate(model, pairs.test), or error_rate(texts, references). Edit distance is Levenshtein's: insertions,
                deletions and replacements of characters, or of words with by="word". 0 is perfect; it may exceed 1.
                """,
            example: "error_rate([\"kitten\"], [\"sitting\"])"
        ) { call in
            let (texts, references) = try call.textsAndReferences("x", "y")
            return .number(
                try EditDistance.errorRate(texts, references: references.map { $0[0] }, by: try call.unit("by")))
        },
        Builtin(
            "bleu(x, y, tokenize=\"13a\", beam=1, length_penalty=1, max_length=50)", .translation,
            "BLEU of a whole corpus, from 0 to 100 (Papineni et al. 2002), as sacreBLEU defines it.",
            details: """
                bleu(texts, references), where each reference is a text or a list of several, or bleu(model, pairs.test).
                tokenize: "13a" separates punctuation as sacreBLEU does by default, "none" splits at white space. Runs of words
                up to 4; exponential smoothing.
                """,
            example: "bleu([\"the cat sat on the mat\"], [\"the cat sat on a mat\"])"
        ) { call in
            let (texts, references) = try call.textsAndReferences("x", "y")
            let isTokenized = try call.choice("tokenize", of: ["13a", "none"]) == "none"
            return .number(BLEU(texts, references: references, isTokenized: isTokenized).score)
        },
        Builtin(
            "chrf(x, y, beam=1, length_penalty=1, max_length=50)", .translation,
            "chrF of a whole corpus, from 0 to 100 (Popovic 2015): how many runs of characters are shared.",
            details:
                "chrf(texts, references) or chrf(model, pairs.test). Runs of up to 6 characters, recall twice as important (chrF2).",
            example: "chrf([\"the cat sat\"], [\"the cat sits\"])"
        ) { call in
            let (texts, references) = try call.textsAndReferences("x", "y")
            return .number(ChrF.score(texts, references: references))
        },
        Builtin(
            "perplexity(model, data, batch=256)", .translation,
            "exp of the mean cross entropy of a model on a dataset: for pairs, of each token given those before it.",
            example: smallNet + "perplexity(net, pairs) > 1"
        ) { call in
            let evaluation = try Inference.evaluate(
                try call.network("model"), try call.dataset("data"), batchSize: try call.integer("batch", atLeast: 1))
            return .number(Numeric.exp(evaluation.loss))
        },
        Builtin(
            "worst(model, data, count=10, beam=1, length_penalty=1, max_length=50)", .translation,
            "A table of the translations with the greatest error rate, the worst first.",
            example: smallNet + "worst(net, pairs, 1)"
        ) { call in
            let model = try call.network("model")
            let dataset = try model.reading(call.pairs("data"))
            let texts = try TranslationTask.translations(model, dataset, try call.decodingSettings())
            let (sources, targets) = (dataset.sourceTexts ?? [], dataset.targetTexts ?? [])
            let unit = dataset.pairs?.coding.unit ?? .character
            let rates = try zip(texts, targets).map { try EditDistance.rate($0, reference: $1, by: unit) }
            let order = rates.indices.sorted { (-rates[$0], $0) < (-rates[$1], $1) }
                .prefix(try call.integer("count", atLeast: 0))
            return .object(
                TableObject(columns: [
                    ("error_rate", order.map { .number(rates[$0]) }), ("source", order.map { .string(sources[$0]) }),
                    ("target", order.map { .string(targets[$0]) }),
                    ("translation", order.map { .string(texts[$0]) }),
                ]))
        },
        Builtin(
            "attention_weights(model, text, max_length=50, data=none)", .translation,
            "What a translator looks at: for each token that it writes, the weights of those of the sentence.",
            details: "`show` draws them as a heat map. Fields: weights [written, read], source, target, text.",
            example: twoPairs
                + "net = seq2seq pairs hidden=8 attention=\"bilinear\"\nshow attention_weights(net, \"hola .\")"
        ) { call in
            .object(
                try AttentionObject(
                    call.network("model"), call.string("text"), coding: call.coding("data"),
                    maxLength: call.integer("max_length", atLeast: 1), call.interpreter))
        },
    ]
}

/// A call of `translate`.
private struct Translation {
    private let call: Call
    private let decoder: Decoder
    private let coding: TextCoding
    private let settings: DecodingSettings

    init(_ call: Call) throws {
        self.call = call
        let (translator, coding) = try call.network("model").translator(coding: call.coding("data"))
        self.coding = coding
        settings = try call.decodingSettings()
        decoder = try Decoder(translator, settings)
    }

    func result() throws -> Value {
        let value = call.value("text")
        if case .string(let text) = value { return try answers([text], prepared: false)[0] }
        if value.object(as: RuntimeObject.self) != nil {
            let pairs = try call.network("model").reading(call.pairs("text"), else: coding)
            return try collected(try answers(pairs.sourceTexts ?? [], prepared: true))
        }
        guard let texts = try value.elements?.map(\.asString), !texts.contains(nil) else {
            throw call.failure("text", takes: "a sentence, a list of sentences, or pairs of them")
        }
        return try collected(try answers(texts.compactMap { $0 }, prepared: false))
    }

    private func answers(_ texts: [String], prepared: Bool) throws -> [Value] {
        let sources = try texts.map { text in
            let indices = coding.source.encoded(prepared ? text : coding.prepared(text))
            guard !indices.isEmpty else {
                throw Failure(
                    "`translate` got an empty sentence", help: "a sentence has at least one \(coding.unit.rawValue)")
            }
            return indices
        }
        let count = try call.has("n_best") ? call.integer("n_best", atLeast: 1) : nil
        if let count, count > settings.beam {
            throw Failure(
                "`n_best` is \(count), and a beam of \(settings.beam) gives no more than \(settings.beam)",
                help: "give beam=\(count) or more")
        }
        return try zip(texts, decoder.hypotheses(sources)).map { text, hypotheses in
            guard let count else { return .string(coding.target.decoded(hypotheses.first?.tokens ?? [])) }
            let best = hypotheses.prefix(count)
            return .object(
                TableObject(columns: [
                    ("source", best.map { _ in .string(text) }),
                    ("translation", best.map { .string(coding.target.decoded($0.tokens)) }),
                    ("score", best.map { .number($0.score(settings.lengthPenalty)) }),
                    ("log_probability", best.map { .number($0.logProbability) }),
                ]))
        }
    }

    /// Texts as a list; tables as one.
    private func collected(_ answers: [Value]) throws -> Value {
        let tables = answers.compactMap { $0.object(as: TableObject.self) }
        guard tables.count == answers.count, !tables.isEmpty else { return .list(answers) }
        return .object(try TableObject(rows: tables.flatMap(\.rows)))
    }
}

extension Value {
    /// The sentences, if it is data of them: of several parts the first.
    fileprivate var pairs: Dataset? {
        let dataset =
            object(as: DatasetObject.self)?.dataset
            ?? object(as: CollectionObject.self)?.collection.parts.first?.dataset
        return dataset?.pairs == nil ? nil : dataset
    }

    /// How text is coded, if it is data of sentences.
    var coding: TextCoding? { pairs?.pairs?.coding ?? object(as: VocabulariesObject.self)?.coding }
}

extension Call {
    func unit(_ parameter: String) throws -> Vocabulary.Unit {
        let unit = try choice(parameter, of: Vocabulary.Unit.allCases.map(\.rawValue))
        return Vocabulary.Unit(rawValue: unit) ?? .character
    }

    /// A dataset of sentences.
    fileprivate func pairs(_ parameter: String) throws -> Dataset {
        let dataset = try dataset(parameter)
        guard dataset.pairs != nil else { throw TrainingError.noPairs(dataset: dataset.name) }
        return dataset
    }

    fileprivate func coding(_ parameter: String) throws -> TextCoding? {
        guard has(parameter) else { return nil }
        guard let coding = value(parameter).coding else { throw failure(parameter, takes: "pairs of sentences") }
        return coding
    }

    fileprivate func decodingSettings() throws -> DecodingSettings {
        DecodingSettings(
            beam: try integer("beam"), maxLength: try integer("max_length"),
            lengthPenalty: try number("length_penalty"))
    }

    /// The texts that are measured, each with its references: two lists, or what a model makes of pairs.
    fileprivate func textsAndReferences(
        _ first: String, _ second: String
    ) throws -> (texts: [String], references: [[String]]) {
        if value(first).object(as: ModuleObject.self) != nil {
            let model = try network(first)
            let dataset = try model.reading(pairs(second))
            let texts = try TranslationTask.translations(model, dataset, try decodingSettings())
            return (texts, (dataset.targetTexts ?? []).map { [$0] })
        }
        let texts = try strings(first)
        let references = try list(second).map { value -> [String] in
            if case .string(let text) = value { return [text] }
            let several = try value.elements?.compactMap(\.asString) ?? []
            guard !several.isEmpty, several.count == value.knownCount else {
                throw failure(second, takes: "a list of texts, or of lists of them")
            }
            return several
        }
        guard texts.count == references.count, !texts.isEmpty else {
            throw Failure(
                "`\(name)` got \(texts.count) texts and \(references.count) references",
                help: "each text is compared with its own")
        }
        return (texts, references)
    }
}
