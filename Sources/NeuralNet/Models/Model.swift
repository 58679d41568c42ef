import Autograd
import TensorCore

/// Modules under one name: a sequence, or what a forward function of its own makes of them.
///
///     let net = Model("cnn", place: ModulePlace(key: key))
///     try net.add(Convolution(.init(outChannels: 8, kernel: [5])), name: "conv1")
///     try net.add(Activation(.relu))                       // relu1
///     let y = try net(Variable(x))                         // builds it for x's shape, then applies it
package final class Model: Composite {
    package struct Child {
        package let name: String
        package let module: any Module
        /// Whether the name was given; the others are numbered by kind and order.
        package let isNamed: Bool
    }

    package let ownership = Ownership()
    package let name: String
    package private(set) var children: [Child] = []
    /// Runs instead of the sequence. It calls the children with the context it is given.
    package var customForward: (([Variable], ForwardContext) throws -> [Variable])?
    /// What whoever made the model keeps with it, such as the functions of its block.
    package var script: AnyObject?
    /// Gives a copy a script and a forward function of its own, over the copies of the modules.
    package var copyCode: ((_ copy: Model, ModuleCopies) throws -> Void)?
    /// What it was last trained to minimise.
    package var trainedLoss: Loss?
    /// The shapes that it was built for, without the batch axis.
    package private(set) var sampleShapes: [[Int]]?
    /// The types of the inputs that it was built for; `nil` where only their shapes are known.
    package private(set) var sampleTypes: [DType]?

    package var place: ModulePlace {
        didSet { placeParts() }
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
        try module.checkOwnership()
        if let name, children.contains(where: { $0.isNamed && $0.name == name }) { throw error(.nameTaken(name)) }
        children.append(Child(name: name ?? "", module: module, isNamed: name != nil))
        numberChildren()
        placeParts()
    }

    /// Puts another module in the place of the child of that name, or adds it at the end where there is none.
    ///
    /// - Throws: `OwnershipError`.
    package func replace(_ name: String, by module: any Module) throws {
        try checkOwnership()
        try module.checkOwnership()
        let child = Child(name: name, module: module, isNamed: true)
        if let index = children.firstIndex(where: { $0.name == name }) {
            children[index] = child
        } else {
            children.append(child)
        }
        placeParts()
    }

    /// Adds a child as it is, to a copy.
    func append(_ child: Child) {
        children.append(child)
        placeParts()
    }

    /// Tells what the model was built for, which its layers do not all know: the shapes without the batch axis.
    ///
    /// - Throws: `OwnershipError`.
    package func markBuilt(for sampleShapes: [[Int]]?, types: [DType]? = nil) throws {
        try checkOwnership()
        self.sampleShapes = sampleShapes
        sampleTypes = types
    }

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

    // MARK: - Module

    package var kind: String { name }
    package var settingsText: String { "" }
    package var parts: [(name: String, module: any Module)] { children.map { ($0.name, $0.module) } }

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

    private var modules: [any Module] { children.map(\.module) }

    /// Builds it for samples of these shapes: `[[1, 28, 28]]` for images, without a batch axis.
    ///
    /// A forward function of its own is run on one sample of zeros for it.
    ///
    /// - Throws: `NeuralNetError` where the shapes do not go through; nothing is built then.
    package func build(sampleShapes: [[Int]]) throws {
        try build(inputShapes: sampleShapes.map { [Shape.unknown] + $0 })
    }

    package func build(inputShapes: [[Int]]) throws { try build(inputShapes: inputShapes, types: nil) }

    package func build(inputShapes: [[Int]], types: [DType]?) throws {
        try buildingAllOrNone {
            sampleTypes = types
            if isSequence {
                // The whole way is checked before the first layer is built.
                _ = try outputShapes(inputShapes)
                try modules.build(inputShapes: inputShapes)
            } else {
                _ = try tryOut(inputShapes)
            }
        }
        try markBuilt(for: inputShapes.map { Array($0.dropFirst()) }, types: types)
    }

    package func unbuild() {
        (sampleShapes, sampleTypes) = (nil, nil)
        children.forEach { $0.module.unbuild() }
    }

    package func outputShapes(_ inputs: [[Int]]) throws -> [[Int]] {
        guard isSequence else {
            let unbuilt = unbuiltLayers
            defer { for layer in unbuilt where layer.isBuilt { layer.unbuild() } }
            return try tryOut(inputs)
        }
        return try modules.outputShapes(inputs)
    }

    package func forward(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        if isSequence, let sampleShapes, let sample = sampleShapes.first, !sample.isEmpty,
            inputs.map(\.shape) == sampleShapes
        {
            throw error(.missingBatchAxis(sample: sample))
        }
        let outputs = try isBuilt ? run(inputs, context) : buildingAllOrNone { try run(inputs, context) }
        if sampleShapes == nil {
            try markBuilt(
                for: inputs.map { Array($0.shape.dropFirst()) },
                types: context.isProbe ? sampleTypes : inputs.map(\.dtype))
        }
        return outputs
    }

    private func run(_ inputs: [Variable], _ context: ForwardContext) throws -> [Variable] {
        try customForward?(inputs, context) ?? modules.forward(inputs, context)
    }

    // MARK: - Building

    /// The output shapes of a forward function of its own, found by running it on one sample of zeros.
    private func tryOut(_ inputs: [[Int]]) throws -> [[Int]] {
        let zeros = try inputs.enumerated().map { index, shape in
            Variable(try Tensor.zeros(shape.map { $0 == Shape.unknown ? 1 : $0 }, dtype: inputType(index)))
        }
        let outputs = try forward(zeros, ForwardContext(isProbe: true)).map(\.shape)
        guard inputs.first?.first == Shape.unknown else { return outputs }
        return outputs.map { $0.first == 1 ? [Shape.unknown] + $0.dropFirst() : $0 }
    }

    /// The type of an input: that of the weights for fractions.
    func inputType(_ index: Int) -> DType {
        guard let sampleTypes, sampleTypes.indices.contains(index), !sampleTypes[index].isFloatingPoint else {
            return place.dtype
        }
        return sampleTypes[index]
    }

    private var unbuiltLayers: [any Module] { layers.map(\.layer).filter { !$0.isBuilt } }

    /// Where `body` fails, layers that it built are as before: a first input of the wrong shape leaves no trace.
    private func buildingAllOrNone<Result>(_ body: () throws -> Result) throws -> Result {
        let unbuilt = unbuiltLayers
        let (shapes, types) = (sampleShapes, sampleTypes)
        do {
            return try body()
        } catch {
            for layer in unbuilt where layer.isBuilt { layer.unbuild() }
            if sampleShapes != shapes { sampleShapes = shapes }
            if sampleTypes != types { sampleTypes = types }
            throw error
        }
    }
}
