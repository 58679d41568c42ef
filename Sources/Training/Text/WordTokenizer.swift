/// Separates words from punctuation as the tokenizer "13a" of sacreBLEU (mteval-v13a of NIST) does.
enum WordTokenizer {
    static func tokens(_ text: String) -> [String] {
        var scalars = Array(unescaped(text).unicodeScalars)
        scalars = [" "] + scalars.map { $0 == "\n" ? " " : $0 } + [" "]
        var spread: [Unicode.Scalar] = []
        for scalar in scalars { spread += isSymbol(scalar) ? [" ", scalar, " "] : [scalar] }
        // A point or comma stands alone unless there are digits on both sides, a dash where a digit is before it.
        spread = pairs(in: spread, { !isDigit($0) }, isPoint) { [$0, " ", $1, " "] }
        spread = pairs(in: spread, isPoint, { !isDigit($0) }) { [" ", $0, " ", $1] }
        spread = pairs(in: spread, isDigit, { $0 == "-" }) { [$0, " ", $1, " "] }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: spread)
        return spaced(String(view))
    }

    static func spaced(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

    private static func unescaped(_ text: String) -> String {
        let joined = text.replacing("<skipped>", with: "").replacing("-\n", with: "")
        guard joined.utf8.contains(UInt8(ascii: "&")) else { return joined }
        return joined.replacing("&quot;", with: "\"").replacing("&amp;", with: "&").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">")
    }

    /// Replaces neighbours, from left to right, each scalar in one pair at most.
    private static func pairs(
        in scalars: [Unicode.Scalar], _ isFirst: (Unicode.Scalar) -> Bool, _ isSecond: (Unicode.Scalar) -> Bool,
        with replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            if index + 1 < scalars.count, isFirst(scalars[index]), isSecond(scalars[index + 1]) {
                result += replacement(scalars[index], scalars[index + 1])
                index += 2
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return result
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

    /// ASCII punctuation other than ' , - .
    private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
        default: false
        }
    }
}
