import TensorCore
import Testing

@Suite("Text of tensors") struct TensorTextTests {
    @Test("A matrix of fractions has four digits, aligned")
    func fractions() throws {
        let x = try Tensor([0.5, 1.25, -3, 0, 2, 4], shape: [2, 3])
        #expect(
            x.text == """
                tensor [2, 3] float64
                   0.5000   1.2500  -3.0000
                   0.0000   2.0000   4.0000
                """)
        #expect(
            try Tensor.outer(Tensor([0.1, 0.7, 0.2]), Tensor([0.1, 0.7, 0.2])).softmax().cast(to: .float32).text == """
                tensor [3, 3] float32
                  0.3255  0.3457  0.3288
                  0.2782  0.4234  0.2984
                  0.3177  0.3582  0.3241
                """)
    }

    @Test("Whole numbers and booleans are plain")
    func plain() throws {
        #expect(
            try Tensor([1, -20, 300], shape: [3]).text == """
                tensor [3] int64
                    1  -20  300
                """)
        #expect(try Tensor([1.0, 2, -3]).text == "tensor [3] float64\n   1   2  -3")
        #expect(try Tensor([true, false]).text == "tensor [2] bool\n   true  false")
        #expect(try Tensor([UInt8(255), 7]).text == "tensor [2] uint8\n  255    7")
        #expect(try Tensor([Int64.max, .min]).text.hasSuffix("   9223372036854775807  -9223372036854775808"))
    }

    @Test("Powers of ten are written where the range asks for them")
    func scientific() throws {
        #expect(try Tensor([1.5e-5, 2e-6]).text == "tensor [2] float64\n  1.5000e-05  2.0000e-06")
        #expect(try Tensor([1.5e7, -0.25]).text == "tensor [2] float64\n   1.5000e+07  -2.5000e-01")
        #expect(try Tensor([1e12, 1]).text == "tensor [2] float64\n  1.0000e+12  1.0000e+00")
        #expect(
            try Tensor([0.5, .infinity, .nan, -.infinity]).text
                == "tensor [4] float64\n  0.5000     inf     nan    -inf")
        #expect(try Tensor([Double.nan, 2]).text == "tensor [2] float64\n  nan    2")
        #expect(try Tensor([1e-9, 0.5]).text == "tensor [2] float64\n  0.0000  0.5000")
    }

    @Test("Tensors of no axes, of no elements and of many axes")
    func shapes() throws {
        #expect(try Tensor.scalar(2.5).text == "tensor [] float32\n  2.5000")
        #expect(try Tensor.zeros([0, 3], dtype: .int64).text == "tensor [0, 3] int64\n  []")
        #expect(try Tensor.zeros([2, 0]).text == "tensor [2, 0] float32\n  []")
        #expect(
            try Tensor.arange(0, 8, dtype: .int64).reshape([2, 1, 2, 2]).text == """
                tensor [2, 1, 2, 2] int64
                [0, 0, :, :]
                  0  1
                  2  3
                [1, 0, :, :]
                  4  5
                  6  7
                """)
    }

    @Test("Of many elements the first and last are shown")
    func summaries() throws {
        let matrix = try Tensor.arange(0, 10_000, dtype: .int64).reshape([100, 100])
        #expect(
            matrix.text == """
                tensor [100, 100] int64
                     0     1     2  ...    97    98    99
                   100   101   102  ...   197   198   199
                   200   201   202  ...   297   298   299
                  ...
                  9700  9701  9702  ...  9797  9798  9799
                  9800  9801  9802  ...  9897  9898  9899
                  9900  9901  9902  ...  9997  9998  9999
                """)
        #expect(try matrix.reshape([10_000]).text == "tensor [10000] int64\n     0     1     2  ...  9997  9998  9999")
        let planes = try matrix.reshape([10, 10, 10, 10]).text.split(separator: "\n")
        #expect(planes[1] == "[0, 0, :, :]")
        #expect(planes.contains("..."))
        #expect(planes.last == "  9990  9991  9992  ...  9997  9998  9999")
        // A row too long for a line loses its middle; a vector goes on in the next line.
        let wide = try Tensor.zeros([2, 60]).text.split(separator: "\n")
        #expect(wide.count == 3 && wide.allSatisfy { $0.utf8.count <= 102 } && wide[1].contains("..."))
        let long = try Tensor.zeros([60]).text.split(separator: "\n")
        #expect(long.count == 3 && !long[1].contains("..."))
    }

    @Test("Numbers read back the same, as Python writes them")
    func numbers() {
        let texts: [(Double, String)] = [
            (0, "0"), (-0.0, "-0"), (3, "3"), (-17, "-17"), (0.1, "0.1"), (-2.5, "-2.5"), (1e15, "1000000000000000"),
            (1e16, "1e+16"), (1.5e16, "1.5e+16"), (123_456_789.125, "123456789.125"), (0.0001, "0.0001"),
            (0.00001, "1e-05"), (1.25e-7, "1.25e-07"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"), (1.0 / 3, "0.3333333333333333"), (9_007_199_254_740_992, "9007199254740992"),
        ]
        for (number, text) in texts { #expect(numberText(number) == text) }
        #expect(numberText(Float(0.1)) == "0.1")
        #expect(numberText(Float(16_777_216)) == "16777216")
        #expect(fixedText(2.5, digits: 0) == "2")
        #expect(fixedText(-0.00004, digits: 4) == "-0.0000")
        #expect(fixedText(1e22, digits: 1) == "10000000000000000000000.0")
        #expect(fixedText(-.infinity, digits: 3) == "-inf")
        #expect(fixedText(1.7976931348623157e308, digits: 0).utf8.count == 309)
        #expect(scientificText(12345.678, digits: 2) == "1.23e+04")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let number = Double(bitPattern: random.next())
            if number.isFinite { #expect(Double(numberText(number)) == number) }
        }
    }
}
