import Glibc

/// What the system says about its memory.
enum Memory {
    /// Bytes that can be used without swapping, or `nil` where the system does not say.
    static func availableByteCount() -> Int? {
        guard let kilobytes = field("MemAvailable:") else { return pageBytes(Int32(_SC_AVPHYS_PAGES)) }
        return kilobytes << 10
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
        let file = open("/proc/meminfo", O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let length = read(file, &bytes, bytes.count)
        guard length > 0 else { return nil }
        for line in bytes[..<length].split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
            let digits = line.filter { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}
