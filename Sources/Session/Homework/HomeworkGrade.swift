import Language

/// What a student's file is worth.
package struct HomeworkGrade {
    package struct Mark {
        package let title: String
        package let points: Double
        package var isEarned: Bool
        /// Why the points are not given, in short.
        package var reason = ""
        /// What the student is told of it: how the cell is called in their file, and nothing that a hidden check holds.
        package var feedback = (title: "", reason: "")
    }

    /// A cell as it went, for the feedback.
    struct CellReport {
        var title: String
        /// Empty for a hidden check.
        var code: String
        var lines: [String]
        /// What is wrong with it.
        var problem: [String]
        /// A hidden check: all that is told of it is whether it passed.
        var isHidden = false
        /// Figures, which nobody compares, are all that is expected of it.
        var hasOnlyFigures = false
    }

    /// The path of the file.
    package let path: String
    /// A short name, which no other file of the grading has.
    package let name: String
    package internal(set) var marks: [Mark]
    /// The titles of the answers that it does not have.
    package internal(set) var missing: [String] = []
    /// The titles of answers that other cells were taken for, and how these are called.
    package internal(set) var guesses: [(title: String, cell: String)] = []
    /// Why the file could not be graded at all.
    package internal(set) var problem: String?
    var cells: [CellReport] = []

    package var earned: Double { marks.reduce(0) { $0 + ($1.isEarned ? $1.points : 0) } }
    package var points: Double { marks.reduce(0) { $0 + $1.points } }
}
