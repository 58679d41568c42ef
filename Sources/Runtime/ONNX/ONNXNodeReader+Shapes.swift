import ONNX
import TensorCore

extension ONNXNodeReader {
    /// Nodes that change shapes, choose elements or compute with sizes; false for others.
    func applyShape() throws -> Bool {
        if try applySizes() { return true }
        switch node.kind {
        case "Identity": source[node.outputs[0]] = try operand(0)
        case "Shape":
            let all = source.sizes(of: node.inputs[0], try expression())
            try give(all.sliced(integer("start", 0), node.attribute("end") == nil ? nil : integer("end", 0)))
        case "Size": try give(ONNXSizes(text: "numel(\(expression()))", isList: false))
        case "ConstantOfShape": try fill()
        case "Flatten": try flatten()
        case "Reshape": try reshape()
        case "Transpose": try transpose()
        case "Squeeze": try squeeze()
        case "Unsqueeze":
            guard let axes = try knownIntegers(1, "axes") else { throw refusal("its `axes` are missing") }
            try require(axes.count == 1 || axes.allSatisfy { $0 >= 0 }, "several axes counted from the end")
            try give(axes.sorted().reduce(try expression()) { "\($0).unsqueeze(\($1))" })
        case "Expand": try expand()
        case "Tile": try give("tile(\(expression()), \(expressionOfSizes(1)))")
        case "Concat":
            let parts = try node.inputs.indices.map { try expression($0) }
            try give("concat([\(parts.joined(separator: ", "))], axis=\(integer("axis", 0)))")
        case "Split": try split()
        case "Slice": try slice()
        case "Pad": try pad()
        case "Gather":
            let (axis, x) = (integer("axis", 0), try expression())
            let indices = try constant(1).map { $0.rank == 0 ? "\($0.integers()[0])" : nil } ?? nil
            try give("\(x)[\(Self.subscripts([(axis, try indices ?? expression(1))]))]")
        case "GatherElements": try give("gather(\(expression()), \(expression(1)), axis=\(integer("axis", 0)))")
        case "Range":
            try give("arange(\(expression()), \(expression(1)), \(expression(2)))", dtype())
        case "Trilu":
            let diagonal = try has(1) ? ", \(expression(1))" : ""
            try give("\(integer("upper", 1) == 1 ? "triu" : "tril")(\(expression())\(diagonal))")
        case "DepthToSpace":
            try require(text("mode", "DCR") == "CRD", "the mode \"DCR\"")
            try giveFunction("pixel_shuffle", ["\(integer("blocksize", 1))"])
        case "Resize", "Upsample": try resize()
        default: return false
        }
        return true
    }

    // MARK: Sizes

    /// Gives sizes; as a constant where they are known, and as a step where the text is long.
    private func give(_ sizes: ONNXSizes) throws {
        let output = node.outputs[0]
        if let known = sizes.known {
            let tensor = try Tensor(known.map(Int64.init), shape: sizes.isList ? [known.count] : [])
            return source[output] = .constant(tensor, name: output)
        }
        guard sizes.text.utf8.count > 200 else { return source[output] = .sizes(sizes) }
        let value = source.newValue()
        source.add(ONNXStep(outputs: [value], text: sizes.text, isCall: false))
        source[output] = .sizes(ONNXSizes(text: value, isList: sizes.isList))
    }

    /// Nodes that compute with sizes of tensors, which are numbers and lists.
    private func applySizes() throws -> Bool {
        guard !node.inputs.isEmpty, node.kind != "ConstantOfShape" else { return false }
        let operands = try node.inputs.indices.filter(has).map { try operand($0) }
        guard operands.contains(where: { if case .sizes = $0 { true } else { false } }) else { return false }
        let parts = operands.compactMap(Self.sizes)
        guard parts.count == operands.count else { return false }
        let x = parts[0]
        switch node.kind {
        case "Gather" where x.isList:
            guard let places = try constant(1)?.integers() else { return false }
            try give(ONNXSizes(places.map(x.element), isList: parts[1].isList))
        case "Unsqueeze", "Reshape": try give(x.isList ? x : ONNXSizes([x.text], isList: true))
        case "Squeeze": try give(x.isList ? ONNXSizes([x.element(0)], isList: false) : x)
        case "Concat":
            let elements = parts.compactMap(\.elements)
            if elements.count == parts.count {
                try give(ONNXSizes(elements.flatMap { $0 }, isList: true))
            } else {
                try give(ONNXSizes(text: parts.map(\.text).joined(separator: " + "), isList: true))
            }
        case "Cast" where [6, 7].contains(integer("to", 7)), "Identity": try give(x)
        case "Slice":
            guard let starts = try constant(1)?.integers(), let ends = try constant(2)?.integers(), starts.count == 1,
                ends.count == 1, try constant(4)?.integers() ?? [1] == [1]
            else { return false }
            try give(x.sliced(starts[0], ends[0]))
        case "ReduceProd" where x.isList: try give(ONNXSizes(text: "product(\(x.text))", isList: false))
        case "Add", "Sub", "Mul", "Div":
            guard let a = x.elements, let b = parts[1].elements, a.count == b.count || a.count == 1 || b.count == 1
            else {
                return false
            }
            let sign = ["Add": "+", "Sub": "-", "Mul": "*", "Div": "//"][node.kind] ?? "+"
            let elements = (0..<max(a.count, b.count)).map { index in
                let (a, b) = (a[a.count == 1 ? 0 : index], b[b.count == 1 ? 0 : index])
                let isProductOfOne = sign == "*" && (a == "1" || b == "1")
                return isProductOfOne ? (a == "1" ? b : a) : "(\(a) \(sign) \(b))"
            }
            try give(ONNXSizes(elements, isList: x.isList || parts[1].isList))
        default: return false
        }
        return true
    }

    /// Whole numbers as a number or list in text.
    private static func sizes(of operand: ONNXOperand) -> ONNXSizes? {
        switch operand {
        case .sizes(let sizes): return sizes
        case .constant(let value, _):
            guard !value.dtype.isFloatingPoint, value.rank <= 1, value.count <= 64 else { return nil }
            return ONNXSizes(value.integers().map { "\($0)" }, isList: value.rank == 1)
        case .tensor, .view: return nil
        }
    }

    private func sizes(_ index: Int) throws -> ONNXSizes {
        guard let sizes = Self.sizes(of: try operand(index)) else {
            throw refusal("its sizes are computed from elements of the input")
        }
        return sizes
    }

    private func expressionOfSizes(_ index: Int) throws -> String { try sizes(index).text }

    private func fill() throws {
        var (value, dtype) = (0.0, DType.float32)
        if case .tensor(let given)? = node.attribute("value"), given.count == 1 {
            (value, dtype) = (given.doubles()[0], given.dtype)
        }
        let sizes = try expressionOfSizes(0)
        let more = dtype == .float32 ? "" : ", dtype=\"\(dtype.name)\""
        source[node.outputs[0]] = .view(
            "full(\(sizes), \(ONNXSource.number(value, dtype))\(more))", dtype, .filled(value))
    }

    // MARK: Shapes

    private func flatten() throws {
        let axis = integer("axis", 1)
        switch axis {
        case 1: try give("flatten(\(expression()), 1)", layer: "flatten", input: expression())
        case 0: try give("\(expression()).reshape([1, -1])")
        default:
            let x = try expression()
            try give("\(x).reshape([product(\(x).shape[:\(axis)]), -1])")
        }
    }

    private func reshape() throws {
        let x = try expression()
        let given = try operand(1)
        guard let sizes = try constant(1)?.integers() else {
            guard case .sizes(let sizes) = given else {
                throw refusal("its shape is computed from elements of the input")
            }
            if let elements = sizes.elements { return try give(Self.reshaped(x, elements)) }
            return try give("\(x).reshape(\(sizes.text))")
        }
        if case .view(_, let dtype, .parted(let own, let isSwapped)) = try operand(0), sizes.count == 3 {
            // The last two axes joined again.
            if isSwapped, sizes == [0, 0, -1] {
                return source[node.outputs[0]] = .view("\(own).transpose(0, 1)", dtype, .swapped(of: own))
            }
            if !isSwapped {
                let supposed = sizes.map { $0 == 0 ? -1 : $0 }
                return try give(
                    Self.reshaped(own, sizes.map { "\($0)" }), layer: "", input: own,
                    supposing: [-1] + supposed.dropFirst())
            }
        }
        let keepsZeros = integer("allowzero", 0) == 1
        let isFlat = sizes.count == 2 && (sizes == [0, -1] || sizes[0] == -1 && sizes[1] > 0)
        try give(
            sizes == [0, -1]
                ? "flatten(\(x), 1)" : keepsZeros ? "\(x).reshape(\(sizes))" : Self.reshaped(x, sizes.map { "\($0)" }),
            layer: isFlat ? "flatten" : nil, input: x, supposing: sizes == [0, -1] ? nil : sizes)
    }

    /// In ONNX a 0 keeps the size of that axis.
    private static func reshaped(_ x: String, _ sizes: [String]) -> String {
        let texts = sizes.enumerated().map { $0.element == "0" ? "\(x).shape[\($0.offset)]" : $0.element }
        return "\(x).reshape([\(texts.joined(separator: ", "))])"
    }

    private func transpose() throws {
        let x = try expression()
        guard let order = integers("perm") else { return try give("\(x).permute()") }
        let dtype = try dtype()
        switch (try operand(0), order) {
        case (.view(_, _, .swapped(let own)), [1, 0, 2]): source[node.outputs[0]] = .tensor(own, dtype)
        case (.view(_, _, .sequence(let y, let directions, let hidden)), [2, 0, 1, 3]):
            source[node.outputs[0]] = .view(
                "\(y).reshape([\(y).shape[0], \(y).shape[1], \(directions), \(hidden)])", dtype,
                .parted(of: y, isSwapped: false))
        case (.view(_, _, .sequence(let y, let directions, let hidden)), [0, 2, 1, 3]):
            source[node.outputs[0]] = .view(
                "\(y).reshape([\(y).shape[0], \(y).shape[1], \(directions), \(hidden)]).transpose(0, 1)", dtype,
                .parted(of: y, isSwapped: true))
        case (_, [1, 0, 2]): source[node.outputs[0]] = .view("\(x).transpose(0, 1)", dtype, .swapped(of: x))
        default: try give("\(x).permute(\(order))")
        }
    }

    private func squeeze() throws {
        let axes = try knownIntegers(1, "axes")
        if case .view(_, let dtype, .sequence(let y, 1, _)) = try operand(0), axes == [1] {
            return source[node.outputs[0]] = .view("\(y).transpose(0, 1)", dtype, .swapped(of: y))
        }
        if case .view(_, _, .picked(let own, let axis, let place)) = try operand(0), axes == [axis] {
            return try give("\(own)[\(Self.subscripts([(axis, "\(place)")]))]")
        }
        guard let axes else { return try give("\(expression()).squeeze()") }
        try require(axes.count == 1 || axes.allSatisfy { $0 >= 0 }, "several axes counted from the end")
        try give(axes.sorted(by: >).reduce(try expression()) { "\($0).squeeze(\($1))" })
    }

    private func expand() throws {
        let (sizes, dtype) = (try expressionOfSizes(1), try dtype())
        if let value = try constant(0), let number = value.doubles().first,
            value.doubles().allSatisfy({ $0 == number }), value.rank <= 1 || number == 0
        {
            let more = dtype == .float32 ? "" : ", dtype=\"\(dtype.name)\""
            return source[node.outputs[0]] = .view(
                "full(\(sizes), \(ONNXSource.number(number, dtype))\(more))", dtype, .filled(number))
        }
        // Sizes of 1 leave an axis as it is, in either.
        let other = dtype == .bool ? "& ones(\(sizes), dtype=\"bool\")" : "+ zeros(\(sizes), dtype=\"\(dtype.name)\")"
        try give("\(expression()) \(other)", isCall: false)
    }

    private func split() throws {
        let axis = integer("axis", 0)
        let x = try expression()
        let count = node.outputs.count
        let places: String
        if let sizes = try knownIntegers(1, "split") {
            var ends: [Int] = []
            for size in sizes.dropLast() { ends.append((ends.last ?? 0) &+ size) }
            places = "split_at(\(x), \(ends), axis=\(axis))"
        } else {
            places = "chunk(\(x), \(count), axis=\(axis))"
        }
        let values = node.outputs.map { _ in source.newValue() }
        source.add(ONNXStep(outputs: values, text: count == 1 ? "\(places)[0]" : places))
        for (name, value) in zip(node.outputs, values) { source[name] = .tensor(value, try dtype()) }
    }

    // MARK: Slices

    private func slice() throws {
        func texts(_ index: Int, _ attribute: String) throws -> [String]? {
            if let known = integers(attribute) { return known.map { "\($0)" } }
            return try has(index) ? sizes(index).elements : nil
        }
        guard let starts = try texts(1, "starts"), let ends = try texts(2, "ends"), starts.count == ends.count else {
            throw refusal("its `starts` and `ends` do not fit each other")
        }
        let axes = try knownIntegers(3, "axes") ?? Array(starts.indices)
        let steps = try knownIntegers(4, "steps") ?? starts.map { _ in 1 }
        guard axes.count == starts.count, steps.count == starts.count else {
            throw refusal("its `axes` and `steps` do not fit its `starts`")
        }
        try require(axes.allSatisfy { $0 >= 0 } || axes.count == 1, "several axes counted from the end")
        let parts = starts.indices.map { (axes[$0], ONNXSizes.slice(starts[$0], ends[$0], steps[$0])) }
        let x = try expression()
        let text = "\(x)[\(Self.subscripts(parts))]"
        guard parts.count == 1, steps == [1], let first = Int(starts[0]), let last = Int(ends[0]),
            first == -1 ? last > 1 << 30 : last == first &+ 1
        else { return try give(text) }
        source[node.outputs[0]] = .view(text, try dtype(), .picked(of: x, axis: axes[0], place: first))
    }

    /// What stands in brackets, for parts at some axes; axes that no tensor has are left to the running of it.
    private static func subscripts(_ parts: [(axis: Int, text: String)]) -> String {
        let most = Tensor.maximumRank
        if parts.count == 1, parts[0].axis < 0 {
            let after = min(-max(parts[0].axis, -most), most) - 1
            return (["...", parts[0].text] + Array(repeating: ":", count: after)).joined(separator: ", ")
        }
        let last = min(parts.map(\.axis).max() ?? 0, most)
        return (0...last).map { axis in parts.first { $0.axis == axis }?.text ?? ":" }.joined(separator: ", ")
    }

    private func pad() throws {
        let mode = text("mode", "constant")
        try require(["constant", "reflect", "edge", "wrap"].contains(mode), "the mode \(quoted(mode))")
        guard let sizes = try knownIntegers(1, "pads"), sizes.count % 2 == 0 else {
            throw refusal("its `pads` are missing")
        }
        try require(!has(3), "`axes`")
        let half = sizes.count / 2
        let widths = (0..<half).map { "[\(sizes[$0]), \(sizes[half + $0])]" }.joined(separator: ", ")
        let value = try has(2) ? expression(2) : number(number("value", 0))
        let more = mode != "constant" ? ", mode=\"\(mode)\"" : value == "0" ? "" : ", value=\(value)"
        try give("pad(\(expression()), [\(widths)]\(more))")
    }

    private func resize() throws {
        let scaleIndex = node.kind == "Upsample" || source.network.opset < 11 ? 1 : 2
        let mode = text("mode", "nearest")
        let coordinates = text("coordinate_transformation_mode", node.kind == "Upsample" ? "asymmetric" : "half_pixel")
        let isNearest = mode == "nearest"
        try require(isNearest || mode == "linear", "the mode \(quoted(mode))")
        var isAligned = false
        if isNearest {
            try require(
                coordinates == "asymmetric"
                    && (node.kind == "Upsample" || text("nearest_mode", "round_prefer_floor") == "floor"),
                "nearest with other places than those of asymmetric and floor")
        } else {
            isAligned = coordinates == "align_corners"
            try require(isAligned || coordinates.hasSuffix("half_pixel"), "the places \(quoted(coordinates))")
        }
        var arguments: [String] = []
        if let scales = try has(scaleIndex) ? constant(scaleIndex)?.doubles() : nil, scales.count > 2 {
            try require(scales.prefix(2).allSatisfy { $0 == 1 }, "a scale of the channels")
            let own = scales.dropFirst(2).map(number)
            arguments.append(Set(own).count == 1 ? "scale=\(own[0])" : "scale=[\(own.joined(separator: ", "))]")
        } else if let given = try has(3) ? constant(3)?.integers() : nil, given.count > 2 {
            arguments.append("size=\(Array(given.dropFirst(2)))")
        } else {
            throw refusal("its size is computed from the input")
        }
        if !isNearest { arguments.append("mode=\"bilinear\"") }
        if isAligned { arguments.append("align_corners=true") }
        try giveFunction("upsample", arguments)
    }
}

extension ONNXSizes {
    fileprivate func element(_ index: Int) -> String {
        guard let elements else { return "\(text)[\(index)]" }
        let place = index < 0 ? index + elements.count : index
        return elements.indices.contains(place) ? elements[place] : "\(text)[\(index)]"
    }

    fileprivate func sliced(_ start: Int, _ end: Int?) -> ONNXSizes {
        guard let elements else {
            if let end, start >= 0, end == start + 1 { return ONNXSizes([element(start)], isList: true) }
            let slice = Self.slice("\(start)", "\(end ?? Int.max)", 1)
            return slice == ":" ? self : ONNXSizes(text: "\(text)[\(slice)]", isList: true)
        }
        func place(_ index: Int) -> Int { min(max(index < 0 ? index + elements.count : index, 0), elements.count) }
        let (first, last) = (place(start), place(end ?? elements.count))
        return ONNXSizes(Array(elements[first..<max(first, last)]), isList: true)
    }

    /// Ends far beyond any size stand for the last element, or the first.
    fileprivate static func slice(_ start: String, _ end: String, _ step: Int) -> String {
        let limit = Int(Int32.max) - 1
        let (first, last) = (Int(start), Int(end))
        let isFromStart = step > 0 ? first == 0 : (first ?? 0) >= limit || first == -1
        let isToEnd = step > 0 ? (last ?? 0) >= limit : (last ?? 0) <= -limit
        return "\(isFromStart ? "" : start):\(isToEnd ? "" : end)" + (step == 1 ? "" : ":\(step)")
    }
}
