extension Tensor {
    /// Returns the sums of products that a formula names, as NumPy's `einsum`.
    ///
    ///     try Tensor.einsum("bij,bjk->bik", [a, b])   // batched matrix product
    ///     try Tensor.einsum("ii", [a])                // trace
    ///
    /// Letters name axes; those that the right side does not have are summed over; without a right side, it has those that
    /// occur once, in alphabetic order. `...` stands for axes that broadcast. Operands are multiplied from left to right.
    ///
    /// - Throws: `TensorError` `.argument` for a formula that is malformed or of another number of operands or axes,
    ///   `.shape` where a letter stands for two sizes, `.outOfMemory` where the result does not fit.
    package static func einsum(_ formula: String, _ operands: [Tensor]) throws -> Tensor {
        let plan = try EinsumFormula(formula, operands)
        // Else the products on the way to a result that does not fit would be made first.
        let shape = plan.output.map { plan.sizes[$0] ?? 1 }
        let widest = operands.map(\.dtype.size).max() ?? 1
        try Storage.checkAvailable(try checkedCount(shape, operation: "einsum") * widest)
        var terms: [EinsumTerm] = []
        for (operand, labels) in zip(operands, plan.inputs) {
            terms.append(try EinsumTerm(operand, labels, sizes: plan.sizes))
        }
        var result = terms.removeFirst()
        while !terms.isEmpty {
            let next = terms.removeFirst()
            let needed = terms.reduce(into: Set(plan.output)) { $0.formUnion($1.labels) }
            result = try result.multiplied(by: next, keeping: needed)
        }
        return try result.summed(to: plan.output).tensor.contiguous()
    }
}

/// An operand of a sum of products: a tensor whose axes have different labels.
private struct EinsumTerm {
    var tensor: Tensor
    var labels: [EinsumLabel]

    init(tensor: Tensor, labels: [EinsumLabel]) {
        self.tensor = tensor
        self.labels = labels
    }

    /// A label that occurs twice selects the diagonal: the strides add up.
    init(_ operand: Tensor, _ names: [EinsumLabel], sizes: [EinsumLabel: Int]) throws {
        labels = []
        var shape: [Int] = []
        var strides: [Int] = []
        for (axis, name) in names.enumerated() {
            let stride = operand.shape[axis] == 1 ? 0 : operand.strides[axis]
            if let place = labels.firstIndex(of: name) {
                strides[place] += stride
            } else {
                labels.append(name)
                shape.append(sizes[name] ?? operand.shape[axis])
                strides.append(stride)
            }
        }
        tensor = operand.view(shape: shape, strides: strides)
    }

    /// The sum over the labels that are not wanted, with the others in the wanted order.
    func summed(to wanted: [EinsumLabel]) throws -> EinsumTerm {
        let gone = labels.indices.filter { !wanted.contains(labels[$0]) }
        let reduced = gone.isEmpty ? tensor : try tensor.reduced(.sum, axes: gone)
        let left = labels.filter { wanted.contains($0) }
        let order = wanted.compactMap { left.firstIndex(of: $0) }
        return EinsumTerm(tensor: try reduced.permute(order), labels: wanted)
    }

    /// The product as one batched matrix product, summed over the labels that nobody needs.
    func multiplied(by other: EinsumTerm, keeping needed: Set<EinsumLabel>) throws -> EinsumTerm {
        let shared = labels.filter { other.labels.contains($0) }
        let batch = shared.filter { needed.contains($0) }
        let inner = shared.filter { !needed.contains($0) }
        let rows = labels.filter { !other.labels.contains($0) && needed.contains($0) }
        let columns = other.labels.filter { !labels.contains($0) && needed.contains($0) }
        let left = try summed(to: batch + rows + inner).tensor
        let right = try other.summed(to: batch + inner + columns).tensor
        let batchShape = Array(left.shape[..<batch.count])
        let rowShape = Array(left.shape[batch.count..<batch.count + rows.count])
        let innerShape = Array(left.shape[(batch.count + rows.count)...])
        let columnShape = Array(right.shape[(batch.count + inner.count)...])
        let sizes = [batchShape, rowShape, innerShape, columnShape].map { $0.reduce(1, *) }
        let product = try Tensor.matmul(
            left.reshape([sizes[0], sizes[1], sizes[2]]), right.reshape([sizes[0], sizes[2], sizes[3]]))
        return EinsumTerm(
            tensor: try product.reshape(batchShape + rowShape + columnShape), labels: batch + rows + columns)
    }
}

/// What an axis is called: a letter, or its place counted from the end of what `...` stands for.
private enum EinsumLabel: Hashable {
    case letter(Character)
    case broadcast(Int)
}

private struct EinsumFormula {
    var inputs: [[EinsumLabel]] = []
    var output: [EinsumLabel] = []
    var sizes: [EinsumLabel: Int] = [:]

    init(_ formula: String, _ operands: [Tensor]) throws {
        var text = formula.filter { $0 != " " }[...]
        var right: Substring?
        if let arrow = text.firstIndex(of: "-") {
            let end = text.index(after: arrow)
            guard end < text.endIndex, text[end] == ">" else { throw Self.error("has a - that is no ->") }
            right = text[text.index(after: end)...]
            text = text[..<arrow]
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == operands.count, !operands.isEmpty else {
            throw Self.error("names \(parts.count) operands, and \(operands.count) are given")
        }
        var widest = 0
        for (index, (part, operand)) in zip(parts, operands).enumerated() {
            let (before, after, hasDots) = try Self.letters(part)
            let spread = operand.rank - before.count - after.count
            guard spread == 0 || (hasDots && spread > 0) else {
                throw Self.error(
                    "has \(before.count + after.count) letters for operand \(index + 1), whose shape is \(operand.shape)"
                )
            }
            widest = max(widest, spread)
            let labels = before + (0..<spread).reversed().map { .broadcast($0) } + after
            for (label, size) in zip(labels, operand.shape) { try note(label, size, operand.shape) }
            inputs.append(labels)
        }
        let spread = (0..<widest).reversed().map { EinsumLabel.broadcast($0) }
        if let right {
            let (before, after, hasDots) = try Self.letters(right)
            output = before + (hasDots ? spread : []) + after
            guard Set(output).count == output.count else { throw Self.error("names a letter twice after ->") }
            for label in output where sizes[label] == nil {
                if case .letter(let letter) = label { throw Self.error("has \(letter) after -> only") }
            }
        } else {
            var letters: [Character: Int] = [:]
            for case .letter(let letter) in inputs.joined() { letters[letter, default: 0] += 1 }
            output = spread + letters.filter { $0.value == 1 }.keys.sorted().map { .letter($0) }
        }
    }

    private mutating func note(_ label: EinsumLabel, _ size: Int, _ shape: [Int]) throws {
        let known = sizes[label] ?? 1
        if known == 1 || size == known {
            sizes[label] = size
            return
        }
        if size == 1 { return }
        let name = if case .letter(let letter) = label { "\(letter)" } else { "..." }
        throw TensorError.shape(operation: "einsum", expected: "size \(known) for \(name)", actual: shape)
    }

    private static func letters(_ part: Substring) throws -> ([EinsumLabel], [EinsumLabel], hasDots: Bool) {
        var sides: [[EinsumLabel]] = [[]]
        var rest = part
        while let next = rest.first {
            if next == "." {
                guard rest.hasPrefix("..."), sides.count == 1 else { throw error("has dots that are not one `...`") }
                rest.removeFirst(3)
                sides.append([])
                continue
            }
            guard next.isASCII && next.isLetter else { throw error("has a \(next), which is not a letter") }
            sides[sides.count - 1].append(.letter(next))
            rest.removeFirst()
        }
        return (sides[0], sides.count > 1 ? sides[1] : [], sides.count > 1)
    }

    private static func error(_ reason: String) -> TensorError {
        .argument(operation: "einsum", name: "formula", reason: reason)
    }
}
