extension TextRenderer {
    func lines(of grid: ImageGrid) -> [StyledLine] {
        let images = grid.images
        guard let first = images.first else { return emptyLines(grid.title, "no images") }
        guard !grid.hasEmptyImage else {
            return emptyLines(grid.title, "an image without pixels, \(first.height) x \(first.width)")
        }
        let pictures = images.enumerated().map { index, image in
            picture(image, size: size(of: image, isAlone: images.count == 1), brightness: grid.range(ofImage: index))
        }
        var body: [StyledLine] = []
        for row in rows(of: grid, widths: pictures.map(\.width)) {
            if !body.isEmpty { body.append(StyledLine()) }
            body += rowLines(row.map { (pictures[$0], grid.caption($0)) })
        }
        var lines = titleLine(grid.title, width: min(body.map(\.width).max() ?? 0, capabilities.width)) + body
        if let note = grid.brightnessNote { lines.append(StyledLine("(\(note))")) }
        return lines
    }

    /// The columns between two images.
    static let imageGap = 2

    /// Which images stand beside each other, by their widths in columns.
    func rows(of grid: ImageGrid, widths: [Int]) -> [[Int]] {
        var rows: [[Int]] = []
        var used = 0
        for (index, width) in widths.enumerated() {
            let end = used + Self.imageGap + width
            if let last = rows.indices.last, end <= capabilities.width, rows[last].count != grid.columns {
                rows[last].append(index)
                used = end
            } else {
                rows.append([index])
                used = width
            }
        }
        return rows
    }

    /// The captions of images beside each other, above them; nil where they have none.
    func captionLine(_ row: [(width: Int, caption: String)]) -> StyledLine? {
        guard row.contains(where: { !$0.caption.isEmpty }) else { return nil }
        let captions = row.map {
            padded(truncated($0.caption, to: $0.width, ellipsis: ellipsis), to: $0.width, .center)
        }
        return StyledLine(captions.joined(separator: String(repeating: " ", count: Self.imageGap)))
    }

    /// An image as lines that are all `width` columns wide.
    private struct Picture {
        var width: Int
        var lines: [StyledLine]
    }

    private func rowLines(_ row: [(picture: Picture, caption: String)]) -> [StyledLine] {
        let space = String(repeating: " ", count: Self.imageGap)
        var lines = captionLine(row.map { ($0.picture.width, $0.caption) }).map { [$0] } ?? []
        for index in 0..<(row.map(\.picture.lines.count).max() ?? 0) {
            var line = StyledLine()
            for (position, item) in row.enumerated() {
                if position > 0 { line.append(space) }
                if index < item.picture.lines.count {
                    line.append(item.picture.lines[index])
                } else {
                    line.append(String(repeating: " ", count: item.picture.width))
                }
            }
            lines.append(line)
        }
        return lines
    }

    /// Pixels on the screen: small images grow by whole factors, large ones shrink to fit. One pixel is one
    /// column wide and half a row high, or a row high and two columns wide where there are no half blocks.
    private func size(of image: Image, isAlone: Bool) -> (height: Int, width: Int) {
        let columnsPerPixel = hasHalfBlocks || !hasColor ? 1 : 2
        // Two images stand beside each other.
        let mostAcross = max((isAlone ? capabilities.width : (capabilities.width - 2) / 2) / columnsPerPixel, 4)
        let mostDown = max(2 * (capabilities.height - 3), 28)
        let growth = max(28 / max(image.width, image.height), 1)
        let (width, height) = (image.width * growth, image.height * growth)
        let shrink = min(1, Double(mostAcross) / Double(width), Double(mostDown) / Double(height))
        if shrink == 1 { return (height, width) }
        return (max(Int(Double(height) * shrink), 1), max(Int(Double(width) * shrink), 1))
    }

    private var hasHalfBlocks: Bool { hasColor && !isASCII }

    private func picture(_ image: Image, size: (height: Int, width: Int), brightness: ValueRange?) -> Picture {
        let pixels = image.resized(to: size, brightness: brightness)
        func pixel(_ y: Int, _ x: Int) -> RGB? { y < size.height ? pixels[y * size.width + x] : nil }
        var lines: [StyledLine] = []
        if hasHalfBlocks {
            for y in stride(from: 0, to: size.height, by: 2) {
                var line = StyledLine()
                for x in 0..<size.width {
                    if y + 1 < size.height {
                        line.append(
                            "▀", foreground: pixel(y, x) ?? FigureStyle.notANumber,
                            background: pixel(y + 1, x) ?? FigureStyle.notANumber)
                    } else {
                        line.append("▀", foreground: pixel(y, x) ?? FigureStyle.notANumber)
                    }
                }
                lines.append(line)
            }
            return Picture(width: size.width, lines: lines)
        }
        if hasColor {
            for y in 0..<size.height {
                var line = StyledLine()
                for x in 0..<size.width { line.append("  ", background: pixel(y, x) ?? FigureStyle.notANumber) }
                lines.append(line)
            }
            return Picture(width: 2 * size.width, lines: lines)
        }
        for y in stride(from: 0, to: size.height, by: 2) {
            var text = ""
            for x in 0..<size.width {
                let values = [y, min(y + 1, size.height - 1)].compactMap { pixel($0, x)?.luminance }
                text.append(
                    values.isEmpty
                        ? "?" : Shade.character(values.reduce(0, +) / Double(values.count), isASCII: true))
            }
            lines.append(StyledLine(text))
        }
        return Picture(width: size.width, lines: lines)
    }

    /// What stands for a value that is not a number: no grey.
    private static let notANumber = RGB(200, 0, 60)
}

extension RGB {
    /// From 0 to 1, as bright as it looks.
    ///
    /// - Source: Recommendation ITU-R BT.601.
    fileprivate var luminance: Double {
        (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
    }
}
