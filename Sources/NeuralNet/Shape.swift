import TensorCore

/// Rules and words for shapes.
package enum Shape {
    /// The size of an axis that is not known yet, as the batch's before any data.
    package static let unknown = -1

    /// The shape as messages and summaries show it: `[N, 1, 28, 28]`.
    package static func text(_ shape: [Int]) -> String {
        "[" + shape.map { $0 == unknown ? "N" : "\($0)" }.joined(separator: ", ") + "]"
    }

    /// The number of elements, unknown where one of the sizes is; `Int.max` where it is beyond all numbers.
    package static func product(_ sizes: some Sequence<Int>) -> Int {
        sizes.contains(unknown) ? unknown : SizeArithmetic.product(sizes)
    }

    /// `16 * 6 * 6`.
    package static func productText(_ sizes: some Sequence<Int>) -> String {
        sizes.map { $0 == unknown ? "N" : "\($0)" }.joined(separator: " * ")
    }

    /// The size that a window which slides over an axis leaves, unknown where the axis is.
    ///
    /// `(size + padding - dilation * (window - 1) - 1) / stride + 1`, where `padding` counts both sides together.
    package static func slidden(_ size: Int, window: Int, stride: Int, padding: Int, dilation: Int = 1) -> Int {
        guard size != unknown else { return unknown }
        return SizeArithmetic.places(
            over: size, reach: SizeArithmetic.reach(of: window, dilation: dilation), stride: stride, padding: padding)
    }
}
