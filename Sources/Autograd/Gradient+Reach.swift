import TensorCore

// The gradient by an element that the output does not depend on is 0, however steep the way there is: in
// `where(x > 0, log(x), 0)` the logarithm of 0 was not taken. Products cannot tell, for 0 times infinity is NaN. So here
// each gradient goes with its reach, which says where the output depends on an element at all.

/// A gradient, and where it can be other than 0 whatever the slopes before it are.
private struct Reaching {
    var gradient: Variable
    /// More than 0 there, 0 elsewhere; `nil`: everywhere.
    var reach: Variable?
}

extension Gradient {
    /// The gradients by the targets, with 0 for what the output does not depend on.
    static func backwardWithReach(
        _ output: Variable, _ tape: Tape, _ targets: [Variable], createGraph: Bool
    ) throws -> [Variable?] {
        guard let last = tape.lastLeadingToTarget else { return targets.map { _ in nil } }
        var found = [Reaching?](repeating: nil, count: tape.variables.count)
        found[last] = Reaching(gradient: Variable(try Tensor.ones(output.shape, dtype: output.dtype)), reach: nil)
        for place in tape.variables.indices.reversed() where tape.leadsToTarget[place] {
            let variable = tape.variables[place]
            guard let primitive = variable.primitive, let known = found[place] else { continue }
            if !tape.isTarget[place] { found[place] = nil }
            let call = tape.backward(place, gradient: known.gradient, isDifferentiated: createGraph)
            let parts = try primitive.backward(call)
            let reaches = try reaches(primitive, known, tape, place)
            for (index, part) in parts.enumerated() {
                let input = variable.inputs[index]
                guard let part, let to = tape.place(of: input), tape.leadsToTarget[to] else { continue }
                var gradient = part
                if primitive.rule.spread == .elementwise, let reach = known.reach {
                    gradient = try part.where(reach.value.combined(.notEqual, with: 0))
                }
                let new = Reaching(
                    gradient: try gradient.fitted(to: input), reach: try reaches[index]?.fitted(to: input).unit())
                found[to] = try found[to].map { try sum($0, new) } ?? new
            }
        }
        return targets.map { tape.place(of: $0).flatMap { found[$0]?.gradient } }
    }

    /// The reach of the gradient by each input.
    private static func reaches(
        _ primitive: any Primitive, _ known: Reaching, _ tape: Tape, _ place: Int
    ) throws -> [Variable?] {
        let none = [Variable?](repeating: nil, count: tape.variables[place].inputs.count)
        switch primitive.rule.spread {
        case .mixing: return none
        case .elementwise: return none.map { _ in known.reach }
        case .moving:
            // Linear, without negative factors and without slopes: what it makes of ones shows where it leads.
            let reach =
                try known.reach
                ?? Variable(Tensor.ones(known.gradient.shape, dtype: known.gradient.dtype))
            return try primitive.backward(tape.backward(place, gradient: reach, isDifferentiated: false))
        }
    }

    private static func sum(_ a: Reaching, _ b: Reaching) throws -> Reaching {
        var reach: Variable?
        if let left = a.reach, let right = b.reach { reach = try left + right }
        return Reaching(gradient: try a.gradient + b.gradient, reach: reach)
    }
}

extension Variable {
    /// Whether no element is infinite or NaN; a sum that overflows counts as one that is.
    var hasFiniteSum: Bool {
        get throws { try value.reduced(.sum).item().isFinite }
    }

    /// 1 where an element is not 0, so that sums of many stay small; `nil` where none is 0.
    fileprivate func unit() throws -> Variable? {
        let isReached = try value.combined(.notEqual, with: 0)
        return try isReached.reduced(.all).item() != 0 ? nil : Variable(isReached.cast(to: dtype))
    }
}

extension Rule {
    enum Spread {
        /// Each element of an input, by itself or with its fellow of the other input, decides one element of the output.
        case elementwise
        /// Elements are picked, put elsewhere or added up, with weights that are not negative; which ones, numbers may
        /// decide.
        case moving
        /// Anything else.
        case mixing
    }

    var spread: Spread {
        switch self {
        case .alias, .cast, .add, .subtract, .multiply, .divide, .power, .remainder,
            .addNumber, .subtractFromNumber, .multiplyByNumber, .divideNumber, .powerByNumber, .powerOfNumber,
            .negate, .abs, .square, .reciprocal, .leakyRelu, .sigmoid, .softplus, .gelu, .erf,
            .exp, .expm1, .log, .log1p, .log2, .log10, .sqrt,
            .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .binaryCrossEntropy:
            .elementwise
        case .maximum, .minimum, .relu, .clip, .select,
            .reshape, .permute, .broadcast, .concat, .pad, .repeated, .flip, .at, .scatter, .set, .gather,
            .scatterAlong,
            .sum, .mean, .max, .min, .extremeAlong, .cumulativeSum, .embedding, .dropout,
            .maxPool2D, .maxUnpool2D, .avgPool2D, .avgUnpool2D:
            .moving
        case .product, .variance, .standardDeviation, .norm, .softmax, .logSoftmax, .logSumExp, .matmul, .einsum,
            .crossEntropy, .normalization, .recurrent, .maskedSoftmax, .conv2D, .conv2DInput, .conv2DWeight:
            .mixing
        }
    }
}
