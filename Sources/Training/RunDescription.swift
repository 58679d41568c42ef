import Datasets
import NeuralNet

/// What model and which data a run is of, to tell whether a checkpoint belongs to them.
struct RunDescription: Equatable {
    /// The layers in order, each with its path, kind and settings.
    let layers: [String]
    let data: Data
    let validation: Data?

    struct Data: Equatable {
        let name: String
        let count: Int
        let fingerprint: String

        init(_ dataset: Dataset) {
            name = dataset.name
            count = dataset.count
            fingerprint = dataset.fingerprint()
        }
    }

    init(_ model: Model, _ dataset: Dataset, validation: Dataset?) {
        layers = model.layers.map { path, layer in
            let settings = layer.settingsText
            let shapes = (layer.parameters + layer.buffers).map { "\($0.name) \($0.shape)" }
            return "\(path): \(layer.kind)" + (settings.isEmpty ? "" : " \(settings)")
                + (shapes.isEmpty ? "" : " (\(shapes.joined(separator: ", ")))")
                + (layer.parameters.contains(where: \.isFrozen) ? ", frozen" : "")
        }
        data = Data(dataset)
        self.validation = validation.map { Data($0) }
    }

    /// What differs first from the run that `other` describes, as a sentence.
    func difference(from other: RunDescription) -> String? {
        for (now, then) in zip(layers, other.layers) where now != then {
            return "its model has the layer `\(then)`, and this one `\(now)`"
        }
        if layers.count != other.layers.count {
            let (more, has) = layers.count > other.layers.count ? (layers, "has") : (other.layers, "had")
            return "its model has \(other.layers.count) layers, and this one \(layers.count): "
                + "only one \(has) `\(more[min(layers.count, other.layers.count)])`"
        }
        if let difference = data.difference(from: other.data, verb: "trained") { return difference }
        switch (validation, other.validation) {
        case (nil, nil): return nil
        case (nil, let then?): return "it was validated on \(then.name): give it as `validate`"
        case (let now?, nil): return "it had no validation data, and now there is \(now.name)"
        case (let now?, let then?): return now.difference(from: then, verb: "was validated")
        }
    }
}

extension RunDescription.Data {
    func difference(from other: Self, verb: String) -> String? {
        if count != other.count {
            return "it \(verb) on \(other.count) examples of \(other.name), and \(name) has \(count)"
        }
        guard fingerprint != other.fingerprint else { return nil }
        return "it \(verb) on \(other.count) examples of \(other.name), and those of \(name) are others, "
            + "or in another order"
    }
}

extension RunDescription {
    var json: JSON {
        JSON([
            "layers": .array(layers.map { .string($0) }), "data": data.json,
            "validation": validation?.json ?? .null,
        ])
    }

    init(_ reader: RecordReader) throws {
        layers = try reader.array("layers").map { try RecordReader($0).string() }
        data = try Data(reader("data"))
        validation = try reader.optional("validation").map { try Data($0) }
    }
}

extension RunDescription.Data {
    fileprivate var json: JSON {
        JSON(["name": .string(name), "count": .integer(count), "fingerprint": .string(fingerprint)])
    }

    fileprivate init(_ reader: RecordReader) throws {
        name = try reader.string("name")
        count = try reader.integer("count")
        fingerprint = try reader.string("fingerprint")
    }
}
