import Autograd
import ONNX
import TensorCore

extension Model {
    /// The operators that are written: what onnxruntime has read since 2022.
    private static let opset = 17

    /// The model as a graph of ONNX's operators, with any number of examples in a batch.
    ///
    /// The model is applied twice, to batches of two and of three random examples, and what it does is recorded. What
    /// differs between the two is the size of the batch, or it was computed from the input in a way that no operator
    /// tells, and is refused.
    ///
    /// - Parameter inputNames: Those of the inputs, in order, and of more that no input was given for; where there are
    ///   fewer, inputs are called `input`, or `input1` and so on.
    /// - Throws: `NeuralNetError` `.notBuilt`; `ONNXExportError`, which names an operation and its layer.
    package func onnx(version: String, inputNames: [String] = []) throws -> ONNXModel {
        guard isBuilt, let sampleShapes else { throw error(.notBuilt) }
        let ranges = try wholeInputs(sampleShapes)
        let (first, second) = (
            try trace(sampleShapes, ranges, batch: 2, version, inputNames),
            try trace(sampleShapes, ranges, batch: 3, version, inputNames)
        )
        return try first.merged(with: second)
    }

    private func names(_ word: String, _ count: Int) -> [String] {
        count == 1 ? [word] : (0..<count).map { "\(word)\($0 + 1)" }
    }

    /// For each input of whole numbers, which ones it may have: indices of an embedding, lengths of rows, or others.
    private func wholeInputs(_ sampleShapes: [[Int]]) throws -> [Int: Range<Int>] {
        let inputs = try sampleShapes.enumerated().map { index, shape in
            Variable(try Tensor.zeros([1] + shape, dtype: inputType(index)))
        }
        var (entries, times) = ([Int: Int](), [Int: Int]())
        let context = ForwardContext(isProbe: true) { module, given, _ in
            for (index, input) in inputs.enumerated()
            where given.contains(where: { $0.value.storage === input.value.storage }) {
                if let count = (module as? Embedding)?.entries ?? (module as? EmbeddingBag)?.entries {
                    entries[index] = min(entries[index] ?? count, count)
                } else if module is RecurrentStack, input.rank == 1, given[0].rank == 3 {
                    times[index] = min(times[index] ?? given[0].shape[1], given[0].shape[1])
                }
            }
        }
        _ = try self(inputs, context)
        var ranges: [Int: Range<Int>] = [:]
        for (index, input) in inputs.enumerated() {
            ranges[index] =
                entries[index].map { 0..<$0 } ?? times[index].map { 1..<$0 + 1 }
                ?? (input.dtype == .int64 || input.dtype == .uint8 ? 1..<3 : nil)
        }
        return ranges
    }

    private func trace(
        _ sampleShapes: [[Int]], _ ranges: [Int: Range<Int>], batch: Int, _ version: String, _ names: [String]
    ) throws -> ONNXModel {
        try Recording.run(keepingAll: true) { recording in
            let key = RandomKey(seed: UInt64(batch), stream: 0)
            let tensors = try sampleShapes.enumerated().map { index, shape in
                let (range, type) = (ranges[index], inputType(index))
                let uniform = try Tensor.uniform(
                    [batch] + shape, low: Double(range?.lowerBound ?? 0), high: Double(range?.upperBound ?? 1),
                    dtype: place.dtype, key: key.child(UInt64(index)))
                guard range == nil else { return try uniform.cast(to: type.isFloatingPoint ? .int64 : type) }
                return type == .bool ? try uniform.combined(.less, with: 0.5) : uniform
            }
            let inputs = tensors.map { tensor in
                let constant = Variable(tensor, in: recording)
                return tensor.dtype.isFloatingPoint ? Gradient.leaf(constant, in: recording) : constant
            }
            let paths = Dictionary(layers.map { (ObjectIdentifier($0.layer), $0.path) }) { first, _ in first }
            // What is computed from weights alone is kept too.
            try parameters.startRecording(in: recording)
            defer { parameters.forEach { $0.stopRecording() } }
            let weights = (namedParameters + namedBuffers).map { (variable: $0.parameter.variable, name: $0.name) }
            let weightNames = Dictionary(weights.map { (ObjectIdentifier($0.variable), $0.name) }) { first, _ in first }
            var normalizations: [ObjectIdentifier: (layer: BatchNorm, input: Variable)] = [:]
            // An observer of times makes the recording note layers.
            recording.observer = { _, _ in }
            let context = ForwardContext(recording: recording) { module, inputs, outputs in
                if let layer = module as? BatchNorm, let input = inputs.first, let output = outputs.first {
                    normalizations[ObjectIdentifier(output)] = (layer, input)
                }
            }
            let outputs = try self(inputs, context)
            let graph = ONNXGraphBuilder(
                layerName: { $0.lazy.compactMap { paths[$0] }.first ?? "" },
                constantName: { weightNames[ObjectIdentifier($0)] })
            let outputNames = self.names("output", outputs.count)
            // A weight may have the name of an input; only the weight is known by its name elsewhere.
            let taken = Set(weights.map(\.name) + outputNames)
            let inputNames =
                (names.count >= inputs.count ? Array(names.prefix(inputs.count)) : self.names("input", inputs.count))
                .map {
                    taken.contains($0) ? $0 + ".input" : $0
                }
            for (input, name) in zip(inputs, inputNames) { graph.addInput(input, name: name) }
            try graph.add(recording) { graph, variable in
                guard let (layer, input) = normalizations[ObjectIdentifier(variable)] else { return nil }
                return try layer.write(to: graph, input)
            }
            for (output, name) in zip(outputs, outputNames) { try graph.addOutput(output, name: name) }
            func value(_ variable: Variable, _ name: String) -> ONNXValue {
                ONNXValue(name: name, dtype: variable.dtype, shape: variable.shape.map { .fixed($0) })
            }
            var model = ONNXModel(
                name: name, opset: Self.opset, producer: ("dls", version),
                inputs: zip(inputs, inputNames).map(value), outputs: zip(outputs, outputNames).map(value),
                nodes: graph.nodes, initializers: graph.initializers)
            model.removeUnused()
            return model
        }
    }
}

extension BatchNorm {
    /// One node of what is several operations on figures that no step changes.
    fileprivate func write(to graph: ONNXGraphBuilder, _ input: Variable) throws -> String? {
        guard isAffine, keepsFigures else { return nil }
        let names = try (parameters + buffers).map { try graph.name(of: $0.variable) }
        return graph.add(
            "BatchNormalization", [try graph.name(of: input)] + names, [("epsilon", .number(Float(epsilon)))])
    }
}

extension ONNXModel {
    /// Takes out nodes and constants that no output needs.
    fileprivate mutating func removeUnused() {
        var needed = Set(outputs.map(\.name))
        var kept: [ONNXNode] = []
        for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
            needed.formUnion(node.inputs)
            kept.append(node)
        }
        nodes = kept.reversed()
        initializers.removeAll { !needed.contains($0.name) }
    }

    /// The graph of any batch, of those of two sizes.
    fileprivate func merged(with other: ONNXModel) throws -> ONNXModel {
        var merged = self
        guard nodes.count == other.nodes.count, initializers.map(\.name) == other.initializers.map(\.name),
            zip(nodes, other.nodes).allSatisfy({ $0.kind == $1.kind && $0.inputs == $1.inputs })
        else {
            throw ONNXExportError(
                operation: "forward", layer: "", reason: "what it does depends on the size of the batch or on the input"
            )
        }
        for (index, (own, theirs)) in zip(initializers, other.initializers).enumerated() {
            let (a, b) = (own.value, theirs.value)
            if a.shape == b.shape, try a.dtype == b.dtype && Tensor.allEqual(a, b) { continue }
            let user = nodes.first { $0.inputs.contains(own.name) }
            if user?.kind == "Reshape", user?.inputs[1] == own.name, a.shape == b.shape {
                let pairs = zip(a.integers(), b.integers())
                let sizes = pairs.map { $0 == $1 ? $0 : -1 }
                if sizes.count(where: { $0 == -1 }) == 1 {
                    merged.initializers[index].value = try Tensor(sizes.map(Int64.init), shape: [sizes.count])
                    continue
                }
            }
            let place = user.map { $0.name.split(separator: ".").map(String.init) } ?? []
            throw ONNXExportError(
                operation: place.last ?? "forward", layer: place.dropLast().joined(separator: "."),
                reason:
                    "it takes numbers that are computed from the input, or as many as the batch has examples, in a way that "
                    + "no operator of ONNX is written for")
        }
        func values(_ own: [ONNXValue], _ theirs: [ONNXValue]) -> [ONNXValue] {
            zip(own, theirs).map { a, b in
                ONNXValue(
                    name: a.name, dtype: a.dtype,
                    shape: zip(a.shape, b.shape).map { $0 == $1 ? $0 : .named("batch") })
            }
        }
        merged.inputs = values(inputs, other.inputs)
        merged.outputs = values(outputs, other.outputs)
        return merged
    }
}
