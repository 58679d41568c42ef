import Autograd
import TensorCore

extension Builtin {
    /// Tensors in the shape of others.
    static let likes: [Builtin] = [
        like("zeros_like", "A tensor of zeros in the shape and dtype of another.") { x, dtype, _ in
            try Interrupt.stopping { try Tensor.zeros(x.shape, dtype: dtype) }
        },
        like("ones_like", "A tensor of ones in the shape and dtype of another.") { x, dtype, _ in
            try Tensor.ones(x.shape, dtype: dtype)
        },
        Builtin(
            "full_like(x, value, dtype=none)", .tensors, "A tensor of one value in the shape and dtype of another.",
            example: "full_like([[1, 2]], 7)"
        ) { call in
            let (x, value) = (try call.tensor("x"), try call.number("value"))
            let dtype = try call.optionalDType("dtype") ?? x.dtype.meeting(value)
            return Value.tensor(try call.filled(x.shape, dtype)).unwrapped
        },
        like("rand_like", "Numbers drawn evenly from 0 to 1 in the shape of a tensor.") { x, dtype, call in
            try Tensor.uniform(
                x.shape, low: 0, high: 1, dtype: call.fractions(dtype), key: call.interpreter.random.next())
        },
        like("randn_like", "Numbers drawn from the normal distribution in the shape of a tensor.") { x, dtype, call in
            try Tensor.normal(
                x.shape, mean: 0, std: 1, dtype: call.fractions(dtype), key: call.interpreter.random.next())
        },
        Builtin("numel(x)", .tensors, "How many elements a tensor has.", example: "numel(zeros([2, 3]))") { call in
            .integer(try call.tensor("x").count)
        },
    ]

    private static func like(
        _ name: String, _ summary: String, _ make: @escaping @Sendable (Variable, DType, Call) throws -> Tensor
    ) -> Builtin {
        Builtin(
            "\(name)(x, dtype=none)", name.hasPrefix("rand") ? .random : .tensors, summary,
            example: "\(name)(tensor([[1, 2]]))"
        ) { call in
            let x = try call.tensor("x")
            return Value.tensor(try make(x, try call.optionalDType("dtype") ?? x.dtype, call)).unwrapped
        }
    }
}

extension Call {
    /// The dtype of what is drawn: that of fractions where it was not asked for.
    fileprivate func fractions(_ dtype: DType) throws -> DType {
        guard has("dtype"), !dtype.isFloatingPoint else { return dtype.fraction }
        throw Failure(
            "`\(name)` draws fractions, and a tensor of dtype \(dtype.name) holds none",
            help: "`randint(0, 10, x.shape)` draws whole numbers")
    }
}
