import TensorCore

/// What a figure can be written as.
package enum FigureFormat: String, CaseIterable, Sendable {
    case svg, png, pdf

    /// The format of a file by the end of its name; nil if it is none of them.
    package init?(path: String) {
        guard let point = path.lastIndex(of: ".") else { return nil }
        self.init(rawValue: path[path.index(after: point)...].lowercased())
    }
}

/// Writes the program with which gnuplot draws a figure, all data in it.
///
/// The program depends on the figure alone, so the same figure gives the same file.
package enum GnuplotRenderer {
    /// The program; it gives the picture on its standard output.
    package static func program(_ figure: Figure, _ format: FigureFormat) -> String {
        script(figure).text(format)
    }

    /// The picture that gnuplot gave, as it is kept: an SVG that says what it shows instead of who drew it, to screen
    /// readers too, and whose pixels stay sharp.
    package static func finished(_ bytes: [UInt8], _ figure: Figure, _ format: FigureFormat) -> [UInt8] {
        guard format == .svg else { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("<desc>") { continue }
            if line.hasPrefix("<title>") {
                lines.append("<title>\(escapedXML(singleLine(figure.title ?? figure.kind)))</title>")
                lines.append("<desc>\(escapedXML(singleLine(figure.altText)))</desc>")
            } else if line.hasPrefix("<svg") {
                lines.append("<svg role=\"img\"" + line.dropFirst("<svg".count))
            } else if let start = line.firstRange(of: "<image ") {
                lines.append(
                    line[..<start.upperBound] + "style='image-rendering:pixelated' " + line[start.upperBound...])
            } else {
                lines.append(line)
            }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    static func script(_ figure: Figure, on canvas: FigureCanvas = .standard) -> GnuplotScript {
        switch figure {
        case .lines(let chart): script(of: chart, isScatter: false, on: canvas)
        case .scatter(let chart): script(of: chart, isScatter: true, on: canvas)
        case .bars(let chart): script(of: chart, on: canvas)
        case .histogram(let histogram): script(of: histogram, on: canvas)
        case .boxes(let chart): script(of: chart, on: canvas)
        case .images(let grid): script(of: grid, on: canvas)
        case .heatMap(let map): script(of: map, on: canvas)
        case .diagram(let diagram): script(of: diagram, on: canvas)
        case .table(let table): script(of: table, on: canvas)
        case .grid(let grid): script(of: grid, on: canvas)
        }
    }

    /// A canvas that says in words that there is nothing to draw.
    static func empty(_ title: String?, _ reason: String, on canvas: FigureCanvas) -> GnuplotScript {
        var script = GnuplotScript(width: canvas.width, height: 110)
        _ = addTitle(title, to: &script)
        script.text(
            "(\(reason))", x: script.width / 2, y: 40, .center, color: FigureStyle.faintInk)
        return script
    }

    /// A table is text, and stays so in a picture.
    private static func script(of table: TextTable, on canvas: FigureCanvas) -> GnuplotScript {
        let columns = Int(100 * canvas.width / FigureStyle.chartWidth)
        let lines = TextRenderer(TextCapabilities(charset: .block, width: columns)).text(.table(table))
            .split(separator: "\n", omittingEmptySubsequences: false)
        let lineHeight = 1.4 * FigureStyle.fontSize
        let height = 2 * FigureStyle.margin + lineHeight * Double(lines.count)
        var script = GnuplotScript(width: canvas.width, height: height)
        let column = 0.62 * FigureStyle.fontSize
        for (index, line) in lines.enumerated() {
            let y = height - FigureStyle.margin - lineHeight * (Double(index) + 0.5)
            // Words stand where they stand in the text, whatever the font.
            for word in words(of: line) {
                script.text(word.text, x: FigureStyle.margin + column * Double(word.column), y: y)
            }
        }
        return script
    }

    private static func words(of line: Substring) -> [(column: Int, text: String)] {
        var words: [(column: Int, text: String)] = []
        var column = 0
        var isInWord = false
        for character in line {
            if character == " " {
                isInWord = false
            } else if isInWord {
                words[words.count - 1].text.append(character)
            } else {
                words.append((column, String(character)))
                isInWord = true
            }
            column += displayWidth(character)
        }
        return words
    }

    // MARK: - Parts of all figures

    /// The title at the top, broken into lines that fit.
    ///
    /// - Returns: The height that it takes.
    static func addTitle(_ title: String?, to script: inout GnuplotScript) -> Double {
        let lines = titleLines(title, width: script.width)
        for (index, line) in lines.enumerated() {
            script.text(
                line, x: script.width / 2, y: script.height - FigureStyle.margin - 9 - titleLineHeight * Double(index),
                .center, size: FigureStyle.titleSize)
        }
        return titleHeight(title, width: script.width)
    }

    static func titleHeight(_ title: String?, width: Double) -> Double {
        let count = titleLines(title, width: width).count
        return FigureStyle.margin + (count == 0 ? 0 : Double(count) * titleLineHeight + 8)
    }

    private static let titleLineHeight = 1.35 * FigureStyle.titleSize

    private static func titleLines(_ title: String?, width: Double) -> [String] {
        guard let title = title.map(singleLine) else { return [] }
        let columns = Int((width - 4 * FigureStyle.margin) / (FigureStyle.titleSize * FigureStyle.columnWidth))
        var lines: [String] = []
        var line = ""
        for word in title.split(separator: " ") {
            // A word that no line holds is cut.
            let word = truncated(String(word), to: columns)
            if !line.isEmpty, displayWidth(line) + 1 + displayWidth(word) > columns {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        guard lines.count > 4 else { return lines }
        return Array(lines.prefix(3)) + [truncated(lines[3] + " …", to: columns)]
    }

    /// A remark at the lower right.
    static func addNote(_ note: String, to script: inout GnuplotScript) {
        script.text(
            "(\(note))", x: script.width - FigureStyle.margin, y: FigureStyle.margin, .right,
            size: FigureStyle.noteSize, color: FigureStyle.faintInk)
    }
}

extension Figure {
    package var title: String? {
        switch self {
        case .lines(let chart): chart.title
        case .scatter(let chart): chart.title
        case .bars(let chart): chart.title
        case .histogram(let histogram): histogram.title
        case .boxes(let chart): chart.title
        case .images(let grid): grid.title
        case .heatMap(let map): map.title
        case .diagram(let diagram): diagram.title
        case .table(let table): table.title
        case .grid(let grid): grid.title
        }
    }
}

/// A text between the tags of XML or HTML, or in an attribute's quotes.
package func escapedXML(_ text: String) -> String {
    text.escaping { scalar in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        default: nil
        }
    }
}
