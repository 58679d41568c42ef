import TensorCore

extension Sequence {
    /// The elements up to an interrupt: for long drawings, which nobody looks at then.
    var untilInterrupt: UntilInterrupt<Self> { UntilInterrupt(base: self) }
}

struct UntilInterrupt<Base: Sequence>: Sequence {
    let base: Base

    struct Iterator: IteratorProtocol {
        var base: Base.Iterator
        var count = 0

        mutating func next() -> Base.Element? {
            count &+= 1
            if count & 0xFFFF == 0, Interrupt.isRequested { return nil }
            return base.next()
        }
    }

    func makeIterator() -> Iterator { Iterator(base: base.makeIterator()) }
}
