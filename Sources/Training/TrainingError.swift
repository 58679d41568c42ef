import Datasets
import TensorCore

/// What was wrong with a call to train, evaluate or predict: data, from which `message` and `help` make the words.
package enum TrainingError: Error, Equatable {
    case setting(name: String, reason: String)
    /// Nothing to train on or to evaluate.
    case noExamples(dataset: String)
    case noTargets(dataset: String)
    /// Probabilities are given to a loss that takes logits.
    case softmaxBeforeLoss(layer: String, loss: String)
    /// Scores are given to a loss that takes logarithms of probabilities.
    case logitsForNLL(layer: String)
    /// A label that is no output of the model.
    case labelBeyondOutputs(label: Int, outputs: Int, dataset: String)
    /// As many labels of steps as there are no outputs.
    case stepCount(output: Int, labels: Int)
    case negativeLabel(label: Int, dataset: String)
    /// Labels that are all to be ignored.
    case noLabelCounts(label: Int, dataset: String)
    /// A target that the loss cannot be taken of.
    case badTarget(value: Double, example: Int, dataset: String, loss: String)
    /// An example that is not all numbers, and that the model has no answer to.
    case badExample(value: Double, example: Int, place: String, dataset: String)
    /// A batch of one example, where a layer needs more to train.
    case batchOfOne(layer: String, batchSize: Int, count: Int)
    /// A validation dataset that does not go through the model.
    case validation(dataset: String, reason: String, help: String?)
    /// What is wrong with a validation dataset.
    indirect case validate(TrainingError)
    /// A run that would go on with another learning rate, because its schedule lasts as long as it does.
    case scheduleLasts(epochs: Int, given: Int)
    /// More processes than shards, or as many as no tree of shards can be cut into.
    case ranks(count: Int, shards: Int)
    /// What a run cannot be resumed with.
    case resume(reason: String)
    /// A model whose output has no axis of classes.
    case noClasses(output: [Int])
    /// More classes than a table of all pairs can show.
    case tooManyClasses(count: Int)
    /// A model without a forward function of sentences.
    case noTranslator(model: String)
    /// A model that is to translate text before it has seen any.
    case noVocabulary(model: String)
    /// A model that knows other vocabularies than those it is to use.
    case otherVocabulary(model: String)
    /// A forward function that does not give scores for each token; the first two axes of what it should.
    case translatorOutput(model: String, expected: [Int], actual: [Int])
    /// Data that is no pairs of sentences.
    case noPairs(dataset: String)
    /// Pairs of sentences where examples with scores are needed.
    case sentences(dataset: String)
}

extension TrainingError {
    package var message: String {
        switch self {
        case .setting(let name, let reason): "\(name) \(reason)"
        case .noExamples(let dataset): "\(dataset) has no examples"
        case .noTargets(let dataset): "\(dataset) has no targets (y) to compare with"
        case .softmaxBeforeLoss(let layer, let loss):
            "\(loss) takes scores of any size (logits), and the model ends in \(layer), which gives probabilities"
        case .noLabelCounts(let label, let dataset):
            "no label of \(dataset) counts: all are \(label), which is left out of the loss"
        case .badTarget(let value, let example, let dataset, let loss):
            "example \(example) of \(dataset) has the target \(numberText(value)), of which \(loss) cannot be taken"
        case .badExample(let value, let example, let place, let dataset):
            "x of \(dataset) is \(numberText(value)) in example \(example), \(place)"
        case .batchOfOne(let layer, let size, let count):
            "\(layer) needs more than one example in a batch to train, and "
                + (size == 1
                    ? "each batch has one" : "the last of \(count) examples in batches of \(size) is one alone")
        case .validation(let dataset, let reason, _): "validate: \(dataset) does not go through the model: \(reason)"
        case .validate(let error): "validate: \(error.message)"
        case .scheduleLasts(let epochs, let given):
            "the run cannot be resumed: its rate follows a schedule over \(epochs) epochs, and epochs is \(given) now"
        case .logitsForNLL(let layer):
            "nll takes logarithms of probabilities, and the model ends in \(layer), which gives scores"
        case .labelBeyondOutputs(let label, let outputs, let dataset):
            "\(dataset) has the label \(label), and the model has \(outputs) outputs"
        case .stepCount(let output, let labels):
            "the model gives scores of \(output) steps, and there are labels of \(labels)"
        case .negativeLabel(let label, let dataset): "\(dataset) has the label \(label)"
        case .ranks(let count, let shards) where count > shards:
            "the training runs on \(count) ranks, and shards is \(shards): each rank needs a shard of every batch"
        case .ranks(let count, _): "the training runs on \(count) ranks, and works on 2, 4, 8 or another power of two"
        case .resume(let reason): "the run cannot be resumed: \(reason)"
        case .noClasses(let output): "the model's output of shape \(output) has no axis of classes"
        case .tooManyClasses(let count): "a confusion matrix of \(count) classes is too large"
        case .noTranslator(let model): "the model \(model) does not take pairs of sentences"
        case .noVocabulary(let model): "the model \(model) has not seen any text, and so has no vocabulary"
        case .otherVocabulary(let model): "the model \(model) has vocabularies of its own, and these are others"
        case .translatorOutput(let model, let expected, let actual):
            "the forward function of \(model) gives a tensor of shape \(actual), and scores for each token are "
                + "[\(expected[0]), \(expected[1]), vocabulary] here"
        case .noPairs(let dataset): "\(dataset) has no pairs of sentences"
        case .sentences(let dataset): "\(dataset) is pairs of sentences, which have neither scores nor classes"
        }
    }

    package var help: String? {
        switch self {
        case .softmaxBeforeLoss(_, "bce_with_logits"): "leave out the last sigmoid, or use loss=\"bce\""
        case .noLabelCounts: "classes count from 0; only places without a label, such as padding, get this number"
        case .badTarget(let value, _, _, "bce") where value.isFinite:
            "bce takes targets from 0 to 1; for other numbers use loss=\"mse\""
        case .badTarget(let value, _, _, "hinge") where value.isFinite:
            "with one score each, hinge takes the targets -1 and 1: 2 * y - 1 makes them of 0 and 1"
        case .badTarget(let value, _, _, "focal") where value.isFinite:
            "with one score each, focal takes the targets 0 and 1; classes need a score each, as of linear 3"
        case .badTarget: "leave such examples out, or put a number in its place"
        case .badExample: "leave such examples out, or put a number in its place: where(isfinite(x), x, 0) does"
        case .batchOfOne(_, let size, let count):
            "batch=\(Rehearsal.batchSize(after: size, count: count)) leaves no example alone"
        case .validation(_, _, let help): help
        case .validate(let error): error.help
        case .scheduleLasts:
            "give another schedule, such as schedule=\"constant\", with the lr to go on at; or leave out `resume`: "
                + "training starts anew then, with the weights that the model has"
        case .softmaxBeforeLoss: "leave out the last softmax, or put log_softmax in its place"
        case .logitsForNLL: "end the model with log_softmax, or use loss=\"cross_entropy\""
        case .labelBeyondOutputs(let label, _, _) where label >= Dataset.greatestClassCount:
            "for targets that are not classes, use loss=\"mse\""
        case .labelBeyondOutputs(let label, _, _):
            "end the model with linear \(label + 1), or more: labels count from 0"
        case .stepCount(_, 1):
            "for one class of a whole sequence take its last step: lstm 32 output=\"last\", or x[:, -1] in `forward`"
        case .stepCount: "each step of an example has a label: scores are [N, steps, classes], and labels [N, steps]"
        case .negativeLabel: "labels count from 0; for targets that are not classes, use loss=\"mse\""
        case .noTargets: "make the dataset with targets, as in dataset(x, y)"
        case .noClasses: "a classifier gives [examples, classes]"
        case .tooManyClasses: "it takes at most \(Inference.greatestConfusion) classes"
        case .noTranslator:
            "it needs `fn forward(source, source_lengths, target)` in its block; `?seq2seq` shows a model to copy"
        case .noVocabulary: "train it on pairs, or name the data: translate(net, text, data=pairs)"
        case .otherVocabulary: "leave out `data`: text is read by the vocabularies that the model was made for"
        case .translatorOutput: "end it with a linear layer of len(pairs.target_vocabulary) outputs"
        case .sentences: "predict(net, pairs) translates them, and evaluate(net, pairs) measures that"
        case .noPairs: "load \"folder\" source=1 target=0 gives such data"
        case .ranks(let count, let shards) where count > shards:
            "give shards=\(TrainingError.powerOfTwo(from: count)), or more: with it, one process trains to the same bits"
        case .ranks(let count, _):
            "start \(TrainingError.powerOfTwo(from: count) / 2) or \(TrainingError.powerOfTwo(from: count)) ranks"
        case .resume: "go on with what it was begun with, or start anew: without `resume`, or in another folder"
        case .setting, .noExamples: nil
        }
    }

    /// The least power of two that is not less than a number.
    private static func powerOfTwo(from number: Int) -> Int {
        var power = 1
        while power < number { power *= 2 }
        return power
    }
}
