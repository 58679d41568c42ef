import Runtime

/// The tables of the store and their version.
enum Schema {
    /// Grows when the tables change; a store of a greater one is left alone.
    static let version = 1
    /// `dlsr`, which marks an SQLite file as one of runs.
    private static let application = 0x646c_7372

    /// Refuses files that are not ours, or of a dls to come.
    static func check(_ db: Database, place: String) throws {
        let application: Int = try db.first("PRAGMA application_id") ?? 0
        let version: Int = try db.first("PRAGMA user_version") ?? 0
        let tables: Int = try db.first("SELECT count(*) FROM sqlite_master") ?? 0
        let elsewhere = "let the environment's DLS_RUNS name another file, or be empty to keep none"
        guard application == Schema.application || (application == 0 && tables == 0) else {
            throw Failure("\(place) is a database of another program, and is left as it is", help: elsewhere)
        }
        // They would run at what is read and kept, and need not end.
        let code: Int = try db.first("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')") ?? 0
        guard code == 0 else {
            throw Failure(
                "\(place) has views or triggers, which dls does not make, and is left as it is", help: elsewhere)
        }
        guard version <= Schema.version else {
            throw Failure(
                "the runs in \(place) were kept by a newer dls (format \(version); this one knows \(Schema.version))",
                help: ["use the newer dls", elsewhere])
        }
    }

    /// A column of `runs`, and what may stand in it.
    struct Column {
        enum Kind { case integer, real, text }

        let name: String
        let kind: Kind
        var isOptional = false

        func takes(_ value: DatabaseValue) -> Bool {
            switch (kind, value) {
            case (_, .null): isOptional
            case (.integer, .integer), (.real, .real), (.real, .integer), (.text, .text): true
            default: false
            }
        }
    }

    /// All but the number.
    static let runColumns =
        [Column(name: "started", kind: .real)]
        + ["model", "data", "fingerprint", "settings", "params", "sweep", "version", "host"]
        .map { Column(name: $0, kind: .text) }
        + ["parameters", "examples", "seed", "threads", "process"].map { Column(name: $0, kind: .integer) }
        + ["ended", "seconds"].map { Column(name: $0, kind: .real, isOptional: true) }
        + ["model_source", "ending", "note", "part", "origin"].map { Column(name: $0, kind: .text, isOptional: true) }
        + ["resumed", "stage", "sweep_run"].map { Column(name: $0, kind: .integer, isOptional: true) }

    static let historyColumns = [
        "run", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate", "lr", "seconds",
    ]

    /// Lets queries of a connection see the columns of the `runs` table that settings and the last epoch make up.
    static func showSettings(_ db: Database) throws {
        let settings = ["optimizer", "lr", "batch"].map { "json_extract(settings, '$.\($0)') AS \($0)" }
        let last = ["loss", "accuracy", "val_loss", "val_accuracy", "val_error_rate"].map {
            "(SELECT \($0) FROM main.history WHERE run = id ORDER BY epoch DESC LIMIT 1) AS \($0)"
        }
        let columns = (settings + last + ["(SELECT count(*) FROM main.history WHERE run = id) AS epochs"])
            .joined(separator: ", ")
        try db.execute("CREATE TEMP VIEW runs AS SELECT *, \(columns) FROM main.runs")
    }

    /// Makes the tables, and the columns that came after the first dls, where they are missing.
    static func create(_ db: Database) throws {
        try createTables(db)
        let known = try db.rows("SELECT name FROM pragma_table_info('runs')").compactMap { $0["name"] as String? }
        // Older dls leave them empty. The origin: which run it is in the store that it was merged from.
        for column in ["part TEXT", "stage INTEGER", "sweep_run INTEGER", "origin TEXT"]
        where !known.contains(String(column.prefix { $0 != " " })) {
            try db.execute("ALTER TABLE runs ADD COLUMN \(column)")
        }
    }

    private static func createTables(_ db: Database) throws {
        guard try db.first("PRAGMA user_version") == 0 else { return }
        try db.execute(
            """
            CREATE TABLE runs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                started REAL NOT NULL, ended REAL, model TEXT NOT NULL, model_source TEXT,
                parameters INTEGER NOT NULL, data TEXT NOT NULL, fingerprint TEXT NOT NULL,
                examples INTEGER NOT NULL, settings TEXT NOT NULL, params TEXT NOT NULL, sweep TEXT NOT NULL,
                seed INTEGER NOT NULL, threads INTEGER NOT NULL, version TEXT NOT NULL, host TEXT NOT NULL,
                process INTEGER NOT NULL, resumed INTEGER, ending TEXT, seconds REAL, note TEXT);
            CREATE TABLE history (
                run INTEGER NOT NULL REFERENCES runs (id), epoch INTEGER NOT NULL, loss REAL, accuracy REAL,
                val_loss REAL, val_accuracy REAL, val_error_rate REAL, lr REAL, seconds REAL,
                PRIMARY KEY (run, epoch)) WITHOUT ROWID;
            CREATE TABLE sweeps (key TEXT PRIMARY KEY, row TEXT NOT NULL, kept REAL NOT NULL) WITHOUT ROWID;
            PRAGMA application_id = \(application);
            PRAGMA user_version = \(version);
            """)
    }
}
