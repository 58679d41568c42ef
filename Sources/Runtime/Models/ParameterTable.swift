/// What `parameters(net)` gives: it stands for the model where an optimizer trains it.
package protocol ParametersOfModel: RuntimeObject {
    var model: ModuleObject { get }
}

/// A table of a model's parameters.
package final class ParameterTable: TableObject, ParametersOfModel {
    package let model: ModuleObject

    /// - Parameter model: One whose sizes are known.
    init(_ model: ModuleObject) throws {
        self.model = model
        let parameters = model.module.parameters
        super.init(columns: [
            ("name", model.parameterNames.map { .string($0) }),
            ("shape", parameters.map { .list($0.shape.map { .integer($0) }) }),
            ("count", parameters.map { .integer($0.count) }),
            ("value", try parameters.map { .tensor(try $0.snapshot()) }),
        ])
    }
}

/// The parameters of a model whose sizes are not known yet: an optimizer takes them, and nothing can be read of them.
package final class ParametersToCome: RuntimeObject, ParametersOfModel {
    package let model: ModuleObject

    init(_ model: ModuleObject) { self.model = model }

    package override var kindName: String { "parameters" }
    package override var shortText: String { "parameters of \(model.shortText)" }

    package override func field(_ name: String) throws -> Value? {
        try model.requireBuilt()
        return nil
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        try model.requireBuilt()
        return nil
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        try model.requireBuilt()
        return shortText
    }
}
