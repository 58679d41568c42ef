import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    static let algebra: [Builtin] = [
        Builtin(
            "matmul(a, b)", .algebra, "The matrix product, batched over leading axes; the same as `a @ b`.",
            example: "matmul([[1, 2], [3, 4]], [[1], [1]])"
        ) { call in
            let operands = try call.operands("a", "b")
            return Value.tensor(try operands[0].matmul(operands[1])).unwrapped
        },
        Builtin(
            "dot(a, b)", .algebra, "The sum of products of two vectors; of matrices `a @ b`, as in NumPy.",
            example: "dot([1, 2], [3, 4])"
        ) { call in
            let operands = try call.operands("a", "b")
            let (a, b) = (operands[0], operands[1])
            guard (1...2).contains(a.rank), (1...2).contains(b.rank) else {
                throw Failure(
                    "`dot` takes vectors and matrices, and got shapes \(a.shape) and \(b.shape)",
                    help: "more axes are multiplied by `a @ b`, numbers by `a * b`")
            }
            return Value.tensor(try a.matmul(b)).unwrapped
        },
        Builtin(
            "outer(a, b)", .algebra, "All products of elements of two vectors: [n], [m] -> [n, m].",
            example: "outer([1, 2], [3, 4])"
        ) { call in
            let operands = try call.operands("a", "b")
            let (a, b) = (operands[0], operands[1])
            guard a.rank == 1, b.rank == 1 else {
                throw Failure("`outer` takes two vectors, and got shapes \(a.shape) and \(b.shape)")
            }
            return .tensor(try a.unsqueeze(1) * b.unsqueeze(0))
        },
        Builtin(
            "einsum(spec, *tensors)", .algebra, "Sums of products by Einstein's convention, as in NumPy.",
            example: "einsum(\"ij,jk->ik\", [[1, 2]], [[3], [4]])"
        ) { call in
            let tensors = try Operands.tensors(call.list("tensors")).map { tensor in
                guard let tensor else { throw call.failure("tensors", takes: "tensors") }
                return tensor
            }
            return Value.tensor(try Variable.einsum(try call.string("spec"), tensors)).unwrapped
        },
        Builtin(
            "softmax(x=none, axis=-1)", .algebra, "exp(x) / sum(exp(x)) along an axis.",
            details: "Without a tensor it makes a layer.", example: "softmax([1, 2, 3])", takesOptionalTensorFirst: true
        ) { call in
            guard call.has("x") else { return .layer(Softmax(axis: try call.integer("axis"))) }
            let x = try call.tensor("x")
            return .tensor(try x.asWideFractions.softmax(axis: try call.integer("axis")).cast(to: x.fractionType))
        },
        Builtin(
            "log_softmax(x=none, axis=-1)", .algebra, "The logarithm of softmax, without overflow.",
            details: "Without a tensor it makes a layer.", example: "log_softmax([1, 2, 3])",
            takesOptionalTensorFirst: true
        ) { call in
            guard call.has("x") else { return .layer(Softmax(axis: try call.integer("axis"), isLog: true)) }
            let x = try call.tensor("x")
            return .tensor(try x.asWideFractions.logSoftmax(axis: try call.integer("axis")).cast(to: x.fractionType))
        },
        Builtin(
            "conv2d(x, weight, bias=none, stride=1, padding=0, dilation=1, groups=1)", .algebra,
            "The 2-D cross-correlation of images with filters.",
            details: """
                x [N, C, H, W], weight [O, C / groups, kH, kW], bias [O] ->
                [N, O, (H + 2*padding - dilation*(kH - 1) - 1) / stride + 1, ...]. Sizes are numbers or pairs.
                """,
            example: "conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]))"
        ) { call in
            let operands = try call.has("bias") ? call.operands("x", "weight", "bias") : call.operands("x", "weight")
            let floats = try operands.map { try $0.asFractions }
            return .tensor(
                try floats[0].conv2D(
                    floats[1], bias: floats.count > 2 ? floats[2] : nil,
                    ConvolutionSettings(
                        stride: try call.pair("stride"), padding: try call.pair("padding"),
                        dilation: try call.pair("dilation"), groups: try call.integer("groups", atLeast: 1))))
        },
        Builtin(
            "max_pool2d(x, size, stride=none, padding=0)", .algebra,
            "The largest element of each window: [N, C, H, W] -> [N, C, H', W'].",
            example: "max_pool2d(reshape(arange(16), [1, 1, 4, 4]), 2)"
        ) { call in .tensor(try call.floatTensor("x").maxPool2D(try call.poolSettings())) },
        Builtin(
            "avg_pool2d(x, size, stride=none, padding=0)", .algebra,
            "The mean of each window: [N, C, H, W] -> [N, C, H', W'].",
            example: "avg_pool2d(reshape(arange(16), [1, 1, 4, 4]), 2)"
        ) { call in .tensor(try call.floatTensor("x").avgPool2D(try call.poolSettings())) },
        Builtin(
            "conv_matrix(weight, height, width)", .algebra,
            "The matrix M with vec(conv(W, x)) = M vec(x) for an image of height x width, stride 1, no padding.",
            details: "weight [M, N] -> [(height - M + 1) * (width - N + 1), height * width], rows in row-major order.",
            example: "conv_matrix([[1, 2]], 2, 3)"
        ) { call in
            .tensor(
                try Tensor.convolutionMatrix(
                    try call.constant("weight"), height: try call.integer("height", atLeast: 1),
                    width: try call.integer("width", atLeast: 1)))
        },
    ]
}

extension Call {
    /// A tensor of floating-point numbers; whole ones become float32.
    package func floatTensor(_ parameter: String) throws -> Variable { try tensor(parameter).asFractions }

    fileprivate func poolSettings() throws -> PoolSettings {
        let size = try pair("size")
        return PoolSettings(
            size: size, stride: has("stride") ? try pair("stride") : size, padding: try pair("padding"))
    }
}

extension Variable {
    /// The dtype of fractions that come of it: a single value has the 64 bits of plain numbers.
    var fractionType: DType { dtype.isFloatingPoint || rank > 0 ? dtype.fraction : .float64 }

    /// The same numbers in the floating-point dtype that results have.
    var asFractions: Variable {
        get throws { try cast(to: fractionType) }
    }

    /// The same numbers in a floating-point dtype that holds them.
    var asWideFractions: Variable {
        get throws { try cast(to: dtype == .int64 ? .float64 : fractionType) }
    }
}
