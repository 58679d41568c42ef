import TensorCore

/// Gradients of scalars by the variables that they were computed from.
package enum Gradient {
    /// Returns a tracked alias of a variable: gradients can be taken by it.
    ///
    /// What the variable was computed from stays reachable, so that gradients of gradients work.
    ///
    /// - Parameter recording: What the results of operations on it are to be computed in; nil: at once.
    package static func leaf(_ variable: Variable, in recording: Recording? = nil) -> Variable {
        variable.leaf(in: recording)
    }

    /// Returns the gradient of a scalar by each of some variables.
    ///
    ///     let x = Gradient.leaf(Variable(tensor))                            // [3]
    ///     try Gradient.compute((x * x).sum(), withRespectTo: [x])            // [2 * x]
    ///
    /// - Parameters:
    ///   - output: One floating-point number, of any rank.
    ///   - targets: Leaves or anything else that `output` was computed from.
    ///   - createGraph: Whether the gradients will be differentiated in turn; they are constants otherwise.
    ///   - isChecked: Whether gradients that are not finite are computed again, with 0 for what the output does not
    ///     depend on. Who looks at them anyway asks for `isExact` then.
    ///   - isExact: Whether to begin with that.
    /// - Returns: Gradients in the shapes and types of the targets, `nil` where `output` does not depend on one.
    /// - Throws: `AutogradError` `.notScalar`, `.notFloatingPoint` for an output or target of whole numbers.
    /// - Complexity: The time of the operations that led from the targets to `output`, each once.
    package static func compute(
        _ output: Variable, withRespectTo targets: [Variable], createGraph: Bool = false, isChecked: Bool = true,
        isExact: Bool = false
    ) throws -> [Variable?] {
        guard output.count == 1 else { throw AutogradError.notScalar(output.shape) }
        for variable in [output] + targets where !variable.dtype.isFloatingPoint {
            throw AutogradError.notFloatingPoint(variable.dtype)
        }
        try output.compute()
        let tape = Tape(from: output, to: targets)
        // Gradients that are differentiated again have to tell what they depend on.
        if createGraph || isExact { return try backwardWithReach(output, tape, targets, createGraph: createGraph) }
        let gradients = try backward(output, tape, targets)
        // A slope that is infinite or NaN also spoils what the output does not depend on: 0 times it is NaN. So where a
        // gradient is not finite, a second way back keeps account of what the output depends on.
        guard isChecked, try !gradients.allSatisfy({ try $0?.hasFiniteSum ?? true }) else { return gradients }
        return try backwardWithReach(output, tape, targets, createGraph: false)
    }

    private static func backward(
        _ output: Variable, _ tape: Tape, _ targets: [Variable]
    ) throws -> [Variable?] {
        guard let last = tape.lastLeadingToTarget else { return targets.map { _ in nil } }
        var gradients = [Variable?](repeating: nil, count: tape.variables.count)
        gradients[last] = Variable(try Tensor.ones(output.shape, dtype: output.dtype))
        for place in tape.variables.indices.reversed() where tape.leadsToTarget[place] {
            let variable = tape.variables[place]
            guard let operation = variable.operation, let gradient = gradients[place] else { continue }
            // Released as soon as it is used, unless it is asked for.
            if !tape.isTarget[place] { gradients[place] = nil }
            let places = variable.inputs.map { tape.place(of: $0) }
            // Elements that were taken go to their places in a sum that is there already, not by way of zeros around them.
            if let taking = operation as? any TakingOperation, let to = places[0], tape.leadsToTarget[to],
                try add(gradient, by: taking, to: &gradients[to])
            {
                continue
            }
            let call = tape.backward(place, gradient: gradient, isDifferentiated: false)
            defer { variable.recording?.markBackward(variable.places) }
            let parts = try Recording.stopping { try operation.backward(call) }
            for (index, part) in parts.enumerated() {
                guard let part, let to = places[index], tape.leadsToTarget[to] else { continue }
                let fitting = try part.fitted(to: variable.inputs[index])
                if gradients[to] == nil {
                    gradients[to] = fitting
                } else {
                    try add(fitting, to: &gradients[to])
                }
            }
        }
        return targets.map { tape.place(of: $0).flatMap { gradients[$0] } }
    }

    private static func add(
        _ part: Variable, by operation: any TakingOperation, to sum: inout Variable?
    ) throws -> Bool {
        guard var total = sum.take() else { return false }
        defer { sum = total }
        return isKnownUniquelyReferenced(&total) ? try total.accumulate(part.value, by: operation) : false
    }

    private static func add(_ part: Variable, to sum: inout Variable?) throws {
        guard var total = sum.take() else { return }
        if isKnownUniquelyReferenced(&total) {
            try total.accumulate(part.value)
            sum = total
        } else {
            sum = try total + part
        }
    }
}

/// The tracked variables that an output was computed from, inputs before what they led to.
///
/// The order depends on the program alone, so sums of gradients have the same bits on every run.
struct Tape {
    private(set) var variables: [Variable] = []
    private(set) var isTarget: [Bool] = []
    private(set) var leadsToTarget: [Bool] = []
    private var places: [ObjectIdentifier: Int] = [:]

    /// Walks without recursion: a history may be longer than the stack.
    init(from output: Variable, to targets: [Variable]) {
        guard output.isTracked, !targets.isEmpty else { return }
        let wanted = Set(targets.lazy.map(ObjectIdentifier.init))
        // What came before the earliest target cannot depend on one.
        let earliest = targets.reduce(Int.max) { min($0, $1.depth) }
        var path = [(variable: output, next: 0)]
        while let (variable, next) = path.last {
            if next < variable.inputs.count {
                path[path.count - 1].next += 1
                let input = variable.inputs[next]
                if input.isTracked, input.depth >= earliest, place(of: input) == nil { path.append((input, 0)) }
                continue
            }
            path.removeLast()
            let identity = ObjectIdentifier(variable)
            places[identity] = variables.count
            let isTarget = wanted.contains(identity)
            leadsToTarget.append(
                isTarget || variable.inputs.contains { place(of: $0).map { leadsToTarget[$0] } ?? false })
            self.isTarget.append(isTarget)
            variables.append(variable)
        }
    }

    /// The place of the output; `nil` where it depends on no target.
    var lastLeadingToTarget: Int? { leadsToTarget.last == true ? variables.count - 1 : nil }

    /// What the rule of a variable computes its inputs' gradients from.
    func backward(_ place: Int, gradient: Variable, isDifferentiated: Bool) -> Backward {
        let variable = variables[place]
        return Backward(
            variable, gradient: gradient,
            isWanted: variable.inputs.map { self.place(of: $0).map { leadsToTarget[$0] } ?? false },
            isDifferentiated: isDifferentiated)
    }

    func place(of variable: Variable) -> Int? {
        variable.isTracked ? places[ObjectIdentifier(variable)] : nil
    }
}

extension Variable {
    /// Returns a gradient in the shape and type of the input that it is the gradient by: the one place where
    /// broadcasting and promotion are undone.
    func fitted(to input: Variable) throws -> Variable {
        try summed(to: input.shape).cast(to: input.dtype)
    }

    private func summed(to target: [Int]) throws -> Variable {
        if shape == target { return self }
        let added = rank - target.count
        // Axes of size 1 that assignment drops in front.
        if added < 0 { return try summed(to: Array(target.dropFirst(-added))).reshape(target) }
        let stretched = (added..<rank).filter { target[$0 - added] == 1 && shape[$0] != 1 }
        return try sum(axes: Array(0..<added) + stretched).reshape(target)
    }
}
