import ONNX
import TensorCore

extension Arithmetic: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let dtype = DType.promoted(call.inputs[0].dtype, call.inputs[1].dtype)
        let type = operation.isPredicate ? dtype : call.output.dtype
        return try operation.write(call, call.input(0, as: type), call.input(1, as: type), type)
    }
}

extension NumberArithmetic: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let own = call.inputs[0].dtype
        // A comparison with a fraction is one of fractions.
        let isWhole = number.rounded() == number
        let type =
            operation.isPredicate ? (own.isFloatingPoint || isWhole ? own : .float32) : call.output.dtype
        let (x, constant) = (try call.input(0, as: type), try call.number(number, type))
        return try operation.write(call, isOnLeft ? constant : x, isOnLeft ? x : constant, type)
    }
}

extension BinaryOperation {
    /// - Parameter dtype: Of both operands.
    fileprivate func write(_ call: ONNXCall, _ a: String, _ b: String, _ dtype: DType) throws -> String {
        switch self {
        case .add: return call.add("Add", [a, b])
        case .subtract: return call.add("Sub", [a, b])
        case .multiply: return call.add("Mul", [a, b])
        case .divide: return call.add("Div", [a, b])
        case .power: return call.add("Pow", [a, b])
        case .maximum: return call.add("Max", [a, b])
        case .minimum: return call.add("Min", [a, b])
        case .arcTangent: throw call.refusal("ONNX has no angle of two coordinates")
        case .remainder:
            // `Mod` has the sign of the divisor for whole numbers only.
            guard dtype.isFloatingPoint else { return call.add("Mod", [a, b]) }
            let whole = call.add("Floor", [call.add("Div", [a, b])])
            return call.add("Sub", [a, call.add("Mul", [whole, b])])
        case .floorDivide:
            guard dtype.isFloatingPoint else { throw call.refusal("ONNX divides whole numbers towards zero") }
            return call.add("Floor", [call.add("Div", [a, b])])
        case .equal: return call.add("Equal", [a, b])
        case .notEqual: return call.add("Not", [call.add("Equal", [a, b])])
        case .less: return call.add("Less", [a, b])
        case .lessOrEqual: return call.add("LessOrEqual", [a, b])
        case .greater: return call.add("Greater", [a, b])
        case .greaterOrEqual: return call.add("GreaterOrEqual", [a, b])
        case .logicalAnd, .logicalOr:
            let operands = dtype == .bool ? [a, b] : [a, b].map { call.cast($0, to: .bool) }
            return call.add(self == .logicalAnd ? "And" : "Or", operands)
        }
    }
}

extension Cast: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { call.cast(try call.input(), to: dtype) }
}

extension Alias: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { try call.input() }
}

extension Elementwise: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let dtype = call.output.dtype == .bool ? call.inputs[0].dtype : call.output.dtype
        let x = try call.input(0, as: dtype)
        switch operation.onnx {
        case .operator(let kind): return call.add(kind, [x])
        case .nodes(let write): return try write(call, x) { try call.number($0, dtype) }
        case nil: throw call.refusal("ONNX has no operator for it")
        }
    }
}

extension Clip: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let dtype = call.output.dtype
        let bounds = try [low, high].map { try $0.map { try call.number($0, dtype) } ?? "" }
        return call.add("Clip", [try call.input(0, as: dtype)] + (high == nil ? [bounds[0]] : bounds))
    }
}

extension Select: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let condition = try call.graph.name(of: condition)
        let dtype = call.output.dtype
        return call.add(
            "Where",
            [
                self.condition.dtype == .bool ? condition : call.cast(condition, to: .bool),
                try call.input(0, as: dtype), try call.input(1, as: dtype),
            ])
    }
}
