import Autograd
import Datasets
import Language
import TensorCore
import Training

/// The variables of a session in a file: a .safetensors with the tensors and weights, and the rest as JSON in its
/// metadata. Functions and models are kept as their text, runs by their numbers in the store. Models and runs in lists,
/// records and tables, such as those that sweeps give, are kept likewise.
enum Workspace {
    private static let metadataName = "dls-workspace"
    private static let version = 1
    /// With models or runs inside other values.
    private static let versionWithReferences = 2

    // MARK: Saving

    /// What goes into the file.
    private struct Contents {
        var tensors: [(name: String, value: Tensor)] = []
        var entries: [JSON] = []
        /// Where models were put that stand in other values.
        var places: [ObjectIdentifier: String] = [:]
        /// Whether a value refers to a run or a model.
        var hasReferences = false
        /// Why the value that comes now cannot be kept, where more is known than its kind.
        var reason: String?

        mutating func add(_ name: String, _ kind: String, _ content: JSON) {
            entries.append(JSON(["name": .string(name), "kind": .string(kind), "content": content]))
        }
    }

    /// Writes what can be written, and names the rest.
    static func save(_ interpreter: Interpreter, to path: String) throws {
        let module = interpreter.module
        var contents = Contents()
        var left: [String] = []
        for name in module.definedNames where !name.hasPrefix("_") && name != "args" {
            guard let value = module[name] else { continue }
            contents.reason = nil
            if try !add(name, value, to: &contents) {
                left.append("`\(name)` (\(value.kindName)\(contents.reason.map { " with \($0)" } ?? ""))")
            }
        }
        let version = contents.hasReferences ? versionWithReferences : version
        let text = JSON(["version": .integer(version), "entries": .array(contents.entries)]).text
        try Safetensors.write(contents.tensors, metadata: [(metadataName, text)], to: path)
        if !left.isEmpty {
            try interpreter.sink.emit(.note("not in the workspace: \(left.joined(separator: ", "))"))
        }
    }

    /// Adds a variable; false where it cannot be kept.
    private static func add(_ name: String, _ value: Value, to contents: inout Contents) throws -> Bool {
        switch value {
        case .tensor(let tensor) where !tensor.isTracked:
            contents.tensors.append((name, tensor.value))
            contents.add(name, "tensor", .null)
        case .function(let function):
            guard let code = definition(of: function, called: name) else { return false }
            contents.add(name, "code", .string(code))
        case .object(let object as ModuleObject):
            guard let content = try content(of: object, name, &contents.tensors) else { return false }
            contents.add(name, "model", content)
        case .object(let object as RunObject):
            guard let id = object.id else { return false }
            contents.add(name, "run", .integer(id))
        case .object(let object as KeptRunObject): contents.add(name, "run", .integer(object.kept.id))
        default:
            var next = contents
            guard let json = try value.json(referring: { try reference(to: $0, in: name, &next) }) else {
                // What its models have put in is not kept without it.
                contents.reason = next.reason
                return false
            }
            contents = next
            contents.add(name, "value", json)
        }
        return true
    }

    /// What stands for a run or a model inside another value.
    private static func reference(
        to object: RuntimeObject, in name: String, _ contents: inout Contents
    ) throws -> JSON? {
        let id: Int?
        switch object {
        case let run as RunObject:
            id = run.id
            if id == nil { contents.reason = "a run that is not kept" }
        case let run as KeptRunObject: id = run.kept.id
        case let model as ModuleObject:
            contents.hasReferences = true
            if let place = contents.places[ObjectIdentifier(model.module)] {
                return Value.marked("model", .string(place))
            }
            let place = "\(name)#\(contents.places.count)"
            guard let content = try content(of: model, place, &contents.tensors) else {
                contents.reason = "a \(model.kindName) that has no text of its own, or no data yet"
                return nil
            }
            contents.places[ObjectIdentifier(model.module)] = place
            contents.add(place, "part", content)
            return Value.marked("model", .string(place))
        case is TableObject: return nil
        default:
            contents.reason = object.kindName
            return nil
        }
        contents.hasReferences = true
        return id.map { Value.marked("run", .integer($0)) }
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
        guard let model = object.model, let script = object.script, script.coding == nil, !script.hasOtherLayers,
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
        guard [version, versionWithReferences].contains(where: { contents["version"] == .integer($0) }) else {
            throw Failure("\(quoted(path)) was saved by a newer dls", help: "use the newer dls")
        }
        let tensors = Dictionary(
            try Safetensors.read(path).tensors.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var values: [(name: String, value: Value)] = []
        var missing: [String] = []
        let code = entries.compactMap { entry in
            let content = entry["content"]
            return entry["kind"] == .string("code") ? content?.asString : content?["code"]?.asString
        }
        if !code.isEmpty { try interpreter.host?.willRun(SourceText(name: path, text: code.joined(separator: "\n"))) }
        // Functions first: the blocks of models may call them.
        for entry in entries {
            if entry["kind"] == .string("code"), case .string(let code)? = entry["content"] {
                try define(code, interpreter, path)
            }
        }
        // Then the models that other values hold.
        var parts: [String: Value] = [:]
        for entry in entries where entry["kind"] == .string("part") {
            guard case .string(let name)? = entry["name"], let content = entry["content"],
                let made = try model(content, name, tensors, interpreter, path)
            else { throw damaged }
            parts[name] = made
        }
        func run(_ id: Int) throws -> Value? {
            try interpreter.runKeeper?.runs(only: id).first.map { .object(KeptRunObject($0)) }
        }
        var unknownRuns: [String] = []
        /// A run that is not kept here leaves its place empty: the rest of the value is still of use.
        func referred(_ mark: JSON.Member, of name: String) throws -> Value? {
            switch (mark.name, mark.value) {
            case ("$run", .integer(let id)):
                if let run = try run(id) { return run }
                let place = "run \(id) in `\(name)`"
                if !unknownRuns.contains(place) { unknownRuns.append(place) }
                return Value.none
            case ("$model", .string(let place)): return try parts[place] ?? { throw damaged }()
            default: return nil
            }
        }
        for entry in entries {
            guard case .string(let name)? = entry["name"], case .string(let kind)? = entry["kind"],
                let content = entry["content"]
            else { throw damaged }
            switch kind {
            case "code", "part": break
            case "tensor":
                guard let tensor = tensors[name] else { throw damaged }
                values.append((name, .tensor(Variable(tensor))))
            case "model":
                values.append((name, try model(content, name, tensors, interpreter, path) ?? { throw damaged }()))
            case "run":
                guard case .integer(let id) = content else { throw damaged }
                if let value = try run(id) {
                    values.append((name, value))
                } else {
                    missing.append("`\(name)`, for run \(id) is not kept here")
                }
            default:
                guard let value = try Value(content, { try referred($0, of: name) }) else { throw damaged }
                values.append((name, value))
            }
        }
        for (name, value) in values { interpreter.module.cell(name).value = value }
        let count = entries.count { $0["kind"] != .string("part") } - missing.count
        try interpreter.sink.emit(.note("restored \(count) variables of \(quoted(path))"))
        if !missing.isEmpty { try interpreter.sink.emit(.note("not restored: \(missing.joined(separator: ", "))")) }
        if !unknownRuns.isEmpty {
            let more = unknownRuns.count > 10 ? " and \(unknownRuns.count - 10) more" : ""
            try interpreter.sink.emit(
                .note("not kept here, and so `none`: \(unknownRuns.prefix(10).joined(separator: ", "))\(more)"))
        }
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
