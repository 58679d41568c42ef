import Foundation
import Testing

/// A sweep that several processes share.
@Suite struct SweepPartTests {
    private static let program = """
        seed 3
        data = dataset(rand([40, 4]), [i % 2 for i in range(40)])
        model small() { linear 8; relu; linear 2 }
        base = train small() data epochs=1 lr=0.1
        results = sweep rate in [0.1, 0.01, 0.001], size in [4, 8] seeds=2 workers=1 {
          run = train small() data epochs=2 lr=rate batch=size
          if exists("hold") and rate == 0.001 {
            save "x" "here"
            while true {}
          }
          assert rate != 0.001 or size != 8
          {loss=run.history.loss[-1], rate=rate}
        }
        print base.history.loss
        print results
        """

    private let folder: ProgramFolder

    init() throws {
        folder = try ProgramFolder()
        try folder.write(Self.program, to: "sweep.dls")
    }

    private func dls(
        _ arguments: String..., store: String = ".dls/runs.sqlite", environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, error: String) {
        try folder.dls(arguments, environment: environment.merging(["DLS_RUNS": store, "COLUMNS": "200"]) { $1 })
    }

    private func kept(_ store: String) throws -> String {
        let query = "select id, model, sweep, lr, batch, loss, epochs, ending, seed, stage, sweep_run from runs"
        return try dls("-e", "print(sql(\"\(query)\"))", store: store).output
    }

    @Test func threePartsOneOfThemKilledGiveTheTableOfOneProcess() throws {
        let whole = try dls("sweep.dls", store: "whole.sqlite")
        #expect(whole.status == 0, "\(whole.error)")
        let first = try dls("run", "sweep.dls", "--part", "1/3")
        #expect(first.status == 0 && first.error.contains("part 1/3 of the sweep: 2 of 6 combinations"))

        try folder.write("", to: "hold")
        let (process, _, _) = try folder.start(
            ["run", "--part=2/3", "sweep.dls"], environment: ["DLS_RUNS": ".dls/runs.sqlite"])
        let end = Date.now + 60
        while !folder.paths.contains("here"), Date.now < end { usleep(20_000) }
        #expect(folder.paths.contains("here"))
        // What was finished is kept while the next run begins.
        usleep(500_000)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try FileManager.default.removeItem(at: folder.url.appending(path: "hold"))

        let second = try dls("sweep.dls", environment: ["DLS_PART": "2/3"])
        #expect(second.status == 0 && second.error.contains("2 of 4 runs were finished before"), "\(second.error)")
        // As the third task of an array from 4 by 2.
        let task = [
            "SLURM_ARRAY_TASK_ID": "8", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_MAX": "8",
            "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "3",
        ]
        #expect(try dls("sweep.dls", environment: task).status == 0)
        #expect(folder.paths.contains(".dls/runs-part-3-of-3.sqlite"))
        #expect(!folder.paths.contains(".dls/runs.sqlite"))

        let merged = try dls("runs", "merge", ".dls/runs-part-*.sqlite")
        #expect(
            merged.output == ".dls/runs.sqlite: 13 new runs and 10 new sweep rows of 3 files\n", "\(merged.error)")
        let expected = try kept("whole.sqlite")
        #expect(expected.contains("finished"))
        #expect(try kept(".dls/runs.sqlite") == expected)
        #expect(try dls("-e", "runs.merge(\".dls/*.sqlite\")").output.contains("runs=0, rows=0"))

        // Twice: what was merged stays.
        for _ in 0..<2 {
            let result = try dls("sweep.dls")
            #expect(result.output == whole.output)
            #expect(result.error.contains("10 of 12 runs were finished before"), "\(result.error)")
        }
    }

    @Test func aSweepThatCannotBeMergedIsRefusedAtOnce() throws {
        let code = "model m() { linear 1 }; o = adam(m(input=[1]), lr=1); sweep i in [1, 2] { {s=o.lr + i} }"
        let refused = try dls("run", "--part", "1/2", "-e", code)
        #expect(refused.status == 1 && refused.error.contains("cannot be merged"), "\(refused.error)")
    }

    @Test(
        arguments: [
            (["--part", "4/3"], [:], "no part 4 of 3"), (["--part", "a"], [:], "2/3"),
            (["--part", "0/3"], [:], "no part 0"),
            (["--safe", "--part", "1/3"], [:], "--safe keeps none"),
            (["--part", "1/3"], ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"], "--part mpi"),
            ([], ["SLURM_ARRAY_TASK_ID": "3"], "not evenly numbered"),
        ] as [([String], [String: String], String)])
    func aPartThatIsNoneIsRefused(_ options: [String], _ environment: [String: String], _ text: String) throws {
        let environment = environment.merging(["DLS_RUNS": "runs.sqlite"]) { $1 }
        let refused = try folder.dls(["run"] + options + ["sweep.dls"], environment: environment)
        #expect(refused.status == 2 && refused.error.contains(text), "\(refused.error)")
    }

    @Test func aProcessOfMPIRunTakesItsPart() throws {
        let rank = ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "3"]
        let code = "print rank() ranks() (sweep i in [1, 2, 3, 4] { {i=i} }).i"
        let part = try dls("run", "--part", "mpi", "-e", code, environment: rank)
        #expect(part.output == "0 1 [2]\n", "\(part.error)")
    }
}
