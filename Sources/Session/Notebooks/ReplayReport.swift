import Datasets
import Language
import Runtime

/// How the cells of a replay went, for programs.
package struct ReplayReport {
    private var cells: [JSON] = []

    package init() {}

    /// - Parameters:
    ///   - problem: What is wrong with how the cell ended.
    ///   - drifts: Where it was compared; nil: it was not.
    package mutating func add(_ result: CellResult, problem: Diagnostic?, drifts: [Drift]?) {
        var members = [
            JSON.Member("cell", .integer(result.cell.number)), .init("title", .string(result.cell.title)),
            .init("ending", .string(result.ending.word)), .init("seconds", JSON(result.seconds)),
        ]
        if let problem {
            members.append(.init("error", .string(problem.message)))
            if let location = problem.location { members.append(.init("line", .integer(location.lineNumber))) }
        }
        if let drifts { members.append(.init("drifts", .array(drifts.map(\.json)))) }
        cells.append(.object(members))
    }

    /// - Parameter error: Why no cell was run.
    package func text(notebook: String, status: Int32, error: String? = nil) -> String {
        var members = [JSON.Member("notebook", .string(notebook)), .init("status", .integer(Int(status)))]
        if let error { members.append(.init("error", .string(error))) }
        return JSON.object(members + [.init("cells", .array(cells))]).document
    }
}

extension Drift {
    fileprivate var json: JSON {
        func text(_ line: String?) -> JSON { line.map { .string($0) } ?? .null }
        return JSON([
            "line": .integer(location.lineNumber), "recorded": text(recorded), "now": text(actual),
            "explanations": .array(explanations.map { .string($0) }),
        ])
    }
}

extension Diagnostic.Location {
    fileprivate var lineNumber: Int { source.place(of: span.start).line }
}

extension CellResult.Ending {
    fileprivate var word: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .interrupted: "interrupted"
        case .quit: "quit"
        case .notRun: "not run"
        }
    }
}
