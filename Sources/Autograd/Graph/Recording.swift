import Glibc
import Synchronization
import TensorCore

/// What is computed between the start of a training step, a gradient or an inference and its end.
///
/// Operations that have an outline are not run when they are applied, but when a number is asked for. By then it is
/// known what their results are used for: those that one kernel makes together are made by it (`Fusion`), and those
/// that nobody asks for are not made.
///
/// A recording belongs to the thread that made it. Whoever makes one ends it, and ends it before weights change.
package final class Recording {
    /// Where the time goes: told after each operation, with the layers that it stands for.
    package var observer: ((_ layers: [ObjectIdentifier], _ isBackward: Bool) -> Void)?
    /// The layer that applies operations now, where there is an observer.
    package var places: [ObjectIdentifier] = []
    package private(set) var isOver = false
    /// Whether every operation is kept that has to do with what was made in it, whatever its type; each is computed at
    /// once, and none is joined with others.
    let keepsAll: Bool
    /// All that was made in it, in order, where it keeps all.
    private(set) var kept: [Variable] = []
    /// What may still have to be computed.
    private var deferred: [Variable] = []
    private var endings: [() throws -> Void] = []

    /// The recordings that are going on, each on the thread that made it.
    private struct Active: @unchecked Sendable {
        let thread: UInt
        let recording: Recording
    }

    private static let active = Mutex([Active]())

    private init(keepsAll: Bool) { self.keepsAll = keepsAll }

    /// Runs code whose operations are recorded by what it makes of the recording.
    package static func run<Result>(
        keepingAll: Bool = false, _ body: (Recording) throws -> Result
    ) throws -> Result {
        let recording = Recording(keepsAll: keepingAll)
        active.withLock { $0.append(Active(thread: UInt(pthread_self()), recording: recording)) }
        defer {
            active.withLock { $0.removeAll { $0.recording === recording } }
            recording.abandon()
        }
        let result = try tracking(true) { try body(recording) }
        try recording.end()
        return result
    }

    /// Computes what the recordings of this thread have deferred: weights are about to change that it may be computed from.
    ///
    /// - Throws: `TensorError` `.outOfMemory`, `.workMemory`.
    package static func settle() throws {
        let thread = UInt(pthread_self())
        for entry in active.withLock({ $0.filter { $0.thread == thread } }) { try entry.recording.settle() }
    }

    /// The innermost `tracking` of each thread that has one.
    private static let modes = Mutex([UInt: Bool]())
    /// How many change anything: asked for each operation.
    private static let modeCount = Atomic(0)

    /// Runs code on this thread whose results gradients flow through, or whose results are constants.
    package static func tracking<Result>(_ isTracking: Bool, _ body: () throws -> Result) rethrows -> Result {
        guard isTracking == givesConstants else { return try body() }
        let thread = UInt(pthread_self())
        let outer = modes.withLock { $0.updateValue(isTracking, forKey: thread) }
        modeCount.wrappingAdd(1, ordering: .relaxed)
        defer {
            modeCount.wrappingSubtract(1, ordering: .relaxed)
            modes.withLock { $0[thread] = outer }
        }
        return try body()
    }

    /// Whether what is computed on this thread is constant, whatever it is computed from.
    static var givesConstants: Bool {
        guard modeCount.load(ordering: .relaxed) > 0 else { return false }
        let thread = UInt(pthread_self())
        return modes.withLock { $0[thread] == false }
    }

    /// Does work that an interrupt may stop half-way, but not in a recording: a step of a training is done whole or not at
    /// all, and its trainer asks between steps.
    ///
    /// - Throws: `InterruptError`; what `body` throws.
    static func stopping<Result>(_ body: () throws -> Result) throws -> Result {
        let thread = UInt(pthread_self())
        let isRecorded = active.withLock { $0.contains { $0.thread == thread } }
        return isRecorded ? try body() : try Interrupt.stopping(body)
    }

    /// The same for work on so many elements: where they are few, it is done before anybody asks.
    static func stopping<Result>(_ count: Int, _ body: () throws -> Result) throws -> Result {
        count < shortWork ? try body() : try stopping(body)
    }

    /// Asking takes as long as some hundred elements.
    private static let shortWork = 4096

    func add(_ variable: Variable) { deferred.append(variable) }

    func keep(_ variable: Variable) { kept.append(variable) }

    /// Calls a function when the recording ends, unless it fails.
    func atEnd(_ body: @escaping () throws -> Void) { endings.append(body) }

    func mark() { observer?(places, false) }

    func mark(_ layers: [ObjectIdentifier]) { observer?(layers, false) }

    func markBackward(_ layers: [ObjectIdentifier]) { observer?(layers, true) }

    /// Ends it: what somebody outside still holds is computed now, from the weights as they are now.
    ///
    /// - Throws: `TensorError` `.outOfMemory`, `.workMemory`.
    package func end() throws {
        guard !isOver else { return }
        observer = nil
        try settle()
        isOver = true
        let endings = self.endings
        self.endings = []
        for ending in endings { try ending() }
    }

    /// Computes what somebody outside holds.
    private func settle() throws {
        // From the last to the first: what only later results would have used goes with them.
        while var variable = deferred.popLast() {
            if variable.isDeferred, !isKnownUniquelyReferenced(&variable) { try variable.compute() }
        }
    }

    private func abandon() {
        endings = []
        if !isOver { try? end() }
        deferred = []
        isOver = true
    }
}
