import Language

/// What a student's file is worth.
package struct HomeworkGrade {
    package struct Mark {
        package let title: String
        package let points: Double
        package var isEarned: Bool
        /// Why the points are not given, in short.
        package var reason = ""
    }

    /// A cell as it went, for the feedback.
    struct CellReport {
        var title: String
        /// Empty for a hidden check.
        var code: String
        var lines: [String]
        /// What is wrong with it.
        var problem: [String]
    }

    /// The path of the file.
    package let path: String
    /// A short name, which no other file of the grading has.
    package let name: String
    package internal(set) var marks: [Mark]
    /// The titles of the answers that it does not have.
    package internal(set) var missing: [String] = []
    var cells: [CellReport] = []

    package var earned: Double { marks.reduce(0) { $0 + ($1.isEarned ? $1.points : 0) } }
    package var points: Double { marks.reduce(0) { $0 + $1.points } }
}
