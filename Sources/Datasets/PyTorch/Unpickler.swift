import TensorCore

/// Reads the pickle of a file that `torch.save` wrote.
///
/// A pickle is a program for a machine with a stack, which may name any function of Python and call it. This machine
/// knows dictionaries, lists, tuples, texts and numbers, and a few functions of PyTorch that describe tensors; it
/// refuses every other name. What it keeps is at most a constant times the length of the pickle: containers stand in
/// one array and refer to each other by index, so sharing costs nothing and nested ones are released without recursion.
///
/// - Source: pickletools.py of CPython 3.13 for the operations; torch/serialization.py and torch/_utils.py.
struct Unpickler {
    enum Item {
        case none
        case boolean(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
        /// A class or function by its module and name.
        case global(String)
        case container(Int)
        case storage(Int)
        case tensor(Int)
    }

    private struct Container {
        enum Kind { case tuple, list, dictionary }
        let kind: Kind
        /// Of a dictionary keys and values in turn.
        var items: [Item] = []
    }

    /// The elements that tensors are views of.
    struct Storage {
        let key: String
        let element: ForeignElement
        let count: Int
    }

    private struct View {
        let storage: Int
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    private static let storages: [String: ForeignElement] = [
        "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
    private static let functions: Set<String> = [
        "collections.OrderedDict", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter", "torch.Size", "torch.device",
    ]
    /// A value of a file is a tree of at most so many levels.
    private static let greatestDepth = 64
    /// How much larger than the pickle the tree may be that shared parts expand to.
    private static let greatestExpansion = 16

    private let bytes: [UInt8]
    private let start: Int
    private(set) var position: Int
    private var stack: [Item] = []
    private var marks: [Int] = []
    private var memo: [Int: Item] = [:]
    private var containers: [Container] = []
    private var copiedCount = 0
    private var views: [View] = []
    private(set) var usedStorages: [Storage] = []
    private var storageIndices: [String: Int] = [:]

    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        self.start = start
        position = start
    }

    // MARK: The machine

    /// Runs the program to its end.
    ///
    /// - Returns: What it leaves.
    mutating func run() throws(PickleProblem) -> Item {
        while true {
            let place = position
            let code = try byte()
            if code == UInt8(ascii: ".") { return try pop() }
            do { try apply(code) } catch {
                throw PickleProblem(error.problem, at: error.byte ?? place)
            }
        }
    }

    private mutating func apply(_ code: UInt8) throws(PickleProblem) {
        switch code {
        case 0x80: _ = try byte()  // PROTO
        case 0x95: _ = try integer(8)  // FRAME
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): stack.append(try top())
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.boolean(true))
        case 0x89: stack.append(.boolean(false))
        case UInt8(ascii: "K"): stack.append(.integer(try integer(1)))
        case UInt8(ascii: "M"): stack.append(.integer(try integer(2)))
        case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try integer(4)))))
        case 0x8a: stack.append(.integer(try longInteger()))
        case UInt8(ascii: "G"):
            let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            stack.append(.number(Double(bitPattern: bits)))
        case 0x8c, UInt8(ascii: "U"): stack.append(.text(try text(lengthOf: 1)))
        case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.text(try text(lengthOf: 4)))
        case 0x8d: stack.append(.text(try text(lengthOf: 8)))
        case UInt8(ascii: ")"): push(.tuple, [])
        case 0x85, 0x86, 0x87: push(.tuple, try pop(Int(code) - 0x84))
        case UInt8(ascii: "t"): push(.tuple, try popToMark())
        case UInt8(ascii: "]"): push(.list, [])
        case UInt8(ascii: "l"): push(.list, try popToMark())
        case UInt8(ascii: "}"): push(.dictionary, [])
        case UInt8(ascii: "d"): push(.dictionary, try popToMark(even: true))
        case UInt8(ascii: "a"): try extend(.list, try pop(1))
        case UInt8(ascii: "e"): try extend(.list, try popToMark())
        case UInt8(ascii: "s"): try extend(.dictionary, try pop(2))
        case UInt8(ascii: "u"): try extend(.dictionary, try popToMark(even: true))
        case UInt8(ascii: "q"): memo[try integer(1)] = try top()
        case UInt8(ascii: "r"): memo[try integer(4)] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "h"): stack.append(try remembered(try integer(1)))
        case UInt8(ascii: "j"): stack.append(try remembered(try integer(4)))
        case UInt8(ascii: "c"): stack.append(try global(module: try line(), name: try line()))
        case 0x93:
            let names = try pop(2)
            guard case (.text(let module), .text(let name)) = (names[0], names[1]) else {
                throw PickleProblem("the name of a class is not text")
            }
            stack.append(try global(module: module, name: name))
        case UInt8(ascii: "Q"): stack.append(try storage(try pop()))
        case UInt8(ascii: "R"):
            let call = try pop(2)
            stack.append(try result(of: call[0], try items(call[1], .tuple)))
        case UInt8(ascii: "b"):
            // Attributes of a dictionary, such as the versions of a state dictionary's modules.
            _ = try pop()
            _ = try items(try top(), .dictionary)
        default:
            throw PickleProblem("the operation 0x\(String(code, radix: 16)) is none that describes tensors")
        }
    }

    // MARK: Bytes

    private mutating func take(_ count: Int) throws(PickleProblem) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw PickleProblem("it ends early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func byte() throws(PickleProblem) -> UInt8 {
        guard position < bytes.count else { throw PickleProblem("it ends early") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func integer(_ byteCount: Int) throws(PickleProblem) -> Int {
        let value = try take(byteCount).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let value = Int(exactly: value) else { throw PickleProblem("it holds an impossible length") }
        return value
    }

    /// A number in two's complement.
    private mutating func longInteger() throws(PickleProblem) -> Int {
        let digits = try take(try integer(1))
        guard digits.count <= 8 else { throw PickleProblem("it holds a whole number of \(digits.count) bytes") }
        let isNegative = (digits.last ?? 0) >= 0x80
        return digits.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
    }

    private mutating func text(lengthOf byteCount: Int) throws(PickleProblem) -> String {
        String(decoding: try take(try integer(byteCount)), as: UTF8.self)
    }

    private mutating func line() throws(PickleProblem) -> String {
        guard let end = bytes[position...].firstIndex(of: 0x0a) else { throw PickleProblem("it ends early") }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    // MARK: The stack

    private func top() throws(PickleProblem) -> Item {
        guard let item = stack.last else { throw PickleProblem("its stack is empty") }
        return item
    }

    private mutating func pop() throws(PickleProblem) -> Item { try pop(1)[0] }

    private mutating func pop(_ count: Int) throws(PickleProblem) -> [Item] {
        guard stack.count - (marks.last ?? 0) >= count else { throw PickleProblem("its stack is empty") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark(even: Bool = false) throws(PickleProblem) -> [Item] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw PickleProblem("a mark is missing") }
        let items = Array(stack[mark...])
        stack.removeLast(items.count)
        guard !even || items.count.isMultiple(of: 2) else { throw PickleProblem("a key has no value") }
        return items
    }

    private mutating func push(_ kind: Container.Kind, _ items: [Item]) {
        stack.append(.container(containers.count))
        containers.append(Container(kind: kind, items: items))
    }

    private func items(_ item: Item, _ kind: Container.Kind) throws(PickleProblem) -> [Item] {
        guard case .container(let index) = item, containers[index].kind == kind else {
            throw PickleProblem("a \(kind) is missing")
        }
        return containers[index].items
    }

    private mutating func extend(_ kind: Container.Kind, _ items: [Item]) throws(PickleProblem) {
        guard case .container(let index) = try top(), containers[index].kind == kind else {
            throw PickleProblem("a \(kind) is missing")
        }
        containers[index].items += items
    }

    private func remembered(_ index: Int) throws(PickleProblem) -> Item {
        guard let item = memo[index] else { throw PickleProblem("it refers to what it does not hold") }
        return item
    }

    // MARK: Names and calls

    private func global(module: String, name: String) throws(PickleProblem) -> Item {
        let path = "\(module).\(name)"
        guard Self.functions.contains(path) || module == "torch" && Self.storages[name] != nil else {
            throw PickleProblem(
                .unsupported(
                    what: "an object of Python (`\(path)`)",
                    instead: "in PyTorch, save tensors alone: torch.save(model.state_dict(), \"weights.pth\")"))
        }
        return .global(path)
    }

    private mutating func result(of function: Item, _ arguments: [Item]) throws(PickleProblem) -> Item {
        guard case .global(let name) = function else { throw PickleProblem("it calls what is not a function") }
        switch (name, arguments.first) {
        case ("collections.OrderedDict", nil):
            containers.append(Container(kind: .dictionary))
            return .container(containers.count - 1)
        case ("collections.OrderedDict", .container(let pairs)) where containers[pairs].kind != .dictionary:
            // As Python 2 wrote it.
            let dictionary = Container(kind: .dictionary, items: try entries(containers[pairs].items))
            containers.append(dictionary)
            return .container(containers.count - 1)
        case ("torch._utils._rebuild_tensor", .storage(let storage)) where arguments.count == 4,
            ("torch._utils._rebuild_tensor_v2", .storage(let storage)) where arguments.count >= 4:
            views.append(try view(of: storage, arguments))
            return .tensor(views.count - 1)
        case ("torch._utils._rebuild_parameter", .tensor(let tensor)): return .tensor(tensor)
        case ("torch.Size", .container(let sizes)): return .container(sizes)
        case ("torch.device", .text(let text)): return .text(text)
        default: throw PickleProblem("it calls `\(name)` with other arguments than PyTorch does")
        }
    }

    /// Keys and values in turn, of pairs of them.
    private mutating func entries(_ pairs: [Item]) throws(PickleProblem) -> [Item] {
        // The same list may be copied again and again.
        copiedCount += pairs.count
        guard copiedCount <= bytes.count else { throw PickleProblem("its containers hold each other too often") }
        var entries: [Item] = []
        for pair in pairs {
            guard case .container(let index) = pair, containers[index].kind != .dictionary,
                containers[index].items.count == 2
            else { throw PickleProblem("a pair of a dictionary is missing") }
            entries += containers[index].items
        }
        return entries
    }

    /// A storage as a file refers to it: the word `storage`, its type, its name in the file, a device and its length.
    private mutating func storage(_ reference: Item) throws(PickleProblem) -> Item {
        let parts = try items(reference, .tuple)
        // What may come sixth says that the elements are part of others, as PyTorch could once write.
        let isPart = if parts.count > 5, case .none = parts[5] { false } else { parts.count > 5 }
        guard parts.count >= 5, !isPart, case .global(let type) = parts[1], case .text(let key) = parts[2],
            case .integer(let count) = parts[4], (0..<1 << 43).contains(count),
            let element = Self.storages[String(type.dropFirst("torch.".count))]
        else { throw PickleProblem("it refers to something other than the elements of tensors") }
        if let known = storageIndices[key] {
            guard usedStorages[known].element == element, usedStorages[known].count == count else {
                throw PickleProblem("it gives the elements \"\(key)\" two types or lengths")
            }
            return .storage(known)
        }
        storageIndices[key] = usedStorages.count
        usedStorages.append(Storage(key: key, element: element, count: count))
        return .storage(usedStorages.count - 1)
    }

    private func view(of storage: Int, _ arguments: [Item]) throws(PickleProblem) -> View {
        func integers(_ item: Item) throws(PickleProblem) -> [Int] {
            var integers: [Int] = []
            for item in try items(item, .tuple) {
                guard case .integer(let integer) = item, integer >= 0 else {
                    throw PickleProblem("a tensor has a shape that no tensor has")
                }
                integers.append(integer)
            }
            return integers
        }
        let shape = try integers(arguments[2])
        let strides = try integers(arguments[3])
        let count = usedStorages[storage].count
        guard shape.count == strides.count, shape.count <= Tensor.maximumRank, case .integer(let offset) = arguments[1],
            (0...count).contains(offset)
        else { throw PickleProblem("a tensor has a shape that no tensor has") }
        let hasElements = !shape.contains(0)
        var size = 1
        var last = offset
        for (length, stride) in zip(shape, strides) {
            // An axis of 0 must not hide others that no arithmetic can take.
            let (product, isLarge) = size.multipliedReportingOverflow(by: max(length, 1))
            let (reach, isFar) = max(length - 1, 0).multipliedReportingOverflow(by: stride)
            guard !isLarge, product < 1 << 46, !hasElements || !isFar && reach < count else {
                throw PickleProblem("a tensor of shape \(shape) does not fit into its \(count) elements")
            }
            size = product
            last += hasElements ? reach : 0
        }
        guard !hasElements || last < count else {
            throw PickleProblem("a tensor of shape \(shape) does not fit into its \(count) elements")
        }
        guard !hasElements || size <= count else {
            throw PickleProblem(
                .unsupported(
                    what: "a tensor that repeats its elements", instead: "in PyTorch, save tensor.contiguous()"))
        }
        return View(storage: storage, offset: offset, shape: shape, strides: strides)
    }

    // MARK: Values

    /// The value that an item stands for.
    ///
    /// - Parameter elements: Those of the storages that were used, in their order.
    func value(of item: Item, elements: [Tensor]) throws(PickleProblem) -> PythonValue {
        var left = Self.greatestExpansion * (position - start)
        return try value(of: item, elements, depth: 0, &left)
    }

    private func value(
        of item: Item, _ elements: [Tensor], depth: Int, _ left: inout Int
    ) throws(PickleProblem) -> PythonValue {
        left -= 1
        guard left > 0, depth < Self.greatestDepth else {
            throw PickleProblem("its containers hold each other too often")
        }
        switch item {
        case .none: return .none
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .text(let value), .global(let value): return .text(value)
        case .storage(let index): return .tensor(elements[index])
        case .tensor(let index):
            let (view, storage) = (views[index], elements[views[index].storage])
            return .tensor(
                Tensor(
                    storage: storage.storage, dtype: storage.dtype, shape: view.shape, strides: view.strides,
                    offset: view.offset))
        case .container(let index):
            var values: [PythonValue] = []
            for inner in containers[index].items {
                values.append(try value(of: inner, elements, depth: depth + 1, &left))
            }
            guard containers[index].kind == .dictionary else { return .list(values) }
            return .dictionary(stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) })
        }
    }
}

/// What is wrong with a pickle, and where.
struct PickleProblem: Error {
    let problem: DatasetError.Problem
    let byte: Int?

    init(_ problem: DatasetError.Problem, at byte: Int? = nil) {
        self.problem = problem
        self.byte = byte
    }

    init(_ reason: String) { self.init(.damaged(format: "pickle", reason: reason)) }
}
