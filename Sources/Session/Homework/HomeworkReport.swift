import Datasets
import Figures
import Language
import Runtime
import TensorCore

/// The results of a grading, for people and programs.
package struct HomeworkReport {
    package let homework: Homework
    package let grades: [HomeworkGrade]

    package init(homework: Homework, grades: [HomeworkGrade]) {
        (self.homework, self.grades) = (homework, grades)
    }

    /// That of students whose files were not run yet, who have no points.
    init(ungraded names: [String], of homework: Homework) {
        let marks = homework.questions.map {
            HomeworkGrade.Mark(title: $0.cell.name, points: $0.points, isEarned: false)
        }
        self.init(homework: homework, grades: names.map { HomeworkGrade(path: "", name: $0, marks: marks) })
    }

    /// A row for each student, a column for each question in the order of the homework.
    package func table(isWhole: Bool) -> TextTable {
        TextTable(
            headers: ["student"] + questionNames + ["total", "of"],
            rows: grades.map { grade in
                [.text(grade.name)] + grade.marks.map { .number($0.isEarned ? $0.points : 0) }
                    + [.number(grade.earned), .number(grade.points)]
            }, mostRows: .max, isWhole: isWhole, keepsOrder: true)
    }

    /// Titles, and numbers where a title is not the only one of its kind.
    private var questionNames: [String] {
        var taken: Set<String> = ["student", "total", "of", "missing", "file"]
        return homework.questions.map { question in
            let title = question.cell.title
            let name = title.isEmpty || taken.contains(title) ? question.cell.name : title
            taken.insert(name)
            return name
        }
    }

    package var json: JSON { json(students: grades.map(entry)) }

    /// - Parameter students: How each went.
    func json(students: [JSON]) -> JSON {
        JSON([
            "homework": .string(homework.notebook.source.name), "points": JSON(homework.points),
            "students": .array(students),
        ])
    }

    func entry(_ grade: HomeworkGrade) -> JSON {
        JSON([
            "student": .string(grade.name), "file": .string(grade.path), "earned": JSON(grade.earned),
            "questions": .array(
                grade.marks.map { mark in
                    JSON([
                        "title": .string(mark.title), "points": JSON(mark.points),
                        "earned": JSON(mark.isEarned ? mark.points : 0), "reason": .string(mark.reason),
                    ])
                }),
            "missing": .array(grade.missing.map { .string($0) }),
            "guessed": .array(
                grade.guesses.map { JSON(["title": .string($0.title), "cell": .string($0.cell)]) }),
        ])
    }

    /// - Parameter rows: Those of the students.
    func csv(rows: [String]) -> String {
        ([csvHeader.map { CSVText.cell($0) }.joined(separator: ",")] + rows).map { $0 + "\n" }.joined()
    }

    var csvHeader: [String] { ["student"] + questionNames + ["total", "of", "missing", "file"] }

    var csvRows: [String] {
        grades.map { grade in
            let marks = grade.marks.map { numberText($0.isEarned ? $0.points : 0) }
            let missing =
                grade.missing.isEmpty
                ? CSVText.missing(isAlone: false) : CSVText.cell(grade.missing.joined(separator: "; "))
            let cells =
                [CSVText.cell(grade.name)] + marks
                + [numberText(grade.earned), numberText(grade.points), missing, CSVText.cell(grade.path)]
            return cells.joined(separator: ",")
        }
    }

    /// The page of a student: the points of each question, and below them the cells with what is wrong.
    package func page(_ grade: HomeworkGrade) -> String {
        let points = "\(numberText(grade.earned)) of \(numberText(grade.points)) points"
        let table = RecordedTable(
            headers: ["question", "points", "of", "reason"],
            rows: grade.marks.map { mark in
                [
                    mark.feedback.title, numberText(mark.isEarned ? mark.points : 0), numberText(mark.points),
                    mark.feedback.reason,
                ]
            }, areNumeric: [false, true, true, false])
        let notes = grade.notes.map { "<p>\(HTMLText.words($0))</p>\n" }.joined()
        let summary = HTMLText.section(
            title: "\(grade.name): \(points)",
            notes
                + "<div class=\"output\">\n<div class=\"wide\">\(HTMLText.table(table, HTMLText.words))</div>\n</div>\n"
        )
        return HTMLText.page(
            "\(homework.notebook.source.name): \(grade.name)", summary + grade.cells.map(section).joined())
    }

    private func section(_ report: HomeworkGrade.CellReport) -> String {
        var html = report.code.isEmpty ? "" : "<pre><code>\(HTMLText.code(report.code))</code></pre>\n"
        var outputs = ""
        // The error stands below in full.
        let lines = report.problem.isEmpty ? report.lines : report.lines.filter { !$0.hasPrefix("error: ") }
        if !lines.isEmpty { outputs += HTMLText.output(.text(lines)) }
        if !report.problem.isEmpty { outputs += HTMLText.error(report.problem) }
        if !outputs.isEmpty { html += "<div class=\"output\">\n\(outputs)</div>\n" }
        if report.isHidden, report.problem.isEmpty { html += "<p>This hidden check passes.</p>\n" }
        if report.hasOnlyFigures, report.problem.isEmpty {
            html += "<p>A figure is expected here. What it shows is not compared.</p>\n"
        }
        return HTMLText.section(title: report.title, html)
    }
}

extension HomeworkGrade {
    /// What is to be known of the file as a whole, in sentences.
    package var notes: [String] {
        var notes: [String] = []
        if let problem { notes.append("It could not be graded: \(problem).") }
        if !missing.isEmpty {
            let names = missing.map(quoted).joined(separator: ", ")
            notes.append("The file has no cell for \(names): answers are found by the titles of their cells.")
        }
        for guess in guesses {
            notes.append("No cell is called \(quoted(guess.title)): \(guess.cell) was taken for it.")
        }
        return notes
    }
}

extension HomeworkGrade {
    /// Names of files for names of students: the last parts of paths where they tell them apart, else all of them.
    package static func names(of paths: [String]) -> [String] {
        let own = paths.map { path in
            withoutEnding(path.split(separator: "/").last.map { String($0) } ?? path)
        }
        var taken: Set<String> = []
        return zip(paths, own).map { path, name in
            let isAlone = own.count(where: { $0.lowercased() == name.lowercased() }) == 1
            return unique(isAlone ? name : withoutEnding(path)) { taken.insert(fileName($0).lowercased()).inserted }
        }
    }

    /// A name, with a number behind it where it is taken.
    static func unique(_ name: String, _ isFree: (String) -> Bool) -> String {
        var unique = name
        var number = 2
        while !isFree(unique) {
            unique = "\(name) (\(number))"
            number += 1
        }
        return unique
    }

    static func withoutEnding(_ path: String) -> String {
        let ending = [".dls", ".ipynb"].first { path.hasSuffix($0) && path != $0 }
        return String(path.dropLast(ending?.count ?? 0))
    }

    /// The name as that of a file, without what means something to a system.
    package static func fileName(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "-_".unicodeScalars.contains(scalar)
                ? scalar : "_"
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
