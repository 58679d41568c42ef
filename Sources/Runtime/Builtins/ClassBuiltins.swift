extension Builtin {
    /// What asks for classes.
    static let classes: [Builtin] = [
        Builtin(
            "isinstance(x, kind)", .values,
            "Whether a value is an object of a class, or of one that inherits from it.",
            details: """
                `kind` is a class, the name of a kind as `type` tells it, or a list of these, of which one is enough:
                `isinstance(x, [Value, "number"])`. `int` is a whole number, `float` any number. Of layers and models also
                `isinstance(layer, linear)`, `isinstance(layer, nn.Linear)` and `isinstance(net, cnn)` of `model cnn()`.
                """,
            example: "class Value(data) { }\nv = Value(3)\nisinstance(v, Value)",
            shortcut: .two { isKind($0, $1).map { .boolean($0) } }
        ) { call in
            let kinds = try call.value("kind").elements ?? [call.value("kind")]
            let value = call.value("x")
            return .boolean(
                try kinds.contains {
                    guard let isKind = isKind(value, $0) else {
                        throw call.failure("kind", takes: "a class, the name of a kind, or a list of these")
                    }
                    return isKind
                })
        }
    ]

    /// Nil where `kind` is none.
    private static func isKind(_ value: Value, _ kind: Value) -> Bool? {
        switch kind {
        case .string(let name):
            if value.kindName == name { return true }
            // Names of Python's types, and of dls's that say more than a kind.
            switch name {
            case "int": return value.isWholeNumber
            case "float": return value.isNumber
            case "str": return value.kindName == "string"
            case "bool": return value.isBoolean
            case "dict": return value.isRecord
            case "tuple": return value.isList
            default: return false
            }
        case .function(let function):
            if let definition = function.objectClass {
                return value.instance?.definition.isKind(of: definition) == true
            }
            // `nn.Linear`, `linear`, and the function that makes a model.
            if let module = value.object(as: ModuleObject.self), let isKind = module.isMade(by: function) {
                return isKind
            }
            if function.libraryPath != nil { return false }
            // `number`, `list`, `tensor`, ...: functions that are called as the kinds that they make.
            if case .builtin(let builtin) = function.body {
                switch builtin.name {
                case "int": return value.isWholeNumber
                case "float": return value.isNumber
                default: break
                }
                let name = ["str": "string", "bool": "boolean"][builtin.name] ?? builtin.name
                if ["boolean", "set", "string", "number", "list", "record", "tensor", "table", "dataset"].contains(name)
                {
                    return value.kindName == name
                }
            }
        default: break
        }
        return nil
    }
}

extension Call {
    /// The sum of a list of objects by their own `+`; nil for anything else.
    func sumOfObjects() throws -> Value? {
        guard case .list(let elements) = value("x"), elements.contains(where: { $0.instance != nil }) else {
            return nil
        }
        guard !has("axis") else { throw Failure("objects are summed without an axis") }
        var total = elements[0]
        for element in elements.dropFirst() { total = try Operators.binary(.add, total, element) }
        return total
    }
}
