import Testing

@Suite struct OutOfMemoryTests {
    /// All memory is taken but for some 17 MB; a matrix product has room for its result, and none for its work.
    private static let program = """
        a = ones([512, 2048]).T
        b = ones([2048, 512]).T
        large = []
        small = []
        try { while true { large = large + [ones([2048, 2048])] } } catch e { print e.message }
        try { while true { small = small + [ones([1024, 256])] } } catch e { print e.message }
        large = large[1:]
        c = "as it was"
        try { c = a @ b } catch e { print c, e.message }
        large = none
        small = none
        c = a @ b
        print c[0, 0]

        """

    @Test func aKernelThatGetsNoMemoryIsAnErrorAndTheSessionGoesOn() throws {
        let folder = try ProgramFolder()
        try folder.write(Self.program, to: "a.dls")
        let limited = "ulimit -v 1500000; exec \"$@\""
        let run = try folder.dls(["a.dls"], shell: limited, environment: ["DLS_THREADS": "2"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        let lines = run.output.split(separator: "\n")
        try #require(lines.count == 4)
        #expect(lines[0] == "a tensor of 16.0 MB does not fit in memory")
        #expect(lines[2].hasPrefix("as it was an operation needs "))
        #expect(lines[2].hasSuffix(" for its work, and the system has no more memory"))
        #expect(lines[3] == "512")
    }
}
