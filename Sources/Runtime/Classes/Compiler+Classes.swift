import Language

extension Compiler {
    func definition(_ syntax: ClassSyntax) throws -> StatementNode {
        AssignStatement(try compile(.name(syntax.name)), try compile(syntax))
    }

    /// Where Python has the class that one inherits from, there are the parameters here.
    private func checkNoBase(_ syntax: ClassSyntax) throws {
        for parameter in syntax.parameters where parameter.defaultValue == nil {
            let name = parameter.name.text
            let isClass: Bool
            if case .function(let function)? = module[name] {
                isClass = function.objectClass != nil
            } else {
                isClass = false
            }
            guard
                isClass || name == "Exception" || name == "object"
                    || name.hasSuffix("Error") && name.first?.isUppercase == true
            else { continue }
            throw Failure(
                "the parentheses hold the parameters of `\(syntax.name.text)`, and `\(name)` is a class",
                help: isClass
                    ? "to inherit, write `class \(syntax.name.text)(...) : \(name)(...) { ... }`"
                    : name == "object"
                        ? "leave it out: `class \(syntax.name.text)() { ... }`"
                        : "errors are texts: `error(\"what is wrong\")` or `raise ValueError(\"what is wrong\")`"
            ).located(location(parameter.name.span))
        }
    }

    private func compile(_ syntax: ClassSyntax) throws -> Node {
        try checkNoBase(syntax)
        let token = ClassToken(name: syntax.name.text, hasBase: syntax.base != nil)
        var methods: [FunctionSyntax] = []
        var statements: [Statement] = []
        for statement in syntax.body.statements {
            if case .function(let function) = statement.kind, function.name != nil {
                methods.append(function)
            } else {
                statements.append(statement)
            }
        }
        var assigned = AssignedNames()
        assigned.isOfClass = true
        for statement in statements { assigned.visit(statement) }
        var fields: [String] = []
        var known: Set<String> = []
        for name in syntax.parameters.map(\.name.text) + assigned.names + syntax.selfFields
        where known.insert(name).inserted {
            fields.append(name)
        }
        let fieldScope = Scope(parent: scope, fields: fields, of: token)
        var inner = self
        inner.isInModel = false
        inner.scope = Scope(blockOf: fieldScope, own: assigned.passingNames.filter { !known.contains($0) })
        var ofMethods = inner
        ofMethods.scope = fieldScope
        let code = ClassCode(
            token: token, signature: signature(syntax.name.text, syntax.parameters), fields: fields,
            base: try base(syntax, inner), methods: try methods.map { try ofMethods.compile($0, defaultsBy: inner) },
            properties: Set(methods.filter(\.isProperty).compactMap(\.name?.text)),
            body: .block(try statements.map { try inner.compileInClass($0) }), slotCount: inner.scope?.slotCount ?? 0)
        return ClassNode(
            code, defaults: try syntax.parameters.map { try $0.defaultValue.map(compile) }, moduleName: module.name,
            outer: OuterCode(fieldScope, at: location(syntax.span), in: self), location(syntax.span))
    }

    /// The class that one inherits from; its arguments are worked out where the parameters are known.
    private func base(
        _ syntax: ClassSyntax, _ inner: Compiler
    ) throws -> (function: Node, arguments: ArgumentNodes, location: Diagnostic.Location)? {
        guard let base = syntax.base else { return nil }
        guard case .call(let callee, let arguments, _) = base.kind else {
            return (try compile(base), ArgumentNodes(positional: [], named: []), location(base.span))
        }
        return (try compile(callee), try inner.argumentNodes(arguments), location(base.span))
    }

    /// `super.f(x)`, and `super().f(x)` as in Python: the method of the class that the one around inherits from.
    func baseCall(
        _ receiver: Expression, _ name: Identifier, _ arguments: ArgumentNodes, _ place: Diagnostic.Location
    ) throws -> Node? {
        var receiver = receiver
        if case .call(let callee, let given, _) = receiver.kind {
            // What a model begins with has no blocks to run.
            if isInModel, case .name("super") = callee.kind, name.text == "__init__" { return Node(place) }
            if given.isEmpty || name.text == "__init__" { receiver = callee }
        }
        guard case .name("super") = receiver.kind, let (token, depth) = scope?.enclosingClass,
            scope?.meaning(of: "super") == nil
        else { return nil }
        guard token.hasBase else {
            throw Failure(
                "`super` is the class that a class inherits from, and `\(token.name)` inherits from none",
                help: "write `class \(token.name)(x) : Base(x) { ... }`"
            ).located(location(receiver.span))
        }
        guard name.text != "__init__" else {
            // The block of the base has run before this one.
            if arguments.isPlain, arguments.positional.isEmpty { return Node(place) }
            throw Failure(
                "the class that one inherits from gets its arguments behind the parameters",
                help: "write `class \(token.name)(x) : Base(x) { ... }`"
            ).located(place)
        }
        return BaseCallNode(token, depth: depth, name.text, arguments, place)
    }
}
