import Training

/// What a store knows of a training before its first step.
package struct RunBeginning {
    /// Seconds since 1970.
    package var started: Double
    package var model: String
    /// The text that defines the model, where there is one.
    package var modelSource: String?
    package var parameterCount: Int
    package var data: String
    package var dataFingerprint: String
    package var exampleCount: Int
    /// What `train` was told, by the names of its arguments; and what follows from that.
    package var settings: Record
    /// The `param`s of the script.
    package var parameters: Record
    /// The values of the names that a sweep goes through.
    package var sweep: Record
    package var seed: UInt64
    package var threads: Int
    package var version: String
    package var host: String
    package var process: Int
    /// The run that this one goes on from.
    package var resumed: Int?
    /// The part of the sweeps that its process runs, such as `2/3`; nil: all.
    package var part: String?
    /// Grows where a sweep of the script begins and where it ends: odd inside one.
    package var stage: Int
    /// The number of the run of that sweep, from 0.
    package var sweepRun: Int?

    package init(
        started: Double, model: String, modelSource: String?, parameterCount: Int, data: String,
        dataFingerprint: String, exampleCount: Int, settings: Record, parameters: Record = Record(),
        sweep: Record = Record(), seed: UInt64, threads: Int, version: String, host: String, process: Int,
        resumed: Int? = nil, part: String? = nil, stage: Int = 0, sweepRun: Int? = nil
    ) {
        self.started = started
        self.model = model
        self.modelSource = modelSource
        self.parameterCount = parameterCount
        self.data = data
        self.dataFingerprint = dataFingerprint
        self.exampleCount = exampleCount
        self.settings = settings
        self.parameters = parameters
        self.sweep = sweep
        self.seed = seed
        self.threads = threads
        self.version = version
        self.host = host
        self.process = process
        self.resumed = resumed
        self.part = part
        self.stage = stage
        self.sweepRun = sweepRun
    }
}

/// A training as the store has it.
package struct KeptRun {
    package var id: Int
    package var beginning: RunBeginning
    package var history: [EpochFigures]
    /// `running` while it does; `killed` where its process is gone without a word.
    package var ending: String
    package var seconds: Double
    package var note: String?

    package init(
        id: Int, beginning: RunBeginning, history: [EpochFigures], ending: String, seconds: Double, note: String?
    ) {
        self.id = id
        self.beginning = beginning
        self.history = history
        self.ending = ending
        self.seconds = seconds
        self.note = note
    }
}

/// What a merge of stores has found.
package struct RunMerge: Equatable {
    package var files = 0
    /// How many runs and rows of sweeps came in.
    package var runs = 0
    package var rows = 0
    /// How many runs have got further since an earlier merge.
    package var updatedRuns = 0

    package init(files: Int = 0, runs: Int = 0, rows: Int = 0, updatedRuns: Int = 0) {
        (self.files, self.runs, self.rows, self.updatedRuns) = (files, runs, rows, updatedRuns)
    }
}

/// Keeps trainings. May be called from several threads.
///
/// What a training tells is written or, where that cannot be, not: `takeProblem` says why, and training goes on.
package protocol RunKeeping: AnyObject {
    /// Where the runs are, for messages.
    var place: String { get }

    /// Why runs are not kept, or not yet, once; nil from then on.
    func takeProblem() -> String?

    /// Writes down that a training starts; gives its number, or nil where that cannot be done now.
    ///
    /// - Parameter patiently: Whether to wait where another program has the store, for nothing comes later.
    func begin(_ run: RunBeginning, patiently: Bool) -> Int?
    /// Writes down some epochs, all or none; false where that cannot be done now.
    func add(_ figures: [EpochFigures], to run: Int, patiently: Bool) -> Bool
    func end(_ run: Int, ending: String, seconds: Double)

    /// All runs or one, oldest first. Throws `Failure`.
    func runs(only id: Int?) throws -> [KeptRun]
    /// Throws `Failure`, also where there is no such run.
    func setNote(_ text: String, of run: Int) throws
    /// Takes a run out; nil: all of them.
    func forget(_ run: Int?) throws
    /// The rows that a query gives, which may only read.
    func query(_ sql: String) throws -> TableObject

    /// The rows of a sweep that were finished in an earlier session, by their keys; none where they cannot be read.
    func sweepRows(_ keys: [String]) -> [String: String]
    func keepSweepRow(_ row: String, key: String)
    func forgetSweepRows(_ keys: [String])

    /// Takes in what other stores have, all or nothing. Throws `Failure`.
    ///
    /// - Parameter patterns: Paths of stores, also with `*`.
    func merge(_ patterns: [String]) throws -> RunMerge
}
