/// Where the parts of a value are in memory, which tells values apart as long as they are held. Nothing is read there.
struct PlaceInMemory: Hashable {
    private let address: Int

    init(_ object: AnyObject) {
        address = Int(bitPattern: Unmanaged.passUnretained(object).toOpaque())
    }

    /// The same for lists that share their elements.
    init?<Element>(of elements: [Element]) {
        guard let address = elements.withUnsafeBufferPointer({ $0.baseAddress.map { Int(bitPattern: $0) } }) else {
            return nil
        }
        self.address = address
    }
}
