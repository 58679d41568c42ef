import TensorCore

extension Builtin {
    static let text: [Builtin] = [
        Builtin("upper(text)", .text, "In capital letters.", example: "upper(\"abc\")") { call in
            .string(try call.string("text").uppercased())
        },
        Builtin("lower(text)", .text, "In small letters.", example: "lower(\"ABC\")") { call in
            .string(try call.string("text").lowercased())
        },
        Builtin("strip(text)", .text, "Without white space at its ends.", example: "strip(\"  a b  \")") { call in
            .string(try call.string("text").trimmed)
        },
        Builtin(
            "replace(text, old, new)", .text, "With every `old` replaced by `new`.",
            example: "replace(\"a-b-c\", \"-\", \"+\")"
        ) { call in
            let old = try call.string("old")
            guard !old.isEmpty else { throw call.failure("old", takes: "a string that is not empty") }
            return .string(try ByteSearch(old).replacing(in: call.string("text"), by: call.string("new")))
        },
        Builtin(
            "words(text, separator=none)", .text, "The parts between separators, or between white space.",
            details: "`split` divides data sets; this is Python's `str.split`.", example: "words(\"a,b,c\", \",\")"
        ) { call in
            let text = try call.string("text")
            guard let separator = try call.optionalString("separator") else {
                return .strings(text.split(whereSeparator: \.isWhitespace).map { String($0) })
            }
            guard !separator.isEmpty else { throw call.failure("separator", takes: "a string that is not empty") }
            return .strings(try ByteSearch(separator).parts(of: text).map { String(decoding: $0, as: UTF8.self) })
        },
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
            var text = ""
            // From the separator as in Python too: `", ".join(xs)`.
            let isFromSeparator = call.value("x").asString != nil && call.value("with").isList
            let separator = try call.string(isFromSeparator ? "x" : "with")
            for (index, element) in try call.list(isFromSeparator ? "with" : "x").enumerated() {
                if Interrupt.isRequested { throw Failure.interrupted }
                call.interpreter.noteText(of: element)
                let part = try element.printedText(call.interpreter.printStyle)
                try ListLength.checkBytes(text.utf8.count + separator.utf8.count + part.utf8.count)
                text += index == 0 ? part : separator + part
            }
            return .string(text)
        },
        Builtin(
            "starts_with(text, part)", .text, "Whether the text begins so.", example: "starts_with(\"conv1\", \"conv\")"
        ) { call in .boolean(try call.string("text").hasPrefix(try call.string("part"))) },
        Builtin("ends_with(text, part)", .text, "Whether the text ends so.", example: "ends_with(\"a.dls\", \".dls\")")
        {
            call in .boolean(try call.string("text").hasSuffix(try call.string("part")))
        },
        Builtin(
            "format(x, spec)", .text, "A value by Python's format specification.", example: "format(0.12345, \".2%\")"
        ) { call in
            call.interpreter.noteText(of: call.value("x"))
            return .string(try FormatSpecification(call.string("spec")).apply(to: call.value("x")))
        },
    ]
}
