import Figures
import Glibc
import TensorCore

/// Shows how far something is: a live line on a terminal, plain lines elsewhere.
package final class ProgressLine {
    private let output: TextOutput
    private let isLive: Bool
    private let width: () -> Int
    private let now: () -> Double
    private var shownWidth = 0
    private var shownLineCount = 1
    private var lastUpdate = -Double.infinity

    /// - Parameters:
    ///   - isLive: Whether the line can be overwritten.
    ///   - width: The columns of the window at the moment.
    ///   - now: A clock, in seconds.
    package init(
        output: TextOutput, isLive: Bool, width: @escaping () -> Int, now: @escaping () -> Double = monotonicSeconds
    ) {
        self.output = output
        self.isLive = isLive
        self.width = width
        self.now = now
    }

    /// Whether a live line stands on the screen, which other output must not run into.
    package var isShown: Bool { shownWidth > 0 }

    /// Replaces the live line, at most ten times a second; nothing where no line is live.
    package func update(_ text: @autoclosure () -> String) {
        guard isLive else { return }
        let time = now()
        guard time - lastUpdate >= 0.1 else { return }
        lastUpdate = time
        show(text())
    }

    /// Shows what was reached, such as an epoch: a line that stays where none is live, else as an update that
    /// is not left out.
    package func mark(_ text: String) {
        if isLive {
            lastUpdate = now()
            show(text)
        } else {
            output.write(text.withVisibleControls + "\n")
        }
    }

    /// Leaves the live line as it is, and goes on below it.
    package func keep() {
        guard isShown else { return }
        output.write("\n")
        reset()
    }

    /// Takes what is live off the screen, so that other output can be written.
    package func clear() {
        guard isShown else { return }
        if shownLineCount > 1 {
            output.write(toFirstLine + "\u{1b}[J")
        } else {
            output.write("\r" + String(repeating: " ", count: shownWidth) + "\r")
        }
        output.assumeLineStart()
        reset()
    }

    private func reset() {
        shownWidth = 0
        shownLineCount = 1
        lastUpdate = -.infinity
    }

    /// From the end of what is shown to its start.
    private var toFirstLine: String { shownLineCount > 1 ? "\u{1b}[\(shownLineCount - 1)A\r" : "\r" }

    /// More would fill small windows.
    private static let mostLines = 10

    private func show(_ text: String) {
        // The last column stays free: some terminals would begin a new line there.
        let room = max(width() - 1, 10)
        let lines = text.split(separator: "\n").prefix(Self.mostLines).map {
            Self.fitted(String($0).withVisibleControls, to: room)
        }
        if lines.count > 1 || shownLineCount > 1 {
            output.write(toFirstLine + lines.joined(separator: "\u{1b}[K\n") + "\u{1b}[J")
            shownLineCount = lines.count
            shownWidth = lines.map(displayWidth).max() ?? 0
            return
        }
        let line = lines.first ?? ""
        let lineWidth = displayWidth(line)
        output.write("\r" + line + String(repeating: " ", count: max(0, shownWidth - lineWidth)))
        shownWidth = lineWidth
    }

    /// A line without the parts that matter least, where it is too wide: the speed, then what stands in the middle. Parts
    /// have two spaces between them.
    private static func fitted(_ line: String, to room: Int) -> String {
        guard displayWidth(line) > room else { return line }
        var parts = line.split(separator: "  ", omittingEmptySubsequences: false).map(String.init)
        if let speed = parts.firstIndex(where: { $0.hasSuffix("samples/s") }) { parts.remove(at: speed) }
        while parts.count > 2, displayWidth(parts.joined(separator: "  ")) > room { parts.remove(at: 1) }
        return truncated(parts.joined(separator: "  "), to: room, ellipsis: "...")
    }
}

/// Seconds of a clock that never goes back.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
