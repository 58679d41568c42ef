/// Adam's update of a vector of weights by its gradient: see `OptimizerPasses.adam`.
struct AdamUpdate<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    private let beta1: V
    private let beta2: V
    private let rest1: V
    private let rest2: V
    private let epsilon: V
    private let rate: V
    private let correction: V
    private let decay: V
    private let shrinkage: V

    @inline(__always)
    init(_ settings: OptimizerPasses.Adam) {
        beta1 = V(repeating: V.Scalar(settings.beta1))
        beta2 = V(repeating: V.Scalar(settings.beta2))
        rest1 = V(repeating: V.Scalar(1 - settings.beta1))
        rest2 = V(repeating: V.Scalar(1 - settings.beta2))
        epsilon = V(repeating: V.Scalar(settings.epsilon))
        rate = V(repeating: V.Scalar(settings.rate))
        correction = V(repeating: V.Scalar(settings.correction))
        decay = V(repeating: V.Scalar(settings.decay))
        shrinkage = V(repeating: V.Scalar(settings.shrinkage))
    }

    /// Updates the weights at `w` with their moments at `m` and `v`.
    @inline(__always)
    func apply(
        _ w: UnsafeMutablePointer<V.Scalar>, _ gradient: V, _ m: UnsafeMutablePointer<V.Scalar>,
        _ v: UnsafeMutablePointer<V.Scalar>, _ squareRoot: (V) -> V
    ) {
        let weight = V.load(w)
        var g = gradient
        g.multiplyAdd(decay, weight)
        var mean = beta1 * V.load(m)
        mean.multiplyAdd(rest1, g)
        var square = beta2 * V.load(v)
        square.multiplyAdd(rest2, g * g)
        mean.store(m)
        square.store(v)
        (shrinkage * weight - rate * mean / (squareRoot(square) * correction + epsilon)).store(w)
    }
}
