import Autograd
import TensorCore

/// Where gradients have ended while one was taken: what was made of tracked values there is constant without being so by
/// itself.
struct GradientEnds {
    /// Whether a text or a file was made of a tracked value.
    var hasText = false
    /// The functions that gave positions or truth values of tracked values.
    var functions: [String] = []
    /// The functions that gave numbers of a model whose weights the gradient is taken by.
    var constants: [String] = []
}

extension Interpreter {
    /// Whether gradients are recorded: inside `grad`, `step` and `train`.
    private var isRecording: Bool { gradientDepth > 0 || currentContext != nil }

    /// Remembers that a text or a file is made of a value: read back as a number it has no gradient.
    func noteText(of value: Value) {
        switch value {
        case .string, .number, .boolean, .none: return
        default: break
        }
        guard isRecording, !gradientEnds.hasText else { return }
        gradientEnds.hasText = value.contains(where: \.isTracked)
    }

    /// Refuses to read numbers from a text or a file where one was made of a value with a gradient: it may be that one.
    func checkNoTextIsReadBack() throws {
        guard gradientEnds.hasText else { return }
        throw Failure(
            "no gradient flows through texts and files, and one was made here of a number with a gradient",
            help: [
                "compute with the number itself, not with its text",
                "for a text to show or a file to keep, take the number without its gradient: `str(detach(x))`",
            ])
    }

    /// Runs code for which a gradient is taken.
    func recordingEnds<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = gradientEnds
        gradientEnds = GradientEnds()
        defer { gradientEnds = outer }
        return try body()
    }

    /// Refuses what a gradient cannot be taken of for its dtype.
    func checkDifferentiable(_ output: Variable) throws {
        guard !output.dtype.isFloatingPoint else { return }
        throw notDifferentiable("a number of dtype \(output.dtype.name)")
    }

    func notDifferentiable(_ result: String) -> Failure {
        let names = gradientEnds.functions.map { "`\($0)`" }.joined(separator: ", ")
        return Failure(
            "a gradient is taken of a floating-point number, and this function gave \(result)"
                + (names.isEmpty ? "" : ": no gradient flows through \(names)"),
            help: "positions, counts and truth values change by jumps; take what they are made of, such as `max(x)`")
    }
}

extension Value {
    /// Whether a gradient flows through it.
    var isTracked: Bool { if case .tensor(let tensor) = self { tensor.isTracked } else { false } }

    /// Refuses a value that a gradient flows through where it would end without a word.
    func checkConstant(_ place: String) throws {
        guard isTracked else { return }
        throw Failure(
            "no gradient flows through \(place)",
            help: "`detach(...)` around its value takes that as a constant, without a gradient")
    }
}

extension Variable {
    /// Its elements in another dtype.
    ///
    /// - Throws: `Failure` for a gradient that would end in whole numbers.
    func converted(to dtype: DType) throws -> Variable {
        if !dtype.isFloatingPoint { try Value.tensor(self).checkConstant("a tensor of dtype \(dtype.name)") }
        return try cast(to: dtype)
    }
}
