import Synchronization
import TensorCore

/// The objects of a session, those of its sweeps' runs too, and the frames that functions were made in.
final class ObjectRegistry: Sendable {
    private struct Objects {
        var holders: [ReferenceCounts.Holder?] = []
        var free: [Int] = []
        var threshold = ObjectRegistry.leastObjects

        var count: Int { holders.count - free.count }
    }

    private static let leastObjects = 50_000
    /// Tensors of objects that nobody needs may take so much memory before anything is collected, and more where there
    /// are more objects to go through.
    private static let leastBytes = 256 << 20
    private static let bytesForEach = 4096
    private let objects = Mutex(Objects())
    private let isDue = Atomic(false)
    /// How many bytes tensors will have asked for when it is due again.
    private let dueBytes = Atomic(Memory.requestedByteCount + leastBytes)
    /// How many other threads run code of the session, which changes counts while they are read.
    private let pauses = Atomic(0)

    var count: Int { objects.withLock { $0.count } }

    /// - Returns: What `remove` takes.
    func add(_ holder: ReferenceCounts.Holder) -> Int {
        objects.withLock { objects in
            if objects.count >= objects.threshold { isDue.store(true, ordering: .relaxed) }
            if let place = objects.free.popLast() {
                objects.holders[place] = holder
                return place
            }
            objects.holders.append(holder)
            return objects.holders.count - 1
        }
    }

    func remove(_ place: Int) {
        objects.withLock { objects in
            objects.holders[place] = nil
            objects.free.append(place)
        }
    }

    /// Runs code on another thread than the session's; meanwhile nothing is collected.
    func pausing<Result>(_ body: () throws -> Result) rethrows -> Result {
        pauses.wrappingAdd(1, ordering: .acquiringAndReleasing)
        defer { pauses.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        return try body()
    }

    /// Collects if there are twice as many objects as were left the last time, or tensors have asked for much memory
    /// since: on the session's thread.
    @inline(__always)
    func collectIfDue() {
        if isDue.load(ordering: .relaxed) || Memory.requestedByteCount >= dueBytes.load(ordering: .relaxed) {
            collect()
        }
    }

    @inline(never)
    func collect() {
        guard pauses.load(ordering: .acquiring) == 0 else { return }
        var collector = ObjectCollector()
        collector.free(among: objects.withLock { $0.holders.compactMap { $0 } })
        let count = objects.withLock { objects in
            objects.threshold = max(Self.leastObjects, 2 * objects.count)
            isDue.store(false, ordering: .relaxed)
            return objects.count
        }
        let next = Memory.requestedByteCount + max(Self.leastBytes, Self.bytesForEach * count)
        dueBytes.store(next, ordering: .relaxed)
    }
}

/// Frees objects that hold each other and that nothing else holds, such as the values of an expression with the
/// functions that give gradients back. Counting references, as Swift does, keeps them for ever.
///
/// As in CPython's collector, the references among objects are taken off the counts: what has some left is held from
/// outside, and so is all that it leads to. What this walk does not know, such as tables, counts as outside: cycles
/// through those stay. Lists, records and functions that only one place holds are a part of that place.
struct ObjectCollector {
    typealias Reference = ReferenceCounts.Reference
    typealias Holder = ReferenceCounts.Holder

    private enum Held {
        case instance(InstanceObject)
        case frame(Frame)
    }

    /// Takes the values from the objects and frames that are not needed, which then hold each other no longer.
    mutating func free(among holders: [Holder]) {
        // All are held before the first is changed, which lets others go.
        let held = unreachable(of: holders).map { holder -> Held in
            switch holder {
            case .instance(let reference): .instance(reference.look(at: InstanceObject.self) { $0 })
            case .frame(let reference): .frame(reference.look(at: Frame.self) { $0 })
            }
        }
        for holder in held {
            switch holder {
            case .instance(let object): ObjectRelease.release(&object.fields)
            case .frame(let frame):
                _ = frame.takeResult()
                frame.clear()
            }
        }
    }

    // MARK: The walk

    private enum Content {
        case instance(Reference)
        case function(Reference)
        case code(Reference)
        case frame(Reference)
        case list(ReferenceCounts.Elements)
    }

    private struct Part {
        let content: Content
        let reference: Reference
        /// How many references to it were found.
        var found = 0
        /// Where its own references begin in `edges`.
        var firstEdge = 0
    }

    private var parts: [Part] = []
    private var positions: [Reference: Int] = [:]
    private var edges: [Int] = []

    /// Those that only others which are not needed lead to.
    private mutating func unreachable(of holders: [Holder]) -> [Holder] {
        for holder in holders {
            switch holder {
            case .instance(let reference): _ = position(of: reference, .instance(reference))
            case .frame(let reference): _ = position(of: reference, .frame(reference))
            }
        }
        var index = 0
        while index < parts.count {
            parts[index].firstEdge = edges.count
            walk(parts[index].content)
            index += 1
        }
        var isNeeded = parts.map { $0.reference.count > $0.found }
        var left = parts.indices.filter { isNeeded[$0] }
        while let next = left.popLast() {
            let end = next + 1 < parts.count ? parts[next + 1].firstEdge : edges.count
            for target in edges[parts[next].firstEdge..<end] where !isNeeded[target] {
                isNeeded[target] = true
                left.append(target)
            }
        }
        return holders.indices.filter { !isNeeded[$0] }.map { holders[$0] }
    }

    private mutating func position(of reference: Reference, _ content: Content) -> Int {
        if let known = positions[reference] { return known }
        positions[reference] = parts.count
        parts.append(Part(content: content, reference: reference))
        return parts.count - 1
    }

    /// Goes through a part and what belongs to it alone.
    private mutating func walk(_ content: Content) {
        var left = [content]
        while let content = left.popLast() {
            switch content {
            case .instance(let reference):
                own(reference.look(at: InstanceObject.self) { ReferenceCounts.Elements($0.fields) }, &left)
            case .list(let elements):
                for index in 0..<elements.count { follow(elements.target(index), &left) }
            case .function(let reference):
                let code = reference.look(at: Function.self) { function -> Reference? in
                    guard case .user(let code) = function.body else { return nil }
                    return Reference(code)
                }
                if let code { follow(code, .code(code), &left) }
            case .code(let reference):
                let (frame, object) = reference.look(at: UserCode.self) {
                    ($0.closure.map { Reference($0) }, $0.object.map { Reference($0) })
                }
                if let frame { follow(frame: frame, &left) }
                if let object { follow(.instance(object), &left) }
            case .frame(let reference):
                own(reference.look(at: Frame.self) { ReferenceCounts.Elements($0.slots) }, &left)
                let (parent, object, result) = reference.look(at: Frame.self) {
                    (
                        $0.parent.map { Reference($0) }, $0.object.map { Reference($0) },
                        ReferenceCounts.Target($0.result)
                    )
                }
                if let parent { follow(frame: parent, &left) }
                if let object { follow(.instance(object), &left) }
                follow(result, &left)
            }
        }
    }

    /// Values that belong to an object or a frame, unless something goes through them just now.
    private func own(_ elements: ReferenceCounts.Elements?, _ left: inout [Content]) {
        if let elements, elements.reference.count == 1 { left.append(.list(elements)) }
    }

    private mutating func follow(_ target: ReferenceCounts.Target, _ left: inout [Content]) {
        switch target {
        case .instance(let reference): note(position(of: reference, .instance(reference)))
        case .function(let reference): follow(reference, .function(reference), &left)
        case .list(let elements): follow(elements.reference, .list(elements), &left)
        case .nothing: break
        }
    }

    /// A frame that is registered is a part of its own.
    private mutating func follow(frame: Reference, _ left: inout [Content]) {
        if let known = positions[frame] { note(known) } else { follow(frame, .frame(frame), &left) }
    }

    private mutating func follow(_ reference: Reference, _ content: Content, _ left: inout [Content]) {
        if reference.count == 1 { left.append(content) } else { note(position(of: reference, content)) }
    }

    private mutating func note(_ position: Int) {
        parts[position].found += 1
        edges.append(position)
    }
}
