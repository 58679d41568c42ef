import Glibc

extension Tensor {
    /// Draws places of rows of weights, each as likely as its weight is large.
    ///
    /// - Parameters:
    ///   - weights: `[n]` or `[rows, n]`, at least 0 and not all 0; their sums are taken for 1.
    ///   - replaces: Whether a place can be drawn again.
    /// - Returns: int64 `[count]` or `[rows, count]`.
    /// - Throws: `TensorError` `.shape`, `.argument` for weights or counts that do not do.
    /// - Source: without replacement Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003.
    package static func multinomial(
        _ weights: Tensor, count: Int, replaces: Bool, operation: String = "multinomial", key: RandomKey
    ) throws -> Tensor {
        func error(_ name: String, _ reason: String) -> TensorError {
            .argument(operation: operation, name: name, reason: reason)
        }
        guard weights.rank == 1 || weights.rank == 2 else {
            throw TensorError.shape(operation: operation, expected: "[n] or [rows, n] weights", actual: weights.shape)
        }
        let size = weights.shape[weights.rank - 1]
        let rows = weights.rank == 2 ? weights.shape[0] : 1
        let result = try empty(weights.shape.dropLast() + [count], dtype: .int64)
        let numbers = weights.doubles()
        let draws = try uniform([rows, replaces ? count : size], dtype: .float64, key: key).doubles()
        var places: [Int64] = []
        places.reserveCapacity(result.count)
        for row in 0..<rows {
            try Interrupt.check()
            let own = numbers[row * size..<(row + 1) * size]
            if let wrong = own.first(where: { !$0.isFinite || $0 < 0 }) {
                throw error("the weights", "have \(numberText(wrong)), and weights are finite and at least 0")
            }
            let possible = own.count { $0 > 0 }
            guard possible > 0 || count == 0 else { throw error("the weights", "are all 0, so nothing can be drawn") }
            guard replaces || count <= possible else {
                throw error(
                    "the count", "is \(count), and only \(possible) have weights above 0: draw with replacement")
            }
            if replaces {
                let largest = own.max() ?? 1
                var sums: [Double] = []
                var sum = 0.0
                // Scaled, so that the sum is finite.
                for weight in own {
                    sum += weight / largest
                    sums.append(sum)
                }
                let lastPossible = own.lastIndex { $0 > 0 }.map { $0 - row * size } ?? 0
                for index in 0..<count {
                    let target = draws[row * count + index] * sum
                    places.append(Int64(min(firstAbove(target, in: sums), lastPossible)))
                }
            } else {
                let times = own.indices.lazy.filter { own[$0] > 0 }.map { index in
                    (time: -log1p(-draws[index]) / own[index], place: index - row * size)
                }
                places += first(count, of: times).map { Int64($0.place) }
            }
        }
        return try Tensor(places, shape: result.shape)
    }

    /// The first ones in the order of their times.
    private static func first(
        _ count: Int, of times: some Sequence<(time: Double, place: Int)>
    ) -> ArraySlice<(time: Double, place: Int)> {
        guard count <= 32 else { return times.sorted { ($0.time, $0.place) < ($1.time, $1.place) }.prefix(count) }
        var found: [(time: Double, place: Int)] = []
        for entry in times {
            // Places come in their order: of equal times the first goes before.
            if found.count == count {
                guard let last = found.last, entry.time < last.time else { continue }
                found.removeLast()
            }
            let place = found.firstIndex { entry.time < $0.time } ?? found.count
            found.insert(entry, at: place)
        }
        return found[...]
    }

    private static func firstAbove(_ target: Double, in sorted: [Double]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Returns for each value the place where it can be put into a sorted vector: before equal elements, or behind them.
    ///
    /// - Throws: `TensorError.shape`.
    package func searchSorted(_ values: Tensor, isRight: Bool) throws -> Tensor {
        guard rank == 1 else { throw TensorError.shape(operation: "searchsorted", expected: "a vector", actual: shape) }
        func places<Number: Comparable>(
            _ sorted: [Number], _ values: [Number], isBefore: (Number, Number) -> Bool
        ) throws -> [Int64] {
            try values.mapUntilInterrupt { value in
                var (low, high) = (0, sorted.count)
                while low < high {
                    let middle = (low + high) / 2
                    let isBelow = isRight ? !isBefore(value, sorted[middle]) : isBefore(sorted[middle], value)
                    if isBelow { low = middle + 1 } else { high = middle }
                }
                return Int64(low)
            }
        }
        let isWhole = !dtype.isFloatingPoint && !values.dtype.isFloatingPoint
        let found =
            try isWhole
            ? places(integers(), values.integers(), isBefore: <)
            // NaN is greater than all numbers.
            : places(doubles(), values.doubles()) { $0 < $1 || $1.isNaN && !$0.isNaN }
        return try Tensor(found, shape: values.shape)
    }
}
