/// What `parameters(net)` gives: it stands for the model where an optimizer trains it.
package protocol ParametersOfModel: RuntimeObject {
    var model: ModuleObject { get }
}

/// A table of a model's parameters.
package final class ParameterTable: TableObject, ParametersOfModel {
    package let model: ModuleObject

    /// - Throws: `Failure` for a model whose sizes are not known yet.
    init(_ model: ModuleObject) throws {
        try model.requireBuilt()
        self.model = model
        let parameters = model.module.parameters
        super.init(columns: [
            ("name", model.parameterNames.map { .string($0) }),
            ("shape", parameters.map { .list($0.shape.map { .integer($0) }) }),
            ("count", parameters.map { .integer($0.count) }),
            ("value", try parameters.map { try ModuleObject.value(of: $0) }),
        ])
    }

    /// A loop goes through the parameters themselves, as in PyTorch: tensors that know their names.
    package override func makeIterator() throws -> (() throws -> Value?)? {
        var values = try zip(model.parameterNames, model.module.parameters).map { name, parameter in
            try ModuleObject.value(of: parameter, path: name)
        }.makeIterator()
        return { values.next() }
    }
}

/// The parameters of a model whose sizes are not known yet: an optimizer takes them, and they can be read once the sizes are known.
package final class ParametersToCome: RuntimeObject, ParametersOfModel {
    package let model: ModuleObject

    init(_ model: ModuleObject) { self.model = model }

    package override var kindName: String { "parameters" }
    package override var shortText: String { "parameters of \(model.shortText)" }

    package override func field(_ name: String) throws -> Value? {
        try ParameterTable(model).field(name)
    }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        try ParameterTable(model).element(subscripts)
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        try ParameterTable(model).makeIterator()
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        try ParameterTable(model).display(style)
    }
}
