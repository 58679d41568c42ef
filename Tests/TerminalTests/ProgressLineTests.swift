import Glibc
import Terminal
import Testing

/// What is written to a pipe.
private final class Collector {
    let output: TextOutput
    private var reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        reader = ends[0]
        writer = ends[1]
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        output = TextOutput(descriptor: writer)
    }

    deinit {
        close(reader)
        close(writer)
    }

    func taken() -> String {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(reader, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    func closeReader() {
        close(reader)
        reader = -1
    }
}

private final class Clock {
    var seconds = 0.0
}

@Suite("Progress and output")
struct ProgressLineTests {
    private let collector = Collector()
    private let clock = Clock()

    private func line(isLive: Bool, width: Int = 40) -> ProgressLine {
        ProgressLine(output: collector.output, isLive: isLive, width: { width }, now: { [clock] in clock.seconds })
    }

    @Test("where there is no room the speed goes first, and the loss and the metric stay")
    func narrow() {
        let text = "epoch 1/20  batch 12/250  loss 0.7464  1,969 samples/s  2 min left"
        for (width, shown) in [
            (60, "epoch 1/20  batch 12/250  loss 0.7464  2 min left"), (40, "epoch 1/20  batch 12/250  loss 0.7464"),
            (24, "epoch 1/20  loss 0.7464"), (20, "1/20  loss 0.7464"),
        ] {
            line(isLive: true, width: width).mark(text)
            #expect(collector.taken() == "\r" + shown)
        }
        let epoch = "epoch 1/20  loss 0.7464  accuracy 0.5000  val_loss 0.8000  val_accuracy 0.6000  1.2 s"
        for (width, shown) in [
            (85, "epoch 1/20  loss 0.7464  accuracy 0.5000  val_loss 0.8000  val_accuracy 0.6000"),
            (64, "1/20  loss 0.7464  accuracy 0.5000  val_accuracy 0.6000"),
            (40, "1/20  loss 0.7464  val_accuracy 0.6000"), (34, "loss 0.7464  val_accuracy 0.6000"),
        ] {
            line(isLive: true, width: width).mark(epoch)
            #expect(collector.taken() == "\r" + shown)
        }
        line(isLive: true).mark("a run  epoch 1/20  loss 0.7464  accuracy 0.5000  3 s")
        #expect(collector.taken() == "\ra run  loss 0.7464  accuracy 0.5000")
    }

    @Test("several lines are replaced together")
    func severalLines() {
        let progress = line(isLive: true)
        progress.mark("0 of 2 done\na  loss 1\nb  loss 2")
        #expect(collector.taken() == "\r0 of 2 done\u{1b}[K\na  loss 1\u{1b}[K\nb  loss 2\u{1b}[J")
        progress.mark("1 of 2 done\nb  loss 1")
        #expect(collector.taken() == "\u{1b}[2A\r1 of 2 done\u{1b}[K\nb  loss 1\u{1b}[J")
        progress.clear()
        #expect(collector.taken() == "\u{1b}[1A\r\u{1b}[J")
        progress.mark("done")
        #expect(collector.taken() == "\rdone")
    }

    @Test("a live line is replaced, at most ten times a second")
    func live() {
        let progress = line(isLive: true)
        progress.update("batch 1 of 10")
        #expect(collector.taken() == "\rbatch 1 of 10")
        clock.seconds = 0.05
        progress.update("batch 2")
        #expect(collector.taken() == "")
        clock.seconds = 0.11
        progress.update("batch 3")
        #expect(collector.taken() == "\rbatch 3      ")
        progress.mark("epoch 1")
        #expect(collector.taken() == "\repoch 1")
        #expect(progress.isShown)
        progress.clear()
        #expect(collector.taken() == "\r       \r")
        progress.clear()
        #expect(collector.taken() == "")
    }

    @Test("a live line can stay")
    func kept() {
        let progress = line(isLive: true)
        progress.update("done")
        progress.keep()
        progress.update("next")
        #expect(collector.taken() == "\rdone\n\rnext")
    }

    @Test("a live line fits the window")
    func truncation() {
        let progress = line(isLive: true, width: 20)
        progress.update("a line that is longer than the window")
        #expect(collector.taken() == "\ra line that is l...")
    }

    @Test("elsewhere there are plain lines, for marks only")
    func plain() {
        let progress = line(isLive: false)
        progress.update("batch 1")
        progress.mark("epoch 1")
        progress.keep()
        progress.clear()
        #expect(collector.taken() == "epoch 1\n")
    }

    @Test("output knows whether a line is open")
    func openLine() {
        collector.output.write("a")
        #expect(!collector.output.isAtLineStart)
        collector.output.finishLine()
        collector.output.finishLine()
        #expect(collector.taken() == "a\n")
        #expect(collector.output.isAtLineStart)
    }

    @Test("a reader that has gone is a failure, said once")
    func closedPipe() {
        TerminalSignals.install()
        let gone = Collector()
        var failures: [TextOutput.Failure] = []
        gone.output.onFailure = { failures.append($0) }
        gone.closeReader()
        gone.output.write("x")
        gone.output.write("y")
        #expect(failures.count == 1)
        #expect(failures.first?.isClosedPipe == true)
    }
}
