import NeuralNet
import Testing

@Suite struct ScheduleTests {
    struct Row: Decodable {
        let name: String
        let rates: [Double]
    }

    /// PyTorch counts calls; 24 steps here, in epochs of 4 where a case is in epochs.
    static let schedules: [String: Schedule] = [
        "constant": .constant,
        "step": .init(.step(every: .steps(5))),
        "step_factor": .init(.step(every: .epochs(0.75), factor: 0.5)),
        "cosine": .init(.cosine(total: .steps(23))),
        "cosine_minimum": .init(.cosine(minimum: 0.05, total: .steps(23))),
        "constant_warm_up": .init(.constant, warmUp: .epochs(1.5)),
        "cosine_warm_up": .init(.cosine(), warmUp: .steps(4)),
        "step_warm_up": .init(.step(every: .steps(5)), warmUp: .epochs(1)),
    ]

    @Test func ratesAgreeWithPyTorch() throws {
        let rows: [Row] = try Fixture.rows("schedules.jsonl")
        #expect(Set(rows.map(\.name)) == Set(Self.schedules.keys))
        for row in rows {
            let schedule = try #require(Self.schedules[row.name])
            try schedule.validate()
            for (step, expected) in row.rates.enumerated() {
                let rate = schedule.rate(0.4, at: step, stepsPerEpoch: 4, totalSteps: 24)
                #expect(abs(rate - expected) < 1e-12, "\(row.name), step \(step)")
            }
        }
    }

    @Test func cosineStaysAtItsMinimum() {
        let schedule = Schedule(.cosine(minimum: 0.1, total: .epochs(2)))
        #expect(schedule.rate(1, at: 0, stepsPerEpoch: 10, totalSteps: 100) == 1)
        #expect(abs(schedule.rate(1, at: 10, stepsPerEpoch: 10, totalSteps: 100) - 0.55) < 1e-12)
        #expect(schedule.rate(1, at: 20, stepsPerEpoch: 10, totalSteps: 100) == 0.1)
        #expect(schedule.rate(1, at: 99, stepsPerEpoch: 10, totalSteps: 100) == 0.1)
    }

    @Test func settingsAreChecked() {
        let cases: [(Schedule, String)] = [
            (.init(.step(every: .steps(0))), "schedule: every must be more than 0, not 0 steps"),
            (.init(.step(every: .steps(1), factor: -1)), "schedule: factor must be more than 0, not -1"),
            (.init(.cosine(minimum: -1)), "schedule: minimum must be at least 0, not -1"),
            (.init(.cosine(total: .epochs(0))), "schedule: total must be more than 0, not 0 epochs"),
            (.init(.constant, warmUp: .steps(-2)), "schedule: warmup must be at least 0, not -2 steps"),
        ]
        for (schedule, message) in cases { expectError(message) { try schedule.validate() } }
    }

    @Test func absurdLengthsDoNotTrap() {
        let schedule = Schedule(.step(every: .epochs(1e300)), warmUp: .epochs(1e300))
        #expect(schedule.rate(1, at: 3, stepsPerEpoch: 10, totalSteps: 100) > 0)
    }
}
