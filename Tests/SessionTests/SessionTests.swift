import Figures
import Glibc
import Language
import Runtime
import Session
import TensorCore
import Testing

/// Gathers what a session gives.
final class Recorder: OutputSink {
    var text = ""
    var reports: [String] = []

    func emit(_ output: Output) throws {
        switch output {
        case .text(let part), .rawText(let part), .report(let part): text += part
        case .value(let value): text += try value.display(DisplayStyle()) + "\n"
        case .figure: text += "<figure>\n"
        case .note(let part): text += "note: \(part)\n"
        case .progress(let report): if report.isMilestone { reports.append(report.text()) }
        }
    }
}

@Suite(.serialized) struct SessionTests {
    let recorder = Recorder()
    let session: Session

    init() { session = Session(sink: recorder, arguments: ["a", "b"]) }

    private func input(_ text: String) -> String {
        recorder.text = ""
        switch session.executeInput(text) {
        case .completed: return recorder.text
        case .failed(let diagnostic): return "error: \(diagnostic.message)"
        case .interrupted: return "interrupted"
        case .quit(let status): return "quit \(status)"
        }
    }

    /// Once for each name; functions, and names that the help uses for variables, are meant so.
    @Test func hiddenBuiltinsAreTold() {
        let told = "note: `size` is a number now, and hides the built-in function `size`; `del size` brings it back\n"
        #expect(input("size = 3") == told)
        #expect(input("size = 4") == "")
        // It is no output of the cell.
        let source = SourceText(name: "a.dls", text: "range = 3; print range")
        let (_, outputs) = session.executeCollecting(source, in: Span(0, source.bytes.count), style: .recorded)
        #expect(RecordedText(outputs) { "\($0)" }.lines == ["3"])
        #expect(input("for max in [1] { }").hasPrefix("note: `max` is a number now"))
        #expect(input("fn mean(x) = x; run = 3; fn f(sum) { min = 1; sum + min }; f(2)") == "3\n")
    }

    @Test func debugLooksAtTheCallsOfTheLastError() {
        #expect(input("debug") == "error: there is no error in a function to look at")
        _ = input("scale = 2\nfn inner(x) { y = x + 1; z = y / 0; z }\nfn outer(a) { b = a * scale; inner(b) }")
        #expect(input("outer(5)") == "error: division by zero")
        #expect(input("debug").hasPrefix("note: fn inner(x), input 1:2 (call 1 of 2)"))
        #expect(session.debugPrompt == "debug inner> ")
        #expect(input("y + scale") == "13\n")
        #expect(input("vars") == "name  kind    value\nx     number  10\ny     number  11\n")
        #expect(input("down") == "error: this is the innermost call")
        #expect(input("missing") == "error: unknown name `missing`")
        #expect(input("up").hasPrefix("note: fn outer(a)"))
        #expect(input("b") == "10\n")
        #expect(input("a = 7; a") == "7\n")
        #expect(input("y") == "error: unknown name `y`")
        #expect(input("up") == "error: this is the outermost call")
        #expect(input("quit") == "" && session.debugPrompt == nil)
        #expect(input("a") == "error: unknown name `a`")
        // What was caught is no error of the prompt.
        #expect(input("try { inner(1) } catch e { }; fn other(q) { q.nothing }; other(3)").hasPrefix("error: a number"))
        #expect(input("debug").hasPrefix("note: fn other(q)"))
        _ = input("quit")
    }

    /// What is recorded of a curve does not depend on how fast the training was.
    @Test func theCurveOfATrainingIsRecordedAsAFigure() {
        _ = input("data = dataset(tensor([[0.0], [1.0]]), [0, 1]); model m() { linear 2 }")
        func figures(_ plot: String) -> [Figure] {
            let source = SourceText(name: "a.dls", text: "seed 1; net = m(); train net data epochs=4 batch=1 \(plot);")
            let (_, outputs) = session.executeCollecting(
                source, in: Span(0, source.bytes.count), style: .recorded)
            return outputs.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
        }
        #expect(figures("").isEmpty && figures("plot=false").isEmpty)
        let first = figures("plot=true")
        #expect(first.count == 1 && first == figures("plot=true"))
        guard case .lines(let chart)? = first.first else { return }
        #expect(chart.series.first?.x == [0.5, 1, 1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4, 4])
    }

    @Test func debugShowsTheFieldsOfSelf() {
        _ = input("class P(w) { self.bias = 3; self.later = none; fn run(x) { y = x + self.bias; y.missing } }")
        #expect(input("p = P(2); p.run(4)").hasPrefix("error: a number has no field"))
        _ = input("debug")
        #expect(
            input("vars").split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == [
                "name kind value", "self P <P>", "self.w number 2", "self.bias number 3",
                "self.later none none", "x number 4", "y number 7",
            ])
        #expect(input("self.bias + x") == "7\n")
        _ = input("quit")
    }

    @Test func inputsAreNumberedAndTheirValuesKept() {
        #expect(session.inputNumber == 1)
        #expect(input("1 + 1") == "2\n")
        #expect(input("x = 5") == "")
        #expect(input("x * 2") == "10\n")
        #expect(input("_ + 1") == "11\n")
        #expect(input("_1 + _3") == "12\n")
        #expect(session.inputNumber == 6)
    }

    /// A copy of a model does not run its block again, so what the block says is said once.
    @Test func copiesOfModelsAreMadeInSilence() {
        let made = input("model m() { print \"made\"; l = lstm 2 dropout=0.5; fn forward(x) { l(x)[0] } }\nn = m()")
        #expect(
            made == "made\nnote: dropout of lstm works between its layers, and with layers=1 there is nothing between\n"
        )
        #expect(input("c = clone(clone(n))") == "")
        #expect(input("print c.l") == input("print n.l"))
    }

    /// The lines of epochs may be gone by then: the note has the figures of the last.
    @Test func aTrainingThatIsOutOfTimeSaysHowFarItCame() {
        let text = input(
            "model small() { linear 2 }\nseed 1\nd = dataset(zeros([64, 3]), zeros([64], dtype=\"int64\"))\n"
                + "r = train small() d epochs=1000000 batch=1 time=0.5 validate=d")
        #expect(text.hasPrefix("note: the time limit was reached after "))
        #expect(text.contains(" epoch") && text.contains("(epoch ") && text.contains("val_accuracy 1.0000)"), "\(text)")
        #expect(!text.contains(", batch "))
    }

    @Test func aSemicolonKeepsAValueFromBeingShownAndTheValueStays() {
        #expect(input("7;") == "")
        #expect(input("_") == "7\n")
    }

    @Test func anErrorLeavesTheSessionAsItWas() {
        #expect(input("x = 1") == "")
        #expect(input("x = 2; y = missing_name; x = 3") == "error: unknown name `missing_name`")
        #expect(input("x") == "2\n")
    }

    @Test func aTextWithASyntaxErrorRunsNothing() {
        #expect(input("x = 1\nprint \"shown\"\ny = = 2").hasPrefix("error:"))
        #expect(input("x") == "error: unknown name `x`")
    }

    @Test func scriptsFindTheirArguments() {
        #expect(input("args") == "[\"a\", \"b\"]\n")
    }

    @Test func parametersCanBeSetFromOutside() throws {
        try session.setParameter("epochs=2")
        try session.setParameter("folder=data/kmnist")
        #expect(throws: Failure.self) { try session.setParameter("epochs") }
        #expect(
            input("param epochs = 20\nparam folder = \"x\"\nparam other = 3\nprint epochs folder other")
                == "2 data/kmnist 3\n")
        try session.setParameter("epoch=1")
        #expect(input("param epochs = 20") == "error: --set epoch: the script has no `param epoch`")
    }

    @Test func aParameterKeepsItsKind() throws {
        try session.setParameter("rate=abc")
        #expect(input("param rate = 0.1") == "error: `rate` is a number, and --set gave a string, \"abc\"")
    }

    @Test func helpTakesWordsOfTheLanguageToo() {
        for word in ["model", "param", "values", "start", "conv", "language"] {
            #expect(!input("help \(word)").hasPrefix("error"), "\(word)")
        }
        #expect(input("help nothing_like_it").hasPrefix("error: there is no help on"))
    }

    @Test func commentsAreNotCounted() {
        #expect(input("# only words") == "")
        #expect(session.inputNumber == 1)
    }

    @Test func quitEndsWithItsStatus() {
        #expect(input("quit 3") == "quit 3")
        #expect(input("quit") == "quit 0")
    }

    @Test func trainingReportsEpochsAndReturnsTheRun() {
        let program = """
            model m() { linear 2 }
            seed 1
            net = m()
            data = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
            run = train net data epochs=2 lr=0.1 batch=1 validate=data
            print len(run.history) run.ending
            """
        #expect(input(program) == "2 finished\n")
        #expect(recorder.reports.count == 2)
        #expect(recorder.reports[1].hasPrefix("epoch 2/2  loss "))
    }

    @Test func theSameProgramGivesTheSameBits() {
        let program = """
            seed 3
            model m() { linear 8; relu; dropout 0.5; linear 2 }
            net = m()
            data = dataset(randn([40, 5]), randint(0, 2, [40]))
            run = train net data epochs=3 lr=0.05 batch=8
            print run.history.loss sum(net(ones([1, 5])))
            """
        let first = input(program)
        #expect(input(program) == first)
        #expect(!first.hasPrefix("error"))
    }

    @Test func completenessIsTheParsersAnswer() {
        #expect(session.completeness(of: "x = 1") == .complete)
        #expect(session.completeness(of: "if x {") != .complete)
        #expect(session.completeness(of: "x = = 1") == .invalid)
    }
}

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
        #expect(candidates("train net data optimizer='ada") == ["adadelta'", "adagrad'", "adam'", "adamw'"])
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

    /// No text and no place in it is too odd.
    @Test func everyOffsetOfOddTexts() {
        for text in ["f(", "x.y.", "\"", "'a\\", "a = [1, {", "# \"", "é.ü(", ")]}", "?", "x = y = ", "\u{0}"] {
            for offset in 0...text.utf8.count { _ = session.complete(text, at: offset) }
        }
    }
}

/// Asks to stop when the first run of a sweep is done.
private final class StoppingSink: OutputSink {
    var text = ""
    var stops = true

    func emit(_ output: Output) throws {
        switch output {
        case .text(let part), .rawText(let part), .report(let part): text += part
        case .note(let part): text += "note: \(part)\n"
        case .progress(let report): if report.isMilestone, stops { Interrupt.request() }
        case .value, .figure: break
        }
    }
}

private struct StoppedSweep {
    private let sink = StoppingSink()
    private static let sweep = """
        t = sweep n in range(12) workers=1 { for i in range(1000000) { }; print "ran {n}"; {n=n, r=rand([1])[0]} }
        print t.r
        """

    /// Runs the sweep; gives what it printed, and whether it was interrupted.
    private func run(_ session: Session, stops: Bool) -> (text: String, isStopped: Bool) {
        Interrupt.clear()
        defer { Interrupt.clear() }
        sink.text = ""
        sink.stops = stops
        if case .interrupted = session.executeInput(Self.sweep) { return (sink.text, true) }
        return (sink.text, false)
    }

    private func count(_ text: String) -> Int { text.split(separator: "\n").count { $0.hasPrefix("ran ") } }

    /// - Parameter path: Of a store, by which the sweep goes on in another session.
    func goesOn(path: String?) throws {
        let first = Session(sink: sink, runsPath: path)
        let (stopped, isStopped) = run(first, stops: true)
        #expect(isStopped)
        let note = try #require(stopped.split(separator: "\n").last { $0.hasPrefix("note: sweep stopped: ") })
        let done = try #require(Int(note.split(separator: " ")[3]))
        #expect(done >= 1 && done < 12)
        let second = path == nil ? first : Session(sink: sink, runsPath: path)
        let (again, _) = run(second, stops: false)
        #expect(again.contains("the sweep goes on: \(done) of 12 runs were finished before"))
        #expect(count(again) == 12 - done)
        let whole = run(Session(sink: sink), stops: false).text
        #expect(count(whole) == 12)
        #expect(again.split(separator: "\n").last == whole.split(separator: "\n").last)
        // Ended well, nothing of it is kept.
        #expect(count(run(Session(sink: sink, runsPath: path), stops: false).text) == 12)
    }
}

/// Stopped and run again, a sweep redoes nothing that was finished, and ends in the same bits as one that was not
/// stopped. In processes of their own: all that runs in this one would stop.
extension SessionTests {
    @Test func runsAreComparedOnAPage() throws {
        let folder = try TemporaryFolder()
        let session = Session(sink: Recorder(), runsPath: folder.path + "/runs.sqlite")
        func failure(_ code: String) -> String {
            let source = SourceText(name: "t", text: code)
            if case .failed(let diagnostic) = session.execute(source) { return diagnostic.message }
            return "none"
        }
        #expect(
            failure(
                """
                model small() { linear 2 }
                points = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
                a = train small() points epochs=2 lr=0.1 seed=1
                b = train small() points epochs=2 lr=0.01 seed=1
                save runs "\(folder.path)/runs.html"
                """) == "none")
        let page = String(decoding: try folder.bytes("runs.html"), as: UTF8.self)
        #expect(page.contains("<h3>What differs</h3>") && page.contains(">lr</td>"))
        #expect(page.components(separatedBy: "<figure>").count == 3)
        #expect(failure("save runs[:1] \"\(folder.path)/one.html\"") == "none")
        let alone = String(decoding: try folder.bytes("one.html"), as: UTF8.self)
        #expect(alone.contains("Curves") && !alone.contains("What differs"))
        #expect(failure("save runs[:0] \"\(folder.path)/none.html\"") == "there is no run to show on a page")
        #expect(
            failure("save table([{a=1}]) \"\(folder.path)/runs.html\"")
                == "a page shows runs, and this table has no column `id` of their numbers")
    }

    @Test func aStoppedSweepGoesOnInItsSession() async {
        await #expect(processExitsWith: .success) { try StoppedSweep().goesOn(path: nil) }
    }

    @Test func aStoppedSweepGoesOnFromTheStore() async {
        await #expect(processExitsWith: .success) {
            let path = "/tmp/dls-sweep-test-\(UInt64.random(in: 0...UInt64.max))"
            defer { for name in ["", "-wal", "-shm"] { unlink(path + name) } }
            try StoppedSweep().goesOn(path: path)
        }
    }
}
