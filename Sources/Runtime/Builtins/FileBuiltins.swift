import Datasets
import TensorCore

extension Builtin {
    static let files: [Builtin] = [
        Builtin(
            "read(path, encoding=none)", .files, "The text of a file, plain or .gz.",
            details: """
                UTF-8, or UTF-16 where the file begins with its mark; encoding="latin-1" or "utf-16" says what else it is. Line ends
                are "\\n", whatever program wrote them. Data is read by `load`.
                """,
            example: "save \"one\\ntwo\\n\" \"/tmp/example.txt\"\nread(\"/tmp/example.txt\")"
        ) { call in .string(try call.fileText()) },
        Builtin(
            "lines(path, encoding=none)", .files, "The lines of a file of text, without what ends them.",
            details: "Of a text at hand: `splitlines(text)`. Encodings are those of `read`.",
            example: "save [\"one\", \"two\"] \"/tmp/example.txt\"\nlines(\"/tmp/example.txt\")"
        ) { call in .strings(try call.fileText().lines { $0 == "\n" }) },
        Builtin(
            "exists(path)", .files, "Whether there is a file or folder; with a `/` at the end, a folder.",
            example: "exists(\"no/such/file\")"
        ) { call in .boolean(try pathExists(call.string("path"))) },
        Builtin(
            "files(pattern)", .files, "The paths that a pattern fits, in order: files and folders.",
            details: """
                `*` is any part of a name, `?` one character, `[a-z]` one of some, `**` any folders: files("data/**/*.png"). Of the
                path of a folder: what is in it.
                """,
            example: "files(\"*.no_such_ending\")"
        ) { call in
            let paths = try PathPattern.paths(try call.string("pattern"), most: ListLength.most + 1)
            try ListLength.check(paths.count)
            return .strings(paths)
        },
        Builtin(
            "make_folder(path)", .files, "Makes a folder, and those around it; a folder that exists stays as it is.",
            example: "make_folder(\"/tmp/example_folder\")\nexists(\"/tmp/example_folder/\")"
        ) { call in
            try Folder.require(call.string("path"))
            return .none
        },
        Builtin(
            "path_join(*parts)", .files, "A path of its parts, with `/` between.",
            example: "path_join(\"data\", \"train\", \"0.png\")"
        ) { call in
            var path = ""
            for part in try call.strings("parts") {
                path = part.hasPrefix("/") || path.isEmpty ? part : path + (path.hasSuffix("/") ? "" : "/") + part
            }
            return .string(path)
        },
        Builtin(
            "basename(path)", .files, "The last part of a path.", example: "basename(\"data/train/0.png\")"
        ) { call in
            let path = try call.string("path")
            return .string(path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path)
        },
        Builtin(
            "dirname(path)", .files, "A path without its last part.", example: "dirname(\"data/train/0.png\")"
        ) { call in
            let path = try call.string("path")
            guard let slash = path.lastIndex(of: "/") else { return .string("") }
            let head = path[...slash]
            let end = head.lastIndex { $0 != "/" }
            return .string(String(end.map { head[...$0] } ?? head))
        },
        Builtin(
            "splitext(path)", .files, "A path without its ending, and the ending with its point.",
            example: "splitext(\"data/0.png\")"
        ) { call in
            let path = try call.string("path")
            let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
            guard let point = name.lastIndex(of: "."), name[..<point].contains(where: { $0 != "." }) else {
                return .strings([path, ""])
            }
            return .strings([String(path[..<point]), String(path[point...])])
        },
        Builtin(
            "to_json(value, indent=false, spaced=false, ascii=false)", .files,
            "A value as JSON; with `indent`, a line for each part.",
            details:
                "Tensors become lists in lists, tables lists of records. `save value \"x.json\"` writes it to a file.",
            example: "to_json({lr=0.1, sizes=[1, 2]})"
        ) { call in
            call.interpreter.noteText(of: call.value("value"))
            let json = try call.value("value").plainJSON()
            let isIndented = try call.boolean("indent")
            let written = try json.stoppableText(isDocument: isIndented, isSpaced: call.boolean("spaced"))
            var text = isIndented ? String(written.dropLast()) : written
            if try call.boolean("ascii") { text = text.inASCII }
            try ListLength.checkBytes(text.utf8.count)
            return .string(text)
        },
        Builtin(
            "from_json(text)", .files, "The value that a text in JSON is.",
            example: "from_json('{\"lr\": 0.1, \"sizes\": [1, 2]}').sizes"
        ) { call in
            try call.interpreter.checkNoTextIsReadBack()
            return try Value(parsing: call.string("text"), called: "the text")
        },
        Builtin(
            "encode(x, text=none)", .files,
            "The bytes of a text in UTF-8; or, by a vocabulary, the numbers of its tokens.",
            details: """
                encode(vocabulary, text) gives an int64 tensor, and of a list of texts a list of them. A token that is not in the
                vocabulary is an error, unless there is one for unknown tokens.
                """,
            example: "encode(\"né\")\nv = vocabulary(\"hello\")\nencode(v, \"hole\")"
        ) { call in try encoded(call) },
        Builtin(
            "decode(x, tokens=none)", .files,
            "The text of bytes in UTF-8; or, by a vocabulary, of the numbers of tokens.",
            details: "decode(vocabulary, tokens) gives a text for a row of numbers, a list of texts for several rows.",
            example: "decode([110, 195, 169])\nv = vocabulary(\"hello\")\ndecode(v, [1, 0, 2])"
        ) { call in try decoded(call) },
    ]
}

extension Call {
    /// Refuses to replace a file that dls did not write, unless `overwrite` says so.
    func checkMayReplace(_ path: String) throws {
        if try !boolean("overwrite") { try FileAccess.checkMayReplace(path) }
    }

    /// The text of the file at `path`.
    func fileText() throws -> String {
        var encoding: TextEncoding?
        if let name = try optionalString("encoding") {
            guard let known = TextEncoding(name: name) else {
                throw failure("encoding", takes: "\"utf-8\", \"utf-16\" or \"latin-1\"")
            }
            encoding = known
        }
        return try TextFile.read(try string("path"), encoding: encoding, mostBytes: ListLength.mostBytes)
    }
}

extension String {
    /// A text in JSON with other letters than those of ASCII by their numbers, as Python writes them.
    fileprivate var inASCII: String {
        escaping { scalar in
            if scalar.isASCII { return nil }
            return String(scalar).utf16.map { "\\u" + hexadecimalText(UInt64($0), digits: 4) }.joined()
        }
    }
}
