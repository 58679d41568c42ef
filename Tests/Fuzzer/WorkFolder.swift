import Foundation
import Runtime

/// The folder that inputs are written to, and programs write to, gone with its owner.
final class WorkFolder {
    let path: String
    /// What programs may write to.
    static let output = "out"

    /// That of this process; in memory, where the system has such a folder.
    private static var ownPath: String {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        return "\(parent)/dls-fuzz-\(getpid())"
    }

    init() throws {
        path = Self.ownPath
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

    /// Removes what this process has left, from a thread that is not confined.
    static func removeOwn() {
        try? FileManager.default.removeItem(atPath: ownPath)
        Confinement.removeScratch()
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
