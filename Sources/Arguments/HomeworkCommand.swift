import ArgumentParser
import Runtime
import Session
import Terminal

/// `dls homework release FILE`, `dls homework grade --solution FILE STUDENT...`
struct HomeworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "homework", abstract: "Make a homework for students, and grade what they hand in.",
        usage: """
            dls homework release FILE [--output PATH]
            dls homework grade --solution FILE STUDENT...
            """,
        discussion: "`dls help homework` tells how a homework is written and what is compared.",
        subcommands: [HomeworkReleaseCommand.self, HomeworkGradeCommand.self])

    static let verbs = Set(configuration.subcommands.map { $0._commandName })
}

struct HomeworkReleaseCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Write the students' file: without answers, hidden checks and outputs.",
        usage: "dls homework release FILE [--output PATH]")

    @Argument(help: "The homework with the answers.", completion: .file(extensions: ["dls"])) var file: [String] = []

    @Option(
        name: [.long, .customShort("o")], help: .init("Where to write; FILE_student.dls.", valueName: "path"),
        completion: .file())
    var output: String?

    @Flag(name: .customLong("overwrite"), help: "Replace a file that dls did not write.") var overwrites = false

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        guard let path = file.first else { throw .init("`dls homework release` needs a homework") }
        guard file.count == 1 else { throw .init("`dls homework release` takes one file, and got `\(file[1])`, too") }
        return CommandLineArguments(.run(.releaseHomework(path: path, output: output, overwrites: overwrites)))
    }
}

struct HomeworkGradeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "grade", abstract: "Run students' files and give points.",
        usage: "dls homework grade --solution FILE [options] STUDENT...")

    @Argument(
        help: .init("The students' files.", valueName: "student"), completion: .file(extensions: ["dls"]))
    var students: [String] = []

    @Option(
        name: .customLong("solution"), help: .init("The homework with the answers.", valueName: "file"),
        completion: .file(extensions: ["dls"]))
    var solution: String?

    @Option(name: .customLong("time"), help: .init("The longest time of a student's file (5m).", valueName: "time"))
    var time: String?

    @Option(name: .customLong("memory"), help: .init("The most memory of a student's file (2G).", valueName: "size"))
    var memory: String?

    @Option(
        name: .customLong("data"), parsing: .unconditionalSingleValue,
        help: .init("A folder that answers and checks read; may be given several times.", valueName: "folder"),
        completion: .directory)
    var data: [String] = []

    @Option(
        name: .customLong("json"), help: .init("Write the results as JSON; those of others stay.", valueName: "file"),
        completion: .file())
    var json: String?

    @Option(
        name: .customLong("csv"), help: .init("Write the points as CSV; those of others stay.", valueName: "file"),
        completion: .file())
    var csv: String?

    @Option(
        name: .customLong("feedback"), help: .init("Write a page for each student.", valueName: "folder"),
        completion: .directory)
    var feedback: String?

    @Flag(name: .customLong("overwrite"), help: "Replace files that dls did not write.") var overwrites = false

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        guard let solution else { throw .init("`dls homework grade` needs --solution FILE") }
        guard !students.isEmpty else { throw .init("`dls homework grade` needs the students' files") }
        var request = GradeRequest(solution: solution, students: students)
        if let time { request.limits.seconds = try SafetyOptions.seconds(time) }
        if let memory { request.limits.memoryByteCount = try SafetyOptions.byteCount(memory) }
        request.limits.data = data
        request.json = json
        request.csv = csv
        request.feedback = feedback
        request.overwrites = overwrites
        return CommandLineArguments(.run(.gradeHomework(request)))
    }
}

/// `dls homework-session`: what a grading starts for each student.
struct HomeworkSessionCommand: Subcommand {
    static let configuration = CommandConfiguration(commandName: "homework-session", shouldDisplay: false)

    func request(isSafe: Bool) throws(CommandLineArguments.UsageError) -> CommandLineArguments {
        CommandLineArguments(.run(.homeworkSession))
    }
}
