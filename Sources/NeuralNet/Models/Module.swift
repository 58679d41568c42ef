import Autograd
import TensorCore

/// A part of a network: a layer, or a model made of modules.
///
/// Shapes have the batch on axis 0; where its size is not known yet it is `Shape.unknown`. A module may be called
/// before its input size is known: it makes its parameters then, in `build`.
///
/// Call a module through `callAsFunction`, which builds it at its first input and lets the context observe it;
/// `forward` is what a module does.
package protocol Module: AnyObject {
    /// Since when there is this module, which parts of a program that run side by side may share and not change.
    var ownership: Ownership { get }
    /// Where the module stands in its model, and what its parameters are drawn from.
    var place: ModulePlace { get set }
    /// What it is, by the name that scripts use: `conv`, `linear`, `relu`; a model's is its own name.
    var kind: String { get }
    /// The settings as a script would write them after the name: `8 kernel=5 padding=2`.
    var settingsText: String { get }
    /// Whether the parameters exist.
    var isBuilt: Bool { get }
    /// Whether what is not built yet gets built piece by piece while `forward` runs.
    var isBuiltByForward: Bool { get }
    /// A shape of the input, as far as it makes the parameters, where the settings tell it.
    var declaredInputShape: [Int]? { get }
    /// The trainable parameters, each once.
    var parameters: [Parameter] { get }
    /// The same by their path within this module: `weight` in a layer, `conv1.weight` in a model.
    var namedParameters: [(name: String, parameter: Parameter)] { get }
    /// What is kept beside the parameters and is not trained, such as running figures.
    var buffers: [Parameter] { get }
    /// How the number of parameters comes about, such as `8 * 1 * 5 * 5 + 8`; `nil` where there are none.
    var parameterFormula: String? { get }
    /// The module as one that is made of others; nil for a layer. Asked at every step, where a cast would take longer.
    var composite: (any Composite)? { get }

    /// Makes the parameters for inputs of these shapes.
    ///
    /// - Throws: `NeuralNetError` where the shapes are not what the module takes.
    func build(inputShapes: [[Int]]) throws
    /// Forgets the parameters, as before `build`.
    func unbuild()
    /// The shapes of the outputs for inputs of these shapes: the module's own rule, which needs no data.
    ///
    /// - Throws: `NeuralNetError` where the shapes are not what the module takes.
    func outputShapes(_ inputs: [[Int]]) throws -> [[Int]]
    func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable]
    /// A module of the same settings with copies of the parameters; what is shared stays shared within the copy.
    func cloned(_ copies: ModuleCopies) throws -> any Module
}

/// Where a module stands, and where its initial weights come from: the bits of a parameter depend on the key and the
/// path alone, not on the order in which modules are built.
package struct ModulePlace: Sendable {
    /// The names from the outermost model, joined by dots: `encoder.linear1`. Empty outside a model.
    package var path: String
    /// The root of the initial weights' random streams; each parameter draws from `key.child(named: path)`.
    package var key: RandomKey
    /// The type of the parameters.
    package var dtype: DType
    /// Whether parameters that are made now are frozen.
    package var isFrozen = false
    /// Whether the module trains, where a script has said so by `train()` or `eval()`; else passes decide.
    package var isTraining: Bool?
    /// The shapes that the input may have, such as `NCHW` and `CHW`, where the word that made the module says so: what
    /// has no N is one example.
    package var inputShapes: [String]?
    /// Whether sequences are [T, N, F], as those of PyTorch's words without `batch_first=True`, and not [N, T, F].
    package var isTimeFirst = false
    /// The channels or features of the input, where the word says so.
    package var inputSize: Int?

    package init(path: String = "", key: RandomKey = RandomKey(seed: 0, stream: 0), dtype: DType = .float32) {
        self.path = path
        self.key = key
        self.dtype = dtype
    }

    /// The path of something inside the module.
    package func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension Module {
    package var isBuiltByForward: Bool { false }
    package var composite: (any Composite)? { nil }
    package var declaredInputShape: [Int]? { nil }

    /// Makes the parameters of all layers, where the settings of each tell the size of its input.
    ///
    /// - Returns: Whether all have their parameters; where one cannot, none is made.
    package func buildDeclared() throws -> Bool {
        let unbuilt = (composite?.layers.map(\.layer) ?? [self]).filter { !$0.isBuilt }
        guard unbuilt.allSatisfy({ $0.declaredInputShape != nil }) else { return false }
        for layer in unbuilt where !layer.isBuilt {
            try layer.checkOwnership()
            try layer.build(inputShapes: [layer.declaredInputShape ?? []])
        }
        return true
    }

    /// How messages call it: its path, or what it is where it stands alone.
    package var displayName: String { place.path.isEmpty ? kind : place.path }

    /// Applies the module: builds it where this is its first input, and shows the outputs to the context's observer.
    ///
    /// - Throws: `NeuralNetError` where an input is not what the module takes.
    package func callAsFunction(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        try buildIfNeeded(for: inputs.map(\.shape), context)
        let outputs = try context.inMode(of: self) { try context.inPlace(of: self) { try forward(inputs, context) } }
        try context.observer?(self, inputs, outputs)
        return outputs
    }

    /// Builds the module at its first input, unless its forward pass does that piece by piece.
    func buildIfNeeded(for inputShapes: @autoclosure () -> [[Int]], _ context: ForwardContext) throws {
        guard !isBuilt && !isBuiltByForward else { return }
        try checkOwnership()
        try build(inputShapes: inputShapes())
        guard let recorded = context.recorded else { return }
        // The first input of another model's layer may come in this pass, too.
        let own = Set(recorded.parameters.map { ObjectIdentifier($0) })
        try parameters.filter { own.contains(ObjectIdentifier($0)) && !$0.isRecording && !$0.isFrozen }
            .startRecording(in: context.recording)
    }

    /// A new parameter of this module, drawn from its own stream.
    func parameter(_ name: String, _ shape: [Int], _ initial: InitialDistribution) throws -> Parameter {
        try Parameter(name, of: self, shape: shape, initial: initial)
    }

    /// Keeps steps from changing the parameters, those that are not made yet too, or lets them.
    ///
    /// - Throws: `OwnershipError`.
    package func setFrozen(_ isFrozen: Bool) throws {
        try checkOwnership()
        if let composite {
            for part in composite.parts { try part.module.setFrozen(isFrozen) }
        }
        place.isFrozen = isFrozen
        for parameter in parameters { try parameter.setFrozen(isFrozen) }
    }

    /// Makes it, with all in it, behave as in training or as in inference where scripts apply it, as PyTorch's `train`
    /// and `eval` do.
    ///
    /// - Throws: `OwnershipError`.
    package func setTraining(_ isTraining: Bool) throws {
        try checkOwnership()
        for part in composite?.parts ?? [] { try part.module.setTraining(isTraining) }
        place.isTraining = isTraining
    }

    /// Whether a script has said of it, or of a part of it, that it trains.
    package var isAnyTraining: Bool {
        place.isTraining == true || composite?.parts.contains { $0.module.isAnyTraining } == true
    }

    /// Lets a change of the module pass, or refuses it.
    ///
    /// - Throws: `OwnershipError`.
    package func checkOwnership() throws {
        try ownership.check("the \(self is Model ? "model" : "layer") `\(displayName)`")
    }

    /// Applies the module to one input and returns its first output.
    ///
    ///     let y = try net(x)   // [8, 1, 28, 28] -> [8, 10]
    ///
    /// - Throws: `NeuralNetError` where the input is not what the module takes.
    package func callAsFunction(
        _ input: Variable, _ context: ForwardContext = ForwardContext()
    ) throws -> Variable {
        guard let first = try self([input], context).first else { throw error(.noOutput) }
        return first
    }

    func error(_ reason: NeuralNetError.Reason) -> NeuralNetError {
        NeuralNetError(subject: displayName, reason)
    }
}

/// A module with one input and one output; what most layers are.
package protocol Layer: Module {
    func build(inputShape: [Int]) throws
    /// The shape of the output: the layer's own rule.
    func outputShape(_ input: [Int]) throws -> [Int]
    /// Called with inputs that `outputShape` has let pass.
    func forward(_ input: Variable, _ context: ForwardContext) throws -> Variable
}

extension Layer {
    package var isBuilt: Bool { true }
    package var parameters: [Parameter] { [] }
    package var namedParameters: [(name: String, parameter: Parameter)] { parameters.map { ($0.name, $0) } }
    package var buffers: [Parameter] { [] }
    package var parameterFormula: String? { nil }
    package var settingsText: String { "" }

    package func build(inputShape: [Int]) throws {}
    package func unbuild() {}

    package func build(inputShapes: [[Int]]) throws {
        var shape = try single(inputShapes)
        if try isOneExample(shape) { shape.insert(1, at: 0) }
        _ = try outputShape(shape)
        try build(inputShape: shape)
    }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        let shape = try single(inputs)
        guard try isOneExample(shape) else { return [try outputShape(shape)] }
        return [Array(try outputShape([1] + shape).dropFirst())]
    }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        let input = try single(inputs)
        guard try isOneExample(input.shape) else {
            _ = try outputShape(input.shape)
            return [try forward(input, context)]
        }
        let batch = try input.unsqueeze(0)
        _ = try outputShape(batch.shape)
        return [try forward(batch, context).squeeze(0)]
    }

    /// Whether an input has no batch axis and is taken so, as by `nn.Conv2d`.
    ///
    /// - Throws: `NeuralNetError` `.rank` for what the word does not take that made the layer.
    private func isOneExample(_ input: [Int]) throws -> Bool {
        guard let shapes = place.inputShapes else { return false }
        guard let shape = shapes.first(where: { $0.count == input.count }) else {
            throw error(.rank(expected: shapes, actual: input))
        }
        return !shape.hasPrefix("N")
    }

    /// The shape of an input of so many channels, where the number of its axes is known.
    func inputShape(channels: Int) -> [Int]? {
        guard let rank = place.inputShapes?.first?.count else { return nil }
        return (0..<rank).map { $0 == 1 ? channels : Shape.unknown }
    }

    private func single<Input>(_ inputs: [Input]) throws -> Input {
        guard inputs.count == 1, let input = inputs.first else {
            throw error(.inputCount(expected: 1, actual: inputs.count))
        }
        return input
    }
}

/// What holds for one forward pass: training or inference, where dropout draws from, and who watches.
package final class ForwardContext {
    package private(set) var isTraining: Bool
    /// Whether modules that a script has put in a mode keep to it; else all are in that of the pass.
    package var keepsModes: Bool
    /// The root of the pass's random numbers. Give each step its own.
    package let key: RandomKey
    /// The module whose parameters record: those that are made during this pass do so at once.
    package let recorded: (any Module)?
    /// Whether it only asks for shapes, with zeros for all inputs: what values mean, such as lengths, is not looked at.
    package let isProbe: Bool
    /// Called after each module with its inputs and outputs.
    package let observer: ((any Module, [Variable], [Variable]) throws -> Void)?
    /// What operations are computed in; nil: at once.
    package let recording: Recording?
    /// What attention layers have seen of the sequences before, where a pass goes on with them.
    package let cache: AttentionCache?
    private var draws: UInt64 = 0
    /// What layers read in place of the parameters they have.
    private var computed: [ObjectIdentifier: Variable] = [:]

    package init(
        isTraining: Bool = false, key: RandomKey = RandomKey(seed: 0, stream: 0), recorded: (any Module)? = nil,
        isProbe: Bool = false, keepsModes: Bool = false, recording: Recording? = nil, cache: AttentionCache? = nil,
        observer: ((any Module, [Variable], [Variable]) throws -> Void)? = nil
    ) {
        self.recording = recording
        self.cache = cache
        self.isTraining = isTraining
        self.keepsModes = keepsModes
        self.key = key
        self.recorded = recorded
        self.isProbe = isProbe
        self.observer = observer
    }

    /// The value of a parameter as the layer that has it takes it.
    subscript(parameter: Parameter) -> Variable {
        computed.isEmpty ? parameter.variable : computed[ObjectIdentifier(parameter)] ?? parameter.variable
    }

    /// Runs a layer that reads a value in place of a parameter.
    func reading<Result>(_ parameter: Parameter, as value: Variable, _ body: () throws -> Result) rethrows -> Result {
        let outer = computed.updateValue(value, forKey: ObjectIdentifier(parameter))
        defer { computed[ObjectIdentifier(parameter)] = outer }
        return try body()
    }

    /// Runs the forward pass of a module in the mode that a script has put it in, if the pass keeps to that.
    package func inMode<Result>(of module: any Module, _ body: () throws -> Result) rethrows -> Result {
        guard keepsModes, let mode = module.place.isTraining, mode != isTraining else { return try body() }
        isTraining = mode
        defer { isTraining = !mode }
        return try body()
    }

    /// Runs the forward pass of a module; where times are taken, its operations are known by it.
    func inPlace<Result>(of module: any Module, _ body: () throws -> Result) rethrows -> Result {
        guard let recording, recording.observer != nil else { return try body() }
        let outer = recording.places
        recording.places = [ObjectIdentifier(module)]
        defer { recording.places = outer }
        return try body()
    }

    /// A key of its own for the next operation that draws: the same in every pass of the same key.
    package func nextKey() -> RandomKey {
        defer { draws += 1 }
        return key.child(draws)
    }
}

/// What has been copied so far, so that what was shared stays shared.
package final class ModuleCopies {
    private var modules: [ObjectIdentifier: any Module] = [:]
    private var parameters: [ObjectIdentifier: Parameter] = [:]

    package init() {}

    package func copy(_ module: any Module) throws -> any Module {
        if let known = modules[ObjectIdentifier(module)] { return known }
        let copy = try module.cloned(self)
        modules[ObjectIdentifier(module)] = copy
        return copy
    }

    /// The copy of a module, if it has been made.
    package func known(_ module: any Module) -> (any Module)? { modules[ObjectIdentifier(module)] }

    func copy(_ parameter: Parameter) throws -> Parameter {
        if let known = parameters[ObjectIdentifier(parameter)] { return known }
        let copy = try parameter.cloned()
        parameters[ObjectIdentifier(parameter)] = copy
        return copy
    }

    func copy(_ parameter: Parameter?) throws -> Parameter? {
        try parameter.map { try copy($0) }
    }
}
