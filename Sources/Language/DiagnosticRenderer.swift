/// Makes the words and carets of a diagnostic:
///
///     error: linear1 takes 576 features, and its input has shape [8, 16, 6, 6]
///       --> homework2.dls:14:3, cell 2
///        |
///     14 |   linear 600
///        |   ^^^^^^^^^^
///        = help: put `flatten` before it: 16 * 6 * 6 = 576
package struct DiagnosticRenderer: Sendable {
    /// Colours by ANSI escape sequences.
    package var usesColor: Bool
    /// Whether only weight is used of them, where the background is of a colour that nobody knows.
    package var usesOnlyWeight = false
    /// The columns for a line of source; longer ones are cut around the place.
    package var width: Int

    /// Whether messages and help are broken to the width too.
    package var wrapsText: Bool

    package init(usesColor: Bool = false, width: Int = 100, wrapsText: Bool = false) {
        self.usesColor = usesColor
        self.width = max(20, width)
        self.wrapsText = wrapsText
    }

    private enum Style: String {
        case error = "1;31"
        case strong = "1"
        case frame = "1;34"
        case help = "1;36"
    }

    private static let mostLines = 4
    private static let mostFrames = 12

    /// Several diagnostics with an empty line between them.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(render).joined(separator: "\n\n")
    }

    /// The lines of a diagnostic, without an end of line behind the last.
    package func render(_ diagnostic: Diagnostic) -> String {
        let message = wrapped(diagnostic.message, after: 7, indent: String(repeating: " ", count: 7))
        var lines = [styled("error", .error) + styled(": " + message, .strong)]
        var margin = 0
        if let location = diagnostic.location {
            let span = location.span
            let shown = shownLines(location)
            margin = String((shown.last ?? 0) + 1).count
            let arrow = String(repeating: " ", count: margin) + "--> "
            lines.append(styled(arrow, .frame) + wrapped(describe(location), after: arrow.count, indent: ""))
            lines.append(bar(margin))
            for (index, line) in shown.enumerated() {
                if index > 0, line > shown[index - 1] + 1 { lines.append(styled("...", .frame)) }
                let label = index == shown.count - 1 ? diagnostic.label : nil
                lines += source(location.source, line, span, margin, label)
            }
        }
        let indent = String(repeating: " ", count: margin + 1)
        for help in diagnostic.help {
            let text = wrapped(help, after: margin + 9, indent: String(repeating: " ", count: margin + 9))
            lines.append(styled(indent + "= ", .frame) + styled("help", .help) + ": " + text)
        }
        for frame in frames(diagnostic) {
            lines.append(
                styled(indent + "= ", .frame)
                    + wrapped(frame.text, after: margin + 3, indent: String(repeating: " ", count: margin + 3)))
            if let location = frame.location { lines.append(indent + "  " + callLine(location, after: margin + 3)) }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: - Parts

    /// Such as `homework2.dls:14:3, cell 2`.
    private func describe(_ location: Diagnostic.Location) -> String {
        let (line, column) = location.source.place(of: location.span.start)
        let cell = location.source.cellNumber(at: location.span.start).map { ", cell \($0)" } ?? ""
        return clean("\(location.source.name):\(line):\(column)\(cell)")
    }

    /// The lines of a place that are shown, from 0: all if they are few, else the first two and the last.
    private func shownLines(_ location: Diagnostic.Location) -> [Int] {
        let source = location.source
        let first = source.lineIndex(at: location.span.start)
        let last = max(first, source.lineIndex(at: max(location.span.start, location.span.end - 1)))
        return last - first < DiagnosticRenderer.mostLines ? Array(first...last) : [first, first + 1, last]
    }

    private func bar(_ margin: Int) -> String {
        styled(String(repeating: " ", count: margin + 1) + "|", .frame)
    }

    /// A line of source and the line of its carets, if the span covers something of it.
    private func source(
        _ source: SourceText, _ line: Int, _ span: Span, _ margin: Int, _ label: String?
    ) -> [String] {
        let whole = source.lineSpan(line)
        // Beyond the line there is its end, where a caret can stand.
        var start = min(max(span.start, whole.start), whole.end)
        let end = min(max(span.end, start), whole.end)
        if span.start < whole.start {
            while start < end, [0x20, 0x09].contains(source.bytes[start]) { start += 1 }
        }
        let (text, carets) = window(source.bytes, whole, start, end, room: wrapsText ? width - margin - 3 : width)
        let number = String(line + 1)
        let padding = String(repeating: " ", count: margin - number.count)
        var lines = [styled(padding + number + " |", .frame) + (text.isEmpty ? "" : " " + text)]
        let isPoint = line == source.lineIndex(at: span.start)
        if start < end || isPoint || label != nil {
            lines += self.carets(carets, margin, label)
        }
        return lines
    }

    /// The carets under a line with what they mean beside them, or below them where there is no room.
    private func carets(_ carets: (indent: String, marks: String), _ margin: Int, _ label: String?) -> [String] {
        let start = bar(margin) + " "
        let line = start + carets.indent + styled(carets.marks, .error)
        guard let label else { return [line] }
        let used = margin + 3 + carets.indent.count + carets.marks.count + 1
        let text = clean(label)
        guard wrapsText, used + TextWrapping.columns(text) > width else {
            return [start + carets.indent + styled(carets.marks + " " + text, .error)]
        }
        let room = TextWrapping(width: width - margin - 3)
        return [line] + room.paragraph(text).map { start + styled($0, .error) }
    }

    /// The part of a line around a place, and what to write under it.
    private func window(
        _ bytes: [UInt8], _ line: Span, _ start: Int, _ end: Int, room: Int
    ) -> (text: String, carets: (indent: String, marks: String)) {
        // Enough bytes on each side for any window: characters of four bytes, a few of them combined.
        let reach = room * 16
        var low = max(line.start, start - reach)
        while low > line.start, low < start, bytes[low] & 0xC0 == 0x80 { low += 1 }
        let high = min(line.end, start + reach)
        let layout = LineLayout(bytes, low..<high)

        var first = 0
        var last = layout.cells.count
        if layout.width > room || low > line.start || high < line.end {
            (first, last) = range(of: layout.cells, around: start, width: room)
        }
        let cutsStart = low > line.start || first > 0
        let cutsEnd = high < line.end || last < layout.cells.count
        var text = cutsStart ? "..." : ""
        var indent = cutsStart ? 3 : 0
        var marks = 0
        for cell in layout.cells[first..<last] {
            text += cell.text
            if cell.end > start, cell.start < end {
                marks += cell.width
            } else if cell.start < start {
                indent += cell.width
            }
        }
        if cutsEnd { text += "..." }
        return (text, (String(repeating: " ", count: indent), String(repeating: "^", count: max(1, marks))))
    }

    /// The cells that fit, with a third of the room before a place.
    private func range(of cells: [LineLayout.Cell], around place: Int, width: Int) -> (Int, Int) {
        var first = cells.firstIndex { $0.end > place } ?? cells.count
        var room = width / 3
        while first > 0, room >= cells[first - 1].width {
            first -= 1
            room -= cells[first].width
        }
        var last = first
        room = width - 6
        while last < cells.count, room >= cells[last].width {
            room -= cells[last].width
            last += 1
        }
        return (first, last)
    }

    /// The calls that led to the place; repetitions, and the middle of many, are counted.
    private func frames(_ diagnostic: Diagnostic) -> [(text: String, location: Diagnostic.Location?)] {
        func line(_ frame: Diagnostic.Frame) -> (text: String, location: Diagnostic.Location?) {
            let count = frame.count == 1 ? "" : ", \(frame.count) times"
            return ("\(clean(frame.name)), called at \(describe(frame.location))\(count)", frame.location)
        }
        let trace = diagnostic.trace
        guard trace.count > DiagnosticRenderer.mostFrames else { return trace.map(line) }
        let kept = DiagnosticRenderer.mostFrames - 4
        let hidden = trace[kept..<trace.count - 3].reduce(diagnostic.omittedCalls) { $0 + $1.count }
        return trace.prefix(kept).map(line) + [("... \(hidden) more calls ...", nil)] + trace.suffix(3).map(line)
    }

    /// The line of source that a call begins in, cut to the width around the call.
    private func callLine(_ location: Diagnostic.Location, after used: Int) -> String {
        let source = location.source
        let line = source.lineIndex(at: location.span.start)
        let whole = source.lineSpan(line)
        var start = whole.start
        while start < location.span.start, [0x20, 0x09].contains(source.bytes[start]) { start += 1 }
        let bar = "\(line + 1) | "
        let room = max(width - used - bar.count, 20)
        let place = (location.span.start, min(location.span.end, whole.end))
        return styled(bar, .frame) + window(source.bytes, Span(start, whole.end), place.0, place.1, room: room).text
    }

    // MARK: - Text

    private func styled(_ text: String, _ style: Style) -> String {
        guard usesColor, !(usesOnlyWeight && style == .frame) else { return text }
        return "\u{1B}[\(usesOnlyWeight ? Style.strong.rawValue : style.rawValue)m\(text)\u{1B}[0m"
    }

    /// A text that cannot move the cursor, broken to the width where that is wanted.
    ///
    /// - Parameters:
    ///   - used: The columns before its first line.
    ///   - indent: What stands before its other lines.
    private func wrapped(_ text: String, after used: Int, indent: String) -> String {
        guard wrapsText else { return clean(text, indent: indent) }
        let room = TextWrapping(width: width - used)
        return clean(text, indent: "").split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { room.paragraph(String($0)) }.joined(separator: "\n" + indent)
    }

    /// A text that cannot move the cursor; lines after the first are indented.
    private func clean(_ text: String, indent: String = "       ") -> String {
        var result = ""
        for character in text {
            if character.isNewline {
                result += "\n" + indent
            } else if character == "\t" {
                result += " "
            } else {
                result += LineLayout.isHarmful(character) ? "\u{FFFD}" : String(character)
            }
        }
        return result
    }
}
