import Autograd
import TensorCore

/// A parameter that no layer has: a tensor that a forward function uses as it likes.
///
/// `variable` is what scripts hold as the tensor: it shows the values as they are, and is a leaf while gradients are
/// recorded. In a sequence it passes its input on.
package final class TensorParameter: Layer {
    package let ownership = Ownership()
    package var place = ModulePlace()
    package let parameter: Parameter

    /// - Parameter variable: A floating-point constant, which shows the parameter from now on.
    package init(_ variable: Variable) {
        let first = variable.value
        parameter = Parameter("", value: first, initial: .made(WeightFunction(text: "") { _ in first }))
        variable.belonging(to: self)
        parameter.shown = variable
    }

    /// Makes another module with a parameter.
    package init(sharing parameter: Parameter) { self.parameter = parameter }

    /// The constant that shows the parameter.
    package var variable: Variable {
        if let shown = parameter.shown { return shown }
        let shown = Variable(parameter.value).belonging(to: self)
        shown.show(parameter.value)
        parameter.shown = shown
        return shown
    }

    package var kind: String { "parameter" }
    package var settingsText: String { Shape.text(parameter.shape) }
    package var parameters: [Parameter] { [parameter] }
    package var parameterFormula: String? { Shape.productText(parameter.shape) }
    package func outputShape(_ input: [Int]) throws -> [Int] { input }
    package func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable { input }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        let copy = TensorParameter(sharing: try copies.copy(parameter))
        copy.place = place
        return copy
    }
}

/// Parameters that are trained together: those of models, of parts of them, and tensors.
package final class ParameterSet: Composite {
    package let ownership = Ownership()
    /// The parts keep the places that they have.
    package var place = ModulePlace()
    package let parts: [(name: String, module: any Module)]

    package init(_ parts: [(name: String, module: any Module)]) { self.parts = parts }

    package var kind: String { "parameters" }
    package var settingsText: String { "" }
    package func build(inputShapes: [[Int]]) throws { throw error(.notBuilt) }
    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] { throw error(.noOutput) }
    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        throw error(.noOutput)
    }

    package func cloned(_ copies: ModuleCopies) throws -> any Module {
        ParameterSet(try parts.map { ($0.name, try copies.copy($0.module)) })
    }
}
