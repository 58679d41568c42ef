import CSQLite
import TensorCore

/// A connection to an SQLite file. Threads may share it: SQLite's mutex of the connection makes each call atomic, and a
/// transaction holds it from beginning to end.
final class Database: @unchecked Sendable {
    private let handle: OpaquePointer

    enum Mode {
        case readOnly, readWrite
        /// Reads a file that nobody changes, without the files that SQLite keeps beside.
        case immutable
    }

    /// - Parameters:
    ///   - mode: With `.readWrite`, a missing file is created.
    ///   - busySeconds: How long a statement waits for another connection's lock.
    init(path: String, mode: Mode, busySeconds: Double) throws {
        let flags =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        let path = mode == .immutable ? Self.immutableAddress(path) : path
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_FULLMUTEX, nil)
        // There is a handle even where opening failed, unless memory ran out.
        guard let opened else { throw DatabaseError(code: code, message: "out of memory") }
        handle = opened
        try check(code)
        try wait(seconds: busySeconds)
        try check(dls_sqlite_refuse_quoted_strings(handle))
        try execute("PRAGMA foreign_keys = ON")
    }

    deinit { sqlite3_close_v2(handle) }

    /// What SQLite calls a file that nobody changes.
    ///
    /// - Source: sqlite.org/uri.html
    private static func immutableAddress(_ path: String) -> String {
        let isPlain = { (byte: UInt8) in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte & 0xdf
        }
        let escaped = path.utf8.map { byte in
            isPlain(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return (path.utf8.first == UInt8(ascii: "/") ? "file://" : "file:") + escaped.joined() + "?immutable=1"
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: handle) }
    }

    /// Sets how long a statement waits for another connection's lock.
    func wait(seconds: Double) throws {
        try check(sqlite3_busy_timeout(handle, Int32(seconds * 1000)))
    }

    /// Lets Ctrl-C end a statement that is running. No function makes so long a text that it would not be heard.
    func stopAtInterrupt() {
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 25)
        sqlite3_progress_handler(handle, 10_000, { _ in Interrupt.isRequested ? 1 : 0 }, nil)
    }

    // MARK: Transactions

    /// Runs `body` on one state of the file.
    func read<T>(_ body: (Database) throws -> T) throws -> T { try transaction("BEGIN DEFERRED", body) }

    /// Runs `body` while no other connection writes; an error undoes its changes.
    func write<T>(_ body: (Database) throws -> T) throws -> T { try transaction("BEGIN IMMEDIATE", body) }

    private func transaction<T>(_ begin: String, _ body: (Database) throws -> T) throws -> T {
        let turn = sqlite3_db_mutex(handle)
        sqlite3_mutex_enter(turn)
        defer { sqlite3_mutex_leave(turn) }
        try execute(begin)
        do {
            let result = try body(self)
            try execute("COMMIT")
            return result
        } catch {
            // Some errors, such as a full disk, have ended the transaction already.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    // MARK: Statements

    /// Runs statements without values.
    func execute(_ script: String) throws {
        try check(sqlite3_exec(handle, script, nil, nil, nil))
    }

    func execute(_ sql: String, _ values: [(any DatabaseStorable)?]) throws {
        let statement = try statement(sql, values)
        while try statement.next() != nil {}
    }

    /// The rows that a query answers.
    func rows(_ sql: String, _ values: [(any DatabaseStorable)?] = []) throws -> [DatabaseRow] {
        let statement = try statement(sql, values)
        let columns = statement.columnNames
        var rows: [DatabaseRow] = []
        while let values = try statement.next() { rows.append(DatabaseRow(columns: columns, values: values)) }
        return rows
    }

    /// The first value of the first row; nil where there is none, or one of another type.
    func first<T: DatabaseStorable>(_ sql: String, _ values: [(any DatabaseStorable)?] = []) throws -> T? {
        guard let value = try statement(sql, values).next()?.first else { return nil }
        return T(stored: value)
    }

    func statement(_ sql: String, _ values: [(any DatabaseStorable)?] = []) throws -> Statement {
        try Statement(sql, values, of: handle)
    }

    var changeCount: Int { Int(sqlite3_changes(handle)) }
    var lastInsertedID: Int { Int(sqlite3_last_insert_rowid(handle)) }
}

/// What SQLite refuses.
struct DatabaseError: Error {
    /// A primary code of SQLite, such as `SQLITE_BUSY`.
    let code: Int32
    let message: String

    init(code: Int32, message: String) {
        self.code = code & 0xff
        self.message = message
    }

    init(code: Int32, handle: OpaquePointer) {
        self.init(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
