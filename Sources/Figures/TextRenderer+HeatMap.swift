/// Shades from dark to bright.
enum Shade {
    static let ascii = Array(" .:-=+*#%@")
    static let blocks = Array(" ░▒▓█")

    static func character(_ fraction: Double, isASCII: Bool) -> Character {
        let ramp = isASCII ? ascii : blocks
        return ramp[min(max(Int(fraction * Double(ramp.count)), 0), ramp.count - 1)]
    }

    /// From dark blue over green to yellow, so that more is brighter for every eye.
    ///
    /// - Source: after the colour map viridis of Smith and van der Walt, 2015, at nine places.
    static func color(_ fraction: Double) -> RGB {
        let position = min(max(fraction, 0), 1) * Double(stops.count - 1)
        let index = min(Int(position), stops.count - 2)
        let part = position - Double(index)
        return stops[index].mixed(with: stops[index + 1], part: part)
    }

    private static let stops = [
        RGB(68, 1, 84), RGB(72, 40, 120), RGB(62, 74, 137), RGB(49, 104, 142), RGB(38, 130, 142), RGB(31, 158, 137),
        RGB(53, 183, 121), RGB(110, 206, 88), RGB(253, 231, 37),
    ]
}

extension TextRenderer {
    func lines(of map: HeatMap) -> [StyledLine] {
        guard map.rowCount > 0, map.columnCount > 0 else { return emptyLines(map.title, "an empty matrix") }
        guard let range = map.range else { return emptyLines(map.title, "no finite values") }

        let texts = Self.cellTexts(map.values)
        let rowLabels = (0..<map.rowCount).map { row in
            truncated(
                singleLine(row < map.rowLabels.count ? map.rowLabels[row] : String(row)), to: 16, ellipsis: ellipsis)
        }
        let columnLabels = (0..<map.columnCount).map { column in
            singleLine(column < map.columnLabels.count ? map.columnLabels[column] : String(column))
        }
        let labelWidth = rowLabels.map(displayWidth).max() ?? 0
        let room = max(capabilities.width - labelWidth - 1, 8)
        let textWidth = texts.map(displayWidth).max() ?? 1
        // Words over the columns widen them, up to a limit; more is cut.
        let wanted = max(textWidth, min(columnLabels.map(displayWidth).max() ?? 1, 8)) + 1
        let showsNumbers = (textWidth + 1) * map.columnCount <= room
        let cellWidth = showsNumbers ? min(wanted, room / map.columnCount) : max(min(2, room / map.columnCount), 1)
        // Larger than the screen: each cell is the mean of a block.
        let across = showsNumbers ? 1 : (map.columnCount + room / cellWidth - 1) / (room / cellWidth)

        var lines = titleLine(map.title, width: min(labelWidth + 1 + cellWidth * map.columnCount, capabilities.width))
        lines += columnHeader(
            columnLabels, axis: map.x, cellWidth: cellWidth, across: across, indent: labelWidth + 1, showsNumbers)
        if let label = map.y.label.map(singleLine), !label.isEmpty { lines.append(StyledLine(label)) }
        for row in stride(from: 0, to: map.rowCount, by: across) {
            var line = StyledLine(padded(rowLabels[row], to: labelWidth, .right) + " ")
            for column in stride(from: 0, to: map.columnCount, by: across) {
                if showsNumbers {
                    let value = map.values[row * map.columnCount + column]
                    let text = padded(texts[row * map.columnCount + column], to: cellWidth - 1, .right) + " "
                    append(&line, text, value, range)
                } else {
                    let value = mean(
                        map, rows: row..<min(row + across, map.rowCount),
                        columns: column..<min(column + across, map.columnCount))
                    appendShade(&line, value, range, width: cellWidth)
                }
            }
            lines.append(line)
        }
        if hasColor || !showsNumbers { lines.append(shadeLegend(range, indent: labelWidth + 1)) }
        let missing = map.values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
        if missing > 0, !showsNumbers { lines.append(StyledLine("(\(counted(missing, "value")) not finite)")) }
        if across > 1 { lines.append(StyledLine("(each cell is the mean of up to \(across) x \(across) values)")) }
        return lines
    }

    /// Whole numbers whole, others with as many decimals as tell them apart at a glance.
    static func cellTexts(_ values: [Double]) -> [String] {
        let finite = values.filter(\.isFinite)
        if finite.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e6 }) { return values.map { NumberLabel.short($0) } }
        let largest = finite.map { abs($0) }.max() ?? 0
        if largest >= 1e4 || largest < 1e-2 { return values.map { NumberLabel.scientific($0, digits: 2) } }
        return values.map { NumberLabel.fixed($0, decimals: largest < 10 ? 2 : largest < 1000 ? 1 : 0) }
    }

    private func mean(_ map: HeatMap, rows: Range<Int>, columns: Range<Int>) -> Double {
        if rows.count == 1, columns.count == 1 {
            return map.values[rows.lowerBound * map.columnCount + columns.lowerBound]
        }
        var sum = 0.0
        var count = 0.0
        for row in rows {
            for column in columns where map.values[row * map.columnCount + column].isFinite {
                count += 1
                // A running mean does not overflow.
                sum += (map.values[row * map.columnCount + column] - sum) / count
            }
        }
        return count == 0 ? .nan : sum
    }

    /// A cell with its number on its colour.
    private func append(_ line: inout StyledLine, _ text: String, _ value: Double, _ range: ValueRange) {
        guard hasColor, value.isFinite else { return line.append(text) }
        let part = range.shadeFraction(of: value)
        line.append(text, foreground: part > 0.6 ? .grey(0) : .grey(255), background: Shade.color(part))
    }

    private func appendShade(_ line: inout StyledLine, _ value: Double, _ range: ValueRange, width: Int) {
        guard value.isFinite else { return line.append(String(repeating: "?", count: width)) }
        let part = range.shadeFraction(of: value)
        if hasColor {
            line.append(String(repeating: " ", count: width), background: Shade.color(part))
        } else {
            line.append(String(repeating: Shade.character(part, isASCII: isASCII), count: width))
        }
    }

    private func columnHeader(
        _ labels: [String], axis: Axis, cellWidth: Int, across: Int, indent: Int, _ showsNumbers: Bool
    ) -> [StyledLine] {
        let margin = String(repeating: " ", count: indent)
        var lines: [StyledLine] = []
        if let label = axis.label.map(singleLine), !label.isEmpty { lines.append(StyledLine(margin + label)) }
        if showsNumbers {
            let cells = labels.map {
                padded(truncated($0, to: cellWidth - 1, ellipsis: isASCII ? "." : "…"), to: cellWidth - 1, .right) + " "
            }
            return lines + [StyledLine(margin + cells.joined())]
        }
        // Narrow cells: a label wherever the one before has ended.
        var text = ""
        var end = 0
        for (index, label) in stride(from: 0, to: labels.count, by: across).map({ labels[$0] }).enumerated() {
            let start = index * cellWidth
            guard start >= end else { continue }
            text += String(repeating: " ", count: start - displayWidth(text)) + label
            end = start + displayWidth(label) + 1
        }
        return lines + [StyledLine(truncated(margin + text, to: capabilities.width, ellipsis: ellipsis))]
    }

    /// A strip of all shades between the values that they stand for.
    func shadeLegend(_ range: ValueRange, indent: Int) -> StyledLine {
        var line = StyledLine(String(repeating: " ", count: indent) + NumberLabel.short(range.low, digits: 3) + " ")
        let steps = hasColor ? 16 : isASCII ? Shade.ascii.count : Shade.blocks.count
        for step in 0..<steps {
            appendShade(&line, Double(step) + 0.5, ValueRange(0, Double(steps)), width: 1)
        }
        line.append(" " + NumberLabel.short(range.high, digits: 3))
        return line
    }
}
