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
        let lines: [StyledLine] =
            switch figure {
            case .lines(let chart): self.lines(of: chart)
            case .scatter(let chart): self.lines(of: chart)
            case .bars(let chart): self.lines(of: chart)
            case .histogram(let histogram): self.lines(of: histogram)
            case .images(let grid): self.lines(of: grid)
            case .heatMap(let map): self.lines(of: map)
            case .table(let table): self.lines(of: table)
            }
        return lines.map { $0.encoded(capabilities.color) }.joined(separator: "\n")
    }

    var isASCII: Bool { capabilities.charset == .ascii }
    var hasColor: Bool { capabilities.color != .none }
    var ellipsis: String { isASCII ? "..." : "…" }

    /// Charts stay readable at the width of a page on a wide screen.
    var chartWidth: Int { min(capabilities.width, 100) }
    var chartRows: Int { min(max(capabilities.height - 8, 5), 15) }

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
        if let title = title.map(singleLine), !title.isEmpty { lines.append(StyledLine(title, isBold: true)) }
        return lines + [StyledLine("(\(reason))")]
    }

    /// Colours that differ for most people's eyes, on dark and on light.
    ///
    /// - Source: after Okabe and Ito, Color Universal Design, 2008.
    static let seriesColors = [
        RGB(70, 160, 215), RGB(222, 143, 5), RGB(2, 158, 115), RGB(204, 120, 188), RGB(213, 94, 0),
        RGB(150, 150, 150), RGB(170, 140, 30), RGB(110, 110, 210),
    ]
}
