import Figures

/// A figure that was drawn, to be shown again or written to a file.
package final class FigureObject: RuntimeObject {
    package let figure: Figure

    package init(_ figure: Figure) { self.figure = figure }

    package override var picture: Figure? { figure }
    package override var kindName: String { "figure" }
    package override var fieldNames: [String] { ["title", "kind"] }
    package override var shortText: String { "figure of \(figure.kind)" }

    package override func field(_ name: String) throws -> Value? {
        switch name {
        case "title": figure.title.map { .string($0) } ?? Value.none
        case "kind": .string(figure.kind)
        default: nil
        }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        TextRenderer(TextCapabilities(charset: .block, width: style.width)).text(figure)
    }
}

extension Interpreter {
    /// A figure as a value, which a statement draws: `plot ys` shows it, `f = plot(ys)` keeps it.
    func figure(_ figure: Figure) throws -> Value {
        lastFigure = figure
        return .object(FigureObject(figure))
    }

    /// Draws the value of a statement if it is a figure; gives what else is to be done with the value.
    func drawn(_ value: Value) throws -> Value {
        guard case .object(let object) = value else { return value }
        // `plt.figure()` begins one.
        if object is PlotBoard || object is AxesObject { return .none }
        guard let figure = object as? FigureObject else { return value }
        try show(figure.figure)
        return .none
    }

    /// Shows a figure, which `figure()` then gives.
    func show(_ figure: Figure) throws {
        lastFigure = figure
        try sink.emit(.figure(figure))
    }
}

extension Builtin {
    static let figures: [Builtin] = [
        Builtin(
            "figure()", .pictures, "The figure that `plot` or `show` drew last, to be shown again or saved.",
            details: """
                `save figure "loss.svg"` writes it to a file, as .svg, .png or .pdf by the end of the name. An earlier one is kept
                with `f = figure()` or made with `f = plot(...)`, drawn with `f` and written with `save f "first.svg"`.
                Files are drawn by gnuplot (package gnuplot-nox). So are charts on terminals that show pixels (kitty, iTerm2,
                sixels); without it, and on other terminals, they are drawn in characters (`DLS_CHARSET`, `help settings`).
                """,
            example: "plot [3, 2, 1.5, 1.2] title=\"loss\"\nf = figure()\nf.title"
        ) { call in
            guard let figure = call.interpreter.lastFigure else {
                throw Failure("nothing has been drawn yet", help: "draw something first: `plot [3, 2, 1]`")
            }
            return .object(FigureObject(figure))
        }
    ]
}

extension Value {
    /// The figure that it is, or for the function `figure` itself, as in `save figure "x.svg"`, the last one.
    func asFigure(_ interpreter: Interpreter) throws -> Figure? {
        if let picture = object(as: RuntimeObject.self)?.picture { return picture }
        guard case .function(let function) = self, case .builtin(let builtin) = function.body, builtin.name == "figure"
        else { return nil }
        guard let figure = interpreter.lastFigure else {
            throw Failure(
                "there is no figure to save: nothing has been drawn yet", help: "draw something first: `plot [3, 2, 1]`"
            )
        }
        return figure
    }
}
