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

    package init(
        mode: Mode = .show, choice: CellChoice = CellChoice(), keepsGoing: Bool = false, isQuiet: Bool = false
    ) {
        self.mode = mode
        self.choice = choice
        self.keepsGoing = keepsGoing
        self.isQuiet = isQuiet
    }
}
