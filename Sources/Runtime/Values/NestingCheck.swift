/// Refuses values that hold others so deep that letting go of them, which goes through all levels, would overflow the stack.
///
/// Each value that holds others is counted where it is made, and one in many is measured: the more a measurement costs,
/// the fewer there are. So a value can get a few times as deep as the bound before it is seen, which the stacks of 256 MB
/// and more, on which programs run, have room for.
struct NestingCheck {
    static let deepest = 50_000

    /// A value with more parts than this is not gone into. A chain of such values does not fit in memory before it is
    /// too deep.
    private static let mostParts = 1000
    private static let mostSteps = 10_000_000
    private static let usualPause = 1000
    private static let longestPause = 50_000

    private var pause = usualPause
    private var random: UInt64 = 1

    /// Counts a new value.
    ///
    /// - Throws: `Failure` where it is measured and too deep.
    @inline(__always)
    mutating func count(_ value: Value) throws {
        pause -= 1
        if pause <= 0 { try measure(value) }
    }

    @inline(never)
    private mutating func measure(_ value: Value) throws {
        let (depth, steps) = Self.depth(of: value)
        // Irregular pauses, so that no loop makes its deepest value always between two measurements.
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        pause = min(max(steps, Self.usualPause), Self.longestPause)
        pause += Int(random >> 33) % pause
        guard depth > Self.deepest else { return }
        pause = 0
        throw Failure(
            "the value is nested more than \(Self.deepest) levels deep",
            help: "keep the parts side by side in one list; what belongs to a part can be told by its position there")
    }

    /// The depth of a value as far as it is gone through, and how much work that was.
    private static func depth(of value: Value) -> (depth: Int, steps: Int) {
        var left = [(value: value, depth: 1)]
        var frames: Set<ObjectIdentifier> = []
        var deepest = 0
        var steps = 0
        while let (value, depth) = left.popLast(), deepest <= Self.deepest, steps < mostSteps {
            deepest = max(deepest, depth)
            steps += 1
            func add(_ parts: some Sequence<Value>, levels: Int = 1) {
                for part in parts {
                    steps += 1
                    if part.holdsValues { left.append((part, depth + levels)) }
                }
            }
            switch value {
            case .list(let elements) where elements.count <= mostParts: add(elements)
            case .record(let record) where record.count <= mostParts: add(record.entries.lazy.map(\.value))
            case .function(let function):
                // A function is several objects, one holding the other.
                add(function.defaults, levels: 4)
                if case .native(let value, _) = function.body { add([value], levels: 4) }
                guard case .user(let code) = function.body else { break }
                var frame = code.closure
                while let current = frame, frames.insert(ObjectIdentifier(current)).inserted {
                    add(current.slots, levels: 4)
                    frame = current.parent
                }
            case .object(let object):
                guard let table = object as? TableObject, table.columns.count <= mostParts else { break }
                for column in table.columns where column.values.count <= mostParts { add(column.values, levels: 2) }
            default: break
            }
        }
        return (deepest, steps)
    }
}

extension Value {
    /// Whether it may hold other values.
    fileprivate var holdsValues: Bool {
        switch self {
        case .list(let elements): !elements.isEmpty
        case .record(let record): !record.isEmpty
        case .function, .object: true
        default: false
        }
    }
}
