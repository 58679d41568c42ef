import ONNX
import TensorCore

extension Reshape: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("Reshape", [try call.input(), call.graph.integers(call.output.shape)])
    }
}

extension Permute: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("Transpose", [try call.input()], [("perm", .integers(call.places(axes)))])
    }
}

extension Broadcast: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let target = call.output.shape
        let own = [Int](repeating: 1, count: target.count - call.inputs[0].rank) + call.inputs[0].shape
        // 1 leaves an axis as it is, whatever size the batch has.
        let sizes = zip(own, target).map { $0 == $1 ? 1 : $1 }
        return call.add("Expand", [try call.input(), call.graph.integers(sizes)])
    }
}

extension Concat: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let names = try call.inputs.indices.map { try call.input($0, as: call.output.dtype) }
        return call.add("Concat", names, [("axis", .integer(call.place(axis)))])
    }
}

extension Roll: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let (input, size) = (try call.input(), call.output.shape[axis])
        let parts = [(size - shift, size), (0, size - shift)].map { call.slice(input, axis, $0, $1) }
        return call.add("Concat", parts, [("axis", .integer(axis))])
    }
}

extension CumulativeProduct: ONNXOperation {
    /// Each step doubles how many elements are in the products (Hillis and Steele 1986, doi:10.1145/7902.7903).
    func write(_ call: ONNXCall) throws -> String {
        var (result, reach) = (try call.input(0, as: call.output.dtype), 1)
        let size = call.output.shape[axis]
        while reach < size {
            let (tail, before) = (call.slice(result, axis, reach, size), call.slice(result, axis, 0, size - reach))
            let parts = [call.slice(result, axis, 0, reach), call.add("Mul", [tail, before])]
            result = call.add("Concat", parts, [("axis", .integer(axis))])
            reach *= 2
        }
        return result
    }
}

extension ONNXCall {
    /// The places `start ..< stop` of an axis.
    fileprivate func slice(_ name: String, _ axis: Int, _ start: Int, _ stop: Int) -> String {
        add("Slice", [name] + [[start], [stop], [axis]].map { graph.integers($0) })
    }
}

extension Pad: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let sizes = widths.map(\.before) + widths.map(\.after)
        let value = try call.number(value, call.output.dtype)
        return call.add("Pad", [try call.input(), call.graph.integers(sizes), value])
    }
}

extension Repeat: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let rank = call.inputs[0].rank
        guard counts.count <= rank else { throw call.refusal("it adds axes; reshape the tensor first") }
        let all = [Int](repeating: 1, count: rank - counts.count) + counts
        return call.add("Tile", [try call.input(), call.graph.integers(all)])
    }
}

extension Flip: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let places = call.places(axes)
        let inputs = [
            Array(repeating: -1, count: places.count), Array(repeating: Int(Int32.min), count: places.count), places,
            Array(repeating: -1, count: places.count),
        ]
        return call.add("Slice", [try call.input()] + inputs.map { call.graph.integers($0) })
    }
}

extension At: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let input = try call.input()
        if let parts = call.graph.recurrentParts[input] {
            guard case .slice(let start, _, 1)? = indices.first,
                let part = parts.first(where: { $0.start == start ?? 0 })
            else { throw call.refusal("it takes a part of a recurrent layer that is none") }
            return part.name
        }
        let shape = call.inputs[0].shape
        let used = indices.reduce(0) { count, index in
            switch index {
            case .newAxis, .ellipsis: count
            case .tensor(let tensor) where tensor.dtype == .bool: count + tensor.rank
            default: count + 1
            }
        }
        var result = input
        var axis = 0
        var outputAxis = 0
        var slices: [(axis: Int, start: Int, stop: Int, step: Int)] = []
        var dropped: [Int] = []
        var added: [Int] = []
        var gathered: (axis: Int, indices: Tensor)?
        for index in indices {
            switch index {
            case .all:
                axis += 1
                outputAxis += 1
            case .ellipsis:
                axis += shape.count - used
                outputAxis += shape.count - used
            case .newAxis:
                added.append(outputAxis)
                outputAxis += 1
            case .index(let place):
                // From the end where it was given so: -1 is the last step of any number.
                slices.append((axis, place, place == -1 ? Int(Int32.max) : place + 1, 1))
                dropped.append(axis)
                axis += 1
            case .slice(let start, let stop, let step):
                let isAll = step == 1 && (start ?? 0) == 0 && (stop ?? shape[axis]) >= shape[axis]
                if !isAll {
                    let last = step > 0 ? Int(Int32.max) : Int(Int32.min)
                    slices.append((axis, start ?? (step > 0 ? 0 : -1), stop ?? last, step))
                }
                axis += 1
                outputAxis += 1
            case .tensor(let tensor):
                guard tensor.dtype != .bool, gathered == nil else {
                    throw call.refusal("indices that are a mask, or several tensors, have no operator in ONNX")
                }
                gathered = (axis, tensor)
                axis += 1
                outputAxis += tensor.rank
            }
        }
        if let gathered {
            guard slices.isEmpty, added.isEmpty else {
                throw call.refusal("a tensor of indices beside other indices has no operator in ONNX")
            }
            let places = try call.graph.name(of: gathered.indices)
            return call.add("Gather", [input, places], [("axis", .integer(gathered.axis))])
        }
        if !slices.isEmpty {
            let inputs = [slices.map(\.start), slices.map(\.stop), slices.map(\.axis), slices.map(\.step)]
            result = call.add("Slice", [result] + inputs.map { call.graph.integers($0) })
        }
        if !dropped.isEmpty { result = call.add("Squeeze", [result, call.graph.integers(dropped)]) }
        if !added.isEmpty { result = call.add("Unsqueeze", [result, call.graph.integers(added)]) }
        return result
    }
}

extension Gather: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        let indices = try call.graph.name(of: indices)
        return call.add("GatherElements", [try call.input(), indices], [("axis", .integer(call.place(axis)))])
    }
}

extension Embedding: ONNXOperation {
    func write(_ call: ONNXCall) throws -> String {
        call.add("Gather", [try call.input(), try call.graph.name(of: indices)], [("axis", .integer(0))])
    }
}
