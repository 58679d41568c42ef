import TensorCore

/// A tensor together with how it was computed, when a gradient is to flow through it.
///
/// Constants carry no history. What is computed from a tracked variable is tracked; everything else is plain
/// arithmetic on tensors.
package final class Variable {
    /// Written in place by `accumulate` alone, on sums that nobody else has seen.
    package private(set) var value: Tensor
    /// Whether gradients flow through it. Of a variable that shows a parameter it changes: see `setTracked`.
    package private(set) var isTracked: Bool
    /// What the value belongs to, such as a parameter; nil for most.
    package private(set) var owner: AnyObject?
    /// The operation that gave it, and what that was applied to; none for constants and for leaves.
    let operation: (any Operation)?
    private(set) var inputs: [Variable]
    /// The length of the longest way back to a leaf: more than that of any input.
    let depth: Int

    /// Makes a constant.
    package init(_ value: Tensor) {
        self.value = value
        isTracked = false
        operation = nil
        inputs = []
        depth = 0
    }

    private init(recorded value: Tensor, _ operation: (any Operation)?, _ inputs: [Variable]) {
        assert(operation.map { Operations.known.contains($0.name) } ?? true, "the table of operations lacks one")
        self.value = value
        isTracked = true
        self.operation = operation
        self.inputs = inputs
        depth = inputs.reduce(0) { Swift.max($0, $1.depth + 1) }
    }

    /// Releases a long history one variable at a time: nested releases would end the stack.
    deinit {
        if inputs.isEmpty { return }
        var pending = inputs
        inputs = []
        while var variable = pending.popLast() {
            guard !variable.inputs.isEmpty, isKnownUniquelyReferenced(&variable) else { continue }
            pending.append(contentsOf: variable.inputs)
            variable.inputs = []
        }
    }

    package var shape: [Int] { value.shape }
    package var rank: Int { value.rank }
    package var count: Int { value.count }
    package var dtype: DType { value.dtype }

    /// Returns the same numbers as a constant.
    package func detached() -> Variable { isTracked ? Variable(value) : self }

    /// Applies an operation, and records it if a gradient flows through an input.
    ///
    /// What the operation keeps for its backward pass lives as long as the result does.
    package static func apply<Applied: Operation>(
        _ operation: Applied, _ inputs: [Variable]
    ) throws -> Variable {
        var operation = operation
        let value = try operation.forward(inputs.map(\.value))
        guard value.dtype.isFloatingPoint, inputs.contains(where: \.isTracked) else { return Variable(value) }
        return Variable(recorded: value, operation, inputs)
    }

    /// Applies an operation of one input.
    func applying<Applied: OneInputOperation>(_ operation: Applied) throws -> Variable {
        var operation = operation
        let result = try operation.forward(value)
        guard isTracked, result.dtype.isFloatingPoint else { return Variable(result) }
        return Variable(recorded: result, operation, [self])
    }

    /// Returns a tracked alias: of a constant one without history, of a tracked variable one that gradients go through.
    func leaf() -> Variable {
        isTracked ? Variable(recorded: value, Alias(), [self]) : Variable(recorded: value, nil, [])
    }

    // MARK: Parameters

    /// Tells what the value of this constant belongs to.
    ///
    /// - Returns: This variable.
    @discardableResult
    package func belonging(to owner: AnyObject) -> Variable {
        precondition(operation == nil)
        self.owner = owner
        return self
    }

    /// Makes the values of its owner those of this constant.
    package func show(_ value: Tensor) {
        precondition(operation == nil && owner != nil)
        self.value = value
    }

    /// Makes this constant a leaf that gradients are taken by, or a constant again.
    ///
    /// Only whoever may change its owner calls this: no other thread reads it then.
    package func setTracked(_ isTracked: Bool) {
        precondition(operation == nil && owner != nil)
        self.isTracked = isTracked
    }

    /// Adds to the value in place.
    ///
    /// The caller is the only one to hold this constant; memory that it shares with other tensors is copied first.
    func accumulate(_ other: Tensor) throws {
        try value.add(other)
    }

    /// The same for the elements at indices; false where that is not done in place.
    func accumulate(_ other: Tensor, at indices: [TensorIndex]) throws -> Bool {
        try value.add(other, at: indices)
    }

    /// Returns a number as a constant, in the dtype that it takes beside another variable.
    package static func number(_ number: Double, like other: Variable) throws -> Variable {
        Variable(try Tensor.scalar(number, dtype: other.dtype.meeting(number)))
    }
}
