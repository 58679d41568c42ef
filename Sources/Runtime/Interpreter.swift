import CSystem
import Datasets
import Figures
import Glibc
import Language
import NeuralNet
import TensorCore

/// What running code gives to whoever shows it.
package enum Output {
    /// What `print` printed, with its line ends.
    case text(String)
    /// A text that is set out as a whole, such as the summary of a model, with its line ends.
    case report(String)
    /// The same, with control characters that are meant for the terminal.
    case rawText(String)
    /// The value of a statement that stands alone.
    case value(Value)
    /// A chart, an image, ...
    case figure(Figure)
    /// How far a training is; replaced by the next one where that can be done.
    case progress(ProgressReport)
    /// A word of warning or advice that is no result.
    case note(String)
}

/// How far something that takes time is, in one line.
package struct ProgressReport {
    /// Made only where it is shown.
    package let text: () -> String
    /// Whether it ends a part, such as an epoch, and is worth a line of its own where lines cannot be replaced.
    package let isMilestone: Bool
    /// Whether it ends the whole, and stays to be read.
    package let isLast: Bool
    /// Whether the curve is shown meanwhile; nil: as the place shows trainings. Where it is true, the last curve follows
    /// as a figure.
    package let showsFigure: Bool?
    /// The curve up to here, where there is one. Made only where it is shown.
    package let figure: () -> Figure?

    package init(
        text: @escaping () -> String, isMilestone: Bool, isLast: Bool = false, showsFigure: Bool? = nil,
        figure: @escaping () -> Figure? = { nil }
    ) {
        self.text = text
        self.isMilestone = isMilestone
        self.isLast = isLast
        self.showsFigure = showsFigure
        self.figure = figure
    }
}

/// Where outputs go.
package protocol OutputSink: AnyObject {
    func emit(_ output: Output) throws

    /// Shows a note to the author of the code, which is no output of it: no notebook records it.
    func advise(_ text: String) throws

    /// The columns that text is broken to; nil where nobody knows.
    var width: Int? { get }

    /// Asks the person for a line, and waits for it.
    ///
    /// - Throws: `Failure` where nobody can be asked, or nobody answers.
    func ask(_ prompt: String) throws -> String

    /// Asks the person before something is done that may harm; nil where no person sees the question and can answer.
    func confirm(_ question: String) throws -> String?
}

extension OutputSink {
    package func advise(_ text: String) throws { try emit(.note(text)) }

    package var width: Int? { nil }

    package func confirm(_ question: String) throws -> String? { nil }

    package func ask(_ prompt: String) throws -> String {
        throw Failure("`input` has nobody to ask here", help: "give the value as a `param`, or read it from a file")
    }
}

/// Runs compiled code and holds what all of it shares: the built-ins, random numbers, where outputs go.
package final class Interpreter {
    package let builtins: BuiltinTable
    /// Names that mean the built-in functions in what is run next, whatever earlier code has assigned to them.
    package var sealedNames: Set<String> = []
    package var sink: any OutputSink
    /// How `print` and texts write values.
    package var printStyle = DisplayStyle()
    /// The names of the session, which `vars` lists.
    package let module: Namespace
    package var random = RandomStreams()
    /// The share of sweeps that this process runs; nil: all.
    package var part: SweepPart?
    /// Grows where a sweep begins and where it ends: odd inside one.
    var stage = 0
    /// In a run of a sweep: its number among all, from 0.
    private(set) var sweepRun: Int?
    /// Where trainings are kept, if they are.
    package var runKeeper: (any RunKeeping)?
    /// The numbers of the trainings that it has kept.
    var keptRuns: [Int] = []
    /// The values of the `param`s that have run.
    var parameterValues = Record()
    /// The names that the sweep around goes through, with the values of this run of its block.
    var sweptValues = Record()
    /// Values that the command line gave for `param`s.
    package var parameters: [String: Value] = [:]
    package private(set) var unusedParameters: Set<String> = []
    /// What `plot` or `show` drew last.
    package internal(set) var lastFigure: Figure?
    /// What calls of `plt` have drawn and not shown.
    var pyplot = Pyplot()
    /// The session around it, if there is one.
    package weak var host: (any SessionHost)?
    /// The pass that layers are applied in: of training inside `step` and `train`, none elsewhere.
    var currentContext: ForwardContext?
    /// Whether the lines of a model's block are being run, which make its layers.
    var isInModelBlock = false
    /// The model whose `forward` runs.
    var runningModel: ModelScript?
    /// How many gradients are being taken, one inside the other.
    var gradientDepth = 0
    var gradientEnds = GradientEnds()
    var modulesOfStep = ModulesOfStep()
    /// What a `forward` has given last, where that is more than tensors one after the other.
    var structuredOutput: Value?
    let indexedTexts = IndexedTexts()
    /// The errors whose `catch` blocks run, the innermost last.
    var caught: [Failure] = []
    var failedCalls = FailedCalls()
    /// The name that the run of the training under way is going to have; nil where the code around it decides.
    private(set) var runName: String?
    /// Whether the value of a statement is `_`, as at the prompt.
    package var keepsLastValue = false
    var depth = 0
    let stack: StackGuard
    var nesting = NestingCheck()
    var showing = ObjectsShown()
    var spareFrames = SpareFrames()
    let objects = ObjectRegistry()
    /// How many objects of classes there are.
    package var objectCount: Int { root.objects.count }
    /// In a run of a sweep: the interpreter that the sweep is part of.
    let parent: Interpreter?
    /// In a run of a sweep: where what it trains is kept until the sweep is done, and how many trainings that are.
    var sweepFolder: String?
    private var sweepTrainings = 0
    /// Rows of sweeps that were stopped, by their keys.
    var keptSweepRows: [String: Record] = [:]
    private(set) var imported: [String: Namespace] = [:]
    private var importing: [String] = []
    /// In a run of a sweep: how often it went through batches from outside it.
    var outerPasses: [ObjectIdentifier: (batches: BatchesObject, count: UInt64)] = [:]
    /// The names that hide a built-in function and of which that was told.
    private var toldHidden: Set<String> = []
    private var told: Set<String> = []
    /// The modules that are written in the language, once one of their functions was wanted.
    var prelude: [String: Namespace] = [:]

    package init(module: Namespace, builtins: BuiltinTable = .standard, sink: any OutputSink) {
        self.module = module
        self.builtins = builtins
        self.sink = sink
        stack = StackGuard()
        parent = nil
    }

    /// An interpreter for a run of a sweep, on the thread that it is made on.
    ///
    /// - Parameters:
    ///   - names: The swept names with their values.
    ///   - number: Of the run, from 0. A sweep inside a run of another belongs to that run.
    init(worker sink: any OutputSink, of parent: Interpreter, sweeping names: Record, number: Int) {
        module = parent.module
        builtins = parent.builtins.copy()
        self.sink = sink
        printStyle = parent.printStyle
        stack = StackGuard()
        self.parent = parent
        runKeeper = parent.runKeeper
        part = parent.part
        stage = parent.stage
        sweepRun = parent.sweepRun ?? number
        random = parent.random
        parameterValues = parent.parameterValues
        sweptValues = parent.sweptValues
        for (name, value) in names.fields { sweptValues[name] = value }
        currentContext = parent.currentContext
        failedCalls.isGathering = parent.failedCalls.isGathering
        gradientDepth = parent.gradientDepth
    }

    /// The folder for the checkpoints of this run's next training.
    func nextSweepFolder() -> String? {
        guard let sweepFolder else { return nil }
        sweepTrainings += 1
        return "\(sweepFolder)/\(sweepTrainings)"
    }

    /// The interpreter of the session, which outlives those of its sweeps' runs.
    var root: Interpreter { parent?.root ?? self }

    // MARK: Running

    /// Runs one statement and returns the value that it leaves, `.none` if it has none.
    package func run(_ statement: Statement, of source: SourceText, in module: Namespace) throws -> Value {
        var compiler = Compiler(source: source, module: module, builtins: builtins)
        compiler.sealedNames = sealedNames
        let node = try compiler.compileTopLevel(statement)
        let frame = Frame(slotCount: 0, parent: nil, interpreter: self)
        depth = 0
        if case .assign = statement.kind { remember(statement, of: source) }
        if case .augmentedAssign = statement.kind { remember(statement, of: source) }
        runName = statement.runName ?? (keepsLastValue && statement.trains ? "_" : nil)
        let flow = try node.execute(frame)
        do { try MemoryRefusal.check() } catch {
            throw Failure(wrapping: error).located(Diagnostic.Location(source: source, span: statement.span))
        }
        if module === self.module { try noteHiddenBuiltins(statement) }
        switch flow {
        case .normal: return try drawn(frame.result)
        case .breakLoop, .continueLoop:
            let word = flow == .breakLoop ? "break" : "continue"
            throw Failure("`\(word)` is outside a loop")
                .located(Diagnostic.Location(source: source, span: statement.span))
        case .returned: return frame.result
        }
    }

    /// The last assignments of the session and of files, for advice that is made of them.
    private(set) var recentAssignments: [(statement: Statement, source: SourceText)] = []

    private func remember(_ statement: Statement, of source: SourceText) {
        if recentAssignments.count >= 40 { recentAssignments.removeFirst() }
        recentAssignments.append((statement, source))
    }

    /// Runs a body that may fail, and returns the calls that the failure left, the innermost first.
    package func gatheringFailedCalls<T>(_ body: () -> T) -> (result: T, calls: [FailedCall]) {
        failedCalls.removeAll()
        failedCalls.isGathering = true
        defer {
            failedCalls.isGathering = false
            failedCalls.removeAll()
        }
        let result = body()
        return (result, failedCalls.calls)
    }

    // MARK: Parameters

    package func setParameter(_ name: String, to value: Value) {
        parameters[name] = value
        unusedParameters.insert(name)
    }

    func takeParameter(_ name: String) -> Value? {
        unusedParameters.remove(name)
        return parameters[name]
    }

    // MARK: Imports

    /// The names of another file, which is run the first time it is imported.
    ///
    /// - Parameter importer: The file that imports; paths are relative to its folder, then to the current one.
    func importModule(_ path: String, from importer: String) throws -> Namespace {
        let folder = importer.lastIndex(of: "/").map { String(importer[...$0]) } ?? ""
        let candidates = path.hasPrefix("/") ? [path] : [folder + path, path]
        guard let file = try candidates.first(where: { try pathExists($0, for: .importing) }) else {
            throw Failure(
                "there is no file \"\(path)\" to import",
                help: MissingModule.remark(on: path).map { [$0] } ?? [
                    "paths are relative to the file that imports",
                    "of Python's modules, those that `help python`, `help numpy` and `help pytorch` show are known",
                ])
        }
        let key = FileBytes.realPath(file)
        if let module = imported[key] { return module }
        guard !importing.contains(key) else {
            throw Failure("\"\(path)\" imports itself, by way of \(importing.count == 1 ? "itself" : "other files")")
        }
        let source = SourceText(name: file, bytes: try FileBytes.read(file, for: .importing))
        let result = Parser.parse(source)
        if let diagnostic = result.diagnostics.first { throw Failure(diagnostic) }
        try host?.willRun(source)
        let module = Namespace(name: file)
        importing.append(key)
        defer { importing.removeLast() }
        for statement in result.block.statements { _ = try run(statement, of: source, in: module) }
        imported[key] = module
        return module
    }

    // MARK: Names

    /// Tells something that need not be told again in this session.
    func adviseOnce(_ text: String) throws {
        if told.insert(text).inserted { try sink.advise(text) }
    }

    /// Tells once of each variable that hides a built-in function, but for the names that the help uses itself. Functions
    /// of the script's own are called as they are meant.
    private func noteHiddenBuiltins(_ statement: Statement) throws {
        var assigned = AssignedNames()
        assigned.visit(statement)
        for name in assigned.names where builtins.builtin(name) != nil && !toldHidden.contains(name) {
            guard let value = module[name], !value.isCallable, !builtins.isAssignedInHelp(name) else { continue }
            toldHidden.insert(name)
            try sink.advise(
                "`\(name)` is \(value.kindWithArticle) now, and hides the built-in function `\(name)`; "
                    + "`del \(name)` brings it back")
        }
    }

    /// The call of a variable that hides a built-in function.
    ///
    /// - Parameter isLocal: Whether it is a variable of a function.
    func hidingBuiltin(_ name: String, _ value: Value, isLocal: Bool) -> Failure {
        Failure(
            "`\(name)` is \(value.kindWithArticle) here, and hides the built-in function `\(name)`",
            help: isLocal
                ? "give the variable another name, such as `\(name)_`"
                : "`del \(name)` brings the function back; another name for the variable keeps both")
    }

    func unknownName(_ name: String, in module: Namespace) -> Failure {
        unknownName(name, among: module.definedNames)
    }

    /// - Parameter defined: The names that there are beside the built-in ones.
    func unknownName(_ name: String, among defined: [String]) -> Failure {
        if let layer = layer(called: name) {
            return Failure("unknown name `\(name)`", help: "write `\(layer)`, which is 1-D or 2-D by its input")
        }
        if let hint = FamiliarNames.hint(name) { return Failure("unknown name `\(name)`", help: hint) }
        if let meant = Suggestion.closest(to: name, among: defined + builtins.names) {
            return Failure("unknown name `\(name)`", label: "did you mean `\(meant)`?")
        }
        return Failure("unknown name `\(name)`", help: "assign to it first, or see `help` for what there is")
    }

    /// `maxpool` for `maxpool1d`, `batch_norm` for `batchnorm2d`.
    private func layer(called name: String) -> String? {
        guard name.hasSuffix("1d") || name.hasSuffix("2d") else { return nil }
        let stem = name.dropLast(2).filter { $0 != "_" }
        return builtins.names.first { builtins.builtin($0)?.topic == .layers && $0.filter { $0 != "_" } == stem }
    }
}

extension Statement {
    /// `run` of `run = train net data`.
    fileprivate var runName: String? {
        guard case .assign(.name(let name), let value) = kind, value.trains else { return nil }
        return name.text
    }

    /// Whether it is a call of `train`, whose value nobody assigns.
    fileprivate var trains: Bool {
        if case .expression(let expression) = kind { expression.trains } else { false }
    }
}

extension Expression {
    fileprivate var trains: Bool {
        guard case .call(let callee, _, _) = kind else { return false }
        switch callee.kind {
        case .name(let name): return name == "train"
        case .member(_, let name): return name.text == "train"
        default: return false
        }
    }
}

/// Knows how much of the thread's stack is left, so that deep recursion ends in an error.
struct StackGuard {
    private let limit: UInt

    /// - Parameter reserve: Bytes that built-ins may need on top.
    init(reserve: UInt = 512 * 1024) {
        limit = dls_stack_limit() + reserve
    }

    @inline(__always)
    var isNearlyFull: Bool { dls_stack_address() < limit }
}

/// The counters that random numbers come from: the same program draws the same numbers.
package struct RandomStreams {
    private var root = RandomKey(seed: 0, stream: 0)
    private var drawn: UInt64 = 0
    private var layers: UInt64 = 0
    package private(set) var seed: UInt64 = 0

    package mutating func reseed(_ seed: UInt64) {
        self.seed = seed
        root = RandomKey(seed: seed, stream: 0)
        (drawn, layers) = (0, 0)
    }

    /// Goes on from a key as from a new seed.
    mutating func start(at key: RandomKey) {
        root = key
        (drawn, layers) = (0, 0)
    }

    /// A key for a layer that stands alone: apart from the others, so that what a model has makes nothing else draw
    /// otherwise.
    mutating func nextOfLayers() -> RandomKey {
        layers += 1
        return root.child(named: "layers").child(layers)
    }

    /// A key that no earlier call got.
    package mutating func next() -> RandomKey {
        drawn += 1
        return root.child(drawn)
    }
}
