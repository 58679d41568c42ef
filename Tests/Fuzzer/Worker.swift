import Foundation

/// Runs one input after another in this process; the number of the one under way stands in the file `status`.
struct Worker {
    private let target: FuzzTarget
    private let mutator: Mutator
    private let seconds: Double
    /// What inputs leave in memory adds up: a new process goes on after so many.
    private static let mostInputs: UInt64 = 100_000

    init(_ target: FuzzTarget, seconds: Double, seed: UInt64) throws {
        self.target = target
        self.seconds = seconds
        mutator = try target.mutator(seed: seed)
    }

    func run(from first: UInt64) throws -> Int32 {
        let status = open(Campaign.statusName, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard status >= 0 else { throw FuzzError("the status cannot be written") }
        try WorkFolder(existing: FileManager.default.currentDirectoryPath).enter(confined: target.isCode)
        let watch = try Watch(isCode: target.isCode)
        let start = ContinuousClock.now
        var index = first
        while ContinuousClock.now - start < .seconds(seconds), index - first < Self.mostInputs {
            var number = index
            guard pwrite(status, &number, 8, 0) == 8 else { throw FuzzError("the status cannot be written") }
            let bytes = mutator.input(index)
            watch.run { target.run(bytes) }
            index += 1
        }
        var number = index
        pwrite(status, &number, 8, 0)
        return 0
    }
}
