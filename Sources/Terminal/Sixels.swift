import Figures

/// A picture as sixels: strips of six rows, each of them drawn colour by colour.
package struct Sixels {
    package let text: String

    /// - Parameter colors: The most colours that the terminal has.
    package init(_ bitmap: Bitmap, colors: Int) {
        let palette = ColorPalette(bitmap.pixels, atMost: max(colors, 2))
        // Pixels are square, and what is not drawn stays as it is.
        var text = "\u{1b}P0;1q\"1;1;\(bitmap.width);\(bitmap.height)"
        for (index, color) in palette.colors.enumerated() {
            let parts = [color.red, color.green, color.blue].map { String((Int($0) * 100 + 127) / 255) }
            text += "#\(index);2;\(parts.joined(separator: ";"))"
        }
        var bits = [[UInt8]](repeating: [], count: palette.colors.count)
        for top in stride(from: 0, to: bitmap.height, by: 6) {
            if top > 0 { text += "-" }
            var used: [Int] = []
            for y in top..<min(top + 6, bitmap.height) {
                for x in 0..<bitmap.width {
                    let color = palette.indices[y * bitmap.width + x]
                    if bits[color].isEmpty {
                        bits[color] = [UInt8](repeating: 0, count: bitmap.width)
                        used.append(color)
                    }
                    bits[color][x] |= 1 << UInt8(y - top)
                }
            }
            text += used.map { "#\($0)" + Self.runs(bits[$0]) }.joined(separator: "$")
            for color in used { bits[color] = [] }
        }
        self.text = text + "\u{1b}\\"
    }

    private static func runs(_ row: [UInt8]) -> String {
        var bytes: [UInt8] = []
        var start = 0
        while start < row.count {
            var end = start + 1
            while end < row.count, row[end] == row[start] { end += 1 }
            let sixel = 63 + row[start]
            if end - start > 3 {
                bytes += Array("!\(end - start)".utf8) + [sixel]
            } else {
                bytes += [UInt8](repeating: sixel, count: end - start)
            }
            start = end
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A few colours for many: all of them where they are few enough, else by median cut.
///
/// - Source: Heckbert, "Color image quantization for frame buffer display", 1982.
struct ColorPalette {
    private(set) var colors: [RGB] = []
    /// The place of each pixel's colour.
    private(set) var indices: [Int] = []

    init(_ pixels: [RGB], atMost count: Int) {
        var places: [RGB: Int] = [:]
        for pixel in pixels where places[pixel] == nil {
            if places.count == count {
                reduce(pixels, to: count)
                return
            }
            places[pixel] = places.count
            colors.append(pixel)
        }
        indices = pixels.map { places[$0] ?? 0 }
    }

    /// Colours that are alike, and how many pixels have them.
    private struct Bin {
        let key: Int
        var count = 0
        var sums = [0, 0, 0]

        init(_ key: Int) { self.key = key }

        func level(_ channel: Int) -> Int { sums[channel] / count }
    }

    private mutating func reduce(_ pixels: [RGB], to count: Int) {
        // Five bits of each channel.
        func key(_ pixel: RGB) -> Int {
            Int(pixel.red >> 3) << 10 | Int(pixel.green >> 3) << 5 | Int(pixel.blue >> 3)
        }
        var bins = (0..<1 << 15).map { Bin($0) }
        for pixel in pixels {
            let place = key(pixel)
            bins[place].count += 1
            bins[place].sums[0] += Int(pixel.red)
            bins[place].sums[1] += Int(pixel.green)
            bins[place].sums[2] += Int(pixel.blue)
        }
        var boxes = [Box(bins.filter { $0.count > 0 })]
        while boxes.count < count, let widest = boxes.indices.max(by: { boxes[$0].weight < boxes[$1].weight }),
            boxes[widest].weight > 0
        {
            let (low, high) = boxes[widest].halves
            boxes[widest] = low
            boxes.append(high)
        }
        var places = [Int](repeating: 0, count: bins.count)
        colors = []
        for (index, box) in boxes.enumerated() {
            for bin in box.bins { places[bin.key] = index }
            colors.append(box.mean)
        }
        indices = pixels.map { places[key($0)] }
    }

    private struct Box {
        let bins: [Bin]
        /// How much it matters to halve it; 0 where it is one colour.
        let weight: Int
        private let channel: Int

        init(_ bins: [Bin]) {
            self.bins = bins
            let spans = (0..<3).map { channel in
                let levels = bins.lazy.map { $0.level(channel) }
                return (levels.max() ?? 0) - (levels.min() ?? 0)
            }
            channel = spans.indices.max { spans[$0] < spans[$1] } ?? 0
            weight = bins.count > 1 ? max(spans[channel], 1) * bins.reduce(0) { $0 + $1.count } : 0
        }

        var halves: (Box, Box) {
            let sorted = bins.sorted { $0.level(channel) < $1.level(channel) }
            let half = bins.reduce(0) { $0 + $1.count } / 2
            var seen = 0
            var middle = 0
            while middle < sorted.count - 1, seen + sorted[middle].count <= half || middle == 0 {
                seen += sorted[middle].count
                middle += 1
            }
            return (Box(Array(sorted[..<middle])), Box(Array(sorted[middle...])))
        }

        var mean: RGB {
            let count = bins.reduce(0) { $0 + $1.count }
            let levels = (0..<3).map { channel in UInt8(bins.reduce(0) { $0 + $1.sums[channel] } / max(count, 1)) }
            return RGB(levels[0], levels[1], levels[2])
        }
    }
}
