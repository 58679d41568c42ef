import Autograd
import TensorCore

func networkCases(of operation: String) throws -> [RuleCase] {
    switch operation {
    case "cross_entropy": return try crossEntropyCases()
    case "binary_cross_entropy":
        let probabilities = try sample([2, 3], 0.1, 0.9)
        return [
            RuleCase("bce", [probabilities, try sample([2, 3], 0, 1, seed: 2)]) { try $0[0].binaryCrossEntropy($0[1]) }
        ]
    case "binary_cross_entropy_with_logits":
        return [
            RuleCase("bce with logits", [try sample([2, 3]), try sample([2, 3], 0, 1, seed: 2)]) {
                try $0[0].binaryCrossEntropyOfLogits($0[1])
            }
        ]
    case "normalization": return try normalizationCases()
    case "embedding":
        let tokens = try Tensor([1, 3, 1, 0, -1, 2], shape: [2, 3])
        return [
            RuleCase("embedding", [try sample([4, 2])]) { try .embedding($0[0].square(), tokens) }
        ]
    case "dropout":
        return [
            RuleCase("dropout", [try sample([3, 4])]) {
                try $0[0].square().dropout(keep: 0.7, key: RandomKey(seed: 5))
            }
        ]
    default: return try imageCases(of: operation)
    }
}

private func imageCases(of operation: String) throws -> [RuleCase] {
    let image = try sample([2, 4, 5, 4])
    let filter = try sample([2, 2, 3, 2], seed: 2)
    let settings = ConvolutionSettings(stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2)
    let window = PoolSettings(size: (3, 2), stride: (2, 1), padding: (1, 1))
    let result = try image.conv2D(filter, settings).shape
    let pooled = try image.avgPool2D(window).shape
    switch operation {
    case "conv2d":
        return [
            RuleCase("with bias", [image, filter, try sample([2], seed: 3)]) {
                try $0[0].conv2D($0[1], bias: $0[2], settings)
            },
            RuleCase("plain", [try sample([1, 1, 3, 3]), try sample([2, 1, 2, 2], seed: 2)]) {
                try $0[0].conv2D($0[1])
            },
        ]
    case "conv2d_input":
        return [
            RuleCase("by images", [image, filter, try sample(result)]) { inputs in
                let x = Gradient.leaf(inputs[0])
                let total = try (x.conv2D(inputs[1], settings) * inputs[2]).sum()
                return try Gradient.compute(total, withRespectTo: [x], createGraph: true)[0] ?? x
            }
        ]
    case "conv2d_weight":
        return [
            RuleCase("by filters", [image, filter, try sample(result)]) { inputs in
                let w = Gradient.leaf(inputs[1])
                let total = try (inputs[0].conv2D(w, settings) * inputs[2]).sum()
                return try Gradient.compute(total, withRespectTo: [w], createGraph: true)[0] ?? w
            }
        ]
    case "max_pool2d": return [RuleCase("maxPool2D", [image]) { try $0[0].square().maxPool2D(window) }]
    case "max_unpool2d": return [adjoint("of maxPool2D", [image, try sample(pooled)]) { try $0.maxPool2D(window) }]
    case "avg_pool2d": return [RuleCase("avgPool2D", [image]) { try $0[0].square().avgPool2D(window) }]
    case "avg_unpool2d": return [adjoint("of avgPool2D", [image, try sample(pooled)]) { try $0.avgPool2D(window) }]
    default: return []
    }
}

private func crossEntropyCases() throws -> [RuleCase] {
    let flat = try Tensor([2, 0, 3, 1], shape: [4])
    let deep = try Tensor([2, 0, 1, 9, 1, 2], shape: [2, 3])
    var cases: [RuleCase] = []
    for reduction in LossReduction.allCases {
        for smoothing in [0, 0.2] {
            cases.append(
                RuleCase("rows, \(reduction), \(smoothing)", [try sample([4, 5])]) {
                    try $0[0].crossEntropy(flat, labelSmoothing: smoothing, reduction: reduction)
                })
            cases.append(
                RuleCase("positions, \(reduction), \(smoothing)", [try sample([2, 3, 3])]) {
                    try $0[0].crossEntropy(deep, ignoreIndex: 9, labelSmoothing: smoothing, reduction: reduction)
                })
        }
    }
    return cases
}

private func normalizationCases() throws -> [RuleCase] {
    let x = try sample([3, 2, 4])
    let weight = try sample([4], seed: 2)
    let bias = try sample([4], seed: 3)
    return [
        RuleCase("layer", [x, weight, bias]) {
            try $0[0].layerNorm(axes: 1, weight: $0[1], bias: $0[2], eps: 1e-5)
        },
        RuleCase("layer, two axes, plain", [x]) { try $0[0].layerNorm(axes: 2, weight: nil, bias: nil, eps: 1e-5) },
        RuleCase("layer, bias alone", [x, bias]) {
            try $0[0].layerNorm(axes: 1, weight: nil, bias: $0[1], eps: 1e-5)
        },
        RuleCase("layer, weight alone", [x, weight]) {
            try $0[0].layerNorm(axes: 1, weight: $0[1], bias: nil, eps: 1e-5)
        },
        RuleCase("batch", [x, try sample([2]), try sample([2], seed: 2)]) {
            try $0[0].batchNorm(weight: $0[1], bias: $0[2], eps: 1e-5)
        },
        RuleCase("batch, relu", [try sample([3, 2, 3]), try sample([2]), try sample([2], seed: 2)]) {
            let inputs = $0
            return try Recording.run { recording in
                let x = Gradient.leaf(inputs[0], in: recording)
                return try x.batchNorm(weight: inputs[1], bias: inputs[2], eps: 1e-5).relu()
            }
        },
        RuleCase("batch, images, plain", [try sample([2, 2, 2, 3])]) {
            try $0[0].batchNorm(weight: nil, bias: nil, eps: 1e-5)
        },
    ]
}
