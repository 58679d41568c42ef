import Language

/// What code takes from outside its functions, as the compiler meets it.
final class OuterUses {
    var names: [Identifier] = []
    var calls: [Call] = []

    struct Call {
        let name: Identifier
        let arguments: [Argument]
        /// Whether it stands behind a point.
        let isMember: Bool
        let span: Span

        init(_ name: Identifier, _ arguments: [Argument], isMember: Bool, _ span: Span) {
            self.name = name
            self.arguments = arguments
            self.isMember = isMember
            self.span = span
        }
    }
}

extension Interpreter {
    /// What is certainly wrong in the statements of a file, as far as it shows without running them: what the compiler
    /// refuses, names that are assigned nowhere, arguments that functions do not have, and shapes that cannot meet.
    ///
    /// - Parameter mayFail: Where errors are expected, or nothing is run.
    package func problems(in statements: [Statement], of source: SourceText, mayFail: [Span] = []) -> [Diagnostic] {
        let uses = OuterUses()
        var compiler = Compiler(source: source, module: Namespace(name: module.name), builtins: builtins)
        compiler.uses = uses
        var problems: [Diagnostic] = []
        for statement in statements {
            do { _ = try compiler.compileTopLevel(statement) } catch {
                let place = Diagnostic.Location(source: source, span: statement.span)
                problems.append(Failure(wrapping: error).located(place).diagnostic)
            }
        }
        var assigned = AssignedNames()
        for statement in statements { assigned.visit(statement) }
        let defined = module.definedNames + assigned.names
        if !statements.contains(where: \.bringsNames) {
            problems += unknownNames(uses.names, defined: defined, of: source)
        }
        var reading = StaticReading(self, source, statements, mayFail: mayFail)
        reading.read(statements)
        let arguments = unknownArguments(uses.calls, defined: Set(defined), of: source) + reading.argumentProblems
        problems += arguments.filter { !$0.isIn(reading.caught) }
        // What stands behind the end of the program does not run.
        if !uses.names.contains(where: { $0.text == "quit" || $0.text == "exit" }) { problems += reading.shapeProblems }
        return problems.filter { !$0.isIn(mayFail) }
    }

    private func unknownNames(_ names: [Identifier], defined: [String], of source: SourceText) -> [Diagnostic] {
        let known = Set(defined)
        // Some code is compiled in two ways, and its names are met twice.
        var seen: Set<Span> = []
        return names.compactMap { name in
            guard !known.contains(name.text), builtins.value(name.text) == nil, !name.text.isNumberedResult,
                seen.insert(name.span).inserted
            else { return nil }
            return unknownName(name.text, among: defined)
                .located(Diagnostic.Location(source: source, span: name.span)).diagnostic
        }
    }

    private func unknownArguments(
        _ calls: [OuterUses.Call], defined: Set<String>, of source: SourceText
    ) -> [Diagnostic] {
        var seen: Set<Span> = []
        return calls.flatMap { call -> [Diagnostic] in
            guard !call.isMember, !defined.contains(call.name.text),
                case .function(let function)? = builtins.value(call.name.text)
            else { return [] }
            return call.arguments.compactMap { argument in
                guard let label = argument.label, function.refusesArgument(label.text),
                    seen.insert(label.span).inserted
                else { return nil }
                return function.unknownArgument(label.text)
                    .located(Diagnostic.Location(source: source, span: label.span)).diagnostic
            }
        }
    }
}

extension Diagnostic {
    fileprivate func isIn(_ spans: [Span]) -> Bool {
        guard let start = location?.span.start else { return false }
        return spans.contains { $0.start <= start && start < $0.end }
    }
}

extension Statement {
    /// Whether it may give names that are not written in the file: an import of a file, or a workspace that is loaded.
    var bringsNames: Bool {
        switch kind {
        case .import(let path, alias: nil, let names):
            guard case .string(let path) = path.kind else { return true }
            return !FamiliarNames.isLibrary(path) || names.contains(where: \.isAll)
        case .expression(let expression):
            guard case .call(let callee, _, _) = expression.kind, case .name("load") = callee.kind else { return false }
            return true
        default: return false
        }
    }
}

extension String {
    /// `_`, or `_3` for the result of input 3.
    fileprivate var isNumberedResult: Bool { first == "_" && dropFirst().allSatisfy(\.isNumber) }
}
