import TensorCore

/// Sums of products by Einstein's convention.
///
/// Each operand names an axis once, each of its letters occurs elsewhere too, and so the gradient by an operand is a
/// sum of products itself: of the result's gradient and the other operands.
struct Einsum: Operation {
    let inputs: [String]
    let output: String
    var name: String { "einsum" }
    var spread: Spread { .mixing }

    /// A product and a sum for each operand at each place that the letters name.
    func flops(_ shapes: [[Int]], _ output: [Int]) -> Double {
        var sizes: [Character: Int] = [:]
        for (letters, shape) in zip(inputs, shapes) {
            for (letter, size) in zip(letters, shape) { sizes[letter] = max(size, sizes[letter] ?? 1) }
        }
        return Double(inputs.count) * sizes.values.reduce(1) { $0 * Double($1) }
    }

    func forward(_ operands: [Tensor]) throws -> Tensor {
        try Tensor.einsum(inputs.joined(separator: ",") + "->" + output, operands)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        try inputs.indices.map { index in
            try call.gradient(by: index) {
                let others = inputs.indices.filter { $0 != index }
                let rule = Einsum(inputs: [output] + others.map { inputs[$0] }, output: inputs[index])
                let gradient = try Variable.apply(rule, [call.gradient] + others.map { call.input($0) })
                // An axis on which all others have size 1 is summed over in the operand alone.
                return try gradient.broadcast(to: zip(gradient.shape, call.input(index).shape).map { max($0, $1) })
            }
        }
    }
}

extension Variable {
    /// Returns the sums of products that a formula names, as `Tensor.einsum`.
    ///
    /// - Throws: What `Tensor.einsum` throws.
    package static func einsum(_ formula: String, _ operands: [Variable]) throws -> Variable {
        // The engine refuses what is malformed, and shapes that do not fit.
        let value = try Recording.stopping { try Tensor.einsum(formula, operands.map(\.value)) }
        guard operands.contains(where: \.isTracked) else { return Variable(value) }
        let (names, output) = try spelled(formula, operands, resultRank: value.rank)
        var terms: [Variable] = []
        var letters: [String] = []
        for (index, operand) in operands.enumerated() {
            let elsewhere = Set(names.indices.filter { $0 != index }.flatMap { names[$0] } + output)
            let (diagonal, unique) = try operand.diagonal(names[index])
            let alone = unique.indices.filter { !elsewhere.contains(unique[$0]) }
            terms.append(alone.isEmpty ? diagonal : try diagonal.sum(axes: alone))
            letters.append(String(unique.filter { elsewhere.contains($0) }))
        }
        return try apply(Einsum(inputs: letters, output: String(output)), terms)
    }

    /// A letter for each axis of the operands and of the result, those that `...` stands for among them.
    private static func spelled(
        _ formula: String, _ operands: [Variable], resultRank: Int
    ) throws -> (operands: [[Character]], output: [Character]) {
        let text = formula.filter { $0 != " " && $0 != ">" }
        let sides = text.split(separator: "-", omittingEmptySubsequences: false)
        let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        let used = Set(text)
        let spare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".filter { !used.contains($0) }
        /// Axes of `...` are matched from the last on.
        func expand(_ part: Substring, rank: Int) throws -> [Character] {
            let letters = part.filter { $0 != "." }
            guard part.count != letters.count else { return Array(letters) }
            let hidden = rank - letters.count
            guard hidden <= spare.count else {
                throw TensorError.argument(
                    operation: "einsum", name: "formula", reason: "needs more letters than there are")
            }
            let start = part.prefix { $0 != "." }
            return start + spare.prefix(hidden).reversed() + letters.dropFirst(start.count)
        }
        let names = try zip(parts, operands).map { try expand($0, rank: $1.rank) }
        if sides.count > 1 { return (names, try expand(sides[1], rank: resultRank)) }
        let counts = parts.joined().reduce(into: [Character: Int]()) { $0[$1, default: 0] += 1 }
        let once = counts.filter { $0.key != "." && $0.value == 1 }.keys.sorted()
        return (names, spare.prefix(resultRank - once.count).reversed() + once)
    }

    /// The operand with one axis for each letter: those that share a letter become their diagonal.
    private func diagonal(_ names: [Character]) throws -> (Variable, [Character]) {
        var operand = self
        var names = names
        while let first = names.indices.first(where: { names[($0 + 1)...].contains(names[$0]) }) {
            let letter = names[first]
            let second = names[(first + 1)...].firstIndex(of: letter) ?? first
            let rest = names.indices.filter { $0 != first && $0 != second }
            let moved = try operand.permute([first, second] + rest)
            // Size 1 stands for any size.
            let size = Swift.max(moved.shape[0], moved.shape[1])
            let square = try moved.broadcast(to: [size, size] + moved.shape[2...])
            let places = try Tensor(Array(0..<size))
            operand = try square.at([.tensor(places), .tensor(places)])
            names = [letter] + rest.map { names[$0] }
        }
        return (operand, names)
    }
}
