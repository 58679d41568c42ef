import Glibc
import Synchronization

/// What the system says about its memory.
package enum Memory {
    private static let limit = Atomic<Int>(Int.max)
    static let requested = Atomic<Int>(0)

    /// How many bytes tensors have asked the system for since the process began: memory that was given back and is used
    /// again counts once.
    package static var requestedByteCount: Int { requested.load(ordering: .relaxed) }

    /// Leaves so many bytes to this process.
    package static func limit(to byteCount: Int) { limit.store(byteCount, ordering: .relaxed) }

    /// Bytes that can be used without swapping, or `nil` where the system does not say.
    static func availableByteCount() -> Int? {
        let limit = limit.load(ordering: .relaxed)
        let left = limit == .max ? limit : max(limit - (usedByteCount ?? 0), 0)
        guard let kilobytes = field("MemAvailable:") else {
            return pageBytes(Int32(_SC_AVPHYS_PAGES)).map { min($0, left) }
        }
        return min(kilobytes << 10, left)
    }

    /// The memory that this process holds, or `nil` where the system does not say.
    package static var usedByteCount: Int? { pages(1) }

    /// The addresses that this process has taken, or `nil` where the system does not say.
    package static var addressByteCount: Int? { pages(0) }

    /// A column of `/proc/self/statm`, in bytes.
    private static func pages(_ column: Int) -> Int? {
        guard let words = contents("/proc/self/statm")?.split(separator: UInt8(ascii: " ")), words.count > column else {
            return nil
        }
        return Int(String(decoding: words[column], as: UTF8.self)).map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }

    private static func contents(_ path: String) -> ArraySlice<UInt8>? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let length = read(file, &bytes, bytes.count)
        return length > 0 ? bytes[..<length] : nil
    }

    /// All that the machine has, or `nil` where the system does not say.
    static var physicalByteCount: Int? { pageBytes(Int32(_SC_PHYS_PAGES)) }

    private static func pageBytes(_ name: Int32) -> Int? {
        let pages = sysconf(name)
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        return pages > 0 && pageSize > 0 ? pages * pageSize : nil
    }

    /// The number after a field's name in `/proc/meminfo`.
    private static func field(_ name: String) -> Int? {
        guard let bytes = contents("/proc/meminfo") else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
            let digits = line.filter { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}
