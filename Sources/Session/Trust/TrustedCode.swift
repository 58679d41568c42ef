import CCrypto
import Datasets
import Glibc
import Language
import Runtime
import Synchronization

/// The code of strangers that this process may run: what the user has approved, by its bytes, so that what is changed
/// between the question and the run is asked about again.
package enum TrustedCode {
    private struct State {
        /// That of each file that was approved, by its real path.
        var files: [String: [UInt8]] = [:]
        var approvesAll = false
    }

    private static let state = Mutex(State())

    /// From now on all code of strangers runs unasked, and is remembered: `--trust`.
    package static func approveAll() { state.withLock { $0.approvesAll = true } }

    /// Whether the user has approved the file, with those that it runs, before.
    package static func isApproved(_ requests: ProgramRequests) -> Bool {
        guard let mark = mark(of: requests.code), approvals?.lines.contains(mark) == true else { return false }
        admit(requests)
        return true
    }

    /// Lets the file run, and those that it runs; returns whether that is remembered.
    package static func approve(_ requests: ProgramRequests) -> Bool {
        admit(requests)
        guard let mark = mark(of: requests.code), let approvals else { return false }
        return approvals.add(mark)
    }

    package static func unrememberedNote(_ source: SourceText) -> String {
        "note: it is not remembered that \(source.shownName) is trusted"
    }

    private static func admit(_ requests: ProgramRequests) {
        state.withLock { $0.files.merge(requests.files) { $1 } }
    }

    /// Asks before the code of a stranger's file runs in a session.
    ///
    /// - Throws: `Failure` where it may not, or nobody can be asked.
    static func check(_ source: SourceText, _ sink: any OutputSink) throws {
        // What is confined stays so, whatever it runs.
        guard !FileAccess.hasLimits else { return }
        let approved = state.withLock { $0.files[FileBytes.realPath(source.name)] }
        if let approved, approved == source.bytesWithoutOutputs { return }
        let origin = FileOrigin.reason(source.name, environment: variable)
        guard let reason = origin ?? approved.map({ _ in "it has changed since it was approved" }) else { return }
        let requests = ProgramRequests(source)
        if isApproved(requests) { return }
        let title = "\(source.shownName) counts as a stranger's: \(reason)"
        if !state.withLock({ $0.approvesAll }) {
            let summary =
                requests.lines.isEmpty
                ? "Its text tells of nothing that it asks for, but it could do what you can.\n" : requests.summary
            let answer = try sink.confirm("\(title). \(summary)run it? [y: trust it, N: no] ".withVisibleControls)
            guard ["y", "yes"].contains(answer?.lowercased()) else {
                guard answer == nil else {
                    throw Failure(
                        "\(source.shownName) does not run: it was not trusted", help: ["`help trust` tells more"])
                }
                throw Failure(
                    "\(title), and nobody can be asked whether it may run",
                    help: requests.shownLines + [
                        "at a prompt dls asks; `dls --trust ...` runs it unasked; `help trust` tells more"
                    ])
            }
        }
        if !approve(requests) { try sink.emit(.note(unrememberedNote(source))) }
    }

    private static var approvals: StateFile? {
        StateFolder.path(environment: variable).map { StateFile(path: $0 + "/trusted") }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// What no other code has, in hexadecimal digits; nil where libcrypto is missing.
    private static func mark(of code: [UInt8]) -> String? {
        guard dls_crypto_load() != 0 else { return nil }
        let key = Array("dls trust".utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        guard dls_hmac_sha256(key, Int32(key.count), code, code.count, &digest) != 0 else { return nil }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
