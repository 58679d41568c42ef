import ONNX
import TensorCore

extension ONNXNodeReader {
    /// The greatest number of elements that a computed constant may have beyond those of its inputs.
    private static let mostElements = 1 << 27

    /// The output where the inputs are all known; `nil` for an operator that is not computed here.
    func folded() throws -> ONNXOperand? {
        if node.kind == "Constant" { return .constant(try value(), name: node.outputs[0]) }
        let operands = try node.inputs.indices.filter(has).map { try operand($0) }
        var inputs: [Tensor] = []
        for operand in operands {
            guard case .constant(let value, _) = operand else { return nil }
            inputs.append(value)
        }
        guard let first = inputs.first, case .constant(_, let name) = operands[0] else { return nil }
        guard let result = try computed(first, inputs) else { return nil }
        // Weights in another shape keep their name.
        return .constant(result, name: inputs.count == 1 || first.count > 1 ? name : node.outputs[0])
    }

    private func value() throws -> Tensor {
        for (_, attribute) in node.attributes {
            switch attribute {
            case .tensor(let value): return value
            case .number(let value): return try Tensor([value], shape: [])
            case .integer(let value): return try Tensor([Int64(value)], shape: [])
            case .numbers(let values): return try Tensor(values, shape: [values.count])
            case .integers(let values): return try Tensor(values.map(Int64.init), shape: [values.count])
            default: continue
            }
        }
        throw refusal("its value is not a tensor")
    }

    private func computed(_ x: Tensor, _ inputs: [Tensor]) throws -> Tensor? {
        switch node.kind {
        case "Identity": return x
        case "Transpose": return try x.permute(integers("perm") ?? Array((0..<x.rank).reversed()))
        case "Reshape":
            guard inputs.count == 2 else { return nil }
            let sizes = inputs[1].integers().enumerated().map { axis, size in
                size == 0 && integer("allowzero", 0) == 0 && axis < x.rank ? x.shape[axis] : size
            }
            return try x.reshape(sizes)
        case "Unsqueeze":
            let axes = try knownIntegers(1, "axes") ?? []
            let rank = x.rank + axes.count
            return try axes.map { $0 < 0 ? $0 + rank : $0 }.sorted().reduce(x) { try $0.unsqueeze($1) }
        case "Squeeze":
            guard let axes = try knownIntegers(1, "axes") else { return try x.squeeze() }
            return try axes.map { $0 < 0 ? $0 + x.rank : $0 }.sorted(by: >).reduce(x) { try $0.squeeze($1) }
        case "Shape":
            let sizes = try Tensor(x.shape.map(Int64.init), shape: [x.rank])
            return try sizes.at([.slice(start: integer("start", 0), stop: integer("end", x.rank), step: 1)])
        case "Cast":
            guard let target = [1: DType.float32, 6: .int64, 7: .int64, 9: .bool, 11: .float64][integer("to", 1)] else {
                return nil
            }
            return try x.cast(to: target)
        case "Concat":
            guard inputs.reduce(0, { $0 + $1.count }) <= Self.mostElements else { return nil }
            return try Tensor.concat(inputs, axis: integer("axis", 0))
        case "Gather":
            guard inputs.count == 2, Self.isBounded([x.count, inputs[1].count]) else { return nil }
            return try x.take(inputs[1], axis: integer("axis", 0))
        case "ConstantOfShape": return try filled(x)
        case "Range":
            guard inputs.count == 3, inputs.allSatisfy({ $0.count == 1 }),
                case let bounds = inputs.map({ $0.doubles()[0] }), bounds[2] != 0,
                abs((bounds[1] - bounds[0]) / bounds[2]) < Double(Self.mostElements)
            else { return nil }
            return try Tensor.arange(bounds[0], bounds[1], step: bounds[2], dtype: x.dtype)
        case "Slice":
            guard let starts = try knownIntegers(1, "starts"), let ends = try knownIntegers(2, "ends"),
                starts.count == ends.count
            else { return nil }
            let axes = try knownIntegers(3, "axes") ?? Array(starts.indices)
            let steps = try knownIntegers(4, "steps") ?? starts.map { _ in 1 }
            guard axes.count == starts.count, steps.count == starts.count, steps.allSatisfy({ $0 != 0 }) else {
                return nil
            }
            var indices = Array(repeating: TensorIndex.all, count: x.rank)
            for (place, axis) in axes.enumerated() {
                let axis = axis < 0 ? axis + x.rank : axis
                guard indices.indices.contains(axis) else { return nil }
                indices[axis] = .slice(start: starts[place], stop: ends[place], step: steps[place])
            }
            return try x.at(indices)
        case "Expand":
            guard inputs.count == 2, case let sizes = inputs[1].integers(), Self.isBounded(sizes) else { return nil }
            let rank = max(sizes.count, x.rank)
            let own = Array(repeating: 1, count: rank - x.rank) + x.shape
            let target = Array(repeating: 1, count: rank - sizes.count) + sizes
            return try x.broadcast(to: zip(own, target).map { $0 == 1 ? $1 : $0 })
        case "Where":
            return try inputs.count == 3 ? Tensor.select(inputs[0].cast(to: .bool), inputs[1], inputs[2]) : nil
        case "Neg", "Sqrt", "Floor":
            return try x.map(node.kind == "Neg" ? .negate : node.kind == "Sqrt" ? .sqrt : .floor)
        case "Add", "Sub", "Mul", "Div", "Mod", "Equal":
            guard inputs.count == 2 else { return nil }
            let sign: BinaryOperation =
                switch node.kind {
                case "Add": .add
                case "Sub": .subtract
                case "Mul": .multiply
                case "Equal": .equal
                case "Mod": .remainder
                default: x.dtype.isFloatingPoint ? .divide : .floorDivide
                }
            let elements = (0..<2).map { inputs[$0].count }
            let (product, isLarge) = elements[0].multipliedReportingOverflow(by: elements[1])
            guard !isLarge, elements.contains(1) || inputs[0].shape == inputs[1].shape || product <= Self.mostElements
            else {
                return nil
            }
            return try Tensor.combine(sign, inputs[0], inputs[1])
        default: return nil
        }
    }

    private func filled(_ sizes: Tensor) throws -> Tensor? {
        let shape = sizes.integers()
        guard Self.isBounded(shape) else { return nil }
        guard case .tensor(let value)? = node.attribute("value"), value.count == 1 else {
            return try Tensor.scalar(0).broadcast(to: shape)
        }
        // One number in memory, however many places it has.
        return try value.reshape([]).broadcast(to: shape)
    }

    private static func isBounded(_ shape: [Int]) -> Bool {
        var count = 1
        for size in shape {
            guard (0...mostElements).contains(size) else { return false }
            count *= max(size, 1)
            guard count <= mostElements else { return false }
        }
        return shape.count <= Tensor.maximumRank
    }
}
