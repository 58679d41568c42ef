import Glibc
import Language
import TensorCore

extension Builtin {
    static let session: [Builtin] = [
        Builtin(
            "help(topic=\"\")", .session, "Help on a name or a page; alone, an overview.",
            details: "The name is given as a string: `help \"conv\"`. At the prompt `?conv` does the same.",
            example: "help \"softmax\""
        ) { call in
            let topic: String
            if case .function(let function) = call.value("topic") {
                topic = function.name
            } else {
                topic = try call.string("topic")
            }
            try call.interpreter.showHelp(topic, module: call.interpreter.module)
            return .none
        },
        Builtin(
            "vars()", .session, "A table of the names that have values, with what their tensors hold.",
            details: """
                shape, dtype, bytes, min and max (of the finite values) are those of tensors, lists of numbers and datasets; of a
                model, all its weights count. not_finite: how many values are nan or infinite. A column without any value is
                left out.
                """,
            example: "x = tensor([[1, 2], [3, inf]])\nvars"
        ) { call in
            let module = call.interpreter.module
            let names = module.definedNames.filter { !$0.hasPrefix("_") }
            return .object(try TableObject(variables: names.map { ($0, module[$0] ?? .none) }))
        },
        Builtin(
            "threads(n=none)", .session, "How many threads the engine uses; with a number, sets it.",
            details: "The environment variable DLS_THREADS sets it at the start. Results do not depend on it.",
            example: "threads()"
        ) { call in
            if call.has("n") { Threads.count = try call.integer("n", atLeast: 1) }
            return .integer(Threads.count)
        },
        Builtin(
            "rank()", .session, "The place of this process among those that mpirun has started, from 0.",
            details: "0 without mpirun. `help mpi` tells what several processes do together.",
            example: "if rank() == 0 { print \"only once\" }"
        ) { _ in .integer(Launch.current.rank) },
        Builtin(
            "ranks()", .session, "How many processes mpirun has started.",
            details: "1 without mpirun. `help mpi` tells what several processes do together.",
            example: "ranks()"
        ) { _ in .integer(Launch.current.count) },
        Builtin(
            "input(prompt=\"\")", .session, "Asks the person for a line of text, and gives it.",
            details:
                "`number(input(\"how many? \"))` makes a number of it. A program that runs alone, and a run of a sweep, have nobody to ask.",
            example: "try { input \"epochs: \" } catch e { print e.message }"
        ) { call in
            .string(try call.interpreter.sink.ask(try call.string("prompt")))
        },
        Builtin("quit(status=0)", .session, "Leaves, with an exit status.", example: "if false { quit() }") { call in
            throw Quit(status: Int32(truncatingIfNeeded: try call.integer("status")))
        },
        Builtin(
            "time()", .session, "Seconds since the beginning of 1970.", details: "`clock()` measures durations.",
            example: "time() > 0"
        ) { _ in
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            return .number(Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9)
        },
        Builtin(
            "clock()", .session, "Seconds since some moment, to measure durations by.",
            example: "start = clock()\nprint clock() - start < 1"
        ) { _ in
            // The moment is the first call's; it is asked for before the time that is counted from it.
            let started = Interpreter.started
            let elapsed = started.duration(to: .now).components
            return .number(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        },
        Builtin("sleep(seconds)", .session, "Waits; Ctrl-C ends it.", example: "sleep 0.01") { call in
            let seconds = try call.number("seconds")
            guard seconds >= 0, seconds <= 86_400 else {
                throw call.failure("seconds", takes: "a number of seconds from 0 to 86400, a day")
            }
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
                try Operators.checkInterrupt()
                var pause = timespec(tv_sec: 0, tv_nsec: min(Int(seconds * 1e9), 20_000_000))
                nanosleep(&pause, nil)
            }
            return .none
        },
    ]
}

extension Interpreter {
    static let started = ContinuousClock.now

    func sessionHost() throws -> any SessionHost {
        guard let host else { throw Failure("there is no session around this program") }
        return host
    }
}

/// What built-ins ask of the session around the interpreter.
package protocol SessionHost: AnyObject {
    /// Runs the cells of a notebook among the names of the session.
    func runNotebook(_ path: String) throws

    /// Asked before the code of a file runs.
    ///
    /// - Throws: `Failure` where it may not.
    func willRun(_ source: SourceText) throws

    /// Writes what was typed as a notebook.
    func saveTranscript(to path: String) throws

    /// Writes headings, tables and figures as one page.
    func savePage(_ title: String, _ parts: [PagePart], to path: String) throws
}

/// What `session` stands for: the session as something that can be saved.
package final class SessionObject: RuntimeObject {
    package override var kindName: String { "session" }

    package override func display(_ style: DisplayStyle) throws -> String {
        "the session; `save session \"session.dls\"` writes what was typed as a notebook, `vars` lists its names"
    }
}
