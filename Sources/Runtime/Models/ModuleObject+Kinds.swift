import NeuralNet

extension ModuleObject {
    /// What makes layers of another kind than the dls side of its row tells.
    private static let kinds = [
        "nn.Sequential": "sequential", "nn.PixelShuffle": "pixel_shuffle", "nn.Bilinear": "bilinear",
        "nn.Flatten": "flatten",
    ]

    /// Whether it is of the kind that a function makes, such as `linear`, `nn.Linear` and a model's own; nil where the
    /// function makes no layers.
    func isMade(by function: Function) -> Bool? {
        switch function.body {
        case .builtin(let builtin):
            guard builtin.topic == .layers || builtin.name == module.kind else { return nil }
            return module.kind == builtin.name
        case .user(let code):
            guard code.isModel else { return nil }
            return script.map { $0.maker.function.code.body === code.body } ?? false
        case .native:
            guard let path = function.libraryPath, path.hasPrefix("nn.") else { return nil }
            if path == "nn.Module" { return true }
            if path == "nn.ModuleList" || path == "nn.ModuleDict" { return module is ModuleGroup }
            guard let kind = Self.kinds[path] ?? FamiliarNames.row(at: path)?.target, module.kind == kind else {
                return false
            }
            // `nn.Conv1d` and `nn.Conv2d` are one word here, and layers of both know which they are.
            guard let shapes = InputAxes(path)?.shapes else { return true }
            if let own = module.place.inputShapes { return own == shapes }
            guard kind.hasPrefix("conv"), let weight = module.parameters.first(where: { $0.name == "weight" }) else {
                return true
            }
            return weight.shape.count == shapes[0].count
        }
    }
}
