/// How a notebook is replayed.
package struct ReplayOptions: Equatable, Sendable {
    package enum Mode: Sendable {
        case show
        /// Compares with the recorded outputs.
        case check
        /// Writes the outputs under their cells.
        case record
    }

    package var mode = Mode.show
    package var choice = CellChoice()
    /// Goes on behind a cell that fails.
    package var keepsGoing = false
    /// Shows what is wrong, and no cells.
    package var isQuiet = false
    /// Shows how the cells went as JSON, and nothing else.
    package var isJSON = false

    package init(
        mode: Mode = .show, choice: CellChoice = CellChoice(), keepsGoing: Bool = false, isQuiet: Bool = false,
        isJSON: Bool = false
    ) {
        self.mode = mode
        self.choice = choice
        self.keepsGoing = keepsGoing
        self.isQuiet = isQuiet || isJSON
        self.isJSON = isJSON
    }
}
