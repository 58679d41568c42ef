import TensorCore

/// Convolution with a bank of filters and perhaps a bias: linear in images and in filters.
///
/// With its two gradients it is closed under differentiation: each is a linear map by each operand, and the adjoint
/// of one is another.
struct Convolve2D: Primitive {
    let settings: ConvolutionSettings
    var rule: Rule { .conv2D }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try inputs[0].conv2D(inputs[1], bias: inputs.count > 2 ? inputs[2] : nil, settings)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let g = call.gradient
        let x = call.input(0)
        let w = call.input(1)
        var gradients = [
            try call.gradient(by: 0) { try .apply(Convolve2DInput(shape: x.shape, settings: settings), [g, w]) },
            try call.gradient(by: 1) { try .apply(Convolve2DWeight(shape: w.shape, settings: settings), [g, x]) },
        ]
        if call.inputCount > 2 { gradients.append(try call.gradient(by: 2) { try g.sum(axes: [0, 2, 3]) }) }
        return gradients
    }
}

/// The gradient of a convolution by its images, from that of its result and the filters.
struct Convolve2DInput: Primitive {
    let shape: [Int]
    let settings: ConvolutionSettings
    var rule: Rule { .conv2DInput }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.conv2DInputGradient(inputs[0], weight: inputs[1], inputShape: shape, settings)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let h = call.gradient
        let w = call.input(1)
        return [
            try call.gradient(by: 0) { try h.conv2D(w, bias: nil, settings) },
            try call.gradient(by: 1) {
                try .apply(Convolve2DWeight(shape: w.shape, settings: settings), [call.input(0), h])
            },
        ]
    }
}

/// The gradient of a convolution by its filters, from that of its result and the images.
struct Convolve2DWeight: Primitive {
    let shape: [Int]
    let settings: ConvolutionSettings
    var rule: Rule { .conv2DWeight }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
        try Tensor.conv2DWeightGradient(inputs[0], input: inputs[1], weightShape: shape, settings)
    }

    func backward(_ call: Backward) throws -> [Variable?] {
        let h = call.gradient
        let x = call.input(1)
        return [
            try call.gradient(by: 0) { try x.conv2D(h, bias: nil, settings) },
            try call.gradient(by: 1) {
                try .apply(Convolve2DInput(shape: x.shape, settings: settings), [call.input(0), h])
            },
        ]
    }
}

/// The greatest element of each window.
struct MaxPool2D: UnaryPrimitive {
    let settings: PoolSettings
    private var places: MaxUnpool2D.Places?
    var rule: Rule { .maxPool2D }

    init(_ settings: PoolSettings) { self.settings = settings }

    mutating func forward(_ x: Tensor) throws -> Tensor {
        if let result = try x.maxPool2DByNumber(settings) {
            places = .numbers(result.numbers, settings)
            return result.values
        }
        let result = try x.maxPool2D(settings)
        places = .indices(result.indices)
        return result.values
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        guard let places else { return g }
        return try g.applying(MaxUnpool2D(places: places, shape: call.input().shape))
    }
}

/// Each element at the place in its plane where its window had the greatest one, zeros elsewhere.
struct MaxUnpool2D: UnaryPrimitive {
    /// Where the greatest ones stood.
    enum Places {
        case indices(Tensor)
        case numbers(Tensor, PoolSettings)
    }

    let places: Places
    let shape: [Int]
    var rule: Rule { .maxUnpool2D }

    func forward(_ x: Tensor) throws -> Tensor {
        switch places {
        case .indices(let indices): try Tensor.maxPool2DGradient(x, indices: indices, inputShape: shape)
        case .numbers(let numbers, let settings):
            try Tensor.maxPool2DGradient(x, numbers: numbers, inputShape: shape, settings)
        }
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        let indices =
            switch places {
            case .indices(let indices): indices
            case .numbers(let numbers, let settings):
                try Tensor.maxPool2DIndices(numbers: numbers, inputShape: shape, settings)
            }
        let places = try indices.flatten(from: 2)
        return try g.flatten(from: 2).gather(axis: 2, indices: places).reshape(indices.shape)
    }
}

/// The mean of each window.
struct AvgPool2D: UnaryPrimitive {
    let settings: PoolSettings
    var rule: Rule { .avgPool2D }

    func forward(_ x: Tensor) throws -> Tensor { try x.avgPool2D(settings) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(AvgUnpool2D(shape: call.input().shape, settings: settings))
    }
}

/// Each element shared among the places of its window: the adjoint of `AvgPool2D`.
struct AvgUnpool2D: UnaryPrimitive {
    let shape: [Int]
    let settings: PoolSettings
    var rule: Rule { .avgUnpool2D }

    func forward(_ x: Tensor) throws -> Tensor { try Tensor.avgPool2DGradient(x, inputShape: shape, settings) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.avgPool2D(settings) }
}
