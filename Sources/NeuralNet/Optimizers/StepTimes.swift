/// A stopwatch for the parts of a training step: whoever carries out the step marks where a part ends.
///
/// Operations that one kernel does are marked by all their layers.
package final class StepTimes {
    package enum Pass: String, Sendable { case data, forward, loss, backward, optimizer }

    package struct Entry {
        package let pass: Pass
        /// The layers; none for what is of no layer, or of all.
        package let layers: [ObjectIdentifier]
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

    /// The time since the last mark was that of these layers.
    package func mark(_ pass: Pass, _ layers: [ObjectIdentifier] = []) {
        let now = ContinuousClock.now
        entries.append(Entry(pass: pass, layers: layers, seconds: last.duration(to: now).seconds))
        last = now
    }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
