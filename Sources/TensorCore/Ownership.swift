import Synchronization

/// Says when something that can change was made, and so who may change it.
///
/// Pieces of work that run side by side, each inside `isolating`, share what is older than they are and only read it.
/// Whatever they could change holds an `Ownership`, and its changes go through `check`.
package struct Ownership: Sendable {
    private static let last = Atomic<UInt64>(0)
    /// The calling thread's work may change what has this number or a greater one.
    @TaskLocal private static var first: UInt64 = 0

    private let number = Ownership.last.wrappingAdd(1, ordering: .relaxed).newValue

    package init() {}

    /// Runs a piece of work that changes only what it makes itself.
    package static func isolating<Result>(_ body: () throws -> Result) rethrows -> Result {
        try $first.withValue(last.wrappingAdd(1, ordering: .relaxed).newValue, operation: body)
    }

    /// Whether the calling thread's work may change what this belongs to.
    package var allowsChange: Bool { number >= Ownership.first }

    /// Lets a change pass, or refuses it.
    ///
    /// - Parameter subject: What would change, for the message: "the parameter `weight`".
    /// - Throws: `OwnershipError` where the calling thread's work is younger than what it would change.
    package func check(_ subject: @autoclosure () -> String) throws {
        guard allowsChange else { throw OwnershipError(subject: subject()) }
    }
}

/// A change of something that others read at the same time.
package struct OwnershipError: Error, Equatable {
    package let subject: String

    package init(subject: String) { self.subject = subject }
}
