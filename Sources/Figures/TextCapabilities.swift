/// What the place can show where a figure is drawn as text.
package struct TextCapabilities: Sendable, Equatable {
    package enum Charset: Sendable, Equatable, CaseIterable {
        case ascii
        /// Box drawing and block elements.
        case block
        /// Also braille patterns, which hold eight points in a character.
        case braille
    }

    package enum Color: Sendable, Equatable, CaseIterable {
        case none
        case palette256
        case trueColor
    }

    package var charset: Charset
    package var color: Color
    /// In columns and rows of characters.
    package var width: Int
    package var height: Int

    package init(charset: Charset = .braille, color: Color = .none, width: Int = 80, height: Int = 24) {
        self.charset = charset
        self.color = color
        self.width = max(width, 20)
        self.height = max(height, 8)
    }
}

/// A colour by its parts.
package struct RGB: Sendable, Hashable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    package static func grey(_ level: UInt8) -> RGB { RGB(level, level, level) }

    /// The nearest of the 216 colours and 24 greys of a 256-colour terminal.
    package var paletteIndex: UInt8 {
        let steps: [Int] = [0, 95, 135, 175, 215, 255]
        func nearestStep(_ value: UInt8) -> Int {
            steps.indices.min { abs(steps[$0] - Int(value)) < abs(steps[$1] - Int(value)) } ?? 0
        }
        func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
            (r - Int(red)) * (r - Int(red)) + (g - Int(green)) * (g - Int(green)) + (b - Int(blue)) * (b - Int(blue))
        }
        let (r, g, b) = (nearestStep(red), nearestStep(green), nearestStep(blue))
        let mean = (Int(red) + Int(green) + Int(blue)) / 3
        let greyIndex = min(max((mean - 3) / 10, 0), 23)
        let grey = 8 + 10 * greyIndex
        return distance(grey, grey, grey) < distance(steps[r], steps[g], steps[b])
            ? UInt8(232 + greyIndex) : UInt8(16 + 36 * r + 6 * g + b)
    }
}

/// A line of text with colours, which become escape sequences where the place shows them.
struct StyledLine {
    struct Style: Equatable {
        var foreground: RGB?
        var background: RGB?
        var isBold = false
    }

    private var runs: [(text: String, style: Style)] = []

    init(_ text: String = "", foreground: RGB? = nil, isBold: Bool = false) {
        append(text, foreground: foreground, isBold: isBold)
    }

    mutating func append(_ text: String, foreground: RGB? = nil, background: RGB? = nil, isBold: Bool = false) {
        guard !text.isEmpty else { return }
        let style = Style(foreground: foreground, background: background, isBold: isBold)
        if let last = runs.indices.last, runs[last].style == style {
            runs[last].text += text
        } else {
            runs.append((text, style))
        }
    }

    mutating func append(_ line: StyledLine) {
        for run in line.runs {
            append(
                run.text, foreground: run.style.foreground, background: run.style.background, isBold: run.style.isBold)
        }
    }

    var width: Int { runs.reduce(0) { $0 + displayWidth($1.text) } }

    /// Without the spaces that nobody sees at the end.
    func encoded(_ color: TextCapabilities.Color) -> String {
        var text = ""
        // Colours that differ here can be one colour of the terminal.
        var current = ""
        for run in runs {
            let escape = color == .none ? "" : Self.escape(run.style, color)
            if escape != current {
                if !current.isEmpty { text += "\u{1b}[0m" }
                text += escape
                current = escape
            }
            text += run.text
        }
        if !current.isEmpty { text += "\u{1b}[0m" }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private static func escape(_ style: Style, _ color: TextCapabilities.Color) -> String {
        var codes: [String] = []
        if style.isBold { codes.append("1") }
        for (rgb, code) in [(style.foreground, "38"), (style.background, "48")] {
            guard let rgb else { continue }
            codes.append(
                color == .trueColor ? "\(code);2;\(rgb.red);\(rgb.green);\(rgb.blue)" : "\(code);5;\(rgb.paletteIndex)")
        }
        return codes.isEmpty ? "" : "\u{1b}[\(codes.joined(separator: ";"))m"
    }
}
