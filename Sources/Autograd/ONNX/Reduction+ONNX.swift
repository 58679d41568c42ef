import ONNX
import TensorCore

extension ReducingOperation {
    /// A reduction whose axes are an attribute, as they are up to opset 17 for all but `ReduceSum`.
    fileprivate func reduce(_ kind: String, _ call: ONNXCall, _ input: String? = nil, keepDims: Bool) throws -> String {
        call.add(
            kind, [try input ?? call.input(0, as: call.output.dtype)],
            [("axes", .integers(call.places(axes))), ("keepdims", .integer(keepDims ? 1 : 0))])
    }
}

extension Sum: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let input = try call.input(0, as: call.output.dtype)
        return call.add(
            "ReduceSum", [input, call.graph.integers(call.places(axes))], [("keepdims", .integer(keepDims ? 1 : 0))])
    }
}

extension Mean: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { try reduce("ReduceMean", call, keepDims: keepDims) }
}

extension Product: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { try reduce("ReduceProd", call, keepDims: keepDims) }
}

extension Extreme: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        try reduce(extreme == .max ? "ReduceMax" : "ReduceMin", call, keepDims: keepDims)
    }
}

extension ExtremeAlong: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add(
            extreme == .max ? "ReduceMax" : "ReduceMin", [try call.input()],
            [("axes", .integers([call.place(axis)])), ("keepdims", .integer(keepDims ? 1 : 0))])
    }
}

extension Variance: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let x = try call.input(0, as: call.output.dtype)
        let mean = try reduce("ReduceMean", call, x, keepDims: true)
        let distance = call.add("Sub", [x, mean])
        let places = call.places(axes)
        guard !places.contains(0) || correction == 0 else {
            throw call.refusal("over the batch it depends on the batch's size; give `correction=0`")
        }
        let square = try reduce("ReduceMean", call, call.add("Mul", [distance, distance]), keepDims: keepDims)
        let count = Double(elementCount(call.inputs[0]))
        guard correction != 0 else { return square }
        return call.add("Mul", [square, try call.number(count / (count - Double(correction)), call.output.dtype)])
    }
}

extension StandardDeviation: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { call.add("Sqrt", [try variance.write(call)]) }
}

extension Norm: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String { try reduce("ReduceL2", call, keepDims: keepDims) }
}

extension CumulativeSum: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let axis = call.graph.constant(try Tensor([Int64(call.place(axis))], shape: []), "axis")
        return call.add("CumSum", [try call.input(0, as: call.output.dtype), axis])
    }
}

extension Softmax: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("Softmax", [try call.input(0, as: call.output.dtype)], [("axis", .integer(axis))])
    }
}

extension LogSoftmax: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("LogSoftmax", [try call.input(0, as: call.output.dtype)], [("axis", .integer(axis))])
    }
}

extension LogSumExp: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add(
            "ReduceLogSumExp", [try call.input(0, as: call.output.dtype)],
            [("axes", .integers([call.place(axis)])), ("keepdims", .integer(keepDims ? 1 : 0))])
    }
}

extension MaskedSoftmax: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        try call.maskedSoftmax(call.input(), mask, scale: scale)
    }
}

extension HeadAttention: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let isPacked = call.inputs.count == 1
        func part(_ index: Int, _ order: [Int]) throws -> String {
            var name = try call.input(isPacked ? 0 : index)
            if isPacked {
                let place = call.graph.constant(try Tensor([Int64(index)], shape: []), "part")
                name = call.add("Gather", [name, place], [("axis", .integer(2))])
            }
            return call.add("Transpose", [name], [("perm", .integers(order))])
        }
        let (queries, places) = (call.inputs[0].shape[1], call.inputs[isPacked ? 0 : 1].shape[1])
        let scores = call.add("MatMul", [try part(0, [0, 2, 1, 3]), try part(1, [0, 2, 3, 1])])
        let mask = try allHidden(queries: queries, places: places)
        let shares = try call.maskedSoftmax(scores, mask, scale: scale)
        let result = call.add("MatMul", [shares, try part(2, [0, 2, 1, 3])])
        return call.add("Transpose", [result], [("perm", .integers([0, 2, 1, 3]))])
    }
}

extension ONNXCall {
    fileprivate func maskedSoftmax(_ scores: String, _ mask: Tensor?, scale: Double) throws -> String {
        let dtype = output.dtype
        let scaled = scale == 1 ? scores : add("Mul", [scores, try number(scale, dtype)])
        guard let mask else { return add("Softmax", [scaled], [("axis", .integer(-1))]) }
        let hidden = try graph.name(of: mask)
        let kept = add("Where", [hidden, try number(-.infinity, dtype), scaled])
        let shares = add("Softmax", [kept], [("axis", .integer(-1))])
        // A row that is all hidden is 0 and not nan.
        return add("Where", [hidden, try number(0, dtype), shares])
    }
}
