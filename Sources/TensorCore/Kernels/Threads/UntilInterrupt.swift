extension Sequence {
    /// The elements up to an interrupt: for long work, which nobody waits for then.
    ///
    /// It is asked for every 4,096 elements. Whoever needs all elements checks for it afterwards.
    @inlinable package var untilInterrupt: UntilInterrupt<Self> { UntilInterrupt(base: self) }

    /// `map` that an interrupt stops.
    ///
    /// - Throws: `InterruptError`; what `transform` throws.
    @inlinable package func mapUntilInterrupt<Result>(_ transform: (Element) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(underestimatedCount)
        for element in untilInterrupt { results.append(try transform(element)) }
        try Interrupt.check()
        return results
    }
}

@frozen @usableFromInline package struct UntilInterrupt<Base: Sequence>: Sequence {
    @usableFromInline let base: Base

    @inlinable package init(base: Base) { self.base = base }

    @frozen @usableFromInline package struct Iterator: IteratorProtocol {
        @usableFromInline var base: Base.Iterator
        @usableFromInline var count = 0

        @inlinable package init(base: Base.Iterator) { self.base = base }

        @inlinable package mutating func next() -> Base.Element? {
            count &+= 1
            if count & 0xFFF == 0, Interrupt.isRequested { return nil }
            return base.next()
        }
    }

    @inlinable package func makeIterator() -> Iterator { Iterator(base: base.makeIterator()) }
}
