import Figures
import Terminal
import Testing

@Suite("What the terminal can do")
struct CapabilityTests {
    private func capabilities(
        _ environment: [String: String], input: Bool = true, output: Bool = true, size: (Int, Int)? = (120, 40)
    ) -> TerminalCapabilities {
        TerminalCapabilities(
            environment: environment, isTerminal: (input, output, output), size: size.map { ($0.0, $0.1) })
    }

    @Test("the characters follow the locale")
    func charset() {
        #expect(capabilities(["LANG": "de_DE.UTF-8"]).text.charset == .braille)
        #expect(capabilities(["LANG": "en_US.utf8", "TERM": "linux"]).text.charset == .block)
        #expect(capabilities(["LANG": "C"]).text.charset == .ascii)
        #expect(capabilities([:]).text.charset == .ascii)
        #expect(capabilities(["LANG": "C.UTF-8", "LC_ALL": "C"]).text.charset == .ascii)
        #expect(capabilities(["LANG": "C", "LC_CTYPE": "C.UTF-8"]).text.charset == .braille)
        #expect(capabilities(["LANG": "C.UTF-8", "LC_ALL": ""]).text.charset == .braille)
        #expect(capabilities(["DLS_CHARSET": "block"]).text.charset == .block)
        #expect(capabilities(["DLS_CHARSET": "odd", "LANG": "C"]).text.charset == .ascii)
    }

    @Test("colours follow the terminal, and NO_COLOR")
    func colors() {
        #expect(capabilities(["TERM": "xterm-256color"]).text.color == .palette256)
        #expect(capabilities(["TERM": "xterm-256color", "COLORTERM": "truecolor"]).text.color == .trueColor)
        #expect(capabilities(["TERM": "xterm-direct"]).text.color == .trueColor)
        #expect(capabilities(["TERM": "vt100"]).text.color == .none)
        #expect(capabilities(["TERM": "dumb", "COLORTERM": "truecolor"]).text.color == .none)
        #expect(capabilities([:]).text.color == .none)
        #expect(capabilities(["TERM": "xterm", "NO_COLOR": "1"]).text.color == .none)
        #expect(capabilities(["TERM": "xterm", "NO_COLOR": ""]).text.color == .palette256)
        #expect(capabilities(["TERM": "xterm"], output: false).text.color == .none)
    }

    @Test("the window's size counts on a terminal only, so that files are the same everywhere")
    func size() {
        #expect(capabilities([:]).text.width == 120)
        #expect(capabilities([:], output: false).text.width == 80)
        #expect(capabilities([:], size: nil).text.width == 80)
        #expect(capabilities([:], size: (1, 1)).text.width == 20)
    }

    @Test("pictures follow what the terminal says it is, on terminals only")
    func pictures() {
        func pictures(_ environment: [String: String], input: Bool = true, output: Bool = true) -> PictureSupport {
            capabilities(["TERM": "xterm-256color"].merging(environment) { $1 }, input: input, output: output).pictures
        }
        #expect(pictures([:]) == .unknown(mayKnowKitty: true))
        #expect(pictures([:], output: false) == .none)
        #expect(pictures([:], input: false) == .none)
        #expect(pictures(["KITTY_WINDOW_ID": "1"], input: false) == .known(.kitty))
        #expect(pictures(["TERM": "xterm-kitty"]) == .known(.kitty))
        #expect(pictures(["TERM_PROGRAM": "WezTerm"]) == .known(.iterm))
        #expect(pictures(["LC_TERMINAL": "iTerm2"]) == .known(.iterm))
        #expect(pictures(["LC_TERMINAL": "iTerm2", "TERM_PROGRAM": "vscode"]) == .unknown(mayKnowKitty: true))
        #expect(pictures(["TERM_PROGRAM": "Apple_Terminal"]) == .unknown(mayKnowKitty: false))
        #expect(
            pictures(["TERM": "tmux-256color", "TMUX": "x", "LC_TERMINAL": "iTerm2"]) == .unknown(mayKnowKitty: false))
        for term in ["", "dumb", "linux", "screen.xterm", "vt100"] { #expect(pictures(["TERM": term]) == .none) }
        #expect(pictures(["DLS_CHARSET": "sixel"]) == .known(.sixel))
        #expect(pictures(["DLS_CHARSET": "sixel"], output: false) == .none)
        #expect(pictures(["DLS_CHARSET": "braille", "TERM": "xterm-kitty"]) == .none)
        #expect(capabilities(["DLS_CHARSET": "kitty", "LANG": "C.UTF-8"]).text.charset == .braille)
    }

    @Test("a person sits where both input and output are terminals")
    func interactivity() {
        #expect(capabilities([:]).isInteractive)
        #expect(!capabilities([:], input: false).isInteractive)
        #expect(!capabilities([:], output: false).isInteractive)
    }
}
