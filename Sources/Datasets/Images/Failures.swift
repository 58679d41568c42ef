import Synchronization

/// Errors of work that several threads share: the first by place counts, so that it is the same each time.
final class Failures: Sendable {
    private let first = Mutex<(place: Int, error: any Error)?>(nil)

    func note(_ place: Int, _ error: any Error) {
        first.withLock { known in
            if known.map({ place < $0.place }) ?? true { known = (place, error) }
        }
    }

    func throwFirst() throws {
        if let found = first.withLock({ $0 }) { throw found.error }
    }
}
