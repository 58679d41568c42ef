import Datasets
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

    /// A row for each student, a column for each question.
    package func table() throws -> TableObject {
        func column(_ name: String, _ value: (HomeworkGrade) -> Value) -> (name: String, values: [Value]) {
            (name, grades.map(value))
        }
        return TableObject(
            columns: [column("student") { .string($0.name) }]
                + questionNames.enumerated().map { index, name in
                    column(name) { .number($0.marks[index].isEarned ? $0.marks[index].points : 0) }
                } + [
                    column("total") { .number($0.earned) }, column("of") { .number($0.points) },
                ])
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

    package var json: JSON {
        JSON([
            "homework": .string(homework.notebook.source.name), "points": JSON(homework.points),
            "students": .array(
                grades.map { grade in
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
                    ])
                }),
        ])
    }

    package var csv: String {
        let header = ["student"] + questionNames + ["total", "of", "missing"]
        let rows = grades.map { grade -> [String] in
            let marks = grade.marks.map { numberText($0.isEarned ? $0.points : 0) }
            let cells = [CSVText.cell(grade.name)] + marks + [numberText(grade.earned), numberText(grade.points)]
            let missing =
                grade.missing.isEmpty
                ? CSVText.missing(isAlone: false) : CSVText.cell(grade.missing.joined(separator: "; "))
            return cells + [missing]
        }
        return ([header.map { CSVText.cell($0) }] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// The page of a student: the points of each question, and below them the cells with what is wrong.
    package func page(_ grade: HomeworkGrade) throws -> String {
        var summary = NotebookDocument.Cell(number: 0)
        summary.title = "\(grade.name): \(numberText(grade.earned)) of \(numberText(grade.points)) points"
        summary.outputs = [
            .table(
                RecordedTable(
                    headers: ["question", "points", "of", "reason"],
                    rows: grade.marks.map { mark in
                        [
                            mark.title, numberText(mark.isEarned ? mark.points : 0), numberText(mark.points),
                            mark.reason,
                        ]
                    }, areNumeric: [false, true, true, false]))
        ]
        let cells = grade.cells.enumerated().map { index, report in
            var cell = NotebookDocument.Cell(number: index + 1)
            cell.title = report.title
            cell.source = report.code
            if !report.lines.isEmpty { cell.outputs.append(.text(report.lines)) }
            if !report.problem.isEmpty { cell.outputs.append(.error(report.problem)) }
            return cell
        }
        let document = NotebookDocument(
            name: "\(homework.notebook.source.name): \(grade.name)", cells: [summary] + cells)
        return try HTMLPage(document: document, figure: { _ in [] }, picture: { _ in nil }).text()
    }
}

extension HomeworkGrade {
    /// Names of files for names of students: the last parts of paths where they tell them apart, else all of them.
    package static func names(of paths: [String]) -> [String] {
        let own = paths.map { path in
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            return name.hasSuffix(".dls") && name != ".dls" ? String(name.dropLast(4)) : name
        }
        var taken: Set<String> = []
        return zip(paths, own).map { path, name in
            let isAlone = own.count(where: { $0.lowercased() == name.lowercased() }) == 1
            let words = isAlone ? name : path.hasSuffix(".dls") ? String(path.dropLast(4)) : path
            var unique = words
            var number = 2
            while !taken.insert(fileName(unique).lowercased()).inserted {
                unique = "\(words) (\(number))"
                number += 1
            }
            return unique
        }
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
