import TensorCore

extension Builtin {
    static let text: [Builtin] = [
        Builtin(
            "upper(text)", .text, "In capital letters.", example: "upper(\"abc\")",
            shortcut: .one { $0.shortString.map { .string($0.uppercased()) } }
        ) { call in
            .string(try call.string("text").mapPieces { $0.uppercased() })
        },
        Builtin(
            "lower(text)", .text, "In small letters.", example: "lower(\"ABC\")",
            shortcut: .one { $0.shortString.map { .string($0.lowercased()) } }
        ) { call in
            .string(try call.string("text").mapPieces { $0.lowercased() })
        },
        Builtin(
            "capitalize(text)", .text, "The first character in capital, all others in small letters.",
            example: "capitalize(\"hello World\")"
        ) { call in
            let text = try call.string("text")
            return .string(text.prefix(1).uppercased() + text.dropFirst().lowercased())
        },
        Builtin("title(text)", .text, "Each word capitalized.", example: "title(\"deep learning\")") { call in
            var isInWord = false
            var title = ""
            for scalar in try call.string("text").unicodeScalars.untilInterrupt {
                let character = Character(scalar)
                title += isInWord ? character.lowercased() : character.uppercased()
                isInWord = character.isLetter
            }
            try Operators.checkInterrupt()
            return .string(title)
        },
        stripped("strip", "at its ends", example: "strip(\"  a b  \")", start: true, end: true),
        stripped("lstrip", "at its start", example: "lstrip(\"xxabc\", \"x\")", start: true, end: false),
        stripped("rstrip", "at its end", example: "rstrip(\"a\\n\")", start: false, end: true),
        Builtin(
            "replace(text, old, new, count=none)", .text,
            "With every `old` replaced by `new`, or with the first `count`.",
            details: "By a regular expression: `substitute`.", example: "replace(\"a-b-c\", \"-\", \"+\")"
        ) { call in
            let most = call.has("count") ? try call.integer("count", atLeast: 0) : nil
            return .string(
                try ByteSearch(call.part("old")).replacing(
                    in: call.string("text"), by: call.string("new"), atMost: most))
        },
        Builtin(
            "words(text, separator=none)", .text, "The parts between separators, or between white space.",
            details: "The same as `split` of a text.", example: "words(\"a,b,c\", \",\")"
        ) { call in .strings(try call.parts(of: call.string("text"), separator: "separator")) },
        Builtin(
            "splitlines(text)", .text, "The lines of a text, without what ends them.",
            example: "splitlines(\"one\\ntwo\\n\")"
        ) { call in .strings(try call.string("text").lines(whereEnd: \.isNewline)) },
        Builtin(
            "join(x, with=\"\", on=none, how=\"inner\")", .text,
            "The texts of a list's elements with a separator between; or the rows of two tables side by side.",
            details: """
                `", ".join(xs)` is taken too, as in Python. Tables: `a.join(b, "id")` puts those rows together that are equal in a column, or in several. how: "inner" keeps
                rows with a partner, "left" all of the first table, "outer" all of both; what is missing is none. A column that
                both have is named `name_right` where it comes from the second.
                """,
            example: "join([\"a\", 1], \", \")\na = table [{id=1, x=5}]\nb = table [{id=1, y=7}]\na.join(b, \"id\")"
        ) { call in
            if call.value("x").object(as: TableObject.self) != nil { return .object(try joined(call)) }
            // From the separator as in Python too: `", ".join(xs)`.
            let isFromSeparator = call.value("x").asString != nil && call.value("with").asString == nil
            let separator = try call.string(isFromSeparator ? "x" : "with")
            let elements = try call.parts(isFromSeparator ? "with" : "x")
            var bytes: [UInt8] = []
            for (index, element) in elements.enumerated() {
                if Interrupt.isRequested { throw Failure.interrupted }
                let part: String
                if case .string(let string) = element {
                    part = string
                } else {
                    call.interpreter.noteText(of: element)
                    part = try element.wholeText(call.interpreter.printStyle)
                }
                if index > 0 { bytes += separator.utf8 }
                bytes += part.utf8
                try ListLength.checkBytes(bytes.count)
            }
            return .string(String(decoding: bytes, as: UTF8.self))
        },
        Builtin(
            "starts_with(text, part)", .text, "Whether the text begins so, or with one of a list of texts.",
            example: "starts_with(\"conv1\", \"conv\")"
        ) { call in
            let text = try call.string("text").utf8
            return .boolean(try call.alternatives("part").contains { text.starts(with: $0.utf8) })
        },
        Builtin(
            "ends_with(text, part)", .text, "Whether the text ends so, or with one of a list of texts.",
            example: "ends_with(\"a.dls\", \".dls\")"
        ) { call in
            let text = try call.string("text").utf8.reversed()
            return .boolean(try call.alternatives("part").contains { text.starts(with: $0.utf8.reversed()) })
        },
        found("find", isLast: false, example: "find(\"abcabc\", \"c\")"),
        found("rfind", isLast: true, example: "rfind(\"abcabc\", \"c\")"),
        padded("ljust", "at the left", example: "ljust(\"ab\", 5, \".\")") { _, _ in 0 },
        padded("rjust", "at the right", example: "rjust(\"7\", 3)") { missing, _ in missing },
        // The odd one goes where Python puts it.
        padded("center", "in the middle", example: "center(\"ab\", 6, \"*\")") { missing, width in
            missing / 2 + (missing & width & 1)
        },
        Builtin(
            "zfill(text, width)", .text, "With zeros before it, behind its sign, up to a width.",
            example: "zfill(\"-7\", 4)"
        ) { call in
            let text = try call.string("text")
            let missing = try call.width() - text.unicodeScalars.count
            guard missing > 0 else { return .string(text) }
            let sign = text.prefix { $0 == "-" || $0 == "+" }.prefix(1)
            return .string(sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count))
        },
        test("isdigit", "all characters are digits", example: "isdigit(\"42\")") {
            $0.unicodeScalars.allSatisfy {
                $0.properties.numericType == .decimal || $0.properties.numericType == .digit
            }
        },
        test("isalpha", "all characters are letters", example: "isalpha(\"abc\")") { $0.isLetter },
        test("isalnum", "all characters are letters or digits", example: "isalnum(\"conv1\")") {
            $0.isLetter || $0.isNumber
        },
        test("isspace", "all characters are white space", example: "isspace(\" \\n\")") { $0.isWhitespace },
        casing("isupper", "capital", example: "isupper(\"GRU 2\")") { $0.isUppercase },
        casing("islower", "small", example: "islower(\"gru 2\")") { $0.isLowercase },
        Builtin(
            "ord(character)", .text, "The number of a character in Unicode.", example: "ord(\"a\")",
            shortcut: .one {
                guard case .string(let text) = $0, let byte = text.utf8.first, text.utf8.count == 1 else { return nil }
                return .integer(Int(byte))
            }
        ) { call in
            let scalars = try call.string("character").unicodeScalars
            guard scalars.count == 1, let scalar = scalars.first else {
                throw call.failure("character", takes: "a string of one character")
            }
            return .integer(Int(scalar.value))
        },
        Builtin("chr(number)", .text, "The character that has a number in Unicode.", example: "chr(97)") { call in
            let number = try call.integer("number")
            guard let scalar = UInt32(exactly: number).flatMap({ Unicode.Scalar($0) }) else {
                throw call.failure(
                    "number",
                    takes: "the number of a character, from 0 to 1114111 but for 55296 to 57343, which stand for none")
            }
            return .string(String(Character(scalar)))
        },
        Builtin(
            "format(x, *values, **fields)", .text,
            "A value by Python's format specification; of a text with `{}` places, the text with values there.",
            details: "Every \"...\" holds values itself: \"{x:.2f}\" is \"{:.2f}\".format(x).",
            example: "format(0.12345, \".2%\")\n\"{:.2f} of {n}\".format(0.5, n=3)"
        ) { call in
            let values = try call.list("values")
            for value in [call.value("x")] + values { call.interpreter.noteText(of: value) }
            if case .string(let text) = call.value("x"), text.contains("{") {
                return .string(try TextTemplate.filled(text, values, try call.record("fields")))
            }
            guard values.count == 1, case .string(let specification) = values[0] else {
                throw call.failure("values", takes: "a format such as \".2f\"")
            }
            return .string(try FormatSpecification(specification).apply(to: call.value("x")))
        },
    ]

    private static func stripped(
        _ name: String, _ place: String, example: String, start: Bool, end: Bool
    ) -> Builtin {
        Builtin(
            "\(name)(text, characters=none)", .text, "Without white space \(place), or without some characters there.",
            example: example
        ) { call in
            let characters = try call.optionalString("characters").map { Set($0.unicodeScalars) }
            var count = 0
            func isLeftOut(_ scalar: Unicode.Scalar) throws -> Bool {
                count += 1
                if count & 0xFFFF == 0 { try Interrupt.check() }
                return characters.map { $0.contains(scalar) } ?? scalar.properties.isWhitespace
            }
            var rest = try call.string("text").unicodeScalars[...]
            if start { rest = try rest.drop(while: isLeftOut) }
            while end, let last = rest.last, try isLeftOut(last) { rest.removeLast() }
            return .string(String(rest))
        }
    }

    private static func found(_ name: String, isLast: Bool, example: String) -> Builtin {
        Builtin(
            "\(name)(text, part, start=0)", .text,
            "Where a part is in a text for the \(isLast ? "last" : "first") time; -1 where it is not.",
            details: "The text from `start` on is searched. By a regular expression: `search(text, pattern)`.",
            example: example
        ) { call in
            let (text, part) = (try call.string("text"), try call.string("part"))
            let given = try call.integer("start")
            let count = try text.characterCount()
            let start = given < 0 ? max(given + count, 0) : given
            guard start <= count else { return .integer(-1) }
            return .integer(try text.place(of: part, start..<count, isLast: isLast) ?? -1)
        }
    }

    private static func padded(
        _ name: String, _ place: String, example: String,
        left: @escaping @Sendable (_ missing: Int, _ width: Int) -> Int
    ) -> Builtin {
        Builtin(
            "\(name)(text, width, fill=\" \")", .text, "The text \(place) of a width that `fill` fills.",
            example: example
        ) { call in
            let (text, fill) = (try call.string("text"), try call.string("fill"))
            guard fill.unicodeScalars.count == 1 else { throw call.failure("fill", takes: "one character") }
            let width = try call.width()
            let missing = max(width - text.unicodeScalars.count, 0)
            try ListLength.checkBytes(text.utf8.count + missing * fill.utf8.count)
            let before = left(missing, width)
            let (start, end) = (
                String(repeating: fill, count: before), String(repeating: fill, count: missing - before)
            )
            return .string(start + text + end)
        }
    }

    private static func test(
        _ name: String, _ what: String, example: String, _ holds: @escaping @Sendable (Character) -> Bool
    ) -> Builtin {
        Builtin("\(name)(text)", .text, "Whether \(what), and there is one.", example: example) { call in
            let text = try call.string("text")
            let isTrue = !text.isEmpty && text.unicodeScalars.untilInterrupt.allSatisfy { holds(Character($0)) }
            try Operators.checkInterrupt()
            return .boolean(isTrue)
        }
    }

    private static func casing(
        _ name: String, _ kind: String, example: String, _ holds: @escaping @Sendable (Character) -> Bool
    ) -> Builtin {
        Builtin("\(name)(text)", .text, "Whether all letters are \(kind), and there is one.", example: example) {
            call in
            let cased = try call.string("text").unicodeScalars.untilInterrupt.map { Character($0) }
                .filter { $0.isCased }
            let isTrue = !cased.isEmpty && cased.untilInterrupt.allSatisfy(holds)
            try Operators.checkInterrupt()
            return .boolean(isTrue)
        }
    }
}

extension Call {
    /// The elements to join. A text alone is refused: its characters are `list(text)`.
    fileprivate func parts(_ parameter: String) throws -> [Value] {
        let value = value(parameter)
        if let elements = try value.elements { return elements }
        switch value {
        case .record, .tensor: return try Builtin.allElements(value)
        case .object(let object) where value.instance != nil || object is IteratorObject:
            return try Builtin.allElements(value)
        default: throw failure(parameter, takes: "what a loop can go through")
        }
    }

    /// A text to look for.
    fileprivate func part(_ parameter: String) throws -> String {
        let part = try string(parameter)
        guard !part.isEmpty else { throw failure(parameter, takes: "a string that is not empty") }
        return part
    }

    /// One text, or several of which any will do.
    fileprivate func alternatives(_ parameter: String) throws -> [String] {
        try value(parameter).asString.map { [$0] } ?? strings(parameter)
    }

    fileprivate func width() throws -> Int {
        let width = max(try integer("width"), 0)
        try ListLength.checkBytes(width)
        return width
    }

    /// The parts of a text between separators, or between white space where none is given.
    ///
    /// - Parameter most: How often it is cut at most.
    func parts(of text: String, separator parameter: String, atMost most: Int? = nil) throws -> [String] {
        guard has(parameter) else {
            if most == nil, let words = try text.plainWords {
                try ListLength.check(words.count)
                return words
            }
            // What is left behind the last cut begins with a word, as in Python.
            var count = 0
            let parts = try text.split(maxSplits: min(most ?? .max, ListLength.most + 1)) { character in
                count += 1
                if count & 0xFFFF == 0 { try Interrupt.check() }
                return character.isWhitespace
            }
            try ListLength.check(parts.count)
            return try parts.enumerated().map { index, part in
                if index & 0xFFFF == 0 { try Interrupt.check() }
                return String(index == most ? part.drop(while: \.isWhitespace) : part)
            }.filter { !$0.isEmpty }
        }
        return try ByteSearch(part(parameter)).parts(of: text, atMost: most).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

extension String {
    /// Its lines without what ends them.
    func lines(whereEnd isEnd: (Character) -> Bool) throws -> [String] {
        var count = 0
        var lines = try split(maxSplits: ListLength.most + 1, omittingEmptySubsequences: false) { character in
            count += 1
            if count & 0xFFFF == 0 { try Interrupt.check() }
            return isEnd(character)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        try ListLength.check(lines.count)
        return try lines.mapUntilInterrupt { String($0) }
    }

    /// Where a part is among the characters of a range for the first or the last time.
    func place(of part: String, _ range: Range<Int>, isLast: Bool = false) throws -> Int? {
        guard !part.isEmpty else { return isLast ? range.upperBound : range.lowerBound }
        let start = unicodeScalars.index(startIndex, offsetBy: range.lowerBound)
        let bytes = Array(self[start..<unicodeScalars.index(start, offsetBy: range.count)].utf8)
        // Bytes before it as characters.
        return try ByteSearch(part).place(in: bytes, isLast: isLast).map {
            try range.lowerBound + String(decoding: bytes[..<$0], as: UTF8.self).characterCount()
        }
    }

    /// How many scalars of Unicode it has, which are its characters as in Python.
    func characterCount() throws -> Int {
        if isPlain { return utf8.count }
        var count = 0
        for _ in unicodeScalars.untilInterrupt { count += 1 }
        try Operators.checkInterrupt()
        return count
    }

    /// What a function makes of it that looks at each scalar alone; an interrupt stops it.
    func mapPieces(_ transform: (Substring) -> String) throws -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            try Interrupt.check()
            let end = rest.utf8.index(rest.startIndex, offsetBy: 1 << 16, limitedBy: rest.endIndex) ?? rest.endIndex
            // Up to the start of a scalar.
            let piece = rest[..<unicodeScalars.index(after: unicodeScalars.index(before: end))]
            result += transform(piece)
            rest = rest[piece.endIndex...]
        }
        return result
    }
}

extension Value {
    /// A text that takes no time worth asking for interrupts.
    fileprivate var shortString: String? {
        if case .string(let text) = self, text.utf8.count <= 4096 { text } else { nil }
    }
}
