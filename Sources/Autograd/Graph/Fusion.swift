import TensorCore

/// The rules by which one operation takes the place of several that follow each other.
///
/// A rule looks at a variable whose value is asked for, and at those before it that are still deferred and used by
/// nothing else. The fused operation gives the same bits.
enum Fusion {
    /// An operation and what it is applied to.
    struct Form {
        let operation: any Operation
        let inputs: [Variable]
        /// The variables that need not be computed.
        let absorbed: [Variable]
    }

    /// In the order in which they are tried.
    private static let rules: [@Sendable (Variable) -> Form?] = [
        { ConvolutionReluPool.form(of: $0) }, { LinearActivation.form(of: $0) },
        { Normalization.form(of: $0) },
    ]

    static func form(of variable: Variable) -> Form? {
        guard variable.inputs.contains(where: \.isDeferred) else { return nil }
        for rule in rules { if let form = rule(variable) { return form } }
        return nil
    }

    /// The only input of a variable, where it is deferred and used for nothing else.
    static func absorbable(_ variable: Variable) -> Variable? {
        guard variable.inputs.count == 1, let input = variable.inputs.first, input.isDeferred, input.useCount == 1,
            input.operation != nil
        else { return nil }
        return input
    }
}
