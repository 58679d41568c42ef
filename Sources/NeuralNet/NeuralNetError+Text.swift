extension NeuralNetError {
    /// A larger index is a mistake, and not that of a table.
    private static let mostEntries = 1 << 30

    /// What was wrong, in one line.
    package var message: String {
        switch reason {
        case .inputCount(let expected, let actual):
            "\(subject) takes \(counted(expected, "input")), and got \(actual)"
        case .missingInput(let name, _, _):
            "\(subject) needs `\(name)`, which is not given"
        case .namedInput(let name, let expected, let actual):
            "\(subject) takes as `\(name)` \(expected), and got \(actual)"
        case .noOutput:
            "the forward function of \(subject) returned no tensor"
        case .rank(let expected, let actual):
            "\(subject) takes inputs of shape \(expected.map(Self.letters).joined(separator: " or ")), "
                + "and its input has shape \(Shape.text(actual))"
        case .noAxes:
            "\(subject) takes inputs with at least one axis, and its input is a single number"
        case .lastAxes(let expected, let actual):
            "\(subject) takes inputs of shape \(Self.lastAxes(expected)), and its input has shape \(Shape.text(actual))"
        case .size(let what, _, let expected, let input, _):
            "\(subject) takes \(expected) \(what), and its input has shape \(Shape.text(input))"
        case .flattenNeeded(let expected, let input):
            Self.features(expected ?? Shape.product(input.dropFirst()), of: subject, input)
        case .windowTooLarge(let reach, let axis, let padding, let input):
            "\(subject) needs at least \(reach) values along axis \(axis), and its input has shape "
                + Shape.text(input) + (padding > 0 ? " and \(padding) of padding there" : "")
        case .indivisible(let what, let count, let groups):
            "\(subject) cannot split \(count) \(what) into \(groups) groups"
        case .unknownSize(let axis, let input):
            "\(subject) needs to know the size of axis \(axis), and its input has shape \(Shape.text(input))"
        case .axisOutOfRange(let axis, let input):
            "\(subject) works along axis \(axis), and its input has shape \(Shape.text(input))"
        case .notWhole(let what, let dtype):
            "\(subject) takes whole numbers as \(what), and got \(dtype) with fractions"
        case .endsGradient(let what): "no gradient flows through the \(what) of \(subject)"
        case .indexOutOfRange(let index, let count):
            "\(subject) has entries 0 to \(count - 1), and its input holds the index \(index)"
        case .oneValuePerChannel(let input):
            "\(subject) needs more than one value per channel to train, and its input has shape \(Shape.text(input))"
        case .notProbability(let value):
            "\(subject) takes probabilities between 0 and 1 as predictions, and got \(value)"
        case .missingBatchAxis(let sample):
            "\(subject) takes a batch of shape \(Shape.text([Shape.unknown] + sample)), "
                + "and its input has shape \(Shape.text(sample))"
        case .setting(let name, let value, let expected):
            "\(subject): \(name) must be \(expected), not \(value)"
        case .notBuilt:
            "\(subject) has no weights yet, because the size of its input is not known"
        case .nameTaken(let name):
            "\(subject) has a layer `\(name)` already"
        case .unknownLayer(let name, _):
            "\(subject) has no layer `\(name)`"
        case .notCopyable:
            "\(subject) has a forward function of its own and cannot be copied"
        case .stateNames(let missing, let unexpected):
            missing.isEmpty
                ? "\(subject) has no \(Self.list(unexpected))" : "\(subject) needs \(Self.list(missing)), not given"
        case .stateShape(let expected, let actual):
            "\(subject) has shape \(Shape.text(expected)), and the given values have shape \(Shape.text(actual))"
        case .weightsUnmatched(let layers, let given):
            "the weights are not those of \(subject): "
                + [
                    layers.isEmpty ? nil : "it needs \(Self.list(layers))",
                    given.isEmpty ? nil : "the file has \(Self.list(given))",
                ].compactMap { $0 }.joined(separator: ", and ")
        case .weightsAmbiguous(let parts, let layers, let given):
            "several layers of \(subject) have \(parts), and the names do not tell which is which: "
                + "\(Self.list(layers)) here, \(Self.list(given)) in the file"
        case .lossShapes(let prediction, let target, let expected):
            "\(subject) takes \(expected), and got predictions of shape \(Shape.text(prediction)) "
                + "and targets of shape \(Shape.text(target))"
        case .lossDtype(let what, let expected, let actual):
            "\(subject) takes \(expected) as \(what), and got \(actual)"
        case .lossNotScalar(let shape):
            "the loss must be one number, and has shape \(Shape.text(shape))"
        case .lossIndependent:
            "the loss does not depend on any parameter of \(subject)"
        case .noParameters:
            "\(subject) has no parameters to train"
        case .lossValue(let shape, let dtype, let examples):
            "the loss function `\(subject)` gave a tensor of shape \(Shape.text(shape)) and dtype \(dtype) for a batch of "
                + "\(examples)"
        case .allFrozen: "all parameters of \(subject) are frozen"
        case .mixedTypes(let names):
            "the parameters of \(subject) are of several types: \(names.joined(separator: ", "))"
        case .nonFinite(let found):
            "the step was refused and no weight was changed: " + Self.text(found)
        }
    }

    /// How to go on, where that is known.
    package var help: String? {
        switch reason {
        case .inputCount, .noAxes, .setting, .axisOutOfRange, .notWhole, .lossDtype, .mixedTypes, .namedInput: nil
        case .endsGradient(let what): "`detach(...)` around the \(what) takes them as constants, without a gradient"
        case .missingInput(_, let names, let required):
            "its inputs are \(names.joined(separator: ", "))"
                + (required < names.count
                    ? ", of which the first \(required == 1 ? "one is" : "\(required) are") needed" : "")
        case .noOutput: "end the forward function with the tensor that it gives"
        case .rank(let expected, let actual):
            expected.contains { $0.count == actual.count + 1 }
                ? "one sample alone needs a batch axis: x.unsqueeze(0)" : nil
        case .lastAxes(let expected, let actual):
            "the last axes must have the sizes \(Shape.text(expected)), and are "
                + Shape.text(Array(actual.suffix(expected.count)))
        case .size(let what, let axis, let expected, let input, let weight):
            "axis \(axis) has \(input[axis]) \(what), and \(subject) was made for \(expected) (weight "
                + "\(Shape.text(weight))): give it such inputs, or make a new model for these"
        case .flattenNeeded(let expected, let input): Self.flattenHelp(expected, input)
        case .windowTooLarge(_, let axis, let padding, let input):
            "axis \(axis) has \(input[axis])\(padding > 0 ? " + \(padding) of padding" : ""): "
                + "use a smaller kernel, less stride before it, or more padding"
        case .indivisible(_, let count, _):
            "the number of groups must divide it: "
                + (1...min(max(count, 1), 1024)).filter { count.isMultiple(of: $0) }.prefix(8).map(String.init)
                .joined(separator: ", ")
        case .unknownSize, .notBuilt: "give it when the model is made, as in input=[1, 28, 28], or apply it to data"
        case .indexOutOfRange(let index, let count):
            index < 0
                ? "indices count from 0"
                : "check the indices"
                    + (index < Self.mostEntries ? ", or make it larger: \(index + 1) entries, not \(count)" : "")
        case .oneValuePerChannel:
            "give it two examples or more; batches(data, 32, drop_last=true) leaves out a last batch that is not full"
        case .notProbability:
            "end the model with sigmoid, or use bce_with_logits, which takes scores of any size"
        case .missingBatchAxis: "one sample alone needs a batch axis: x.unsqueeze(0)"
        case .nameTaken: "give it another name"
        case .unknownLayer(_, let layers): layers.isEmpty ? nil : "its layers: \(layers.joined(separator: ", "))"
        case .notCopyable: "make another one and load the state of this one"
        case .stateNames(let missing, let unexpected):
            missing.isEmpty
                ? "it was saved from another model"
                : unexpected.isEmpty ? nil : "given instead: \(Self.list(unexpected))"
        case .stateShape: "it was saved from a model of other sizes"
        case .weightsUnmatched:
            "layers are matched by the names and shapes of their parameters; strict=false loads those that fit"
        case .weightsAmbiguous(_, let layers, let given):
            "say it: names=[[\"\(given.first ?? "")\", \"\(layers.first ?? "")\"], ...]"
        case .lossShapes(let prediction, let target, let expected):
            if target.count == prediction.count, target.last == 1 {
                "drop the last axis of the targets: y.squeeze(-1)"
            } else if expected.contains("one shape"), target.count > 0, target == Array(prediction.dropLast()) {
                prediction.last == 1
                    ? "drop the last axis of the predictions: predictions.squeeze(-1)"
                    : "targets that are classes are whole numbers: y.long(); their loss is cross_entropy"
            } else if expected.contains("[N, C"), target.count > 1, target == Array(prediction.dropLast()) {
                "make one axis of those before the classes: scores.reshape([-1, \(prediction.last ?? 1)]) and y.flatten()"
            } else {
                nil
            }
        case .lossNotScalar: "take its mean() or sum()"
        case .lossIndependent: "compute it from what the model returns, inside the step"
        case .noParameters: "add a layer that learns, such as `linear 10`"
        case .lossValue: "it gives one number, as with mean(), or one for each example"
        case .allFrozen: "`unfreeze net` lets them learn, or a part of them: `unfreeze net.linear1`"
        case .nonFinite(let found): Self.help(found)
        }
    }

    // MARK: - Parts

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func letters(_ letters: String) -> String {
        "[" + letters.map(String.init).joined(separator: ", ") + "]"
    }

    private static func lastAxes(_ sizes: [Int]) -> String {
        "[" + (["..."] + sizes.map(String.init)).joined(separator: ", ") + "]"
    }

    private static func features(_ features: Int, of subject: String, _ input: [Int]) -> String {
        "\(subject) takes \(features == Shape.unknown ? "rows of" : "\(features)") features, "
            + "and its input has shape \(Shape.text(input))"
    }

    private static func flattenHelp(_ expected: Int?, _ input: [Int]) -> String {
        let sizes = input.dropFirst()
        let product = Shape.product(sizes)
        let sum = product == Shape.unknown ? "" : ": \(Shape.productText(sizes)) = \(product)"
        guard let expected, product != expected else { return "put `flatten` before it\(sum)" }
        return "put `flatten` before it\(sum), and make a new model, because this one was made for \(expected)"
    }

    /// The first few of the names.
    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private static func text(_ found: NonFinite) -> String {
        let value = found.value.rawValue
        var place =
            switch found.place {
            case .parameter(let path): "\(path) holds \(value)"
            case .input(let layer): "the input of \(layer) holds \(value)"
            case .output(let layer, let operation):
                "the output of \(named(layer, operation)) holds \(value)"
            case .loss: "the loss is \(value)"
            case .gradient(let layer, let operation):
                "the gradient becomes \(value) on the way back through \(named(layer, operation))"
            case .gradientAfter(let layer):
                "the gradient becomes \(value) on the way back to \(layer), in an operation after it"
            case .lossGradient: "the gradient of the loss by its predictions holds \(value)"
            }
        if let sample = found.index.first {
            switch found.place {
            case .input, .output, .lossGradient: place += " for sample \(sample), at \(Shape.text(found.index))"
            case .parameter, .gradient, .gradientAfter: place += ", at \(Shape.text(found.index))"
            case .loss: break
            }
        }
        return place
    }

    private static func named(_ layer: String, _ operation: String) -> String {
        layer == operation ? layer : "\(layer) (\(operation))"
    }

    private static func help(_ found: NonFinite) -> String {
        switch found.place {
        case .parameter: "make the model anew, or load finite weights"
        case .input: "look at the data: isfinite(x).all()"
        case .output, .loss, .gradient, .gradientAfter, .lossGradient:
            "use a smaller lr, clip the gradients (clip=1), or look at the inputs' scale"
        }
    }
}
