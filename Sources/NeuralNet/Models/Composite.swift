/// A module that is made of others under names of their own; summaries, paths and states show those in its place.
package protocol Composite: Module {
    var parts: [(name: String, module: any Module)] { get }
}

extension Composite {
    package var composite: (any Composite)? { self }
    package var isBuilt: Bool { parts.allSatisfy(\.module.isBuilt) }
    package var parameterFormula: String? { nil }

    package func unbuild() { parts.forEach { $0.module.unbuild() } }

    /// The trainable parameters by their path within this module, each once, in order.
    package var namedParameters: [(name: String, parameter: Parameter)] { named(\.parameters) }
    /// The buffers by their path within this module, each once, in order.
    package var namedBuffers: [(name: String, parameter: Parameter)] { named(\.buffers) }
    package var parameters: [Parameter] { unnamed(\.parameters) }
    package var buffers: [Parameter] { unnamed(\.buffers) }

    /// The same as `named` without the paths, which take most of its time.
    private func unnamed(_ own: (any Module) -> [Parameter]) -> [Parameter] {
        var found: [Parameter] = []
        func collect(_ composite: any Composite) {
            for (_, module) in composite.parts {
                if let inner = module.composite {
                    collect(inner)
                } else {
                    found += own(module)
                }
            }
        }
        collect(self)
        guard found.count > 1 else { return found }
        var seen = Set<ObjectIdentifier>(minimumCapacity: found.count)
        found.removeAll { !seen.insert(ObjectIdentifier($0)).inserted }
        return found
    }

    private func named(_ own: (any Module) -> [Parameter]) -> [(name: String, parameter: Parameter)] {
        var seen = Set<ObjectIdentifier>()
        return layers.flatMap { path, layer in
            own(layer).filter { seen.insert(ObjectIdentifier($0)).inserted }.map {
                ($0.name.isEmpty ? path : "\(path).\($0.name)", $0)
            }
        }
    }

    /// All layers within that are not made of others, by their path within this module, in order.
    package var layers: [(path: String, layer: any Module)] {
        parts.flatMap { name, module -> [(path: String, layer: any Module)] in
            guard let inner = module.composite else { return [(name, module)] }
            return inner.layers.map { ("\(name).\($0.path)", $0.layer) }
        }
    }

    /// The module at a path, such as `conv1`, `encoder.linear1` or `blocks.0`.
    ///
    /// - Throws: `NeuralNetError` `.unknownLayer`, which names those that there are.
    package func module(at path: String) throws -> any Module {
        let names = path.split(separator: ".", omittingEmptySubsequences: false)
        let found = names.reduce(self as (any Module)?) { module, name in
            module?.composite?.parts.first { $0.name == name }?.module
        }
        guard let found else { throw error(.unknownLayer(path, layers: layers.map(\.path))) }
        return found
    }

    /// Gives the parts their places below this one's; one that stands here twice keeps its first name.
    func placeParts() {
        for (name, module) in parts.reversed() {
            var inner = place
            inner.path = place.path(of: name)
            (inner.isFrozen, inner.isTraining) = (module.place.isFrozen, module.place.isTraining)
            inner.isTimeFirst = module.place.isTimeFirst
            (inner.inputShapes, inner.inputSize) = (module.place.inputShapes, module.place.inputSize)
            module.place = inner
        }
    }
}
