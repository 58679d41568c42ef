import Datasets
import Glibc
import Language
import Runtime
import Session

/// Asks before a stranger's file runs that wants more than to read its folder.
struct TrustCheck {
    enum Answer {
        case run
        case safe
        case refuse
    }

    let display: Display
    /// Whether `--trust` approves the file.
    let approves: Bool

    /// - Parameter records: Whether the user asked for the outputs to be written into the file.
    func answer(for source: SourceText, records: Bool) -> Answer {
        if approves { TrustedCode.approveAll() }
        guard let reason = FileOrigin.reason(source.name, environment: environmentVariable) else { return .run }
        let requests = ProgramRequests(source)
        if TrustedCode.isApproved(requests) { return .run }
        func approve() -> Answer {
            if !TrustedCode.approve(requests) { display.note(TrustedCode.unrememberedNote(source)) }
            return .run
        }
        if approves { return approve() }
        guard !requests.lines.isEmpty else {
            confine(to: requests.home, records: records)
            return .run
        }
        let text =
            "\(source.shownName) counts as a stranger's: \(reason). \(requests.summary)"
            + "`--trust` runs it, and from then on without a question until its code changes; `--safe` runs it and gives "
            + "it none of this; `dls help trust` tells more"
        display.showError(text)
        guard display.capabilities.isInputTerminal, display.capabilities.isErrorTerminal else { return .refuse }
        switch display.askOnError("run it? [y: trust it, s: run it with --safe, N: no] ")?.lowercased() {
        case "y", "yes": return approve()
        case "s", "safe": return .safe
        default: return .refuse
        }
    }

    /// What asks for no more gets no more, whatever its text hides.
    private func confine(to home: String, records: Bool) {
        let runs = Session.defaultRunsPath(environment: environmentVariable).flatMap(FileAccess.resolvedPath)
        // SQLite has files beside it, in a folder that may still have to be made.
        let store = runs.map { Folder.parent(of: $0).hasSuffix("/.dls") ? Folder.parent(of: $0) : $0 }
        FileAccess.confine(
            to: .init(
                readable: [home], writable: (records ? [home] : []) + (store.map { [$0] } ?? []), importable: [home],
                isSafe: false))
    }
}
