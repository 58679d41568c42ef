import Autograd
import Synchronization
import TensorCore

/// What the machine reaches with the engine's own kernels: the measure that a profile and a prediction use.
package struct MachineRates: Sendable {
    /// Of a product of 512 x 512 matrices.
    package let flopsPerSecond: Double
    /// Of the optimizer's pass over vectors of 1.7 MB.
    package let bytesPerSecond: Double

    private static let known = Mutex<[Int: MachineRates]>([:])

    /// The rates with as many threads as there are now, measured the first time they are asked for.
    package static func measured() throws -> MachineRates {
        let threads = Threads.count
        if let rates = known.withLock({ $0[threads] }) { return rates }
        let rates = try measure()
        known.withLock { $0[threads] = rates }
        return rates
    }

    private static func measure() throws -> MachineRates {
        let size = 512
        let a = try Tensor.full([size, size], 0.5)
        let product = try best { _ = try Tensor.matmul(a, a) }
        // The size of a small network. Vectors of a power of two would lie in the same lines of the cache.
        let count = 421_056
        let vectors = try (0..<4).map { _ in try Tensor.full([count], 0.5) }
        let settings = OptimizerPasses.Adam(
            beta1: 0.9, beta2: 0.999, epsilon: 1e-8, rate: 1e-6, correction: 1, decay: 0, shrinkage: 1)
        let pass = best {
            OptimizerPasses.adam(vectors[0], vectors[1], mean: vectors[2], square: vectors[3], settings)
        }
        return MachineRates(
            flopsPerSecond: 2 * Double(size * size * size) / product, bytesPerSecond: 28 * Double(count) / pass)
    }

    /// The shortest time of some repetitions: others who use the machine only make it longer.
    private static func best(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var shortest = Double.infinity
        var count = 0
        while count < 5 || (start.duration(to: clock.now).seconds < 0.05 && count < 1000) {
            shortest = min(shortest, try clock.measure(body).seconds)
            count += 1
        }
        return max(shortest, 1e-9)
    }

    /// The part of the peak that layers of a kind reach in small batches; the rest of the time is bound by memory.
    ///
    /// Measured with the CNN of the examples: convolutions of few channels fill vectors less well than products do.
    private func efficiency(of layer: (any Module)?) -> Double {
        switch layer {
        case is Convolution: 0.4
        // No matrix is multiplied.
        case let layer? where layer.parameters.allSatisfy { $0.shape.count < 2 }: 0.3
        default: 0.65
        }
    }

    /// The predicted time of some work: as long as its arithmetic or its memory takes, whichever is longer, and two
    /// microseconds to get it going.
    package func seconds(_ work: Work, of layer: (any Module)? = nil) -> Double {
        guard work.flops > 0 || work.bytes > 0 else { return 0 }
        return 2e-6 + max(work.flops / (flopsPerSecond * efficiency(of: layer)), work.bytes / bytesPerSecond)
    }
}

extension StepCost {
    /// The predicted time of a step.
    package func seconds(_ rates: MachineRates) -> Double {
        layers.reduce(rates.seconds(loss) + rates.seconds(optimizer)) {
            $0 + rates.seconds($1.forward, of: $1.module) + rates.seconds($1.backward, of: $1.module)
        }
    }
}
