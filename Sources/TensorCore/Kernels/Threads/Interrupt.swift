import CSimd

/// The request to stop what is running, as Ctrl-C makes it.
///
/// Loops, training and long operations poll it between pieces of work; whoever started the work clears it.
@usableFromInline package enum Interrupt {
    /// Asks what is running to stop. May be called from a signal handler and from any thread.
    package static func request() { csimd_interrupt_set(1) }

    /// Takes the request back, before new work starts or after the old one has stopped.
    package static func clear() { csimd_interrupt_set(0) }

    /// Whether a request is pending.
    @usableFromInline package static var isRequested: Bool { csimd_interrupt_get() != 0 }

    /// Does work whose result nobody sees at an interrupt: kernels leave out what is left of it then, piece by piece.
    ///
    /// - Throws: `InterruptError` where the request came before the end; what `body` throws.
    package static func stopping<Result>(_ body: () throws -> Result) throws -> Result {
        let outer = csimd_get_stoppable()
        csimd_set_stoppable(true)
        defer { csimd_set_stoppable(outer) }
        let result = try body()
        try check()
        return result
    }

    /// Whether the rest of this thread's work can be left out.
    @inline(__always)
    static var stopsWork: Bool { isRequested && csimd_get_stoppable() }

    /// Throws if a request is pending.
    ///
    /// - Throws: `InterruptError`.
    @usableFromInline package static func check() throws(InterruptError) {
        if isRequested { throw InterruptError() }
    }
}

/// What work ends with when it was asked to stop.
@usableFromInline package struct InterruptError: Error, Equatable {
    package init() {}
}
