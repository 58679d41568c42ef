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
        let maker = try exampleMaker(count, text: function.sourceText, try string("name")) { index, interpreter in
            try Self.example(interpreter.call(function, [.integer(index)]), index)
        }
        return try Dataset(
            maker, classNames: has("classes") ? try strings("classes") : nil, scale: try optionalNumber("scale"),
            name: try string("name"))
    }

    /// The dataset that an object with `len` and `get` is; nil for other values.
    func madeDataset(of value: Value) throws -> Dataset? {
        guard let object = value.instance, let items = try ExampleItems(value) else { return nil }
        // Those of the library need not be made example by example.
        if object.definition.special(.get)?.code.source.source.isHidden == true {
            if let tensors = try object.field("tensors")?.elements?.compactMap({ try $0.asVariable()?.value }),
                let x = tensors.first, tensors.count <= 2
            {
                // What stands in the tensors is what the model sees, bytes too.
                return try Dataset(x: x, y: tensors.count == 2 ? tensors[1] : nil, scale: 1)
            }
            if let indices = try object.field("indices")?.elements?.compactMap(\.asInteger),
                let whole = try object.field("dataset").flatMap({ try madeDataset(of: $0) })
            {
                return try whole.selecting(indices)
            }
        }
        guard items.count > 0 else { throw Failure("the data set of the class `\(items.name)` has no examples") }
        return try Dataset(
            try exampleMaker(items.count, text: items.name, items.name) { index, _ in
                try Self.example(ofPair: items.item(index), index)
            }, name: items.name)
    }

    private func exampleMaker(
        _ count: Int, text: String, _ name: String, _ make: @escaping (Int, Interpreter) throws -> ExampleMaker.Made
    ) throws -> ExampleMaker {
        let root = interpreter.root
        let key = RandomKey(seed: root.random.seed).child(named: "dataset")
        return try ExampleMaker(count: count, text: text, name: name) { [unowned root] index in
            let interpreter = Interpreter.ofThread.object ?? root
            let streams = interpreter.random
            // An example is the same each time, whatever is drawn for it.
            interpreter.random.start(at: key.child(UInt64(index)))
            defer { interpreter.random = streams }
            do { return try make(index, interpreter) } catch var failure as Failure {
                if !failure.isInterrupt {
                    failure.diagnostic.help.append("the function of \(name) was called for example \(index)")
                }
                throw failure
            }
        }
    }

    /// Of a pair [x, y], which `get` of a class gives as it does for PyTorch.
    private static func example(ofPair value: Value, _ index: Int) throws -> ExampleMaker.Made {
        guard let parts = try value.elements else { return try example(value, index) }
        guard parts.count == 1 || parts.count == 2 else {
            throw Failure(
                "example \(index) has \(parts.count) parts, and a model learns from pairs [x, y]",
                help: "a loop takes others: `for a, b, c in batches(data, 64) { step opt ... }`")
        }
        return try example(.record(Record(zip(["x", "y"], parts).map { ($0, $1) })), index)
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
