import Autograd
import Language
import TensorCore

extension Builtin {
    /// Printing, lists, numbers and what the language itself needs.
    static let language: [Builtin] = [
        Builtin(
            "print(*values, sep=\" \", end=\"\\n\", all=false, width=none, raw=false, file=none)", .language,
            "Prints values, strings without quotes.",
            details: """
                Formats are those of Python: "{x:.4f}". Control characters, which move the cursor or give orders to the terminal,
                are written as \\u{1b}, but for ends of lines and tabs; raw=true sends them.
                """,
            example: "print \"loss {0.12345:.3f}\" 42"
        ) { call in
            var style = call.interpreter.printStyle
            style.isWhole = try call.boolean("all")
            if call.has("width") {
                style.width = try call.integer("width", atLeast: 20)
                style.tensorWidth = style.width
            }
            let words = try call.list("values").map { try $0.printedText(style) }
            let end = try call.string("end").replacing("\\n", with: "\n")
            let text = words.joined(separator: try call.string("sep")) + end
            if try call.writes(text) { return .none }
            try call.interpreter.sink.emit(try call.boolean("raw") ? .rawText(text) : .text(text))
            return .none
        },
        Builtin(
            "len(x)", .values, "How many elements, characters, fields or rows it has; of a tensor, the size of axis 0.",
            example: "len([1, 2, 3])",
            shortcut: .one {
                switch $0 {
                case .list(let elements): .integer(elements.count)
                case .record(let record): .integer(record.count)
                case .range(let range): .integer(range.count)
                default: nil
                }
            }
        ) { call in
            let value = call.value("x")
            switch value {
            case .string(let text): return .integer(try text.characterCount())
            case .record(let record): return .integer(record.count)
            case .set(let set): return .integer(set.count)
            case .range(let range): return .integer(range.count)
            case .list(let elements): return .integer(elements.count)
            case .tensor(let tensor) where tensor.rank > 0: return .integer(tensor.shape[0])
            case .object(let object):
                if let length = try value.instance?.count() ?? object.length { return .integer(length) }
            default: break
            }
            throw Failure("\(value.kindWithArticle) has no length")
        },
        Builtin(
            "range(start, stop=none, step=1)", .values, "The numbers from start (or 0) up to but without stop.",
            example: "[x for x in range(2, 10, 3)]"
        ) { call in
            let first = try call.number("start")
            let (start, stop) = call.has("stop") ? (first, try call.number("stop")) : (0, first)
            let step = try call.number("step")
            guard step != 0, step.isFinite else { throw call.failure("step", takes: "a number other than 0") }
            let count = max(((stop - start) / step).rounded(.up), 0)
            guard count < 1e15 else {
                throw Failure(
                    "the range would have \(numberText(count)) numbers, and ranges have less than 1e15",
                    help: "to go on without an end, write `while true { ... }`, which `break` leaves")
            }
            guard count == 0 || max(abs(start), abs(stop)) <= 0x1p53 else {
                throw Failure(
                    "the range goes beyond 2**53, up to where numbers hold all whole ones",
                    help: "`arange(start, stop)` is an int64 tensor, which holds them up to 2**63")
            }
            return .range(NumberRange(start: start, step: step, count: Int(count)))
        },
        Builtin(
            "type(x, dtype=none)", .values, "The name of a value's kind.",
            details: "With a dtype it is `cast(x, dtype)`, as PyTorch's x.type(dtype).", example: "type([1, 2])"
        ) { call in
            guard let dtype = try call.optionalDType("dtype") else { return .string(call.value("x").kindName) }
            return .tensor(try call.tensor("x").converted(to: dtype))
        },
        Builtin(
            "str(x)", .text, "The text that `print` shows for a value.", example: "str(0.5) + \"!\"",
            shortcut: .one {
                switch $0 {
                case .number(let number): .string(Value.text(of: number))
                case .string: $0
                default: nil
                }
            }
        ) { call in
            call.interpreter.noteText(of: call.value("x"))
            return .string(try call.value("x").wholeText(call.interpreter.printStyle))
        },
        Builtin(
            "number(x)", .values, "The number that a string, boolean or one-element tensor stands for.",
            example: "number(\"0.5\")"
        ) { call in
            switch call.value("x") {
            case .string(let text):
                let trimmed = text.trimmed
                guard let number = Double(trimmed.replacing("_", with: "")) else {
                    throw Failure("\(quoted(text)) is not a number")
                }
                try call.interpreter.checkNoTextIsReadBack()
                return .number(number)
            case .boolean(let flag): return .number(flag ? 1 : 0)
            case .tensor(let tensor) where tensor.isTracked && tensor.count == 1: return .tensor(try tensor.reshape([]))
            case .tensor(let tensor) where call.value("x").isLargeWhole: return .tensor(try tensor.reshape([]))
            case let value:
                guard let number = value.asNumber else { throw call.failure("x", takes: "a string or a number") }
                return .number(number)
            }
        },
        Builtin("list(x)", .values, "The elements of anything that a loop can go through.", example: "list(\"abc\")") {
            call in
            var elements: [Value] = []
            if case .tensor(let tensor) = call.value("x") { return try nestedList(tensor) }
            try ListLength.check(call.value("x").knownCount ?? 0)
            let next = try call.value("x").makeIterator()
            while let element = try next() { try elements.grow(by: element) }
            return .list(elements)
        },
        Builtin(
            "append(list, value)", .values,
            "`xs.append(v)` adds an element to the list `xs`. A new list is `xs + [v]`.",
            example: "xs = [1, 2]\nxs.append(3)\nxs",
            mutate: { value, call in
                try changeList(&value, call) { $0.append(call.value("value")) }
                return .none
            },
            listShortcut: .add { $0.append($1) }
        ) { call in throw needsName(call) },
        Builtin(
            "extend(list, values)", .values, "`xs.extend(ys)` adds the elements of another list.",
            example: "xs = [1]\nxs.extend([2, 3])\nxs",
            mutate: { value, call in
                let more = try allElements(call.value("values"))
                try changeList(&value, call) { $0 += more }
                return .none
            }
        ) { call in throw needsName(call) },
        Builtin(
            "insert(list, index, value)", .values, "`xs.insert(0, v)` puts a value before the element at an index.",
            example: "xs = [2, 3]\nxs.insert(0, 1)\nxs",
            mutate: { value, call in
                let index = try call.integer("index")
                try changeList(&value, call) { $0.insert(call.value("value"), at: insertionPoint(index, $0.count)) }
                return .none
            }
        ) { call in throw needsName(call) },
        Builtin(
            "pop(list, index=none, default=none)", .values,
            "`xs.pop()` takes an element out of the list `xs` and gives it; `d.pop(k)` the value of a key out of a record.",
            details: """
                The last element unless an index is given. Where a record has no such key, `default` if it is given.
                `t.pop("x")` takes a column out of a table.
                """,
            example: "xs = [1, 2, 3]\nxs.pop()\nxs\nd = {a=1, b=2}\nd.pop(\"a\")\nd",
            mutate: { value, call in
                if value.isRecord { return try popField(&value, call) }
                if value.isSet { return try popElement(&value) }
                if let table = value.object(as: TableObject.self) {
                    let name = try call.string("index")
                    guard let column = table.column(name) else { throw table.unknownColumn(name) }
                    value = .object(try table.selecting(table.columns.map(\.name).filter { $0 != name }))
                    return .list(column)
                }
                let index = call.has("index") ? try call.integer("index") : -1
                var taken = Value.none
                guard value.isList, let count = value.knownCount else { throw notAList(value, call) }
                let position = index < 0 ? index + count : index
                guard position >= 0, position < count else {
                    throw Failure(
                        count == 0
                            ? "there is nothing to pop: the list is empty"
                            : "there is no element \(index) to pop: the list has \(count)")
                }
                try changeList(&value, call) { taken = $0.remove(at: position) }
                return taken
            },
            listShortcut: .take { $0.popLast() }
        ) { call in throw needsName(call) },
        Builtin(
            "remove(list, value)", .values,
            "`xs.remove(v)` takes the first element equal to v out of the list `xs`; `d.remove(k)` a key out of a record.",
            example: "xs = [1, 2, 3]\nxs.remove(2)\nxs\nr = {a=1, b=2}\nr.remove(\"a\")\nr",
            mutate: { value, call in
                let sought = call.value("value")
                if value.isRecord {
                    try removeField(&value, sought)
                } else if value.isSet {
                    try removeElement(&value, sought)
                } else {
                    guard value.isList else { throw notAList(value, call) }
                    guard let index = try value.elements?.firstIndex(where: { try Operators.equal($0, sought) }) else {
                        throw Failure("\(sought.shortText) is not in the list")
                    }
                    try changeList(&value, call) { $0.remove(at: index) }
                }
                return .none
            }
        ) { call in throw needsName(call) },
        Builtin(
            "reversed(x)", .values, "The elements of a list, a string or axis 0 of a tensor in reverse.",
            example: "reversed([1, 2, 3])"
        ) {
            call in
            if case .string(let text) = call.value("x") {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: text.unicodeScalars.reversed())
                return .string(String(view))
            }
            if case .range(let range) = call.value("x") { return .range(range.reversed) }
            if case .tensor(let tensor) = call.value("x"), tensor.rank > 0 { return .tensor(try tensor.flip([0])) }
            let call = try call.withElements(of: "x")
            return .list(try call.list("x").reversed().mapUntilInterrupt { $0 })
        },
        Builtin(
            "enumerate(x, start=0)", .values, "Pairs of index and element.",
            example: "for i, name in enumerate([\"a\", \"b\"]) { print i name }"
        ) { call in
            let start = Double(try call.integer("start"))
            var pairs: [Value] = []
            try ListLength.check(
                call.value("x").knownCount ?? 0,
                help: "a loop counts without a list: `i = 0`, then `for x in xs { i += 1 }`")
            let next = try call.value("x").makeIterator()
            while let element = try next() {
                try pairs.grow(by: .list([.number(start + Double(pairs.count)), element]))
            }
            return .list(pairs)
        },
        Builtin(
            "zip(*lists, strict=false)", .values,
            "Lists of the first elements, the second elements, ... up to the shortest list.",
            details: "With `strict` it is an error where one ends before another.",
            example: "zip([1, 2], [\"a\", \"b\"])"
        ) { call in
            let isStrict = try call.boolean("strict")
            let given = try call.list("lists")
            guard let shortest = given.map({ $0.knownCount ?? 0 }).min() else { return .list([]) }
            try ListLength.check(
                shortest,
                help: "a loop takes the elements by their index: `for i in range(len(a)) { x, y = [a[i], b[i]] }`")
            var rows: [Value] = []
            let lists = given.compactMap { if case .list(let elements) = $0 { elements } else { nil } }
            if lists.count == given.count, !isStrict || lists.allSatisfy({ $0.count == shortest }) {
                rows.reserveCapacity(shortest)
                for index in 0..<shortest { try rows.grow(by: .list(lists.map { $0[index] })) }
                return .list(rows)
            }
            let iterators = try given.map { try $0.makeIterator() }
            while true {
                var row: [Value] = []
                for (index, next) in iterators.enumerated() {
                    guard let element = try next() else {
                        if isStrict, try index > 0 || iterators.dropFirst().contains(where: { try $0() != nil }) {
                            throw Failure("the lists of `zip` have different lengths: one ends after \(rows.count)")
                        }
                        return .list(rows)
                    }
                    row.append(element)
                }
                try rows.grow(by: .list(row))
            }
        },
        Builtin(
            "map(f, x, *more)", .values, "The list of f of every element, or of what a record has under it.",
            details: "With several lists f gets an element of each, up to the end of the shortest.",
            example: "map(x -> x * x, [1, 2, 3])\n[\"m\", \"f\"].map({m=0, f=1})"
        ) { call in
            let more = try call.list("more")
            if more.isEmpty, let values = try lookedUp(call) { return values }
            let (function, sequence) = try functionAndSequence(call)
            let next = try sequence.makeIterator()
            var results: [Value] = []
            if !more.isEmpty {
                let others = try more.map { try $0.makeIterator() }
                while let element = try next() {
                    let rest = try others.mapWhilePresent { try $0() }
                    guard rest.count == others.count else { break }
                    try results.grow(by: try call.interpreter.call(function, [element] + rest))
                }
                return .list(results)
            }
            try ListLength.check(sequence.knownCount ?? 0)
            while let element = try next() { try results.grow(by: try call.interpreter.call(function, [element])) }
            return .list(results)
        },
        Builtin(
            "filter(f, x)", .values, "The list of the elements for which f is true.",
            details: "Where f is none, of those that are true themselves.",
            example: "filter(x -> x > 1, [1, 2, 3])"
        ) { call in
            let isPlain = call.value("f").isNone
            let (function, sequence) = try isPlain ? (Value.none, call.value("x")) : functionAndSequence(call)
            if let count = sequence.knownCount, count > ListLength.most {
                throw Failure(
                    "`filter` goes through at most \(ListLength.most) elements, and got \(count)",
                    help: "a loop goes through more: `for x in xs { if f(x) { ys.append(x) } }`")
            }
            let next = try sequence.makeIterator()
            var results: [Value] = []
            while let element = try next() {
                if Interrupt.isRequested { throw Failure.interrupted }
                let isKept = try isPlain ? element.isTrue() : call.interpreter.call(function, [element]).isTrue()
                if isKept { try results.grow(by: element) }
            }
            return .list(results)
        },
        Builtin(
            "error(message)", .language, "Stops with an error that `try` can catch.",
            example: "try { error(\"no data\") } catch e { print e.message }"
        ) { call in
            let message = try call.string("message")
            throw Failure(message.isEmpty ? "an error without words" : message)
        },
    ]

    /// `map(f, xs)` as in Python, or `xs.map(f)`.
    private static func functionAndSequence(_ call: Call) throws -> (Value, Value) {
        let (first, second) = (call.value("f"), call.value("x"))
        return !first.isCallable && second.isCallable ? (second, first) : (try call.callable("f"), second)
    }

    /// `xs.map({a=0, b=1})`: what a record has under each element; nil where none of the two is a record.
    private static func lookedUp(_ call: Call) throws -> Value? {
        let (first, second) = (call.value("f"), call.value("x"))
        guard !first.isCallable, !second.isCallable else { return nil }
        let record: Record
        let elements: [Value]
        switch (first, second) {
        case (.record(let found), _) where second.isList: (record, elements) = (found, try second.elements ?? [])
        case (_, .record(let found)) where first.isList: (record, elements) = (found, try first.elements ?? [])
        default: return nil
        }
        return .list(
            try elements.map { element in
                let key = try RecordKey.checked(element)
                if let value = record[key] { return value }
                // What is missing in a column stays so, as in pandas.
                guard element.isMissing else { throw Value.unknownKey(key, record) }
                return .none
            })
    }

    static func changeList(
        _ value: inout Value, _ call: Call, _ change: (inout [Value]) throws -> Void
    ) throws {
        guard value.isList, var elements = try value.elements else { throw notAList(value, call) }
        value = .none
        defer { value = .list(elements) }
        try change(&elements)
    }

    /// Called as a function it could only change a copy.
    static func needsName(_ call: Call) -> Failure {
        let rest = call.function.signature.parameters.dropFirst().map(\.name).joined(separator: ", ")
        return Failure(
            "`\(call.name)` changes what has a name, and is called on it",
            help: call.name == "append" || call.name == "extend"
                ? [
                    "write `xs.\(call.name)(\(rest))`",
                    "for a new list, write `xs + \(call.name == "append" ? "[value]" : "values")`",
                    "in a record, `d.setdefault(k, [])` makes the list, then `d[k].\(call.name)(\(rest))`",
                ]
                : ["write `xs.\(call.name)(\(rest.isEmpty ? "" : "..."))`"])
    }

    static func notAList(_ value: Value, _ call: Call) -> Failure {
        Failure("`\(call.name)` changes a list, not \(value.kindWithArticle)")
    }

    private static func insertionPoint(_ index: Int, _ count: Int) -> Int {
        min(max(index < 0 ? index + count : index, 0), count)
    }

    /// The elements of a tensor as lists of lists.
    static func nestedList(_ tensor: Variable) throws -> Value {
        try ListLength.check(tensor.count)
        guard tensor.rank > 0 else { return Value.tensor(tensor).unwrapped }
        if tensor.rank == 1, !tensor.isTracked {
            let value = tensor.value
            if value.dtype == .bool { return .list(try value.doubles().mapUntilInterrupt { .boolean($0 != 0) }) }
            guard value.dtype == .int64 else { return .list(try value.doubles().mapUntilInterrupt { .number($0) }) }
            // A number holds whole numbers up to 2**53.
            return .list(
                try value.integers().mapUntilInterrupt {
                    $0.magnitude <= 1 << 53 ? .integer($0) : .tensor(try Tensor.scalar(whole: $0))
                })
        }
        return .list(try (0..<tensor.shape[0]).mapUntilInterrupt { try nestedList(tensor.at([.index($0)])) })
    }
}

extension Sequence {
    /// The results up to the first that is nil.
    fileprivate func mapWhilePresent<Result>(_ transform: (Element) throws -> Result?) rethrows -> [Result] {
        var results: [Result] = []
        for element in self {
            guard let result = try transform(element) else { break }
            results.append(result)
        }
        return results
    }
}

extension Call {
    /// Writes what is printed to the `file` of the call, where it is one; the standard streams are where all is printed.
    fileprivate func writes(_ text: String) throws -> Bool {
        guard has("file") else { return false }
        let file = value("file")
        if let module = file.object(as: LibraryObject.self), module.path.hasPrefix("sys.std") { return false }
        guard let write = try file.field("write"), write.isCallable else {
            throw failure("file", takes: "an open file, as `open(path, \"w\")` gives it")
        }
        _ = try interpreter.call(write, [.string(text)])
        return true
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        let kept = self[...].drop(while: \.isWhitespace)
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }
}
