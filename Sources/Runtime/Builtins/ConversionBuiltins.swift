import Autograd
import NeuralNet
import TensorCore

extension Builtin {
    /// One kind of value made of another, by the words of Python, NumPy and PyTorch.
    static let conversions: [Builtin] = [
        Builtin(
            "int(x, base=10)", .values,
            "The whole number of a number, its fraction cut off, or of a text; of a tensor, int64.",
            details: "`int(x)` of a tensor is `cast(x, \"int64\")`. `int(\"ff\", 16)` reads digits of another base.",
            example: "int(\"12\") + int(3.7)",
            shortcut: .one {
                if case .number(let x) = $0, x.isFinite { .number(x.rounded(.towardZero) + 0) } else { nil }
            }
        ) { call in
            let base = try call.integer("base")
            guard 2...36 ~= base else { throw call.failure("base", takes: "a whole number from 2 to 36") }
            guard base == 10 || call.value("x").kindName == "string" else {
                throw Failure("`base` of `int` goes with a text, and `x` is \(call.value("x").kindWithArticle)")
            }
            switch call.value("x") {
            case .string(let text):
                let digits = text.trimmed.replacing("_", with: "")
                guard base == 10 else {
                    guard let whole = Int(withoutPrefix(digits, base: base), radix: base) else {
                        throw Failure("\(quoted(text)) is not a whole number of base \(base)")
                    }
                    return try .exact(whole)
                }
                guard let whole = Int(digits) else {
                    let isWhole = Double(digits) != nil && digits.allSatisfy { "+-0123456789".contains($0) }
                    throw Failure(
                        isWhole
                            ? "the whole number \(quoted(text)) has more digits than a number holds"
                            : "\(quoted(text)) is not a whole number",
                        help: Double(digits) == nil
                            ? []
                            : [
                                isWhole
                                    ? "`float(text)` gives the nearest number"
                                    : "`int(float(text))` cuts its fraction off"
                            ])
                }
                return try .exact(whole)
            case .boolean(let flag): return .number(flag ? 1 : 0)
            case .number(let number):
                guard number.isFinite else { throw Failure("\(numberText(number)) is not a whole number") }
                // Without the sign of -0.
                return .number(number.rounded(.towardZero) + 0)
            default: return try converted(call, to: .int64)
            }
        },
        Builtin(
            "float(x)", .values, "The number of a text or a boolean; of a tensor, float32.",
            details:
                "`float(x)` of a tensor is `cast(x, \"float32\")`, `double(x)` and `long(x)` are float64 and int64.",
            example: "float(\"0.5\")", shortcut: .one { $0.isNumber ? $0 : nil }
        ) { call in
            switch call.value("x") {
            case .string(let text):
                guard let number = Double(text.trimmed.replacing("_", with: "")) else {
                    throw Failure("\(quoted(text)) is not a number")
                }
                return .number(number)
            case .boolean(let flag): return .number(flag ? 1 : 0)
            case .number: return call.value("x")
            // `x.float()` keeps the gradient: see `FamiliarNames.methods`.
            case .tensor(let tensor) where tensor.isTracked && tensor.count == 1:
                return .number(try call.endingGradient("x").item())
            case .tensor(let tensor) where tensor.rank == 0 && !tensor.dtype.isFloatingPoint:
                return .number(try tensor.value.item())
            default: return try converted(call, to: .float32)
            }
        },
        Builtin("double(x)", .tensors, "The elements of a tensor as float64.", example: "double([1, 2]).dtype") {
            try converted($0, to: .float64)
        },
        Builtin("long(x)", .tensors, "The elements of a tensor as int64.", example: "long([1.7, 2]).dtype") {
            try converted($0, to: .int64)
        },
        Builtin(
            "bool(x)", .values,
            "False of 0, none and what is empty, else true; of a tensor, whether each element is not 0.",
            example: "bool(\"\")\nbool(tensor([0, 2]))"
        ) { call in
            switch call.value("x") {
            case .none: return .boolean(false)
            case .number(let number): return .boolean(number != 0)
            case .boolean: return call.value("x")
            case .string(let text): return .boolean(!text.isEmpty)
            case .tensor: return try converted(call, to: .bool)
            case let value: return .boolean((value.knownCount ?? value.object(as: RuntimeObject.self)?.length) != 0)
            }
        },
        Builtin(
            "array(data, dtype=none)", .tensors, "A tensor of float64, in which NumPy computes.",
            details: """
                `tensor` makes float32, in which models compute. Booleans are bool, a tensor keeps its dtype, and `dtype=int` is
                for whole numbers, such as indices. A list of texts becomes a column, which `==` compares element by element.
                """,
            example: "array([0.5, 2]).dtype\narray([1, 2], dtype=int).dtype"
        ) { call in
            let dtype = try call.optionalDType("dtype")
            if let dtype { _ = try call.value("data").plainNumbers()?.checked(for: dtype) }
            guard let made = try call.value("data").asVariable(dtype: dtype, plain: .float64) else {
                if dtype == nil, let texts = call.value("data").textArray { return texts }
                throw call.failureOfArray()
            }
            return Value.tensor(made).withoutColumn
        },
        Builtin(
            "to(x, what)", .tensors, "A tensor in another dtype, or in that of another tensor.",
            details: """
                `x.to("cpu")`, of a model too, is x: everything runs on this machine's processor. `cast(x, dtype)` is the same
                for dtypes.
                """,
            example: "ones([2]).to(\"float64\").dtype"
        ) { call in
            let (value, what) = (call.value("x"), call.value("what"))
            switch what {
            case .string("cpu"): return value
            case .string(let name) where name == "cuda" || name.hasPrefix("cuda:") || name == "mps":
                throw Failure(
                    "there is no device \(quoted(name)): everything runs on this machine's processor",
                    help: "leave `.to(...)` out, or write \"cpu\"")
            case .tensor(let other): return .tensor(try call.tensor("x").converted(to: other.dtype))
            default: return .tensor(try call.tensor("x").converted(to: call.dtype("what")))
            }
        },
        Builtin(
            "contiguous(x)", .tensors, "The tensor itself: every tensor can be given any shape.",
            details: "`x.numpy()` and `x.cpu()` are x too: there is one kind of array, in this machine's memory.",
            example: "contiguous([1, 2])"
        ) { call in call.value("x") },
        Builtin(
            "size(x, axis=none)", .shapes, "The sizes of a tensor's axes, or of one of them; the same as `x.shape`.",
            example: "zeros([2, 3]).size(1)"
        ) { call in
            let shape = try call.tensor("x").shape
            guard let axis = try call.optionalInteger("axis") else { return .list(shape.map { .integer($0) }) }
            guard (-shape.count..<shape.count).contains(axis) else {
                throw Failure("the tensor has no axis \(axis): its shape is \(shape)")
            }
            return .integer(shape[axis < 0 ? axis + shape.count : axis])
        },
        Builtin("dim(x)", .shapes, "How many axes a tensor has; the same as `x.ndim`.", example: "dim([[1, 2]])") {
            call in
            .integer(try call.tensor("x").rank)
        },
        Builtin(
            "copy(x)", .values, "A list, record, set or tensor itself: values are copies already.",
            details: "Models and objects are shared by all names that they have, and `clone` makes another.",
            example: "xs = [1, 2]\nys = xs.copy()"
        ) { call in
            if case .object(let object) = call.value("x"), object is ModuleObject || object is InstanceObject {
                throw Failure(
                    "`copy` of \(call.value("x").kindWithArticle) could mean the same one or another",
                    help: "`clone(x)` gives another with copies of all that it holds")
            }
            return call.value("x")
        },
        Builtin(
            "iter(x)", .values, "What goes through the elements of x, one at each `next`.",
            example: "it = iter([1, 2])\nnext(it)\nnext(it)"
        ) { call in
            if call.value("x").object(as: IteratorObject.self) != nil { return call.value("x") }
            return .object(IteratorObject(try call.value("x").makeIterator()))
        },
        Builtin(
            "next(iterator, default=none)", .values, "The next element of what `iter` gives.",
            details: "Behind the last one it is the default, or an error without one.",
            example: "batch = next(iter(batches(dataset(arange(6), arange(6)), 2)))\nbatch.x"
        ) { call in
            let iterator = try call.object("iterator", as: IteratorObject.self, called: "what `iter(x)` gives")
            if let element = try iterator.next() { return element }
            guard call.isGiven("default") else {
                throw Failure("there is no next element", help: "`next(it, none)` gives none behind the last one")
            }
            return call.value("default")
        },
    ]

    private static func converted(_ call: Call, to dtype: DType) throws -> Value {
        let x = try call.tensor("x")
        if !dtype.isFloatingPoint { try Value.tensor(x).checkConstant("`x` of `\(call.name)`") }
        return Value.tensor(try x.converted(to: dtype)).unwrapped
    }

    /// The digits after `0x`, `0o` or `0b`, which Python takes where they name the base.
    private static func withoutPrefix(_ digits: String, base: Int) -> String {
        let sign = digits.prefix { $0 == "-" || $0 == "+" }
        let rest = digits.dropFirst(sign.count)
        guard let prefix = [16: "0x", 8: "0o", 2: "0b"][base], rest.lowercased().hasPrefix(prefix) else {
            return digits
        }
        return String(sign + rest.dropFirst(prefix.count))
    }
}

/// A place in something that has elements: `iter(x)`.
package final class IteratorObject: RuntimeObject {
    let next: () throws -> Value?

    init(_ next: @escaping () throws -> Value?) { self.next = next }

    package override var kindName: String { "iterator" }

    package override func makeIterator() throws -> (() throws -> Value?)? { self.next }

    package override func display(_ style: DisplayStyle) throws -> String {
        "an iterator: `next(it)` gives its next element"
    }
}
