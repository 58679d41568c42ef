import Language

/// An error on its way to the user: what, and once it has passed the code that caused it, where.
///
/// It holds names and shapes, never tensors, so that an error keeps nothing alive.
package struct Failure: Error {
    package var diagnostic: Diagnostic
    /// Whether it is Ctrl-C, which no `try` catches.
    package var isInterrupt = false

    package init(_ message: String, label: String? = nil, help: [String] = []) {
        diagnostic = Diagnostic(message, label: label, help: help)
    }

    package init(_ message: String, help: String) {
        self.init(message, help: [help])
    }

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }

    package static var interrupted: Failure {
        var failure = Failure("interrupted")
        failure.isInterrupt = true
        return failure
    }

    /// The failure with a place, if it has none yet. What is wrong in the program's own functions is wrong where they
    /// are called.
    package func located(_ location: Diagnostic.Location) -> Failure {
        if let place = diagnostic.location, !place.source.isHidden || location.source.isHidden { return self }
        var copy = self
        copy.diagnostic.location = location
        copy.diagnostic.trace = []
        return copy
    }

    /// The failure with the call that led to its place, or with the call as its place if it has none yet.
    package func calling(_ name: String, at location: Diagnostic.Location) -> Failure {
        guard let place = diagnostic.location, !place.source.isHidden else { return located(location) }
        var copy = self
        if !location.source.isHidden { copy.diagnostic.addCall(Diagnostic.Frame(name: name, location: location)) }
        return copy
    }

    /// Shows the user's word for a function whose name is the program's own.
    mutating func replaceName(_ name: String, to word: String) {
        func renamed(_ text: String) -> String {
            text.replacing("`\(name)`", with: "`\(word)`").replacing(" \(name)(", with: " \(word)(")
                .replacing("`\(name)(", with: "`\(word)(")
        }
        diagnostic.message = renamed(diagnostic.message)
        diagnostic.help = diagnostic.help.map(renamed)
    }

    /// The same for a built-in function: a place in the call itself, such as an argument, says enough.
    func calling(builtin name: String, at location: Diagnostic.Location) -> Failure {
        guard let place = diagnostic.location, !location.contains(place) else { return located(location) }
        return calling("in \(name)", at: location)
    }
}

/// `quit` in a script or at the prompt: unwinds everything.
package struct Quit: Error {
    package let status: Int32

    package init(status: Int32) { self.status = status }
}
