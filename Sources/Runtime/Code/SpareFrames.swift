/// Frames of calls that have ended and that nothing holds any more, for the next calls: most of what a short call costs
/// is the memory of its variables.
struct SpareFrames {
    private static let mostSlots = 8
    private static let mostFrames = 256

    /// By the number of their variables: the first, which holds the others as its parents.
    private var frames = InlineArray<9, Frame?>(repeating: nil)
    private var count = 0

    @inline(__always)
    mutating func take(_ slotCount: Int) -> Frame? {
        guard slotCount <= Self.mostSlots else { return nil }
        var first: Frame?
        swap(&first, &frames[slotCount])
        guard let first else { return nil }
        swap(&first.parent, &frames[slotCount])
        count -= 1
        return first
    }

    /// Keeps a frame that nothing else holds.
    @inline(__always)
    mutating func give(_ frame: consuming Frame) {
        let slotCount = frame.slots.count
        guard slotCount <= Self.mostSlots, count < Self.mostFrames else { return }
        frame.clear()
        swap(&frame.parent, &frames[slotCount])
        frames[slotCount] = consume frame
        count += 1
    }

    mutating func removeAll() {
        for index in frames.indices {
            while let frame = frames[index] {
                frames[index] = frame.parent
                frame.parent = nil
            }
        }
        count = 0
    }
}

extension Interpreter {
    /// The frame of a call, still without its arguments.
    @inline(__always)
    func frame(for code: UserCode, of object: consuming InstanceObject?) -> Frame {
        let frame =
            spareFrames.take(code.slotCount) ?? Frame(slotCount: code.slotCount, parent: nil, interpreter: self)
        frame.parent = code.closure
        frame.object = consume object
        return frame
    }

    /// Runs a function's code in a frame that has its arguments, for the last time that the frame is used.
    @inline(__always)
    func run(_ code: UserCode, lastIn frame: consuming Frame) throws -> Value {
        try enterCall()
        defer { depth -= 1 }
        do { _ = try code.body.execute(frame) } catch {
            failedCalls.add(code, frame)
            throw error
        }
        let result = frame.takeResult()
        if isKnownUniquelyReferenced(&frame) {
            spareFrames.give(consume frame)
        } else {
            // Functions that were made in the call hold it, and may be in its own variables.
            collectIfDue()
        }
        return result
    }
}
