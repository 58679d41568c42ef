import CSimd

/// The request to stop what is running, as Ctrl-C makes it.
///
/// Loops, training and long operations poll it between pieces of work; whoever started the work clears it.
package enum Interrupt {
    /// Asks what is running to stop. May be called from a signal handler and from any thread.
    package static func request() { csimd_interrupt_set(1) }

    /// Takes the request back, before new work starts or after the old one has stopped.
    package static func clear() { csimd_interrupt_set(0) }

    /// Whether a request is pending.
    package static var isRequested: Bool { csimd_interrupt_get() != 0 }

    /// Throws if a request is pending.
    ///
    /// - Throws: `InterruptError`.
    package static func check() throws(InterruptError) {
        if isRequested { throw InterruptError() }
    }
}

/// What work ends with when it was asked to stop.
package struct InterruptError: Error, Equatable {
    package init() {}
}
