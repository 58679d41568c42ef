import Figures
import Foundation
import Glibc
import Language
import Runtime
import Session
import TensorCore
import Testing

@Suite(.serialized) struct CompletionTests {
    let session = Session(sink: Recorder())

    private func candidates(_ text: String) -> [String] {
        session.complete(text, at: text.utf8.count).candidates.map(\.text)
    }

    @Test func names() {
        _ = session.executeInput("learning_rate = 0.1")
        #expect(candidates("learning") == ["learning_rate"])
        #expect(candidates("x = soft").contains("softmax"))
        #expect(candidates("f(x, soft").contains("softmax"))
        #expect(candidates("").isEmpty)
    }

    @Test func fieldsOfWhatIsThere() {
        _ = session.executeInput("r = {first=1, second={third=3}}\nt = tensor([1, 2])")
        #expect(candidates("r.").contains("first"))
        #expect(candidates("print r.second.th") == ["third"])
        #expect(candidates("t.sh").contains("shape"))
        #expect(candidates("t.res").contains("reshape"))
        #expect(candidates("missing.x").isEmpty)
        _ = session.executeInput("d = {1: 2, a=3}\ns = set([1])\nxs = [1]")
        #expect(candidates("d.set") == ["setdefault"])
        #expect(candidates("d.a") == ["a"])
        #expect(candidates("s.disc") == ["discard"])
        #expect(candidates("xs.app") == ["append"])
    }

    @Test func wordsThatAnArgumentTakes() {
        #expect(candidates("plot xs kind=\"sc") == ["scatter\""])
        #expect(candidates("train net data optimizer='ada") == ["adadelta'", "adagrad'", "adam'", "adamax'", "adamw'"])
        #expect(candidates("train(net, data, optimizer=\"li") == ["lion\""])
        #expect(!candidates("x = sum(xs, reduction=\"").contains("mean\""))
    }

    @Test func methodsOfTables() {
        _ = session.executeInput("t = table([{loss=1}])")
        #expect(candidates("t.lo") == ["loss"])
        #expect(candidates("t.he") == ["head"])
        #expect(candidates("t.gr") == ["group"])
        #expect(candidates("t.wh") == ["where"])
    }

    @Test func nothingInsideTextsOfSeveralLines() {
        #expect(candidates("x = \"\"\"a \"soft").isEmpty)
        #expect(candidates("x = \"\"\"a\"\"\" + str(\"\") + soft").contains("softmax"))
    }

    @Test func fieldsAndMethodsOfObjects() {
        _ = session.executeInput("class Value(data) { grad = 0; fn scaled(by=2) = data * by }\nv = Value(1)")
        #expect(candidates("v.") == ["data", "grad", "scaled"])
        #expect(candidates("print v.sc") == ["scaled"])
        #expect(candidates("v.scaled(b").contains("by="))
        #expect(candidates("Value(da").contains("data="))
        #expect(candidates("cla").contains("class"))
    }

    @Test func argumentsOfTheCalledFunction() {
        #expect(candidates("train net data ep") == ["epochs="])
        #expect(candidates("run = train net data ep") == ["epochs="])
        #expect(candidates("train(net, data, ep") == ["epochs="])
        #expect(candidates("conv(8, ker") == ["kernel="])
        _ = session.executeInput("fn mine(x, scale=2) { x }")
        #expect(candidates("mine 1 scal") == ["scale="])
        // Before anything is typed, the arguments and what the session has defined, and not all that there is.
        #expect(candidates("lstm 4 ").prefix(3) == ["bias=", "bidirectional=", "dropout="])
        #expect(candidates("lstm 4 ").contains("mine"))
        #expect(!candidates("lstm 4 ").contains("softmax"))
        // Behind `epochs=` a value is wanted, and no other argument.
        #expect(!candidates("train net data epochs=ba").contains("batch="))
    }

    @Test func filesInsideStrings() {
        let source = #filePath
        let folder = source[...(source.lastIndex(of: "/") ?? source.startIndex)]
        #expect(candidates("load \"\(folder)SessionT") == ["\(folder)SessionTests.swift"])
    }

    @Test func helpTopics() {
        #expect(candidates("?soft").contains("softmax"))
    }

    /// What is called, and its parameter at the end of a text.
    private func parameter(_ text: String) -> String? {
        guard let call = session.call(text, at: text.utf8.count), let signature = call.signature else { return nil }
        let index = call.parameter(of: signature, isMethod: call.isMethod)
        let name = index < signature.parameters.count ? signature.parameters[index].name : "-"
        return "\(signature.name) \(name)"
    }

    @Test func parametersOfCalls() {
        _ = session.executeInput("x = tensor([1, 2]); fn half(a, b=2) = a / b; class Pair(left, right) { left = left }")
        for (text, shown) in [
            ("half(", "half a"), ("half(1, ", "half b"), ("half(b=", "half b"), ("half(1, 2, ", "half -"),
            ("half(c=", "half -"), ("Pair(1, ", "Pair right"), ("x.sum(", "sum axis"), ("np.zeros(2, ", "zeros dtype"),
            ("print 1, 2, ", "print values"), ("half(softmax([1, 2], ", "softmax axis"), ("load \"f(x, ", "load path"),
            ("half(\"a, (b", "half a"), ("half(\n  1,\n  ", "half b"),
            ("print \"(\"\nhalf 1, ", "half b"), ("half({a = 1}, ", "half b"), ("map(fn(x) {\n  half 1, ", "half b"),
            ("x[half(1, ", "half b"), ("f(  # half(\n) half(", "half a"), ("load(\"a\", target=\"b c", "load target"),
        ] {
            #expect(parameter(text) == shown, "\(text)")
        }
        _ = session.executeInput("mean = 3")
        for text in ["mean(", "half(1)", "x(", "nothing(", "", "if x"] { #expect(parameter(text) == nil, "\(text)") }
    }

    /// No text and no place in it is too odd.
    @Test func everyOffsetOfOddTexts() {
        for text in ["f(", "x.y.", "\"", "'a\\", "a = [1, {", "# \"", "é.ü(", ")]}", "?", "x = y = ", "\u{0}"] {
            for offset in 0...text.utf8.count {
                _ = session.complete(text, at: offset)
                _ = session.call(text, at: offset)
            }
        }
    }
}

/// Asks to stop when the first run of a sweep is done.
