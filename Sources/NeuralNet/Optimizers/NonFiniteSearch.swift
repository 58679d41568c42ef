import Autograd
import TensorCore

/// Finds where a value that is not finite comes from, by running a refused step again with a look at each layer.
struct NonFiniteSearch {
    let module: any Module
    let key: RandomKey

    func run(_ refused: NonFiniteStep, _ loss: (ForwardContext) throws -> Variable) throws -> NonFinite {
        for (name, parameter) in module.namedParameters {
            if let (value, index) = parameter.value.firstNonFinite() {
                return NonFinite(.parameter(path: name), value, index: index)
            }
        }
        switch refused {
        case .loss(let number):
            return try findForward(loss) ?? NonFinite(.loss, number.isNaN ? .nan : .inf)
        case .gradient:
            return try findForward(loss) ?? findBackward(loss) ?? NonFinite(.lossGradient, .nan)
        }
    }

    /// Minus infinity may be meant, as where attention masks scores: it is reported only where nothing else is found.
    private func findForward(_ loss: (ForwardContext) throws -> Variable) throws -> NonFinite? {
        var found: NonFinite?
        var masked: NonFinite?
        func look(_ variables: [Variable], _ place: @autoclosure () -> NonFinite.Place) {
            for variable in variables where found == nil {
                if let (value, index) = variable.value.firstNonFinite(countingMinusInfinity: false) {
                    found = NonFinite(place(), value, index: index)
                } else if masked == nil, let (value, index) = variable.value.firstNonFinite() {
                    masked = NonFinite(place(), value, index: index)
                }
            }
        }
        let context = ForwardContext(isTraining: true, key: key) { module, inputs, outputs in
            look(inputs, .input(layer: module.displayName))
            look(outputs, .output(layer: module.displayName, operation: module.kind))
        }
        let output = try loss(context)
        if found == nil, let value = output.value.firstNonFinite() { return masked ?? NonFinite(.loss, value.value) }
        return found
    }

    /// The gradient comes back through the layers from the last to the first: what lies behind the first output whose
    /// gradient is not finite has made it so.
    private func findBackward(_ loss: (ForwardContext) throws -> Variable) throws -> NonFinite? {
        var passed: [(module: any Module, input: Variable?, output: Variable)] = []
        return try module.recording {
            let context = ForwardContext(
                isTraining: true, key: key, recorded: module
            ) { module, inputs, outputs in
                if let output = outputs.first, output.isTracked, !(module is Model), !(module is ModuleGroup) {
                    passed.append((module, inputs.first, output))
                }
            }
            let output = try loss(context)
            func gradients(_ variables: [Variable]) throws -> [(value: NonFinite.Value, index: [Int])?] {
                try Gradient.compute(output, withRespectTo: variables).map { $0?.value.firstNonFinite() }
            }
            let atOutputs = try gradients(passed.map(\.output))
            if let i = atOutputs.lastIndex(where: { $0 != nil }), let (value, index) = atOutputs[i] {
                guard i + 1 < passed.count else { return NonFinite(.lossGradient, value, index: index) }
                let next = passed[i + 1]
                let isNext = try next.input.map { try gradients([$0])[0] != nil } ?? false
                let place =
                    isNext
                    ? NonFinite.Place.gradient(layer: next.module.displayName, operation: next.module.kind)
                    : .gradientAfter(layer: passed[i].module.displayName)
                return NonFinite(place, value, index: index)
            }
            for entry in passed.reversed() {
                let found = try gradients(entry.module.parameters.map(\.variable)).lazy.compactMap { $0 }.first
                guard let (value, index) = found else { continue }
                let place = NonFinite.Place.gradient(layer: entry.module.displayName, operation: entry.module.kind)
                return NonFinite(place, value, index: index)
            }
            return nil
        }
    }
}

extension Tensor {
    /// The first element that is not finite, and where it is.
    func firstNonFinite(countingMinusInfinity: Bool = true) -> (value: NonFinite.Value, index: [Int])? {
        guard dtype.isFloatingPoint else { return nil }
        let elements = doubles()
        let place = elements.firstIndex { !$0.isFinite && (countingMinusInfinity || $0 != -.infinity) }
        guard var position = place else { return nil }
        let value: NonFinite.Value = elements[position].isNaN ? .nan : .inf
        var index = [Int](repeating: 0, count: rank)
        for axis in stride(from: rank - 1, through: 0, by: -1) {
            index[axis] = position % shape[axis]
            position /= shape[axis]
        }
        return (value, index)
    }
}
