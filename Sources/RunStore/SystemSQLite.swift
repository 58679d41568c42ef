import GRDB
import GRDBSQLite
import TensorCore

/// Lets Ctrl-C end a query that is under way.
func stopAtInterrupt(_ db: Database) {
    sqlite3_progress_handler(db.sqliteConnection, 10_000, { _ in Interrupt.isRequested ? 1 : 0 }, nil)
}
