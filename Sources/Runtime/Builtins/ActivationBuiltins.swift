import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Activations with numbers of their own; the others come from the table of `ElementwiseOperation`.
    static let activations: [Builtin] = [
        Builtin(
            "leaky_relu(x=none, slope=0.01)", .layers, "x above zero, slope * x below.",
            details: "Without a tensor it makes a layer. In a model, `leaky_relu 0.2` is a layer with that slope.",
            example: "leaky_relu([-1, 2])", takesOptionalTensorFirst: true
        ) { call in
            let slope = try call.number("slope")
            guard call.has("x") else { return .layer(LeakyReLU(slope: slope)) }
            return Value.tensor(try call.tensor("x").asFractions.leakyRelu(slope: slope)).unwrapped
        },
        exponentialLinear(
            "elu(x=none, alpha=1)", "x above zero, alpha * (exp(x) - 1) below (Clevert et al. 2016)."
        ) { .elu(alpha: try $0.number("alpha")) },
        exponentialLinear(
            "celu(x=none, alpha=1)", "x above zero, alpha * (exp(x / alpha) - 1) below (Barron 2017)."
        ) { .celu(alpha: try $0.number("alpha")) },
        exponentialLinear(
            "selu(x=none)", "elu with constants that keep mean 0 and variance 1 (Klambauer et al. 2017)."
        ) { _ in .selu },
        Builtin(
            "prelu(x=none, slopes=1, init=0.25)", .layers, "x above zero, a slope that is learnt times x below.",
            details: """
                Without a tensor it makes a layer: `prelu` has one slope, `prelu 8` one for each of 8 channels (axis 1), which
                start at `init`. Parameter: weight [slopes]. `prelu(x, slopes)` applies slopes that are given (He et al. 2015).
                """,
            example: "prelu([-1.0, 2], 0.1)\nmodel m() { conv 8; prelu 8 }", takesOptionalTensorFirst: true
        ) { call in
            guard call.has("x") else {
                return .layer(try PReLU(try call.integer("slopes"), initial: try call.number("init")))
            }
            let operands = try call.operands("x", "slopes")
            let slopes = call.isGiven("slopes") ? operands[1] : try .number(call.number("init"), like: operands[0])
            return Value.tensor(try operands[0].asFractions.parametricRelu(slopes)).unwrapped
        },
        Builtin(
            "glu(x=none, axis=-1)", .layers, "The first half of an axis times the sigmoid of the second.",
            details: "Without a tensor it makes a layer (Dauphin et al. 2017).", example: "glu([1.0, 2.0, 0.0, 0.0])",
            takesOptionalTensorFirst: true
        ) { call in try call.applying(GatedLinearUnit(axis: try call.integer("axis"))) },
        Builtin(
            "identity(x=none)", .layers, "What goes in: a layer that changes nothing.",
            details:
                "It takes the place of a layer: `shortcut = if stride > 1 { conv 8 kernel=1 } else { identity() }`.",
            example: "model m() { identity; linear 2 }\nm()(ones([1, 3])).shape", takesOptionalTensorFirst: true
        ) { call in
            guard call.has("x") else { return .layer(Identity()) }
            return .tensor(try call.tensor("x"))
        },
    ]

    private static func exponentialLinear(
        _ signature: String, _ summary: String, _ form: @escaping @Sendable (Call) throws -> ExponentialLinearUnit.Form
    ) -> Builtin {
        let name = signature.prefix { $0 != "(" }
        return Builtin(
            signature, .layers, summary, details: "Without a tensor it makes a layer: a line `\(name)` in a model.",
            example: "\(name)([-1, 2])", takesOptionalTensorFirst: true
        ) { call in
            let unit = try ExponentialLinearUnit(form(call))
            guard call.has("x") else { return .layer(unit) }
            let x = try call.tensor("x").asFractions
            return Value.tensor(try unit.forward(x, call.interpreter.forwardContext)).unwrapped
        }
    }
}
