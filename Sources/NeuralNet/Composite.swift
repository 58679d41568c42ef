/// A module that is made of others under fixed names; summaries, paths and states show those in its place.
package protocol Composite: Module {
    var parts: [(name: String, module: any Module)] { get }
}

extension Composite {
    package var isBuilt: Bool { parts.allSatisfy(\.module.isBuilt) }
    package var namedParameters: [(name: String, parameter: Parameter)] {
        parts.flatMap { part in part.module.namedParameters.map { ("\(part.name).\($0.name)", $0.parameter) } }
    }
    package var parameters: [Parameter] { namedParameters.map(\.parameter) }
    package var buffers: [Parameter] { parts.flatMap(\.module.buffers) }
    package var parameterFormula: String? { nil }

    package func unbuild() { parts.forEach { $0.module.unbuild() } }

    /// Gives the parts their places below this one's.
    func placeParts() {
        for (name, module) in parts {
            module.place = ModulePlace(path: place.path(of: name), key: place.key, dtype: place.dtype)
        }
    }
}
