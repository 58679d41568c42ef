import Autograd
import Language
import TensorCore

extension Builtin {
    /// Operators by the names that NumPy and PyTorch have for them.
    static let operators: [Builtin] = [
        operation("mul", .multiply, "The product of each pair of elements"),
        operation("sub", .subtract, "The difference of each pair of elements"),
        operation("div", .divide, "The quotient of each pair of elements"),
        Builtin(
            "pow(a, b, mod=none)", .math, "Each element of a to the power of b; of tensors the same as `a ** b`.",
            details: "With mod=, of whole numbers: the remainder of the power, exact however large that is.",
            example: "pow([1, 2], [3, 4])"
        ) { call in
            if call.has("mod") { return .integer(try remainderOfPower(call)) }
            let operands = try call.operands("a", "b")
            return try Operators.binary(.power, .tensor(operands[0]), .tensor(operands[1]))
        },
        comparison("eq", .equal), comparison("ne", .notEqual), comparison("lt", .less),
        comparison("le", .lessOrEqual), comparison("gt", .greater), comparison("ge", .greaterOrEqual),
        Builtin("neg(x)", .math, "Each element with the other sign; the same as `-x`.", example: "neg([1, -2])") {
            call in
            try Operators.unary(.negate, .tensor(call.tensor("x"))).unwrapped
        },
        Builtin(
            "rsqrt(x)", .math, "1 / sqrt(x), element by element.", example: "rsqrt([1, 4])"
        ) { call in Value.tensor(try 1 / call.tensor("x").asFractions.sqrt()).unwrapped },
        logical("logical_and", "Whether both elements of each pair are not 0", .intersection),
        logical("logical_or", "Whether an element of each pair is not 0", .union),
        Builtin(
            "logical_not(x)", .math, "Whether each element is 0; of a mask the same as `~x`.",
            example: "logical_not([true, false])"
        ) { call in try Operators.unary(.complement, mask(call, "x")) },
        Builtin(
            "isclose(a, b, rtol=0.00001, atol=0.00000001)", .tensors,
            "Whether each element of a is within `atol + rtol * |b|` of that of b.",
            details: "`close(a, b)`, which is `allclose` too, asks whether all are.",
            example: "isclose([1, 2], [1, 2.1])"
        ) { call in
            let operands = try call.operands("a", "b")
            return Value.tensor(
                try Tensor.isClose(
                    operands[0].value, operands[1].value, rtol: try call.number("rtol"), atol: try call.number("atol"))
            ).unwrapped
        },
        Builtin(
            "divmod(a, b)", .math, "The list of `a // b` and `a % b`.", example: "divmod(7, 2)"
        ) { call in
            let (a, b) = (call.value("a"), call.value("b"))
            return .list([try Operators.binary(.floorDivide, a, b), try Operators.binary(.remainder, a, b)])
        },
    ]

    /// `pow(a, b, mod)`, by squaring; it has the sign of `mod`, as in Python.
    private static func remainderOfPower(_ call: Call) throws -> Int {
        let (base, mod) = (try call.integer("a"), try call.integer("mod"))
        var exponent = try call.integer("b", atLeast: 0)
        // Up to there whole numbers are exact.
        guard mod != 0, mod.magnitude <= 1 << 53 else {
            throw call.failure("mod", takes: "a whole number other than 0, up to 2 ** 53")
        }
        let size = mod.magnitude
        func product(_ a: UInt, _ b: UInt) -> UInt { size.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder }
        var square = base.magnitude % size
        if base < 0, square > 0 { square = size - square }
        var result = 1 % size
        while exponent > 0 {
            if exponent & 1 == 1 { result = product(result, square) }
            square = product(square, square)
            exponent >>= 1
        }
        return mod < 0 && result > 0 ? Int(result) + mod : Int(result)
    }

    private static func operation(_ name: String, _ operation: BinaryOperator, _ summary: String) -> Builtin {
        Builtin(
            "\(name)(a, b)", .math, "\(summary); of tensors the same as `a \(operation.rawValue) b`.",
            example: "\(name)([1, 2], [3, 4])"
        ) { call in
            // Lists are numbers here, as in NumPy: they are not repeated.
            let operands = try call.operands("a", "b")
            return try Operators.binary(operation, .tensor(operands[0]), .tensor(operands[1]))
        }
    }

    private static func comparison(_ name: String, _ comparison: ComparisonOperator) -> Builtin {
        Builtin(
            "\(name)(a, b)", .math,
            "The comparison of each pair of elements; the same as `a \(comparison.rawValue) b`.",
            example: "\(name)(tensor([1, 2]), tensor([1, 3]))"
        ) { call in
            let operands = try call.operands("a", "b")
            return try Operators.compare(comparison, .tensor(operands[0]), .tensor(operands[1]))
        }
    }

    private static func logical(_ name: String, _ summary: String, _ operation: BinaryOperator) -> Builtin {
        Builtin(
            "\(name)(a, b)", .math, "\(summary); of masks the same as `a \(operation.rawValue) b`.",
            example: "\(name)([true, false], [true, true])"
        ) { call in try Operators.binary(operation, mask(call, "a"), mask(call, "b")) }
    }

    private static func mask(_ call: Call, _ parameter: String) throws -> Value {
        .tensor(try call.constant(parameter).cast(to: .bool))
    }
}
