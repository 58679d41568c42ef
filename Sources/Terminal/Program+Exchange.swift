import Language
import Runtime
import Session

extension Program {
    /// Writes the help as pages of HTML, and says how many; returns the exit status.
    func writeReference(to folder: String, overwrites: Bool) -> Int32 {
        do {
            let count = try HelpReference.write(to: folder, overwrites: overwrites)
            display.note("wrote \(count) pages to \(folder); index.html leads to the others")
            return ExitStatus.success
        } catch {
            display.show(Failure(wrapping: error).diagnostic)
            return ExitStatus.failure
        }
    }

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
