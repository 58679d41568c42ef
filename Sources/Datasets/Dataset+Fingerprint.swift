import TensorCore

extension Dataset {
    /// Sixteen digits that tell whether two datasets give a model the same examples and targets in the same order,
    /// wherever they come from and whatever they are called.
    ///
    /// Takes one pass over the stored data. Images that stay in their files are told apart by the names and sizes of these.
    package func fingerprint() -> String {
        var hash = ContentHash()
        addShape(examples.dtype, examples.shape, to: &hash)
        examples.add(positions, to: &hash)
        if let storedY {
            addShape(storedY.dtype, Array(storedY.shape.dropFirst()), to: &hash)
            Examples.memory(storedY).add(positions, to: &hash)
        }
        hash.add(scale)
        if let normalization {
            for figure in normalization.means + normalization.deviations { hash.add(figure) }
        }
        return hash.text
    }

    private func addShape(_ dtype: DType, _ rowShape: [Int], to hash: inout ContentHash) {
        hash.add(Int(dtype.rawValue))
        hash.add(count)
        rowShape.forEach { hash.add($0) }
    }
}
