import TensorCore

/// The share of each sweep's combinations that this process runs; other processes run the others.
package struct SweepPart: Equatable, Sendable {
    /// From 1.
    package let number: Int
    package let count: Int

    private static let most = 100_000

    /// - Throws: `Failure` unless `number` is from 1 to `count`.
    package init(_ number: Int, of count: Int) throws {
        guard (1...Self.most).contains(count), (1...count).contains(number) else {
            throw Failure("there is no part \(number) of \(count): parts count from 1, and are at most \(Self.most)")
        }
        (self.number, self.count) = (number, count)
    }

    /// `2/3`
    package var text: String { "\(number)/\(count)" }

    /// - Parameter combination: Counted from 0.
    func contains(_ combination: Int) -> Bool { combination % count == number - 1 }

    /// What `--part`, else `DLS_PART`, else a SLURM array says; nil for the whole, which 1/1 is, too.
    ///
    /// - Throws: `Failure` for what is no part, or would be the same part in several processes.
    package static func chosen(_ given: String?, environment: (String) -> String?) throws -> SweepPart? {
        let text = given ?? environment("DLS_PART").flatMap { $0.isEmpty ? nil : $0 }
        let ranks = Launch.current.count
        let part: SweepPart?
        if text == "mpi" {
            part = try SweepPart(Launch.current.rank + 1, of: ranks)
        } else if let text {
            guard ranks == 1 else {
                throw Failure(
                    "all \(ranks) processes of mpirun would run part \(text)", help: "--part mpi gives each its own")
            }
            part = try SweepPart(text)
        } else {
            // Under mpirun, processes train together.
            part = ranks == 1 ? try ofArray(environment) : nil
        }
        return part?.count == 1 ? nil : part
    }

    private init(_ text: String) throws {
        let words = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard words.count == 2, let number = words[0], let count = words[1] else {
            throw Failure("--part takes a number of how many, such as 2/3, or mpi, and got `\(text)`")
        }
        try self.init(number, of: count)
    }

    /// The part that a task of a SLURM array is.
    private static func ofArray(_ environment: (String) -> String?) throws -> SweepPart? {
        func number(_ name: String) -> Int? { environment("SLURM_ARRAY_TASK_\(name)").flatMap { Int($0) } }
        guard let task = number("ID") else { return nil }
        let step = max(number("STEP") ?? 1, 1)
        guard let count = number("COUNT"), let first = number("MIN"), let last = number("MAX"),
            (first...max(first, last)).contains(task), (task - first) % step == 0,
            (last - first) / step + 1 == count
        else {
            throw Failure(
                "the tasks of this SLURM array are not evenly numbered, so that their parts are not known",
                help: "say which part it is, such as --part 2/3; --part 1/1 runs all")
        }
        return try SweepPart((task - first) / step + 1, of: count)
    }

    /// Lets this process train alone, and speak for itself, where mpirun has started others with it.
    package func leaveOtherProcesses() { Launch.leave() }
}
