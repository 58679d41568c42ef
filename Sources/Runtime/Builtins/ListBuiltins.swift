import TensorCore

extension Builtin {
    /// Python's further functions and methods of lists.
    static let lists: [Builtin] = [
        Builtin(
            "sorted(x, key=none, reverse=false)", .values,
            "The list of the elements in order, or in that of what `key` gives for each.",
            details: """
                Numbers, strings, and lists of them by their first elements that differ. Equal elements keep their order.
                """,
            example: "sorted([\"bb\", \"a\"], key=len, reverse=true)\nsorted([[2, \"b\"], [1, \"c\"]])"
        ) { call in
            let elements = try allElements(call.value("x"))
            let keys = call.has("key") ? try keyed(elements, call) : elements
            return .list(try order(keys, descending: try call.boolean("reverse")).map { elements[$0] })
        },
        Builtin(
            "index(x, value, start=0, stop=none)", .values,
            "The position of the first element equal to a value; of a part in a string.",
            details: "`start` and `stop` say between which positions it is looked for, as in a slice.",
            example: "index([\"a\", \"b\"], \"b\")"
        ) { call in
            let sought = call.value("value")
            let (start, stop) = (try call.integer("start"), try call.optionalInteger("stop"))
            var position: Int?
            switch call.value("x") {
            case .string(let text):
                let part = try call.string("value")
                let bounds = try SliceBounds(start: start, stop: stop, step: 1, count: text.characterCount())
                position = try text.place(of: part, bounds.first..<bounds.first + bounds.count)
            case .range(let range) where start == 0 && stop == nil: position = sought.asNumber.flatMap(range.index)
            default: position = try Builtin.position(of: sought, in: call.list("x"), start, stop)
            }
            guard let position else {
                throw Failure(
                    "\(sought.shortText) is not in \(call.value("x").isList ? "the list" : "the string")",
                    help: "`v in xs` asks whether it is there")
            }
            return .integer(position)
        },
        Builtin(
            "count(x, value)", .values, "How many elements are equal to a value; how often a part comes in a string.",
            details: "`counts(x)` counts all of them at once.", example: "count([1, 2, 1], 1)"
        ) { call in
            if case .string(let text) = call.value("x") {
                let part = try call.string("value")
                guard !part.isEmpty else { throw call.failure("value", takes: "a string that is not empty") }
                return .integer(try ByteSearch(part).parts(of: text).count - 1)
            }
            let sought = call.value("value")
            return .integer(try allElements(call.value("x")).count { try Operators.equal($0, sought) })
        },
        Builtin(
            "clear(x)", .values, "`xs.clear()` empties a list, a record or a set.",
            example: "xs = [1, 2]\nxs.clear()\nxs",
            mutate: { value, call in
                if value.isRecord {
                    value = .record(Record())
                } else if value.isSet {
                    value = .set(KeySet())
                } else {
                    try changeList(&value, call) { $0 = [] }
                }
                return .none
            }
        ) { call in throw needsName(call) },
        Builtin(
            "reverse(list)", .values, "`xs.reverse()` turns the list `xs` around. A new list is `reversed(xs)`.",
            example: "xs = [1, 2, 3]\nxs.reverse()\nxs",
            mutate: { value, call in
                try changeList(&value, call) { $0.reverse() }
                return .none
            }
        ) { call in throw needsName(call) },
    ]

    /// The elements of anything that a loop can go through.
    static func allElements(_ value: Value) throws -> [Value] {
        if let elements = try value.elements { return elements }
        if case .tensor(let tensor) = value, tensor.rank == 1 { return try nestedList(tensor).elements ?? [] }
        try ListLength.check(value.knownCount ?? 0)
        var elements: [Value] = []
        let next = try value.makeIterator()
        while let element = try next() { try elements.grow(by: element) }
        return elements
    }

    /// The first position of an element equal to a value between two positions, which are as those of slices.
    static func position(of sought: Value, in elements: [Value], _ start: Int, _ stop: Int?) throws -> Int? {
        let bounds = try SliceBounds(start: start, stop: stop, step: 1, count: elements.count)
        return try (bounds.first..<bounds.first + bounds.count).first { try Operators.equal(elements[$0], sought) }
    }

    /// What the function `key` gives for each element.
    static func keyed(_ elements: [Value], _ call: Call) throws -> [Value] {
        let key = try call.callable("key")
        return try elements.map {
            if Interrupt.isRequested { throw Failure.interrupted }
            return try call.interpreter.call(key, [$0])
        }
    }

    /// The first of the smallest or largest elements.
    static func extremeElement(_ elements: [Value], isLargest: Bool, _ call: Call) throws -> Value {
        guard let first = elements.first else { throw Failure("`\(call.name)` of no elements has no value") }
        let keys = call.has("key") ? try keyed(elements, call) : elements
        guard keys.count > 1 else { return first }
        var best = 0
        for index in keys.indices.dropFirst() {
            if Interrupt.isRequested { throw Failure.interrupted }
            let order = try Operators.order(keys[index], keys[best])
            if isLargest ? order > 0 : order < 0 { best = index }
        }
        return elements[best]
    }
}

extension Call {
    /// The same call with the elements of what a loop goes through in place of it, where that is no list and no tensor: a
    /// record, or an object such as a deque.
    func withElements(of parameter: String) throws -> Call {
        let value = value(parameter)
        let isOther = value.isRecord || value.instance != nil || value.object(as: IteratorObject.self) != nil
        guard isOther, let index = function.signature.index(of: parameter) else { return self }
        var values = values
        values[index] = .list(try Builtin.allElements(value))
        return Call(function: function, values: values, interpreter: interpreter)
    }
}

extension Operators {
    /// Below 0 where a comes before b in sorted lists, 0 where neither does: nan behind all numbers, lists by the first
    /// elements that differ.
    ///
    /// - Throws: `Failure` for kinds without an order.
    static func order(_ a: Value, _ b: Value) throws -> Int {
        var alike: Set<PairOfParts> = []
        return try order(a, b, depth: 0, &alike)
    }

    /// - Parameter alike: Pairs of lists with lists in them of which neither comes before the other: what is shared is gone
    ///   through once.
    private static func order(
        _ a: Value, _ b: Value, depth: Int, _ alike: inout Set<PairOfParts>
    ) throws -> Int {
        if a.isLargeWhole || b.isLargeWhole, let x = a.asInteger, let y = b.asInteger {
            return x < y ? -1 : x > y ? 1 : 0
        }
        if let x = a.orderedNumber, let y = b.orderedNumber {
            if x.isNaN || y.isNaN { return x.isNaN ? (y.isNaN ? 0 : 1) : -1 }
            return x < y ? -1 : x > y ? 1 : 0
        }
        if case .string(let x) = a, case .string(let y) = b { return x < y ? -1 : x > y ? 1 : 0 }
        guard a.isList, b.isList, depth < 100, let x = try a.elements, let y = try b.elements else {
            throw Failure(
                "\(a.kindWithArticle) and \(b.kindWithArticle) have no order",
                help: "give a function of the elements that has one: `sorted(xs, key=x -> str(x))`")
        }
        var pair: PairOfParts?
        if x.contains(where: \.isList), let first = PlaceInMemory(of: x), let second = PlaceInMemory(of: y) {
            pair = PairOfParts(a: first, b: second)
        }
        if let pair, alike.contains(pair) { return 0 }
        for (left, right) in zip(x, y) {
            try checkInterrupt()
            let order = try order(left, right, depth: depth + 1, &alike)
            if order != 0 { return order }
        }
        if let pair, x.count == y.count { alike.insert(pair) }
        return x.count - y.count
    }
}

extension Value {
    /// The number that it is ordered by.
    fileprivate var orderedNumber: Double? {
        if case .boolean(let flag) = self { flag ? 1 : 0 } else { asNumber }
    }
}
