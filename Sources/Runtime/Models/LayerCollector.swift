import Language
import NeuralNet

/// Gathers what the lines of a model's block make: its layers in their order, and its functions.
final class LayerCollector {
    /// What lines have made so far. A name without a module is looked at when the block has ended: a list may grow.
    private var entries: [(name: String?, module: (any Module)?)] = []
    private(set) var functions: [String: Function] = [:]
    /// Where the block's variables are.
    let slotNames: [String: Int]
    /// What the block has made; the model holds the block.
    weak var model: Model?
    private let definition: Diagnostic.Location?

    init(slotNames: [String: Int], definition: Diagnostic.Location?) {
        self.slotNames = slotNames
        self.definition = definition
    }

    /// That of a copy of the block, whose lines do not run again.
    var copyOfNames: LayerCollector { LayerCollector(slotNames: slotNames, definition: definition) }

    /// The model as a value.
    var object: ModuleObject? { model.map { ModuleObject($0, definition: definition) } }

    /// - Parameter name: What the line assigns to.
    func add(_ value: Value, name: String?) throws {
        switch value {
        case .object(let object as ModuleObject): entries.append((name, object.module))
        case .function(let function):
            if let name, case .user = function.body {
                functions[name] = function
            } else if name == nil {
                throw Failure(
                    "`\(function.name)` alone makes no layer", help: "it is called as \(function.signature.text)")
            }
        case .tensor where value.parameterModule != nil && name == nil:
            throw Failure("a parameter of a model needs a name", help: "w = parameter(randn([3]))")
        default:
            if let name { note(name) } else if let group = try value.moduleGroup() { entries.append((nil, group)) }
        }
    }

    /// Remembers a name that may hold layers when the block has ended.
    func note(_ name: String) {
        if !entries.contains(where: { $0.name == name && $0.module == nil }) { entries.append((name, nil)) }
    }

    /// What the block's lines have left.
    ///
    /// - Parameter value: The value of a name at the end of the block.
    /// - Returns: The modules in order, and the lists and records with layers in them, by name.
    func held(
        _ value: (String) -> Value?
    ) throws -> (modules: [(name: String?, module: any Module)], fields: [String: Value]) {
        var fields: [String: Value] = [:]
        var modules: [(name: String?, module: any Module)] = []
        for (name, module) in entries {
            if let module {
                // With a `forward` of its own a name stands for what it was given last, as in Python.
                if let name, functions["forward"] != nil, let last = value(name)?.object(as: ModuleObject.self),
                    last.module !== module, entries.contains(where: { $0.name == name && $0.module === last.module })
                {
                    continue
                }
                modules.append((name, module))
            } else if let name, let value = value(name) {
                if let object = value.object(as: ModuleObject.self) {
                    // A line that gave the name to this layer has added it.
                    let isAdded = entries.contains { $0.name == name && $0.module === object.module }
                    if !isAdded { modules.append((name, object.module)) }
                } else if let parameter = value.parameterModule {
                    modules.append((name, parameter))
                } else if let group = try value.moduleGroup() {
                    modules.append((name, group))
                    fields[name] = value
                }
            }
        }
        return (modules, fields)
    }
}

extension Value {
    /// The parameter that it shows, where `parameter` has made it.
    var parameterModule: TensorParameter? {
        if case .tensor(let tensor) = self { tensor.owner as? TensorParameter } else { nil }
    }

    fileprivate var isPartOfModels: Bool { object(as: ModuleObject.self) != nil || parameterModule != nil }

    /// How deep the layers of a model may stand in lists and records.
    static let deepestGroup = 100

    /// How many values may stand beside them and around them.
    private static let largestGroup = 1_000_000

    /// The layers and models in a list or a record, and in lists and records inside; nil where there are none.
    func moduleGroup() throws -> ModuleGroup? {
        guard contains(where: \.isPartOfModels) else { return nil }
        guard partCount(limit: Self.largestGroup) <= Self.largestGroup else {
            throw Failure(
                "lists and records with layers of a model have at most \(Self.largestGroup) parts",
                help: "keep what is not a layer in lists and records of its own")
        }
        return try moduleGroup(depth: 0)
    }

    private func moduleGroup(depth: Int) throws -> ModuleGroup? {
        let elements: [(name: String, value: Value)]
        var count: Int?
        switch self {
        case .list(let list):
            elements = list.enumerated().map { ("\($0.offset)", $0.element) }
            count = list.count
        case .record(let record): elements = try record.namedFields()
        default: return nil
        }
        guard depth < Self.deepestGroup else {
            throw Failure(
                "lists and records in a model are nested at most \(Self.deepestGroup) deep",
                help: "make what holds no layers outside the model's block")
        }
        let parts = try elements.compactMap { name, value -> (name: String, module: any Module)? in
            if let object = value.object(as: ModuleObject.self) { return (name, object.module) }
            if let parameter = value.parameterModule { return (name, parameter) }
            return try value.moduleGroup(depth: depth + 1).map { (name, $0) }
        }
        if let part = parts.first(where: { $0.name.isEmpty || $0.name.contains(".") }) {
            throw Failure(
                "\(quoted(part.name)) cannot name a layer: parameters are called after it, with points between names",
                help:
                    "take another key, such as \(quoted(part.name.isEmpty ? "first" : part.name.replacing(".", with: "_")))"
            )
        }
        return parts.isEmpty ? nil : try ModuleGroup(parts, listCount: count)
    }
}

/// A line of a model's block: the layer that it makes is added.
final class LayerStatement: StatementNode {
    let node: Node
    let name: (text: String, target: TargetNode)?

    init(_ node: Node, name: (text: String, target: TargetNode)?) {
        self.node = node
        self.name = name
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let value = try node.evaluate(frame)
        try name?.target.assign(value, frame)
        if name == nil, case .number = value, let layer = (node as? CallNode)?.calledLayer {
            throw Failure(
                "`\(layer)` of a number is a number, and makes no layer",
                help: "a line `\(layer)` adds the layer"
            ).located(node.location)
        }
        try node.locating { try frame.layers?.add(value, name: name?.text) }
        return .normal
    }
}

/// A line of a model's block that changes names which may hold layers: `a, b = f()`, `blocks += [linear 4]`.
final class NamesStatement: StatementNode {
    let statement: StatementNode
    let names: [String]

    init(_ statement: StatementNode, names: [String]) {
        self.statement = statement
        self.names = names
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let flow = try statement.execute(frame)
        names.forEach { frame.layers?.note($0) }
        return flow
    }
}

extension Interpreter {
    /// Runs a model's block and makes the model of the layers that its lines gave.
    func makeModel(_ function: Function, _ code: UserCode, _ frame: Frame) throws -> Value {
        let key = random.next()
        let values = frame.slots
        let collector = LayerCollector(slotNames: code.slotNames, definition: code.source)
        frame.layers = collector
        let isInside = isInModelBlock
        isInModelBlock = true
        defer { isInModelBlock = isInside }
        _ = try code.body.execute(frame)
        let held = try collector.held { name in code.slotNames[name].map { frame.slots[$0] } }
        let model = Model(function.name, place: ModulePlace(key: key))
        for (name, module) in held.modules { try model.add(module, name: name) }
        guard collector.functions["forward"] != nil || !held.modules.isEmpty else {
            throw Failure(
                "the model `\(function.name)` has no layers", help: "each line of its block adds one: `linear 10`")
        }
        try tellOfObjects(in: frame, code, of: function.name)
        let coding = frame.slots.lazy.compactMap(\.coding).first
        let maker = (function, Array(values.prefix(function.signature.parameters.count)))
        ModelScript(frame, collector.functions, held.fields, coding: coding, maker: maker, interpreter: self)
            .install(in: model)
        if let index = function.signature.index(of: "input"), !values[index].isNone {
            guard let sizes = try values[index].elements?.compactMap(\.asInteger),
                sizes.count == values[index].knownCount,
                !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 })
            else {
                throw Failure(
                    "`input` of `\(function.name)` takes the sizes of one example, such as [1, 28, 28], and got \(values[index].shortText)"
                )
            }
            try model.build(sampleShapes: [sizes])
        }
        return .object(ModuleObject(model, definition: code.source))
    }

    /// Tells of objects of classes in a model's block whose layers and parameters would not be trained with it.
    private func tellOfObjects(in frame: Frame, _ code: UserCode, of model: String) throws {
        for (name, slot) in code.slotNames.sorted(by: { $0.value < $1.value }) {
            guard let object = frame.slots[slot].instance,
                object.fields.contains(where: { $0.contains(where: \.isPartOfModels) })
            else { continue }
            try adviseOnce(
                "`\(name)` of `\(model)` is an object of the class `\(object.kindName)`: its layers and parameters are not "
                    + "trained, counted or saved with the model; write `model \(object.kindName)(...) { ... }` with "
                    + "`fn forward` in place of the class")
        }
    }

    /// Runs code for which layers behave as a pass of training or inference asks.
    func applying<T>(_ context: ForwardContext, _ body: () throws -> T) throws -> T {
        let (outer, isInside) = (currentContext, isInModelBlock)
        currentContext = context
        // A model that is built applies its layers in a block, and its functions compute there.
        isInModelBlock = false
        defer { (currentContext, isInModelBlock) = (outer, isInside) }
        return try recordingEnds(body)
    }

    /// The pass that layers are applied in now; outside `step` and `train` that is inference.
    var forwardContext: ForwardContext { currentContext ?? ForwardContext(keepsModes: true) }
}
