import Autograd
import TensorCore

/// Modules under one name: a sequence, or what a forward function of its own makes of them.
///
///     let net = Model("cnn", place: ModulePlace(key: key))
///     try net.add(Convolution(.init(outChannels: 8, kernel: [5])), name: "conv1")
///     try net.add(Activation(.relu))                       // relu1
///     let y = try net(Variable(x))                         // builds it for x's shape, then applies it
package final class Model: Module {
    package struct Child {
        package let name: String
        package let module: any Module
        /// Whether the name was given; the others are numbered by kind and order.
        package let isNamed: Bool
    }

    package let name: String
    package private(set) var children: [Child] = []
    /// Runs instead of the sequence. It calls the children with the context it is given.
    package var customForward: (([Variable], ForwardContext) throws -> [Variable])?
    /// Makes another model of the same definition as the given one; what a model with a forward function of its own is
    /// copied by.
    package var remake: ((Model) throws -> Model)?
    /// What whoever made the model keeps with it, such as the functions of its block. Copies have their own.
    package var script: AnyObject?
    /// What it was last trained to minimise.
    package var trainedLoss: Loss?
    /// The shapes that it was built for, without the batch axis.
    package private(set) var sampleShapes: [[Int]]?

    package var place: ModulePlace {
        didSet { placeChildren() }
    }

    package init(_ name: String, place: ModulePlace = ModulePlace()) {
        self.name = name
        self.place = place
    }

    /// Adds a module at the end.
    ///
    /// Without a name it gets its kind with a number: a `conv` that is the second of the model's convolutions is
    /// `conv2`, unless that name was given to another.
    ///
    /// - Throws: `NeuralNetError` `.nameTaken` where the given name was given before.
    package func add(_ module: any Module, name: String? = nil) throws {
        if let name, children.contains(where: { $0.isNamed && $0.name == name }) { throw error(.nameTaken(name)) }
        children.append(Child(name: name ?? "", module: module, isNamed: name != nil))
        numberChildren()
        placeChildren()
    }

    /// Adds a child as it is, to a copy.
    func append(_ child: Child) {
        children.append(child)
        placeChildren()
    }

    /// Tells what the model was built for, which its layers do not all know: the shapes without the batch axis.
    package func markBuilt(for sampleShapes: [[Int]]?) { self.sampleShapes = sampleShapes }

    private func numberChildren() {
        let given = Set(children.filter(\.isNamed).map(\.name))
        var taken = given
        var counts: [String: Int] = [:]
        for (i, child) in children.enumerated() {
            counts[child.module.kind, default: 0] += 1
            guard !child.isNamed else { continue }
            var number = counts[child.module.kind] ?? 1
            while taken.contains("\(child.module.kind)\(number)") { number += 1 }
            let name = "\(child.module.kind)\(number)"
            taken.insert(name)
            children[i] = Child(name: name, module: child.module, isNamed: false)
        }
    }

    /// Gives the children their places; a module that stands here twice keeps its first one.
    private func placeChildren() {
        var placed = Set<ObjectIdentifier>()
        for child in children where placed.insert(ObjectIdentifier(child.module)).inserted {
            child.module.place = ModulePlace(path: place.path(of: child.name), key: place.key, dtype: place.dtype)
        }
    }

    // MARK: - Module

    package var kind: String { name }
    package var settingsText: String { "" }
    package var parameterFormula: String? { nil }

    package var isBuilt: Bool {
        children.allSatisfy(\.module.isBuilt) && (sampleShapes != nil || isBuiltByForward)
    }

    /// Whether every layer within has its parameters; inputs of other shapes may still change what goes through.
    package var hasAllParameters: Bool { unbuiltLayers.isEmpty }

    /// A forward function of its own is not asked for shapes when there is data: it may depend on the data.
    package var isBuiltByForward: Bool {
        customForward != nil || children.contains { $0.module.isBuiltByForward }
    }

    /// Whether the children follow each other.
    package var isSequence: Bool { customForward == nil }

    package var parameters: [Parameter] { namedParameters.map(\.parameter) }
    package var buffers: [Parameter] { namedBuffers.map(\.parameter) }

    /// The trainable parameters by their path within this model, each once, in order.
    package var namedParameters: [(name: String, parameter: Parameter)] { named(\.parameters) }
    /// The buffers by their path within this model, each once, in order.
    package var namedBuffers: [(name: String, parameter: Parameter)] { named(\.buffers) }

    private func named(_ own: (any Module) -> [Parameter]) -> [(name: String, parameter: Parameter)] {
        var seen = Set<ObjectIdentifier>()
        return layers.flatMap { path, layer in
            own(layer).filter { seen.insert(ObjectIdentifier($0)).inserted }.map { ("\(path).\($0.name)", $0) }
        }
    }

    /// All layers within, by their path within this model, in order; those of models inside, and the parts of layers that
    /// are made of some, in their places.
    package var layers: [(path: String, layer: any Module)] {
        children.flatMap { child -> [(String, any Module)] in
            if let model = child.module as? Model {
                return model.layers.map { ("\(child.name).\($0.path)", $0.layer) }
            }
            if let composite = child.module as? any Composite {
                return composite.parts.map { ("\(child.name).\($0.name)", $0.module) }
            }
            return [(child.name, child.module)]
        }
    }

    /// The module at a path, such as `conv1` or `encoder.linear1`.
    ///
    /// - Throws: `NeuralNetError` `.unknownLayer`, which names those that there are.
    package func module(at path: String) throws -> any Module {
        let names = path.split(separator: ".", maxSplits: 1).map(String.init)
        if let child = children.first(where: { $0.name == names.first }) {
            if names.count == 1 { return child.module }
            if let model = child.module as? Model { return try model.module(at: names[1]) }
            let parts = (child.module as? any Composite)?.parts
            if let part = parts?.first(where: { $0.name == names[1] }) { return part.module }
        }
        throw error(.unknownLayer(path, layers: layers.map(\.path)))
    }

    /// Builds it for samples of these shapes: `[[1, 28, 28]]` for images, without a batch axis.
    ///
    /// A forward function of its own is run on one sample of zeros for it.
    ///
    /// - Throws: `NeuralNetError` where the shapes do not go through; nothing is built then.
    package func build(sampleShapes: [[Int]]) throws {
        try build(inputShapes: sampleShapes.map { [Shape.unknown] + $0 })
    }

    package func build(inputShapes: [[Int]]) throws {
        try buildingAllOrNone {
            if isSequence {
                // The whole way is checked before the first layer is built.
                _ = try outputShapes(inputShapes)
                var shapes = inputShapes
                for child in children {
                    if !child.module.isBuilt { try child.module.build(inputShapes: shapes) }
                    shapes = try child.module.outputShapes(shapes)
                }
            } else {
                _ = try tryOut(inputShapes)
            }
        }
        sampleShapes = inputShapes.map { Array($0.dropFirst()) }
    }

    package func unbuild() {
        sampleShapes = nil
        children.forEach { $0.module.unbuild() }
    }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        guard isSequence else {
            let unbuilt = unbuiltLayers
            defer { unbuilt.forEach { $0.unbuild() } }
            return try tryOut(inputs)
        }
        var shapes = inputs
        for child in children {
            try checkFlat(child.module, shapes)
            shapes = try child.module.outputShapes(shapes)
        }
        return shapes
    }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        if isSequence, let sampleShapes, let sample = sampleShapes.first, !sample.isEmpty,
            inputs.map(\.shape) == sampleShapes
        {
            throw error(.missingBatchAxis(sample: sample))
        }
        let outputs = try isBuilt ? run(inputs, context) : buildingAllOrNone { try run(inputs, context) }
        if sampleShapes == nil { sampleShapes = inputs.map { Array($0.shape.dropFirst()) } }
        return outputs
    }

    private func run(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        if let customForward { return try customForward(inputs, context) }
        var values = inputs
        for child in children {
            try checkFlat(child.module, values.map(\.shape))
            values = try child.module(values, context)
        }
        return values
    }

    /// In a sequence, `linear` after images is a `flatten` forgotten: it would mix the columns of each row alone.
    private func checkFlat(_ module: any Module, _ shapes: [[Int]]) throws {
        guard let linear = module as? Linear, let shape = shapes.first, shape.count >= 4 else { return }
        throw linear.error(.flattenNeeded(expected: linear.inFeatures, input: shape))
    }

    // MARK: - Building

    /// The output shapes of a forward function of its own, found by running it on one sample of zeros.
    private func tryOut(_ inputs: [[Int]]) throws -> [[Int]] {
        let zeros = try inputs.map { shape in
            Variable(try Tensor.zeros(shape.map { $0 == Shape.unknown ? 1 : $0 }, dtype: place.dtype))
        }
        let outputs = try forward(zeros, ForwardContext(isProbe: true)).map(\.shape)
        guard inputs.first?.first == Shape.unknown else { return outputs }
        return outputs.map { $0.first == 1 ? [Shape.unknown] + $0.dropFirst() : $0 }
    }

    private var unbuiltLayers: [any Module] { layers.map(\.layer).filter { !$0.isBuilt } }

    /// Where `body` fails, layers that it built are as before: a first input of the wrong shape leaves no trace.
    private func buildingAllOrNone<Result>(_ body: () throws -> Result) throws -> Result {
        let unbuilt = unbuiltLayers
        let shapes = sampleShapes
        do {
            return try body()
        } catch {
            unbuilt.forEach { $0.unbuild() }
            sampleShapes = shapes
            throw error
        }
    }
}
