import Autograd
import TensorCore

/// What a word of PyTorch takes that tells the number of axes, such as `nn.MaxPool2d` and `F.max_pool2d`: images alone, or
/// sequences alone, and most of them one example too. The dls words decide by their input, in sizes too.
struct InputAxes {
    private let path: String
    let shapes: [String]?
    /// The name of the first argument, where that is the size of the input and the dls word has none.
    private var size: String?
    private var sizePlace = 0
    /// Whether the word has `batch_first`, without which sequences are [T, N, F].
    private let hasBatchFirst: Bool

    private static let sequences: Set<String> = [
        "nn.LSTM", "nn.GRU", "nn.RNN", "nn.MultiheadAttention", "nn.TransformerEncoderLayer",
        "nn.TransformerDecoderLayer",
    ]

    /// Nil for a word that tells nothing.
    init?(_ path: String) {
        self.path = path
        let parts = path.split(separator: ".")
        hasBatchFirst = Self.sequences.contains(path)
        if hasBatchFirst {
            (shapes, size) = (nil, path.utf8.count < 8 ? "input_size" : nil)
            return
        }
        if path == "nn.GroupNorm" {
            (shapes, size, sizePlace) = (nil, "num_channels", 1)
            return
        }
        if path.hasPrefix("nn.ConvTranspose") { size = "in_channels" }
        if path.hasPrefix("nn.InstanceNorm") { size = "num_features" }
        guard parts.count == 2, let count = Self.counts.first(where: { path.hasSuffix($0.key) })?.value else {
            return nil
        }
        let word = parts[1].dropLast(2)
        switch parts[0] {
        case "nn" where word.hasSuffix("BatchNorm"): shapes = count == 2 ? ["NCHW"] : ["NCL", "NC"]
        case "nn" where Self.layers.contains(where: { word.hasSuffix($0) }),
            "F" where Self.functions.contains(String(word)):
            shapes = count == 2 ? ["NCHW", "CHW"] : ["NCL", "CL"]
        default: return nil
        }
    }

    private static let counts = ["1d": 1, "2d": 2]
    private static let layers = ["Conv", "ConvTranspose", "MaxPool", "AvgPool", "InstanceNorm"]
    private static let functions: Set<String> = [
        "conv", "conv_transpose", "max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool",
    ]

    /// The function, whose layers take such inputs alone, or which does so itself.
    func checking(_ function: Function) -> Function {
        let isLayer = path.hasPrefix("nn.")
        return Function(native: function.signature.text, of: .function(function)) { value, arguments, interpreter in
            guard !isLayer else {
                let made = try interpreter.call(value, arguments)
                guard let module = made.object(as: ModuleObject.self)?.module else { return made }
                module.place.inputShapes = shapes
                if hasBatchFirst {
                    let place = function.signature.index(of: "batch_first") ?? .max
                    let given =
                        arguments.named.first { $0.name == "batch_first" }?.value
                        ?? (arguments.positional.count > place ? arguments.positional[place] : .boolean(false))
                    module.place.isTimeFirst = try !given.isTrue()
                }
                module.place.inputSize = size.flatMap { size in
                    let given = arguments.named.first { $0.name == size }?.value
                    return
                        (given ?? (arguments.positional.count > sizePlace ? arguments.positional[sizePlace] : nil))?
                        .asInteger
                }
                return made
            }
            var arguments = arguments
            guard let shapes, case .tensor(let input)? = arguments.positional.first else {
                return try interpreter.call(value, arguments)
            }
            guard let shape = shapes.first(where: { $0.count == input.rank }) else {
                let expected = shapes.map { "[" + $0.map { String($0) }.joined(separator: ", ") + "]" }
                throw Failure(
                    "`\(path)` takes inputs of shape \(expected.joined(separator: " or ")), and got \(input.shape)")
            }
            guard !shape.hasPrefix("N") else { return try interpreter.call(value, arguments) }
            arguments.positional[0] = .tensor(try input.unsqueeze(0))
            let result = try interpreter.call(value, arguments)
            guard case .tensor(let output) = result else { return result }
            return .tensor(try output.squeeze(0))
        }
    }
}
