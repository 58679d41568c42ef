import Language
import Runtime

/// What Tab offers at a place in a line.
package struct Completion: Equatable {
    package enum Kind: String { case name, field, method, argument, file, word }

    package let text: String
    package let kind: Kind
}

package struct CompletionResult {
    /// The byte offset at which the completed word starts.
    package let start: Int
    package let candidates: [Completion]

    package static func none(at offset: Int) -> CompletionResult { CompletionResult(start: offset, candidates: []) }
}

extension Session {
    /// The names, fields, arguments or files that can stand at a byte offset of a text.
    ///
    /// No code is run: fields are those of values that are there already.
    ///
    /// - Parameter names: What the text itself defines, where it has not run.
    package func complete(_ text: String, at offset: Int, names own: [String] = []) -> CompletionResult {
        let bytes = Array(Array(text.utf8).prefix(offset))
        if let (quote, isText) = CompletionContext.openString(bytes) {
            if isText { return .none(at: offset) }
            if let choices = choices(before: quote, bytes) {
                return result(quote, String(decoding: bytes[quote...], as: UTF8.self), choices)
            }
            return CompletionResult(start: quote, candidates: files(String(decoding: bytes[quote...], as: UTF8.self)))
        }
        let start = CompletionContext.wordStart(bytes)
        let prefix = String(decoding: bytes[start...], as: UTF8.self)
        if bytes.first == UInt8(ascii: "?") {
            let help = interpreter.builtins.names + HelpTopic.allCases.map(\.rawValue)
            return result(start, prefix, help.map { Completion(text: $0, kind: .name) })
        }
        if start > 0, bytes[start - 1] == UInt8(ascii: ".") {
            return result(start, prefix, fields(before: start - 1, bytes, in: text))
        }
        var candidates: [Completion] = []
        if let callee = CompletionContext.openCall(bytes, before: start), !CompletionContext.isAfterLabel(bytes, start)
        {
            candidates += arguments(of: callee)
        }
        if candidates.isEmpty, prefix.isEmpty { return .none(at: offset) }
        var names = (interpreter.module.definedNames + own).filter { !$0.hasPrefix("_") }
        // Where nothing is typed yet, the few arguments would drown in all that there is.
        if !prefix.isEmpty { names += interpreter.builtins.names + CompletionContext.words }
        candidates += Set(names).map { Completion(text: $0, kind: .name) }
        return result(start, prefix, candidates)
    }

    private func result(_ start: Int, _ prefix: String, _ candidates: [Completion]) -> CompletionResult {
        CompletionResult(
            start: start,
            candidates: candidates.filter { $0.text.hasPrefix(prefix) }
                .sorted { ($0.kind == .argument ? 0 : 1, $0.text) < ($1.kind == .argument ? 0 : 1, $1.text) })
    }

    private func fields(before dot: Int, _ bytes: [UInt8], in text: String) -> [Completion] {
        let start = CompletionContext.receiverStart(bytes, endingAt: dot)
        let name = CompletionContext.dottedName(bytes, endingAt: dot)
        let isName = bytes[start..<dot].allSatisfy { CompletionContext.isNameByte($0) || $0 == 0x2E }
        if isName, let first = name.first, module[first] != nil, let value = value(of: name) {
            return fields(of: value)
        }
        let source = CompletionContext.written(text, from: dot, to: bytes.count)
        let receiver = Parser.parse(SourceText(name: "receiver", bytes: Array(bytes[start..<dot]))).block.statements
        if receiver.count == 1, case .expression(let expression) = receiver[0].kind {
            let known = interpreter.standIn(
                for: expression, behind: Parser.parse(source).block.statements, of: source, at: start)
            let names = known.names.map { Completion(text: $0, kind: .field) }
            if let value = known.value { return names + fields(of: value) }
            if !names.isEmpty { return names }
        }
        return isName ? value(of: name).map(fields) ?? [] : []
    }

    private func fields(of value: Value) -> [Completion] {
        let methods: [String] =
            switch value {
            case .tensor: tensorMethods
            case .list, .range:
                tensorMethods + [
                    "append", "extend", "insert", "pop", "remove", "index", "count", "reverse", "clear", "sort",
                ]
            case .object(let object): methods(of: object)
            case .string: interpreter.builtins.all.filter { $0.topic == .text }.map(\.name)
            case .record: ["keys", "values", "items", "get", "pop", "remove", "update", "setdefault", "clear"]
            case .set: ["add", "remove", "discard", "update", "union", "intersection", "difference", "clear"]
            default: []
            }
        let fields = Set(value.fieldNames)
        return fields.map { Completion(text: $0, kind: .field) }
            + Set(methods).subtracting(fields).map { Completion(text: $0, kind: .method) }
    }

    private func methods(of object: RuntimeObject) -> [String] {
        let topics: [HelpTopic]
        let others: [String]
        switch object {
        case is TableObject: (topics, others) = ([.tables], ["where", "join", "len", "plot"])
        case is DatasetObject: (topics, others) = ([], ["take", "split", "shuffle", "batches", "normalize", "len"])
        case is ModuleObject:
            (topics, others) = ([], ["train", "evaluate", "predict", "summary", "cost", "clone", "parameters"])
        default: return []
        }
        let known = Set(interpreter.builtins.names)
        return Set(
            interpreter.builtins.all.filter { topics.contains($0.topic) && $0.name != "table" }.map(\.name) + others
        )
        .filter(known.contains).sorted()
    }

    private var tensorMethods: [String] {
        interpreter.builtins.all.filter { [.shapes, .math, .reductions, .algebra].contains($0.topic) }.map(\.name)
    }

    /// The value of `a.b.c` without running anything.
    func value(of parts: [String]) -> Value? {
        guard let first = parts.first, var value = module[first] ?? interpreter.builtins.value(first) else {
            return nil
        }
        for part in parts.dropFirst() {
            guard let field = try? value.field(part) else { return nil }
            value = field
        }
        return value
    }

    private func arguments(of callee: [String]) -> [Completion] {
        function(called: callee)?.signature.namedParameters.map { Completion(text: $0 + "=", kind: .argument) } ?? []
    }

    /// The function of a name; a method is the function of its name.
    func function(called callee: [String]) -> Function? {
        if let value = value(of: callee), case .function(let found) = value { return found }
        // What a variable of the script hides is not called.
        if callee.count == 1, module[callee[0]] != nil { return nil }
        if let last = callee.last, case .function(let found) = interpreter.builtins.value(last) { return found }
        return nil
    }

    /// The words that an argument takes, where a string begins as its value: `kind="`.
    private func choices(before start: Int, _ bytes: [UInt8]) -> [Completion]? {
        let end = start - 2
        guard end > 0, bytes[end] == UInt8(ascii: "=") else { return nil }
        let name = CompletionContext.wordStart(Array(bytes[..<end]))
        guard name < end, let callee = CompletionContext.openCall(bytes, before: name),
            case .function(let function)? = value(of: callee) ?? callee.last.flatMap(interpreter.builtins.value),
            case .builtin(let builtin) = function.body
        else { return nil }
        let argument = String(decoding: bytes[name..<end], as: UTF8.self)
        guard function.signature.namedParameters.contains(argument) else { return nil }
        let words = ArgumentText.standard.choices(of: argument, builtin)
        let quote = String(decoding: bytes[(start - 1)..<start], as: UTF8.self)
        return words.isEmpty ? nil : words.map { Completion(text: $0 + quote, kind: .word) }
    }

    private func files(_ typed: String) -> [Completion] {
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let prefix = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let path = folder.isEmpty ? "." : folder
        return FolderListing.names(in: path)
            .filter { $0.hasPrefix(prefix) && (prefix.hasPrefix(".") || !$0.hasPrefix(".")) }
            .map { Completion(text: folder + $0, kind: .file) }
            .sorted { $0.text < $1.text }
    }
}

/// What stands before the cursor, read from the bytes alone.
enum CompletionContext {
    static let words = [
        "and", "or", "not", "in", "if", "else", "for", "while", "break", "continue", "return", "fn", "model", "param",
        "sweep", "step", "import", "try", "catch", "finally", "assert", "true", "false", "none", "class", "self",
    ]

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39)
            || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    static func wordStart(_ bytes: [UInt8]) -> Int {
        var start = bytes.count
        while start > 0, isNameByte(bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Where the text of a string that is still open starts, and whether it is one of several lines.
    static func openString(_ bytes: [UInt8]) -> (start: Int, isText: Bool)? {
        var quote: UInt8?
        var isText = false
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let isTriple =
                byte == UInt8(ascii: "\"") && bytes[index...].starts(with: [UInt8](repeating: byte, count: 3))
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
                    index += 1
                } else if byte == open, isTriple || !isText {
                    quote = nil
                    if isText { index += 2 }
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                isText = isTriple
                if isText { index += 2 }
                start = index + 1
            } else if byte == UInt8(ascii: "#") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            }
            index += 1
        }
        return quote == nil ? nil : (start, isText)
    }

    /// The names of `a.b.c` that ends at an offset.
    static func dottedName(_ bytes: [UInt8], endingAt end: Int) -> [String] {
        var start = end
        while start > 0, isNameByte(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: ".") { start -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self).split(separator: ".").map { String($0) }
    }

    /// A text without the word that is being typed, and with the brackets that are still open there closed.
    static func written(_ text: String, from start: Int, to end: Int) -> SourceText {
        var bytes = Array(text.utf8)
        for index in start..<end { bytes[index] = UInt8(ascii: " ") }
        let source = SourceText(name: "input", bytes: bytes)
        guard case .incomplete = Parser.parse(source).completeness else { return source }
        let closing: [Token.Kind: UInt8] = [
            .leftParenthesis: UInt8(ascii: ")"), .leftBracket: UInt8(ascii: "]"), .leftBrace: UInt8(ascii: "}"),
        ]
        var open: [UInt8] = []
        let head = SourceText(name: "input", bytes: Array(bytes[..<start]))
        for token in Lexer.tokenize(head).tokens {
            if let sign = closing[token.kind] {
                open.append(sign)
            } else if head.bytes[Int(token.start)..<Int(token.end)].elementsEqual(open.suffix(1)), !open.isEmpty {
                open.removeLast()
            }
        }
        return SourceText(name: "input", bytes: head.bytes + [UInt8(ascii: "\n")] + open.reversed())
    }

    /// Where the value begins that ends at an offset: names, calls and indices that points join, or a text.
    static func receiverStart(_ bytes: [UInt8], endingAt end: Int) -> Int {
        let closing = Array(")]}".utf8)
        let opening = Array("([{".utf8)
        var start = end
        var depth = 0
        while start > 0 {
            let byte = bytes[start - 1]
            if closing.contains(byte) {
                depth += 1
            } else if opening.contains(byte) {
                guard depth > 0 else { break }
                depth -= 1
            } else if depth == 0, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                guard let other = bytes[..<(start - 1)].lastIndex(of: byte) else { break }
                start = other
                break
            } else if depth == 0, !isNameByte(byte), byte != UInt8(ascii: ".") {
                break
            }
            start -= 1
        }
        return start
    }

    /// The function whose arguments the cursor is in: the innermost open bracket's, or the line's command.
    static func openCall(_ bytes: [UInt8], before end: Int) -> [String]? {
        openArguments(bytes, before: end)?.callee
    }

    /// The same, with the byte offset at which its arguments begin.
    static func openArguments(_ bytes: [UInt8], before end: Int) -> (callee: [String], start: Int)? {
        let pairs: [Token.Kind: Token.Kind] = [
            .rightParenthesis: .leftParenthesis, .rightBracket: .leftBracket, .rightBrace: .leftBrace,
        ]
        var open: [Token] = []
        var start = 0
        for token in Lexer.tokenize(SourceText(name: "input", bytes: Array(bytes[..<end]))).tokens {
            if pairs.values.contains(token.kind) {
                open.append(token)
            } else if let other = pairs[token.kind], open.last?.kind == other {
                open.removeLast()
            }
            if [.leftBrace, .rightBrace, .semicolon].contains(token.kind) { start = token.span.end }
        }
        // Inside brackets lines go on.
        if let bracket = open.last, bracket.kind != .leftBrace {
            let index = bracket.span.start
            guard bracket.kind == .leftParenthesis, index > 0, isNameByte(bytes[index - 1]) else { return nil }
            return (dottedName(bytes, endingAt: index), index + 1)
        }
        start = min(start, end)
        start = bytes[start..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? start
        return command(Array(bytes[start..<end])).map { ($0.callee, end - $0.argumentByteCount) }
    }

    /// Which argument a text of arguments ends in, from 0, and its name if it has one.
    ///
    /// - Parameter isCommand: Whether white space separates them.
    static func lastArgument(_ bytes: ArraySlice<UInt8>, isCommand: Bool) -> (index: Int, label: String?) {
        let (blank, comma) = (UInt8(ascii: " "), UInt8(ascii: ","))
        let operators = Array("+-*/%@<>=&|,".utf8)
        var depth = 0
        var quote: UInt8?
        var argument = 0
        var start = bytes.startIndex
        for index in bytes.indices {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case comma where depth == 0:
                argument += 1
                start = index + 1
            case blank where depth == 0 && isCommand && index > start:
                let next = bytes[index...].first { $0 != blank }
                guard !operators.contains(bytes[index - 1]), bytes[index - 1] != blank,
                    next.map(operators.contains) != true
                else { continue }
                argument += 1
                start = index + 1
            default: break
            }
        }
        let text = bytes[start...].drop { $0 == blank || $0 == UInt8(ascii: "\n") }
        let name = text.prefix { isNameByte($0) }
        let isLabel = !name.isEmpty && text[name.endIndex...].first == UInt8(ascii: "=")
        return (argument, isLabel ? String(decoding: name, as: UTF8.self) : nil)
    }

    /// The command that a line starts with, on its own or behind `name =`.
    private static func command(_ line: [UInt8]) -> (callee: [String], argumentByteCount: Int)? {
        var text = String(decoding: line, as: UTF8.self)[...].drop { $0 == " " || $0 == "\t" }
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let behind = text[name.endIndex...].drop { $0 == " " }
        if behind.first == "=", behind.dropFirst().first != "=" {
            text = behind.dropFirst().drop { $0 == " " }
        }
        let command = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        let rest = text[command.endIndex...]
        guard !command.isEmpty, rest.first == " ", !words.contains(String(command)) else { return nil }
        return (command.split(separator: ".").map { String($0) }, rest.dropFirst().utf8.count)
    }

    /// Whether a value of `name=` is being typed.
    static func isAfterLabel(_ bytes: [UInt8], _ start: Int) -> Bool {
        start > 0 && bytes[start - 1] == UInt8(ascii: "=")
    }
}
