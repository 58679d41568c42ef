import Figures

/// What a terminal shows of what is sent to it: text, moves of the cursor, and pictures apart.
struct Screen {
    private var columns: Int
    private let rows: Int
    /// From the first line on, those that have scrolled away too.
    private var cells: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private var saved = (row: 0, column: 0)
    private var wraps = true
    /// The contents of sequences that are no text: of kitty (`_`), iTerm2 (`]`) and sixels (`P`), with the place of the
    /// cursor.
    private(set) var pictures: [(text: String, row: Int, column: Int)] = []
    private(set) var hasColors = false
    /// How often a part of the screen was erased to its end.
    private(set) var eraseCount = 0

    init(_ text: String, columns: Int = 80, rows: Int = 24) {
        self.columns = columns
        self.rows = rows
        feed(text)
    }

    /// Breaks the lines anew that are too long, as most terminals do; the cursor stays in its place of the text.
    mutating func resize(columns: Int) {
        self.columns = columns
        var broken: [[Character]] = []
        // Nothing stands below the cursor in these tests.
        for (index, line) in cells[...row].enumerated() {
            if index == row { (row, column) = (broken.count + column / columns, column % columns) }
            broken += stride(from: 0, to: max(line.count, 1), by: columns).map {
                Array(line[$0..<min($0 + columns, line.count)])
            }
        }
        while broken.count <= row { broken.append([]) }
        cells = broken
    }

    mutating func feed(_ text: String) {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\u{1b}": takeSequence(&rest)
            case "\r": column = 0
            case "\n": moveDown()
            case "\u{8}": column = max(column - 1, 0)
            case "\u{7}": break
            default: put(Character(scalar))
            }
        }
    }

    /// The lines without spaces at their ends.
    var lines: [String] {
        cells.map { line in
            var line = line.filter { $0 != Self.secondHalf }
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    private mutating func put(_ character: Character) {
        let width = displayWidth(character)
        guard width > 0 else { return }
        if column + width > columns {
            guard wraps else {
                column = columns - width
                return put(character)
            }
            moveDown()
            column = 0
        }
        while cells[row].count < column + width { cells[row].append(" ") }
        cells[row][column] = character
        if width == 2 { cells[row][column + 1] = Self.secondHalf }
        column += width
    }

    /// What stands behind a character of two columns.
    private static let secondHalf: Character = "\u{0}"

    private mutating func moveDown() {
        row += 1
        if row == cells.count { cells.append([]) }
    }

    private mutating func takeSequence(_ rest: inout ArraySlice<Unicode.Scalar>) {
        switch rest.popFirst() {
        case "[":
            var parameters = ""
            while let scalar = rest.popFirst() {
                if (0x40...0x7e).contains(scalar.value) { return control(scalar, parameters) }
                parameters.unicodeScalars.append(scalar)
            }
        case let kind? where "_]P".unicodeScalars.contains(kind):
            var text = String(kind)
            while let scalar = rest.popFirst(), scalar != "\u{7}" {
                if scalar == "\u{1b}" {
                    rest.removeFirst()
                    break
                }
                text.unicodeScalars.append(scalar)
            }
            pictures.append((text, row, column))
        case "D": moveDown()
        case "7": saved = (row, column)
        case "8": (row, column) = saved
        default: break
        }
    }

    private mutating func control(_ final: Unicode.Scalar, _ parameters: String) {
        let number = Int(parameters) ?? 1
        switch final {
        case "A": row = max(row - number, max(cells.count - rows, 0))
        case "B": row = min(row + number, cells.count - 1)
        case "C": column = min(column + number, columns - 1)
        case "K": cells[row] = Array(cells[row].prefix(column))
        case "J":
            eraseCount += 1
            cells[row] = Array(cells[row].prefix(column))
            cells.removeSubrange((row + 1)...)
        case "m": hasColors = true
        case "h" where parameters == "?7": wraps = true
        case "l" where parameters == "?7": wraps = false
        default: break
        }
    }
}
