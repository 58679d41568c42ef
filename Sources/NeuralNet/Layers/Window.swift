import TensorCore

/// Sizes of a window that slides over the last one or two axes, given by a number for all axes or one each.
enum Window {
    /// `5` or `[5, 3]`, as scripts write it.
    static func text(_ sizes: [Int]) -> String {
        sizes.count == 1 ? "\(sizes[0])" : Shape.text(sizes)
    }

    /// One size for each of `axes` axes.
    static func expanded(_ sizes: [Int], to axes: Int) -> [Int] {
        sizes.count == axes ? sizes : Array(repeating: sizes.first ?? 1, count: axes)
    }

    /// Rows and columns; a window over one axis is one row high.
    static func pair(_ sizes: [Int], neutral: Int) -> (Int, Int) {
        sizes.count == 1 ? (neutral, sizes[0]) : (sizes[0], sizes[1])
    }

    /// Whether the sizes are one or two numbers from `minimum` to what fits in an `Int` with others.
    static func isValid(_ sizes: [Int], minimum: Int) -> Bool {
        (1...2).contains(sizes.count)
            && sizes.allSatisfy { (minimum...SizeArithmetic.largestSetting).contains($0) }
    }

    /// What `isValid` asks for, in words.
    static func validText(minimum: Int) -> String {
        "one or two numbers from \(minimum) to \(SizeArithmetic.largestSetting)"
    }

    /// How many axes the windows of a layer slide over: what two sizes say, or else what the input's rank says.
    ///
    /// - Throws: `NeuralNetError` `.rank` where the input has no batch, channel and window axes.
    static func axes(_ given: [[Int]], input: [Int], layer: any Module) throws -> Int {
        let pairs = given.contains { $0.count == 2 }
        guard input.count == 4 || (input.count == 3 && !pairs) else {
            throw layer.error(.rank(expected: pairs ? ["NCHW"] : ["NCL", "NCHW"], actual: input))
        }
        return input.count - 2
    }

    /// The sizes that windows leave of the axes from 2 on.
    ///
    /// - Throws: `NeuralNetError` `.windowTooLarge` where one does not fit even once.
    static func slide(
        over input: [Int], sizes: [Int], stride: [Int], padding: [Int], dilation: [Int], layer: any Module
    ) throws -> [Int] {
        try sizes.indices.map { i in
            let axis = input.count - sizes.count + i
            let left = Shape.slidden(
                input[axis], window: sizes[i], stride: stride[i], padding: padding[i], dilation: dilation[i])
            guard left != 0 else {
                throw layer.error(
                    .windowTooLarge(
                        reach: SizeArithmetic.reach(of: sizes[i], dilation: dilation[i]), axis: axis,
                        padding: padding[i], input: input))
            }
            return left
        }
    }
}
