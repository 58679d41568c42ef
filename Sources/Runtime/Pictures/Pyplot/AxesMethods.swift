import Figures
import TensorCore

/// A method of axes or of a figure: its signature, and what it does.
struct PyplotMethod<Target: RuntimeObject>: Sendable {
    let signature: String
    let run: @Sendable (Target, Call) throws -> Value

    init(_ signature: String, _ run: @escaping @Sendable (Target, Call) throws -> Value) {
        self.signature = signature
        self.run = run
    }

    func bound(to target: Target) -> Function { function { _ in target } }

    /// The method of what is current when it is called.
    func function(of target: @escaping (Interpreter) throws -> Target) -> Function {
        let form = Function(builtin: Builtin(signature, .pictures, "", example: "") { _ in .none })
        return Function(native: signature, of: .none) { _, arguments, interpreter in
            let call = Call(function: form, values: try form.bind(arguments), interpreter: interpreter)
            try call.checkLooks()
            return try run(try target(interpreter), call)
        }
    }
}

extension AxesObject {
    /// The names that axes have for what `plt` has another name for.
    private static let longNames = [
        "set_title": "title", "set_xlabel": "xlabel", "set_ylabel": "ylabel", "set_xlim": "xlim", "set_ylim": "ylim",
        "set_xscale": "xscale", "set_yscale": "yscale", "matshow": "imshow",
    ]

    static func method(_ name: String) -> PyplotMethod<AxesObject>? { methods[longNames[name] ?? name] }

    static let methods: [String: PyplotMethod<AxesObject>] = {
        let all: [PyplotMethod<AxesObject>] = drawing + labelling
        return Dictionary(uniqueKeysWithValues: all.map { (String($0.signature.prefix { $0 != "(" }), $0) })
    }()

    // MARK: - Drawing

    /// `plot` and its like, which differ in their logarithmic axes.
    private static func line(_ name: String, log: String? = nil) -> PyplotMethod<AxesObject> {
        PyplotMethod(
            name
                + "(*data, label=none, color=none, c=none, marker=none, alpha=none, linestyle=none, ls=none, **looks)"
        ) { try $0.plot($1, log: log) }
    }

    private static let drawing: [PyplotMethod<AxesObject>] = [
        line("plot"), line("semilogx", log: "x"), line("semilogy", log: "y"), line("loglog", log: "xy"),
        PyplotMethod("step(x, y, where=\"pre\", label=none, color=none, alpha=none, **looks)") { axes, call in
            let (x, y) = (try numbers(call, "x"), try numbers(call, "y"))
            guard x.count == y.count else {
                throw Failure("`step` takes as many xs as ys, and got \(x.count) and \(y.count)")
            }
            let place = try call.choice("where", of: ["pre", "post", "mid"])
            var (xs, ys) = (Array(x.prefix(1)), Array(y.prefix(1)))
            for index in x.indices.dropFirst() {
                let (before, here) = (x[index - 1], x[index])
                let turn = place == "pre" ? before : place == "post" ? here : (before + here) / 2
                xs += [turn, turn]
                ys += [y[index - 1], y[index]]
            }
            try axes.add(
                [.numbers(xs + x.suffix(1)), .numbers(ys + y.suffix(1))],
                call.looks(["alpha", "color"]) + call.label, call.interpreter)
            return .none
        },
        PyplotMethod("scatter(x, y, s=none, c=none, marker=none, label=none, color=none, alpha=none, **looks)") {
            axes, call in
            var options: [(name: String, value: Value)] = [("kind", .string("scatter"))] + call.looks(["alpha"])
            if let color = call.color { options.append(("color", color)) }
            if let marker = try call.optionalString("marker") {
                options.append(("marker", .string(LineFormat.known(marker))))
            }
            try axes.add(
                [sequence(call.value("x")), sequence(call.value("y"))], options + call.label, call.interpreter)
            return .none
        },
        PyplotMethod("bar(x, height, width=none, label=none, color=none, alpha=none, tick_label=none, **looks)") {
            axes, call in
            try call.refuseOther(
                "bottom", than: .number(0), "bars stand on 0, and those of several calls side by side",
                help:
                    "a stack is as high as the sum of its layers, which bars can show beside them: `plt.bar(x, np.add(a, b))`"
            )
            var options: [(name: String, value: Value)] = [("kind", .string("bar"))] + call.looks(["alpha", "color"])
            if call.has("tick_label") { options.append(("xticks", call.value("tick_label"))) }
            try axes.add([sequence(call.value("x")), sequence(call.value("height"))], options, call.interpreter)
            return try axes.nameLast(call)
        },
        PyplotMethod("hist(x, bins=10, label=none, color=none, alpha=none, density=false, range=none, **looks)") {
            axes, call in
            try call.refuseOther(
                "bottom", than: .number(0), "the bars of a histogram stand on 0", help: "leave `bottom` out")
            try call.refuseOther(
                "orientation", than: .string("vertical"), "the bars of a histogram stand upright",
                help: "leave `orientation` out"
            )
            let isDensity = try call.boolean("density")
            try axes.add(
                [call.value("x")],
                [("kind", .string("histogram")), ("bins", try call.binsInRange())] + call.looks(["alpha", "color"])
                    + call.label,
                call.interpreter)
            if isDensity { try axes.drawDensity() }
            return .none
        },
        PyplotMethod("boxplot(x, labels=none, tick_labels=none, **looks)") { axes, call in
            let labels = call.has("labels") ? call.value("labels") : call.value("tick_labels")
            try axes.add(
                [call.value("x")], [("kind", .string("box"))] + (labels.isNone ? [] : [("labels", labels)]),
                call.interpreter)
            return .none
        },
        PyplotMethod("contour(*data, levels=none, **looks)") { try $0.contour($1) },
        PyplotMethod("contourf(*data, levels=none, **looks)") { try $0.contour($1) },
        PyplotMethod("imshow(image, cmap=none, origin=\"upper\", vmin=none, vmax=none, **looks)") { axes, call in
            var image = call.value("image")
            if try call.choice("origin", of: ["upper", "lower"]) == "lower",
                let flip = call.interpreter.builtins.value("flip")
            {
                image = try call.interpreter.call(flip, [image, .number(0)])
            }
            // Channels come last in Matplotlib.
            if let pixels = try image.asVariable()?.value, pixels.rank == 3, let last = pixels.shape.last,
                [1, 3, 4].contains(last)
            {
                image = .tensor(
                    try pixels.at([.all, .all, .slice(start: 0, stop: min(last, 3), step: 1)]).permute([2, 0, 1]))
            }
            let map = try call.optionalString("cmap")?.lowercased()
            try axes.addImage(
                image, hasShades: map.map { !["gray", "grey", "binary", "gray_r", "greys"].contains($0) } ?? false,
                low: call.optionalNumber("vmin"), high: call.optionalNumber("vmax"))
            return .none
        },
        PyplotMethod("fill_between(x, y1, y2=0, alpha=none, color=none, label=none, **looks)") { axes, call in
            let x = sequence(call.value("x"))
            func edge(_ name: String) throws -> Value {
                guard let number = call.value(name).asNumber else { return call.value(name) }
                return .numbers(Array(repeating: number, count: try x.elements?.count ?? 0))
            }
            try axes.addBand(
                x: x, low: try edge("y1"), high: try edge("y2"), call.looks(["color"]) + call.label, call.interpreter)
            return .none
        },
        PyplotMethod("errorbar(x, y, yerr=none, label=none, color=none, fmt=none, **looks)") { axes, call in
            let error: [(name: String, value: Value)] = call.has("yerr") ? [("error", call.value("yerr"))] : []
            try axes.add(
                [sequence(call.value("x")), sequence(call.value("y"))], error + call.looks(["color"]) + call.label,
                call.interpreter)
            return .none
        },
        PyplotMethod("axhline(y=0, **looks)") { axes, call in
            try axes.append("hline", call.value("y"), call.interpreter)
            return .none
        },
        PyplotMethod("axvline(x=0, **looks)") { axes, call in
            try axes.append("vline", call.value("x"), call.interpreter)
            return .none
        },
        PyplotMethod("text(x, y, s, **looks)") { axes, call in
            try axes.append(
                "text", .list([call.value("x"), call.value("y"), call.value("s")]), call.interpreter)
            return .none
        },
        PyplotMethod("annotate(text, xy, xytext=none, **looks)") { axes, call in
            let place = try call.list("xy")
            try axes.append("text", .list(place + [call.value("text")]), call.interpreter)
            return .none
        },
    ]

    private static func numbers(_ call: Call, _ parameter: String) throws -> [Double] {
        try call.marks(parameter).map { value in
            guard let number = value.asNumber else { throw call.failure(parameter, takes: "numbers") }
            return number
        }
    }

    /// A number is a sequence of one.
    private static func sequence(_ value: Value) -> Value { value.asNumber == nil ? value : .list([value]) }

    /// `x, y` and `x, y, "r--"`, once or several times.
    private func plot(_ call: Call, log: String? = nil) throws -> Value {
        if let log { try set("log", .string(log), call.interpreter) }
        var data: [Value] = []
        func draw(_ format: LineFormat) throws {
            guard !data.isEmpty else { return }
            defer { data = [] }
            guard data.count <= 2 else {
                throw Failure(
                    "`plot` takes x and y, and a format such as \"r--\" between several of them",
                    help: "`plt.plot(x, a, \"-\", x, b, \"--\")`")
            }
            var options: [(name: String, value: Value)] = call.looks(["alpha"]) + call.label
            if let color = call.color ?? format.color.map({ .string($0) }) { options.append(("color", color)) }
            let marker = try call.optionalString("marker").map(LineFormat.known) ?? format.marker
            if let marker { options.append(("marker", .string(marker))) }
            let style = try call.optionalString("linestyle") ?? call.optionalString("ls")
            let isLine = style.map { !["", " ", "none"].contains($0.lowercased()) } ?? format.hasLine
            if !isLine {
                options.append(("kind", .string("scatter")))
            } else if let style = style ?? format.style, style != "-" {
                options.append(("style", .string(style)))
            }
            // Columns are lines in Matplotlib, and rows in dls.
            if let y = data.last, case .tensor(let tensor) = y, tensor.rank == 2 {
                data[data.count - 1] = .tensor(try tensor.value.permute([1, 0]))
            }
            if !isLine, data.count == 1 {
                data.insert(.numbers((0..<(try data[0].elements?.count ?? 0)).map { Double($0) }), at: 0)
            }
            try add(data, options, call.interpreter)
        }
        for value in try call.list("data") {
            if let text = value.asString {
                guard let format = LineFormat(text) else {
                    throw Failure(
                        "`plot` has no format \(quoted(text))",
                        help: "such as \"r--\", \"o\" or \"b.\"; label= names a line")
                }
                try draw(format)
            } else {
                // Two that have no format are a line; a third one begins the next.
                if data.count == 2 { try draw(LineFormat()) }
                data.append(AxesObject.sequence(value))
            }
        }
        try draw(LineFormat())
        return .none
    }

    private func contour(_ call: Call) throws -> Value {
        // A fourth argument says how many levels there are.
        let data = try call.list("data")
        try add(
            data.count == 2 || data.count == 4 ? data.dropLast() : data, [("kind", .string("contour"))],
            call.interpreter)
        return .none
    }

    /// The name of bars, of which a chart of one kind has none.
    private func nameLast(_ call: Call) throws -> Value {
        if let label = call.label.first?.value { try nameLast(try label.printedText()) }
        return .none
    }

    // MARK: - Labelling

    private static let labelling: [PyplotMethod<AxesObject>] = [
        setter("title(label, **looks)", "title", of: "label"), setter("xlabel(label, **looks)", "x", of: "label"),
        setter("ylabel(label, **looks)", "y", of: "label"),
        PyplotMethod("xlim(*limits, left=none, right=none)") { try $0.limit("xlim", $1, "left", "right") },
        PyplotMethod("ylim(*limits, bottom=none, top=none)") { try $0.limit("ylim", $1, "bottom", "top") },
        PyplotMethod("xticks(ticks=none, labels=none, **looks)") { try $0.mark("xticks", $1) },
        PyplotMethod("yticks(ticks=none, labels=none, **looks)") { try $0.mark("yticks", $1) },
        PyplotMethod("set_xticks(ticks, labels=none, **looks)") { try $0.mark("xticks", $1) },
        PyplotMethod("set_yticks(ticks, labels=none, **looks)") { try $0.mark("yticks", $1) },
        PyplotMethod("set_xticklabels(labels, ticks=none, **looks)") { try $0.mark("xticks", $1) },
        PyplotMethod("set_yticklabels(labels, ticks=none, **looks)") { try $0.mark("yticks", $1) },
        PyplotMethod("xscale(value, **looks)") { try $0.scale("x", $1) },
        PyplotMethod("yscale(value, **looks)") { try $0.scale("y", $1) },
        PyplotMethod("legend(labels=none, *others, **looks)") { axes, call in
            // Handles, which dls has none of, come before the labels.
            let others = try call.list("others")
            if let labels = try (others.first ?? call.value("labels")).elements,
                labels.allSatisfy({ $0.asString != nil })
            {
                try axes.setNames(labels.compactMap(\.asString))
            }
            return .none
        },
        PyplotMethod("axis(*limits, **looks)") { axes, call in
            let given = try call.list("limits")
            let ends = try given.count == 1 ? given[0].elements ?? [] : given
            guard ends.count == 4 else { return .none }
            try axes.set("xlim", .list(Array(ends[..<2])), call.interpreter)
            try axes.set("ylim", .list(Array(ends[2...])), call.interpreter)
            return .none
        },
        PyplotMethod("set(**settings)") { axes, call in
            guard case .record(let record) = call.value("settings") else { return .none }
            for (name, value) in record.fields {
                guard let method = AxesObject.method("set_\(name)") ?? AxesObject.method(name) else {
                    throw Failure("`set` has no setting `\(name)`", help: "such as title=, xlabel=, ylim=, xscale=")
                }
                _ = try call.interpreter.call(.function(method.bound(to: axes)), Arguments([value]))
            }
            return .none
        },
        PyplotMethod("grid(*visible, **looks)") { _, _ in .none },
        PyplotMethod("tick_params(**looks)") { _, _ in .none },
        PyplotMethod("set_aspect(*ratio, **looks)") { _, _ in .none },
        PyplotMethod("set_axis_off()") { _, _ in .none },
    ]

    private static func setter(_ signature: String, _ name: String, of parameter: String) -> PyplotMethod<AxesObject> {
        PyplotMethod(signature) { axes, call in
            try axes.set(name, .string(try call.value(parameter).printedText()), call.interpreter)
            return .none
        }
    }

    private func limit(_ name: String, _ call: Call, _ low: String, _ high: String) throws -> Value {
        let given = try call.list("limits")
        let before = try setting(name)?.elements ?? [.none, .none]
        let ends: [Value]
        switch given.count {
        case 0:
            guard call.has(low) || call.has(high) else {
                throw Failure("`\(name)` sets the ends of the axis", help: "`plt.\(name)(0, 1)`")
            }
            ends = [call.has(low) ? call.value(low) : before[0], call.has(high) ? call.value(high) : before[1]]
        case 1: ends = try given[0].elements ?? [given[0], before[1]]
        default: ends = given
        }
        try set(name, .list(ends), call.interpreter)
        return .none
    }

    private func mark(_ name: String, _ call: Call) throws -> Value {
        let places = call.has("ticks") ? try call.marks("ticks") : try setting(name)?.elements ?? []
        guard call.has("labels") else {
            try set(name, .list(places), call.interpreter)
            return .none
        }
        let labels = try call.marks("labels")
        let marks = try labels.enumerated().map { index, label -> Value in
            let place =
                index < places.count ? try places[index].elements?.first ?? places[index] : .number(Double(index))
            return .list([place, .string(try label.printedText())])
        }
        try set(name, .list(marks), call.interpreter)
        return .none
    }

    private func scale(_ axis: String, _ call: Call) throws -> Value {
        let isLog = try call.choice("value", of: ["linear", "log"]) == "log"
        let before = setting("log")?.asString ?? ""
        let axes = ["x", "y"].filter { $0 == axis ? isLog : before.contains($0) }.joined()
        try set("log", axes.isEmpty ? .boolean(false) : .string(axes), call.interpreter)
        return .none
    }
}

/// Matplotlib's short form for the looks of a line: `"r--"` is red and dashed, `"bo"` blue discs.
private struct LineFormat {
    var color: String?
    var marker: String?
    var style: String?
    var hasLine = true

    init() {}

    init?(_ text: String) {
        var rest = Substring(text)
        while let first = rest.first {
            if let found = ["--", "-.", "-", ":"].first(where: { rest.hasPrefix($0) }), style == nil {
                style = found
                rest = rest.dropFirst(found.count)
            } else if first == "C", let digit = rest.dropFirst().first, digit.isASCII, digit.isNumber, color == nil {
                color = "C\(digit)"
                rest = rest.dropFirst(2)
            } else if "bgrcmykw".contains(first), color == nil {
                color = String(first)
                rest = rest.dropFirst()
            } else if Self.markers.contains(first), marker == nil {
                marker = Self.known(String(first))
                rest = rest.dropFirst()
            } else {
                return nil
            }
        }
        hasLine = style != nil || marker == nil
    }

    private static let markers = "o.,sv^<>*+xXDdpPhH8|_1234"

    /// The marker that dls has for one of Matplotlib's.
    static func known(_ marker: String) -> String {
        switch marker {
        case "": "none"
        case ",", "1", "2", "3", "4", "|", "_": "."
        case "<", ">": "^"
        case "X": "x"
        case "P": "+"
        case "d": "D"
        case "p", "h", "H", "8": "o"
        default: marker
        }
    }
}

extension Call {
    /// Looks that charts of dls do not have, and that change no number of what is drawn.
    private static let unusedLooks: Set<String> = [
        "linewidth", "lw", "markersize", "ms", "s", "edgecolor", "edgecolors", "ec", "facecolor", "fc", "zorder",
        "fontsize", "rotation", "ha", "va", "loc", "ncol", "ncols", "frameon", "bbox_to_anchor", "dpi", "bbox_inches",
        "interpolation", "aspect", "cmap", "vmin", "vmax", "align", "pad", "pad_inches", "fontweight", "weight", "size",
        "labelpad", "which", "axis", "visible", "shrink", "fraction", "ax", "constrained_layout", "tight_layout",
        "layout", "sharex", "sharey", "gridspec_kw", "subplot_kw", "capsize", "ecolor", "elinewidth",
        "markeredgecolor", "markerfacecolor", "mec", "mfc", "rwidth", "arrowprops", "bbox", "color", "c", "label",
        "alpha", "linestyle", "ls", "linewidths", "horizontalalignment", "verticalalignment", "colors",
        "transparent", "num", "wspace", "hspace", "left", "right", "top", "bottom", "h_pad", "w_pad", "title",
        "showfliers", "fmt", "y", "block", "orientation", "labelsize", "length", "width", "direction",
    ]

    /// Refuses options that nobody knows.
    fileprivate func checkLooks() throws {
        guard case .record(let looks) = value("looks") else { return }
        for (name, _) in looks.fields where !Self.unusedLooks.contains(name) {
            throw Failure("`\(self.name)` has no option `\(name)`", help: "it is called as \(function.signature.text)")
        }
    }

    /// Refuses a look that would change what the picture shows.
    fileprivate func refuseOther(_ look: String, than usual: Value, _ reason: String, help: String) throws {
        guard case .record(let looks) = value("looks"), let given = looks[look], !given.isNone,
            try !Operators.equal(given, usual)
        else { return }
        throw Failure("`\(look)` of `\(name)` is not there: \(reason)", help: help)
    }

    /// The bins, which `range=[low, high]` spreads between two ends.
    fileprivate func binsInRange() throws -> Value {
        guard has("range"), let count = value("bins").asInteger, (1...10_000).contains(count) else {
            return value("bins")
        }
        let ends = try marks("range").compactMap(\.asNumber)
        guard ends.count == 2, ends[0] < ends[1], ends.allSatisfy(\.isFinite) else {
            throw failure("range", takes: "[low, high]")
        }
        return .numbers(
            (0...count).map { index in
                let part = Double(index) / Double(count)
                return ends[0] * (1 - part) + ends[1] * part
            })
    }

    /// The places or labels of an axis: a list, or a vector of numbers.
    fileprivate func marks(_ parameter: String) throws -> [Value] {
        guard case .tensor(let tensor) = value(parameter), tensor.rank == 1 else { return try list(parameter) }
        return tensor.value.doubles().map { .number($0) }
    }

    /// The options of these names that were given.
    fileprivate func looks(_ names: [String]) -> [(name: String, value: Value)] {
        names.filter { has($0) }.map { ($0, value($0)) }
    }

    fileprivate var color: Value? {
        let color = takes("color") && has("color") ? value("color") : value("c")
        return color.isNone || !color.isDefined ? nil : color
    }

    fileprivate var label: [(name: String, value: Value)] {
        guard has("label") else { return [] }
        if let text = value("label").asString, text.hasPrefix("_") { return [] }
        if (try? value("label").elements) != nil, value("label").asString == nil { return [("labels", value("label"))] }
        return [("labels", .list([value("label")]))]
    }
}
