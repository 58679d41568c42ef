import Datasets

/// The vocabularies that a translator was saved with.
package final class VocabulariesObject: RuntimeObject {
    package let coding: TextCoding

    package init(_ coding: TextCoding) { self.coding = coding }

    package override var kindName: String { "vocabularies" }
    package override var fieldNames: [String] { PairFields.vocabularyNames }
    package override var shortText: String {
        "vocabularies of \(coding.source.ownCount) and \(coding.target.ownCount) \(coding.unit.rawValue)s"
    }

    package override func display(_ style: DisplayStyle) throws -> String { shortText }

    package override func field(_ name: String) throws -> Value? { PairFields.vocabulary(name, coding) }

    /// The vocabularies in a file of weights, or in the newest checkpoint of a folder.
    ///
    /// - Throws: `Failure` where they are damaged, `DatasetError` where it is no .safetensors.
    static func coding(in path: String) throws -> TextCoding? {
        // A training may be writing there.
        let files = try CheckpointFolder.files(in: path)
        guard !files.isEmpty || !Folder.exists(path) else {
            throw Failure(
                "the folder \(quoted(path)) holds no checkpoints",
                help: "name the file that `save net` wrote, or the folder of `train ... checkpoint=`")
        }
        let text =
            try files.isEmpty
            ? Safetensors.metadata(path, TextCoding.metadataName)
            : files.lazy.compactMap { try? Safetensors.metadata($0, TextCoding.metadataName) }.first
        guard let text else { return nil }
        guard let coding = TextCoding(metadataText: text) else {
            throw Failure(
                "the vocabularies in \(quoted(path)) are damaged",
                help: "save the translator again, or name the pairs it was trained on: `data=pairs`")
        }
        return coding
    }
}
