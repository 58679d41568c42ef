/// The gradients of a convolution with ReLU and pooling of 2 by 2 windows, for the filters and for the input.
///
/// Of each window one pixel at most has a gradient `g`, so that convolutions with images of gradients would mostly
/// multiply by zero. Instead, windows whose gradient passes are listed with the place of that pixel's patch of the
/// input, and for each of them
///
/// - `g` times the patch is added to the filter's gradient, in registers;
/// - `g` times the filter is added to the patch's place in the input's gradient.
///
/// Samples are divided in shards, whose number depends on the shape alone; each makes its own sums for the filters,
/// which are added in a tree.
struct WindowGradients: ChunkedWork {
    private typealias V = FloatVector

    private let o: ConvolutionGeometry
    private let patch: PatchLayout
    private let gradients: UnsafePointer<Float>
    private let positions: UnsafePointer<UInt8>
    private let input: UnsafePointer<Float>
    /// The filters in the order of patches, if the input's gradient is wanted.
    private let filters: UnsafePointer<Float>
    private let inputGradient: UnsafeMutablePointer<Float>?
    /// The filters' gradient of each shard, in the order of patches.
    private let sums: UnsafeMutablePointer<Float>
    private let shards: Int

    private var windows: Int { (o.outHeight / 2) * (o.outWidth / 2) }

    /// Writes the gradients.
    ///
    /// - Parameters:
    ///   - g: The gradient of the pooled result.
    ///   - positions: For each window, which of its pixels was taken, row by row; 4 if no gradient passes.
    /// - Throws: `TensorError.workMemory`.
    static func run(
        _ g: UnsafePointer<Float>, positions: UnsafePointer<UInt8>, input: UnsafePointer<Float>,
        weight: UnsafePointer<Float>, _ o: ConvolutionGeometry, _ patch: PatchLayout,
        weightGradient: UnsafeMutablePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?
    ) throws {
        guard o.outChannels * o.depth > 0 else { return }
        let size = o.outChannels * patch.filterSize
        let shards = min(8, max(o.samples, 1), max((1 << 22) / size, 1))
        try Scratch.with((shards + 1) * size, of: Float.self) { room in
            room.update(repeating: 0, count: (shards + 1) * size)
            let sums = room + size
            if inputGradient != nil {
                patch.forEachElement { patchPlace, filterPlace in
                    for channel in 0..<o.outChannels {
                        room[channel &* patch.filterSize &+ patchPlace] = weight[channel &* o.depth &+ filterPlace]
                    }
                }
            }
            Threads.perform(
                shards,
                WindowGradients(
                    o: o, patch: patch, gradients: g, positions: positions, input: input, filters: room,
                    inputGradient: inputGradient, sums: sums, shards: shards))
            try MemoryRefusal.check()
            ShardSums.add(sums, shards, size)
            patch.forEachElement { patchPlace, filterPlace in
                for channel in 0..<o.outChannels {
                    weightGradient[channel &* o.depth &+ filterPlace] = sums[channel &* patch.filterSize &+ patchPlace]
                }
            }
        }
    }

    func run(chunk shard: Int) {
        let image = patch.imageSize + patch.slack
        let samples = o.samples * shard / shards..<o.samples * (shard + 1) / shards
        Scratch.withBounded(2 * image + windows + 1, of: Float.self) { room in
            Scratch.withBounded(windows + 1, of: Int32.self) { places in
                // Zeros around the pixels stay.
                room.update(repeating: 0, count: image)
                for sample in samples {
                    for group in 0..<o.groups {
                        add(
                            sample, group, image: room, gradientImage: room + image,
                            Passing(places: places, values: room + 2 * image),
                            sums + shard * o.outChannels * patch.filterSize)
                    }
                }
            }
        }
    }

    /// Adds what one sample's group of channels gives.
    private func add(
        _ sample: Int, _ group: Int, image: UnsafeMutablePointer<Float>, gradientImage: UnsafeMutablePointer<Float>,
        _ passing: Passing, _ sums: UnsafeMutablePointer<Float>
    ) {
        let planes = (sample * o.groups + group) * o.groupChannels * o.height * o.width
        patch.copy(input + planes, to: image)
        if inputGradient != nil {
            gradientImage.update(repeating: 0, count: patch.imageSize + patch.slack)
        }
        for channel in group * o.groupOutChannels..<(group + 1) * o.groupOutChannels {
            let start = (sample * o.outChannels + channel) * windows
            let count = passing.collect(
                gradients + start, positions + start, height: o.outHeight / 2, width: o.outWidth / 2,
                across: Int32(truncatingIfNeeded: o.stride.1 * patch.channels),
                down: Int32(truncatingIfNeeded: o.stride.0 * patch.lineLength))
            let filter = channel * patch.filterSize
            patch.forEachBlock { block in
                PatchBlock.perform(
                    rows: block.rows, vectors: block.vectors,
                    PatchSum(
                        passing: passing, count: count, patches: image + block.imagePlace,
                        to: sums + filter + block.place,
                        rowDistance: patch.rowDistance, paddedLength: patch.paddedLength))
                guard inputGradient != nil else { return }
                PatchBlock.perform(
                    rows: block.rows, vectors: block.vectors,
                    PatchSpread(
                        passing: passing, count: count, filter: filters + filter + block.place,
                        patches: gradientImage + block.imagePlace, rowDistance: patch.rowDistance,
                        paddedLength: patch.paddedLength))
            }
        }
        if let inputGradient { patch.copy(gradientImage, toPlanes: inputGradient + planes) }
    }
}

/// The windows of one channel whose gradient passes: where their patches start in an image, and their gradients.
private struct Passing {
    let places: UnsafeMutablePointer<Int32>
    let values: UnsafeMutablePointer<Float>

    /// Lists them, and gives their number.
    ///
    /// - Parameters:
    ///   - across: From one pixel's patch to that of the next, and `down` to that of the next row.
    @inline(never)
    func collect(
        _ gradients: UnsafePointer<Float>, _ positions: UnsafePointer<UInt8>, height: Int, width: Int, across: Int32,
        down: Int32
    ) -> Int {
        var (gradients, positions) = (gradients, positions)
        var count = 0
        var line: Int32 = 0
        for _ in 0..<height {
            var start = line
            for window in 0..<width {
                // Without a branch, which would be guessed wrong half the time: what does not pass is written over.
                let position = Int32(positions[window])
                places[count] = start &+ (position &>> 1) &* down &+ (position & 1) &* across
                values[count] = gradients[window]
                count &+= position < 4 ? 1 : 0
                start &+= 2 &* across
            }
            gradients += width
            positions += width
            line &+= 2 &* down
        }
        return count
    }
}

/// Adds patches, times the gradients of their windows, to the gradient of a filter.
private struct PatchSum: PatchWork {
    let passing: Passing
    let count: Int
    let patches: UnsafePointer<Float>
    let to: UnsafeMutablePointer<Float>
    let rowDistance: Int
    let paddedLength: Int

    func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
        var tile = Tile<FloatVector, Rows, Columns>()
        for i in 0..<count {
            tile.addRows(patches + Int(passing.places[i]), rowDistance, times: passing.values[i])
        }
        tile.store(to, paddedLength, accumulate: true)
    }
}

/// Adds a filter, times the gradients of windows, to the places of their patches.
private struct PatchSpread: PatchWork {
    let passing: Passing
    let count: Int
    let filter: UnsafePointer<Float>
    let patches: UnsafeMutablePointer<Float>
    let rowDistance: Int
    let paddedLength: Int

    func run<Rows: TileCount, Columns: TileCount>(_: Rows.Type, _: Columns.Type) {
        var tile = Tile<FloatVector, Rows, Columns>()
        tile.addRows(filter, paddedLength, times: 1)
        for i in 0..<count {
            tile.add(to: patches + Int(passing.places[i]), rowDistance, times: passing.values[i])
        }
    }
}
