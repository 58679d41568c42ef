import TensorCore

extension ColumnTable {
    /// Makes a dataset of a table: the column `target` becomes `y`, all others, in order, the columns of `x`.
    ///
    /// - Whole numbers from 0 on, text and true and false are classes, text by the sorted order of its different
    ///   values; other numbers are targets of a regression, shape `[N, 1]`.
    /// - In `x`, shape `[N, columns]` float32, text columns stand as the index of their class likewise. What is missing
    ///   is `nan`.
    ///
    /// - Throws: `DatasetError` `.unknownColumn`; `.badTable` where no column is left for `x`, targets are missing, or a
    ///   column of text may have been meant as numbers.
    package func dataset(target: String, classNames: [String]? = nil, scale: Double? = nil, name: String) throws
        -> Dataset
    {
        guard rowCount > 0 else { throw error("the table has a header and no rows") }
        guard let targetColumn = columns.first(where: { $0.name == target }) else {
            throw DatasetError(file: file, .unknownColumn(name: target, columns: columns.map(\.name)))
        }
        let features = columns.filter { $0.name != target }
        guard !features.isEmpty else { throw error("\"\(target)\" is the only column", help: "x needs a column too") }
        let (y, foundNames) = try targets(targetColumn, classNames: classNames)
        var values = [Float](repeating: 0, count: rowCount * features.count)
        for (column, feature) in features.enumerated() {
            let numbers: [Float] =
                switch try meaning(of: feature) {
                case .integers(let list): list.map(Float.init)
                case .numbers(let list): list.map { $0.map { Float($0) } ?? .nan }
                case .classes(_, let indices): indices.map { $0.map { Float($0) } ?? .nan }
                }
            for row in 0..<rowCount { values[row * features.count + column] = numbers[row] }
        }
        return try Dataset(
            x: Tensor(values, shape: [rowCount, features.count]), y: y, classNames: classNames ?? foundNames,
            featureNames: features.map(\.name), scale: scale, name: name)
    }

    private func error(_ reason: String, line: Int? = nil, help: String? = nil) -> DatasetError {
        DatasetError(file: file, place: line.map { .line($0) }, .badTable(reason: reason, help: help))
    }

    private func targets(_ column: Column, classNames: [String]?) throws -> (Tensor, [String]?) {
        func missing(_ row: Int) -> DatasetError {
            error(
                "there is no \"\(column.name)\"", line: line(ofRow: row),
                help: "a target is needed in every row: complete the line, or take it out")
        }
        switch try meaning(of: column) {
        case .integers(let list): return (try Tensor(list), nil)
        case .numbers(let list):
            if let row = list.firstIndex(where: { $0?.isNaN != false }) { throw missing(row) }
            return (try Tensor(list.map { Float($0 ?? .nan) }, shape: [rowCount, 1]), nil)
        case .classes(let names, let indices):
            if let row = indices.firstIndex(of: nil) { throw missing(row) }
            guard let classNames else { return (try Tensor(indices.map { $0 ?? 0 }), names) }
            let places = try names.map { name in
                guard let place = classNames.firstIndex(of: name) else {
                    throw error("\"\(name)\" in \"\(column.name)\" is none of the classes given")
                }
                return place
            }
            return (try Tensor(indices.map { places[$0 ?? 0] }), nil)
        }
    }

    /// What a model sees in a column.
    private enum Meaning {
        case integers([Int64])
        case numbers([Double?])
        /// The different values in sorted order, and the place of each row's value among them.
        case classes(names: [String], indices: [Int?])
    }

    /// - Throws: `DatasetError` where a column of text may have been meant as numbers: their order is not that of texts.
    private func meaning(of column: Column) throws -> Meaning {
        if let doubt = column.doubt {
            throw error(
                "the cell \(shownText(doubt.cell)) of the column \(shownText(column.name)) stands among \(doubt.others)",
                line: doubt.line,
                help: "\(format.missingArgument(adding: doubt.cell)) says that it is missing, "
                    + "text=[\(shownText(column.name))] that all of the column is text, whose values become classes")
        }
        switch column.values {
        case .integers(let list): return .integers(list)
        case .numbers(let list): return .numbers(list)
        case .booleans(let list):
            return .classes(names: ["false", "true"], indices: list.map { $0.map { $0 ? 1 : 0 } })
        case .text(let list): return try meaning(ofTexts: list, column)
        case .mixed:
            throw error(
                "the column \"\(column.name)\" has both numbers and true or false", help: "write one of the two")
        }
    }

    private func meaning(ofTexts list: [String?], _ column: Column) throws -> Meaning {
        let texts = list.map { $0?.contains { !$0.isWhitespace } == true ? $0 : nil }
        let different = Set(texts.compactMap { $0 })
        if !format.textColumns.contains(column.name) {
            // Numbers in quotes.
            if different.allSatisfy({ format.number(ofText: $0) != nil }) {
                let numbers = texts.map { $0.flatMap(format.number(ofText:)) }
                let integers = numbers.compactMap { $0.flatMap { Int64(exactly: $0) } }
                return integers.count == numbers.count ? .integers(integers) : .numbers(numbers)
            }
            let isNumber = { (text: String?) in
                text.map { self.format.looksLikeNumber(Array($0.utf8)[...], withUnits: true) } ?? false
            }
            if let row = texts.firstIndex(where: isNumber) {
                throw error(
                    "the cell \(shownText(texts[row] ?? "")) of the column \(shownText(column.name)) looks like a number, and is text",
                    line: line(ofRow: row),
                    help:
                        "decimal=\",\" or thousands=\",\" says what a comma in it is, text=[\(shownText(column.name))] that the "
                        + "column is text, whose values become classes; a sign such as % has to go")
            }
        }
        let names = different.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return .classes(names: names, indices: texts.map { $0.flatMap { places[$0] } })
    }
}
