import TensorCore

/// Examples, each with its target where there are targets.
///
/// The examples lie once in memory, in the type they were stored in (images as bytes), or in files of images; `x`, `y` and
/// batches are what a model sees. Parts, shuffles and selections share the examples and differ in which rows they take.
package final class Dataset {
    package let name: String
    /// All examples as they are stored.
    package let examples: Examples
    /// Their targets, contiguous: `[N]` int64 for classes, else int64 or float32 of any shape `[N, ...]`; `nil` where there
    /// are none or a function makes them.
    let storedY: Tensor?
    /// Which rows of the stored tensors this dataset holds, in order; `nil`: all of them.
    package let rows: [Int]?
    /// The name of each class.
    package let classNames: [String]?
    /// The name of each column of `x`, for examples from a table.
    package let featureNames: [String]?
    /// What stored values are multiplied with.
    package let scale: Double
    package let normalization: Normalization?
    /// The sentences that the examples are, where they are text.
    package let pairs: TextPairs?
    /// What changes the examples of batches.
    package let augmentation: Augmentation?
    /// The shape of an example in a batch, where changes give it another one.
    let batchShape: [Int]?

    private init(
        name: String, examples: Examples, storedY: Tensor?, rows: [Int]?, classNames: [String]?,
        featureNames: [String]?, scale: Double, normalization: Normalization?, pairs: TextPairs? = nil,
        augmentation: Augmentation? = nil, batchShape: [Int]? = nil
    ) {
        self.name = name
        self.examples = examples
        self.storedY = storedY
        self.rows = rows
        self.classNames = classNames
        self.featureNames = featureNames
        self.scale = scale
        self.normalization = normalization
        self.pairs = pairs
        self.augmentation = augmentation
        self.batchShape = batchShape
    }

    /// Makes a dataset of tensors.
    ///
    /// - Parameters:
    ///   - x: Examples, shape `[N, ...]`.
    ///   - y: Targets, shape `[N]` or `[N, 1]` of whole numbers for classes, else `[N, ...]`.
    ///   - scale: What `x` is multiplied with for the model; `nil`: 1/255 for uint8, else 1.
    /// - Throws: `DatasetError` `.badParts` where counts differ or a label is beyond the class names.
    package convenience init(
        x: Tensor, y: Tensor?, classNames: [String]? = nil, featureNames: [String]? = nil, scale: Double? = nil,
        name: String = "data"
    ) throws {
        guard x.rank > 0 else {
            throw DatasetError(
                file: name,
                .badParts(reason: "x is a single number, and its first axis has to count the examples", help: nil))
        }
        try self.init(
            .memory(x.contiguous()), y: y, classNames: classNames, featureNames: featureNames, scale: scale, name: name)
    }

    /// The same of examples wherever they lie.
    convenience init(
        _ examples: Examples, y: Tensor?, classNames: [String]? = nil, featureNames: [String]? = nil,
        scale: Double? = nil, name: String
    ) throws {
        func error(_ reason: String, help: String? = nil) -> DatasetError {
            DatasetError(file: name, .badParts(reason: reason, help: help))
        }
        if let y, y.rank == 0 || y.shape[0] != examples.count {
            let count = y.rank == 0 ? "a single number" : "\(y.shape[0]) targets"
            throw error("there are \(examples.count) examples and \(count)")
        }
        let scale = scale ?? (examples.dtype == .uint8 ? 1.0 / 255 : 1)
        guard scale.isFinite, scale != 0 else {
            throw DatasetError(file: name, .argument(name: "scale", reason: "has to be a number other than 0"))
        }
        var targets = try y?.cast(to: y?.dtype.isFloatingPoint == true ? .float32 : .int64).contiguous()
        if let column = targets, column.dtype == .int64, column.rank == 2, column.shape[1] == 1 {
            targets = try column.reshape([column.shape[0]])
        }
        if let targets, let classNames, targets.dtype == .int64, targets.rank == 1 {
            let wrong = targets.integers().first { $0 < 0 || $0 >= classNames.count }
            if let wrong {
                throw error(
                    "a label is \(wrong), and there are names for \(classNames.count) classes",
                    help: "labels count from 0, so the greatest is \(classNames.count - 1)")
            }
        }
        self.init(
            name: name, examples: examples, storedY: targets, rows: nil, classNames: classNames,
            featureNames: featureNames, scale: scale, normalization: nil)
    }

    /// Makes a dataset of examples that a function makes, with their targets.
    ///
    /// - Throws: `DatasetError` for a scale of 0.
    package convenience init(
        _ maker: ExampleMaker, classNames: [String]? = nil, scale: Double? = nil, name: String
    ) throws {
        try self.init(.made(maker), y: nil, classNames: classNames, scale: scale, name: name)
    }

    /// The same stored examples with other rows or another view of them.
    private func with(
        name: String? = nil, rows: [Int]?? = .none, normalization: Normalization?? = .none, pairs: TextPairs? = nil
    ) -> Dataset {
        Dataset(
            name: name ?? self.name, examples: examples, storedY: storedY, rows: rows ?? self.rows,
            classNames: classNames, featureNames: featureNames, scale: scale,
            normalization: normalization ?? self.normalization, pairs: pairs ?? self.pairs, augmentation: augmentation,
            batchShape: batchShape)
    }

    func with(augmentation: Augmentation, batchShape: [Int]?) -> Dataset {
        Dataset(
            name: name, examples: examples, storedY: storedY, rows: rows, classNames: classNames,
            featureNames: featureNames, scale: scale, normalization: normalization, pairs: pairs,
            augmentation: augmentation, batchShape: batchShape)
    }

    /// The same examples, which are these sentences.
    func withPairs(_ pairs: TextPairs) -> Dataset { with(pairs: pairs) }

    /// The number of examples.
    package var count: Int { rows?.count ?? examples.count }

    /// The shape of one example, as batches have it.
    package var exampleShape: [Int] { batchShape ?? examples.shape }

    /// Whether the examples are read or made when they are wanted.
    package var isLazy: Bool { if case .memory = examples { false } else { true } }

    /// The rows that the `count` examples are stored in.
    package var positions: [Int] { rows ?? Array(0..<examples.count) }

    /// Converts stored rows to what a model sees.
    var gather: RowGather {
        RowGather(
            shape: examples.shape, source: examples.dtype, scale: scale, means: normalization?.means,
            deviations: normalization?.deviations)
    }

    /// Converts stored rows to what an augmentation sees, which comes before normalization.
    var plainGather: RowGather {
        RowGather(shape: examples.shape, source: examples.dtype, scale: scale, means: nil, deviations: nil)
    }

    /// Normalizes a batch that was changed.
    ///
    /// - Throws: `DatasetError` `.augmentation` where it has other channels, `TensorError.outOfMemory`.
    func normalizing(_ x: Tensor) throws -> Tensor {
        guard let normalization else { return x }
        guard x.rank > 1, x.shape[1] == normalization.means.count, x.dtype == .float32 else {
            throw DatasetError(
                file: name,
                .augmentation(
                    reason: "the augmentation gave \(x.dtype.name) of shape \(x.shape), and examples are normalized by "
                        + "figures of \(normalization.means.count) channels",
                    help: "the second axis counts the channels, which stay as many"))
        }
        let gather = RowGather(
            shape: Array(x.shape.dropFirst()), source: .float32, scale: 1, means: normalization.means,
            deviations: normalization.deviations)
        let result = try Tensor.empty(x.shape, dtype: .float32)
        gather.gather(0..<x.shape[0], of: x, into: result.storage)
        return result
    }

    /// The type of `x`: float32, or int64 for examples that are whole numbers (indices) as they are.
    package var dtype: DType { gather.dtype }

    /// All examples as a model sees them, shape `[count, ...]`.
    package func x() throws -> Tensor { try x(at: positions) }

    /// All targets, shape `[count, ...]`.
    package func y() throws -> Tensor? {
        if case .made(let maker) = examples { return try maker.targets(positions) }
        guard rows != nil else { return storedY }
        return try targets(at: positions)
    }

    /// The examples at `positions` of the stored tensor as a model sees them.
    func x(at positions: some Collection<Int>) throws -> Tensor {
        let gather = gather
        let result = try Tensor.empty([positions.count] + examples.shape, dtype: gather.dtype)
        try examples.gather(positions, by: gather, into: result.storage)
        return result
    }

    /// The shape of all targets, `[count, ...]`.
    package var targetShape: [Int]? {
        let shape =
            if case .made(let maker) = examples { maker.targetShape } else {
                storedY.map { Array($0.shape.dropFirst()) }
            }
        return shape.map { [count] + $0 }
    }

    package var targetType: DType? {
        if case .made(let maker) = examples { maker.targetType } else { storedY?.dtype }
    }

    /// The targets that are looked at before a training: all, or where a function makes them the first of them.
    package func firstTargets() throws -> Tensor? {
        guard case .made(let maker) = examples else { return try y() }
        return try maker.targets(Array(positions.prefix(Self.firstTargetCount)))
    }

    private static let firstTargetCount = 256

    private func targets(at positions: some Collection<Int>) throws -> Tensor? {
        guard let storedY, let gather = targetGather else { return nil }
        let result = try Tensor.empty([positions.count] + storedY.shape.dropFirst(), dtype: storedY.dtype)
        gather.gather(positions, of: storedY, into: result.storage)
        return result
    }

    var targetGather: RowGather? {
        storedY.map {
            RowGather(
                shape: Array($0.shape.dropFirst()), source: $0.dtype, scale: 1, means: nil, deviations: nil)
        }
    }

    /// Labels beyond this are numbers that count something else.
    package static let greatestClassCount = 1 << 20

    /// The labels of the examples where the targets are classes, else `nil`.
    package var labels: [Int]? {
        guard let storedY, storedY.dtype == .int64, storedY.rank == 1 else { return nil }
        let all = storedY.integers()
        guard all.allSatisfy({ (0..<Dataset.greatestClassCount).contains($0) }) else { return nil }
        return rows.map { $0.map { all[$0] } } ?? all
    }

    /// The number of classes: of the names where there are, else one more than the greatest stored label.
    package var classCount: Int? {
        guard labels != nil else { return nil }
        return classNames?.count ?? (storedY?.integers().max() ?? -1) + 1
    }

    /// How many examples each class has.
    package var classCounts: [Int]? {
        guard let labels, let classCount else { return nil }
        var counts = [Int](repeating: 0, count: classCount)
        for label in labels { counts[label] += 1 }
        return counts
    }
}

// MARK: - What is not a number

extension Dataset {
    /// The first example with a stored value that is not finite, and where in the example it is.
    package func firstNonFinite() throws -> (example: Int, index: [Int], value: Double)? {
        // One sum over all tells that there is none.
        guard case .memory(let storedX) = examples, storedX.dtype.isFloatingPoint,
            try !storedX.reduced(.sum).item().isFinite
        else { return nil }
        for (example, row) in positions.enumerated() {
            let elements = try storedX.at([.index(row)]).doubles()
            guard var place = elements.firstIndex(where: { !$0.isFinite }) else { continue }
            let value = elements[place]
            var index: [Int] = []
            for size in examples.shape.reversed() {
                index.insert(place % size, at: 0)
                place /= size
            }
            return (example, index, value)
        }
        return nil
    }

    /// A place in an example in words: a column by its name or number, else the index.
    package func placeText(_ index: [Int]) -> String {
        guard index.count == 1 else { return index.isEmpty ? "its only value" : "at \(index)" }
        return featureNames.map { "column \(shownText($0[index[0]]))" } ?? "feature \(index[0])"
    }
}

// MARK: - Parts

extension Dataset {
    /// The examples at `indices` (counted from 0) of this dataset, in that order.
    ///
    /// - Throws: `DatasetError` `.argument` for an index that is out of range.
    package func selecting(_ indices: [Int], name: String? = nil) throws -> Dataset {
        if let wrong = indices.first(where: { $0 < 0 || $0 >= count }) {
            throw argument("index \(wrong)", "is out of range: there are \(count) examples")
        }
        return with(name: name, rows: .some(rows.map { rows in indices.map { rows[$0] } } ?? indices))
    }

    /// The first `count` examples.
    ///
    /// - Throws: `DatasetError` `.argument` where there are not so many.
    package func taking(_ count: Int) throws -> Dataset {
        guard count >= 0, count <= self.count else {
            throw argument("count \(count)", "is out of range: there are \(self.count) examples")
        }
        return try selecting(Array(0..<count))
    }

    /// The same examples in random order.
    package func shuffled(key: RandomKey) throws -> Dataset {
        try selecting(Tensor.permutation(count, key: key))
    }

    /// Two parts without a common example, drawn at random.
    ///
    /// - Parameter count: The size of the first; the second has the rest.
    /// - Throws: `DatasetError` `.argument` where a part would be empty or there are not so many examples.
    package func split(count: Int, key: RandomKey) throws -> (Dataset, Dataset) {
        guard count > 0, count < self.count else {
            throw argument("count \(count)", "does not split \(self.count) examples in two parts")
        }
        let order = try Tensor.permutation(self.count, key: key)
        return try (selecting(Array(order[..<count])), selecting(Array(order[count...])))
    }

    /// Two parts drawn at random, the first of `fraction` of the examples, to the nearest whole number.
    ///
    /// - Throws: `DatasetError` `.argument` where a part would be empty.
    package func split(fraction: Double, key: RandomKey) throws -> (Dataset, Dataset) {
        guard fraction > 0, fraction < 1 else {
            throw argument("fraction \(numberText(fraction))", "has to lie between 0 and 1")
        }
        return try split(count: Int((Double(count) * fraction).rounded()), key: key)
    }

    package func renamed(_ name: String) -> Dataset { with(name: name) }

    private func argument(_ name: String, _ reason: String) -> DatasetError {
        DatasetError(file: self.name, .argument(name: name, reason: reason))
    }
}

// MARK: - Normalization

/// Means and deviations of each channel of images, or of each column of a table, after scaling.
package struct Normalization: Equatable, Sendable {
    package let means: [Double]
    package let deviations: [Double]

    package init(means: [Double], deviations: [Double]) {
        self.means = means
        self.deviations = deviations
    }
}

extension Dataset {
    /// The number of channels of images or columns of a table.
    package var channelCount: Int { examples.shape.first ?? 1 }

    /// The figures that bring each channel of these examples to mean 0 and deviation 1.
    ///
    /// - Throws: `DatasetError` `.argument` where there are no examples.
    package func statistics() throws -> Normalization {
        guard count > 0 else { throw argument("the dataset", "has no examples to take the mean of") }
        let (means, deviations) = try examples.statistics(positions)
        return Normalization(
            means: means.map { $0 * scale },
            // A channel that never changes stays as it is.
            deviations: deviations.map { $0 == 0 ? 1 : $0 * abs(scale) })
    }

    /// The same examples, brought to mean 0 and deviation 1 by `normalization` (their own figures where it is `nil`).
    ///
    /// - Throws: `DatasetError` `.argument` where it has not one figure for each channel, or one for all.
    package func normalized(_ normalization: Normalization? = nil) throws -> Dataset {
        guard pairs == nil else { throw argument("the dataset", "is text: give normalize=true when it is loaded") }
        let given = try normalization ?? statistics()
        func spread(_ figures: [Double], _ name: String) throws -> [Double] {
            guard figures.count == channelCount || figures.count == 1 else {
                throw argument(name, "has \(figures.count) figures for \(channelCount) channels")
            }
            guard figures.allSatisfy(\.isFinite) else { throw argument(name, "is not finite") }
            return figures.count == channelCount ? figures : [Double](repeating: figures[0], count: channelCount)
        }
        let means = try spread(given.means, "mean")
        let deviations = try spread(given.deviations, "std")
        guard deviations.allSatisfy({ $0 > 0 }) else { throw argument("std", "has to be over 0") }
        return with(normalization: .some(Normalization(means: means, deviations: deviations)))
    }
}
