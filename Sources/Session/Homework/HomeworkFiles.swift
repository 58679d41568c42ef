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
            do { if !overwrites { try FileAccess.checkMayReplace(path) } } catch {
                throw Failure("\(path) was not written by dls, or was changed since", help: "--overwrite replaces it")
            }
        }
        if let feedback { try Folder.require(feedback) }
    }

    /// Writes the results; returns what was written, in words.
    package func write(_ report: HomeworkReport) throws -> [String] {
        var written: [String] = []
        if let json {
            try NotebookFile.replace(json, with: Array(report.json.document.utf8))
            written.append(json)
        }
        if let csv {
            try NotebookFile.replace(csv, with: Array(report.csv.utf8))
            written.append(csv)
        }
        if let feedback {
            for grade in report.grades {
                try NotebookFile.replace(page(feedback, grade.name), with: Array(try report.page(grade).utf8))
            }
            written.append("\(feedback)/ (\(report.grades.count == 1 ? "1 page" : "\(report.grades.count) pages"))")
        }
        return written
    }
}
