import CCrypto
import CSystem
import Datasets
import Glibc
import Language
import Runtime
import Session
import TensorCore

/// Why a file counts as a stranger's.
enum FileOrigin {
    /// What tells that a file came from somebody else; nil where nothing does.
    static func reason(_ path: String, environment: (String) -> String?) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let user = geteuid()
        // To root all files belong to others, and what no user of this machine owns has the last number.
        if user != 0, ![0, user, 65534].contains(status.st_uid) {
            let name = getpwuid(status.st_uid).flatMap { String(validatingCString: $0.pointee.pw_name) }
            return "it belongs to \(name ?? "user \(status.st_uid)")"
        }
        if dls_has_attribute(path, "user.xdg.origin.url") == 1 || stat(path + ":Zone.Identifier", &status) == 0 {
            return "it was downloaded"
        }
        if let folder = downloads(environment), FileAccess.isBeneath(FileBytes.realPath(path), folder) {
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

/// A small file of the user's own settings or state.
private struct StateFile {
    let path: String

    var lines: [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        guard let bytes = readAll(descriptor) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    /// Adds a line, by one write; returns whether it is kept.
    func add(_ line: String) -> Bool {
        Folder.make(Folder.parent(of: path), permissions: 0o700)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }
}

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
        guard let reason = FileOrigin.reason(source.name, environment: environmentVariable) else { return .run }
        let requests = ProgramRequests(source)
        let mark = Self.mark(of: requests.code)
        let approved = Self.folder.map { StateFile(path: $0 + "/trusted") }
        if let mark, approved?.lines.contains(mark) == true { return .run }
        func approve() -> Answer {
            if mark.flatMap({ approved?.add($0) }) != true {
                display.note("note: it is not remembered that \(source.name) is trusted")
            }
            return .run
        }
        if approves { return approve() }
        guard !requests.lines.isEmpty else {
            confine(to: requests.home, records: records)
            return .run
        }
        let shown = requests.lines.prefix(Self.mostLines).map { "  \($0)\n" }.joined()
        let more = requests.lines.count - Self.mostLines
        display.showError(
            "\(source.name) counts as a stranger's: \(reason). It asks for more than to read its own folder:\n"
                + shown + (more > 0 ? "  and \(more) more\n" : "")
                + "`--trust` runs it, and from then on without a question until its code changes; `--safe` runs it and gives "
                + "it none of this; `dls help trust` tells more")
        guard display.capabilities.isInputTerminal, display.capabilities.isErrorTerminal else { return .refuse }
        display.askOnError("run it? [y: trust it, s: run it with --safe, N: no] ")
        switch readLine(STDIN_FILENO)?.lowercased() {
        case "y", "yes": return approve()
        case "s", "safe": return .safe
        default: return .refuse
        }
    }

    private static let mostLines = 20

    /// What no other code has, in hexadecimal digits; nil where libcrypto is missing.
    private static func mark(of code: [UInt8]) -> String? {
        guard dls_crypto_load() != 0 else { return nil }
        let key = Array("dls trust".utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        guard dls_hmac_sha256(key, Int32(key.count), code, code.count, &digest) != 0 else { return nil }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static var folder: String? { StateFolder.path(environment: environmentVariable) }

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
