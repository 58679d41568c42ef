/// What an SVG says of itself for those who cannot see it.
struct SVGWords {
    let title: String?
    let description: String?

    init(_ svg: [UInt8]) {
        // Both stand before anything that is drawn.
        let head = String(decoding: svg.prefix(8192), as: UTF8.self)
        title = Self.element("title", in: head)
        description = Self.element("desc", in: head)
    }

    /// Both in one line; nil where it says nothing.
    var text: String? {
        let parts = [title, description].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }

    private static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>"), let end = text.firstRange(of: "</\(name)>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        var content = text[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            content = content.replacing(entity, with: sign)
        }
        return content.isEmpty ? nil : content
    }
}
