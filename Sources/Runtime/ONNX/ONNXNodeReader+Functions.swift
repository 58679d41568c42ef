import Autograd
import ONNX
import TensorCore

extension ONNXNodeReader {
    /// Operators that are functions of one tensor, which make layers too.
    private static let functions: [String: String] = ElementwiseOperation.onnxOperators.merging(
        ["Mish": "mish", "Neg": "neg", "Round": "round"]) { own, _ in own }
    /// Those that make layers in a model's block.
    private static let activations = Set(ElementwiseOperation.all.filter(\.isActivation).map(\.name))
    private static let signs: [String: String] = [
        "Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "Pow": "**", "Equal": "==", "Less": "<", "LessOrEqual": "<=",
        "Greater": ">", "GreaterOrEqual": ">=", "And": "&", "Or": "|",
    ]
    private static let predicates: Set<String> = ["==", "<", "<=", ">", ">=", "&", "|"]
    private static let reductions: [String: String] = [
        "ReduceMean": "mean", "ReduceSum": "sum", "ReduceMax": "max", "ReduceMin": "min", "ReduceProd": "product",
        "ReduceL2": "norm", "ReduceLogSumExp": "logsumexp",
    ]

    /// Nodes that compute element by element, or reduce; false for others.
    func applyFunction() throws -> Bool {
        if let name = Self.functions[node.kind] {
            let dtype: DType? = ["IsNaN", "IsInf"].contains(node.kind) ? .bool : nil
            if Self.activations.contains(name) {
                try giveFunction(name)
            } else {
                try give("\(name)(\(expression()))", dtype)
            }
            return true
        }
        if let sign = Self.signs[node.kind] {
            try combine(sign)
            return true
        }
        if let name = Self.reductions[node.kind] {
            try reduce(name)
            return true
        }
        switch node.kind {
        case "Not": try give("\(factor(0)) == false", .bool, isCall: false)
        case "Softmax", "LogSoftmax": try softmax()
        case "Gelu" where text("approximate", "none") == "none": try giveFunction("gelu")
        case "Gelu":
            let x = try expression()
            try give("0.5 * \(x) * (1 + tanh(0.7978845608 * (\(x) + 0.044715 * \(x) ** 3)))", isCall: false)
        case "Elu": try giveFunction("elu", arguments("alpha", 1))
        case "Celu": try giveFunction("celu", arguments("alpha", 1))
        case "LeakyRelu": try giveFunction("leaky_relu", [number(number("alpha", 0.01))])
        case "Selu":
            try require(
                abs(number("alpha", 1.6732632) - 1.6732632) < 1e-5 && abs(number("gamma", 1.050701) - 1.050701) < 1e-5,
                "other constants than those of the paper")
            try giveFunction("selu")
        case "HardSigmoid":
            if abs(number("alpha", 0.2) - 1.0 / 6) < 1e-6, number("beta", 0.5) == 0.5 {
                try giveFunction("hardsigmoid")
            } else {
                try give(
                    "clip(\(expression()) * \(number(number("alpha", 0.2))) + \(number(number("beta", 0.5))), 0, 1)")
            }
        case "Clip": try clip()
        case "Max": try fold("maximum")
        case "Min": try fold("minimum")
        case "Sum": try give(joined(" + "), isCall: false)
        case "Mean": try give("(\(joined(" + "))) / \(node.inputs.count)", isCall: false)
        case "Mod":
            let (a, b) = (try expression(), try expression(1))
            if integer("fmod", 0) == 1 {
                try give("\(a) - \(b) * sign(\(a) / \(b)) * floor(abs(\(a) / \(b)))", isCall: false)
            } else {
                try give("\(a) % \(b)", isCall: false)
            }
        case "Where": try give("where(\(expression()), \(expression(1)), \(expression(2)))", dtype(1))
        case "Cast":
            try cast(integer("to", 1))
        case "CastLike": try cast(dtype(1).onnxNumber)
        case "Einsum":
            let equation = text("equation", "").filter { !$0.isWhitespace }
            try require(
                equation.utf8.allSatisfy {
                    ($0 < 0x80 && (0x61...0x7a).contains($0 | 0x20)) || [0x2c, 0x2d, 0x3e, 0x2e].contains($0)
                },
                "the equation \(quoted(equation))")
            let operands = try node.inputs.indices.map { try expression($0) }.joined(separator: ", ")
            try give("einsum(\"\(equation)\", \(operands))")
        case "CumSum":
            guard let axis = try knownIntegers(1, "axis"), axis.count == 1 else {
                throw refusal("its axis is not a number")
            }
            try require(integer("exclusive", 0) == 0 && integer("reverse", 0) == 0, "`exclusive` or `reverse`")
            try give("cumsum(\(expression()), axis=\(axis[0]))")
        case "ArgMax", "ArgMin":
            try require(integer("select_last_index", 0) == 0, "`select_last_index`")
            let text = "\(node.kind.lowercased())(\(try expression()), axis=\(integer("axis", 0)))"
            try give(integer("keepdims", 1) == 1 ? "\(text).unsqueeze(\(integer("axis", 0)))" : text, .int64)
        default: return false
        }
        return true
    }

    private func arguments(_ name: String, _ standard: Float) -> [String] {
        let value = number(name, standard)
        return value == Double(standard) ? [] : ["\(name)=\(number(value))"]
    }

    /// An operand that may stand beside any sign.
    private func factor(_ index: Int) throws -> String {
        let text = try expression(index)
        return text.hasPrefix("-") ? "(\(text))" : text
    }

    private func joined(_ sign: String) throws -> String {
        try node.inputs.indices.map { try factor($0) }.joined(separator: sign)
    }

    private func fold(_ name: String) throws {
        let texts = try node.inputs.indices.map { try expression($0) }
        try give(texts.dropFirst().reduce(texts[0]) { "\(name)(\($0), \($1))" })
    }

    private func combine(_ sign: String) throws {
        let (a, b) = (try factor(0), try factor(1))
        // The type that is not that of a number alone.
        let dtypes = try [dtype(0), dtype(1)]
        let dtype = Self.predicates.contains(sign) ? DType.bool : try constant(0) == nil ? dtypes[0] : dtypes[1]
        try require(sign != "/" || dtype.isFloatingPoint, "division of whole numbers")
        try give("\(a) \(sign) \(b)", dtype, isCall: false)
    }

    private func reduce(_ name: String) throws {
        let axes = try knownIntegers(1, "axes")
        let keeps = integer("keepdims", 1) == 1
        if axes == nil || axes == [] {
            if integer("noop_with_empty_axes", 0) == 1 { return source[node.outputs[0]] = try operand(0) }
            try require(!keeps, "all axes kept with size 1")
            return try give("\(name)(\(expression()))")
        }
        let list = axes ?? []
        if name == "mean", !keeps, list == [2, 3] || list == [-2, -1] || list == [-1, -2] {
            return try giveFunction("global_avg_pool")
        }
        let axis = list.count == 1 ? "\(list[0])" : "\(list)"
        try give("\(name)(\(expression()), axis=\(axis)\(keeps ? ", keepdims=true" : ""))")
    }

    private func softmax() throws {
        let name = node.kind == "Softmax" ? "softmax" : "log_softmax"
        if source.network.opset >= 13 || node.attribute("axis").map({ _ in integer("axis", 1) == -1 }) ?? false {
            let axis = integer("axis", -1)
            return try giveFunction(name, axis == -1 ? [] : ["axis=\(axis)"])
        }
        // Up to opset 12 it is over all axes from this one on.
        let (axis, x) = (integer("axis", 1), try expression())
        try give(
            "\(name)(\(x).flatten(\(axis))).reshape(\(x).shape)", layer: axis == 1 ? name : nil, input: x,
            supposing: axis == 1 ? [-1, -1] : nil)
    }

    private func clip() throws {
        var bounds: [String?] = [nil, nil]
        for (index, name) in ["min", "max"].enumerated() {
            if has(index + 1) {
                bounds[index] = try expression(index + 1)
            } else if node.attribute(name) != nil {
                bounds[index] = number(number(name, 0))
            }
        }
        let x = try expression()
        switch (bounds[0], bounds[1]) {
        case ("0", "6"): try giveFunction("relu6")
        case ("0", nil): try giveFunction("relu")
        case (let low?, let high?): try give("clip(\(x), \(low), \(high))")
        case (let low?, nil): try give("clip(\(x), low=\(low))")
        case (nil, let high?): try give("clip(\(x), high=\(high))")
        case (nil, nil): source[node.outputs[0]] = try operand(0)
        }
    }

    private func cast(_ number: Int) throws {
        let target: DType? =
            switch number {
            case 1, 10, 16: .float32
            case 2: .uint8
            case 3, 4, 5, 6, 7, 12, 13: .int64
            case 9: .bool
            case 11: .float64
            default: nil
            }
        guard let target else { throw refusal("the type \(number) has no counterpart in dls") }
        let dtype = try dtype()
        if dtype == target { return source[node.outputs[0]] = try operand(0) }
        try give("cast(\(expression()), \"\(target.name)\")", target)
    }
}
