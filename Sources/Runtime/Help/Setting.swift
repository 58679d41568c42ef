/// What people can set around dls: a variable of the environment, or a file.
package struct Setting {
    package let name: String
    package let meaning: String

    init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }

    package static let variables = [
        Setting("DLS_THREADS", "Threads of the engine. Default: all cores. Results do not depend on it."),
        Setting("DLS_HISTORY", "The file of the prompt's history; empty for none."),
        Setting("DLS_RUNS", "The file that trainings are kept in; empty for none."),
        Setting("DLS_PART", "The part of each sweep that a script runs, such as 2/3 (`help sweeps`)."),
        Setting(
            "DLS_CHARSET",
            "How pictures are drawn: kitty, iterm or sixel (as pixels), braille, block or ascii. Default: as the terminal "
                + "says."),
        Setting("DLS_PAGER", "What shows long output at the prompt. Default: PAGER, else less; empty for none."),
        Setting("DLS_SAFE", "1: everything runs as with --safe (`help safe`)."),
        Setting("DLS_MPI", "The file of the library of MPI: that of the `mpirun` that started dls, unless set."),
        Setting("DLS_MPI_STATS", "1: trainings under mpirun tell what they send and how long they wait (`help mpi`)."),
        Setting("DLS_CPU", "In a package: the executable to start, such as x86-64-v2. Default: by the CPU."),
        Setting("COLUMNS", "How wide output is. Default: as the terminal; tables in a pipe are whole."),
        Setting("NO_COLOR", "Set to anything: no colours."),
    ]

    package static let files = [
        Setting(
            "~/.local/state/dls/history",
            "The history of the prompt; `dls --recover` reads `history.sessions` beside it."),
        Setting("~/.local/state/dls/trusted", "The hashes of files that are trusted (`help trust`)."),
        Setting(".dls/runs.sqlite", "The trainings that are kept, in the folder where dls started."),
        Setting("~/.inputrc", "The keys of the prompt (`help keys`)."),
    ]

    /// The page of the help.
    static var page: String {
        func rows(_ settings: [Setting]) -> String {
            let left = (settings.map(\.name.count).max() ?? 0) + 3
            return settings.map { setting in
                "  \(setting.name)\(String(repeating: " ", count: left - setting.name.count))\(setting.meaning)"
            }.joined(separator: "\n")
        }
        return """
            Variables of the environment:

            \(rows(variables))

            Files:

            \(rows(files))

            A package has an executable for each level of x86 CPUs, and `dls` starts the one that this CPU can run. `dls --version`
            and each kept run (`run(17).version`) tell which it was: the last bits of results may differ between them.
            """
    }
}
