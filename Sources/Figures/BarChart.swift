/// Values for each label, side by side where there are several.
package struct BarChart: Sendable, Equatable {
    package struct Bar: Sendable, Equatable {
        package var label: String
        package var value: Double

        package init(_ label: String, _ value: Double) {
            self.label = label
            self.value = value
        }
    }

    package struct Group: Sendable, Equatable {
        package var name: String?
        /// As many as there are labels.
        package var values: [Double]
        /// One for each value, one for all, or none to have them chosen.
        package var colors: [RGB]

        package init(name: String? = nil, values: [Double], colors: [RGB] = []) {
            self.name = name
            self.values = values
            self.colors = colors
        }

        func color(_ index: Int) -> RGB? { colors.count == 1 ? colors[0] : index < colors.count ? colors[index] : nil }
    }

    package var title: String?
    package let labels: [String]
    package let groups: [Group]
    package var x: Axis
    package var y: Axis
    package var opacity: Double?
    package var extras: ChartExtras

    package init(title: String? = nil, bars: [Bar]) {
        self.init(title: title, labels: bars.map(\.label), groups: [Group(values: bars.map(\.value))])
    }

    /// Groups are cut or filled up to as many values as there are labels.
    package init(
        title: String? = nil, labels: [String], groups: [Group], x: Axis = Axis(), y: Axis = Axis(),
        opacity: Double? = nil, extras: ChartExtras = ChartExtras()
    ) {
        self.title = title
        self.labels = labels
        self.groups = groups.map { group in
            var group = group
            group.values = labels.indices.map { $0 < group.values.count ? group.values[$0] : .nan }
            return group
        }
        self.x = x
        self.y = y
        self.opacity = opacity
        self.extras = extras
    }

    /// The bars in the order of a text: those of a label together.
    var bars: [(label: String, group: Int, value: Double, color: RGB?)] {
        labels.indices.flatMap { index in
            groups.enumerated().map { (labels[index], $0, $1.values[index], $1.color(index)) }
        }
    }
}

/// How often values fall into intervals of equal width.
package struct Histogram: Sendable, Equatable {
    package struct Sample: Sendable, Equatable {
        package var name: String?
        package var values: [Double]
        package var color: RGB?

        package init(name: String? = nil, values: [Double], color: RGB? = nil) {
            self.name = name
            self.values = values
            self.color = color
        }
    }

    package var title: String?
    /// Counted in the same intervals.
    package var samples: [Sample]
    /// Chosen from the number of values unless given.
    package var binCount: Int?
    /// The edges of the intervals themselves, rising; what lies outside is not counted.
    package var edges: [Double]?
    /// Whether the bars of each sample have the area 1, and not the counts as their heights.
    package var isDensity = false
    package var x: Axis
    package var y: Axis
    package var opacity: Double?
    package var extras: ChartExtras

    package init(title: String? = nil, values: [Double], binCount: Int? = nil) {
        self.init(title: title, samples: [Sample(values: values)], binCount: binCount)
    }

    package init(
        title: String? = nil, samples: [Sample], binCount: Int? = nil, edges: [Double]? = nil, x: Axis = Axis(),
        y: Axis = Axis(), opacity: Double? = nil, extras: ChartExtras = ChartExtras()
    ) {
        self.title = title
        self.samples = samples
        self.binCount = binCount
        self.edges = edges
        self.x = x
        self.y = y
        self.opacity = opacity
        self.extras = extras
    }

    var values: [Double] { samples.flatMap(\.values) }

    /// The edges of the bins, one more than bins, and the number of values in each, of all samples together.
    package func bins() -> (edges: [Double], counts: [Int], notFinite: Int) {
        let (edges, counts, notFinite) = binsBySample()
        let total = counts.first?.indices.map { index in counts.reduce(0) { $0 + $1[index] } } ?? []
        return (edges, total, notFinite)
    }

    /// The edges of the bins and the counts of each sample. The last bin holds its upper edge too, as in NumPy. Values
    /// that are not finite are counted apart.
    package func binsBySample() -> (edges: [Double], counts: [[Int]], notFinite: Int) {
        let all = values
        let finite = all.filter(\.isFinite)
        let notFinite = all.count - finite.count
        if let edges, edges.count > 1 {
            return (edges, samples.map { Self.counts($0.values, edges) }, notFinite)
        }
        guard let low = finite.min(), let high = finite.max() else { return ([], [], all.count) }
        let range = ValueRange(low, high).widenedIfEmpty()
        let most = samples.map { $0.values.count(where: \.isFinite) }.max() ?? 0
        // Sturges' rule, which is NumPy's for small samples; bars beyond 40 do not fit a screen.
        let sturges = most.bitWidth - most.leadingZeroBitCount + 1
        let count = min(max(binCount ?? (low == high ? 1 : min(sturges, 40)), 1), 10_000)
        let counts = samples.map { sample in
            var counts = [Int](repeating: 0, count: count)
            for value in sample.values where value.isFinite {
                counts[min(max(Int(range.fraction(of: value) * Double(count)), 0), count - 1)] += 1
            }
            return counts
        }
        return ((0...count).map { range.value(at: Double($0) / Double(count)) }, counts, notFinite)
    }

    /// The edges of the bins and how high the bars of each sample are.
    func heightsBySample() -> (edges: [Double], heights: [[Double]], notFinite: Int) {
        let (edges, counts, notFinite) = binsBySample()
        guard isDensity else { return (edges, counts.map { $0.map(Double.init) }, notFinite) }
        let heights = counts.map { counts in
            let total = Double(max(counts.reduce(0, +), 1))
            return counts.indices.map { Double(counts[$0]) / total / (edges[$0 + 1] - edges[$0]) }
        }
        return (edges, heights, notFinite)
    }

    /// What the heights are.
    var heightLabel: String { isDensity ? "density" : "count" }

    private static func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: edges.count - 1)
        for value in values where value >= edges[0] && value <= edges[edges.count - 1] {
            var low = 0
            var high = edges.count - 1
            while high - low > 1 {
                let middle = (low + high) / 2
                if edges[middle] <= value { low = middle } else { high = middle }
            }
            counts[low] += 1
        }
        return counts
    }
}

/// The quartiles of samples, side by side.
package struct BoxChart: Sendable, Equatable {
    package struct Sample: Sendable, Equatable {
        package var label: String
        package var values: [Double]
        package var color: RGB?

        package init(label: String, values: [Double], color: RGB? = nil) {
            self.label = label
            self.values = values
            self.color = color
        }
    }

    /// What a box shows of a sample.
    package struct Summary: Equatable {
        package let low: Double
        package let lowerQuartile: Double
        package let median: Double
        package let upperQuartile: Double
        package let high: Double
        package let outliers: [Double]
    }

    package var title: String?
    package var samples: [Sample]
    package var x: Axis
    package var y: Axis
    package var extras: ChartExtras

    package init(
        title: String? = nil, samples: [Sample], x: Axis = Axis(), y: Axis = Axis(), extras: ChartExtras = ChartExtras()
    ) {
        self.title = title
        self.samples = samples
        self.x = x
        self.y = y
        self.extras = extras
    }

    /// Quartiles between neighbours, as NumPy's; whiskers to the last values within one and a half of the box's height.
    /// Nil where nothing is finite.
    ///
    /// - Source: Tukey, Exploratory Data Analysis, 1977.
    package static func summary(_ values: [Double]) -> Summary? {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return nil }
        func quantile(_ part: Double) -> Double {
            let place = part * Double(sorted.count - 1)
            let index = Int(place)
            let next = min(index + 1, sorted.count - 1)
            return ValueRange(sorted[index], sorted[next]).value(at: place - Double(index))
        }
        let (first, third) = (quantile(0.25), quantile(0.75))
        let reach = 1.5 * (third - first)
        let within = sorted.filter { $0 >= first - reach && $0 <= third + reach }
        return Summary(
            low: min(within.first ?? first, first), lowerQuartile: first, median: quantile(0.5), upperQuartile: third,
            high: max(within.last ?? third, third), outliers: sorted.filter { $0 < first - reach || $0 > third + reach }
        )
    }
}

extension Axis {
    /// On a logarithmic axis bars have no zero to stand on: they start at half of the least value.
    func withRoomForBars(_ values: some Sequence<Double>) -> Axis {
        guard isLogarithmic, low == nil, let least = values.filter({ $0.isFinite && $0 > 0 }).min(), least / 2 > 0
        else {
            return self
        }
        var axis = self
        axis.low = least / 2
        return axis
    }
}
