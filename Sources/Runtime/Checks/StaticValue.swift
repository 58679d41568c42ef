import Autograd
import Language
import TensorCore

/// What is known of a value before the code that gives it runs.
indirect enum StaticValue: Equatable {
    case unknown
    /// A number; itself where it is written out.
    case number(Double?)
    case truth(Bool)
    case text
    /// The elements, where they are known.
    case list([StaticValue]?)
    /// The shape, where it is known.
    case tensor([Int]?)
    case record([String: StaticValue])
    case object(Sample)
    /// An object of a class of the text, by the names of its fields and methods.
    case instance([String])
    /// What gives another value where it is called: a model or a class of the text.
    case maker(StaticValue)

    /// A small program whose value stands for all objects of a kind.
    enum Sample: String {
        case table = "table([])"
        case dataset = "dataset(zeros([2, 1]), zeros([2, 1]))"
        case model = "model net() { fn forward(x) = x }\nnet()"
        case run = """
            model net() { linear 1 }
            data = dataset(zeros([2, 1]), zeros([2, 1]))
            train net() data epochs=1 batch=2 loss=mse
            """
    }

    init(_ value: Value) {
        switch value {
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .truth(flag)
        case .string: self = .text
        case .list, .range: self = .list(nil)
        case .tensor(let tensor): self = .tensor(tensor.shape)
        default: self = .unknown
        }
    }

    /// The same after changes that are not followed: a list of other elements, a tensor of another shape.
    var widened: StaticValue {
        switch self {
        case .number, .truth: .number(nil)
        case .list: .list(nil)
        case .tensor: .tensor(nil)
        case .record(let fields): .record(fields.mapValues { _ in .unknown })
        default: self
        }
    }

    /// What is kept of it under a name: a list or a record may be changed anywhere.
    var named: StaticValue {
        switch self {
        case .list, .record: widened
        default: self
        }
    }

    var whole: Int? {
        guard case .number(let number?) = self else { return nil }
        return Int(exactly: number)
    }

    /// The whole numbers of a list, or the only one.
    var wholes: [Int]? {
        if let whole { return [whole] }
        guard case .list(let elements?) = self else { return nil }
        let wholes = elements.compactMap(\.whole)
        return wholes.count == elements.count ? wholes : nil
    }

    var shape: [Int]? {
        if case .tensor(let shape) = self { shape } else { nil }
    }

    /// A value that functions of shapes take for it; nil where too little is known.
    var value: Value? {
        switch self {
        case .number(let number?): return .number(number)
        case .truth(let flag): return .boolean(flag)
        case .list(let elements?):
            let values = elements.compactMap(\.value)
            return values.count == elements.count ? .list(values) : nil
        case .tensor(let shape?):
            guard (try? Tensor.checkedCount(shape)) != nil else { return nil }
            return .tensor(Variable(Tensor.placeholder(shape, dtype: .float32)))
        default: return nil
        }
    }
}

extension Interpreter {
    /// A value of the kind that an expression behind some statements has, as far as that shows without running them, or
    /// the names that can stand behind a point there.
    ///
    /// - Parameter end: Where the expression stands in the source of the statements.
    package func standIn(
        for expression: Expression, behind statements: [Statement], of source: SourceText, at end: Int
    ) -> (value: Value?, names: [String]) {
        var reading = StaticReading(self, source, statements, end: end)
        reading.read(statements)
        reading.hasEnded = true
        let found = reading.value(of: expression)
        switch found {
        case .tensor: return (found.value ?? StaticValue.tensor([1]).value, [])
        case .text: return (.string(""), [])
        case .list: return (.list([]), [])
        case .record(let fields): return (.record(Record()), fields.keys.sorted())
        case .instance(let names): return (nil, names)
        case .object(let sample): return (Self.value(of: sample), [])
        case .number, .truth, .maker, .unknown: return (nil, [])
        }
    }

    /// Made by an interpreter of its own, for nothing of the session is to change.
    private static func value(of sample: StaticValue.Sample) -> Value? {
        let module = Namespace(name: "sample")
        let interpreter = Interpreter(module: module, sink: NoOutput())
        let source = SourceText(name: "sample", text: sample.rawValue)
        return try? Parser.parse(source).block.statements.reduce(Value?.none) {
            try interpreter.run($1, of: source, in: module)
        }
    }
}

private final class NoOutput: OutputSink {
    func emit(_ output: Output) {}
}
