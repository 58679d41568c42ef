import TensorCore

/// A change of batches by a function of the script.
package final class BatchFunction: @unchecked Sendable {
    /// Its source, by which two are told apart when a run is resumed.
    package let text: String
    private let body: (Batch, RandomKey) throws -> (x: Tensor, y: Tensor?)

    /// - Parameter body: Gives what takes the place of a batch's `x`, and of its `y`; what it draws comes from the key.
    package init(text: String, _ body: @escaping (Batch, RandomKey) throws -> (x: Tensor, y: Tensor?)) {
        self.text = text
        self.body = body
    }

    func callAsFunction(_ batch: Batch, _ key: RandomKey) throws -> (x: Tensor, y: Tensor?) { try body(batch, key) }
}

/// Changes of the examples of a batch, drawn anew in each epoch.
///
/// What is drawn for an example depends on the key of the epoch and its place in the epoch alone, so equal seeds give equal
/// bits, whatever the number of threads, and stopped or not.
package struct Augmentation: Sendable {
    package enum Step: Sendable {
        case image(ImageAugmentation)
        case function(BatchFunction)

        package var text: String {
            switch self {
            case .image(let image): image.text
            case .function(let function): function.text
            }
        }
    }

    package let steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    /// Its source, by which two are told apart.
    package var text: String { steps.map(\.text).joined(separator: ", ") }

    /// Returns the changed images of a batch, or of a tensor `[N, C, H, W]` of 0 to 1.
    ///
    /// - Parameters:
    ///   - batch: Its `x` is contiguous, and nobody else holds it: it may be changed.
    ///   - key: Of the epoch.
    ///   - first: The place of the first example in the epoch.
    ///   - dataset: Its name, for errors.
    /// - Throws: `DatasetError` `.augmentation` for examples that a step does not take, and functions that give what no
    ///   batch can be; what a function throws.
    package func changed(_ batch: Batch, key: RandomKey, first: Int, dataset: String) throws -> Batch {
        var batch = batch
        for (number, step) in steps.enumerated() {
            let stepKey = { (place: Int) in key.child(UInt64(first + place)).child(UInt64(number)) }
            switch step {
            case .image(let image):
                guard batch.x.rank == 4, batch.x.dtype == .float32, batch.x.count > 0 else {
                    throw error(
                        dataset,
                        "\(image.name) changes images, and an example is \(batch.x.dtype.name) of shape "
                            + "\(Array(batch.x.shape.dropFirst()))",
                        "images are [channels, height, width]")
                }
                batch = batch.with(x: try image.changed(batch.x, key: stepKey), y: batch.y)
            case .function(let function):
                let given = batch
                let result = try function(given, stepKey(0))
                try check(result, given, dataset)
                batch = batch.with(x: try result.x.contiguous(), y: try result.y?.contiguous())
            }
        }
        return batch
    }

    private func check(_ result: (x: Tensor, y: Tensor?), _ batch: Batch, _ dataset: String) throws {
        guard result.x.rank > 0, result.x.shape[0] == batch.count else {
            throw error(
                dataset, "the augmentation gave x of shape \(result.x.shape) for a batch of shape \(batch.x.shape)",
                "the first axis counts the examples, which stay as many")
        }
        if let y = result.y, y.rank == 0 || y.shape[0] != batch.count {
            throw error(
                dataset, "the augmentation gave y of shape \(y.shape) for a batch of \(batch.count) examples",
                "there is a target for each example")
        }
        guard result.x.dtype == batch.x.dtype else {
            throw error(
                dataset, "the augmentation gave x of \(result.x.dtype.name) for a batch of \(batch.x.dtype.name)",
                "cast(x, \"\(batch.x.dtype.name)\") converts it")
        }
        // One sum over all tells that there is none.
        guard result.x.dtype.isFloatingPoint, try !result.x.reduced(.sum).item().isFinite else { return }
        for place in 0..<batch.count {
            let values = try result.x.at([.index(place)]).doubles()
            let given = try batch.x.at([.index(place)]).doubles()
            guard let wrong = values.first(where: { !$0.isFinite }), given.allSatisfy(\.isFinite) else { continue }
            let example = batch.indices[batch.indices.startIndex + place]
            throw error(
                dataset, "the augmentation gave \(numberText(wrong)) for example \(example), whose values are finite",
                "`\(dataset)` is the data: look at its example [\(example)] with the function")
        }
    }

    private func error(_ dataset: String, _ reason: String, _ help: String) -> DatasetError {
        DatasetError(file: dataset, .augmentation(reason: reason, help: help))
    }
}

extension ImageAugmentation {
    /// Returns other images, changed.
    ///
    /// - Parameter images: Shape `[N, C, H, W]` or `[C, H, W]`: bytes, or values from 0 to 1.
    /// - Returns: float32, from 0 to 1.
    /// - Throws: `DatasetError` where the change does not take them, `TensorError.outOfMemory`.
    package func applied(to images: Tensor, key: RandomKey) throws -> Tensor {
        let floats = try images.cast(to: .float32)
        let fractions = images.dtype == .uint8 ? try floats.combined(.divide, with: 255) : floats
        // A batch is changed in its place.
        let batch = try (images.rank == 3 ? fractions.unsqueeze(0) : fractions).contiguous().copy()
        let changed = try Augmentation([.image(self)]).changed(
            Batch(x: batch, y: nil, indices: Array(0..<batch.shape[0])[...], index: 0), key: key, first: 0,
            dataset: "the images"
        ).x
        return images.rank == 3 ? try changed.at([.index(0)]) : changed
    }
}

extension Batch {
    fileprivate func with(x: Tensor, y: Tensor?) -> Batch { Batch(x: x, y: y, indices: indices, index: index) }
}

extension Dataset {
    /// The same examples, changed by `augmentation` in batches. `x` itself stays as it is.
    ///
    /// - Throws: `DatasetError` for text and for examples that it does not take; what a function throws.
    package func augmented(_ augmentation: Augmentation) throws -> Dataset {
        guard pairs == nil else {
            throw DatasetError(
                file: name,
                .augmentation(reason: "pairs of sentences are not augmented", help: "leave out `augment`"))
        }
        guard count > 0 else { return self }
        let trial = with(augmentation: augmentation, batchShape: nil)
        guard let batch = try Batches(trial.selecting([0]), size: 1).nextBatch() else { return self }
        return with(augmentation: augmentation, batchShape: Array(batch.x.shape.dropFirst()))
    }
}
