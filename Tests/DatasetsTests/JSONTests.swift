import Datasets
import Testing

struct JSONTests {
    private func error(_ text: String) throws -> JSONError {
        try #require(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func readsEveryKind() throws {
        let json = try JSON(
            parsing: " { \"a\" : [ 1 , -2.5e3, true,false, null ] ,\n\"b\":{\"c\":\"\\u00e9\\n\\\"\"}}\t")
        #expect(json["a"]?.elements == [.integer(1), .number(-2500), .boolean(true), .boolean(false), .null])
        #expect(json["b"]?["c"]?.asString == "é\n\"")
        #expect(json["c"] == nil)
        #expect(try JSON(parsing: "[]") == .array([]))
        #expect(try JSON(parsing: "{}") == .object([]))
        #expect(try JSON(parsing: "\"\\ud83d\\ude00\"").asString == "😀")
        #expect(try JSON(parsing: "\"\\/\\b\\f\"").asString == "/\u{8}\u{c}")
    }

    @Test(arguments: [
        0, -0.0, 1, 0.1, -1e-300, .leastNonzeroMagnitude, 1.7976931348623157e308, 123456789.123456789, .nan, .infinity,
        -.infinity,
    ]) func numbersComeBackToTheBit(_ number: Double) throws {
        let read = try #require(try JSON(parsing: JSON(number).text).asDouble)
        #expect(read.bitPattern == number.bitPattern || read.isNaN && number.isNaN)
    }

    @Test func wholeNumbersStayWhole() throws {
        #expect(try JSON(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSON(parsing: "9223372036854775808") == .number(9223372036854775808))
        #expect(try JSON(parsing: JSON(UInt64.max).text).asUInt64 == .max)
    }

    @Test(arguments: ["", "plain", "quote \" slash \\ tab \t line \n null \0 bell \u{7}", "ünïcödé 😀", "{\"a\":1}"])
    func textsComeBack(_ text: String) throws {
        #expect(try JSON(parsing: JSON.string(text).text).asString == text)
        #expect(try JSON(parsing: JSON.object([.init(text, .null)]).text).members?.first?.name == text)
    }

    @Test func namesWhatIsWrong() throws {
        #expect(try error("") == JSONError(byte: 0, reason: "it ends where a value is expected", isCutOff: true))
        #expect(try error("{\"a\":1,\"a\":2}") == JSONError(byte: 7, reason: "the name \"a\" stands twice"))
        #expect(try error("[1 2]").reason == "',' or ']' is expected")
        #expect(try error("{\"a\" 1}").reason == "':' is expected")
        #expect(try error("{a:1}").reason == "a name in double quotes is expected")
        #expect(try error("[1,]").reason == "a value is expected")
        #expect(try error("1 1").reason == "something follows the value")
        #expect(try error("tru").reason == "a value is expected")
        #expect(try error("\"abc").reason == "a string does not end")
        #expect(try error("\"a\nb\"").reason == "a control character stands in a string")
        #expect(try error("\"\\x\"").reason == "no such escape")
        #expect(try error("\"\\u12g4\"").reason == "four hexadecimal digits are expected")
        #expect(try error("\"\\ud83d\"").reason == "half of a surrogate pair stands alone")
        #expect(try error("1e999").reason == "the number is too large")
        for text in ["01", "1.", ".5", "-", "+1", "1e", "NaN", "Infinity", "0x1"] { _ = try error(text) }
    }

    @Test func refusesWhatIsNotUTF8() throws {
        for bytes: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]] {
            #expect(throws: JSONError(byte: 0, reason: "a string is not UTF-8")) {
                try JSON(parsing: [0x22] + bytes + [0x22])
            }
        }
    }

    @Test func nestsToALimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(64))
        #expect(try error(nested(65)) == JSONError(byte: 64, reason: "brackets nest too deep"))
        #expect(try error(String(repeating: "[", count: 1_000_000)).reason == "brackets nest too deep")
        #expect(try error(String(repeating: "{\"a\":", count: 1_000_000)).reason == "brackets nest too deep")
    }

    @Test func survivesEveryCutAndManyChanges() throws {
        let text = Array(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},\"x\":[1.5e-3,\"\\u00e9\"]}".utf8)
        for length in 0..<text.count { #expect(throws: JSONError.self) { try JSON(parsing: Array(text[..<length])) } }
        for place in text.indices {
            for byte: UInt8 in [0, 0x22, 0x5c, 0x7b, 0xff] {
                var changed = text
                changed[place] = byte
                _ = try? JSON(parsing: changed)
            }
        }
    }

    @Test func documentsOfPeopleMayHoldMore() throws {
        func document(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), .document) }
        #expect(try document("\u{FEFF}[1]") == .array([.integer(1)]))
        #expect(
            try document("{\"a\":1,\"b\":2,\"a\":3}") == .object([.init("a", .integer(3)), .init("b", .integer(2))]))
        #expect(try document("\"x\\ud83d\"").asString == "x\u{FFFD}")
        #expect(try document("\"\\ud83d\\ude00\"").asString == "😀")
        #expect(try document("1e999") == .number(.infinity))
        #expect(try document("[Infinity,-Infinity]") == .array([.number(.infinity), .number(-.infinity)]))
        #expect(try document("NaN").asDouble?.isNaN == true)
        #expect(try document(JSON.array([.number(-.infinity), .number(.nan)]).text).elements?.count == 2)
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try document(nested(200))
        #expect(throws: JSONError(byte: 200, reason: "brackets nest too deep")) { try document(nested(201)) }
        for text in ["", "[1", "\"abc", "\"\\u12", "{\"a\":", "{\"a\""] {
            #expect(try error(text).isCutOff, "\(text)")
        }
        for text in ["]", "[1}", "\"\\q\"", "[1] 2"] { #expect(try !error(text).isCutOff, "\(text)") }
    }

    @Test func aValueIsFoundByTheStepsToIt() {
        let text = "{\"a\": 1, \"cells\": [ {\"x\": \"]\"},\n  {\"x\": [7, 8]} ]}"
        func rest(_ steps: JSON.Step...) -> String? {
            JSON.byte(of: steps, in: Array(text.utf8)).map { String(decoding: text.utf8.dropFirst($0), as: UTF8.self) }
        }
        #expect(rest() == text)
        #expect(rest(.member("cells"), .element(1), .member("x"), .element(1)) == "8]} ]}")
        #expect(rest(.member("cells"), .element(0)) == "{\"x\": \"]\"},\n  {\"x\": [7, 8]} ]}")
        #expect(rest(.member("cells"), .element(2)) == nil)
        #expect(rest(.member("b")) == nil)
        #expect(rest(.member("a"), .element(0)) == nil)
        #expect(rest(.element(0)) == nil)
    }

    @Test func aDocumentIsIndentedByOne() throws {
        let json = JSON.object([
            .init("a", .array([.integer(1), .object([])])), .init("b", .array([])), .init("c\u{2028}", .null),
        ])
        #expect(json.document == "{\n \"a\": [\n  1,\n  {}\n ],\n \"b\": [],\n \"c\\u2028\": null\n}\n")
        #expect(json.text == "{\"a\":[1,{}],\"b\":[],\"c\\u2028\":null}")
        #expect(try JSON(parsing: json.document) == json)
    }
}
