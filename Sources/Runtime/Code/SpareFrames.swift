/// Frames of calls that have ended and that nothing holds any more, for the next calls: most of what a short call costs
/// is the memory of its variables.
struct SpareFrames {
    private static let mostSlots = 8
    private static let mostFrames = 32

    /// By the number of their variables.
    private var frames: [[Frame]] = Array(repeating: [], count: SpareFrames.mostSlots + 1)

    @inline(__always)
    mutating func take(_ slotCount: Int) -> Frame? {
        slotCount <= Self.mostSlots ? frames[slotCount].popLast() : nil
    }

    /// Keeps a frame unless something holds it, as a function that was made in the call does.
    @inline(__always)
    mutating func give(_ frame: inout Frame) {
        let count = frame.slots.count
        guard count <= Self.mostSlots, isKnownUniquelyReferenced(&frame), frames[count].count < Self.mostFrames else {
            return
        }
        frame.clear()
        frames[count].append(frame)
    }
}

extension Interpreter {
    /// The frame of a call, still without its arguments.
    @inline(__always)
    func frame(for code: UserCode, of object: InstanceObject?) -> Frame {
        guard let frame = spareFrames.take(code.slotCount) else {
            let frame = Frame(slotCount: code.slotCount, parent: code.closure, interpreter: self)
            frame.object = object
            return frame
        }
        frame.parent = code.closure
        frame.object = object
        return frame
    }

    /// Runs a function's code in a frame that has its arguments, for the last time that the frame is used.
    @inline(__always)
    func run(_ code: UserCode, lastIn frame: inout Frame) throws -> Value {
        let result = try run(code, in: frame)
        spareFrames.give(&frame)
        return result
    }
}
