/// What a source of input had to say.
package enum InputEvent: Equatable {
    /// A whole input, of one or many lines, without its last line end.
    case input(String)
    /// Ctrl-C: what was typed is forgotten.
    case interrupted
    /// There is no more input.
    case end
}

/// What the prompt looks like.
package struct Prompt: Equatable {
    package var first: String
    /// In front of a line that goes on with an input.
    package var continuation: String
    package var hasColor: Bool

    package init(first: String, continuation: String = "... ", hasColor: Bool = false) {
        self.first = first
        self.continuation = continuation
        self.hasColor = hasColor
    }
}

/// What Tab offers at a place in an input.
package struct TabCompletion: Equatable {
    /// The byte offset in the input at which the candidates take the place of what is there.
    package var start: Int
    package var candidates: [String]

    package init(start: Int, candidates: [String]) {
        self.start = start
        self.candidates = candidates
    }
}

/// Where the inputs of a session come from.
package protocol InputSource: AnyObject {
    /// Waits for the next input.
    ///
    /// - Parameters:
    ///   - isComplete: Whether a text is a whole input, or goes on in the next line.
    func next(prompt: Prompt, isComplete: (String) -> Bool) -> InputEvent
}
