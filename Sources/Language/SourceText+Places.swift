extension SourceText {
    /// The line and the column of a byte offset, both from 1; columns count characters.
    package func place(of offset: Int) -> (line: Int, column: Int) {
        let line = lineIndex(at: offset)
        let start = lineStarts[line]
        return (line + 1, LineLayout.characterCount(bytes, start..<min(max(start, offset), bytes.count)) + 1)
    }

    /// Which `# %%` cell holds a byte offset, from 1; nil if none starts before it.
    package func cellNumber(at offset: Int) -> Int? {
        var count = 0
        for line in 0...lineIndex(at: offset) where startsCell(line) { count += 1 }
        return count > 0 ? count : nil
    }

    /// A line (from 0) begins with `# %%` or `#%%`.
    package func startsCell(_ line: Int) -> Bool {
        var text = bytes[lineStarts[line]...]
        // A byte order mark is no part of the first line.
        if line == 0, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        return text.starts(with: Array("# %%".utf8)) || text.starts(with: Array("#%%".utf8))
    }
}
