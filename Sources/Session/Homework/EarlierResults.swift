import Datasets
import Language
import Runtime

/// What a file of results holds already: a grading replaces the results of its own students, and those of others stay.
struct EarlierResults {
    let path: String
    private let isCSV: Bool
    private let overwrites: Bool
    /// Whether there is something in the file.
    private let isFilled: Bool
    /// The students in it, and the paths of their files.
    private(set) var students: [(name: String, file: String)] = []
    /// What tells which homework the results are of.
    private var questions: [String] = []
    /// The lines of the students in CSV.
    private var rows: [String] = []
    private var objects: [JSON] = []

    /// - Throws: `Failure` for a file that cannot be read.
    init(_ path: String, isCSV: Bool, overwrites: Bool) throws {
        (self.path, self.isCSV, self.overwrites) = (path, isCSV, overwrites)
        let bytes = try pathExists(path) ? try FileBytes.read(path) : []
        isFilled = !bytes.isEmpty
        if isCSV { readCSV(bytes) } else if let json = try? JSON(parsing: bytes) { readJSON(json) }
    }

    private mutating func readJSON(_ json: JSON) {
        for student in json["students"]?.elements ?? [] {
            guard let name = student["student"]?.asString else { continue }
            if objects.isEmpty { questions = Self.questions(of: student) }
            students.append((name, student["file"]?.asString ?? ""))
            objects.append(student)
        }
    }

    /// The titles and points of the questions.
    private static func questions(of student: JSON) -> [String] {
        (student["questions"]?.elements ?? []).map { question in
            "\(question["title"]?.asString ?? "") \(question["points"]?.asDouble ?? 0)"
        }
    }

    private mutating func readCSV(_ bytes: [UInt8]) {
        var records = CSVRecords(bytes).records[...]
        questions = records.popFirst()?.cells ?? []
        for record in records where !record.text.isEmpty {
            students.append((record.cells[0], record.cells.count == questions.count ? record.cells.last ?? "" : ""))
            rows.append(record.text)
        }
    }

    /// The text of a file with the results of a grading and those of the other students, and how many these are.
    ///
    /// - Throws: `Failure` where the results of others, for another homework, would be lost.
    func merged(_ report: HomeworkReport) throws -> (text: String, others: Int) {
        let names = report.grades.map(\.name)
        let others = students.count { !names.contains($0.name) }
        let isSame =
            questions == (isCSV ? report.csvHeader : report.grades.first.map(report.entry).map(Self.questions) ?? [])
        guard isSame || overwrites || !isFilled || others == 0 && !students.isEmpty else {
            throw Failure(
                "\(path) holds other things than results of this homework",
                help: "name another file; --overwrite replaces this one")
        }
        let keeps = isSame && others > 0
        if isCSV {
            let rows = keeps ? merged(self.rows, report.csvRows, names) : report.csvRows
            return (report.csv(rows: rows), keeps ? others : 0)
        }
        let own = report.grades.map(report.entry)
        return (report.json(students: keeps ? merged(objects, own, names) : own).document, keeps ? others : 0)
    }

    /// The earlier entries, with those of a grading in the places of the same students and behind them.
    private func merged<Entry>(_ earlier: [Entry], _ new: [Entry], _ names: [String]) -> [Entry] {
        var left = Dictionary(uniqueKeysWithValues: zip(names, new))
        let kept = zip(students, earlier).compactMap { student, entry in
            names.contains(student.name) ? left.removeValue(forKey: student.name) : entry
        }
        return kept + names.compactMap { left[$0] }
    }
}

/// The lines of a CSV file, as they are and as cells.
private struct CSVRecords {
    private(set) var records: [(text: String, cells: [String])] = []

    /// - Source: RFC 4180.
    init(_ bytes: [UInt8]) {
        var text: [UInt8] = []
        var cell: [UInt8] = []
        var cells: [String] = []
        var isQuoted = false
        func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        func endCell() {
            cells.append(string(cell))
            cell = []
        }
        for byte in bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...] {
            switch byte {
            case UInt8(ascii: "\n") where !isQuoted:
                if text.last == UInt8(ascii: "\r") { text.removeLast() }
                if cell.last == UInt8(ascii: "\r") { cell.removeLast() }
                endCell()
                records.append((string(text), cells))
                (text, cells) = ([], [])
                continue
            case UInt8(ascii: ",") where !isQuoted: endCell()
            case UInt8(ascii: "\""):
                // The second of two in a quoted cell stands for one.
                if !isQuoted, text.last == byte { cell.append(byte) }
                isQuoted.toggle()
            default: cell.append(byte)
            }
            text.append(byte)
        }
        guard !text.isEmpty else { return }
        endCell()
        records.append((string(text), cells))
    }
}
