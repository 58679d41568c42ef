import Datasets
import Language
import TensorCore

/// A piece of code together with the names that it reads of the code around it.
struct OuterCode {
    let location: Diagnostic.Location
    /// The names that the piece reads and does not assign, each with a node that is evaluated in the frame around.
    ///
    /// Those that are called as methods are among them: `x.score()` may call the function `score`.
    let names: [(name: String, node: Node)]

    /// - Parameters:
    ///   - scope: Of the piece, after it was compiled.
    ///   - compiler: Of the code around.
    init(_ scope: Scope?, at location: Diagnostic.Location, in compiler: Compiler) {
        self.location = location
        names = (scope?.outerNames ?? []).map { ($0, compiler.resolved(Identifier($0, location.span), isRead: false)) }
    }

    /// A piece that reads nothing.
    init(at location: Diagnostic.Location) {
        self.location = location
        names = []
    }

    var text: String { location.source[location.span] }
}

/// A hash of values by all that they hold, functions by their text and what they read.
struct ValueFingerprint {
    private var hash = ContentHash()
    private var functions: Set<ObjectIdentifier> = []
    /// Values that hold one value twice, again and again, have more parts than anybody can wait for.
    private static let mostParts = 2_000_000
    private var count = 0
    /// Whether nothing was met whose contents cannot be told.
    private(set) var isComplete = true

    var text: String { hash.text }

    mutating func add(_ text: String) {
        hash.add(text.utf8.count)
        for byte in text.utf8 { hash.add(Int(byte)) }
    }

    mutating func add(_ key: RandomKey) {
        hash.add(Int(truncatingIfNeeded: key.seed))
        hash.add(Int(truncatingIfNeeded: key.stream))
    }

    /// - Parameter frame: Of the code around.
    mutating func add(_ code: OuterCode, in frame: Frame) {
        add(code.text)
        for (name, node) in code.names {
            // What has no value yet is an error when it is read, and nothing before.
            guard let value = try? node.called(frame) else { continue }
            add(name)
            add(value, frame.interpreter)
        }
    }

    mutating func add(_ value: Value, _ interpreter: Interpreter) {
        if value.hasParts { count += 1 }
        guard isComplete, count <= Self.mostParts, !interpreter.stack.isNearlyFull, !Interrupt.isRequested else {
            isComplete = false
            return
        }
        add(value.kindName)
        switch value {
        case .undefined, .none: break
        case .boolean(let flag): hash.add(flag ? 1 : 0)
        case .number(let number): hash.add(number)
        case .string(let text): add(text)
        case .range(let range):
            hash.add(range.count)
            for index in [0, 1, range.count - 1] where (0..<range.count).contains(index) { hash.add(range[index]) }
        case .list(let elements):
            hash.add(elements.count)
            for element in elements { add(element, interpreter) }
        case .record(let record):
            hash.add(record.count)
            for (key, value) in record.entries {
                add(key.value, interpreter)
                add(value, interpreter)
            }
        case .set(let set):
            hash.add(set.count)
            for key in set.elements { add(key.value, interpreter) }
        case .tensor(let variable): add(variable.value)
        case .function(let function): add(function, interpreter)
        case .object(let object): add(object, interpreter)
        }
    }

    private mutating func add(_ tensor: Tensor) {
        guard let tensor = try? tensor.contiguous() else {
            isComplete = false
            return
        }
        add(tensor.dtype.name)
        hash.add(tensor.rank)
        for size in tensor.shape { hash.add(size) }
        hash.add(tensor, 0..<tensor.count)
    }

    private mutating func add(_ function: Function, _ interpreter: Interpreter) {
        switch function.body {
        case .builtin(let builtin): add(builtin.name)
        case .native(let value, _):
            add(function.name)
            add(value, interpreter)
        case .user(let code):
            // A function that calls itself is known once.
            guard functions.insert(ObjectIdentifier(function)).inserted else { return }
            for value in function.defaults { add(value, interpreter) }
            let frame = code.closure ?? Frame(slotCount: 0, parent: nil, interpreter: interpreter)
            add(code.outer, in: frame)
        }
    }

    private mutating func add(_ object: RuntimeObject, _ interpreter: Interpreter) {
        switch object {
        case let data as DatasetObject: add(data.dataset.fingerprint())
        case let data as CollectionObject:
            for part in data.collection.parts {
                add(part.part.rawValue)
                add(part.dataset.fingerprint())
            }
        case let table as TableObject:
            for (name, values) in table.columns {
                add(name)
                add(.list(values), interpreter)
            }
        case let module as ModuleObject:
            add(module.sourceText ?? module.shortText)
            add(module.module.place.key)
            for parameter in module.module.parameters + module.module.buffers { add(parameter.value) }
            for function in module.script?.allFunctions ?? [] { add(function, interpreter) }
        case let namespace as NamespaceObject:
            for name in namespace.module.definedNames {
                add(name)
                add(namespace.module[name] ?? .none, interpreter)
            }
        default: isComplete = false
        }
    }
}
