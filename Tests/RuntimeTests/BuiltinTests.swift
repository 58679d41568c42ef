import Foundation
import Language
import Runtime
import TensorCore
import Testing

@Suite struct BuiltinTests {
    static let names = BuiltinTable.standard.all.map(\.name)

    @Test func namesAndSignaturesAgree() {
        for builtin in BuiltinTable.standard.all {
            let signature = Signature(builtin.signature)
            #expect(signature.name == builtin.name)
            #expect(signature.text == builtin.signature, "as it is read back")
            #expect(builtin.summary.hasSuffix("."), "\(builtin.name)")
            #expect(!builtin.summary.isEmpty)
            #expect(Set(signature.parameters.map(\.name)).count == signature.parameters.count)
        }
        #expect(Set(Self.names).count == Self.names.count)
    }

    /// Arguments that no built-in expects: each call ends in a value or in an error that says how to go on, never in a trap.
    static let odd = [
        "none", "true", "-1", "0", "1e18", "nan", "inf", "0.5", "\"\"", "\"conv\"", "[]", "[[]]", "[1, [2]]", "{}",
        "{a=1}", "zeros([0])", "zeros([0, 3])", "zeros([2, 0, 2])", "tensor(3)", "zeros([2, 3], dtype=\"uint8\")",
        "ones([2, 3])", "ones([1, 1, 4, 4])", "ones([3], dtype=\"bool\")", "arange(3)", "x -> x", "print", "table([])",
        "range(3)", "{1: [2], [3, 4]: none}", "set([1, \"a\"])", "[none]", "[\"a\", \"b\"]", "odd_model", "relu()",
    ]

    /// Built-ins that would end the test, wait, or write files for any string.
    static let skipped: Set<String> = ["quit", "save", "to_csv", "make_folder"]

    @Test(arguments: names.filter { !skipped.contains($0) }) func survivesOddArguments(_ name: String) throws {
        let recorder = Recorder()
        let module = Namespace(name: "odd")
        let interpreter = Interpreter(module: module, sink: recorder)
        let store = TemporaryStore()
        interpreter.runKeeper = store.keeper
        recorder.store = store
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var random = SplitMix(state: seed)
        try evaluate("model odd_model_of() { linear 2 }\nodd_model = odd_model_of()", interpreter, module)
        var calls: [String] = ["\(name)()"] + Self.odd.map { "\(name)(\($0))" }
        for first in Self.odd {
            calls.append("\(name)(\(first), \(Self.odd[random.next(Self.odd.count)]))")
            calls.append(
                "\(name)(\(first), \(Self.odd[random.next(Self.odd.count)]), \(Self.odd[random.next(Self.odd.count)]))")
        }
        let builtin = try #require(BuiltinTable.standard.builtin(name))
        for parameter in Signature(builtin.signature).namedParameters {
            let value = Self.odd[random.next(Self.odd.count)]
            calls.append("\(name)(ones([2, 3]), \(parameter)=\(value))")
            calls.append("\(name)(\(parameter)=\(value))")
        }
        for call in calls {
            do {
                try evaluate(call, interpreter, module)
            } catch let failure as Failure {
                #expect(!failure.diagnostic.message.isEmpty, "\(call), seed \(seed)")
                #expect(
                    !failure.diagnostic.message.contains("Error("),
                    "\(call) shows an error of the insides: \(failure.diagnostic.message)")
            } catch is Quit {
                Issue.record("\(call) quits")
            }
        }
    }

    private func evaluate(_ text: String, _ interpreter: Interpreter, _ module: Namespace) throws {
        let source = SourceText(name: "odd", text: text)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first { throw Failure(diagnostic) }
        for statement in parsed.block.statements {
            let value = try interpreter.run(statement, of: source, in: module)
            _ = try value.display(DisplayStyle())
        }
    }

    @Test func unknownNamesAreSuggested() {
        let (_, failure, _) = run("drpout 0.3")
        #expect(failure?.diagnostic.message == "unknown name `drpout`")
        #expect(failure?.diagnostic.label == "did you mean `dropout`?")
    }

    @Test func everyHelpPageShows() {
        let help = Help(.standard)
        for page in HelpPage.allCases { #expect(help.text(on: page.rawValue)?.isEmpty == false) }
        for topic in HelpTopic.allCases { #expect(help.text(on: topic.rawValue)?.contains(topic.title) == true) }
        for name in Self.names {
            #expect(help.overview.contains(name))
            #expect(help.text(on: name)?.contains(name) == true)
        }
        #expect(help.text(on: "nothing_of_that_name") == nil)
    }

    @Test func hugeTensorsAreRefusedBeforeTheyAreMade() {
        for call in [
            "zeros([1000000, 1000000])", "ones([9223372036854775807, 2])", "rand([100000, 100000, 10])",
            "range(1e15).map(x -> x)[0:2]",
        ].prefix(3) {
            let (_, failure, _) = run(call)
            #expect(failure != nil, "\(call)")
        }
    }
}

/// A small generator whose seed can be printed and given again.
struct SplitMix {
    var state: UInt64

    mutating func next(_ count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(count))
    }
}

@Suite struct DiagnosticTests {
    /// What a program ends in, as the user sees it.
    private func report(_ program: String) -> String {
        guard let failure = run(program).failure else { return "no error" }
        return DiagnosticRenderer().render(failure.diagnostic)
    }

    @Test func aShapeErrorNamesTheLayerAndTheWayOut() {
        let text = report(
            "model m() {\n  conv 16 kernel=3\n  maxpool 2\n  linear 600\n}\nnet = m()\nnet(ones([8, 1, 14, 14]))")
        #expect(text.contains("linear1"))
        #expect(text.contains("[8, 16, 6, 6]"))
        #expect(text.contains("flatten"))
        #expect(text.contains("16 * 6 * 6 = 576"))
    }

    @Test func aWrongFormatIsFoundBeforeAnythingRuns() {
        #expect(report("print \"{1:.2q}\"").contains("`.2q` is not a format: there is no type `q`"))
    }

    @Test func theCallsThatLedThereAreShown() {
        let text = report("fn inner(x) { x.missing }\nfn outer_one(x) { inner(x) }\nouter_one(3)")
        #expect(text.contains("a number has no field `missing`"))
        #expect(text.contains("in inner, called at test.dls:2:19"))
        #expect(text.contains("in outer_one, called at test.dls:3:1"))
    }

    @Test func errorsInWhatABuiltinCallsNameTheCall() {
        let text = report("fn f(x) = x + \"a\"\nmap([1], f)")
        #expect(text.contains("test.dls:1:11") && text.contains("in map, called at test.dls:2:1"), "\(text)")
        let inPlace = report("map([1], x -> x + \"a\")")
        #expect(!inPlace.contains("called at"), "a place in the call itself says enough")
        let model = report("p = text_pairs([\"a\"], [\"b\"])\nseq2seq p hidden=7")
        #expect(model.contains("seq2seq:") && model.contains("in seq2seq, called at test.dls:2:1"), "\(model)")
    }

    @Test func aFailingStatementChangesNoName() {
        let (output, failure, _) = run(
            "xs = [1, 2]\ntry { xs[5] = 0 } catch e { }\nx = tensor([1, 2])\ntry { x[[0, 1]] = [1, 2, 3] } catch e { }\nprint xs x[1]"
        )
        #expect(failure == nil)
        #expect(output == "[1, 2] 2\n")
    }
}
