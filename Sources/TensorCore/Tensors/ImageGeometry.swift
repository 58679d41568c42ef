/// The sizes of a convolution, checked.
struct ConvolutionGeometry {
    let samples: Int
    let groups: Int
    /// Input channels, and output channels, of a group.
    let groupChannels: Int
    let groupOutChannels: Int
    let height: Int
    let width: Int
    let kernel: (Int, Int)
    let stride: (Int, Int)
    let padding: (Int, Int)
    let dilation: (Int, Int)
    let outHeight: Int
    let outWidth: Int

    var outChannels: Int { groups * groupOutChannels }
    var outShape: [Int] { [samples, outChannels, outHeight, outWidth] }
    /// Products in each sum.
    var depth: Int { groupChannels * kernel.0 * kernel.1 }

    init(input: [Int], weight: [Int], _ settings: ConvolutionSettings) throws {
        let operation = "conv2d"
        guard input.count == 4 else {
            throw TensorError.shape(operation: operation, expected: "images of shape [N, C, H, W]", actual: input)
        }
        guard weight.count == 4, weight[2] > 0, weight[3] > 0 else {
            throw TensorError.shape(operation: operation, expected: "filters of shape [O, C, kH, kW]", actual: weight)
        }
        groups = try checkedSetting(operation, "groups", settings.groups, least: 1)
        guard input[1] % groups == 0, weight[0] % groups == 0 else {
            throw TensorError.argument(
                operation: operation, name: "groups",
                reason: "is \(groups), which does not divide \(input[1]) input and \(weight[0]) output channels")
        }
        guard weight[1] == input[1] / groups else {
            throw TensorError.shape(
                operation: operation,
                expected: "filters of shape [\(weight[0]), \(input[1] / groups), kH, kW] for an input of shape \(input)"
                    + (groups > 1 ? " in \(groups) groups" : ""), actual: weight)
        }
        samples = input[0]
        groupChannels = weight[1]
        groupOutChannels = weight[0] / groups
        (height, width) = (input[2], input[3])
        kernel = (weight[2], weight[3])
        stride = try checkedSettings(operation, "stride", settings.stride, least: 1)
        padding = try checkedSettings(operation, "padding", settings.padding, least: 0)
        dilation = try checkedSettings(operation, "dilation", settings.dilation, least: 1)
        let window = try checkedSettings(operation, "kernel", kernel, least: 1)
        let reach = (
            SizeArithmetic.reach(of: window.0, dilation: dilation.0),
            SizeArithmetic.reach(of: window.1, dilation: dilation.1)
        )
        (outHeight, outWidth) = try places(
            operation, over: input, reach: reach, stride: stride, padding: padding)
    }

    func check(gradient: [Int]) throws {
        guard gradient == outShape else {
            throw TensorError.shape(
                operation: "conv2d", expected: "a gradient of shape \(outShape)", actual: gradient)
        }
    }
}

/// The sizes of a pooling, checked.
struct PoolGeometry {
    /// Images times channels.
    let planes: Int
    let height: Int
    let width: Int
    let size: (Int, Int)
    let stride: (Int, Int)
    let padding: (Int, Int)
    let outHeight: Int
    let outWidth: Int
    let outShape: [Int]

    init(input: [Int], _ settings: PoolSettings, operation: String) throws {
        guard input.count == 4 else {
            throw TensorError.shape(operation: operation, expected: "images of shape [N, C, H, W]", actual: input)
        }
        size = try checkedSettings(operation, "size", settings.size, least: 1)
        stride = try checkedSettings(operation, "stride", settings.stride, least: 1)
        padding = try checkedSettings(operation, "padding", settings.padding, least: 0)
        guard padding.0 <= size.0 / 2, padding.1 <= size.1 / 2 else {
            throw TensorError.argument(
                operation: operation, name: "padding", reason: "is \(padding), more than half the window's size \(size)"
            )
        }
        (height, width) = (input[2], input[3])
        guard height > 0, width > 0 else {
            throw TensorError.shape(operation: operation, expected: "images with rows and columns", actual: input)
        }
        planes = input[0] * input[1]
        (outHeight, outWidth) = try places(operation, over: input, reach: size, stride: stride, padding: padding)
        outShape = [input[0], input[1], outHeight, outWidth]
    }
}

/// Down and across, how many places a window has on images.
private func places(
    _ operation: String, over input: [Int], reach: (Int, Int), stride: (Int, Int), padding: (Int, Int)
) throws -> (Int, Int) {
    let places = (
        SizeArithmetic.places(over: input[2], reach: reach.0, stride: stride.0, padding: 2 * padding.0),
        SizeArithmetic.places(over: input[3], reach: reach.1, stride: stride.1, padding: 2 * padding.1)
    )
    guard places.0 > 0, places.1 > 0 else {
        throw TensorError.shape(
            operation: operation, expected: "images, with their padding, of at least \(reach.0) by \(reach.1)",
            actual: input)
    }
    return places
}

/// The setting, if it is in range.
private func checkedSetting(_ operation: String, _ name: String, _ value: Int, least: Int) throws -> Int {
    let most = SizeArithmetic.largestSetting
    guard value >= least, value <= most else {
        throw TensorError.argument(
            operation: operation, name: name, reason: "is \(value), and must be from \(least) to \(most)")
    }
    return value
}

private func checkedSettings(
    _ operation: String, _ name: String, _ value: (Int, Int), least: Int
) throws -> (Int, Int) {
    (
        try checkedSetting(operation, name, value.0, least: least),
        try checkedSetting(operation, name, value.1, least: least)
    )
}
