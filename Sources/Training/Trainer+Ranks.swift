import TensorCore

// Several processes that train together all carry out the same steps, on weights that are the same bits everywhere. So
// each must stop where the others do: whatever a clock, a signal or a function of the script says is agreed on.

extension Trainer {
    /// Which of these hold for any of the processes.
    func agreed(_ flags: [Bool]) throws -> [Bool] {
        guard let peers = run.settings.peers else { return flags }
        let all = try peers.gathered(flags.map { $0 ? 1 : 0 })
        return flags.indices.map { place in all.contains { $0[place] != 0 } }
    }

    func agreed(_ flag: Bool) throws -> Bool { try agreed([flag])[0] }

    /// Refuses processes that do not train the same.
    ///
    /// - Throws: `PeerError.different`.
    func checkRanks() throws {
        guard let peers = run.settings.peers else { return }
        var weights = ContentHash()
        for parameter in run.model.parameters + run.model.buffers {
            let value = try parameter.value.contiguous()
            weights.add(value, 0..<value.count)
        }
        // With the place in the training, which a checkpoint may have given.
        var settings = ContentHash()
        settings.add(Array("\(run.settings.json.text) \(run.position.epoch) \(run.position.batch)".utf8))
        var data = ContentHash()
        data.add(Array(description.json.text.utf8))
        // What is not the same comes of other settings or data first, and of other processors last.
        let names = ["settings of `train`", "data or layers", "weights"]
        let all = try peers.texts([settings, data, weights].map(\.text).joined(separator: " ")).map {
            $0.split(separator: " ")
        }
        for (rank, texts) in all.enumerated() {
            guard let different = zip(texts, all[0]).enumerated().first(where: { $0.element.0 != $0.element.1 }) else {
                continue
            }
            throw PeerError.different(rank: rank, what: names[different.offset])
        }
    }
}
