import Glibc

/// The inputs of all sessions, kept in a file: one JSON object a line, such as
/// `{"time":1700000000,"code":"x = 1\nx + 1"}`.
///
/// An input of many lines is one entry. Several sessions may write at once.
package final class HistoryFile {
    package let path: String
    /// How many of the newest inputs are kept.
    package let capacity: Int
    /// Why nothing can be kept, to be said once.
    package private(set) var problem: String?

    /// Longer inputs are not kept: they were pasted, and are in a file somewhere.
    static let longestEntry = 100_000

    package init(path: String, capacity: Int = 5000) {
        self.path = path
        self.capacity = capacity
    }

    /// Where the history is: `DLS_HISTORY`, or `dls/history` in the user's folder for state. Nil if `DLS_HISTORY` is
    /// empty, which turns the history off, or if the user has no folder.
    package static func defaultPath(environment: (String) -> String?) -> String? {
        if let path = environment("DLS_HISTORY") { return path.isEmpty ? nil : path }
        if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dls/history" }
        guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
        return home + "/.local/state/dls/history"
    }

    /// The newest inputs, oldest first. What is not an entry is passed over.
    package func load() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno != ENOENT { report("read") }
            return []
        }
        defer { close(descriptor) }
        guard let bytes = contents(of: descriptor) else {
            report("read")
            return []
        }
        return Array(Self.entries(in: bytes).suffix(capacity))
    }

    /// Adds an input, with one write, so that entries of several sessions do not mix.
    package func append(_ code: String, time: Int = Glibc.time(nil)) {
        guard problem == nil, code.utf8.count <= Self.longestEntry else { return }
        makeFolder()
        let line = Array("{\"time\":\(time),\"code\":\(JSONText.quoted(code))}\n".utf8)
        guard let descriptor = openLocked(O_WRONLY | O_APPEND | O_CREAT) else { return report("write") }
        defer { close(descriptor) }
        if write(descriptor, line, line.count) != line.count { report("write") }
    }

    /// Forgets the oldest inputs when there are twice as many as are kept: writes the others to a file beside it,
    /// which then takes its place.
    package func compact() {
        guard problem == nil, let descriptor = openLocked(O_RDONLY) else { return }
        defer { close(descriptor) }
        guard let bytes = contents(of: descriptor) else { return }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.count > 2 * capacity else { return }
        var kept: [UInt8] = []
        for line in lines.suffix(capacity) { kept += line + [UInt8(ascii: "\n")] }
        let temporary = path + ".\(getpid())"
        let target = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { return }
        let isWritten = write(target, kept, kept.count) == kept.count && fsync(target) == 0
        close(target)
        if !isWritten || rename(temporary, path) != 0 { unlink(temporary) }
    }

    private func report(_ action: String) {
        problem = "the history is not kept: cannot \(action) \(path): \(String(cString: strerror(errno)))"
    }

    private func makeFolder() {
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part + "/"
            mkdir(folder, 0o700)
        }
    }

    /// The file, locked, and not one that another session's compaction has just replaced.
    private func openLocked(_ flags: Int32) -> Int32? {
        for _ in 0..<10 {
            let descriptor = open(path, flags | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            flock(descriptor, LOCK_EX)
            var opened = stat()
            var current = stat()
            if fstat(descriptor, &opened) == 0, stat(path, &current) == 0, opened.st_ino == current.st_ino {
                return descriptor
            }
            close(descriptor)
        }
        return nil
    }

    private func contents(of descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes += buffer.prefix(count)
            } else if errno != EINTR {
                return nil
            }
        }
    }

    static func entries(in bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            JSONText.string(named: "code", in: Array(line))
        }
    }
}

/// The little of JSON that the history needs.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// The string under a name of an object of strings and numbers; nil if the object is broken or has none.
    static func string(named name: String, in bytes: [UInt8]) -> String? {
        var reader = Reader(bytes: bytes)
        guard reader.take("{") else { return nil }
        var found: String?
        repeat {
            guard let key = reader.takeString(), reader.take(":") else { return nil }
            if reader.next == UInt8(ascii: "\"") {
                guard let value = reader.takeString() else { return nil }
                if key == name { found = value }
            } else {
                reader.skipWord()
            }
        } while reader.take(",")
        return reader.take("}") ? found : nil
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func skipSpace() {
            while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || next == UInt8(ascii: "\r") {
                position += 1
            }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard next == UInt8(ascii: character) else { return false }
            position += 1
            skipSpace()
            return true
        }

        /// Over a number or one of the words of JSON.
        mutating func skipWord() {
            while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") { position += 1 }
        }

        mutating func takeString() -> String? {
            guard next == UInt8(ascii: "\"") else { return nil }
            position += 1
            var units: [UInt8] = []
            while let byte = next {
                position += 1
                if byte == UInt8(ascii: "\"") {
                    skipSpace()
                    return String(validating: units, as: UTF8.self)
                }
                guard byte == UInt8(ascii: "\\") else {
                    units.append(byte)
                    continue
                }
                guard let escaped = takeEscaped() else { return nil }
                units += Array(String(escaped).utf8)
            }
            return nil
        }

        private mutating func takeEscaped() -> Character? {
            guard let byte = next else { return nil }
            position += 1
            switch Character(Unicode.Scalar(byte)) {
            case "n": return "\n"
            case "r": return "\r"
            case "t": return "\t"
            case "b": return "\u{8}"
            case "f": return "\u{c}"
            case "\"": return "\""
            case "\\": return "\\"
            case "/": return "/"
            case "u": return takeUnicode()
            default: return nil
            }
        }

        /// Four digits, or two times four where they are the halves of one scalar.
        private mutating func takeUnicode() -> Character? {
            guard let first = takeHexadecimal() else { return nil }
            if let scalar = Unicode.Scalar(first) { return Character(scalar) }
            guard (0xd800..<0xdc00).contains(first), next == UInt8(ascii: "\\") else { return nil }
            position += 1
            guard next == UInt8(ascii: "u") else { return nil }
            position += 1
            guard let second = takeHexadecimal(), (0xdc00..<0xe000).contains(second) else { return nil }
            return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)).map { Character($0) }
        }

        private mutating func takeHexadecimal() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            guard !digits.hasPrefix("+"), !digits.hasPrefix("-") else { return nil }
            position += 4
            return UInt32(digits, radix: 16)
        }
    }
}
