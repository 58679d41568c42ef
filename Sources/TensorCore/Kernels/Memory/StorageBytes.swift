extension Storage {
    /// Calls `body` with the memory to read, as bounds-checked bytes.
    package func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try body(RawSpan(_unsafeStart: base, byteCount: byteCount))
    }

    /// Calls `body` with the memory to write, as bounds-checked bytes; nobody else may use it meanwhile.
    package func withMutableBytes<Result>(_ body: (inout MutableRawSpan) throws -> Result) rethrows -> Result {
        var span = MutableRawSpan(_unsafeStart: base, byteCount: byteCount)
        return try body(&span)
    }
}
