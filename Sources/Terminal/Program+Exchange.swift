import Language
import Runtime
import Session

extension Program {
    /// Exports or imports a notebook, and says what it wrote; returns the exit status.
    func exchange(_ source: SourceText, _ body: (SourceText) throws -> NotebookExchange.Report) -> Int32 {
        do {
            let report = try body(source)
            display.note("wrote \(report.path)")
            if let note = report.note { display.note("note: \(note)") }
            return ExitStatus.success
        } catch {
            display.show(Failure(wrapping: error).diagnostic)
            return ExitStatus.failure
        }
    }
}
