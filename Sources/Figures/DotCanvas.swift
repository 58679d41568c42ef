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

    func line(row: Int) -> StyledLine {
        var line = StyledLine()
        for column in 0..<columns {
            let cell = row * columns + column
            line.append(String(character(masks[cell], inks[cell])), foreground: inks[cell]?.color)
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
