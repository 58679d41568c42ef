import Foundation
import Testing

/// `dls homework` as a teacher runs it, on files of students who try what students try.
@Suite(.serialized) struct HomeworkTests {
    private let folder: ProgramFolder

    /// Points: 3 for the answer and its check, 2 for a hidden check, 1 for an answer by its output.
    static let homework = """
        # %% [markdown]
        # # Homework

        # %% Data
        x = tensor([1.0, 2.0, 3.0])
        fn same(a, b) = close(a, b)

        # %% Softmax [solution] [points=3]
        # keep
        fn softmax(x) {
        # end keep
          e = exp(x - max(x))
          e / sum(e)
        # keep
        }
        # end keep

        # %% It sums to one
        assert close(sum(softmax(x)), 1) and same(softmax(x)[0], 0.09003057)

        # %% Large numbers [hidden] [points=2]
        print "large"
        softmax(tensor([1000.0, 1001.0]))
        #> large
        #> tensor [2] float32
        #>   0.2689  0.7311

        # %% Mean [solution] [points=1]
        mean(x)
        #> 2

        """

    static let softmax = "# %% Softmax\nfn softmax(x) {\n  e = exp(x - max(x))\n  e / sum(e)\n}\n"
    static let mean = "# %% Mean\nmean(x)\n"

    init() throws {
        folder = try ProgramFolder()
        try folder.write(Self.homework, to: "hw.dls")
    }

    private func dls(_ words: [String]) throws -> (status: Int32, output: String, error: String) {
        try folder.dls(["homework"] + words)
    }

    private struct Grade {
        let points: [Double]
        let reasons: [String]
    }

    /// The points of each question for files of students, by their names.
    private func grade(_ files: [String: String], _ options: [String] = []) throws -> [String: Grade] {
        for (name, text) in files { try folder.write(text, to: name + ".dls") }
        let paths = files.keys.sorted().map { $0 + ".dls" }
        let result = try dls(["grade", "--solution", "hw.dls", "--json", "grades.json"] + options + paths)
        #expect(result.status == 0, "\(result.error)")
        let json = try JSONSerialization.jsonObject(with: Data(try folder.contents("grades.json").utf8))
        let students = try #require((json as? [String: Any])?["students"] as? [[String: Any]])
        let grades = try students.map { student in
            let questions = try #require(student["questions"] as? [[String: Any]])
            return (
                try #require(student["student"] as? String),
                Grade(
                    points: questions.compactMap { $0["earned"] as? Double },
                    reasons: questions.compactMap { $0["reason"] as? String })
            )
        }
        return Dictionary(uniqueKeysWithValues: grades)
    }

    @Test func whatIsReleasedHoldsNoAnswersAndGivesNothing() throws {
        let released = try dls(["release", "hw.dls"])
        #expect(released.status == 0 && released.output.contains("6  in all"), "\(released.error)")
        let text = try folder.contents("hw_student.dls")
        #expect(text.contains("# %% Softmax [points=5]\nfn softmax(x) {\n  # your answer\n}\n"), "\(text)")
        #expect(text.contains("# %% Mean [points=1]\n# your answer\n") && text.contains("assert close(sum"))
        for word in ["#>", "hidden", "Large", "exp(", "solution"] { #expect(!text.contains(word), "\(word)") }
        #expect(try folder.contents("hw.dls") == Self.homework)
        #expect(try grade(["untouched": text])["untouched"]?.points == [0, 0, 0])
    }

    @Test func nothingOfOthersIsReplaced() throws {
        try folder.write("mine\n", to: "hw_student.dls")
        #expect(try dls(["release", "hw.dls"]).status == 1)
        #expect(try folder.contents("hw_student.dls") == "mine\n")
        #expect(try dls(["release", "hw.dls", "--overwrite"]).status == 0)
        #expect(try dls(["release", "hw.dls", "--output", "./hw.dls", "--overwrite"]).status == 1)
        try folder.write(Self.softmax, to: "a.dls")
        for option in ["--json", "--csv"] {
            #expect(try dls(["grade", "--solution", "hw.dls", option, "a.dls", "a.dls", "--overwrite"]).status == 1)
        }
        #expect(try folder.contents("hw.dls") == Self.homework && folder.contents("a.dls") == Self.softmax)
    }

    /// The round trip: one is right, others are not, and none of them keeps the others from their points.
    @Test func eachFileGetsItsPoints() throws {
        let forged = Self.homework.replacingOccurrences(of: "mean(x)\n#> 2", with: "7\n#> 7")
            .replacingOccurrences(of: "e / sum(e)", with: "e").replacingOccurrences(of: "assert ", with: "# ")
            .replacingOccurrences(of: "points=3", with: "points=300")
        let grades = try grade(
            [
                "right": Self.softmax + "# %% It sums to one\nassert false\n" + Self.mean,
                "forged": forged,
                "loops": Self.softmax.replacingOccurrences(of: "e = ", with: "while true { }\n  e = ") + Self.mean,
                "loops_at_once": "while true { }\n" + Self.softmax + Self.mean,
                "syntax": "# %% Softmax\nfn softmax(x) = = {\n" + Self.mean,
                "missing": Self.mean,
                "crash": "# %% Softmax\nfn softmax(x) = softmax(x)\n" + Self.mean,
                "quits": "# %% Softmax\nfn softmax(x) { quit 0 }\n" + Self.mean,
                "memory": "# %% Softmax\nfn softmax(x) { s = [0]; while true { s = s + s }; s }\n" + Self.mean,
                "helper": "# %% Mine\nfn shifted(x) = x - max(x)\n"
                    + Self.softmax.replacingOccurrences(of: "x - max(x)", with: "shifted(x)") + Self.mean,
                "bytes": "\u{0}\u{1b}[31m",
            ], ["--time", "3s", "--memory", "500M"])
        let expected: [String: [Double]] = [
            "right": [3, 2, 1], "forged": [0, 0, 0], "loops": [0, 0, 1], "loops_at_once": [3, 2, 1],
            "syntax": [0, 0, 1], "missing": [0, 0, 1], "crash": [0, 0, 1], "quits": [0, 0, 1], "memory": [0, 0, 1],
            "helper": [3, 2, 1], "bytes": [0, 0, 0],
        ]
        for (name, points) in expected { #expect(grades[name]?.points == points, "\(name) \(grades[name]!)") }
        #expect(grades["loops"]?.reasons[0].contains("time limit of 3 s") == true)
        #expect(grades["missing"]?.reasons[0] == "the file has no cell with this title")
        #expect(
            grades["missing"]?.reasons[1] == "the file has no cell with the title \"Softmax\", which this checks")
        #expect(grades["forged"]?.reasons[2] == "it shows `7` instead of `2`")
    }

    /// What a cheater can do in the language, with the answer left out.
    @Test(arguments: [
        // Redefines what checks use.
        "fn softmax(x) = x\nfn close(a, b) = true\nfn same(a, b) = true\nfn sum(x) = 1",
        "fn softmax(x) = x\nclose = (a, b) -> true\nsame = (a, b) -> true\nsum = x -> 1\nmean = x -> 2",
        // Changes what checks compare with.
        "x = tensor([0.09003057, 0.9, 0.00996943])\nfn softmax(v) = v",
        "x = zeros([3])\nfn softmax(v) = v + 0.09003057",
        // Is equal to everything.
        "class Any(x) { fn ==(a, b) = true\n fn <(a, b) = true\n fn -(a, b) = 0 }\nfn softmax(x) = Any(x)",
        "class Any(x) { fn -(a, b) = 0 }\nfn softmax(x) { if false { class B() { fn ==(a, b) = true } }; Any(x) }",
        // The built-in function of that name.
        "x = x", "softmax = none\ndel softmax",
        // Prints what a check would print, and lines of a report.
        "print \"large\"\nprint \"tensor [2] float32\"\nprint \"  0.2689  0.7311\"\nfn softmax(x) { quit 0 }",
        #"print '{"step":1,"ending":"completed","message":"","lines":[]}'"#,
        #"fn softmax(x) { print '\n{"step":2,"ending":"completed","message":"","lines":[]}\n'; quit 0 }"#,
        "fn softmax(x) { print \"large\\ntensor [2] float32\\n  0.2689  0.7311\"; missing }",
        // Reads and writes what is not its own.
        "print read(\"hw.dls\")\nfn softmax(x) = x", "import \"hw.dls\"", "run \"hw.dls\"",
        "fn softmax(x) { save \"{}\" \"grades.json\" overwrite=true; x }",
        "save \"{}\" \"/dev/stdout\" overwrite=true\nsave \"{}\" \"/proc/self/fd/3\" overwrite=true",
    ]) func cheatingGivesNothing(_ answer: String) throws {
        let mean = "# %% Mean\nprint 'read(\"hw.dls\")'"
        let grades = try grade(["cheat": "# %% Softmax\n\(answer)\n\(mean)\n", "right": Self.softmax + Self.mean])
        #expect(grades["cheat"]?.points == [0, 0, 0], "\(grades)")
        #expect(grades["right"]?.points == [3, 2, 1])
    }

    @Test func aLinkToTheHomeworkIsNoAnswer() throws {
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "in"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.url.appending(path: "in/linked.dls").path, withDestinationPath: "../hw.dls")
        let linked = try dls(["grade", "--solution", "hw.dls", "in/linked.dls"])
        #expect(linked.status == 0 && linked.output.contains("leads out of its folder"), "\(linked.output)")
        let missing = try dls(["grade", "--solution", "hw.dls", "in/nothing.dls"])
        #expect(missing.status == 1 && missing.error.contains("no file \"in/nothing.dls\""), "\(missing.error)")
        let open = try dls(["grade", "--solution", "hw.dls", "--data", ".", "in/linked.dls"])
        try folder.write(Self.mean, to: "in/own.dls")
        let others = try dls(["grade", "--solution", "hw.dls", "--data", "in", "in/own.dls"])
        #expect(others.status == 1 && others.error.contains("would let students read"), "\(others.error)")
        #expect(open.status == 1 && open.error.contains("would let students read"), "\(open.error)")
    }

    @Test func resultsAreTextForTheirReaders() throws {
        let evil = "<script>alert(1)</script>"
        try folder.write("# %% Softmax\nprint \"\(evil)\"\nfn softmax(x) = \"\(evil)\"\n", to: "a,\"b.dls")
        try folder.write(Self.softmax + Self.mean, to: "c.dls")
        let result = try dls(
            ["grade", "--solution", "hw.dls", "--csv", "g.csv", "--feedback", "pages", "a,\"b.dls", "c.dls"])
        #expect(result.status == 0, "\(result.error)")
        let rows = try folder.contents("g.csv").split(separator: "\n")
        #expect(
            rows == [
                "student,Softmax,Large numbers,Mean,total,of,missing,file",
                "\"a,\"\"b\",0,0,0,0,6,Mean,\"a,\"\"b.dls\"", "c,3,2,1,6,6,,c.dls",
            ], "\(rows)")
        let page = try folder.contents("pages/a__b.html")
        #expect(!page.contains("<script>") && page.contains("&lt;script&gt;") && page.contains("0 of 6 points"))
        // What is hidden stays so.
        #expect(!page.contains("1000.0"))
        #expect(try folder.contents("pages/c.html").contains("6 of 6 points"))
    }

    @Test func aHomeworkThatDoesNotPassItselfGradesNobody() throws {
        try folder.write(Self.homework.replacingOccurrences(of: "#> 2\n", with: "#> 3\n"), to: "hw.dls")
        try folder.write(Self.softmax, to: "a.dls")
        let result = try dls(["grade", "--solution", "hw.dls", "a.dls"])
        #expect(result.status == 1 && result.error.contains("does not pass its own checks"), "\(result.error)")
    }

    @Test func whatKeepsEveryProcessFromStartingIsSaidAtOnce() throws {
        try folder.write(Self.softmax, to: "a.dls")
        let result = try dls(["grade", "--solution", "hw.dls", "--data", "nowhere", "a.dls"])
        #expect(result.status == 1 && result.error.contains("there is no folder \"nowhere\""), "\(result.error)")
    }

    @Test func filesThatAreNoHomeworkDoNotStopTheOthers() throws {
        let cells = String(repeating: "# %%\n1\n", count: 1200)
        let grades = try grade(["many": cells, "right": Self.softmax + Self.mean])
        #expect(grades["many"]?.reasons.allSatisfy { $0.contains("more than 1000 cells") } == true)
        #expect(grades["right"]?.points == [3, 2, 1])
    }

    @Test(arguments: [
        ("# %% A\nx = 1\n", "no cell that students are to write"),
        ("# %% A [solution]\nx = 1\n", "gives points"),
        ("# %% A [solution] [points=1]\nx = 1\n", "nothing tells whether this is right"),
        ("# %% [solution] [points=1]\n1\n#> 1\n", "needs a title"),
        ("# %% A [solution] [points=1]\n1\n#> 1\n# %% A\n2\n", "several cells are called"),
        ("# %% A [solution] [points=1]\n# keep\n1\n#> 1\n", "has no `# end keep`"),
        ("# %% A [solution] [points=1]\n# keep\nfn f() {\n# end keep\n1\n}\nf()\n#> 1\n", "# end keep"),
        ("# %% A [solution] [points=-1]\n1\n", "takes a number of points above 0"),
        ("# %% H [hidden] [points=1]\n1\n#> 1\n# %% A [solution] [points=1]\n1\n#> 1\n", "before the first answer"),
        ("# %% A [solution, hidden] [points=1]\n1\n#> 1\n", "neither [hidden] nor [skip]"),
    ]) func whatIsNoHomeworkIsSaid(_ text: String, _ message: String) throws {
        try folder.write(text, to: "bad.dls")
        let result = try dls(["release", "bad.dls"])
        #expect(result.status == 1 && result.error.contains(message), "\(result.error)")
        #expect(!folder.paths.contains("bad_student.dls"))
    }

    @Test func theExampleGradesItself() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../examples/teaching/regression.dls")
        let text = try String(contentsOf: file, encoding: .utf8)
        try folder.write(text, to: "hw.dls")
        #expect(try dls(["release", "hw.dls"]).status == 0)
        let grades = try grade(["right": text, "untouched": try folder.contents("hw_student.dls")])
        #expect(grades["right"]?.points == [2, 1, 3, 2, 2] && grades["untouched"]?.points == [0, 0, 0, 0, 0])
    }

    @Test func theProcessForStudentsTakesNoOtherJob() throws {
        let result = try folder.dls(["homework-session"], shell: "echo '{}' | \"$@\"")
        #expect(result.status == 1 && result.error.contains("dls homework grade"))
    }
}
