/// Whether an SVG only draws: what runs code, or takes something from elsewhere, is not passed on.
enum SVGSafety {
    static func onlyDraws(_ svg: [UInt8]) -> Bool {
        var rest = svg[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...].dropFirst()
            if rest.starts(with: "!--".utf8) {
                guard let end = rest.firstRange(of: Array("-->".utf8)) else { return false }
                rest = rest[end.upperBound...]
                continue
            }
            guard let end = tagEnd(rest) else { return false }
            if !isHarmless(rest[..<end]) { return false }
            rest = rest[end...]
        }
        return true
    }

    /// The `>` of a tag, which may stand in the quotes of an attribute too.
    private static func tagEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        var quote: UInt8?
        return bytes.indices.first { index in
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            return quote == nil && byte == UInt8(ascii: ">")
        }
    }

    private static let runningElements: Set<String> = [
        "script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "set", "animate", "a", "link",
    ]

    private static func isHarmless(_ tag: ArraySlice<UInt8>) -> Bool {
        // A document type can hold entities, which stand for anything.
        guard tag.first != UInt8(ascii: "!") else { return false }
        if tag.first == UInt8(ascii: "/") || tag.first == UInt8(ascii: "?") { return !tag.starts(with: "?xml-".utf8) }
        let words = String(decoding: tag, as: UTF8.self).lowercased()
        let name = words.prefix { !$0.isWhitespace && $0 != "/" }.split(separator: ":").last ?? ""
        guard !runningElements.contains(String(name)) else { return false }
        return attributes(words).allSatisfy { name, value in
            switch name.split(separator: ":").last ?? "" {
            case "href", "src": value.hasPrefix("#") || value.hasPrefix("data:image/png")
            case let local: !local.hasPrefix("on") && !value.contains("javascript:") && !value.contains("url(h")
            }
        }
    }

    private static func attributes(_ tag: String) -> [(name: Substring, value: Substring)] {
        var found: [(Substring, Substring)] = []
        var rest = tag[...]
        while let equals = rest.firstIndex(of: "=") {
            let before = rest[..<equals].reversed().drop(while: \.isWhitespace).prefix { !$0.isWhitespace && $0 != "/" }
            let name = Substring(String(before.reversed()))
            rest = rest[equals...].dropFirst().drop(while: \.isWhitespace)
            if let quote = rest.first, quote == "\"" || quote == "'" {
                let value = rest.dropFirst().prefix { $0 != quote }
                found.append((name, value.drop { $0.isWhitespace }))
                rest = rest[value.endIndex...].dropFirst()
            } else {
                let value = rest.prefix { !$0.isWhitespace }
                found.append((name, value))
                rest = rest[value.endIndex...]
            }
        }
        return found
    }
}
