import CSystem
import Datasets
import Glibc
import Runtime

/// Why a file counts as a stranger's.
package enum FileOrigin {
    /// What tells that a file came from somebody else; nil where nothing does.
    package static func reason(_ path: String, environment: (String) -> String?) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let user = geteuid()
        // To root all files belong to others, and what no user of this machine owns has the last number.
        if user != 0, ![0, user, 65534].contains(status.st_uid) {
            let name = getpwuid(status.st_uid).flatMap { String(validatingCString: $0.pointee.pw_name) }
            return "it belongs to \(name ?? "user \(status.st_uid)")"
        }
        let place = FileBytes.realPath(path)
        if dls_has_attribute(place, "user.xdg.origin.url") == 1
            || [path, place].contains(where: { stat($0 + ":Zone.Identifier", &status) == 0 })
        {
            return "it was downloaded"
        }
        if let folder = downloads(environment), FileAccess.isBeneath(place, folder) {
            return "it lies in \(folder)"
        }
        return nil
    }

    /// The folder that browsers write to.
    ///
    /// - Source: https://www.freedesktop.org/wiki/Software/xdg-user-dirs
    private static func downloads(_ environment: (String) -> String?) -> String? {
        guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
        let folder = environment("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.config"
        let key = "XDG_DOWNLOAD_DIR="
        let line = StateFile(path: folder + "/user-dirs.dirs").lines.last { $0.hasPrefix(key) }
        let named = line.map { $0.dropFirst(key.count).filter { $0 != "\"" }.replacing("$HOME", with: home) }
        let place = FileBytes.realPath(named ?? home + "/Downloads")
        // Who wants none of these folders has the home folder there.
        return FileAccess.isBeneath(FileBytes.realPath(home), place) ? nil : place
    }
}
