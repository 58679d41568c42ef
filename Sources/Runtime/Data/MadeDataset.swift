import Datasets
import TensorCore

extension Call {
    /// `dataset(n, i -> {x=..., y=...})`: a dataset whose examples a function makes; nil where the call is of another kind.
    func madeDataset() throws -> Dataset? {
        guard value("y").isCallable else { return nil }
        guard let count = value("x").asInteger, count > 0 else {
            throw failure("x", takes: "the number of examples, at least 1, where `y` is a function that makes them")
        }
        try ListLength.check(count)
        let function = value("y")
        let name = try string("name")
        let root = interpreter.root
        let key = RandomKey(seed: root.random.seed).child(named: "dataset")
        let maker = try ExampleMaker(count: count, text: function.sourceText, name: name) { [unowned root] index in
            let interpreter = Interpreter.ofThread.object ?? root
            let streams = interpreter.random
            // An example is the same each time, whatever is drawn for it.
            interpreter.random.start(at: key.child(UInt64(index)))
            defer { interpreter.random = streams }
            do {
                return try Self.example(interpreter.call(function, [.integer(index)]), index)
            } catch var failure as Failure {
                if !failure.isInterrupt {
                    failure.diagnostic.help.append("the function of \(name) was called for example \(index)")
                }
                throw failure
            }
        }
        return try Dataset(
            maker, classNames: has("classes") ? try strings("classes") : nil, scale: try optionalNumber("scale"),
            name: name)
    }

    private static func example(_ value: Value, _ index: Int) throws -> ExampleMaker.Made {
        var parts: (x: Value, y: Value) = (value, .none)
        if case .record(let record) = value {
            guard let x = record["x"] else {
                throw Failure("example \(index) is a record without x", help: "such as {x=randn([3]), y=0}")
            }
            parts = (x, record["y"] ?? .none)
        }
        guard let x = try parts.x.asVariable(plain: .float32)?.value else {
            throw Failure(
                "example \(index) has \(parts.x.kindWithArticle) as x, which is a tensor or numbers",
                help: "the function gives {x=..., y=...}, or x alone")
        }
        guard !parts.y.isNone else { return (x, nil) }
        guard let y = try parts.y.asVariable()?.value else {
            throw Failure("example \(index) has \(parts.y.kindWithArticle) as y, which is a number or a tensor")
        }
        // A plain whole number is a class.
        let isTensor = if case .tensor = parts.y { true } else { false }
        let isWhole = !isTensor && y.doubles().allSatisfy { Int64(exactly: $0) != nil }
        return (x, try y.cast(to: isWhole || isTensor && !y.dtype.isFloatingPoint ? .int64 : .float32))
    }
}
