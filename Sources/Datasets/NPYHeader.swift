import TensorCore

/// What the header of a .npy file says: a Python dictionary such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader {
    var element: ForeignElement
    var isBigEndian: Bool
    var isColumnMajor: Bool
    var shape: [Int]
}

extension NPYHeader {
    /// Reads the header's text.
    ///
    /// - Throws: `DatasetError.Problem` that says what is wrong with it.
    init(text: [UInt8]) throws(HeaderProblem) {
        var parser = HeaderParser(text: text)
        var description: String?
        var isColumnMajor: Bool?
        var shape: [Int]?
        try parser.expect("{")
        while !parser.takes("}") {
            let key = try parser.string()
            try parser.expect(":")
            switch key {
            case "descr":
                guard parser.nextIsQuote else {
                    throw HeaderProblem(
                        .unsupported(
                            what: "an array of records (several fields in one element)",
                            instead: "in Python, save each field as an array of its own"))
                }
                description = try parser.string()
            case "fortran_order": isColumnMajor = try parser.boolean()
            case "shape": shape = try parser.shape()
            default: throw HeaderProblem(reason: "it has the unknown field '\(key)'")
            }
            if !parser.takes(",") {
                try parser.expect("}")
                break
            }
        }
        guard parser.isAtEnd else { throw HeaderProblem(reason: "text follows its closing brace") }
        guard let description, let isColumnMajor, let shape else {
            throw HeaderProblem(reason: "one of 'descr', 'fortran_order' and 'shape' is missing")
        }
        (element, isBigEndian) = try NPYHeader.element(description)
        self.isColumnMajor = isColumnMajor
        self.shape = shape
    }

    private static let elements: [String: ForeignElement] = [
        "b1": .bool, "u1": .uint8, "i1": .int8, "i2": .int16, "u2": .uint16, "i4": .int32, "u4": .uint32, "i8": .int64,
        "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]

    private static func element(_ description: String) throws(HeaderProblem) -> (ForeignElement, Bool) {
        let order = description.first
        if let element = elements[String(description.dropFirst())], let order, "<>|=".contains(order) {
            return (element, order == ">")
        }
        switch description.dropFirst().first {
        case "O": throw HeaderProblem(.pickled)
        case "U", "S", "a":
            throw HeaderProblem(
                .unsupported(what: "an array of strings", instead: "in Python, save numbers, such as class indices"))
        case "c":
            throw HeaderProblem(
                .unsupported(what: "an array of complex numbers", instead: "in Python, save x.real and x.imag"))
        case "M", "m":
            throw HeaderProblem(
                .unsupported(what: "an array of dates", instead: "in Python, save x.astype('int64')"))
        case "f":
            throw HeaderProblem(
                .unsupported(
                    what: "the element type '\(description)'", instead: "in Python, save x.astype(numpy.float64)"))
        default: throw HeaderProblem(reason: "the element type '\(description)' is unknown")
        }
    }
}

/// What is wrong with a header.
struct HeaderProblem: Error {
    let problem: DatasetError.Problem

    init(_ problem: DatasetError.Problem) { self.problem = problem }

    init(reason: String) { problem = .badHeader(format: "npy", reason: reason) }
}

/// The little of Python's literals that stands in headers.
private struct HeaderParser {
    private let text: [UInt8]
    private var position = 0

    init(text: [UInt8]) { self.text = text }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
    }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == text.count
        }
    }

    var nextIsQuote: Bool {
        mutating get {
            skipSpace()
            return position < text.count && (text[position] == 0x27 || text[position] == 0x22)
        }
    }

    mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, UInt32(text[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(HeaderProblem) {
        guard takes(character) else { throw HeaderProblem(reason: "'\(character)' is missing at its byte \(position)") }
    }

    mutating func string() throws(HeaderProblem) -> String {
        guard nextIsQuote else { throw HeaderProblem(reason: "a string is missing at its byte \(position)") }
        let quote = text[position]
        guard let end = text[(position + 1)...].firstIndex(of: quote) else {
            throw HeaderProblem(reason: "a string does not end")
        }
        defer { position = end + 1 }
        return String(decoding: text[position + 1..<end], as: UTF8.self)
    }

    mutating func boolean() throws(HeaderProblem) -> Bool {
        skipSpace()
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw HeaderProblem(reason: "True or False is missing at its byte \(position)")
    }

    mutating func shape() throws(HeaderProblem) -> [Int] {
        var sizes: [Int] = []
        try expect("(")
        while !takes(")") {
            sizes.append(try size())
            guard sizes.count <= 64 else { throw HeaderProblem(reason: "it has more than 64 axes") }
            if !takes(",") {
                try expect(")")
                break
            }
        }
        return sizes
    }

    private mutating func size() throws(HeaderProblem) -> Int {
        skipSpace()
        let digits = text[position...].prefix { (0x30...0x39).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw HeaderProblem(reason: "a size of its shape is not a whole number from 0 on")
        }
        position += digits.count
        // Python 2 wrote its long integers as 3L.
        _ = takes("L")
        return value
    }
}
