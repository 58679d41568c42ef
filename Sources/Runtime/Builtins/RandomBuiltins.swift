import TensorCore

extension Builtin {
    static let random: [Builtin] = [
        Builtin(
            "seed(n=0)", .random, "Starts the random numbers anew: what follows draws the same bits on every run.",
            example: "seed 42\nrand([2])"
        ) { call in
            let number = try call.integer("n", atLeast: 0)
            call.interpreter.random.reseed(UInt64(number))
            return .none
        },
        Builtin(
            "rand(*shape, dtype=\"float32\")", .random, "Numbers drawn evenly from 0 up to but without 1.",
            details: "The shape is a list, or a size for each axis. Without a shape it is a single number.",
            example: "rand([2, 3])\nrand(2, 3)"
        ) { call in
            try call.drawn(try call.sizes("shape")) { shape, dtype, key in
                try Tensor.uniform(shape, low: 0, high: 1, dtype: dtype, key: key)
            }
        },
        Builtin(
            "randn(*shape, dtype=\"float32\")", .random, "Numbers drawn from the normal distribution.",
            details: "The shape is a list, or a size for each axis. Without a shape it is a single number.",
            example: "randn([2, 3])\nrandn(2, 3)"
        ) { call in
            try call.drawn(try call.sizes("shape")) { shape, dtype, key in
                try Tensor.normal(shape, mean: 0, std: 1, dtype: dtype, key: key)
            }
        },
        Builtin(
            "uniform(low=0, high=1, shape=[], dtype=\"float32\")", .random,
            "Numbers drawn evenly from low up to but without high.", example: "uniform(-1, 1, [2, 3])"
        ) { call in
            let (low, high) = (try call.finite("low"), try call.finite("high"))
            guard low <= high else { throw call.failure("high", takes: "a number not below `low`") }
            return try call.drawn(try call.shape("shape")) { shape, dtype, key in
                try Tensor.uniform(shape, low: low, high: high, dtype: dtype, key: key)
            }
        },
        Builtin(
            "normal(mean=0, std=1, shape=[], dtype=\"float32\")", .random,
            "Numbers drawn from the normal distribution of a mean and a standard deviation.",
            example: "normal(5, 0.1, [2, 3])"
        ) { call in
            if call.value("mean").hasAxes || call.value("std").hasAxes { return try normalOfEach(call) }
            let (mean, std) = (try call.finite("mean"), try call.finite("std"))
            guard std >= 0 else { throw call.failure("std", takes: "a number of at least 0") }
            return try call.drawn(try call.shape("shape")) { shape, dtype, key in
                try Tensor.normal(shape, mean: mean, std: std, dtype: dtype, key: key)
            }
        },
        Builtin(
            "randint(low, high=none, shape=[])", .random,
            "Whole numbers drawn evenly from low up to but without high.",
            details: "With one bound they are drawn from 0 on: `randint(10)`, `randint(10, shape=[5])`.",
            example: "randint(0, 10, [5])\nrandint(10)"
        ) { call in
            // `torch.randint(10, (5,))`: the bound and the shape.
            let isShape = call.value("high").isList && !call.isGiven("shape")
            let hasBoth = call.has("high") && !isShape
            let (low, high) =
                hasBoth
                ? (try call.integer("low"), try call.integer("high")) : (0, try call.integer("low", atLeast: 1))
            guard low < high else { throw call.failure("high", takes: "a number above low") }
            return Value.tensor(
                try Tensor.randomIntegers(
                    try call.shape(isShape ? "high" : "shape"), low: low, high: high,
                    key: call.interpreter.random.next())
            ).unwrapped
        },
        Builtin(
            "permutation(n)", .random, "The numbers from 0 to n - 1 in random order, int64.", example: "permutation(5)"
        ) { call in
            let order = try Tensor.permutation(try call.integer("n", atLeast: 0), key: call.interpreter.random.next())
            return .tensor(try Tensor(order.mapUntilInterrupt { Int64($0) }))
        },
    ]
}

extension Builtin {
    /// A number for each mean and standard deviation, which are broadcast.
    private static func normalOfEach(_ call: Call) throws -> Value {
        let (mean, std) = (try call.plainTensor("mean"), try call.plainTensor("std"))
        guard std.doubles().allSatisfy({ $0 >= 0 }) else { throw call.failure("std", takes: "numbers of at least 0") }
        let each = try Tensor.broadcastShape("normal", mean.shape, std.shape)
        let shape = call.isGiven("shape") ? try call.shape("shape") : each
        return try call.drawn(shape) { shape, dtype, key in
            let drawn = try Tensor.normal(shape, mean: 0, std: 1, dtype: dtype, key: key)
            return try Tensor.combine(
                .add, Tensor.combine(.multiply, drawn, std.cast(to: dtype)), mean.cast(to: dtype))
        }
    }
}

extension Call {
    /// A shape; `[]` is that of a single number.
    fileprivate func shape(_ parameter: String) throws -> [Int] {
        if let elements = try value(parameter).elements, elements.isEmpty { return [] }
        return try integers(parameter)
    }

    fileprivate func finite(_ parameter: String) throws -> Double {
        let number = try number(parameter)
        guard number.isFinite else { throw failure(parameter, takes: "a finite number") }
        return number
    }

    fileprivate func drawn(_ shape: [Int], _ draw: ([Int], DType, RandomKey) throws -> Tensor) throws -> Value {
        let dtype = try dtype("dtype")
        guard dtype.isFloatingPoint else {
            throw Failure(
                "`\(name)` draws fractions, and a tensor of dtype \(dtype.name) holds none",
                help: "`randint(0, 10, [2])` draws whole numbers, `rand([2]) < 0.5` true and false")
        }
        let key = interpreter.random.next()
        return Value.tensor(try Interrupt.stopping { try draw(shape, dtype, key) }).unwrapped
    }
}
