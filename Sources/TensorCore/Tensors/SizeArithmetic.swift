/// Arithmetic with sizes that users choose, which may be any number: results stay within an `Int`.
package enum SizeArithmetic {
    /// The largest size, stride, padding or dilation of a window, so that what is made of two of them fits in an `Int`.
    package static let largestSetting = 1 << 30

    /// The product, or `Int.max`, of which no memory holds as many elements.
    package static func product(_ sizes: some Sequence<Int>) -> Int {
        var product = 1
        var isBeyond = false
        for size in sizes {
            if size == 0 { return 0 }
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            isBeyond = isBeyond || overflow
            product = overflow ? 1 : next
        }
        return isBeyond ? .max : product
    }

    /// From the first element of a window to its last: `dilation * (window - 1) + 1`.
    ///
    /// - Parameters: From 1 to `largestSetting`.
    package static func reach(of window: Int, dilation: Int) -> Int { dilation * (window - 1) + 1 }

    /// How many places a window has along an axis, 0 where it does not fit even once.
    ///
    /// `(size + padding - reach) / stride + 1`
    ///
    /// - Parameters:
    ///   - size: Of the axis, at least 0.
    ///   - reach: See `reach(of:dilation:)`.
    ///   - padding: On both sides together.
    package static func places(over size: Int, reach: Int, stride: Int, padding: Int) -> Int {
        let (padded, overflow) = size.addingReportingOverflow(padding)
        let room = (overflow ? Int.max : padded) - reach
        return room < 0 ? 0 : room / stride + 1
    }
}
