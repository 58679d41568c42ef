import CSQLite

/// A compiled statement with its values; its rows come one after another.
final class Statement {
    private let handle: OpaquePointer
    private let database: OpaquePointer
    let columnNames: [String]

    /// - Throws: `DatabaseError`, also for several statements or none.
    init(_ sql: String, _ values: [(any DatabaseStorable)?], of database: OpaquePointer) throws {
        var statements: [OpaquePointer] = []
        do {
            try sql.withCString { text in
                var rest: UnsafePointer<CChar>? = text
                while let start = rest, start.pointee != 0 {
                    var compiled: OpaquePointer?
                    let code = sqlite3_prepare_v2(database, start, -1, &compiled, &rest)
                    guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: database) }
                    // White space and comments compile to nothing.
                    if let compiled { statements.append(compiled) }
                }
            }
            guard statements.count == 1 else {
                throw DatabaseError(code: SQLITE_ERROR, message: "one statement is wanted, not \(statements.count)")
            }
        } catch {
            for statement in statements { sqlite3_finalize(statement) }
            throw error
        }
        self.database = database
        let handle = statements[0]
        self.handle = handle
        columnNames = (0..<sqlite3_column_count(handle)).map { column in
            sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
        }
        for (index, value) in values.enumerated() { try bind(value?.stored ?? .null, at: Int32(index + 1)) }
    }

    deinit { sqlite3_finalize(handle) }

    private func bind(_ value: DatabaseValue, at index: Int32) throws {
        let code =
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let number): sqlite3_bind_int64(handle, index, Int64(number))
            case .real(let number): sqlite3_bind_double(handle, index, number)
            case .text(let text): dls_sqlite_bind_text(handle, index, text, Int32(clamping: text.utf8.count))
            case .blob(let byteCount): sqlite3_bind_zeroblob(handle, index, Int32(clamping: byteCount))
            }
        guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: database) }
    }

    /// The next row's values, as many as there are names; nil after the last row.
    func next() throws -> [DatabaseValue]? {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return columnNames.indices.map { value(Int32($0)) }
        case SQLITE_DONE: return nil
        default: throw DatabaseError(code: code, handle: database)
        }
    }

    private func value(_ column: Int32) -> DatabaseValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(handle, column)))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            // In this order: the text may be converted, which changes its size.
            guard let text = sqlite3_column_text(handle, column) else { return .null }
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB: return .blob(byteCount: Int(sqlite3_column_bytes(handle, column)))
        default: return .null
        }
    }
}
