import Autograd
import TensorCore

/// All trainable parameters of a model in one flat vector, their gradients in another.
///
/// The values move here: each parameter becomes a view of its part, so that an update, a norm or a check is one pass
/// over memory. A parameter that is shared by several layers has one part. Parts begin at multiples of
/// `OptimizerPasses.granularity`; what lies between them is and stays zero.
package final class FlatParameters {
    package struct Part {
        package let name: String
        package let parameter: Parameter
        package let shape: [Int]
        /// Where it begins in the flat vectors.
        package let start: Int
        package let count: Int
    }

    package let parts: [Part]
    package let dtype: DType
    package let values: Tensor
    package let gradients: Tensor

    /// Moves parameters into one vector.
    ///
    /// - Parameter subject: Whose parameters they are, for messages.
    /// - Throws: `NeuralNetError` `.noParameters`, `.mixedTypes`.
    package init(_ parameters: [(name: String, parameter: Parameter)], of subject: String) throws {
        guard let first = parameters.first?.parameter else { throw NeuralNetError(subject: subject, .noParameters) }
        let types = Set(parameters.map(\.parameter.dtype))
        guard types.count == 1 else {
            throw NeuralNetError(subject: subject, .mixedTypes(types.map(\.name).sorted()))
        }
        dtype = first.dtype
        let grain = OptimizerPasses.granularity
        var length = 0
        parts = parameters.map { name, parameter in
            defer { length += (parameter.count + grain - 1) / grain * grain }
            return Part(
                name: name, parameter: parameter, shape: parameter.shape, start: length, count: parameter.count)
        }
        values = try Tensor.zeros([length], dtype: dtype)
        gradients = try Tensor.zeros([length], dtype: dtype)
        values.storage.isWrittenInPlace = true
        try home()
    }

    /// The part of a flat vector of this layout that belongs to a parameter, as a view in the parameter's shape.
    package func view(_ flat: Tensor, _ part: Part) -> Tensor {
        Tensor(
            storage: flat.storage, dtype: flat.dtype, shape: part.shape, strides: Tensor.rowMajorStrides(part.shape),
            offset: flat.offset + part.start)
    }

    /// Whether these are the same parameters in the same order.
    package func holds(_ parameters: [Parameter]) -> Bool {
        parts.count == parameters.count && zip(parts, parameters).allSatisfy { $0.parameter === $1 }
    }

    /// Takes back the values of parameters that live elsewhere: new ones were loaded, or another optimizer has had
    /// them since.
    ///
    /// - Throws: `OwnershipError`: whoever asks is about to write to them.
    package func home() throws {
        for part in parts {
            try part.parameter.checkOwnership()
            let value = part.parameter.value
            if value.storage === values.storage && value.offset == values.offset + part.start { continue }
            try OptimizerPasses.write(value, into: values, at: part.start)
            try part.parameter.replace(with: view(values, part))
        }
    }

    /// Tells the parameters that their values have changed where they stand.
    func noteWrites() {
        for part in parts { part.parameter.noteWrite() }
    }

    /// A gradient `g^T x` of a linear map's weights that an update makes as it uses it.
    struct Pending {
        let part: Part
        let g: Tensor
        let x: Tensor

        /// Whether no element can be infinite or no number, whatever is made of it.
        var isSurelyFinite: Bool { LinearLayer.gradientIsSurelyFinite(g, x) }
    }

    /// Up to so many rows an update makes the gradient: beyond, arithmetic outweighs what writing it and reading it again
    /// would take.
    private static let pendingRows = 32

    /// Writes each parameter's gradient to its part; zeros for those that the loss does not depend on.
    ///
    /// - Parameter fusesUpdate: Whether gradients that an update can make itself are left out.
    /// - Returns: Those that were left out.
    func gather(_ computed: [Variable?], fusesUpdate: Bool) throws -> [Pending] {
        var pending: [Pending] = []
        for (part, gradient) in zip(parts, computed) {
            guard let gradient else {
                OptimizerPasses.clear(gradients, from: part.start, count: part.count)
                continue
            }
            if dtype == .float32, let (g, x) = gradient.weightGradientFactors {
                let (g, x) = (try g.contiguous(), try x.contiguous())
                if fusesUpdate, g.shape[0] <= FlatParameters.pendingRows {
                    pending.append(Pending(part: part, g: g, x: x))
                } else {
                    LinearLayer.writeWeightGradient(g, x: x, into: view(gradients, part))
                }
                continue
            }
            try gradient.compute()
            try OptimizerPasses.write(gradient.value.cast(to: dtype), into: gradients, at: part.start)
        }
        try MemoryRefusal.check()
        return pending
    }

    /// A range of a flat vector of this layout, as a view.
    func view(_ flat: Tensor, _ range: Range<Int>) -> Tensor {
        Tensor(
            storage: flat.storage, dtype: flat.dtype, shape: [range.count], strides: [1],
            offset: flat.offset + range.lowerBound)
    }

    /// The flat vectors without some parts.
    func ranges(without excluded: [Part]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for (index, part) in parts.enumerated() where excluded.contains(where: { $0.parameter === part.parameter }) {
            if part.start > start { ranges.append(start..<part.start) }
            start = index + 1 < parts.count ? parts[index + 1].start : values.count
        }
        if start < values.count { ranges.append(start..<values.count) }
        return ranges
    }
}
