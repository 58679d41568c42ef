extension Figure {
    /// Both over common axes; nil where the two have no axes in common.
    ///
    /// Lines and points make a chart of lines; bars stand beside each other.
    package func adding(_ other: Figure) -> Figure? {
        switch (self, other) {
        case (.scatter(let first), .scatter(let second)): return .scatter(first.adding(second))
        case (.lines(let first), .lines(let second)): return .lines(first.adding(second))
        case (.lines(let first), .scatter(let second)): return .lines(first.adding(second.asPoints))
        case (.scatter(let first), .lines(let second)): return .lines(first.asPoints.adding(second))
        case (.bars(let first), .bars(let second)):
            guard first.labels.count == second.labels.count else { return nil }
            return .bars(
                BarChart(
                    title: first.title, labels: first.labels, groups: first.groups + second.groups, x: first.x,
                    y: first.y, opacity: first.opacity, extras: first.extras))
        case (.histogram(var first), .histogram(let second)):
            first.samples += second.samples
            return .histogram(first)
        case (.boxes(var first), .boxes(let second)):
            first.samples += second.samples
            return .boxes(first)
        default: return nil
        }
    }

    /// The same data with the title, the axes and the guides of a chart, where it has some.
    package func framed(by frame: Chart) -> Figure {
        switch self {
        case .lines(let chart): return .lines(chart.framed(by: frame))
        case .scatter(let chart): return .scatter(chart.framed(by: frame))
        case .bars(let chart):
            let labels = frame.x.labels(of: chart.labels)
            var result = BarChart(
                title: frame.title ?? chart.title, labels: labels, groups: chart.groups, x: frame.x, y: frame.y,
                opacity: chart.opacity, extras: frame.extras)
            result.x.ticks = nil
            return .bars(result)
        case .histogram(var chart):
            chart.title = frame.title ?? chart.title
            (chart.x, chart.y, chart.extras) = (frame.x, frame.y, frame.extras)
            return .histogram(chart)
        case .boxes(var chart):
            chart.title = frame.title ?? chart.title
            let labels = frame.x.labels(of: chart.samples.map(\.label))
            for index in chart.samples.indices { chart.samples[index].label = labels[index] }
            (chart.x, chart.y, chart.extras) = (frame.x, frame.y, frame.extras)
            return .boxes(chart)
        case .heatMap(var map):
            map.title = frame.title ?? map.title
            map.rowLabels = frame.y.labels(of: map.rowLabels)
            map.columnLabels = frame.x.labels(of: map.columnLabels)
            (map.x, map.y) = (frame.x, frame.y)
            return .heatMap(map)
        case .images(var grid):
            grid.title = frame.title ?? grid.title
            return .images(grid)
        case .diagram, .table, .grid: return self
        }
    }

    /// A matrix or images with other ends of their shades; nil leaves an end as it is.
    package func shaded(from low: Double?, to high: Double?) -> Figure {
        guard low != nil || high != nil else { return self }
        switch self {
        case .heatMap(var map):
            (map.low, map.high) = (low ?? map.low, high ?? map.high)
            return .heatMap(map)
        case .images(var grid):
            let values = grid.images.lazy.flatMap(\.values).map(Double.init)
            let own = ValueRange(of: values) ?? ValueRange(0, 1)
            grid.brightness = .fixed(low: low ?? own.low, high: high ?? own.high)
            return .images(grid)
        default: return self
        }
    }

    /// Names its series in turn; those that get none keep their own.
    package func named(_ names: [String]) -> Figure {
        func name(_ index: Int, _ old: String?) -> String? { index < names.count ? names[index] : old }
        switch self {
        case .lines(let chart): return .lines(chart.named(name))
        case .scatter(let chart): return .scatter(chart.named(name))
        case .histogram(var chart):
            for index in chart.samples.indices { chart.samples[index].name = name(index, chart.samples[index].name) }
            return .histogram(chart)
        case .bars(let chart):
            let groups = chart.groups.enumerated().map { index, group in
                BarChart.Group(name: name(index, group.name), values: group.values, colors: group.colors)
            }
            return .bars(
                BarChart(
                    title: chart.title, labels: chart.labels, groups: groups, x: chart.x, y: chart.y,
                    opacity: chart.opacity, extras: chart.extras))
        default: return self
        }
    }
}

extension Chart {
    fileprivate func adding(_ other: Chart) -> Chart {
        var sum = self
        sum.series += other.series
        sum.background = background ?? other.background
        sum.x.ticks = x.ticks ?? other.x.ticks
        sum.shadeLabel = shadeLabel ?? other.shadeLabel
        sum.extras.notes += other.extras.notes
        return sum
    }

    /// Where some series have names, the others are left out of the legend.
    fileprivate func named(_ name: (Int, String?) -> String?) -> Chart {
        var chart = self
        for index in series.indices { chart.series[index].name = name(index, series[index].name) }
        guard chart.series.count > 1 else { return chart }
        for index in series.indices { chart.series[index].name = chart.series[index].name ?? "" }
        return chart
    }

    fileprivate var asPoints: Chart {
        var chart = self
        for index in chart.series.indices { chart.series[index].isPoints = true }
        return chart
    }

    fileprivate func framed(by frame: Chart) -> Chart {
        var chart = frame
        chart.title = frame.title ?? title
        chart.series = series
        chart.background = background
        chart.shadeLabel = shadeLabel
        chart.x.ticks = frame.x.ticks ?? x.ticks
        chart.extras.notes += extras.notes
        return chart
    }
}

extension Axis {
    /// Labels at 0, 1, 2 and so on, with those of the marks in their places.
    fileprivate func labels(of given: [String]) -> [String] {
        guard let ticks else { return given }
        return given.indices.map { index in
            ticks.first { $0.value == Double(index) }.map { $0.label ?? given[index] } ?? given[index]
        }
    }
}
