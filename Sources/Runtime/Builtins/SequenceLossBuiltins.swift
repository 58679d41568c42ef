import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Losses of sequences without alignment, and of pairs.
    static let sequenceLosses: [Builtin] = [
        Builtin(
            "ctc(x, targets, input_lengths=none, target_lengths=none, blank=0, reduction=\"mean\", zero_infinity=false)",
            .losses,
            "The loss of sequences of labels that are shorter than the steps they are read from, such as speech.",
            details: """
                x: log-probabilities [T, N, C], such as log_softmax(scores); targets: a list of N lists of labels, or [N, S] with
                target_lengths (all S unless given). input_lengths: how many of the T steps count. Minus the logarithm of the
                probability of all alignments, in which `blank` stands between labels. "mean" divides each by its number of labels
                first, as PyTorch's ctc_loss; "sum" and "none" do not. inf where labels do not fit in the steps; zero_infinity: 0.
                """,
            example: "x = log_softmax(zeros([5, 2, 4]), axis=-1)\nctc(x, [[1, 2], [3]])"
        ) { call in try connectionist(call) },
        Builtin(
            "contrastive(a, b, target, margin=1, reduction=\"mean\")", .losses,
            "Brings vectors (last axis) together where the target is 1, and apart by a margin where it is 0.",
            details: """
                target * d^2 + (1 - target) * max(0, margin - d)^2 with the distance d = |a - b|. Hadsell, Chopra and LeCun 2006, without
                their factor of one half. reduction is "mean", "sum" or "none".
                """,
            example: "contrastive([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.5], [0.0, 0.5]], [1, 0])"
        ) { call in
            let vectors = try call.operands("a", "b").map { try $0.asWideFractions }
            let (a, b) = (vectors[0], vectors[1])
            guard a.rank > 0, a.shape == b.shape else {
                throw Failure(
                    "`contrastive` takes vectors of one shape on the last axis, and got \(a.shape) and \(b.shape)")
            }
            let target = try call.constant("target")
            guard target.shape == Array(a.shape.dropLast()) else {
                throw Failure(
                    "`target` of `contrastive` has shape \(Array(a.shape.dropLast())) for vectors of shape \(a.shape), and got "
                        + "\(target.shape)")
            }
            if let wrong = target.doubles().first(where: { $0 != 0 && $0 != 1 }) {
                throw Failure(
                    "`target` of `contrastive` takes 1 for pairs that belong together and 0 for others, and got "
                        + "\(numberText(wrong))")
            }
            let margin = try call.number("margin")
            let difference = try a - b
            let near = try difference.square().sum(axes: [-1])
            let far = try (margin - difference.norm(axes: [-1])).relu().square()
            return try call.reduced(.select(target.cast(to: .bool), near, far))
        },
    ]

    private static func connectionist(_ call: Call) throws -> Value {
        let x = try call.floatTensor("x")
        guard x.rank == 3 else {
            throw call.failure("x", takes: "log-probabilities [T, N, C]")
        }
        let (time, count, classes) = (x.shape[0], x.shape[1], x.shape[2])
        let blank = try call.integer("blank")
        guard (0..<classes).contains(blank) else {
            throw TensorError.classOutOfRange(index: blank, classes: classes)
        }
        let targets = try labels(call, count)
        for target in targets {
            if let wrong = target.first(where: { !(0..<classes).contains($0) }) {
                throw TensorError.classOutOfRange(index: wrong, classes: classes)
            }
            if target.contains(blank) {
                throw Failure(
                    "a target of `ctc` has the label \(blank), which is the blank",
                    help: "count labels from 1, or give blank=")
            }
        }
        let steps = try call.optionalIntegers("input_lengths") ?? [Int](repeating: time, count: count)
        guard steps.count == count, steps.allSatisfy({ (0...time).contains($0) }) else {
            throw call.failure("input_lengths", takes: "\(count) whole numbers from 0 to \(time)")
        }
        var losses = try x.connectionistLosses(targets, steps: steps, blank: blank)
        if try call.boolean("zero_infinity") {
            let isInfinite = try losses.value.combined(.equal, with: .infinity)
            losses = try .select(isInfinite, Variable(.scalar(0, dtype: losses.dtype)), losses)
        }
        if try call.string("reduction") == "mean" {
            losses = try losses / Variable(Tensor(targets.map { Double(max($0.count, 1)) }).cast(to: losses.dtype))
        }
        return try call.reduced(losses)
    }

    /// The labels of each sequence.
    private static func labels(_ call: Call, _ count: Int) throws -> [[Int]] {
        let takes = "a list of \(count) lists of labels, or a tensor [\(count), S]"
        func whole(_ value: Value) throws -> Int {
            guard let label = try call.integer(value, in: "targets") else {
                throw call.failure("targets", takes: takes)
            }
            return label
        }
        var rows: [[Int]]
        if case .tensor(let tensor) = call.value("targets") {
            guard tensor.rank == 2 else { throw call.failure("targets", takes: takes) }
            let labels = try call.constant("targets").doubles().map { try whole(.number($0)) }
            let width = tensor.shape[1]
            rows = (0..<tensor.shape[0]).map { Array(labels[$0 * width..<($0 + 1) * width]) }
        } else {
            rows = try call.list("targets").map { row in
                guard let elements = try row.elements else { throw call.failure("targets", takes: takes) }
                return try elements.map(whole)
            }
        }
        guard rows.count == count else {
            throw Failure("`ctc` got \(rows.count) targets for \(count) sequences: x is [T, N, C]")
        }
        if let lengths = try call.optionalIntegers("target_lengths") {
            guard lengths.count == count, zip(lengths, rows).allSatisfy({ (0...$1.count).contains($0) }) else {
                throw call.failure("target_lengths", takes: "\(count) whole numbers, at most the labels of each target")
            }
            rows = zip(rows, lengths).map { Array($0.prefix($1)) }
        }
        return rows
    }
}
