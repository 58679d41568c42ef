import Figures
import Glibc
import Runtime
import TensorCore

/// Shows figures as pictures where the terminal has a protocol for them.
final class TerminalPictures {
    private var support: PictureSupport
    private let isInsideTmux: Bool
    private var answers = TerminalAnswers()
    /// Whether gnuplot can draw what is no image.
    private var hasGnuplot = true

    init(_ capabilities: TerminalCapabilities) {
        support = capabilities.pictures
        isInsideTmux = capabilities.isInsideTmux
    }

    /// What was typed while the terminal answered.
    func takeTyped() -> String {
        defer { answers.removeTyped() }
        return String(decoding: answers.typed.filter { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
    }

    /// Returns false for what is to be drawn as text.
    func show(_ figure: Figure, in room: TextCapabilities, on output: TextOutput) throws -> Bool {
        if case .table = figure { return false }
        guard support != .none, let kind = kind(output) else { return false }
        let cell = TerminalCapabilities.cellSize(STDOUT_FILENO) ?? answers.cell ?? .usual
        if case .images(let grid) = figure {
            guard let parts = TextRenderer(room).parts(of: grid, cell: cell) else { return false }
            for part in parts where !Interrupt.isRequested {
                switch part {
                case .text(let text): output.write(text + "\n")
                case .images(let images): try show(images, kind, cell, on: output)
                }
            }
            return true
        }
        guard hasGnuplot else { return false }
        let program = GnuplotRenderer.program(
            figure, columns: min(room.width, 100), rows: max(room.height - 3, 4), cell: cell)
        do {
            let picture = Picture.png(try Gnuplot.picture(of: program))
            let bitmap = try picture.bitmap()
            try show([(0, (bitmap.width, bitmap.height), picture)], kind, cell, on: output)
        } catch let failure as Failure where !failure.isInterrupt {
            hasGnuplot = false
            return false
        }
        return true
    }

    /// The protocol, which the terminal is asked for once.
    private func kind(_ output: TextOutput) -> PictureProtocol? {
        if case .unknown(let mayKnowKitty) = support, let answers = TerminalQuery.ask(kitty: mayKnowKitty, by: output) {
            self.answers = answers
            support = answers.hasKitty ? .known(.kitty) : answers.hasSixels ? .known(.sixel) : .none
        }
        guard case .known(let kind) = support else { return nil }
        return kind
    }

    private func show(
        _ images: [PlacedImage], _ kind: PictureProtocol, _ cell: CellSize, on output: TextOutput
    ) throws {
        let placed = images.map { image in
            let bitmap = image.bitmap()
            return (image.column, (bitmap.width, bitmap.height), Picture.bitmap(bitmap))
        }
        try show(placed, kind, cell, on: output)
    }

    /// Pictures beside each other, with the cursor below them in the end.
    private func show(
        _ pictures: [(column: Int, size: (width: Int, height: Int), picture: Picture)], _ kind: PictureProtocol,
        _ cell: CellSize, on output: TextOutput
    ) throws {
        func rows(_ height: Int) -> Int { (height + cell.height - 1) / cell.height }
        let count = pictures.map { rows($0.size.height) }.max() ?? 0
        // The window scrolls before something is drawn.
        var text = String(repeating: "\n", count: count) + "\u{1b}[\(count)A"
        for (column, size, picture) in pictures {
            let room = ((size.width + cell.width - 1) / cell.width, rows(size.height))
            let sequence = try kind.sequence(
                picture, size: room, colors: min(answers.colorCount ?? 256, 256))
            text += "\u{1b}7" + (column > 0 ? "\u{1b}[\(column)C" : "") + passed(sequence, kind) + "\u{1b}8"
        }
        output.write(text + "\u{1b}[\(count)B\r", isWhole: true)
        output.assumeLineStart()
    }

    /// tmux hands on what it does not know, where its option allow-passthrough is on.
    private func passed(_ sequence: String, _ kind: PictureProtocol) -> String {
        guard isInsideTmux, kind != .sixel else { return sequence }
        return "\u{1b}Ptmux;\(sequence.replacing("\u{1b}", with: "\u{1b}\u{1b}"))\u{1b}\\"
    }
}
