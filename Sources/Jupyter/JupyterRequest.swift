import Glibc
import Runtime
import Session

/// What the command line asks of this layer.
package enum JupyterRequest: Equatable {
    case serve(connectionFile: String)
    /// - prefix: Nil for this user's own folder.
    case install(prefix: String?)

    /// Does it; a kernel runs until its client or a signal ends it. Returns what there is to tell.
    ///
    /// - Throws: `Failure` that says what is missing.
    package func run() throws -> String? {
        switch self {
        case .install(let prefix):
            let folder = try KernelSpec(program: FileBytes.realPath("/proc/self/exe"))
                .install(prefix: prefix, environment: environmentVariable)
            return "installed the kernel in \(folder)"
        case .serve(let path):
            let parent = ParentProcess(environment: environmentVariable("JPY_PARENT_PID"))
            let server = try KernelServer(try ConnectionFile(path: path), parent: parent)
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

private func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
