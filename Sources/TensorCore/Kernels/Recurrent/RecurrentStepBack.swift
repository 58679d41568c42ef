/// A row's step from the gradient by the state after it to those of the sums of its gates.
struct RecurrentStepBack<V: GateVector> {
    typealias Scalar = V.Scalar

    let hidden: Int
    /// At first the gates, at last the gradients by what they were made from.
    let gates: UnsafeMutablePointer<Scalar>
    let tanhs: UnsafePointer<Scalar>
    /// The gradient by the output.
    let output: UnsafePointer<Scalar>
    /// The gradients by the states: at first by those after the step, at last what does not go by way of the gates.
    let state: UnsafeMutablePointer<Scalar>
    let cell: UnsafeMutablePointer<Scalar>
    /// The states before the step.
    let last: UnsafePointer<Scalar>
    let lastCell: UnsafePointer<Scalar>

    @inline(never)
    func lstm() {
        var j = 0
        while j &+ V.scalarCount <= hidden {
            lstm(j, WholeVectors<V>())
            j &+= V.scalarCount
        }
        if j < hidden { lstm(j, PartOfVector<V>(count: hidden - j)) }
    }

    @inline(__always)
    private func lstm<Access: LaneAccess>(_ j: Int, _ access: Access) where Access.V == V {
        let one = V(repeating: 1)
        let g = access.load(output + j) + access.load(state + j)
        let place = gates + j
        let input = access.load(place)
        let forget = access.load(place + hidden)
        let candidate = access.load(place + 2 &* hidden)
        let out = access.load(place + 3 &* hidden)
        let level = access.load(tanhs + j)
        var content = access.load(cell + j)
        content.multiplyAdd(g * out, one - level * level)
        access.store(content * candidate * input * (one - input), place)
        access.store(content * access.load(lastCell + j) * forget * (one - forget), place + hidden)
        access.store(content * input * (one - candidate * candidate), place + 2 &* hidden)
        access.store(g * level * out * (one - out), place + 3 &* hidden)
        access.store(content * forget, cell + j)
        access.store(V(repeating: 0), state + j)
    }

    @inline(never)
    func gru() {
        var j = 0
        while j &+ V.scalarCount <= hidden {
            gru(j, WholeVectors<V>())
            j &+= V.scalarCount
        }
        if j < hidden { gru(j, PartOfVector<V>(count: hidden - j)) }
    }

    @inline(__always)
    private func gru<Access: LaneAccess>(_ j: Int, _ access: Access) where Access.V == V {
        let one = V(repeating: 1)
        let g = access.load(output + j) + access.load(state + j)
        let place = gates + j
        let reset = access.load(place)
        let update = access.load(place + hidden)
        let inner = access.load(place + 2 &* hidden)
        let candidate = access.load(place + 3 &* hidden)
        let sum = g * (one - update) * (one - candidate * candidate)
        access.store(sum * inner * reset * (one - reset), place)
        access.store(g * (access.load(last + j) - candidate) * update * (one - update), place + hidden)
        access.store(sum * reset, place + 2 &* hidden)
        access.store(sum, place + 3 &* hidden)
        access.store(g * update, state + j)
    }

    @inline(never)
    func tanh() {
        forEach { g, value in g * (V(repeating: 1) - value * value) }
    }

    @inline(never)
    func relu() {
        forEach { g, value in g.replacing(with: V(repeating: 0), where: value .<= V(repeating: 0)) }
    }

    @inline(__always)
    private func forEach(_ slope: (V, V) -> V) {
        var j = 0
        while j &+ V.scalarCount <= hidden {
            simple(j, WholeVectors<V>(), slope)
            j &+= V.scalarCount
        }
        if j < hidden { simple(j, PartOfVector<V>(count: hidden - j), slope) }
    }

    @inline(__always)
    private func simple<Access: LaneAccess>(_ j: Int, _ access: Access, _ slope: (V, V) -> V) where Access.V == V {
        let g = access.load(output + j) + access.load(state + j)
        access.store(slope(g, access.load(gates + j)), gates + j)
        access.store(V(repeating: 0), state + j)
    }
}
