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
            guard let operation = variable.operation, let known = found[place] else { continue }
            if !tape.isTarget[place] { found[place] = nil }
            let call = tape.backward(place, gradient: known.gradient, isDifferentiated: createGraph)
            let parts = try operation.backward(call)
            let reaches = try reaches(operation, known, tape, place)
            for (index, part) in parts.enumerated() {
                let input = variable.inputs[index]
                guard let part, let to = tape.place(of: input), tape.leadsToTarget[to] else { continue }
                var gradient = part
                if operation.spread == .elementwise, let reach = known.reach {
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
        _ operation: any Operation, _ known: Reaching, _ tape: Tape, _ place: Int
    ) throws -> [Variable?] {
        let none = [Variable?](repeating: nil, count: tape.variables[place].inputs.count)
        switch operation.spread {
        case .mixing: return none
        case .elementwise: return none.map { _ in known.reach }
        case .moving:
            // Linear, without negative factors and without slopes: what it makes of ones shows where it leads.
            let reach =
                try known.reach
                ?? Variable(Tensor.ones(known.gradient.shape, dtype: known.gradient.dtype))
            return try operation.backward(tape.backward(place, gradient: reach, isDifferentiated: false))
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
