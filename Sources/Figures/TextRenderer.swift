/// Draws figures as text.
///
///     TextRenderer(TextCapabilities(charset: .ascii, width: 60)).text(.bars(chart))
package struct TextRenderer: Sendable {
    package let capabilities: TextCapabilities

    package init(_ capabilities: TextCapabilities) {
        self.capabilities = capabilities
    }

    /// The figure's lines, joined, without a line end after the last.
    package func text(_ figure: Figure) -> String {
        lines(of: figure).map { $0.encoded(capabilities.color) }.joined(separator: "\n")
    }

    func lines(of figure: Figure) -> [StyledLine] {
        switch figure {
        case .lines(let chart): lines(ofLines: chart)
        case .scatter(let chart): lines(ofPoints: chart)
        case .bars(let chart): lines(of: chart)
        case .histogram(let histogram): lines(of: histogram)
        case .boxes(let chart): lines(of: chart)
        case .images(let grid): lines(of: grid)
        case .heatMap(let map): lines(of: map)
        case .diagram(let diagram): lines(of: diagram)
        case .table(let table): lines(of: table)
        case .grid(let grid): lines(of: grid)
        }
    }

    var isASCII: Bool { capabilities.charset == .ascii }
    var hasColor: Bool { capabilities.color != .none }
    var ellipsis: String { isASCII ? "..." : "…" }

    /// Charts stay readable at the width of a page on a wide screen.
    var chartWidth: Int { min(capabilities.width, 100) }
    var chartRows: Int { min(max(capabilities.height - 8, 5), 15) }

    /// A chart of the usual size fills the page; others take their part of it.
    func columnCount(_ size: FigureSize?) -> Int {
        guard let size else { return chartWidth }
        return min(
            max(Int((Double(chartWidth) * size.width / FigureStyle.chartInches.width).rounded()), 20), chartWidth)
    }

    func rowCount(_ size: FigureSize?) -> Int {
        guard let size else { return chartRows }
        let rows = Double(chartRows) * size.height / FigureStyle.chartInches.height
        return min(max(Int(rows.rounded()), 4), max(capabilities.height - 8, 2 * chartRows))
    }

    func titleLine(_ title: String?, width: Int) -> [StyledLine] {
        guard let title = title.map(singleLine), !title.isEmpty else { return [] }
        let text = truncated(title, to: width, ellipsis: ellipsis)
        let indent = max(0, (width - displayWidth(text)) / 2)
        var line = StyledLine(String(repeating: " ", count: indent))
        line.append(text, isBold: true)
        return [line]
    }

    /// Says in words that there is nothing to draw.
    func emptyLines(_ title: String?, _ reason: String) -> [StyledLine] {
        var lines: [StyledLine] = []
        if let title = title.map(singleLine), !title.isEmpty {
            lines.append(
                StyledLine(truncated(title, to: capabilities.width, ellipsis: ellipsis), isBold: true))
        }
        return lines + remark(reason)
    }

    /// Words below a picture, in brackets, broken between words to the width of the page.
    func remark(_ text: String) -> [StyledLine] {
        var lines = [""]
        for word in "(\(text))".split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if displayWidth(line) + 1 + displayWidth(String(word)) <= capabilities.width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { StyledLine($0) }
    }

    /// Colours that differ for most people's eyes, on dark and on light.
    ///
    /// - Source: after Okabe and Ito, Color Universal Design, 2008.
    static let seriesColors = [
        RGB(70, 160, 215), RGB(222, 143, 5), RGB(2, 158, 115), RGB(204, 120, 188), RGB(213, 94, 0),
        RGB(150, 150, 150), RGB(170, 140, 30), RGB(110, 110, 210),
    ]
}
