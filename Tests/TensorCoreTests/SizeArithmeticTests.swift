import TensorCore
import Testing

@Suite struct SizeArithmeticTests {
    @Test func productsStayWithinAnInt() {
        #expect(SizeArithmetic.product([]) == 1)
        #expect(SizeArithmetic.product([3, 4, 5]) == 60)
        #expect(SizeArithmetic.product([1 << 40, 1 << 40]) == .max)
        #expect(SizeArithmetic.product([1 << 40, 1 << 40, 1 << 40]) == .max)
        #expect(SizeArithmetic.product([1 << 40, 1 << 40, 0]) == 0)
        #expect(SizeArithmetic.product([.max, 1]) == .max)
    }

    /// Counts the places of small windows one by one.
    @Test func placesOfWindows() {
        for size in 0...7 {
            for window in 1...4 {
                for (stride, padding, dilation) in [(1, 0, 1), (2, 1, 1), (3, 4, 2), (1, 2, 3)] {
                    let reach = SizeArithmetic.reach(of: window, dilation: dilation)
                    let starts = Swift.stride(from: 0, to: size + padding, by: stride)
                    let count = starts.count { $0 + dilation * (window - 1) < size + padding }
                    #expect(
                        SizeArithmetic.places(over: size, reach: reach, stride: stride, padding: padding) == count)
                }
            }
        }
    }

    @Test func placesOfLargeWindowsDoNotOverflow() {
        let most = SizeArithmetic.largestSetting
        let reach = SizeArithmetic.reach(of: most, dilation: most)
        #expect(SizeArithmetic.places(over: 8, reach: reach, stride: 1, padding: 2 * most) == 0)
        #expect(SizeArithmetic.places(over: .max, reach: 1, stride: 1, padding: 2 * most) == .max)
        #expect(SizeArithmetic.places(over: .max, reach: reach, stride: most, padding: 2 * most) > 0)
    }
}

@Suite struct OwnershipTests {
    @Test func whatIsOlderThanAPieceOfWorkIsNotChangedByIt() throws {
        let outside = Ownership()
        try outside.check("it")
        try Ownership.isolating {
            #expect(throws: OwnershipError(subject: "it")) { try outside.check("it") }
            let inside = Ownership()
            try inside.check("it")
            _ = Ownership.isolating {
                #expect(throws: OwnershipError(subject: "it")) { try inside.check("it") }
            }
            try inside.check("it")
        }
        try outside.check("it")
    }

    @Test func whatAPieceOfWorkMadeIsFreeAfterwards() throws {
        let made = Ownership.isolating { Ownership() }
        try made.check("it")
    }
}
