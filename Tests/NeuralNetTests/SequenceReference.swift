import Foundation

/// Recurrent layers and attention written straight from their equations, one number after the other.
enum SequenceReference {
    typealias Vector = [Double]
    typealias Matrix = [[Double]]

    struct Weights {
        var input: Matrix
        var hidden: Matrix
        var inputBias: Vector
        var hiddenBias: Vector
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    static func product(_ matrix: Matrix, _ x: Vector) -> Vector {
        matrix.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// One step of a cell; `state` is `[h]`, and `[h, c]` of an lstm.
    static func step(_ cell: String, _ x: Vector, _ state: [Vector], _ w: Weights) -> [Vector] {
        let hidden = state[0].count
        let a = zip(product(w.input, x), w.inputBias).map(+)
        let u = zip(product(w.hidden, state[0]), w.hiddenBias).map(+)
        var h = Vector(repeating: 0, count: hidden)
        var c = state.count > 1 ? state[1] : h
        for j in 0..<hidden {
            switch cell {
            case "lstm":
                let i = sigmoid(a[j] + u[j])
                let f = sigmoid(a[hidden + j] + u[hidden + j])
                let g = tanh(a[2 * hidden + j] + u[2 * hidden + j])
                let o = sigmoid(a[3 * hidden + j] + u[3 * hidden + j])
                c[j] = f * c[j] + i * g
                h[j] = o * tanh(c[j])
            case "gru":
                let r = sigmoid(a[j] + u[j])
                let z = sigmoid(a[hidden + j] + u[hidden + j])
                let n = tanh(a[2 * hidden + j] + r * u[2 * hidden + j])
                h[j] = (1 - z) * n + z * state[0][j]
            case "relu": h[j] = max(a[j] + u[j], 0)
            default: h[j] = tanh(a[j] + u[j])
            }
        }
        return cell == "lstm" ? [h, c] : [h]
    }

    /// One row of a batch through one layer: the outputs of its steps and its final states.
    static func run(
        _ cell: String, _ xs: [Vector], _ state: [Vector], _ w: Weights, reversed: Bool
    ) -> (outputs: [Vector], state: [Vector]) {
        var state = state
        var outputs = [Vector](repeating: [], count: xs.count)
        for t in reversed ? Array(xs.indices.reversed()) : Array(xs.indices) {
            state = step(cell, xs[t], state, w)
            outputs[t] = state[0]
        }
        return (outputs, state)
    }

    /// `softmax` of the scores of one query over the places that are not hidden.
    static func softmax(_ scores: Vector, hidden: [Bool]) -> Vector {
        let powers = zip(scores, hidden).map { $1 ? 0 : exp($0) }
        let sum = powers.reduce(0, +)
        return powers.map { sum == 0 ? 0 : $0 / sum }
    }

    /// `x W^T + b` for each row.
    static func linear(_ xs: Matrix, _ weight: Matrix, _ bias: Vector) -> Matrix {
        xs.map { zip(product(weight, $0), bias).map(+) }
    }

    /// Attention with several heads for one row of a batch; `hidden[q][k]` says what query `q` does not see.
    static func attention(
        _ queries: Matrix, _ memory: Matrix, heads: Int, into: (weight: Matrix, bias: Vector),
        out: (weight: Matrix, bias: Vector), hidden: [[Bool]]
    ) -> (output: Matrix, weights: [Matrix]) {
        let size = out.bias.count
        let width = size / heads
        func part(_ xs: Matrix, _ index: Int) -> Matrix {
            let rows = index * size..<(index + 1) * size
            return linear(xs, Array(into.weight[rows]), Array(into.bias[rows]))
        }
        let (q, k, v) = (part(queries, 0), part(memory, 1), part(memory, 2))
        var joined = Matrix(repeating: Vector(repeating: 0, count: size), count: queries.count)
        var weights: [Matrix] = []
        for head in 0..<heads {
            let columns = head * width..<(head + 1) * width
            weights.append(
                queries.indices.map { i in
                    let scores = memory.indices.map { j in
                        columns.reduce(0) { $0 + q[i][$1] * k[j][$1] } / Double(width).squareRoot()
                    }
                    return softmax(scores, hidden: hidden[i])
                })
            for i in queries.indices {
                for column in columns {
                    joined[i][column] = memory.indices.reduce(0) { $0 + weights[head][i][$1] * v[$1][column] }
                }
            }
        }
        return (linear(joined, out.weight, out.bias), weights)
    }

    static func normalized(_ xs: Matrix, _ weight: Vector, _ bias: Vector) -> Matrix {
        xs.map { x in
            let mean = x.reduce(0, +) / Double(x.count)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
            return x.indices.map { (x[$0] - mean) / (variance + 1e-5).squareRoot() * weight[$0] + bias[$0] }
        }
    }

    static func sum(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b).map { zip($0, $1).map(+) } }
}
