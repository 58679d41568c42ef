import Figures
import Glibc

/// What the terminal can do, or that there is none.
package struct TerminalCapabilities: Sendable, Equatable {
    package var isInputTerminal: Bool
    package var isOutputTerminal: Bool
    package var isErrorTerminal: Bool
    /// How figures are drawn on standard output.
    package var text: TextCapabilities
    /// Whether the cursor can be moved, which a live line needs.
    package var hasCursor: Bool
    /// The width that `COLUMNS` asks for, of a terminal or not.
    package var columns: Int?
    package var pictures = PictureSupport.none
    /// Whether it is one of tmux.
    package var isInsideTmux = false
    /// Whether it breaks lines anew that its window gets too narrow for. xterm cuts them.
    package var reflows = true
    /// Whether it is fast enough to show more than what is typed.
    package var hasHints = false

    /// A person at a terminal: prompts, editing, history.
    package var isInteractive: Bool { isInputTerminal && isOutputTerminal }
    package var hasColor: Bool { text.color != .none }

    package init(
        isInputTerminal: Bool, isOutputTerminal: Bool, isErrorTerminal: Bool, text: TextCapabilities, hasCursor: Bool
    ) {
        self.isInputTerminal = isInputTerminal
        self.isOutputTerminal = isOutputTerminal
        self.isErrorTerminal = isErrorTerminal
        self.text = text
        self.hasCursor = hasCursor
    }

    /// What the variables and the three streams tell.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether input, output and the stream of errors are terminals.
    ///   - size: Columns and rows of the window, nil where nobody knows.
    package init(
        environment: [String: String], isTerminal: (input: Bool, output: Bool, error: Bool),
        size: (columns: Int, rows: Int)?
    ) {
        let term = environment["TERM"] ?? ""
        let isCapable = !term.isEmpty && term != "dumb"
        let size = isTerminal.output ? size : nil
        let columns = environment["COLUMNS"].flatMap(Int.init).flatMap { (20...10_000).contains($0) ? $0 : nil }
        self.init(
            isInputTerminal: isTerminal.input, isOutputTerminal: isTerminal.output, isErrorTerminal: isTerminal.error,
            text: TextCapabilities(
                charset: Self.charset(environment, term: term),
                color: isTerminal.output && isCapable ? Self.color(environment, term: term) : .none,
                width: columns ?? size?.columns ?? 80, height: size?.rows ?? 24),
            hasCursor: isTerminal.error && isCapable)
        self.columns = columns
        pictures = isCapable ? Self.pictures(environment, term: term, isTerminal) : .none
        isInsideTmux = environment["TMUX"]?.isEmpty == false
        reflows = environment["XTERM_VERSION"] == nil
        hasHints = isTerminal.output && isCapable && !Self.isSlow(term)
    }

    /// Of this process.
    package static func current() -> TerminalCapabilities {
        var environment: [String: String] = [:]
        for name in [
            "TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "DLS_CHARSET", "COLUMNS", "TERM_PROGRAM",
            "LC_TERMINAL", "KITTY_WINDOW_ID", "TMUX", "XTERM_VERSION",
        ] {
            environment[name] = environmentVariable(name)
        }
        return TerminalCapabilities(
            environment: environment,
            isTerminal: (isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1),
            size: windowSize(STDOUT_FILENO))
    }

    /// Columns and rows of the window behind a descriptor; nil where there is none or it does not say.
    package static func windowSize(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// The size of a character in the window behind a descriptor; nil where it does not say.
    static func cellSize(_ descriptor: Int32) -> CellSize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return CellSize(width: Int(size.ws_xpixel / size.ws_col), height: Int(size.ws_ypixel / size.ws_row))
    }

    private static func pictures(
        _ environment: [String: String], term: String, _ isTerminal: (input: Bool, output: Bool, error: Bool)
    ) -> PictureSupport {
        guard isTerminal.output else { return .none }
        let charset = environment["DLS_CHARSET"] ?? ""
        if let kind = PictureProtocol(rawValue: charset) { return .known(kind) }
        if ["ascii", "block", "braille"].contains(charset) { return .none }
        // tmux itself can show sixels, and answers for itself.
        if environment["TMUX"]?.isEmpty == false { return isTerminal.input ? .unknown(mayKnowKitty: false) : .none }
        if ["linux", "screen", "tmux", "eterm", "vt1", "vt2"].contains(where: term.hasPrefix) { return .none }
        if ["xterm-kitty", "xterm-ghostty"].contains(term) { return .known(.kitty) }
        let program = environment["TERM_PROGRAM"] ?? ""
        // ssh hands on LC_TERMINAL; other terminals that were started from iTerm2 have it too, beside their own name.
        if ["iTerm.app", "WezTerm"].contains(program) || term == "wezterm"
            || program.isEmpty && environment["LC_TERMINAL"] == "iTerm2"
        {
            return .known(.iterm)
        }
        guard isTerminal.input else { return environment["KITTY_WINDOW_ID"] == nil ? .none : .known(.kitty) }
        // Terminal of macOS would show the question.
        return .unknown(mayKnowKitty: program != "Apple_Terminal")
    }

    private static func charset(_ environment: [String: String], term: String) -> TextCapabilities.Charset {
        switch environment["DLS_CHARSET"] {
        case "ascii": return .ascii
        case "block": return .block
        case "braille": return .braille
        default: break
        }
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let lowercase = locale.lowercased()
        guard lowercase.contains("utf-8") || lowercase.contains("utf8") else { return .ascii }
        // The console's fonts have no braille.
        return term == "linux" ? .block : .braille
    }

    private static func color(_ environment: [String: String], term: String) -> TextCapabilities.Color {
        // As no-color.org says: any value but an empty one.
        if let value = environment["NO_COLOR"], !value.isEmpty { return .none }
        if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") || term.hasSuffix("-direct") {
            return .trueColor
        }
        return isSlow(term) ? .none : .palette256
    }

    /// A terminal on a serial line.
    private static func isSlow(_ term: String) -> Bool { term.hasPrefix("vt1") || term.hasPrefix("vt2") }
}

/// A variable of the environment; nil if it is not set.
package func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
