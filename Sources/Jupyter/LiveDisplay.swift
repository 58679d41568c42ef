import Figures
import Runtime
import Session

/// A training in one display: where it is, and its curve so far. It ends as a figure.
final class LiveDisplay {
    let identifier: String
    private let drawing: FigureDrawing
    private var latest: ProgressReport?
    private var isShown = false
    private var lastUpdate: ContinuousClock.Instant?
    private var curve: [UInt8]?
    private var nextCurve = ContinuousClock.now

    private static let interval = Duration.milliseconds(200)
    /// Drawing the curve takes at most one part in so many of the time.
    private static let share = 20

    init(identifier: String, _ drawing: FigureDrawing) {
        self.identifier = identifier
        self.drawing = drawing
    }

    /// What is to be shown now; nil where the last update is too young.
    func update(_ report: ProgressReport) -> (bundle: MIMEBundle, isFirst: Bool)? {
        latest = report
        let now = ContinuousClock.now
        if let lastUpdate, now - lastUpdate < Self.interval { return nil }
        lastUpdate = now
        if report.showsFigure != false, now >= nextCurve, let figure = report.figure() {
            curve = drawing.svg(of: figure) ?? curve
            let end = ContinuousClock.now
            nextCurve = end.advanced(by: (end - now) * Self.share)
        }
        defer { isShown = true }
        return (MIMEBundle(progress: report.text(), curve: curve), !isShown)
    }

    /// What stays: the whole curve, or the last words where there is none.
    func final() -> MIMEBundle? {
        guard isShown, let latest else { return nil }
        let text = latest.text()
        return lastFigure.map { drawing.bundle(of: $0, plain: text) } ?? MIMEBundle(value: text)
    }

    /// Whether it ends as this figure.
    func ends(as figure: Figure) -> Bool { isShown && lastFigure == figure }

    private var lastFigure: Figure? { latest?.showsFigure == false ? nil : latest?.figure() }
}
