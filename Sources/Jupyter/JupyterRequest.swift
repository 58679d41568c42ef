import Glibc
import Runtime
import Session

/// What the command line asks of this layer.
package enum JupyterRequest: Equatable {
    case serve(connectionFile: String)
    /// Over standard input and output.
    case serveLines
    /// - prefix: Nil for this user's own folder.
    case install(prefix: String?)

    /// Does it; a kernel runs until its client or a signal ends it. Returns what there is to tell.
    ///
    /// - Parameter confinement: What `--safe` leaves to the cells of a kernel; nil: everything.
    /// - Throws: `Failure` that says what is missing.
    package func run(confinement: Confinement?) throws -> String? {
        switch self {
        case .install(let prefix):
            let folder = try KernelSpec(executable: FileBytes.realPath("/proc/self/exe"))
                .install(prefix: prefix, environment: environmentVariable)
            return "installed the kernel in \(folder)"
        case .serve, .serveLines:
            let server = try server()
            // The system refuses new sockets to what is confined: those of the kernel are open by now.
            if let confinement {
                let mailbox = server.mailbox
                let notice = try confinement.enter(besides: nil) { limit, isLastCall in
                    if isLastCall { _exit(128 + SIGXCPU) }
                    tellLog(limit.message)
                    mailbox.stop(because: limit.message)
                }
                if let notice { tellLog(notice) }
            }
            let session = KernelSession(
                outlet: server.mailbox, runsPath: Session.defaultRunsPath(environment: environmentVariable),
                figureWriter: { try Gnuplot.draw($0, as: .svg) })
            try server.start()
            while !session.hasEnded, let request = server.mailbox.next() { session.handle(request) }
            server.finish()
            return nil
        }
    }
}

extension JupyterRequest {
    private func server() throws -> any MessageServer {
        guard case .serve(let path) = self else { return try LineServer() }
        let parent = ParentProcess(environment: environmentVariable("JPY_PARENT_PID"))
        return try KernelServer(try ConnectionFile(path: path), parent: parent)
    }
}

/// Clients keep what their kernels say on standard error.
private func tellLog(_ text: String) {
    let line = "dls: \(text)\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
}

private func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
