import Arguments
import Session
import Terminal
import Testing

@Suite struct ExchangeArgumentsTests {
    private func action(_ words: String...) throws -> CommandLineArguments.Action {
        try CommandLineArguments(words).action
    }

    @Test func exportAndImportTakeAFile() throws {
        #expect(
            try action("export", "a.dls", "--to", "html")
                == .run(.exportNotebook(path: "a.dls", format: .html, output: nil)))
        #expect(
            try action("export", "--to=ipynb", "a.dls", "-o", "b.ipynb")
                == .run(.exportNotebook(path: "a.dls", format: .ipynb, output: "b.ipynb")))
        #expect(
            try action("export", "a.dls", "--output", "out/b.md")
                == .run(.exportNotebook(path: "a.dls", format: .md, output: "out/b.md")), "the ending says the format")
        #expect(try action("import", "a.ipynb") == .run(.importNotebook(path: "a.ipynb", output: nil)))
        #expect(
            try action("import", "a.ipynb", "--output", "b.dls")
                == .run(.importNotebook(path: "a.ipynb", output: "b.dls")))
    }

    @Test(arguments: [
        ["export"], ["export", "a.dls"], ["export", "a.dls", "--to", "pdf"], ["export", "a.dls", "--to"],
        ["export", "a.dls", "b.dls", "--to", "html"], ["export", "a.dls", "--format", "html"], ["import"],
        ["import", "a.ipynb", "b.ipynb"], ["import", "a.ipynb", "--to", "dls"],
        ["export", "a.dls", "--output", "b.docx"], ["homework", "release"], ["homework", "grade", "a.dls"],
        ["homework", "grade", "--solution", "a.dls"], ["homework", "mark"], ["homework", "release", "a.dls", "b.dls"],
        ["homework", "grade", "--solution", "a.dls", "b.dls", "--time", "soon"],
    ]) func wrongUsageIsSaid(_ words: [String]) {
        #expect { try CommandLineArguments(words) } throws: { error in
            (error as? CommandLineArguments.UsageError)?.message.isEmpty == false
        }
    }

    @Test func homeworksAreReleasedAndGraded() throws {
        #expect(
            try action("homework", "release", "a.dls")
                == .run(.releaseHomework(path: "a.dls", output: nil, overwrites: false)))
        var request = GradeRequest(solution: "a.dls", students: ["b.dls", "c.dls"])
        #expect(
            try action("homework", "grade", "--solution", "a.dls", "b.dls", "c.dls") == .run(.gradeHomework(request)))
        request.limits.seconds = 90
        request.limits.memoryByteCount = 500 << 20
        request.limits.data = ["d", "e"]
        (request.json, request.csv, request.feedback, request.overwrites) = ("j", "k", "f", true)
        #expect(
            try action(
                "homework", "grade", "b.dls", "c.dls", "--solution", "a.dls", "--time", "90s", "--memory", "500M",
                "--data", "d", "--data", "e", "--json", "j", "--csv", "k", "--feedback", "f", "--overwrite")
                == .run(.gradeHomework(request)))
    }

    @Test func errorsOfHomeworksNameTheirCommand() {
        for (words, command) in [
            (["homework", "grade"], "dls homework grade"), (["homework", "release"], "dls homework release"),
            (["homework", "mark"], "dls homework"),
        ] {
            #expect { try CommandLineArguments(words) } throws: { error in
                (error as? CommandLineArguments.UsageError)?.command == command
            }
        }
    }

    @Test func aScriptOfThatNameIsStillRun() throws {
        #expect(try action("run", "export") == .run(.script(path: "export")))
    }
}
