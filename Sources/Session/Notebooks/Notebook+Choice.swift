import Language
import Runtime

/// Which cells of a notebook are replayed.
package struct CellChoice: Equatable, Sendable {
    /// Numbers or titles; if there are any, only these.
    package var cells: [String] = []
    package var first: String?
    package var last: String?

    package init(cells: [String] = [], first: String? = nil, last: String? = nil) {
        self.cells = cells
        self.first = first
        self.last = last
    }
}

extension Notebook {
    /// The numbers of the chosen cells.
    ///
    /// - Throws: `Failure` for a name that no cell has, or several.
    package func numbers(of choice: CellChoice) throws -> Set<Int> {
        let first = try choice.first.map { try cell(named: $0).number } ?? Int.min
        let last = try choice.last.map { try cell(named: $0).number } ?? Int.max
        guard first <= last else {
            throw Failure("cell \(first), to begin with, stands behind cell \(last), to end with")
        }
        if choice.cells.isEmpty { return Set(cells.map(\.number).filter { $0 >= first && $0 <= last }) }
        var numbers = Set(try choice.cells.map { try cell(named: $0).number })
        if choice.first != nil || choice.last != nil {
            numbers.formUnion(cells.map(\.number).filter { $0 >= first && $0 <= last })
        }
        return numbers
    }

    /// The cell of a number or a title, or of the start of a title that no other has.
    package func cell(named name: String) throws -> NotebookCell {
        if let number = Int(name) {
            if let cell = cells.first(where: { $0.number == number }) { return cell }
            throw Failure("there is no cell \(number)", help: "the last one is cell \(cells.last?.number ?? 0)")
        }
        let wanted = name.lowercased()
        for isMeant in [
            { $0 == name }, { $0.lowercased() == wanted }, { $0.lowercased().hasPrefix(wanted) },
        ] as [(String) -> Bool] where !name.isEmpty {
            let found = cells.filter { isMeant($0.title) }
            if found.count == 1 { return found[0] }
            guard found.isEmpty else {
                let numbers = found.map { "\($0.number)" }.joined(separator: ", ")
                throw Failure("\(quoted(name)) fits several cells", help: "they are \(numbers): the number names one")
            }
        }
        let titles = cells.map(\.title).filter { !$0.isEmpty }
        let meant = Suggestion.closest(to: name, among: titles).map { "did you mean \(quoted($0))?" }
        throw Failure(
            "there is no cell called \(quoted(name))",
            help: meant
                ?? (titles.isEmpty
                    ? "its cells have no titles, only numbers" : "it has \(titles.map(quoted).joined(separator: ", "))")
        )
    }

    /// A word on the earlier cell that makes a name which a chosen one did not find.
    package func help(on problem: Diagnostic, in cell: NotebookCell, without chosen: Set<Int>) -> String? {
        let parts = problem.message.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "unknown name " else { return nil }
        let maker = cells.last { earlier in
            earlier.number < cell.number && !chosen.contains(earlier.number) && earlier.kind == .code
                && Parser.parse(source, in: earlier.bodySpan).block.statements.contains {
                    $0.boundNames.contains(String(parts[1]))
                }
        }
        return maker.map { "\($0.name) makes `\(parts[1])`, and it was not chosen: --from \($0.number) runs it, too" }
    }
}

extension Statement {
    /// The names that it can give a value to, in its own scope.
    var boundNames: [String] {
        func names(_ block: Block) -> [String] { block.statements.flatMap(\.boundNames) }
        switch kind {
        case .assign(let target, _), .augmentedAssign(let target, _, _): return target.names
        case .function(let function), .model(let function): return function.name.map { [$0.text] } ?? []
        case .class(let syntax): return [syntax.name.text]
        case .for(let target, _, let body): return target.names + names(body)
        case .while(_, let body): return names(body)
        case .try(let body, let name, let handler, let cleanup):
            return [body, handler, cleanup].compactMap(\.self).flatMap(names) + (name.map { [$0.text] } ?? [])
        case .with(_, let name, let body): return (name.map { [$0.text] } ?? []) + names(body)
        case .param(let name, _): return [name.text]
        case .import(_, let alias, let names): return ([alias] + names.map(\.name)).compactMap(\.?.text)
        case .expression(let expression):
            guard case .conditional(let branches, let otherwise) = expression.kind else { return [] }
            return branches.flatMap { names($0.body) } + (otherwise.map(names) ?? [])
        case .break, .continue, .return, .assert, .delete, .help: return []
        }
    }
}

extension Target {
    fileprivate var names: [String] {
        switch self {
        case .name(let name): [name.text]
        case .tuple(let targets, _), .each(let targets): targets.flatMap(\.names)
        case .rest(let target): target.names
        case .index, .member: []
        }
    }
}
