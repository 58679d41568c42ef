import Language

/// Reads the lines of a notebook: which are markers, options, recorded outputs, comments or code.
struct NotebookReader {
    private let source: SourceText
    private(set) var cells: [NotebookCell] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceText) { self.source = source }

    mutating func read() {
        let lineCount = source.lineStarts.count
        var first = 0
        for line in 0..<lineCount where source.startsCell(line) {
            if line > first { addCell(first..<line) }
            first = line
        }
        addCell(first..<lineCount)
    }

    private mutating func addCell(_ range: Range<Int>) {
        let end = range.upperBound < source.lineStarts.count ? source.lineStarts[range.upperBound] : source.bytes.count
        let span = Span(source.lineStarts[range.lowerBound], end)
        guard span.start < span.end else { return }
        let hasMarker = source.startsCell(range.lowerBound)
        let marker = hasMarker ? source.lineSpan(range.lowerBound) : nil
        let bodyRange = hasMarker ? range.lowerBound + 1..<range.upperBound : range
        let bodyStart = bodyRange.isEmpty ? end : source.lineStarts[bodyRange.lowerBound]
        let lines = bodyRange.map { NotebookCell.Line(kind: kind(ofLine: $0), span: source.lineSpan($0)) }

        var heading = Heading()
        if let marker { heading = readMarker(marker) }
        let hasCode = lines.contains { $0.kind == .code }
        let textKind = heading.textKind ?? (!hasMarker && !hasCode ? .markdown : nil)
        let number = (cells.last?.number ?? 0) + (hasMarker ? 1 : 0)
        check(lines, isText: textKind != nil)
        cells.append(
            NotebookCell(
                number: number, title: heading.title, kind: textKind ?? .code, tags: heading.tags,
                points: heading.points, tolerance: tolerance(lines.filter { $0.kind == .option }), span: span,
                markerSpan: marker,
                bodySpan: Span(bodyStart, end), lines: lines))
    }

    private func kind(ofLine index: Int) -> NotebookCell.Line.Kind {
        let span = source.lineSpan(index)
        var bytes = source.bytes[span.start..<span.end]
        if index == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        if bytes.starts(with: Array("#>".utf8)) { return .recorded }
        if bytes.starts(with: Array("#~".utf8)) { return .option }
        guard let first = bytes.first(where: { ![0x20, 0x09, 0x0B, 0x0C, 0x0D].contains($0) }) else { return .blank }
        return first == UInt8(ascii: "#") ? .comment : .code
    }

    private mutating func report(_ message: String, _ span: Span, label: String? = nil, help: [String] = []) {
        diagnostics.append(Diagnostic(message, at: .init(source: source, span: span), label: label, help: help))
    }

    // MARK: - Markers

    private struct Heading {
        var title = ""
        /// Nil for one of code.
        var textKind: NotebookCell.Kind?
        var tags: Set<NotebookTag> = []
        var points: Double?
    }

    /// `# %% title [tag] [tag, tag]`, with the tags on either side of the title.
    private mutating func readMarker(_ span: Span) -> Heading {
        var heading = Heading()
        let text = source[span]
        var title = text.drop { $0 == "\u{FEFF}" || $0 == "#" || $0 == " " }.drop { $0 == "%" }
        title = trimmed(title)
        while title.first == "[", let end = title.firstIndex(of: "]"), let words = words(title[...end]) {
            for word in words { take(word, into: &heading, span) }
            title = trimmed(title[title.index(after: end)...])
        }
        while title.last == "]", let start = title.lastIndex(of: "["), let words = words(title[start...]) {
            for word in words { take(word, into: &heading, span) }
            title = trimmed(title[..<start])
        }
        heading.title = String(title)
        return heading
    }

    /// The words between brackets; nil for what is no list of tags, such as `[1, 2]` in a title.
    private func words(_ group: Substring) -> [Substring]? {
        let words = group.dropFirst().dropLast().split(separator: ",").map(trimmed)
        let areTags = words.allSatisfy { word in
            word.hasPrefix(Self.pointsSign)
                || !word.isEmpty && word.allSatisfy { $0.isASCII && $0.isLetter || $0 == "-" || $0 == "_" }
        }
        return words.isEmpty || !areTags ? nil : words
    }

    private static let pointsSign = "points="

    private mutating func take(_ word: Substring, into heading: inout Heading, _ span: Span) {
        if word == "markdown" || word == "md" {
            heading.textKind = .markdown
        } else if word == "raw" {
            heading.textKind = .raw
        } else if let tag = NotebookTag(rawValue: String(word)) {
            heading.tags.insert(tag)
        } else if word.hasPrefix(Self.pointsSign) {
            guard let points = Double(word.dropFirst(Self.pointsSign.count)), (0...1e6) ~= points, points > 0 else {
                return report("[\(word)] takes a number of points above 0, such as [points=3]", span)
            }
            heading.points = points
        } else {
            let known = ["markdown", "raw"] + NotebookTag.allCases.map(\.rawValue) + ["points=3"]
            let meant = Suggestion.closest(to: String(word), among: known).map { "did you mean [\($0)]?" }
            report(
                "a cell has no tag [\(word)]", span, label: meant,
                help: ["the tags are \(known.map { "[\($0)]" }.joined(separator: ", "))"])
        }
    }

    private func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    // MARK: - Lines

    private mutating func check(_ lines: [NotebookCell.Line], isText: Bool) {
        if isText {
            for line in lines {
                switch line.kind {
                case .code:
                    return report(
                        "a text cell holds code, which `dls FILE` would run", line.span,
                        help: ["begin the line with `#`, or put `# %%` on a line before it"])
                case .option: return report("check options belong to a cell with code", line.span)
                case .recorded: return reportLoneOutput(line)
                case .blank, .comment: continue
                }
            }
            return
        }
        for line in lines {
            if line.kind == .code { return }
            if line.kind == .recorded { return reportLoneOutput(line) }
        }
    }

    private mutating func reportLoneOutput(_ line: NotebookCell.Line) {
        report(
            "a recorded output stands here without a cell that could have made it", line.span,
            help: ["`#>` lines stand below the code of their cell; a quotation in a text cell is `# > ...`"])
    }

    /// `#~ rtol=1e-3 atol=0.01`
    private mutating func tolerance(_ lines: [NotebookCell.Line]) -> CheckTolerance? {
        var tolerance: CheckTolerance?
        for line in lines {
            let words = source[line.span].dropFirst(2).split { $0.isWhitespace || $0 == "," }
            if words.isEmpty { reportOption("`#~` says nothing", line.span) }
            for word in words {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, ["rtol", "atol"].contains(parts[0]) else {
                    reportOption("`#~` does not know `\(word)`", line.span)
                    continue
                }
                guard let number = Double(parts[1]), number >= 0, number.isFinite else {
                    reportOption("`\(parts[0])` takes a number of at least 0, and got `\(parts[1])`", line.span)
                    continue
                }
                var changed = tolerance ?? CheckTolerance()
                if parts[0] == "rtol" { changed.relative = number } else { changed.absolute = number }
                tolerance = changed
            }
        }
        return tolerance
    }

    private mutating func reportOption(_ message: String, _ span: Span) {
        report(message, span, help: ["it is written as `#~ rtol=1e-3 atol=1e-6`"])
    }
}
