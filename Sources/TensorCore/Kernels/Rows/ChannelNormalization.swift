import Glibc

/// Normalisation of channels by the figures of a batch, as batch normalisation does it: of `[N, C, ...]`, each channel
/// over all samples and places.
///
/// All passes over a channel follow each other while it is in the cache. All tensors are contiguous and of one
/// floating-point type; mean, variance, scale, weight and bias have an element for each channel.
package enum ChannelNormalization {
    /// Writes the mean, the variance (divided by the count) and `scale = 1 / sqrt(variance + epsilon)` of each channel,
    /// and `y = (x - mean) * scale * weight + bias`, or of that the greater of it and zero if `relu` is set.
    package static func forward(
        _ x: Tensor, epsilon: Double, weight: Tensor?, bias: Tensor?, relu: Bool = false, mean: Tensor,
        variance: Tensor, scale: Tensor, into y: Tensor
    ) {
        func run<V: KernelVector>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
            let layout = ChannelLayout<V>(x.shape)
            layout.share(
                ChannelForward<V>(
                    layout: layout, x: x.channels(layout.count), epsilon: epsilon,
                    weight: weight?.channels(layout.channels), bias: bias?.channels(layout.channels),
                    hasRelu: relu, mean: mean.channels(layout.channels), variance: variance.channels(layout.channels),
                    scale: scale.channels(layout.channels), y: y.channels(layout.count)))
        }
        if x.dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
    }

    /// Writes the gradients of `forward` that are asked for, where mean and scale are what it wrote.
    ///
    /// - Parameter relu: What `forward` wrote, if `relu` was set: no gradient passes where that is not above zero.
    package static func backward(
        _ g: Tensor, relu: Tensor? = nil, x: Tensor, mean: Tensor, scale: Tensor, weight: Tensor?,
        inputGradient: Tensor?,
        weightGradient: Tensor?, biasGradient: Tensor?
    ) {
        func run<V: KernelVector>(_: V.Type) where V.Scalar: BinaryFloatingPoint {
            let layout = ChannelLayout<V>(x.shape)
            layout.share(
                ChannelBackward<V>(
                    layout: layout, g: g.channels(layout.count), relu: relu?.channels(layout.count),
                    x: x.channels(layout.count),
                    mean: mean.channels(layout.channels), scale: scale.channels(layout.channels),
                    weight: weight?.channels(layout.channels), inputGradient: inputGradient?.channels(layout.count),
                    weightGradient: weightGradient?.channels(layout.channels),
                    biasGradient: biasGradient?.channels(layout.channels)))
        }
        if x.dtype == .float32 { run(FloatVector.self) } else { run(DoubleVector.self) }
    }
}

extension Tensor {
    fileprivate func channels<Scalar>(_ count: Int) -> UnsafeMutablePointer<Scalar> {
        checkedPointer(Scalar.self, count)
    }
}

/// What is done with a unit of channels.
private protocol ChannelWork {
    func run(unit: Int)
}

/// Units of work on `[N, C, size]`: one channel, whose places are neighbours, or where a channel has only one place per
/// sample as many neighbouring channels as fill a vector.
private struct ChannelLayout<V: KernelVector> where V.Scalar: BinaryFloatingPoint {
    let samples: Int
    let channels: Int
    /// Places of a channel in a sample.
    let size: Int

    init(_ shape: [Int]) {
        samples = shape[0]
        channels = shape[1]
        size = shape[2...].reduce(1, *)
    }

    var count: Int { samples * channels * size }
    /// Units of several channels; each of the channels that are left is one of its own.
    private var wideUnits: Int { size == 1 ? channels / V.scalarCount : 0 }
    private var units: Int { wideUnits + channels - wideUnits * V.scalarCount }

    func channels(of unit: Int) -> Range<Int> {
        guard unit >= wideUnits else { return unit * V.scalarCount..<(unit + 1) * V.scalarCount }
        let channel = unit + wideUnits * (V.scalarCount - 1)
        return channel..<channel + 1
    }

    func share<Work: ChannelWork>(_ work: Work) {
        let perUnit = samples * size * (wideUnits > 0 ? V.scalarCount : 1)
        let perChunk = max(WorkSize.elements / max(perUnit, 1), 1)
        Threads.perform(
            (units + perChunk - 1) / perChunk, ChannelChunks(work: work, units: units, unitsPerChunk: perChunk))
    }

    /// Calls `vector` with the place of each vector of some channels, `one` with places that do not fill one.
    @inline(__always)
    func forEachPlace(_ channels: Range<Int>, _ vector: (Int) -> Void, one: (Int) -> Void) {
        let length = channels.count * size
        for sample in 0..<samples {
            let start = (sample &* self.channels &+ channels.lowerBound) &* size
            var i = 0
            while i &+ V.scalarCount <= length {
                vector(start &+ i)
                i &+= V.scalarCount
            }
            while i < length {
                one(start &+ i)
                i &+= 1
            }
        }
    }

    /// Calls `body` with parts of some channels in which each lane's sum has few terms, so that little is lost when they are
    /// added one after the other.
    @inline(__always)
    func forEachBlock(_ channels: Range<Int>, _ body: (ChannelBlock) -> Void) {
        let length = channels.count * size
        let most = 4096
        let rows = channels.count > 1 ? 64 : max(most / length, 1)
        for sample in stride(from: 0, to: samples, by: rows) {
            for first in stride(from: 0, to: length, by: most) {
                body(
                    ChannelBlock(
                        start: (sample * self.channels + channels.lowerBound) * size + first,
                        rows: min(rows, samples - sample), rowDistance: self.channels * size,
                        length: min(most, length - first)))
            }
        }
    }

    /// A number for each of some channels as a vector.
    @inline(__always)
    func spread(_ numbers: UnsafePointer<V.Scalar>, _ channels: Range<Int>) -> V {
        channels.count == 1 ? V(repeating: numbers[0]) : .load(numbers)
    }

    /// Adds up two values of each place of a block, and gives `body` the sums by the number of the channel.
    @inline(__always)
    func sums(
        _ block: ChannelBlock, _ channels: Range<Int>, vector: (Int) -> (V, V), one: (Int) -> (V.Scalar, V.Scalar),
        _ body: (_ channel: Int, _ places: Int, Double, Double) -> Void
    ) {
        let lanes = V.scalarCount
        var (a, b, c, d) = (V(), V(), V(), V())
        var (e, f, g, h) = (V(), V(), V(), V())
        var rest = (0.0, 0.0)
        @inline(__always)
        func add(_ values: (V, V), _ first: inout V, _ second: inout V) {
            first += values.0
            second += values.1
        }
        var start = block.start
        for _ in 0..<block.rows {
            let end = start &+ block.length
            var i = start
            while i &+ 4 &* lanes <= end {
                add(vector(i), &a, &e)
                add(vector(i &+ lanes), &b, &f)
                add(vector(i &+ 2 &* lanes), &c, &g)
                add(vector(i &+ 3 &* lanes), &d, &h)
                i &+= 4 &* lanes
            }
            while i &+ lanes <= end {
                add(vector(i), &a, &e)
                i &+= lanes
            }
            while i < end {
                let values = one(i)
                rest.0 += Double(values.0)
                rest.1 += Double(values.1)
                i &+= 1
            }
            start &+= block.rowDistance
        }
        let (first, second) = ((a + b) + (c + d), (e + f) + (g + h))
        if channels.count == 1 {
            body(0, block.rows &* block.length, Double(first.laneSum) + rest.0, Double(second.laneSum) + rest.1)
        } else {
            for lane in 0..<lanes { body(lane, block.rows, Double(first[lane]), Double(second[lane])) }
        }
    }
}

private struct ChannelChunks<Work: ChannelWork>: ChunkedWork {
    let work: Work
    let units: Int
    let unitsPerChunk: Int

    func run(chunk: Int) {
        for unit in chunk * unitsPerChunk..<min((chunk + 1) * unitsPerChunk, units) { work.run(unit: unit) }
    }
}

/// Rows of neighbouring elements.
private struct ChannelBlock {
    let start: Int
    let rows: Int
    let rowDistance: Int
    let length: Int
}

private struct ChannelForward<V: KernelVector>: ChannelWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    let layout: ChannelLayout<V>
    let x: UnsafePointer<Scalar>
    let epsilon: Double
    let weight: UnsafePointer<Scalar>?
    let bias: UnsafePointer<Scalar>?
    let hasRelu: Bool
    let mean: UnsafeMutablePointer<Scalar>
    let variance: UnsafeMutablePointer<Scalar>
    let scale: UnsafeMutablePointer<Scalar>
    let y: UnsafeMutablePointer<Scalar>

    func run(unit: Int) {
        let channels = layout.channels(of: unit)
        let first = channels.lowerBound
        withFigures(channels) { figures in
            for channel in channels {
                let variance = figures[channel - first].variance
                mean[channel] = Scalar(figures[channel - first].mean)
                self.variance[channel] = Scalar(variance)
                scale[channel] = Scalar(1 / (variance + epsilon).squareRoot())
            }
        }
        let level = layout.spread(mean + first, channels)
        var factor = layout.spread(scale + first, channels)
        if let weight { factor *= layout.spread(weight + first, channels) }
        let shift = bias.map { layout.spread($0 + first, channels) } ?? V()
        if hasRelu {
            write(channels, level, factor, shift) {
                $0.positivePart
            } one: {
                $0 < 0 ? 0 : $0
            }
        } else {
            write(channels, level, factor, shift) {
                $0
            } one: {
                $0
            }
        }
    }

    @inline(__always)
    private func write(
        _ channels: Range<Int>, _ level: V, _ factor: V, _ shift: V, _ vector: (V) -> V, one: (Scalar) -> Scalar
    ) {
        let (levelOfOne, factorOfOne, shiftOfOne) = (level[0], factor[0], shift[0])
        layout.forEachPlace(channels) { place in
            var value = shift
            value.multiplyAdd(.load(x + place) - level, factor)
            vector(value).store(y + place)
        } one: { place in
            y[place] = one((x[place] - levelOfOne) * factorOfOne + shiftOfOne)
        }
    }

    /// Gives `body` the figures of the channels.
    ///
    /// A block's sums are made of distances from the mean of what came before. Where that is far from the block's own mean, so
    /// is the variance large, and as exact as by way of the mean of all.
    @inline(__always)
    private func withFigures(_ channels: Range<Int>, _ body: (UnsafePointer<RunningFigures>) -> Void) {
        withUnsafeTemporaryAllocation(of: RunningFigures.self, capacity: channels.count) { figures in
            withUnsafeTemporaryAllocation(of: Scalar.self, capacity: channels.count) { levels in
                guard let figures = figures.baseAddress, let levels = levels.baseAddress else { return }
                figures.initialize(repeating: RunningFigures(), count: channels.count)
                levels.initialize(repeating: 0, count: channels.count)
                layout.forEachBlock(channels) { block in
                    if figures[0].count == 0 {
                        layout.sums(block, channels) {
                            (.load(x + $0), V())
                        } one: {
                            (x[$0], 0)
                        } _: { channel, places, sum, _ in
                            levels[channel] = Scalar(sum / Double(places))
                        }
                    }
                    let level = layout.spread(levels, channels)
                    let levelOfOne = levels[0]
                    layout.sums(block, channels) { place in
                        let distance = V.load(x + place) - level
                        return (distance, distance * distance)
                    } one: { place in
                        let distance = x[place] - levelOfOne
                        return (distance, distance * distance)
                    } _: { channel, places, sum, squares in
                        figures[channel].add(places, level: Double(levels[channel]), sum, squares)
                        levels[channel] = Scalar(figures[channel].mean)
                    }
                }
                body(figures)
            }
        }
    }
}

/// Mean and sum of squared distances from it, of what was added so far.
///
/// - Source: Chan, Golub and LeVeque 1983, doi:10.1080/00031305.1983.10483115.
private struct RunningFigures {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    var variance: Double { squares / count }

    /// Adds `places` numbers, from the sum of their distances from a level and of the squares of these.
    mutating func add(_ places: Int, level: Double, _ sum: Double, _ squaredSum: Double) {
        let added = Double(places)
        let shift = sum / added
        let distance = level + shift - mean
        let total = count + added
        // Rounding may leave a little less than zero.
        let own = squaredSum - sum * shift
        squares += (own < 0 ? 0 : own) + distance * distance * (count * added / total)
        mean += distance * (added / total)
        count = total
    }
}

private struct ChannelBackward<V: KernelVector>: ChannelWork where V.Scalar: BinaryFloatingPoint {
    typealias Scalar = V.Scalar

    let layout: ChannelLayout<V>
    let g: UnsafePointer<Scalar>
    /// The result, where that is zero for what is below.
    let relu: UnsafePointer<Scalar>?
    let x: UnsafePointer<Scalar>
    let mean: UnsafePointer<Scalar>
    let scale: UnsafePointer<Scalar>
    let weight: UnsafePointer<Scalar>?
    let inputGradient: UnsafeMutablePointer<Scalar>?
    let weightGradient: UnsafeMutablePointer<Scalar>?
    let biasGradient: UnsafeMutablePointer<Scalar>?

    func run(unit: Int) {
        let channels = layout.channels(of: unit)
        if let relu {
            run(channels) { place in
                V.load(g + place).passing(where: .load(relu + place))
            } one: { place in
                relu[place] > 0 ? g[place] : 0
            }
        } else {
            run(channels) { place in
                .load(g + place)
            } one: { place in
                g[place]
            }
        }
    }

    /// With `d = x - mean`, the input's gradient is
    /// `(g - mean(g) - d * mean(g * d) * scale^2) * scale * weight`.
    ///
    /// - Parameters:
    ///   - vector: The gradients from a place on, and `one` that at a place.
    @inline(__always)
    private func run(_ channels: Range<Int>, _ vector: (Int) -> V, one: (Int) -> Scalar) {
        let (first, width) = (channels.lowerBound, channels.count)
        let level = layout.spread(mean + first, channels)
        let levelOfOne = mean[first]
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { sums in
            withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 2 * width) { means in
                guard let sums = sums.baseAddress, let means = means.baseAddress else { return }
                sums.initialize(repeating: 0, count: 2 * width)
                layout.forEachBlock(channels) { block in
                    layout.sums(block, channels) { place in
                        let g = vector(place)
                        return (g, g * (V.load(x + place) - level))
                    } one: { place in
                        let g = one(place)
                        return (g, g * (x[place] - levelOfOne))
                    } _: { channel, _, sum, along in
                        sums[channel] += sum
                        sums[width + channel] += along
                    }
                }
                let count = Double(layout.samples * layout.size)
                for channel in 0..<width {
                    let scale = Double(self.scale[first + channel])
                    biasGradient?[first + channel] = Scalar(sums[channel])
                    weightGradient?[first + channel] = Scalar(sums[width + channel] * scale)
                    (means + channel).initialize(to: Scalar(sums[channel] / count))
                    (means + width + channel).initialize(to: Scalar(sums[width + channel] * scale * scale / count))
                }
                if let inputGradient { write(channels, level, means, inputGradient, vector, one: one) }
            }
        }
    }

    @inline(__always)
    private func write(
        _ channels: Range<Int>, _ level: V, _ means: UnsafePointer<Scalar>, _ to: UnsafeMutablePointer<Scalar>,
        _ vector: (Int) -> V, one: (Int) -> Scalar
    ) {
        let first = channels.lowerBound
        let meanOfGradient = layout.spread(means, channels)
        let along = layout.spread(means + channels.count, channels)
        var factor = layout.spread(scale + first, channels)
        if let weight { factor *= layout.spread(weight + first, channels) }
        let (levelOfOne, meanOfOne, alongOfOne, factorOfOne) = (level[0], meanOfGradient[0], along[0], factor[0])
        layout.forEachPlace(channels) { place in
            let distance = V.load(x + place) - level
            ((vector(place) - meanOfGradient - distance * along) * factor).store(to + place)
        } one: { place in
            to[place] = (one(place) - meanOfOne - (x[place] - levelOfOne) * alongOfOne) * factorOfOne
        }
    }
}
