import Figures

/// What is being called where the cursor is.
package struct CallHint: Equatable {
    package var name: String
    /// As the signature writes them.
    package var parameters: [String]
    /// The one that is being written; none if it is beyond them.
    package var current: Int

    package init(name: String, parameters: [String], current: Int) {
        self.name = name
        self.parameters = parameters
        self.current = current
    }

    /// The signature with the current parameter underlined: as many others as fit, those that follow first.
    func text(columns: Int, hasColor: Bool) -> String {
        let words = parameters.map(\.withVisibleControls)
        let open = "\(name)("
        func line(_ range: Range<Int>, _ mark: (String) -> String = { $0 }) -> String {
            let shown = range.map { $0 == current ? mark(words[$0]) : words[$0] }
            let before = range.lowerBound > 0 ? ["..."] : []
            let after = range.upperBound < words.count ? ["..."] : []
            return open + (before + shown + after).joined(separator: ", ") + ")"
        }
        let first = min(current, max(words.count - 1, 0))
        var range = first..<min(first + 1, words.count)
        if range.count == 1, displayWidth(line(range)) > columns {
            return dimmed(truncated(line(range), to: columns, ellipsis: "..."), hasColor)
        }
        while true {
            if displayWidth(line(0..<words.count)) <= columns {
                range = 0..<words.count
                break
            }
            let longer = [range.lowerBound..<range.upperBound + 1, range.lowerBound - 1..<range.upperBound]
            guard
                let next = longer.first(where: {
                    $0.lowerBound >= 0 && $0.upperBound <= words.count && displayWidth(line($0)) <= columns
                })
            else { break }
            range = next
        }
        let (on, off) = hasColor ? ("\u{1b}[0;4m", "\u{1b}[0;90m") : ("\u{1b}[4m", "\u{1b}[24m")
        return dimmed(line(range) { on + $0 + off }, hasColor)
    }

    private func dimmed(_ text: String, _ hasColor: Bool) -> String {
        hasColor ? "\u{1b}[90m\(text)\u{1b}[0m" : text
    }
}
