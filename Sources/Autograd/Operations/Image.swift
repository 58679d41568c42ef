import TensorCore

/// Convolution with a bank of filters and perhaps a bias: linear in images and in filters.
///
/// With its two gradients it is closed under differentiation: each is a linear map by each operand, and the adjoint
/// of one is another.
struct Convolve2D: Operation {
    let settings: ConvolutionSettings
    var name: String { "conv2d" }
    var spread: Spread { .mixing }

    /// Each output is a sum of products with a filter's weights, and a bias if there is one.
    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        size(output) * (2 * size(Array(inputs[1].dropFirst())) + (inputs.count > 2 ? 1 : 0))
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double {
        flops(inputs, output) * Double(wanted.prefix(2).count { $0 })
    }

    func outline(_ inputs: [Variable]) -> Outline? {
        let channels = inputs[1].shape.prefix(1)
        guard inputs.allSatisfy({ $0.dtype == .float32 }), inputs.count < 3 || inputs[2].shape == Array(channels) else {
            return nil
        }
        return Tensor.conv2DShape(inputs[0].shape, weight: inputs[1].shape, settings).map { Outline($0, .float32) }
    }

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
struct Convolve2DInput: Operation {
    let shape: [Int]
    let settings: ConvolutionSettings
    var name: String { "conv2d_input" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        2 * size(inputs[0]) * size(Array(inputs[1].dropFirst()))
    }

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
struct Convolve2DWeight: Operation {
    let shape: [Int]
    let settings: ConvolutionSettings
    var name: String { "conv2d_weight" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 2 * size(inputs[0]) * size(Array(shape.dropFirst())) }

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
struct MaxPool2D: OneInputOperation {
    let settings: PoolSettings
    private var places: MaxUnpool2D.Places?
    var name: String { "max_pool2d" }
    var spread: Spread { .moving }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        size(output) * Double(settings.size.0 * settings.size.1)
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double { size(output) }

    init(_ settings: PoolSettings) { self.settings = settings }

    /// Only what ends a chain that has a kernel waits.
    func outline(_ inputs: [Variable]) -> Outline? {
        guard inputs[0].isDeferred, settings.halves else { return nil }
        let shape = inputs[0].shape
        return Outline([shape[0], shape[1], shape[2] / 2, shape[3] / 2], inputs[0].dtype)
    }

    mutating func forward(_ x: Tensor) throws -> Tensor {
        if let result = try x.maxPool2DByNumber(settings) {
            places = .numbers(result.numbers, settings)
            return result.values
        }
        let result = try x.maxPool2D(settings)
        places = .indices(result.indices)
        return result.values
    }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try scattered(g, to: call.input().shape) }

    /// A gradient by the results, at the places where they stood in what `forward` was given.
    func scattered(_ g: Variable, to shape: [Int]) throws -> Variable {
        guard let places else { return g }
        return try g.applying(MaxUnpool2D(places: places, shape: shape))
    }
}

/// Each element at the place in its plane where its window had the greatest one, zeros elsewhere.
struct MaxUnpool2D: OneInputOperation {
    /// Where the greatest ones stood.
    enum Places {
        case indices(Tensor)
        case numbers(Tensor, PoolSettings)
    }

    let places: Places
    let shape: [Int]
    var name: String { "max_unpool2d" }
    var spread: Spread { .moving }

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
struct AvgPool2D: OneInputOperation {
    let settings: PoolSettings
    var name: String { "avg_pool2d" }
    var spread: Spread { .moving }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double {
        size(output) * Double(settings.size.0 * settings.size.1)
    }

    func backwardFlops(_ inputs: [[Int]], _ output: [Int], wanted: [Bool]) -> Double { size(output) }

    func forward(_ x: Tensor) throws -> Tensor { try x.avgPool2D(settings) }

    func gradient(_ g: Variable, _ call: Backward) throws -> Variable {
        try g.applying(AvgUnpool2D(shape: call.input().shape, settings: settings))
    }
}

/// Each element shared among the places of its window: the adjoint of `AvgPool2D`.
struct AvgUnpool2D: OneInputOperation {
    let shape: [Int]
    let settings: PoolSettings
    var name: String { "avg_unpool2d" }
    var spread: Spread { .moving }

    func forward(_ x: Tensor) throws -> Tensor { try Tensor.avgPool2DGradient(x, inputShape: shape, settings) }
    func gradient(_ g: Variable, _ call: Backward) throws -> Variable { try g.avgPool2D(settings) }
}
