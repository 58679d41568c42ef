import Autograd
import Datasets
import TensorCore

private let byDetails = """
    by: "character" (in the order of Unicode) or "word" (what white space separates, the most frequent first). specials: tokens
    that come first. min_count: tokens that come less often are left out; max_size: only so many of the most frequent are
    kept. Those left out are read as "<unk>", which then comes first.
    """

extension Builtin {
    /// Bodies of text for models of one language.
    static let corpora: [Builtin] = [
        Builtin(
            "corpus(path, by=\"character\", min_count=1, max_size=none, specials=[], encoding=none)", .files,
            "A file of text as the numbers of its tokens, with its vocabulary.",
            details: """
                Fields: text, tokens (int64 [n]), vocabulary, name. `windows(c, 64)` makes a dataset of it for a language model, and
                `decode(c.vocabulary, numbers)` gives text again.
                \(byDetails)
                """,
            example:
                "save \"to be or not to be\" \"/tmp/example.txt\"\nc = corpus \"/tmp/example.txt\"\nc.tokens[:5]"
        ) { call in
            let text = try call.fileText()
            let path = try call.string("path")
            let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
            let vocabulary = try call.vocabulary(of: [.string(text)])
            return .object(CorpusObject(name, text, try vocabulary.encoded(text), vocabulary))
        },
        Builtin(
            "vocabulary(texts, by=\"character\", min_count=1, max_size=none, specials=[])", .files,
            "The different tokens of a text or of a list of texts, each with its number.",
            details: """
                v["a"] is the number of a token, v[3] the token of a number, v.tokens all of them, len(v) how many there are;
                `encode(v, text)` and `decode(v, numbers)` translate. Lists of tokens are taken in the place of texts.
                \(byDetails)
                """,
            example: "v = vocabulary([\"emma\", \"olivia\"], specials=[\".\"])\nv.tokens\nv[\"e\"]"
        ) { call in
            let texts = try call.value("texts").asString.map { [Value.string($0)] } ?? call.list("texts")
            return .object(try call.vocabulary(of: texts))
        },
        Builtin(
            "windows(x, size, step=none)", .files,
            "A dataset of the parts of `size` elements of a sequence, whose targets are the next elements.",
            details: """
                x is a corpus, a tensor [n] or [n, ...], or a list of numbers. Its example i is x[s:s+size], with s = i * step, and its
                target x[s+1:s+size+1]. Without `step` parts do not overlap; step=1 takes one at each place, with `size` times the
                memory of x.
                """,
            example: "windows([1, 2, 3, 4, 5, 6, 7], 3).x\nwindows([1, 2, 3, 4, 5, 6, 7], 3).y"
        ) { call in try windows(call) },
        Builtin(
            "pad_sequence(lists, value=0, length=none, batch_first=true)", .files,
            "Sequences of different lengths side by side, with `value` behind the shorter ones: [n, longest, ...].",
            details: """
                Whole numbers in lists become int64, tensors keep their dtype. length: pads or cuts to it instead.
                batch_first=false gives [longest, n, ...], PyTorch's default. Gradients flow to tensors.
                """,
            example: "pad_sequence([[1, 2, 3], [4], []])"
        ) { call in .tensor(try padded(call)) },
    ]

    private static func windows(_ call: Call) throws -> Value {
        let corpus = call.value("x").object(as: CorpusObject.self)
        let x = try corpus?.tokens ?? call.constantSequence("x")
        let size = try call.integer("size", atLeast: 1)
        let step = call.has("step") ? try call.integer("step", atLeast: 1) : size
        guard x.rank > 0, x.shape[0] > size else {
            throw Failure(
                "a window of \(size) elements and the next one do not fit in \(x.shape.first ?? 1)",
                help: "take a smaller `size`, or a longer sequence")
        }
        let count = (x.shape[0] - size - 1) / step + 1
        // Asked for before indices are made.
        _ = try Tensor.empty([count, size] + x.shape.dropFirst(), dtype: x.dtype)
        let starts = try Tensor.arange(0, Double(count), dtype: .int64).combined(.multiply, with: Double(step))
        let offsets = try Tensor.arange(0, Double(size), dtype: .int64)
        let places = try Tensor.combine(.add, starts.unsqueeze(1), offsets)
        let data = try Dataset(
            x: x.take(places), y: x.take(places.combined(.add, with: 1)), scale: 1, name: corpus?.name ?? "windows")
        return .object(DatasetObject(data))
    }

    private static func padded(_ call: Call) throws -> Variable {
        let rows: [Value] = try call.value("lists").elements ?? call.tensors("lists").map { .tensor($0) }
        let rowsOfTensors: [Variable?] = try rows.map { row in
            if let elements = try row.elements, elements.isEmpty { return nil }
            guard let tensor = try row.sequence(plain: .float64), tensor.rank > 0 else {
                throw call.failure("lists", takes: "a list of lists of numbers or tensors")
            }
            return tensor
        }
        let tensors = try Operands.tensors(rowsOfTensors.compactMap { $0.map { Value.tensor($0) } }).compactMap { $0 }
        let inner = tensors.first.map { Array($0.shape.dropFirst()) } ?? []
        if let other = tensors.first(where: { $0.shape.dropFirst() != inner[...] }) {
            throw Failure(
                "the sequences have elements of shapes \(inner) and \(Array(other.shape.dropFirst()))",
                help: "only the first axis may differ in size")
        }
        let longest = try call.optionalInteger("length") ?? tensors.map { $0.shape[0] }.max() ?? 0
        guard longest >= 0 else { throw call.failure("length", takes: "a whole number of at least 0") }
        let value = try call.number("value")
        let common = tensors.dropFirst().reduce(tensors.first?.dtype ?? .int64) { .promoted($0, $1.dtype) }
        let dtype = common.holding(value)
        let blank = Variable(try Tensor.full([longest] + inner, value, dtype: dtype))
        _ = try Tensor.empty([rows.count, longest] + inner, dtype: dtype)
        var next = tensors.makeIterator()
        let same = try rowsOfTensors.map { row -> Variable in
            guard row != nil, let tensor = next.next() else { return blank }
            let kept = min(tensor.shape[0], longest)
            let cut = try tensor.cast(to: dtype).at([.slice(start: 0, stop: kept, step: 1)])
            let widths = [(0, longest - kept)] + inner.map { _ in (0, 0) }
            return kept == longest ? cut : try cut.pad(widths.map { (before: $0.0, after: $0.1) }, value: value)
        }
        guard !same.isEmpty else { return Variable(try Tensor.zeros([0, longest], dtype: dtype)) }
        return try Variable.stack(same, axis: try call.boolean("batch_first") ? 0 : 1)
    }

    static func encoded(_ call: Call) throws -> Value {
        if let text = call.value("x").asString {
            guard !call.has("text") || call.value("text").asString.map({ TextEncoding(name: $0) == .utf8 }) == true
            else {
                throw Failure(
                    "`encode` of a string gives its bytes in UTF-8",
                    help: "by a vocabulary it is encode(vocabulary, text)")
            }
            try ListLength.check(text.utf8.count)
            return .list(text.utf8.map { .integer(Int($0)) })
        }
        let vocabulary = try call.vocabularyObject("x")
        if let texts = try call.value("text").elements {
            return .list(
                try texts.map { text in
                    guard let text = text.asString else {
                        throw call.failure("text", takes: "a string or a list of them")
                    }
                    return .tensor(try vocabulary.encoded(text))
                })
        }
        return .tensor(try vocabulary.encoded(call.string("text")))
    }

    static func decoded(_ call: Call) throws -> Value {
        if call.value("x").object(as: VocabularyObject.self) != nil
            || call.value("x").object(as: CorpusObject.self) != nil
        {
            let vocabulary = try call.vocabularyObject("x")
            if let rows = try call.value("tokens").elements, rows.contains(where: \.hasAxes) {
                return .strings(try rows.map { try vocabulary.decoded(call.wholeNumbers($0, in: "tokens")) })
            }
            if case .tensor(let tensor) = call.value("tokens"), tensor.rank == 2 {
                return .strings(
                    try call.tensors("tokens").map {
                        try vocabulary.decoded(call.wholeNumbers(.tensor($0), in: "tokens"))
                    })
            }
            return .string(try vocabulary.decoded(call.wholeNumbers(call.value("tokens"), in: "tokens")))
        }
        let numbers = try call.wholeNumbers(call.value("x"), in: "x")
        let bytes = try numbers.map { number in
            guard let byte = UInt8(exactly: number) else {
                throw Failure(
                    "\(number) is not a byte: they go from 0 to 255",
                    help: "by a vocabulary it is decode(vocabulary, tokens)")
            }
            return byte
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("the bytes are not text in UTF-8")
        }
        return .string(text)
    }
}

extension Value {
    /// A tensor; of a list of whole numbers one of int64.
    ///
    /// - Parameter plain: The dtype of lists with fractions.
    fileprivate func sequence(plain: DType = .float32) throws -> Variable? {
        guard let numbers = try plainNumbers(), numbers.valueType == nil, !numbers.isBoolean else {
            return try asVariable(plain: plain)
        }
        return try numbers.variable(dtype: numbers.numbers.allSatisfy { Int64(exactly: $0) != nil } ? .int64 : plain)
    }
}

extension Call {
    fileprivate func constantSequence(_ parameter: String) throws -> Tensor {
        try value(parameter).checkConstant("`\(parameter)` of `\(name)`")
        guard let tensor = try value(parameter).sequence() else {
            throw failure(parameter, takes: "a corpus or a tensor")
        }
        return tensor.value
    }

    func vocabularyObject(_ parameter: String) throws -> VocabularyObject {
        if let corpus = value(parameter).object(as: CorpusObject.self) { return corpus.vocabulary }
        return try object(parameter, as: VocabularyObject.self, called: "a string or a vocabulary")
    }

    fileprivate func wholeNumbers(_ value: Value, in parameter: String) throws -> [Int] {
        if let single = value.asInteger { return [single] }
        if case .tensor(let tensor) = value, tensor.rank == 1, !tensor.dtype.isFloatingPoint {
            return tensor.value.integers()
        }
        guard let numbers = try value.elements?.map(\.asInteger), !numbers.contains(nil) else {
            throw failure(parameter, takes: "whole numbers")
        }
        return numbers.compactMap { $0 }
    }

    /// The tokens of texts, or of lists of tokens.
    fileprivate func vocabulary(of texts: [Value]) throws -> VocabularyObject {
        let unit = try unit("by")
        let specials = try strings("specials")
        guard Set(specials).count == specials.count else { throw failure("specials", takes: "different strings") }
        var counts: [String: Int] = [:]
        var total = 0
        func add(_ token: String) throws {
            total += 1
            if total & 0xFFFF == 0, Interrupt.isRequested { throw Failure.interrupted }
            counts[token, default: 0] += 1
        }
        for text in texts {
            if let text = text.asString {
                switch unit {
                case .character: for character in text.unicodeScalars { try add(String(character)) }
                case .word: for word in text.split(whereSeparator: \.isWhitespace) { try add(String(word)) }
                }
                continue
            }
            guard let tokens = try text.elements else {
                throw Failure("a vocabulary is made of strings or lists of strings, not of \(text.kindWithArticle)")
            }
            for token in tokens {
                guard let token = token.asString else {
                    throw Failure("a token is a string, not \(token.kindWithArticle)")
                }
                try add(token)
            }
        }
        return VocabularyObject(
            TokenTable(
                of: counts, by: unit, specials: specials, minCount: try integer("min_count", atLeast: 1),
                most: has("max_size") ? try integer("max_size", atLeast: 0) : nil))
    }
}
