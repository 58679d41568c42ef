import Testing

@Suite("Questions of a program") struct InputProgramTests {
    @Test("each takes a line of the standard input") func takesLines() throws {
        let folder = try ProgramFolder()
        let code = #"a = input("first? "); b = input(); print a.upper() b"#
        let (status, output, _) = try folder.dls(["-e", code], shell: #"printf 'Ada\nBob\nrest' | "$@""#)
        #expect(status == 0)
        #expect(output == "first? ADA Bob\n")
    }

    @Test("without an answer it is an error that says so") func endOfInput() throws {
        let (status, _, error) = try ProgramFolder().dls(["-e", "input \"n: \""], shell: #""$@" </dev/null"#)
        #expect(status == 1)
        #expect(error.contains("the standard input has ended"))
    }
}
