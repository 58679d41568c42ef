import Datasets
import Language
import Runtime

/// What a process of its own is to run of a student's file and of the homework, and no more: none of the answers and
/// none of the expected outputs are in it.
package struct HomeworkJob {
    /// A piece of code.
    struct Step {
        /// The cell of the homework that it stands for; nil for a cell of the student's own.
        var cell: Int?
        /// Whether it is the student's.
        var isStudents: Bool
        /// Whether it is read in the student's file, as are checks that the student left as they are.
        var isInStudentsFile: Bool
        /// Where it stands in the text that it is from.
        var span: Span
        var showsSeconds = false
    }

    var homework: SourceText
    var student: SourceText
    var steps: [Step]
    /// The names that the homework gives values to: all others are dls's own for its checks.
    var ownNames: Set<String>
    /// Those that the answers give values to.
    var answerNames: Set<String>
    /// What other cells define, such as data and tolerances: no code of the student's replaces it.
    var keptNames: Set<String>
    package private(set) var limits: Confinement

    init(homework: SourceText, student: SourceText, steps: [Step], limits: Confinement) {
        (self.homework, self.student, self.steps, self.limits) = (homework, student, steps, limits)
        (ownNames, answerNames, keptNames) = ([], [], [])
    }

    /// How a step went.
    struct Result {
        enum Ending: String {
            case completed, failed, quit, stopped
        }

        var ending: Ending
        /// What an error says, with its place; what stopped it.
        var message = ""
        /// What it showed, as it is recorded.
        var lines: [String] = []
    }
}

// MARK: - As JSON

extension HomeworkJob {
    var json: JSON {
        func text(_ source: SourceText) -> JSON {
            JSON([
                "name": .string(source.name), "text": .string(source[Span(0, source.bytes.count)]),
            ])
        }
        func names(_ names: Set<String>) -> JSON { .array(names.sorted().map { .string($0) }) }
        return JSON([
            "homework": text(homework), "student": text(student), "own_names": names(ownNames),
            "answer_names": names(answerNames), "kept_names": names(keptNames),
            "memory": .integer(limits.memoryByteCount),
            "seconds": JSON(limits.seconds ?? Confinement.scriptSeconds),
            "data": .array(limits.data.map { .string($0) }),
            "steps": .array(
                steps.map { step in
                    JSON([
                        "cell": step.cell.map { .integer($0) } ?? .null, "is_students": .boolean(step.isStudents),
                        "is_in_students_file": .boolean(step.isInStudentsFile),
                        "start": .integer(step.span.start), "end": .integer(step.span.end),
                        "shows_seconds": .boolean(step.showsSeconds),
                    ])
                }),
        ])
    }

    /// - Throws: `Failure` for what no grading wrote.
    package init(parsing bytes: [UInt8]) throws {
        func source(_ json: JSON?) -> SourceText? {
            guard let name = json?["name"]?.asString, let text = json?["text"]?.asString else { return nil }
            return SourceText(name: name, text: text)
        }
        func names(_ json: JSON?) -> Set<String> { Set((json?.elements ?? []).compactMap(\.asString)) }
        guard let json = try? JSON(parsing: bytes), let homework = source(json["homework"]),
            let student = source(json["student"]), let steps = json["steps"]?.elements,
            let memory = json["memory"]?.asInteger, let seconds = json["seconds"]?.asDouble
        else { throw Failure("this command is for `dls homework grade`, which starts it") }
        limits = Confinement()
        limits.readsHome = false
        limits.memoryByteCount = memory
        limits.seconds = seconds
        limits.data = (json["data"]?.elements ?? []).compactMap(\.asString)
        (self.homework, self.student) = (homework, student)
        (ownNames, answerNames) = (names(json["own_names"]), names(json["answer_names"]))
        keptNames = names(json["kept_names"])
        let counts = (student: student.bytes.count, homework: homework.bytes.count)
        self.steps = try steps.map { try Step($0, byteCounts: counts) }
    }
}

extension HomeworkJob.Step {
    /// - Parameter byteCounts: What the step must lie in.
    /// - Throws: `Failure` for what no grading wrote.
    fileprivate init(_ json: JSON, byteCounts: (student: Int, homework: Int)) throws {
        guard let isStudents = json["is_students"]?.asBoolean,
            let isInStudentsFile = json["is_in_students_file"]?.asBoolean, let start = json["start"]?.asInteger,
            let end = json["end"]?.asInteger, 0 <= start, start <= end,
            end <= (isInStudentsFile ? byteCounts.student : byteCounts.homework)
        else { throw Failure("a step of the grading is not understood") }
        self.init(
            cell: json["cell"]?.asInteger, isStudents: isStudents, isInStudentsFile: isInStudentsFile,
            span: Span(start, end),
            showsSeconds: json["shows_seconds"]?.asBoolean ?? false)
    }
}

extension HomeworkJob.Result {
    /// As a line of the report.
    func json(step: Int) -> JSON {
        JSON([
            "step": .integer(step), "ending": .string(ending.rawValue), "message": .string(message),
            "lines": .array(lines.map { .string($0) }),
        ])
    }

    static func parse(_ json: JSON) -> (step: Int, result: Self)? {
        guard let step = json["step"]?.asInteger, let word = json["ending"]?.asString,
            let ending = Ending(rawValue: word), let message = json["message"]?.asString,
            let lines = json["lines"]?.elements
        else { return nil }
        return (step, Self(ending: ending, message: message, lines: lines.compactMap(\.asString)))
    }
}
