/// A field of points finer than characters: 2 x 4 in one of braille, 2 x 2 in a block, one in ASCII.
struct DotCanvas {
    /// What a point is drawn as: its line's colour, and the character that stands for it where there are no dots.
    struct Ink {
        var color: RGB?
        var marker: Character
    }

    let columns: Int
    let rows: Int
    private let charset: TextCapabilities.Charset
    private let dotsAcross: Int
    private let dotsDown: Int
    private var masks: [UInt8]
    private var inks: [Ink?]
    /// Characters of texts in front of the dots, by cell; empty behind a wide one.
    private var letters: [Int: String] = [:]

    init(columns: Int, rows: Int, charset: TextCapabilities.Charset) {
        self.columns = columns
        self.rows = rows
        self.charset = charset
        (dotsAcross, dotsDown) =
            switch charset {
            case .ascii: (1, 1)
            case .block: (2, 2)
            case .braille: (2, 4)
            }
        masks = [UInt8](repeating: 0, count: columns * rows)
        inks = [Ink?](repeating: nil, count: columns * rows)
    }

    var width: Int { columns * dotsAcross }
    var height: Int { rows * dotsDown }

    /// Puts a text into a row, as much as there is room for; it keeps within the field.
    mutating func write(_ text: String, column: Int, row: Int) {
        guard row >= 0, row < rows, columns > 0 else { return }
        let text = truncated(text, to: columns)
        var column = max(0, min(column, columns - displayWidth(text)))
        for character in text {
            let width = displayWidth(character)
            guard width > 0 else { continue }
            for place in 0..<width { letters[row * columns + column + place] = place == 0 ? String(character) : "" }
            column += width
        }
    }

    /// The point at fractions of the field, from its lower left corner.
    func dot(_ x: Double, _ y: Double) -> (x: Int, y: Int) {
        (Int((x * Double(width - 1)).rounded()), Int(((1 - y) * Double(height - 1)).rounded()))
    }

    func column(_ x: Double) -> Int { dot(x, 0).x / dotsAcross }
    func row(_ y: Double) -> Int { dot(0, y).y / dotsDown }

    mutating func set(_ x: Int, _ y: Int, _ ink: Ink) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        let cell = y / dotsDown * columns + x / dotsAcross
        masks[cell] |= bit(x % dotsAcross, y % dotsDown)
        inks[cell] = ink
    }

    /// A point that can be seen alone.
    mutating func setMark(_ x: Int, _ y: Int, _ ink: Ink) {
        set(x, y, ink)
        guard charset == .braille else { return }
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] { set(x + dx, y + dy, ink) }
    }

    /// Joins two points. `pattern` tells which of the points along the line are set, by turns; `phase` goes on
    /// from one line to the next.
    mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int), _ ink: Ink, pattern: [Bool], phase: inout Int)
    {
        let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
        for step in 0...steps {
            let part = Double(step) / Double(steps)
            if pattern[phase % pattern.count] {
                set(
                    Int((Double(a.x) + part * Double(b.x - a.x)).rounded()),
                    Int((Double(a.y) + part * Double(b.y - a.y)).rounded()), ink)
            }
            // The last point is the next line's first.
            if step < steps { phase += 1 }
        }
    }

    /// - Parameter background: What is behind a column, as a colour and as the character where there are no colours.
    func line(row: Int, background: ((Int) -> (color: RGB?, character: Character)?)? = nil) -> StyledLine {
        var line = StyledLine()
        for column in 0..<columns {
            let cell = row * columns + column
            let behind = background?(column)
            if let letter = letters[cell] {
                line.append(letter, background: behind?.color)
            } else if masks[cell] == 0, let behind {
                line.append(behind.color == nil ? String(behind.character) : " ", background: behind.color)
            } else {
                line.append(
                    String(character(masks[cell], inks[cell])), foreground: inks[cell]?.color, background: behind?.color
                )
            }
        }
        return line
    }

    private func bit(_ x: Int, _ y: Int) -> UInt8 {
        switch charset {
        case .ascii: 1
        case .block: 1 << UInt8(y * 2 + x)
        case .braille: y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(x * 3 + y)
        }
    }

    private func character(_ mask: UInt8, _ ink: Ink?) -> Character {
        if mask == 0 { return " " }
        switch charset {
        case .ascii: return ink?.marker ?? "*"
        case .block: return Self.quadrants[Int(mask)]
        case .braille: return Character(Unicode.Scalar(UInt16(0x2800) + UInt16(mask)) ?? "*")
        }
    }

    private static let quadrants = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
}
