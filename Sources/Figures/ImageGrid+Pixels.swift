extension ImageGrid {
    var hasEmptyImage: Bool { images.contains { $0.width == 0 || $0.height == 0 } }

    func caption(_ index: Int) -> String { index < captions.count ? singleLine(captions[index]) : "" }

    /// The values of black and white; nil where no value is finite.
    func range(ofImage index: Int) -> ValueRange? {
        switch brightness {
        case .fixed(let low, let high): ValueRange(low, high)
        case .shared: ValueRange(of: images.lazy.flatMap(\.values).map(Double.init))
        case .each: ValueRange(of: images[index].values.lazy.map(Double.init))
        }
    }

    /// What the shades stand for, where it is not what all expect.
    var brightnessNote: String? {
        switch brightness {
        case .fixed(0, 1), .fixed(0, 255): return nil
        case .each where images.count > 1: return "black and white are each image's least and greatest value"
        case .fixed, .shared, .each:
            guard let range = range(ofImage: 0) else { return "no finite values" }
            return
                "black is \(NumberLabel.short(range.low, digits: 3)), white \(NumberLabel.short(range.high, digits: 3))"
        }
    }
}

extension Image {
    /// The image at another size: each pixel the mean of those it covers, or a copy of the one it lies in. Nil
    /// where a value is not a number.
    func resized(to size: (height: Int, width: Int), brightness: ValueRange?) -> [RGB?] {
        func level(_ value: Double) -> UInt8 {
            guard let range = brightness else { return 0 }
            let part = range.low == range.high ? (range.low > 0 ? 1 : 0) : range.fraction(of: value)
            return UInt8((min(max(part, 0), 1) * 255).rounded())
        }
        var pixels: [RGB?] = []
        pixels.reserveCapacity(size.height * size.width)
        for y in 0..<size.height {
            let top = y * height / size.height
            let bottom = max((y + 1) * height / size.height, top + 1)
            for x in 0..<size.width {
                let left = x * width / size.width
                let right = max((x + 1) * width / size.width, left + 1)
                var sums = [0.0, 0, 0]
                for row in top..<bottom {
                    for column in left..<right {
                        let start = (row * width + column) * channels
                        for channel in 0..<channels { sums[channel] += Double(values[start + channel]) }
                    }
                }
                let area = Double((bottom - top) * (right - left))
                if sums.prefix(channels).contains(where: \.isNaN) {
                    pixels.append(nil)
                } else if channels == 1 {
                    pixels.append(.grey(level(sums[0] / area)))
                } else {
                    pixels.append(RGB(level(sums[0] / area), level(sums[1] / area), level(sums[2] / area)))
                }
            }
        }
        return pixels
    }
}
