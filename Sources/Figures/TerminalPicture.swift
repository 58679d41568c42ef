/// The size of a character on a terminal, in pixels.
package struct CellSize: Sendable, Equatable {
    package let width: Int
    package let height: Int

    /// Nil for what is no size of a character.
    package init?(width: Int, height: Int) {
        guard (2...200).contains(width), (4...400).contains(height) else { return nil }
        self.width = width
        self.height = height
    }

    private init(usual: (width: Int, height: Int)) { (width, height) = usual }

    /// Where the terminal does not tell.
    package static let usual = CellSize(usual: (10, 20))
}

/// Pixels, row by row from the upper left.
package struct Bitmap: Sendable, Equatable {
    package let width: Int
    package let height: Int
    package let pixels: [RGB]

    package init(width: Int, height: Int, pixels: [RGB]) {
        precondition(pixels.count == width * height)
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}

/// A part of images on a terminal that shows pixels.
package enum PicturePart {
    case text(String)
    /// Images beside each other.
    case images([PlacedImage])
}

/// An image on a terminal.
package struct PlacedImage {
    /// The column of characters that it starts at.
    package let column: Int
    /// In pixels.
    package let height: Int
    /// Made only where it is shown: all of many would fill the memory.
    package let bitmap: () -> Bitmap
}

extension TextRenderer {
    /// Images as pixels, between lines of text; nil where there are none.
    package func parts(of grid: ImageGrid, cell: CellSize) -> [PicturePart]? {
        guard !grid.images.isEmpty, !grid.hasEmptyImage else { return nil }
        let sizes = grid.images.map { pixelSize(of: $0, in: grid, cell) }
        let widths = sizes.map { ($0.width + cell.width - 1) / cell.width }
        let rows = rows(of: grid, widths: widths)
        let widest = rows.map { $0.reduce(-Self.imageGap) { $0 + Self.imageGap + widths[$1] } }.max() ?? 0
        func text(_ line: StyledLine) -> PicturePart { .text(line.encoded(capabilities.color)) }

        var parts = titleLine(grid.title, width: min(widest, capabilities.width)).map(text)
        for (place, row) in rows.enumerated() {
            if place > 0 { parts.append(.text("")) }
            if let line = captionLine(row.map { (widths[$0], grid.caption($0)) }) { parts.append(text(line)) }
            var column = 0
            var images: [PlacedImage] = []
            for index in row {
                let size = sizes[index]
                images.append(
                    PlacedImage(column: column, height: size.height) { grid.bitmap(ofImage: index, size) })
                column += widths[index] + Self.imageGap
            }
            parts.append(.images(images))
        }
        if let note = grid.brightnessNote { parts.append(.text("(\(note))")) }
        return parts
    }

    /// Small images grow by whole factors, large ones shrink to fit.
    private func pixelSize(of image: Image, in grid: ImageGrid, _ cell: CellSize) -> (width: Int, height: Int) {
        let isAlone = grid.images.count == 1
        let across = isAlone ? 1 : max(min(grid.columns ?? 5, grid.images.count), 1)
        let columns = max((capabilities.width - Self.imageGap * (across - 1)) / across, 4)
        // Small images need no more; a photo alone may fill the window.
        let isSmall = max(image.width, image.height) <= 128
        let most = isAlone && !isSmall ? columns : min(columns, isAlone ? 32 : 24)
        let room = (
            width: Double(most * cell.width), height: Double(max(capabilities.height - 4, 4) * cell.height)
        )
        let scale = min(room.width / Double(image.width), room.height / Double(image.height))
        let factor = scale >= 1 ? scale.rounded(.down) : scale
        return (
            max(Int(Double(image.width) * factor), 1), max(Int(Double(image.height) * factor), 1)
        )
    }
}

extension ImageGrid {
    fileprivate func bitmap(ofImage index: Int, _ size: (width: Int, height: Int)) -> Bitmap {
        let pixels = images[index].resized(to: (size.height, size.width), brightness: range(ofImage: index))
        return Bitmap(width: size.width, height: size.height, pixels: pixels.map { $0 ?? FigureStyle.notANumber })
    }
}

extension GnuplotRenderer {
    /// The program of a PNG that fits a terminal, with letters of about its size.
    package static func program(_ figure: Figure, columns: Int, rows: Int, cell: CellSize) -> String {
        let (width, height) = (Double(columns * cell.width), Double(rows * cell.height))
        let ratio = Double(cell.height) / 17.5
        let canvas = FigureCanvas(
            width: max(min(FigureStyle.chartWidth, width / ratio), 240),
            height: max(min(FigureStyle.chartHeight, height / ratio), 160))
        let script = script(figure, on: canvas)
        return script.text(.png, pixelRatio: min(ratio, width / script.width, height / script.height))
    }
}
