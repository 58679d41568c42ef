import Figures
import Glibc
import Language
import Runtime
import Session
import TensorCore

extension Program {
    /// Writes the students' file of a homework, and says what gives points; returns the exit status.
    func release(_ source: SourceText, to output: String?, overwrites: Bool) -> Int32 {
        do {
            let homework = try Homework(source)
            let path = try homework.release(to: output, overwrites: overwrites)
            for question in homework.questions {
                let tags = question.cell.tags.contains(.hidden) ? " (hidden)" : ""
                let kind = homework.comparesOnlyFigures(question) ? " (any figure: what it shows is not compared)" : ""
                display.show("\(numberText(question.points))  \(question.cell.name)\(tags)\(kind)\n")
            }
            display.show("\(numberText(homework.points))  in all\n")
            display.note("wrote \(path)")
            return ExitStatus.success
        } catch { return report(error) }
    }

    /// Grades students' files, and shows the points of each; returns the exit status.
    func grade(_ source: SourceText, _ request: GradeRequest) -> Int32 {
        do {
            let homework = try Homework(source)
            let names = try request.names(for: homework)
            try request.checkPaths(names)
            let grader = HomeworkGrader(homework, limits: request.limits)
            try grader.checkHomework()
            let (grades, problem) = grades(of: request.students, names, by: grader)
            if let problem, grades.isEmpty { return report(problem) }
            display.settle()
            let results = HomeworkReport(homework: homework, grades: grades)
            show(results)
            for file in try request.write(results) { display.note("wrote \(file)") }
            guard let problem else { return ExitStatus.success }
            let left = names.dropFirst(grades.count).joined(separator: ", ")
            display.note("note: \(grades.count) of \(names.count) files are graded; not graded: \(left)")
            return report(problem)
        } catch { return report(error) }
    }

    /// The grades of students' files up to the first that nothing can be said of, such as at Ctrl-C; what was there.
    private func grades(
        of paths: [String], _ names: [String], by grader: HomeworkGrader
    ) -> (grades: [HomeworkGrade], problem: (any Error)?) {
        var grades: [HomeworkGrade] = []
        for (number, (path, name)) in zip(paths, names).enumerated() {
            display.progress.update("grading \(number + 1)/\(paths.count) \(name)")
            do { grades.append(try grader.grade(path, name: name)) } catch {
                // What is done can be written now.
                if Failure(wrapping: error).isInterrupt { Interrupt.clear() }
                return (grades, error)
            }
        }
        return (grades, nil)
    }

    /// Shows the points, and what is to be known of each file.
    private func show(_ results: HomeworkReport) {
        display.show(results.table(isWhole: display.style.isWhole).text(width: display.style.width) + "\n")
        for grade in results.grades {
            let lost = grade.marks.filter { !$0.isEarned }
            let notes = grade.notes
            if !lost.isEmpty || !notes.isEmpty { display.show("\n\(grade.name), \(grade.path)\n") }
            for note in notes { display.show("  \(note)\n") }
            if grade.problem != nil { continue }
            for mark in lost { display.show("  \(mark.title): \(mark.reason)\n") }
        }
        for question in results.homework.questions where results.homework.comparesOnlyFigures(question) {
            display.note(
                "note: \(question.cell.name): figures are not compared, so that its points are given for any figure")
        }
    }

    private func report(_ error: any Error) -> Int32 {
        let failure = Failure(wrapping: error)
        display.settle()
        guard !failure.isInterrupt else {
            display.showError("dls: \(TerminalSignals.stopText)")
            return ExitStatus.interrupted
        }
        display.show(failure.diagnostic)
        return ExitStatus.failure
    }

    // MARK: - The process that runs a student's code

    /// Runs the job on the standard input, and reports on what was the standard output; returns the exit status.
    func runHomeworkSession() -> Int32 {
        do {
            guard let bytes = readAll(STDIN_FILENO) else {
                throw Failure("cannot read the job: \(systemMessage(errno))")
            }
            let job = try HomeworkJob(parsing: bytes)
            // What else writes to the standard output, such as a library, writes nowhere.
            let reportStream = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
            let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
            guard reportStream >= 0, nowhere >= 0, dup2(nowhere, STDIN_FILENO) >= 0, dup2(nowhere, STDOUT_FILENO) >= 0
            else { throw Failure("cannot set the streams aside: \(systemMessage(errno))") }
            let notice = try job.limits.enter(besides: nil) { limit, isLastCall in
                TerminalSignals.stop(because: limit.message, atOnce: isLastCall)
            }
            if let notice { display.note("note: \(notice)") }
            let session = Session(
                sink: SilentSink(), runsPath: Session.defaultRunsPath(environment: environmentVariable))
            func write(_ line: some StringProtocol) {
                // A report that ends early is no result, as the other side knows.
                _ = Filter.write(Array((line + "\n").utf8), to: reportStream)
            }
            write(HomeworkJob.readyLine.text)
            withExtendedLifetime(session) {
                job.run(in: session, stopText: { TerminalSignals.stopText }) { write($0.text) }
            }
            return ExitStatus.success
        } catch {
            // The last line is what the other side shows.
            display.showError(Failure(wrapping: error).diagnostic.message)
            return ExitStatus.failure
        }
    }
}
