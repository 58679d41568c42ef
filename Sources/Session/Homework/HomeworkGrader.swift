import Datasets
import Glibc
import Language
import Runtime
import TensorCore

/// What `dls homework grade` is asked for.
package struct GradeRequest: Equatable, Sendable {
    package var solution: String
    package var students: [String]
    package var limits = Confinement()
    /// Where the results go.
    package var json: String?
    package var csv: String?
    /// The folder for pages.
    package var feedback: String?
    package var overwrites = false

    package init(solution: String, students: [String]) {
        self.solution = solution
        self.students = students
        limits.seconds = Self.standardSeconds
        limits.memoryByteCount = Self.standardMemory
    }

    package static let standardSeconds = 300.0
    package static let standardMemory = 2 << 30
}

/// Grades students' files by a homework: each runs in a process of its own, and what it gave is compared here.
package struct HomeworkGrader {
    /// Runs a job in a process of its own.
    package typealias Runner = (_ job: String, _ seconds: Double) -> Filter.Outcome

    package let homework: Homework
    let limits: Confinement
    let runner: Runner

    package init(_ homework: Homework, limits: Confinement, runner: @escaping Runner = Self.ownProgram) {
        (self.homework, self.limits, self.runner) = (homework, limits, runner)
    }

    package static func ownProgram(_ job: String, _ seconds: Double) -> Filter.Outcome {
        Filter.run(Filter.ownProgram, "homework-session", input: job, seconds: seconds)
    }

    /// Grades the homework by itself: what it does not pass, nobody can.
    ///
    /// - Throws: `Failure` where it gets less than all points.
    package func checkHomework() throws {
        let source = homework.notebook.source
        let assessment: HomeworkAssessment
        do { assessment = try self.assessment(source, path: source.name) } catch let error as FileProblem {
            throw Failure("\(source.name) cannot be graded: \(error.reason)")
        }
        let grade = assessment.grade(path: source.name, name: "the homework")
        guard let mark = grade.marks.first(where: { !$0.isEarned }) else { return }
        // What fails first may be a cell that gives no points, such as the one that reads the data.
        let first = assessment.firstFailure ?? (mark.title, mark.reason)
        throw Failure(
            "\(source.name) does not pass its own checks: \(first.cell): \(first.problem)",
            help: first.problem.contains("--safe does not let it be read")
                ? "--data FOLDER lets answers and checks read what is beneath a folder, and nothing else is read"
                : "`dls replay --check \(source.name)` tells what differs, and --record writes the outputs again")
    }

    /// - Parameter name: How the student is called.
    /// - Throws: `Failure` where no process can be started, or Ctrl-C was pressed.
    package func grade(_ path: String, name: String) throws -> HomeworkGrade {
        do {
            return try assessment(try Self.submission(path), path: path).grade(path: path, name: name)
        } catch let error as FileProblem {
            let marks = homework.questions.map { question in
                let title = question.cell.title.isEmpty ? "a check" : quoted(question.cell.title)
                return HomeworkGrade.Mark(
                    title: question.cell.name, points: question.points, isEarned: false, reason: error.reason,
                    feedback: (title, error.reason))
            }
            var grade = HomeworkGrade(path: path, name: name, marks: marks)
            grade.problem = error.reason
            return grade
        }
    }

    private func assessment(_ source: SourceText, path: String) throws -> HomeworkAssessment {
        // Bytes that are no text are replaced here, so that all places are those of the text that runs.
        let student = Notebook(SourceText(name: path, text: String(decoding: source.bytes, as: UTF8.self)))
        guard student.cells.count <= max(Self.mostCells, homework.notebook.cells.count) else {
            throw FileProblem(reason: "the file has more than \(Self.mostCells) cells")
        }
        let plan = HomeworkPlan(homework, student)
        return HomeworkAssessment(plan, try results(of: plan))
    }

    // MARK: - Files

    /// A file that cannot be graded.
    private struct FileProblem: Error {
        let reason: String
    }

    private static let mostBytes = 8 << 20
    /// Each can show so much that more would fill the memory.
    private static let mostCells = 1000

    private static func submission(_ path: String) throws(FileProblem) -> SourceText {
        // A link could lead to the homework itself.
        let folder = FileBytes.realPath(Folder.parent(of: path))
        guard let place = FileAccess.resolvedPath(path), FileAccess.isBeneath(place, folder) else {
            throw FileProblem(reason: "the file is a link that leads out of its folder")
        }
        let bytes: [UInt8]
        do { bytes = try FileBytes.read(path) } catch {
            throw FileProblem(reason: Failure(wrapping: error).diagnostic.message)
        }
        guard bytes.count <= mostBytes else { throw FileProblem(reason: "the file has more than 8 MB") }
        let source = SourceText(name: path, bytes: bytes)
        guard !isOfJupyter(path, bytes) else {
            do { return SourceText(name: path, text: try NotebookExchange.dls(source).text) } catch {
                throw FileProblem(reason: Failure(wrapping: error).diagnostic.message)
            }
        }
        if let kind = StrayDownload(start: Array(bytes.prefix(StrayDownload.startByteCount))) {
            throw FileProblem(reason: "the file is \(kind.rawValue), not a notebook")
        }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw FileProblem(reason: "the file is text in UTF-16: save it in UTF-8")
        }
        // Letters of an old encoding are replaced; no text holds a zero.
        guard !bytes.contains(0) else { throw FileProblem(reason: "the file is not text, and so not a notebook") }
        return source
    }

    /// Whether a file is a notebook of Jupyter, whatever its name is.
    private static func isOfJupyter(_ path: String, _ bytes: [UInt8]) -> Bool {
        path.hasSuffix(".ipynb")
            || bytes.first == UInt8(ascii: "{") && String(decoding: bytes, as: UTF8.self).contains("\"nbformat\"")
    }

    // MARK: - Processes

    /// What a step that ended its process costs is that step: the others run once more without it.
    private static let mostProcesses = 3
    /// The time that a process has to start, and to end by itself when its own time is up.
    private static let graceSeconds = 15.0

    private func results(of plan: HomeworkPlan) throws -> [Int: HomeworkJob.Result] {
        var results: [Int: HomeworkJob.Result] = [:]
        let mayDefine = homework.answers.contains { HomeworkPlan.definesOperator(homework.tokens(of: $0)) }
        for (index, step) in plan.steps.enumerated() where !mayDefine && plan.definesOperator(step) {
            results[index] = .init(
                ending: .failed,
                message: "not run: it defines an operator such as `fn ==`, by which any check could pass")
        }
        var left = plan.steps.indices.filter { results[$0] == nil }
        for _ in 0..<Self.mostProcesses {
            let (found, ending) = try run(plan.job(left.map { plan.steps[$0] }, limits: limits))
            for (place, result) in found where left.indices.contains(place) { results[left[place]] = result }
            let stopped = left.indices.first { found[$0].map { $0.ending == .stopped } ?? true }
            guard let stopped else { break }
            results[left[stopped]] = .init(ending: .stopped, message: found[stopped]?.message ?? ending)
            left.remove(at: stopped)
        }
        return results
    }

    /// Runs a job: the results by the place of their step in it, and how the process ended.
    private func run(_ job: HomeworkJob) throws -> (results: [Int: HomeworkJob.Result], ending: String) {
        let seconds = (limits.seconds ?? Confinement.scriptSeconds) + Self.graceSeconds
        let outcome = runner(job.json.text, seconds)
        if Interrupt.isRequested { throw Failure.interrupted }
        switch outcome {
        case .missing: throw Failure("dls cannot start itself: \(Filter.ownProgram) is not there")
        case .failed(let reason): throw Failure("dls cannot start itself: \(reason)")
        case .finished(let output, let status, let complaint):
            // A line that is cut off is none.
            let lines = output.split(separator: UInt8(ascii: "\n")).compactMap { try? JSON(parsing: Array($0)) }
            let last = complaint.split(separator: "\n").last.map { String($0) }
            guard lines.first == HomeworkJob.readyLine else {
                throw FileProblem(reason: "the process for it did not start: \(last ?? Self.ending(status, nil))")
            }
            let results = lines.compactMap(HomeworkJob.Result.parse).map { ($0.step, $0.result) }
            return (Dictionary(results, uniquingKeysWith: { first, _ in first }), Self.ending(status, last))
        }
    }

    private static func ending(_ status: Int32, _ complaint: String?) -> String {
        switch (status & 0x7f, (status >> 8) & 0xff) {
        case (0, 0): "the process ended early"
        case (0, let code): complaint ?? "the process ended with status \(code)"
        case (SIGKILL, _): "the process was killed: its time or memory was used up"
        case (let signal, _): "the process stopped unexpectedly (signal \(signal))"
        }
    }
}
