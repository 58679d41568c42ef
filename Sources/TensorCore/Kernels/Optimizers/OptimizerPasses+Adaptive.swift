import CSimd
import Glibc

/// Passes of the optimizers that few trainings use; otherwise as the rest.
extension OptimizerPasses {
    /// `g += decay * w; v += g^2; w -= rate * g / (sqrt(v) + epsilon)`
    package static func adagrad(
        _ w: Tensor, _ g: Tensor, square v: Tensor, rate: Double, epsilon: Double, decay: Double
    ) {
        each(w, g, v, v) { vectors in
            adagrad(vectors, rate, epsilon, decay) { csimd_sqrt($0) }
        } double: { vectors in
            adagrad(vectors, rate, epsilon, decay) { csimd_sqrt_double($0) }
        }
    }

    @inline(__always)
    private static func adagrad<V: KernelVector>(
        _ vectors: Chunk<V>, _ rate: Double, _ epsilon: Double, _ decay: Double, _ squareRoot: (V) -> V
    ) where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(rate))
        let epsilon = V(repeating: V.Scalar(epsilon))
        let decay = V(repeating: V.Scalar(decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            var v = V.load(vectors.c + i)
            v.multiplyAdd(g, g)
            v.store(vectors.c + i)
            // What lies between the parts has neither gradient nor sum, and stays 0.
            let step = (g / (squareRoot(v) + epsilon)).replacing(with: 0, where: g .== 0)
            (w - rate * step).store(vectors.a + i)
        }
    }

    /// `g += decay * w; v = rho * v + (1 - rho) * g^2; d = g * sqrt(u + epsilon) / sqrt(v + epsilon);`
    /// `u = rho * u + (1 - rho) * d^2; w -= rate * d`
    package static func adadelta(
        _ w: Tensor, _ g: Tensor, square v: Tensor, change u: Tensor, rate: Double, rho: Double, epsilon: Double,
        decay: Double
    ) {
        let numbers = (rate: rate, rho: rho, epsilon: epsilon, decay: decay)
        each(w, g, v, u) { vectors in
            adadelta(vectors, numbers) { csimd_sqrt($0) }
        } double: { vectors in
            adadelta(vectors, numbers) { csimd_sqrt_double($0) }
        }
    }

    @inline(__always)
    private static func adadelta<V: KernelVector>(
        _ vectors: Chunk<V>, _ numbers: (rate: Double, rho: Double, epsilon: Double, decay: Double),
        _ squareRoot: (V) -> V
    ) where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(numbers.rate))
        let rho = V(repeating: V.Scalar(numbers.rho))
        let rest = V(repeating: V.Scalar(1 - numbers.rho))
        let epsilon = V(repeating: V.Scalar(numbers.epsilon))
        let decay = V(repeating: V.Scalar(numbers.decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            var v = rho * V.load(vectors.c + i)
            v.multiplyAdd(rest, g * g)
            let u = V.load(vectors.d + i)
            let step = (squareRoot(u + epsilon) / squareRoot(v + epsilon) * g).replacing(with: 0, where: g .== 0)
            var changed = rho * u
            changed.multiplyAdd(rest, step * step)
            v.store(vectors.c + i)
            changed.store(vectors.d + i)
            (w - rate * step).store(vectors.a + i)
        }
    }

    /// Adam's moments, then `w -= (gradientRate * g + meanRate * m) / (sqrt(v) * correction + epsilon)`.
    package static func nadam(
        _ w: Tensor, _ g: Tensor, mean m: Tensor, square v: Tensor, _ settings: Adam, gradientRate: Double,
        meanRate: Double
    ) {
        each(w, g, m, v) { vectors in
            nadam(vectors, settings, gradientRate, meanRate) { csimd_sqrt($0) }
        } double: { vectors in
            nadam(vectors, settings, gradientRate, meanRate) { csimd_sqrt_double($0) }
        }
    }

    @inline(__always)
    private static func nadam<V: KernelVector>(
        _ vectors: Chunk<V>, _ settings: Adam, _ gradientRate: Double, _ meanRate: Double, _ squareRoot: (V) -> V
    ) where V.Scalar: BinaryFloatingPoint {
        let beta1 = V(repeating: V.Scalar(settings.beta1))
        let rest1 = V(repeating: V.Scalar(1 - settings.beta1))
        let beta2 = V(repeating: V.Scalar(settings.beta2))
        let rest2 = V(repeating: V.Scalar(1 - settings.beta2))
        let epsilon = V(repeating: V.Scalar(settings.epsilon))
        let correction = V(repeating: V.Scalar(settings.correction))
        let decay = V(repeating: V.Scalar(settings.decay))
        let gradientRate = V(repeating: V.Scalar(gradientRate))
        let meanRate = V(repeating: V.Scalar(meanRate))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            var m = beta1 * V.load(vectors.c + i)
            m.multiplyAdd(rest1, g)
            var v = beta2 * V.load(vectors.d + i)
            v.multiplyAdd(rest2, g * g)
            m.store(vectors.c + i)
            v.store(vectors.d + i)
            (w - (gradientRate * g + meanRate * m) / (squareRoot(v) * correction + epsilon)).store(vectors.a + i)
        }
    }

    /// `g += decay * w; m = beta1 * m + (1 - beta1) * g; u = max(beta2 * u, |g| + epsilon); w -= rate * m / u`
    package static func adamax(_ w: Tensor, _ g: Tensor, mean m: Tensor, greatest u: Tensor, _ settings: Adam) {
        each(w, g, m, u) { vectors in
            adamax(vectors, settings)
        } double: { vectors in
            adamax(vectors, settings)
        }
    }

    @inline(__always)
    private static func adamax<V: KernelVector>(_ vectors: Chunk<V>, _ settings: Adam)
    where V.Scalar: BinaryFloatingPoint {
        let beta1 = V(repeating: V.Scalar(settings.beta1))
        let rest1 = V(repeating: V.Scalar(1 - settings.beta1))
        let beta2 = V(repeating: V.Scalar(settings.beta2))
        let epsilon = V(repeating: V.Scalar(settings.epsilon))
        let decay = V(repeating: V.Scalar(settings.decay))
        let rate = V(repeating: V.Scalar(settings.rate))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let w = V.load(vectors.a + i)
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, w)
            var m = beta1 * V.load(vectors.c + i)
            m.multiplyAdd(rest1, g)
            let known = beta2 * V.load(vectors.d + i)
            let size = g.replacing(with: 0 - g, where: g .< 0) + epsilon
            let greatest = known.replacing(with: size, where: size .> known)
            m.store(vectors.c + i)
            greatest.store(vectors.d + i)
            // Where all gradients were 0, so is their mean.
            let step = (m / greatest).replacing(with: 0, where: m .== 0)
            (w - rate * step).store(vectors.a + i)
        }
    }

    /// Steps of a size for each weight, which grows by `growth` where a gradient has the sign of the one before, and
    /// shrinks by `shrinkage` where it has the other; that one counts as 0.
    package static func rprop(
        _ w: Tensor, _ g: Tensor, previous p: Tensor, size s: Tensor, shrinkage: Double, growth: Double, least: Double,
        greatest: Double
    ) {
        let numbers = (shrinkage: shrinkage, growth: growth, least: least, greatest: greatest)
        each(w, g, p, s) { vectors in
            rprop(vectors, numbers)
        } double: { vectors in
            rprop(vectors, numbers)
        }
    }

    @inline(__always)
    private static func rprop<V: KernelVector>(
        _ vectors: Chunk<V>, _ numbers: (shrinkage: Double, growth: Double, least: Double, greatest: Double)
    ) where V.Scalar: BinaryFloatingPoint {
        let shrinkage = V(repeating: V.Scalar(numbers.shrinkage))
        let growth = V(repeating: V.Scalar(numbers.growth))
        let least = V(repeating: V.Scalar(numbers.least))
        let greatest = V(repeating: V.Scalar(numbers.greatest))
        let zero = V(repeating: 0)
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let g = V.load(vectors.b + i)
            let p = V.load(vectors.c + i)
            // By signs: a product of small gradients would be 0.
            let isSame = (g .> 0) .& (p .> 0) .| (g .< 0) .& (p .< 0)
            let isOther = (g .> 0) .& (p .< 0) .| (g .< 0) .& (p .> 0)
            let size = V.load(vectors.d + i)
            var next = size.replacing(with: size * growth, where: isSame)
                .replacing(with: size * shrinkage, where: isOther)
            next = next.replacing(with: least, where: next .< least).replacing(with: greatest, where: next .> greatest)
            let used = g.replacing(with: 0, where: isOther)
            next.store(vectors.d + i)
            used.store(vectors.c + i)
            let step = zero.replacing(with: next, where: used .> zero).replacing(with: 0 - next, where: used .< zero)
            (V.load(vectors.a + i) - step).store(vectors.a + i)
        }
    }

    /// `w = shrinkage * w - rate * sign(beta1 * m + (1 - beta1) * g); m = beta2 * m + (1 - beta2) * g`
    package static func lion(
        _ w: Tensor, _ g: Tensor, mean m: Tensor, rate: Double, beta1: Double, beta2: Double, shrinkage: Double
    ) {
        let numbers = (rate: rate, beta1: beta1, beta2: beta2, shrinkage: shrinkage)
        each(w, g, m, m) { vectors in
            lion(vectors, numbers)
        } double: { vectors in
            lion(vectors, numbers)
        }
    }

    @inline(__always)
    private static func lion<V: KernelVector>(
        _ vectors: Chunk<V>, _ numbers: (rate: Double, beta1: Double, beta2: Double, shrinkage: Double)
    ) where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(numbers.rate))
        let beta1 = V(repeating: V.Scalar(numbers.beta1))
        let rest1 = V(repeating: V.Scalar(1 - numbers.beta1))
        let beta2 = V(repeating: V.Scalar(numbers.beta2))
        let rest2 = V(repeating: V.Scalar(1 - numbers.beta2))
        let shrinkage = V(repeating: V.Scalar(numbers.shrinkage))
        let zero = V(repeating: 0)
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let g = V.load(vectors.b + i)
            let m = V.load(vectors.c + i)
            let direction = beta1 * m + rest1 * g
            let step = zero.replacing(with: rate, where: direction .> zero)
                .replacing(with: -rate, where: direction .< zero)
            (shrinkage * V.load(vectors.a + i) - step).store(vectors.a + i)
            var mean = beta2 * m
            mean.multiplyAdd(rest2, g)
            mean.store(vectors.c + i)
        }
    }

    /// Adam with the greatest second moment so far: five vectors, so in two passes.
    package static func amsgrad(
        _ w: Tensor, _ g: Tensor, mean m: Tensor, square v: Tensor, greatest: Tensor, _ settings: Adam
    ) {
        each(w, g, m, v) { vectors in
            moments(vectors, settings)
        } double: { vectors in
            moments(vectors, settings)
        }
        each(w, m, v, greatest) { vectors in
            amsgrad(vectors, settings) { csimd_sqrt($0) }
        } double: { vectors in
            amsgrad(vectors, settings) { csimd_sqrt_double($0) }
        }
    }

    @inline(__always)
    private static func moments<V: KernelVector>(_ vectors: Chunk<V>, _ settings: Adam)
    where V.Scalar: BinaryFloatingPoint {
        let beta1 = V(repeating: V.Scalar(settings.beta1))
        let rest1 = V(repeating: V.Scalar(1 - settings.beta1))
        let beta2 = V(repeating: V.Scalar(settings.beta2))
        let rest2 = V(repeating: V.Scalar(1 - settings.beta2))
        let decay = V(repeating: V.Scalar(settings.decay))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            var g = V.load(vectors.b + i)
            g.multiplyAdd(decay, V.load(vectors.a + i))
            var m = beta1 * V.load(vectors.c + i)
            m.multiplyAdd(rest1, g)
            var v = beta2 * V.load(vectors.d + i)
            v.multiplyAdd(rest2, g * g)
            m.store(vectors.c + i)
            v.store(vectors.d + i)
        }
    }

    @inline(__always)
    private static func amsgrad<V: KernelVector>(_ vectors: Chunk<V>, _ settings: Adam, _ squareRoot: (V) -> V)
    where V.Scalar: BinaryFloatingPoint {
        let rate = V(repeating: V.Scalar(settings.rate))
        let epsilon = V(repeating: V.Scalar(settings.epsilon))
        let correction = V(repeating: V.Scalar(settings.correction))
        let shrinkage = V(repeating: V.Scalar(settings.shrinkage))
        for i in stride(from: 0, to: vectors.count, by: V.scalarCount) {
            let (v, known) = (V.load(vectors.c + i), V.load(vectors.d + i))
            let greatest = known.replacing(with: v, where: v .> known)
            greatest.store(vectors.d + i)
            let step = V.load(vectors.b + i) / (squareRoot(greatest) * correction + epsilon)
            (shrinkage * V.load(vectors.a + i) - rate * step).store(vectors.a + i)
        }
    }
}
