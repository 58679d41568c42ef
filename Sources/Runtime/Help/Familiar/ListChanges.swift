import TensorCore

/// A function of a module of Python that changes the list in a variable, which is its first argument:
/// `heapq.heappush(h, x)`.
struct ListChange: Sendable {
    let signature: String
    let change: @Sendable (inout [Value], [Value]) throws -> Value

    init(_ signature: String, _ change: @escaping @Sendable (inout [Value], [Value]) throws -> Value) {
        self.signature = signature
        self.change = change
    }

    static let all: [String: ListChange] = {
        let changes = [
            ListChange("heappush(heap, item)") { heap, values in
                try Heap.push(values[1], &heap)
                return .none
            },
            ListChange("heappop(heap)") { heap, _ in try Heap.pop(&heap) },
            ListChange("heapify(heap)") { heap, _ in
                try Heap.order(&heap)
                return .none
            },
            ListChange("heappushpop(heap, item)") { heap, values in
                guard let first = heap.first, try Heap.isLess(first, values[1]) else { return values[1] }
                return try Heap.replace(values[1], &heap)
            },
            ListChange("heapreplace(heap, item)") { heap, values in try Heap.replace(values[1], &heap) },
            ListChange("insort(list, value)") { try insert($1[1], &$0) },
            ListChange("insort_right(list, value)") { try insert($1[1], &$0) },
            ListChange("insort_left(list, value)") { list, values in
                let place = try Heap.place(of: values[1], in: list, isRight: false, from: 0, to: list.count)
                list.insert(values[1], at: place)
                return .none
            },
        ]
        return Dictionary(uniqueKeysWithValues: changes.map { (String($0.signature.prefix { $0 != "(" }), $0) })
    }()

    private static func insert(_ value: Value, _ list: inout [Value]) throws -> Value {
        list.insert(value, at: try Heap.place(of: value, in: list, isRight: true, from: 0, to: list.count))
        return .none
    }

    /// - Parameter word: What its module calls it.
    func function(called word: String) -> Function {
        let function = Function(native: word + signature.drop { $0 != "(" }, of: .none) { _, _, _ in .none }
        return function.changing { value, rest, interpreter in
            try interpreter.nesting.count(.list(rest.positional))
            // The list itself is not among the arguments: held twice, it would be copied.
            let values = try function.bind(Arguments([.boolean(true)] + rest.positional, named: rest.named))
            guard value.isList, var elements = try value.elements else {
                throw Failure("`\(word)` changes a list, not \(value.kindWithArticle)")
            }
            value = .none
            defer { value = .list(elements) }
            return try change(&elements, values)
        }
    }
}

/// Lists whose smallest element is the first, ordered as those of Python's `heapq`.
///
/// - Source: the steps are those of Python's library, so that lists are the same ones at each moment.
enum Heap {
    static func push(_ item: Value, _ heap: inout [Value]) throws {
        heap.append(item)
        try rise(&heap, from: heap.count - 1, to: 0)
    }

    static func pop(_ heap: inout [Value]) throws -> Value {
        guard let last = heap.popLast() else { throw Failure("there is nothing to pop: the heap is empty") }
        guard let first = heap.first else { return last }
        heap[0] = last
        try sink(&heap, 0)
        return first
    }

    static func replace(_ item: Value, _ heap: inout [Value]) throws -> Value {
        guard let first = heap.first else { throw Failure("there is nothing to replace: the heap is empty") }
        heap[0] = item
        try sink(&heap, 0)
        return first
    }

    static func order(_ heap: inout [Value]) throws {
        for index in (0..<heap.count / 2).reversed() {
            if Interrupt.isRequested { throw Failure.interrupted }
            try sink(&heap, index)
        }
    }

    /// Whether an element stands before another: by the `<` of a class, or by the order of sorted lists.
    static func isLess(_ a: Value, _ b: Value) throws -> Bool {
        if let result = try Operators.comparedByMethod(.less, a, b) { return try result.isTrue() }
        return try Operators.order(a, b) < 0
    }

    /// Where a value goes in a sorted list: before the elements equal to it, or behind them.
    static func place(
        of value: Value, in list: [Value], isRight: Bool, from start: Int, to end: Int,
        by key: (Value) throws -> Value = { $0 }
    ) throws -> Int {
        var (low, high) = (start, end)
        while low < high {
            let middle = (low + high) / 2
            let element = try key(list[middle])
            if try isRight ? !isLess(value, element) : isLess(element, value) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private static func rise(_ heap: inout [Value], from position: Int, to top: Int) throws {
        var position = position
        let item = heap[position]
        defer { heap[position] = item }
        while position > top {
            let parent = (position - 1) / 2
            guard try isLess(item, heap[parent]) else { break }
            heap[position] = heap[parent]
            position = parent
        }
    }

    /// Down to where it has no children, and up again to its place.
    private static func sink(_ heap: inout [Value], _ start: Int) throws {
        let item = heap[start]
        var position = start
        do {
            defer { heap[position] = item }
            var child = 2 * position + 1
            while child < heap.count {
                if child + 1 < heap.count, try !isLess(heap[child], heap[child + 1]) { child += 1 }
                heap[position] = heap[child]
                position = child
                child = 2 * position + 1
            }
        }
        try rise(&heap, from: position, to: start)
    }
}
