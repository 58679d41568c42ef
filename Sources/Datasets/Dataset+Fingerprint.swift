import TensorCore

extension Dataset {
    /// Sixteen digits that tell whether two datasets give a model the same examples and targets in the same order,
    /// wherever they come from and whatever they are called.
    ///
    /// Takes one pass over the stored data.
    package func fingerprint() -> String {
        var hash = ContentHash()
        add(storedX, to: &hash)
        if let storedY { add(storedY, to: &hash) }
        hash.add(scale)
        if let normalization {
            for figure in normalization.means + normalization.deviations { hash.add(figure) }
        }
        return hash.text
    }

    private func add(_ stored: Tensor, to hash: inout ContentHash) {
        let rowShape = stored.shape.dropFirst()
        hash.add(Int(stored.dtype.rawValue))
        hash.add(count)
        rowShape.forEach { hash.add($0) }
        let size = rowShape.reduce(1, *)
        // By rows, so that a selection of all rows is the same as the whole.
        for row in positions { hash.add(stored, row * size..<(row + 1) * size) }
    }
}
