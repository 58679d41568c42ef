import Autograd
import TensorCore

/// The keys and values of the places that a causal model has seen, so that it can be given the rest of the sequences alone.
///
/// Attention of a sequence to itself adds to it, in the order in which a pass comes by; layers of positions begin to count
/// at `start`. What a model does beside these must treat each place alone; whoever uses a cache has to check that.
package final class AttentionCache {
    /// Why a pass cannot go on with what was kept.
    package struct Unusable: Error {}

    private struct Entry {
        let layer: ObjectIdentifier
        var keys: Tensor
        var values: Tensor
    }

    /// The places that were seen before this pass.
    package private(set) var start = 0
    private var entries: [Entry] = []
    private var next = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Makes ready for a pass over sequences that go on from these rows of the last pass.
    package func begin(rows: [Int]) throws {
        next = 0
        guard let count = entries.first?.keys.shape[0], rows != Array(0..<count) else { return }
        let indices = try Tensor(rows.map(Int64.init), shape: [rows.count])
        for index in entries.indices {
            entries[index].keys = try entries[index].keys.take(indices)
            entries[index].values = try entries[index].values.take(indices)
        }
    }

    /// Counts the places of a pass as seen.
    package func end(places: Int) throws {
        guard next == entries.count else { throw Unusable() }
        start += places
    }

    /// Adds a pass's keys and values, each `[N, T, heads, size]`, to those of the same layer.
    ///
    /// - Returns: Those of all places.
    func extend(_ layer: MultiheadAttention, by keys: Variable, _ values: Variable) throws -> (Variable, Variable) {
        defer { next += 1 }
        let id = ObjectIdentifier(layer)
        guard start > 0 else {
            guard next == entries.count else { throw Unusable() }
            entries.append(Entry(layer: id, keys: try keys.value.contiguous(), values: try values.value.contiguous()))
            return (keys, values)
        }
        guard next < entries.count, entries[next].layer == id else { throw Unusable() }
        entries[next].keys = try Tensor.concat([entries[next].keys, keys.value], axis: 1)
        entries[next].values = try Tensor.concat([entries[next].values, values.value], axis: 1)
        return (Variable(entries[next].keys), Variable(entries[next].values))
    }

    /// Refuses a mask that does not hide what comes later, and that alone.
    ///
    /// - Parameter hidden: True where a place is hidden from another, `[..., T, T]`.
    /// - Returns: What is hidden among all places.
    func checked(_ hidden: Tensor?, places: Int) throws -> Tensor? {
        guard places > 1 else {
            if let hidden, hidden.booleans().contains(true) { throw Unusable() }
            return nil
        }
        guard start == 0, let hidden, Array(hidden.shape.suffix(2)) == [places, places] else { throw Unusable() }
        let numbers = hidden.booleans()
        for place in numbers.indices {
            guard numbers[place] == (place % places > place / places % places) else { throw Unusable() }
        }
        return hidden
    }
}
