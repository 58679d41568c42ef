import Language
import TensorCore

/// A function of a module of Python that changes the list in a variable, which is its first argument:
/// `heapq.heappush(h, x)`. Values are copies, so it is called on the place where the list is.
struct ListChange: Sendable {
    /// The module and the function: `heapq.heappush`.
    let path: String
    let signature: String
    let change: @Sendable (inout [Value], [Value]) throws -> Value

    init(
        _ module: String, _ signature: String, _ change: @escaping @Sendable (inout [Value], [Value]) throws -> Value
    ) {
        path = "\(module).\(signature.prefix { $0 != "(" })"
        self.signature = signature
        self.change = change
    }

    static let all: [String: ListChange] = {
        let changes = [
            ListChange("heapq", "heappush(heap, item)") { heap, values in
                try Heap.push(values[1], &heap)
                return .none
            },
            ListChange("heapq", "heappop(heap)") { heap, _ in try Heap.pop(&heap) },
            ListChange("heapq", "heapify(heap)") { heap, _ in
                try Heap.order(&heap)
                return .none
            },
            ListChange("heapq", "heappushpop(heap, item)") { heap, values in
                guard let first = heap.first, try Heap.isLess(first, values[1]) else { return values[1] }
                return try Heap.replace(values[1], &heap)
            },
            ListChange("heapq", "heapreplace(heap, item)") { heap, values in try Heap.replace(values[1], &heap) },
            ListChange("bisect", "insort(list, value)") { try insert($1[1], &$0) },
            ListChange("bisect", "insort_right(list, value)") { try insert($1[1], &$0) },
            ListChange("bisect", "insort_left(list, value)") { list, values in
                let place = try Heap.place(of: values[1], in: list, isRight: false, from: 0, to: list.count)
                list.insert(values[1], at: place)
                return .none
            },
        ]
        return Dictionary(uniqueKeysWithValues: changes.map { (String($0.path.split(separator: ".")[1]), $0) })
    }()

    private static func insert(_ value: Value, _ list: inout [Value]) throws -> Value {
        list.insert(value, at: try Heap.place(of: value, in: list, isRight: true, from: 0, to: list.count))
        return .none
    }

    /// The function as a value, which has no place to change.
    func function(called word: String) -> Function {
        Function(native: signature, of: .none) { _, _, _ in
            throw Failure(
                "`\(word)` changes the list in a variable, and is called with its name",
                help: "write `\(word)(xs\(signature.contains(",") ? ", v" : ""))`, where `xs` is the list")
        }
    }

    /// Changes the list at the place that is the first argument; nil where that is no place.
    func run(_ arguments: ArgumentNodes, _ frame: Frame, at location: Diagnostic.Location) throws -> Value? {
        guard let place = arguments.positional.first?.place, arguments.spreads.isEmpty, arguments.fields.isEmpty else {
            return nil
        }
        let resolved = try place.resolved(frame)
        // The list itself is not among the arguments: held twice, it would be copied.
        var given = Arguments([.boolean(true)])
        for node in arguments.positional.dropFirst() { given.positional.append(try node.evaluate(frame)) }
        for (name, node) in arguments.named { given.named.append((name, try node.evaluate(frame))) }
        do {
            try frame.interpreter.nesting.count(.list(given.positional))
            let name = String(path.split(separator: ".")[1])
            let values = try function(called: name).bind(given)
            return try resolved.modify { value in
                guard value.isList, var elements = try value.elements else {
                    throw Failure("`\(name)` changes a list, not \(value.kindWithArticle)")
                }
                value = .none
                defer { value = .list(elements) }
                return try change(&elements, values)
            }
        } catch let error where !(error is Quit) {
            throw Failure(wrapping: error).located(location)
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
