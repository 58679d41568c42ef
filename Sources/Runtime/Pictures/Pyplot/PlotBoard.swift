import Figures

/// A figure that is put together call by call: axes in rows and columns, as Matplotlib's `Figure`.
package final class PlotBoard: RuntimeObject {
    /// Axes with their place, as shares of the height and the width.
    private var axes: [(top: Double, left: Double, axes: AxesObject)] = []
    private var last: AxesObject?
    private var title: String?
    private var size: Value?

    /// What it shows while nothing is drawn on it.
    private let shown: Figure?

    init(size: Value? = nil, shown: Figure? = nil) {
        self.size = size
        self.shown = shown
    }

    package override var kindName: String { "figure" }
    package override var shortText: String { kindName }
    package override var fieldNames: [String] { PlotBoard.methods.keys.sorted() }

    package override func field(_ name: String) throws -> Value? {
        if name == "axes" { return .list(axes.map { .object($0.axes) }) }
        return PlotBoard.methods[name].map { .function($0.bound(to: self)) }
    }

    package override func display(_ style: DisplayStyle) throws -> String { "figure: `plt.show()` draws it" }

    package override func help(forField name: String) -> String? { FamiliarNames.hint(name) }

    /// The axes that calls of `plt` draw on.
    var current: AxesObject { last ?? subplot(rows: 1, columns: 1, place: 0) }

    /// The axes at a place, counted along the rows from 0.
    func subplot(rows: Int, columns: Int, place: Int) -> AxesObject {
        let top = Double(place / columns) / Double(rows)
        let left = Double(place % columns) / Double(columns)
        if let found = axes.first(where: { $0.top == top && $0.left == left })?.axes {
            last = found
            return found
        }
        let new = AxesObject(of: self)
        axes.append((top, left, new))
        last = new
        return new
    }

    private func subplots(_ call: Call) throws -> Value {
        let (rows, columns) = (try call.integer("nrows", atLeast: 1), try call.integer("ncols", atLeast: 1))
        guard rows <= 50, columns <= 12 else {
            throw Failure("`subplots` takes at most 50 rows and 12 columns, and got \(rows) and \(columns)")
        }
        let all = (0..<rows).map { row in
            (0..<columns).map { subplot(rows: rows, columns: columns, place: row * columns + $0) }
        }
        last = all[0][0]
        let isSqueezed = try call.boolean("squeeze")
        if rows == 1, columns == 1, isSqueezed { return .object(all[0][0]) }
        return .object(AxesArray(all, isFlat: isSqueezed && (rows == 1 || columns == 1)))
    }

    /// `subplot(2, 3, 1)`, `subplot(231)`
    private func subplot(_ call: Call) throws -> Value {
        var parts = try call.list("place").map { value in
            guard let number = value.asInteger else {
                throw Failure("`subplot` takes rows, columns and a place", help: "such as `plt.subplot(1, 2, 1)`")
            }
            return number
        }
        if parts.count == 1, (111...999).contains(parts[0]) {
            parts = [parts[0] / 100, parts[0] / 10 % 10, parts[0] % 10]
        }
        if parts.isEmpty { parts = [1, 1, 1] }
        guard parts.count == 3, (1...50).contains(parts[0]), (1...12).contains(parts[1]),
            (1...(parts[0] * parts[1])).contains(parts[2])
        else {
            throw Failure(
                "`subplot` takes rows (to 50), columns (to 12) and a place from 1 on",
                help: "such as `plt.subplot(1, 2, 1)`")
        }
        return .object(subplot(rows: parts[0], columns: parts[1], place: parts[2] - 1))
    }

    /// The figure as it stands; nil where nothing is drawn.
    func figure(_ interpreter: Interpreter) throws -> Figure? {
        let filled = axes.filter { !$0.axes.isEmpty }.sorted { ($0.top, $0.left) < ($1.top, $1.left) }
        guard filled.count > 1 else {
            guard let only = filled.first?.axes else { return shown }
            if let size, only.setting("size") == nil { try only.set("size", size, interpreter) }
            if let title, only.setting("title") == nil { try only.set("title", .string(title), interpreter) }
            return try only.figure(interpreter)
        }
        var rows: [[Figure]] = []
        var top = -1.0
        for part in filled {
            guard let figure = try part.axes.figure(interpreter) else { continue }
            if part.top == top { rows[rows.count - 1].append(figure) } else { rows.append([figure]) }
            top = part.top
        }
        return .grid(FigureGrid(title: title, rows: rows))
    }

    // MARK: - Methods

    static let methods: [String: PyplotMethod<PlotBoard>] = {
        let all: [PyplotMethod<PlotBoard>] = [
            PyplotMethod("add_subplot(*place, **looks)") { try $0.subplot($1) },
            PyplotMethod("subplots(nrows=1, ncols=1, squeeze=true, **looks)") { try $0.subplots($1) },
            PyplotMethod("gca()") { board, _ in .object(board.current) },
            PyplotMethod("suptitle(t, **looks)") { board, call in
                board.title = try call.value("t").printedText()
                return .none
            },
            PyplotMethod("colorbar(*image, **looks)") { board, _ in
                board.current.hasShadeBar = true
                return .none
            },
            PyplotMethod("savefig(fname, overwrite=false, **looks)") { board, call in
                guard let figure = try board.figure(call.interpreter),
                    let save = call.interpreter.builtins.value("save")
                else { throw Failure("nothing is drawn on the figure", help: "`plt.plot(ys)` draws on it") }
                _ = try call.interpreter.call(
                    save,
                    Arguments(
                        [.object(FigureObject(figure)), call.value("fname")],
                        named: [("overwrite", call.value("overwrite"))]))
                return .none
            },
            PyplotMethod("show(**looks)") { board, call in try call.interpreter.show(board) },
            PyplotMethod("tight_layout(**looks)") { _, _ in .none },
            PyplotMethod("subplots_adjust(**looks)") { _, _ in .none },
            PyplotMethod("autofmt_xdate(**looks)") { _, _ in .none },
        ]
        return Dictionary(uniqueKeysWithValues: all.map { (String($0.signature.prefix { $0 != "(" }), $0) })
    }()
}

/// The figures that calls of `plt` make, until they are shown.
struct Pyplot {
    private(set) var boards: [PlotBoard] = []

    var current: PlotBoard {
        mutating get {
            if let last = boards.last { return last }
            return open(size: nil)
        }
    }

    mutating func open(size: Value?) -> PlotBoard {
        // What is not shown is not kept without bound.
        if boards.count >= 100 { boards.removeFirst() }
        let board = PlotBoard(size: size)
        boards.append(board)
        return board
    }

    mutating func close(_ board: PlotBoard) { boards.removeAll { $0 === board } }

    mutating func closeAll() { boards = [] }
}

extension Interpreter {
    /// Draws a figure that was put together, and ends it.
    func show(_ board: PlotBoard) throws -> Value {
        defer { pyplot.close(board) }
        if let figure = try board.figure(self) {
            lastFigure = figure
            try sink.emit(.figure(figure))
        }
        return .none
    }

    /// Draws the figures that calls of `plt` have made and `plt.show()` has not drawn: at the end of a cell or of a file.
    package func showFigures() throws {
        for board in pyplot.boards { _ = try show(board) }
    }
}

/// What `plt` has: the methods of the current axes and of the current figure, and its own.
enum PyplotFunctions {
    static func function(_ name: String) -> Function? {
        // Where nothing was drawn since, it is the figure on the screen that is meant.
        if name == "savefig", let method = PlotBoard.methods[name] {
            return method.function { $0.pyplot.boards.last ?? PlotBoard(shown: $0.lastFigure) }
        }
        if let own = own[name] { return own.function { $0.pyplot.current } }
        if let method = PlotBoard.methods[name], !["show", "subplots"].contains(name) {
            return method.function { $0.pyplot.current }
        }
        guard !name.hasPrefix("set_"), let method = AxesObject.method(name) else { return nil }
        return method.function { $0.pyplot.current.current }
    }

    static var names: [String] {
        Array(own.keys) + Array(PlotBoard.methods.keys) + AxesObject.methods.keys.filter { !$0.hasPrefix("set") }
    }

    private static let own: [String: PyplotMethod<PlotBoard>] = [
        "figure": PyplotMethod("figure(num=none, figsize=none, **looks)") { _, call in
            .object(call.interpreter.pyplot.open(size: call.has("figsize") ? call.value("figsize") : nil))
        },
        "subplots": PyplotMethod("subplots(nrows=1, ncols=1, figsize=none, squeeze=true, **looks)") { _, call in
            let board = call.interpreter.pyplot.open(size: call.has("figsize") ? call.value("figsize") : nil)
            guard let method = PlotBoard.methods["subplots"] else { return .none }
            return .list([.object(board), try method.run(board, call)])
        },
        "subplot": PyplotMethod("subplot(*place, **looks)") { board, call in
            try PlotBoard.methods["add_subplot"]?.run(board, call) ?? .none
        },
        "gcf": PyplotMethod("gcf()") { board, _ in .object(board) },
        "show": PyplotMethod("show(**looks)") { _, call in
            for board in call.interpreter.pyplot.boards { _ = try call.interpreter.show(board) }
            return .none
        },
        "close": PyplotMethod("close(*figures)") { board, call in
            let all = try call.list("figures").first?.asString == "all"
            if all { call.interpreter.pyplot.closeAll() } else { call.interpreter.pyplot.close(board) }
            return .none
        },
        "clf": PyplotMethod("clf()") { board, call in
            call.interpreter.pyplot.close(board)
            return .none
        },
        "pause": PyplotMethod("pause(interval)") { _, _ in .none },
        "ion": PyplotMethod("ion()") { _, _ in .none },
        "ioff": PyplotMethod("ioff()") { _, _ in .none },
    ]
}
