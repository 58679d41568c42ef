import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// Losses of more than predictions and targets.
    static let embeddingLosses: [Builtin] = [
        Builtin(
            "triplet(anchor, positive, negative, margin=1, reduction=\"mean\")", .losses,
            "How much nearer anchors are to positives than to negatives, by a margin: vectors on the last axis.",
            details: """
                max(0, |anchor - positive| - |anchor - negative| + margin), as PyTorch's triplet_margin_loss.
                reduction is "mean", "sum" or "none".
                """,
            example: "triplet([[0.0, 0.0]], [[0.0, 1.0]], [[1.0, 1.0]])"
        ) { call in
            let operands = try call.operands("anchor", "positive", "negative").map { try $0.asWideFractions }
            let margin = try call.number("margin")
            try call.checkShapes(operands, ["anchor", "positive", "negative"])
            // PyTorch adds this to each difference, so that a distance of 0 has a slope.
            func distance(_ a: Variable, _ b: Variable) throws -> Variable { try (a - b + 1e-6).norm(axes: [-1]) }
            let near = try distance(operands[0], operands[1])
            let far = try distance(operands[0], operands[2])
            return try call.reduced((near - far + margin).relu())
        },
        Builtin(
            "cosine_embedding(a, b, target, margin=0, reduction=\"mean\")", .losses,
            "Brings vectors (last axis) together where the target is 1, and apart where it is -1.",
            details: """
                1 - cosine where the target is 1, max(0, cosine - margin) where it is -1, as PyTorch's cosine_embedding_loss.
                reduction is "mean", "sum" or "none".
                """,
            example: "cosine_embedding([[1.0, 0.0]], [[1.0, 1.0]], [1])"
        ) { call in
            let (vectors, margin) = (
                try call.operands("a", "b").map { try $0.asWideFractions }, try call.number("margin")
            )
            try call.checkShapes(vectors, ["a", "b"])
            let target = try call.constant("target")
            guard target.shape == Array(vectors[0].shape.dropLast()) else {
                throw Failure(
                    "`target` of `cosine_embedding` has shape \(Array(vectors[0].shape.dropLast())) for vectors of shape "
                        + "\(vectors[0].shape), and got \(target.shape)")
            }
            if let wrong = target.doubles().first(where: { $0 != 1 && $0 != -1 }) {
                throw Failure("`target` of `cosine_embedding` takes 1 and -1, and got \(numberText(wrong))")
            }
            let (a, b) = (vectors[0], vectors[1])
            func length(_ x: Variable) throws -> Variable { try x.square().sum(axes: [-1]) + 1e-12 }
            let cosine = try (a * b).sum(axes: [-1]) / (length(a) * length(b)).sqrt()
            let isAlike = try target.combined(.greater, with: 0)
            return try call.reduced(.select(isAlike, 1 - cosine, (cosine - margin).relu()))
        },
        Builtin(
            "gaussian_nll(prediction, target, variance, full=false, eps=0.000001, reduction=\"mean\")", .losses,
            "Minus the logarithm of a normal distribution's density at the target.",
            details: """
                (log(variance) + (prediction - target)^2 / variance) / 2, with variances of at least eps; full=true adds
                log(2 pi) / 2. reduction is "mean", "sum" or "none", as in PyTorch's gaussian_nll_loss.
                """,
            example: "gaussian_nll([1.0, 2.0], [1.5, 2.0], [0.5, 1.0])"
        ) { call in
            let given = try ["prediction", "target", "variance"].map { try call.tensor($0) }
            // float32 does not hold all whole numbers.
            let operands =
                try given.allSatisfy(\.dtype.isFloatingPoint)
                ? call.operands("prediction", "target", "variance").map { try $0.asWideFractions }
                : given.map { try $0.cast(to: .float64) }
            let epsilon = try call.number("eps")
            if let wrong = operands[2].value.doubles().first(where: { !($0 >= 0) }) {
                throw Failure(
                    "`variance` of `gaussian_nll` takes numbers of at least 0, and got \(numberText(wrong))",
                    help: "`softplus(x)` or `exp(x)` makes variances of any numbers")
            }
            // As PyTorch, which bounds variances without a slope.
            let bounded = operands[2]
            let variance = try (bounded - bounded.detached()) + Variable(bounded.value.clipped(min: epsilon))
            let losses = try (variance.log() + (operands[0] - operands[1]).square() / variance) * 0.5
            return try call.reduced(try call.boolean("full") ? losses + 0.5 * 1.8378770664093453 : losses)
        },
    ]
}

extension Call {
    fileprivate func checkShapes(_ operands: [Variable], _ parameters: [String]) throws {
        guard let first = operands.first, first.rank > 0, operands.allSatisfy({ $0.shape == first.shape }) else {
            let got = zip(parameters, operands).map { "`\($0)` of shape \($1.shape)" }.joined(separator: ", ")
            throw Failure("`\(name)` takes vectors on the last axis of tensors of one shape, and got \(got)")
        }
    }

    func reduced(_ losses: Variable) throws -> Value {
        let result =
            switch try choice("reduction", of: ["mean", "sum", "none"]) {
            case "mean": try losses.mean()
            case "sum": try losses.sum()
            default: losses
            }
        return Value.tensor(result).unwrapped
    }
}
