// SQLite for Swift: its variadic functions and the macros with casts stay on this side.
#pragma once
#include <sqlite3.h>

/// Binds a copy of a text.
static inline int dls_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int byte_count) {
    return sqlite3_bind_text(statement, index, text, byte_count, SQLITE_TRANSIENT);
}

/// Makes `"x"` a name and nothing else. SQLite's default reads it as a string where no column has that name, so a
/// misspelt column would be a constant.
static inline int dls_sqlite_refuse_quoted_strings(sqlite3 *database) {
    int code = sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    return code != SQLITE_OK ? code : sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}
