import TensorCore

extension Gradient {
    /// A derivative that differs from the one that differences of the function show.
    package struct Mismatch: Equatable {
        /// Which input it is by, and which of its elements in row-major order.
        package let input: Int
        package let element: Int
        package let computed: Double
        package let measured: Double
    }

    /// Compares the gradients of a function with central differences, in double precision.
    ///
    /// A function of many numbers is checked through a weighted sum of them. Second derivatives are checked as the
    /// gradients of such a sum of the first ones.
    ///
    /// - Parameters:
    ///   - inputs: Where to check; not near a kink or a step.
    ///   - order: 1, or 2 for second derivatives.
    ///   - tolerance: Of the difference, relative to the greater of 1 and the derivative.
    /// - Returns: What differs; nothing where the rules are right.
    /// - Throws: What the function throws.
    package static func check(
        _ function: ([Variable]) throws -> Variable, at inputs: [Tensor], order: Int = 1, tolerance: Double = 1e-6
    ) throws -> [Mismatch] {
        let points = try inputs.map { try $0.cast(to: .float64).contiguous() }
        let leaves = points.map { leaf(Variable($0)) }
        let gradients = try compute(sum(function, leaves, order), withRespectTo: leaves)
        var mismatches: [Mismatch] = []
        for (input, point) in points.enumerated() {
            let computed = gradients[input]?.value.doubles() ?? [Double](repeating: 0, count: point.count)
            let center = point.doubles()
            for element in center.indices {
                func value(at place: Double) throws -> Double {
                    var moved = center
                    moved[element] = place
                    var others = points
                    others[input] = try Tensor(moved, shape: point.shape)
                    // Tracked again for the derivatives that are taken on the way.
                    return try sum(function, others.map { leaf(Variable($0)) }, order).value.item()
                }
                let step = 1e-5 * Swift.max(1, Swift.abs(center[element]))
                let (low, high) = (center[element] - step, center[element] + step)
                let measured = try (value(at: high) - value(at: low)) / (high - low)
                let error = Swift.abs(measured - computed[element])
                // Written so that NaN is a mismatch.
                if !(error <= tolerance * Swift.max(1, Swift.abs(measured))) {
                    mismatches.append(
                        Mismatch(input: input, element: element, computed: computed[element], measured: measured))
                }
            }
        }
        return mismatches
    }

    /// A weighted sum of the results, or of their derivatives.
    private static func sum(
        _ function: ([Variable]) throws -> Variable, _ leaves: [Variable], _ order: Int
    ) throws -> Variable {
        let result = try weighted(function(leaves))
        guard order > 1 else { return result }
        return try compute(result, withRespectTo: leaves, createGraph: true).reduce(
            Variable(try Tensor.scalar(0, dtype: .float64))
        ) { total, gradient in
            try gradient.map { try total + weighted($0) } ?? total
        }
    }

    private static func weighted(_ x: Variable) throws -> Variable {
        // No two alike, so that nothing cancels.
        let numbers: [Double] = (0..<x.count).map { place in
            let rest = (place * 7919 + 104_729) % 1009
            return 0.5 + Double(rest) / 1009
        }
        let weights = try Tensor(numbers, shape: x.shape)
        return try (x * Variable(weights)).sum()
    }

    /// Returns the names of the operations that were applied on the way to a variable.
    package static func operations(leadingTo output: Variable) -> Set<String> {
        var found: Set<String> = []
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(output)]
        var pending = [output]
        while let variable = pending.popLast() {
            if let operation = variable.operation { found.insert(operation.name) }
            pending += variable.inputs.filter { seen.insert(ObjectIdentifier($0)).inserted }
        }
        return found
    }
}
