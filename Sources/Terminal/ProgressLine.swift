import Figures
import Glibc
import TensorCore

/// Shows how far something is: a live line on a terminal, with a drawing below it where there is one; plain lines
/// elsewhere.
package final class ProgressLine {
    private let output: TextOutput
    private let isLive: Bool
    private let width: () -> Int
    private let reflows: Bool
    private let now: () -> Double
    /// The columns of the lines on the screen.
    private var shownWidths: [Int] = []
    private var showsDrawing = false
    private var lastUpdate = -Double.infinity

    /// - Parameters:
    ///   - isLive: Whether the line can be overwritten.
    ///   - width: The columns of the window at the moment.
    ///   - reflows: Whether the terminal breaks lines anew that a window gets too narrow for.
    ///   - now: A clock, in seconds.
    package init(
        output: TextOutput, isLive: Bool, width: @escaping () -> Int, reflows: Bool = true,
        now: @escaping () -> Double = monotonicSeconds
    ) {
        self.output = output
        self.isLive = isLive
        self.width = width
        self.reflows = reflows
        self.now = now
    }

    /// Whether a live line stands on the screen, which other output must not run into.
    package var isShown: Bool { !shownWidths.isEmpty }

    /// Replaces the live line, at most ten times a second; nothing where no line is live.
    ///
    /// - Parameter drawing: Lines to be shown below, which fit the window.
    package func update(_ text: @autoclosure () -> String, drawing: () -> [String] = { [] }) {
        guard isLive else { return }
        let time = now()
        guard time - lastUpdate >= 0.1 else { return }
        lastUpdate = time
        show(text(), drawing())
    }

    /// Shows what was reached, such as an epoch: a line that stays where none is live, else as an update that
    /// is not left out.
    package func mark(_ text: String) {
        if isLive {
            lastUpdate = now()
            show(text, [])
        } else {
            output.write(text.withVisibleControls + "\n")
        }
    }

    /// As `mark`, for a line with a drawing: where it is live, it is an update like others.
    package func mark(_ text: String, drawing: () -> [String]) {
        if isLive { update(text, drawing: drawing) } else { mark(text) }
    }

    /// Leaves the drawing on the screen; false where there is none.
    package func keepDrawing() -> Bool {
        defer { if showsDrawing { keep() } }
        return showsDrawing
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
        let rows = shownRows
        if rows > 1 {
            output.write(toFirst(of: rows) + "\u{1b}[J")
        } else {
            output.write("\r" + String(repeating: " ", count: shownWidths.first ?? 0) + "\r")
        }
        output.assumeLineStart()
        reset()
    }

    private func reset() {
        shownWidths = []
        showsDrawing = false
        lastUpdate = -.infinity
    }

    /// The rows that the lines on the screen take now: a window that became narrower has broken them.
    private var shownRows: Int {
        guard reflows else { return shownWidths.count }
        let columns = max(width(), 1)
        return shownWidths.reduce(0) { $0 + max(($1 + columns - 1) / columns, 1) }
    }

    /// From the end of what is shown to its start.
    private func toFirst(of rows: Int) -> String { rows > 1 ? "\u{1b}[\(rows - 1)A\r" : "\r" }

    /// More would fill small windows.
    private static let mostLines = 10

    private func show(_ text: String, _ drawing: [String]) {
        // The last column stays free: some terminals would begin a new line there.
        let room = max(width() - 1, 10)
        let words = text.split(separator: "\n").prefix(Self.mostLines).map {
            Self.fitted(String($0).withVisibleControls, to: room)
        }
        let lines = words + drawing
        let rows = shownRows
        let widths = lines.map { displayWidth($0.withoutStyles) }
        if lines.count > 1 || rows > 1 {
            output.write(toFirst(of: rows) + lines.joined(separator: "\u{1b}[K\n") + "\u{1b}[J")
        } else {
            let rest = max((shownWidths.first ?? 0) - (widths.first ?? 0), 0)
            output.write("\r" + lines.joined() + String(repeating: " ", count: rest))
        }
        shownWidths = widths
        showsDrawing = !drawing.isEmpty
    }

    /// A line without the parts that matter least, where it is too wide. Parts have two spaces between them.
    private static func fitted(_ line: String, to room: Int) -> String {
        guard displayWidth(line) > room else { return line }
        var parts = line.split(separator: "  ", omittingEmptySubsequences: false).map(String.init)
        while parts.count > 1, displayWidth(parts.joined(separator: "  ")) > room {
            guard let least = leastImportant(parts) else { break }
            if parts[least].hasPrefix("epoch ") {
                parts[least].removeFirst(6)
            } else {
                parts.remove(at: least)
            }
        }
        return truncated(parts.joined(separator: "  "), to: room, ellipsis: "...")
    }

    /// The speed goes first, then times, the batch, the word before the number of the epoch, and figures in the middle: the
    /// loss and the metric stay, and what a line begins with until the end.
    private static func leastImportant(_ parts: [String]) -> Int? {
        func isTime(_ part: String) -> Bool {
            part.hasSuffix(" left") || part.first?.isNumber == true && [" s", " min"].contains(where: part.hasSuffix)
        }
        let kinds: [(String) -> Bool] = [
            { $0.hasSuffix("samples/s") }, isTime, { $0.hasPrefix("batch ") },
        ]
        if let found = kinds.lazy.compactMap({ parts.lastIndex(where: $0) }).first { return found }
        if let epoch = parts.firstIndex(where: { $0.hasPrefix("epoch ") }) { return epoch }
        let middle = parts.indices.dropFirst().dropLast().last { !parts[$0].hasPrefix("loss ") }
        return middle ?? (parts.count > 2 ? 0 : nil)
    }
}

extension String {
    /// The text without what sets its colours.
    fileprivate var withoutStyles: String {
        var parts = split(separator: "\u{1b}[", omittingEmptySubsequences: false)[...]
        let first = parts.popFirst() ?? ""
        return String(first) + parts.map { $0.drop { $0 != "m" }.dropFirst() }.joined()
    }
}

/// Seconds of a clock that never goes back.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
