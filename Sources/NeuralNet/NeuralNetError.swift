/// What was wrong with a network, its input, its loss or a step: data, from which `message` and `help` make the words.
package struct NeuralNetError: Error, Equatable {
    /// What the error is about: the path of a layer (`encoder.linear1`), or the name of a loss or an optimizer.
    package let subject: String
    package let reason: Reason

    package init(subject: String, _ reason: Reason) {
        self.subject = subject
        self.reason = reason
    }

    package enum Reason: Equatable, Sendable {
        // Inputs of layers. Shapes have the batch on axis 0.
        case inputCount(expected: Int, actual: Int)
        case noOutput
        case missingInput(String, names: [String], required: Int)
        case namedInput(String, expected: String, actual: String)
        /// The ranks that fit, by the letters of their axes: `NCHW`.
        case rank(expected: [String], actual: [Int])
        /// A single number where there must be at least one axis.
        case noAxes
        case lastAxes(expected: [Int], actual: [Int])
        case size(of: String, axis: Int, expected: Int, input: [Int], weight: [Int])
        /// A `linear` in a sequence that is fed with images; `expected` are the features it was built for.
        case flattenNeeded(expected: Int?, input: [Int])
        /// A window of `reach` values does not fit along the axis; `padding` counts both sides.
        case windowTooLarge(reach: Int, axis: Int, padding: Int, input: [Int])
        case indivisible(what: String, count: Int, groups: Int)
        case unknownSize(axis: Int, input: [Int])
        case axisOutOfRange(axis: Int, input: [Int])
        case notWhole(what: String, dtype: String)
        /// Numbers that a gradient flows through, where only whole constants make sense.
        case endsGradient(what: String)
        case indexOutOfRange(index: Int, count: Int)
        case oneValuePerChannel(input: [Int])
        /// A prediction outside 0 to 1, given to a loss that takes its logarithm.
        case notProbability(value: String)
        case missingBatchAxis(sample: [Int])

        // Settings and models.
        case setting(name: String, value: String, expected: String)
        case notBuilt
        case nameTaken(String)
        case unknownLayer(String, layers: [String])
        case notCopyable
        case stateNames(missing: [String], unexpected: [String])
        case stateShape(expected: [Int], actual: [Int])
        /// Layers for which a file has no tensors, and modules of the file that fit no layer.
        case weightsUnmatched(layers: [String], given: [String])
        /// Layers that are alike, and modules of a file whose names do not tell which is which.
        case weightsAmbiguous(parts: String, layers: [String], given: [String])

        // Losses and steps.
        case lossShapes(prediction: [Int], target: [Int], expected: String)
        case lossDtype(what: String, expected: String, actual: String)
        case lossNotScalar(shape: [Int])
        /// What a function of the script gave for a batch.
        case lossValue(shape: [Int], dtype: String, examples: Int)
        case lossIndependent
        case noParameters
        case allFrozen
        case mixedTypes([String])
        case nonFinite(NonFinite)
    }
}

/// Where a value that is not a finite number turned up first in a training step.
package struct NonFinite: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        /// A weight held it before the step.
        case parameter(path: String)
        /// It entered this layer from outside or from an operation before it.
        case input(layer: String)
        case output(layer: String, operation: String)
        /// All layers' outputs are finite; the loss is not.
        case loss
        /// The loss is finite; its gradient stops being so on the way back through this layer.
        case gradient(layer: String, operation: String)
        /// The same in an operation of the forward function between this layer and the next one.
        case gradientAfter(layer: String)
        /// The gradient was not finite already where it left the loss.
        case lossGradient
    }

    package let place: Place
    /// The first such value.
    package let value: Value
    /// Where in the tensor it is; the sample first, where there is a batch.
    package let index: [Int]

    package enum Value: String, Sendable { case nan, inf }

    package init(_ place: Place, _ value: Value, index: [Int] = []) {
        self.place = place
        self.value = value
        self.index = index
    }
}
