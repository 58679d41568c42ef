import Language

/// How dls writes `loss.backward()` with its `zero_grad` and `step`: by the names of the code around.
///
/// What a loss is computed from by a model has to stand inside `step`, so the lines that do so are gathered.
struct StepAdvice {
    fileprivate struct Line {
        let statement: Statement
        let source: SourceText

        func text(_ span: Span) -> String {
            source[span].split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
        }
    }

    static let methods: Set<String> = ["backward", "zero_grad", "step"]

    /// The longest that is shown.
    private static let longest = 300

    private let interpreter: Interpreter
    /// The lines of the block, those above it at the prompt too.
    private var lines: [Line] = []
    /// The place among them that has no method of that name.
    private var place = 0

    /// Nil where the text around the place cannot be read.
    init?(at location: Diagnostic.Location, _ interpreter: Interpreter) {
        self.interpreter = interpreter
        let parsed = Parser.parse(location.source)
        guard parsed.diagnostics.isEmpty,
            let (block, index) = StepAdvice.innermost(parsed.block, at: location.span.start)
        else { return nil }
        func lines(_ statements: some Sequence<Statement>) -> [Line] {
            statements.map { Line(statement: $0, source: location.source) }
        }
        let isWholeText = block.span == parsed.block.span
        self.lines = isWholeText ? interpreter.recentAssignments.map { Line(statement: $0, source: $1) } : []
        if !isWholeText { self.lines += lines(block.statements[..<index]) }
        place = self.lines.count
        self.lines += lines(block.statements[index...])
    }

    /// The block whose own statement has a place in it, and which one.
    private static func innermost(_ block: Block, at offset: Int) -> (Block, Int)? {
        guard let index = block.statements.firstIndex(where: { $0.span.start <= offset && offset < $0.span.end }) else {
            return nil
        }
        for inner in block.statements[index].blocks where inner.span.start <= offset && offset < inner.span.end {
            if let found = innermost(inner, at: offset) { return found }
        }
        return (block, index)
    }

    /// What to write, which runs as it stands; empty where the code around does not tell.
    var help: [String] {
        guard let backward = lines.indices.first(where: { $0 >= place && lines[$0].call?.method == "backward" }),
            let loss = lines[backward].call?.receiver
        else { return [] }
        if lines[..<backward].last(where: { $0.assignment?.targets.contains(loss) == true })?.isStep == true {
            return [
                "`\(loss) = step ...` has taken the gradients and changed the weights: "
                    + "leave `zero_grad`, `backward` and `step` out"
            ]
        }
        guard let computed = computation(of: loss, before: backward) else { return [] }
        if let optimizer {
            return [
                "write `\(loss) = step \(optimizer) \(computed.text)`, and leave `zero_grad`, `backward` and `step` out"
            ]
        }
        guard let model = computed.model else { return [] }
        let name = interpreter.module["opt"] == nil ? "opt" : "optimizer"
        return [
            "an optimizer trains `\(model)`: `\(name) = adam(\(model), lr=0.001)`",
            "then `\(loss) = step \(name) \(computed.text)` takes the gradients and changes the weights",
        ]
    }

    private var optimizer: String? {
        for line in lines[place...] {
            if let call = line.call, call.method == "step" || call.method == "zero_grad", !isModel(call.receiver) {
                return call.receiver
            }
        }
        let module = interpreter.module
        return module.definedNames.last { module[$0]?.object(as: OptimizerObject.self) != nil }
    }

    private func isModel(_ name: String) -> Bool {
        interpreter.module[name]?.object(as: ModuleObject.self) != nil
    }

    /// Whether it is a model, an optimizer or the like, which is made once.
    private func isObject(_ name: String) -> Bool {
        if case .object? = interpreter.module[name] { true } else { false }
    }

    /// The loss as `step` takes it: an expression, or a block of the lines that lead to it from a model.
    private func computation(of loss: String, before end: Int) -> (text: String, model: String?)? {
        var learned: Set<String> = []
        var learnedLines: Set<Int> = []
        var model: String?
        for index in lines.indices.prefix(end) {
            guard let (targets, value) = lines[index].assignment, !targets.contains(where: isObject) else { continue }
            let uses = uses(of: value, in: lines[index].source)
            if uses.contains(where: { $0.isLearned || learned.contains($0.name) }) {
                learned.formUnion(targets)
                learnedLines.insert(index)
            } else if !lines[index].changesItsTarget {
                learned.subtract(targets)
            }
            model = uses.first { isModel($0.name) }?.name ?? model
        }
        var needed: Set<String> = [loss]
        var chosen: [Int] = []
        for index in lines.indices.prefix(end).reversed() where learnedLines.contains(index) {
            guard let (targets, value) = lines[index].assignment, !needed.isDisjoint(with: targets) else { continue }
            if !lines[index].changesItsTarget { needed.subtract(targets) }
            needed.formUnion(uses(of: value, in: lines[index].source).map(\.name))
            chosen.insert(index, at: 0)
        }
        guard let last = chosen.last, let (_, value) = lines[last].assignment else { return nil }
        var parts = chosen.map { lines[$0].text(lines[$0].statement.span) }
        if lines[last].assigns(only: loss) {
            parts[parts.count - 1] = lines[last].text(value.span)
        } else {
            parts.append(loss)
        }
        let isCall = if case .call(_, _, isCommand: false) = value.kind { true } else { false }
        let text = parts.count == 1 && isCall ? parts[0] : "{ \(parts.joined(separator: "; ")) }"
        // A comment would hide what follows it on the line.
        guard text.count <= Self.longest, !text.contains("#") else { return nil }
        return (text, model)
    }

    /// The names that an expression reads, and whether what is learned comes in by them.
    private func uses(of value: Expression, in source: SourceText) -> [(name: String, isLearned: Bool)] {
        let tokens = Lexer.tokenize(source, in: value.span).tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .name, index == 0 || tokens[index - 1].kind != .dot else { return nil }
            let name = source[tokens[index].span]
            let next = index + 1 < tokens.count ? tokens[index + 1] : tokens[index]
            if next.kind == .assign { return nil }
            let isCalled = next.kind == .leftParenthesis && next.start == tokens[index].end
            return (name, isLearned(name, isCalled: isCalled))
        }
    }

    private func isLearned(_ name: String, isCalled: Bool) -> Bool {
        switch interpreter.module[name] {
        case .object(let object)?: return object is ModuleObject
        case .tensor(let tensor)?: return tensor.ownParameter != nil
        case .function(let function)?:
            // A function of the script may call a model.
            if case .builtin = function.body { return false }
            return isCalled
        // A variable of a function, which may be a model.
        default: return isCalled && interpreter.builtins.value(name) == nil
        }
    }
}

extension StepAdvice.Line {
    /// `optimizer.step()` as a statement.
    fileprivate var call: (receiver: String, method: String)? {
        guard case .expression(let expression) = statement.kind, case .call(let callee, _, _) = expression.kind,
            case .member(let base, let method) = callee.kind, case .name(let receiver) = base.kind
        else { return nil }
        return (receiver, method.text)
    }

    /// The names that it assigns, and the value.
    fileprivate var assignment: (targets: Set<String>, value: Expression)? {
        switch statement.kind {
        case .assign(let target, let value): (Set(target.names), value)
        case .augmentedAssign(let target, _, let value): (Set(target.names), value)
        default: nil
        }
    }

    /// `loss = step opt ...`
    fileprivate var isStep: Bool {
        guard case .step? = assignment?.value.kind else { return false }
        return true
    }

    /// Whether it goes on from what its target was, as `loss += penalty` does.
    fileprivate var changesItsTarget: Bool {
        if case .assign(.name, _) = statement.kind { false } else { true }
    }

    fileprivate func assigns(only name: String) -> Bool {
        if case .assign(.name(let target), _) = statement.kind { target.text == name } else { false }
    }
}

extension Statement {
    /// The blocks inside it.
    fileprivate var blocks: [Block] {
        switch kind {
        case .for(_, _, let body), .while(_, let body), .with(_, _, let body): [body]
        case .try(let body, _, let handler, let cleanup): [body, handler, cleanup].compactMap(\.self)
        case .function(let function), .model(let function): function.blocks
        case .class(let syntax): [syntax.body]
        case .expression(let expression), .assign(_, let expression), .return(.some(let expression)): expression.blocks
        default: []
        }
    }
}

extension FunctionSyntax {
    fileprivate var blocks: [Block] { if case .block(let block) = body { [block] } else { [] } }
}

extension Expression {
    fileprivate var blocks: [Block] {
        switch kind {
        case .conditional(let branches, let otherwise): branches.map(\.body) + (otherwise.map { [$0] } ?? [])
        case .sweep(let sweep): [sweep.body]
        case .function(let function): function.blocks
        default: []
        }
    }
}
