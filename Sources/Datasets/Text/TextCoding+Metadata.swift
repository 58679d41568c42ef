/// How text is coded, as an entry of a file's metadata: what a saved translator needs to translate again.
extension TextCoding {
    package static let metadataName = "dls.text_coding"

    package var metadataText: String {
        JSON([
            "unit": .string(unit.rawValue), "normalized": .boolean(isNormalized),
            "max_length": maxLength.map { .integer($0) } ?? .null,
            "source": .array(source.tokens.map { .string($0) }), "target": .array(target.tokens.map { .string($0) }),
        ]).text
    }

    /// Nil where the text is not one that `metadataText` gave.
    package init?(metadataText: String) {
        guard let json = try? JSON(parsing: metadataText),
            let unit = json["unit"]?.asString.flatMap({ Vocabulary.Unit(rawValue: $0) }),
            let isNormalized = json["normalized"]?.asBoolean,
            let source = TextCoding.vocabulary(json["source"], unit),
            let target = TextCoding.vocabulary(json["target"], unit)
        else { return nil }
        let maxLength = json["max_length"]?.asInteger
        guard maxLength.map({ (1...1 << 24).contains($0) }) ?? true else { return nil }
        self.init(
            source: source, target: target, isNormalized: isNormalized, maxLength: maxLength)
    }

    private static func vocabulary(_ json: JSON?, _ unit: Vocabulary.Unit) -> Vocabulary? {
        guard let elements = json?.elements else { return nil }
        let tokens = elements.compactMap(\.asString)
        guard tokens.count == elements.count else { return nil }
        return Vocabulary(tokens: tokens, unit: unit)
    }
}
