import Foundation
import Testing

/// What a teacher reads of a grading, and what becomes of results that there are already.
@Suite(.serialized) struct HomeworkGradingTests {
    private let folder: ProgramFolder
    private static let right = HomeworkTests.softmax + HomeworkTests.mean

    init() throws {
        folder = try ProgramFolder()
        try folder.write(HomeworkTests.homework, to: "hw.dls")
        try folder.write(Self.right, to: "right.dls")
    }

    private func grade(_ words: String...) throws -> (status: Int32, output: String, error: String) {
        try folder.dls(["homework", "grade", "--solution", "hw.dls"] + words)
    }

    /// The points of each question of a file.
    private func points(_ text: String) throws -> (points: String, output: String) {
        try folder.write(text, to: "a.dls")
        let result = try grade("--csv", "points.csv", "a.dls", "--overwrite")
        #expect(result.status == 0, "\(result.error)")
        let row = try folder.contents("points.csv").split(separator: "\n").last { $0.hasPrefix("a,") } ?? ""
        return (
            row.split(separator: ",", omittingEmptySubsequences: false)[1...3].joined(separator: " "), result.output
        )
    }

    // MARK: - Causes

    @Test func whatFailsFirstIsNamed() throws {
        let data = "# %% Data\nd = load(\"data/d.csv\")\n# %% One [solution] [points=1]\nd.a[0]\n#> 1\n"
        try folder.write(data, to: "hw.dls")
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "data"), withIntermediateDirectories: false)
        try folder.write("a,b\n1,2\n", to: "data/d.csv")
        let closed = try grade("hw.dls")
        #expect(closed.status == 1 && closed.error.contains("cell 1 \"Data\": data/d.csv: "), "\(closed.error)")
        #expect(closed.error.contains("--data FOLDER"))
        #expect(try grade("--data", "data", "hw.dls").status == 0)
    }

    @Test func whatFailsBecauseOfAnotherCellSaysSo() throws {
        let broken = "# %% Softmax\nfn softmax(x) = = {\n" + HomeworkTests.mean
        let (points, output) = try points(broken)
        #expect(points == "0 0 1")
        #expect(output.contains("checks it, because cell 3 \"Softmax\" failed: "), "\(output)")
    }

    // MARK: - Feedback

    @Test func feedbackTellsNothingOfHiddenChecks() throws {
        let wrong = "# %% Softmax\nfn softmax(x) {\n  e = exp(x)\n  e / sum(e)\n}\n# %% Mean\nmissing\n"
        try folder.write(wrong, to: "a.dls")
        #expect(try grade("--feedback", "pages", "a.dls", "right.dls").status == 0)
        let page = try folder.contents("pages/a.html")
        for word in ["0.2689", "1000.0", "nan", "large", "`", "cell 3", "cell 5"] {
            #expect(!page.contains(word), "\(word)")
        }
        for word in ["this hidden check does not pass", "Large numbers", "cell 2", "unknown name <code>missing</code>"]
        {
            #expect(page.contains(word), "\(word)")
        }
        #expect(try folder.contents("pages/right.html").contains("This hidden check passes."))
    }

    @Test func checksThatAreUnchangedAreShownWhereTheyStand() throws {
        let check = "# %% It sums to one\nassert close(sum(softmax(x)), 1) and same(softmax(x)[0], 0.09003057)\n"
        try folder.write("# %% Softmax\nfn softmax(x) = x\n\n" + check, to: "a.dls")
        try folder.write("# %% Softmax\nfn softmax(x) = x\n", to: "b.dls")
        #expect(try grade("--feedback", "pages", "a.dls", "b.dls").status == 0)
        #expect(try folder.contents("pages/a.html").contains("a.dls:5:8, cell 2"))
        #expect(
            try !folder.contents("pages/b.html").contains("--&gt;"), "lines of a file that the student does not have")
    }

    // MARK: - Results

    @Test func resultsOfOtherStudentsStay() throws {
        try folder.write(HomeworkTests.mean, to: "b.dls")
        let files = ["--csv", "g.csv", "--json", "g.json"]
        #expect(
            try folder.dls(["homework", "grade", "--solution", "hw.dls", "right.dls", "b.dls"] + files).status == 0)
        try folder.write(Self.right, to: "b.dls")
        let one = try folder.dls(["homework", "grade", "--solution", "hw.dls", "b.dls"] + files)
        #expect(one.error.contains("g.csv, in which the results of 1 other student stay"), "\(one.error)")
        let rows = try folder.contents("g.csv").split(separator: "\n").dropFirst()
        #expect(rows == ["right,3,2,1,6,6,,right.dls", "b,3,2,1,6,6,,b.dls"], "\(rows)")
        let json = try JSONSerialization.jsonObject(with: Data(try folder.contents("g.json").utf8)) as? [String: Any]
        let students = (json?["students"] as? [[String: Any]])?.compactMap { $0["student"] as? String }
        #expect(students == ["right", "b"])

        // Another file of the same name is another student's.
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "in"), withIntermediateDirectories: false)
        try folder.write(HomeworkTests.mean, to: "in/b.dls")
        #expect(try folder.dls(["homework", "grade", "--solution", "hw.dls", "in/b.dls"] + files).status == 0)
        #expect(try folder.contents("g.csv").hasSuffix("b,3,2,1,6,6,,b.dls\nin/b,0,0,1,1,6,Softmax,in/b.dls\n"))

        // Those of another homework are no place for them.
        let other = HomeworkTests.homework.replacingOccurrences(of: "%% Mean", with: "%% Average")
        try folder.write(other, to: "hw.dls")
        let before = try folder.contents("g.csv")
        for file in [["--csv", "g.csv"], ["--json", "g.json"]] {
            let refused = try folder.dls(["homework", "grade", "--solution", "hw.dls", "b.dls"] + file)
            #expect(refused.status == 1 && refused.error.contains("other things than results of this homework"))
        }
        #expect(try folder.contents("g.csv") == before)
        #expect(try grade("--csv", "g.csv", "--overwrite", "b.dls").status == 0)
        #expect(try folder.contents("g.csv").split(separator: "\n").count == 2)
    }

    @Test func whatIsGradedBeforeAnInterruptIsWritten() throws {
        try folder.write("# %% Softmax\nwhile true { }\n", to: "slow.dls")
        let words = ["homework", "grade", "--solution", "hw.dls", "--csv", "g.csv", "right.dls", "slow.dls", "c.dls"]
        try folder.write(HomeworkTests.mean, to: "c.dls")
        let (process, output, error) = try folder.start(words)
        // The third process is that of the slow file.
        var children: Set<String> = []
        for _ in 0..<30_000 where children.count < 3 && process.isRunning {
            children.formUnion(Self.children(of: process.processIdentifier))
            usleep(2000)
        }
        usleep(300_000)
        process.interrupt()
        let shown = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130 && shown.hasPrefix("student"), "\(shown)")
        #expect(errors.contains("1 of 3 files are graded; not graded: slow, c"), "\(errors)")
        #expect(try folder.contents("g.csv").contains("right,3,2,1,6,6,,right.dls\n"))
    }

    private static func children(of process: Int32) -> [String] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return tasks.flatMap { task -> [String] in
            let text = try? String(contentsOfFile: "/proc/\(process)/task/\(task)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").map { String($0) }
        }
    }

    // MARK: - What is compared

    @Test func furtherLinesCostNothingAndGuessesGiveNothing() throws {
        let printing = Self.right.replacingOccurrences(of: "  e / sum(e)", with: "  print \"e is there\"\n  e / sum(e)")
            .replacingOccurrences(of: "mean(x)\n", with: "sum(x)\nmean(x)\nprint \"done\"\n")
        #expect(try points(printing).points == "3 2 1")
        let guesses = HomeworkTests.softmax + "# %% Mean\nfor i in range(9) { print i }\n"
        #expect(try points(guesses).points == "3 2 0")
    }

    @Test func thatFiguresAreNotComparedIsSaid() throws {
        let plot = "# %% Plot [solution] [points=1]\nplot [1, 2]\n#> [figure: hw_figures/cell1-1.svg]\n"
        try folder.write(plot, to: "hw.dls")
        let released = try folder.dls(["homework", "release", "hw.dls"])
        #expect(released.output.contains("any figure: what it shows is not compared"), "\(released.output)")
        try folder.write("# %% Plot\nplot [3, 1]\n", to: "a.dls")
        let graded = try grade("--feedback", "pages", "a.dls")
        #expect(graded.error.contains("cell 1 \"Plot\": figures are not compared"), "\(graded.error)")
        #expect(try folder.contents("pages/a.html").contains("What it shows is not compared."))
    }

    // MARK: - Files and titles

    @Test func filesOfOtherKindsAreImportedOrNamed() throws {
        #expect(try folder.dls(["export", "right.dls", "--to", "ipynb"]).status == 0)
        let python = #"{"nbformat":4,"nbformat_minor":5,"metadata":{"language_info":{"name":"python"}},"cells":[]}"#
        try folder.write(python, to: "python.ipynb")
        try folder.write(python, to: "renamed.dls")
        try folder.write("%PDF-1.7\n\u{0}\u{1}", to: "scan.pdf")
        try folder.write("<!DOCTYPE html><html></html>", to: "page.dls")
        let result = try grade("--csv", "g.csv", "right.ipynb", "python.ipynb", "renamed.dls", "scan.pdf", "page.dls")
        #expect(result.status == 0, "\(result.error)")
        #expect(try folder.contents("g.csv").contains("right,3,2,1,6,6,,right.ipynb\n"))
        for (name, reason) in [
            ("python.ipynb", "its cells are in python"), ("renamed.dls", "its cells are in python"),
            ("scan.pdf", "the file is not text"), ("page.dls", "a web page (HTML)"),
        ] {
            let part = result.output.split(separator: "\n\n").first { $0.contains(", \(name)\n") }
            #expect(part?.contains("It could not be graded: ") == true && part?.contains(reason) == true, "\(name)")
        }
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "in"), withIntermediateDirectories: false)
        let inner = try grade("right.dls", "in")
        #expect(inner.status == 1 && inner.error.contains("\"in\" is a folder"), "\(inner.error)")
        let solution = try folder.dls(["homework", "grade", "--solution", "right.ipynb", "right.dls"])
        #expect(solution.status == 1 && solution.error.contains("dls import right.ipynb"), "\(solution.error)")
    }

    @Test func cellsAreFoundWithoutTheirExactTitles() throws {
        let spelt = Self.right.replacingOccurrences(of: "%% Softmax", with: "%% 'soft-max':")
        let exact = try points(spelt)
        #expect(exact.points == "3 2 1" && !exact.output.contains("taken for it"))
        let byName = try points(Self.right.replacingOccurrences(of: "%% Softmax", with: "%% Mine"))
        #expect(byName.points == "3 2 1" && byName.output.contains("\"Softmax\": cell 1 \"Mine\" was taken for it"))
        let byPlace = try points(Self.right.replacingOccurrences(of: "%% Mean", with: "%%"))
        #expect(byPlace.points == "3 2 1" && byPlace.output.contains("No cell is called \"Mean\": cell 2 was taken"))
        let missing = try points(HomeworkTests.softmax)
        #expect(missing.points == "3 2 0" && missing.output.contains("The file has no cell for \"Mean\""))
    }

    @Test func questionsKeepTheirOrderInNarrowTables() throws {
        let result = try folder.dls(
            ["homework", "grade", "--solution", "hw.dls", "right.dls"], environment: ["COLUMNS": "34"])
        let headers = result.output.split(separator: "\n").filter { $0.hasPrefix("student") }.joined(separator: " ")
        let words = ["Softmax", "Large", "Mean", "total"]
        let places = words.compactMap { headers.range(of: $0)?.lowerBound }
        #expect(places.count == words.count && places == places.sorted(), "\(result.output)")
    }
}
