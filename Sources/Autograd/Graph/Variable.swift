import Synchronization
import TensorCore

/// A tensor together with how it was computed, when a gradient is to flow through it.
///
/// Constants carry no history. What is computed from a tracked variable is tracked; everything else is plain
/// arithmetic on tensors. Inside a `Recording` a result may be computed later than its operation is applied: when its
/// value is asked for.
package final class Variable {
    /// Nil until the value is asked for.
    private var stored: Tensor?
    /// Of a variable that shows a parameter: what its values are outside of recordings.
    private var kept: KeptValue?
    /// What is known before.
    private let outline: Outline?
    /// Whether gradients flow through it. Of a variable that shows a parameter it changes: see `setTracked`.
    package private(set) var isTracked: Bool
    /// What the value belongs to, such as a parameter, or its origin; nil for most.
    package private(set) var owner: AnyObject?
    /// What its owner is called where it was taken from, such as `conv1.weight`.
    package private(set) var ownName: String?
    /// The operation that gave it, and what that was applied to; none for constants and for leaves.
    private(set) var operation: (any Operation)?
    private(set) var inputs: [Variable]
    /// The length of the longest way back to a leaf: more than that of any input.
    let depth: Int
    /// What it was made in; nil for most constants.
    private(set) var recording: Recording?
    /// The layers that applied the operation, where times are taken.
    private(set) var places: [ObjectIdentifier] = []
    /// How many operations it was an input of before it was computed.
    private(set) var useCount = 0

    /// Makes a constant.
    ///
    /// - Parameter recording: What the results of operations on it are to be computed in.
    package init(_ value: Tensor, in recording: Recording? = nil) {
        stored = value
        outline = nil
        isTracked = false
        operation = nil
        inputs = []
        depth = 0
        self.recording = recording
    }

    private init(
        _ value: Tensor?, outline: Outline? = nil, by operation: (any Operation)?, of inputs: [Variable],
        isTracked: Bool, in recording: Recording?
    ) {
        assert(
            !isTracked || recording?.keepsAll == true || operation.map { Operations.known.contains($0.name) } ?? true,
            "the table of operations lacks one")
        stored = value
        self.outline = outline
        self.isTracked = isTracked
        self.operation = operation
        self.inputs = inputs
        self.recording = recording
        depth = inputs.reduce(0) { Swift.max($0, $1.depth + 1) }
        if let recording { places = recording.places }
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

    /// The tensor. Where it has to be computed and memory is refused, the refusal is remembered: see `MemoryRefusal`.
    package var value: Tensor {
        if let kept, !isTracked { return kept.value }
        if let stored { return stored }
        return computedOrRefused()
    }
    package var shape: [Int] { stored?.shape ?? outline?.shape ?? [] }
    package var rank: Int { shape.count }
    package var count: Int { stored?.count ?? shape.reduce(1, *) }
    package var dtype: DType { stored?.dtype ?? outline?.dtype ?? .float32 }
    /// Whether operations on it are kept though no gradient flows through it.
    var keepsAll: Bool { recording.map { $0.keepsAll && !$0.isOver } ?? false }
    /// Whether the value is still to be computed.
    package var isDeferred: Bool { stored == nil }

    /// Returns the same numbers as a constant.
    package func detached() -> Variable { isTracked || origin != nil ? Variable(value.kept) : self }

    /// Returns the same numbers as a constant that something has computed outside of recordings.
    package func coming(from origin: Origin) -> Variable {
        let result = Variable(value, in: recording)
        result.owner = origin
        return result
    }

    /// Returns the same numbers as a variable by itself: what is trained or changed under the one name is not under the
    /// other.
    package func apart() -> Variable {
        // What is still to be computed in a recording has no other name yet that could change it.
        if let recording, !recording.isOver, isDeferred || recording.keepsAll { return self }
        if isTracked { return operation == nil ? leaf(in: recording) : self }
        return Variable(value, in: recording)
    }

    // MARK: Operations

    /// Applies an operation, and records it if a gradient flows through an input.
    ///
    /// What the operation keeps for its backward pass lives as long as the result does.
    package static func apply<Applied: Operation>(_ operation: Applied, _ inputs: [Variable]) throws -> Variable {
        let result: Variable
        // A constant is computed at once: joined with what uses it, it would be tracked again.
        let isTracking = !Recording.givesConstants
        if isTracking, let recording = activeRecording(inputs), !recording.keepsAll,
            let outline = operation.outline(inputs)
        {
            result = deferred(operation, inputs, outline, recording)
        } else {
            result = try computed(operation, inputs, isTracking: isTracking)
        }
        for input in inputs { _ = result.keepingOrigin(of: input) }
        return result
    }

    /// Takes over the origin of what it is computed from.
    ///
    /// - Returns: This variable.
    func keepingOrigin(of input: Variable) -> Variable {
        guard input.owner != nil, let other = input.origin, dtype.isFloatingPoint else { return self }
        owner = origin?.meeting(other) ?? other
        return self
    }

    /// Applies an operation of one input.
    func applying<Applied: OneInputOperation>(_ operation: Applied) throws -> Variable {
        try .apply(operation, [self])
    }

    /// Applies an operation at once.
    private static func computed<Applied: Operation>(
        _ operation: Applied, _ inputs: [Variable], isTracking: Bool
    ) throws -> Variable {
        var operation = operation
        for input in inputs { try input.compute() }
        let recording = activeRecording(inputs)
        let values = inputs.map(\.value)
        let value = try Recording.stopping { try operation.forward(values) }
        let isTracked = isTracking && value.dtype.isFloatingPoint && inputs.contains(where: \.isTracked)
        guard isTracked || recording?.keepsAll == true else {
            recording?.mark()
            return Variable(value, in: recording)
        }
        let result = Variable(value, by: operation, of: inputs, isTracked: isTracked, in: recording)
        if let recording, recording.keepsAll { recording.keep(result) }
        recording?.mark()
        return result
    }

    /// Applies an operation when its result is asked for.
    static func deferred(
        _ operation: any Operation, _ inputs: [Variable], _ outline: Outline, _ recording: Recording
    ) -> Variable {
        let isTracked = outline.dtype.isFloatingPoint && inputs.contains(where: \.isTracked)
        let result = Variable(nil, outline: outline, by: operation, of: inputs, isTracked: isTracked, in: recording)
        for input in inputs where input.isDeferred { input.useCount += 1 }
        recording.add(result)
        return result
    }

    /// The result of an operation on constants, computed when it is asked for.
    static func later(_ operation: any Operation, _ inputs: [Variable], _ outline: Outline) -> Variable {
        Variable(nil, outline: outline, by: operation, of: inputs, isTracked: false, in: nil)
    }

    private static func activeRecording(_ inputs: [Variable]) -> Recording? {
        for input in inputs {
            if let recording = input.recording, !recording.isOver { return recording }
        }
        return nil
    }

    /// Returns a tracked alias: of a constant one without history, of a tracked variable one that gradients go through.
    ///
    /// - Parameter recording: What the results of operations on it are to be computed in.
    func leaf(in recording: Recording?) -> Variable {
        isTracked
            ? Variable(value, by: Alias(), of: [self], isTracked: true, in: self.recording ?? recording)
            : Variable(value, by: nil, of: [], isTracked: true, in: recording)
    }

    // MARK: Deferred values

    /// Computes the value, and before it all that it is computed from.
    ///
    /// Walks without recursion: what was deferred may be longer than the stack.
    ///
    /// - Throws: `TensorError` `.outOfMemory`, `.workMemory`.
    package func compute() throws {
        guard stored == nil else { return }
        var path = [self]
        while let variable = path.last {
            if variable.stored != nil {
                path.removeLast()
                continue
            }
            if let fused = Fusion.form(of: variable) { variable.replaceHistory(fused) }
            let before = path.count
            for input in variable.inputs where input.stored == nil { path.append(input) }
            if path.count > before { continue }
            path.removeLast()
            try variable.run()
        }
    }

    /// Computes the value of an operation whose inputs are known.
    private func run() throws {
        guard var operation else { return }
        stored = try operation.forward(inputs.map(\.value))
        if isTracked {
            self.operation = operation
        } else {
            self.operation = nil
            inputs = []
        }
        recording?.mark(places)
    }

    private func computedOrRefused() -> Tensor {
        do {
            try compute()
            if let stored { return stored }
        } catch TensorError.outOfMemory(let byteCount) {
            MemoryRefusal.note(byteCount: byteCount)
        } catch {
            MemoryRefusal.note(byteCount: count * dtype.size)
        }
        // Nobody sees these numbers: the next call that can throws.
        return Tensor.placeholder(shape, dtype: dtype)
    }

    /// Takes the place of operations that led here, for one that does the same.
    private func replaceHistory(_ fused: Fusion.Form) {
        for absorbed in fused.absorbed { places = absorbed.places.filter { !places.contains($0) } + places }
        operation = fused.operation
        inputs = fused.inputs
    }

    // MARK: Parameters

    /// Tells what the value of this constant belongs to.
    ///
    /// - Returns: This variable.
    @discardableResult
    package func belonging(to owner: AnyObject, as name: String? = nil) -> Variable {
        precondition(operation == nil || operation is Alias)
        self.owner = owner
        ownName = name
        return self
    }

    /// Makes the values of its owner those of this constant.
    package func show(_ value: Tensor) {
        precondition(operation == nil && owner != nil)
        stored = value
        kept = KeptValue(value)
    }

    /// Makes this constant a leaf that gradients are taken by, or a constant again.
    ///
    /// Only whoever may change its owner calls this: no other thread reads it then.
    package func setTracked(_ isTracked: Bool, in recording: Recording? = nil) {
        precondition(operation == nil && owner != nil)
        self.isTracked = isTracked
        self.recording = recording
        if !isTracked, let stored { kept = KeptValue(stored) }
    }

    /// Adds to the value in place.
    ///
    /// The caller is the only one to hold this constant; memory that it shares with other tensors is copied first.
    func accumulate(_ other: Tensor) throws {
        try compute()
        try stored?.add(other)
    }

    /// The same for the gradient of elements that an operation took from it; false where that is not done in place.
    func accumulate(_ gradient: Tensor, by operation: any TakingOperation) throws -> Bool {
        try compute()
        return try operation.add(gradient, to: &stored)
    }

    /// Returns a number as a constant, in the dtype that it takes beside another variable.
    package static func number(_ number: Double, like other: Variable) throws -> Variable {
        Variable(try Tensor.scalar(number, dtype: other.dtype.meeting(number)))
    }
}

/// The shape and the type of a result that is not computed yet.
package struct Outline {
    package let shape: [Int]
    package let dtype: DType

    package init(_ shape: [Int], _ dtype: DType) {
        self.shape = shape
        self.dtype = dtype
    }
}

/// The values of a parameter in memory that steps do not write to: copied when they are first asked for, and then by
/// whichever thread asks.
private final class KeptValue {
    private let live: Tensor
    private var copied: Tensor?
    private let lock = Mutex<Bool>(false)

    init(_ live: Tensor) { self.live = live }

    var value: Tensor {
        lock.withLock { isCopied in
            guard !isCopied else { return }
            copied = live.kept
            isCopied = true
        }
        return copied ?? live
    }
}

extension Tensor {
    /// The tensor itself, or a copy where optimizers write to its memory. A refusal of memory is remembered: see
    /// `MemoryRefusal`.
    package var kept: Tensor {
        guard storage.isWrittenInPlace else { return self }
        do {
            return try copy()
        } catch {
            MemoryRefusal.note(byteCount: count * dtype.size)
            return Tensor.placeholder(shape, dtype: dtype)
        }
    }
}
