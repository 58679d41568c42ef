/// Decisions made by the bytes of an input, so that a change of a byte changes one of them.
struct Choices {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    /// A number below `count`; 0 at the end of the bytes, where what is being made is to end.
    mutating func below(_ count: Int) -> Int {
        var number = 0
        for _ in 0..<(count > 256 ? 2 : 1) where position < bytes.count {
            number = number << 8 | Int(bytes[position])
            position += 1
        }
        return number % count
    }

    mutating func of<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// True once in so many times.
    mutating func once(in count: Int) -> Bool { below(count) == count - 1 && count > 1 }
}
