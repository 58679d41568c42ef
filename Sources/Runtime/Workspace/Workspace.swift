import Autograd
import Datasets
import Language
import TensorCore
import Training

/// The variables of a session in a file: a .safetensors with the tensors and weights, and the rest as JSON in its
/// metadata. Functions and models are kept as their text, runs by their numbers in the store.
enum Workspace {
    private static let metadataName = "dls-workspace"
    private static let version = 1

    // MARK: Saving

    /// Writes what can be written, and names the rest.
    static func save(_ interpreter: Interpreter, to path: String) throws {
        let module = interpreter.module
        var tensors: [(name: String, value: Tensor)] = []
        var entries: [JSON] = []
        var left: [String] = []
        for name in module.definedNames where !name.hasPrefix("_") && name != "args" {
            guard let value = module[name] else { continue }
            if let entry = try entry(name, value, &tensors) {
                entries.append(entry)
            } else {
                left.append("`\(name)` (\(value.kindName))")
            }
        }
        let contents = JSON(["version": .integer(version), "entries": .array(entries)])
        try Safetensors.write(tensors, metadata: [(metadataName, contents.text)], to: path)
        if !left.isEmpty {
            try interpreter.sink.emit(.note("not in the workspace: \(left.joined(separator: ", "))"))
        }
    }

    /// What is kept of a variable; nil where it cannot be.
    private static func entry(
        _ name: String, _ value: Value, _ tensors: inout [(name: String, value: Tensor)]
    ) throws -> JSON? {
        func entry(_ kind: String, _ content: JSON) -> JSON {
            JSON(["name": .string(name), "kind": .string(kind), "content": content])
        }
        switch value {
        case .tensor(let tensor) where !tensor.isTracked:
            tensors.append((name, tensor.value))
            return entry("tensor", .null)
        case .function(let function): return definition(of: function, called: name).map { entry("code", .string($0)) }
        case .object(let object as ModuleObject):
            guard let content = try content(of: object, name, &tensors) else { return nil }
            return entry("model", content)
        case .object(let object as RunObject): return object.id.map { entry("run", .integer($0)) }
        case .object(let object as KeptRunObject): return entry("run", .integer(object.kept.id))
        default: return value.json.map { entry("value", $0) }
        }
    }

    /// A statement that defines a function of the session's own; nil for one that depends on a call around it.
    private static func definition(of function: Function, called name: String) -> String? {
        guard case .user(let code) = function.body, code.objectClass == nil, code.object == nil,
            // The frame of a statement at the top level has no variables.
            code.closure.map({ $0.parent == nil && $0.slots.isEmpty }) ?? true
        else { return nil }
        let text = code.source.source[code.source.span]
        let isNamed = text.hasPrefix("fn \(name)") || code.isModel
        if isNamed { return function.name == name ? text : nil }
        return function.name == "fn" ? "\(name) = \(text)" : nil
    }

    private static func content(
        of object: ModuleObject, _ name: String, _ tensors: inout [(name: String, value: Tensor)]
    ) throws -> JSON? {
        guard let model = object.model, let script = object.script, script.coding == nil,
            let code = definition(of: script.maker.function, called: script.maker.function.name)
        else { return nil }
        let values = script.maker.values.map(\.json)
        guard !values.contains(where: { $0 == nil }), model.hasAllParameters else { return nil }
        tensors += try model.stateDictionary().map { ("\(name)/\($0.name)", $0.value) }
        return JSON([
            "code": .string(code), "maker": .string(script.maker.function.name),
            "arguments": .array(values.compactMap { $0 }),
            "shapes": model.sampleShapes.map { .array($0.map { .array($0.map { .integer($0) }) }) } ?? .null,
        ])
    }

    // MARK: Restoring

    /// Brings back what a file of `save` has; false for other files.
    static func restore(_ path: String, _ interpreter: Interpreter) throws -> Bool {
        guard !Folder.exists(path), let text = try? Safetensors.metadata(path, metadataName) else { return false }
        let damaged = Failure("the workspace in \(quoted(path)) is damaged")
        guard let contents = try? JSON(parsing: text), case .array(let entries)? = contents["entries"] else {
            throw damaged
        }
        guard contents["version"] == .integer(version) else {
            throw Failure("\(quoted(path)) was saved by a newer dls", help: "use the newer dls")
        }
        let tensors = Dictionary(
            try Safetensors.read(path).tensors.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var values: [(name: String, value: Value)] = []
        var missing: [String] = []
        // Functions first: the blocks of models may call them.
        for entry in entries {
            if entry["kind"] == .string("code"), case .string(let code)? = entry["content"] {
                try define(code, interpreter, path)
            }
        }
        for entry in entries {
            guard case .string(let name)? = entry["name"], case .string(let kind)? = entry["kind"],
                let content = entry["content"]
            else { throw damaged }
            switch kind {
            case "code": break
            case "tensor":
                guard let tensor = tensors[name] else { throw damaged }
                values.append((name, .tensor(Variable(tensor))))
            case "model":
                values.append((name, try model(content, name, tensors, interpreter, path) ?? { throw damaged }()))
            case "run":
                guard case .integer(let id) = content else { throw damaged }
                if let run = try interpreter.runKeeper?.runs(only: id).first {
                    values.append((name, .object(KeptRunObject(run))))
                } else {
                    missing.append("`\(name)`, for run \(id) is not kept here")
                }
            default:
                guard let value = Value(content) else { throw damaged }
                values.append((name, value))
            }
        }
        for (name, value) in values { interpreter.module.cell(name).value = value }
        try interpreter.sink.emit(.note("restored \(entries.count - missing.count) variables of \(quoted(path))"))
        if !missing.isEmpty { try interpreter.sink.emit(.note("not restored: \(missing.joined(separator: ", "))")) }
        return true
    }

    /// Runs a definition, and nothing else.
    private static func define(_ code: String, _ interpreter: Interpreter, _ path: String) throws {
        let source = SourceText(name: path, text: code)
        let parsed = Parser.parse(source)
        guard parsed.diagnostics.isEmpty, parsed.block.statements.count == 1,
            let statement = parsed.block.statements.first,
            statement.isDefinition
        else { throw Failure("the workspace in \(quoted(path)) has a function that does not read") }
        _ = try interpreter.run(statement, of: source, in: interpreter.module)
    }

    private static func model(
        _ content: JSON, _ name: String, _ tensors: [String: Tensor], _ interpreter: Interpreter, _ path: String
    ) throws -> Value? {
        guard case .string(let code)? = content["code"], case .string(let maker)? = content["maker"],
            case .array(let arguments)? = content["arguments"]
        else { return nil }
        let values = arguments.compactMap { Value($0) }
        guard values.count == arguments.count else { return nil }
        let known = interpreter.module[maker]
        try define(code, interpreter, path)
        defer { if let known { interpreter.module.cell(maker).value = known } }
        let made = try interpreter.call(interpreter.module[maker] ?? .none, values)
        guard let model = made.object(as: ModuleObject.self)?.model else { return nil }
        if !model.hasAllParameters, case .array(let shapes)? = content["shapes"] {
            let sizes = shapes.compactMap { Value($0).flatMap { try? $0.elements?.compactMap(\.asInteger) } }
            try model.build(sampleShapes: sizes)
        }
        let start = name + "/"
        let state = tensors.filter { $0.key.hasPrefix(start) }
        try model.load(
            state: Dictionary(uniqueKeysWithValues: state.map { (String($0.key.dropFirst(start.count)), $0.value) }))
        return made
    }
}

extension Statement {
    /// Whether it defines a function or a model, and runs nothing.
    fileprivate var isDefinition: Bool {
        switch kind {
        case .function, .model: return true
        case .assign(.name, let value): if case .function = value.kind { return true } else { return false }
        default: return false
        }
    }
}

/// What `workspace` stands for: the variables of the session as something that can be saved.
package final class WorkspaceObject: RuntimeObject {
    package override var kindName: String { "workspace" }

    package override func display(_ style: DisplayStyle) throws -> String {
        "the variables of the session; `save workspace \"x\"` writes them, `load \"x\"` brings them back, `vars` lists them"
    }
}
