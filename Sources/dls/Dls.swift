import Arguments
import CSystem
import Glibc
import Jupyter
import LanguageServer
import Runtime
import TensorCore
import Terminal

/// The program: does what the command line asks for, on a stack that deep recursion fits on.
@main enum Dls {
    static func main() {
        let status = dls_run_on_large_stack(512 << 20, runProgram)
        // This thread was never confined.
        Confinement.removeScratch()
        if TerminalSignals.termination != nil { TerminalSignals.terminateNow() }
        // Libraries take their memory away at the end, which work that goes on still uses.
        if LeftBehind.isWorking {
            fflush(nil)
            _exit(status)
        }
        exit(status)
    }
}

private func runProgram() -> Int32 {
    TerminalSignals.install()
    do {
        let words = try CommandLineArguments(
            Array(CommandLine.arguments.dropFirst()), environment: environmentVariable)
        // Before the display, on which only one of several processes speaks.
        words.part?.leaveOtherProcesses()
        let display = Display.standard()
        switch words.action {
        case .show(let text):
            display.show(text)
            return ExitStatus.success
        case .showVersion:
            display.show("dls \(dlsBuild), with GNU readline: GPL-3.0-or-later\n")
            return ExitStatus.success
        case .run(let request):
            let program = Program(display: display) { [part = words.part] in
                SessionFront(display: $0, arguments: $1, part: part)
            }
            return program.run(
                request, arguments: words.arguments, settings: words.settings, confinement: words.confinement,
                trusts: words.trusts)
        case .languageServer: return StandardStreams.serve()
        case .jupyter(let request):
            do {
                if let report = try request.run(confinement: words.confinement) { display.note(report) }
                return ExitStatus.success
            } catch {
                display.show(Failure(wrapping: error).diagnostic)
                return ExitStatus.failure
            }
        }
    } catch {
        Display.standard().showError("dls: \(error.message)\n`\(error.command) --help` lists the options")
        return ExitStatus.usage
    }
}
