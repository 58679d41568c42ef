/// A row's step from the sums of its gates to the states after it.
struct RecurrentStep<V: GateVector> {
    typealias Scalar = V.Scalar

    let hidden: Int
    /// At first the sums of the gates, at last the gates.
    let gates: UnsafeMutablePointer<Scalar>
    /// Of an lstm: where its cell goes, and the tanh of it.
    let cells: UnsafeMutablePointer<Scalar>
    let tanhs: UnsafeMutablePointer<Scalar>
    /// The states before and after the step.
    let state: UnsafeMutablePointer<Scalar>
    let cell: UnsafeMutablePointer<Scalar>
    let output: UnsafeMutablePointer<Scalar>

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
        let (first, second, third, fourth) = places(j)
        let input = V.sigmoid(access.load(first))
        let forget = V.sigmoid(access.load(second))
        let candidate = V.tanh(access.load(third))
        let out = V.sigmoid(access.load(fourth))
        var content = input * candidate
        content.multiplyAdd(forget, access.load(cell + j))
        let level = V.tanh(content)
        access.store(input, first)
        access.store(forget, second)
        access.store(candidate, third)
        access.store(out, fourth)
        access.store(content, cell + j)
        access.store(content, cells + j)
        access.store(level, tanhs + j)
        put(out * level, j, access)
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
        let (first, second, third, fourth) = places(j)
        let reset = V.sigmoid(access.load(first))
        let update = V.sigmoid(access.load(second))
        var sum = access.load(fourth)
        sum.multiplyAdd(reset, access.load(third))
        let candidate = V.tanh(sum)
        access.store(reset, first)
        access.store(update, second)
        access.store(candidate, fourth)
        var next = (V(repeating: 1) - update) * candidate
        next.multiplyAdd(update, access.load(state + j))
        put(next, j, access)
    }

    @inline(never)
    func tanh() {
        forEach { sum in V.tanh(sum) }
    }

    @inline(never)
    func relu() {
        // The comparison lets NaN through.
        forEach { sum in sum.replacing(with: V(repeating: 0), where: sum .< V(repeating: 0)) }
    }

    @inline(__always)
    private func forEach(_ function: (V) -> V) {
        var j = 0
        while j &+ V.scalarCount <= hidden {
            simple(j, WholeVectors<V>(), function)
            j &+= V.scalarCount
        }
        if j < hidden { simple(j, PartOfVector<V>(count: hidden - j), function) }
    }

    @inline(__always)
    private func simple<Access: LaneAccess>(_ j: Int, _ access: Access, _ function: (V) -> V) where Access.V == V {
        let new = function(access.load(gates + j))
        access.store(new, gates + j)
        put(new, j, access)
    }

    @inline(__always)
    private func put<Access: LaneAccess>(_ new: V, _ j: Int, _ access: Access) where Access.V == V {
        access.store(new, state + j)
        access.store(new, output + j)
    }

    @inline(__always)
    private func places(_ j: Int) -> (
        UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>,
        UnsafeMutablePointer<Scalar>
    ) {
        let first = gates + j
        return (first, first + hidden, first + 2 &* hidden, first + 3 &* hidden)
    }
}
