import Autograd

/// What goes into a module, or comes out: a tensor, or several under one name as the states of an lstm.
package enum ModuleValue {
    case tensor(Variable)
    case list([Variable])

    package var tensors: [Variable] {
        switch self {
        case .tensor(let tensor): [tensor]
        case .list(let tensors): tensors
        }
    }
}

/// A module with inputs beyond the first, which scripts give by position or by name, and with several outputs.
///
/// Where it stands in a sequence it gets one input, and its first output goes on.
package protocol NamedInputs: Module {
    /// All inputs in order.
    var inputNames: [String] { get }
    /// How many of them must be given: the first ones. `build` is asked with the shapes of these.
    var requiredInputCount: Int { get }
    /// - Parameter inputs: As many as there are names, `nil` for those left out.
    func respond(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue]
}

extension NamedInputs {
    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        let outputs = try respondInOrder(to: padded(inputs.map { .tensor($0) }), context)
        return outputs.first.map { Array($0.tensors.prefix(1)) } ?? []
    }

    /// Applies the module to all that it was given: builds it at its first input, and shows what goes through to the
    /// context's observer.
    ///
    /// - Throws: `NeuralNetError` where an input is not what the module takes.
    package func answer(_ given: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        let inputs = try padded(given)
        try buildIfNeeded(
            for: inputs.prefix(requiredInputCount).compactMap { $0?.tensors.first?.shape }, context)
        let outputs = try context.inMode(of: self) {
            try context.inPlace(of: self) { try respondInOrder(to: inputs, context) }
        }
        try context.observer?(self, inputs.flatMap { $0?.tensors ?? [] }, outputs.flatMap(\.tensors))
        return outputs
    }

    /// Turns [T, N, F] to [N, T, F] and back, where the module takes that.
    private func respondInOrder(to inputs: [ModuleValue?], _ context: ForwardContext) throws -> [ModuleValue] {
        guard place.isTimeFirst else { return try respond(to: inputs, context) }
        // What is one tensor stays one: attention knows itself by that.
        var turned: [ObjectIdentifier: Variable] = [:]
        let ordered = try zip(inputNames, inputs).map { name, input -> ModuleValue? in
            guard ["x", "memory", "query", "key", "value"].contains(name), case .tensor(let x)? = input, x.rank == 3
            else {
                return input
            }
            if turned[ObjectIdentifier(x)] == nil { turned[ObjectIdentifier(x)] = try x.transpose(0, 1) }
            return turned[ObjectIdentifier(x)].map { .tensor($0) }
        }
        var outputs = try respond(to: ordered, context)
        if case .tensor(let y)? = outputs.first, y.rank == 3 { outputs[0] = .tensor(try y.transpose(0, 1)) }
        return outputs
    }

    private func padded(_ given: [ModuleValue?]) throws -> [ModuleValue?] {
        let count = given.count
        guard count <= inputNames.count, count >= requiredInputCount,
            given.prefix(requiredInputCount).allSatisfy({ $0 != nil })
        else {
            let missing = inputNames.prefix(requiredInputCount).enumerated()
                .first { $0.offset >= count || given[$0.offset] == nil }?.element
            guard let missing else { throw error(.inputCount(expected: inputNames.count, actual: count)) }
            throw error(.missingInput(missing, names: inputNames, required: requiredInputCount))
        }
        return given + Array(repeating: nil, count: inputNames.count - count)
    }

    func check(_ setting: String, _ isValid: Bool, _ value: String, _ expected: String) throws {
        guard isValid else { throw error(.setting(name: setting, value: value, expected: expected)) }
    }

    /// The one tensor that an input must be.
    func tensor(_ inputs: [ModuleValue?], _ index: Int) throws -> Variable {
        guard case .tensor(let tensor)? = inputs[index] else {
            throw error(
                .namedInput(
                    inputNames[index], expected: "a tensor", actual: "\(inputs[index]?.tensors.count ?? 0) of them"))
        }
        return tensor
    }

    /// A mask of another module's scores: bool, true where a place is hidden, of a shape that broadcasts to theirs.
    func mask(_ inputs: [ModuleValue?], _ index: Int, scores: [Int], _ context: ForwardContext) throws -> Variable? {
        guard inputs[index] != nil else { return nil }
        let mask = try tensor(inputs, index)
        guard mask.dtype == .bool || context.isProbe else {
            throw error(
                .namedInput(
                    inputNames[index], expected: "bool, true where a place is hidden", actual: mask.dtype.name))
        }
        let padded = Array(repeating: 1, count: max(scores.count - mask.rank, 0)) + mask.shape
        guard padded.count == scores.count, zip(padded, scores).allSatisfy({ $0 == 1 || $0 == $1 }) else {
            throw error(
                .namedInput(
                    inputNames[index], expected: "a shape that broadcasts to the scores' \(Shape.text(scores))",
                    actual: "a mask of shape \(Shape.text(mask.shape))"))
        }
        return mask
    }
}
