import TensorCore
import Testing

@Suite("Errors of tensors") struct TensorErrorTests {
    private func error(_ body: () throws -> some Any) -> TensorError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? TensorError
        }
    }

    @Test("Every kind of error says what is wrong and how to go on")
    func messages() throws {
        let x = try Tensor.zeros([2, 3])
        let cases: [(TensorError?, message: String, help: [String])] = [
            (
                error { try Tensor.combine(.add, x, Tensor.zeros([2])) },
                "+ takes shapes that broadcast, and these are [2, 3] and [2]",
                ["sizes are compared from the last axis on: on axis -1, 3 and 2 differ"]
            ),
            (
                error { try x.broadcast(to: [3, 3]) }, "shape [2, 3] does not broadcast to [3, 3]",
                ["each axis, counted from the last, has the same size, or 1 in the value"]
            ),
            (
                error { try x.item() }, "item takes a single element, and its argument has shape [2, 3]", []
            ),
            (
                error { try Tensor.matmul(x, x) },
                "the matrix product takes inner sizes that agree, and these are 3 and 2, of shapes [2, 3] and [2, 3]",
                ["the transpose of the second would fit: a @ b.transpose(-1, -2)"]
            ),
            (
                error { try x.reduced(.sum, axes: [2]) }, "sum is asked for axis 2 of a tensor with 2 axes",
                ["axes go from 0 to 1, or from -2 to -1, counted from the end"]
            ),
            (
                error { try x.at([.all, .index(-4)]) }, "index -4 is out of range for axis 1, whose size is 3",
                ["indices go from 0 to 2, or from -3 to -1, counted from the end"]
            ),
            (
                error { try x.at([.index(0), .index(0), .index(0)]) },
                "3 indices for a tensor with 2 axes, of shape [2, 3]", []
            ),
            (
                error { try x.at([.tensor(Tensor([0.5]))]) },
                "index takes int64 or uint8 indices or a bool mask, and its argument is of type float64",
                ["convert it first, as in tensor(x, dtype=\"int64\")"]
            ),
            (
                error { try Tensor.zeros([0]).reduced(.max) }, "max of no elements has no value", []
            ),
            (
                error { try x.reshape([4, 2]) },
                "reshape keeps the number of elements, and [2, 3] has 6, and [4, 2] takes 8", ["[3, 2] would hold them"]
            ),
            (
                error { try Tensor([1.0, 2], shape: [3]) }, "2 elements do not fill shape [3], and [3] takes 3",
                ["[2] would hold them"]
            ),
            (
                error { try x.at([.slice(start: nil, stop: nil, step: 0)]) }, "slice: step is 0", []
            ),
            (
                error { try Tensor.zeros([1 << 20, 1 << 20]) }, "a tensor of 4.0 TB does not fit in memory",
                ["take fewer elements at a time, or a smaller type"]
            ),
        ]
        for (error, message, help) in cases {
            #expect(error?.message == message)
            #expect(error?.help == help)
        }
    }

    @Test("What does not fit in memory is refused before it is allocated")
    func memory() throws {
        for shape in [[1 << 62], [1 << 40, 1 << 40], [Int.max], [0, 1 << 40, 1 << 40], [1 << 33, 1 << 10]] {
            let error = error { try Tensor.ones(shape, dtype: .float64) }
            if case .outOfMemory = error { continue }
            Issue.record("\(shape): \(String(describing: error))")
        }
        let one = try Tensor.scalar(1)
        #expect(error { try one.broadcast(to: [1 << 40, 1 << 40]) } == .outOfMemory(byteCount: .max))
        let wide = try one.broadcast(to: [1 << 42])
        #expect(wide.count == 1 << 42)
        #expect(error { try wide.contiguous() } == .outOfMemory(byteCount: 1 << 44))
        #expect(error { try wide.combined(.add, with: 1) } == .outOfMemory(byteCount: 1 << 44))
        #expect(error { try one.reshape([1]).pad([(Int.max, 1)]) } == .outOfMemory(byteCount: .max))
        #expect(error { try Tensor.zeros([3]).repeated([Int.max]) } == .outOfMemory(byteCount: .max))
        #expect(error { try Tensor.zeros([3]).repeatInterleave(.max, axis: 0) } == .outOfMemory(byteCount: .max))
        #expect(error { try Tensor.arange(0, 1e300, dtype: .int64) } == .outOfMemory(byteCount: .max))
        #expect(error { try Tensor.eye(1 << 40) } != nil)
    }

    @Test("Arguments that make no sense are refused")
    func arguments() throws {
        let x = try Tensor.zeros([2, 3])
        let bad: [(String, () throws -> Any)] = [
            ("negative size", { try Tensor.zeros([2, -1]) }),
            ("many axes", { try Tensor.zeros([Int](repeating: 1, count: 65)) }),
            ("step 0", { try Tensor.arange(0, 1, step: 0, dtype: .int64) }),
            ("nan", { try Tensor.arange(.nan, 1, dtype: .int64) }),
            ("negative count", { try Tensor.linspace(0, 1, count: -1) }),
            ("two unknowns", { try x.reshape([-1, -1]) }),
            ("axis twice", { try x.permute([0, 0]) }),
            ("axis twice", { try x.reduced(.sum, axes: [0, -2]) }),
            ("two ellipses", { try x.at([.ellipsis, .ellipsis]) }),
            ("mask of another shape", { try x.at([.tensor(Tensor([true, false, true]))]) }),
            ("mask without axes", { try x.at([.tensor(Tensor.scalar(1, dtype: .bool))]) }),
            ("index tensors", { try x.at([.tensor(Tensor([0, 1])), .tensor(Tensor([0, 1, 2]))]) }),
            ("no tensors", { try Tensor.concat([]) }),
            ("no tensors", { try Tensor.stack([]) }),
            ("falling places", { try x.split(at: [2, 1], axis: 1) }),
            ("negative pad", { try x.pad([(0, 0), (-1, 0)]) }),
            ("one pad", { try x.pad([(0, 0)]) }),
            ("negative tile", { try x.repeated([-1]) }),
            ("division by zero", { try Tensor([1, 2]).combined(.remainder, with: 0) }),
            ("division by zero", { try Tensor.combine(.floorDivide, Tensor([1]), Tensor([0])) }),
            ("negative power", { try Tensor.combine(.power, Tensor([2]), Tensor([-1])) }),
            ("difference of booleans", { try Tensor.combine(.subtract, Tensor([true]), Tensor([true])) }),
            ("no bounds", { try x.clipped() }),
            ("class", { try Tensor.oneHot(Tensor([3]), classes: 3) }),
            ("class", { try Tensor.oneHot(Tensor([-1]), classes: 3) }),
            ("k", { try x.topK(4) }),
            ("scalar product", { try Tensor.matmul(Tensor.scalar(1), x) }),
            ("argmax of nothing", { try Tensor.zeros([0]).argument(.max, axis: 0) }),
            ("gather", { try x.gather(axis: 0, indices: Tensor([0])) }),
            ("gather", { try x.gather(axis: 1, indices: Tensor([5, 5], shape: [2, 1])) }),
            ("take", { try x.take(Tensor([true, false])) }),
            ("element", { try x.element([0]) }),
            ("element", { try x.element([0, 3]) }),
            ("squeeze", { try x.squeeze(0) }),
        ]
        for (name, body) in bad {
            let error = error(body)
            #expect(error != nil, "\(name)")
            #expect(error?.message.isEmpty == false, "\(name)")
        }
        var y = x
        #expect(error { try y.set([.index(0)], to: Tensor.zeros([2])) } != nil)
        #expect(error { try y.set([.index(5)], to: Tensor.zeros([1])) } != nil)
        #expect(y.doubles() == x.doubles())
    }
}
