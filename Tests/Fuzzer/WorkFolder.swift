import Foundation
import Runtime

/// The folder that inputs are written to, and programs write to, gone with its owner.
final class WorkFolder {
    let path: String
    /// What programs may write to.
    static let output = "out"

    /// In memory, where the system has such a folder.
    init() throws {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(parent)/dls-fuzz-\(getpid())"
        try FileManager.default.createDirectory(atPath: path + "/" + Self.output, withIntermediateDirectories: true)
    }

    /// The folder that the process has been started in.
    init(existing: String) { path = existing }

    /// Makes it the current one.
    ///
    /// - Parameter confined: Whether this process touches nothing else from now on.
    func enter(confined: Bool) throws {
        guard chdir(path) == 0 else { throw FuzzError("\(path): \(String(cString: strerror(errno)))") }
        guard confined else { return }
        var confinement = Confinement()
        confinement.output = Self.output
        _ = try confinement.enter(besides: nil) { limit, _ in find(limit.message) }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
