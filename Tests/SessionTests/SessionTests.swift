import Figures
import Foundation
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

    /// As a tuple of Python's; in a block each line may be a layer, and it is an error.
    @Test func severalValuesAreShownAsAList() {
        _ = input("x = zeros([2, 3])")
        #expect(input("x.shape, x.dtype") == "[[2, 3], \"float32\"]\n")
        #expect(input("1, *[2, 3];_") == "[1, 2, 3]\n")
    }

    /// A note names what continues the run as the code stands; the limit of time stands for Ctrl-C.
    @Test func theNoteOfAStoppedTrainingNamesItsRun() {
        _ = input("model m() { linear 2 }; net = m(); data = dataset(randn([64, 3]), randint(2, shape=[64]))")
        let options = "data, epochs=100000, time=0.02"
        #expect(input("train net \(options);").contains("; `resume=_` continues it"))
        #expect(input("more = net.train(\(options), resume=_)").contains("; `resume=more` continues it"))
        #expect(
            input("fn fit() = train(net, \(options)); f = fit();").contains("; `resume=` with the run continues it"))
        recorder.text = ""
        _ = session.execute(SourceText(name: "a.dls", text: "train net \(options);"))
        #expect(recorder.text.contains("; `resume=` with the run continues it"), "\(recorder.text)")
    }

    @Test func inputsAreUnsavedUntilTheyAreInANotebook() throws {
        let folder = try TemporaryFolder()
        _ = input("1 + 1")
        _ = input("help \"conv\"")
        #expect(session.unsavedInputCount == 0)
        _ = input("x = 1")
        _ = input("missing")
        #expect(session.unsavedInputCount == 3)
        #expect(input("save session \"\(folder.path)/a.dls\"") == "")
        #expect(session.unsavedInputCount == 0)
        _ = input("x")
        #expect(session.unsavedInputCount == 0)
        _ = input("fn f() = 1")
        #expect(session.unsavedInputCount == 2)
    }

    @Test(arguments: [
        (
            "from sklearn.linear_model import LogisticRegression",
            "has no `sklearn.linear_model.LogisticRegression`: it is a"
        ),
        (
            "from sklearn.cluster import KMeans, train_test_split",
            "has no `sklearn.cluster.KMeans`: there is no k-means"
        ),
        ("import sklearn", "has no module `sklearn`: "),
        ("import seaborn as sns", "has no module `seaborn`: write `plot x"),
        ("from torch import nothing_such", "has no `torch.nothing_such`: `help \"pytorch\"` shows"),
    ]) func anImportTellsWhatIsNotThere(_ program: String, _ part: String) {
        let text = input(program)
        #expect(text.contains(part), "\(program): \(text)")
        #expect(text.split(separator: "\n").count == 1, "\(text)")
    }

    @Test(arguments: [
        "import numpy as np", "import torch", "import torch.nn as nn", "import torch.nn.functional as F",
        "import matplotlib.pyplot as plt", "import pandas as pd", "from torch import nn, optim", "import os, re, json",
        "from torch.utils.data import DataLoader, TensorDataset", "from torchvision import transforms",
        "from sklearn.model_selection import train_test_split", "from sklearn.preprocessing import StandardScaler",
        "from sklearn.metrics import accuracy_score", "from collections import Counter, defaultdict, deque",
        "from tqdm import tqdm", "from math import sqrt, pi", "import numpy.random as npr; npr.seed(1)",
        "from torch.optim import Adam, SGD", "from torch.nn import Linear, ReLU, CrossEntropyLoss", "import time",
        "from itertools import product", "from numpy import linalg",
        "from functools import partial", "import random", "import math", "from __future__ import annotations",
        "from sklearn.decomposition import PCA", "import os, typing", "from typing import List, Optional",
    ]) func anImportOfWhatIsThereTellsNothing(_ program: String) {
        #expect(input(program) == "", "\(program)")
    }

    private static let loop = """
        net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)); criterion = nn.CrossEntropyLoss()
        optimizer = optim.Adam(net.parameters(), lr=0.01)
        batch_x, batch_y = randn([8, 3]), randint(2, shape=[8])

        """

    /// What the error of a training loop of PyTorch advises, which is run in place of the lines.
    @Test(arguments: [
        ("loss = criterion(net(batch_x), batch_y)\nLINES", "loss = step optimizer criterion(net(batch_x), batch_y)"),
        (
            "out = net(batch_x)\nloss = criterion(out, batch_y)\nLINES",
            "loss = step optimizer { out = net(batch_x); criterion(out, batch_y) }"
        ),
        (
            "for i in range(2) {\n  xb = batch_x * 2\n  out = net(xb)\n  loss = criterion(out, batch_y)\n  loss += 0.1 * mean(out)\nLINES\n}",
            "loss = step optimizer { out = net(xb); loss = criterion(out, batch_y); loss += 0.1 * mean(out); loss }"
        ),
        (
            "fn fit(m, opt) {\n  optimizer = opt\n  loss = mse(\n    m(batch_x),\n    zeros([8, 2]))\nLINES\n}\nfit(net, optimizer)",
            "loss = step optimizer mse( m(batch_x), zeros([8, 2]))"
        ),
    ]) func adviceForALoopOfPyTorchRuns(_ program: String, _ advice: String) throws {
        let lines = "loss.backward()\noptimizer.step()"
        for lines in [lines, "optimizer.zero_grad()\n" + lines] {
            let text = Self.loop + program.replacing("LINES", with: lines)
            guard case .failed(let diagnostic) = session.execute(SourceText(name: "a.dls", text: text)) else {
                Issue.record("no error")
                return
            }
            #expect(
                diagnostic.help == ["write `\(advice)`, and leave `zero_grad`, `backward` and `step` out"],
                "\(diagnostic.message) \(diagnostic.help)")
        }
        let mended = SourceText(
            name: "b.dls", text: Self.loop + program.replacing("LINES", with: advice + "\nassert loss.item() > -9"))
        if case .failed(let diagnostic) = session.execute(mended) {
            Issue.record("\(DiagnosticRenderer().render(diagnostic))")
        }
    }

    @Test func adviceKnowsTheInputsBefore() {
        _ = session.execute(SourceText(name: "a.dls", text: Self.loop))
        for text in ["del optimizer", "out = net(batch_x)", "error_now = mse(out, zeros([8, 2]))"] { _ = input(text) }
        guard case .failed(let diagnostic) = session.executeInput("error_now.backward()") else {
            Issue.record("no error")
            return
        }
        #expect(
            diagnostic.help == [
                "an optimizer trains `net`: `opt = adam(net, lr=0.001)`",
                "then `error_now = step opt { out = net(batch_x); mse(out, zeros([8, 2])) }` takes the gradients and changes"
                    + " the weights",
            ], "\(diagnostic.help)")
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

    /// What the text of `forward` names: parts, settings, and the model itself.
    @Test func debugKnowsThePartsAndSettingsOfAModel() {
        _ = input(
            """
            model pair(width, scale=2) {
              first = linear width
              blocks = [linear(3)]
              fn forward(x) { y = first(x) * scale; if fails { y.missing }; y }
            }
            net = pair(4)
            fails = false
            net(ones([2, 3]));
            fails = true
            """)
        for call in ["net(ones([2, 3]))", "clone(net)(ones([2, 3]))", "train net dataset(ones([2, 3]), [0, 1])"] {
            #expect(input(call).hasPrefix("error: a tensor has no field"), "\(call)")
            #expect(input("debug").contains("(call 1 of 1); `vars` shows"), "\(call)")
            #expect(input("y.shape[1]") == "4\n", "\(call)")
            #expect(input("first.weight.shape") == "[4, 3]\n", "\(call)")
            #expect(input("self.first.weight.shape") == "[4, 3]\n", "\(call)")
            #expect(input("scale * width") == "8\n", "\(call)")
            #expect(input("len(blocks)") == "1\n", "\(call)")
            let names = input("vars").split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first }
            #expect(names == ["self", "x", "y", "first", "scale", "width", "blocks"], "\(call)")
            #expect(input("up").hasPrefix("error: this is the outermost call"), "\(call)")
            #expect(input("quit") == "", "\(call)")
        }
    }

    @Test func debugKnowsFieldsByTheirNamesAndCallsOfASweep() {
        _ = input("class P(w) { bias = 3; fn run(x) { y = x + bias; y.missing } }\np = P(2)")
        _ = input("p.run(4)")
        _ = input("debug")
        #expect(input("bias * y") == "21\n")
        _ = input("quit")
        _ = input("fn divide(n) { rest = n - n; n / rest }\nsweep n in [1, 2] { divide(n) }")
        #expect(input("debug").hasPrefix("note: fn divide(n)"))
        #expect(input("rest") == "0\n")
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
        #expect(page.contains("<h3>What differs</h3>") && page.contains(">lr</th>"))
        #expect(page.components(separatedBy: "<figure>").count == 3)
        #expect(failure("save runs[:1] \"\(folder.path)/one.html\"") == "none")
        let alone = String(decoding: try folder.bytes("one.html"), as: UTF8.self)
        #expect(alone.contains("Curves") && !alone.contains("What differs"))
        #expect(failure("save runs[:0] \"\(folder.path)/none.html\"") == "there is no run to show on a page")
        #expect(
            failure("save table([{a=1}]) \"\(folder.path)/runs.html\"")
                == "a page shows runs, and this table has no column `id` of their numbers")
    }

    /// Any number of runs: the best have colours, numbers have few digits, and the sizes of losses choose the axis.
    @Test func manyRunsFitOnAPage() throws {
        let folder = try TemporaryFolder()
        let session = Session(sink: Recorder(), runsPath: folder.path + "/runs.sqlite")
        let code = """
            model small() { linear 2 }
            points = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
            for i in range(45) { train small() points epochs=2 lr=(i + 1) / 3 seed=i; }
            save runs "\(folder.path)/runs.html"
            """
        guard case .completed = session.execute(SourceText(name: "t", text: code)) else {
            Issue.record("the page was not made")
            return
        }
        let page = String(decoding: try folder.bytes("runs.html"), as: UTF8.self)
        #expect(page.contains("The 8 runs with the lowest loss have colours, the others are grey."))
        #expect(page.contains(">0.333333</td>") && !page.contains("0.3333333333333333"))
        // A row for each run, and no column for what none has.
        #expect(page.components(separatedBy: "<tr>").count == 2 * 46 + 1)
        #expect(!page.contains(">val_loss</th>") && !page.contains(">model</th>"))
        #expect(page.contains("model <code>small</code>, "))
        let figures = page.components(separatedBy: "base64,").dropFirst().compactMap { part in
            Data(base64Encoded: String(part.prefix { $0 != "\"" })).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(figures.count == 2)
        #expect(figures.first?.contains("loss, logarithmic") == true)
        #expect(figures.last?.contains("logarithmic") == false)
    }

    @Test func aSweepThatWasTrainedBeforeNamesItsRuns() throws {
        let folder = try TemporaryFolder()
        func run(_ code: String) -> String {
            let sink = StoppingSink()
            sink.stops = false
            let session = Session(sink: sink, runsPath: folder.path + "/runs.sqlite")
            let text = """
                model small() { linear 2 }
                points = dataset([[0.0, 1.0], [1.0, 0.0]], [0, 1])
                \(code)
                """
            if case .failed(let diagnostic) = session.execute(SourceText(name: "t", text: text)) {
                return diagnostic.message
            }
            return sink.text
        }
        func sweep(_ options: String) -> String {
            "t = sweep rate in \(options) { train small() points lr=rate; {rate=rate} }"
        }
        #expect(!run(sweep("[0.1, 0.2]")).contains("before"))
        let again = run(sweep("[0.1, 0.2]"))
        #expect(again.contains("note: this sweep ran before with the same code, data and seeds: "))
        #expect(again.contains("`runs.where(r -> r.id in range(1, 3))`"))
        #expect(run("print len(runs.where(r -> r.id in range(1, 3)))") == "2\n")
        #expect(run(sweep("[0.1, 0.2, 0.3]")).contains("note: 2 of 3 runs of this sweep ran before"))
        #expect(!run(sweep("[0.1, 0.2] fresh=true")).contains("before"))
        #expect(!run("seed 7; " + sweep("[0.1, 0.2]")).contains("before"))
        _ = run("forget all=true")
        #expect(!run(sweep("[0.1, 0.2]")).contains("before"))
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
