import TensorCore

// Functions that are made of others, which gradients flow through.
extension Variable {
    /// The elements on one side of a diagonal of the last two axes, 0 on the other.
    ///
    /// - Parameter k: How far the diagonal lies above the main one.
    package func triangle(isLower: Bool, k: Int) throws -> Variable {
        guard rank >= 2 else {
            throw TensorError.shape(
                operation: isLower ? "tril" : "triu", expected: "at least two axes", actual: shape)
        }
        let (height, width) = (shape[rank - 2], shape[rank - 1])
        let shift = Swift.min(Swift.max(k, -height - 1), width + 1)
        let rows = try Tensor.arange(0, Double(height), dtype: .int64).combined(.add, with: Double(shift))
        let columns = try Tensor.arange(0, Double(width), dtype: .int64)
        let kept = try Tensor.combine(isLower ? .greaterOrEqual : .lessOrEqual, rows.unsqueeze(1), columns)
        return try .select(kept, self, Variable(.scalar(0, dtype: dtype)))
    }

    /// The matrix with a vector on a diagonal, or the diagonal of a matrix.
    package func diagonal(_ k: Int) throws -> Variable {
        let distance = Int(clamping: k.magnitude)
        func places(_ count: Int) throws -> [TensorIndex] {
            let base = try Tensor.arange(0, Double(count), dtype: .int64)
            let moved = try base.combined(.add, with: Double(distance))
            return k < 0 ? [.tensor(moved), .tensor(base)] : [.tensor(base), .tensor(moved)]
        }
        switch rank {
        case 1:
            let (size, overflow) = count.addingReportingOverflow(distance)
            let blank = Variable(try Tensor.zeros([overflow ? .max : size, overflow ? .max : size], dtype: dtype))
            return try blank.setting(places(count), to: self)
        case 2:
            let rows = k < 0 ? shape[0] - distance : shape[0]
            let columns = k > 0 ? shape[1] - distance : shape[1]
            return try at(places(Swift.max(Swift.min(rows, columns), 0)))
        default: throw TensorError.shape(operation: "diag", expected: "a vector or a matrix", actual: shape)
        }
    }

    /// The elements moved along an axis, those that leave it at one end back at the other.
    package func rolled(_ shift: Int, axis: Int) throws -> Variable {
        let place = try place(of: axis, operation: "roll")
        let size = shape[place]
        guard size > 0 else { return self }
        let steps = ((shift % size) + size) % size
        return steps > 0 ? try applying(Roll(shift: steps, axis: place)) : self
    }

    /// The differences of neighbours along an axis, `times` over; of booleans, whether they differ.
    package func differences(axis: Int, times: Int) throws -> Variable {
        let place = try place(of: axis, operation: "diff")
        guard times < shape[place] else { return try slice(axis: place, from: 0, to: 0) }
        var result = self
        for _ in 0..<times {
            try Interrupt.check()
            let size = result.shape[place]
            let later = try result.slice(axis: place, from: 1, to: size)
            let earlier = try result.slice(axis: place, from: 0, to: size - 1)
            result =
                dtype == .bool
                ? Variable(try Tensor.combine(.notEqual, later.value, earlier.value)) : try later - earlier
        }
        return result
    }

    /// The products of the elements up to each place of an axis; zeros have gradients.
    package func cumulativeProduct(axis: Int) throws -> Variable {
        try applying(CumulativeProduct(axis: place(of: axis, operation: "cumprod")))
    }

    /// The largest elements up to each place of an axis, or the smallest, and where they are along it: int64.
    ///
    /// NaN is both, and of equal elements it is the last, as in PyTorch. Gradients flow to the places.
    ///
    /// - Parameter wantsPlaces: Whether `places` are given where no gradients need them.
    package func cumulativeExtreme(
        isLargest: Bool, axis: Int, wantsPlaces: Bool = true
    ) throws -> (values: Variable, places: Tensor?) {
        let place = try place(of: axis, operation: isLargest ? "cummax" : "cummin")
        let (values, places) = try Recording.stopping(count) {
            try value.runningExtreme(isLargest ? .max : .min, axis: place, wantsPlaces: wantsPlaces || isTracked)
        }
        guard isTracked, let places else { return (Variable(values), places) }
        return (try gather(axis: place, indices: places), places)
    }

    /// Puts a border around whose elements are others of the tensor.
    ///
    /// - Throws: `TensorError.argument` where an axis is too small for its border.
    package func pad(_ widths: [(before: Int, after: Int)], by border: Border) throws -> Variable {
        guard widths.count == rank else {
            throw TensorError.argument(
                operation: "pad", name: "widths", reason: "has \(widths.count) entries for \(rank) axes")
        }
        var result = self
        for (axis, (before, after)) in widths.enumerated() where before != 0 || after != 0 {
            let size = shape[axis]
            let most = border.mostPlaces(size)
            guard before >= 0, after >= 0, before <= most, after <= most else {
                throw TensorError.argument(
                    operation: "pad", name: "widths",
                    reason:
                        "has \(before < 0 || before > most ? before : after) for an axis of size \(size), which takes "
                        + "0 to \(most == .max ? "any number" : "\(most)") by mode=\"\(border.rawValue)\"")
            }
            let places = try border.places(
                .arange(-Double(before), Double(size) + Double(after), dtype: .int64), size: size)
            result = try result.at([TensorIndex](repeating: .all, count: axis) + [.tensor(places)])
        }
        return result
    }

    /// Where the elements of a border come from.
    package enum Border: String, CaseIterable, Sendable {
        /// Mirrored at the first and the last element, without these.
        case reflect
        /// The first and the last element.
        case replicate
        /// From the other end.
        case circular

        /// How wide it can be at an axis of a size.
        func mostPlaces(_ size: Int) -> Int {
            switch self {
            case .reflect: Swift.max(size - 1, 0)
            case .replicate: size == 0 ? 0 : .max
            case .circular: size
            }
        }

        /// The places along the axis that elements within and outside of it are taken from.
        func places(_ places: Tensor, size: Int) throws -> Tensor {
            let last = Double(size - 1)
            switch self {
            case .reflect:
                return try places.map(.abs).combined(.subtract, with: last).map(.abs)
                    .combined(.subtract, with: last, numberOnLeft: true)
            case .replicate: return try places.clipped(min: 0, max: last)
            case .circular: return try places.combined(.remainder, with: Double(size))
            }
        }
    }

    /// This tensor with elements of another put, or added, where `indices` say on an axis: the counterpart of `gather`.
    package func scattering(axis: Int, indices: Tensor, _ source: Variable, adds: Bool) throws -> Variable {
        let source = try source.broadcast(to: indices.shape)
        if adds { return try self + source.applying(ScatterAlong(axis: axis, indices: indices, shape: shape)) }
        let numbers = try Tensor.arange(0, Double(count), dtype: .int64).reshape(shape)
        let places = try numbers.gather(axis: axis, indices: indices)
        return try reshape([count]).setting(
            [.tensor(places.reshape([places.count]))], to: source.reshape([source.count])
        )
        .reshape(shape)
    }

    /// The elements that shares of all elements along an axis are below, between two by their distances.
    ///
    /// - Parameters:
    ///   - axes: nil: of all elements.
    ///   - shares: From 0 to 1.
    ///   - operation: What it is called in errors.
    /// - Returns: NaN where one of the elements is.
    package func quantiles(
        _ shares: [Double], axes: [Int]?, keepDims: Bool, operation: String = "quantile"
    ) throws -> [Variable] {
        let places = try axes?.map { try self.place(of: $0, operation: operation) } ?? Array(0..<rank)
        guard Set(places).count == places.count else {
            throw TensorError.argument(operation: operation, name: "axis", reason: "names an axis twice")
        }
        let others = (0..<rank).filter { !places.contains($0) }
        let kept = shape.enumerated().map { places.contains($0.offset) ? 1 : $0.element }
        let place = others.count
        let size = places.reduce(1) { $0 * shape[$1] }
        let line = try permute(others + places).reshape(others.map { shape[$0] } + [size])
        guard size > 0 else { throw TensorError.emptyReduction(operation: operation) }
        let spots = shares.map { $0 * Double(size - 1) }
        // NaN is sorted last.
        let ranks = Set([size - 1] + spots.flatMap { [Int($0), Swift.min(Int($0) + 1, size - 1)] }).sorted()
        let found = try line.ranked(ranks, axis: place)
        func element(_ rank: Int) throws -> Variable {
            let index = ranks.firstIndex(of: rank) ?? 0
            return try found.slice(axis: place, from: index, to: index + 1)
        }
        let last = try element(size - 1)
        let isNaN = try last.value.map(.isNaN)
        return try spots.map { spot in
            try Interrupt.check()
            let (low, part) = (Int(spot), spot - spot.rounded(.down))
            var result = try element(low)
            if part > 0 { result = try result * (1 - part) + element(low + 1) * part }
            result = try .select(isNaN, last, result)
            return try keepDims ? result.reshape(kept) : result.squeeze(place)
        }
    }
}
