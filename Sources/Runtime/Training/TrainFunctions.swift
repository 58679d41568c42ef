import Autograd
import Datasets
import NeuralNet
import TensorCore
import Training

/// Functions of the script that a training calls. They run on the thread that trains, in a sweep on its worker.
struct TrainFunctions {
    unowned let root: Interpreter

    init(_ interpreter: Interpreter) { root = interpreter.root }

    private func call(_ function: Value, _ arguments: [Value]) throws -> Value {
        try (Interpreter.ofThread.object ?? root).call(function, arguments)
    }

    /// A loss that a function of scores and targets computes.
    func loss(_ function: Value) -> Loss {
        Loss(
            ScriptLoss(label: function.functionName ?? function.sourceLine, text: function.sourceText) {
                [self] scores, targets in
                let interpreter = Interpreter.ofThread.object ?? root
                return try interpreter.recordingEnds {
                    let result = try interpreter.call(function, [.tensor(scores), .tensor(targets)])
                    guard let output = try result.asVariable() else {
                        throw Failure(
                            "the loss function gave \(result.kindWithArticle) for scores of shape \(scores.shape)",
                            help: "it gives one number, as with mean(), or one for each example")
                    }
                    if scores.isTracked { try interpreter.checkDifferentiable(output) }
                    return output
                }
            })
    }

    /// A schedule that a function of the step, or of step and epoch, gives.
    func schedule(_ function: Value) -> Schedule {
        let takesEpoch = function.requiredCount >= 2
        return Schedule(
            .function(
                RateFunction(text: function.sourceText) { [self] step, epoch in
                    let result = try call(
                        function, [.integer(step)] + (takesEpoch ? [.integer(epoch)] : []))
                    guard let rate = result.asNumber else {
                        throw Failure(
                            "the schedule gave \(result.kindWithArticle) for step \(step), and a learning rate is a number"
                        )
                    }
                    return rate
                }))
    }

    /// A figure of an epoch.
    func figure(_ name: String, _ function: Value) -> TrainingFigure {
        TrainingFigure(name: name, text: function.sourceText) { [self] scores, targets in
            let result = try call(function, [.tensor(scores), .tensor(targets)])
            guard let number = result.asNumber else {
                let got =
                    if case .tensor(let tensor) = result { "a tensor of shape \(tensor.shape)" } else {
                        result.kindWithArticle
                    }
                throw Failure(
                    "the metric `\(name)` gave \(got) for scores of shape \(scores.shape), and a metric is one number",
                    help: "reduce it, with `mean` or `sum`")
            }
            return number
        }
    }

    /// What a function that is called after each epoch says: whether to go on.
    func goesOn(_ function: Value, after row: Record) throws -> Bool {
        if case .boolean(false) = try call(function, function.requiredCount == 0 ? [] : [.record(row)]) { return false }
        return true
    }
}

extension Value {
    /// The name of a function that has one.
    fileprivate var functionName: String? {
        guard case .function(let function) = self, function.name != "fn" else { return nil }
        return function.name
    }

    /// The arguments that a function needs; 1 for other things that can be called.
    fileprivate var requiredCount: Int {
        if case .function(let function) = self { function.signature.requiredCount } else { 1 }
    }
}

extension TrainCall {
    /// The figures of one's own.
    func figures() throws -> [TrainingFigure] {
        guard call.has("metrics") else { return [] }
        guard case .record(let record) = call.value("metrics"), record.fields.allSatisfy({ $0.value.isCallable }) else {
            throw call.failure("metrics", takes: "a record of functions of scores and targets, as {mae=mae}")
        }
        let functions = TrainFunctions(call.interpreter)
        return try record.namedFields().map { functions.figure($0.name, $0.value) }
    }

    /// The schedule that the call names, describes or computes.
    func schedule() throws -> Schedule {
        guard call.has("schedule") else { return .constant }
        let value = call.value("schedule")
        if value.isCallable { return TrainFunctions(call.interpreter).schedule(value) }
        let record: Record
        if case .record(let given) = value {
            record = given
        } else {
            record = Record([("kind", .string(try call.string("schedule")))])
        }
        return try ScheduleRecord(record, call).schedule()
    }
}

extension Call {
    /// How often the examples of a dataset are drawn.
    func exampleWeights(_ parameter: String, of dataset: Dataset) throws -> ExampleWeights? {
        guard has(parameter) else { return nil }
        if value(parameter).asString == "balanced" { return try ExampleWeights(balancing: dataset) }
        guard let numbers = try value(parameter).asVariable() else {
            throw failure(parameter, takes: "a number for each example, or \"balanced\"")
        }
        return try ExampleWeights(numbers.value.doubles())
    }
}

/// A schedule as a record describes it; lengths are in epochs.
private struct ScheduleRecord {
    private let record: Record
    private let call: Call

    init(_ record: Record, _ call: Call) {
        self.record = record
        self.call = call
    }

    /// The settings of each kind.
    private static let settings: [String: [String]] = [
        "constant": [], "cosine": ["minimum", "restart", "growth"], "step": ["every", "factor", "milestones"],
        "exponential": ["factor", "every"], "linear": ["minimum"], "polynomial": ["power", "minimum"],
        "one_cycle": ["rising", "divide", "final_divide"],
        "cyclic": ["minimum", "up", "down", "mode", "factor"],
        "plateau": ["factor", "patience", "threshold", "cooldown", "minimum"],
    ]

    func schedule() throws -> Schedule {
        guard let kind = record["kind"]?.asString, let known = Self.settings[kind] else {
            let kinds = Self.settings.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            throw call.failure(
                "schedule",
                takes:
                    "one of \(kinds), a record such as {kind=\"step\", every=10, factor=0.5}, or a function of the step"
            )
        }
        if let other = record.names.first(where: { !(["kind", "warmup"] + known).contains($0) }) {
            throw Failure(
                "a schedule of the kind \"\(kind)\" has no setting `\(other)`",
                help: "it has \((["kind"] + known + ["warmup"]).joined(separator: ", "))")
        }
        return Schedule(try shape(kind), warmUp: .epochs(try number("warmup", 0)))
    }

    private func shape(_ kind: String) throws -> Schedule.Shape {
        let minimum = try number("minimum", 0)
        switch kind {
        case "cosine":
            guard record["restart"] != nil else { return .cosine(minimum: minimum) }
            return .restarts(
                first: .epochs(try number("restart", 1)), growth: try number("growth", 1), minimum: minimum)
        case "step":
            let factor = try number("factor", 0.1)
            guard let milestones = record["milestones"] else {
                return .step(every: .epochs(try number("every", 10)), factor: factor)
            }
            guard let numbers = try milestones.asVariable()?.value.doubles() else {
                throw Failure("`milestones` of a schedule is a list of epochs, not \(milestones.kindWithArticle)")
            }
            return .milestones(numbers.map { .epochs($0) }, factor: factor)
        case "exponential": return .step(every: .epochs(try number("every", 1)), factor: try number("factor", 0.95))
        case "linear": return .polynomial(minimum: minimum)
        case "polynomial": return .polynomial(power: try number("power", 1), minimum: minimum)
        case "one_cycle":
            return .oneCycle(
                risingShare: try number("rising", 0.3), initialDivisor: try number("divide", 25),
                finalDivisor: try number("final_divide", 10000))
        case "cyclic":
            let up = try number("up", 2)
            let mode = record["mode"]?.asString ?? "triangular"
            guard ["triangular", "triangular2"].contains(mode) else {
                throw Failure(
                    "`mode` of a cyclic schedule is \"triangular\" or \"triangular2\", which halves each cycle")
            }
            return .cyclic(
                minimum: minimum, up: .epochs(up), down: .epochs(try number("down", up)),
                halves: mode == "triangular2", factor: try number("factor", 1))
        case "plateau":
            return .plateau(
                Schedule.Plateau(
                    factor: try number("factor", 0.1), patience: try whole("patience", 10),
                    threshold: try number("threshold", 1e-4), cooldown: try whole("cooldown", 0), minimum: minimum))
        default: return .constant
        }
    }

    private func number(_ name: String, _ absent: Double) throws -> Double {
        guard let value = record[name] else { return absent }
        guard let number = value.asNumber else {
            throw Failure("`\(name)` of a schedule is a number, not \(value.kindWithArticle)")
        }
        return number
    }

    private func whole(_ name: String, _ absent: Int) throws -> Int {
        guard let value = record[name] else { return absent }
        guard let number = value.asInteger else {
            throw Failure("`\(name)` of a schedule is a whole number, not \(value.shortText)")
        }
        return number
    }
}
