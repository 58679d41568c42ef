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
        "milestones": .init(.milestones([.epochs(1), .epochs(3), .epochs(3.25)], factor: 0.5)),
        "exponential": .init(.step(every: .steps(1), factor: 0.9)),
        "polynomial": .init(.polynomial(power: 2)),
        "one_cycle": .init(.oneCycle()),
        "cyclic": .init(.cyclic(minimum: 0.1, up: .epochs(1), down: .steps(6))),
        "cyclic_halves": .init(.cyclic(minimum: 0.1, up: .steps(3), down: .steps(3), halves: true)),
        "cyclic_falling": .init(.cyclic(minimum: 0.1, up: .steps(3), down: .steps(3), factor: 0.9)),
        "restarts": .init(.restarts(first: .steps(4), growth: 2, minimum: 0.05)),
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
                let total = row.name == "one_cycle" ? 25 : 24
                let rate = try schedule.rate(0.4, at: step, stepsPerEpoch: 4, totalSteps: total)
                #expect(abs(rate - expected) < 1e-12, "\(row.name), step \(step)")
            }
        }
    }

    struct PlateauRow: Decodable {
        let name: String
        let losses: [Double]
        let rates: [Double]
    }

    @Test func plateausAgreeWithPyTorch() throws {
        let plateaus: [String: Schedule.Plateau] = [
            "plateau": .init(factor: 0.5, patience: 2),
            "plateau_cooldown": .init(factor: 0.1, patience: 1, cooldown: 2, minimum: 0.01),
        ]
        for row in try Fixture.rows("plateaus.jsonl", PlateauRow.self) {
            let schedule = Schedule(.plateau(try #require(plateaus[row.name])))
            for (epoch, expected) in row.rates.enumerated() {
                let figures = Array(row.losses.prefix(epoch))
                let rate = try schedule.rate(0.4, at: epoch, stepsPerEpoch: 1, totalSteps: 16, figures: figures)
                #expect(abs(rate - expected) < 1e-12, "\(row.name), epoch \(epoch)")
            }
        }
    }

    @Test func cosineStaysAtItsMinimum() throws {
        let schedule = Schedule(.cosine(minimum: 0.1, total: .epochs(2)))
        #expect(try schedule.rate(1, at: 0, stepsPerEpoch: 10, totalSteps: 100) == 1)
        #expect(try abs(schedule.rate(1, at: 10, stepsPerEpoch: 10, totalSteps: 100) - 0.55) < 1e-12)
        #expect(try schedule.rate(1, at: 20, stepsPerEpoch: 10, totalSteps: 100) == 0.1)
        #expect(try schedule.rate(1, at: 99, stepsPerEpoch: 10, totalSteps: 100) == 0.1)
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

    @Test func absurdLengthsDoNotTrap() throws {
        let schedule = Schedule(.step(every: .epochs(1e300)), warmUp: .epochs(1e300))
        #expect(try schedule.rate(1, at: 3, stepsPerEpoch: 10, totalSteps: 100) > 0)
    }
}
