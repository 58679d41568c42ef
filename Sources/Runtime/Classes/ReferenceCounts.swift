import CSystem

/// Looks at what Swift counts of references, for `ObjectCollector`. Nothing that is looked at is held when its count is
/// read, for that would count too: so what can be held for a moment is looked at in functions that are not inlined.
enum ReferenceCounts {
    /// An object without a hold on it. Threads pass it on; who looks at it knows that it is alive.
    struct Reference: Hashable, @unchecked Sendable {
        fileprivate let address: UnsafeMutableRawPointer

        init(_ object: AnyObject) { address = Unmanaged.passUnretained(object).toOpaque() }

        fileprivate init(address: UnsafeMutableRawPointer) { self.address = address }

        var count: Int { dls_reference_count(address) }

        /// Looks at the object, which is alive and of that class.
        @inline(__always)
        func look<Object: AnyObject, Result>(at type: Object.Type, _ body: (Object) -> Result) -> Result {
            Unmanaged<Object>.fromOpaque(address)._withUnsafeGuaranteedRef(body)
        }
    }

    /// What can be part of a cycle: an object of a class, or the variables of a call in which functions were made.
    enum Holder {
        case instance(Reference)
        case frame(Reference)
    }

    /// The values of an array or a record without a hold on it; nil for one without elements, which has no memory of its
    /// own.
    struct Elements {
        /// What is held once for each list or record that has these elements.
        let reference: Reference
        let count: Int
        private let first: UnsafeRawPointer
        private let stride: Int

        @inline(never)
        init?(_ array: [Value]) { self.init(array, valueOffset: 0) }

        /// - Parameters:
        ///   - valueOffset: Where the value is in an element, in bytes.
        ///   - owner: The object that the array belongs to, if that is what is held.
        @inline(never)
        init?<Element>(_ array: [Element], valueOffset: Int, of owner: AnyObject? = nil) {
            guard !array.isEmpty, let first = array.withUnsafeBytes({ $0.baseAddress }) else { return nil }
            reference =
                owner.map { Reference($0) }
                ?? Reference(address: unsafeBitCast(array, to: UnsafeMutableRawPointer.self))
            count = array.count
            self.first = first + valueOffset
            stride = MemoryLayout<Element>.stride
        }

        @inline(never)
        func target(_ index: Int) -> Target {
            Target((first + index * stride).assumingMemoryBound(to: Value.self).pointee)
        }
    }

    /// What a value refers to, of that which can hold objects.
    enum Target {
        case instance(Reference)
        case function(Reference)
        case list(Elements)
        case nothing

        @inline(never)
        init(_ value: Value) {
            switch value {
            case .object: self = value.instance.map { .instance(Reference($0)) } ?? .nothing
            case .function(let function): self = .function(Reference(function))
            case .list(let elements): self = Elements(elements).map { .list($0) } ?? .nothing
            case .record(let record): self = record.storedValues.map { .list($0) } ?? .nothing
            default: self = .nothing
            }
        }
    }
}
