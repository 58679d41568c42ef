import Datasets
import Runtime

extension GradeRequest {
    /// The files that the results go to.
    ///
    /// - Parameter names: Those of the students.
    private func paths(_ names: [String]) -> [String] {
        [json, csv].compactMap { $0 } + (feedback.map { folder in names.map { page(folder, $0) } } ?? [])
    }

    private func page(_ folder: String, _ name: String) -> String {
        "\(folder)/\(HomeworkGrade.fileName(name)).html"
    }

    /// Refuses to begin what could not be written, what nobody handed in, and what students could read of others.
    ///
    /// - Throws: `Failure` for a file that dls did not write or that is graded, one that is not there, and one beneath a
    ///   folder of `--data`.
    package func checkPaths(_ names: [String]) throws {
        if let path = try students.first(where: { try !pathExists($0) }) {
            throw Failure("there is no file \(quoted(path)) to grade")
        }
        if let path = students.first(where: Folder.exists) {
            throw Failure("\(quoted(path)) is a folder", help: "name the files in it: \(path)/*.dls")
        }
        let inputs = Set((students + [solution]).map(FileBytes.realPath))
        for folder in limits.data {
            let place = FileBytes.realPath(folder)
            guard
                let path = (students + [solution]).first(where: { FileAccess.isBeneath(FileBytes.realPath($0), place) })
            else { continue }
            throw Failure(
                "--data \(folder) would let students read \(path)", help: "put the data into a folder of its own")
        }
        for path in paths(names) {
            guard !inputs.contains(FileBytes.realPath(path)) else {
                throw Failure("the results would replace \(path), which is graded", help: "name another file")
            }
            try checkMayReplace(path)
        }
        if let feedback { try Folder.require(feedback) }
    }

    private func checkMayReplace(_ path: String) throws {
        do { if !overwrites { try FileAccess.checkMayReplace(path) } } catch {
            throw Failure("\(path) was not written by dls, or was changed since", help: "--overwrite replaces it")
        }
    }

    /// Writes the results; returns what was written, in words.
    package func write(_ report: HomeworkReport) throws -> [String] {
        var written: [String] = []
        func write(_ path: String, _ merged: (text: String, others: Int)) throws {
            try NotebookFile.replace(path, with: Array(merged.text.utf8))
            let others = merged.others == 1 ? "1 other student" : "\(merged.others) other students"
            written.append(path + (merged.others == 0 ? "" : ", in which the results of \(others) stay"))
        }
        for results in try earlierResults() { try write(results.path, try results.merged(report)) }
        if let feedback {
            for grade in report.grades {
                try NotebookFile.replace(page(feedback, grade.name), with: Array(report.page(grade).utf8))
            }
            written.append("\(feedback)/ (\(report.grades.count == 1 ? "1 page" : "\(report.grades.count) pages"))")
        }
        return written
    }

    private func earlierResults() throws -> [EarlierResults] {
        try [(json, false), (csv, true)].compactMap { path, isCSV in
            try path.map { try EarlierResults($0, isCSV: isCSV, overwrites: overwrites) }
        }
    }

    /// How the students are called: who is in the files of results already keeps that name, and nobody else gets it.
    ///
    /// - Throws: `Failure` for files of results that cannot take in those of this homework.
    package func names(for homework: Homework) throws -> [String] {
        for path in [json, csv].compactMap({ $0 }) { try checkMayReplace(path) }
        var names = HomeworkGrade.names(of: students)
        let earlier = try earlierResults()
        let known = earlier.flatMap(\.students)
        for (index, path) in students.enumerated() {
            let place = FileBytes.realPath(path)
            if let same = known.first(where: { FileBytes.realPath($0.file) == place }) {
                names[index] = same.name
            } else if try known.contains(where: { try $0.name == names[index] && pathExists($0.file) }) {
                let taken = Set(known.map(\.name) + names)
                names[index] = HomeworkGrade.unique(HomeworkGrade.withoutEnding(path)) { !taken.contains($0) }
            }
        }
        for results in earlier { _ = try results.merged(HomeworkReport(ungraded: names, of: homework)) }
        return names
    }
}
