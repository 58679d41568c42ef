/// A stopwatch for the parts of a training step: whoever carries out the step marks where a part ends.
///
/// A plan marks its stages by number, layers that are applied one by one are marked as themselves.
package final class StepTimes {
    package enum Pass: String, Sendable { case data, forward, loss, backward, optimizer }

    package enum Part: Hashable {
        case stage(Int)
        case module(ObjectIdentifier)
        /// What is of no layer, or of all.
        case whole
    }

    package struct Entry {
        package let pass: Pass
        package let part: Part
        package let seconds: Double
    }

    /// What was marked since `start`, in order.
    package private(set) var entries: [Entry] = []
    private var last = ContinuousClock.now

    package init() { entries.reserveCapacity(256) }

    package func start() {
        entries.removeAll(keepingCapacity: true)
        last = .now
    }

    /// The time since the last mark was this part's.
    package func mark(_ pass: Pass, _ part: Part = .whole) {
        let now = ContinuousClock.now
        entries.append(Entry(pass: pass, part: part, seconds: last.duration(to: now).seconds))
        last = now
    }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
