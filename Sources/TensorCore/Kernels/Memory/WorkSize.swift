/// How work on elements is cut for threads; part of what decides the bits of results where it is a matter of order.
enum WorkSize {
    /// Elements of a chunk: enough to be worth a thread's while.
    static let elements = 32768
}
