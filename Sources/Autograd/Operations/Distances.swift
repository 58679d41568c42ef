import TensorCore

/// The Euclidean distances of the rows of two inputs, whose leading axes are the same; where one is 0, so is the gradient.
struct Distances: Operation {
    var name: String { "cdist" }
    var spread: Spread { .mixing }

    func flops(_ inputs: [[Int]], _ output: [Int]) -> Double { 2 * size(output) * Double(inputs[0].last ?? 0) }
    func forward(_ inputs: [Tensor]) throws -> Tensor { try Tensor.distances(inputs[0], inputs[1]) }

    func backward(_ call: Backward) throws -> [Variable?] {
        let isZero = try call.output.value.combined(.equal, with: 0)
        let safe = try Variable.select(isZero, .number(1, like: call.output), call.output)
        let shares = try (call.gradient / safe).where(isZero.map(.logicalNot))
        return [
            try call.gradient(by: 0) {
                try call.input(0) * shares.sum(axes: [-1], keepDims: true) - shares.matmul(call.input(1))
            },
            try call.gradient(by: 1) {
                let turned = try shares.transpose(-1, -2)
                return try call.input(1) * turned.sum(axes: [-1], keepDims: true) - turned.matmul(call.input(0))
            },
        ]
    }
}
