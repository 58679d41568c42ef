import Autograd
import NeuralNet

/// The layers and models that are applied while the loss of a step is computed.
struct ModulesOfStep {
    fileprivate var applied: [ObjectIdentifier: any Module] = [:]
    /// The origin of what was computed last outside of steps.
    fileprivate var origin: Origin?
    var isInside = false
}

// In PyTorch a result of a model trains it wherever it was computed. Here it does so only in the step that it was
// computed in: what was computed before is a constant, and a loss that has a part of that sort says so.

extension Interpreter {
    /// Remembers that a layer or a model is applied in a step; outside of steps, gives the result that origin.
    func noting(_ result: Value, of module: any Module) -> Value {
        guard currentContext == nil, gradientDepth == 0 else {
            if modulesOfStep.isInside { modulesOfStep.applied[ObjectIdentifier(module)] = module }
            return result
        }
        return result.coming { [self] in
            if let origin = modulesOfStep.origin, origin.isOnly(module) { return origin }
            let origin = Origin(module)
            modulesOfStep.origin = origin
            return origin
        }
    }

    /// Runs the code of a step's loss.
    func computingLoss<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = modulesOfStep
        modulesOfStep = ModulesOfStep(isInside: true)
        defer { modulesOfStep = outer }
        return try body()
    }

    /// What a step trains that has computed a part of the loss before the step, which is a constant; nil in the usual
    /// case that there is nothing of the sort.
    ///
    /// A target is such a part with good reason: it stands beside what the same model gives within the step, and is no
    /// term of its own.
    func sourceOfConstantPart(of loss: Variable, trained: any Module) -> (any Module)? {
        guard let origin = loss.origin else { return nil }
        func parameters(of module: any Module) -> Set<ObjectIdentifier> {
            Set(module.parameters.lazy.filter { !$0.isFrozen }.map { ObjectIdentifier($0) })
        }
        let learning = parameters(of: trained)
        func isTrained(_ source: any Module) -> Bool { !parameters(of: source).isDisjoint(with: learning) }
        func modules(_ origin: Origin) -> [any Module] { origin.sources.compactMap { $0 as? any Module } }
        let terms = loss.originsOfConstantTerms.flatMap(modules)
        if let source = terms.first(where: isTrained) { return source }
        let used = modulesOfStep.applied.values.reduce(into: Set()) { $0.formUnion(parameters(of: $1)) }
        return modules(origin).first { isTrained($0) && parameters(of: $0).isDisjoint(with: used) }
    }
}

extension Value {
    /// The same, with an origin for tensors that a gradient could flow through.
    fileprivate func coming(from origin: () -> Origin) -> Value {
        switch self {
        case .tensor(let tensor):
            guard tensor.dtype.isFloatingPoint, !tensor.isTracked, tensor.owner == nil || tensor.origin != nil else {
                return self
            }
            return .tensor(tensor.coming(from: origin()))
        case .list(let elements): return .list(elements.map { $0.coming(from: origin) })
        case .record(let record): return .record(record.mapValues { $1.coming(from: origin) })
        default: return self
        }
    }
}
