/// Mean and standard deviation of each channel over rows of a stored array.
package enum RowStatistics {
    /// Returns the figures of the elements as they are stored, by the first axis of a row.
    ///
    /// The deviation is that of the whole population (divided by the count), as in scikit-learn's `StandardScaler`.
    ///
    /// - Parameters:
    ///   - tensor: Contiguous, shape `[rows, channels, ...]`; of rank 1, it is one channel.
    ///   - rows: Which rows count, at least one.
    package static func channels(_ tensor: Tensor, rows: some Collection<Int>) -> (
        means: [Double], deviations: [Double]
    ) {
        let rowCount = tensor.shape.dropFirst().reduce(1, *)
        let channelCount = tensor.rank > 1 ? max(tensor.shape[1], 1) : 1
        let plane = rowCount / channelCount
        precondition(tensor.isContiguous && rows.allSatisfy { $0 >= 0 && $0 < tensor.shape[0] })
        let base = tensor.storage.base + tensor.offset * tensor.dtype.size
        var statistics: [(Double, Double)] = []
        for channel in 0..<channelCount {
            let starts = rows.lazy.map { $0 * rowCount + channel * plane }
            switch tensor.dtype {
            case .bool, .uint8: statistics.append(counted(base.assumingMemoryBound(to: UInt8.self), starts, plane))
            case .int64:
                statistics.append(summed(base.assumingMemoryBound(to: Int64.self), starts, plane) { Double($0) })
            case .float32:
                statistics.append(summed(base.assumingMemoryBound(to: Float.self), starts, plane) { Double($0) })
            case .float64: statistics.append(summed(base.assumingMemoryBound(to: Double.self), starts, plane) { $0 })
            }
        }
        return (statistics.map(\.0), statistics.map(\.1))
    }

    /// Bytes are counted by value, so their figures are exact.
    private static func counted(_ base: UnsafePointer<UInt8>, _ starts: some Collection<Int>, _ plane: Int) -> (
        Double, Double
    ) {
        var counts = [Int](repeating: 0, count: 256)
        counts.withUnsafeMutableBufferPointer { counts in
            for start in starts {
                for i in start..<start + plane { counts[Int(base[i])] += 1 }
            }
        }
        let total = Double(max(starts.count * plane, 1))
        let mean = counts.indices.reduce(0.0) { $0 + Double($1 * counts[$1]) } / total
        let variance = counts.indices.reduce(0.0) {
            let distance = Double($1) - mean
            return $0 + distance * distance * Double(counts[$1])
        }
        return (mean, (variance / total).squareRoot())
    }

    @inline(__always)
    private static func summed<Element>(
        _ base: UnsafePointer<Element>, _ starts: some Collection<Int>, _ plane: Int, _ value: (Element) -> Double
    ) -> (Double, Double) {
        let total = Double(max(starts.count * plane, 1))
        var sum = 0.0
        for start in starts {
            for i in start..<start + plane { sum += value(base[i]) }
        }
        let mean = sum / total
        var squares = 0.0
        for start in starts {
            for i in start..<start + plane {
                let distance = value(base[i]) - mean
                squares += distance * distance
            }
        }
        return (mean, (squares / total).squareRoot())
    }
}
