import Language
import TensorCore

/// Two statements, one after the other. The lines of a block are a tree of these: to go through a list of them would
/// retain and release each one.
private final class SequenceStatement: StatementNode {
    let first: StatementNode
    let second: StatementNode

    init(_ first: StatementNode, _ second: StatementNode) {
        self.first = first
        self.second = second
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let flow = try first.execute(frame)
        guard case .normal = flow else { return flow }
        return try second.execute(frame)
    }
}

extension StatementNode {
    /// The statements of a block as one; none of them do nothing. The tree is no deeper than it must be.
    static func block(_ statements: some RandomAccessCollection<StatementNode>) -> StatementNode {
        guard let first = statements.first else { return StatementNode() }
        guard statements.count > 1 else { return first }
        let half = statements.count / 2
        return SequenceStatement(block(statements.prefix(half)), block(statements.dropFirst(half)))
    }

    final var isEmpty: Bool { type(of: self) == StatementNode.self }
}

/// An expression for its effect.
final class ExpressionStatement: StatementNode {
    let node: Node

    init(_ node: Node) { self.node = node }

    override func execute(_ frame: Frame) throws -> Flow {
        if case .object(let object) = try node.evaluate(frame), object is FigureObject {
            _ = try frame.interpreter.drawn(.object(object))
        }
        return .normal
    }
}

/// An expression that is the last of its block, whose value is the block's.
final class ResultStatement: StatementNode {
    let node: Node

    init(_ node: Node) { self.node = node }

    override func execute(_ frame: Frame) throws -> Flow {
        frame.result = try node.evaluate(frame)
        return .normal
    }
}

/// A name that stands alone: a function that needs no argument is called.
final class CallAloneNode: Node {
    let node: Node

    init(_ node: Node) {
        self.node = node
        super.init(node.location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let member = node as? MemberNode { return try callMethodAlone(member, frame) }
        let value = try node.evaluate(frame)
        return try callAlone(value, frame)
    }

    private func callAlone(_ value: Value, _ frame: Frame) throws -> Value {
        guard case .function(let function) = value, function.signature.requiredCount == 0 else { return value }
        return try frame.interpreter.call(value, Arguments(), at: location)
    }

    /// `net.summary` alone is `summary(net)`.
    private func callMethodAlone(_ member: MemberNode, _ frame: Frame) throws -> Value {
        let object = try member.base.evaluate(frame)
        if let field = try member.locating({ try object.field(member.name.text) }) {
            return try callAlone(field, frame)
        }
        let interpreter = frame.interpreter
        guard let method = interpreter.builtins.value(member.name.text), case .function(let function) = method,
            function.signature.requiredCount <= 1
        else { throw object.unknownField(member.name.text, interpreter: interpreter).located(location) }
        return try interpreter.call(method, Arguments([object]), at: location)
    }
}

final class AssignStatement: StatementNode {
    let target: TargetNode
    let value: Node

    init(_ target: TargetNode, _ value: Node) {
        self.target = target
        self.value = value
        if target.isTuple {
            (value as? MethodCallNode)?.use = target.isPair ? .unpacked : .spread
            (value as? CallNode)?.target = target
        }
    }

    override func execute(_ frame: Frame) throws -> Flow {
        try store(try result(frame), frame)
        return .normal
    }

    func result(_ frame: Frame) throws -> Value {
        let result = try value.evaluate(frame)
        // What was not computed because memory ran out gets no name.
        try value.locating { try MemoryRefusal.check() }
        return result
    }

    @inline(__always)
    func store(_ result: Value, _ frame: Frame) throws {
        switch target {
        case .cell(let cell): cell.value = result
        case .slot(let index): frame.slots[index] = result
        default: try target.assign(result, frame)
        }
    }
}

/// `a, b = b, a`: two values for two names, without a list of them.
final class PairAssignStatement: StatementNode {
    let targets: (TargetNode, TargetNode)
    let values: (Node, Node)

    /// Nil where it is something else.
    init?(_ target: TargetNode, _ value: Node) {
        guard case .tuple(let targets, _) = target, targets.count == 2, !targets.contains(where: \.isRest),
            let list = value as? ListNode, list.elements.count == 2
        else { return nil }
        self.targets = (targets[0], targets[1])
        values = (list.elements[0], list.elements[1])
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let (first, second) = (try values.0.evaluate(frame), try values.1.evaluate(frame))
        try values.1.locating { try MemoryRefusal.check() }
        try targets.0.assign(first, frame)
        try targets.1.assign(second, frame)
        return .normal
    }
}

/// `x += 1`
final class AugmentedAssignStatement: StatementNode {
    let place: Place
    let operation: BinaryOperator
    let value: Node
    let location: Diagnostic.Location

    init(_ place: Place, _ operation: BinaryOperator, _ value: Node, _ location: Diagnostic.Location) {
        self.place = place
        self.operation = operation
        self.value = value
        self.location = location
    }

    override func execute(_ frame: Frame) throws -> Flow {
        do {
            switch place {
            // A number in a variable is changed without taking it out.
            case .slot(let index, let name):
                let right = try value.evaluate(frame)
                if let sum = sum(frame.slots[index], right) {
                    frame.slots[index] = sum
                } else {
                    try change(.slot(frame, index: index, name: name), by: right)
                }
            case .cell(let cell):
                let right = try value.evaluate(frame)
                if let sum = sum(cell.value, right) {
                    cell.value = sum
                } else {
                    try change(.cell(cell), by: right)
                }
            case .index(let base, let subscripts, let location):
                if subscripts.count == 1, let node = subscripts[0].index {
                    if let variable = base.variable(frame) {
                        return try changeElement(of: variable, node.evaluate(frame), location, frame)
                    }
                    // `m[i][j] += 1`
                    if case .index(let outer, let rows, let rowLocation) = base, rows.count == 1,
                        let row = rows[0].index, let variable = outer.variable(frame), variable.holdsParts
                    {
                        let row = try row.evaluate(frame)
                        return try changeElement(
                            of: variable, row: (row, rowLocation), node.evaluate(frame), location, frame)
                    }
                }
                try change(try place.resolved(frame), frame)
            default: try change(try place.resolved(frame), frame)
            }
        } catch let error where !(error is Quit) {
            throw Failure(wrapping: error).located(location)
        }
        return .normal
    }

    private func change(_ place: ResolvedPlace, _ frame: Frame) throws {
        try change(place, by: value.evaluate(frame))
    }

    /// `x[i] += 1`: a number in a list or a record is changed where it is.
    ///
    /// - Parameter row: The element that it is in, with the place of that.
    private func changeElement(
        of variable: ResolvedPlace, row: (index: Value, Diagnostic.Location)? = nil, _ index: Value,
        _ location: Diagnostic.Location, _ frame: Frame
    ) throws -> Flow {
        let right = try value.evaluate(frame)
        if case .number(let number) = right,
            variable.changeNumber(in: row?.index, at: index, { operation.fast($0, number) })
        {
            return .normal
        }
        let base = row.map { .index(base: variable, subscripts: [.value($0)], $1) } ?? variable
        try change(.index(base: base, subscripts: [.value(index)], location), by: right)
        return .normal
    }

    @inline(__always)
    private func sum(_ left: Value, _ right: Value) -> Value? {
        guard case .number(let x) = left, case .number(let y) = right else { return nil }
        return operation.fast(x, y).map { .number($0) }
    }

    func change(_ place: ResolvedPlace, by right: Value) throws {
        var operand: Value?
        try place.modify { left in
            if left.instance != nil || right.instance != nil {
                operand = left
            } else if let result = try ColumnOperators.binary(operation, left, right) {
                left = result
            } else if case .add = operation, case .list(var elements) = left, let more = try right.elements {
                left = .none
                defer { left = .list(elements) }
                try ListLength.check(elements.count + more.count)
                elements += more
            } else if case .add = operation, case .string(var text) = left, case .string(let more) = right {
                try ListLength.checkBytes(text.utf8.count + more.utf8.count)
                left = .none
                text += more
                left = .string(text)
            } else if case .tensor(let tensor) = left, let parameter = tensor.parameterOfLoop,
                case .tensor(let result) = try Operators.binary(operation, left, right)
            {
                try tensor.change(parameter, to: result)
            } else {
                left = try Operators.binary(operation, left, right)
            }
        }
        // The operator of an object runs code, which may read the place.
        if let operand { try place.store(Operators.binary(operation, operand, right)) }
    }
}

/// `t = t + x`, which for texts is `t += x`: to copy the text at each turn of a loop would take longer and longer.
final class SumStatement: StatementNode {
    let variable: TargetNode
    let change: AugmentedAssignStatement
    let assignment: AssignStatement

    init(_ change: AugmentedAssignStatement, _ assignment: AssignStatement) {
        variable = assignment.target
        self.change = change
        self.assignment = assignment
    }

    override func execute(_ frame: Frame) throws -> Flow {
        switch variable {
        case .slot(let index): if case .string = frame.slots[index] { return try change.execute(frame) }
        case .cell(let cell): if case .string = cell.value { return try change.execute(frame) }
        default: break
        }
        return try assignment.execute(frame)
    }
}

final class ConditionalStatement: StatementNode {
    let node: ConditionalNode

    init(_ node: ConditionalNode) { self.node = node }

    override func execute(_ frame: Frame) throws -> Flow { try node.execute(frame) }
}

final class ForStatement: StatementNode {
    let target: TargetNode
    let sequence: Node
    let body: StatementNode

    init(_ target: TargetNode, _ sequence: Node, _ body: StatementNode) {
        self.target = target
        self.sequence = sequence
        self.body = body
    }

    override func execute(_ frame: Frame) throws -> Flow {
        var end = Flow.normal
        try sequence.evaluate(frame).forEach(sequence, inPairs: target.isPair) { value in
            switch target {
            case .cell(let cell): cell.value = value
            case .slot(let index): frame.slots[index] = value
            default: try target.assign(value, frame)
            }
            switch try body.execute(frame) {
            case .normal, .continueLoop: return true
            case .breakLoop: return false
            case .returned:
                end = .returned
                return false
            }
        }
        return end
    }
}

final class WhileStatement: StatementNode {
    let condition: Node
    let body: StatementNode

    init(_ condition: Node, _ body: StatementNode) {
        self.condition = condition
        self.body = body
    }

    override func execute(_ frame: Frame) throws -> Flow {
        while true {
            if Interrupt.isRequested { throw Failure.interrupted.located(condition.location) }
            guard try condition.isTrue(frame) else { return .normal }
            switch try body.execute(frame) {
            case .normal, .continueLoop: continue
            case .breakLoop: return .normal
            case .returned: return .returned
            }
        }
    }
}

final class FlowStatement: StatementNode {
    let flow: Flow

    init(_ flow: Flow) { self.flow = flow }

    override func execute(_ frame: Frame) throws -> Flow { flow }
}

final class ReturnStatement: StatementNode {
    let value: Node?

    init(_ value: Node?) { self.value = value }

    override func execute(_ frame: Frame) throws -> Flow {
        frame.result = try value?.evaluate(frame) ?? .none
        return .returned
    }
}

final class TryStatement: StatementNode {
    let body: StatementNode
    let name: TargetNode?
    let handler: StatementNode

    init(_ body: StatementNode, name: TargetNode?, handler: StatementNode) {
        self.body = body
        self.name = name
        self.handler = handler
    }

    override func execute(_ frame: Frame) throws -> Flow {
        do {
            let flow = try body.execute(frame)
            do { try MemoryRefusal.check() } catch { throw Failure(wrapping: error) }
            return flow
        } catch let failure as Failure where !failure.isInterrupt {
            frame.interpreter.failedCalls.removeAll()
            // What else was refused on the way is not the handler's matter.
            try? MemoryRefusal.check()
            try name?.assign(failure.record, frame)
            frame.interpreter.caught.append(failure)
        }
        defer { frame.interpreter.caught.removeLast() }
        return try handler.execute(frame)
    }
}

/// `finally`: what runs whether the statement before it ends, fails or leaves the block.
final class CleanupStatement: StatementNode {
    let body: StatementNode
    let cleanup: StatementNode

    init(_ body: StatementNode, _ cleanup: StatementNode) {
        self.body = body
        self.cleanup = cleanup
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let flow: Flow
        do { flow = try body.execute(frame) } catch {
            let calls = frame.interpreter.failedCalls
            let isInterrupted = Interrupt.isRequested
            // Ctrl-C stops the statement, and again what runs after it.
            if isInterrupted { Interrupt.clear() }
            defer { if isInterrupted { Interrupt.request() } }
            if let left = try cleaned(frame) { return left }
            frame.interpreter.failedCalls = calls
            throw error
        }
        return try cleaned(frame) ?? flow
    }

    /// - Returns: How it leaves the block, if it does; what the block was to give is given up then.
    private func cleaned(_ frame: Frame) throws -> Flow? {
        let result = frame.result
        let flow = try cleanup.execute(frame)
        if case .normal = flow {
            frame.result = result
            return nil
        }
        return flow
    }
}

final class AssertStatement: StatementNode {
    let condition: Node
    let message: Node?

    init(_ condition: Node, _ message: Node?) {
        self.condition = condition
        self.message = message
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let value = try condition.evaluate(frame)
        guard try condition.locating({ try value.isTrue() }) else {
            let words = try message?.evaluate(frame)
            frame.interpreter.noteText(of: words ?? .none)
            let text = try words.map { ": \(try $0.printedText(frame.interpreter.printStyle))" } ?? ""
            throw Failure("the assertion does not hold\(text)").located(condition.location)
        }
        return .normal
    }
}

/// `param epochs = 20`: a value that the command line can set.
final class ParamStatement: StatementNode {
    let name: String
    let cell: Cell
    let value: Node

    init(name: String, cell: Cell, value: Node) {
        self.name = name
        self.cell = cell
        self.value = value
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let interpreter = frame.interpreter
        let usual = try value.evaluate(frame)
        guard let given = interpreter.takeParameter(name) else {
            interpreter.parameterValues[name] = usual
            cell.value = usual
            return .normal
        }
        guard usual.isNone || given.kindName == usual.kindName else {
            throw Failure(
                "`\(name)` is \(usual.kindWithArticle), and --set gave \(given.kindWithArticle), \(given.shortText)"
            ).located(value.location)
        }
        interpreter.parameterValues[name] = given
        cell.value = given
        return .normal
    }
}

final class ImportStatement: StatementNode {
    let path: Node
    let alias: TargetNode?
    let module: Namespace

    private let aliasName: String
    private let names: [ImportedName]

    init(path: Node, alias: TargetNode?, named aliasName: String, names: [ImportedName], module: Namespace) {
        self.aliasName = aliasName
        self.names = names
        self.path = path
        self.alias = alias
        self.module = module
    }

    override func execute(_ frame: Frame) throws -> Flow {
        let value = try path.evaluate(frame)
        guard case .string(let text) = value else {
            throw Failure("`import` takes the path of a file as a string").located(path.location)
        }
        if FamiliarNames.isLibrary(text) {
            if let alias, FamiliarNames.customary(aliasName) != FamiliarNames.customary(text) {
                try alias.assign(.object(LibraryObject(text, frame.interpreter.builtins.copy())), frame)
            }
            let builtins = frame.interpreter.builtins
            for name in names {
                for (word, value) in try LibraryObject.values(importing: name, builtins) {
                    module.cell(word).value = value
                }
            }
            let paths = names.map(\.path).filter { !$0.hasSuffix(".*") }
            let missing = (paths.first?.hasPrefix("\(text).") == true ? paths : [text] + paths)
                .compactMap { MissingModule($0, builtins)?.note }
            // The code may need none of it, and so it runs.
            if !missing.isEmpty { try frame.interpreter.sink.advise(missing.joined(separator: "\n")) }
            return .normal
        }
        let imported = try path.locating {
            try frame.interpreter.importModule(text, from: path.location.source.name)
        }
        if let alias {
            try alias.assign(.object(NamespaceObject(imported)), frame)
        } else {
            for name in imported.definedNames where !name.hasPrefix("_") {
                if let value = imported[name] { module.cell(name).value = value }
            }
        }
        return .normal
    }
}

/// `del a, b`
final class DeleteStatement: StatementNode {
    let targets: [(name: String, target: TargetNode, location: Diagnostic.Location)]

    init(_ targets: [(String, TargetNode, Diagnostic.Location)]) { self.targets = targets }

    override func execute(_ frame: Frame) throws -> Flow {
        for (name, target, location) in targets {
            switch target {
            case .cell(let cell) where cell.value.isDefined: cell.value = .undefined
            case .slot(let index) where frame.slots[index].isDefined: frame.slots[index] = .undefined
            case .cell, .slot:
                let isBuiltin = frame.interpreter.builtins.value(name) != nil
                throw Failure(
                    "there is no variable `\(name)` to remove",
                    help: isBuiltin ? ["`\(name)` is built in, and stays"] : []
                ).located(location)
            default: throw Failure("`\(name)` is a field of the object, and stays").located(location)
            }
        }
        return .normal
    }
}

/// `?name`
final class HelpStatement: StatementNode {
    let topic: String
    let location: Diagnostic.Location
    let module: Namespace

    init(topic: String, module: Namespace, _ location: Diagnostic.Location) {
        self.topic = topic
        self.module = module
        self.location = location
    }

    override func execute(_ frame: Frame) throws -> Flow {
        do { try frame.interpreter.showHelp(topic, module: module) } catch {
            throw Failure(wrapping: error).located(location)
        }
        return .normal
    }
}
