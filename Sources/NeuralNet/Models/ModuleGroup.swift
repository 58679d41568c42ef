import Autograd
import TensorCore

/// The layers and models in a list or a record of a model: parts by the names `0`, `1`, ... or those of the record's
/// fields, so that their parameters are `blocks.0.weight` as in PyTorch's `ModuleList` and `ModuleDict`.
///
/// A forward function applies them as it likes. In a sequence they follow each other.
package final class ModuleGroup: Composite {
    package let ownership = Ownership()
    package var place = ModulePlace() {
        didSet { placeParts() }
    }
    package private(set) var parts: [(name: String, module: any Module)]
    /// The number of elements of a list, of which some may be no modules; nil for a record.
    package let listCount: Int?

    /// - Throws: `OwnershipError` where one of the parts must not change: it gets a place in this group.
    package init(_ parts: [(name: String, module: any Module)], listCount: Int?) throws {
        for (_, module) in parts { try module.checkOwnership() }
        self.parts = parts
        self.listCount = listCount
    }

    package var kind: String { listCount == nil ? "record" : "list" }
    package var settingsText: String { "" }
    package var isBuiltByForward: Bool { parts.contains { $0.module.isBuiltByForward } }

    var modules: [any Module] { parts.map(\.module) }

    package func build(inputShapes: [[Int]]) throws { try modules.build(inputShapes: inputShapes) }
    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] { try modules.outputShapes(inputs) }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        try modules.forward(inputs, context)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = try ModuleGroup(parts.map { ($0.name, try copies.copy($0.module)) }, listCount: listCount)
        copy.place = place
        return copy
    }
}

/// Modules that follow each other.
extension [any Module] {
    func build(inputShapes: [[Int]]) throws {
        var shapes = inputShapes
        for module in self {
            if !module.isBuilt {
                try module.checkOwnership()
                try module.build(inputShapes: shapes)
            }
            shapes = try module.outputShapes(shapes)
        }
    }

    func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        try reduce(inputs) { shapes, module in
            try module.checkFlat(shapes)
            return try module.outputShapes(shapes)
        }
    }

    func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        var values = inputs
        for module in self {
            try module.checkFlat(values.map(\.shape))
            values = try module(values, context)
        }
        return values
    }
}

extension Module {
    /// In a sequence, `linear` after images is a `flatten` forgotten: it would mix the columns of each row alone.
    fileprivate func checkFlat(_ shapes: [[Int]]) throws {
        guard let linear = (self as? NormalizedWeight)?.layer as? Linear ?? self as? Linear, let shape = shapes.first,
            shape.count >= 4
        else { return }
        throw linear.error(.flattenNeeded(expected: linear.inFeatures, input: shape))
    }
}
